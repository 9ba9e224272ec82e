# The address that links, pages and redirects begin with: what the client asked
# for; what a trusted proxy says, and nobody else; what SitePublicURL says.
use strict;
use warnings;
use IO::Socket::IP;
use Site::Test;
use Test::More;

my $cluster = cluster;
my $site = new_site('own');
my $number = 0;

# A server; its options are Defines and lines of configuration.
sub server {
    my ($config, %defines) = @_;
    return new_httpd('own' . $number++, site => $site, defines => \%defines, config => $config // '')->start;
}

# Where the API root says that the first resource is.
sub link_of {
    my ($answer) = @_;
    my ($first) = sort values %{ $answer->{json} // {} };
    return $answer->{status} == 200 ? $first =~ s{/api/.*}{/api/}r : "status $answer->{status}";
}

sub asked {
    my ($httpd, %headers) = @_;
    return link_of($httpd->client->get('/api/', %headers));
}

# One request in HTTP/1.0's way: no Host, the connection closes.
sub raw {
    my ($address, $port, $request) = @_;
    my $socket = IO::Socket::IP->new(PeerAddr => $address, PeerPort => $port, Timeout => 5) or die "connect: $!";
    print $socket $request;
    local $/;
    my $answer = <$socket> // '';
    return $answer;
}

sub first_link { my ($text) = @_; return $text =~ m{"(https?://[^"]*?/api/)} ? $1 : $text }

# Nobody is trusted unless it is said.
my %forged = ('X-Forwarded-For' => '192.0.2.7', 'X-Forwarded-Proto' => 'https',
    'X-Forwarded-Host' => 'evil.example', 'X-Forwarded-Prefix' => '/evil');
{
    my $httpd = server();
    my $port = $httpd->port;
    my $own = "http://127.0.0.1:$port/api/";
    is asked($httpd), $own, 'what the client asked for';
    is asked($httpd, %forged), $own, 'headers of a stranger are not believed';
    is asked($httpd, %forged, 'X-Forwarded-For' => '127.0.0.1'), $own, 'whatever they say of the client';
    is first_link(raw('127.0.0.1', $port, "GET /api/ HTTP/1.1\r\nHost: sky.example\r\nConnection: close\r\n\r\n")),
        'http://sky.example/api/', 'the Host header';
    is first_link(raw('127.0.0.1', $port, "GET /api/ HTTP/1.1\r\nHost: [2001:db8::1]:81\r\nConnection: close\r\n\r\n")),
        'http://[2001:db8::1]:81/api/', 'an IPv6 address in it';
    is first_link(raw('127.0.0.1', $port, "GET http://abs.example:99/api/ HTTP/1.1\r\nHost: x.example\r\nConnection: close\r\n\r\n")),
        'http://abs.example:99/api/', 'an absolute address in the request line goes before it';
    like first_link(raw('127.0.0.1', $port, "GET /api/ HTTP/1.0\r\n\r\n")),
        qr{^http://localhost(?::$port)?/api/$}, 'without any, the server\'s own name';
    like raw('127.0.0.1', $port, "GET /api/ HTTP/1.1\r\nHost: a\"b.example\r\nConnection: close\r\n\r\n"),
        qr{^HTTP/1.1 400}, 'a Host that is none is refused';
    is $httpd->client->get('/api')->{headers}{location}, '/api/', 'a redirect names a path';
    is $httpd->client->get('/api', %forged)->{headers}{location}, '/api/', 'without the stranger\'s prefix';
    unlike $httpd->client->get('//api')->{headers}{location} // '', qr{^//}, 'and never another host';
    $httpd->stop;
}

# A trusted proxy.
{
    my $httpd = server('', SITE_TRUSTED_PROXIES => '127.0.0.1 10.0.0.0/8 fd00::/8');
    my $port = $httpd->port;
    my $own = "http://127.0.0.1:$port/api/";
    my @for = ('X-Forwarded-For' => '192.0.2.7');
    is asked($httpd), $own, 'a trusted peer that says nothing asks for itself';
    is asked($httpd, %forged), 'https://evil.example/evil/api/', 'all that a trusted proxy says';
    is asked($httpd, %forged, 'X-Forwarded-For' => '2001:db8::7'), 'https://evil.example/evil/api/', 'of an IPv6 client too';
    is asked($httpd, @for, 'X-Forwarded-Proto' => 'https'), "https://127.0.0.1:$port/api/", 'the scheme alone';
    is asked($httpd, @for, 'X-Forwarded-Host' => '[2001:db8::1]:8443'), 'http://[2001:db8::1]:8443/api/', 'an IPv6 host';
    is asked($httpd, @for, 'X-Forwarded-Host' => 'forged.example, real.example', 'X-Forwarded-Proto' => 'http, https'),
        'https://real.example/api/', 'of a list, what the proxy itself added';
    is asked($httpd, 'X-Forwarded-Proto' => 'https'), $own, 'without X-Forwarded-For it speaks of itself';
    is asked($httpd, %forged, 'X-Forwarded-For' => 'unknown'), $own, 'nor is it believed when that is no address';
    for my $host ('a b', 'x/y', 'x@y', 'x"y', 'x:', 'x:1234567', '[::1', 'http://x', '<x>', ',') {
        is asked($httpd, @for, 'X-Forwarded-Host' => $host), $own, "no host: '$host'";
    }
    for my $prefix ('evil', '//evil.example', '/a//b', '/a/../b', '/.', '/<b>', '/a b"', '/', '/a?b', '/a#b') {
        is asked($httpd, @for, 'X-Forwarded-Prefix' => $prefix), $own, "no prefix: '$prefix'";
    }
    is asked($httpd, @for, 'X-Forwarded-Proto' => 'javascript'), $own, 'no scheme';
    is asked($httpd, @for, 'X-Forwarded-Prefix' => '/sky/'), "http://127.0.0.1:$port/sky/api/", 'a prefix ends without a slash';
    is $httpd->client->get('/api', @for, 'X-Forwarded-Prefix' => '/sky')->{headers}{location}, '/sky/api/', 'and stands in redirects';
    # The log names the client, not the proxy.
    open my $log, '<', $httpd->{error_log} =~ s/error_log$/access_log/r or die "access_log: $!";
    my @seen = grep { /^192\.0\.2\.7 / } <$log>;
    cmp_ok scalar(@seen), '>', 5, 'the access log shows the client\'s address';
    $httpd->stop;
}

# Others than the trusted ones, IPv6 peers, the PROXY protocol.
SKIP: {
    my $probe = IO::Socket::IP->new(LocalAddr => '::1', Listen => 1) or skip 'no IPv6 here', 4;
    close $probe;
    my $httpd = server("Listen [::1]:\${OTHER_PORT}\n", SITE_TRUSTED_PROXIES => '::1', OTHER_PORT => Site::Test::Process::free_port());
    my $port = $httpd->{defines}{OTHER_PORT};
    my $headers = join '', map { "$_: $forged{$_}\r\n" } sort keys %forged;
    is asked($httpd, %forged), 'http://127.0.0.1:' . $httpd->port . '/api/', 'a peer that is not the trusted one';
    is first_link(raw('::1', $port, "GET /api/ HTTP/1.1\r\nHost: [::1]:$port\r\nConnection: close\r\n$headers\r\n")),
        'https://evil.example/evil/api/', 'a trusted IPv6 proxy';
    is first_link(raw('::1', $port, "GET /api/ HTTP/1.1\r\nHost: [::1]:$port\r\nConnection: close\r\n\r\n")),
        "http://[::1]:$port/api/", 'which may also ask for itself';
    $httpd->stop;
    $httpd = server("RemoteIPProxyProtocol On\nRemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\n");
    is first_link(raw('127.0.0.1', $httpd->port, "PROXY TCP4 192.0.2.9 127.0.0.1 4711 80\r\n"
                . "GET /api/ HTTP/1.1\r\nHost: sky.example\r\nConnection: close\r\n$headers\r\n")),
        'http://sky.example/api/', 'through the PROXY protocol headers are the client\'s own';
    $httpd->stop;
}

# SitePublicURL goes before everything.
{
    my $httpd = server('', SITE_PUBLIC_URL => 'https://sky.example/deep/sky/', SITE_TRUSTED_PROXIES => '127.0.0.1');
    is asked($httpd), 'https://sky.example/deep/sky/api/', 'SitePublicURL';
    is asked($httpd, %forged), 'https://sky.example/deep/sky/api/', 'whatever a proxy says';
    is $httpd->client->get('/api?a=b')->{headers}{location}, '/deep/sky/api/?a=b', 'its prefix stands in redirects';
    is $httpd->client->status('/deep/sky/api/'), 404, 'and not in paths: the proxy takes it off';
    $httpd->stop;
    $httpd = server('', SITE_PUBLIC_URL => 'https://[2001:db8::1]:8443/sky prefix=kept');
    is asked($httpd), 'https://[2001:db8::1]:8443/sky/api/', 'an IPv6 address';
    is link_of($httpd->client->get('/sky/api/')), 'https://[2001:db8::1]:8443/sky/api/', 'a prefix that the proxy leaves on';
    is $httpd->client->get('/sky/api')->{headers}{location}, '/sky/api/', 'is not doubled in redirects';
    is $httpd->client->status('/skyline/api/'), 404, 'and ends where it ends';
    is $httpd->client->status('/sky'), $httpd->client->status('/'), 'alone it is the front page';
    is $httpd->client->status('/sky//evil/..//api/'), $httpd->client->status('//evil/..//api/'), 'odd paths behind it are as odd as without';
    $httpd->stop;
}

# What the directive wants.
for my $wrong ('sky.example', 'ftp://sky.example', 'https://', 'https://a b', 'https://user@sky.example', 'https://sky.example?x',
    'https://sky.example//x', 'https://sky.example/a/../b', '/sky', 'none prefix=kept', 'https://x prefix=kept',
    'https://x/y prefix=lost', 'https://x:port/', '')
{
    my $httpd = new_httpd('own' . $number++, site => $site, config => "SitePublicURL $wrong\n");
    my ($status, $text) = $httpd->configtest;
    is $status, 1, "refused: SitePublicURL $wrong";
    like $text, qr{SitePublicURL wants http\(s\)://host}, 'and told what it wants';
}

done_testing;
