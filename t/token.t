# Tokens, and the table of users that Django made: `Authorization: Token` and
# `Bearer`, the address that hands them out, and what of it is ever kept.
use strict;
use warnings;
use Site::Test;
use Site::Test::Users qw(basic);
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

my $httpd = httpd("${common}SiteBasicProvider site\n")->start;
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
    ['[]', 400, { non_field_errors => ['Invalid data. Expected a dictionary, but got list.'] }]) {
    my $got = ask($client, $case->[0]);
    is $got->{status}, $case->[1], $case->[0];
    is_deeply $got->{json}, $case->[2], '... in the words of DRF';
}
is ask($client, 'x', 'text/plain')->{status}, 415, 'another type';
like ask($client, '{bad')->{json}{detail}, qr/^JSON parse error/, 'bad JSON';
is $client->get('/api-token-auth/')->{json}{detail}, 'Method "GET" not allowed.', 'only POST';

# --- showing --------------------------------------------------------------------------------
for my $word ('Token', 'Bearer', 'token') {
    is $client->status('/api/thing/1/', Authorization => "$word $token"), 200, "$word";
}
for my $case (
    ['Token', 'Invalid token header. No credentials provided.'],
    ['Token a b', 'Invalid token header. Token string should not contain spaces.'],
    ['Token 1234', 'Invalid token.'],
    ["Bearer x$token", 'Invalid token.']) {
    my $got = $client->get('/api/thing/1/', Authorization => $case->[0]);
    is "$got->{status} $got->{json}{detail}", "401 $case->[1]", $case->[0];
    is $got->{headers}{'www-authenticate'}, 'Basic realm="api"', '... and the first way to do better';
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

# --- wrong user and wrong password take alike ---------------------------------------------------
{
    my $timed = httpd("${common}SiteBasicProvider site\n")->start->client;
    $timed->status('/api/thing/1/', basic('ann', 'ann-pw')) for 1 .. 6;
    my %spent;
    for my $round (1 .. 12) {
        for my $who ('ann', 'nobody') {
            my $begin = time;
            $timed->status('/api/thing/1/', basic($who, "guess $round"));
            push @{ $spent{$who} }, time - $begin;
        }
    }
    my ($ann, $nobody) = map { (sort { $a <=> $b } @{ $spent{$_} })[5] } qw(ann nobody);
    cmp_ok abs($ann - $nobody), '<', 0.25 * ($ann + 0.004), sprintf 'a wrong password takes %.1f ms, a wrong user %.1f', 1e3 * $ann, 1e3 * $nobody;
}

# --- off, and only tokens ------------------------------------------------------------------------
{
    my $off = httpd('')->start->client;
    is ask($off, '{}')->{status}, 404, 'no table, no tokens';
    is $off->status('/api/thing/1/', Authorization => 'Token 1234'), 200, 'nor is the header looked at';
}
{
    my $only = httpd($common)->start->client;
    my $got = $only->request('POST', '/api/thing/', { 'Content-Type' => 'application/json' }, '{}');
    is "$got->{status} " . ($got->{headers}{'www-authenticate'} // '-'), '401 Token', 'tokens alone: their challenge';
}
for my $case ("SiteTokenTable\n", "SiteTokenTable a.b lifetime=x\n", "SiteUserTable auth_user nme=x\n", "SiteSessionTable .x\n") {
    my ($status, $text) = httpd($case)->configtest;
    isnt $status, 0, "configtest refuses $case";
    like $text, qr/wants/, 'and says why';
}

done_testing;
