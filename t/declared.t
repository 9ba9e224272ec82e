# What a section declares is what a client sees: names, attributes, relations in
# every representation, lookups, parameters, keys, search, orderings, pages.
use strict;
use warnings;
use Site::Test;
use Test::More;

my $cluster = cluster;
$cluster->sql('postgres', 'CREATE DATABASE declared');
$cluster->sql('declared', <<'SQL');
CREATE TABLE house (id int PRIMARY KEY, title text NOT NULL, city text);
CREATE TABLE person (id int PRIMARY KEY, code text NOT NULL UNIQUE, name text NOT NULL, born date, money numeric(8,2),
  house_id int REFERENCES house, second_id int REFERENCES house, boss_id int REFERENCES person,
  page int, "format" text, odd__name text, kind text CHECK (kind IN ('a', 'b')));
CREATE TABLE skill (id int PRIMARY KEY, slug text NOT NULL UNIQUE);
CREATE TABLE person_skill (person_id int REFERENCES person, skill_id int REFERENCES skill, PRIMARY KEY (person_id, skill_id));
CREATE TABLE note (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person, body text);
CREATE VIEW nokey AS SELECT name, born FROM person;
INSERT INTO house VALUES (1, 'Old Mill', 'Ulm'), (2, 'New/Barn', NULL);
INSERT INTO person VALUES (1, 'a.b', 'Ada', '1815-12-10', 12.50, 1, 2, NULL, 7, 'x', 'odd', 'a'),
  (2, 'c/d', 'Ben', '1900-01-01', 0.10, 1, NULL, 1, 8, 'y', 'even', 'b'), (3, 'e f', 'Cy', NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL);
INSERT INTO skill VALUES (1, 'sql'), (2, 'c'), (3, 'perl');
INSERT INTO person_skill VALUES (1, 2), (1, 1), (2, 1);
INSERT INTO note VALUES (1, 1, 'one'), (2, 1, 'two'), (3, 2, 'three');
GRANT SELECT ON ALL TABLES IN SCHEMA public TO site;
SQL

my $site = new_site('declared', <<'CONF');
SiteHide person_skill
<SiteResource houses>
    SiteTable house
    SiteNames "Country house" "Country houses"
    SiteRelation inhabitants target=people reverse column=house_id show=slug:name
    SiteDefaultOrdering -id
    SiteSearch title
    SiteSearchPhrases On
</SiteResource>
<SiteResource people>
    SiteTable person
    SiteKey code
    SiteAttribute income column=money decimals=number label="Income in pounds"
    SiteAttribute odd__name hidden
    SiteAttribute kind choices=a:Alpha,b:Beta
    SiteLookups name exact icontains
    SiteRelation house show=nested
    SiteRelation second column=second_id target=houses show=slug:title
    SiteRelation boss column=boss_id show=link
    SiteRelation skills via=person_skill target=skill show=slug:slug multiple
    SiteRelation notes target=note reverse column=person_id show=nested
    SiteParameter richer_than income__gt
    SiteParameter lives_in house__city__icontains
    SiteSearch ^name house__title =code
    SiteOrderings name house__city
    SiteParameters page=p size=n
    SitePagination page size=2 max=3
</SiteResource>
<SiteResource people-short>
    SiteTable person
    SiteAttributes name code
    SiteUrlAttribute Off
    SitePagination none
    SiteComplexFilter Off
</SiteResource>
<SiteResource multiplied>
    SiteTable person
    SiteRelation notes target=note reverse column=person_id duplicates
    SiteAttributes id
    SitePagination limit size=10 max=20
</SiteResource>
CONF
my $httpd = new_httpd('declared', site => $site, database => $cluster->conninfo('declared'))->start;
my $client = $httpd->client;
my $base = 'http://127.0.0.1:' . $httpd->port . '/api';

sub json_of { my ($path) = @_; my $answer = $client->get($path); is $answer->{status}, 200, $path or diag $answer->{body}; $answer->{json} }
sub column_of { my ($path, $name) = @_; [map { $_->{$name} } @{ json_of($path)->{results} }] }
sub error_of { my ($path) = @_; my $answer = $client->get($path); is $answer->{status}, 400, $path; $answer->{json} }

# --- names and keys -----------------------------------------------------------------------
my $root = json_of('/api/');
is_deeply [sort keys %$root], [sort qw(houses people people-short multiplied skill note nokey)], 'sections, and what no section claims';
is $root->{people}, "$base/people/", 'with their addresses';
my $ada = json_of('/api/people/a%2Eb/');
is $ada->{url}, "$base/people/a%2Eb/", 'a key with a dot is escaped in its address';
is json_of('/api/people/c%2Fd/')->{name}, 'Ben', 'a key with a slash';
is json_of('/api/people/e%20f/')->{name}, 'Cy', 'and one with a blank';
is $client->status('/api/people/1/'), 404, 'the primary key is not the key here';
is $client->status('/api/nokey/x/'), 404, 'a table without a key has no items';
is_deeply column_of('/api/nokey/?ordering=name', 'name'), [qw(Ada Ben Cy)], 'but a list';

# --- representations --------------------------------------------------------------------
is $ada->{income}, 12.5, 'a renamed column, its decimals numbers';
like $client->get('/api/people/a%2Eb/')->{body}, qr/"income":12\.5,/, 'as Python spells its floats';
ok !exists $ada->{odd__name}, 'hidden: not shown';
is_deeply $ada->{house}, { id => 1, title => 'Old Mill', city => 'Ulm', inhabitants => [qw(Ada Ben)] }, 'nested: as its resource shows itself';
is $ada->{second}, 'New/Barn', 'by slug';
is $ada->{boss}, undef, 'no link: null';
is json_of('/api/people/c%2Fd/')->{boss}, "$base/people/a%2Eb/", 'a link, with the key of the resource it leads to';
is_deeply $ada->{skills}, [qw(sql c)], 'many, by slug, in the order of their resource';
is_deeply $ada->{notes}, [{ id => 1, person => 1, body => 'one' }, { id => 2, person => 1, body => 'two' }], 'many, nested';
is_deeply json_of('/api/people/e%20f/')->{notes}, [], 'none at all';
is_deeply json_of('/api/houses/1/')->{inhabitants}, [qw(Ada Ben)], 'reverse, by slug';
my @short = @{ json_of('/api/people-short/') };
is_deeply $short[0], { name => 'Ada', code => 'a.b' }, 'chosen attributes only, no address, a bare list';
like $client->get('/api/people-short/')->{body}, qr/^\[\{"name":"Ada","code":"a\.b"\}/, 'in the order of the directive';

# --- filters -------------------------------------------------------------------------------
is_deeply column_of('/api/people/?name__icontains=B', 'name'), ['Ben'], 'a lookup that is allowed';
is scalar @{ column_of('/api/people/?name__startswith=B', 'name') }, 2, 'one that is not is no parameter';
is_deeply column_of('/api/people/?odd__name=odd', 'name'), ['Ada'], 'a name with __, hidden';
is_deeply column_of('/api/people/?odd__name__startswith=ev', 'name'), ['Ben'], 'and a lookup of it';
is_deeply column_of('/api/people/?page=8', 'name'), ['Ben'], 'an attribute called page, where the parameter is not';
is_deeply column_of('/api/people/?format__exact=y', 'name'), ['Ben'], 'one called format, where the parameter is, too';
is $client->status('/api/people/?format=y'), 404, 'which means the representation';
is_deeply error_of('/api/people/?kind=c'), { kind => ['Select a valid choice. c is not one of the available choices.'] }, 'choices';
is_deeply column_of('/api/people/?richer_than=1', 'name'), ['Ada'], 'another name for a lookup';
is_deeply column_of('/api/people/?lives_in=ulm', 'name'), [qw(Ada Ben)], 'also over a relation';
is_deeply error_of('/api/people/?richer_than=x'), { richer_than => ['Enter a number.'] }, 'and its errors';
is_deeply column_of('/api/people/?skills=2&skills=1', 'name'), [qw(Ada Ben)], 'several keys are alternatives';
is_deeply error_of('/api/people/?skills=2&skills=9'), { skills => ['Select a valid choice. 9 is not one of the available choices.'] }, 'each must exist';
is_deeply column_of('/api/people/?boss__boss__isnull=true', 'name'), [qw(Ben Cy)], 'a relation to itself';
is_deeply column_of('/api/houses/?people_by_second__name=Ada', 'id'), [2], 'two keys to one table: the second by its column';
is_deeply column_of('/api/people/?second__title__contains=%2F', 'name'), ['Ada'], 'and forward';
is_deeply column_of('/api/multiplied/?notes__id__gt=0', 'id'), [1, 1, 2], 'duplicates: once for each related row';
is json_of('/api/multiplied/?notes__id__gt=0')->{count}, 3, 'counted so, too';
is json_of('/api/people-short/?filters=(name=Ada)') && 1, 1, 'no complex filters: just an unknown parameter';

# --- search, ordering, pages -----------------------------------------------------------------
is_deeply column_of('/api/people/?search=mill', 'name'), [qw(Ada Ben)], 'search over a relation';
is_deeply column_of('/api/people/?search=da', 'name'), [], '^: from the beginning only';
is_deeply column_of('/api/people/?search=A.B', 'name'), ['Ada'], '=: the whole, in any case';
is_deeply column_of('/api/houses/?search=%22old+mill%22', 'id'), [1], 'a phrase';
is_deeply column_of('/api/houses/?search=%22mill+old%22', 'id'), [], 'as it stands';
is_deeply column_of('/api/houses/?search=mill+old', 'id'), [1], 'words in any order';
is_deeply column_of('/api/people/?search=%22old+mill%22', 'name'), [], 'where phrases are off a quote is a character';
is_deeply column_of('/api/people/?ordering=-name&n=3', 'name'), [qw(Cy Ben Ada)], 'an ordering that is allowed';
is_deeply column_of('/api/people/?ordering=born,-house__city,-name&n=3', 'name'), [qw(Cy Ben Ada)], 'over a relation; the others are dropped';
is_deeply column_of('/api/houses/', 'id'), [2, 1], 'the default ordering';
my $page = json_of('/api/people/?p=2');
is scalar @{ $page->{results} }, 1, 'the size of pages';
is $page->{previous}, "$base/people/", 'links with the renamed parameter';
is json_of('/api/people/')->{next}, "$base/people/?p=2", 'both ways';
is scalar @{ json_of('/api/people/?n=99')->{results} }, 3, 'the most that one may ask for';
is json_of('/api/multiplied/?limit=1&offset=1')->{next}, "$base/multiplied/?limit=1&offset=2", 'limit and offset';
is_deeply [json_of('/api/multiplied/?limit=1&offset=1')->{previous}], ["$base/multiplied/?limit=1"], 'back to the beginning';

# A row that is nested in itself over others shows its key there; one of several columns is no value.
$cluster->sql('declared', 'CREATE SCHEMA looped', <<'SQL');
CREATE TABLE looped.shelf (id int PRIMARY KEY);
CREATE TABLE looped.book (part int, of text, shelf_id int REFERENCES looped.shelf, PRIMARY KEY (part, of));
INSERT INTO looped.shelf VALUES (1);
INSERT INTO looped.book VALUES (1, 'a', 1);
GRANT USAGE ON SCHEMA looped TO site;
GRANT SELECT ON ALL TABLES IN SCHEMA looped TO site;
SQL
my $looped = new_httpd('looped', database => $cluster->conninfo('declared'), site => new_site('looped'), config => <<'CONF')->start;
<Location "/looped">
    SetHandler site
    Require all granted
    SiteSchema looped
    <SiteResource shelf>
        SiteRelation books target=book reverse column=shelf_id show=nested
    </SiteResource>
    <SiteResource book>
        SiteRelation shelf show=nested
    </SiteResource>
</Location>
CONF
my $books = $looped->client->get('/looped/book/', Accept => 'application/json');
is_deeply $books->{json}{results}[0]{shelf}, { id => 1, books => [undef] }, 'a key of several columns is null where a row would be inside itself';
my $described = $looped->client->get('/looped/openapi.json', Accept => 'application/json');
is $described->{status}, 200, 'and openapi.json';
is $described->{json}{components}{schemas}{Book}{properties}{shelf}{anyOf}[0]{properties}{books}{items}{type}, 'null', 'says so';
$looped->stop;

$httpd->stop;
done_testing;
