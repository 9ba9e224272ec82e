# The pages in a real browser (t/browser/): what a person sees, with and without JavaScript, and what a payload cannot do.
# Chromium, Node.js and Java are Debian's, the packages of t/browser/package.json npm's; ./build.sh test installs them.
# Where they cannot be had this is skipped; with SITE_TEST_REQUIRED set, as in CI, it fails.
#
# SITE_BROWSER names what to run, of: selftest xss pages. Pictures are in the build folder, below browser/.
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use JSON::PP ();
use Site::Test;
use Site::Test::Process qw(run);
use Test::More;

my @tests = split ' ', $ENV{SITE_BROWSER} // 'selftest xss pages';
my $build = $ENV{SITE_BUILD} // root . '/build';
my $folder = root . '/t/browser';

sub program {
    my ($name) = @_;
    return (grep { -x } map { "$_/$name" } split /:/, $ENV{PATH})[0];
}

my %program = map { $_ => program($_) } qw(chromium java node);
my @missing = ((grep { !$program{$_} } sort keys %program), -e "$build/npm/installed" ? () : 'packages of npm');
if (@missing) {
    my $why = 'missing: ' . join(', ', @missing) . '; ./build.sh test installs them where it can';
    die "$why\n" if $ENV{SITE_TEST_REQUIRED};
    plan skip_all => $why;
}

# --- three sites: the demo, a quite different database, and one where everything is a payload --------------------------------
my $users = setting('users');

# A site whose visitors can sign in; whoever did may write.
sub site {
    my ($name, $location, $lines, %options) = @_;
    cluster->load($name, root . '/website/database/auth.sql');
    my $httpd = new_httpd($name, database => cluster->conninfo($name), users => '/nonexistent', config => <<"CONF", %options);
<Location "/">
    SiteSessionTable mod_site.session lifetime=1d
    SiteBasicProvider file
    AuthUserFile $users/passwords
    AuthGroupFile $users/groups
</Location>
<Location "/api-auth/">
    SetHandler site-login
</Location>
<Location "$location">
    SetHandler site
$lines
</Location>
CONF
    $httpd->{config} .= $options{more} // '';
    $httpd->expect_log(qr{AH10244|AH00036|AH00127}); # addresses that are none
    return $httpd->start;
}

# Without the demo's resources, but in its looks.
sub own_site {
    my ($name) = @_;
    my $path = new_site($name);
    run('cp', '-R', root . '/website/static', $path);
    return $path;
}

sub fresh_database { return cluster->sql('postgres', qq(CREATE DATABASE "$_[0]")) }

# Few rows on a page: axe-core looks at every cell, eight times. One listed page has a hundred.
my $few = "    SitePagination size=20\n";
fresh_database('browser_sky');
cluster->load('browser_sky', root . '/website/database/load.sql', dir => root . '/website/database');
my %site = (sky => site('browser_sky', '/api', $few));

fresh_database('browser_shop');
cluster->load('browser_shop', root . '/t/schema/second.sql');
$site{shop} = site('browser_shop', '/shop', "    Require all granted\n    SiteSchema shop\n$few", site => own_site('shop'));

# What the configuration says is a payload, too: the texts of a site, of resources, attributes and choices.
my $payloads = "$folder/payloads.json";
fresh_database('browser_hostile');
cluster->load('browser_hostile', root . '/t/schema/hostile.sql', payloads => $payloads);
my $corpus = do {
    open my $in, '<', $payloads or die "$payloads: $!";
    local $/;
    JSON::PP::decode_json(<$in>);
};
my @words = map { s/(["\\])/\\$1/gr } grep { !/[^\x20-\x7e]|[%\$]\{|,/ } map { $_->{text} } grep { $_->{kind} eq 'core' } @$corpus;
my $choices = join ',', map { "$_:$words[$_]" } 0 .. $#words;
my $resources = <<"CONF";
    Require all granted
    SiteSchema hostile
    SiteMethods GET POST PUT PATCH DELETE OPTIONS
    SiteBodyLimit 20000
    SiteTitle "$words[0]"
    SiteDescription "$words[1]"
    <SiteResource texts>
        SiteTable texts
        SiteNames "$words[1] one" "$words[2] many"
        SiteAttribute words label="$words[0]"
        SiteAttribute link format=url
        SiteAttribute mail format=email
        SiteAttribute slug format=slug
        SiteAttribute choice "choices=$choices"
        SiteSearch words slug link
        SiteChart payload label="$words[1]" x=id y=figure size=figure
    </SiteResource>
CONF
my $hostile = own_site('hostile');
# Where selftest.mjs plants what the other tests must find.
run('cp', '-R', "$folder/holes", "$hostile/static/holes");
$site{hostile} = site('browser_hostile', '/api', $resources . $few, site => $hostile, more => <<"CONF");
<Location "/strict">
    SetHandler site
$resources
    SiteStrict On
    SitePagination cursor size=20
</Location>
<Location "/limit">
    SetHandler site
$resources
    SitePagination limit size=20
</Location>
CONF

# --- the tests, in TAP of their own --------------------------------------------------------------------------------------------
remove_tree("$build/browser");
make_path("$build/browser");
my $settings = scratch() . '/settings.json';
open my $out, '>', $settings or die "$settings: $!";
print $out JSON::PP->new->canonical->encode({
    user => 'editor:editor-pw', holes => "$hostile/static/holes", npm => "$build/npm", shots => "$build/browser", %program{qw(chromium java)},
    sites => { map { ($_ => 'http://127.0.0.1:' . $site{$_}->port) } keys %site },
});
close $out;

# Chromium wants a home that it may write to.
$ENV{HOME} = scratch('home');

for my $test (@tests) {
    my $pid = open(my $tap, '-|') // die "fork: $!";
    if (!$pid) {
        exec $program{node}, "$folder/$test.mjs", $settings;
        die "$program{node}: $!";
    }
    my ($planned, $failed);
    while (my $line = <$tap>) {
        chomp $line;
        if ($line =~ /^(not )?ok \d+ - (.*)/) {
            $failed = defined $1;
            ok !$failed, "$test: $2" =~ s/\\#/#/gr;
        }
        elsif ($line =~ /^1\.\.(\d+)/)         { $planned = $1 }
        elsif ($line =~ /^# (.*)/ && !$failed) { note $1 }
        else                                   { diag $line =~ s/^# /  /r }
    }
    close $tap;
    ok $planned, "$test ran to its end";
}
$_->stop for values %site;

done_testing;
