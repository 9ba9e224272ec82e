# docs/deploy/compose.yaml, with the images that are built already.
use strict;
use warnings;
use FindBin;
use Site::Image;
use Site::Test::Client;
use Site::Test::Process qw(capture free_port wait_for);
use Test::More;

my @compose = (capture('docker', 'compose', 'version'))[0] == 0 ? ('docker', 'compose')
    : (capture('docker-compose', 'version'))[0] == 0 ? 'docker-compose'
    : plan skip_all => 'neither docker compose nor docker-compose is installed';
my $port = free_port();
my $project = network() . 'c';
docker('tag', setting('DATABASE'), image() . '-database');
my @command = ('env', 'IMAGE=' . image(), "SITE_PORT=127.0.0.1:$port", 'SECRETS=' . secrets(), @compose,
    '-p', $project, '-f', "$FindBin::RealBin/../../docs/deploy/compose.yaml");

my ($status, $said) = capture(@command, 'up', '-d', '--no-build');
is $status, 0, 'up' or diag $said;
my $client = Site::Test::Client->new($port, keep_alive => 0);
ok wait_for(60, sub { $client->status('/api/stars/?page_size=1') == 200 }), 'the demo is served'
    or diag((capture(@command, 'logs'))[1]);
($status, $said) = capture(@command, 'down', '-v', '-t', '20');
is $status, 0, 'down' or diag $said;
docker('rmi', image() . '-database');

done_testing;
