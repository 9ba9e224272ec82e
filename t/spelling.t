# One resource has many addresses: /api/secret/, /api/secret.json, /api//secret/ ... Each obeys the configuration of the canonical
# one, whatever it is, or is not there.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

my $cluster = new_cluster('spelling');
$cluster->sql('postgres', 'CREATE DATABASE spelling');
$cluster->sql('spelling', <<'SQL');
CREATE ROLE reader;
GRANT reader TO site;
CREATE TABLE secret (id int PRIMARY KEY, name text NOT NULL, picture bytea);
INSERT INTO secret VALUES (5, 'five', 'bytes');
CREATE TABLE word (code text PRIMARY KEY, note text);
INSERT INTO word VALUES ('a', 'open'), ('a.json', 'closed'), ('b/c', 'closed');
CREATE TABLE number (id int PRIMARY KEY, note text);
INSERT INTO number VALUES (7, 'closed'), (8, 'open');
CREATE TABLE thing (id uuid PRIMARY KEY, note text);
INSERT INTO thing VALUES ('0123abcd-0000-0000-0000-000000000000', 'closed');
CREATE TABLE padded (code char(4) PRIMARY KEY);
INSERT INTO padded VALUES ('ab');
CREATE EXTENSION citext;
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE amount (id numeric PRIMARY KEY, note text, picture bytea);
INSERT INTO amount VALUES (1.50, 'closed', 'bytes'), (2.5, 'open', 'bytes');
CREATE TABLE ratio (id float8 PRIMARY KEY, note text);
INSERT INTO ratio VALUES (0.5, 'closed'), (2, 'open');
CREATE TABLE flag (id boolean PRIMARY KEY, note text);
INSERT INTO flag VALUES (true, 'closed'), (false, 'open');
CREATE TABLE moment (id timestamptz PRIMARY KEY, note text);
INSERT INTO moment VALUES ('2020-01-02 03:04:05Z', 'closed'), ('2021-01-02 03:04:05Z', 'open');
CREATE TABLE clock (id timestamp PRIMARY KEY, note text);
INSERT INTO clock VALUES ('2020-01-02 03:04:05', 'closed'), ('2021-01-02 03:04:05', 'open');
CREATE TABLE span (id interval PRIMARY KEY, note text);
INSERT INTO span VALUES ('1 day', 'closed'), ('2 days', 'open');
CREATE TABLE host (id inet PRIMARY KEY, note text);
INSERT INTO host VALUES ('2001:db8::1', 'closed'), ('10.0.0.1', 'open');
CREATE TABLE card (id macaddr PRIMARY KEY, note text);
INSERT INTO card VALUES ('08:00:2b:01:02:03', 'closed'), ('08:00:2b:01:02:04', 'open');
CREATE TABLE day (id date PRIMARY KEY, note text);
INSERT INTO day VALUES ('2020-01-02', 'closed'), ('2021-01-02', 'open');
CREATE TABLE hour (id time PRIMARY KEY, note text);
INSERT INTO hour VALUES ('03:04:00', 'closed'), ('05:06:07.5', 'open');
CREATE TABLE hash (id bytea PRIMARY KEY, note text);
INSERT INTO hash VALUES ('\xabcd', 'closed'), ('\xef01', 'open');
CREATE TABLE person (id citext PRIMARY KEY, note text);
INSERT INTO person VALUES ('Ada', 'closed'), ('Bob', 'open');
CREATE TABLE title (id text COLLATE loose PRIMARY KEY, note text);
INSERT INTO title VALUES ('Ada', 'closed'), ('Bob', 'open');
CREATE TABLE slow (id int PRIMARY KEY);
CREATE TABLE small (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE "odd name" (id int PRIMARY KEY);
CREATE VIEW me AS SELECT 1 AS id, current_user::text AS role;
GRANT SELECT ON me TO reader;
GRANT ALL ON ALL TABLES IN SCHEMA public TO site;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO site;
SQL
my $users = setting('users');
my $only = "AuthMerging Off\nRequire user admin\n";

# Keys of which only the row knows the spelling: its address, others of the same row, and those of a row without a rule.
my %rows = (
    amount => ['1.50', ['1.5', '01.50', '1.500', '%201.5'], ['2.50', '2.5']],
    ratio => ['0.5', ['.5', '0.50', '5e-1'], ['2.0', '2']],
    flag => ['t', ['true', 'TRUE', 'yes', '1', 'on'], ['false', 'f', '0']],
    moment => ['2020-01-02 03:04:05+00', ['2020-01-02T03:04:05Z', '2020-01-02T04:04:05+01:00', '2020-01-02%2003:04:05Z'], ['2021-01-02T03:04:05Z']],
    clock => ['2020-01-02 03:04:05', ['2020-01-02T03:04:05', '2020-01-02T03:04:05.000'], ['2021-01-02T03:04:05']],
    span => ['1 day', ['24%20hours', 'P1D', '1%20days'], ['48%20hours']],
    host => ['2001:db8::1', ['2001:0db8::1', '2001:DB8::1', '2001:db8:0::1%2F128'], ['10.0.0.1', '10.0.0.1%2F32']],
    card => ['08:00:2b:01:02:03', ['08-00-2b-01-02-03', '08002b010203', '08:00:2B:01:02:03'], ['08002b010204']],
    hash => ['\\xabcd', ['%5CxABCD', '%5Cxab%20cd'], ['%5CxEF01']],
    person => ['Ada', ['ada', 'ADA'], ['bob']],
    title => ['Ada', ['ada', 'ADA'], ['bob']],
);
my $sections = '';
for my $name (sort keys %rows) {
    my $path = "/api/$name/$rows{$name}[0]" =~ s/\\/\\\\/gr;
    $sections .= "<Location \"$path\">\n$only</Location>\n";
}
my $site = new_site('spelling');
mkdir "$site/static" or -d "$site/static" or die;
for (['site.css', "body {}\n"]) {
    open my $file, '>', "$site/static/$_->[0]" or die;
    print $file $_->[1];
}
my $httpd = new_httpd('spelling', site => $site, users => '/nonexistent', database => $cluster->conninfo('spelling'), config => <<"CONF");
<Location "/">
    SiteBasicProvider file
    AuthUserFile $users/passwords
    AuthGroupFile $users/groups
</Location>
<Location "/api">
    SiteMethods GET POST PUT PATCH DELETE OPTIONS
    Require all granted
    <SiteResource me>
        SiteKey id
    </SiteResource>
</Location>
<Location "/api/secret">
$only</Location>
<Location "/api/odd name/">
$only</Location>
<LocationMatch "^/api/word/(a\\.json|b%2Fc)/\$">
$only</LocationMatch>
<Location "/api/number/7">
$only</Location>
<Location "/api/thing/0123abcd-0000-0000-0000-000000000000/">
$only</Location>
<Location "/api/padded/ab/">
$only</Location>
$sections<Location "/api/slow/">
    SiteThrottle anon=1/h
</Location>
<Location "/api/small/">
    LimitRequestBody 20
    Header always set X-Small yes
</Location>
<Location "/api/me/">
    SiteRole reader anonymous
</Location>
<Location "/static/site.css">
    Require all denied
</Location>
<If "%{REQUEST_URI} == '/api/number/8/'">
    Header always set X-If yes
</If>
# Another module leads to an API's address, before and behind the walk over locations.
ErrorDocument 410 /api/secret.json
Redirect 410 "/gone"
LoadModule rewrite_module \${SITE_MODULES}/mod_rewrite.so
RewriteEngine On
RewriteRule "^/short\$" "/api/secret.json" [PT]
RewriteRule "^/brief\$" "/api/number/8.json" [PT]
CONF
$httpd->expect_log(qr/AH01630|AH01631|AH01618|AH01617|AH00124|AH00026|AH10244|AH01587|AH01588/);
$httpd->serve;
my $client = $httpd->client;
my @admin = basic('admin');
my @json = ('Content-Type' => 'application/json');
my @html = (Accept => 'text/html');

sub denied { my ($status) = @_; return $status == 401 || $status == 403 || $status == 404 || $status == 400 || $status == 406 }

# --- Require ---------------------------------------------------------------------------------------------------------------------
my @lists = ('/api/secret/', '/api/secret.json', '/api/secret.api', '/api/secret.json?page=1', '/api/secret/?format=json', '/api//secret/',
    '//api/secret.json', '/api/./secret.json', '/api/x/../secret.json', '/api/%73ecret.json', '/api/secre%74.json', '/api/secret%2Ejson',
    '/api/secret%2ejson', '/api/%2573ecret/', '/api/%2573ecret.json', '/api/secret/.json', '/api/secret.json/', '/api/secret;x/', '/api/secret;x.json',
    '/api/secret.csv', '/api/secret/?_x=id', '/api/SECRET.json', '/api/secret.JSON', '/short');
my @rows = ('/api/secret/5/', '/api/secret/5.json', '/api/secret/5.api', '/api/secret/5.json/', '/api/secret/%35.json', '/api//secret//5.json', '/api/%2573ecret/5/',
    '/api/%2573ecret/5.json', '/api/secret/%2535/', '/api/secret/5%2Ejson', '/api/secret/05/', '/api/secret/5/?_file=picture', '/api/secret/5.api?_file=picture',
    '/api/secret/5.api?_form=edit', '/api/secret/5/?_form=delete', '/api/secret.api?_form=new');
for my $path (@lists, @rows) {
    my $answer = $client->get($path, $path =~ /_form|_file/ ? @html : ());
    ok denied($answer->{status}), "Require: GET $path is $answer->{status}";
    unlike $answer->{body}, qr/five|bytes/, '... and shows nothing';
    $answer = $client->request('POST', $path, {@json}, '{"id": 6, "name": "six"}');
    ok denied($answer->{status}) || $answer->{status} == 405, "Require: POST $path is $answer->{status}";
    for my $method (qw(PUT PATCH DELETE)) {
        my $status = $client->request($method, $path, { @json, basic('editor') }, '{"id": 5, "name": "cinq"}')->{status};
        ok denied($status) || $status == 405, "... $method by another user: $status";
    }
    my $form = $client->request('POST', $path . ($path =~ /\?/ ? '&' : '?') . '_method=DELETE',
        { @html, basic('editor'), 'Content-Type' => 'application/x-www-form-urlencoded' }, 'name=cinq');
    ok denied($form->{status}) || $form->{status} == 405, "... a form: $form->{status}";
}
is $cluster->sql('spelling', 'SELECT string_agg(id || name, \',\') FROM secret') =~ s/\s+$//r, '5five', 'nothing was changed';
is $client->status($_, @admin), 200, "... and who may sees $_" for '/api/secret/', '/api/secret.json', '/api/%2573ecret/5/', '/api/secret/5/', '/api/secret/5.json',
    '/api/secret/05/', '/short';
is $client->status($_), 301, "$_ is sent to its slash" for '/api/secret', '/api/secret/5';
is $client->status($_), 401, "a name with a space: $_" for '/api/odd%20name/', '/api/odd%20name.json';
unlike $client->get('/gone')->{body}, qr/five/, 'an error document obeys';
is $client->status('/brief'), 200, 'another module may lead to another spelling';

# --- what is a key and what is a format --------------------------------------------------------------------------------------------
is $client->get($_->[0])->{status}, $_->[1], "a text key: $_->[0]" for ['/api/word/a.json', 200], ['/api/word/a/', 200], ['/api/word/a%2Ejson/', 401],
    ['/api/word/a%2ejson.json', 401], ['/api/word/a%252Ejson.json', 404], ['/api/word/b%2Fc/', 401], ['/api/word/b%2fc/', 401], ['/api/word/b%2fc.json', 401],
    ['/api/word/b%252Fc/', 401];
is $client->get($_->[0])->{status}, $_->[1], "a number as key: $_->[0]" for ['/api/number/8/', 200], ['/api/number/08.json', 200], ['/api/number/7/', 401],
    ['/api/number/7.json', 401], ['/api/number/007/', 401], ['/api/number/007.api', 401], ['/api/number/%207/', 401], ['/api/number/+7/', 401],
    ['/api/number/%D9%A7/', 401];
is $client->status($_), 401, "a padded key: $_" for '/api/padded/ab/', '/api/padded/ab.json', '/api/padded/ab%20%20/';
is $client->get("/api/thing/$_")->{status}, 401, "a uuid as key: $_" for '0123abcd-0000-0000-0000-000000000000/', '0123ABCD-0000-0000-0000-000000000000.json',
    '0123abcd000000000000000000000000/', '%7B0123abcd-0000-0000-0000-000000000000%7D/';
is $client->get($_)->{headers}{'x-if'}, 'yes', "<If>: $_" for '/api/number/8/', '/api/number/8.json', '/api/number/08/';

# --- keys of which only the row knows the spelling ---------------------------------------------------------------------------------
for my $name (sort keys %rows) {
    my ($own, $others, $open) = @{ $rows{$name} };
    my $address = ($client->get("/api/$name/?ordering=note", @admin)->{json}{results}[0]{url} // '') =~ s{^https?://[^/]+}{}r;
    my $answer = $client->get($address);
    is $answer->{status}, 401, "$name: $address, the row's own address";
    is $client->status($address, @admin), 200, '... for who may';
    for my $spelling (@$others) {
        for my $tail ('/', '.json', '/?_file=picture', '/?_form=edit') {
            my @accept = $tail =~ /_/ ? @html : ();
            my $path = "/api/$name/$spelling" . ($spelling =~ /\./ && $tail eq '.json' ? '/?format=json' : $tail);
            $answer = $client->get($path, @accept);
            is $answer->{status}, 307, "... $path";
            unlike $answer->{body}, qr/closed|bytes/, '... shows nothing';
            is $client->status($answer->{headers}{location}, @accept), 401, "... $answer->{headers}{location} is closed";
        }
        for my $method (qw(PUT PATCH DELETE)) {
            is $client->request($method, "/api/$name/$spelling/", { @json, basic('editor') }, '{"note": "changed"}')->{status}, 307, "... $method";
        }
        is $client->request('OPTIONS', "/api/$name/$spelling/")->{status}, 307, '... OPTIONS';
        $answer = $client->get("/api/$name/$spelling/?x=%20y", @admin);
        like $answer->{headers}{location}, qr/\?x=%20y$/, '... with the query';
        is $client->get($answer->{headers}{location}, @admin)->{json}{note}, 'closed', '... and leads there';
    }
    is $client->get("/api/$name/$_/")->{json}{note}, 'open', "... $_ of a row without a rule" for @$open;
    is $client->status("/api/$name/none-such/"), 404, '... and what is no key';
    is $cluster->sql('spelling', "SELECT string_agg(note, ',' ORDER BY note) FROM $name") =~ s/\s+$//r, 'closed,open', '... nothing was changed';
}

# --- all other configuration -----------------------------------------------------------------------------------------------------------
is $client->get($_->[0])->{status}, $_->[1], "SiteThrottle: $_->[0] is $_->[1]" for ['/api/slow/', 200], ['/api/slow/', 429], ['/api/slow.json', 429], ['/api//slow.api', 429];
for my $path ('/api/small/', '/api/small.json', '/api/small.api', '/api//small/') {
    is $client->get($path)->{headers}{'x-small'}, 'yes', "Header: $path";
    is $client->request('POST', $path, { @json, @admin }, '{"name": "' . 'x' x 100 . '"}')->{status}, 413, '... LimitRequestBody';
}
is $client->get($_)->{json}{results}[0]{role}, 'reader', "SiteRole: $_" for '/api/me/', '/api/me.json', '/api//me.json';
is $client->get($_)->{json}{role}, 'reader', "... $_" for '/api/me/1/', '/api/me/1.json', '/api/me/01.json';

# --- what a client sees stays as it asked ------------------------------------------------------------------------------------------------
is $client->status('/api/number.json?page_size=1'), 200, 'a list';
open my $log, '<', "$httpd->{dir}/access_log" or die;
my $lines = do { local $/; <$log> };
like $lines, qr{GET /api/number\.json\?page_size=1 }, 'the access log shows what was asked for';

# --- a static file under its fingerprint -------------------------------------------------------------------------------------------------
is $client->status('/static/site.css'), 403, 'a file';
is $client->status('/static/site.' . substr(sha256_hex("body {}\n"), 0, 10) . '.css'), 403, '... under its fingerprint';
done_testing;
