# PostgreSQL decides: a caller's statements run with a database role of his own,
# so that GRANTs and row-level security hold, and his name is a setting that
# policies can read. Nothing of it outlives the request.
use strict;
use warnings;
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

my $cluster = new_cluster('roles');
$cluster->sql('postgres', 'CREATE DATABASE notes');
$cluster->sql('notes', <<'SQL');
CREATE ROLE reader;
CREATE ROLE writer;
CREATE ROLE stranger;
GRANT reader, writer TO site;
CREATE TABLE note (id serial PRIMARY KEY, owner text NOT NULL DEFAULT current_setting('mod_site.user', true), body text NOT NULL, secret text);
CREATE TABLE hidden (id int PRIMARY KEY);
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON note TO writer USING (owner = current_setting('mod_site.user', true));
CREATE POLICY public ON note FOR SELECT TO reader USING (owner = 'public');
GRANT SELECT ON note TO reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON note TO writer;
GRANT USAGE ON SEQUENCE note_id_seq TO writer;
GRANT SELECT ON note, hidden TO site;
CREATE VIEW me AS SELECT 1 AS id, current_user::text AS role, session_user::text AS login, current_setting('mod_site.user', true) AS who;
GRANT SELECT ON me TO reader, writer;
INSERT INTO note (owner, body) VALUES ('public', 'for all'), ('editor', 'mine'), ('viewer', 'his'), ('viewer', 'his, too');
SQL

my $site = new_site('roles');
my $users = setting('users');
my $number = 0;

sub httpd {
    my ($lines, %options) = @_;
    my $httpd = new_httpd('roles' . $number++, site => $site, users => '/nonexistent',
        database => $cluster->conninfo('notes'),
        config => ($options{before} // '') . "<Location \"/api\">\nSiteBasicProvider file\nAuthUserFile $users/passwords\n"
            . "AuthGroupFile $users/groups\nSiteMethods GET POST PUT PATCH DELETE OPTIONS\n"
            . "<SiteResource me>\nSiteKey id\n</SiteResource>\n$lines</Location>\n", %{ $options{more} // {} });
    $httpd->expect_log(qr/AH01630|SITE0110/);
    return $httpd;
}
my @mapping = ("SiteRole reader anonymous\n", "SiteRole writer group editors\n", "SiteRole writer user viewer\n");

my $httpd = httpd(join '', @mapping);
my $client = $httpd->start->client;

sub bodies { join ',', map { $_->{body} } @{ $_[0]{json}{results} } }

# --- GRANT and policies ------------------------------------------------------------------
is bodies($client->get('/api/note/')), 'for all', 'anonymous: the public row';
is bodies($client->get('/api/note/', basic('editor'))), 'mine', 'editor: his own';
is bodies($client->get('/api/note/', basic('viewer'))), 'his,his, too', 'viewer: his own';
is $client->status('/api/note/2/', basic('editor')), 200, 'a row that is his';
is $client->status('/api/note/3/', basic('editor')), 404, 'a hidden row is not there';
is $client->status('/api/note/3/'), 404, 'nor for anybody';
is $client->status('/api/hidden/'), 401, 'no GRANT: somebody else might be allowed';
is $client->get('/api/hidden/')->{json}{detail}, 'Authentication credentials were not provided.', 'in these words';
is $client->status('/api/hidden/', basic('editor')), 403, 'but not this one';
is $client->status('/api/note/', basic('admin')), 200, 'another of the group';
my ($me) = @{ $client->get('/api/me/', basic('editor'))->{json}{results} };
is_deeply [@{$me}{qw(role login who)}], ['writer', 'site', 'editor'], 'role and user as PostgreSQL sees them';
($me) = @{ $client->get('/api/me/')->{json}{results} };
is_deeply [@{$me}{qw(role login who)}], ['reader', 'site', ''], 'and of nobody';

# --- writing ------------------------------------------------------------------------------
SKIP: {
    my $answer = $client->request('POST', '/api/note/', { basic('editor'), 'Content-Type' => 'application/json' },
        '{"body": "new"}');
    skip 'writing is not there', 4 if $answer->{status} == 405 || $answer->{status} == 501;
    is $answer->{status}, 201, 'a row of his own' or diag $answer->{body};
    is $answer->{json}{owner}, 'editor', 'the default reads who it is';
    is $client->request('PATCH', '/api/note/3/', { basic('editor'), 'Content-Type' => 'application/json' },
        '{"body": "x"}')->{status}, 404, 'a hidden row cannot be changed';
    is $client->request('POST', '/api/note/', { basic('editor'), 'Content-Type' => 'application/json' },
        '{"body": "new", "owner": "viewer"}')->{status}, 403, 'nor one made for somebody else';
    is $client->request('DELETE', '/api/note/1/', { 'Content-Type' => 'application/json' })->{status}, 401, 'nobody writes';
}

# --- nothing outlives the request: two users, one connection ---------------------------------
{
    my $one = httpd(join('', @mapping), more => { defines => { SITE_DB_POOL => 1 } },
        before => "DBDMax 1\nDBDKeep 1\n")->start;
    my (@pipes, %count);
    for my $who ('editor', 'viewer', '', 'editor', 'viewer', '') {
        my $pid = open(my $pipe, '-|') // die "fork: $!";
        if (!$pid) {
            require POSIX;
            my $his = $one->client;
            for (1 .. 60) {
                my $answer = $his->get('/api/me/', $who ? basic($who) : ());
                my $row = $answer->{json} && $answer->{json}{results} ? $answer->{json}{results}[0] : {};
                my $right = $answer->{status} == 503 ? 'busy'
                    : ($row->{who} // '-') eq $who && $row->{role} eq ($who ? 'writer' : 'reader') ? 'right' : 'wrong';
                print "$right\n";
            }
            close STDOUT;
            POSIX::_exit(0);
        }
        push @pipes, $pipe;
    }
    for my $pipe (@pipes) {
        while (<$pipe>) { chomp; $count{$_}++ }
    }
    is $count{wrong}, undef, 'two users and nobody over the same connections: never another one\'s role';
    cmp_ok $count{right}, '>', 300, 'in some hundred answers';
    my $leaks = $cluster->sql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'mod_site' AND state <> 'idle' AND state LIKE '%transaction%'");
    is $leaks, 0, 'no transaction is left open';
    $one->stop;
}

# --- columns -----------------------------------------------------------------------------
{
    $cluster->sql('notes', 'REVOKE UPDATE ON note FROM writer', 'GRANT UPDATE (body) ON note TO writer');
    my %json = ('Content-Type' => 'application/json');
    is $client->request('PATCH', '/api/note/2/', { basic('editor'), %json }, '{"body": "mine, changed"}')->{status}, 200,
        'a column that he may change';
    is $client->request('PATCH', '/api/note/2/', { basic('editor'), %json }, '{"secret": "x"}')->{status}, 403, 'and one that he may not';
    is $cluster->sql('notes', 'SELECT body, secret FROM note WHERE id = 2'), 'mine, changed|', 'so it stays';
    $cluster->sql('notes', 'REVOKE SELECT ON note FROM reader', 'GRANT SELECT (id, owner, body) ON note TO reader');
    is $client->status('/api/note/'), 401, 'a column that he may not even see';
    $cluster->sql('notes', 'GRANT SELECT ON note TO reader');
}

# --- streams, poolers, a cache of statements that is too small --------------------------------
for my $way (['a stream', "SitePagination none\n", ''], ['a pooler', '', "SitePreparedStatements Off\n"],
    ['a stream by a pooler', "SitePagination none\n", "SitePreparedStatements Off\n"],
    ['one prepared statement', '', "SitePreparedStatements 1\n"]) {
    my ($what, $lines, $server) = @$way;
    my $his = httpd(join('', @mapping, $lines), before => $server)->start->client;
    for my $who ('editor', 'viewer', '', 'editor', '') {
        my $rows = $his->get('/api/me/', $who ? basic($who) : ())->{json};
        $rows = $rows->{results} if ref $rows eq 'HASH';
        is "$rows->[0]{role} $rows->[0]{who}", $who ? "writer $who" : 'reader ', "$what: " . ($who || 'nobody');
    }
    is $his->status('/api/note/3/', basic('editor')), 404, '... hidden rows';
    is $his->request('POST', '/api/note/', { basic('viewer'), 'Content-Type' => 'application/json' }, '{"body": "b"}')->{json}{owner},
        'viewer', '... and writing';
}

# --- no round trip more -------------------------------------------------------------------
{
    # What the server gets: with roles one statement more per request, in the same round trip.
    $cluster->sql('postgres', "ALTER SYSTEM SET log_statement = 'all'", 'SELECT pg_reload_conf()');
    my $before = -s $cluster->dir . '/log';
    $client->get('/api/note/1/') for 1 .. 3;
    $before = -s $cluster->dir . '/log';
    $client->get('/api/note/1/');
    open my $log, '<', $cluster->dir . '/log' or die;
    seek $log, $before, 0;
    my @statements = grep { /LOG:\s+execute/ } <$log>;
    is scalar(@statements), 2, 'the role and the row' or diag @statements;
    like $statements[0], qr/set_config\('role'/, 'the role first';
    $cluster->sql('postgres', 'ALTER SYSTEM RESET log_statement', 'SELECT pg_reload_conf()');
}

# --- rules that do not hold, roles that are not granted ---------------------------------------
{
    my $strict = httpd("SiteRole writer user editor\n")->start->client;
    is $strict->status('/api/note/'), 401, 'rules, and none for nobody: denied';
    is $strict->status('/api/note/', basic('viewer')), 403, 'nor for somebody else';
    is $strict->status('/api/note/', basic('editor')), 200, 'only for him';
}
{
    my $broken = httpd("SiteRole stranger anonymous\nSiteRole nowhere authenticated\n");
    $broken->expect_log(qr/role_refused/);
    my $his = $broken->start->client;
    is $his->status('/api/note/'), 500, 'a role that site is no member of';
    is $his->status('/api/note/', basic('editor')), 500, 'a role that does not exist';
    my @lines = grep { /role_refused/ } $broken->log->lines;
    like $lines[0], qr/42501.*stranger/, 'the log says which' or diag $broken->log->lines;
}
for my $case (["SiteRole writer\n", qr/SiteRole wants/], ["SiteRole none anonymous\n", qr/SiteRole wants/],
    ["SiteRole writer foo bar\n", qr/no module can tell 'foo'/]) {
    my ($status, $text) = httpd($case->[0])->configtest;
    isnt $status, 0, "configtest refuses $case->[0]";
    like $text, $case->[1], 'and says why';
}

done_testing;
