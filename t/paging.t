# Cursor pages are a keyset: whatever the ordering, NULLs and ties included, the
# pages forwards and backwards are the whole list, and a deep one costs no more
# than the first.
use strict;
use warnings;
use Site::Test;
use Test::More;
use Time::HiRes ();

my $cluster = cluster;
my $config = "<Location \"/cursor\">\n    SetHandler site\n    SiteSchema public\n    SitePagination cursor size=100 max=1000\n</Location>\n"
    . "<Location \"/whole\">\n    SetHandler site\n    SiteSchema public\n    SitePagination none\n</Location>\n";
# The same over relations.
$config .= <<"CONF" for ['rcursor', 'cursor size=100 max=1000'], ['rwhole', 'none'];
<Location "/$_->[0]">
    SetHandler site
    SitePagination $_->[1]
    <SiteResource star>
        SiteOrderings id name constellation__name spectral_class__color kind=spectral_class__code
        SiteSearch name constellation__name
    </SiteResource>
    <SiteResource observer>
        SiteOrderings name mentor__name mentor__mentor__joined
    </SiteResource>
    <SiteResource constellation>
    </SiteResource>
    <SiteResource spectral_class>
    </SiteResource>
</Location>
CONF
my $httpd = new_httpd('paging', database => $cluster->conninfo('sky'), config => $config)->start;
my $client = $httpd->client;
my $base = 'http://127.0.0.1:' . $httpd->port;

# Rows are wide, and Perl takes its time over JSON: what is compared is cut out.
sub body_of { my ($path) = @_; my $answer = $client->send_request('GET', $path); return $answer->{status} == 200 ? $answer->{content} : "$answer->{status} $path" }
sub keys_of { my ($body) = @_; return $body =~ /\{"url":"[^"]*","(?:id|code)":"?([^",]+)/g }

sub walk {
    my ($url, $direction, $most) = @_;
    my @pages;
    while (defined $url && !($most && @pages >= $most)) {
        my $body = body_of($url =~ s/^\Q$base\E//r);
        push @pages, { keys => [keys_of($body)], map { $_ => $body =~ /"$_":"([^"]+)"/ ? $1 : undef } qw(next previous) };
        $url = $pages[-1]{$direction};
    }
    return \@pages;
}

for my $case (['star', ''], ['star', 'magnitude'], ['star', '-hd'], ['star', 'color_index'], ['star', '-color_index,name'],
    ['star', 'multiple,-variable'], ['star', '-updated'], ['star', 'period'], ['star', 'extra'], ['observer', '-mentor,name'], ['spectral_class', '-color']) {
    my ($table, $ordering) = @$case;
    my @whole = keys_of(body_of("/whole/$table/?ordering=$ordering"));
    cmp_ok scalar(@whole), '>', 10, "$table by '$ordering': the list";
    my $forward = walk("/cursor/$table/?page_size=700&ordering=$ordering", 'next');
    is_deeply [map { @{ $_->{keys} } } @$forward], \@whole, "$table by '$ordering': all pages are the list";
    my $back = walk($forward->[-1]{previous}, 'previous');
    my @before = @whole[0 .. $#whole - @{ $forward->[-1]{keys} }];
    is_deeply [map { @{ $_->{keys} } } reverse @$back], \@before, 'and back again';
}

for my $case (['star', 'constellation__name'], ['star', '-constellation__name,name'], ['star', 'spectral_class__color,-name'], ['star', '-spectral_class__color'], ['star', 'kind,-name'],
    ['observer', 'mentor__name'], ['observer', '-mentor__name,-name'], ['observer', 'mentor__mentor__joined'], ['observer', '-mentor__mentor__joined,mentor__name']) {
    my ($table, $ordering) = @$case;
    my @whole = keys_of(body_of("/rwhole/$table/?ordering=$ordering"));
    cmp_ok scalar(@whole), '>', 10, "$table by '$ordering': the list";
    isnt join(' ', @whole), join(' ', sort { $a <=> $b } @whole), 'is ordered so';
    my $forward = walk("/rcursor/$table/?page_size=90&ordering=$ordering" =~ s/=90/$table eq 'star' ? '=700' : '=90'/er, 'next');
    is_deeply [map { @{ $_->{keys} } } @$forward], \@whole, "$table by '$ordering': all pages are the list";
    my $back = walk($forward->[-1]{previous}, 'previous');
    is_deeply [map { @{ $_->{keys} } } reverse @$back], [@whole[0 .. $#whole - @{ $forward->[-1]{keys} }]], 'and back again';
}

# A search over several fields, or an expression with `|`, is one operand of AND beside the place where a page begins.
my $match = sub { my ($word) = @_; "(s.name ILIKE '%$word%' OR c.name ILIKE '%$word%')" };
for my $case (['search=an', $match->('an')], ['search=an%20o', $match->('an') . ' AND ' . $match->('o')],
    ['filters=(id__lt%3D300)%7C(id__gt%3D8200)', '(s.id < 300 OR s.id > 8200)'],
    ['filters=(id__lt%3D700)%7C(constellation__name__startswith%3DC)&search=an', "(s.id < 700 OR c.name LIKE 'C%') AND " . $match->('an')]) {
    my ($query, $condition) = @$case;
    for my $order (['id', 's.id'], ['-name', 's.name DESC, s.id'], ['constellation__name', 'c.name, s.id']) {
        my @whole = split ' ', $cluster->sql('sky',
            "SELECT string_agg(s.id::text, ' ' ORDER BY $order->[1]) FROM star s LEFT JOIN constellation c ON c.id = s.constellation_id WHERE $condition");
        cmp_ok scalar(@whole), '>', 100, "$query by $order->[0]: what SQL finds";
        my $most = int(@whole / 4);
        my $forward = walk("/rcursor/star/?page_size=$most&ordering=$order->[0]&$query", 'next', 8);
        is join(' ', map { @{ $_->{keys} } } @$forward), "@whole", "$query by $order->[0]: all pages are what SQL finds";
        my $back = walk($forward->[-1]{previous}, 'previous', 8);
        is join(' ', map { @{ $_->{keys} } } reverse @$back), join(' ', @whole[0 .. $#whole - @{ $forward->[-1]{keys} }]), 'and back again';
    }
}

my $first = $client->get('/cursor/star/')->{json};
is_deeply [sort keys %$first], [qw(next previous results)], 'a keyset is not counted';
is $first->{previous}, undef, 'there is nothing before the first page';
# Garbage, Latin-1, an offset that is none, a signed place of nowhere, no base64 at all, a value of another type.
for my $cursor ('abc', 'w6k%3D', '%C3%A9', 'bz14', 'bz0tMQ%3D%3D', 'cj14', 'cz0wMDAwMDAwMCZwPTE%3D', '%00', 'x' x 3001, 'cD14') {
    my $answer = $client->get("/cursor/star/?cursor=$cursor");
    is $answer->{status}, 404, 'a cursor that is none: 404';
    is_deeply $answer->{json}, { detail => 'Invalid cursor' }, 'in the contract\'s words';
}
# A place among equals or NULLs is a row, and belongs to an ordering; any other is the first key's value alone, as the Django site says it.
my ($cursor) = body_of('/cursor/star/?ordering=extra&page_size=5') =~ /"next":"[^"]*cursor=([^&"]+)/;
is $client->status("/cursor/star/?cursor=$cursor&ordering=extra&page_size=5"), 200, 'a cursor of a row';
is $client->status("/cursor/star/?cursor=$cursor&ordering=name"), 404, 'in another ordering';
is $first->{next}, "$base/cursor/star/?cursor=cD0xMDA%3D", 'p=100';
is_deeply [keys_of(body_of('/cursor/star/?page_size=3&cursor=cD0xMDA%3D'))], [101 .. 103], 'read back';
is_deeply [keys_of(body_of('/cursor/star/?page_size=3&cursor=bz0yJnA9MTAw'))], [103 .. 105], 'o=2&p=100';
is_deeply [keys_of(body_of('/cursor/star/?page_size=3&cursor=cj0xJnA9MTAw'))], [97 .. 99], 'r=1&p=100';
is_deeply [keys_of(body_of("/cursor/star/?page_size=3&cursor=$_"))], [1 .. 3], "nothing said: $_" for '', 'Zm9v';

# Page 10,000 costs what page 1 costs, in whatever ordering.
sub cost {
    my ($path) = @_;
    my ($least) = sort { $a <=> $b } map { my $from = Time::HiRes::time(); body_of($path); Time::HiRes::time() - $from } 1 .. 7;
    return $least;
}
for my $ordering ('', '-id', 'star,-observed_at') {
    my $query = "ordering=$ordering&page_size=10";
    my $path = "/cursor/observation/?$query";
    my ($deep) = $ordering eq '' ? 'cD05OTk5MA%3D%3D' : $ordering eq '-id' ? 'cD0xMQ%3D%3D' : ();
    ($deep) = body_of("/cursor/observation/?$query&cursor=cj0x") =~ /"previous":"[^"]*cursor=([^&"]+)/ if !$deep;
    my ($shallow, $far) = (cost($path), cost("$path&cursor=$deep"));
    cmp_ok $far, '<', 4 * $shallow + 0.05, sprintf "'%s': the first page %.1f ms, one of the last %.1f ms", $ordering, 1000 * $shallow, 1000 * $far;
}

# --- pages by number and by offset -----------------------------------------------------------
my $count = () = keys_of(body_of('/whole/star/'));
is client->get('/api/stars/')->{json}{count}, $count, 'pages by number are counted';
is client->get('/api/stars/?page=last&page_size=100')->{json}{results}[-1]{id}, $count, 'the last page';

# --- the list as a whole flows, and a reader that goes away costs nothing ----------------------
my $all = body_of('/whole/observation/');
ok substr($all, 0, 2) eq '[{' && substr($all, -2) eq '}]', 'a hundred thousand rows, complete';
is scalar(my @rows = keys_of($all)), 100000, 'all of them';

$httpd->stop;
done_testing;
