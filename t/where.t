# SiteWhere: rows that a resource does not have are nowhere: not in lists, counts, pages and charts, not by their key, not for
# filters over relations, not in sitemaps, and not to be written. SiteInternal: a resource without addresses.
use strict;
use warnings;
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

my $data = 'hidden_rows';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
cluster->sql($data, <<'SQL');
CREATE TABLE shelf (id int PRIMARY KEY, name text NOT NULL UNIQUE, secret boolean NOT NULL DEFAULT false);
CREATE TABLE book (id int PRIMARY KEY, title text NOT NULL, published boolean, shelf_id int REFERENCES shelf, changed date NOT NULL DEFAULT '2024-05-01');
CREATE TABLE note (id int PRIMARY KEY, book_id int NOT NULL REFERENCES book, body text NOT NULL);
CREATE TABLE tag (id int PRIMARY KEY, word text NOT NULL);
CREATE TABLE book_tag (book_id int REFERENCES book, tag_id int REFERENCES tag, PRIMARY KEY (book_id, tag_id));
INSERT INTO shelf VALUES (1, 'open', false), (2, 'poison', true);
INSERT INTO book VALUES (1, 'Alpha', true, 1), (2, 'Hush', false, 1), (3, 'Gamma', true, 2), (4, 'Unknown', NULL, 1), (5, 'Epsilon', true, 1);
INSERT INTO note VALUES (1, 1, 'on alpha'), (2, 2, 'on hush'), (3, 3, 'on gamma'), (4, 5, 'on epsilon');
INSERT INTO tag VALUES (1, 'red'), (2, 'blue');
INSERT INTO book_tag VALUES (1, 1), (2, 2), (5, 1);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO site;
SQL
my $users = setting('users');
my $httpd = new_httpd('where', database => cluster->conninfo($data), site => new_site('where'), config => <<"CONF");
<Location "/shelves">
    SetHandler site
    Require all granted
    SiteMethods GET POST PUT PATCH DELETE OPTIONS
    SiteBasicProvider file
    AuthUserFile $users/passwords
    SiteHide book_tag
    SiteRelations declared
    <SiteResource books>
        SiteTable book
        SiteWhere published=true shelf__secret=false
        SiteLookups published none
        SiteRelation shelf target=places column=shelf_id filter=key
        SiteRelation notes target=notes reverse column=book_id
        SiteRelation tags target=tags via=book_tag show=key
        SiteSearch title notes__body
        SiteSitemap On lastmod=changed
        SiteFacets shelf
    </SiteResource>
    <SiteResource places>
        SiteTable shelf
        SiteInternal On
    </SiteResource>
    <SiteResource notes>
        SiteTable note
        SiteRelation book target=books
        SiteRelation all target=all-books column=book_id show=none
    </SiteResource>
    <SiteResource tags>
        SiteTable tag
        SiteRelation books target=books via=book_tag show=key
    </SiteResource>
    <SiteResource all-books>
        SiteTable book
        SiteInternal On
    </SiteResource>
    <SiteResource shown>
        SiteTable note
        SiteRelation book target=books show=nested:brief
        SiteAttributes id book
    </SiteResource>
    <SiteResource linked>
        SiteTable note
        SiteRelation book target=all-books show=link:books
    </SiteResource>
    <SiteResource lost>
        SiteTable note
        SiteRelation book target=books show=link:all-books
    </SiteResource>
    <SiteResource brief>
        SiteTable book
        SiteInternal On
        SiteAttributes title
    </SiteResource>
</Location>
CONF
$httpd->expect_log(qr/SITE0071: .*: \/shelves\/lost: SiteRelation book: 'all-books' has no addresses to link to/);
$httpd->start;
my $client = $httpd->client;
my @html = (Accept => 'text/html');

sub ids {
    my ($path) = @_;
    my $answer = $client->get("/shelves/$path");
    return "$answer->{status} $answer->{body}" if $answer->{status} != 200;
    return join ' ', map { $_->{id} } @{ $answer->{json}{results} };
}

# --- reading --------------------------------------------------------------------------------------------------------------
is ids('books/'), '1 5', 'what holds of them';
is $client->get('/shelves/books/')->{json}{count}, 2, 'is counted';
is ids($_->[0]), $_->[1], $_->[0] for (
    ['books/?id__gt=1', '5'], ['books/?id=2', ''], ['books/?search=hush', ''], ['books/?search=on', '1 5'], ['books/?published=false', '1 5'],
    ['books/?published__isnull=true', '1 5'], ['books/?filters=~(id%3D1)', '5'], ['books/?filters=(id%3D2)|(id%3D5)', '5'],
    ['books/?filters=(id%3D0)|~(id%3D0)', '1 5'], ['books/?filters=~(tags__word%3Dblue)', '1 5'], ['books/?tags=1', '1 5'], ['books/?shelf=1', '1 5'],
    ['books/?ordering=-id', '5 1'], ['notes/?book__title__contains=a', '1'], ['notes/?book__id__gt=0', '1 4'], ['notes/?book__nope=1', '1 4'],
    ['tags/?books__isnull=false', '1'], ['tags/?books__isnull=true', '2'], ['tags/?books__isnull!=true', '1'], ['books/?notes__isnull=false', '1 5'],
    ['notes/?all__title=Hush', '2'], ['tags/?books__id__gt=0', '1'], ['tags/?books__title=Hush', ''], ['notes/', '1 2 3 4']);
is $client->get("/shelves/notes/?$_->[0]")->{status}, $_->[1], "a related key: $_->[0]" for ['book=1', 200], ['book=2', 400], ['book=3', 400], ['all=2', 200];
like $client->get('/shelves/notes/?book__in=1,2')->{body}, qr/Select a valid choice/, 'among others';
is $client->status("/shelves/books/$_->[0]/"), $_->[1], "by its key: $_->[0]" for [1, 200], [2, 404], [3, 404], [4, 404], [5, 200];
is $client->status('/shelves/books/2/?published=true'), 404, 'with whatever beside it';

# --- pages ------------------------------------------------------------------------------------------------------------------
for my $path ('books/', 'books/1/', 'notes/', 'notes/2/', 'shown/', 'tags/2/', 'tags/', 'books/?_x=changed', '') {
    my $page = $client->get("/shelves/$path", @html);
    is $page->{status}, 200, "the page of $path";
    unlike $page->{body}, qr/Hush|Gamma|Unknown/, 'names none of the others' unless $path eq 'shown/';
}
my $map = $client->get('/sitemap/shelves/books.xml');
SKIP: {
    skip 'the site has no sitemap here', 2 if $map->{status} != 200;
    is join(' ', $map->{body} =~ m{/shelves/books/(\d+)/<}g), '1 5', 'a sitemap lists what there is';
    is $client->status('/sitemap/shelves/places.xml'), 404, 'and no resource without addresses';
}

# --- writing -----------------------------------------------------------------------------------------------------------------
my $json = { 'Content-Type' => 'application/json', basic('editor') };
is $client->request('PATCH', '/shelves/books/2/', $json, '{"title":"x"}')->{status}, 404, 'nobody changes it';
is $client->request('PUT', '/shelves/books/3/', $json, '{"id":3,"title":"x"}')->{status}, 404, 'or replaces it';
is $client->request('DELETE', '/shelves/books/4/', $json)->{status}, 404, 'or deletes it';
is cluster->sql($data, 'SELECT string_agg(title, \' \' ORDER BY id) FROM book'), 'Alpha Hush Gamma Unknown Epsilon', 'all are as they were';
is $client->request('PATCH', '/shelves/books/5/', $json, '{"title":"Eps"}')->{status}, 200, 'what is there can be changed';
my $refers = $client->request('POST', '/shelves/notes/', $json, '{"id":9,"book":2,"body":"x"}');
is $refers->{status}, 400, 'nothing refers to what is not there' or diag $refers->{body};
is_deeply $refers->{json}, { book => ['Invalid pk "2" - object does not exist.'] }, 'as if it never was';
$refers = $client->request('PATCH', '/shelves/tags/1/', $json, '{"books":[1,2]}');
is $refers->{status}, 400, 'nor does a list' or diag $refers->{body};
is $client->request('POST', '/shelves/notes/', $json, '{"id":9,"book":1,"body":"x"}')->{status}, 201, 'what is there can be referred to';

# --- links to rows of one resource, filters over those of another ---------------------------------------------------------------
is ids('linked/?book__title=Hush'), '2', 'filters see what their own resource has';
my $here = 'http://127.0.0.1:' . $httpd->port . '/shelves/books';
is_deeply [map { $_->{book} } @{ $client->get('/shelves/linked/?id__in=1,2')->{json}{results} }], ["$here/1/", undef], 'links lead to rows of the other resource';
like $client->get('/shelves/linked/1/', @html)->{body}, qr{<a href="/shelves/books/1/">Alpha</a>}, 'on pages, too';
is $client->request('POST', '/shelves/linked/', $json, qq({"id":20,"book":"$here/5/","body":"x"}))->{json}{book}, "$here/5/", 'it names a row';
is_deeply $client->request('PATCH', '/shelves/linked/20/', $json, '{"book":"/shelves/books/2/"}')->{json},
    { book => ['Invalid hyperlink - Object does not exist.'] }, 'that it leads to';
is_deeply $client->request('PATCH', '/shelves/linked/20/', $json, '{"book":"/shelves/notes/1/"}')->{json},
    { book => ['Invalid hyperlink - Incorrect URL match.'] }, 'and no other';
is $client->status('/shelves/lost/'), 503, 'there must be addresses';
$client->request('DELETE', '/shelves/linked/20/', $json);

my $form = $client->get('/shelves/notes/?_form=new', @html, basic('editor'));
is $form->{status}, 200, 'a form';
like $form->{body}, qr/Alpha/, 'offers what is there';
unlike $form->{body}, qr/Hush|Gamma|Unknown/, 'and nothing else';

# --- a resource without addresses ----------------------------------------------------------------------------------------------
my $root = $client->get('/shelves/')->{json};
is_deeply [sort keys %$root], [qw(books linked lost notes shown tags)], 'is not listed';
is $client->status("/shelves/$_/"), 404, "$_ has no address" for qw(places places/1 brief all-books places.json);
is $client->get('/shelves/shown/1/')->{json}{book}{title}, 'Alpha', 'but is shown inside others';
my $described = $client->get('/shelves/openapi.json')->{json};
ok !grep({ /places|brief|all-books/ } keys %{ $described->{paths} }), 'and is not described';
unlike $client->get('/shelves/books/1/', @html)->{body}, qr{href="[^"]*places}, 'nothing links to it';

# --- conditions that are none ------------------------------------------------------------------------------------------------------
my $number = 0;
for my $wrong ('nope=1', 'id=x', 'shelf__nope=1', 'id__in=') {
    my $broken = new_httpd("broken" . ++$number, database => cluster->conninfo($data), site => new_site('broken'), config => <<"CONF");
<Location "/broken">
    SetHandler site
    Require all granted
    <SiteResource books>
        SiteTable book
        SiteWhere $wrong
    </SiteResource>
</Location>
CONF
    $broken->expect_log(qr/SITE0071: .*SiteWhere \Q$wrong\E: /);
    $broken->start;
    is $broken->client->status('/broken/books/'), 503, "SiteWhere $wrong: nothing is shown rather than everything";
    $broken->stop;
}
$httpd->stop;
done_testing;
