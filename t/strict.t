# Strict mode: each silent trap is a 400 that names the parameter, what is allowed there, and the nearest spelling.
use strict;
use warnings;
use JSON::PP ();
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

my %strict = (Prefer => 'handling=strict');

# trap, query, parameter at fault, what is said of it
my @traps = (
    [1, 'nam=x', 'nam', qr/^Unknown parameter\. Did you mean 'name'\?.*There are id,hd,/],
    [1, 'magnitude__ltt=1', 'magnitude__ltt', qr/Did you mean 'magnitude__lt'\? 'magnitude' has the lookups exact,/],
    [1, 'limit=5', 'limit', qr/Unknown parameter/],
    [2, 'variable=maybe', 'variable', qr/true or false/],
    [2, 'name__isnull=maybe', 'name__isnull', qr/true or false/],
    [3, 'name=', 'name', qr/Without a value/],
    [4, 'hd__in=', 'hd__in', qr/Without a value/],
    [4, 'hd__in=1,,2', 'hd__in', qr/empty part/],
    [5, 'name__in="a,b",c', 'name__in', qr/split at every comma.*filters=/],
    [5, 'name__in=a\\,b', 'name__in', qr/split at every comma/],
    [5, "name__range='a,b'", 'name__range', qr/split at every comma/],
    [7, 'tags__slug!=red', 'tags__slug!', qr/some other related row.*tags!=/],
    [7, 'tags__stars__name!=red', 'tags__stars__name!', qr/some other related row.*tags__stars!=/],
    [7, 'filters=~(tags__slug=red)', 'filters', qr/Over 'tags' a '~'.*tags!=/],
    [7, 'filters=(hd=1)|~(tags=3)', 'filters', qr/Over 'tags' a '~'/],
    [8, 'name!=x', 'name!', qr/name__isnull=true or =false/],
    [8, 'spectral_class!=G', 'spectral_class!', qr/spectral_class__isnull=false.*spectral_class__isnull=true\)\|~/],
    [9, 'spectral_class!=G&spectral_class__isnull=true', 'spectral_class__isnull', qr/filters=\(spectral_class__isnull=true\)\|~\(spectral_class=/],
    [9, 'constelation__name=x', 'constelation__name', qr/Did you mean 'constellation__name'/],
    [9, 'amgnitude__lt=x', 'amgnitude__lt', qr/Did you mean 'magnitude__lt'/],
    [9, 'constellation__nam=x', 'constellation__nam', qr/Did you mean 'name'/],
    [9, 'constellation__name__nope=x', 'constellation__name__nope', qr/'name' has the lookups/],
    [10, 'filters=junk(hd=1)', 'filters', qr/begins with/],
    [10, 'filters=(hd=1)%26~%20(hd=2)', 'filters', qr/operator|touch/],
    [10, 'filters=((hd=1)', 'filters', qr/nested/],
    [11, 'filters=(hd=1)&name=x', 'name', qr/Beside 'filters'/],
    [13, 'ordering=nosuch', 'ordering', qr/'nosuch' cannot be sorted by\. Use one of: id,/],
    [13, 'ordering=id,-magnitud', 'ordering', qr/'magnitud' cannot be sorted by\. Did you mean 'magnitude'\?/],
    [14, 'hd=1&hd=2', 'hd', qr/Only the last/],
    [14, 'ordering=id&ordering=-id', 'ordering', qr/Only the last/],
    [14, 'page=1&page=1', 'page', qr/Only the last/],
    [15, 'page_size=0', 'page_size', qr/from 1 to 1000/],
    [15, 'page_size=9999', 'page_size', qr/from 1 to 1000/],
    [15, 'page_size=many', 'page_size', qr/from 1 to 1000/],
);
for my $trap (@traps) {
    my ($number, $query, $field, $message) = @$trap;
    my $answer = client->get("/api/stars/?$query", %strict);
    is $answer->{status}, 400, "trap $number: $query" or diag $answer->{body};
    like ref $answer->{json}{$field} eq 'ARRAY' ? $answer->{json}{$field}[0] : '', $message, "says what is wrong with $field";
    is client->status("/api/stars/?$query"), 200, 'compatible: silently something else'
        unless $query =~ /operator|%26~%20/;
}

my $answer = client->get('/api/stars/?name=Sirius', %strict);
is $answer->{status}, 200, 'what is right is answered';
is $answer->{headers}{'preference-applied'}, 'handling=strict', 'and the preference acknowledged';
like $answer->{headers}{vary}, qr/Prefer/, 'caches are told';
is client->status('/api/stars/?name!=x&name__isnull=false', %strict), 200, 'NULL spoken of';
is client->status('/api/stars/?tags__slug=red&ordering=-magnitude&page=1&page_size=10&search=a&format=json', %strict), 200, 'every control parameter is known';
is client->status('/api/stars/?_chart=sky&_x=magnitude', %strict), 200, 'how a page is shown is no filter';
is client->status('/api/stars/?filters=(hd%3D1)&_x=magnitude', %strict), 200, 'beside groups neither';

is client->status('/api/stars/?spectral_class!=G&spectral_class__isnull=false', %strict), 200, 'also of a relation';
is client->status('/api/stars/?tags__isnull=true', %strict), 200, 'a relation with several rows has isnull, too';
is client->status('/api/constellations/?stars__observations__isnull!=true', %strict), 400, 'an inner negation is one, whatever the lookup';
is client->status('/api/stars/?name__in=O\'Neil,"Vega",b&tags!=3', %strict), 200, 'quotes that keep no comma together';
is client->status('/api/stars/?filters=~(constellation__name=x)%26(tags!%3D3)', %strict), 200, 'a negated group over one related row';

my $config = <<'CONF';
<Location "/api">
    SiteStrict On
</Location>
<Location "/traps">
    SetHandler site
    Require all granted
    SiteStrict On
    SitePagination limit size=10 max=20
    <SiteResource bright>
        SiteTable star
        SiteWhere magnitude__lt=1
        SiteLookups magnitude exact lt
        SiteLookups hd none
        SiteRelation tags target=tag via=star_tag duplicates
        SiteRelation constellation target=constellation filter=none
        SiteParameter brighter magnitude__lt
    </SiteResource>
    <SiteResource tag>
    </SiteResource>
    <SiteResource constellation>
    </SiteResource>
</Location>
CONF
my $httpd = new_httpd('strict', database => cluster->conninfo('sky'), config => $config)->start;
for my $trap ([6, 'tags__slug=hd', 'tags__slug', qr/Rows would repeat/], [6, 'tags=3', 'tags', qr/Rows would repeat/],
    [15, 'limit=0', 'limit', qr/from 1 to 20/], [15, 'limit=21', 'limit', qr/from 1 to 20/], [15, 'offset=-1', 'offset', qr/0 or more/],
    [15, 'offset=x', 'offset', qr/0 or more/], [1, 'magnitude__gt=1', 'magnitude__gt', qr/'magnitude' has the lookups exact,lt\./],
    [1, 'briter=1', 'briter', qr/Did you mean 'brighter'\?/]) {
    my ($number, $query, $field, $message) = @$trap;
    my $answer = $httpd->client->get("/traps/bright/?$query");
    is $answer->{status}, 400, "trap $number: $query" or diag $answer->{body};
    like ref $answer->{json}{$field} eq 'ARRAY' ? $answer->{json}{$field}[0] : '', $message, "says what is wrong with $field";
}
unlike $httpd->client->get('/traps/bright/?hdd=1')->{body}, qr/\bhd\b|constellation/, 'what cannot be filtered by is not offered';
# Trap 12: what holds of all rows is no part of what a `~` negates, or an OR joins; strict or not.
my $bright = cluster->sql('sky', 'SELECT count(*) FROM star WHERE magnitude < 1');
is $httpd->client->get("/traps/bright/?filters=$_", Prefer => 'handling=lenient')->{json}{count}, $bright, "trap 12: $_"
    for '~(id%3D0)', '~(nope%3D1)', '(id%3D0)|~(id%3D0)', '(hd__isnull%3Dtrue)|~(id%3D0)';
is $httpd->client->status('/api/stars/?nam=x'), 400, 'SiteStrict On';
is $httpd->client->status('/api/stars/?nam=x', Prefer => 'handling=lenient'), 200, 'a client may ask for the compatible reading';
$httpd->stop;

# A body may repeat what the row shows of a field that cannot be written, and say nothing else of it.
cluster->sql('postgres', 'DROP DATABASE IF EXISTS strict WITH (FORCE)', 'CREATE DATABASE strict');
cluster->sql('strict', 'CREATE TABLE box (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, width integer NOT NULL, size numeric GENERATED ALWAYS AS (width * 1.5) STORED, note text)',
    'INSERT INTO box (width) VALUES (2)', 'GRANT SELECT, INSERT, UPDATE, DELETE ON box TO site');
my $users = setting('users');
$httpd = new_httpd('boxes', database => cluster->conninfo('strict'), site => new_site('boxes'), config => <<"CONF")->serve;
<Location "/boxes">
    SetHandler site
    Require all granted
    SiteMethods GET POST PUT PATCH DELETE OPTIONS
    SiteBasicProvider file
    AuthUserFile $users/passwords
    SiteBulk On
    <SiteResource box>
        SiteReadOnly note
    </SiteResource>
</Location>
CONF
sub send_box {
    my ($method, $path, $body, %more) = @_;
    return $httpd->client->request($method, $path, { basic('editor'), 'Content-Type' => 'application/json', %strict, %more }, $body);
}
my $box = $httpd->client->get('/boxes/box/1/');
my @fixed = qw(url id size note);
for my $name (@fixed) {
    my %said = ($name => ['This field is read-only.']);
    for my $try (['POST', '/boxes/box/'], ['PUT', '/boxes/box/1/'], ['PATCH', '/boxes/box/1/']) {
        my $answer = send_box(@$try, qq({"width": 3, "$name": "other"}));
        is $answer->{status}, 400, "$try->[0] of another $name" or diag $answer->{body};
        is_deeply $answer->{json}, \%said, 'names it';
    }
    is send_box('POST', '/boxes/box/', qq({"width": 3, "$name": null}))->{status}, 400, "a new row has no $name to repeat";
}
is_deeply send_box('PATCH', '/boxes/box/1/', '{"width": "x", "id": 5}')->{json}, { width => ['A valid integer is required.'], id => ['This field is read-only.'] }, 'beside other errors';
is_deeply send_box('POST', '/boxes/box/', '[{"width": 4}, {"width": 5, "id": 9}]')->{json}, [{}, { id => ['This field is read-only.'] }], 'also in a list';
is $httpd->client->get('/boxes/box/1/')->{body}, $box->{body}, 'nothing was written';
for my $method (qw(PUT PATCH)) {
    my $answer = send_box($method, '/boxes/box/1/', $box->{body});
    is $answer->{status}, 200, "$method of what GET gave" or diag $answer->{body};
    is $answer->{body}, $box->{body}, 'changes nothing';
}
is send_box('PATCH', '/boxes/box/1/', '{"note": null, "id": 1, "width": 4}')->{status}, 200, 'what the row shows may stand beside a change';
is send_box('PATCH', '/boxes/box/1/', '{"size": "7"}', Prefer => 'handling=lenient')->{status}, 200, 'compatible: ignored';
is send_box('PATCH', '/boxes/box/7/', '{"id": 7}')->{status}, 404, 'no such row';
$httpd->stop;

done_testing;
