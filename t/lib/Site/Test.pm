package Site::Test;

# What a t/*.t begins with:
#
#     use strict; use warnings;
#     use Test::More;
#     use Site::Test;
#
#     my $answer = client->get('/api/stars/42/');     # of the main server
#     is $answer->{status}, 200;
#     expect_log(qr/SITE0042/);                       # in the error log, by this test
#     done_testing;
#
# t/TEST has started one PostgreSQL and one Apache for all tests (./build.sh test
# does it). A test that breaks things takes its own:
#
#     my $cluster = new_cluster('down');              # stopped when the test ends
#     my $httpd = new_httpd('down', database => $cluster->conninfo('sky'));
#
# A warning or worse in an error log, of the main server while this test ran or
# of its own servers, fails the test unless expect_log declared it.
use strict;
use warnings;
use Exporter 'import';
use JSON::PP ();
use Site::Test::Client;
use Site::Test::Cluster;
use Site::Test::Httpd;
use Site::Test::Log;
use Test::More ();

our @EXPORT = qw(client cluster expect_log new_cluster new_httpd new_site port root scratch setting);

my $dir = $ENV{SITE_TEST_DIR} or die "Run by ./build.sh test t/NAME.t, which starts the servers\n";
my $settings = do {
    open my $file, '<', "$dir/settings.json" or die "$dir/settings.json: $!";
    local $/;
    JSON::PP::decode_json(<$file>);
};
my ($name) = $0 =~ m{([^/]+)\.t$};
my $owner = $$;
my (@httpds, @clusters, $client, $cluster);
my $main_log = Site::Test::Log->new($settings->{error_log});

# root (the repository), module, site, port, error_log, cluster, password
sub setting { $settings->{ $_[0] } }
sub root    { $settings->{root} }
sub port    { $settings->{port} }
sub client  { $client  //= Site::Test::Client->new($settings->{port}) }
sub cluster { $cluster //= Site::Test::Cluster->new($settings->{cluster}) }

# A folder of the test's own.
sub scratch {
    my $path = join '/', $dir, 'scratch', $name, @_;
    require File::Path;
    File::Path::make_path($path, { mode => 0755 });
    return $path;
}

sub expect_log { $main_log->expect(@_); return }

# A cluster of the test's own, started, with the role `site` and its password.
sub new_cluster {
    my ($label) = @_;
    my $new = Site::Test::Cluster->new("$dir/pg-$name-$label")->start;
    push @clusters, $new;
    $new->sql('postgres', 'CREATE ROLE site LOGIN');
    $new->set_password($settings->{password});
    return $new;
}

# A site of the test's own, for the option `site` of new_httpd: every table of
# schema public as it is, or what the given lines say of it.
sub new_site {
    my ($label, $lines) = @_;
    my $path = scratch("site-$label", 'static') =~ s{/static$}{}r;
    mkdir "$path/templates";
    open my $file, '>', "$path/site.conf" or die "$path/site.conf: $!";
    print $file $lines // '';
    close $file;
    return $path;
}

# An httpd of the test's own, not yet started; see Site::Test::Httpd.
sub new_httpd {
    my ($label, %options) = @_;
    my $new = Site::Test::Httpd->new($label,
        dir => "$dir/httpd-$name-$label", password => $settings->{password},
        database => cluster()->conninfo('sky'),
        (map { ($_ => $settings->{$_}) } qw(root module site users)), %options);
    push @httpds, $new;
    return $new;
}

# A test that is told to stop still stops its servers.
$SIG{$_} = sub { exit 130 } for qw(INT TERM HUP);

END {
    if ($$ == $owner) {
        my $status = $?;
        $_->stop for @httpds;
        $_->stop('immediate') for @clusters;
        for my $log ($main_log, map { $_->log } @httpds) {
            my @lines = $log->unexpected or next;
            Test::More::diag('Unexpected in the error log:');
            Test::More::diag(@lines > 10 ? (@lines[0 .. 9], '...') : @lines);
            $status ||= 99;
        }
        $? = $status;
    }
}

1;
