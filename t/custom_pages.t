# A site's own pages: addresses with captures, queries of the API and of SQL,
# what they look like to browsers and caches, and what is told before anybody
# sees them.
use strict;
use warnings;
use Site::Test;
use Test::More;

my @html = (Accept => 'text/html');

sub put {
    my ($path, $text) = @_;
    my ($folder) = $path =~ m{(.*)/};
    mkdir $folder;
    open my $file, '>', $path or die "$path: $!";
    print $file $text;
    close $file;
    return;
}

# A page of the site that shows what its template says, without any frame.
sub page { my ($path, $template, @lines) = @_; return join "\n    ", "<SitePage \"$path\">", "SitePageTemplate $template", @lines, "\n</SitePage>\n" }

# --- the demo's own --------------------------------------------------------------------
{
    my $page = client->get('/constellations/Ori/');
    is $page->{status}, 200, 'a constellation';
    like $page->{headers}{'content-type'}, qr{^text/html}, 'is a page';
    like $page->{body}, qr{<title>Orion – The Sky Catalogue</title>}, 'with a title of its row';
    like $page->{body}, qr{<li><a href="/">Home</a></li>\n<li><a href="/constellations/">Constellations</a></li>\n<li aria-current="page">Orion</li>},
        'in the breadcrumbs, too, below the page above it';
    my @all = client->get('/constellations/')->{body} =~ m{<a href="/constellations/(\w+)/">}g;
    is scalar @all, 88, 'all constellations';
    is client->status("/constellations/$_/"), 200, "$_ is there" for @all[0, 40, 87];
    my @stars = $page->{body} =~ m{<th scope="row"><a href="(/api/stars/\d+/)">([^<]+)</a>}g;
    is_deeply [@stars[1, 3]], ['Rigel', 'Betelgeuse'], 'its stars, the brightest first';
    is scalar @stars, 20, 'as many as it asks for';
    is client->status($stars[0]), 200, 'which lead to their rows';
    like $page->{body}, qr{The catalogue has \d+ of its stars}, 'and numbers, from SQL';
    is client->get('/constellations/%4f%72i/')->{body}, $page->{body}, 'however the address is encoded';
    my $slash = client->get('/constellations/Ori?x=1');
    is $slash->{status}, 301, 'without its slash';
    is $slash->{headers}{location}, '/constellations/Ori/?x=1', 'it is somewhere else';
    for my $path ('/constellations/Xyz/', '/constellations/ori/', '/constellations/Ori/x/', '/constellations/%FF/',
        '/constellations/O%2Fri/', "/constellations/Ori'--/", '/constellations/Ori%26abbr=And/', '/constellations/..%2FOri/') {
        my $none = client->get($path);
        is $none->{status}, 404, "$path is not there";
        like $none->{body}, qr{<h1>Not found</h1>}, 'and says so as a page';
    }
    my $head = client->head('/constellations/Ori/');
    is_deeply [$head->{status}, $head->{body} // '', $head->{headers}{'content-length'}], [200, '', length $page->{body}], 'HEAD';
    my $post = client->request('POST', '/constellations/Ori/', { 'Content-Type' => 'text/plain' }, 'x');
    is $post->{status}, 405, 'it can only be read';
    is $post->{headers}{allow}, 'GET, HEAD', 'and says so';
    is $page->{headers}{'cache-control'}, 'max-age=60', 'it may be kept for a minute';
    my $known = client->get('/constellations/Ori/', 'If-None-Match' => $page->{headers}{etag});
    is_deeply [$known->{status}, $known->{body} // ''], [304, ''], 'and asked for again';
    is $known->{headers}{'cache-control'}, 'max-age=60', 'with the same time';
    is client->status('/constellations/And/', 'If-None-Match' => $page->{headers}{etag}), 200, 'another page is another';
}
{
    my ($march) = client->get('/month/?month=3')->{body} =~ m{(<ul class="cards">.*</ul>)}s;
    like $march, qr{<h2><a href="/constellations/Vel/">Vela</a></h2>}, 'SQL with a parameter';
    is client->get('/month/')->{status}, 200, 'and without';
    is client->get('/month/?month=')->{status}, 200, 'an empty one is none';
    like client->get('/month/?month=3&month=9')->{body}, qr{<h1>The evening sky in September</h1>}, 'the last one counts';
    is client->status('/month/?month=13'), 404, 'no row: nothing there';
    my $wrong = client->get('/month/?month=x');
    is $wrong->{status}, 400, 'a wrong parameter';
    like $wrong->{body}, qr{<code>month</code> Enter a valid value\.}, 'is told by its name';
    is client->status('/month/?month=1%27;DROP'), 400, 'it is a value';
    is client->status('/month/?month=%00'), 400, 'or nothing at all';
    is client->status('/month/?nonsense=1'), 200, 'what nobody declared is nobody\'s';
}

# --- a site of one's own ------------------------------------------------------------------
my $site = new_site('own', "SiteTitle Templates\n");
my $rows = '{{#rows}}[{{designation}}]{{/rows}}';
put("$site/templates/rows.html", "<p>{{title}}|{{x}}|$rows|{{^rows}}none{{/rows}}</p>\n");
put("$site/templates/two.html", "<p>{{title}}|{{x}}|{{y}}</p>\n");
put("$site/templates/plain.html", "<p>plain {{page}}{{#apis}}{{path}}{{#resources}} {{name}}{{/resources}}{{/apis}}</p>\n");
put("$site/templates/turn.html",
    '{{#rows}}{{id}} {{/rows}}{{rows_count}}{{#rows_previous_url}}<a href="{{rows_previous_url}}">back</a>{{/rows_previous_url}}'
        . '{{#rows_next_url}}<a href="{{rows_next_url}}">on</a>{{/rows_next_url}}' . "\n");
put("$site/templates/cells.html",
    '{{#rows}}{{#_cells}}<i class="{{class}}">{{label}}={{value}}</i>{{/_cells}}{{#yes}}+{{/yes}}{{#no}}-{{/no}}'
        . '<a href="{{link}}" title="{{text}}">{{text}}</a>{{/rows}}{{rows_count}}' . "\n");
put("$site/templates/front.html", "<p>{{#star}}{{designation}}{{/star}}{{#missing}}missing{{/missing}}{{#single}} single{{/single}}</p>\n");
put("$site/queries/cells.sql", <<'SQL');
-- All sorts: ':x' is no placeholder here; :x is a value.
SELECT 1.50 AS size_in_cm, true AS yes, false AS no, NULL AS nothing, :x AS text, 'javascript:alert(1)' AS link
UNION ALL SELECT 2, false, true, ':x', E'\':x' || :y::text, '/x/';
SQL
put("$site/templates/kin.html", '{{#rows}}<p><a href="{{constellation_url}}">{{constellation_label}}</a>|'
        . '{{#_cells}}{{value}};{{/_cells}}</p>{{/rows}}' . "\n");
put("$site/queries/many.sql", "SELECT id AS designation FROM public.star ORDER BY id");
put("$site/queries/list.sql", "SELECT name AS designation FROM public.constellation WHERE abbr = :x");
put("$site/pages.conf", join '',
    page('/related/{x}/', 'kin.html', 'SitePageQuery rows "/api/star/{x}/" labels'),
    page('/keys/{x}/', 'kin.html', 'SitePageQuery rows "/api/star/{x}/"'),
    page('/both/{x}/', 'rows.html', "SitePageQuery rows sql=$site/queries/list.sql required"),
    page('/', 'front.html', 'SitePageQuery star "/api/star/1/"'),
    page('/a/{x}/', 'rows.html', 'SitePageTitle "{x} {{{rows.designation}}}"', 'SitePageQuery rows "/api/star/?designation={x}"'),
    page('/a/fixed/', 'plain.html'),
    page('/{x}/fixed/', 'two.html', 'SitePageParameter y why'),
    page('/a', 'plain.html'),
    page('/turn/{x}/', 'turn.html', 'SitePageParameter page', 'SitePageParameter magnitude',
        'SitePageQuery rows "/api/star/?constellation__abbr={x}&page={page}&page_size=3&magnitude__lt={magnitude}&ordering=id" count'),
    page('/cells/{x}/', 'cells.html', 'SitePageParameter y', "SitePageQuery rows sql=$site/queries/cells.sql count"),
    page('/limited/', 'rows.html', 'SitePageParameter x', "SitePageQuery rows sql=$site/queries/many.sql rows=4"),
    page('/required/{x}/', 'rows.html', 'SitePageQuery rows "/api/star/{x}/" required'));
my $httpd = new_httpd('own', site => $site);
$httpd->expect_log(qr/SITE0160/);
$httpd->start;
my $client = $httpd->client;
sub body { my $answer = $client->get($_[0]); return $answer->{status} == 200 ? $answer->{body} =~ s/\n$//r : $answer->{status} }

is body('/a/Rigel/'), '<p>Rigel {}|Rigel||none</p>', 'a captured value, and no rows';
like body('/a/KS%201/') . body('/a/HD%2024/'), qr{<p>(?:KS|HD) \d+ |none}, 'it may hold blanks';
my $name = cluster->sql('sky', 'SELECT designation FROM star WHERE id = 7');
is body('/a/' . $name =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ger . '/'), "<p>$name {$name}|$name|[$name]|</p>", 'a title of what was found';
is body('/a/%3Cb%3E%22/'), '<p>&lt;b&gt;&quot; {}|&lt;b&gt;&quot;||none</p>', 'text is text';
is body('/a/x%26magnitude__lt=1/'), '<p>x&amp;magnitude__lt=1 {}|x&amp;magnitude__lt=1||none</p>', 'a value is never a part of the query';
is body('/a/%E2%98%85/'), "<p>\xe2\x98\x85 {}|\xe2\x98\x85||none</p>", 'of any script';
like body('/a/fixed/'), qr{^<p>plain plain/api constellation .*star}, 'a literal segment goes before a captured one; a page can tell of the APIs';
like body('/b/fixed/'), qr{\|b\|why</p>$}, 'also where the captured one is first; a parameter has a default';
like body('/b/fixed/?y=2'), qr{\|b\|2</p>$}, 'and a value';
like body('/a'), qr{^<p>plain}, 'a page whose address has no slash';
is body('/a/'), 404, 'has none';
is body('/required/1/') =~ /\[[^\]]+\]/, 1, 'one row by its key';
is body('/required/0/'), 404, 'or none';
is body('/required/abc/'), 404, 'nor one that no key could be';
is body('/required/99999999999999999999/'), 404, 'nor one that is out of range';
like body('/'), qr{^<p>[^<]+ single</p>$}, 'the front page';

# --- pages that turn ---------------------------------------------------------------------------
{
    my @ids = split ' ', cluster->sql('sky', "SELECT string_agg(s.id::text, ' ' ORDER BY s.id) FROM star s JOIN constellation c ON c.id = constellation_id WHERE abbr = 'Equ'");
    my $count = @ids;
    is body('/turn/Equ/'), "@ids[0 .. 2] $count<a href=\"/turn/Equ/?page=2\">on</a>", 'the first page';
    is body('/turn/Equ/?page=2&other=x'), "@ids[3 .. 5] $count<a href=\"/turn/Equ/\">back</a><a href=\"/turn/Equ/?page=3\">on</a>", 'the second';
    like body('/turn/Equ/?magnitude=6'), qr{<a href="/turn/Equ/\?magnitude=6&amp;page=2">on</a>}, 'other parameters stay';
    my $last = int(($count + 2) / 3);
    unlike body("/turn/Equ/?page=$last"), qr{>on<}, 'the last one';
    is body('/turn/Equ/?page=' . ($last + 1)), 404, 'there is none behind it';
    is body("/turn/Equ/?page=$_"), 404, "nor a page $_" for qw(0 -1 x last 99999999999999999999);
    is body('/turn/Nowhere/'), '0', 'an empty first page is a page';
    is body('/turn/Equ/?magnitude=x'), 400, 'a wrong parameter is told';
}

# --- SQL ------------------------------------------------------------------------------------------
is body('/cells/a%27b/?y=%3Cq%3E'), '<i class="n">Size in cm=1.50</i><i class="">Yes=t</i><i class="">No=f</i><i class="">Nothing=</i>'
    . '<i class="">Text=a&#39;b</i><i class="">Link=javascript:alert(1)</i>+<a href="#" title="a&#39;b">a&#39;b</a>'
    . '<i class="n">Size in cm=2</i><i class="">Yes=f</i><i class="">No=t</i><i class="">Nothing=:x</i>'
    . '<i class="">Text=&#39;:x&lt;q&gt;</i><i class="">Link=/x/</i>-<a href="/x/" title="&#39;:x&lt;q&gt;">&#39;:x&lt;q&gt;</a>2',
    'columns of all sorts, values in their places';
is body('/both/Ori/'), '<p>Templates|Ori|[Orion]|</p>', 'one row of SQL, and the site\'s title';
is body("/both/$_/"), 404, "no row of SQL for $_" for qw(ori %27%20OR%201=1%20-- Ori%00 %24%24);
like body('/related/1/'), qr{^<p><a href="(/api/constellation/\d+/)">([A-Z][a-z ]+)</a>\|.*;<a href="\1">\2</a>;}i, 'related rows by their labels';
like body('/keys/1/'), qr{^<p><a href="(/api/constellation/(\d+)/)">\2</a>\|.*;<a href="\1">\2</a>;}, 'or by their keys';
is body('/limited/') =~ s/[^\[]//gr, '[[[[', 'no more rows than it may have';

# --- what is wrong is told by configtest ------------------------------------------------------------
my $number = 0;
sub refused {
    my ($pages, $complaint, %files) = @_;
    my $broken = new_site('broken' . ++$number);
    put("$broken/templates/own.html", "{{#rows}}{{anything}}{{/rows}}{{x}}\n");
    put("$broken/queries/q.sql", "SELECT 1\n");
    put("$broken/$_", $files{$_}) for keys %files;
    put("$broken/pages.conf", $pages =~ s/SITE/$broken/gr);
    my ($status, $said) = new_httpd("broken$number", site => $broken)->configtest;
    isnt $status, 0, 'refused: ' . $pages =~ s/\s+/ /gr;
    like $said, $complaint, 'and says why';
    like $said, qr/pages\.conf(?::\d+|$)|on line \d+ of .*pages\.conf|\.(?:sql|html):\d+/, 'and where';
    return;
}
sub own { return page('/{x}/', 'own.html', @_) }
refused(own(), qr/SITE0130: .*own\.html:1: there is no 'rows' here/);
refused(page('/{x}/', 'other.html'), qr/SITE0130: .*pages\.conf:1: SitePageTemplate: there is no template 'other\.html' in /);
refused("<SitePage \"/x/\">\n</SitePage>\n", qr/<SitePage "\/x\/"> wants a template/);
refused(page('x/', 'own.html'), qr/<SitePage "x\/"> wants a path that begins with a slash/);
refused(page('/{x}{y}/', 'own.html'), qr/wants a name of letters, digits and _ between braces/);
refused(page('/{title}/', 'own.html'), qr/'title' cannot be captured: every page has that name already/);
refused(page('/api/x/', 'own.html'), qr/SITE0001: .*pages\.conf:1: <SitePage "\/api\/x\/"> lies within <Location "\/api">, which is an API/);
refused(own('SitePageQuery rows /api/star/') . page('/{y}/', 'own.html'), qr/answers the same addresses as <SitePage "\/\{x\}\/"> at .*pages\.conf:1/);
refused(own('SiteTitle x'), qr/SiteTitle cannot stand in <SitePage>/);
refused('SitePageTitle x', qr/SitePageTitle can only stand in a <SitePage> section/);
refused(own('SitePageTitle "{y}"', 'SitePageQuery rows /api/star/'), qr/there is no 'y' here: the page's address does not capture it/);
refused(own('SitePageTitle "{y.name}"', 'SitePageQuery rows /api/star/'), qr/no query has that name/);
refused(own('SitePageParameter x'), qr/'x' cannot be a parameter: the page's address captures that name/);
refused(own('SitePageParameter 1'), qr/SitePageParameter wants a name of letters/);
refused(own('SitePageCache soon'), qr/SitePageCache wants a time such as 60s/);
refused(own('SitePageQuery rows'), qr/SitePageQuery wants a name, then an address/);
refused(own('SitePageQuery rows star'), qr/SitePageQuery wants a name, then an address/);
refused(own('SitePageQuery title /api/star/'), qr/'title' cannot be a query: every page has that name already/);
refused(own('SitePageQuery rows /nowhere/star/'), qr/SITE0001: .*pages\.conf:3: SitePageQuery: '\/nowhere\/star\/' asks no API of this server \(it has \/api\)/);
refused(own('SitePageQuery rows /api/'), qr/SITE0001: .*wants the address of a collection, such as \/api\/books\//);
refused(own('SitePageQuery rows "/api/star/?name={nam}"'), qr/SITE0001: .*pages\.conf:3: .*there is no 'nam' here/);
refused(own('SitePageQuery rows "/api/star/?name={x"'), qr/SitePageQuery wants a name between braces/);
refused(own('SitePageQuery rows /api/star/ sometimes'), qr/SitePageQuery wants required, optional/);
refused(own('SitePageQuery rows sql=SITE/queries/q.sql labels'), qr/SitePageQuery wants required, optional/);
refused(own('SitePageQuery rows /api/star/ rows=0'), qr/SitePageQuery wants rows=1 to rows=10000/);
refused(own('SitePageQuery rows /api/star/ required optional'), qr/'rows' can be required or optional, not both/);
refused(own('SitePageQuery rows sql=SITE/queries/none.sql'), qr/SitePageQuery: there is no file '.*none\.sql'/);
refused(own('SitePageQuery rows sql=SITE/queries/q.sql api=/other'), qr/asks no API of this server/);
refused(own('SitePageQuery rows sql=SITE/queries/e.sql'), qr/e\.sql:1: there is no query in it/, 'queries/e.sql' => "-- nothing\n");
refused(own('SitePageQuery rows sql=SITE/queries/e.sql'), qr/e\.sql:2: one query is enough/, 'queries/e.sql' => "SELECT 1;\nDROP TABLE star");
refused(own('SitePageQuery rows sql=SITE/queries/e.sql'), qr/e\.sql:3: there is no ':y' here/, 'queries/e.sql' => "SELECT 1,\n':y',\n:y");

# --- what only the catalogue shows --------------------------------------------------------------------
my $cluster = new_cluster('later');
$cluster->sql('postgres', 'CREATE DATABASE later');
$cluster->sql('later', 'CREATE TABLE thing (id int PRIMARY KEY, name text); INSERT INTO thing VALUES (1, $$one$$); GRANT SELECT ON thing TO site');
$cluster->load('later', root . '/website/database/notify.sql');
my $later = new_site('later');
put("$later/templates/own.html", "{{#rows}}{{name}}{{/rows}}{{#other}}{{name}}{{/other}}{{#missing}} missing{{/missing}}\n");
put("$later/queries/late.sql", "-- Not there yet.\nSELECT name\nFROM public.late\n");
put("$later/queries/bare.sql", "SELECT name FROM thing\n");
put("$later/pages.conf", join '',
    page('/good/', 'own.html', 'SitePageQuery rows "/api/thing/?ordering=name"', 'SitePageQuery other /api/thing/1/'),
    page('/late/', 'own.html', "SitePageQuery rows sql=$later/queries/late.sql", 'SitePageQuery other /api/thing/1/'),
    page('/maybe/', 'own.html', "SitePageQuery rows sql=$later/queries/late.sql optional", 'SitePageQuery other /api/thing/1/'),
    page('/bare/', 'own.html', "SitePageQuery rows sql=$later/queries/bare.sql", 'SitePageQuery other /api/thing/1/'),
    page('/wrong/', 'own.html', 'SitePageQuery rows "/api/thing/?nam=x"', 'SitePageQuery other "/api/late/"'));
my $server = new_httpd('later', site => $later, database => $cluster->conninfo('later'));
$server->expect_log(qr/SITE0162|SITE0160/);
$server->start;
$client = $server->client;
is body('/good/'), 'oneone', 'a page over another database';
my @told = ([qr{pages\.conf:\d+: query 'rows' of <SitePage "/late/">: \S+/late\.sql:3: relation "public\.late" does not exist}, 'a table that is not there'],
    [qr{pages\.conf:\d+: query 'rows' of <SitePage "/bare/">: \S+/bare\.sql:1: relation "thing" does not exist \(tables are named with their schema}, 'one without its schema'],
    [qr{pages\.conf:\d+: query 'rows' of <SitePage "/wrong/">: nam: Unknown parameter}, 'a parameter that nobody knows'],
    [qr{pages\.conf:\d+: query 'other' of <SitePage "/wrong/">: there is no resource 'late' in /api}, 'a resource that is not there']);
ok $server->log->wait_line(qr/SITE0162: \S*$_->[0]/), "$_->[1] is told, with file and line" for @told;
for my $path (qw(/late/ /bare/ /wrong/)) {
    my $answer = $client->get($path);
    is $answer->{status}, 503, "$path is not available";
    like $answer->{body}, qr{its configuration does not fit the database}, 'and says so';
}
is body('/maybe/'), 'one missing', 'what is optional is left out';
$cluster->sql('later', 'CREATE TABLE late (id int PRIMARY KEY, name text); INSERT INTO late VALUES (1, $$late$$); GRANT SELECT ON late TO site');
ok Site::Test::Process::wait_for(10, sub { body('/late/') eq 'lateone' }), 'a table that comes makes the page';
is body('/maybe/'), 'lateone', 'and the optional part';
is body('/wrong/'), 503, 'what is still wrong stays so';

# --- behind a proxy that leaves its prefix on the path ----------------------------------------------------
{
    my $kept = new_httpd('kept', site => $site, defines => { SITE_PUBLIC_URL => 'https://example.org/sub prefix=kept' });
    $kept->start;
    $client = $kept->client;
    is $client->get('/sub/turn/Equ?page=2')->{headers}{location}, '/sub/turn/Equ/?page=2', 'the slash is added below the prefix';
    like body('/sub/turn/Equ/'), qr{<a href="/sub/turn/Equ/\?page=2">on</a>}, 'pages turn below it';
    like body('/sub/keys/1/'), qr{<a href="/sub/api/constellation/\d+/">}, 'rows are below it';
    is body('/sub/a/O%2FRi/'), '<p>O/Ri {}|O/Ri||none</p>', 'and a captured slash is one';
    $kept->stop;
    $client = $server->client;
}

# --- a restart takes up what was changed; the configuration of before is not needed --------------------
put("$later/queries/bare.sql", "SELECT 'new' AS name FROM public.thing\n");
ok $server->graceful, 'a graceful restart';
ok Site::Test::Process::wait_for(10, sub { body('/bare/') eq 'newone' }), 'with other SQL';

# --- a restart that comes by a signal keeps what it had --------------------------------------
{
    my $own = new_site('restart');
    put("$own/templates/rows.html", "{{#rows}}<i>{{number}}</i>{{/rows}}");
    put("$own/queries/one.sql", "SELECT 17 AS number\n");
    my $kept = new_httpd('restart', site => $own,
        config => page('/one/', 'rows.html', "SitePageQuery rows sql=$own/queries/one.sql"))->start;
    $kept->expect_log(qr/SITE0176/);
    like $kept->client->get('/one/', @html)->{body}, qr{<i>17</i>}, 'a query';
    unlink "$own/queries/one.sql";
    ok $kept->graceful, 'a graceful restart without its file';
    like $kept->client->get('/one/', @html)->{body}, qr{<i>17</i>}, 'goes on with it';
    is scalar(grep { m{SITE0176: .*there is no file '\Q$own\E/queries/one\.sql'} } $kept->log->lines), 1, '... and says so';
    put("$own/queries/one.sql", "SELECT 17 AS number; SELECT 18");
    ok $kept->graceful, 'another one, with a wrong file';
    like $kept->client->get('/one/', @html)->{body}, qr{<i>17</i>}, 'goes on, too';
    put("$own/queries/one.sql", "SELECT 19 AS number\n");
    ok $kept->graceful, 'a third one, with a right one';
    # A child of before may still take a connection.
    ok Site::Test::Process::wait_for(10, sub { $kept->client->get('/one/', @html)->{body} =~ m{<i>19</i>} }), 'has the new query';
    $kept->stop;
}

done_testing;
