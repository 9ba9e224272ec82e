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
    my ($status) = $self->line =~ m{^HTTP/1\.1 (\d+)} or die "no status\n";
    my %headers;
    while ((my $line = $self->line) ne '') {
        my ($name, $value) = split /:\s*/, $line, 2;
        $headers{ lc $name } = exists $headers{ lc $name } ? $headers{ lc $name } . ", $value" : $value;
    }
    my $body = $method eq 'HEAD' || $status == 204 || $status == 304 ? ''
        : exists $headers{'transfer-encoding'} ? $self->chunks : $self->take($headers{'content-length'} // 0);
    $self->hang_up if ($headers{connection} // '') =~ /close/i;
    return { status => $status, headers => \%headers, body => $body };
}

sub attempt {
    my ($self, $method, $text) = @_;
    $self->{socket} //= IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port}, Proto => 'tcp', Timeout => 30) or die "connect: $!\n";
    local $SIG{PIPE} = 'IGNORE';
    local $SIG{ALRM} = sub { die "no answer within 60 s\n" };
    alarm 60;
    my $answer = eval { print { $self->{socket} } $text; $self->{socket}->flush; $self->answer($method) };
    alarm 0;
    return $answer;
}

# A connection that was kept may have been closed meanwhile; then the request goes over a new one. A status of 599 is the client's
# own: no answer.
sub request {
    my ($self, $method, $path, $headers, $body) = @_;
    my $text = join "\r\n", "$method $path HTTP/1.1", 'Host: laws.test', 'User-Agent: site-test',
        (map { "$_: $headers->{$_}" } sort keys %{ $headers // {} }), defined $body ? 'Content-Length: ' . length $body : (), '', $body // '';
    for my $kept ($self->{socket} ? 1 : (), 0) {
        my $answer = $self->attempt($method, $text);
        return $answer if $answer;
        $self->hang_up;
        return { status => 599, headers => {}, body => "$@" } if !$kept;
    }
    return;
}

1;
