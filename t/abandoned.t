# Clients that go before they are answered: nobody works for them any more, and the connection is as good as new.
use strict;
use warnings;
use IO::Socket::INET;
use Site::Test;
use Site::Test::Process qw(free_port run stop_pid wait_for);
use Site::Test::Users qw(basic);
use Socket qw(SOL_SOCKET SO_LINGER);
use Test::More;

my $data = 'abandoned';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
cluster->sql($data, <<'SQL');
CREATE TABLE quick (id int PRIMARY KEY);
INSERT INTO quick VALUES (1);
CREATE FUNCTION doze() RETURNS int LANGUAGE sql AS 'SELECT pg_sleep(100); SELECT 1';
CREATE VIEW slow AS SELECT doze() AS id;
CREATE VIEW row AS SELECT 1 AS id, doze() AS dozed;
CREATE VIEW page AS SELECT doze() AS id;
CREATE VIEW backend AS SELECT pg_backend_pid() AS id;
CREATE TABLE note (id int PRIMARY KEY);
CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(100); RETURN new; END $$;
CREATE TRIGGER sleep BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION sleep();
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO site;
SQL

# One process with one connection: whatever comes next takes the one on which a statement was cancelled. A statement may run
# for much longer than the test waits for its end.
my $users = setting('users');
my $dir = scratch('certificate');
run('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-batch', '-subj', '/CN=127.0.0.1', '-keyout', "$dir/key", '-out', "$dir/pem");
my $tls_port = free_port();
my $httpd = new_httpd('abandoned', database => cluster->conninfo($data), site => new_site('abandoned'), config => <<"CONF")->serve;
DBDMax 1
DBDKeep 1
StartServers 1
ServerLimit 1
MaxRequestWorkers 64
MaxSpareThreads 64
LoadModule http2_module \${SITE_MODULES}/mod_http2.so
Protocols h2c http/1.1
LoadModule socache_shmcb_module \${SITE_MODULES}/mod_socache_shmcb.so
LoadModule ssl_module \${SITE_MODULES}/mod_ssl.so
Listen 127.0.0.1:$tls_port
<VirtualHost 127.0.0.1:$tls_port>
    SSLEngine On
    SSLCertificateFile $dir/pem
    SSLCertificateKeyFile $dir/key
</VirtualHost>
<Location "/data">
    SetHandler site
    SiteSchema public
    SiteStatementTimeout 90s
    SiteMethods GET POST OPTIONS
    SiteBasicProvider file
    AuthUserFile $users/passwords
    Require all granted
    <SiteResource slow>
        SiteTable slow
    </SiteResource>
    <SiteResource row>
        SiteKey id
    </SiteResource>
    <SiteResource page>
        SiteKey id
    </SiteResource>
    <SiteResource flow>
        SiteTable slow
        SitePagination none
    </SiteResource>
</Location>
CONF
$httpd->expect_log(qr/SITE01[12]0: client_gone|AH01906|AH01909|AH02292|AH01882|AH01873/);
my $client = $httpd->client;

sub sleepers {
    return cluster->sql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE datname = '$data' AND wait_event = 'PgSleep'");
}
sub get { my ($path, @headers) = @_; return join "\r\n", "GET $path HTTP/1.1", 'Host: test', @headers, '', '' }

sub send_bytes {
    my ($bytes) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $httpd->port, Proto => 'tcp') or die "connect: $!";
    $socket->autoflush;
    print $socket $bytes;
    return $socket;
}

sub rest_of { my ($socket) = @_; local $/; return <$socket> // '' }

# Lets a request reach PostgreSQL, LEAVEs, and looks at what remains.
sub abandon {
    my ($name, $enter, $leave) = @_;
    my $pid = $client->get('/data/backend/')->{json}{results}[0]{id};
    my $there = $enter->();
    ok wait_for(30, sub { sleepers() == 1 }), "$name: PostgreSQL works" or return;
    $leave->($there);
    ok wait_for(30, sub { sleepers() == 0 }), 'and no more when the client has gone';
    is $client->get('/data/backend/')->{json}{results}[0]{id}, $pid, 'the next one has the same session';
    return;
}

my $close = sub { close $_[0] };
my $reset = sub { setsockopt $_[0], SOL_SOCKET, SO_LINGER, pack 'II', 1, 0; close $_[0] };
abandon('a list', sub { send_bytes(get('/data/slow/')) }, $close);
abandon('a list, and the connection is reset', sub { send_bytes(get('/data/slow/')) }, $reset);
abandon('a list, behind which the next request stands', sub { send_bytes(get('/data/slow/') . get('/data/quick/')) }, $close);
abandon('a row', sub { send_bytes(get('/data/row/1/')) }, $close);
abandon('a page', sub { send_bytes(get('/data/slow/', 'Accept: text/html')) }, $close);
abandon('a stream', sub { send_bytes(get('/data/flow/')) }, $close);
abandon('a sitemap', sub { send_bytes(get('/sitemap/data/page.xml')) }, $close);
my %basic = basic('editor');
my $body = '{"id": 1}';
my $post = join "\r\n", 'POST /data/note/ HTTP/1.1', 'Host: test', (map { "$_: $basic{$_}" } keys %basic),
    'Content-Type: application/json', 'Content-Length: ' . length $body, '', $body;
abandon('a write', sub { send_bytes($post) }, $close);
is cluster->sql($data, 'SELECT count(*) FROM note'), 0, 'which is undone';

ok wait_for(10, sub {
    open my $log, '<', "$httpd->{dir}/access_log" or die "access_log: $!";
    return 8 == grep { m{" 499 } } <$log>;
}), 'the access log shows them by a status of their own';

# TLS: what can be read there may be a farewell, or a record of TLS that is no data. Only the end of the connection counts.
my $python = <<'PYTHON';
import socket, ssl, sys
context = ssl._create_unverified_context()
client = context.wrap_socket(socket.create_connection(('127.0.0.1', int(sys.argv[1]))))
client.sendall(b'GET /data/slow/ HTTP/1.1\r\nHost: test\r\n\r\n')
sys.stdin.readline()
client.settimeout(0.01)
try:
    client.unwrap()
except OSError:
    pass
PYTHON
abandon('TLS', sub {
    open my $pipe, '|-', 'python3', '-c', $python, $tls_port or die "python3: $!";
    return $pipe;
}, $close);

# HTTP/2: the connection stays while one of its requests is given up, and goes with all of them.
SKIP: {
    skip 'there is no curl with HTTP/2', 7 if `curl --version 2>&1` !~ /\bHTTP2\b/;
    my $curl = sub {
        my $pid = fork // die "fork: $!";
        if (!$pid) {
            open STDOUT, '>', '/dev/null';
            open STDERR, '>', '/dev/null';
            exec 'curl', '-s', '--http2-prior-knowledge', 'http://127.0.0.1:' . $httpd->port . '/data/slow/' or die "curl: $!";
        }
        return $pid;
    };
    abandon('HTTP/2', $curl, sub { stop_pid($_[0], 'KILL') });
    my $preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    my $frame = sub { my ($type, $flags, $stream, $payload) = @_; pack('NCCN', length $payload, $type, $flags, $stream) =~ s/^.//sr . $payload };
    # Literal header fields that are not indexed, in HPACK: GET and http stand in its static table.
    my $headers = "\x82\x86" . join '', map { "\x00" . join '', map { chr(length) . $_ } @$_ } [':path', '/data/slow/'], [':authority', 'test'];
    my $socket;
    abandon('one stream of HTTP/2', sub {
        $socket = send_bytes($preface . $frame->(4, 0, 0, '') . $frame->(1, 5, 1, $headers));
    }, sub { print $socket $frame->(3, 0, 1, pack 'N', 8) });
    ok $socket->connected, 'whose connection lives on';
}

# Who sends no more may still read. That cannot be told from going until something is sent, so it works where the answer is
# quick.
ok wait_for(30, sub {
    my $socket = send_bytes(get('/data/quick/', 'Connection: close'));
    shutdown $socket, 1;
    return rest_of($socket) =~ m{^HTTP/1\.1 200 .*"count":1}s;
}), 'a client that closes its sending side is answered';

# A request behind the one that is being answered is not lost.
my $socket = send_bytes(get('/data/quick/') . get('/data/quick/1/', 'Connection: close'));
my @answers = rest_of($socket) =~ m{HTTP/1\.1 (\d+)}g;
is "@answers", '200 200', 'two requests at once, two answers';

$httpd->stop;
cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
