# Rows without a key that the client sees: their order and their cursors tell only what is shown, and paging visits each row once.
use strict;
use warnings;
use List::Util qw(min);
use MIME::Base64 qw(decode_base64);
use Site::Test;
use Test::More;

my $data = 'keyless';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
cluster->sql($data, <<'SQL');
CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL, public boolean NOT NULL);
INSERT INTO person VALUES (7001, 'Ada', true), (7002, 'Bob', false), (7003, 'Cyd', false), (7004, 'Dan', true), (7005, 'Eve', false);
CREATE TABLE visit (salary int, color text, size numeric, data json, password text, person_id int REFERENCES person);
INSERT INTO visit SELECT CASE WHEN n % 2 = 0 THEN 5000 - n ELSE 4000 + n END, nullif((ARRAY['red', 'blue', 'blue', ''])[n % 4 + 1], ''),
    CASE WHEN n % 3 = 0 THEN 1.5 ELSE 1.50 END, CASE WHEN n % 5 = 0 THEN '{"a": 1}' WHEN n % 5 = 1 THEN '{"a":1}' END::json, 'hush' || n, 7001 + n % 5
    FROM generate_series(1, 90) AS n;
CREATE VIEW visits AS SELECT * FROM visit;
CREATE TABLE seat (row int, hall int, name text, PRIMARY KEY (hall, row));
INSERT INTO seat SELECT 4000 + 37 * n % 100, n % 3, (ARRAY['left', 'right'])[n % 2 + 1] FROM generate_series(1, 60) AS n;
CREATE TABLE ticket (id int PRIMARY KEY, hall int, row int, FOREIGN KEY (hall, row) REFERENCES seat);
INSERT INTO ticket SELECT n, n % 3, 4000 + 37 * n % 100 FROM generate_series(1, 60, 7) AS n;
CREATE TABLE friend (one_id int REFERENCES person, other_id int REFERENCES person, PRIMARY KEY (one_id, other_id));
INSERT INTO friend SELECT a.id, b.id FROM person a, person b WHERE a.id <> b.id;
CREATE TABLE coin (id int PRIMARY KEY, year int NOT NULL UNIQUE);
INSERT INTO coin SELECT 4000 + 17 * n % 40, 1900 + n FROM generate_series(1, 20) AS n;
CREATE TABLE blank (password text);
INSERT INTO blank SELECT 'hush' || n FROM generate_series(1, 9) AS n;
CREATE TABLE wide (password text);
INSERT INTO wide SELECT 'hush' || n FROM generate_series(1, 12) AS n;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO site;
SQL
cluster->sql($data, join '', map { "ALTER TABLE wide ADD c$_ int DEFAULT 0;\n" } 1 .. 40);
cluster->sql($data, "UPDATE wide SET c40 = right(password, 1)::int % 5");

my $httpd = new_httpd('keyless', database => cluster->conninfo($data), site => new_site('keyless'), config => <<'CONF');
<Location "/rows">
    SetHandler site
    Require all granted
    SiteSchema public
    SitePagination cursor size=7 max=1000
    <SiteResource people>
        SiteTable person
        SiteWhere public=true
    </SiteResource>
    <SiteResource visit>
        SiteHide salary
        SiteRelation person target=people
    </SiteResource>
    <SiteResource visits>
        SiteHide salary person_id
        SiteDefaultOrdering -color
    </SiteResource>
    <SiteResource sizes>
        SiteTable visit
        SiteAttributes size data
        SiteLookups * none
        SiteRelation person target=people filter=none show=none
    </SiteResource>
    <SiteResource seat>
        SiteHide row
        SiteRelation tickets target=ticket reverse show=key
    </SiteResource>
    <SiteResource friend>
        SiteRelation one target=people
        SiteRelation other target=people
    </SiteResource>
    <SiteResource coin>
        SiteHide id
        SiteKey year
    </SiteResource>
</Location>
CONF
$httpd->start;
my $client = $httpd->client;
my $base = 'http://127.0.0.1:' . $httpd->port;

my @leaks;

# The rows of an answer, as they are written.
sub rows_of {
    my ($answer) = @_;
    return map { my $row = $_; join ' ', map { my $value = ref $row->{$_} ? JSON::PP->new->canonical->encode($row->{$_}) : $row->{$_} // 'null'; "$_=$value" } sort keys %$row }
        @{ $answer->{json}{results} };
}

sub walk {
    my ($path, $by) = @_;
    my (@pages, $last);
    while (defined $path && @pages < 100) {
        my $answer = $client->get($path);
        return ["status $answer->{status} of $path"] if $answer->{status} != 200;
        my ($cursor) = $path =~ /cursor=([^&]*)/;
        my $told = decode_base64(($cursor // '') =~ s/%([0-9A-F]{2})/chr hex $1/ger);
        push @leaks, "$path: $told" if $told =~ /\bp=(?:hush\w*|4\d\d\d|700[235])(?:&|$)/;
        push @pages, [rows_of($answer)];
        ($last, $path) = ($path, $answer->{json}{$by});
        $path =~ s/^\Q$base\E// if defined $path;
    }
    return (\@pages, $last);
}

# Every page of every size, there, and back from each page: the rows are those of one page that holds all of them.
sub whole {
    my ($name, $query, @sizes) = @_;
    my @all = rows_of($client->get("/rows/$name/?page_size=1000&$query"));
    for my $size (@sizes) {
        my ($pages, $last) = walk("/rows/$name/?page_size=$size&$query", 'next');
        is_deeply [map { @$_ } @$pages], \@all, "$name by '$query', $size a page: all pages are the list";
        my ($back) = walk($last, 'previous');
        is_deeply [map { @$_ } reverse @$back], \@all, '... and back again';
        # Turning round in the middle: the page before the third one is the second one, and the page behind that the third.
        next if @$pages < 4;
        my $third = $client->get(walk_to("/rows/$name/?page_size=$size&$query", 'next', 'next'))->{json};
        my $second = $client->get($third->{previous} =~ s/^\Q$base\E//r);
        is_deeply [rows_of($second)], $pages->[1], '... one page back';
        my $again = $client->get($second->{json}{next} =~ s/^\Q$base\E//r);
        is_deeply [rows_of($again)], $pages->[2], '... and forward again';
        my $first = $client->get($second->{json}{previous} =~ s/^\Q$base\E//r);
        is_deeply [rows_of($first)], $pages->[0], '... and to the beginning';
        # From the end.
        my ($end) = walk("/rows/$name/?page_size=$size&$query&cursor=cj0x", 'previous');
        is_deeply [map { @$_ } reverse @$end], \@all, '... and all pages from the end';
        my $before = $client->get(walk_to("/rows/$name/?page_size=$size&$query&cursor=cj0x", 'previous', 'previous', 'next'));
        is_deeply [rows_of($before)], $end->[1], '... where a page has a next one';
    }
    return @all;
}

sub walk_to {
    my ($path, @by) = @_;
    $path = $client->get($path)->{json}{$_} =~ s/^\Q$base\E//r for @by;
    return $path;
}

is scalar(whole('visit', '', 1, 2, 7, 50)), 90, 'a table without a key, with a hidden column';
whole('visit', $_, 4) for 'ordering=-size', 'ordering=person', 'color=blue', 'ordering=-color,person';
my @visits = whole('visits', '', 2, 5);
is scalar(@visits), 90, 'a view';
is_deeply [map { /color=(\w+)/ } @visits[0, 60, 89]], ['null', 'blue', 'blue'], '... by its own order';
is scalar(my @sizes = whole('sizes', '', 4)), 90, 'attributes of which none differs enough';
is_deeply [sort keys %{{ map { /size=(\S+)/ => 1 } @sizes }}], ['1.5', '1.50'], '... equal numbers that look different';
my @seats = whole('seat', '', 2, 3);
is scalar(@seats), 60, 'a composite key with a hidden column';
is_deeply [sort { $a cmp $b } map { /hall=(\d)/ } @seats], [map { /hall=(\d)/ } @seats], '... is sorted by what is left of the key';
my @friends = whole('friend', '', 3, 4);
is scalar(@friends), 20, 'a composite key of references that SiteWhere hides';
is_deeply [map { /one=(\w+)/ } @friends[0, 7, 8, 19]], [qw(7001 7004 null null)], '... which come last, as if they were null';
is scalar(whole('blank', '', 2)), 9, 'rows that show nothing';
is scalar(whole('wide', '', 3)), 12, 'more columns than are sorted by';
my @coins = whole('coin', '', 6);
is_deeply [map { /year=(\d+)/ } @coins], [1901 .. 1920], 'a key that is hidden is none: another key orders the rows';

is_deeply [@leaks ? @leaks[0 .. min(4, $#leaks)] : ()], [], 'no cursor tells what is hidden';

# The order does not tell the hidden values: with others it is the same.
my %before = map { my $name = $_; map { ("$name?$_" => $client->get("/rows/$name/?$_")->{body}) } '', 'ordering=name', 'ordering=color', 'cursor=cj0x' } qw(visit visits sizes seat coin blank wide);
cluster->sql($data, "UPDATE visit SET salary = 9000 - salary, password = 'hush' || 9000 - salary",
    "UPDATE visit SET person_id = CASE person_id WHEN 7002 THEN 7005 WHEN 7005 THEN 7003 ELSE 7002 END WHERE person_id IN (7002, 7003, 7005)",
    'ALTER TABLE ticket DROP CONSTRAINT ticket_hall_row_fkey', 'UPDATE seat SET row = 9000 - row', 'UPDATE ticket SET row = 9000 - row',
    'UPDATE coin SET id = -id', "UPDATE blank SET password = reverse(password)", "UPDATE wide SET password = reverse(password)");
is $client->get("/rows/" . s/\?/\/?/r)->{body}, $before{$_}, "$_ is the same with other hidden values" for sort keys %before;

$httpd->stop;
cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
