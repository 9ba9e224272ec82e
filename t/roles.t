# PostgreSQL decides: a caller's statements run with a database role of his own,
# so that GRANTs and row-level security hold, and his name is a setting that
# policies can read. Nothing of it outlives the request.
use strict;
use warnings;
use Site::Test;
use IO::Socket::INET;
use Site::Test::Process qw(wait_for);
use Site::Test::Users qw(basic);
use Site::Test::Wire;
use Test::More;

my $cluster = new_cluster('roles');
$cluster->sql('postgres', 'CREATE DATABASE notes');
$cluster->sql('notes', <<'SQL');
CREATE ROLE reader;
CREATE ROLE writer;
CREATE ROLE stranger;
GRANT reader, writer TO site;
CREATE TABLE note (id serial PRIMARY KEY, owner text NOT NULL DEFAULT current_setting('mod_site.user', true), body text NOT NULL, remark text);
CREATE TABLE hidden (id int PRIMARY KEY);
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON note TO writer USING (owner = current_setting('mod_site.user', true));
CREATE POLICY public ON note FOR SELECT TO reader USING (owner = 'public');
GRANT SELECT ON note TO reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON note TO writer;
GRANT USAGE ON SEQUENCE note_id_seq TO writer;
GRANT SELECT ON note, hidden TO site;
CREATE VIEW me AS SELECT 1 AS id, current_user::text AS role, session_user::text AS login, current_setting('mod_site.user', true) AS who;
GRANT SELECT ON me TO reader, writer, site;
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

# One child with one connection: whoever comes next gets the very same.
my $single = "DBDMax 1\nDBDKeep 1\nMaxRequestWorkers 64\nStartServers 1\nMaxSpareThreads 64\nServerLimit 1\n";

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

# --- the description: for all who may call, methods that no role has the rights for are left out ---
for my $caller ([], [basic('editor')]) {
    my $paths = $client->get('/api/openapi.json', @$caller)->{json}{paths};
    my %methods = map { my $path = $_; $path => join ' ', grep { $paths->{$path}{$_} } qw(get post put patch delete) } keys %$paths;
    is_deeply [@methods{qw(/note/ /note/{id}/ /hidden/ /hidden/{id}/)}], ['get post', 'get put patch delete', 'get', 'get'], 'methods that some role may use';
}

# --- writing ------------------------------------------------------------------------------
{
    my $answer = $client->request('POST', '/api/note/', { basic('editor'), 'Content-Type' => 'application/json' },
        '{"body": "new"}');
    is $answer->{status}, 201, 'a row of his own' or diag $answer->{body};
    is $answer->{json}{owner}, 'editor', 'the default reads who it is';
    is $client->request('PATCH', '/api/note/3/', { basic('editor'), 'Content-Type' => 'application/json' },
        '{"body": "x"}')->{status}, 404, 'a hidden row cannot be changed';
    is $client->request('PUT', '/api/note/3/', { basic('editor'), 'Content-Type' => 'application/json' },
        '{"body": "x", "owner": "editor"}')->{status}, 404, 'or replaced';
    is $client->request('DELETE', '/api/note/3/', { basic('editor') })->{status}, 404, 'or deleted';
    is $cluster->sql('notes', 'SELECT body FROM note WHERE id = 3'), 'his', 'it stays as it was';
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

# --- nor an error, a timeout, a stream that is given up -------------------------------------------
{
    $cluster->sql('notes', <<'SQL');
CREATE VIEW broken AS SELECT 1 / (length(current_user::text) - length(current_user::text)) AS id;
CREATE VIEW slow AS SELECT 1 AS id, pg_sleep(5) IS NULL AS slept;
CREATE TABLE many AS SELECT g AS id, repeat('x', 1000) AS text FROM generate_series(1, 30000) g;
ALTER TABLE many ADD PRIMARY KEY (id);
GRANT SELECT ON broken, slow, many TO reader, writer;
SQL
    my $one = httpd(join('', @mapping) . "SiteStatementTimeout 1s\n<SiteResource many>\nSitePagination none\n</SiteResource>\n"
        . "<SiteResource broken>\nSiteKey id\n</SiteResource>\n<SiteResource slow>\nSiteKey id\n</SiteResource>\n", before => $single);
    $one->expect_log(qr/SITE0\d+.*(?:57014|22012|42501)/, qr/SITE0052/);
    my $his = $one->serve->client;
    my $check = sub {
        my ($after) = @_;
        for my $who ('', 'viewer') {
            my ($row) = @{ ($his->get('/api/me/', $who ? basic($who) : ())->{json} // {})->{results} // [{}] };
            is +($row->{role} // '-') . ' ' . ($row->{who} // '-'), ($who ? 'writer' : 'reader') . " $who", "after $after: " . ($who || 'nobody');
        }
    };
    my %json = ('Content-Type' => 'application/json');
    is $his->status('/api/broken/', basic('editor')), 500, 'an error';
    $check->('an error');
    is $his->status('/api/slow/', basic('editor')), 503, 'a timeout';
    $check->('a timeout');
    is $his->request('POST', '/api/note/', { basic('editor'), %json }, '{"body": "x", "owner": "viewer"}')->{status}, 403, 'a refusal';
    $check->('a refusal');
    is $his->request('PATCH', '/api/note/2/', { basic('editor'), %json }, '{"body": null}')->{status}, 400, 'a constraint';
    $check->('a constraint');
    {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $one->port, Proto => 'tcp') or die;
        my %header = basic('editor');
        print $socket "GET /api/many/ HTTP/1.1\r\nHost: x\r\nAuthorization: $header{Authorization}\r\n\r\n";
        sysread $socket, my $piece, 2000;
        like $piece, qr/^HTTP\S+ 200/, 'a stream begins';
        close $socket;
    }
    ok wait_for(15, sub { $his->status('/api/me/') == 200 }), '... and is given up';
    $check->('a stream that was given up');
    $cluster->sql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mod_site'");
    is $his->status('/api/me/', basic('editor')), 200, 'a connection that was lost';
    $check->('a connection that was lost');
    $one->stop;
}

# --- columns -----------------------------------------------------------------------------
{
    $cluster->sql('notes', 'REVOKE UPDATE ON note FROM writer', 'GRANT UPDATE (body) ON note TO writer');
    my %json = ('Content-Type' => 'application/json');
    is $client->request('PATCH', '/api/note/2/', { basic('editor'), %json }, '{"body": "mine, changed"}')->{status}, 200,
        'a column that he may change';
    is $client->request('PATCH', '/api/note/2/', { basic('editor'), %json }, '{"remark": "x"}')->{status}, 403, 'and one that he may not';
    is $cluster->sql('notes', 'SELECT body, remark FROM note WHERE id = 2'), 'mine, changed|', 'so it stays';
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

# --- one round trip ---------------------------------------------------------------------------
{
    my $wire = Site::Test::Wire->new($cluster->port, scratch() . '/trips');
    my $database = $cluster->conninfo('notes') =~ s/port=\d+/'port=' . $wire->port/er;
    my $count = sub {
        my ($what, $lines, $expected, @requests) = @_;
        my $his = httpd($lines, more => { database => $database, defines => { SITE_CATALOG_REFRESH => 'off' } },
            before => "$single")->serve->client;
        # Every statement is prepared, and the connection is there.
        $his->request(@$_) for (@requests) x 3;
        for my $request (@requests) {
            my $before = $wire->trips;
            my $answer = $his->request(@$request);
            is $wire->trips - $before, $expected, "$what: $request->[0] $request->[1] takes so many round trips ($answer->{status})";
        }
    };
    my @reads = map { ['GET', $_] } '/api/note/1/', '/api/note/', '/api/note/?ordering=-id', '/api/note/?body__contains=a';
    my @by_editor = map { [@$_, { basic('editor') }] } ['GET', '/api/note/2/'], ['GET', '/api/note/'];
    $count->('without roles', '', 1, @reads);
    $count->('without roles, somebody', '', 1, @by_editor);
    $count->('with roles', join('', @mapping), 1, @reads, @by_editor);
    $count->('with roles, a stream', join('', @mapping, "SitePagination none\n"), 1, ['GET', '/api/note/']);
}

# --- without roles: policies for the one role that there is see who it is --------------------------
{
    my $his = httpd('')->serve->client;
    my $see = sub { my $rows = $his->get('/api/me/', @_)->{json}{results}; "$rows->[0]{role} " . ($rows->[0]{who} // '') };
    is $see->(basic('editor')), 'site editor', 'mod_site.user without SiteRole';
    is $see->(), 'site ', 'nobody after him' for 1 .. 4;
}

# --- whatever Require takes, also of those who have not signed in -------------------------------------
{
    my $host = "<IfModule !authz_host_module>\nLoadModule authz_host_module \${SITE_MODULES}/mod_authz_host.so\n</IfModule>\n";
    my $his = httpd("SiteRole writer user editor\nSiteRole reader ip 127.0.0.1\n", before => $host)->serve->client;
    is +($his->get('/api/me/')->{json}{results}[0]{role}), 'reader', 'SiteRole by address';
    is +($his->get('/api/me/', basic('editor'))->{json}{results}[0]{role}), 'writer', 'the first that holds';
    my $none = httpd("SiteRole reader ip 192.0.2.1\n", before => $host)->serve->client;
    is $none->status('/api/me/'), 401, 'another address: none holds';
}

# --- what is shown of it -------------------------------------------------------------------------------
{
    $cluster->sql('notes', 'CREATE TABLE own (id serial PRIMARY KEY, a text NOT NULL, b text, owner text)',
        'GRANT SELECT ON own TO reader, writer', 'GRANT INSERT (a, b), UPDATE (b), DELETE ON own TO writer',
        'GRANT USAGE ON SEQUENCE own_id_seq TO writer', "INSERT INTO own (a) VALUES ('x')", 'CREATE VIEW total AS SELECT count(*) AS id FROM own',
        'GRANT SELECT, INSERT ON total TO writer');
    my $his = httpd(join '', @mapping)->serve->client;
    my $allow = sub { my ($path, @who) = @_; $his->get($path, @who)->{headers}{allow} };
    is $his->status('/api/own/'), 200, 'a table that the site itself may not read, but its callers';
    is $allow->('/api/own/'), 'GET, HEAD, OPTIONS', 'Allow: to read';
    is $allow->('/api/own/', basic('editor')), 'GET, POST, HEAD, OPTIONS', 'Allow: to write';
    is $allow->('/api/own/1/'), 'GET, HEAD, OPTIONS', 'a row: to read';
    is $allow->('/api/own/1/', basic('editor')), 'GET, PUT, PATCH, DELETE, HEAD, OPTIONS', 'to write';
    is $allow->('/api/total/', basic('editor')), 'GET, HEAD, OPTIONS', 'what takes no row takes none by a GRANT either';
    my $actions = sub { my ($path, @who) = @_; $his->request('OPTIONS', $path, {@who})->{json}{actions} };
    is $actions->('/api/own/'), undef, 'no actions for who may not write';
    my $post = $actions->('/api/own/', basic('editor'))->{POST};
    is_deeply { map { ($_ => $post->{$_}{read_only} ? 1 : 0) } qw(id a b owner) }, { id => 1, a => 0, b => 0, owner => 1 }, 'POST: the columns with INSERT';
    my $put = $actions->('/api/own/1/', basic('editor'))->{PUT};
    is_deeply { map { ($_ => $put->{$_}{read_only} ? 1 : 0) } qw(id a b owner) }, { id => 1, a => 1, b => 0, owner => 1 }, 'PUT: those with UPDATE';
    is $put->{a}{required}, JSON::PP::false(), 'what may not be written is not required';
    like $his->get('/api/own/1/', basic('editor'), Accept => 'text/html')->{body}, qr/You may change it by PUT, PATCH, DELETE\./, 'and the page says the same';
    unlike $his->get('/api/own/1/', Accept => 'text/html')->{body}, qr/You may/, '... and nothing to who may nothing';
    my %json = ('Content-Type' => 'application/json');
    is $his->request('POST', '/api/own/', { basic('editor'), %json }, '{"a": "y", "b": "z"}')->{status}, 201, 'and so it is: POST';
    is $his->request('POST', '/api/own/', { basic('editor'), %json }, '{"a": "y", "owner": "me"}')->{json}{owner}, undef, '... but another column is read-only';
    is $his->request('PATCH', '/api/own/1/', { basic('editor'), %json }, '{"b": "z"}')->{status}, 200, 'PATCH';
    is $his->request('PATCH', '/api/own/1/', { basic('editor'), %json }, '{"a": "z"}')->{json}{a}, 'x', '... but another column is read-only';
    is $his->request('POST', '/api/own/', { %json }, '{"a": "y"}')->{status}, 401, 'nobody';
    # Rights that are taken away show at once.
    $cluster->sql('notes', 'REVOKE DELETE ON own FROM writer', 'SELECT pg_notify($$mod_site_catalog$$, $$x$$)');
    ok wait_for(10, sub { $allow->('/api/own/1/', basic('editor')) eq 'GET, PUT, PATCH, HEAD, OPTIONS' }), 'a REVOKE is noticed';
    is $his->request('DELETE', '/api/own/1/', { basic('editor') })->{status}, 403, 'and holds';
}

# --- a kept answer is given again only to a caller who still may see it ------------------------------------------------
{
    $cluster->load('notes', root . '/website/database/mod_site.sql');
    $cluster->sql('notes', 'GRANT USAGE ON SCHEMA mod_site TO writer, reader',
        'GRANT SELECT, INSERT, UPDATE, DELETE ON mod_site.idempotency TO writer, reader');
    $cluster->sql('notes', q{CREATE TABLE pair (a int, b int, owner text DEFAULT current_setting('mod_site.user', true), PRIMARY KEY (a, b))},
        'GRANT SELECT, INSERT ON pair TO writer');
    my $mapped = httpd(join '', @mapping, "SiteIdempotency 1h\nSiteBulk On\n")->start;
    my $post = sub {
        my ($path, $key, $body, @who) = @_;
        return $mapped->client->request('POST', $path, { 'Content-Type' => 'application/json', 'Idempotency-Key' => $key, @who }, $body);
    };
    my $send = sub { my ($key, @who) = @_; return $post->('/api/note/', $key, '{"body": "kept"}', @who) };
    my ($first, $second) = map { $send->('again', basic('editor')) } 1, 2;
    is "$second->{status} $second->{body}", "201 $first->{body}", 'the same answer again';
    is $second->{headers}{'idempotency-replayed'}, 'true', '... which was kept';

    $cluster->sql('notes', "UPDATE note SET owner = 'viewer' WHERE id = $first->{json}{id}");
    my $hidden = $send->('again', basic('editor'));
    is "$hidden->{status} [$hidden->{body}]", '201 []', 'a policy hides the row by now: it is not shown again';
    is $hidden->{headers}{location}, $first->{headers}{location}, '... its address was told already';
    $cluster->sql('notes', "UPDATE note SET owner = 'editor' WHERE id = $first->{json}{id}");
    is $send->('again', basic('editor'))->{body}, $first->{body}, 'nor hidden any more';

    $cluster->sql('notes', 'REVOKE INSERT ON note FROM writer');
    my $refused = $send->('again', basic('editor'));
    is $refused->{status}, 403, 'who may not create gets no kept answer';
    unlike $refused->{body}, qr/kept/, '... and sees nothing of it';
    $cluster->sql('notes', 'GRANT INSERT ON note TO writer');
    is $send->('again', basic('editor'))->{status}, 201, '... but with the right again';
    is $cluster->sql('notes', "SELECT count(*) FROM note WHERE body = 'kept'"), 1, 'there is one row';
    $cluster->sql('notes', "UPDATE note SET remark = 'later' WHERE id = $first->{json}{id}");
    is $send->('again', basic('editor'))->{body}, $first->{body}, 'a row that was changed: the kept answer shows it as it was made';

    # Lists, and rows without a key of one column.
    my $list = sub { $post->('/api/note/', 'list', '[{"body": "one"}, {"body": "two"}]', basic('editor')) };
    my $made = $list->();
    is scalar @{ $made->{json} }, 2, 'a list of two rows';
    is $list->()->{body}, $made->{body}, 'its answer is kept';
    $cluster->sql('notes', "UPDATE note SET owner = 'viewer' WHERE body = 'two'");
    is join(' ', @{ $list->() }{qw(status body)}), '201 ', 'a policy hides one of its rows: the list is not shown again';
    $cluster->sql('notes', "UPDATE note SET owner = 'editor' WHERE body = 'two'");
    is $list->()->{body}, $made->{body}, '... but once the row can be read again';
    $cluster->sql('notes', "DELETE FROM note WHERE body = 'one'");
    is join(' ', @{ $list->() }{qw(status body)}), '201 ', 'a deleted row is not shown either';
    my $pair = sub { $post->('/api/pair/', 'pair', '{"a": 1, "b": 2}', basic('editor')) };
    is $pair->()->{json}{b}, 2, 'a row with a key of two columns';
    is join(' ', @{ $pair->() }{qw(status body)}), '201 ', '... cannot be found again: its answer is kept without a body';
    is $cluster->sql('notes', 'SELECT count(*) FROM pair'), 1, '... and the row is made once';

    # A right on a column goes: at first the catalogue still knows it, then no more.
    my $members = sub { join ',', sort keys %{ $mapped->client->get("/api/note/$first->{json}{id}/", basic('editor'))->{json} } };
    $cluster->sql('notes', 'REVOKE SELECT ON note FROM writer', 'GRANT SELECT (id, body) ON note TO writer');
    is join(' ', @{ $send->('again', basic('editor')) }{qw(status body)}), '201 ', 'a column that the role may no longer read: the kept body is not sent';
    $cluster->sql('notes', 'SELECT pg_notify($$mod_site_catalog$$, $$x$$)');
    ok wait_for(10, sub { $members->() eq 'body,id,url' }), 'a GET shows the other columns';
    is join(' ', @{ $send->('again', basic('editor')) }{qw(status body)}), '201 ', '... and the kept body is not sent either';
    $cluster->sql('notes', 'GRANT SELECT ON note TO writer', 'SELECT pg_notify($$mod_site_catalog$$, $$x$$)');
    ok wait_for(10, sub { $send->('again', basic('editor'))->{body} eq $first->{body} }), 'the column can be read again: the kept body is sent';
    $mapped->stop;

    my $other = httpd("SiteRole site user editor\nSiteIdempotency 1h\n")->start;
    $cluster->sql('notes', 'GRANT INSERT ON note TO site', 'GRANT USAGE ON SEQUENCE note_id_seq TO site');
    my $changed = $other->client->request('POST', '/api/note/', { 'Content-Type' => 'application/json', 'Idempotency-Key' => 'again', basic('editor') }, '{"body": "kept"}');
    is $changed->{status}, 422, 'another role of the same user: neither replayed nor done again';
    $other->stop;
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
