# One client that asks for much at the same time: what it cannot take from others.
use strict;
use warnings;
use Site::Test;
use Site::Test::Process qw(wait_for);
use Site::Test::Users qw(basic);
use Test::More;
use POSIX ();

my $data = 'greedy';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
# A statement over `blocked` takes until the test lets it go on.
cluster->sql($data, <<'SQL');
CREATE TABLE quick (id int PRIMARY KEY);
INSERT INTO quick VALUES (1);
CREATE FUNCTION wait() RETURNS int LANGUAGE sql AS 'SELECT pg_advisory_xact_lock_shared(7); SELECT 1';
CREATE VIEW blocked AS SELECT wait() AS id;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO site;
SQL

my $number = 0;
my $users = setting('users');

# One process with four connections, behind a proxy that says who asks.
sub httpd {
    my ($line) = @_;
    return new_httpd('greedy' . $number++, database => cluster->conninfo($data), users => '/nonexistent',
        site => new_site("greedy$number", "SiteStatementTimeout 0\n"), config => <<"CONF")->serve;
DBDMax 4
DBDKeep 4
StartServers 1
ServerLimit 1
MaxRequestWorkers 64
MaxSpareThreads 64
<IfModule !remoteip_module>
LoadModule remoteip_module \${SITE_MODULES}/mod_remoteip.so
</IfModule>
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 127.0.0.1
$line
<Location "/api">
    SiteBasicProvider file
    AuthUserFile $users/passwords
</Location>
CONF
}

# Holds back all of `blocked`, until go_on().
sub block {
    open my $psql, '|-', cluster->psql_command($data) or die "psql: $!";
    $psql->autoflush;
    print $psql "SELECT pg_advisory_lock(7);\n";
    wait_for(20, sub { locks('granted') == 1 });
    return $psql;
}

# The clients that were forked have the pipe too, so closing it is not enough.
sub go_on { my ($psql) = @_; print $psql "\\q\n"; return close $psql }

sub locks {
    my ($which) = @_;
    return cluster->sql('postgres', "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND $which");
}

# COUNT requests in the background, each by a process of its own.
sub ask {
    my ($httpd, $count, %headers) = @_;
    my @pids;
    for (1 .. $count) {
        my $pid = fork // die "fork: $!";
        if (!$pid) {
            POSIX::_exit($httpd->client(keep_alive => 0)->get('/api/blocked/', %headers)->{status} == 200 ? 0 : 1);
        }
        push @pids, $pid;
    }
    return @pids;
}

sub answered { my (@pids) = @_; return scalar grep { waitpid $_, 0; $? == 0 } @pids }

my %one = ('X-Forwarded-For' => '10.0.0.1');
my $quick = '/api/quick/1/';
{
    my $httpd = httpd('');
    my $client = $httpd->client;
    my $block = block();
    my @pids = ask($httpd, 8, %one);
    ok wait_for(20, sub { locks('NOT granted') == 2 }), 'a client alone holds half of the connections';
    my $answer = $client->get($quick, %one);
    is $answer->{status}, 429, 'more of it are refused, when they have waited';
    is_deeply $answer->{json}, { detail => 'Too many of your requests are being answered at the same time. Try again later.' }, 'and told why';
    like $answer->{headers}{'retry-after'}, qr/^\d+$/, 'and when to come again';
    is $client->status($quick, 'X-Forwarded-For' => '10.0.0.2'), 200, 'another address is answered';
    is $client->status($quick, 'X-Forwarded-For' => '2001:db8::1'), 200, 'and one of IPv6';
    is $client->status($quick, %one, basic('editor')), 200, 'and a user, who counts by name';
    push @pids, ask($httpd, 1, 'X-Forwarded-For' => '2001:db8::1');
    ok wait_for(20, sub { locks('NOT granted') == 3 }), 'the next one holds half of the rest';
    is $client->status($quick, 'X-Forwarded-For' => '2001:db8::2'), 429, 'by its network';
    is $client->status($quick, 'X-Forwarded-For' => '10.0.0.2'), 200, 'there is still one for others';
    go_on($block);
    cmp_ok answered(@pids), '>=', 3, 'those that had a connection are answered in the end';
    is $client->status($quick, %one), 200, 'and then the first client is again';
    $httpd->stop;
}
{
    my $httpd = httpd('SiteConnectionShare 3');
    my $client = $httpd->client;
    my $block = block();
    my @pids = ask($httpd, 5, %one);
    ok wait_for(20, sub { locks('NOT granted') == 3 }), 'a number is a number';
    is $client->status($quick, 'X-Forwarded-For' => '10.0.0.2'), 200, 'and leaves one for others';
    go_on($block);
    answered(@pids);
    $httpd->stop;
}
{
    my $httpd = httpd('SiteConnectionShare Off');
    my $block = block();
    my @pids = ask($httpd, 4, %one);
    ok wait_for(20, sub { locks('NOT granted') == 4 }), 'Off: one client holds all';
    is $httpd->client->status($quick, 'X-Forwarded-For' => '10.0.0.2'), 503, 'and others wait in vain';
    go_on($block);
    is answered(@pids), 4, 'all are answered';
    $httpd->stop;
}
cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
