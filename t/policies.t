# Row-level security over relations: a row that a policy hides is in no list of related rows, and no filter over a relation finds rows by
# it. A foreign key still shows its own value.
use strict;
use warnings;
use Site::Test;
use Test::More;

my $data = 'policies';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
cluster->sql($data, <<'SQL');
CREATE TABLE tag (id int PRIMARY KEY, word text NOT NULL, shown boolean NOT NULL);
CREATE TABLE book (id int PRIMARY KEY, title text NOT NULL, main_id int NOT NULL REFERENCES tag);
CREATE TABLE book_tag (book_id int REFERENCES book, tag_id int REFERENCES tag, PRIMARY KEY (book_id, tag_id));
INSERT INTO tag VALUES (1, 'open', true), (2, 'secret', false);
INSERT INTO book VALUES (1, 'both', 1), (2, 'hidden', 2), (3, 'none', 1);
INSERT INTO book_tag VALUES (1, 1), (1, 2), (2, 2);
ALTER TABLE tag ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON tag USING (shown);
GRANT SELECT ON ALL TABLES IN SCHEMA public TO site;
SQL
my $httpd = new_httpd('policies', database => cluster->conninfo($data), site => new_site('policies', <<'CONF'))->serve;
<SiteResource book>
    SiteTable book
    SiteRelation tags target=tag via=book_tag show=key lookups=all
    SiteRelation main target=tag show=nested column=main_id
</SiteResource>
<SiteResource by-word>
    SiteTable book
    SiteRelation tags target=tag via=book_tag show=slug:word
    SiteRelation main target=tag show=key column=main_id
</SiteResource>
CONF
my $client = $httpd->client;
sub rows { my ($path) = @_; my $answer = $client->get("/api/$path"); return $answer->{status} == 200 ? $answer->{json}{results} : $answer->{body} }
sub ids { my ($path) = @_; my $rows = rows($path); return ref $rows ? join ' ', map { $_->{id} } @$rows : $rows }

is_deeply [map { $_->{tags} } @{ rows('book/') }], [[1], [], []], 'keys of hidden rows are left out of lists';
is_deeply [map { $_->{tags} } @{ rows('by-word/') }], [['open'], [], []], 'as their texts are';
is_deeply [map { $_->{main} && $_->{main}{word} } @{ rows('book/') }], ['open', undef, 'open'], 'a hidden row is not shown nested';
is_deeply [map { $_->{main} } @{ rows('by-word/') }], [1, 2, 1], 'a foreign key has its own value';

is ids("book/?$_->[0]"), $_->[1], $_->[0] for ['tags=1', '1'], ['tags__id__lte=5', '1'], ['tags__id=2', ''], ['tags__id__gt=1', ''], ['tags__word=secret', ''],
    ['tags__isnull=true', '2 3'], ['tags__isnull=false', '1'], ['tags!=1', '2 3'], ['filters=' . '(tags__id__lte%253D5)', '1'];
like ids('book/?tags=2'), qr/Select a valid choice/, 'a hidden row cannot be named';

my $document = $client->get('/api/openapi.json')->{json};
my $main = $document->{components}{schemas}{Book}{properties}{main};
ok scalar(grep { ($_->{type} // '') eq 'null' } @{ $main->{anyOf} // [] }), 'OpenAPI says that a nested row can be null' or diag explain $main;
$httpd->stop;
cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
