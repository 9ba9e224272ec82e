# PostgreSQL away, silent, restarted: what a client sees, and that service comes
# back by itself.
use strict;
use warnings;
use IO::Socket::INET;
use Site::Test;
use Site::Test::Process qw(wait_for);
use Test::More;
use Time::HiRes qw(sleep time);

my $cluster = new_cluster('own');
$cluster->sql('postgres', 'CREATE DATABASE small');
$cluster->sql('small', 'CREATE TABLE thing (id int PRIMARY KEY, label text)',
    "INSERT INTO thing SELECT i, 'thing ' || i FROM generate_series(1, 500) i", 'GRANT SELECT ON thing TO site');
my $path = '/api/thing/7/';

# What a server may log about a database that is not there.
my @expected = (qr/\[site:/, qr/\[dbd:/, qr/AH0062\d|AH0063\d/);

# The slowest of the answers that TOGETHER gave.
sub slowest { return (sort { $b <=> $a } map { $_->[1] } @_)[0] }

# --- a server that starts while its database accepts and never answers --------------
{
    $cluster->stop;
    # The kernel completes the handshake; nobody ever reads.
    my $silent = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $cluster->port,
        Listen => 128, ReuseAddr => 1) or die "listen: $!";
    my $httpd = new_httpd('silent', site => new_site('silent'), database => $cluster->conninfo('small'));
    $httpd->expect_log(@expected);
    ok $httpd->start, 'the server starts without its database';
    my @answers = $httpd->client->together(($path) x 50);
    is_deeply [grep { $_->[0] != 503 } @answers], [], '50 requests at once: all are answered 503';
    cmp_ok slowest(@answers), '<', 5, sprintf 'within 5 seconds (%.1f)', slowest(@answers);
    my $answer = $httpd->client->get($path);
    is $answer->{status}, 503, 'and the next';
    like $answer->{headers}{'retry-after'} // '', qr/^\d+$/, 'with a Retry-After';
    is $answer->{headers}{'content-type'}, 'application/json', 'as JSON';
    unlike $answer->{body}, qr/host|port|passw|libpq|connect/i, 'that tells nothing of the inside';
    $answer = $httpd->client->get('/readyz');
    is $answer->{status}, 503, 'it is not ready';
    like $answer->{body}, qr{^database: no (connection|answer)\ncatalogue of /api: not read yet\n\z}, '... and says why';
    close $silent;
    $cluster->start;
    my $begin = time;
    ok wait_for(15, sub { $httpd->client->status($path) == 200 }), 'service begins by itself';
    diag sprintf 'back after %.1f s', time - $begin;
    $httpd->stop;
}

# --- stopped and started ---------------------------------------------------------------
my $httpd = new_httpd('own', site => new_site('own'), database => $cluster->conninfo('small'),
    config => qq(<Location "/internal/ready">\nRequire all denied\nSetHandler site-ready\n</Location>\n));
$httpd->expect_log(@expected, qr/AH01630/);
$httpd->start;
ok wait_for(5, sub { $httpd->client->status($path) == 200 }), 'served at first';
{
    my $client = $httpd->client;
    ok wait_for(5, sub { $client->status('/readyz') == 200 }), 'and ready';
    my $answer = $client->get('/readyz');
    is_deeply [@$answer{qw(status body)}, @{ $answer->{headers} }{qw(content-type cache-control)}],
        [200, "ready\n", 'text/plain; charset=utf-8', 'no-store'], '/readyz says so';
    is $client->head('/readyz')->{status}, 200, '... also to HEAD';
    $answer = $client->request('POST', '/readyz', {}, '');
    is "$answer->{status} $answer->{headers}{allow}", '405 GET, HEAD', '... and to no other method';
    is $client->status('/internal/ready'), 403, 'Require holds';
}
{
    $cluster->stop('fast');
    my $begin = time;
    my $answer = $httpd->client->get($path);
    is $answer->{status}, 503, 'PostgreSQL is stopped: 503';
    cmp_ok time - $begin, '<', 5, 'within 5 seconds';
    ok $answer->{headers}{'retry-after'}, 'with a Retry-After';
    ok wait_for(10, sub { $answer = $httpd->client->get('/readyz'); $answer->{status} == 503 }), 'not ready';
    # A child that httpd has just started has no catalogue yet, and says that, too.
    like $answer->{body}, qr{^database: no (connection|answer)\n(catalogue of /api: not read yet\n)?\z},
        '... because of the database';
    $cluster->start;
    ok wait_for(10, sub { $httpd->client->status('/readyz') == 200 }), 'ready again';
    ok wait_for(10, sub { $httpd->client->status($path) == 200 }), 'it recovers by itself';
}

# --- restarted between two requests: pooled connections are dead, reads are retried -------
{
    $httpd->client->together(($path) x 20);    # so that the pools are full
    $cluster->restart;
    my $client = $httpd->client;
    # A child whose listener had tried to connect meanwhile remembers that for a moment.
    ok wait_for(2, sub { $client->status($path) == 200 }), 'after a restart it serves within 2 seconds';
    my %count;
    $count{ $client->status($path) }++ for 1 .. 100;
    is_deeply \%count, { 200 => 100 }, 'and no read fails' or diag explain \%count;
}

# --- restarted under load ---------------------------------------------------------------------
{
    my $client = $httpd->client;
    $client->load_begin(4, $path);
    sleep 1;
    $cluster->restart;
    ok wait_for(10, sub { $httpd->client->status($path) == 200 }), 'restarted under load, it serves again';
    sleep 1;
    my $count = $client->load_end;
    is_deeply [grep { $_ != 200 && $_ != 503 } keys %$count], [], 'every answer was 200, or 503 while it was away'
        or diag explain $count;
    cmp_ok $count->{200} // 0, '>', 100, 'and there were many';
}

# --- connections that PostgreSQL ends one by one (an administrator, a failover) ---------------
{
    my $client = $httpd->client;
    my %count;
    for (1 .. 20) {
        $cluster->sql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mod_site'");
        $count{ $client->status($path) }++;
    }
    is_deeply \%count, { 200 => 20 }, 'a terminated backend costs no read';
}

# --- a server that takes no more connections: those that there are keep serving -----------------
{
    $httpd->stop;
    my $full = new_httpd('full', site => new_site('full'), database => $cluster->conninfo('small'),
        config => "StartServers 1\nMinSpareThreads 1\nMaxSpareThreads 64\nMaxRequestWorkers 64\n");
    $full->expect_log(@expected);
    # One of them listens for changes of the schema.
    $cluster->sql('postgres', 'ALTER ROLE site CONNECTION LIMIT 4');
    $full->serve;
    my $client = $full->client;
    $client->load_begin(8, $path);
    ok wait_for(10, sub { grep { /too many connections/ } $full->log->lines }), 'the pool cannot grow';
    sleep 2;
    is $full->client->status('/readyz'), 200, 'the server is ready, however busy its connections';
    my $count = $client->load_end;
    is_deeply [keys %$count], [200], 'no request is refused for that' or diag explain $count;
    $cluster->sql('postgres', 'ALTER ROLE site CONNECTION LIMIT -1');
    $full->stop;
}

done_testing;
