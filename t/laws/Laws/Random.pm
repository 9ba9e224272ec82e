package Laws::Random;

# Numbers that follow from a seed alone: the same on every machine and for every version of Perl. A xorshift generator of
# 32 bits, and no use of hash order.
use strict;
use warnings;

# LABEL makes independent sequences of one seed, so that a new choice in one place changes nothing elsewhere.
sub new {
    my ($class, $seed, $label) = @_;
    my $state = 2166136261;
    $state = (($state ^ ord) * 16777619) & 0xffffffff for split //, "$seed/" . ($label // '');
    my $self = bless { state => $state || 1 }, $class;
    $self->next for 1 .. 8;
    return $self;
}

sub next {
    my ($self) = @_;
    my $x = $self->{state};
    $x ^= ($x << 13) & 0xffffffff;
    $x ^= $x >> 17;
    $x ^= ($x << 5) & 0xffffffff;
    return $self->{state} = $x;
}

sub below { my ($self, $n) = @_; return ($self->next >> 3) % $n }
sub between { my ($self, $from, $to) = @_; return $from + $self->below($to - $from + 1) }
sub chance { my ($self, $percent) = @_; return $self->below(100) < $percent }
sub pick { my ($self, @of) = @_; return $of[ $self->below(scalar @of) ] }

sub shuffle {
    my ($self, @list) = @_;
    for (my $i = $#list; $i > 0; $i--) {
        my $j = $self->below($i + 1);
        @list[$i, $j] = @list[$j, $i];
    }
    return @list;
}

# Up to N of the list, in its order.
sub some {
    my ($self, $n, @list) = @_;
    my %take = map { $_ => 1 } (($self->shuffle(0 .. $#list))[0 .. ($n > @list ? $#list : $n - 1)]);
    return map { $list[$_] } grep { $take{$_} } 0 .. $#list;
}

sub uuid {
    my ($self) = @_;
    my $hex = join '', map { sprintf '%08x', $self->next } 1 .. 4;
    return join '-', unpack 'A8A4A4A4A12', $hex;
}

1;
