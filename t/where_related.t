# SiteWhere over relations: a row that a resource does not have is in no answer of another resource either, and a reference to it is
# as null everywhere: shown, filtered, ordered, searched, counted, drawn, written.
use strict;
use warnings;
use MIME::Base64 qw(decode_base64);
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

my $data = 'hidden_related';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
cluster->sql($data, <<'SQL');
CREATE TABLE shelf (id int PRIMARY KEY, name text NOT NULL UNIQUE, secret boolean NOT NULL DEFAULT false);
CREATE TABLE book (id int PRIMARY KEY, title text NOT NULL UNIQUE, published boolean, shelf_id int REFERENCES shelf, sequel_id int REFERENCES book);
CREATE TABLE note (id int PRIMARY KEY, book_id int NOT NULL REFERENCES book, body text NOT NULL);
CREATE TABLE loan (id int PRIMARY KEY, book_id int REFERENCES book, who text NOT NULL);
CREATE TABLE card (id int PRIMARY KEY, book_id int NOT NULL UNIQUE REFERENCES book, code text NOT NULL);
CREATE TABLE copy (shelf int, number int, book_id int NOT NULL UNIQUE REFERENCES book, PRIMARY KEY (shelf, number));
CREATE TABLE tag (id int PRIMARY KEY, word text NOT NULL);
CREATE TABLE book_tag (book_id int REFERENCES book, tag_id int REFERENCES tag, PRIMARY KEY (book_id, tag_id));
INSERT INTO shelf VALUES (1, 'open', false), (2, 'Poison', true), (3, 'empty', false);
INSERT INTO book VALUES (1, 'Alpha', true, 1, NULL), (2, 'Hush one', false, 1, 1), (3, 'Gamma', true, 2, NULL), (4, 'Hush two', NULL, 1, NULL),
    (5, 'Epsilon', true, 1, 2), (6, 'Zeta', true, NULL, 5);
INSERT INTO note VALUES (1, 1, 'on alpha'), (2, 2, 'Whisper'), (3, 3, 'on gamma'), (4, 5, 'on epsilon'), (5, 4, 'Whisper');
INSERT INTO loan VALUES (1, 1, 'ann'), (2, 2, 'bob'), (3, NULL, 'cat'), (4, 5, 'dan'), (5, 4, 'eve'), (6, 1, 'fay'), (7, 2, 'gus');
INSERT INTO card VALUES (1, 1, 'c1'), (2, 2, 'Hush card'), (3, 5, 'c5');
INSERT INTO copy VALUES (1, 1, 1), (1, 2, 2);
INSERT INTO tag VALUES (1, 'red'), (2, 'blue'), (3, 'none');
INSERT INTO book_tag VALUES (1, 1), (2, 1), (2, 2), (4, 2), (5, 1), (5, 2);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO site;
SQL

# What every way to show has in common.
my $loan = "SiteTable loan\n SiteSearch who book__title\n SiteFacets book\n SiteOrderings book title=book__title id shelf=book__shelf__name";
my $users = setting('users');
my $httpd = new_httpd('where_related', database => cluster->conninfo($data), site => new_site('where_related'), config => <<"CONF");
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
        SiteWhere published=true
        SiteRelation shelf target=places
        SiteRelation sequel target=books show=nested
        SiteRelation notes target=notes reverse column=book_id
        SiteRelation tags target=tags via=book_tag show=key
        SiteAttribute published hidden
    </SiteResource>
    <SiteResource places>
        SiteTable shelf
        SiteWhere secret=false
        SiteAttribute secret hidden
        SiteRelation books target=books reverse column=shelf_id show=key lookups=all
        SiteSearch name books__title books__notes__body
        SiteOrderings name
    </SiteResource>
    <SiteResource places-nested>
        SiteTable shelf
        SiteRelation books target=books reverse column=shelf_id show=nested duplicates
    </SiteResource>
    <SiteResource places-slug>
        SiteTable shelf
        SiteRelation books target=books reverse column=shelf_id show=slug:title
    </SiteResource>
    <SiteResource places-link>
        SiteTable shelf
        SiteRelation books target=books reverse column=shelf_id show=link order=-title
    </SiteResource>
    <SiteResource notes>
        SiteTable note
        SiteRelation book target=books
        SiteParameter title book__title
    </SiteResource>
    <SiteResource loans>
        $loan
        SiteRelation book target=books lookups=all
        SiteParameter of book
        SiteParameter not_of book!
    </SiteResource>
    <SiteResource loans-nested>
        $loan
        SiteRelation book target=books show=nested
    </SiteResource>
    <SiteResource loans-slug>
        $loan
        SiteRelation book target=books show=slug:title
    </SiteResource>
    <SiteResource loans-far>
        $loan
        SiteRelation book target=books show=slug:shelf__name
    </SiteResource>
    <SiteResource loans-link>
        $loan
        SiteRelation book target=books show=link
        SitePagination cursor size=2
    </SiteResource>
    <SiteResource loans-brief>
        $loan
        SiteRelation book target=books show=nested:brief
    </SiteResource>
    <SiteResource loans-found>
        SiteTable loan
        SiteRelation book target=books
        SiteSearch book
    </SiteResource>
    <SiteResource notes-shelf>
        SiteTable note
        SiteRelation book target=books show=slug:shelf
    </SiteResource>
    <SiteResource brief>
        SiteTable book
        SiteInternal On
        SiteWhere published=true
        SiteAttributes title
    </SiteResource>
    <SiteResource cards>
        SiteTable card
        SiteRelation book target=books
        SiteWhere book__published=true
    </SiteResource>
    <SiteResource copies>
        SiteTable copy
        SiteRelation book target=books
    </SiteResource>
    <SiteResource carded>
        SiteTable book
        SiteAttributes id card
        SiteRelation card target=cards reverse column=book_id show=slug:code
        SiteSearch card__code
    </SiteResource>
    <SiteResource tags>
        SiteTable tag
        SiteRelation books target=books via=book_tag show=key lookups=all
        SiteSearch word books__title books__notes__body
    </SiteResource>
    <SiteResource tags-nested>
        SiteTable tag
        SiteRelation books target=books via=book_tag show=nested duplicates
    </SiteResource>
    <SiteResource tags-slug>
        SiteTable tag
        SiteRelation books target=books via=book_tag show=slug:title
    </SiteResource>
    <SiteResource tags-link>
        SiteTable tag
        SiteRelation books target=books via=book_tag show=link
    </SiteResource>
</Location>
<Location "/torn">
    SetHandler site
    Require all granted
    SiteRelations declared
    SiteHide book_tag
    <SiteResource books>
        SiteTable book
        SiteWhere nope=1
    </SiteResource>
    <SiteResource loans>
        SiteTable loan
        SiteRelation book target=books show=slug:title
    </SiteResource>
</Location>
CONF
$httpd->expect_log(qr/SITE0071: .*SiteWhere nope=1: /);
$httpd->start;
my $client = $httpd->client;
my @html = (Accept => 'text/html');
my $base = 'http://127.0.0.1:' . $httpd->port . '/shelves';

sub rows {
    my ($path) = @_;
    my $answer = $client->get("/shelves/$path");
    return $answer->{status} == 200 ? $answer->{json}{results} : "$answer->{status} $answer->{body}";
}

sub ids { my $rows = rows(@_); return ref $rows ? join ' ', map { $_->{id} } @$rows : $rows }

# One attribute of all rows.
sub shown {
    my ($path, $name) = @_;
    my $rows = rows($path);
    return ref $rows ? [map { $_->{$name} } @$rows] : $rows;
}

# --- representations --------------------------------------------------------------------------------------------------------
is_deeply shown('loans/', 'book'), [1, undef, undef, 5, undef, 1, undef], 'a key';
is_deeply [map { $_ && $_->{title} } @{ shown('loans-nested/', 'book') }], ['Alpha', undef, undef, 'Epsilon', undef, 'Alpha', undef], 'a nested row';
is_deeply shown('loans-nested/4/?', 'book') // [], [], 'a row has no results';
is $client->get('/shelves/loans-nested/4/')->{json}{book}{sequel}, undef, 'nor what it nests itself';
is_deeply shown('loans-slug/', 'book'), ['Alpha', undef, undef, 'Epsilon', undef, 'Alpha', undef], 'a slug';
is_deeply shown('loans-far/', 'book'), ['open', undef, undef, 'open', undef, 'open', undef], 'a slug over another relation';
is_deeply shown('loans-link/', 'book'), ["$base/books/1/", undef], 'a link';
is_deeply [map { $_ && $_->{title} } @{ shown('loans-brief/', 'book') }], ['Alpha', undef, undef, 'Epsilon', undef, 'Alpha', undef], 'another resource over the table';
is_deeply shown('notes/', 'book'), [1, undef, 3, 5, undef], 'also where the column is never NULL';
is_deeply shown('notes-shelf/', 'book'), [1, undef, undef, 1, undef], 'a slug that is a reference itself';
is_deeply shown('books/', 'shelf'), [1, undef, 1, undef], 'in the resource that is hidden from, too';
is_deeply [map { $_ && $_->{id} } @{ shown('books/', 'sequel') }], [undef, undef, undef, 5], 'and to itself';
is_deeply shown('places/', 'books'), [[1, 5], []], 'backwards: keys';
is_deeply [map { [map { $_->{title} } @$_] } @{ shown('places-nested/', 'books') }], [['Alpha', 'Epsilon'], ['Gamma'], []], 'nested rows';
is_deeply shown('places-slug/', 'books'), [['Alpha', 'Epsilon'], ['Gamma'], []], 'slugs';
is_deeply shown('places-link/', 'books'), [["$base/books/5/", "$base/books/1/"], ["$base/books/3/"], []], 'links';
is_deeply shown('carded/', 'card'), ['c1', undef, undef, undef, 'c5', undef], 'the one row of a unique key';
is_deeply shown('tags/', 'books'), [[1, 5], [5], []], 'many to many: keys';
is_deeply [map { [map { $_->{title} } @$_] } @{ shown('tags-nested/', 'books') }], [['Alpha', 'Epsilon'], ['Epsilon'], []], 'nested rows';
is_deeply shown('tags-slug/', 'books'), [['Alpha', 'Epsilon'], ['Epsilon'], []], 'slugs';
is_deeply shown('tags-link/', 'books'), [["$base/books/1/", "$base/books/5/"], ["$base/books/5/"], []], 'links';
is $client->get('/shelves/loans/2/')->{json}{book}, undef, 'a row by its key';
is_deeply [map { $_->{book} } @{ $client->get('/torn/loans/')->{json}{results} }], [(undef) x 7], 'a SiteWhere that cannot be read hides all rows';

# --- filters ----------------------------------------------------------------------------------------------------------------
for my $case (['loans/?book=1', '1 6'], ['loans/?book__in=1,5', '1 4 6'], ['loans/?book__gt=1', '4'], ['loans/?book__lte=5', '1 4 6'],
    ['loans/?book__isnull=true', '2 3 5 7'], ['loans/?book__isnull=false', '1 4 6'], ['loans/?book__isnull!=true', '1 4 6'],
    ['loans/?book!=1', '2 3 4 5 7'], ['loans/?book__gt!=1', '1 2 3 5 6 7'], ['loans/?of=1', '1 6'], ['loans/?not_of=1', '2 3 4 5 7'],
    ['loans/?book__title__startswith=H', ''], ['loans/?book__title__contains=a', '1 6'], ['loans/?book__shelf=1', '1 4 6'],
    ['loans/?book__shelf__isnull=true', ''], ['loans/?book__sequel__isnull=true', '1 4 6'], ['loans/?book__sequel__title__startswith=H', ''],
    ['loans/?book__tags=1', '1 4 6'], ['loans/?book__tags__word=blue', '4'], ['loans/?book__notes__body=Whisper', ''],
    ['loans/?filters=~(book%253D1)', '4'], ['loans/?filters=~(book__gt%253D1)', '1 6'], ['loans/?filters=~(book__isnull%253Dtrue)', '1 4 6'],
    ['loans/?filters=~(book__isnull%253Dfalse)', '2 3 5 7'], ['loans/?filters=~(book__title%253DAlpha)', '4'],
    ['loans/?filters=(book%253D1)|(who%253Dbob)', '1 2 6'], ['loans/?filters=(book__title__startswith%253DH)|(who%253Dbob)', '2'],
    ['loans/?filters=~(book__title__startswith%253DH)', '1 2 3 4 5 6 7'], ['loans/?filters=~(book__title__startswith%253DA)', '4'],
    ['notes/?title=Hush%20one', ''], ['notes/?title=Alpha', '1'], ['notes/?book__isnull=true', '2 5'],
    ['places/?books__title__startswith=H', ''], ['places/?books__isnull=true', '3'], ['places/?books__isnull=false', '1'],
    ['places/?filters=~(books__title%253DAlpha)', '1'], ['places/?filters=~(books__title__gt%253DA)', ''],
    ['places/?books__notes__body=Whisper', ''], ['places-nested/?books__title__gt=A', '1 1 2'],
    ['places-nested/?filters=(books__title__gt%253DA)|(name%253Dempty)', '1 1 2 3'],
    ['tags/?books__title__startswith=H', ''], ['tags/?books__isnull=true', '3'], ['tags/?books__isnull=false', '1 2'], ['tags/?books=5', '1 2'],
    ['tags/?books__id__gt=1', '1 2'], ['tags/?books__id=2', ''], ['tags-nested/?books__title__gt=A', '1 1 2'],
    ['tags-nested/?filters=(books__title__gt%253DA)|(word__gt%253Da)', '1 1 2 3'], ['tags/?filters=~(books__title%253DEpsilon)', '1'],
    ['carded/?card__isnull=false', '1 5'], ['carded/?card__code__startswith=H', '']) {
    is ids($case->[0]), $case->[1], $case->[0];
    my $path = $case->[0] =~ /^[a-z-]+/ ? $case->[0] : '';
    is $client->get("/shelves/$path")->{json}{count}, scalar(() = $case->[1] =~ /\d+/g), 'counted alike';
}
is $client->status("/shelves/$_"), 400, "$_: no such row" for 'loans/?book=2', 'loans/?book__in=1,4', 'tags/?books=2', 'loans/?of=2';

# --- order --------------------------------------------------------------------------------------------------------------------
for my $case (['loans/?ordering=book', '1 6 4 2 3 5 7'], ['loans/?ordering=-book', '2 3 5 7 4 1 6'], ['loans/?ordering=title', '1 6 4 2 3 5 7'],
    ['loans/?ordering=-title', '2 3 5 7 4 1 6'], ['loans/?ordering=shelf,-id', '6 4 1 7 5 3 2'], ['loans-nested/?ordering=book', '1 6 4 2 3 5 7']) {
    is ids($case->[0]), $case->[1], $case->[0];
}

# A cursor says nothing of them either.
my ($address, @seen, @cursors) = ('/shelves/loans-link/?ordering=-book');
for (1 .. 9) {
    my $page = $client->get($address);
    is $page->{status}, 200, 'a page';
    push @seen, map { $_->{id} } @{ $page->{json}{results} };
    $address = $page->{json}{next} // last;
    $address =~ s{^http://[^/]+}{};
    push @cursors, decode_base64(($address =~ /cursor=([^&]+)/)[0] =~ s/%3D/=/gr);
}
is "@seen", '2 3 5 7 4 1 6', 'pages by a cursor';
ok @cursors && !(grep { /p=[24]&p=/ } @cursors), 'no key of a hidden row in it' or diag "@cursors";

# --- search: a hidden text cannot be read letter by letter -------------------------------------------------------------------
for my $case (['loans/?search=hush', ''], ['loans-found/?search=2', ''], ['loans-found/?search=5', '4'], ['loans/?search=hu', ''], ['loans/?search=alp', '1 6'], ['loans/?search=alpha%20ann', '1'],
    ['loans/?search=hush%20bob', ''], ['places/?search=hush', ''], ['places/?search=whisper', ''], ['places/?search=epsilon', '1'],
    ['places/?search=hush%20whisper', ''], ['places/?search=alpha%20open', '1'], ['places/?search=open%20whisper', ''],
    ['tags/?search=hush', ''], ['tags/?search=red%20hush', ''], ['tags/?search=red%20alpha', '1'], ['tags/?search=blue%20whisper', ''],
    ['tags/?search=alpha%20alpha', '1'], ['carded/?search=hush', ''], ['carded/?search=c', '1 5']) {
    is ids($case->[0]), $case->[1], $case->[0];
    is $client->get("/shelves/$case->[0]")->{json}{count}, scalar(() = $case->[1] =~ /\d+/g), 'counted alike';
}

# --- pages: facets, charts, forms, related lists ---------------------------------------------------------------------------------
for my $path ('', map({ ("$_/", "$_/1/", "$_/?_x=id", "$_/1/?_form=edit", "$_/?_form=new") } qw(books notes loans tags places carded)),
    map({ ("$_/", "$_/2/", "$_/?_x=book", "$_/2/?_form=edit", "$_/?ordering=book") } qw(loans loans-nested loans-slug loans-link loans-far loans-brief)),
    'loans/?search=h', 'books/5/', 'books/6/', 'tags/2/', 'tags-nested/', 'tags-slug/', 'tags-link/', 'places-nested/', 'places-slug/', 'places-link/2/') {
    my $page = $client->get("/shelves/$path", @html, basic('editor'));
    is $page->{status}, 200, "the page of $path" or diag substr $page->{body}, 0, 300;
    unlike $page->{body}, $path =~ /^notes/ ? qr/Hush/ : qr/Hush|Whisper/, 'names no hidden row';
    unlike $page->{body}, qr{/books/[24]/}, 'and links to none';
}
my $page = $client->get('/shelves/loans/', @html)->{body};
like $page, qr{\?book=1"}, 'a facet names what there is';
unlike $page, qr{\?book=[24]\b}, 'and no hidden key';
like $page, qr{\?book__isnull=true"[^<]*<}, 'hidden ones are those without';
my $chart = ($client->get('/shelves/loans/?_x=book', @html)->{body} =~ m{(<figure.*?</figure>)}s)[0];
like $chart, qr/Alpha/, 'a chart has captions';
unlike $chart, qr/book=[24]\b/, 'and no hidden group';
unlike $client->get('/shelves/loans/2/?_form=edit', @html, basic('editor'))->{body}, qr/value="2" selected/, 'a form has no hidden key';

# --- writing ------------------------------------------------------------------------------------------------------------------
my $json = { 'Content-Type' => 'application/json', basic('editor') };
sub table { my ($table) = @_; return cluster->sql($data, "SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM $table t") }

for my $path ('loans/1/', 'loans/2/', 'loans/3/', 'loans-slug/2/', 'loans-link/2/', 'loans-nested/2/', 'notes/2/', 'books/5/', 'tags/1/', 'tags/2/', 'tags-slug/2/') {
    my $before = join '', map { table($_) } qw(loan note book book_tag);
    my $got = $client->get("/shelves/$path")->{body};
    my $put = $client->request('PUT', "/shelves/$path", $json, $got);
    is $put->{status}, 200, "PUT of what GET gave: $path" or diag $put->{body};
    is $put->{body}, $got, 'is answered with the same';
    is join('', map { table($_) } qw(loan note book book_tag)), $before, 'and changes nothing';
}
is $client->request('PATCH', '/shelves/loans/1/', $json, '{"book":null}')->{json}{book}, undef, 'what is seen can be cleared';
is cluster->sql($data, 'SELECT count(*) FROM loan WHERE id = 1 AND book_id IS NULL'), '1', 'and is then NULL';
is $client->request('PATCH', '/shelves/loans/1/', $json, '{"book":1}')->{json}{book}, 1, 'and set';
is $client->request('PATCH', '/shelves/loans/2/', $json, '{"book":null,"who":"bea"}')->{status}, 200, 'null for what is hidden';
is cluster->sql($data, 'SELECT book_id || who FROM loan WHERE id = 2'), '2bea', 'keeps it';
is $client->request('PATCH', '/shelves/loans/2/', $json, '{"book":5}')->{json}{book}, 5, 'another row takes its place';
is cluster->sql($data, 'SELECT book_id FROM loan WHERE id = 2'), '5', 'really';
cluster->sql($data, 'UPDATE loan SET book_id = 2 WHERE id = 2');
is_deeply $client->request('PATCH', '/shelves/loans/2/', $json, '{"book":2}')->{json}, { book => ['Invalid pk "2" - object does not exist.'] }, 'a hidden row cannot be named';
is_deeply $client->request('PATCH', '/shelves/notes/1/', $json, '{"book":null}')->{json}, { book => ['This field may not be null.'] }, 'what must refer to a row still does';
is_deeply $client->request('POST', '/shelves/notes/', $json, '{"id":9,"book":null,"body":"x"}')->{json}, { book => ['This field may not be null.'] }, 'from the beginning';
is $client->request('PATCH', '/shelves/tags/2/', $json, '{"books":[1]}')->{status}, 200, 'links that are seen are replaced';
is cluster->sql($data, "SELECT string_agg(book_id::text, ' ' ORDER BY book_id) FROM book_tag WHERE tag_id = 2"), '1 2 4', 'hidden ones stay';
is $client->request('PATCH', '/shelves/tags/2/', $json, '{"books":[]}')->{status}, 200, 'also when all go';
is cluster->sql($data, "SELECT string_agg(book_id::text, ' ' ORDER BY book_id) FROM book_tag WHERE tag_id = 2"), '2 4', 'that are seen';
is $client->request('PATCH', '/shelves/tags/2/', $json, '{"books":[2]}')->{status}, 400, 'none is added';
my $made = $client->request('POST', '/shelves/loans-nested/', $json, '{"id":20,"who":"new"}');
is $made->{status}, 201, 'a new row' or diag $made->{body};
is_deeply $made->{json}{book}, undef, 'is answered as it is read';
my $form = $client->request('POST', '/shelves/loans/2/?_method=PUT', { 'Content-Type' => 'application/x-www-form-urlencoded', basic('editor'), @html },
    '_method=PUT&id=2&book=&who=form');
ok $form->{status} < 400 || $form->{status} == 403, 'a form that was sent' or diag $form->{status};
is cluster->sql($data, 'SELECT book_id FROM loan WHERE id = 2'), '2', 'keeps the reference, too';

# --- a unique reference is the key of a row only where the primary key is none: an address would tell what is hidden -----------------------------
is_deeply $client->get('/shelves/copies/')->{json}{results}, [{ shelf => 1, number => 1, book => 1 }, { shelf => 1, number => 2, book => undef }],
    'rows with a unique reference have no address that shows it';
is $client->status("/shelves/copies/$_/"), 404, "/shelves/copies/$_/" for 1, 2;

# --- what it says of itself -------------------------------------------------------------------------------------------------------
my $schemas = $client->get('/shelves/openapi.json')->{json}{components}{schemas};
my ($note) = grep { $_->{properties}{body} && $_->{properties}{book} && !$_->{properties}{who} } @$schemas{ sort keys %$schemas };
is_deeply [sort @{ $note->{properties}{book}{type} }], [qw(integer null)], 'OpenAPI tells that a reference can be null';
$httpd->stop;
done_testing;
