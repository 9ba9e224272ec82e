# Whoever Apache has established is the user: users of a database (mod_authn_dbd)
# by AuthType Basic, sessions of mod_auth_form (encrypted, too), Digest, client
# certificates, and what a module of one's own says. Everywhere reading is free
# and writing takes a name; and who it is counts where nobody had to say it.
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use IO::Socket::INET;
use Site::Test;
use Site::Test::Process qw(run capture free_port);
use Site::Test::Users qw(basic);
use Test::More;

my $cluster = new_cluster('access');
$cluster->sql('postgres', 'CREATE DATABASE things');
$cluster->sql('things', <<'SQL');
CREATE ROLE reader;
CREATE ROLE writer;
GRANT reader, writer TO site;
CREATE TABLE thing (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO thing VALUES (1, 'one');
CREATE VIEW me AS SELECT 1 AS id, current_user::text AS role, current_setting('mod_site.user', true) AS who;
CREATE SCHEMA login;
CREATE TABLE login.users (name text PRIMARY KEY, password text NOT NULL, belongs text NOT NULL);
INSERT INTO login.users VALUES ('dora', '{SHA}jjfX7cRZOVnhudgSSB6NtPIyPBM=', 'editors'), ('viola', '{SHA}jjfX7cRZOVnhudgSSB6NtPIyPBM=', 'none');
GRANT USAGE ON SCHEMA login TO site;
GRANT SELECT ON login.users TO site;
GRANT SELECT ON thing, me TO reader, writer, site;
GRANT INSERT, UPDATE, DELETE ON thing TO writer, site;
SQL

my $site = new_site('access');
my $users = setting('users');
my $number = 0;
my $roles = "SiteRole writer authenticated\nSiteRole reader anonymous\n";
my $resources = "SiteMethods GET POST PUT PATCH DELETE OPTIONS\n<SiteResource me>\nSiteKey id\n</SiteResource>\n";

sub modules { return join '', map { "<IfModule !${_}_module>\nLoadModule ${_}_module \${SITE_MODULES}/mod_$_.so\n</IfModule>\n" } @_ }

sub httpd {
    my ($location, %options) = @_;
    my $httpd = new_httpd('access' . $number++, site => $site, users => '/nonexistent', database => $cluster->conninfo('things'),
        config => ($options{before} // '') . "<Location \"/api\">\n$resources$location</Location>\n" . ($options{after} // ''),
        defines => $options{defines} // {});
    $httpd->expect_log(qr/AH01630|AH0161[78]|AH01631|AH01807|AH01788|AH01790|AH01794|AH02807|AH0161[0-9]|AH01783|AH01796|AH01627|AH01842|AH01817/);
    return $httpd;
}

sub detail { my ($a) = @_; return "$a->{status} " . ($a->{json}{detail} // '-') }
sub who { my ($a) = @_; my $row = $a->{json} && $a->{json}{results} ? $a->{json}{results}[0] : {}; return ($row->{role} // '?') . ' ' . ($row->{who} // '?') }
sub put { my ($client, %headers) = @_; return $client->request('PUT', '/api/thing/1/', { 'Content-Type' => 'application/json', %headers }, '{"id": 1, "name": "uno"}') }

my $missing = 'Authentication credentials were not provided.';
my $wrong = 'Invalid username/password.';
my $denied = 'You do not have permission to perform this action.';
my $require = "Require method GET HEAD OPTIONS\nRequire valid-user\n";

# --- mod_authn_dbd, by AuthType Basic and by mod_site's own --------------------------------------
my $query = "AuthDBDUserPWQuery \"SELECT password FROM login.users WHERE name = %s\"\n";
for my $way (['AuthType Basic', "AuthType Basic\nAuthName \"The database\"\nAuthBasicProvider dbd\n$query", 'Basic realm="The database"'],
    ['SiteBasicProvider', "SiteBasicProvider dbd\n$query", 'Basic realm="api"']) {
    my ($what, $lines, $challenge) = @$way;
    my $client = httpd("$lines$require$roles", before => modules('auth_basic', 'authn_dbd'))->serve->client;
    my @dora = basic('dora', 'dora-pw');
    is $client->status('/api/thing/1/'), 200, "mod_authn_dbd, $what: reading is free";
    is who($client->get('/api/me/')), 'reader ', '... by nobody';
    is who($client->get('/api/me/', @dora)), 'writer dora', '... and by somebody, though nobody has to be';
    is put($client, @dora)->{status}, 200, '... who may write';
    for my $method ('GET', 'OPTIONS', 'PUT') {
        my $answer = $client->request($method, '/api/thing/1/', { basic('dora', 'x') });
        is detail($answer), "401 $wrong", "... a wrong password: $method";
        is $answer->{headers}{'www-authenticate'}, $challenge, '... with the challenge';
    }
    is detail($client->get('/api/thing/1/', basic('nobody', 'x'))), "401 $wrong", '... a wrong user, in the same words';
    my $answer = put($client);
    is detail($answer), "401 $missing", '... nobody writes';
    is $answer->{headers}{'www-authenticate'}, $challenge, '... with the challenge';
    is $client->status('/api/thing/1/', Authorization => 'Bearer x'), 200, '... another scheme is nobody';
    is detail(put($client, Authorization => 'Bearer x')), "401 $missing", '... who does not write';
}

# Apache's own AuthType Basic can ask the users of a Django site, too.
{
    $cluster->sql('things', 'CREATE TABLE login.people (username text PRIMARY KEY, password text, is_active boolean NOT NULL DEFAULT true)',
        "INSERT INTO login.people VALUES ('ann', 'pbkdf2_sha256\$20000\$abcdefgh\$kFbGMCWm1wVxuNVEVtSTnWjRkUENvGHFxOMG58LT9yo=')", 'GRANT SELECT ON login.people TO site');
    my $client = httpd("AuthType Basic\nAuthName people\nAuthBasicProvider site\nSiteUserTable login.people\n$require$roles", before => modules('auth_basic'))->serve->client;
    is who($client->get('/api/me/', basic('ann', 'ann-pw'))), 'writer ann', 'AuthBasicProvider site';
    is put($client, basic('ann', 'ann-pw'))->{status}, 200, '... writes';
    is detail(put($client, basic('ann', 'x'))), "401 $wrong", '... wrong';
}

# mod_authz_dbd: groups in the database, for Require and for SiteRole.
{
    my $groups = "AuthzDBDQuery \"SELECT belongs FROM login.users WHERE name = %s\"\n";
    my $client = httpd("SiteBasicProvider dbd\n$query${groups}Require method GET HEAD OPTIONS\nRequire dbd-group editors\n"
        . "SiteRole writer dbd-group editors\nSiteRole reader anonymous\nSiteRole reader authenticated\n",
        before => modules('authn_dbd', 'authz_dbd'), defines => { SITE_DB_POOL => 2 })->serve->client;
    is put($client, basic('dora', 'dora-pw'))->{status}, 200, 'mod_authz_dbd: of the group';
    is detail(put($client, basic('viola', 'dora-pw'))), "403 $denied", '... not of it';
    is who($client->get('/api/me/', basic('viola', 'dora-pw'))), 'reader viola', '... another role';
    is who($client->get('/api/me/', basic('dora', 'dora-pw'))), 'writer dora', '... the group\'s role';
}

# --- mod_auth_form: sessions of Apache's own -----------------------------------------------------
for my $way (['plain', '', ''], ['encrypted', "SessionCryptoPassphrase secret\n", 'session_crypto']) {
    my ($what, $lines, $more) = @$way;
    my $form = "AuthType form\nAuthName form\nAuthFormProvider file\nAuthUserFile $users/passwords\nSession On\nSessionCookieName apache path=/;httponly\n$lines";
    my $client = httpd("$form$require$roles", before => modules('session', 'session_cookie', $more || (), 'request', 'auth_form')
        . ($more ? "SessionCryptoDriver openssl\n" : '') . "<Location \"/signin\">\nSetHandler form-login-handler\n${form}AuthFormLoginRequiredLocation /x\nAuthFormLoginSuccessLocation /api/\n</Location>\n")->serve->client;
    my $in = $client->request('POST', '/signin', { 'Content-Type' => 'application/x-www-form-urlencoded' }, 'httpd_username=editor&httpd_password=editor-pw');
    my ($session) = ($in->{headers}{'set-cookie'} // '') =~ /^(apache=[^;]*)/;
    ok $session, "mod_auth_form, $what: signed in";
    unlike $session, qr/editor-pw/, '... the password does not stand in the cookie' if $more;
    is $client->status('/api/thing/1/'), 200, '... reading is free';
    is who($client->get('/api/me/')), 'reader ', '... by nobody';
    my $me = $client->get('/api/me/', Cookie => $session);
    is who($me), 'writer editor', '... and by who has a session';
    like $me->{headers}{vary}, qr/Cookie/, '... which no cache gives to others';
    is who($client->get('/api/me/', Cookie => 'apache=nonsense; other=1')), 'reader ', '... a cookie of no session is nobody';
    is $client->get('/api/me/', Cookie => 'apache=nonsense')->{headers}{location}, undef, '... and is sent nowhere';
    is put($client, Cookie => $session)->{status}, 200, '... the session writes';
    is detail(put($client)), "403 $missing", '... nobody does not';
    like detail(put($client, Cookie => $session, Origin => 'http://evil.example')), qr/^403 CSRF Failed: Origin/, '... nor another site';
    like detail(put($client, Cookie => $session, 'Sec-Fetch-Site' => 'cross-site')), qr/^403 CSRF Failed: Origin/, '... whatever the browser says of it';
    like detail(put($client, Cookie => $session, Referer => 'http://evil.example/a')), qr/^403 CSRF Failed: Referer/, '... an old one, too';
    my $own = 'http://127.0.0.1:' . $client->{port};
    is put($client, Cookie => $session, Referer => "$own/api/")->{status}, 200, '... but our own page';
    like detail(put($client, Cookie => $session, Referer => "$own.evil.example/")), qr/^403 CSRF Failed: Referer/, '... not one whose name begins with ours';
}

# --- Digest ----------------------------------------------------------------------------------------
{
    my $dir = scratch('digest');
    open my $file, '>', "$dir/digest" or die;
    print $file 'editor:sky:' . md5_hex('editor:sky:editor-pw') . "\n";
    close $file;
    chmod 0755, $dir;
    my $client = httpd("AuthType Digest\nAuthName sky\nAuthDigestDomain /api/\nAuthUserFile $dir/digest\n$require$roles",
        before => modules('auth_digest'))->serve->client;
    my $digest = sub {
        my ($method, $path, $password, $challenge) = @_;
        my ($nonce) = $challenge =~ /nonce="([^"]+)"/;
        my $answer = md5_hex(join ':', md5_hex("editor:sky:$password"), $nonce, '00000001', 'abc', 'auth', md5_hex("$method:$path"));
        return (Authorization => qq(Digest username="editor", realm="sky", nonce="$nonce", uri="$path", qop=auth, nc=00000001, cnonce="abc", response="$answer", algorithm=MD5));
    };
    my $answer = put($client);
    is detail($answer), "401 $missing", 'Digest: nobody';
    like $answer->{headers}{'www-authenticate'}, qr/^Digest realm="sky"/, '... with the challenge';
    my @right = $digest->('PUT', '/api/thing/1/', 'editor-pw', $answer->{headers}{'www-authenticate'});
    is put($client, @right)->{status}, 200, '... the right one';
    my @read = $digest->('GET', '/api/me/', 'editor-pw', put($client)->{headers}{'www-authenticate'});
    is who($client->get('/api/me/', @read)), 'writer editor', '... reading';
    my @bad = $digest->('GET', '/api/me/', 'x', put($client)->{headers}{'www-authenticate'});
    is detail($client->get('/api/me/', @bad)), "401 $wrong", '... a wrong one where none is needed';
}

# --- client certificates ---------------------------------------------------------------------------
{
    my $dir = scratch('certificates');
    my @openssl = ('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-batch');
    run(@openssl, '-subj', '/CN=127.0.0.1', '-keyout', "$dir/server.key", '-out', "$dir/server.pem");
    run(@openssl, '-subj', '/CN=ada', '-keyout', "$dir/ada.key", '-out', "$dir/ada.pem");
    run(@openssl, '-subj', '/CN=eve', '-keyout', "$dir/eve.key", '-out', "$dir/eve.pem");
    chmod 0644, glob "$dir/*";
    my $port = free_port();
    my $httpd = httpd("SSLVerifyClient optional\nSSLVerifyDepth 1\nSSLUserName SSL_CLIENT_S_DN_CN\n$require$roles",
        before => modules('socache_shmcb', 'ssl') . "Listen 127.0.0.1:$port\n",
        after => "<VirtualHost 127.0.0.1:$port>\nSSLEngine On\nSSLProtocol TLSv1.2\nSSLCertificateFile $dir/server.pem\nSSLCertificateKeyFile $dir/server.key\n"
            . "SSLCACertificateFile $dir/ada.pem\nSSLVerifyClient optional\nSSLVerifyDepth 1\n</VirtualHost>\n");
    $httpd->expect_log(qr/AH01906|AH01909|AH02292|AH02276|AH02039|AH02261|AH02008|AH01882|AH01873|AH02227/);
    $httpd->serve;
    my $script = "$dir/ask.py";
    open my $out, '>', $script or die;
    print $out <<'PYTHON';
import json, ssl, sys, http.client
port, method, path, who, folder = sys.argv[1:6]
headers = dict(word.split('=', 1) for word in sys.argv[6:])
context = ssl.create_default_context(cafile=folder + '/server.pem')
context.check_hostname = False
if who:
    context.load_cert_chain(folder + '/' + who + '.pem', folder + '/' + who + '.key')
try:
    connection = http.client.HTTPSConnection('127.0.0.1', int(port), context=context, timeout=20)
    body = '{"id": 1, "name": "uno"}' if method == 'PUT' else None
    connection.request(method, path, body, {'Content-Type': 'application/json', **headers})
    answer = connection.getresponse()
    print(answer.status, answer.read().decode())
except OSError as error:
    print('refused', error)
PYTHON
    close $out;
    my $ask = sub { my ($method, $path, $who, @headers) = @_; my (undef, $text) = capture('python3', $script, $port, $method, $path, $who, $dir, @headers); return $text };
    like $ask->('GET', '/api/me/', ''), qr/^200 .*"role":"reader","who":""/, 'certificates: reading without one';
    like $ask->('GET', '/api/me/', 'ada'), qr/^200 .*"role":"writer","who":"ada"/, '... reading with one';
    like $ask->('PUT', '/api/thing/1/', 'ada'), qr/^200 .*"uno"/, '... writing';
    like $ask->('PUT', '/api/thing/1/', ''), qr/^403 .*\Q$missing\E/, '... not without';
    like $ask->('PUT', '/api/thing/1/', 'ada', 'Origin=https://evil.example'), qr/^403 .*CSRF Failed: Origin/, '... nor for another site';
    like $ask->('GET', '/api/me/', 'eve'), qr/^refused/, '... one that nobody vouches for is no name';
}

# --- a module of one's own: what others say in the way of mod_auth_openidc or mod_auth_gssapi ---------------
SKIP: {
    my $dir = scratch('lua');
    open my $lua, '>', "$dir/who.lua" or die;
    print $lua <<'LUA';
function who(r)
    local ticket = r.headers_in['X-Ticket']
    if ticket == nil then return 401 end
    if ticket == 'elsewhere' then r.headers_out['Location'] = 'https://login.example/'; return 302 end
    r.user = ticket
    r.notes['mail'] = ticket .. '@example.org'
    return apache2.OK
end
LUA
    close $lua;
    chmod 0755, $dir;
    my $check = "LuaHookCheckUserID $dir/who.lua who\n";
    my $httpd = httpd("AuthType ticket\nAuthName ticket\n${check}$require$roles", before => modules('lua'));
    $httpd->expect_log(qr/AH02[0-9]{3}|AH01[0-9]{3}/);
    skip 'mod_lua cannot be loaded', 8 if !$httpd->start(may_fail => 1);
    $httpd->client->status('/api/');
    my $client = $httpd->client;
    is $client->status('/api/thing/1/'), 200, 'a module: reading is free';
    is put($client, 'X-Ticket' => 'ada')->{status}, 200, '... its user writes';
    is detail(put($client)), "403 $missing", '... nobody does not';
    my $sent = put($client, 'X-Ticket' => 'elsewhere');
    is "$sent->{status} $sent->{headers}{location}", '302 https://login.example/', '... its redirection is its own';
    is detail(put($client, 'X-Ticket' => '')), "403 $missing", '... an empty name is nobody\'s';
    is who($client->get('/api/me/', 'X-Ticket' => 'ada', Cookie => 'x=1')), 'writer ada', '... who it is counts for reading, too';
    is who($client->get('/api/me/', 'X-Ticket' => '', Cookie => 'x=1')), 'reader ', '... and an empty name is nobody\'s there';
    my $read = $client->get('/api/me/', 'X-Ticket' => 'elsewhere', Cookie => 'x=1');
    is "$read->{status} " . ($read->{headers}{location} // '-'), '200 -', '... whose reader is not sent away';
}

done_testing;
