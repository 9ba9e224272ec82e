# Whose rights the server needs and has: the uid of its workers under every
# combination that a platform may choose, the secret, and what it could write.
use strict;
use warnings;
use Site::Image;
use Site::Test::Process qw(wait_for);
use Test::More;

my @least = ('--cap-drop', 'ALL', '--cap-add', 'SETUID', '--cap-add', 'SETGID', '--security-opt', 'no-new-privileges');
my @none = ('--cap-drop', 'ALL', '--security-opt', 'no-new-privileges');
my ($www) = in_image('/usr/bin/id', '-u', 'www-data') =~ /(\d+)/;
open my $file, '<', secrets() . '/password/password' or die "secret: $!";
chomp(my $password = <$file>);

# --- combinations that serve, and as whom ------------------------------------------
my $web;
for my $case (
    ['root with the engine\'s own capabilities', "$www:$www"],
    ['root with SETUID and SETGID', "$www:$www", @least],
    ['the same, with a read-only file system', "$www:$www", @least, '--read-only'],
    ['the same, with a tmpfs of its own', "$www:$www", @least, '--read-only', '--tmpfs', '/run/apache2'],
    ['any user in group 0 without a capability', '12345:0', @none, '--user', '12345:0'],
    ['the same, with a read-only file system', '12345:0', @none, '--user', '12345:0', '--read-only'],
    ['www-data in group 0', "$www:0", @none, '--user', "$www:0"],
    ['another user, whose group may read the secret', '12345:12345', @none, '--user', '12345:12345', '--group-add', '0', '--read-only'],
) {
    my ($what, $who, @options) = @$case;
    $web = web(@options);
    ok $web->answers('/api/'), "$what: it serves" or diag $web->logs;
    my @workers = $web->workers;
    is_deeply [@workers >= 2 ? 'enough' : @workers, grep { $_ ne $who } @workers], ['enough'], "its workers are $who" or diag explain [@workers];
    unlike $web->logs, qr/\[(?:[a-z_]+):(?:warn|error|crit|alert|emerg)\]/, 'without a warning';
    my ($status, $seconds) = $web->stop;
    is $status, 0, sprintf 'and it stops (%.1f s)', $seconds;
}

# --- combinations that must not serve ------------------------------------------------
for my $case (
    ['root with SETGID alone', @none, '--cap-add', 'SETGID'],
    ['root with SETUID alone', @none, '--cap-add', 'SETUID'],
    ['root without a capability', @none],
) {
    my ($what, @options) = @$case;
    my $refused = web(@options);
    my $served = 0;
    $served ||= $refused->{port} && $refused->client(keep_alive => 0)->status('/api/') < 599 for 1 .. 10;
    # (With 0, which is httpd's word for any end.)
    isnt $refused->ended(10), 'still running', "$what: it does not stay";
    ok !$served, 'nor was it ever root who answered';
    like $refused->logs, qr/SITE0003|AH02162/, 'and it said why';
}
{
    my $refused = web(@none, '--user', '12345:12345');
    isnt $refused->ended(10), 0, 'a user who may not read the secret: it ends';
    like $refused->logs, qr/SITE0030.*user/, 'and says why';
}

# --- a port below 1024 where the platform has no privilege-free ports ------------------
{
    my @low = (@least, '--sysctl', 'net.ipv4.ip_unprivileged_port_start=1024', '-e', 'SITE_PORT=80');
    my $refused = web(@low);
    isnt $refused->ended(10), 0, 'port 80 needs NET_BIND_SERVICE there';
    my $bound = web(@low, '--cap-add', 'NET_BIND_SERVICE', '-p', '127.0.0.1::80', { inside => 80 });
    ok $bound->answers('/api/'), 'and works with it';
}

# --- the secret --------------------------------------------------------------------------
$web = web(@least);
ok $web->answers('/api/'), 'a server to look into';
my (undef, $inspected) = docker_try('inspect', $web->name);
my (undef, $image) = docker_try('history', '--no-trunc', image());
unlike $inspected . $image . $web->logs, qr/\Q$password\E/, 'the password is not in the image, the container\'s description or the log';
my ($status, $text) = docker_try('exec', '-u', 'www-data', $web->name, 'cat', '/secrets/password/password');
isnt $status, 0, 'the serving user cannot read it';
($status, $text) = docker_try('exec', $web->name, 'stat', '-c', '%a %u', '/secrets/password/password');
is $text, "440 0\n", 'it is root\'s';
$text = docker('exec', $web->name, 'sh', '-c', q(for p in /proc/[0-9]*; do cat $p/environ $p/cmdline 2>/dev/null; done | tr '\0' '\n'));
unlike $text, qr/\Q$password\E/, 'no process has it in its environment or arguments';
like $text, qr/apache2/, 'and they were looked at';
# The needle comes by standard input, so that it is not in an argument.
open my $grep, '|-', 'docker', 'exec', '-i', $web->name, 'sh', '-c',
    'grep -rlsF -f /dev/stdin --exclude-dir=proc --exclude-dir=sys --exclude-dir=secrets / >/tmp/found' or die "docker: $!";
print $grep "$password\n";
close $grep;
is docker('exec', $web->name, 'cat', '/tmp/found'), '', 'and no other file has it';

# --- a graceful restart from inside, with these rights ---------------------------------------
docker('exec', $web->name, '/usr/sbin/apache2ctl', '-k', 'graceful');
ok wait_for(10, sub { 2 <= (() = $web->logs =~ /resuming normal operations/g) }), 'apache2ctl -k graceful is heard';
ok $web->answers('/api/'), 'and it serves on';

# --- what could be written ------------------------------------------------------------------
my $find = 'find / -xdev \( -path /proc -o -path /sys -o -path /dev \) -prune -o ! -type l -writable -print 2>/dev/null; true';
my @sticky = qw(/run/lock /tmp /var/tmp);
is_deeply [sort split /\n/, docker('exec', '-u', 'www-data', $web->name, 'sh', '-c', $find)], [@sticky],
    'the serving user can write the temporary folders and nothing else';
$web = web(@none, '--user', '12345:0');
ok $web->answers('/api/'), 'and of any user in group 0';
is_deeply [sort grep { !m{^/run/apache2/} } split /\n/, docker('exec', $web->name, 'sh', '-c', $find)], ['/run/apache2', @sticky],
    'the folder of the pid file beside them';

done_testing;
