# How often somebody may ask: counted for all processes together, by user or by
# the client's address.
use strict;
use warnings;
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

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
    my $httpd = httpd("SiteThrottle anon=3/h user=5/h\n")->start;
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
    my $httpd = httpd("SiteThrottle anon=2/s\n")->start;
    my $client = $httpd->client;
    $client->status($path) for 1 .. 2;
    my $answer = $client->get($path);
    is $answer->{json}{detail}, 'Request was throttled. Expected available in 1 second.', 'one second, not seconds';
    sleep 1;
    is $client->status($path), 200, 'the window slides';
}
{
    # Atomic, across both children.
    my $httpd = httpd("SiteThrottle anon=50/h\n")->start;
    my %count;
    for (1 .. 8) {
        $count{ $_->[0] }++ for $httpd->client->together(($path) x 20);
    }
    is_deeply \%count, { 200 => 50, 429 => 110 }, 'of 160 requests at once exactly 50 get through';
}
{
    # The address that mod_remoteip makes out; a header alone is nothing.
    my $httpd = httpd("SiteThrottle anon=1/h\n")->start;
    my $client = $httpd->client;
    is $client->status($path), 200, 'one';
    is $client->status($path, 'X-Forwarded-For' => "10.0.0.$_"), 429, 'a header is no address' for 1 .. 2;

    my $proxied = httpd("SiteThrottle anon=1/h\n",
        before => "<IfModule !remoteip_module>\nLoadModule remoteip_module \${SITE_MODULES}/mod_remoteip.so\n</IfModule>\n"
        . "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\n")->start->client;
    is $proxied->status($path, 'X-Forwarded-For' => "10.0.0.$_"), 200, 'behind a trusted proxy it is' for 1 .. 2;
    is $proxied->status($path, 'X-Forwarded-For' => '10.0.0.1'), 429, 'and counts';
    is $proxied->status($path, 'X-Forwarded-For' => '2001:db8::1'), 200, 'IPv6';
    is $proxied->status($path, 'X-Forwarded-For' => '2001:db8::2'), 429, 'counts by its network';
    is $proxied->status($path, 'X-Forwarded-For' => '2001:db8:0:1::2'), 200, 'and not by another one';
}
{
    my $httpd = httpd("SiteThrottle signin=3/h\n")->start;
    my $client = $httpd->client;
    is $client->status($path, basic('editor', "guess $_")), 401, 'a wrong password' for 1 .. 3;
    is $client->status($path, basic('editor', 'guess')), 429, 'the fourth is not even looked at';
    is $client->status($path, basic('editor')), 429, 'nor a right one: who guesses learns nothing';
    is $client->status($path), 200, 'reading goes on';
}
for my $case ("SiteThrottle anon=3\n", "SiteThrottle 3/h\n", "SiteThrottle anon=0/h\n", "SiteThrottle\n") {
    my ($status, $text) = httpd($case)->configtest;
    isnt $status, 0, "configtest refuses $case";
    like $text, qr/SiteThrottle wants/, 'and says why';
}

done_testing;
