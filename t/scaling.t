# What docs/scaling.md promises: several servers over PgBouncer in transaction
# mode, and read replicas by libpq's multi-host strings, each with the lines of
# configuration that stand there.
use strict;
use warnings;
use File::Path qw(make_path);
use IO::Socket::INET;
use POSIX ();
use Site::Test;
use Site::Test::Cluster;
use Site::Test::Process qw(as_user free_port run stop_pid wait_for);
use Test::More;

my ($bouncer) = grep { -x } '/usr/sbin/pgbouncer', '/usr/bin/pgbouncer';
plan skip_all => 'pgbouncer is not installed' if !$bouncer;

my $primary = new_cluster('primary');
$primary->sql('postgres', 'CREATE DATABASE small');
$primary->sql('small', 'CREATE TABLE thing (id int PRIMARY KEY, name text NOT NULL)',
    q(INSERT INTO thing SELECT i, 'thing ' || i FROM generate_series(1, 300) i), 'GRANT SELECT, INSERT ON thing TO site');
my $site = new_site('own', "SiteMethods GET POST\n");
my @paths = ('/api/thing/?page_size=5', '/api/thing/7/', '/api/thing/?id__lt=20&ordering=-name', '/api/thing/?name__icontains=9', '/api/');

sub httpd {
    my ($label, $database, %options) = @_;
    return new_httpd($label, site => $site, database => $database, %options)->start;
}

# Bodies, without the server's own address.
sub bodies {
    my ($httpd) = @_;
    my $port = $httpd->port;
    return [map { $httpd->client->get($_, Accept => 'application/json')->{body} =~ s/:$port\b//gr } @paths];
}

my $direct = httpd('direct', $primary->conninfo('small'));
my $expected = bodies($direct);
like $expected->[1], qr/thing 7/, 'the site over PostgreSQL itself';
$direct->stop;

# --- PgBouncer ------------------------------------------------------------------------
{
    my $folder = scratch('bouncer');
    my $port = free_port();
    open my $users, '>', "$folder/users.txt" or die "users.txt: $!";
    print $users '"site" "', setting('password') =~ s/"/""/gr, "\"\n";
    close $users;
    open my $ini, '>', "$folder/pgbouncer.ini" or die "pgbouncer.ini: $!";
    print $ini <<"INI";
[databases]
small = host=127.0.0.1 port=@{[ $primary->port ]}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $folder/users.txt
pool_mode = transaction
default_pool_size = 4
max_client_conn = 500
server_reset_query =
ignore_startup_parameters = extra_float_digits, options
logfile = $folder/log
pidfile = $folder/pid
INI
    close $ini;
    run('chown', '-R', 'postgres:', $folder) if !$>;
    chmod 0600, "$folder/users.txt";
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        open STDIN,  '<', '/dev/null';
        open STDOUT, '>', '/dev/null';
        open STDERR, '>&', \*STDOUT;
        exec as_user('postgres'), 'setpriv', '--pdeathsig', 'TERM', '--', $bouncer, "$folder/pgbouncer.ini" or POSIX::_exit(127);
    }
    ok wait_for(10, sub { IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") }), 'PgBouncer in transaction mode';

    my %defines = (SITE_PREPARED_STATEMENTS => 'Off', SITE_CATALOG_REFRESH => 'poll=1');
    my @replicas = map { httpd($_, "host=127.0.0.1 port=$port dbname=small user=site", defines => {%defines}) } qw(one two three);
    is_deeply bodies($_), $expected, 'the same answers through it' for @replicas;
    # More requests at a time than the pool has connections, from all servers.
    my @clients = map { $_->client } @replicas;
    $_->load_begin(6, $paths[2]) for @clients;
    my $most = 0;
    for (1 .. 15) {
        my $now = $primary->sql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE usename = 'site'");
        $most = $now if $now > $most;
        select undef, undef, undef, 0.1;
    }
    my %count;
    for my $client (@clients) {
        my $each = $client->load_end;
        $count{$_} += $each->{$_} for keys %$each;
    }
    is_deeply [keys %count], [200], sprintf 'three servers at once: every one of %d requests', $count{200} // 0 or diag explain \%count;
    cmp_ok $most, '<=', 4, "over $most connections to PostgreSQL";
    $primary->sql('small', 'ALTER TABLE thing ADD COLUMN colour text');
    ok wait_for(10, sub { !grep { $_->client->get('/api/thing/7/')->{body} !~ /colour/ } @replicas }), 'a new column is noticed by polling';
    $primary->sql('small', 'ALTER TABLE thing DROP COLUMN colour');
    $_->stop for @replicas;
    stop_pid($pid);
}

# --- a read replica -----------------------------------------------------------------------
{
    my $folder = $primary->dir =~ s/primary$/replica/r;
    my $data = $primary->dir . '/data';
    run(as_user('postgres'), 'sh', '-c', 'echo "local replication all peer map=owner" >>"$0/pg_hba.conf"', $data);
    $primary->sql('postgres', 'SELECT pg_reload_conf()');
    my $replica = Site::Test::Cluster->new($folder);
    make_path($folder, { mode => 0755 });
    run('chown', 'postgres:', $folder) if !$>;
    # Made by the one who may log in as postgres, then PostgreSQL's own.
    run(Site::Test::Cluster::bin('pg_basebackup'), '-h', $primary->dir, '-p', $primary->port, '-U', 'postgres', '-D', "$folder/data", '-R', '-X', 'stream', '-c', 'fast', '--no-sync');
    open my $more, '>>', "$folder/data/postgresql.auto.conf" or die "postgresql.auto.conf: $!";
    printf $more "port = %d\nunix_socket_directories = '%s'\n", $replica->port, $folder;
    printf $more "primary_conninfo = 'host=127.0.0.1 port=%d user=replica password=replica'\n", $primary->port;
    close $more;
    $primary->sql('postgres', q(SET log_statement = 'none'), q(CREATE ROLE replica REPLICATION LOGIN PASSWORD 'replica'));
    run(as_user('postgres'), 'sh', '-c', 'echo "host replication replica 127.0.0.1/32 scram-sha-256" >>"$0/pg_hba.conf"', $data);
    $primary->sql('postgres', 'SELECT pg_reload_conf()');
    open my $file, '>', "$folder/port" or die "port: $!";
    printf $file "%d\n", $replica->port;
    close $file;
    run('chown', '-R', 'postgres:', $folder) if !$>;
    $replica->start;
    is $replica->sql('postgres', 'SELECT pg_is_in_recovery()'), 't', 'a streaming replica';

    my $both = 'host=127.0.0.1,127.0.0.1 port=' . join(',', $primary->port, $replica->port) . ' dbname=small user=site';
    my $reading = httpd('reading', "$both target_session_attrs=prefer-standby");
    $reading->expect_log(qr/\[site:/, qr/\[dbd:/);
    my $writing = httpd('writing', "$both target_session_attrs=read-write");
    $writing->expect_log(qr/\[site:/, qr/\[dbd:/);
    is_deeply bodies($reading), $expected, 'read from it';
    my $sessions = q(SELECT count(*) FROM pg_stat_activity WHERE usename = 'site' AND application_name LIKE 'mod_site%');
    cmp_ok $replica->sql('postgres', $sessions), '>', 0, 'and only';
    is_deeply bodies($writing), $expected, 'and from the primary';
    $primary->sql('small', q(INSERT INTO thing VALUES (1000, 'late')));
    ok wait_for(10, sub { $reading->client->status('/api/thing/1000/') == 200 }), 'what is written shows on the replica';
    $primary->sql('small', 'ALTER TABLE thing ADD COLUMN colour text');
    ok wait_for(20, sub { $reading->client->get('/api/thing/7/')->{body} =~ /colour/ }), 'so does a new column';

    $replica->stop;
    ok wait_for(15, sub { $reading->client->status('/api/thing/7/') == 200 }), 'without the replica the primary is read';
    $replica->start;
    $primary->stop('immediate');
    $replica->sql('postgres', 'SELECT pg_promote()');
    ok wait_for(15, sub { $_->client->status('/api/thing/7/') == 200 }), 'when the primary is lost, the promoted replica serves' for $reading, $writing;
    $_->stop for $reading, $writing;
    $replica->stop('immediate');
}

done_testing;
