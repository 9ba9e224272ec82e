# The database's password: where it comes from, where it never shows, and that a
# graceful restart takes up a new one.
use strict;
use warnings;
use File::Path qw(make_path);
use Site::Test;
use Site::Test::Process qw(capture run wait_for);
use Test::More;

my $cluster = new_cluster('own');
$cluster->sql('postgres', 'CREATE DATABASE small');
$cluster->sql('small', 'CREATE TABLE thing (id int PRIMARY KEY)', 'INSERT INTO thing VALUES (7)',
    'GRANT SELECT ON thing TO site');
my $path = '/api/thing/7/';
my $site = new_site('own');
my $number = 0;
# What is logged of a connection that an administrator ends: libpq's message may be of several lines.
my @lost = (qr/\[site:/, qr/\[dbd:/, qr/^(FATAL: |server closed the connection|\tThis probably means|\tbefore or while)/);

sub httpd { return new_httpd('own' . $number++, site => $site, database => $cluster->conninfo('small'), @_) }

sub pids {
    my ($httpd) = @_;
    return ($httpd->{pid}, $httpd->children);
}

# --- odd characters, and secrecy ---------------------------------------------------
{
    # Everything that a pgpass file, a connection string or a shell could trip over.
    my $password = q{a:b\\c "d" $e #f %g};
    $cluster->set_password($password);
    my $httpd = httpd(password => $password)->start;
    is $httpd->client->status($path), 200, 'a password of odd characters works';
    my @shown;
    for my $pid (pids($httpd)) {
        for my $name (qw(cmdline environ)) {
            open my $file, '<', "/proc/$pid/$name" or next;
            local $/;
            push @shown, "$name of $pid" if index(<$file> // '', $password) >= 0;
        }
    }
    is_deeply \@shown, [], 'it is in no arguments and no environment';
    for my $dump (qw(DUMP_CONFIG DUMP_RUN_CFG DUMP_VHOSTS)) {
        my ($status, $text) = capture($httpd->command('-t', "-D$dump"));
        is $status, 0, "$dump";
        unlike $text, qr/\Q$password\E/, 'does not show it';
    }
    unlike join('', $httpd->log->lines), qr/a:b/, 'nor does the log';
    $httpd->stop;
}

# --- rotation --------------------------------------------------------------------------
{
    $cluster->set_password('first');
    my $httpd = httpd(password => 'first')->start;
    $httpd->expect_log(@lost);
    is $httpd->client->status($path), 200, 'served with the first password';
    $cluster->set_password('second');
    is $httpd->client->status($path), 200, 'open connections go on';
    $httpd->write_password('second');
    ok $httpd->graceful, 'graceful restart';
    ok wait_for(10, sub { $httpd->client->status($path) == 200 }), 'served with the second';
    # Nothing of the first is left: every connection is a new one.
    $cluster->sql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mod_site'");
    my %count;
    $count{ $httpd->client->status($path) }++ for 1 .. 20;
    is_deeply \%count, { 200 => 20 }, 'and again when all connections are made anew';
    $httpd->stop;
}

# --- a graceful restart that meets no password -------------------------------------------------
{
    $cluster->set_password('first');
    my $httpd = httpd(password => 'first')->start;
    $httpd->expect_log(@lost);
    my $end_all = sub {
        $cluster->sql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mod_site'");
    };
    for my $case (['missing'], ['empty', ''], ['two lines', "one\ntwo"]) {
        my ($what, $text) = @$case;
        unlink $httpd->{password_file};
        $httpd->write_password($text) if defined $text;
        my $before = grep { /SITE0175/ } $httpd->log->lines;
        ok $httpd->graceful, "$what: a graceful restart";
        $end_all->();
        ok wait_for(10, sub { $httpd->client->status($path) == 200 }), '... goes on with the old password';
        my @said = grep { /SITE0175/ } $httpd->log->lines;
        is @said - $before, 1, '... and says so';
        like $said[-1], qr/\Q$httpd->{password_file}\E/, '... naming the file';
    }
    $cluster->set_password('second');
    $httpd->write_password('second');
    ok $httpd->graceful, 'the next one, with a password';
    $end_all->();
    ok wait_for(10, sub { $httpd->client->status($path) == 200 }), '... takes it up';
    $httpd->stop;
    unlike join('', $httpd->log->lines), qr/first|second/, 'none of them is logged';
}

# --- wrong, missing, empty -----------------------------------------------------------------
{
    $cluster->set_password('right');
    my $httpd = httpd(password => 'wrong');
    $httpd->expect_log(qr/\[site:/, qr/\[dbd:/, qr/AH006[23]\d/);
    ok $httpd->start, 'a wrong password is no reason not to start';
    is $httpd->client->status($path), 503, 'but 503';
    $httpd->stop;
    unlike join('', $httpd->log->lines), qr/wrong/, 'the password is not logged';

    for my $case (['missing', undef], ['empty', '']) {
        my ($what, $password) = @$case;
        my $broken = httpd(password => $password);
        $broken->expect_log(qr/./);
        ok !$broken->start(may_fail => 1), "a $what password file: it does not start";
        my $said = join '', $broken->log->lines;
        like $said, qr/SitePasswordFile/, 'names the directive';
        like $said, qr/\Q$broken->{password_file}\E/, 'and the file';
    }
}

# --- as a user who may not read it, and as root in a child -------------------------------------
SKIP: {
    skip 'needs root', 1 if $>;
    my $httpd = httpd(password => 'right');
    run('touch', $httpd->{error_log});
    run('chown', '-R', 'nobody', $httpd->{dir});
    run('chown', '-R', 'root', "$httpd->{dir}/secrets");
    $httpd->expect_log(qr/./);
    ok !$httpd->start(may_fail => 1, prefix => [qw(setpriv --reuid=nobody --regid=nogroup --clear-groups --)]),
        'a user who cannot read the file: it does not start';
    like join('', $httpd->log->lines), qr/\Q$httpd->{password_file}\E.*(?:permission|read)/is, 'and says that it cannot be read';

    # httpd without CAP_SETUID keeps its children root, silently.
    my $as_root = httpd(password => 'right');
    $as_root->expect_log(qr/./);
    $as_root->start(may_fail => 1, prefix => [split / /,
        'setpriv --bounding-set=-setuid,-setgid --inh-caps=-setuid,-setgid --']);
    my $answered = wait_for(3, sub { my $s = $as_root->client->status($path); $s == 599 ? 0 : $s });
    isnt $answered // 0, 200, 'a child that is root serves nothing' . ($answered ? " ($answered)" : '');
    my $front = $as_root->client->status('/');
    isnt $front, 200, "nor the front page ($front)";
    $as_root->stop;
}

done_testing;
