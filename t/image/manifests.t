# The manifests for Kubernetes fit its API: fields that there are, of the types that they have.
use strict;
use warnings;
use File::Temp;
use FindBin;
use Site::Image;
use Site::Test::Process qw(capture);
use Test::More;

my $npm = $ENV{SITE_IMAGE_NPM} // '';
plan skip_all => 'kubernetes-models is not at hand' if !-d "$npm/kubernetes-models";

my $folder = "$FindBin::RealBin/../../docs/deploy/kubernetes";
sub judge { my @files = @_; return split /\n/, (capture('env', "NODE_PATH=$npm", 'node', "$FindBin::RealBin/manifests.js", @files))[1] }

my @said = judge(glob "$folder/*.yaml");
my ($documents) = (pop @said // '') =~ /^(\d+) documents$/;
is_deeply \@said, [], 'every field is one of the API' or diag @said;
cmp_ok $documents // 0, '>=', 6, 'of all documents';

# That mistakes would be found.
my $dir = File::Temp->newdir;
for my $case (['web', 'containerPort: 8000', 'containerPort: "8000"', qr/containerPort must be integer/],
    ['web', 'readOnlyRootFilesystem', 'readonlyRootFilesystem', qr/readonlyRootFilesystem is unknown/],
    ['ingress', 'networking.k8s.io/v1', 'networking.k8s.io/v1beta1', qr{backend/service is unknown}],
    ['database', 'instances: 3', 'instances: three', qr/instances must be a number/]) {
    my ($name, $right, $wrong, $message) = @$case;
    open my $in, '<', "$folder/$name.yaml" or die "$name.yaml: $!";
    my $text = join '', <$in>;
    $text =~ s/\Q$right\E/$wrong/ or die "$name.yaml has no $right";
    open my $out, '>', "$dir/wrong.yaml" or die "wrong.yaml: $!";
    print $out $text;
    close $out;
    like join("\n", judge("$dir/wrong.yaml")), $message, "$wrong is found";
}

done_testing;
