# Stopping and replacing: a slow download gets every byte, a replacement loses no
# request, and the database may come, go and come back.
use strict;
use warnings;
use File::Temp;
use IO::Socket::INET;
use Site::Image;
use Site::Test::Process qw(wait_for);
use Test::More;
use Time::HiRes qw(sleep time);

# --- a slow download -------------------------------------------------------------------
{
    my $size = 80 * 2**20;
    my $site = File::Temp->newdir;
    chmod 0755, $site;
    mkdir "$site/static";
    open my $file, '>', "$site/site.conf" or die "site.conf: $!";
    close $file;
    open $file, '>', "$site/static/large" or die "large: $!";
    truncate $file, $size;
    close $file;
    my $web = web('-v', "$site:/srv/site:ro");
    ok $web->answers('/static/large'), 'a large file' or diag $web->logs;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $web->{port}) or die "connect: $!";
    print $socket "GET /static/large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    sysread $socket, my $data, 65536;
    my $got = length($data) - index($data, "\r\n\r\n") - 4;
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        my ($status, $seconds) = $web->stop(10);
        require POSIX;
        POSIX::_exit($status == 0 && $seconds < 9 ? 0 : 1);
    }
    # What the kernels between hold is little beside this: 20 MiB/s.
    my $began = time;
    while (my $read = sysread $socket, $data, 2**20) {
        $got += $read;
        my $early = $got / 20 / 2**20 - (time - $began);
        sleep $early if $early > 0;
    }
    waitpid $pid, 0;
    is $?, 0, 'stopped in the middle of a slow download it exits with 0, within the grace period';
    is $got, $size, sprintf 'and every byte arrives (%.1f s)', time - $began;
}

# --- replaced under load -----------------------------------------------------------------
# What an orchestrator does: the new one answers, traffic goes there, the old one
# gets its TERM a moment later. One connection for each request.
{
    my $target = File::Temp->new;
    my $point = sub {
        my ($web) = @_;
        open my $file, '>', "$target.new" or die "$target.new: $!";
        print $file $web->{port};
        close $file;
        rename "$target.new", "$target" or die "$target: $!";
    };
    my $old = web();
    ok $old->answers('/api/'), 'the old one serves';
    $point->($old);
    my @running;
    for (1 .. 4) {
        my $pid = open(my $pipe, '-|') // die "fork: $!";
        if (!$pid) {
            my ($stop, %count);
            local $SIG{TERM} = sub { $stop = 1 };
            while (!$stop) {
                open my $file, '<', "$target" or die "$target: $!";
                my $port = <$file>;
                $count{ Site::Test::Client->new($port, keep_alive => 0, timeout => 10)->status('/api/constellations/') }++;
            }
            print map { "$_ $count{$_}\n" } sort keys %count;
            close STDOUT;
            require POSIX;
            POSIX::_exit(0);
        }
        push @running, [$pid, $pipe];
    }
    for (1 .. 3) {
        my $new = web();
        ok $new->answers('/api/'), 'a new one serves';
        $point->($new);
        sleep 0.5;
        is +($old->stop)[0], 0, 'the old one ends well';
        $old = $new;
    }
    kill 'TERM', map { $_->[0] } @running;
    my %count;
    for my $running (@running) {
        my $pipe = $running->[1];
        while (<$pipe>) {
            my ($status, $times) = split;
            $count{$status} += $times;
        }
        close $pipe;
    }
    my $lost = 0;
    $lost += $count{$_} for grep { $_ != 200 } keys %count;
    is $lost, 0, 'three replacements under load lose no request' or diag explain \%count;
    cmp_ok $count{200} // 0, '>', 100, sprintf 'of %d', $count{200} // 0;
}

# --- the database comes later, and again ---------------------------------------------------
{
    my $web = web();
    ok $web->answers('/readyz'), 'with its database';
    docker('stop', setting('DB'));
    ok wait_for(15, sub { $web->client(keep_alive => 0)->status('/api/stars/1/') == 503 }), 'when it is stopped: 503';
    ok wait_for(5, sub { $web->client(keep_alive => 0)->status('/readyz') == 503 }), '... and it is not ready';
    my $late = web();
    ok $late->answers('/api/', status => 503), 'started without it: 503';
    cmp_ok $late->client->get('/api/')->{headers}{'retry-after'} // 0, '>', 0, 'and when to ask again';
    docker('start', setting('DB'));
    for my $each ($web, $late) {
        my $began = time;
        ok wait_for(30, sub { $each->client(keep_alive => 0)->status('/api/stars/1/') == 200 }),
            sprintf 'when it is back, so is the site (%.1f s)', time - $began;
        ok $each->running, 'by itself';
        is $each->inspect('{{.RestartCount}}'), 0, 'and in the same process';
    }
}

done_testing;
