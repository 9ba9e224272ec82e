# docs/signing-in.md, followed to the letter: the blocks of each section are what
# is run here, on the demo, with other paths.
use strict;
use warnings;
use Digest::SHA qw(sha1_base64);
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

# Blocks by section, and by where they go: that is said in the last words before them.
my %section;
{
    my ($title, $said, $kind, $block) = ('', '');
    open my $in, '<', root . '/docs/signing-in.md' or die;
    while (<$in>) {
        if (defined $kind ? /^```$/ : /^```(\w+)$/) {
            my $where = !defined $kind || $kind ne 'apache' ? $kind : $said =~ /For the server\b[^.]*\z/ ? 'server' : 'api';
            push @{ $section{$title}{$where} }, $block if defined $kind;
            ($kind, $block, $said) = defined $kind ? (undef, '', '') : ($1, '', $said);
        }
        elsif (defined $kind) { $block .= $_ }
        elsif (/^## (.*)/)    { $title = $1 }
        else                  { $said .= $_ }
    }
}
sub block {
    my ($title, $where, $number) = @_;
    my $block = $section{$title}{$where}[ $number // 0 ] // die "no block '$where' in '$title'";
    return $block;
}

my $dir = scratch('users');
chmod 0755, scratch(), $dir;
open my $passwords, '>', "$dir/passwords" or die;
print $passwords "$_:{SHA}" . sha1_base64("$_-pw") . "=\n" for qw(ada eve);
close $passwords;
open my $groups, '>', "$dir/groups" or die;
print $groups "editors: ada\n";
close $groups;

my $cluster = new_cluster('signing');
my $data = root . '/website/database';
$cluster->sql('postgres', 'CREATE DATABASE pristine');
$cluster->load('pristine', "$data/load.sql", dir => $data);
my $number = 0;

# A site as it stands in the demo, with these lines more.
sub serve {
    my (%lines) = @_;
    my $name = 'way' . $number++;
    open my $in, '<', root . '/website/site.conf' or die;
    my $api = do { local $/; <$in> };
    my $site = new_site($name, $api . ($lines{api} // '') =~ s{/secrets/users}{$dir}gr);
    open my $out, '>', "$site/server.conf" or die;
    print $out ($lines{server} // '') =~ s{/secrets/users}{$dir}gr;
    close $out;
    my $httpd = new_httpd($name, site => $site, users => $lines{users} // '/nonexistent', database => $cluster->conninfo($lines{database}));
    $httpd->expect_log(qr/AH0163[01]|AH0161[78]|AH01807/, @{ $lines{log} // [] });
    return $httpd->serve;
}

sub database {
    my ($name, @sql) = @_;
    $cluster->sql('postgres', "CREATE DATABASE $name TEMPLATE pristine");
    $cluster->sql($name, @sql);
    return $name;
}

sub change { my ($client, @headers) = @_; return $client->request('PATCH', '/api/tags/1/', { 'Content-Type' => 'application/json', @headers }, '{"label": "x"}')->{status} }

sub reads_and_writes {
    my ($what, $client, $ada, $eve) = @_;
    is $client->status('/api/tags/1/'), 200, "$what: everybody reads";
    is change($client), 401, '... nobody writes';
    is change($client, @$ada), 200, '... ada does';
    is change($client, @$eve), 403, '... eve may not' if $eve;
    return;
}

my @ada = basic('ada');
my @eve = basic('eve');

# --- files ------------------------------------------------------------------------------
my $files = database('files');
reads_and_writes('files, by nothing', serve(database => $files, users => $dir)->client, \@ada, \@eve);
reads_and_writes('files', serve(database => $files, api => block('Users in files', 'api'))->client, \@ada, \@eve);

# --- a table -----------------------------------------------------------------------------
{
    my $database = database('dbd', 'CREATE SCHEMA login', 'CREATE TABLE login.users (name text PRIMARY KEY, password text, belongs text)',
        (map { "INSERT INTO login.users VALUES ('$_->[0]', '{SHA}" . sha1_base64("$_->[0]-pw") . "=', '$_->[1]')" } ['ada', 'editors'], ['eve', 'x']),
        'GRANT USAGE ON SCHEMA login TO site', 'GRANT SELECT ON login.users TO site');
    my $title = 'Users in a table, by mod_authn_dbd';
    reads_and_writes('a table', serve(database => $database, server => block($title, 'server'), api => block($title, 'api'))->client, \@ada, \@eve);
}

# --- Django, tokens, the page --------------------------------------------------------------
{
    # Made by Django's own hasher: "ann-pw".
    my $encoded = 'pbkdf2_sha256$20000$abcdefgh$kFbGMCWm1wVxuNVEVtSTnWjRkUENvGHFxOMG58LT9yo=';
    my $title = 'Users of a Django site';
    my $database = database('django', <<"SQL", block($title, 'sql'));
CREATE TABLE auth_user (id serial PRIMARY KEY, password varchar(128) NOT NULL, last_login timestamptz, is_superuser boolean NOT NULL DEFAULT false,
    username varchar(150) NOT NULL UNIQUE, first_name varchar(150) NOT NULL DEFAULT '', last_name varchar(150) NOT NULL DEFAULT '',
    email varchar(254) NOT NULL DEFAULT '', is_staff boolean NOT NULL DEFAULT false, is_active boolean NOT NULL DEFAULT true, date_joined timestamptz NOT NULL DEFAULT now());
CREATE TABLE auth_group (id serial PRIMARY KEY, name varchar(150) NOT NULL UNIQUE);
CREATE TABLE auth_user_groups (id bigserial PRIMARY KEY, user_id int NOT NULL REFERENCES auth_user, group_id int NOT NULL REFERENCES auth_group);
INSERT INTO auth_user (username, password) VALUES ('ada', '$encoded'), ('eve', '$encoded');
INSERT INTO auth_group (name) VALUES ('editors');
INSERT INTO auth_user_groups (user_id, group_id) VALUES (1, 1);
GRANT SELECT ON auth_group, auth_user_groups TO site;
SQL
    $cluster->load($database, "$data/auth.sql");
    my $server = block($title, 'server') . block('Tokens', 'server') . block('A page for browsers', 'server');
    my $httpd = serve(database => $database, server => $server, api => block($title, 'api') . "SiteHide auth_group auth_user_groups\n", log => [qr/AH01656/]);
    my $client = $httpd->client;
    reads_and_writes('Django', $client, [basic('ada', 'ann-pw')], [basic('eve', 'ann-pw')]);
    is $client->status("/api/$_/"), 404, "... $_ is no resource" for qw(auth_user auth_group auth_user_groups);

    my $token = $client->request('POST', '/api-token-auth/', { 'Content-Type' => 'application/x-www-form-urlencoded' }, 'username=ada&password=ann-pw')->{json}{token};
    is change($client, Authorization => "Token $token"), 200, 'a token writes';
    my ($insert, $delete) = split /\n/, block('Tokens', 'sql');
    $cluster->sql($database, $insert);
    is change($client, Authorization => 'Bearer 0a1b...'), 200, 'so does one that an administrator made';
    $cluster->sql($database, $delete);
    is change($client, Authorization => "Token $_"), 401, 'and none, once they are taken away' for $token, '0a1b...';

    my $page = $client->get('/api-auth/login/?next=/api/tags/');
    my ($form) = $page->{body} =~ /name="csrfmiddlewaretoken" value="(\w+)"/;
    my ($browser) = $page->{headers}{'set-cookie'} =~ /^csrftoken=(\w+)/;
    my $in = $client->request('POST', '/api-auth/login/?next=/api/tags/',
        { 'Content-Type' => 'application/x-www-form-urlencoded', Cookie => "csrftoken=$browser" }, "csrfmiddlewaretoken=$form&username=ada&password=ann-pw&next=/api/tags/");
    is "$in->{status} $in->{headers}{location}", '303 /api/tags/', 'the page signs in';
    my %cookie = map { /^(\w+)=(\w+)/ ? ($1 => $2) : () } @{ $in->{headers}{'set-cookie'} };
    my @session = (Cookie => "sessionid=$cookie{sessionid}; csrftoken=$cookie{csrftoken}");
    is change($client, @session, 'X-CSRFToken' => $cookie{csrftoken}), 200, 'and its session writes';
    is change($client, @session), 403, '... with the token only';
}

# --- sessions of mod_auth_form, certificates ---------------------------------------------------
{
    my $title = 'Sessions, certificates, tickets of other modules';
    my $modules = join '', map { "<IfModule !${_}_module>\nLoadModule ${_}_module \${SITE_MODULES}/mod_$_.so\n</IfModule>\n" } qw(session session_cookie request auth_form);
    my $form = block($title, 'api', 0);
    my $client = serve(database => $files, server => "$modules<Location \"/signin\">\nSetHandler form-login-handler\nAuthFormLoginRequiredLocation /x\n"
        . "AuthFormLoginSuccessLocation /api/\n$form</Location>\n", api => $form)->client;
    my $in = $client->request('POST', '/signin', { 'Content-Type' => 'application/x-www-form-urlencoded' }, 'httpd_username=ada&httpd_password=ada-pw');
    my ($session) = ($in->{headers}{'set-cookie'} // '') =~ /^(session=[^;]*)/;
    is $client->status('/api/tags/1/'), 200, 'mod_auth_form: everybody reads';
    is change($client), 403, '... nobody writes';
    is change($client, Cookie => $session), 200, '... ada does';
    my ($status, $said) = new_httpd('tls', site => new_site('tls', block($title, 'api', 1)), users => '/nonexistent', database => $cluster->conninfo($files))->configtest;
    like $said, qr/Invalid command 'SSLVerifyClient'/, 'certificates: all that is missing is mod_ssl (t/access.t has it)';
    like block($title, 'api', 2), qr/AuthType openid-connect/, 'and the third is not to be had here';
}

# --- roles, rates --------------------------------------------------------------------------------
{
    my $title = 'Roles of PostgreSQL';
    my $database = database('roles', 'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM site', block($title, 'sql'));
    my $client = serve(database => $database, api => block('Users in files', 'api') =~ s/^Require.*\n//mgr . block($title, 'api') . block('Rates', 'api'),
        log => [qr/42501/])->client;
    my %json = ('Content-Type' => 'application/json');
    my $row = '{"star": 1, "observer": 1, "observed_at": "2020-01-01T00:00:00Z", "magnitude": 1.5}';
    is $client->status('/api/stars/1/'), 200, 'roles: everybody reads';
    is $client->request('POST', '/api/observations/', {%json}, $row)->{status}, 401, '... nobody writes';
    is $client->request('POST', '/api/observations/', { @eve, %json }, $row)->{status}, 403, '... eve may not';
    is $client->request('POST', '/api/observations/', { @eve, %json }, $_)->{status}, 403, '... nor is she told what would be wrong' for '{}', '{bad';
    my $made = $client->request('POST', '/api/observations/', { @ada, %json }, $row);
    is $made->{status}, 201, '... ada does' or diag $made->{body};
    is $made->{json}{owner}, 'ada', '... as herself';
    my $id = $made->{json}{id} // 0;
    is $client->request('PATCH', "/api/observations/$id/", { @ada, %json }, '{"notes": "mine"}')->{status}, 200, '... and changes what is hers';
    is $client->request('PATCH', '/api/observations/1/', { @ada, %json }, '{"notes": "not"}')->{status}, 404, '... and nothing else';
    is $client->get('/api/stars/1/', @ada)->{headers}{allow}, 'GET, HEAD, OPTIONS', 'Allow says so';
}

done_testing;
