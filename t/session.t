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

# A compressed page must not tell the token to an attacker who has it shown again and again (BREACH): each one shows another spelling.
{
    my %seen;
    for (1 .. 3) {
        my $shown = token_of($client->get('/api-auth/login/', cookies(\%jar)));
        like $shown, qr/^[0-9a-f]{128}$/, 'a masked token';
        isnt index($shown, $jar{csrftoken}), 0, '... that is not the token';
        ok !$seen{$shown}++, '... and not the one before';
        isnt write_as(\%jar, 'X-CSRFToken' => $shown)->{status}, 403, '... and is as good as the token';
        my $wrong = $shown;
        substr($wrong, 127) =~ tr/0-9a-f/1-9a-f0/;
        is write_as(\%jar, 'X-CSRFToken' => $wrong)->{status}, 403, '... unless it is changed';
    }
    is write_as(\%jar, 'X-CSRFToken' => $_)->{status}, 403, "none: $_" for '0' x 128, '0' x 64, 'x' x 128, $jar{csrftoken} . '00';
}

# --- pages say who it is --------------------------------------------------------------------
{
    my $paged = httpd("<RequireAny>\nRequire method GET HEAD OPTIONS\nRequire user editor\n</RequireAny>\n",
        server => "SiteSessionTable mod_site.session lifetime=1d page=/api-auth/\nSiteBasicProvider file\n")->serve->client;
    my @html = (Accept => 'text/html');
    my $page = sub { my ($path, @more) = @_; $paged->get($path, @html, @more) };
    my $nobody = $page->('/api/thing/?name=one');
    like $nobody->{body}, qr{<a href="/api-auth/login/\?next=%2Fapi%2Fthing%2F%3Fname%3Done"}, 'where to sign in, and back';
    unlike $nobody->{body}, qr/Signed in|Log out|You may/, 'and nothing else';
    like $page->('/')->{body}, qr{<a href="/api-auth/login/\?next=%2F"}, 'on the front page, too';
    like $page->('/')->{headers}{vary}, qr/Cookie/, 'which depends on it';
    my (%editor, %viewer);
    sign_in($paged, \%editor, 'editor');
    sign_in($paged, \%viewer, 'viewer');
    for my $path ('/', '/api/', '/api/thing/', '/api/thing/1/', '/api/docs/', '/nothing/') {
        is $page->($path, cookies(\%editor))->{headers}{'cache-control'}, 'private, no-cache', "$path says who he is: for his browser alone";
        unlike $page->($path)->{headers}{'cache-control'} // '', qr/private/, 'of nobody nothing is told';
    }
    is $paged->get('/api/thing/', cookies(\%editor))->{headers}{'cache-control'}, undef, 'nor to programs';
    unlike $page->("/api-auth/$_/", cookies(\%editor))->{body}, qr{href="[^"]*/$_/}, "$_: no way from the page back to it" for qw(login logout);
    unlike $page->("/api-auth/$_/")->{body}, qr{href="[^"]*/log(?:in|out)/}, '... for nobody either' for qw(login logout);
    like $page->('/api-auth/login/', cookies(\%editor))->{body}, qr{href="/api-auth/logout/}, 'who is signed in may sign out there';
    my $his = $page->('/api/thing/1/', cookies(\%editor))->{body};
    like $his, qr{Signed in as editor\. <a href="/api-auth/logout/\?next=%2Fapi%2Fthing%2F1%2F"}, 'who is signed in, and where to sign out';
    like $his, qr/You may change it by PATCH, DELETE\./, 'and what he may do with a row';
    like $page->('/api/thing/', cookies(\%editor))->{body}, qr/You may change it by POST\./, 'and with all of them';
    like $page->('/', cookies(\%editor))->{body}, qr/Signed in as editor/, 'the front page knows him as well';
    my $hers = $page->('/api/thing/1/', cookies(\%viewer))->{body};
    like $hers, qr/Signed in as viewer/, 'somebody else';
    unlike $hers, qr/You may/, 'who may do nothing';
    my $basic = $page->('/api/thing/1/', basic('editor'))->{body};
    like $basic, qr/Signed in as editor\./, 'by a header';
    unlike $basic, qr/Log (?:in|out)/, 'there is nothing to sign out of';
    like $page->("/api/thing/?name=%22%3E%3Cscript%3E", cookies({}))->{body}, qr{next=[\w%]+" }, 'an address is an address';
}

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

# --- a form shows the token itself ------------------------------------------------------------
{
    my $send = sub { my ($fields, %headers) = @_; post($client, '/api/thing/', \%jar, $fields, %headers) };
    is $send->({ name => 'by form', csrfmiddlewaretoken => $jar{csrftoken} })->{status}, 201, 'a form with the token writes';
    is detail($send->({ name => 'x', csrfmiddlewaretoken => 'x' x 64 })), '403 CSRF Failed: CSRF token missing or incorrect.', 'with a wrong one it does not';
    is detail($send->({ name => 'x' })), '403 CSRF Failed: CSRF token missing or incorrect.', 'nor without';
    is detail($send->({ name => 'x', csrfmiddlewaretoken => $jar{csrftoken} }, 'X-CSRFToken' => 'x')), '403 CSRF Failed: CSRF token missing or incorrect.', 'a header goes before';
    is detail($send->({ name => 'x', csrfmiddlewaretoken => $jar{csrftoken} }, Origin => 'http://evil.example')),
        '403 CSRF Failed: Origin checking failed - http://evil.example does not match any trusted origins.', 'and the origin before both';
    my $parts = join '', map { "--b\r\nContent-Disposition: form-data; name=\"$_->[0]\"\r\n\r\n$_->[1]\r\n" } ['name', 'by parts'], ['csrfmiddlewaretoken', $jar{csrftoken}];
    is $client->request('POST', '/api/thing/', { cookies(\%jar), 'Content-Type' => 'multipart/form-data; boundary=b' }, "$parts--b--\r\n")->{status}, 201, 'so does one of several parts';
    is detail($client->request('POST', '/api/thing/', { cookies(\%jar), 'Content-Type' => 'multipart/form-data' }, "$parts--b--\r\n")),
        '403 CSRF Failed: CSRF token missing or incorrect.', 'one that cannot be read shows nothing';
    is detail($client->request('POST', '/api/thing/', { cookies(\%jar), %write }, qq({"csrfmiddlewaretoken": "$jar{csrftoken}"}))),
        '403 CSRF Failed: CSRF token missing or incorrect.', 'JSON is no form';
    is detail($client->request('DELETE', '/api/thing/1/', { cookies(\%jar), 'Content-Type' => 'application/x-www-form-urlencoded' }, "csrfmiddlewaretoken=$jar{csrftoken}")),
        '403 CSRF Failed: CSRF token missing or incorrect.', 'and no form deletes';
    is $client->request('POST', '/api/thing/', { cookies(\%jar), 'Content-Type' => 'application/x-www-form-urlencoded' }, 'x' x 3_000_000)->{status}, 413, 'it is not read without end';
    is $cluster->sql('sessions', "SELECT count(*) FROM thing WHERE name = 'x'"), 0, 'nothing was written by those';
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
for my $next ('//evil.example/', 'http://evil.example/', '/\\evil.example', "/a\r\nX: y", '', 'javascript:alert(1)', "\t//evil.example",
    'https:///evil.example', "/\t/evil.example", 'evil') {
    my ($in) = sign_in($client, {}, 'editor', next => $next);
    is $in->{headers}{location}, '/', 'nobody is sent elsewhere';
}
{
    my ($in) = sign_in($client, {}, 'editor', next => "/a b/\xc3\xa9?x=%20");
    is $in->{headers}{location}, '/a%20b/%C3%A9?x=%20', 'but to any page of ours';
}
{
    my $page = $client->get('/api-auth/login/?next=/api/thing/');
    like $page->{body}, qr{name="next" value="/api/thing/"}, 'the form remembers where to';
    is $page->{headers}{'cache-control'}, 'no-store', 'no cache keeps it';
    like $page->{body}, qr{<title>Log in – [^<]+</title>}, 'its title says of which site it is';
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
is $client->status($_), 404, "only these two pages, not $_" for '/api-auth/', '/api-auth/x/';
is $client->get('/api-auth/login?next=/a')->{headers}{location}, '/api-auth/login/?next=/a', 'and a missing slash is added';
$httpd->stop;
unlike do { open my $in, '<', $httpd->{error_log}; local $/; <$in> }, qr/$id|editor-pw/, 'nothing of it in the log';

# --- in the way of others: cookies of another module, a page inside the API -------------------------
{
    my $tracked = httpd('', before => "<IfModule !usertrack_module>\nLoadModule usertrack_module \${SITE_MODULES}/mod_usertrack.so\n</IfModule>\n",
        server => $tables . "CookieTracking On\nCookieName track\n")->serve->client;
    my %cookies = (sessionid => 'a' x 64);
    my $page = $tracked->get('/api-auth/login/', cookies(\%cookies));
    keep(\%cookies, $page);
    delete $cookies{track};
    my @cookies = keep({}, post($tracked, '/api-auth/login/', \%cookies, { username => 'editor', password => 'editor-pw', csrfmiddlewaretoken => token_of($page) }));
    is scalar(grep { /^sessionid=\w{64};/ } @cookies), 1, 'one new session cookie';
    is scalar(grep { /^track=/ } @cookies), 1, "and another module's own";
}
{
    my $inside = httpd('', before => "<Location \"/api/auth/\">\nSetHandler site-login\n</Location>\n")->serve->client;
    my %cookies;
    is +(sign_in($inside, \%cookies, 'editor'))[0]{status}, 303, 'signed in';
    my $page = $inside->get('/api/auth/login/', cookies(\%cookies));
    is $page->{status}, 200, 'a page of its own below the API';
    my $again = post($inside, '/api/auth/logout/', \%cookies, { csrfmiddlewaretoken => $cookies{csrftoken} });
    is $again->{status}, 303, 'asks for the token itself';
}

# --- a new password ends the sessions of the old one -------------------------------------------------
{
    $cluster->sql('sessions', 'CREATE TABLE people (username text PRIMARY KEY, password text, is_active boolean NOT NULL DEFAULT true)', 'GRANT SELECT ON people TO site',
        # "editor-pw"
        "INSERT INTO people VALUES ('editor', 'pbkdf2_sha256\$1000\$abcdefgh\$mjUZI/GCmvLAB+XbY6Rk9FpUvwPxihOf45u3Z0iedLo=')");
    my $his = httpd("SiteHide people\n", server => "SiteSessionTable mod_site.session\nSiteUserTable people\nSiteBasicProvider site\n")->serve->client;
    my %cookies;
    is +(sign_in($his, \%cookies, 'editor'))[0]{status}, 303, 'signed in by a table of users';
    isnt $his->request('POST', '/api/thing/', { cookies(\%cookies), %write, 'X-CSRFToken' => $cookies{csrftoken} }, '{}')->{status}, 401, 'a session';
    $cluster->sql('sessions', "UPDATE people SET password = password || 'x'");
    is detail($his->request('POST', '/api/thing/', { cookies(\%cookies), %write, 'X-CSRFToken' => $cookies{csrftoken} }, '{}')),
        '401 Authentication credentials were not provided.', 'no longer, with another password';
    $cluster->sql('sessions', "UPDATE people SET password = left(password, -1), is_active = false");
    is $his->request('POST', '/api/thing/', { cookies(\%cookies), %write, 'X-CSRFToken' => $cookies{csrftoken} }, '{}')->{status}, 401, 'nor of somebody who is not active';
}

# --- too many guesses ----------------------------------------------------------------
{
    my $guessing = httpd('', server => $tables . "SiteThrottle signin=2/h\n")->serve->client;
    my %cookies;
    is +(sign_in($guessing, \%cookies, 'editor', password => "guess $_"))[0]{status}, 200, 'a wrong password: the form again' for 1, 2;
    my ($third) = sign_in($guessing, \%cookies, 'editor');
    is $third->{status}, 429, 'after too many, none is looked at';
    like $third->{headers}{'retry-after'}, qr/^3[56]\d\d$/, 'and it says for how long';
}

# --- behind TLS ----------------------------------------------------------------------------------
{
    my $tls = httpd('', defines => { SITE_PUBLIC_URL => 'https://sky.example' })->start->client;
    my (undef, @cookies) = sign_in($tls, {}, 'editor');
    is scalar(grep { /; Secure$/ } @cookies), 2, 'Secure where clients come by TLS';

    # A proxy that ends TLS says so; anybody else may say what he likes.
    my $remoteip = "<IfModule !remoteip_module>\nLoadModule remoteip_module \${SITE_MODULES}/mod_remoteip.so\n</IfModule>\n";
    for my $way (['127.0.0.1', 2], ['10.9.8.7', 0]) {
        my ($trusted, $secure) = @$way;
        my $his = httpd('', before => "${remoteip}RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy $trusted\n")->serve->client;
        my @proxy = ('X-Forwarded-For' => '192.0.2.1', 'X-Forwarded-Proto' => 'https', 'X-Forwarded-Host' => 'sky.example');
        my %cookies;
        my $page = $his->get('/api-auth/login/', @proxy);
        keep(\%cookies, $page);
        my $in = post($his, '/api-auth/login/', \%cookies, { username => 'editor', password => 'editor-pw', csrfmiddlewaretoken => token_of($page) }, @proxy);
        is $in->{status}, 303, "signed in, with a proxy at $trusted trusted";
        is scalar(grep { /; Secure$/ } keep(\%cookies, $in)), $secure, "... cookies are Secure by a trusted proxy's word only";
        is post($his, '/api-auth/login/', \%cookies, { csrfmiddlewaretoken => $cookies{csrftoken} }, @proxy, Origin => 'https://sky.example')->{status},
            $secure ? 200 : 403, "... and so is the origin";
    }
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
