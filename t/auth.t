# Signing in by Basic, and who may write: Apache's own users and Require, told in
# the API's words.
use strict;
use warnings;
use Site::Test;
use Site::Test::Users qw(basic write_users);
use Test::More;
use Time::HiRes qw(time);

# What httpd says of every user whom Require turns away.
expect_log(qr/AH01630/);

my $tag = '/api/tags/12/';
my $challenge = 'Basic realm="api"';

sub detail { my ($answer) = @_; return "$answer->{status} " . ($answer->{json}{detail} // '-') }

# --- credentials ---------------------------------------------------------------------
my $missing = '401 Authentication credentials were not provided.';
my $wrong = '401 Invalid username/password.';
my $denied = '403 You do not have permission to perform this action.';
my @cases = (
    ['GET', [], '200 -', 'reading takes no name'],
    ['GET', [basic('editor')], '200 -', 'nor does one do harm'],
    ['GET', [basic('viewer')], '200 -', 'of whatever group'],
    ['GET', [basic('editor', 'wrong')], $wrong, 'a wrong password is refused also where none was needed'],
    ['GET', [basic('nobody')], $wrong, 'and an unknown user, in the same words'],
    ['HEAD', [basic('editor', 'wrong')], '401 -', 'and for HEAD'],
    ['OPTIONS', [basic('editor', 'wrong')], $wrong, 'and for OPTIONS'],
    ['DELETE', [], $missing, 'writing takes a name'],
    ['DELETE', [basic('viewer')], $denied, 'of the right group'],
    ['DELETE', [basic('editor', 'wrong')], $wrong, 'and its password'],
    ['DELETE', [Authorization => 'Bearer x'], $missing, 'another scheme is no name'],
    ['GET', [Authorization => 'Basic'], '401 Invalid basic header. No credentials provided.', 'no credentials'],
    ['GET', [Authorization => 'Basic a b'],
        '401 Invalid basic header. Credentials string should not contain spaces.', 'two words'],
    ['GET', [Authorization => 'Basic abc'],
        '401 Invalid basic header. Credentials not correctly base64 encoded.', 'cut base64'],
    ['GET', [Authorization => 'Basic ZWRpdG9yAHg6ZWRpdG9yLXB3'], $wrong, 'a NUL ends no name'],
    ['GET', [Authorization => 'basic ZWRpdG9yOmVkaXRvci1wdw=='], '200 -', 'schemes know no case'],
    ['FOO', [], $missing, 'a method that nobody knows is no reading'],
    ['FOO', [basic('editor')], '405 Method "FOO" not allowed.', 'nor is it there'],
);
for my $case (@cases) {
    my ($method, $headers, $expected, $what) = @$case;
    my $answer = client->request($method, $tag, {@$headers});
    is detail($answer), $expected, "$method: $what";
    is $answer->{headers}{'www-authenticate'}, $expected =~ /^401/ ? $challenge : undef, '... and how to do better';
    is $answer->{headers}{allow}, 'GET, PUT, PATCH, DELETE, HEAD, OPTIONS', '... Allow is the same for all';
}
is client->get('/api/tags/', basic('editor', 'wrong'), Accept => 'text/plain')->{status}, 406, 'negotiation comes first';
is client->status('/api/nothing/', basic('editor', 'wrong')), 404, 'and the address before that';
like client->get($tag, basic('editor', 'wrong'), Accept => 'text/html')->{body}, qr/Invalid username/, 'a page for a browser';

# --- no name can be told by time, however its password is kept ---------------------------
for my $user (qw(editor nobody)) {
    my $begin = time;
    client->get($tag, basic($user, 'wrong'));
    cmp_ok time - $begin, '>=', 0.5, "a refusal takes its time ($user)";
}

# --- nothing of it in the log ---------------------------------------------------------
client->get($tag, basic('editor', 'very-secret'));
unlike do { open my $log, '<', setting('error_log'); local $/; <$log> }, qr/very-secret/, 'no password is logged';

# --- Require in full, AuthType, other ways -----------------------------------------------
my $site = new_site('other');
my $users = setting('users');
my $number = 0;

sub httpd {
    my ($location, %options) = @_;
    my $httpd = new_httpd('other' . $number++, site => $site, users => '/nonexistent',
        config => ($options{before} // '') . "<Location \"/api\">\nSiteMethods GET POST PUT PATCH DELETE OPTIONS\n$location</Location>\n");
    $httpd->expect_log(qr/AH01630|AH01617|AH01618|AH01631/);
    return $httpd;
}

{
    my $client = httpd('')->start->client;
    my $answer = $client->request('DELETE', '/api/tag/12/');
    is detail($answer), '403 Authentication credentials were not provided.', 'no way to sign in: 403, as nothing would help';
    is $answer->{headers}{'www-authenticate'}, undef, 'and no challenge';
    is $client->status('/api/tag/12/', basic('editor')), 200, 'credentials that nobody asks for are nothing';
}
{
    my $client = httpd("SiteBasicProvider file\nSiteRealm \"The Sky\"\nAuthUserFile $users/passwords\n"
        . "AuthGroupFile $users/groups\nRequire group editors\n")->start->client;
    is detail($client->get('/api/tag/12/')), $missing, 'Require for reading as well';
    is $client->get('/api/tag/12/')->{headers}{'www-authenticate'}, 'Basic realm="The Sky"', 'SiteRealm';
    is detail($client->get('/api/tag/12/', basic('viewer'))), $denied, 'another group';
    is $client->status('/api/tag/12/', basic('editor')), 200, 'the group';
}
{
    my $client = httpd("SiteBasicProvider file\nAuthUserFile $users/passwords\nAuthGroupFile $users/groups\n"
        . "<Limit GET HEAD>\nRequire all granted\n</Limit>\n<LimitExcept GET HEAD>\nRequire group editors\n</LimitExcept>\n")->start->client;
    is $client->status('/api/tag/12/'), 200, 'Limit';
    is detail($client->request('DELETE', '/api/tag/12/')), $missing, 'LimitExcept: nobody';
    is detail($client->request('DELETE', '/api/tag/12/', { basic('viewer') })), $denied, 'somebody';
}
{
    my $client = httpd("SiteBasicProvider file\nAuthUserFile $users/passwords\nRequire env nothing\n")->start->client;
    is detail($client->get('/api/tag/12/')), $denied, 'Require env: signing in would not help';
}
{
    my $client = httpd("AuthType Basic\nAuthName \"Apache's own\"\nAuthUserFile $users/passwords\nAuthGroupFile $users/groups\n"
        . "Require method GET\nRequire group editors\n",
        before => "LoadModule auth_basic_module \${SITE_MODULES}/mod_auth_basic.so\n")->start->client;
    is $client->status('/api/tag/12/'), 200, 'AuthType Basic: reading';
    my $answer = $client->request('DELETE', '/api/tag/12/');
    is detail($answer), $missing, 'writing';
    is $answer->{headers}{'www-authenticate'}, q{Basic realm="Apache's own"}, "with Apache's challenge";
    is detail($client->request('DELETE', '/api/tag/12/', { basic('editor', 'x') })), $wrong, 'wrong password';
    is detail($client->request('DELETE', '/api/tag/12/', { basic('viewer') })), $denied, 'another group';
    is $client->request('TRACK', '/api/tag/12/', { basic('editor') })->{status}, 405, 'the group gets through';
}

# --- what is denied is served by no other handler ----------------------------------------
{
    my $client = httpd("Require user nobody\nOptions FollowSymLinks\nRewriteEngine On\nRewriteRule .* - [H=default-handler]\n",
        before => "LoadModule rewrite_module \${SITE_MODULES}/mod_rewrite.so\n")->start->client;
    is $client->status('/api/tag/12/'), 401, 'a denial holds when something else answers';
}

# --- configtest ----------------------------------------------------------------------------
for my $case (["SiteBasicProvider nothing\n", qr/no module provides 'nothing'/],
    ["SiteRealm 'a\"b'\n", qr/SiteRealm wants/],
    ["<SiteResource tag>\nSiteBasicProvider file\n</SiteResource>\n", qr/cannot stand in <SiteResource>/]) {
    my ($status, $text) = httpd($case->[0])->configtest;
    isnt $status, 0, "configtest refuses $case->[0]";
    like $text, $case->[1], 'and says why';
}

done_testing;
