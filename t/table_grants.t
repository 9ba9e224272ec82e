# A role with some of the rights on a table, or on a join table: what it may do works, what it may not is not offered.
use strict;
use warnings;
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

my $cluster = new_cluster('table_grants');
$cluster->sql('postgres', 'CREATE DATABASE shop');
$cluster->sql('shop', <<'SQL');
CREATE ROLE reader;
CREATE ROLE remover;
CREATE ROLE adder;
CREATE ROLE writer;
GRANT reader, remover, adder, writer TO site;
CREATE TABLE item (id serial PRIMARY KEY, title text NOT NULL, shown boolean NOT NULL DEFAULT true);
CREATE TABLE tag (id int PRIMARY KEY, word text NOT NULL);
CREATE TABLE item_tag (item_id int REFERENCES item, tag_id int REFERENCES tag, PRIMARY KEY (item_id, tag_id));
INSERT INTO item (title, shown) VALUES ('ball', true), ('car', true), ('hat', true), ('secret', false), ('kite', true), ('drum', true);
INSERT INTO tag VALUES (1, 'red'), (2, 'blue');
INSERT INTO item_tag VALUES (1, 1), (1, 2), (4, 1);
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader, remover, adder, writer;
GRANT USAGE ON SEQUENCE item_id_seq TO adder, writer;
GRANT DELETE ON item TO remover;
GRANT INSERT, UPDATE ON item TO adder;
GRANT INSERT ON item_tag TO adder;
GRANT INSERT, UPDATE, DELETE ON item TO writer;
CREATE TABLE item_mark (item_id int REFERENCES item, tag_id int REFERENCES tag, PRIMARY KEY (item_id, tag_id));
INSERT INTO item_mark VALUES (6, 1);
GRANT SELECT, DELETE ON item_mark TO reader;
SQL

my $users = setting('users');
my $httpd = new_httpd('table_grants', site => new_site('table_grants'), users => '/nonexistent', database => $cluster->conninfo('shop'), config => <<"CONF");
<Location "/api">
    SiteBasicProvider file
    AuthUserFile $users/passwords
    SiteMethods GET POST PUT PATCH DELETE OPTIONS
    SiteRole remover user admin
    SiteRole adder user editor
    SiteRole writer user viewer
    SiteRole reader anonymous
    <SiteResource item>
        SiteWhere shown=true
        SiteRelation tags via=item_tag target=tag show=key
    </SiteResource>
</Location>
CONF
$httpd->expect_log(qr/SITE0120/);
my $client = $httpd->start->client;
my @remover = basic('admin');
my @adder = basic('editor');
my @writer = basic('viewer');

sub send_json { my ($method, $path, $body, @more) = @_; return $client->request($method, $path, { 'Content-Type' => 'application/json', @more }, $body) }
sub rows { return $cluster->sql('shop', "SELECT string_agg(title, ' ' ORDER BY id) FROM item") }
sub tags { my ($id) = @_; return $cluster->sql('shop', "SELECT coalesce(string_agg(tag_id::text, ' ' ORDER BY tag_id), '-') FROM item_tag WHERE item_id = $id") }

# Whether the tags are read-only in OPTIONS of an address.
sub read_only {
    my ($path, @who) = @_;
    my $actions = $client->request('OPTIONS', $path, {@who})->{json}{actions};
    return ($actions->{POST} // $actions->{PUT})->{tags}{read_only};
}

# --- DELETE without UPDATE: PostgreSQL locks no row for such a role ---------------------------
is $client->request('OPTIONS', '/api/item/2/', {@remover})->{headers}{allow}, 'GET, DELETE, HEAD, OPTIONS', 'what the role may do';
is $client->request('DELETE', '/api/item/4/', {@remover})->{status}, 404, 'a row that SiteWhere hides is not there';
is $client->request('DELETE', '/api/item/99/', {@remover})->{status}, 404, 'as one that does not exist';
is $client->request('DELETE', '/api/item/2/?title=ball', {@remover})->{status}, 404, 'as one that a filter leaves out';
is $client->request('DELETE', '/api/item/2/', { @remover, 'If-Match' => '"other"' })->{status}, 412, 'a row that is not the one that was meant stays';
is rows(), 'ball car hat secret kite drum', '... so does every row until now';
is $client->request('DELETE', '/api/item/2/', { @remover, 'If-Match' => $client->get('/api/item/2/', @remover)->{headers}{etag} })->{status}, 204, 'the one that was meant goes';
is $client->request('DELETE', '/api/item/3/?title=hat', {@remover})->{status}, 204, 'so does one that a filter finds';
is $client->request('DELETE', '/api/item/5/', {@remover})->{status}, 204, 'and one that is just named';
is $client->request('DELETE', '/api/item/1/', {@remover})->{status}, 403, 'a row whose join table keeps it stays';
is $client->request('DELETE', '/api/item/6/', {@remover})->{status}, 409, 'and one whose join table the role may not read, by its foreign key';
is rows(), 'ball secret drum', 'these are left';

# --- a join table into which the role may INSERT alone ------------------------------------------
ok !read_only('/api/item/', @adder), 'a new row may have tags';
ok read_only('/api/item/1/', @adder), '... but they cannot be changed';
my $made = send_json('POST', '/api/item/', '{"title": "top", "tags": [2]}', @adder);
is $made->{status}, 201, 'a new row' or diag $made->{body};
is_deeply $made->{json}{tags}, [2], '... with its tags';
my $path = $made->{json}{url} =~ s{^http://[^/]+}{}r;
my $put = send_json('PUT', $path, '{"title": "spinning top", "tags": [1]}', @adder);
is $put->{status}, 200, 'a change' or diag $put->{body};
is_deeply [@{ $put->{json} }{qw(title tags)}], ['spinning top', [2]], '... of the rest';
my $strict = send_json('PUT', $path, '{"title": "top", "tags": [1]}', @adder, Prefer => 'handling=strict');
is_deeply [$strict->{status}, $strict->{json}], [400, { tags => ['This field is read-only.'] }], '... which strict mode refuses' or diag $strict->{body};
is send_json('PUT', $path, '{"title": "top", "tags": [2]}', @adder, Prefer => 'handling=strict')->{status}, 200, '... unless it is what the row has';
my @html = (Accept => 'text/html');
like $client->get('/api/item/?_form=new', @adder, @html)->{body}, qr/name="tags"/, 'the form of a new row has tags';
unlike $client->get("$path?_form=edit", @adder, @html)->{body}, qr/name="tags"/, '... that of a row that is there has none';

# --- a join table that the role may not write ------------------------------------------------------
ok read_only('/api/item/', @writer), 'the tags of a new row are read-only';
$made = send_json('POST', '/api/item/', '{"title": "yo-yo", "tags": [2]}', @writer);
is $made->{status}, 201, 'a new row' or diag $made->{body};
is_deeply $made->{json}{tags}, [], '... without tags';
$path = $made->{json}{url} =~ s{^http://[^/]+}{}r;
$strict = send_json('POST', '/api/item/', '{"title": "x", "tags": [2]}', @writer, Prefer => 'handling=strict');
is_deeply [$strict->{status}, $strict->{json}], [400, { tags => ['This field is read-only.'] }], '... which strict mode says' or diag $strict->{body};
my $schemas = $client->get('/api/openapi.json', @writer)->{json}{components}{schemas};
ok !exists $schemas->{PatchedItemRequest}{properties}{tags}, 'the description has no tags in what is sent';
ok $schemas->{Item}{properties}{tags}{readOnly}, '... and calls them read-only in what is shown';
ok exists $client->get('/api/openapi.json', @adder)->{json}{components}{schemas}{PatchedItemRequest}{properties}{tags}, '... but for the role that may give some to a new row';
is $client->request('DELETE', $path, {@writer})->{status}, 204, 'a row without tags goes';
is $client->request('DELETE', '/api/item/1/', {@writer})->{status}, 403, 'one with tags stays';
is $client->request('DELETE', '/api/item/4/', {@writer})->{status}, 404, '... and one that is hidden is not there, whatever tags it has';
is tags(1), '1 2', 'nothing of it was stored';
is rows(), 'ball secret drum top', '... or taken away';
done_testing;
