# Answers that would need too much memory: refused with a clear error, and what is streamed is not.
use strict;
use warnings;
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

my $data = 'answer_limit';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
cluster->sql($data, <<'SQL');
CREATE TABLE note (id int PRIMARY KEY, word text NOT NULL, picture bytea);
INSERT INTO note SELECT i, repeat('a', 1000), NULL FROM generate_series(1, 200) AS i;
INSERT INTO note VALUES (1000, repeat('<', 300000), NULL), (1001, 'small', decode(repeat('ff', 200000), 'hex'));
CREATE VIEW vast AS SELECT generate_series(1, 300000) AS id, repeat('a', 1000) AS word;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO site;
SQL
my $users = setting('users');
my $httpd = new_httpd('answer_limit', database => cluster->conninfo($data), site => new_site('answer_limit'), config => <<"CONF")->start;
<Location "/data">
    SetHandler site
    SiteSchema public
    SiteAnswerLimit 200000
    SiteBodyLimit 400000
    SiteMethods GET POST OPTIONS
    Require all granted
    SiteBasicProvider file
    AuthUserFile $users/passwords
    SitePagination page size=50 max=100000
    <SiteResource note>
        SiteDefaultOrdering id
    </SiteResource>
    <SiteResource limited>
        SiteTable note
        SitePagination limit
    </SiteResource>
    <SiteResource keyset>
        SiteTable note
        SitePagination cursor size=150
        SiteDefaultOrdering id
    </SiteResource>
    <SiteResource stream>
        SiteTable note
        SitePagination none
    </SiteResource>
    <SiteResource more>
        SiteTable note
        SiteAnswerLimit 1000000
    </SiteResource>
</Location>
CONF
my $client = $httpd->client;
my @html = (Accept => 'text/html');
my $message = 'This answer is larger than 200000 bytes. Ask for fewer rows.';

sub refused {
    my ($path, $expected, $name) = @_;
    my $answer = $client->get($path);
    is $answer->{status}, 400, "$name: refused" or diag substr $answer->{body}, 0, 300;
    is_deeply $answer->{json}, $expected, 'the body says why' or diag substr $answer->{body}, 0, 300;
    ok !defined $answer->{headers}{etag}, 'an error has no validator';
    $answer = $client->get($path, @html);
    is $answer->{status}, 400, "$name as a page: refused";
    like $answer->{body}, qr/This answer is larger than 200000 bytes/, 'the page says why';
    is $client->status('/data/note/1/'), 200, 'the connection is as good as before';
    return;
}

$httpd->expect_log(qr/SITE0110: answer_too_large/);
is $client->status('/data/note/'), 200, 'a page within the limit';
is $client->status('/data/note/', @html), 200, 'as HTML, too';
refused('/data/note/?page_size=200', { page_size => [$message] }, 'a page');
refused('/data/limited/?limit=200', { limit => [$message] }, 'limit and offset');
refused('/data/keyset/?page_size=250', { page_size => [$message] }, 'a page of a keyset');
refused('/data/note/1000/', { detail => $message }, 'a row');
refused('/data/vast/?page_size=100000', { page_size => [$message] }, 'far more than the limit: cancelled while it arrives');
is $client->status('/data/note/1001/?_file=picture', Accept => 'image/png,*/*'), 400, 'a file';
is $client->status('/data/more/1000/'), 200, 'the limit of a resource of its own';

my $all = $client->get('/data/stream/?id__lt=1000');
is scalar @{ $all->{json} }, 200, 'a list without pages is streamed: no limit holds';
cmp_ok length $all->{body}, '>', 200_000, 'and it is larger than that';
my $long = 'a' x 250_000;
my $made = $client->request('POST', '/data/note/', { basic('editor'), 'Content-Type' => 'application/json' }, qq({"id": 3000, "word": "$long"}));
is $made->{status}, 201, 'the answer to a write has no limit: the row is stored';
my $options = $client->request('OPTIONS', '/data/note/');
is $options->{status}, 200, 'OPTIONS is answered';
$httpd->stop;
cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
