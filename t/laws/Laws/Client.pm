package Laws::Client;

# A client that keeps its connection and costs little: the laws send tens of thousands of requests, each with a body that is known
# as a whole, and read JSON of few of them.
use strict;
use warnings;
use IO::Socket::INET;

sub new { my ($class, $port) = @_; return bless { port => $port, buffer => '' }, $class }

sub hang_up {
    my ($self) = @_;
    close delete $self->{socket} if $self->{socket};
    $self->{buffer} = '';
    return;
}

# Reads more into the buffer; false at the end of the connection.
sub more {
    my ($self) = @_;
    my $got = sysread $self->{socket}, $self->{buffer}, 65536, length $self->{buffer};
    return $got;
}

sub take {
    my ($self, $length) = @_;
    while (length $self->{buffer} < $length) {
        $self->more or die "the answer ends early\n";
    }
    return substr $self->{buffer}, 0, $length, '';
}

sub line {
    my ($self) = @_;
    my $end;
    while (($end = index $self->{buffer}, "\r\n") < 0) {
        $self->more or die "the answer ends early\n";
    }
    return substr($self->{buffer}, 0, $end + 2, '') =~ s/\r\n$//r;
}

sub chunks {
    my ($self) = @_;
    my $body = '';
    while (my $length = hex $self->line) {
        $body .= $self->take($length);
        $self->take(2);
    }
    1 while $self->line ne '';
    return $body;
}

sub answer {
    my ($self, $method) = @_;
    my $end;
    while (($end = index $self->{buffer}, "\r\n\r\n") < 0) {
        $self->more or die "the answer ends early\n";
    }
    my ($first, @lines) = split /\r\n/, substr $self->{buffer}, 0, $end + 4, '';
    my ($status) = $first =~ m{^HTTP/1\.1 (\d+)} or die "no status\n";
    my %headers;
    for my $line (@lines) {
        my ($name, $value) = split /:\s*/, $line, 2;
        $headers{ lc $name } = exists $headers{ lc $name } ? $headers{ lc $name } . ", $value" : $value;
    }
    my $body = $method eq 'HEAD' || $status == 204 || $status == 304 ? ''
        : exists $headers{'transfer-encoding'} ? $self->chunks : $self->take($headers{'content-length'} // 0);
    $self->hang_up if ($headers{connection} // '') =~ /close/i;
    return { status => $status, headers => \%headers, body => $body };
}

# Requests are sent together (HTTP pipelining), as many as fit into the buffers of a socket.
my $together = 16;
my %safe = map { $_ => 1 } qw(GET HEAD OPTIONS);

# Takes from a list what may be sent together. httpd closes the connection after a 400, which is what most of those that write get.
sub next_round {
    my ($requests) = @_;
    return shift @$requests if !$safe{ $requests->[0][0] };
    my $many = 0;
    $many++ while $many < @$requests && $many < $together && $safe{ $requests->[$many][0] };
    return splice @$requests, 0, $many;
}

sub connect {
    my ($self) = @_;
    return $self->{socket} //= IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port}, Proto => 'tcp', Timeout => 30) || die "connect: $!\n";
}

sub text {
    my ($method, $path, $headers, $body) = @_;
    return join "\r\n", "$method $path HTTP/1.1", 'Host: laws.test', 'User-Agent: site-test',
        (map { "$_: $headers->{$_}" } sort keys %{ $headers // {} }), defined $body ? 'Content-Length: ' . length $body : (), '', $body // '';
}

# Sends requests, each [method, path, headers, body]; receive() reads their answers. In between, another server may work.
sub submit {
    my ($self, @requests) = @_;
    local $SIG{PIPE} = 'IGNORE';
    $self->{sent} = [@requests];
    return eval { syswrite $self->connect, join '', map { text(@$_) } @requests };
}

sub read_answer {
    my ($self, $method) = @_;
    local $SIG{ALRM} = sub { die "no answer within 60 s\n" };
    alarm 60;
    my $answer = eval { $self->{socket} or die "no connection\n"; $self->answer($method) };
    alarm 0;
    return $answer;
}

# A server may close a connection that was kept, and after an answer. What it has not answered then goes over new connections. A
# status of 599 is the client's own: no answer.
sub receive {
    my ($self) = @_;
    my @answers;
    while (my $request = shift @{ $self->{sent} }) {
        my $answer = $self->read_answer($request->[0]);
        for (1, 2) {
            last if $answer;
            my @left = @{ $self->{sent} };
            $self->hang_up;
            $self->submit($request, @left);
            shift @{ $self->{sent} };
            $answer = $self->read_answer($request->[0]);
        }
        push @answers, $answer // { status => 599, headers => {}, body => "$@" };
    }
    return @answers;
}

sub requests {
    my ($self, @requests) = @_;
    my @answers;
    while (@requests) {
        $self->submit(next_round(\@requests));
        push @answers, $self->receive;
    }
    return @answers;
}

1;
