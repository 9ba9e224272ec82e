# Settings are merged as httpd merges its own: server, virtual host, sections in
# their order, sections of a request, resource; each says only what it wants
# different. And which database a location's API shows.
use strict;
use warnings;
use Site::Test;
use Site::Test::Process qw(free_port wait_for);
use Test::More;

my $cluster = cluster;
for my $database (qw(merge_a merge_b)) {
    $cluster->sql('postgres', "CREATE DATABASE $database");
    $cluster->sql($database, 'CREATE TABLE thing (id int PRIMARY KEY, price numeric(5,2), label text)',
        "INSERT INTO thing SELECT i, i + 0.5, '$database' FROM generate_series(1, 30) i",
        'CREATE VIEW copy AS SELECT * FROM thing', 'GRANT SELECT ON thing, copy TO site');
}
my $other = free_port();
my $second = $cluster->conninfo('merge_b');
my $params = "passfile=\${SITE_PASSFILE} connect_timeout=3";
my $httpd = new_httpd('merge', database => $cluster->conninfo('merge_a'),
    site => new_site('merge', <<'SITE'), config => <<"CONF")->start;
SitePagination size=10
<SiteResource thing>
    SitePagination size=3
    SiteParameters size=n
</SiteResource>
<SiteResource small>
    SiteTable thing
    SiteDecimals string
</SiteResource>
SITE
# A default of the server, which the location of /api says nothing of.
SiteDecimals number
SitePagination size=25 max=26

<Location "/plain">
    SetHandler site
    SiteSchema public
    SiteDecimals string
</Location>
# Two sections for one path are one API.
<Location "/plain/">
    <SiteResource also>
        SiteTable thing
        SiteDecimals number
    </SiteResource>
    SitePagination size=5
</Location>
# Below an API, and later sections win; so does a request's own.
<Location "/api/copy">
    SitePagination size=4
    SiteUrlAttribute Off
</Location>
<LocationMatch "^/api/c">
    SitePagination size=7
</LocationMatch>
<If "%{QUERY_STRING} =~ /exactly/">
    SiteStrict On
</If>

Listen 127.0.0.1:$other
<VirtualHost 127.0.0.1:$other>
    SiteDecimals string
    DBDriver pgsql
    DBDParams "$second $params"
    DBDMin 0
    <Location "/own">
        SetHandler site
        SiteSchema public
        SitePagination size=2
    </Location>
    <Location "/plain">
        SitePagination size=6
    </Location>
</VirtualHost>
CONF
my $main = $httpd->client;
my $host = Site::Test::Client->new($other);
ok wait_for(5, sub { $main->status('/api/thing/') == 200 && $host->status('/own/thing/') == 200 }), 'served';

# How many rows a list has, and how its first row spells a decimal.
sub shape {
    my ($client, $path) = @_;
    my $answer = $client->get($path);
    return "$answer->{status}" if $answer->{status} != 200;
    my ($price) = $answer->{body} =~ /"price":("?[\d.]+"?)/;
    return scalar(@{ $answer->{json}{results} }) . " $price";
}

is shape($main, '/plain/copy/'), '5 "1.50"', 'two sections for one path say one thing';
is shape($main, '/plain/also/'), '5 1.5', 'and their resources are one API\'s';
is shape($main, '/api/small/'), '10 "1.50"', 'a location and, over it, a resource';
is shape($main, '/api/thing/'), '3 1.5', 'each says only what it wants different';
is shape($main, '/api/thing/?n=20'), '20 1.5', 'a resource\'s own parameter';
is shape($main, '/api/thing/?n=99'), '26 1.5', 'the server\'s maximum';
is shape($main, '/api/copy/'), '7 1.5', 'below an API, in the order of the sections';
is $main->status('/api/thing/?nonsense=1'), 200, 'without the section of a request';
is $main->status('/api/thing/?nonsense=exactly'), 400, 'and with it';

# --- virtual hosts -----------------------------------------------------------------
sub label_of { my ($client, $path) = @_; return $client->get($path)->{json}{results}[0]{label} }

is shape($host, '/own/thing/'), '2 "1.50"', 'a virtual host inherits and overrides';
is shape($host, '/plain/also/'), '6 1.5', 'an API that it inherits behaves as the host says';
is label_of($host, '/own/thing/'), 'merge_b', 'its own API shows its own database';
is label_of($host, '/plain/also/'), 'merge_a', 'an inherited one that of the server it was declared in';
is label_of($main, '/plain/also/'), 'merge_a', 'as there';
is $main->status('/own/thing/'), 404, 'what the host declares is not the server\'s';
$httpd->stop;

# --- .htaccess: none of it ------------------------------------------------------------
{
    my $files = scratch('files');
    open my $file, '>', "$files/.htaccess" or die "$files: $!";
    print $file "SiteStrict On\n";
    close $file;
    my $open = new_httpd('htaccess', database => $cluster->conninfo('merge_a'), site => new_site('htaccess'),
        config => "Alias /files $files\n<Directory $files>\n    AllowOverride All\n    Require all granted\n</Directory>\n"
            . "<Location /files>\n    SetHandler none\n</Location>\n")->start;
    $open->expect_log(qr/SiteStrict not allowed here/);
    is $open->client->status('/files/'), 500, 'a .htaccess may say nothing of ours';
    ok $open->log->wait_line(qr/SiteStrict not allowed here/), 'and the log says so';
    $open->stop;
}

done_testing;
