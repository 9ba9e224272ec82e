# What search engines are told: robots.txt, the sitemap and its parts; that it
# has what anybody may see, and nothing else, whoever asks.
use strict;
use warnings;
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

my $base = 'http://127.0.0.1:' . port;
my @locs;
sub sitemap {
    my ($client, $path, @headers) = @_;
    my $answer = $client->get($path, @headers);
    return "$answer->{status}" if $answer->{status} != 200;
    die "$path: $answer->{headers}{'content-type'}\n" if $answer->{headers}{'content-type'} ne 'application/xml; charset=utf-8';
    my ($kind) = $answer->{body} =~ m{^<\?xml version="1.0" encoding="UTF-8"\?>\n<(\w+) xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n};
    die "$path: not closed\n" if $answer->{body} !~ m{</\Q$kind\E>\n$};
    @locs = $answer->{body} =~ m{<loc>([^<]*)</loc>}g;
    return $kind;
}
sub paths { return map { s{^http://[^/]+}{}r } @locs }

# --- the demo: too much for one file ---------------------------------------------------
{
    my $robots = client->get('/robots.txt');
    is $robots->{status}, 200, 'robots.txt';
    like $robots->{headers}{'content-type'}, qr{^text/plain}, 'is text';
    is $robots->{body}, "User-agent: *\nDisallow: /api/*?\nAllow: /\n\nSitemap: $base/sitemap.xml\n", 'and names the sitemap';
    is client->status('/robots.txt', 'If-None-Match' => $robots->{headers}{etag}), 304, 'it can be asked for again';
    is client->request('POST', '/robots.txt', { 'Content-Type' => 'text/plain' }, 'x')->{status}, 405, 'it can only be read';

    is sitemap(client, '/sitemap.xml'), 'sitemapindex', 'an index';
    my @parts = paths();
    is_deeply [grep { !m{^/sitemap} } @parts], [], 'of parts';
    is sitemap(client, '/sitemap-pages.xml'), 'urlset', 'pages that are no rows';
    my %page = map { $_ => 1 } paths();
    ok $page{$_}, $_ for '/', '/month/', '/constellations/', '/api/', '/api/stars/', '/api/spectral-classes/';
    is scalar(grep { m{^/constellations/.} } keys %page), 0, 'none that captures something';
    is client->status($_, Accept => 'text/html'), 200, "$_ is there" for sort keys %page;
    my (%row, $most);
    for my $part (grep { $_ ne '/sitemap-pages.xml' } @parts) {
        is sitemap(client, $part), 'urlset', $part;
        $row{$_}++ for @locs;
        $most = @locs if @locs > ($most // 0);
    }
    is $most, 50000, 'no part has more than 50,000';
    is scalar(grep { $_ > 1 } values %row), 0, 'no row is there twice';
    my $count = join ' + ', map { "(SELECT count(*) FROM $_)" } qw(constellation spectral_class observer tag star observation);
    is scalar keys %row, cluster->sql('sky', "SELECT $count"), 'and every row once';
    ok $row{"$base/api/observations/100000/"}, 'to the last';
    ok $row{"$base/api/spectral-classes/G/"}, 'also those whose key is a word';
    is client->status($_ =~ s{^\Q$base\E}{}r), 200, "$_ is there" for (sort keys %row)[0, 1000, -1];
    is sitemap(client, '/sitemap/api/observations/from/99999.xml'), 'urlset', 'from a key on';
    is_deeply [paths()], ['/api/observations/99999/', '/api/observations/100000/'], 'are those';
    is sitemap(client, '/sitemap/api/observations/from/999999999.xml'), 'urlset', 'behind the last';
    is scalar @locs, 0, 'there are none';
    is sitemap(client, $_), 404, "$_ is none" for '/sitemap/', '/sitemap/api/nothing.xml', '/sitemap/api/star_tag.xml', '/sitemap/stars.xml',
        '/sitemap/api/stars', '/sitemap/api/stars/from/.xml', '/sitemap/api/stars/from/1/2.xml', '/sitemap.xml/', '/sitemap2.xml';
    my $head = client->head('/sitemap.xml');
    is $head->{status}, 200, 'HEAD';
    is client->request('POST', '/sitemap.xml', { 'Content-Type' => 'text/plain' }, 'x')->{status}, 405, 'it can only be read';
}

# --- a small site, with odd keys ------------------------------------------------------------
my $cluster = new_cluster('map');
$cluster->sql('postgres', 'CREATE DATABASE map');
$cluster->sql('map', <<'SQL');
CREATE TABLE thing (slug text PRIMARY KEY, changed timestamptz, day date, note text);
INSERT INTO thing VALUES ('a', '2024-05-01 12:00+02', '2024-05-02'), ('a/b & <c>', NULL, NULL), ('é.json', 'infinity', 'infinity'),
    ('', '2024-05-01 12:00+02', NULL), ('old', '0044-03-15 BC', '20240-01-01');
CREATE TABLE dated (id int PRIMARY KEY, day date);
INSERT INTO dated VALUES (1, '2024-05-02');
CREATE TABLE secret (id int PRIMARY KEY);
INSERT INTO secret VALUES (1);
CREATE TABLE granted (id int PRIMARY KEY);
INSERT INTO granted VALUES (1);
CREATE TABLE nokey (word text);
INSERT INTO nokey VALUES ('x');
CREATE TABLE silent (id int PRIMARY KEY);
INSERT INTO silent VALUES (1);
CREATE ROLE reader;
GRANT reader TO site;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO site;
GRANT SELECT ON thing, dated, secret, nokey, silent TO reader;
ALTER TABLE dated ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON dated TO reader USING (id > 0);
SQL
my $users = setting('users');
my $small = new_site('small', <<'CONF');
<SiteResource thing>
    SiteSitemap On lastmod=changed
</SiteResource>
<SiteResource dated>
    SiteSitemap On lastmod=day
</SiteResource>
<SiteResource silent>
    SiteSitemap Off
</SiteResource>
CONF
mkdir "$small/queries";
for my $file (["templates/own.html", "own\n"], ['pages.conf', join '', map { "<SitePage \"$_->[0]\">\nSitePageTemplate own.html\n$_->[1]</SitePage>\n" }
    ['/about us/', ''], ["/caf\xc3\xa9", ''], ['/hidden/', "SiteSitemap Off\n"], ['/closed/', ''], ['/{x}/y/', '']]) {
    open my $out, '>', "$small/$file->[0]" or die "$file->[0]: $!";
    print $out $file->[1];
    close $out;
}
sub httpd {
    my ($label, $api, %options) = @_;
    my $httpd = new_httpd($label, site => $small, users => '/nonexistent', database => $cluster->conninfo('map'), config => <<"CONF", %options);
<Location "/api">
SiteBasicProvider file
AuthUserFile $users/passwords
AuthGroupFile $users/groups
$api
</Location>
<Location "/api/secret">
Require user editor
</Location>
<Location "/closed">
Require all denied
</Location>
CONF
    $httpd->expect_log(qr/AH01630/);
    return $httpd->start;
}
{
    my $httpd = httpd('small', 'SiteRole reader anonymous');
    my $client = $httpd->client;
    is sitemap($client, '/sitemap.xml'), 'urlset', 'a small site has one file';
    my @anybody = paths();
    is_deeply [sort @anybody], [sort '/', '/about%20us/', '/caf%C3%A9', '/api/', '/api/thing/', '/api/dated/', '/api/nokey/', '/api/granted/',
        '/api/thing/a/', '/api/thing/a%2Fb%20&amp;%20%3Cc%3E/', '/api/thing/%C3%A9%2Ejson/', '/api/thing/old/', '/api/dated/1/'],
        'with what anybody may see: no row without an address, nothing that Require or GRANT keeps, nothing that is left out';
    my $text = $client->get('/sitemap.xml')->{body};
    is_deeply [$text =~ m{<loc>[^<]*(/\w+/)</loc><lastmod>([^<]*)</lastmod>}g], ['/a/', '2024-05-01T10:00:00Z', '/1/', '2024-05-02'],
        'and when it was changed, where that is a date';
    is sitemap($client, '/sitemap.xml', basic('editor')), 'urlset', 'whoever asks';
    is_deeply [paths()], \@anybody, 'gets the same';
    is $client->status($_ =~ s/&amp;/&/gr), 200, "$_ is there" for grep { !m{granted} } @anybody;
    is sitemap($client, '/sitemap/api/secret.xml', basic('editor')), 404, 'there is no part of what is not for anybody';
    is sitemap($client, '/sitemap/api/silent.xml'), 404, 'nor of what is left out';
    $httpd->stop;
}
{
    my $httpd = httpd('closed', 'Require valid-user');
    is sitemap($httpd->client, '/sitemap.xml', basic('editor')), 'urlset', 'an API that takes signing in';
    is_deeply [sort(paths())], [sort '/', '/about%20us/', '/caf%C3%A9'], 'is in no sitemap';
    $httpd->stop;
}
{
    open my $out, '>', "$small/static/robots.txt" or die "robots.txt: $!";
    print $out "User-agent: *\nDisallow: /\n";
    close $out;
    my $httpd = httpd('off', '', defines => {});
    $httpd->stop;
    my $off = new_httpd('none', site => $small, database => $cluster->conninfo('map'), config => "SiteSitemap Off\n");
    $off->start;
    my $client = $off->client;
    is $client->get('/robots.txt')->{body}, "User-agent: *\nDisallow: /\n", 'a robots.txt of the site\'s own wins';
    is sitemap($client, '/sitemap.xml'), 404, 'no sitemap';
    unlink "$small/static/robots.txt";
    is $client->get('/robots.txt')->{body}, "User-agent: *\nDisallow: /api/*?\nAllow: /\n", 'and none is named';
    $off->stop;
}
{
    my $wrong = new_site('wrong', "<SiteResource thing>\nSiteSitemap On lastmod=note\n</SiteResource>\n");
    my $httpd = new_httpd('wrong', site => $wrong, database => $cluster->conninfo('map'));
    $httpd->expect_log(qr/SITE0071/);
    $httpd->start;
    ok $httpd->log->wait_line(qr{SITE0071: \S+site\.conf:2: /api/thing: SiteSitemap: lastmod=note is no attribute with a date}), 'what says no date is told';
    is $httpd->client->status('/api/thing/'), 503, 'as any other mistake';
    $httpd->stop;
}
for (['SiteSitemap', qr/SiteSitemap wants On or Off/], ['SiteSitemap maybe', qr/SiteSitemap wants On or Off, and then lastmod= with an attribute, not 'maybe'/],
    ['SiteSitemap On lastmod=x', qr/SiteSitemap: lastmod= names an attribute, in a <SiteResource>/]) {
    my ($status, $said) = new_httpd('bad', site => $small, config => "$_->[0]\n")->configtest;
    isnt $status, 0, $_->[0];
    like $said, $_->[1], 'is refused';
}

# --- behind a proxy, the public address -----------------------------------------------------
{
    my $httpd = httpd('public', '', defines => { SITE_PUBLIC_URL => 'https://example.org/sub' });
    my $client = $httpd->client;
    like $client->get('/robots.txt')->{body}, qr{^Sitemap: https://example\.org/sub/sitemap\.xml$}m, 'robots.txt has the public address';
    sitemap($client, '/sitemap.xml');
    is_deeply [grep { !m{^https://example\.org/sub/} } @locs], [], 'the sitemap, too';
    $httpd->stop;
}

done_testing;
