# What is written about deployments fits what is there: the table of variables in
# docs/operations.md has every variable of apache-conf/ with its default, and the
# files of docs/deploy/ and docs/scaling.md set no others.
use strict;
use warnings;
use Site::Test;
use Test::More;

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!";
    local $/;
    return <$file>;
}

my $root = root;
my %default = slurp("$root/apache-conf/defaults.conf") =~ /^\s*Define (SITE_\w+) "?([^"\n]*)"?$/mg;
my %documented;
for my $line (split /\n/, slurp("$root/docs/operations.md")) {
    my ($names, $values) = $line =~ /^\| ((?:`SITE_\w+`(?:, )?)+) \| ([^|]+) \|/ or next;
    my @values = $values =~ /`([^`]+)`/g;
    $documented{$_} = (@values > 1 ? shift @values : $values[0]) // '' for $names =~ /`(\w+)`/g;
}
# Said in words, or no one's to set.
my %apart = map { $_ => 1 } qw(SITE_DATABASE SITE_MODULES SITE_MODULE SITE_TRUSTED_PROXIES);
cmp_ok scalar(keys %default), '>', 15, 'defaults are found';
is_deeply +{ map { $_ => $documented{$_} } grep { !$apart{$_} } keys %documented },
    +{ map { $_ => $default{$_} } grep { !$apart{$_} } keys %default }, 'the table of variables has them all, with their defaults';
ok $documented{$_} eq '', "$_ has no plain default" for qw(SITE_DATABASE SITE_TRUSTED_PROXIES);

for my $path (glob("$root/docs/deploy/*.yaml $root/docs/deploy/kubernetes/*"), "$root/docs/scaling.md") {
    my %used = map { $_ => 1 } slurp($path) =~ /\b(SITE_[A-Z_]+)\b/g;
    is_deeply [grep { !exists $documented{$_} } sort keys %used], [], $path =~ s{^\Q$root\E/}{}r . ' names only variables that there are';
}

# What the environment says goes before; what is empty, or Kubernetes's, does not.
{
    my %environment = (SITE_DB_HOST => 'elsewhere', SITE_DB_NAME => '', SITE_DATABASE => 'host=a options=x://y:1 user=b',
        SITE_PORT => 'tcp://10.96.0.7:80', SITE_PORT_80_TCP => 'tcp://10.96.0.7:80', SITE_DB_PORT => 'tcp://10.96.0.8:5432',
        SITE_PUBLIC_URL => 'https://sky.example:8443', SITE_RUN => '/somewhere');
    delete local @ENV{ grep { /^SITE_/ } keys %ENV };
    local @ENV{ keys %environment } = values %environment;
    my $said = qx{sh -c '. "$root/apache-conf/envvars"; echo "\$APACHE_ARGUMENTS"'};
    is_deeply [sort $said =~ /-D (\w+)/g], [qw(SITE_CONF SITE_DATABASE SITE_DB_HOST SITE_PUBLIC_URL SITE_RUN)], 'envvars takes what is meant for it';
    like scalar qx{bash -x "$root/apache-conf/alive" 2>&1}, qr{/dev/tcp/127\.0\.0\.1/8000}, 'the health check asks the port that is served';
    $ENV{SITE_PORT} = '127.0.0.1:9';
    like scalar qx{bash -x "$root/apache-conf/alive" 2>&1}, qr{/dev/tcp/127\.0\.0\.1/9\b}, 'also another one';
}

# Every container of the manifests has what a platform asks for.
my $web = slurp("$root/docs/deploy/kubernetes/web.yaml");
like $web, qr/\b$_:/, "the Deployment has $_" for qw(startupProbe livenessProbe readinessProbe resources securityContext preStop
    readOnlyRootFilesystem runAsNonRoot enableServiceLinks terminationGracePeriodSeconds);
like $web, qr{readinessProbe:\s+httpGet: \{path: /readyz\b}, 'which asks /readyz whether it is ready';
unlike $web . slurp("$root/docs/deploy/compose.yaml"), qr/PGPASSWORD|password:\s*\S+[^}\n]*$/mi, 'no password in an environment';

done_testing;
