package Site::Test::Config;

# Apache::Test, without what it adds to a configuration: ours is complete, so
# nothing is inherited from the machine's httpd.conf and no module is loaded
# beside the ones it names. What it says is kept in DIR/apache-test.log.
use strict;
use warnings;
use parent 'Apache::TestConfig';
use Apache::TestConfigParse ();
use Apache::TestServer ();
use Site::Test::Process qw(free_port);

sub find_and_load_module { return }
sub generate_index_html  { return }

sub inherit_config {
    my ($self) = @_;
    $self->get_httpd_static_modules;
    $self->get_httpd_defines;
    return;
}

# Runs WORK with both outputs in the log; returns what it returns.
sub quietly {
    my ($dir, $work) = @_;
    local %ENV = (%ENV, $ENV{SITE_TEST_PRELOAD} ? (LD_PRELOAD => $ENV{SITE_TEST_PRELOAD}) : ());
    my $said = "$dir/apache-test.log";
    open my $stdout, '>&', \*STDOUT or die "dup: $!";
    open my $stderr, '>&', \*STDERR or die "dup: $!";
    open STDOUT, '>>', $said     or die "$said: $!";
    open STDERR, '>&', \*STDOUT or die "dup: $!";
    my $result = eval { $work->() };
    my $error = $@;
    open STDOUT, '>&', $stdout or die "dup: $!";
    open STDERR, '>&', $stderr or die "dup: $!";
    return $result if $result;
    for my $file ($said, "$dir/logs/error_log") {
        open my $in, '<', $file or next;
        print STDERR <$in>;
    }
    die $error || "Apache did not start\n";
}

# Everything in the folder DIR; OPTIONS are Apache::Test's variables, and those
# that conf/*.in names.
sub create {
    my ($class, $dir, %options) = @_;
    return quietly($dir, sub {
        # Its own choice of a port is the same for whoever chooses at the same time.
        $class->new({ save => 1, top_dir => $dir, t_dir => $dir, httpd => '/usr/sbin/apache2',
            port => free_port(), servername => '127.0.0.1', documentroot => "$dir/htdocs", %options });
    });
}

# Writes httpd.conf from conf/httpd.conf.in, starts the server and returns it.
sub start_server {
    my ($self) = @_;
    return quietly($self->{vars}{top_dir}, sub {
        # How Apache::Test tells that the server ended at once.
        local $SIG{TERM} = sub { die "httpd ended at once\n" };
        $self->httpd_config;
        $self->generate_httpd_conf;
        $self->save;
        return $self->{server}->start && $self->{server};
    });
}

1;
