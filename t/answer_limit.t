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
CREATE TABLE wide (id serial PRIMARY KEY, n text, big text DEFAULT repeat('w', 10500));
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO site;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO site;
SQL
cluster->load($data, root . '/website/database/mod_site.sql');
my $users = setting('users');
my $httpd = new_httpd('answer_limit', database => cluster->conninfo($data), site => new_site('answer_limit'), config => <<"CONF")->start;
<Location "/data">
    SetHandler site
    SiteSchema public
    SiteAnswerLimit 200000
    SiteBodyLimit 400000
    SiteMethods GET POST PATCH DELETE OPTIONS
    SiteBulk 100
    SiteIdempotency 1h
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

$httpd->expect_log(qr/SITE01[12]0: answer_too_large/);
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

# --- writes: judged before COMMIT ----------------------------------------------------------
sub ask {
    my ($method, $path, $body, %headers) = @_;
    return $client->request($method, "/data/$path", { basic('editor'), 'Content-Type' => 'application/json', %headers }, $body);
}
sub told { my $answer = shift; return "$answer->{status} " . substr $answer->{body}, 0, 300 }
my $nothing = '400 {"detail":"This answer is larger than 200000 bytes. Nothing was written."}';
my $rows = sub { cluster->sql($data, 'SELECT count(*) FROM note') };
my $before = $rows->();
for my $case (['a new row', 'a' x 250_000], ['a new row that JSON makes larger', '\u0001' x 60_000]) {
    my ($name, $word) = @$case;
    is told(ask('POST', 'note/', qq({"id": 3000, "word": "$word"}))), $nothing, "$name: refused";
    is $rows->(), $before, '... and not stored';
}
is ask('POST', 'note/', '{"id": 3000, "word": "' . '<' x 60_000 . '"}', @html)->{status}, 400, 'a page of a new row: refused';
is $rows->(), $before, '... and not stored';
is told(ask('PATCH', 'note/1000/', '{"id": 3000}')), $nothing, 'a change of a large row: refused';
is cluster->sql($data, 'SELECT count(*) FROM note WHERE id = 3000'), 0, '... and not done';
is ask('PATCH', 'note/1000/', '{"word": "small"}')->{status}, 200, 'the change that makes it small is done';
is ask('DELETE', 'note/1001/')->{status}, 204, 'a large row is deleted';
is scalar @{ ask('POST', 'wide/', '[' . join(',', ('{}') x 15) . ']')->{json} }, 15, 'a list within the limit, in two round trips';
for my $count (20, 100) {
    is told(ask('POST', 'wide/', '[' . join(',', ('{}') x $count) . ']')), $nothing, "a list of $count rows: refused";
    is cluster->sql($data, 'SELECT count(*) FROM wide'), 15, '... no row is stored';
}
my @key = ('Idempotency-Key' => 'small');
my $made = ask('POST', 'wide/', '{}', @key);
is ask('POST', 'wide/', '{}', @key)->{body}, $made->{body}, 'a kept answer';
cluster->sql($data, "UPDATE wide SET big = repeat('w', 300000) WHERE id = $made->{json}{id}");
is told(ask('POST', 'wide/', '{}', @key)), '201 ', '... of a row that is too large by now has no body';
@key = ('Idempotency-Key' => 'large');
my $large = '{"id": 3000, "word": "' . 'a' x 190_000 . '"}';
is ask('POST', 'note/', $large, @key)->{status}, 201, 'a row that is nearly too large';
is told(ask('POST', 'note/', $large, @key)), '201 ', '... is not kept: the same request gets a 201 without a body';
my $options = $client->request('OPTIONS', '/data/note/');
is $options->{status}, 200, 'OPTIONS is answered';
$httpd->stop;
cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
