package Site::Test::Httpd;

# A private httpd for a test that breaks things: its own port, log, password
# file and configuration, made from the very files of apache-conf/.
#
#     my $httpd = Site::Test::Httpd->new('rotation', database => $conninfo,
#         config => "DBDMax 2\n")->start;
#     $httpd->client->get('/api/');
#     $httpd->graceful; $httpd->stop;
use strict;
use warnings;
use File::Path qw(make_path);
use POSIX ();
use Scalar::Util qw(weaken);
use Site::Test::Client;
use Site::Test::Log;
use Site::Test::Process qw(capture free_port wait_for stop_pid alive);

# Options: database, password, config (added at the end), defines (more or other
# -C Defines), dir, root, module, site.
sub new {
    my ($class, $name, %options) = @_;
    my $self = bless { name => $name, port => free_port(), defines => {}, config => '', %options },
        $class;
    my $dir = $self->{dir};
    make_path("$dir/run", { mode => 0755 });
    $self->{error_log} = "$dir/error_log";
    $self->{password_file} = "$dir/secrets/password/password";
    $self->write_password($self->{password}) if defined $self->{password};
    $self->{log} = Site::Test::Log->new($self->{error_log});
    return $self;
}

sub port   { $_[0]{port} }
sub log    { $_[0]{log} }

sub client {
    my ($self, @options) = @_;
    my $client = Site::Test::Client->new($self->{port}, @options);
    push @{ $self->{clients} }, $client;
    weaken $self->{clients}[-1];
    return $client;
}

# Where a module's own lines can be declared expected.
sub expect_log { my ($self, @patterns) = @_; $self->{log}->expect(@patterns); return $self }

# Readable by the one who starts the server alone.
sub write_password {
    my ($self, $password) = @_;
    my $file = $self->{password_file};
    make_path($file =~ s{/[^/]*$}{}r, { mode => 0700 });
    open my $out, '>', "$file.new" or die "$file: $!";
    chmod 0400, "$file.new";
    print $out "$password\n";
    close $out;
    rename "$file.new", $file or die "$file: $!";
    return;
}

sub write_config {
    my ($self) = @_;
    my $dir = $self->{dir};
    my %define = (
        SITE_CONF => "$self->{root}/apache-conf", SITE_ROOT => $self->{site},
        SITE_MODULE => $self->{module}, SITE_RUN => "$dir/run",
        SITE_PORT => "127.0.0.1:$self->{port}", SITE_DATABASE => $self->{database},
        SITE_PASSWORD_FILE => $self->{password_file}, SITE_USERS => $self->{users},
        SITE_SIGNIN_RATE => '1000/s', SITE_ERROR_LOG => $self->{error_log},
        SITE_ACCESS_LOG => "$dir/access_log", SITE_LOG_LEVEL => 'warn site:info',
        %{ $self->{defines} });
    open my $conf, '>', "$dir/httpd.conf" or die "$dir/httpd.conf: $!";
    print $conf map { qq(Define $_ "$define{$_}"\n) } sort keys %define;
    print $conf "Include \${SITE_CONF}/apache2.conf\n$self->{config}\n";
    close $conf;
    return;
}

# A module that was built with sanitizers needs them preloaded (./build.sh test asan).
sub command {
    my ($self, @more) = @_;
    my @preload = $ENV{SITE_TEST_PRELOAD} ? ('env', "LD_PRELOAD=$ENV{SITE_TEST_PRELOAD}") : ();
    return (@preload, '/usr/sbin/apache2', '-f', "$self->{dir}/httpd.conf", @more);
}

# (status, output) of `apache2 -t`.
sub configtest {
    my ($self) = @_;
    $self->write_config;
    return capture($self->command('-t'));
}

# Starts it and waits until it listens. Dies with what it said otherwise, unless
# may_fail: then false. PREFIX is a command line to start it by.
sub start {
    my ($self, %options) = @_;
    $self->write_config;
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        POSIX::setsid();
        open STDIN,  '<',  '/dev/null';
        open STDOUT, '>',  '/dev/null';
        open STDERR, '>>', $self->{error_log};
        exec @{ $options{prefix} // [] }, $self->command('-DFOREGROUND') or POSIX::_exit(127);
    }
    $self->{pid} = $pid;
    $self->{owner} = $$;
    # httpd opens its sockets before it writes the pid file.
    my $up = wait_for(20, sub { !alive($pid) || -s "$self->{dir}/run/apache2.pid" });
    if (!$up || !alive($pid)) {
        delete $self->{pid};
        return if $options{may_fail};
        die "httpd '$self->{name}' did not start:\n", $self->{log}->lines;
    }
    return $self;
}

# The same, and waits until the catalogue has been read: for tests of something
# else, on a machine that has much to do. What it asks for is denied, and so
# counts for no rate.
sub serve {
    my ($self) = @_;
    $self->start;
    wait_for(30, sub { $self->client(keep_alive => 0)->request('POST', '/api/', {}, '')->{status} !~ /^5/ });
    return $self;
}

# Gracefully while its children end soon, as the container's init stops it. At a
# hard stop httpd closes the sockets of workers that may be closing them
# themselves, and now and then a child dies of it.
sub stop {
    my ($self) = @_;
    my $pid = $self->{pid} // return 1;
    $_->hang_up for grep { defined } @{ delete $self->{clients} // [] };
    kill 'WINCH', $pid;
    my $begin = time;
    wait_for(20, sub { !$self->children || (time - $begin > 3 && $self->connected) });
    delete $self->{pid};
    return stop_pid($pid);
}

# Waits until the new generation is configured.
sub graceful {
    my ($self) = @_;
    my $ready = sub { scalar grep { /resuming normal operations/ } $self->{log}->lines(@_) };
    # start() returns before that is logged.
    $self->{configured} ||= wait_for(10, $ready) || return;
    my $from = $self->{log}->size;
    kill 'USR1', $self->{pid};
    return wait_for(10, sub { $ready->($from) });
}

# Whether a client still has a connection, for which a graceful stop waits.
sub connected {
    my ($self) = @_;
    my $place = sprintf '%08X:%04X', unpack('L', pack 'C4', 127, 0, 0, 1), $self->port;
    open my $in, '<', '/proc/net/tcp' or die "/proc/net/tcp: $!";
    return scalar grep { /^\s*\d+: \Q$place\E \S+ 01 / } <$in>;
}

# Process ids of the children that serve.
sub children {
    my ($self) = @_;
    my (undef, $text) = capture('ps', '-o', 'pid=,stat=', '--ppid', $self->{pid});
    return $text =~ /^\s*(\d+)\s+[^Z\s]/mg;    # those that have ended may wait to be noticed
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!, $@);
    $self->stop if $self->{pid} && $self->{owner} == $$;
    return;
}

1;
