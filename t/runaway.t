# Queries that would not end: cut after SiteStatementTimeout, told so, and the connection is as good as new.
use strict;
use warnings;
use Site::Test;
use Site::Test::Users qw(basic);
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
SiteRegexTimeout 0
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

# Regular expressions of anonymous clients end sooner, and are told as the client's mistake. Users have the time of any statement.
my $site = new_site('short', <<'CONF');
SiteStatementTimeout 60s
SiteRegexTimeout 500ms
<SiteResource page>
    SiteSearch $word
</SiteResource>
<SiteResource brief>
    SiteTable page
    SiteSearch $word
    SiteStatementTimeout 3s
</SiteResource>
<SiteResource flow>
    SiteTable page
    SitePagination none
</SiteResource>
<SiteResource keyset>
    SiteTable page
    SitePagination cursor
</SiteResource>
<SiteResource bounded>
    SiteTable page
    SiteStatementTimeout 3s
    SiteWhere word__regex=^(.+)+(.+)+\2\1\1\1\1z?$
</SiteResource>
CONF
open my $template, '>', "$site/templates/words.html" or die "words.html: $!";
print $template "<p>{{#first}}first {{id}}{{/first}}{{#words}}, {{id}}{{/words}}{{#missing}} alone{{/missing}}</p>\n";
close $template;
my $short = new_httpd('short', database => cluster->conninfo($data), site => $site,
    config => <<'CONF' . "<Location />\nSiteBasicProvider file\nAuthUserFile " . setting('users') . "/passwords\n</Location>\n")->serve;
<SitePage "/words/">
    SitePageTemplate words.html
    SitePageParameter word
    SitePageParameter search
    SitePageParameter most
    SitePageQuery words "/api/brief/?id__lt={most}&word__regex={word}&search={search}"
    SitePageQuery first "/api/page/1/"
</SitePage>
<SitePage "/some/">
    SitePageTemplate words.html
    SitePageParameter word
    SitePageQuery words "/api/brief/?word__iregex=^{word}" optional
    SitePageQuery first "/api/page/1/"
</SitePage>
<SitePage "/all/">
    SitePageTemplate words.html
    SitePageParameter most
    SitePageQuery words "/api/brief/?id__lt={most}&word__regex=^(.%2B)%2B(.%2B)%2B\\2\\1\\1\\1\\1z?$"
    SitePageQuery first "/api/page/1/"
</SitePage>
CONF
$short->expect_log(qr/SITE0110: (regex|query)_timeout: 57014|SITE0160: .*(regex|query)_timeout: 57014/);
$client = $short->client(timeout => 90);
my $message = 'This regular expression takes too long. Use a simpler one, or another lookup.';
for my $case ([page => 'word__regex'], [page => 'word__iregex'], [page => 'parent__word__regex'], [page => 'search'],
    ['page/7' => 'word__regex'], [flow => 'word__regex'], [keyset => 'word__iregex'],
    [page => 'word__regex!']) {
    my ($place, $parameter) = @$case;
    my $answer = $client->get("/api/$place/?$parameter=$once");
    is $answer->{status}, 400, "$place by $parameter: cut" or diag substr $answer->{body}, 0, 300;
    is_deeply $answer->{json}, { $parameter => [$message] }, 'the parameter is named' or diag substr $answer->{body}, 0, 300;
    is $client->get('/api/page/?id=7')->{json}{count}, 1, 'the next one finds a clean connection';
}
my $expression = $client->get("/api/page/?filters=(word__regex%253D$often)");
is $expression->{status}, 400, 'an expression';
is_deeply $expression->{json}, { filters => [$message] }, '... is named by its parameter';
my $page = $client->get("/api/page/?word__regex=$once", Accept => 'text/html');
is $page->{status}, 400, 'a page';
like $page->{body}, qr/\Q$message/, '... that says so';
is $client->get("/api/page/?id=7&word__regex=7%24")->{json}{count}, 1, 'a simple expression is answered';
is $client->status("/api/brief/?word__regex=$once", basic('editor')), 503, 'a user has the time of any statement';
is $client->status('/api/bounded/'), 503, '... and so has what the configuration says';
# A site's own pages: the visitor's part in an expression counts, not the author's.
$client = $short->client(timeout => 90);
for my $parameter (qw(word search)) {
    my $answer = $client->get("/words/?$parameter=$once");
    is $answer->{status}, 400, "a page of the site's own by $parameter: cut";
    like $answer->{body}, qr{<code>$parameter</code> \Q$message\E}, '... and the parameter is named';
}
is $client->get('/some/?word=' . substr $once, 3)->{body}, "<p>first 1 alone</p>\n", 'a query that is optional is left out, the others are there';
is $client->get('/words/?most=10&word=^a%2B7$')->{body}, "<p>first 1, 7</p>\n", 'a simple expression is answered';
is $client->status("/words/?word=$once", basic('editor')), 503, 'a user has the time of any statement';
is $client->status('/all/'), 503, '... and so has an expression of the author';
$short->stop;

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
