# Who may see what on a site's own pages: the API's access and roles, Require on
# the page's address, read-only transactions, limits; and without the database.
use strict;
use warnings;
use Site::Test;
use Site::Test::Process qw(free_port wait_for);
use Site::Test::Users qw(basic);
use Test::More;

sub put {
    my ($path, $text) = @_;
    my ($folder) = $path =~ m{(.*)/};
    mkdir $folder;
    open my $file, '>', $path or die "$path: $!";
    print $file $text;
    close $file;
    return;
}

my $cluster = new_cluster('access');
$cluster->sql('postgres', 'CREATE DATABASE notes');
$cluster->sql('notes', <<'SQL');
CREATE ROLE reader;
CREATE ROLE writer;
GRANT reader, writer TO site;
CREATE TABLE note (id int PRIMARY KEY, owner text NOT NULL, body text NOT NULL);
INSERT INTO note VALUES (1, 'public', 'for all'), (2, 'editor', 'mine'), (3, 'viewer', 'his');
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON note TO writer USING (owner = current_setting('mod_site.user', true));
CREATE POLICY public ON note FOR SELECT TO reader USING (owner = 'public');
CREATE POLICY everything ON note TO site USING (true);
GRANT SELECT ON note TO reader, writer, site;
CREATE TABLE visits (n int);
GRANT SELECT, INSERT, UPDATE, DELETE ON note, visits TO writer, reader, site;
CREATE FUNCTION count_visit() RETURNS int LANGUAGE sql AS 'INSERT INTO public.visits VALUES (1) RETURNING n';
CREATE FUNCTION make_writable() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_catalog.set_config('transaction_read_only', 'off', true);
    INSERT INTO public.visits VALUES (1);
    RETURN 1;
END $$;
SQL

my $site = new_site('access');
# The template of a page shows the queries that the page has.
my ($rows, $who, $missing) = ('{{#rows}}{{body}} {{/rows}}', '{{#who}}{{role}}/{{name}}{{/who}}', "{{#missing}}missing{{/missing}}\n");
put("$site/templates/rows.html", $rows . $missing);
put("$site/templates/who.html", $who . $missing);
put("$site/templates/rowswho.html", $rows . $who . $missing);
put("$site/templates/no.html", $missing);
my %sql = (who => q{SELECT current_user::text AS role, current_setting('mod_site.user', true) AS name}, count => 'SELECT public.count_visit() AS role',
    cte => 'WITH gone AS (DELETE FROM public.note RETURNING id) SELECT id AS role FROM gone', trick => 'SELECT public.make_writable() AS role',
    reset => q{SELECT set_config('role', 'none', true) AS role}, slow => 'SELECT 1 AS role, pg_sleep(5)', zero => 'SELECT 1 / (id - id) AS role FROM public.note');
put("$site/queries/$_.sql", $sql{$_}) for keys %sql;
my $pages = join '', map {
    my ($path, @lines) = @$_;
    my $shows = join '', sort map { /^SitePageQuery (\w+)/ } @lines;
    join "\n", "<SitePage \"$path\">", "SitePageTemplate " . ($shows || 'no') . '.html', @lines, "</SitePage>\n";
} ['/notes/', 'SitePageQuery rows "/api/note/?ordering=id"', "SitePageQuery who sql=$site/queries/who.sql", 'SitePageCache 60s'],
    ['/needed/', 'SitePageQuery rows /api/note/ required'], ['/note/{id}/', 'SitePageQuery rows "/api/note/{id}/" required'],
    ['/front/', "SitePageQuery who sql=$site/queries/who.sql optional"], ['/plain/'],
    (map { ["/$_/", "SitePageQuery who sql=$site/queries/$_.sql"] } qw(count trick reset slow zero)),
    ['/hurry/', "SitePageQuery who sql=$site/queries/slow.sql optional", 'SitePageQuery rows "/api/note/?ordering=id"'];
put("$site/pages.conf", $pages);

my $users = setting('users');
my $ways = "SiteBasicProvider file\nAuthUserFile $users/passwords\nAuthGroupFile $users/groups\n";
my $number = 0;
sub httpd {
    my ($api, $more, %options) = @_;
    my $httpd = new_httpd('access' . $number++, site => $site, users => '/nonexistent', database => $cluster->conninfo('notes'),
        config => "<Location \"/api\">\n$ways$api</Location>\n" . ($more // ''), %options);
    $httpd->expect_log(qr/AH01630|SITE0160/);
    return $httpd;
}
my ($httpd, $client);
sub body { my ($path, @headers) = @_; my $answer = $client->get($path, @headers); return $answer->{status} == 200 ? $answer->{body} =~ s/\n$//r : $answer->{status} }

# --- roles, and row-level security ----------------------------------------------------------
$httpd = httpd("SiteRole reader anonymous\nSiteRole writer authenticated\n");
$client = $httpd->start->client;
is body('/notes/'), 'for all reader/', 'nobody in particular: as the API shows it, in its role';
is body('/notes/', basic('editor')), 'mine writer/editor', 'somebody: his own rows';
is body('/notes/', basic('viewer')), 'his writer/viewer', 'somebody else: others';
is body('/notes/'), 'for all reader/', 'and nothing of it stays';
is body('/note/2/'), 404, 'a row that a policy hides is not there';
is body('/note/2/', basic('editor')), 'mine ', 'for him it is';
my $page = $client->get('/notes/', basic('editor'));
is $page->{headers}{'cache-control'}, 'private, max-age=60', 'his page is for his browser alone';
like $page->{headers}{vary}, qr/Authorization/, 'and depends on who asks';
is $client->get('/notes/')->{headers}{'cache-control'}, 'max-age=60', 'nobody\'s is for everybody';
is $client->status('/notes/', basic('editor', 'wrong')), 200, 'wrong credentials: the page takes none, and gets nothing of the API';
is body('/notes/', basic('editor', 'wrong')), '', 'nothing at all';
is body('/needed/', basic('editor', 'wrong')), 401, 'but where rows are required they are wrong';

# --- what is only read ------------------------------------------------------------------------
is body('/count/'), 503, 'a query cannot write';
is body('/trick/'), 500, 'nor can it make its transaction one that may';
is $cluster->sql('notes', 'SELECT count(*) FROM visits'), 0, 'nothing was written';
is body('/reset/'), 'none/', 'a query can leave its role only for the rest of its round trip';
is body('/notes/'), 'for all reader/', 'the next one has its own';
is $cluster->sql('notes', 'SELECT count(*) FROM note'), 3, 'and nothing was lost';
is body('/zero/'), 500, 'an error of its own';
is body('/notes/'), 'for all reader/', 'the connection is as good as before';
$httpd->stop;

# --- a writing query is not even taken ---------------------------------------------------------
{
    my $writing = new_site('writing');
    put("$writing/templates/own.html", "{{#who}}{{role}}{{/who}}\n");
    put("$writing/queries/cte.sql", $sql{cte});
    put("$writing/pages.conf", "<SitePage \"/cte/\">\nSitePageTemplate own.html\nSitePageQuery who sql=$writing/queries/cte.sql\n</SitePage>\n");
    my $httpd = new_httpd('writing', site => $writing, users => '/nonexistent', database => $cluster->conninfo('notes'));
    $httpd->expect_log(qr/SITE0162/);
    $httpd->start;
    ok $httpd->log->wait_line(qr/SITE0162: .*cte\.sql:1: WITH clause containing a data-modifying statement/), 'SQL that writes is told';
    is $httpd->client->status('/cte/'), 503, 'and never run';
    is $cluster->sql('notes', 'SELECT count(*) FROM note'), 3, 'nothing is lost';
    $httpd->stop;
}

# --- an API that not everybody may see ------------------------------------------------------------
$httpd = httpd("Require valid-user\n");
$client = $httpd->start->client;
is body('/notes/'), '', 'a visitor who may not see the API gets nothing of it';
like body('/notes/', basic('editor')), qr{^for all mine his site/}, 'who may gets all';
my $denied = $client->get('/needed/');
is $denied->{status}, 401, 'where rows are required he has to sign in';
is $denied->{headers}{'www-authenticate'}, 'Basic realm="api"', 'and is told how';
like $denied->{body}, qr{<h1>Sign in, please</h1>}, 'by a page';
is body('/needed/', basic('viewer')), 'for all mine his ', 'then he gets them';
$httpd->stop;
$httpd = httpd("Require user editor\n");
$client = $httpd->start->client;
is body('/needed/', basic('viewer')), 403, 'somebody who is not allowed';
is body('/notes/', basic('viewer')), '', 'gets nothing';
$httpd->stop;
$httpd = httpd('', "<Location \"/api/note\">\nRequire all denied\n</Location>\n");
$client = $httpd->start->client;
is body('/notes/'), 'site/', 'a resource of its own access, the rest of the API with another';
$httpd->stop;

# --- Require on the page itself -------------------------------------------------------------------
$httpd = httpd('', "<Location \"/plain\">\nRequire all denied\n</Location>\n<Location \"/notes\">\n${ways}Require user editor\n</Location>\n"
    . "<Location \"/front\">\nSiteThrottle anon=2/min\n</Location>\n");
$client = $httpd->start->client;
my $closed = $client->get('/plain/');
is $closed->{status}, 403, 'a page that nobody may see';
like $closed->{body}, qr{<h1>Not allowed</h1>}, 'is told as a page';
$closed = $client->get('/notes/');
is $closed->{status}, 401, 'a page for somebody';
is $closed->{headers}{'www-authenticate'}, 'Basic realm="api"', 'asks who it is';
is body('/notes/', basic('viewer')), 403, 'not for him';
like body('/notes/', basic('editor')), qr{^for all mine his site/}, 'for him';
is $client->status('/notes/', basic('editor', 'wrong')), 401, 'wrong credentials are wrong here';
is_deeply [map { $client->status('/front/') } 1 .. 3], [200, 200, 429], 'how often somebody may ask';
ok $client->get('/front/')->{headers}{'retry-after'}, 'and when again';
$httpd->stop;

# --- limits: time, connections --------------------------------------------------------------------
$httpd = httpd("SiteStatementTimeout 300ms\n", "DBDMax 1\nDBDKeep 1\n");
$client = $httpd->start->client;
is body('/slow/'), 503, 'a query that takes too long';
is body('/hurry/'), 'for all mine his missing', 'is left out where it is optional';
unlike $client->get('/hurry/')->{headers}{'cache-control'}, qr/max-age=[1-9]/, 'and that is not kept';
is body('/notes/'), 'for all mine his site/', 'one connection is enough for all queries of a page';
$httpd->stop;

# --- a virtual host: its own pages beside the main server's ------------------------------------------
{
    my $port = free_port();
    my $host = httpd('', "Listen 127.0.0.1:$port\n<VirtualHost 127.0.0.1:$port>\n<SitePage \"/plain/\">\nSitePageTemplate who.html\n"
        . "SitePageQuery who sql=$site/queries/who.sql\n</SitePage>\n</VirtualHost>\n");
    $host->start;
    my $inner = Site::Test::Client->new($port);
    is $host->client->get('/plain/')->{body}, "\n", 'the main server\'s page';
    is $inner->get('/plain/')->{body}, "site/\n", 'the host has one of its own at that address';
    is $inner->get('/notes/')->{body}, "for all mine his site/\n", 'and the others of the main server';
    $host->stop;
}

# --- without the database -----------------------------------------------------------------------------
{
    my $port = free_port();
    my $down = httpd('', '', database => "host=127.0.0.1 port=$port dbname=notes user=site");
    $down->expect_log(qr/SITE\d{4}|AH\d{5}|could not connect|Connection refused/i);
    $client = $down->start->client;
    my $answer = $client->get('/notes/');
    is $answer->{status}, 503, 'a page without its database';
    ok $answer->{headers}{'retry-after'}, 'says when to come again';
    is body('/front/'), 'missing', 'what is optional is missing';
    is body('/plain/'), '', 'a page without queries is as ever';
    $down->stop;
}

done_testing;
