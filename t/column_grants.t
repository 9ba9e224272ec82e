# A role with GRANTs on some columns sees these, and the others are left out as if SiteHide named them.
use strict;
use warnings;
use Site::Test;
use Site::Test::Process qw(wait_for);
use Site::Test::Users qw(basic);
use Test::More;

my $cluster = new_cluster('column_grants');
$cluster->sql('postgres', 'CREATE DATABASE shop');
$cluster->sql('shop', <<'SQL');
CREATE ROLE reader;
CREATE ROLE clerk;
CREATE ROLE chief;
CREATE ROLE guest;
GRANT reader, clerk, chief TO site;
CREATE TABLE maker (id int PRIMARY KEY, name text NOT NULL UNIQUE, phone text, alias text UNIQUE);
CREATE TABLE vault (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE item (id serial PRIMARY KEY, title text NOT NULL, kind text NOT NULL DEFAULT 'toy', price int, cost int NOT NULL DEFAULT 7, made date,
    maker_id int REFERENCES maker, vault_id int REFERENCES vault, rival_id int REFERENCES maker);
CREATE TABLE log (id int PRIMARY KEY, item_id int NOT NULL REFERENCES item, body text NOT NULL, hint text);
CREATE TABLE tag (id int PRIMARY KEY, word text NOT NULL);
CREATE TABLE item_tag (item_id int REFERENCES item ON DELETE CASCADE, tag_id int REFERENCES tag, PRIMARY KEY (item_id, tag_id));
CREATE TABLE badge (code text PRIMARY KEY, note text NOT NULL);
INSERT INTO maker VALUES (1, 'Ada', '123', 'hidden-ada'), (2, 'Bob', '456', 'hidden-bob');
INSERT INTO vault VALUES (1, 'hidden-vault');
INSERT INTO item (title, kind, price, cost, made, maker_id, vault_id, rival_id)
    VALUES ('ball', 'toy', 5, 3, '2020-01-01', 1, 1, 2), ('car', 'toy', 9, 1, '2020-02-01', 2, NULL, 1), ('hat', 'wear', 7, 2, NULL, 1, 1, NULL);
INSERT INTO log VALUES (1, 1, 'seen', 'hidden-hint'), (2, 1, 'sold', 'hidden-hint');
INSERT INTO tag VALUES (1, 'red'), (2, 'blue');
INSERT INTO item_tag VALUES (1, 1), (1, 2);
INSERT INTO badge VALUES ('hidden-code', 'one');
GRANT SELECT (id, title, kind, price, maker_id, vault_id), INSERT (title, price, maker_id), UPDATE (title, maker_id, vault_id) ON item TO clerk;
GRANT DELETE ON item TO clerk;
GRANT USAGE ON SEQUENCE item_id_seq TO clerk, chief;
GRANT SELECT (id, name) ON maker TO clerk;
GRANT SELECT (id, item_id, body) ON log TO clerk;
GRANT SELECT (id) ON tag TO clerk;
GRANT SELECT, INSERT, DELETE ON item_tag TO clerk;
GRANT SELECT (note) ON badge TO clerk;
GRANT SELECT (id, title) ON item TO guest;
GRANT guest TO reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO chief;
SQL

my $users = setting('users');

sub httpd {
    my ($name, $api, %more) = @_;
    my $httpd = new_httpd("column_grants_$name", site => $more{site} // new_site("column_grants_$name"), users => '/nonexistent', database => $cluster->conninfo('shop'),
        config => "<Location \"/api\">\nSiteBasicProvider file\nAuthUserFile $users/passwords\nAuthGroupFile $users/groups\n"
            . "SiteMethods GET POST PUT PATCH DELETE OPTIONS\nSiteRole chief user admin\nSiteRole clerk user editor\nSiteRole reader anonymous\n"
            . "SiteRole clerk user viewer\n$api</Location>\n", %more);
    $httpd->expect_log(qr/AH01630|SITE0110|SITE0120/);
    return $httpd;
}
my $httpd = httpd('main', <<'CONF');
<SiteResource item>
    SiteSearch title cost maker__name maker__phone
    SiteFacets kind cost maker
    SiteChart spread x=price y=cost
    SiteChart prices x=price
    SiteDefaultOrdering cost id
    SiteParameter cheap cost__lt
    SiteAttribute cost label="What it cost"
    SiteRelation maker show=nested
    SiteRelation log reverse target=log column=item_id show=nested
    SiteRelation tags via=item_tag target=tag show=slug:word
    SiteRelation tag_keys via=item_tag target=tag show=key
    SiteRelation rival column=rival_id target=maker show=slug:alias
</SiteResource>
<SiteResource maker>
    SiteLabel name
    SiteRelation items reverse target=item column=maker_id show=key
</SiteResource>
<SiteResource log>
    SiteRelation item show=slug:cost
</SiteResource>
CONF
$httpd->start;
my $client = $httpd->client;
my @clerk = basic('editor');
my @chief = basic('admin');

sub json { my ($path, @who) = @_; return $client->get($path, @who)->{json} }
sub names { return join ' ', sort grep { $_ ne 'url' } keys %{ $_[0] } }
sub json_options { my ($path, @who) = @_; my $actions = $client->request('OPTIONS', $path, {@who})->{json}{actions}; return $actions->{POST} // $actions->{PUT} }
sub titles { return join ' ', map { $_->{title} } @{ $_[0]{results} } }
sub send_json { my ($method, $path, $body, @who) = @_; return $client->request($method, $path, { @who, 'Content-Type' => 'application/json' }, $body) }

# --- lists and rows --------------------------------------------------------------------------
my $list = $client->get('/api/item/', @clerk);
is $list->{status}, 200, 'a list of which some columns may be read' or diag $list->{body};
is names($list->{json}{results}[0]), 'id kind log maker price tag_keys title vault', 'has these, and the relations that they make';
is titles($list->{json}), 'ball car hat', '... in an order that needs no other';
my $row = json('/api/item/1/', @clerk);
is_deeply [@{$row}{qw(id title vault)}], [1, 'ball', 1], 'so has a row, with the key of one that may not be read';
is_deeply { map { $_ => $row->{maker}{$_} } qw(id name) }, { id => 1, name => 'Ada' }, 'a nested row has what may be read of it';
ok !exists $row->{maker}{phone}, '... and nothing else';
is_deeply [map { names($_) } @{ $row->{log} }], ['body id', 'body id'], 'rows nested in the other direction, too';
is_deeply $row->{tag_keys}, [1, 2], 'keys over a join table';
is names(json('/api/item/1/', @chief)), 'cost id kind log made maker price rival tag_keys tags title vault', 'who may read all sees all';
is names(json('/api/item/1/')), 'id title', 'rights of a group of roles are known';
is names(json('/api/log/1/', @clerk)), 'body id', 'a slug that may not be read is left out';
is json('/api/log/1/', @chief)->{item}, 3, '... and shown to others';
is_deeply json('/api/maker/1/', @clerk)->{items}, [1, 3], 'keys of rows that refer here';

# --- filters, search, orders ---------------------------------------------------------------------
is json('/api/item/?cost=1', @clerk)->{count}, 3, 'a filter over such a column is none';
is json('/api/item/?cost=1', @chief)->{count}, 1, '... but for those who may read it';
is json('/api/item/?cheap=2', @clerk)->{count}, 3, 'so is a parameter of the section';
is json('/api/item/?cheap=2', @chief)->{count}, 1, '... likewise';
is json('/api/item/?maker__phone=123', @clerk)->{count}, 3, 'and one over a relation';
is json('/api/item/?maker__name=Ada', @clerk)->{count}, 2, 'others filter';
is json('/api/item/?vault=1', @clerk)->{count}, 3, 'a row that may not be read is no filter';
is json('/api/item/?vault__name__startswith=h', @clerk)->{count}, 3, '... nor is anything over it';
is json('/api/item/?vault__isnull=true', @clerk)->{count}, 1, '... but whether there is one';
is $client->status('/api/item/?cost=1', @clerk, Prefer => 'handling=strict'), 400, 'in strict mode it is an unknown parameter';
is json('/api/item/?search=456', @clerk)->{count}, 0, 'search does not look into it';
is json('/api/item/?search=456', @chief)->{count}, 1, '... but for those who may read it';
is json('/api/item/?search=Bob', @clerk)->{count}, 1, 'but into the others';
is titles(json('/api/item/?ordering=cost', @clerk)), 'ball car hat', 'it does not order';
is titles(json('/api/item/?ordering=-price', @clerk)), 'car hat ball', 'but the others do';
is titles(json('/api/item/', @chief)), 'car hat ball', 'the default order, for whom it can be';
is json('/api/item/?page_size=1&page=2', @clerk)->{results}[0]{title}, 'car', 'pages follow each other';

# --- what has no key ---------------------------------------------------------------------------------
my $badges = json('/api/badge/', @clerk);
is_deeply $badges->{results}, [{ note => 'one' }], 'without its key a row has no address';
is $client->status('/api/badge/hidden-code/', @clerk), 404, '... and is at none';
is $client->status('/api/badge/hidden-code/', @chief), 200, '... but for those who may read the key';

# --- what may not be read at all -------------------------------------------------------------------------
is $client->status('/api/vault/', @clerk), 403, 'a table of which nothing may be read is refused';
is $client->status('/api/vault/'), 401, '... and so for anonymous clients';
is $client->status('/api/vault/', @chief), 200, '... but for those who may';

# --- pages -------------------------------------------------------------------------------------------------
my @html = (Accept => 'text/html');
for my $path (qw(/api/item/ /api/item/1/ /api/maker/ /api/maker/1/ /api/log/ /api/badge/ /api/item/?_form=new /api/item/1/?_form=edit
    /api/item/?chart=prices /api/item/?chart=spread /api/ /api/openapi.json /sitemap.xml)) {
    my $answer = $client->get($path, @clerk, @html);
    is $answer->{status}, 200, "$path as a page" or diag $answer->{body};
    unlike $answer->{body}, qr/hidden-|What it cost|"cost"|\bphone\b|\bhint\b|alias/, '... tells nothing of the others';
}
my $page = $client->get('/api/item/', @clerk, @html)->{body};
like $page, qr/kind=toy/, 'facets of what may be read';
unlike $page, qr/cost=/, '... alone';
like $client->get('/api/item/', @chief, @html)->{body}, qr/cost=/, '... unless it may';
unlike $client->get('/api/item/', @clerk, @html)->{body}, qr/cost=/, 'counts are not remembered for others';
like $client->get('/api/openapi.json', @chief)->{body}, qr/What it cost/, 'the description is for the role that asks';
unlike $client->get('/api/openapi.json', @clerk)->{body}, qr/What it cost/, '... each time';
isnt $client->get('/api/item/1/', @clerk)->{headers}{etag}, $client->get('/api/item/1/', @chief)->{headers}{etag}, 'validators are not those of others';

# --- writing -----------------------------------------------------------------------------------------------
my $options = json_options('/api/item/', @clerk);
is_deeply { map { $_ => $options->{$_}{read_only} ? 1 : 0 } keys %$options },
    { url => 1, id => 1, title => 0, kind => 1, price => 0, maker => 1, vault => 1, log => 1, tag_keys => 0 }, 'OPTIONS of a new row';
$options = json_options('/api/item/1/', @clerk);
is_deeply { map { $_ => $options->{$_}{read_only} ? 1 : 0 } qw(title price kind vault) }, { title => 0, price => 1, kind => 1, vault => 1 }, '... and of one that is there';

my $made = send_json('POST', '/api/item/', '{"title": "kite", "kind": "wear", "price": 4, "cost": 99}', @clerk);
is $made->{status}, 201, 'a new row of the columns that may be given' or diag $made->{body};
is_deeply [@{ $made->{json} }{qw(title kind price)}], ['kite', 'toy', 4], '... with the defaults of those that may not';
ok !exists $made->{json}{cost}, '... and without those that may not be read';
is $cluster->sql('shop', "SELECT cost FROM item WHERE title = 'kite'"), 7, '... which are not written either';
my $changed = send_json('PATCH', '/api/item/1/', '{"title": "big ball", "price": 1, "cost": 0}', @clerk);
is $changed->{status}, 200, 'a change' or diag $changed->{body};
is $cluster->sql('shop', 'SELECT title, price, cost FROM item WHERE id = 1'), 'big ball|5|3', '... of what may be changed';
is send_json('PATCH', '/api/item/1/', '{"price": 1}', @clerk)->{status}, 200, 'or of nothing';
is send_json('PUT', '/api/item/1/', '{"title": "ball", "price": 1}', @clerk)->{json}{price}, 5, 'a replaced row keeps the rest';
is send_json('PATCH', '/api/item/1/', '{"tag_keys": [1]}', @clerk)->{status}, 200, 'a join table is written by its own rights';
is_deeply json('/api/item/1/', @clerk)->{tag_keys}, [1], '... as it says';
my $form = $client->get('/api/item/1/?_form=edit', @clerk, @html)->{body};
like $form, qr/name="title"/, 'a form has fields that may be written';
unlike $form, qr/name="(?:price|kind|cost|made)"/, '... and no others';
is send_json('DELETE', '/api/item/' . $made->{json}{id} . '/', '', @clerk)->{status}, 204, 'deleting needs no column';
is send_json('PATCH', '/api/item/1/', '{"price": 1, "cost": 4}', @chief)->{json}{cost}, 4, 'who may write all writes all';

# --- a GRANT that changes --------------------------------------------------------------------------------
$cluster->sql('shop', 'REVOKE SELECT (price) ON item FROM clerk');
is $client->status('/api/item/', @clerk), 403, 'PostgreSQL refuses before the change is known';
$cluster->sql('shop', 'SELECT pg_notify($$mod_site_catalog$$, $$x$$)');
ok wait_for(10, sub { $client->status('/api/item/', @clerk) == 200 }), 'then the column is left out';
ok !exists json('/api/item/1/', @clerk)->{price}, '... like the others';
$cluster->sql('shop', 'GRANT SELECT (price) ON item TO clerk');
$httpd->stop;

# --- no column is missed, whatever names it -----------------------------------------------------------------
$httpd = httpd('strict', <<'CONF');
<SiteResource item>
    SiteWhere cost__gt=0
</SiteResource>
<SiteResource badge>
    SiteKey code
    SiteAttributes code note
</SiteResource>
CONF
$httpd->start;
$client = $httpd->client;
is $client->status('/api/item/', @clerk), 403, 'SiteWhere over a column that may not be read is never left out';
is $client->status('/api/item/', @chief), 200, '... and holds for others';
is_deeply json('/api/badge/', @clerk)->{results}, [{ note => 'one' }], 'a key that the section names';
unlike join("\n", $httpd->log->lines), qr/SITE0071/, 'no resource is called misconfigured';
$httpd->stop;

# --- pages of the site's own ------------------------------------------------------------------------------------
sub put { my ($path, $text) = @_; open my $file, '>', $path or die "$path: $!"; print $file $text; close $file; return }
my $site = new_site('column_grants_pages');
put("$site/templates/items.html", "{{#rows}}{{title}} {{cost}};{{/rows}}\n");
put("$site/pages.conf", join '', map { "<SitePage \"/$_->[0]/\">\nSitePageTemplate items.html\nSitePageQuery rows \"/api/item/?ordering=id&$_->[1]\"\n</SitePage>\n" }
    [dear => 'price__gt=6'], [cheap => 'cost__lt=3']);
$httpd = httpd('pages', '', site => $site);
$httpd->expect_log(qr/SITE0160/);
$httpd->start;
$client = $httpd->client;
is $client->get('/dear/', @chief)->{body}, "car 1;hat 2;\n", 'a page';
is $client->get('/dear/', @clerk)->{body}, "car ;hat ;\n", '... shows what the role may read';
is $client->get('/cheap/', @chief)->{body}, "car 1;hat 2;\n", 'a page that asks for a column';
is $client->status('/cheap/', @clerk), 403, '... is refused without it, rather than show all rows';
$httpd->stop;
done_testing;
