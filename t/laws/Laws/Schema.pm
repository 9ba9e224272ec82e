package Laws::Schema;

# The tables of a generated site: keys of every kind, relations of every shape. A table is a hash that data, configuration,
# requests and the shrinker all read:
#
#     { name, join, view, columns => [{ name, type, null, unique, ref => [table, column], secret, fixed }], key => [names],
#       uniques => [[names]], rows => [[values]], hides => where|policy|undef, denied => { INSERT, UPDATE, DELETE } }
#
# `secret` says what hides a column: SiteHide (`hide`), no GRANT (`grant`), or none for anonymous clients (`reader`). There is no
# GRANT to write a `fixed` column, and none for what is `denied`.
#
# `view` is the table that a view shows; it has that table's rows.
#
# Every table has the column `mark`, which differs in each row and by which laws tell rows apart, and every table that hides
# rows the boolean column `shown`.
use strict;
use warnings;

my @types = qw(integer text text boolean numeric date);
my @names = qw(name title note size Caption total day grade);

sub column { my ($table, $name) = @_; return (grep { $_->{name} eq $name } @{ $table->{columns} })[0] }
sub table { my ($site, $name) = @_; return (grep { $_->{name} eq $name } @{ $site->{tables} })[0] }

sub key_columns {
    my ($random) = @_;
    my $kind = $random->pick(qw(integer numeric bigint text uuid composite));
    return ([{ name => 'id', type => $kind }], ['id']) if $kind ne 'composite';
    return ([{ name => 'part', type => 'integer' }, { name => 'of', type => 'text' }], ['part', 'of']);
}

sub entity {
    my ($random, $number, @before) = @_;
    my ($columns, $key) = key_columns($random);
    my @columns = (@$columns, { name => 'mark', type => 'integer' });
    my @free = $random->shuffle(@names);
    push @columns, { name => shift @free, type => 'text', null => 0 };
    push @columns, { name => shift @free, type => $random->pick(@types), null => $random->chance(50) } for 1 .. $random->between(1, 3);
    # Another unique column, which foreign keys may refer to.
    push @columns, { name => 'code', type => 'text', unique => 1 } if $random->chance(50);
    my %table = (name => "t$number", columns => \@columns, key => $key, uniques => []);
    my @targets = grep { !$_->{join} && (@{ $_->{key} } == 1 || column($_, 'code')) } @before, \%table;
    for my $which (1 .. $random->between(@before ? 1 : 0, 2)) {
        last if !@targets;
        my $target = $random->pick(@targets);
        my $code = column($target, 'code');
        my $to = @{ $target->{key} } > 1 || $code && $random->chance(30) ? 'code' : $target->{key}[0];
        push @columns, { name => "ref${which}_id", type => column($target, $to)->{type}, ref => [$target->{name}, $to],
            null => $target == \%table || $random->chance(60), unique => $random->chance(15) };
        push @{ $table{uniques} }, ["ref${which}_id", 'place'] if $random->chance(40) && !column(\%table, 'place') && !$columns[-1]{null};
        push @columns, { name => 'place', type => 'integer' } if @{ $table{uniques} } && !column(\%table, 'place');
    }
    if ($random->chance(60)) {
        $table{hides} = $random->pick(qw(where where policy));
        push @columns, { name => 'shown', type => 'boolean' };
    }
    return \%table;
}

sub join_table {
    my ($random, $number, @of) = @_;
    my @ends = map { $random->pick(@of) } 1 .. 2;
    my @columns = map { { name => ('left_id', 'right_id')[$_], type => column($ends[$_], $ends[$_]{key}[0])->{type},
        ref => [$ends[$_]{name}, $ends[$_]{key}[0]] } } 0, 1;
    return { name => "j$number", join => 1, columns => \@columns, key => ['left_id', 'right_id'], uniques => [] };
}

# A view of what all may see of a table. PostgreSQL knows of no key, reference or NOT NULL of it, and it is only read.
sub view {
    my ($table) = @_;
    my @columns = map { { name => $_->{name}, type => $_->{type}, null => 1 } } grep { !$_->{ref} && !$_->{secret} } @{ $table->{columns} };
    my @key = grep { my $name = $_; grep { $_->{name} eq $name } @columns } @{ $table->{key} };
    push @key, 'mark' if @key < @{ $table->{key} };
    return { name => "v_$table->{name}", view => $table->{name}, columns => \@columns, key => \@key, uniques => [], hides => $table->{hides} };
}

sub generate {
    my ($random) = @_;
    my @tables;
    push @tables, entity($random, $_, @tables) for 1 .. $random->between(2, 4);
    my @single = grep { @{ $_->{key} } == 1 } @tables;
    push @tables, join_table($random, 1, @single) if @single && $random->chance(50);
    return \@tables;
}

1;
