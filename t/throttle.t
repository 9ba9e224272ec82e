# How often somebody may ask: counted for all processes together, by user or by
# the client's address.
use strict;
use warnings;
use Site::Test;
use Site::Test::Process qw(wait_for);
use Site::Test::Users qw(basic);
use Test::More;
use Time::HiRes ();

my $site = new_site('throttle');
my $path = '/api/tag/12/';
my $number = 0;

sub httpd {
    my ($lines, %options) = @_;
    my $users = setting('users');
    my $httpd = new_httpd('throttle' . $number++, site => $site, users => '/nonexistent',
        config => ($options{before} // '') . "<Location \"/api\">\nSiteBasicProvider file\nAuthUserFile $users/passwords\n$lines</Location>\n");
    $httpd->expect_log(@{ $options{log} }) if $options{log};
    return $httpd;
}

{
    my $httpd = httpd("SiteThrottle anon=3/h user=5/h\n")->serve;
    my $client = $httpd->client;
    is $client->status($path), 200, "request $_" for 1 .. 3;
    my $answer = $client->get($path);
    is $answer->{status}, 429, 'the fourth is too many';
    like $answer->{json}{detail}, qr/^Request was throttled\. Expected available in (3600|3599|359\d) seconds\.$/, 'in the words of DRF';
    my ($seconds) = $answer->{json}{detail} =~ /(\d+)/;
    is $answer->{headers}{'retry-after'}, $seconds, 'and Retry-After';
    is $answer->{headers}{allow}, 'GET, HEAD, OPTIONS', 'and Allow';
    is $client->request('OPTIONS', $path)->{status}, 429, 'whatever the method';
    is $client->get($path, basic('editor', 'wrong'))->{status}, 401, 'who it is comes first';
    is $client->status("$path?x", Accept => 'text/plain'), 406, 'and negotiation';
    is $client->status($path, basic('editor')), 200, 'a user counts by name' for 1 .. 5;
    is $client->status($path, basic('editor')), 429, 'and has his own rate';
    is $client->status($path, basic('viewer')), 200, 'another user another one';
    is $client->status('/'), 200, 'another location is not counted';
}
{
    my $httpd = httpd("SiteThrottle anon=2/s\n")->serve;
    my $client = $httpd->client;
    $client->status($path) for 1 .. 2;
    my $answer = $client->get($path);
    is $answer->{json}{detail}, 'Request was throttled. Expected available in 1 second.', 'one second, not seconds';
    sleep 1;
    is $client->status($path), 200, 'the window slides';
}
{
    # Atomic, across both children.
    my $httpd = httpd("SiteThrottle anon=50/h\n")->serve;
    my %count;
    for (1 .. 8) {
        $count{ $_->[0] }++ for $httpd->client->together(($path) x 20);
    }
    is_deeply \%count, { 200 => 50, 429 => 110 }, 'of 160 requests at once exactly 50 get through';
}
{
    # The address that mod_remoteip makes out; a header alone is nothing.
    my $httpd = httpd("SiteThrottle anon=1/h\n")->serve;
    my $client = $httpd->client;
    is $client->status($path), 200, 'one';
    is $client->status($path, 'X-Forwarded-For' => "10.0.0.$_"), 429, 'a header is no address' for 1 .. 2;

    my $proxied = httpd("SiteThrottle anon=1/h\n",
        before => "<IfModule !remoteip_module>\nLoadModule remoteip_module \${SITE_MODULES}/mod_remoteip.so\n</IfModule>\n"
        . "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\n")->serve->client;
    is $proxied->status($path, 'X-Forwarded-For' => "10.0.0.$_"), 200, 'behind a trusted proxy it is' for 1 .. 2;
    is $proxied->status($path, 'X-Forwarded-For' => '10.0.0.1'), 429, 'and counts';
    is $proxied->status($path, 'X-Forwarded-For' => '2001:db8::1'), 200, 'IPv6';
    is $proxied->status($path, 'X-Forwarded-For' => '2001:db8::2'), 429, 'counts by its network';
    is $proxied->status($path, 'X-Forwarded-For' => '2001:db8:0:1::2'), 200, 'and not by another one';
}
{
    my $httpd = httpd("SiteThrottle signin=3/h\n")->serve;
    my $client = $httpd->client;
    is $client->status($path, basic('editor', "guess $_")), 401, 'a wrong password' for 1 .. 3;
    is $client->status($path, basic('editor', 'guess')), 429, 'the fourth is not even looked at';
    is $client->status($path, basic('editor')), 429, 'nor a right one: who guesses learns nothing';
    is $client->status($path), 200, 'reading goes on';
}
# --- many at once -------------------------------------------------------------------------------
# Clients at the same time, each with a connection of its own; how often each
# status was the answer.
sub at_once {
    my ($httpd, $clients, $times, $ask) = @_;
    my (@pipes, %count);
    for my $number (1 .. $clients) {
        my $pid = open(my $pipe, '-|') // die "fork: $!";
        if (!$pid) {
            require POSIX;
            my $client = $httpd->client(timeout => 60);
            print $ask->($client, "$number.$_"), "\n" for 1 .. $times;
            close STDOUT;
            POSIX::_exit(0);
        }
        push @pipes, $pipe;
    }
    for my $pipe (@pipes) {
        while (<$pipe>) { chomp; $count{$_}++ }
        close $pipe;
    }
    return \%count;
}

{
    # bcrypt, so that each comparison takes a while: all guesses are under way before the first is known to be wrong.
    my $dir = scratch('bcrypt');
    chmod 0755, $dir;
    open my $file, '>', "$dir/passwords" or die;
    print $file 'slow:$2y$08$uq8OuD82NdWV7RUzrldHveWLcu.RFeAeCD4WTdxU.UFyB5tU77/hO', "\n";
    close $file;
    my $bcrypt = "AuthUserFile $dir/passwords\n";
    my $httpd = httpd("${bcrypt}SiteThrottle signin=5/h signin=100/d\n")->serve;
    is_deeply at_once($httpd, 24, 2, sub { $_[0]->status($path, basic('slow', "guess $_[1]")) }), { 401 => 5, 429 => 43 },
        'of 48 wrong guesses at once exactly as many are looked at as may be wrong';
    is $httpd->client->status($path, basic('slow', 'slow-pw')), 429, 'a right one is too late';

    my $right = httpd("${bcrypt}SiteThrottle signin=5/h\n")->serve;
    my $count = at_once($right, 12, 3, sub { $_[0]->status($path, basic('slow', 'slow-pw')) });
    is $count->{401}, undef, 'right ones are never wrong';
    cmp_ok $count->{200}, '>=', 12, '... and wait for each other where they are more than may be wrong' or diag explain $count;
    is $right->client->status($path, basic('slow', 'slow-pw')), 200, '... nor do they count';

    # Without a throttle: whoever wants no password compared does not notice the flood.
    my $flooded = httpd("${bcrypt}SiteThrottle Off\n")->serve;
    my $anybody = $flooded->client;
    $anybody->status($path) for 1 .. 3;
    my $flood = fork // die;
    if (!$flood) {
        require POSIX;
        at_once($flooded, 100, 2, sub { $_[0]->status($path, basic('nobody', "guess $_[1]")) });
        POSIX::_exit(0);
    }
    my @spent;
    for (1 .. 20) {
        my $begin = Time::HiRes::time();
        is $anybody->status($path), 200, 'reading goes on in a flood of guesses';
        push @spent, Time::HiRes::time() - $begin;
        select undef, undef, undef, 0.05;
    }
    waitpid $flood, 0;
    cmp_ok +(sort { $a <=> $b } @spent)[10], '<', 1, sprintf '... as quickly: %.0f ms', 1e3 * (sort { $a <=> $b } @spent)[10];
}

# --- one address does not keep others from signing in ----------------------------------------------
{
    my $dir = scratch('bcrypt');
    my $httpd = httpd("AuthUserFile $dir/passwords\nSiteThrottle Off\n",
        before => "<IfModule !remoteip_module>\nLoadModule remoteip_module \${SITE_MODULES}/mod_remoteip.so\n</IfModule>\n"
        . "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\n")->serve;
    $httpd->client->status($path) for 1 .. 3;
    pipe my $out, my $in or die "pipe: $!";
    my $flood = fork // die;
    if (!$flood) {
        require POSIX;
        close $out;
        my $count = at_once($httpd, 60, 10, sub { $_[0]->status($path, basic('slow', "guess $_[1]"), 'X-Forwarded-For' => '10.1.1.1') });
        print $in join(' ', sort keys %$count), "\n";
        close $in;
        POSIX::_exit(0);
    }
    close $in;
    my %count;
    for my $number (1 .. 21) {
        $count{ $httpd->client->status($path, basic('slow', 'slow-pw'), 'X-Forwarded-For' => "10.2.2.$number") }++;
        select undef, undef, undef, 0.05;
    }
    is_deeply \%count, { 200 => 21 }, 'right passwords go through while another address sends wrong ones' or diag explain \%count;
    like <$out>, qr/^401( 429)?( 503)?$/, 'which has a share of its own';
    waitpid $flood, 0;
}

# --- the image's own users --------------------------------------------------------------------------
{
    my $httpd = new_httpd('image', defines => { SITE_SIGNIN_RATE => '3/h' })->serve;
    my $client = $httpd->client;
    is $client->status('/api/stars/', basic('editor', "guess $_")), 401, 'SITE_USERS: a wrong password' for 1 .. 3;
    is $client->status('/api/stars/', basic('editor', 'guess')), 429, '... only so many times';
}

# --- who is who ------------------------------------------------------------------------------------
{
    my $proxied = httpd("SiteThrottle user=2/h\n",
        before => "<IfModule !remoteip_module>\nLoadModule remoteip_module \${SITE_MODULES}/mod_remoteip.so\n</IfModule>\n"
        . "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\n")->serve->client;
    is $proxied->status($path, basic('editor'), 'X-Forwarded-For' => "10.0.0.$_"), $_ < 3 ? 200 : 429, 'a user is one, wherever he comes from' for 1 .. 3;
    is $proxied->status($path, 'X-Forwarded-For' => '10.0.0.3'), 200, 'somebody else from there is somebody else';
    is $proxied->status($path, 'X-Forwarded-For' => '10.9.9.9'), $_ < 3 ? 200 : 429, 'user= also counts who is not signed in' for 1 .. 3;
    is $proxied->status($path, 'X-Forwarded-For' => '::ffff:10.9.9.9'), 429, 'an IPv4 address is one, also as IPv6 has it';
}
{
    my $httpd = httpd("SiteThrottle anon=1/h\n")->serve;
    is $httpd->client->status($path), 200, 'one';
    is $httpd->client->status($path), 429, 'and no more';
    is $httpd->client->request('POST', $path, {}, '')->{status}, 401, 'what is denied is not counted, and comes first';
    ok $httpd->graceful, 'a restart';
    ok wait_for(10, sub { $httpd->client(keep_alive => 0)->status($path) == 200 }), 'forgets';
}
{
    my $httpd = httpd("SiteThrottle anon=100/h anon=2/d\n")->serve;
    my $client = $httpd->client;
    is $client->status($path), 200, 'within both' for 1 .. 2;
    like $client->get($path)->{headers}{'retry-after'}, qr/^8[56]\d{3}$/, 'of several the longest is told';
}
for my $case ("SiteThrottle anon=3\n", "SiteThrottle 3/h\n", "SiteThrottle anon=0/h\n", "SiteThrottle\n") {
    my ($status, $text) = httpd($case)->configtest;
    isnt $status, 0, "configtest refuses $case";
    like $text, qr/SiteThrottle wants/, 'and says why';
}

done_testing;
