# Range columns: the lookups that Django has for them, each against the same question in SQL; what is malformed is refused by name.
use strict;
use warnings;
use Site::Test;
use Site::Test::Users qw(basic);
use JSON::PP;
use Test::More;

my $data = 'ranges';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
cluster->sql($data, <<'SQL');
CREATE TYPE word_range AS RANGE (subtype = text);
CREATE DOMAIN years AS int4range;
CREATE TABLE room (
  id int PRIMARY KEY, i int4range, n numrange, d daterange, t tstzrange, w word_range, y years, m int4multirange, a int4range[]
);
INSERT INTO room VALUES
  (1, '[1,5)', '[1.5,2.5]', '[2024-01-01,2024-02-01)', '[2024-01-01 00:00+00,2024-01-02 00:00+00)', '[a,"b,c"]', '[1,5)', '{[1,3),[5,7)}', '{"[1,5)"}'),
  (2, '[5,9)', '(2.5,)', '[2024-02-01,2024-03-01)', '[2024-06-01 00:00+00,)', '[b,c)', '[5,9)', '{[3,5)}', '{"[1,5)","[7,9)"}'),
  (3, '(,3)', '(,1]', '(,2024-01-01)', '(,2023-01-01 00:00+00)', '(,)', '(,3)', '{(,0)}', '{}'),
  (4, 'empty', 'empty', 'empty', 'empty', 'empty', 'empty', '{}', '{empty}'),
  (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (6, '[2,3)', '[2,2]', '[2024-01-10,2024-01-20)', '[2024-01-01 06:00+00,2024-01-01 07:00+00)', '[aa,ab]', '[2,3)', '{[2,3)}', '{"[2,3)"}');
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN place AS int CHECK (VALUE > 0) NOT NULL;
CREATE DOMAIN stay AS tstzrange;
CREATE DOMAIN local AS timestamp;
CREATE TYPE r4 AS RANGE (subtype = float4, multirange_type_name = m4);
CREATE TYPE bits AS RANGE (subtype = bit);
CREATE TYPE places AS RANGE (subtype = place);
CREATE TYPE locals AS RANGE (subtype = local);
CREATE TABLE odd (
  id int PRIMARY KEY, m email[], p place[], s stay[], l local[], f4 real[], b bit(3)[], c char(3)[], r r4, mr m4, br bits, pr places, lr locals, prs places[]
);
INSERT INTO odd VALUES
  (1, '{a@x,b@x}', '{1,2}', '{"[2024-01-01 00:00+00,2024-01-02 00:00+00)"}', '{2024-01-01 01:00}', '{1.5,2}', '{101,110}', '{ab,c}', '[1,3)', '{[1,3),[5,7)}',
    '[001,101]', '[1,5)', '[2024-01-01,2024-02-01)', '{"[1,5)"}'),
  (2, '{c@x}', '{3}', '{"[2024-06-01 00:00+00,)"}', '{2024-06-01 00:00}', '{0.02}', '{001}', '{xyz}', '[5,9)', '{[3,5)}', '[110,111]', '[5,9)', '[2024-06-01,)', '{"[5,9)"}'),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE VIEW broken AS SELECT id, m, (id - 2)::place AS p FROM odd;
CREATE INDEX odd_m ON odd USING gin (m);
GRANT SELECT ON room, broken TO site;
GRANT SELECT, INSERT, UPDATE ON odd TO site;
SQL
my $users = setting('users');
my $httpd = new_httpd('ranges', database => cluster->conninfo($data), site => new_site('ranges'), config => <<"CONF");
<Location "/hotel">
    SetHandler site
    Require all granted
    SiteSchema public
    SiteTimeZone Europe/Berlin
</Location>
<Location "/desk">
    SetHandler site
    SiteSchema public
    SiteMethods GET PATCH OPTIONS
    SiteBasicProvider file
    AuthUserFile $users/passwords
    AuthGroupFile $users/groups
    Require group editors
</Location>
<Location "/narrow">
    SetHandler site
    Require all granted
    SiteSchema public
    <SiteResource room>
        SiteTable room
        SiteLookups i overlap startswith__gte
        SiteWhere n__contains=2 d__isempty=false
    </SiteResource>
</Location>
CONF
$httpd->start;
my $client = $httpd->client;

sub change {
    my ($body) = @_;
    return $client->request('PATCH', '/desk/odd/3/', { basic('editor'), 'Content-Type' => 'application/json' }, JSON::PP->new->encode($body));
}

sub encode { my ($text) = @_; return $text =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ger }

sub asked {
    my ($name, $value, %headers) = @_;
    my $table = delete $headers{table} // 'room';
    my $answer = $client->get("/hotel/$table/?page_size=100&" . encode($name) . '=' . encode($value), %headers);
    return $answer->{status} == 200 ? join ' ', map { $_->{id} } @{ $answer->{json}{results} } : "$answer->{status} $answer->{body}";
}

# --- each lookup, and what it is in SQL ---------------------------------------------------------------------------------------
for (
    ['i__contains', '2', 'i @> 2'], ['i__contains', '[2,4)', q~i @> '[2,4)'::int4range~], ['i__contains', 'empty', q~i @> 'empty'::int4range~],
    ['i__contains!', '2', 'NOT (i @> 2) OR i IS NULL'], ['i__contained_by', '[1,6)', q~i <@ '[1,6)'::int4range~],
    ['i__overlap', '[4,6)', q~i && '[4,6)'::int4range~], ['i__overlap!', '[4,6)', q~NOT i && '[4,6)'::int4range OR i IS NULL~],
    ['i__fully_lt', '[5,6)', q~i << '[5,6)'::int4range~], ['i__fully_gt', '[2,3)', q~i >> '[2,3)'::int4range~],
    ['i__not_lt', '[2,3)', q~i &> '[2,3)'::int4range~], ['i__not_gt', '[2,5)', q~i &< '[2,5)'::int4range~],
    ['i__adjacent_to', '[5,9)', q~i -|- '[5,9)'::int4range~], ['i__startswith', '1', 'lower(i) = 1'], ['i__endswith', '5', 'upper(i) = 5'],
    ['i__startswith__gte', '2', 'lower(i) >= 2'], ['i__endswith__in', '3,9', 'upper(i) IN (3, 9)'], ['i__startswith__isnull', 'true', 'lower(i) IS NULL'],
    ['i__isempty', 'true', 'isempty(i)'], ['i__isempty', 'false', 'NOT isempty(i)'], ['i__isnull', 'true', 'i IS NULL'],
    ['i', '[1,4]', q~i = '[1,5)'~], ['i__gt', '[2,3)', q~i > '[2,3)'::int4range~], ['i__in', '[1,5),[2,3),empty', q~i IN ('[1,5)', '[2,3)', 'empty')~],
    ['i__range', '[1,5),[2,3)', q~i BETWEEN '[1,5)' AND '[2,3)'~], ['i__in', '(,3)', q~i = '(,3)'~], ['i__icontains', '5', q~i::text LIKE '%5%'~],
    ['n__contains', '2.5', 'n @> 2.5'], ['n__endswith__lt', '2.5', 'upper(n) < 2.5'], ['d__contains', '2024-01-15', q~d @> '2024-01-15'::date~],
    ['d__startswith__year', '2024', 'EXTRACT(year FROM lower(d)) = 2024'], ['d__startswith__month__gt', '1', 'EXTRACT(month FROM lower(d)) > 1'],
    ['d__overlap', '[2024-01-31,2024-02-02]', q~d && '[2024-01-31,2024-02-02]'::daterange~],
    ['t__contains', '2024-01-01T06:30:00Z', q~t @> '2024-01-01 06:30+00'::timestamptz~],
    ['t__contains', '2024-01-01 00:30', q~t @> '2023-12-31 23:30+00'::timestamptz~],
    ['t__startswith', '2024-01-01T01:00:00', q~lower(t) = '2024-01-01 00:00+00'~], ['t__startswith__date', '2024-01-01', q~(lower(t) AT TIME ZONE 'Europe/Berlin')::date = '2024-01-01'~],
    ['t__endswith__gt', '2024-01-01T07:00:00Z', q~upper(t) > '2024-01-01 07:00+00'~],
    ['w__contains', 'aa', q~w @> 'aa'::text~], ['w', '[a,"b,c"]', q~w = '[a,"b,c"]'~], ['w__in', '[a,"b,c"],[b,c)', q~w IN ('[a,"b,c"]', '[b,c)')~],
    ['w__startswith__startswith', 'a', q~lower(w) LIKE 'a%'~], ['y__contains', '2', 'y @> 2'], ['y__endswith', '9', 'upper(y) = 9'],
    ['m__contains', '6', 'm @> 6'], ['m__contains', '[1,2)', q~m @> '[1,2)'::int4range~], ['m__contains', '{[1,2),[5,6)}', q~m @> '{[1,2),[5,6)}'::int4multirange~],
    ['m__overlap', '[2,4)', q~m && '[2,4)'::int4range~], ['m__contained_by', '{[0,9)}', q~m <@ '{[0,9)}'::int4multirange~],
    ['m__adjacent_to', '[7,9)', q~m -|- '[7,9)'::int4range~], ['m__startswith', '3', 'lower(m) = 3'], ['m__isempty', 'true', 'isempty(m)'],
    ['m__in', '{[3,5)},{[1,3),[5,7)}', q~m IN ('{[3,5)}', '{[1,3),[5,7)}')~], ['m', '[3,5)', q~m = '{[3,5)}'~],
    ['a__contains', '[1,5),[7,9)', q~a @> '{"[1,5)","[7,9)"}'~], ['a__overlap', '[2,3)', q~a && '{"[2,3)"}'~]) {
    my ($name, $value, $sql) = @$_;
    my $rows = join ' ', split /\n/, cluster->sql($data, "SET TimeZone = 'Europe/Berlin'; SELECT id FROM room WHERE $sql ORDER BY id") =~ s/^SET\n//r;
    is asked($name, $value), $rows, "$name=$value: $sql";
    is asked($name, $value, Prefer => 'handling=strict'), $rows, 'strictly, too' unless $name =~ /!$/;
}
is asked('filters', '(i__contains%3D2)&~(i__overlap%3D[4,6%2529)'), '3 6', 'in an expression';

# --- what is wrong is said of its parameter -----------------------------------------------------------------------------------
for (['i__contains', '[1,2'], ['i__contains', 'x'], ['i__contains', '[x,2)'], ['i__overlap', '5'], ['i', 'x'], ['i__in', '[1,5),5'], ['i__fully_lt', '[1;5)'],
    ['i__contained_by', '[1,5))'], ['i__startswith', 'x'], ['m', '{[1,2)'], ['m__overlap', '{[1,2),}'], ['i__overlap', '[5,1)'], ['d__contains', '2024-02-30'],
    ['i__range', '[1,2)'], ['a__contains', '[1,5),x']) {
    my ($name, $value) = @$_;
    my $answer = $client->get('/hotel/room/?' . encode($name) . '=' . encode($value));
    is $answer->{status}, 400, "$name=$value is refused";
    is join(' ', keys %{ $answer->{json} }), $name, 'and the answer names the parameter';
    unlike $answer->{body}, qr/malformed|invalid input syntax|SQL|DETAIL/, 'in words of its own';
}
like $client->get('/hotel/room/?i__overlap=5')->{body}, qr/Enter a valid range, such as \[1,5\)\./, 'what would be right';
like $client->get('/hotel/room/?i__nope=5', Prefer => 'handling=strict')->{body}, qr/adjacent_to/, 'the lookups are suggested';

# --- elements and bounds whose type is a domain, or is compared as another type elsewhere -------------------------------------
for (
    ['m', 'a@x,b@x', q~m = '{a@x,b@x}'~], ['m__contains', 'a@x', q~m @> '{a@x}'~], ['m__overlap', 'a@x,c@x', q~m && '{a@x,c@x}'~],
    ['m__contained_by', 'c@x,d@x', q~m <@ '{c@x,d@x}'~], ['m__contains!', 'a@x', q~NOT m @> '{a@x}' OR m IS NULL~], ['m__len', '2', 'cardinality(m) = 2'],
    ['p', '1,2', q~p = '{1,2}'~], ['p__overlap', '2,3', q~p && '{2,3}'~], ['s__contains', '[2024-06-01T00:00Z,)', q~s @> '{"[2024-06-01 00:00+00,)"}'~],
    ['l__contains', '2024-01-01T00:00:00Z', q~l @> '{2024-01-01 01:00}'~], ['l__overlap', '2024-06-01 00:00', q~l && '{2024-06-01 00:00}'~],
    ['f4', '1.5,2', q~f4 = '{1.5,2}'~], ['f4__contains', '0.02', q~f4 @> '{0.02}'~], ['f4__overlap', '2,0.02', q~f4 && '{2,0.02}'~],
    ['b', '101,110', q~b = '{101,110}'~], ['b__overlap', '001', q~b && '{001}'~], ['b__contained_by', '101,110,111', q~b <@ '{101,110,111}'~],
    ['c__contains', 'c', q~c @> '{c}'~], ['c', 'xyz', q~c = '{xyz}'~],
    ['r__contains', '2', 'r @> 2::real'], ['r__contains', '[5,6)', q~r @> '[5,6)'::r4~], ['r__startswith', '5', 'lower(r) = 5'], ['r__overlap', '[2,6)', q~r && '[2,6)'::r4~],
    ['mr__contains', '4', 'mr @> 4::real'], ['mr__contains', '[1,2)', q~mr @> '[1,2)'::r4~], ['mr__overlap', '{[6,9)}', q~mr && '{[6,9)}'::m4~],
    ['br__contains', '011', q~br @> '011'::"bit"~], ['br__startswith', '110', q~lower(br) = '110'~],
    ['pr__contains', '3', 'pr @> 3::place'], ['pr__overlap', '[4,6)', q~pr && '[4,6)'::places~], ['pr', '[5,9)', q~pr = '[5,9)'~], ['pr__startswith', '0', 'lower(pr) = 0'],
    ['pr__endswith__in', '5,9', 'upper(pr) IN (5, 9)'], ['lr__contains', '2024-01-15T00:00:00Z', q~lr @> '2024-01-15 01:00'::local~],
    ['prs__contains', '[1,5)', q~prs @> '{"[1,5)"}'~]) {
    my ($name, $value, $sql) = @$_;
    my $rows = join ' ', split /\n/, cluster->sql($data, "SELECT id FROM odd WHERE $sql ORDER BY id");
    is asked($name, $value, table => 'odd'), $rows, "$name=$value: $sql";
}
for (['m__contains', 'plain'], ['m__overlap', 'a@x,plain'], ['p', '0,1'], ['p__overlap', '1,,2'], ['pr__contains', '0'], ['pr__overlap', '[0,5)'],
    ['pr', '[0,5)'], ['prs__contains', '[0,5)'], ['p__contains', '1.5'], ['f4__contains', '1e39'], ['b__contains', '102']) {
    my ($name, $value) = @$_;
    my $answer = $client->get('/hotel/odd/?id=1&' . encode($name) . '=' . encode($value));
    is $answer->{status}, 400, "$name=$value is refused";
    is join(' ', keys %{ $answer->{json} }), $name, 'and the answer names the parameter';
    unlike $answer->{body}, qr/violates|domain|malformed|invalid input syntax/, 'in words of its own';
}
is_deeply $client->get('/hotel/odd/?m__contains=plain')->{json}, { m__contains => ['This value is not allowed.'] }, 'what a domain does not take';
is $client->status('/hotel/odd/?m__contains=plain&m__overlap=a@x'), 400, 'beside another parameter of the domain, too';
is $client->status('/hotel/broken/?m__contains=a@x'), 500, 'a domain that a view breaks is not the fault of the parameter';
$httpd->expect_log(qr/SITE0110: error: 23514 value for domain public\.place/);
my $plan = cluster->sql($data, q~SET enable_seqscan = off; EXPLAIN SELECT * FROM odd WHERE m @> '{a@x}'::email[]~);
like $plan, qr/odd_m/, 'the comparison that is written can use an index of the column';
for (['m', [qw(d@x)]], ['p', [7]], ['f4', [2.5]], ['b', ['111']], ['r', '[2,4)'], ['mr', '{[2,4)}'], ['pr', '[2,4)'], ['prs', ['[2,4)']]) {
    my ($name, $value) = @$_;
    my $answer = change({ $name => $value });
    is $answer->{status}, 200, "$name can be written" or diag $answer->{body};
    is_deeply $answer->{json}{$name}, $value, 'and is kept';
}
for (['m', ['plain']], ['pr', '[0,4)'], ['prs', ['[0,4)']]) {
    my ($name, $value) = @$_;
    my $answer = change({ $name => $value });
    is $answer->{status}, 400, "$name with a value that its domain does not take is refused";
    is join(' ', keys %{ $answer->{json} }), $name, 'by name';
}

# --- documents and forms -----------------------------------------------------------------------------------------------------
my %known = map { ($_->{name} // '') => $_ } @{ $client->get('/hotel/openapi.json')->{json}{paths}{'/room/'}{get}{parameters} };
ok $known{$_}, "openapi.json has $_"
    for qw(i__contains i__contained_by i__overlap i__fully_lt i__fully_gt i__not_lt i__not_gt i__adjacent_to i__startswith i__endswith i__isempty i__startswith__gte);
is $known{i__startswith}{schema}{type}, 'number', 'a bound has its type';
is $known{i__isempty}{schema}{type}, 'boolean', 'as has emptiness';
is $known{i__fully_lt}{description}, 'i ends before this range begins', 'and words';
like $client->get('/hotel/room/', Accept => 'text/html')->{body}, qr/ends before/, 'the form offers them';
like $client->get('/hotel/room/?i__adjacent_to=[5,9)', Accept => 'text/html')->{body}, qr/is next to/, 'a page says what is asked';

# --- what a configuration says of them ------------------------------------------------------------------------------------------
is join(' ', map { $_->{id} } @{ $client->get('/narrow/room/')->{json}{results} }), '1 6', 'SiteWhere';
is join(' ', map { $_->{id} } @{ $client->get('/narrow/room/?i__startswith__gte=2')->{json}{results} }), '6', 'SiteLookups names one';
is $client->status('/narrow/room/?i__contains=2', Prefer => 'handling=strict'), 400, 'and leaves out another';
$httpd->stop;
done_testing;
