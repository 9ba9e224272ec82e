# Clients that announce a body and hardly send it: they hold no thread that others need.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use Site::Test;
use Site::Test::Process qw(wait_for);
use Test::More;

my $data = 'slow_bodies';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
cluster->sql($data, 'CREATE TABLE tags (id int PRIMARY KEY, label text)', "INSERT INTO tags VALUES (1, 'one')", 'GRANT ALL ON tags TO site');

# Eight threads, and a body may take minutes: whoever waits for one would wait as long.
my $site = new_site('slow', "SiteMethods GET POST PATCH DELETE OPTIONS\n");
-d "$site/static" or mkdir "$site/static" or die;
open my $file, '>', "$site/static/a.txt" or die;
print $file "a\n";
close $file;
my $users = setting('users');
my $httpd = new_httpd('slow', site => $site, database => cluster->conninfo($data), users => '/nonexistent', config => <<"CONF")->serve;
StartServers 1
ServerLimit 1
ThreadsPerChild 8
MaxRequestWorkers 8
MaxSpareThreads 8
RequestReadTimeout header=60 body=300
Timeout 300
SiteTokenTable mod_site.token
SiteBasicProvider file
<Location "/">
    AuthUserFile $users/passwords
</Location>
<Location "/token">
    SetHandler site-token
</Location>
CONF
# It is as busy as it can be, for a moment.
$httpd->expect_log(qr/AH00484|AH10159/);
my $client = $httpd->client;
my $form = 'application/x-www-form-urlencoded';

# Connects from an address of this machine.
sub connect_from {
    my ($address) = @_;
    return IO::Socket::INET->new(LocalAddr => $address, PeerAddr => '127.0.0.1', PeerPort => $httpd->{port}, Timeout => 5)
        // die "connect: $!";
}

# Sends a request with the beginning of a body of LENGTH bytes on a new connection.
sub begin { return begin_on(connect_from('127.0.0.1'), @_) }

sub begin_on {
    my ($socket, $method, $path, $type, $length, %headers) = @_;
    print $socket "$method $path HTTP/1.1\r\nHost: localhost\r\nContent-Type: $type\r\nContent-Length: $length\r\n",
        (map { "$_: $headers{$_}\r\n" } sort keys %headers), "\r\na=b";
    $socket->flush;
    return $socket;
}

# What has been answered until the server closes or falls silent for a long time.
sub answer_of {
    my ($socket) = @_;
    my ($answer, $select) = ('', IO::Select->new($socket));
    while ($select->can_read(20)) {
        last if !sysread $socket, $answer, 65536, length $answer;
    }
    return $answer;
}

# What has arrived is skipped: the connection goes on.
my $answer = $client->raw("POST /api/tags/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 8\r\n"
        . "\r\n{\"a\": 1}GET /api/tags/1/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
is_deeply [$answer =~ m{HTTP/1\.1 (\d+)}g], [401, 200], 'behind a body that nobody read comes the next request';
# Nor is a client asked for a body that nobody reads.
$answer = answer_of(begin('POST', '/api/tags/', 'application/json', 10_000, Expect => '100-continue'));
like $answer, qr{^HTTP/1\.1 401 }, 'Expect: 100-continue is answered with the refusal';
unlike $answer, qr/ 100 Continue/, '... alone';


for my $case (['POST', '/api/tags/', 'application/json', 401], ['POST', '/api/tags/?_method=POST', $form, 401, Accept => 'text/html'],
    ['POST', '/api/tags/1/?_method=DELETE', $form, 401, Accept => 'text/html'], ['PATCH', '/api/tags/1/', 'application/json', 401],
    ['GET', '/api/tags/1/', $form, 200], ['POST', '/', $form, 405], ['POST', '/nothing', $form, 404], ['POST', '/api/nothing/', $form, 404],
    ['PUT', '/static/a.txt', $form, 405], ['GET', '/static/a.txt', $form, 200], ['POST', '/readyz', $form, 405]) {
    my ($method, $path, $type, $status, %headers) = @$case;
    my @sockets = map { begin($method, $path, $type, 10_000, %headers) } 1 .. 12;
    $answer = answer_of($sockets[0]);
    like $answer, qr{^HTTP/1\.1 $status }, "$method $path: is answered before its body is there";
    like $answer, qr/^Connection: close\r$/mi, '... and the connection is closed';
    ok wait_for(20, sub { $client->status('/api/tags/1/') == 200 }), '... others are answered';
}

# A body that has to be read: of those who sign in, some wait for it, others are refused.
{
    my @sockets = map { begin('POST', '/token/', $form, 1000) } 1 .. 12;
    ok wait_for(20, sub { $client->status('/api/tags/1/') == 200 }), 'POST /token/: others are answered';
    ok wait_for(20, sub { grep { $_->can_read(0) } map { IO::Select->new($_) } @sockets }), '... some are refused';
    my ($first) = grep { IO::Select->new($_)->can_read(0) } @sockets;
    like answer_of($first), qr{^HTTP/1\.1 429 .*Too many requests of your address are signing in}s, '... as too many of one address';
}

# Sends slow bodies from an address until one is refused. Returns the sockets of the others.
sub fill_from {
    my ($address, $name) = @_;
    my @sockets;
    ok wait_for(20, sub {
        push @sockets, begin_on(connect_from($address), 'POST', '/token/', $form, 1000);
        my @refused = grep { IO::Select->new($_)->can_read(0) } @sockets;
        @sockets = grep { my $socket = $_; !grep { $_ == $socket } @refused } @sockets;
        return grep { answer_of($_) =~ m{^HTTP/1\.1 (?:429|503) .*are signing in just now}s } @refused;
    }), $name;
    return @sockets;
}

# A browser may send the form a little later than the headers.
{
    my $socket = begin_on(connect_from('127.0.0.5'), 'POST', '/token/', $form, 9);
    select undef, undef, undef, 0.05;
    print $socket '&c=ddd';
    $socket->flush;
    like answer_of($socket), qr{^HTTP/1\.1 400 .*This field is required}s, 'a form in two parts is read';
}

# Two addresses have all readers. Others whose request has arrived sign in all the same.
{
    my @sockets = map { fill_from("127.0.0.$_", "as many bodies of 127.0.0.$_ are waited for as may be") } 2, 3;
    my $other = connect_from('127.0.0.4');
    my $body = 'username=a&password=b';
    print $other "POST /token/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: $form\r\nConnection: close\r\n",
        'Content-Length: ', length $body, "\r\n\r\n$body";
    like answer_of($other), qr{^HTTP/1\.1 400 .*Unable to log in}s, 'a third one whose form has arrived is looked at';
    $other = connect_from('127.0.0.4');
    print $other "GET /api/tags/1/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Basic YTpi\r\n\r\n";
    like answer_of($other), qr{^HTTP/1\.1 401 }, '... as is one that sends its password in a header';
    push @sockets, fill_from('127.0.0.4', '... and of those that have to be waited for, too, some are refused');
}
ok wait_for(20, sub { $client->request('POST', '/token/', { 'Content-Type' => $form }, 'username=a')->{status} == 400 }),
    'a whole body is looked at again, once they have gone';

$httpd->stop;
cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
