package Site::Test::Log;

# An error log as a test's witness: what was written since it was last looked at,
# and which of it nobody expected. Unexpected is every line of level warn and
# above, and every line that is not a log line at all (a crash, a sanitizer).
use strict;
use warnings;
use Site::Test::Process qw(wait_for);

# httpd's own, of no meaning: at a hard stop a worker may hand a connection back
# to a pollset that is closed already.
my @harmless = (qr/AH03092/, qr/AH03093/);

sub new {
    my ($class, $path) = @_;
    my $self = bless { path => $path, offset => -s $path // 0, expected => [@harmless] }, $class;
    return $self;
}

# Lines that match any of these are not unexpected, however often they come.
sub expect {
    my ($self, @patterns) = @_;
    push @{ $self->{expected} }, @patterns;
    return;
}

sub size { my ($self) = @_; return -s $self->{path} // 0 }

# The lines since this object was made, or from an offset on.
sub lines {
    my ($self, $from) = @_;
    open my $file, '<', $self->{path} or return;
    seek $file, $from // $self->{offset}, 0;
    return <$file>;
}

# Waits until a line matches; returns the first.
sub wait_line {
    my ($self, $pattern, $seconds) = @_;
    return wait_for($seconds // 5, sub { (grep { /$pattern/ } $self->lines)[0] });
}

# The unexpected lines since this was last asked: of a long log, the end.
sub unexpected_news {
    my ($self) = @_;
    my $from = $self->{news} // $self->{offset};
    my @lines = grep { /\n\z/ } $self->lines($from);
    $self->{news} = $from + length join '', @lines;
    return $self->sift(@lines);
}

sub unexpected { my ($self) = @_; return $self->sift($self->lines) }

sub sift {
    my ($self, @lines) = @_;
    my @found;
  LINE: for my $line (@lines) {
        # httpd takes the death of a worker (AH00051, AH00052) for a notice.
        next if $line =~ /^\[[^\]]*\] \[\w*:(?:notice|info|debug|trace\d)\]/ && $line !~ /exit signal/;
        for my $pattern (@{ $self->{expected} }) {
            next LINE if $line =~ $pattern;
        }
        push @found, $line;
    }
    return @found;
}

1;
