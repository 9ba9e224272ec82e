# ./build.sh up and down: the image, both containers, the demo; and nothing left.
use strict;
use warnings;
use File::Path qw(remove_tree);
use FindBin;
use Site::Image;
use Site::Test::Client;
use Site::Test::Process qw(capture free_port wait_for);
use Test::More;

my $root = "$FindBin::RealBin/../..";
my $name = network() . '-up';
my $port = free_port();
my $state = setting('WORK') . '/up';
# The image is in the cache already.
my @environment = ("SITE_NAME=$name", "SITE_PORT=127.0.0.1:$port", "SITE_STATE=$state", "IMAGE=$name-web", 'BASE=' . setting('BASE'));

my ($status, $said) = capture('env', @environment, "$root/build.sh", 'up');
is $status, 0, 'up' or diag $said;
like $said, qr/^==> Serving http/m, 'says where it serves';
my $client = Site::Test::Client->new($port);
# Of two children one may still remember for a moment that there was no database.
ok wait_for(5, sub { $client->status('/api/stars/?page_size=1') == 200 }), 'the demo is there';
is $client->status('/'), 200, 'and the front page';
my @secret = stat "$state/secrets/password/password";
is sprintf('%o', $secret[2] & 07777), '600', 'the generated secret is its owner\'s';
($status, $said) = capture('env', @environment, "$root/build.sh", 'down');
is $status, 0, 'down' or diag $said;
for my $kind ('ps -a', 'volume ls', 'network ls') {
    unlike docker(split(' ', $kind), '--filter', "name=$name"), qr/\Q$name\E/, "leaves nothing: $kind";
}
docker_try('rmi', "$name-web", "$name-database");
remove_tree($state);

done_testing;
