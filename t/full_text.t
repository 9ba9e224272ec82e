# Full text: SiteTextSearch names the configuration, as a constant, so that an index on to_tsvector('english', x) is used; columns of
# type tsvector can be searched; and a client's words are read as a directive says. Without the directive, as ever.
use strict;
use warnings;
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
    simply => 'Off syntax=websearch', wrong => 'klingon', closed => 'closed.hidden');
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
    $httpd->expect_log(qr/SITE007[13]: .*SiteTextSearch: PostgreSQL has no text search configuration '(?:klingon|closed\.hidden)'/);
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
