# Graceful restarts under load, and memory that stays where it is.
use strict;
use warnings;
use Site::Test;
use Site::Test::Process qw(wait_for);
use Test::More;
use Time::HiRes qw(sleep);

my $httpd = new_httpd('own')->start;
my $path = '/api/stars/42/';
is $httpd->client->status($path), 200, 'it serves';

# --- graceful restarts ------------------------------------------------------------
{
    my $client = $httpd->client;
    $client->load_begin(4, $path);
    for my $time (1 .. 3) {
        sleep 0.7;
        my %before = map { $_ => 1 } $httpd->children;
        ok $httpd->graceful, "graceful restart $time";
        ok wait_for(10, sub { !grep { $before{$_} } $httpd->children }), 'the old children end';
    }
    sleep 0.5;
    my $count = $client->load_end;
    is_deeply [keys %$count], [200], 'no request was lost' or diag explain $count;
    cmp_ok $count->{200} // 0, '>', 200, 'of many';
}

# --- memory -----------------------------------------------------------------------------
# Kilobytes that the children hold together.
sub resident {
    my $sum = 0;
    for my $pid ($httpd->children) {
        open my $file, '<', "/proc/$pid/status" or next;
        my ($size) = map { /^VmRSS:\s+(\d+)/ ? $1 : () } <$file>;
        $sum += $size // 0;
    }
    return $sum;
}

# COUNT requests of every kind, by four clients that keep their connections.
sub ask {
    my ($count) = @_;
    my @paths = ($path, '/api/stars/?page=3', '/api/stars/?magnitude__lt=2&ordering=-magnitude', '/api/',
        '/api/stars/?magnitude__lt=x', '/api/stars/0/', '/');
    my @children;
    for (1 .. 4) {
        my $pid = fork // die "fork: $!";
        if (!$pid) {
            my $client = $httpd->client;
            $client->status($paths[$_ % @paths]) for 1 .. $count / 4;
            require POSIX;
            POSIX::_exit(0);
        }
        push @children, $pid;
    }
    waitpid $_, 0 for @children;
    return;
}

ask(4000);
my $before = resident();
ask(10_000);
my $after = resident();
cmp_ok $after, '<', $before * 1.05 + 1024, "10,000 requests leave memory flat ($before to $after kB)";

ok $httpd->stop, 'it stops cleanly';
done_testing;
