# The catalogue stays fresh: after a change of the schema every child answers
# with it, and no request fails meanwhile.
use strict;
use warnings;
use Site::Test;
use Site::Test::Process qw(wait_for);
use Test::More;
use Time::HiRes qw(sleep time);

my $cluster = cluster;
my $notify = do {
    open my $file, '<', root . '/website/database/notify.sql' or die $!;
    local $/;
    <$file>;
};
my $number = 0;

# A database of its own, with or without the triggers that notify.
sub new_database {
    my (%options) = @_;
    my $name = 'refresh' . $number++;
    $cluster->sql('postgres', "CREATE DATABASE $name");
    $cluster->sql($name, $notify) if $options{notify};
    $cluster->sql($name, 'CREATE TABLE thing (id int PRIMARY KEY, label text)',
        q{INSERT INTO thing SELECT i, 'thing ' || i FROM generate_series(1, 500) i}, 'GRANT SELECT ON thing TO site');
    return $name;
}

sub httpd_over {
    my ($database, $config, $site) = @_;
    my $httpd = new_httpd("over$number-" . $database, site => new_site("over$number-$database", $site),
        database => $cluster->conninfo($database), config => $config // '');
    return $httpd->start;
}

# Seconds until all of 40 requests, each on a connection of its own, give what
# TEST wants; they reach both children.
sub all_children {
    my ($httpd, $path, $test) = @_;
    my $begin = time;
    my $done = wait_for(10, sub {
        my $client = $httpd->client(keep_alive => 0);
        for (1 .. 40) { return 0 if !$test->($client->get($path)) }
        return 1;
    });
    return $done ? time - $begin : 99;
}

sub has { my ($name) = @_; return sub { $_[0]{status} == 200 && exists $_[0]{json}{$name} } }

sub status_is { my ($status) = @_; return sub { $_[0]{status} == $status } }

# One connection listens, and has asked nothing for a second.
sub listener_at_rest {
    my ($database) = @_;
    return $cluster->sql('postgres', q{SELECT count(*) = 1 AND every(state = 'idle' AND state_change < now() - interval '1 s')}
            . " FROM pg_stat_activity WHERE application_name = 'mod_site listen' AND datname = '$database'") eq 't';
}

my $path = '/api/thing/7/';

# --- by notification, under load --------------------------------------------------------
{
    my $database = new_database(notify => 1);
    my $httpd = httpd_over($database);
    ok all_children($httpd, $path, status_is(200)) < 5, 'served';
    ok wait_for(5, sub { grep { /SITE0083/ } $httpd->log->lines }), 'and somebody listens';
    sleep 0.5;
    my $client = $httpd->client;
    $client->load_begin(3, $path);
    for my $column (qw(colour weight)) {
        $cluster->sql($database, "ALTER TABLE thing ADD COLUMN $column text");
        my $took = all_children($httpd, $path, has($column));
        cmp_ok $took, '<', 2, sprintf 'all children know the new column %s (%.1f s)', $column, $took;
    }
    my $count = $client->load_end;
    is_deeply [keys %$count], [200], 'no request failed meanwhile' or diag explain $count;

    $cluster->sql($database, 'CREATE TABLE other (id int PRIMARY KEY)', 'GRANT SELECT ON other TO site');
    cmp_ok all_children($httpd, '/api/other/', status_is(200)), '<', 2, 'a new table is a new resource';
    $httpd->expect_log(qr/SITE0110: stale_catalog: 42P01/);
    $cluster->sql($database, 'DROP TABLE other');
    cmp_ok all_children($httpd, '/api/other/', status_is(404)), '<', 2, 'a dropped one is none any more';

    # One of the children says it for all, once per catalogue.
    my %said;
    $said{$_}++ for map { /SITE0070: .*\(catalogue generation (\d+)\)/ ? $1 : () } $httpd->log->lines;
    is_deeply [grep { $_ != 1 } values %said], [], 'each catalogue is logged once' or diag explain \%said;

    # Whoever listens may go: one of the others takes over.
    for my $pid ($httpd->children) {
        kill 'KILL', $pid;
        sleep 4.5;
        my $column = "after_$pid";
        $cluster->sql($database, "ALTER TABLE thing ADD COLUMN $column text");
        my $took = all_children($httpd, $path, has($column));
        cmp_ok $took, '<', 2, sprintf 'a child was killed: the rest know the new column (%.1f s)', $took;
    }

    # What happens while nobody listens is caught up with afterwards.
    $httpd->expect_log(qr/SITE0084/, qr/SITE0052: PostgreSQL: FATAL 57P01/);
    ok wait_for(20, sub { listener_at_rest($database) }), 'whoever listens now has nothing left to do';
    $cluster->sql($database, 'ALTER EVENT TRIGGER ' . $_ . ' DISABLE')
        for $cluster->sql($database, 'SELECT evtname FROM pg_event_trigger') =~ /(\w+)/g;
    $cluster->sql($database, 'ALTER TABLE thing ADD COLUMN late text');
    sleep 0.5;
    ok !exists $client->get($path)->{json}{late}, 'without a notification nothing is noticed';
    $cluster->sql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            . "WHERE application_name = 'mod_site listen' AND datname = '$database'");
    cmp_ok all_children($httpd, $path, has('late')), '<', 5, 'until the listener had to connect again';
    $httpd->stop;
}

# --- by comparing ---------------------------------------------------------------------------
{
    my $database = new_database;
    my $httpd = httpd_over($database, 'SiteCatalogRefresh poll=1');
    ok all_children($httpd, $path, status_is(200)) < 5, 'polling: served';
    $cluster->sql($database, 'ALTER TABLE thing ADD COLUMN colour text');
    my $took = all_children($httpd, $path, has('colour'));
    cmp_ok $took, '<', 4, sprintf 'the new column is seen (%.1f s)', $took;
    my $before = () = grep { /SITE0070/ } $httpd->log->lines;
    sleep 2.5;
    is scalar(() = grep { /SITE0070/ } $httpd->log->lines), $before, 'and nothing is read again while nothing changes';
    $httpd->stop;
}

# --- by falling over it -----------------------------------------------------------------------
{
    my $database = new_database;
    my $httpd = httpd_over($database, 'SiteCatalogRefresh off');
    ok all_children($httpd, $path, status_is(200)) < 5, 'off: served';
    $cluster->sql($database, 'ALTER TABLE thing DROP COLUMN label');
    $httpd->expect_log(qr/42703/);
    my $answer = $httpd->client->get($path);
    is $answer->{status}, 503, 'a column that is gone: 503';
    ok $answer->{headers}{'retry-after'}, 'with a Retry-After';
    my $took = all_children($httpd, $path, status_is(200));
    cmp_ok $took, '<', 5, sprintf 'which asks for the catalogue to be read again (%.1f s)', $took;
    $httpd->stop;
}

# --- a section that the catalogue does not bear out ----------------------------------------------
{
    my $database = new_database(notify => 1);
    my $httpd = httpd_over($database, undef, "<SiteResource ghost>\n    SiteTable nowhere\n</SiteResource>\n");
    $httpd->expect_log(qr/SITE0071/);
    ok all_children($httpd, $path, status_is(200)) < 5, 'a section without its table: the others are served';
    is $httpd->client->status('/api/ghost/'), 503, 'that resource alone is not';
    my @said = grep { /SITE0071/ } $httpd->log->lines;
    is scalar(@said), 1, 'it is said once';
    like $said[0] // '', qr{site\.conf:2: /api/ghost: .*nowhere}, 'with the directive\'s file and line';
    ok wait_for(5, sub { grep { /SITE0083/ } $httpd->log->lines }), 'somebody listens';
    $cluster->sql($database, 'CREATE TABLE nowhere (id int PRIMARY KEY)', 'GRANT SELECT ON nowhere TO site');
    cmp_ok all_children($httpd, '/api/ghost/', status_is(200)), '<', 5, 'when the table comes, so does the resource';
    $httpd->stop;
}

done_testing;
