package Site::Image;

# What the tests of the image share: containers that are removed when the test
# ends, and a client for what they publish.
#
#     my $web = web('--cap-drop', 'ALL');        # started, on the tests' network
#     ok $web->answers('/api/'), 'it serves';
#     my ($status, $seconds) = $web->stop;
#
# t/image/TEST has made the image, the network, the database and its secret, and
# says so by SITE_IMAGE_*.
use strict;
use warnings;
use Exporter 'import';
use IO::Socket::INET;
use Site::Test::Client;
use Site::Test::Process qw(capture run wait_for);
use Time::HiRes qw(time);

our @EXPORT = qw(docker docker_try image in_image network secrets setting web);

my $owner = $$;
my $number = 0;
my ($test) = $0 =~ m{([^/]+)\.t$};
my @containers;

sub setting { my ($name) = @_; return $ENV{"SITE_IMAGE_$name"} // die "Run by ./build.sh test image\n" }
sub image   { setting('NAME') }
sub network { setting('NETWORK') }
sub secrets { setting('SECRETS') }

sub docker     { return run('docker', @_) }
sub docker_try { return capture('docker', @_) }

# What a command says that runs in the image, as root and without its network.
sub in_image {
    my @command = @_;
    return run('docker', 'run', '--rm', '--network', 'none', '--entrypoint', $command[0], image(), @command[1 .. $#command]);
}

# Starts a web container; options of `docker run`, and in a hash: image, secrets,
# command, name.
sub web {
    my @options = @_;
    my %own = @options && ref $options[-1] ? %{ pop @options } : ();
    my $self = bless { port => undef }, __PACKAGE__;
    $self->{name} = $own{name} // sprintf '%s-%s-%d', network(), $test, ++$number;
    push @containers, $self->{name};
    $self->{began} = time;
    docker('run', '-d', '--name', $self->{name}, '--network', network(), '-p', '127.0.0.1::8000',
        '-v', ($own{secrets} // secrets()) . ':/secrets:ro', @options, $own{image} // image(), @{ $own{command} // [] });
    $self->{port} = $self->find_port($own{inside} // 8000);
    return $self;
}

# A container that ended at once has no port any more.
sub find_port {
    my ($self, $inside) = @_;
    my ($status, $text) = docker_try('port', $self->{name}, $inside);
    return $text =~ /127\.0\.0\.1:(\d+)/ ? $1 : undef;
}

sub client { my ($self, @options) = @_; return Site::Test::Client->new($self->{port}, timeout => 5, @options) }
sub name   { $_[0]{name} }

# Waits until this path is answered so; returns the seconds since the start (at
# least a little), or nothing.
sub answers {
    my ($self, $path, %options) = @_;
    my $wanted = $options{status} // 200;
    return if !$self->{port};
    return wait_for($options{seconds} // 15, sub {
        return $self->client(keep_alive => 0)->status($path) == $wanted ? (time - $self->{began}) || 0.001 : 0;
    });
}

sub logs    { my ($self) = @_; return (docker_try('logs', $self->{name}))[1] }
sub inspect { my ($self, $format) = @_; chomp(my $text = docker('inspect', '-f', $format, $self->{name})); return $text }
sub running { my ($self) = @_; return $self->inspect('{{.State.Running}}') eq 'true' }

# [uid, gid, command] of each process, as the engine's host sees them.
sub processes {
    my ($self) = @_;
    my (undef, @lines) = split /\n/, docker('top', $self->{name}, '-eo', 'pid,uid,gid,args');
    return map { my (undef, $uid, $gid, $command) = split ' ', $_, 4; [$uid, $gid, $command] } @lines;
}

# The processes that serve: httpd's children.
sub workers {
    my ($self) = @_;
    my ($parent, @found) = 0;
    my (undef, @lines) = split /\n/, docker('top', $self->{name}, '-eo', 'pid,ppid,uid,gid,args');
    my @httpd = grep { $_->[4] =~ m{^/usr/sbin/apache2 } } map { [split ' ', $_, 5] } @lines;
    my %pid = map { $_->[0] => 1 } @httpd;
    return map { "$_->[2]:$_->[3]" } grep { $pid{ $_->[1] } } @httpd;
}

# As an orchestrator does: TERM, and KILL after the grace period. Returns the exit
# status and the seconds that it took.
sub stop {
    my ($self, $grace) = @_;
    my $began = time;
    docker('stop', '-t', $grace // 10, $self->{name});
    return ($self->inspect('{{.State.ExitCode}}'), time - $began);
}

# Waits until it has ended by itself; returns the exit status.
sub ended {
    my ($self, $seconds) = @_;
    return wait_for($seconds // 10, sub { !$self->running }) ? $self->inspect('{{.State.ExitCode}}') : 'still running';
}

$SIG{$_} = sub { exit 130 } for qw(INT TERM HUP);

END {
    if ($$ == $owner && @containers) {
        my $status = $?;
        docker_try('rm', '-f', '-v', @containers);
        $? = $status;
    }
}

1;
