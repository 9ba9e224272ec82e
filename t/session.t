# A browser's session: signing in and out, the cookie, and what another site can
# not do with it: CSRF, session fixation, a redirection elsewhere. And sessions of
# Apache's own (mod_auth_form), and users in a database (mod_authn_dbd).
use strict;
use warnings;
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

my $cluster = new_cluster('session');
$cluster->sql('postgres', 'CREATE DATABASE sessions');
$cluster->load('sessions', root . '/website/database/auth.sql');
$cluster->sql('sessions', <<'SQL');
CREATE TABLE thing (id serial PRIMARY KEY, name text NOT NULL);
INSERT INTO thing (name) VALUES ('one');
CREATE TABLE login (name text PRIMARY KEY, password text NOT NULL);
INSERT INTO login VALUES ('dora', '{SHA}jjfX7cRZOVnhudgSSB6NtPIyPBM=');
GRANT ALL ON thing, login TO site;
GRANT USAGE ON SEQUENCE thing_id_seq TO site;
SQL

my $site = new_site('session');
my $users = setting('users');
my $number = 0;
my $tables = "SiteSessionTable mod_site.session lifetime=1d\nSiteBasicProvider file\n";

sub httpd {
    my ($lines, %options) = @_;
    my $httpd = new_httpd('session' . $number++, site => $site, users => '/nonexistent',
        database => $cluster->conninfo('sessions'), defines => { SITE_LOG_LEVEL => 'debug', %{ $options{defines} // {} } },
        config => ($options{before} // '')
            . "<Location \"/\">\nAuthUserFile $users/passwords\nAuthGroupFile $users/groups\n" . ($options{server} // $tables) . "</Location>\n"
            . "<Location \"/api\">\nSiteMethods GET POST PATCH DELETE OPTIONS\nSiteHide login\n$lines</Location>\n"
            . "<Location \"/api-auth/\">\nSetHandler site-login\n</Location>\n");
    $httpd->expect_log(qr/AH01630|AH0161[78]|AH01631|AH01807|AH02807/);
    return $httpd;
}

# Cookies as a browser keeps them; returns their lines.
sub keep {
    my ($jar, $answer) = @_;
    my $set = $answer->{headers}{'set-cookie'} // [];
    my @lines = ref $set ? @$set : $set;
    for (@lines) {
        my ($name, $value) = /^(\w+)=([^;]*)/;
        if ($value eq '') { delete $jar->{$name} } else { $jar->{$name} = $value }
    }
    return @lines;
}
sub cookies { my ($jar) = @_; return (Cookie => join '; ', map { "$_=$jar->{$_}" } sort keys %$jar) }
sub form { return join '&', map { my $v = $_[1]{$_}; $v =~ s/([^\w.~-])/sprintf '%%%02X', ord $1/ge; "$_=$v" } sort keys %{ $_[1] } }

sub post {
    my ($client, $path, $jar, $fields, %headers) = @_;
    return $client->request('POST', $path,
        { cookies($jar), 'Content-Type' => 'application/x-www-form-urlencoded', %headers }, form(0, $fields));
}

sub token_of { my ($answer) = @_; return ($answer->{body} =~ /name="csrfmiddlewaretoken" value="(\w+)"/)[0] // '' }

sub sign_in {
    my ($client, $jar, $user, %more) = @_;
    my $page = $client->get('/api-auth/login/', cookies($jar));
    keep($jar, $page);
    my $answer = post($client, '/api-auth/login/', $jar,
        { username => $user, password => "$user-pw", csrfmiddlewaretoken => token_of($page), next => '/api/', %more });
    return ($answer, keep($jar, $answer));
}

my $httpd = httpd('')->start;
my $client = $httpd->client;

# --- signing in ---------------------------------------------------------------------------
my %jar;
my ($answer, @set) = sign_in($client, \%jar, 'editor');
is $answer->{status}, 303, 'signed in' or diag $answer->{body};
is $answer->{headers}{location}, '/api/', 'and sent on';
my ($cookie) = grep { /^sessionid=/ } @set;
like $cookie, qr/^sessionid=[0-9a-f]{64}; Path=\/; Max-Age=86400; SameSite=Lax; HttpOnly$/, 'the cookie';
my $id = $jar{sessionid};
is $cluster->sql('sessions', "SELECT username FROM mod_site.session WHERE hash = sha256('$id')"), 'editor', 'its hash is in the database';
is $cluster->sql('sessions', "SELECT count(*) FROM mod_site.session s WHERE s::text LIKE '%$id%'"), 0, 'it is not';
like $client->get('/api/thing/')->{headers}{vary}, qr/Cookie/, 'Vary';

my %write = ('Content-Type' => 'application/json');
sub write_as { my ($jar, %headers) = @_; return $client->request('POST', '/api/thing/', { cookies($jar), %write, %headers }, '{}') }
sub detail { my ($a) = @_; return "$a->{status} " . ($a->{json}{detail} // '-') }

# What it answers to who may write: anything but 401 and 403.
isnt write_as(\%jar, 'X-CSRFToken' => $jar{csrftoken})->{status}, $_, "a write with the token is none of $_" for 401, 403;

# --- CSRF ----------------------------------------------------------------------------------
is detail(write_as(\%jar)), '403 CSRF Failed: CSRF token missing or incorrect.', 'no token';
is detail(write_as(\%jar, 'X-CSRFToken' => 'x' x 64)), '403 CSRF Failed: CSRF token missing or incorrect.', 'a wrong one';
is detail(write_as(\%jar, 'X-CSRFToken' => $jar{csrftoken}, Origin => 'http://evil.example')),
    '403 CSRF Failed: Origin checking failed - http://evil.example does not match any trusted origins.', 'another origin';
is detail(write_as(\%jar, 'X-CSRFToken' => $jar{csrftoken}, Origin => 'null')),
    '403 CSRF Failed: Origin checking failed - null does not match any trusted origins.', 'no origin';
isnt write_as(\%jar, 'X-CSRFToken' => $jar{csrftoken}, Origin => 'http://127.0.0.1:' . $httpd->port)->{status}, 403, 'our own';
like detail(write_as(\%jar, 'X-CSRFToken' => $jar{csrftoken}, 'Sec-Fetch-Site' => 'cross-site')), qr/^403 CSRF Failed: Origin/, 'the browser says so';
is $client->status('/api/thing/1/', cookies(\%jar)), 200, 'reading needs none';
isnt write_as(\%jar, basic('editor'))->{status}, 403, 'nor does who signs in by a header';
{
    # The attack: a page elsewhere has a form that the browser sends with our cookie.
    my $forged = post($client, '/api/thing/', \%jar, { name => 'forged', csrfmiddlewaretoken => 'x' }, Origin => 'http://evil.example');
    is $forged->{status}, 403, 'a forged form';
    is $cluster->sql('sessions', "SELECT count(*) FROM thing WHERE name = 'forged'"), 0, 'changes nothing';
    my $login = post($client, '/api-auth/login/', {}, { username => 'viewer', password => 'viewer-pw' });
    is $login->{status}, 403, 'nor can anybody be signed in from elsewhere';
    is $login->{headers}{'set-cookie'}, undef, 'no cookie';
    my $logout = post($client, '/api-auth/logout/', \%jar, { csrfmiddlewaretoken => 'x' });
    is $logout->{status}, 403, 'or out';
    is $client->get('/api-auth/logout/', cookies(\%jar))->{headers}{'set-cookie'}, undef, 'nor by an image: a GET does nothing';
}

# --- fixation --------------------------------------------------------------------------------
{
    my %victim = (sessionid => 'a' x 64);
    my ($in) = sign_in($client, \%victim, 'viewer');
    is $in->{status}, 303, 'whoever comes with an id of somebody else';
    isnt $victim{sessionid}, 'a' x 64, 'gets his own';
    is $cluster->sql('sessions', "SELECT count(*) FROM mod_site.session WHERE hash = sha256('" . 'a' x 64 . "')"), 0, 'and the other one is nobody';
    my $before = $jar{sessionid};
    sign_in($client, \%jar, 'editor');
    isnt $jar{sessionid}, $before, 'every sign-in makes a new one';
    is detail(write_as({ sessionid => $before, csrftoken => $jar{csrftoken} }, 'X-CSRFToken' => $jar{csrftoken})),
        '401 Authentication credentials were not provided.', 'and ends the old one';
}

# --- elsewhere, wrong, out ---------------------------------------------------------------------
for my $next ('//evil.example/', 'http://evil.example/', '/\\evil.example', "/a\r\nX: y", '') {
    my ($in) = sign_in($client, {}, 'editor', next => $next);
    is $in->{headers}{location}, '/', 'nobody is sent elsewhere';
}
{
    my $page = $client->get('/api-auth/login/?next=/api/thing/');
    like $page->{body}, qr{name="next" value="/api/thing/"}, 'the form remembers where to';
    is $page->{headers}{'cache-control'}, 'no-store', 'no cache keeps it';
    my %other;
    my ($in) = sign_in($client, \%other, 'editor', password => 'wrong', username => '"><script>');
    is $in->{status}, 200, 'wrong: the form again';
    like $in->{body}, qr/Please enter a correct user name and password/, 'says so';
    unlike $in->{body}, qr/<script>/, 'escaped';
    ok !$other{sessionid}, 'and no session';
}
my $out = post($client, '/api-auth/logout/', \%jar, { csrfmiddlewaretoken => $jar{csrftoken}, next => '/' });
is $out->{status}, 303, 'signed out';
my $gone = $jar{sessionid};
keep(\%jar, $out);
ok !$jar{sessionid}, 'the cookie is taken back';
is detail(write_as({ sessionid => $gone }, 'X-CSRFToken' => 'x')), '401 Authentication credentials were not provided.', 'the session is gone';
$cluster->sql('sessions', "UPDATE mod_site.session SET expires = now() - interval '1 second'");
is $client->status('/api-auth/login'), 404, 'only these two pages';
$httpd->stop;
unlike do { open my $in, '<', $httpd->{error_log}; local $/; <$in> }, qr/$id|editor-pw/, 'nothing of it in the log';

# --- behind TLS ----------------------------------------------------------------------------------
{
    my $tls = httpd('', defines => { SITE_PUBLIC_URL => 'https://sky.example' })->start->client;
    my (undef, @cookies) = sign_in($tls, {}, 'editor');
    is scalar(grep { /; Secure$/ } @cookies), 2, 'Secure where clients come by TLS';
}

# --- mod_auth_form -------------------------------------------------------------------------------
{
    my @modules = map { "<IfModule !${_}_module>\nLoadModule ${_}_module \${SITE_MODULES}/mod_$_.so\n</IfModule>\n" }
        qw(session session_cookie request auth_form);
    my $formed = httpd("AuthType form\nAuthName form\nAuthFormProvider file\nAuthUserFile $users/passwords\nSession On\n"
        . "SessionCookieName apache path=/\nRequire method GET\nRequire group editors\n",
        server => '', before => join('', @modules)
        . "<Location \"/signin\">\nSetHandler form-login-handler\nAuthFormLoginRequiredLocation /x\nAuthFormLoginSuccessLocation /api/\n"
        . "AuthFormProvider file\nAuthUserFile $users/passwords\nAuthType form\nAuthName form\nSession On\nSessionCookieName apache path=/\n</Location>\n")->start;
    $client = $formed->client;
    my $in = $client->request('POST', '/signin', { 'Content-Type' => 'application/x-www-form-urlencoded' },
        'httpd_username=editor&httpd_password=editor-pw');
    is $in->{status}, 302, 'mod_auth_form signs in';
    my ($session) = ($in->{headers}{'set-cookie'} // '') =~ /^(apache=[^;]*)/;
    ok $session, 'its cookie';
    is $client->status('/api/thing/1/'), 200, 'reading is free';
    is write_as({})->{status}, 403, 'nobody writes';
    my $done = $client->request('POST', '/api/thing/', { %write, Cookie => $session }, '{}');
    isnt $done->{status}, $_, "its user does ($done->{status})" for 401, 403;
    like detail($client->request('POST', '/api/thing/', { %write, Cookie => $session, Origin => 'http://evil.example' }, '{}')),
        qr/^403 CSRF Failed: Origin/, 'but not from elsewhere';
}

# --- mod_authn_dbd: more users at once than there are connections -----------------------------------
{
    my $modules = "<IfModule !authn_dbd_module>\nLoadModule authn_dbd_module \${SITE_MODULES}/mod_authn_dbd.so\n</IfModule>\n";
    my $dbd = httpd("SiteBasicProvider dbd\nAuthDBDUserPWQuery \"SELECT password FROM public.login WHERE name = %s\"\n",
        server => '', before => $modules, defines => { SITE_LOG_LEVEL => 'warn', SITE_DB_POOL => 2 })->start;
    my $his = $dbd->client;
    is $his->status('/api/thing/1/', basic('dora', 'dora-pw')), 200, 'a user in the database';
    is $his->status('/api/thing/1/', basic('dora', 'x')), 401, 'wrong';
    my @pids;
    for (1 .. 8) {
        my $pid = fork // die;
        if (!$pid) {
            require POSIX;
            my $mine = $dbd->client(timeout => 15);
            my $bad = grep { my $s = $mine->status('/api/thing/', basic('dora', 'dora-pw')); $s != 200 && $s != 503 } 1 .. 30;
            POSIX::_exit($bad ? 1 : 0);
        }
        push @pids, $pid;
    }
    my $failed = grep { waitpid $_, 0; $? } @pids;
    is $failed, 0, 'eight at once over two connections: nobody waits for ever';
}

done_testing;
