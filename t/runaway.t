# Queries that would not end: cut after SiteStatementTimeout, told so, and the connection is as good as new.
use strict;
use warnings;
use Site::Test;
use Test::More;
use Time::HiRes ();

# One process and few connections: whatever comes next takes the connection on which a query was cut.
my $data = 'runaway';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
cluster->sql($data, <<'SQL');
CREATE TABLE page (id int PRIMARY KEY, word text NOT NULL, parent_id int REFERENCES page);
INSERT INTO page SELECT i, repeat('a', 2000) || i, i FROM generate_series(1, 20000) AS i;
CREATE VIEW endless AS SELECT a.id FROM page AS a, page AS b, page AS c WHERE a.word || b.word || c.word = 'x';
GRANT SELECT ON ALL TABLES IN SCHEMA public TO site;
SQL
my $httpd = new_httpd('runaway', database => cluster->conninfo($data), site => new_site('runaway', <<'CONF'))->start;
SiteStatementTimeout 700ms
<SiteResource page>
    SiteSearch $word
</SiteResource>
<SiteResource endless>
    SitePagination none
</SiteResource>
CONF
my $client = $httpd->client;
is $client->get('/api/page/?id=7')->{json}{count}, 1, 'quick ones are answered';

$httpd->expect_log(qr/SITE0110: query_timeout: 57014/);
my $backwards = '^(.+)+(.+)+\\2\\1\\1\\1\\1z?$';
my $once = $backwards =~ s/([^a-z0-9])/sprintf '%%%02X', ord $1/ger;
my $twice = $once =~ s/%/%25/gr;
my $often = $twice =~ s/%/%2525/gr;
for my $path ("/api/page/?word__regex=$once", "/api/page/?word__iregex=$once", "/api/page/?parent__word__regex=$once",
    "/api/page/?word__regex!=$once", "/api/page/?filters=(word__regex%253D$often)", "/api/page/?search=$once",
    "/api/page/7/?word__regex=$once", '/api/endless/') {
    my $from = Time::HiRes::time();
    my $answer = $client->get($path);
    my $took = Time::HiRes::time() - $from;
    is $answer->{status}, 503, "$path: cut" or diag substr $answer->{body}, 0, 300;
    is_deeply $answer->{json}, { detail => 'The query took too long. Ask for less, or filter on indexed attributes.' }, 'the body says so' or diag substr $answer->{body}, 0, 300;
    cmp_ok $took, '>', 0.6, 'not before its time';
    cmp_ok $took, '<', 4, 'and soon after it';
    is $client->get('/api/page/?id=7')->{json}{count}, 1, 'the next one finds a clean connection';
}
is cluster->sql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE datname = '$data' AND state <> 'idle' AND pid <> pg_backend_pid()"),
    0, 'no query runs on';
is cluster->sql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE datname = '$data' AND state LIKE 'idle in%'"), 0,
    'no transaction is left open';

# An expression that PostgreSQL refuses is the client's mistake, not a failure.
for my $wrong ('(', '%5B', '%5C', 'a%7B2,1%7D', '%2A%2A%2A(', 'a%7B99999%7D', '(' x 3000) {
    my $answer = $client->get("/api/page/?word__regex=$wrong");
    is $answer->{status}, 400, 'a regular expression that is none: ' . substr($wrong, 0, 20) or diag substr $answer->{body}, 0, 300;
    ok ref $answer->{json} eq 'HASH' && exists $answer->{json}{word__regex}, 'names the parameter';
}
$httpd->stop;

# Five seconds where nothing is said.
my $plain = new_httpd('plain', database => cluster->conninfo($data), site => new_site('plain'))->start;
$plain->expect_log(qr/SITE0110: query_timeout: 57014/);
my $from = Time::HiRes::time();
is $plain->client->status('/api/endless/'), 503, 'without a directive';
my $took = Time::HiRes::time() - $from;
cmp_ok $took, '>', 4.5, 'it is five seconds';
cmp_ok $took, '<', 12, 'about';
$plain->stop;
cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
