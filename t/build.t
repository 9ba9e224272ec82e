# build.sh as a person meets it: in a fresh copy of the clone that nobody else
# may enter, as root and as a user, with everything that can be in its way.
use strict;
use warnings;
use File::Find;
use IO::Socket::INET;
use POSIX ();
use Site::Test;
use Site::Test::Process qw(run capture free_port wait_for alive);
use Site::Test::Users qw(basic);
use Test::More;
use Time::HiRes qw(time);

my $root = root;
my $scratch = scratch;
my $clone = "$scratch/private/a clone";
my $port = free_port();

# What a clone has, and nothing that was built in it.
run('mkdir', '-p', $clone, "$scratch/tmp", "$scratch/bin");
run('cp', '-R', (map { "$root/$_" } qw(build.sh CMakeLists.txt apache-conf mod_site website)), $clone);
run('chmod', '-R', 'go=', "$scratch/private");

my %environment = (SITE_PORT => "127.0.0.1:$port", SITE_STATE => "$scratch/state", SITE_BUILD => undef,
    SITE_DATABASE => undef, SITE_PASSWORD_FILE => undef, SITE_ROOT => undef);

# Starts build.sh in a process group of its own, as a terminal does.
# Options: user, environment, path.
sub start {
    my ($arguments, %options) = @_;
    my $said = "$scratch/said." . int(1e6 * time);
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        setpgrp;
        open STDIN,  '<',  '/dev/null';
        open STDOUT, '>',  $said;
        open STDERR, '>&', \*STDOUT;
        my %set = (%environment, HOME => "$scratch/tmp", %{ $options{environment} // {} });
        for my $name (keys %set) {
            if (defined $set{$name}) { $ENV{$name} = $set{$name} }
            else                     { delete $ENV{$name} }
        }
        $ENV{PATH} = "$scratch/bin:$ENV{PATH}" if $options{path};
        # When this test dies, build.sh is told to stop.
        my @as = ('setpriv', '--pdeathsig', 'TERM',
            $options{user} ? ("--reuid=$options{user}", '--regid=nogroup', '--clear-groups') : (), '--');
        # bash as a person's shell starts it: with Ctrl-C not ignored.
        $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP QUIT);
        exec @as, 'bash', "$clone/build.sh", @$arguments or POSIX::_exit(127);
    }
    return { pid => $pid, said => $said, begin => time };
}

sub said {
    my ($run) = @_;
    open my $file, '<', $run->{said} or return '';
    local $/;
    return <$file> // '';
}

# Waits for its end; returns its exit status.
sub status {
    my ($run, $seconds) = @_;
    my $status;
    wait_for($seconds // 60, sub { waitpid($run->{pid}, POSIX::WNOHANG()) > 0 && defined($status = $?) });
    if (!defined $status) {
        kill 'TERM', $run->{pid};
        waitpid $run->{pid}, 0;
        return 'still running';
    }
    return $status & 127 ? "signal $status" : $status >> 8;
}

sub serving {
    my ($run, $seconds) = @_;
    return wait_for($seconds, sub { said($run) =~ /Serving/ || !kill(0, $run->{pid}) })
        && said($run) =~ /Serving/;
}

sub listening { IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Timeout => 2) ? 1 : 0 }

# Modes and owners of the clone and of the folders above it.
sub permissions {
    my %seen;
    find({ no_chdir => 1, wanted => sub {
        if ($_ eq "$clone/build") { $File::Find::prune = 1; return }
        my @stat = stat;
        $seen{$_} = sprintf '%o %d %d', @stat[2, 4, 5];
    } }, "$scratch/private");
    for my $path ($scratch, '/var/tmp', '/tmp', '/') {
        $seen{$path} = sprintf '%o %d %d', (stat $path)[2, 4, 5];
    }
    return \%seen;
}

# Everything that runs in the state folder: [pid, uid, command line and environment].
sub processes {
    my @found;
    for my $folder (glob '/proc/[0-9]*') {
        my ($pid) = $folder =~ /(\d+)$/;
        my $text = '';
        for my $name (qw(cmdline environ)) {
            open my $file, '<', "$folder/$name" or next;
            local $/;
            $text .= <$file> // '';
        }
        push @found, [$pid, (stat $folder)[4], $text =~ tr/\0/ /r] if $text =~ m{\Q$environment{SITE_STATE}\E};
    }
    return @found;
}

# --- what it says -----------------------------------------------------------------
{
    my $run = start(['help']);
    is status($run), 0, 'help';
    like said($run), qr/^\.\/build\.sh run/m, 'names the commands';
    $run = start(['nonsense']);
    is status($run), 2, 'an unknown command is refused';
    $run = start([], environment => { ENGINE => 'no-such-engine' });
    is status($run), 1, 'no engine, no image';
    like said($run), qr/no container engine/, 'and it says so';
    for my $command (qw(up down)) {
        $run = start([$command], environment => { ENGINE => 'no-such-engine' });
        is status($run), 1, "nor $command";
        like said($run), qr/no container engine/, 'which says so, too';
    }
    fake('engine', 'exit 0');    # whatever is asked for is there
    $run = start(['up'], path => 1, environment => { ENGINE => 'engine' });
    is status($run), 1, 'up, while it is up';
    like said($run), qr/there is a container mod_site already; '\.\/build\.sh down' removes it/, 'is told what to do';
    unfake();
}

# --- what can be in the way, said before anything is started ------------------------
{
    my $taken = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 1, ReuseAddr => 1);
    my $run = start(['run']);
    is status($run), 1, 'a busy port is an error';
    like said($run), qr/^build\.sh: port 127\.0\.0\.1:$port cannot be used; .*SITE_PORT/m, 'that names the port and the way out';
    like said($run), qr/address already in use/, 'and the reason';
    ok !-e $environment{SITE_STATE}, 'nothing was begun';
    close $taken;
    for my $wrong (qw(http 0 70000 127.0.0.1:)) {
        $run = start(['run'], environment => { SITE_PORT => $wrong });
        is status($run), 1, "port $wrong is an error";
        like said($run), qr/it is no port, and no address:port/, 'and it says so';
    }

    run('mkdir', '-p', "$scratch/home/letters");
    my $mode = sub { sprintf '%o', (stat "$scratch/home")[2] };
    my $was = $mode->();
    $run = start(['run'], environment => { SITE_STATE => "$scratch/home" });
    is status($run), 1, 'a folder of other things keeps no state';
    like said($run), qr{home is in use for other things \(\S+letters\); SITE_STATE wants a folder of its own}, 'and it says so';
    is $mode->(), $was, 'its mode is what it was';
    is_deeply [glob "$scratch/home/*"], ["$scratch/home/letters"], 'and nothing is in it that was not';

    my $secret = "$scratch/tmp/password";
    open my $file, '>', $secret or die "$secret: $!";
    print $file "wrong\n";
    close $file;
    my $dead = free_port();
    my %unreachable = (SITE_DATABASE => "host=127.0.0.1 port=$dead dbname=sky user=site", SITE_PASSWORD_FILE => $secret);
    for my $case (
        ['an unreachable database', {%unreachable}, qr/database of SITE_DATABASE cannot be used: .*refused/s],
        ['a wrong password', { %unreachable, SITE_DATABASE => cluster->conninfo('sky') }, qr/cannot be used: .*password authentication failed/s],
        ['no password file', { %unreachable, SITE_PASSWORD_FILE => "$scratch/tmp/none" }, qr{tmp/none is missing, empty or cannot be read; SITE_PASSWORD_FILE}],
        ['a password in SITE_DATABASE', { %unreachable, SITE_DATABASE => 'host=x password=y' }, qr/must not hold a password/],
        ['a URI', { %unreachable, SITE_DATABASE => 'postgresql://x/y' }, qr/not a URI/],
    ) {
        my ($what, $environment, $message) = @$case;
        $run = start(['run'], environment => $environment);
        is status($run), 1, "$what is an error";
        like said($run), $message, 'that says what is wrong';
        unlike said($run), qr/Starting|Building/, 'before anything is started';
    }
}

# --- a user's packages come by sudo --------------------------------------------------
sub fake {
    my ($name, $script) = @_;
    open my $file, '>', "$scratch/bin/$name" or die "$name: $!";
    print $file "#!/bin/sh\n$script\n";
    close $file;
    chmod 0755, "$scratch/bin/$name";
    return;
}
sub unfake { unlink glob "$scratch/bin/*"; return }

my $user = 'nobody';
if (!$>) {
    run('chmod', '-R', 'a+rX', "$scratch/private");
    run('install', '-d', '-o', $user, "$scratch/user-state");
    fake('dpkg-query', 'exit 1');
    fake('sudo', qq(echo "\$*" >>"$scratch/tmp/sudo.log"));
    run('chmod', '0777', "$scratch/tmp");
    my $run = start(['deps'], user => $user, path => 1, environment => { SITE_STATE => "$scratch/user-state" });
    is status($run), 0, 'deps as a user';
    open my $file, '<', "$scratch/tmp/sudo.log" or die "sudo was not called: " . said($run);
    like join('', <$file>), qr/^apt-get update.*^env \S+ apt-get install .*libpq-dev/ms, 'asks sudo for what is missing';
    unfake();
    run('chmod', '-R', 'go=', "$scratch/private");
}

# --- the first start, from a folder that only we may enter ----------------------------
my $before = permissions();
{
    my $run = start(['run']);
    ok serving($run, 900), 'run serves' or diag said($run);
    my $answer = Site::Test::Client->new($port)->get('/api/');
    is $answer->{status}, 200, 'the API answers';
    is(Site::Test::Client->new($port)->status('/'), 200, 'the front page answers');
    like said($run), qr/There is no editor; SITE_EDITOR=name/, 'without editors, run says how to add one';
    my $secret = "$environment{SITE_STATE}/secrets/password/password";
    my @stat = stat $secret;
    is sprintf('%o %d', $stat[2] & 07777, $stat[4]), "600 $>", 'the password is ours alone';
    open my $file, '<', $secret or die "$secret: $!";
    chomp(my $password = <$file>);
    my @running = processes();
    cmp_ok scalar(@running), '>', 4, 'servers run in the state folder';
    is_deeply [map { $_->[0] } grep { $_->[2] =~ /\Q$password\E/ } @running], [], 'no process has the password in its arguments or environment';
    unlike said($run), qr/\Q$password\E/, 'and it was not printed';
    my @workers = grep { $_->[2] =~ m{^/usr/sbin/apache2} } @running;
    my $serving = $> ? $> : getpwnam 'www-data';
    is scalar(grep { $_->[1] == $serving } @workers), @workers - !$>, 'all but root\'s parent process are the serving user\'s';

    my $second = start(['run'], environment => { SITE_PORT => '127.0.0.1:' . free_port() });
    is status($second), 1, 'a second one in the same state folder is refused';
    like said($second), qr/another build\.sh is using/, 'and told why';

    kill 'INT', -$run->{pid};
    is status($run, 30), 0, 'Ctrl-C stops it';
    like said($run), qr/Stopping Apache.*Stopping PostgreSQL/s, 'both servers, in order';
    is_deeply [processes()], [], 'nothing is left running';
    ok !listening(), 'and the port is free';
    is_deeply permissions(), $before, 'no permission or owner was changed';
}

# --- the second start -------------------------------------------------------------------
{
    fake($_, "echo $_ was called; exit 1") for qw(apt-get sudo initdb);
    my $run = start(['run'], path => 1, environment => { SITE_EDITOR => 'ada' });
    ok serving($run, 60), 'a second start serves' or diag said($run);
    my $seconds = time - $run->{begin};
    cmp_ok $seconds, '<', 10, sprintf 'within seconds (%.1f)', $seconds;
    unlike said($run), qr/was called|Installing|Loading/, 'without apt, without loading again';
    my ($password) = said($run) =~ /Added editor ada with password (\S+)/;
    my $write = sub { Site::Test::Client->new($port)->request('PATCH', '/api/tags/1/', { 'Content-Type' => 'application/json', @_ }, '{}')->{status} };
    is $write->(basic('ada', $password // '')), 200, 'SITE_EDITOR adds an editor' or diag said($run);
    is $write->(basic('ada', 'other')), 401, '... by that password';
    is $write->(), 401, '... alone';
    my @users = stat "$environment{SITE_STATE}/users/passwords";
    is sprintf('%o', $users[2] & 07777), '640', '... which is kept as a hash, for the server';
    kill 'KILL', $run->{pid};
    waitpid $run->{pid}, 0;
    ok listening(), 'killed, it leaves its servers';
    $run = start(['run']);
    is status($run), 1, 'so the next start finds the port busy';
    open my $file, '<', "$environment{SITE_STATE}/httpd/apache2.pid" or die "no pid file: $!";
    my $pid = <$file> + 0;
    kill 'TERM', $pid;
    wait_for(10, sub { !alive($pid) });
    $run = start(['run'], path => 1, environment => { SITE_EDITOR => 'ada' });
    ok serving($run, 60), 'and the one after Apache was stopped' or diag said($run);
    like said($run), qr/Stopping the PostgreSQL that an earlier run left/, 'takes PostgreSQL over';
    like said($run), qr/Editor ada exists/, 'and keeps the editor';
    is $write->(basic('ada', $password // '')), 200, '... with the same password';
    kill 'TERM', $run->{pid};
    is status($run, 30), 0, 'TERM stops it as well';
    is_deeply [processes()], [], 'with nothing left running';
    unfake();
}

# --- what the catalogue has to say of the site's own file, a person sees ---------------------
{
    open my $file, '>>', "$clone/website/site.conf" or die "site.conf: $!";
    print $file "<SiteResource comets>\n    SiteKey name\n</SiteResource>\n";
    close $file;
    my $run = start(['run']);
    ok serving($run, 60), 'a section that the database does not bear out: run serves' or diag said($run);
    ok wait_for(10, sub { said($run) =~ m{SITE0071: .*site\.conf:\d+: /api/comets: there is no table 'comets'} }),
        'and shows what is wrong with it' or diag said($run);
    is(Site::Test::Client->new($port)->status('/api/comets/'), 503, 'that resource answers 503');
    is(Site::Test::Client->new($port)->status('/api/stars/42/'), 200, 'the others do not');
    kill 'TERM', $run->{pid};
    is status($run, 30), 0, 'until it is stopped';
    run('cp', "$root/website/site.conf", "$clone/website/site.conf");
}

# --- debug: one process over a throw-away database, on a port of its own ------------------------
{
    my $run = start(['debug']);
    ok serving($run, 120), 'debug serves' or diag said($run);
    my ($own) = said($run) =~ m{Serving http://127\.0\.0\.1:(\d+)/};
    isnt $own // 0, $port, 'on a port of its own';
    is(Site::Test::Client->new($own)->status('/api/stars/42/'), 200, 'and the API answers');
    my ($state) = said($run) =~ m{Making a private PostgreSQL in (\S+)/postgres};
    kill 'INT', -$run->{pid};
    is status($run, 30), 0, 'Ctrl-C stops it';
    ok $state && !-e $state, 'and the database is thrown away';
}

# --- an existing database -----------------------------------------------------------------
{
    my $run = start(['run'], environment => { SITE_DATABASE => cluster->conninfo('sky'),
        SITE_PASSWORD_FILE => setting('error_log') =~ s{logs/error_log$}{secrets/password/password}r });
    ok serving($run, 60), 'run over an existing database' or diag said($run);
    unlike said($run), qr/Starting PostgreSQL/, 'starts none of its own';
    is(Site::Test::Client->new($port)->status('/api/'), 200, 'and serves it');
    kill 'INT', -$run->{pid};
    is status($run, 30), 0, 'until Ctrl-C';
}

# --- users of the site's own ------------------------------------------------------------------
{
    my $folder = "$scratch/tmp/users";
    my @add = ('bash', "$clone/apache-conf/add-editor", $folder);
    my $slurp = sub { local (@ARGV, $/) = "$folder/$_[0]"; return <> };
    my ($status, $said) = capture(@add, 'ada');
    like $said, qr/Added editor ada with password \S+ /, 'add-editor adds one' or diag $said;
    my $passwords = $slurp->('passwords');
    open my $groups, '>', "$folder/groups" or die "groups: $!";
    print $groups "readers: x\neditors: bob\n";
    close $groups;
    ($status, $said) = capture(@add, 'ada');
    like $said, qr/Added the user ada .* to the group editors, with the old password/, '... makes an editor of a user who is none';
    is $slurp->('passwords'), $passwords, '... and keeps the password';
    is $slurp->('groups'), "readers: x\neditors: bob ada\n", '... and the groups';
    ($status, $said) = capture(@add, 'ada');
    like $said, qr/Editor ada exists/, '... once';
    is $slurp->('groups'), "readers: x\neditors: bob ada\n", '... in the group';
    ($status, $said) = capture(@add, 'a b');
    isnt $status, 0, 'a name with a blank is refused';

    my %own = (SITE_DATABASE => cluster->conninfo('sky'), SITE_USERS => $folder,
        SITE_PASSWORD_FILE => setting('error_log') =~ s{logs/error_log$}{secrets/password/password}r);
    chmod 0700, $folder;
    chmod 0, "$folder/passwords" if $>;
    my $run = start(['run'], environment => \%own);
    is status($run), 1, 'users that Apache cannot read are an error';
    like said($run), qr{SITE_USERS: \Q$folder\E/passwords cannot be read by the user that Apache runs as}, '... that names the file';
}

# --- and a site of one's own, as small as can be -----------------------------------------------
{
    my %own = (SITE_DATABASE => cluster->conninfo('sky'), SITE_ROOT => "$scratch/own site",
        SITE_PASSWORD_FILE => setting('error_log') =~ s{logs/error_log$}{secrets/password/password}r);
    run('mkdir', '-p', $own{SITE_ROOT});
    my $run = start(['run'], environment => \%own);
    is status($run), 1, 'a site without site.conf is an error';
    like said($run), qr{SITE_ROOT: there is no .*own site/site\.conf}, 'and it says so';
    open my $file, '>', "$own{SITE_ROOT}/site.conf" or die "site.conf: $!";
    print $file qq(SiteTitle "Mine alone"\n);
    close $file;
    $run = start(['run'], environment => \%own);
    ok serving($run, 60), 'an all but empty one is enough' or diag said($run);
    my $client = Site::Test::Client->new($port);
    like $client->get('/', 'Accept' => 'text/html')->{body}, qr/<h1>Mine alone/, 'it has the module\'s front page';
    is $client->status('/api/star/42/'), 200, 'and every table under its own name';
    is $client->status('/static/none.css'), 404, 'and no static files';
    unlike said($run), qr/SITE0071|AH00112/, 'nothing is complained of';
    kill 'INT', -$run->{pid};
    is status($run, 30), 0, 'until Ctrl-C';
}

# --- the same as a user ----------------------------------------------------------------------
SKIP: {
    skip 'this is not root, so the first start was a user\'s already', 5 if $>;
    run('chown', '-R', $user, "$scratch/private");
    $before = permissions();
    $environment{SITE_STATE} = "$scratch/user-state";
    my $run = start(['run'], user => $user);
    ok serving($run, 240), 'run as a user serves' or diag said($run);
    is(Site::Test::Client->new($port)->status('/api/'), 200, 'the API answers');
    my $uid = getpwnam $user;
    is_deeply [grep { $_->[1] != $uid } processes()], [], 'everything runs as that user';
    kill 'INT', -$run->{pid};
    is status($run, 30), 0, 'until Ctrl-C';
    is_deeply permissions(), $before, 'no permission or owner was changed';
}

done_testing;
