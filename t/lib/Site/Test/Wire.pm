package Site::Test::Wire;

# The line between httpd and PostgreSQL, looked at from the middle: passes on
# what both say, and counts round trips: how often the client, having heard from
# the server, says something again.
#
#     my $wire = Site::Test::Wire->new($cluster->port, scratch() . '/trips');
#     ... database => $cluster->conninfo('x') =~ s/port=\d+/'port=' . $wire->port/er
#     my $before = $wire->trips; ...; is $wire->trips - $before, 1;
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use POSIX ();

sub new {
    my ($class, $to, $file) = @_;
    my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Proto => 'tcp', Listen => 64) or die "listen: $!";
    open my $count, '>', $file or die "$file: $!";
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        pass_on($listener, $to, $count);
        POSIX::_exit(0);
    }
    return bless { port => $listener->sockport, file => $file, pid => $pid, owner => $$ }, $class;
}

sub port { $_[0]{port} }

# One byte in the file for each.
sub trips { -s $_[0]{file} }

sub pass_on {
    my ($listener, $to, $count) = @_;
    my $select = IO::Select->new($listener);
    my (%other, %client, %heard);
    while (1) {
        for my $from ($select->can_read) {
            if ($from == $listener) {
                my $client = $listener->accept or next;
                my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $to, Proto => 'tcp') or next;
                @other{$client, $server} = ($server, $client);
                @client{$client, $server} = (1, 0);
                $heard{$client} = 1;
                $select->add($client, $server);
                next;
            }
            my $peer = $other{$from} or next;
            if (!sysread $from, my $bytes, 65536) {
                $select->remove($from, $peer);
                delete @other{$from, $peer};
                close $_ for $from, $peer;
                next;
            }
            else {
                if ($client{$from}) {
                    syswrite $count, '.' if $heard{$from};
                    $heard{$from} = 0;
                }
                else {
                    $heard{$peer} = 1;
                }
                while (length $bytes) {
                    my $sent = syswrite $peer, $bytes;
                    last if !$sent;
                    substr $bytes, 0, $sent, '';
                }
            }
        }
    }
    return;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!, $@);
    if ($self->{owner} == $$) {
        kill 'KILL', $self->{pid};
        waitpid $self->{pid}, 0;
    }
    return;
}

1;
