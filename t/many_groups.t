# However many groups a complex filter has, and however many values it asks the database about: every number is answered alike.
use strict;
use warnings;
use Site::Test;
use Test::More;

my %html = (Accept => 'text/html');
my $known = client->get('/api/stars/?constellation=1&page_size=1')->{json}{count};

sub groups {
    my ($count, $first) = @_;

    return join '%7C', "($first)", ('(constellation%3D1)') x ($count - 1);
}

for my $count (1 .. 40) {
    my $query = '/api/stars/?filters=' . groups($count, 'constellation%3D1');

    is client->get($query)->{json}{count}, $known, "$count groups";
    my $page = client->get($query, %html);
    is $page->{status}, 200, '... as a page';
    like $page->{body}, qr{<main}, '... which is whole';

    # The last of the values that the database is asked about is the one that is missing.
    $query = '/api/stars/?filters=' . groups($count, 'constellation%3D987654');
    is_deeply [sort keys %{client->get($query)->{json}}], ['filters'], '... one of which names nothing';
    is client->status($query, %html), 400, '... as a page';
}

done_testing;
