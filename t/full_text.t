# Full text: SiteTextSearch names the configuration, as a constant, so that an index on to_tsvector('english', x) is used; columns of
# type tsvector can be searched; and a client's words are read as a directive says. Without the directive, as ever.
use strict;
use warnings;
use JSON::PP ();
use Site::Test;
use Test::More;

my $cluster = cluster;
my $data = 'full_text';
$cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
$cluster->sql($data, <<'SQL');
CREATE SCHEMA tongues;
CREATE TEXT SEARCH CONFIGURATION tongues."it's mine" (COPY = simple);
GRANT USAGE ON SCHEMA tongues TO site;
CREATE SCHEMA closed;
CREATE TEXT SEARCH CONFIGURATION closed.hidden (COPY = simple);
CREATE TABLE shelf (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE book (
  id int PRIMARY KEY, title text, blurb varchar(200), shelf_id int REFERENCES shelf,
  words tsvector GENERATED ALWAYS AS (to_tsvector('english', coalesce(title, '') || ' ' || coalesce(blurb, ''))) STORED
);
INSERT INTO shelf VALUES (1, 'running shoes');
INSERT INTO book SELECT n, 'volume ' || n, 'filler number ' || n, 1 FROM generate_series(100, 5000) n;
INSERT INTO book VALUES (1, 'The running foxes', 'quick and brown', 1), (2, 'A fox ran', 'brown, and not quick', 1), (3, NULL, 'foxes running', NULL),
  (4, 'Fat cats', 'sat on mats', 1), (5, 'The Cats'' mat', 'fat', NULL);
UPDATE book SET title = 'volume volume volume' WHERE id = 200;
CREATE INDEX book_title_words ON book USING gin (to_tsvector('english', title));
CREATE INDEX book_blurb_words ON book USING gin (to_tsvector('english', blurb));
CREATE INDEX book_words ON book USING gin (words);
GRANT SELECT ON ALL TABLES IN SCHEMA public TO site;
ANALYZE;
SQL
$cluster->sql($data, map { "ALTER DATABASE $data SET $_" } 'session_preload_libraries = auto_explain', 'auto_explain.log_min_duration = 0',
    'jit = off', q(default_text_search_config = 'pg_catalog.simple'));
my $config = <<'CONF';
<Location "/plain">
    SetHandler site
    Require all granted
    SiteSchema public
</Location>
CONF
my %ways = (english => 'english', phrase => 'english syntax=phrase', web => 'pg_catalog.english syntax=websearch', mine => q("tongues.it's mine"),
    simply => 'Off syntax=websearch', ranked => 'english syntax=websearch rank=relevance', clash => 'english rank=title', wrong => 'klingon', closed => 'closed.hidden');
$config .= <<"CONF" for map { [$_, $ways{$_}] } sort keys %ways;
<Location "/$_->[0]">
    SetHandler site
    Require all granted
    SiteSchema public
    SiteTextSearch $_->[1]
    <SiteResource book>
        SiteTable book
        SiteSearch \@title \@blurb \@words \@shelf__name
    </SiteResource>
</Location>
CONF
$config .= <<'CONF';
<Location "/ranked_pages">
    SetHandler site
    Require all granted
    SiteSchema public
    SitePagination cursor size=1
    SiteTextSearch english syntax=websearch rank=relevance
</Location>
<Location "/mixed">
    SetHandler site
    Require all granted
    SiteSchema public
    <SiteResource book>
        SiteTable book
        SiteTextSearch english
    </SiteResource>
</Location>
CONF

sub encode { my ($text) = @_; return $text =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ger }

# The plans of a request.
sub plans_of {
    my ($client, $path) = @_;
    my $place = -s "$cluster->{dir}/log";
    is $client->status($path), 200, $path;
    open my $log, '<', "$cluster->{dir}/log" or die "log: $!";
    seek $log, $place, 0;
    local $/;
    my $text = <$log>;
    return grep { /Query Text: (?:SELECT|SET)/ && /"book"/ } split /^(?=\d{4}-\d\d-\d\d )/m, $text;
}

for my $mode ('force_custom_plan', 'force_generic_plan') {
    $cluster->sql($data, "ALTER DATABASE $data SET plan_cache_mode = $mode");
    my $httpd = new_httpd("text_$mode", database => $cluster->conninfo($data), site => new_site("text_$mode"), config => $config);
    $httpd->expect_log(qr/SITE007[13]: .*SiteTextSearch: PostgreSQL has no text search configuration '(?:klingon|closed\.hidden)'|SiteTextSearch: rank=title: `ordering` already sorts by 'title'/);
    $httpd->start;
    my $client = $httpd->client;
    my $rows = sub {
        my ($path) = @_;
        my $answer = $client->get($path);
        return $answer->{status} == 200 ? join ' ', map { $_->{id} } @{ $answer->{json}{results} } : "$answer->{status} $answer->{body}";
    };
    $rows->('/plain/shelf/');
    for (['english', 'title', 'book_title_words'], ['web', 'blurb', 'book_blurb_words'], ['phrase', 'words', 'book_words'], ['mixed', 'title', 'book_title_words'],
        ['english', 'words', 'book_words']) {
        my ($site, $column, $index) = @$_;
        my @plans = plans_of($client, "/$site/book/?${column}__search=fox");
        cmp_ok scalar @plans, '>', 0, 'its plans';
        is scalar(grep { !/$index/ || /Seq Scan on book/ } @plans), 0, "$mode: $site: $column by its index" or diag @plans;
    }
    if ($mode eq 'force_generic_plan') {
        $httpd->stop;
        next;
    }

    # What is found.
    is $rows->($_->[0]), $_->[1], $_->[0] for (
        ['/plain/book/?title__search=foxes', '1'], ['/plain/book/?title__search=FOX', '2'], ['/plain/book/?words__search=fox', '1 2 3'],
        ['/plain/book/?words__search!=volume&id__lt=10', '1 2 3 4 5'], ['/plain/book/?title__search!=fox&id__lt=10', '1 3 4 5'],
        ['/plain/book/?filters=~(title__search%3Dfox)%26(id__lt%3D10)', '1 3 4 5'],
        ['/english/book/?title__search=fox', '1 2'], ['/english/book/?title__search=running%20fox', '1'], ['/english/book/?title__search!=fox&id__lt=10', '3 4 5'],
        ['/english/book/?words__search=mats%20fat', '4 5'], ['/english/book/?search=cat', '4 5'], ['/english/book/?search=shoe&id__lt=10', '1 2 4'],
        ['/mixed/book/?title__search=fox', '1 2'], ['/mixed/book/?shelf__name__search=shoes&id__lt=10', '1 2 4'], ['/mixed/book/?shelf__name__search=shoe', ''],
        ['/phrase/book/?words__search=fat%20cat', '4'], ['/phrase/book/?words__search=cat%20fat', ''],
        ['/web/book/?words__search=' . encode('fox -brown'), '3'], ['/web/book/?words__search=' . encode('"running fox" or mats'), '1 4 5'],
        ['/web/book/?words__search=' . encode(q{"unfinished ' & | !( <->}), ''], ['/mine/book/?title__search=foxes', '1'], ['/mine/book/?title__search=fox', '2'],
        ['/simply/book/?title__search=' . encode('foxes or fox'), '1 2'], ['/plain/book/?words__icontains=mat&id__lt=10', '4 5'],
        ['/plain/book/?words__isnull=true', '']);
    # Best first: PostgreSQL itself says which.
    my $best = sub {
        my ($rank, $where, $limit) = @_;
        return join ' ', split /\n/, $cluster->sql($data, "SELECT id FROM book WHERE $where ORDER BY $rank DESC, id LIMIT $limit");
    };
    my $rank = sub { return join ' + ', map { "coalesce(ts_rank($_, websearch_to_tsquery('english', '$_[0]')), 0)" } "to_tsvector('english', title)", "to_tsvector('english', blurb)", 'words' };
    my $volumes = 'id BETWEEN 199 AND 201';
    is $best->($rank->('volume'), $volumes, 9), '200 199 201', 'PostgreSQL ranks the rows';
    is $rows->('/ranked/book/?search=volume&id__gte=199&id__lte=201&ordering=-relevance'), '200 199 201', 'best first';
    is $rows->('/ranked/book/?search=volume&id__gte=199&id__lte=201&ordering=relevance,-id'), '201 199 200', 'the other way round';
    my $brown = $best->(q{coalesce(ts_rank(words, websearch_to_tsquery('english', 'fox or brown')), 0)}, q{id < 10 AND words @@ websearch_to_tsquery('english', 'fox or brown')}, 9);
    is $rows->('/ranked/book/?id__lt=10&ordering=-relevance&words__search=' . encode('fox or brown')), $brown, 'by the rank of a filter';
    is $rows->('/ranked/book/?id__gte=199&id__lte=201&ordering=-relevance&title__search=volume'), '200 199 201', 'of another filter';
    is $rows->('/ranked/book/?id__lt=6&ordering=-relevance,-id'), '5 4 3 2 1', 'without a search the rank sorts nothing';
    is $rows->('/ranked/book/?id__lt=6&ordering=-relevance'), '1 2 3 4 5', 'then the default holds';
    is $rows->('/ranked/book/?id__lt=6&ordering=-relevance&title__search!=fox'), '3 4 5', 'what is negated has no rank';
    is $rows->('/english/book/?search=cat&id__lt=10&ordering=-relevance'), '4 5', 'without the option there is no such name';
    like $client->get('/english/book/?ordering=relevance', Prefer => 'handling=strict')->{body}, qr/'relevance' cannot be sorted by/, 'strictly that is an error';
    my @paged;
    for (my $path = '/ranked_pages/book/?ordering=-relevance&words__search=' . encode('volume or filler') . '&id__gte=199&id__lte=201'; $path;) {
        my $page = $client->get($path)->{json};
        push @paged, map { $_->{id} } @{ $page->{results} };
        $path = $page->{next} && $page->{next} =~ s{^https?://[^/]+}{}r;
    }
    is "@paged", '200 199 201', 'cursor pages follow the rank';
    my ($ordering) = grep { ($_->{name} // '') eq 'ordering' } @{ $client->get('/ranked/openapi.json')->{json}{paths}{'/book/'}{get}{parameters} };
    like JSON::PP::encode_json($ordering), qr/relevance/, 'openapi.json has it';
    is $client->status('/clash/book/'), 503, 'a name that is taken';
    is $client->status('/wrong/book/'), 503, 'a configuration that PostgreSQL does not have';
    is $client->status('/closed/book/'), 503, 'or one that the role may not use';
    is $client->status('/english/book/?words__search=cat', Prefer => 'handling=strict'), 200, 'strictly, too';
    my %known = map { ($_->{name} // '') => 1 } @{ $client->get('/english/openapi.json')->{json}{paths}{'/book/'}{get}{parameters} };
    ok $known{$_}, "openapi.json has $_" for qw(title__search words__search words__icontains);
    like $client->get('/english/book/?page_size=1', Accept => 'text/html')->{body}, qr/has the words/, 'the form offers it';
    $httpd->stop;
}
$cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
