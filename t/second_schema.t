# A differently shaped database (t/schema/second.sql), served with one directive: names, types, keys and relations of all
# sorts, and no answer that is a server's failure.
use strict;
use warnings;
use utf8;
use JSON::PP ();
use MIME::Base64 qw(encode_base64);
use Site::Test;
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output);
cluster->sql('postgres', 'DROP DATABASE IF EXISTS second WITH (FORCE)', 'CREATE DATABASE second');
cluster->load('second', root . '/t/schema/second.sql');
cluster->sql('second', 'GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shop TO site',
    'GRANT USAGE ON ALL SEQUENCES IN SCHEMA shop TO site');
my $users = setting('users');
my $httpd = new_httpd('second', database => cluster->conninfo('second'), site => new_site('second'), config => <<"CONF");
<Location "/shop">
    Require all granted
    SetHandler site
    SiteSchema shop
</Location>
<Location "/desk">
    SetHandler site
    SiteSchema shop
    SiteMethods GET POST PUT PATCH DELETE OPTIONS
    SiteBasicProvider file
    AuthUserFile $users/passwords
    Require all granted
</Location>
CONF
$httpd->start;
my $client = $httpd->client;
my $base = 'http://127.0.0.1:' . $httpd->port;

sub encode {
    my ($text) = @_;
    utf8::encode($text);
    return $text =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ger;
}

sub list {
    my ($resource, @query) = @_;
    my @pairs;
    push @pairs, encode(shift @query) . '=' . encode(shift @query) while @query;
    return $client->get('/shop/' . encode($resource) . '/?' . join '&', @pairs);
}

# How many rows a filter finds; what it was instead when it is not a list.
sub count {
    my $answer = list(@_);
    return $answer->{status} == 200 ? $answer->{json}{count} : "$answer->{status} $answer->{body}";
}

sub table_of { my ($resource) = @_; return 'shop."' . $resource =~ s/"/""/gr . '"' }

# --- the root, lists, and every row by its own address -------------------------------------------------------------------
my $root = $client->get('/shop/')->{json};
my @names = split /\n/, cluster->sql('second', <<'SQL');
SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = 'shop' AND relkind IN ('r', 'v', 'm', 'p') AND NOT relispartition ORDER BY 1
SQL
utf8::decode($_) for @names;
is_deeply [sort keys %$root], [sort @names], 'every table and view of the schema is a resource';

my (%row, $rows, @lost);
for my $name (@names) {
    my $answer = $client->get($root->{$name} =~ s/^\Q$base\E//r);
    is $answer->{status}, 200, "$name is listed";
    my $list = $answer->{json};
    is $list->{count}, cluster->sql('second', 'SELECT count(*) FROM ' . table_of($name)), "$name: every row is counted";
    is scalar @{ $list->{results} }, $list->{count}, "$name: and shown";
    $row{$name} = $list->{results}[0];
    for my $row (@{ $list->{results} }) {
        # '.' and '..' are no names in any address; a column called url is no address.
        next if ($row->{url} // '') !~ m{^\Q$base\E} || $row->{url} =~ m{/(?:%2E){1,2}/$};
        my $one = $client->get($row->{url} =~ s/^\Q$base\E//r);
        $rows++;
        push @lost, "$row->{url}: $one->{status}"
            if $one->{status} != 200 || JSON::PP->new->canonical->encode($one->{json}) ne JSON::PP->new->canonical->encode($row);
    }
}
cmp_ok $rows, '>', 60, 'rows have addresses';
is_deeply \@lost, [], 'and each address gives its row back';
ok !exists $row{keyless}{url}, 'a table without a key has no addresses';
ok !exists $row{'Happy View'}{url}, 'nor has a view';
is $client->status('/shop/keyless/1/'), 404, 'and nothing is there';
is $row{reserved}{url}, 'http://x/', 'a column called url keeps its name';

# --- keys -----------------------------------------------------------------------------------------------------------------
is $client->status("/shop/Text%20Key/$_/"), 200, "key $_"
    for 'a%2Fb', 'a%2fb', 'a.b', 'a%2Eb', '100%25', 'a%20b', '%5A%C3%BCrich', '%252F', 'a%2F%2Fb%2F', '%22q%22%27s', '~', '%7E';
is $client->get('/shop/Text%20Key/plain.json')->{json}{'The Key'}, 'plain', 'a suffix is a format';
is $client->get('/shop/Text%20Key/a%2Ejson/')->{json}{'The Key'}, 'a.json', 'an encoded dot belongs to the key';
is $client->get('/shop/table.json/')->{json}{results}[0]{id}, 1, 'a table called like another with a suffix';
is $client->get('/shop/by_number/1.50/')->{json}{word}, 'one and a half', 'a number has a dot of its own';
is $client->status("/shop/$_/"), 404, "$_ is nobody's key"
    for qw(by_array/x by_bytes/x by_bool/x by_char/xxxx by_date/x by_date/2024-02-30 by_domain/abc by_enum/x by_float/x by_inet/x
    by_money/x by_number/x by_range/x by_span/x by_time/x by_uuid/x person/x person/1%2F2 person/99999999999999999999 Text%20Key/%FF);

# --- filters: values of every type, as they are shown -----------------------------------------------------------------------
is count('every_type', @$_[0, 1]), $_->[2], "every_type: $_->[0]=$_->[1]" for (
    ['b', 'true', 2], ['b__isnull', 'true', 1], ['i2__lt', '0', 1], ['i4__gte', '2', 2], ['i8', '9223372036854775807', 1],
    ['i2', '99999999999999999999', 0], ['i2__lt', '99999999999999999999', 3], ['f4', '1.5', 1], ['f8__gt', '1', 1], ['n', '12345.6789', 1],
    ['n_scaled', '1.5', 1], ['n_scaled__lt', '0', 1], ['n_negative', '12300', 1], ['cash', '12.34', 1], ['cash__gt', '$0', 2],
    ['t__contains', '"text"', 1], ['t', "line\nbreak\ttab", 1], ['vc__istartswith', 'VCH', 1], ['vc', 'äöü', 1], ['c', 'ab', 1], ['c', 'ab   ', 1],
    ['c__startswith', 'a', 1], ['single', 'q', 1], ['nm', 'a_name', 1], ['d', '2024-02-29', 1], ['d__year', '2024', 1], ['d__year__lt', '2024', 1],
    ['d__gt', '2024-02-29', 1], ['tm', '12:34:56.789', 1], ['tm__hour', '12', 1], ['tm_zoned', '12:34:56+02', 1], ['ts', '2024-02-29T12:34:56', 1],
    ['ts__date', '2024-02-29', 1], ['ts_zoned', '2024-02-29T12:34:56.5Z', 1], ['ts_zoned', '2024-02-29T13:34:56.5+01:00', 1],
    ['ts_zoned__year', '2024', 1], ['ts_zoned__date__gte', '2024-02-29', 3], ['span__gt', '1:00', 2],
    ['u', '00000000000000000000000000000001', 1], ['u__in', '00000000-0000-0000-0000-000000000001,ffffffff-ffff-ffff-ffff-ffffffffffff', 2],
    ['j', '{"a":[1,2],"b":1}', 1], ['jb__contains', '{"b":1}', 1], ['jb__has_key', 'a', 1], ['bin__isnull', 'true', 1], ['addr', '192.168.0.1/24', 1],
    ['addr__startswith', '192.168', 1], ['net', '10.0.0.0/8', 1], ['mac', '08:00:2b:01:02:03', 1], ['mac', '08002b:010203', 1], ['bits', '1010', 1],
    ['var_bits', '101', 1], ['o', '42', 1], ['o__gt', '2147483647', 1], ['x__contains', '<a', 1], ['spot__contains', '1,2', 1], ['r_int', '[1,4]', 1],
    ['r_int__isnull', 'false', 3], ['r_own', '[1.5,2.5]', 1], ['multi', '{[1,3),[5,7)}', 1], ['e', 'so so', 1], ['e__gt', 'sad', 2], ['e__in', 'sad,so so', 2],
    ['dom', '9.99', 1], ['dom__gte', '9.99', 2], ['dom_moods__contains', 'sad', 1], ['a_int', '1,2,3', 1], ['a_int__contains', '2', 1],
    ['a_int__len', '3', 1], ['a_int__overlap', '3,4', 1], ['a_text__contains', 'b c', 1], ['a_date__contains', '2024-03-01', 1],
    ['a_mood__contains', 'sad', 1], ['a_num__contains', '2.25', 1], ['made', '1', 1], ['made__isnull', 'true', 1], ['comp__contains', 'three', 1],
    ['folded', 'x', 4]);
if ($root->{folded}) {
    is count('folded', 'email', 'ANN@EXAMPLE.COM'), 1, 'citext is compared without case';
    is count('folded', 'email__contains', 'example'), 2, 'and matched so';
    is $client->status('/shop/folded/ann@example.com/'), 200, 'and so it is a key';
}
is list('every_type', 'e', 'angry')->{status}, 400, 'an unknown label is refused';
for my $wrong (['cash', 'x'], ['bits', '12'], ['r_int', 'x'], ['mac', 'x'], ['tm_zoned', 'x'], ['a_int', 'x'], ['a_mood__contains', 'x'], ['multi', '(']) {
    my $answer = list('every_type', @$wrong);
    is $answer->{status}, 400, "$wrong->[0]=$wrong->[1] is refused";
    ok ref $answer->{json} eq 'HASH' && exists $answer->{json}{ $wrong->[0] }, 'and the answer names the parameter';
}

# --- names that mean something else ----------------------------------------------------------------------------------------
is count('reserved', @$_[0, 1]), $_->[2], "reserved: $_->[0]=$_->[1]" for (
    ['page__exact', '10', 1], ['page__gt', '10', 1], ['order', '2', 1], ['format__exact', 'json', 1], ['search__exact', 's', 1], ['ordering__exact', 'o', 1],
    ['filters__exact', 'f', 1], ['page_size__exact', '3', 1], ['limit', '2', 1], ['user', 'u', 1], ['url', 'http://x/', 1], ['name', 'n', 1],
    ['name__in', 'ni', 1], ['name__in__in', 'ni,nj', 2], ['name__', 'n2', 1], ['__proto__', 'p', 1], ['in', '1', 1], ['exact', '2', 1], ['select', '3', 1],
    ['x!', '4', 1], ['x!!', '4', 1], ['a=b', '5', 1], ['a&b', '6', 1], ['ünï', '7', 1], ['ünï__in', '7,17', 2]);
is count('Text Key', 'Größe__lte', '2'), 2, 'a column with an umlaut';
is count('Text Key', 'a.b', 'x'), 1, 'a column with a dot';
is count('Text Key', 'Quo"te', 'y'), 1, 'a column with a quote';
is count('CamelCase', 'someColumn__startswith', 'ca'), 1, 'a column of mixed case';
is count('CamelCase', 'somecolumn', 'nothing'), 1, 'names are compared exactly';
is count('Happy View', 'Who Is It', 'Ann'), 1, 'a view, a column with spaces';

# --- relations, both ways ---------------------------------------------------------------------------------------------------
is count(@$_[0, 1, 2]), $_->[3], "$_->[0]: $_->[1]=$_->[2]" for (
    ['letter', 'sender', '1', 2], ['letter', 'sender__name', 'Ann', 2], ['letter', 'receiver__name', 'Ann', 1], ['letter', 'receiver__isnull', 'true', 1],
    ['letter', 'sender__boss__name', 'Bob', 1], ['letter', 'sender__home__mayor__name', 'Ann', 1], ['person', 'letter_by_sender__words', 'hm', 1],
    ['person', 'letter_by_receiver__words__startswith', 'hello', 2], ['person', 'letter_by_sender', '1', 1], ['person', 'boss', '1', 2],
    ['person', 'boss__boss__name', 'Ann', 3], ['person', 'person_by_boss__name', 'Cy', 1], ['person', 'place', '1', 1], ['person', 'place__title', 'Nowhere', 2],
    ['place', 'person', '2', 2], ['place', 'mayor__home__title', 'There', 0], ['Child', 'parent__Größe', '2', 1], ['Child', 'parent', 'a/b', 1],
    ['Child', 'parent__in', 'a/b,100%', 2], ['Child', 'PaReNt 2__Größe__gt', '1', 2], ['seat', 'flight__price__gt', '90', 2],
    ['seat', 'flight__price__isnull', 'true', 1], ['flight', 'seat__label', '1A', 1], ['points_at_unique', 'code', 'k1', 1],
    ['points_at_unique', 'code__word', 'something', 1], ['points_at_unique', 'title__mayor__name', 'Ann', 1]);
# Every relation has `isnull`: whether there is a related row, which SQL says for each way that a relation goes.
for (['person', 'letter_by_sender', 'EXISTS (SELECT 1 FROM shop.letter WHERE sender_id = x.id)'],
    ['person', 'boss', 'x.boss IS NOT NULL'], ['person', 'person_by_boss', 'EXISTS (SELECT 1 FROM shop.person p WHERE p.boss = x.id)'],
    ['person', 'place', 'EXISTS (SELECT 1 FROM shop.pure_join WHERE person_id = x.id)'],
    ['Text Key', 'Child_by_parent', 'EXISTS (SELECT 1 FROM shop."Child" WHERE parent = x."The Key")'],
    ['flight', 'seat', 'EXISTS (SELECT 1 FROM shop.seat s WHERE (s.airline, s.number, s.day) = (x.airline, x.number, x.day))'],
    ['person', 'boss__person_by_boss', 'x.boss IS NOT NULL'],
    ['letter', 'sender__letter_by_receiver', 'EXISTS (SELECT 1 FROM shop.letter l WHERE l.receiver_id = x.sender_id)']) {
    my ($name, $relation, $holds) = @$_;
    my $there = cluster->sql('second', 'SELECT count(*) FROM ' . table_of($name) . " x WHERE $holds");
    my $all = cluster->sql('second', 'SELECT count(*) FROM ' . table_of($name));
    is count($name, "${relation}__isnull", 'false'), $there, "$name: ${relation}__isnull=false";
    is count($name, "${relation}__isnull!", 'true'), $there, "$name: ${relation}__isnull!=true";
    next if $relation =~ /__/;
    is count($name, "${relation}__isnull", 'true'), $all - $there, "$name: ${relation}__isnull=true";
    is count($name, 'filters', "~(${relation}__isnull%3Dfalse)"), $all - $there, "$name: in an expression";
}
my %all_keys = (u => 'b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4', d => '2024-02-29', t => '2024-02-29T12:34:56.5Z', e => 'so so', n => '1.5', i => '10.0.0.1',
    c => 'a', f => '1.5', b => 'true', m => '12.34', s => '1 02:00:00', r => '[1,5)', k => 'ABC');
is count('refers_all', $_, $all_keys{$_}), 1, "refers_all: $_ = $all_keys{$_}" for sort keys %all_keys;
is list('refers_all', $_, 'zzz')->{status}, 400, "refers_all: $_ = zzz is refused" for qw(u d t e n i f m r k);

# --- ordering ---------------------------------------------------------------------------------------------------------------
is_deeply [map { $_->{Größe} } @{ list('Text Key', 'ordering', '-Größe')->{json}{results} }], [reverse 1 .. 28], 'ordered by a column with an umlaut';
is_deeply [map { $_->{id} } @{ list('reserved', 'ordering', '-order')->{json}{results} }], [2, 1], 'ordered by a column called order';
is_deeply [map { $_->{e} } @{ list('every_type', 'ordering', 'e')->{json}{results} }], ['sad', 'so so', 'Happy, very', undef], 'an enum has its own order';

# --- no lookup, on no attribute, with no value, is the server's failure -------------------------------------------------------
my @lookups = ('', map { "__$_" } qw(exact iexact gt gte lt lte in contains icontains startswith istartswith endswith iendswith range isnull
    regex iregex search contained_by overlap has_key has_keys has_any_keys len len__gt len__in year month day week_day iso_week_day week iso_year
    quarter hour minute second date time year__gte year__in year__range date__year date__gte date__in time__hour time__range));
my @values = ('1', 'a', "\0", '[1,2)');
my ($asked, @failed) = 0;
for my $name (@names) {
    my @columns = split /\n/, cluster->sql('second', 'SELECT attname FROM pg_attribute WHERE attrelid = '
            . "'" . table_of($name) =~ s/'/''/gr . "'::regclass AND attnum > 0 AND NOT attisdropped");
    utf8::decode($_) for @columns;
    my $path = '/shop/' . encode($name) . '/?page_size=1&';
    for my $column (@columns) {
        for my $lookup (@lookups) {
            for my $value ($name eq 'every_type' ? @values : $values[$asked % @values]) {
                my $bang = ++$asked % 3 ? '' : '!';
                my $query = encode($column) . $lookup . $bang . '=' . encode($value);
                my $answer = $client->send_request('GET', $path . $query);
                next if $answer->{status} == 200 && $asked % 20;
                push @failed, "$name $query: $answer->{status}"
                    if $answer->{status} !~ /^(?:200|400|404)$/ || !eval { JSON::PP::decode_json($answer->{content}); 1 };
            }
        }
        for my $sign ('', '-') {
            my $status = $client->status($path . 'ordering=' . encode($sign . $column));
            push @failed, "$name ordering=$sign$column: $status" if $status != 200;
        }
    }
}
cmp_ok $asked, '>', 5000, 'many lookups were asked for';
is_deeply [@failed > 20 ? @failed[0 .. 19] : @failed], [], 'every answer is a list or a clear refusal';

# --- what may be written, told and tried ---------------------------------------------------------------------------------------
my %editor = (Authorization => 'Basic ' . encode_base64('editor:editor-pw', ''));
is $client->status('/desk/openapi.json'), 200, 'all of it is described';
for my $name (@names) {
    my $path = '/desk/' . encode($name) . '/';
    my $told = $client->request('OPTIONS', $path, \%editor);
    is $told->{status}, 200, "$name tells of its fields";
    my $answer = $client->request('POST', $path, { %editor, 'Content-Type' => 'application/json' }, '{"nothing": "of it"}');
    like $answer->{status}, qr{^(?:201|400|405|409)$}, "$name: a row of nothing but defaults is made or refused";
}
my $told = $client->request('OPTIONS', '/desk/every_type/', \%editor)->{json}{actions}{POST};
is_deeply [map { $_->{value} } @{ $told->{a_mood}{child}{choices} }], ['sad', 'so so', 'Happy, very'], 'elements of an array have choices';
my $answer = $client->request('POST', '/desk/every_type/', { %editor, 'Content-Type' => 'application/json' }, '{"a_mood": ["sad", "glad"]}');
is_deeply $answer->{json}{a_mood}, { 1 => ['"glad" is not a valid choice.'] }, 'and no others are taken';
done_testing;
