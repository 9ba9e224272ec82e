package Site::Test::Client;

# An HTTP client for tests: keeps its connection, follows no redirect, knows
# JSON, and can send bytes that no client library would.
#
#     my $answer = $client->get('/api/', Accept => 'text/html');
#     $answer->{status}, $answer->{headers}{vary}, $answer->{body}, $answer->{json}
use strict;
use warnings;
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;

my $json = JSON::PP->new->utf8->allow_nonref;

sub new {
    my ($class, $port, %options) = @_;
    my $self = bless { port => $port, options => \%options }, $class;
    return $self->hang_up;
}

# Closes the connection that is kept; the next request makes a new one.
sub hang_up {
    my ($self) = @_;
    my %options = %{ $self->{options} };
    $self->{http} = HTTP::Tiny->new(
        agent => 'site-test', keep_alive => $options{keep_alive} // 1, max_redirect => 0,
        timeout => $options{timeout} // 30);
    return $self;
}

sub url { "http://127.0.0.1:$_[0]{port}$_[1]" }

sub send_request {
    my ($self, $method, $path, $headers, $body) = @_;
    return $self->{http}->request($method, $self->url($path),
        { headers => $headers // {}, defined $body ? (content => $body) : () });
}

# A status of 599 is the client's own: no connection, or no answer in time.
sub request {
    my $answer = send_request(@_);
    $answer->{body} = delete $answer->{content};
    if (($answer->{headers}{'content-type'} // '') =~ m{^application/json}) {
        $answer->{json} = eval { $json->decode($answer->{body}) };
    }
    return $answer;
}

sub get    { my ($self, $path, %headers) = @_; $self->request('GET',    $path, \%headers) }
sub head   { my ($self, $path, %headers) = @_; $self->request('HEAD',   $path, \%headers) }
# The status alone, without the time that Perl takes to read JSON.
sub status { my ($self, $path, %headers) = @_; $self->send_request('GET', $path, \%headers)->{status} }

# Sends exactly these bytes on a connection of its own and returns all that
# comes back until the server closes (so ask it to, or end with a bad request).
sub raw {
    my ($self, $bytes) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port},
        Proto => 'tcp', Timeout => 5) or die "connect: $!";
    print $socket $bytes;
    local $SIG{ALRM} = sub { die "no end of the answer within 10 s\n" };
    alarm 10;
    local $/;
    my $answer = <$socket>;
    alarm 0;
    return $answer // '';
}

# Load in the background: PROCESSES clients ask for PATH, one connection for each
# request, until load_end, which returns how often each status was the answer.
sub load_begin {
    my ($self, $processes, $path, %options) = @_;
    require POSIX;
    my @running;
    for (1 .. $processes) {
        my $pid = open(my $pipe, '-|') // die "fork: $!";
        if (!$pid) {
            my ($stop, %count);
            local $SIG{TERM} = sub { $stop = 1 };
            my $client = ref($self)->new($self->{port}, keep_alive => $options{keep_alive} // 0);
            $count{ $client->status($path) }++ until $stop;
            print map { "$_ $count{$_}\n" } sort keys %count;
            close STDOUT;
            POSIX::_exit(0);
        }
        push @running, [$pid, $pipe];
    }
    $self->{load} = \@running;
    return;
}

sub load_end {
    my ($self) = @_;
    my %count;
    kill 'TERM', map { $_->[0] } @{ $self->{load} };
    for my $running (@{ delete $self->{load} }) {
        my $pipe = $running->[1];
        while (<$pipe>) {
            my ($status, $times) = split;
            $count{$status} += $times;
        }
        close $pipe;
    }
    return \%count;
}

# Many requests at the same time, each by a process with a connection of its
# own; returns [status, seconds] of each.
sub together {
    my ($self, @paths) = @_;
    require Time::HiRes;
    my @pipes;
    for my $path (@paths) {
        my $pid = open(my $pipe, '-|') // die "fork: $!";
        if (!$pid) {
            my $begin = Time::HiRes::time();
            my $client = ref($self)->new($self->{port}, keep_alive => 0);
            my $status = $client->status($path);
            printf "%d %.3f\n", $status, Time::HiRes::time() - $begin;
            close STDOUT;
            require POSIX;
            POSIX::_exit(0);
        }
        push @pipes, $pipe;
    }
    return map { my $line = <$_> // '0 0'; close $_; [split ' ', $line] } @pipes;
}

1;
