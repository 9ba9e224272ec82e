# Tokens, and the table of users that Django made: `Authorization: Token` and
# `Bearer`, the address that hands them out, and what of it is ever kept.
use strict;
use warnings;
use Site::Test;
use Site::Test::Process qw(capture);
use Site::Test::Users qw(basic write_users);
use Test::More;
use Time::HiRes qw(time);

my $cluster = new_cluster('token');
$cluster->sql('postgres', 'CREATE DATABASE accounts');
$cluster->load('accounts', root . '/website/database/auth.sql') for 1 .. 2;
# Made by Django's own hasher: "ann-pw".
my $encoded = 'pbkdf2_sha256$20000$abcdefgh$kFbGMCWm1wVxuNVEVtSTnWjRkUENvGHFxOMG58LT9yo=';
$cluster->sql('accounts', <<"SQL");
CREATE TABLE auth_user (id serial PRIMARY KEY, username text UNIQUE, password text, is_active boolean NOT NULL DEFAULT true);
INSERT INTO auth_user (username, password) VALUES ('ann', '$encoded'), ('old', 'md5\$a\$b'), ('none', '!');
INSERT INTO auth_user (username, password, is_active) VALUES ('gone', '$encoded', false);
CREATE TABLE thing (id int PRIMARY KEY);
INSERT INTO thing VALUES (1);
GRANT SELECT ON thing, auth_user TO site;
GRANT INSERT ON thing TO site;
SQL

my $site = new_site('token');
my $number = 0;
my $common = "SiteUserTable auth_user\nSiteTokenTable mod_site.token lifetime=1h\n";

sub httpd {
    my ($server, $location) = @_;
    my $httpd = new_httpd('token' . $number++, site => $site, users => '/nonexistent',
        database => $cluster->conninfo('accounts'), defines => { SITE_LOG_LEVEL => 'debug' },
        config => "$server<Location \"/api\">\nSiteMethods GET POST\nSiteHide auth_user\n" . ($location // '')
            . "</Location>\n<Location \"/api-token-auth/\">\nSetHandler site-token\n</Location>\n");
    $httpd->expect_log(qr/SITE0143/);
    return $httpd;
}

sub ask {
    my ($client, $body, $type) = @_;
    return $client->request('POST', '/api-token-auth/', { 'Content-Type' => $type // 'application/json' }, $body);
}

my $httpd = httpd("${common}SiteBasicProvider site\n")->serve;
my $client = $httpd->client;

# --- passwords as Django keeps them ------------------------------------------------------
is $client->status('/api/thing/1/', basic('ann', 'ann-pw')), 200, 'a password of Django';
is $client->get('/api/thing/1/', basic('ann', 'x'))->{json}{detail}, 'Invalid username/password.', 'a wrong one';
is $client->get('/api/thing/1/', basic('gone', 'ann-pw'))->{json}{detail}, 'Invalid username/password.', 'inactive';
is $client->status('/api/thing/1/', basic($_, 'x')), 401, "$_: no password that could be right" for qw(old none);

# --- handing out ----------------------------------------------------------------------------
my $answer = ask($client, '{"username": "ann", "password": "ann-pw"}');
is $answer->{status}, 200, 'a token' or diag $answer->{body};
my $token = $answer->{json}{token};
like $token, qr/^[0-9a-f]{40}$/, 'as long as those of DRF';
is $answer->{headers}{'cache-control'}, 'no-store', 'not to be kept by a cache';
like ask($client, 'username=ann&password=ann-pw', 'application/x-www-form-urlencoded')->{json}{token}, qr/^\w{40}$/, 'by a form';
for my $case (
    ['{"username": "ann", "password": "x"}', 400, { non_field_errors => ['Unable to log in with provided credentials.'] }],
    ['{"username": "gone", "password": "ann-pw"}', 400, { non_field_errors => ['Unable to log in with provided credentials.'] }],
    ['{"username": "nobody", "password": "x"}', 400, { non_field_errors => ['Unable to log in with provided credentials.'] }],
    ['{}', 400, { username => ['This field is required.'], password => ['This field is required.'] }],
    ['', 400, { username => ['This field is required.'], password => ['This field is required.'] }],
    ['{"username": " ", "password": null}', 400, { username => ['This field may not be blank.'], password => ['This field may not be null.'] }],
    ['{"username": [], "password": "x"}', 400, { username => ['Not a valid string.'] }],
    ['{"username": true, "password": 5}', 400, { username => ['Not a valid string.'] }],
    ['{"username": 5, "password": 5.5}', 400, { non_field_errors => ['Unable to log in with provided credentials.'] }],
    ['{"username": "a\u0000", "password": "b\u0000"}', 400, { username => ['Null characters are not allowed.'], password => ['Null characters are not allowed.'] }],
    ['{"username": "\ud800", "password": "x"}', 400, { username => ['Surrogate characters are not allowed: U+D800.'] }],
    ['{"username": "ann", "password": " ann-pw"}', 400, { non_field_errors => ['Unable to log in with provided credentials.'] }],
    ['null', 400, { non_field_errors => ['No data provided'] }],
    ['5', 400, { non_field_errors => ['Invalid data. Expected a dictionary, but got int.'] }],
    ['[]', 400, { non_field_errors => ['Invalid data. Expected a dictionary, but got list.'] }]) {
    my $got = ask($client, $case->[0]);
    is $got->{status}, $case->[1], "body $case->[0]";
    is_deeply $got->{json}, $case->[2], '... in the words of DRF';
}
is ask($client, '{"username": " ann ", "password": "ann-pw"}')->{status}, 200, 'a name is trimmed';
my $parts = join '', map { "--b\r\nContent-Disposition: form-data; name=\"$_->[0]\"\r\n\r\n$_->[1]\r\n" } ['username', 'ann'], ['password', 'ann-pw'];
is ask($client, "$parts--b--\r\n", 'multipart/form-data; boundary=b')->{status}, 200, 'a form of several parts';
is ask($client, 'x', 'text/plain')->{status}, 415, 'another type';
is ask($client, 'x', 'application/xml; charset=utf-8')->{json}{detail}, 'Unsupported media type "application/xml; charset=utf-8" in request.', '... in the words of DRF';
like ask($client, '{bad')->{json}{detail}, qr/^JSON parse error/, 'bad JSON';
is $client->request($_, '/api-token-auth/')->{json}{detail}, "Method \"$_\" not allowed.", "not $_" for 'GET', 'PUT', 'PATCH', 'DELETE', 'FOO';
{
    my $options = $client->request('OPTIONS', '/api-token-auth/');
    is $options->{status}, 200, 'OPTIONS';
    is $options->{headers}{allow}, 'POST, OPTIONS', '... Allow';
    # What Django REST framework 3.14 answers.
    is $options->{body}, '{"name":"Obtain Auth Token","description":"","renders":["application/json"],"parses":["application/x-www-form-urlencoded","multipart/form-data","application/json"],"actions":{"POST":{"username":{"type":"string","required":true,"read_only":false,"label":"Username"},"password":{"type":"string","required":true,"read_only":false,"label":"Password"},"token":{"type":"string","required":false,"read_only":true,"label":"Token"}}}}', '... the very words';
    my @good = ({ 'Content-Type' => 'application/json' }, '{"username": "ann", "password": "ann-pw"}');
    is $client->request('POST', '/api-token-auth/', { %{ $good[0] }, Accept => 'text/html' }, $good[1])->{status}, 406, 'it has no page';
    is $client->request('POST', '/api-token-auth/', { %{ $good[0] }, Accept => 'text/html, */*' }, $good[1])->{status}, 200, '... for whoever wants one only';
    is $client->request('POST', '/api-token-auth/?format=api', @good)->{json}{detail}, 'Not found.', '... by no parameter';
    is $client->request('POST', '/api-token-auth/?format=json', @good)->{status}, 200, '... but JSON';
    like $client->request('POST', '/api-token-auth/', { %{ $good[0] }, Accept => 'application/json; indent=4' }, $good[1])->{body}, qr/^\{\n    "token": "\w{40}"\n\}$/, 'indented';
    is $client->request('POST', '/api-token-auth/', { %{ $good[0] }, Authorization => 'Token x' }, $good[1])->{json}{detail}, 'Invalid token.', 'wrong credentials are wrong here, too';
    is $client->request('POST', '/api-token-auth/', { %{ $good[0] }, Authorization => 'Basic x' }, $good[1])->{json}{detail},
        'Invalid basic header. Credentials not correctly base64 encoded.', '... of any kind';
}

# --- showing --------------------------------------------------------------------------------
for my $word ('Token', 'Bearer', 'token') {
    is $client->status('/api/thing/1/', Authorization => "$word $token"), 200, "$word";
}
for my $case (
    ['Token', 'Invalid token header. No credentials provided.'],
    ['Token a b', 'Invalid token header. Token string should not contain spaces.'],
    ['Token ' . uc $token, 'Invalid token.'],
    ['Token 1234', 'Invalid token.'],
    ["Bearer x$token", 'Invalid token.']) {
    my $got = $client->get('/api/thing/1/', Authorization => $case->[0]);
    is "$got->{status} $got->{json}{detail}", "401 $case->[1]", $case->[0];
    is $got->{headers}{'www-authenticate'}, 'Basic realm="api"', '... and the first way to do better';
}
for my $case (["\xff", 'Invalid token header. Token string should not contain invalid characters.'], ["\xc3\xa9", 'Invalid token.']) {
    like $client->raw("GET /api/thing/1/ HTTP/1.1\r\nHost: x\r\nAuthorization: Token $case->[0]\r\nConnection: close\r\n\r\n"),
        qr/^HTTP\S+ 401 .*\{"detail":"\Q$case->[1]\E"\}$/s, 'letters beyond ASCII';
}
is $client->request('POST', '/api/thing/', { Authorization => "Token $token", 'Content-Type' => 'text/plain' }, 'x')->{status},
    415, 'a token may write';
$cluster->sql('accounts', "UPDATE auth_user SET is_active = false WHERE username = 'ann'");
is $client->get('/api/thing/1/', Authorization => "Token $token")->{json}{detail}, 'User inactive or deleted.', 'no user any more';
$cluster->sql('accounts', "UPDATE auth_user SET is_active = true WHERE username = 'ann'");

# --- what is kept ----------------------------------------------------------------------------
is $cluster->sql('accounts', "SELECT count(*) FROM mod_site.token WHERE hash = sha256('$token')"), 1, 'the hash is in the database';
is $cluster->sql('accounts', "SELECT count(*) FROM mod_site.token t WHERE t::text LIKE '%$token%'"), 0, 'the token is not';
ask($client, '{"username": "ann", "password": "ann-pw"}') for 1 .. 25;
cmp_ok $cluster->sql('accounts', 'SELECT count(*) FROM mod_site.token'), '<=', 20, 'a user has so many, and no more';
is $client->status('/api/thing/1/', Authorization => "Token $token"), 401, 'the oldest went';
$token = ask($client, '{"username": "ann", "password": "ann-pw"}')->{json}{token};
$cluster->sql('accounts', "UPDATE mod_site.token SET expires = now() - interval '1 second'");
is $client->status('/api/thing/1/', Authorization => "Token $token"), 401, 'an expired one is none';
$httpd->stop;
for my $file ($httpd->{error_log}, "$httpd->{dir}/access_log", $cluster->dir . '/log') {
    my $text = do { open my $in, '<', $file or die "$file: $!"; local $/; <$in> };
    unlike $text, qr/$token|ann-pw/, "neither token nor password is in $file";
}

# --- no API shows any of it ---------------------------------------------------------------------
{
    # Tables in the API's own schema, which nothing hides, and rights to all of them.
    $cluster->sql('postgres', 'CREATE DATABASE careless');
    $cluster->sql('careless', <<"SQL");
CREATE EXTENSION citext;
CREATE TABLE auth_user (id serial PRIMARY KEY, username citext UNIQUE, password text, is_active boolean NOT NULL DEFAULT true);
INSERT INTO auth_user (username, password) VALUES ('ann', '$encoded');
CREATE TABLE token (hash bytea PRIMARY KEY, username text NOT NULL, created timestamptz NOT NULL DEFAULT now(), expires timestamptz);
CREATE TABLE session (LIKE token INCLUDING ALL, stamp bytea);
CREATE TABLE thing (id int PRIMARY KEY, owner int REFERENCES auth_user);
INSERT INTO thing VALUES (1, 1);
GRANT ALL ON ALL TABLES IN SCHEMA public TO site;
SQL
    my $careless = "SiteUserTable auth_user\nSiteTokenTable token\nSiteSessionTable public.session\nSiteBasicProvider site\n";
    my $make = sub {
        my ($lines) = @_;
        return new_httpd('careless' . $number++, site => $site, users => '/nonexistent', database => $cluster->conninfo('careless'),
            config => "$careless<Location \"/api\">\nSiteMethods GET POST PUT PATCH DELETE OPTIONS\n$lines</Location>\n<Location \"/api-token-auth/\">\nSetHandler site-token\n</Location>\n")->serve->client;
    };
    my $his = $make->('');
    is_deeply [sort keys %{ $his->get('/api/')->{json} }], ['thing'], 'tables of users, tokens and sessions are no resources';
    is $his->status("/api/$_/"), 404, "... nor is there $_" for qw(auth_user token session);
    is $his->get('/api/thing/1/')->{json}{owner}, 1, 'what refers to them is there';
    is $his->status('/api/thing/?owner__password__startswith=pbkdf2'), 200, 'and finds nothing out';
    is $his->get('/api/thing/?owner__password__startswith=x')->{json}{count}, 1, '... by what nobody knows of';
    my $handed = ask($his, '{"username": "ann", "password": "ann-pw"}')->{json}{token};
    ok $handed, 'signing in works all the same';
    is $his->request('POST', '/api/token/', { Authorization => "Token $handed", 'Content-Type' => 'application/json' }, '{}')->{status}, 404, '... and nobody makes a token by hand';
    is ask($his, '{"username": "ANN", "password": "ann-pw"}')->{status}, 400, 'a user has one spelling, whatever the column takes for the same';

    my $shown = $make->("<SiteResource people>\nSiteTable auth_user\n</SiteResource>\n");
    is_deeply $shown->get('/api/people/1/')->{json}, { url => $shown->url('/api/people/1/'), id => 1, username => 'ann', is_active => JSON::PP::true() },
        'a section shows users, without their password';
    is $shown->get('/api/people/?password__startswith=x')->{json}{count}, 1, '... which cannot be asked for';
    is $shown->request('PATCH', '/api/people/1/', { basic('ann', 'ann-pw'), 'Content-Type' => 'application/json' }, '{"password": "!"}')->{status}, 200, '... or set';
    is $cluster->sql('careless', 'SELECT password FROM auth_user'), $encoded, '... it is an unknown name like any other';
    my $forced = new_httpd('careless' . $number++, site => $site, users => '/nonexistent', database => $cluster->conninfo('careless'),
        config => "$careless<Location \"/api\">\n<SiteResource keys>\nSiteTable token\n</SiteResource>\n</Location>\n");
    $forced->expect_log(qr/SITE0071.*there is no table 'token'/);
    is $forced->serve->client->status('/api/keys/'), 503, 'not even a section shows tokens';
}

# --- passwords of one's own making ---------------------------------------------------------------
{
    my $program = setting('module') =~ s{[^/]+$}{site-password}r;
    my ($status, $made) = capture('sh', '-c', 'printf "zoe pw\n" | "$0"', $program);
    is $status, 0, 'site-password' or diag $made;
    chomp $made;
    like $made, qr/^pbkdf2_sha256\$720000\$\w{32}\$[\w+\/]{43}=$/, 'makes what Django makes';
    $cluster->sql('accounts', "INSERT INTO auth_user (username, password) VALUES ('zoe', '$made')");
    my $his = httpd("${common}SiteBasicProvider site\n")->serve->client;
    is $his->status('/api/thing/1/', basic('zoe', 'zoe pw')), 200, 'it is taken';
    my $begin = time;
    is $his->status('/api/thing/1/', basic('zoe', 'zoe pw')), 200, 'and again' for 1 .. 20;
    cmp_ok time - $begin, '<', 3, '... which is not computed each time: 20 of them would take many seconds';
    $cluster->sql('accounts', "UPDATE auth_user SET password = '!' WHERE username = 'zoe'");
    is $his->status('/api/thing/1/', basic('zoe', 'zoe pw')), 401, 'a password that was taken back holds no longer';
    for my $wrong ('printf ""', 'printf "\n"') {
        ($status) = capture('sh', '-c', "$wrong | \"\$0\"", $program);
        isnt $status, 0, "no password from $wrong";
    }
    ($status) = capture($program, 'secret');
    isnt $status, 0, 'nor one of the command line';
}

# --- wrong user and wrong password take alike ---------------------------------------------------
# Medians of guesses that take turns. The machine may be busy with something else,
# which makes one of both late, but not the same one again and again: one try in
# which they are alike will do, and a difference that is ours shows in all of them.
sub take_alike {
    my ($what, $client, $known, $right) = @_;
    $client->status('/api/thing/1/', basic($known, $right)) for 1 .. 6;
    $client->status('/api/thing/1/', basic($known, 'first')) for 1 .. 4;
    my ($least, $told);
    for my $try (1 .. 4) {
        my (%spent, %median);
        for my $round (1 .. 5) {
            for my $who ($known, 'nobody') {
                my $begin = time;
                $client->status('/api/thing/1/', basic($who, "guess $round"));
                push @{ $spent{$who} }, time - $begin;
            }
        }
        $median{$_} = (sort { $a <=> $b } @{ $spent{$_} })[2] for keys %spent;
        my $difference = abs($median{$known} - $median{nobody}) / ($median{$known} + 0.004);
        ($least, $told) = ($difference, sprintf '%.1f ms, %.1f ms', map { 1e3 * $median{$_} } $known, 'nobody')
            if !defined $least || $difference < $least;
        last if $least < 0.2;
    }
    cmp_ok $least, '<', 0.2, "$what: a wrong password and a wrong user take alike ($told)";
    return;
}
take_alike('a table', httpd("${common}SiteBasicProvider site\n")->serve->client, 'ann', 'ann-pw');
{
    # bcrypt in a file: httpd itself compares nothing for somebody who is not in it.
    my $dir = scratch('bcrypt');
    chmod 0755, $dir;
    open my $file, '>', "$dir/passwords" or die;
    print $file 'slow:$2y$08$uq8OuD82NdWV7RUzrldHveWLcu.RFeAeCD4WTdxU.UFyB5tU77/hO', "\n";
    close $file;
    take_alike('a file', httpd('', "SiteBasicProvider file\nAuthUserFile $dir/passwords\n")->serve->client, 'slow', 'slow-pw');
}

# --- off, and only tokens ------------------------------------------------------------------------
{
    my $off = httpd('')->serve->client;
    is ask($off, '{}')->{status}, 404, 'no table, no tokens';
    is $off->status('/api/thing/1/', Authorization => 'Token 1234'), 200, 'nor is the header looked at';
}
{
    my $only = httpd("$common<Location \"/api-token-auth/\">\nSiteBasicProvider site\n</Location>\n")->serve->client;
    my $got = $only->request('POST', '/api/thing/', { 'Content-Type' => 'application/json' }, '{}');
    is "$got->{status} " . ($got->{headers}{'www-authenticate'} // '-'), '401 Token', 'tokens alone: their challenge';
}
for my $case ("SiteTokenTable\n", "SiteTokenTable a.b lifetime=x\n", "SiteUserTable auth_user nme=x\n", "SiteSessionTable .x\n") {
    my ($status, $text) = httpd($case)->configtest;
    isnt $status, 0, "configtest refuses $case";
    like $text, qr/wants/, 'and says why';
}

# --- beside users in files: writing stays theirs while one of the files is missing --------------------
{
    my $folder = scratch('users');
    write_users($folder);
    my $httpd = new_httpd('token-files', site => $site, users => $folder, database => $cluster->conninfo('accounts'),
        config => "<Location \"/api\">\nSiteMethods GET POST\n</Location>\nSiteTokenTable mod_site.token lifetime=1h\n"
            . "<Location \"/api-token-auth/\">\nSetHandler site-token\nSiteBasicProvider file\nAuthUserFile $folder/passwords\n</Location>\n");
    $httpd->expect_log(qr/AH0162[0-9]|AH0163[0-9]|AH01665|AH01666|AH01667/);
    my $client = $httpd->serve->client;
    my %token = map { $_ => ask($client, "username=$_&password=$_-pw", 'application/x-www-form-urlencoded')->{json}{token} } qw(editor viewer);
    my $id = 100;
    my $write = sub {
        my ($user) = @_;
        return $client->request('POST', '/api/thing/', { 'Content-Type' => 'application/json',
            $user ? (Authorization => "Token $token{$user}") : () }, '{"id":' . $id++ . '}')->{status};
    };
    my $all = sub { join ' ', map { $write->($_) } 'editor', 'viewer', '' };
    is $all->(), '201 403 401', 'editors write, by a token';
    for (['passwords', '201 403 401'], ['groups', '403 403 401']) {
        my ($file, $statuses) = @$_;
        rename "$folder/$file", "$folder/gone" or die "$file: $!";
        ok $httpd->graceful, "a graceful restart without $file";
        # A child of before may still answer, which makes no difference: Apache reads the files for each request.
        is $all->(), $statuses, '... opens writing to no others';
        is $client->status('/api/thing/1/'), 200, '... and all can read';
        rename "$folder/gone", "$folder/$file" or die "$file: $!";
    }
    is $all->(), '201 403 401', 'and with both again';
}

done_testing;
