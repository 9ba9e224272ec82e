# Cancelling has a deadline: a server that takes no cancel request holds no thread. A COMMIT is not cancelled.
use strict;
use warnings;
use IO::Socket::INET;
use Site::Test;
use Site::Test::Process qw(wait_for);
use Site::Test::Users qw(basic);
use Test::More;

my $cluster = new_cluster('own');
my $data = 'cancelling';
$cluster->sql('postgres', "CREATE DATABASE $data");
$cluster->sql($data, <<'SQL');
CREATE TABLE quick (id int PRIMARY KEY);
INSERT INTO quick VALUES (1);
CREATE FUNCTION doze() RETURNS text LANGUAGE sql AS 'SELECT pg_sleep(100); SELECT ''a''';
CREATE VIEW slow AS SELECT 1 AS id, doze() AS word;
CREATE TABLE note (id int PRIMARY KEY);
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO site;
SQL
my $users = setting('users');
my $httpd = new_httpd('own', database => $cluster->conninfo($data), site => new_site('own'), config => <<"CONF")->serve;
DBDMin 6
DBDKeep 6
DBDMax 6
SiteConnectionShare Off
StartServers 1
ServerLimit 1
MaxRequestWorkers 64
MaxSpareThreads 64
<Location "/data">
    SetHandler site
    SiteSchema public
    SiteStatementTimeout 90s
    SiteRegexTimeout 300ms
    SiteMethods GET POST OPTIONS
    SiteBasicProvider file
    AuthUserFile $users/passwords
    Require all granted
    <SiteResource slow>
        SiteKey id
    </SiteResource>
</Location>
CONF
$httpd->expect_log(qr/SITE01[12]0: client_gone|SITE0052|SITE0084|SITE0110: (error|query_timeout)|SITE006\d|\[dbd:|AH0063\d|AH02048/,
    # What libpq says of a connection that was ended, over several lines.
    qr/^(FATAL: |server closed the connection|\tThis probably means|\tbefore or while)/);
my $client = $httpd->client;

sub waiting {
    my ($event) = @_;
    return $cluster->sql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE datname = '$data' AND wait_event = '$event'");
}

sub begin {
    my ($bytes) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $httpd->port, Proto => 'tcp') or die "connect: $!";
    $socket->autoflush;
    print $socket $bytes;
    return $socket;
}

sub logged {
    my ($pattern) = @_;
    open my $log, '<', "$httpd->{dir}/access_log" or die "access_log: $!";
    return scalar grep { /$pattern/ } <$log>;
}

# --- a COMMIT that waits for a standby, which never comes --------------------------------------
sub post {
    my ($body) = @_;
    my %basic = basic('editor');
    return join "\r\n", 'POST /data/note/ HTTP/1.1', 'Host: test', (map { "$_: $basic{$_}" } keys %basic),
        'Content-Type: application/json', 'Content-Length: ' . length $body, '', $body;
}
$cluster->sql('postgres', 'ALTER ROLE site SET synchronous_commit = on', q(ALTER SYSTEM SET synchronous_standby_names = 'nowhere'),
    'SELECT pg_reload_conf()', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'site'");
ok wait_for(30, sub { $client->status('/data/quick/') == 200 }), 'sessions that wait for a standby';
my $socket = begin(post('{"id": 1}'));
ok wait_for(30, sub { waiting('SyncRep') == 1 }), 'a write has been committed, and waits for the standby';
close $socket;
sleep 3;
is waiting('SyncRep'), 1, '... still, when its client has gone';
$cluster->sql('postgres', 'ALTER SYSTEM RESET synchronous_standby_names', 'SELECT pg_reload_conf()');
ok wait_for(30, sub { waiting('SyncRep') == 0 }), '... until it need not wait any more';
is $cluster->sql($data, 'SELECT count(*) FROM note'), 1, '... and is stored';
ok !(grep { /canceling wait for synchronous replication/ } $httpd->log->lines), 'it was not cancelled';

# --- a server that takes connections and serves none ---------------------------------------------
my $postmaster = do {
    open my $file, '<', $cluster->dir . '/data/postmaster.pid' or die "postmaster.pid: $!";
    chomp(my $line = <$file>);
    $line;
};
my $stopped;
END { kill 'CONT', $postmaster if $stopped }

# One of five goes before: its connection is there for the next request.
my @sockets = map { begin("GET /data/slow/ HTTP/1.1\r\nHost: test\r\n\r\n") } 1 .. 5;
ok wait_for(30, sub { waiting('PgSleep') == 5 }), 'PostgreSQL works for five clients';
close shift @sockets;
ok wait_for(30, sub { waiting('PgSleep') == 4 && logged(qr{ 499 }) }), 'one goes';
kill 'STOP', $postmaster or die "kill: $!";
$stopped = 1;
my $answer = $httpd->client(timeout => 60)->get('/data/slow/?word__regex=b');
is "$answer->{status} " . join(',', keys %{ $answer->{json} // {} }), '400 word__regex', 'a regular expression ends in its time';
close $_ for @sockets;
ok wait_for(60, sub { logged(qr{"GET /data/slow/ HTTP/1.1" 499 }) == 5 }), 'the others go, and their requests end';
kill 'CONT', $postmaster;
$stopped = 0;
ok wait_for(60, sub { waiting('PgSleep') == 0 }), 'what PostgreSQL was asked to cancel, it cancels when it goes on';
ok wait_for(60, sub { $client->status('/data/quick/') == 200 }), 'the site serves again';
ok +(grep { /did not take a cancel request in time/ } $httpd->log->lines), 'the log says why connections were closed';

$httpd->stop;
done_testing;
