# The image itself: what it says of itself, what is in it and what is not.
use strict;
use warnings;
use FindBin;
use JSON::PP ();
use Site::Image;
use Site::Test::Process qw(capture);
use Test::More;

my $root = "$FindBin::RealBin/../..";

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!";
    local $/;
    return <$file>;
}

# --- the Dockerfile ---------------------------------------------------------------
for my $path ('Dockerfile', 'docs/deploy/database/Dockerfile') {
    my $text = slurp("$root/$path") =~ s/^\s*#.*\n//mgr =~ s/\s*\\\n\s*/ /gr;
    my @from = $text =~ /^FROM (\S+)/mg;
    like $text, qr/^ARG BASE=debian:stable-slim$/m, "$path: the base is an argument";
    is_deeply [grep { $_ ne '${BASE}' } @from], [], 'and nothing comes from anywhere else';
    is_deeply [$text =~ /^(ADD|MAINTAINER|ENV|USER)\b.*/mg], [], 'no ADD, no MAINTAINER, nothing in the environment';
    is_deeply [grep { !/^\[/ } $text =~ /^(?:CMD|ENTRYPOINT) (.*)/mg], [], 'commands are lists: no shell in between';
    my ($last) = $text =~ /.*^FROM (.*)/ms;
    my @run = $last =~ /^RUN (.*)/mg;
    is scalar(@run), 1, 'one layer is made by a command';
    like $run[0], qr/apt-get update && .*install -y --no-install-recommends .*rm -rf \/var\/lib\/apt\/lists/, 'that leaves no package lists';
    like $last, qr/^HEALTHCHECK /m, 'health is checked';
    unlike $last, qr/\b(?:curl|wget)\b/, 'without another program';
}
# What dockerfilelint gets wrong: the tag is in the argument, and HEALTHCHECK does have options.
my %wrong = map { $_ => 1 } 'Base Image Missing Tag', 'Invalid Argument Format';
SKIP: {
    my $lint = $ENV{SITE_IMAGE_LINT} or skip 'dockerfilelint is not at hand', 2;
    for my $path ('Dockerfile', 'docs/deploy/database/Dockerfile') {
        my (undef, $text) = capture($lint, '-o', 'json', "$root/$path");
        my @issues = map { @{ $_->{issues} } } @{ JSON::PP::decode_json($text)->{files} };
        is_deeply [map { "$_->{line}: $_->{title}" } grep { !$wrong{ $_->{title} } } @issues], [], "dockerfilelint: $path";
    }
}

# --- what the image says ------------------------------------------------------------
my $image = JSON::PP::decode_json(docker('inspect', image()))->[0];
my $config = $image->{Config};
is_deeply $config->{Cmd}, ['/usr/sbin/apache2ctl', '-DFOREGROUND', '-kstart'], 'its command';
is_deeply $config->{Entrypoint}, ['/usr/bin/dumb-init', '--rewrite', '15:28', '--'], 'under an init that makes TERM a graceful stop';
is_deeply [keys %{ $config->{ExposedPorts} }], ['8000/tcp'], 'its port';
ok $config->{Healthcheck}, 'a health check';
is_deeply [grep { !/^PATH=/ } @{ $config->{Env} // [] }], [], 'no environment';
like join(' ', keys %{ $config->{Labels} }), qr/org\.opencontainers\.image\.\w+/, 'labels';
my $base = JSON::PP::decode_json(docker('inspect', setting('BASE')))->[0];
my $added = ($image->{Size} - $base->{Size}) / 2**20;
cmp_ok $added, '<', 25, sprintf 'it adds less than 25 MiB to its base (%.1f)', $added;
cmp_ok scalar(@{ $image->{RootFS}{Layers} }) - @{ $base->{RootFS}{Layers} }, '<=', 2, 'in two layers';

# --- what is in it --------------------------------------------------------------------
my $said = in_image('/bin/bash', '-c', <<'SCRIPT');
for path in /source /build /image /var/lib/apt/lists/* /var/cache/apt/archives/*.deb /etc/apache2/sites-enabled \
    /srv/site/database /root/.[a-z]*history /usr/bin/gcc /usr/include/apr*; do
    [[ ! -e $path ]] || echo "there is $path"
done
modules=$(sed -n 's|^LoadModule .*\${SITE_MODULES}/|/usr/lib/apache2/modules/|p' /etc/apache2/*.conf /etc/apache2/*.load)
for file in /usr/sbin/apache2 $modules /usr/lib/apache2/modules/mod_site.so /usr/lib/*/apr-util-1/apr_dbd_pgsql.so; do
    [[ -e $file ]] || echo "there is no $file"
    ldd "$file" | grep 'not found' | sed "s|^|$file:|"
done
for file in $(find /srv/site/static -type f -size +1024c \( -name '*.css' -o -name '*.js' -o -name '*.svg' \)); do
    for form in br gz; do
        [[ -s $file.$form && ! $file -nt $file.$form ]] || echo "$file is not packed as $form"
    done
done
find /srv/site /etc/apache2 ! -user root -o ! -type l -perm /022
SCRIPT
is $said, '', 'nothing that only the build needs, nothing missing, nothing that others could change';
my ($before, $after) = map {
    [sort split /\n/, docker('run', '--rm', '--network', 'none', '--entrypoint', '/usr/bin/find', $_, qw(/ -xdev -type f -perm /6000))]
} setting('BASE'), image();
is_deeply $after, $before, 'no program with rights of its own beyond those of the base';
my (undef, $text) = docker_try('run', '--rm', '--network', 'none', image(), '/usr/sbin/apache2ctl', '-t');
like $text, qr/Syntax OK/, 'its configuration is right, without a secret and without a database' or diag $text;
(undef, $text) = docker_try('run', '--rm', '--network', 'none', image(), '/usr/sbin/apache2ctl', '-M');
is_deeply [sort grep { !/^(?:core|so|http|unixd|watchdog|log_config|logio|version)_module$/ } $text =~ /(\w+_module) \(/g],
    [sort map { /^LoadModule (\S+)/ ? $1 : () } map { split /\n/, slurp($_) } glob "$root/apache-conf/*"],
    'the modules that the configuration names, and no others';

done_testing;
