# Strict mode: each silent trap is a 400 that names the parameter.
use strict;
use warnings;
use Site::Test;
use Test::More;

my %strict = (Prefer => 'handling=strict');

# query, parameter at fault, what is said of it
my @traps = (
    ['nam=x', 'nam', qr/^Unknown parameter\. Did you mean 'name'\?/],
    ['magnitude__ltt=1', 'magnitude__ltt', qr/Did you mean 'magnitude__lt'\? 'magnitude' has the lookups exact,/],
    ['constellation__nam=x', 'constellation__nam', qr/Did you mean 'name'/],
    ['variable=maybe', 'variable', qr/true or false/],
    ['name__isnull=maybe', 'name__isnull', qr/true or false/],
    ['name=', 'name', qr/Without a value/],
    ['hd__in=', 'hd__in', qr/Without a value/],
    ['hd__in=1,,2', 'hd__in', qr/empty part/],
    ['hd=1&hd=2', 'hd', qr/Only the last/],
    ['name!=x', 'name!', qr/name__isnull=true or =false/],
    ['tags__slug!=red', 'tags__slug!', qr/filters=~\(tags__slug=/],
    ['filters=junk(hd=1)', 'filters', qr/begins with/],
    ['filters=(hd=1)%26~%20(hd=2)', 'filters', qr/operator|touch/],
    ['filters=((hd=1)', 'filters', qr/nested/],
    ['filters=(hd=1)&name=x', 'name', qr/Beside 'filters'/],
    ['ordering=nosuch', 'ordering', qr/'nosuch' cannot be sorted by/],
    ['page_size=0', 'page_size', qr/from 1 to 1000/],
    ['page_size=9999', 'page_size', qr/from 1 to 1000/],
    ['limit=5', 'limit', qr/Unknown parameter/],
);
for my $trap (@traps) {
    my ($query, $field, $message) = @$trap;
    my $answer = client->get("/api/stars/?$query", %strict);
    is $answer->{status}, 400, "strict: $query" or diag $answer->{body};
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

my $httpd = new_httpd('strict', database => cluster->conninfo('sky'), config => "<Location \"/api\">\n    SiteStrict On\n</Location>\n")->start;
is $httpd->client->status('/api/stars/?nam=x'), 400, 'SiteStrict On';
is $httpd->client->status('/api/stars/?nam=x', Prefer => 'handling=lenient'), 200, 'a client may ask for the compatible reading';
$httpd->stop;

done_testing;
