package Site::Test::Process;

# Running programs: as another user where root must not, quietly, to the end.
use strict;
use warnings;
use Exporter 'import';
use IO::Socket::INET;
use Time::HiRes qw(sleep time);

our @EXPORT_OK = qw(run capture as_user free_port wait_for stop_pid alive);

# The prefix that makes root's command line USER's; nothing for anyone else.
sub as_user {
    my ($user) = @_;
    return $> ? () : ('setpriv', "--reuid=$user", "--regid=$user", '--init-groups', '--');
}

# Runs a command with nothing on its input; returns (status, output of both).
sub capture {
    my @command = @_;
    my $pid = open(my $out, '-|') // die "fork: $!";
    if (!$pid) {
        chdir '/';
        open STDIN,  '<',  '/dev/null';
        open STDERR, '>&', \*STDOUT;
        exec @command or print "$command[0]: $!\n";
        require POSIX;
        POSIX::_exit(127);
    }
    local $/;
    my $text = <$out> // '';
    close $out;
    return ($? >> 8 || ($? & 127), $text);
}

# The same for a command that must succeed; returns its output.
sub run {
    my ($status, $text) = capture(@_);
    die "@_\nended with $status: $text" if $status;
    return $text;
}

# A loopback port that nobody listens on just now.
sub free_port {
    my $socket = IO::Socket::INET->new(
        LocalAddr => '127.0.0.1', Proto => 'tcp', Listen => 1)
        or die "no free port: $!";
    return $socket->sockport;
}

# Asks until the answer is true; returns it, or nothing after SECONDS.
sub wait_for {
    my ($seconds, $ask) = @_;
    my $end = time + $seconds;
    while (1) {
        my $answer = $ask->();
        return $answer if $answer;
        return if time > $end;
        sleep 0.05;
    }
}

sub alive {
    my ($pid) = @_;
    waitpid $pid, 1;    # WNOHANG: a dead child of ours is not alive
    return kill 0, $pid;
}

# TERM, and KILL for what is still there ten seconds later. A negative number is
# a process group, as kill has it.
sub stop_pid {
    my ($pid, $signal) = @_;
    kill $signal // 'TERM', $pid or return 1;
    return 1 if wait_for(10, sub { !alive($pid) });
    kill 'KILL', $pid;
    wait_for(5, sub { !alive($pid) });
    return 0;
}

1;
