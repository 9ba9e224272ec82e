package Site::Test::Config;

# Apache::Test, without what it adds to a configuration: ours is complete, so
# nothing is inherited from the machine's httpd.conf and no module is loaded
# beside the ones it names.
use strict;
use warnings;
use parent 'Apache::TestConfig';
use Apache::TestConfigParse ();
use Apache::TestServer ();
use Apache::TestTrace ();

Apache::TestTrace::trace_level('warning');

sub find_and_load_module { return }
sub generate_index_html  { return }

sub inherit_config {
    my ($self) = @_;
    $self->get_httpd_static_modules;
    $self->get_httpd_defines;
    return;
}

# Writes httpd.conf from conf/httpd.conf.in, starts the server and returns it.
# What Apache::Test says about it is shown only when it fails.
sub start_server {
    my ($self) = @_;
    my $said = "$self->{vars}{top_dir}/apache-test.log";
    open my $stdout, '>&', \*STDOUT or die "dup: $!";
    open my $stderr, '>&', \*STDERR or die "dup: $!";
    open STDOUT, '>',  $said     or die "$said: $!";
    open STDERR, '>&', \*STDOUT or die "dup: $!";
    my $started = eval {
        # How Apache::Test tells that the server ended at once.
        local $SIG{TERM} = sub { die "httpd ended at once\n" };
        $self->httpd_config;
        $self->generate_httpd_conf;
        $self->save;
        $self->{server}->start;
    };
    my $error = $@;
    open STDOUT, '>&', $stdout or die "dup: $!";
    open STDERR, '>&', $stderr or die "dup: $!";
    return $self->{server} if $started;
    for my $file ($said, "$self->{vars}{t_logs}/error_log") {
        open my $in, '<', $file or next;
        print STDERR <$in>;
    }
    die $error || "Apache did not start\n";
}

1;
