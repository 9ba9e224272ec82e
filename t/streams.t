# Lists without pages: three limits, and what the access log and the client can tell of a list that was cut off.
use strict;
use warnings;
use IO::Socket::INET;
use Site::Test;
use Site::Test::Process qw(wait_for);
use Socket qw(SOL_SOCKET SO_RCVBUF);
use Test::More;

my $data = 'streams';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
# Rows are larger than a chunk: each is sent when it is there. 20 MB are more than all buffers on the way hold. What a policy says
# is asked for each row when it is read; by the index, so that nothing has to be sorted first.
cluster->sql('postgres', map { "ALTER DATABASE $data SET enable_$_ = off" } qw(seqscan bitmapscan));
cluster->sql($data, <<'SQL', map { my ($name, $holds) = @$_; <<"SQL" } ['large', 'true'], ['unread', 'true'], ['stuck', 'pause(id, 20, 100)'], ['slow', 'pause(id, 5, 0.4)'], ['broken', '1 / (20 - id) IS NOT NULL']);
CREATE FUNCTION pause(id int, at int, seconds float) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
IF id >= at THEN PERFORM pg_sleep(seconds); END IF;
RETURN true; END $$;
SQL
CREATE TABLE $name (id int PRIMARY KEY, word text NOT NULL);
INSERT INTO $name SELECT i, repeat('x', 70000) FROM generate_series(1, 300) AS i;
ALTER TABLE $name ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON $name USING ($holds);
GRANT SELECT ON $name TO site;
SQL
my $httpd = new_httpd('streams', database => cluster->conninfo($data), site => new_site('streams', <<'CONF'))->serve;
SitePagination none
SiteStatementTimeout 90s
<SiteResource large>
    SiteStatementTimeout 5s
</SiteResource>
<SiteResource unread>
    SiteStreamIdleTimeout 1s
</SiteResource>
<SiteResource stuck>
    SiteStatementTimeout 2s
</SiteResource>
<SiteResource slow>
    SiteStreamTimeout 4s
</SiteResource>
CONF
$httpd->expect_log(qr/SITE0110: (query_timeout|error|client_gone)/);

sub ask {
    my ($path, $buffer) = @_;
    my $socket = IO::Socket::INET->new(Proto => 'tcp') or die "socket: $!";
    setsockopt $socket, SOL_SOCKET, SO_RCVBUF, $buffer // 65536;
    connect $socket, Socket::pack_sockaddr_in($httpd->port, Socket::inet_aton('127.0.0.1')) or die "connect: $!";
    $socket->autoflush;
    print $socket "GET $path HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    return $socket;
}

sub rest_of { my ($socket) = @_; local $/; return <$socket> // '' }

# What the access log says last of a path: status and reason.
sub logged {
    my ($path, $seconds) = @_;
    return wait_for($seconds // 30, sub {
        open my $log, '<', "$httpd->{dir}/access_log" or die "access_log: $!";
        my ($line) = grep { m{ \Q$path\E } } reverse <$log>;
        return ($line // '') =~ m{" (\d+) \d+ \d+ (\S+)$} && "$1 $2";
    });
}

sub is_cut {
    my ($path, $reason, $name) = @_;
    my $answer = rest_of(ask($path));
    like $answer, qr{^HTTP/1\.1 200 .*\r\n\r\n[0-9a-f]+\r\n\[\{"url":}s, "$name: it has begun";
    unlike $answer, qr{\r\n0\r\n\r\n\z}, 'it does not end as if it were whole';
    is logged($path), "200 $reason", 'the access log says why';
    return;
}

# Longer than PostgreSQL may work, but it does not work meanwhile.
my $socket = ask('/api/large/');
my $head = <$socket>;
sleep 6;
my $answer = $head . rest_of($socket);
like $answer, qr{^HTTP/1\.1 200 .*\]\r\n0\r\n\r\n\z}s, 'a client that pauses gets all';
cmp_ok length $answer, '>', 300 * 70_000, '... of it';
is logged('/api/large/'), '200 -', 'the access log shows it as whole';

is_cut('/api/stuck/', 'work', 'PostgreSQL works for too long');
is_cut('/api/slow/', 'time', 'it takes too long in all');
is_cut('/api/broken/', 'database', 'a row cannot be computed');

$socket = ask('/api/unread/');
is logged('/api/unread/'), '200 idle', 'a client that takes nothing';
ok wait_for(30, sub { !cluster->sql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE datname = '$data' AND state = 'active'") }),
    'and nothing is read for it';
unlike rest_of($socket), qr{\r\n0\r\n\r\n\z}, 'what it finds in the end is not whole';

$socket = ask('/api/slow/?id__gte=1');
my $first = <$socket>;
close $socket;
is logged('/api/slow/?id__gte=1'), '200 client', 'a client that goes';

is $httpd->client->status('/api/large/1/'), 200, 'the connections are as good as before';
$httpd->stop;

# A client that reads a little all the time is cut off within the first rows. Small buffers of the server make it wait for the client.
$httpd = new_httpd('small', database => cluster->conninfo($data), site => new_site('small', <<'CONF'), config => "SendBufferSize 4096\n")->serve;
SitePagination none
<SiteResource large>
    SiteStreamTimeout 4s
</SiteResource>
CONF
$httpd->expect_log(qr/SITE0110: query_timeout/);
$socket = ask('/api/large/', 2048);
my $read = 0;
until (logged('/api/large/', 0) || $read > 60_000) {
    sysread $socket, my $bytes, 512 or last;
    $read += length $bytes;
    select undef, undef, undef, 0.25;
}
is logged('/api/large/'), '200 time', 'a client that reads slowly has the time of the stream';
cmp_ok $read, '<', 60_000, '... however little it has read';
close $socket;
$httpd->stop;
cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
