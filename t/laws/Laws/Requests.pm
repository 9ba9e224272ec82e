package Laws::Requests;

# Requests for lists, each as the parameters that a client sends and as the SQL condition that means the same, written here
# from docs/queries.md and not by mod_site.
use strict;
use warnings;
use Exporter 'import';
use Laws::Config;
use Laws::Data qw(literal name_of);
use Laws::Schema;

our @EXPORT_OK = qw(address encode visible);

sub encode { my ($text) = @_; return $text =~ s/([^A-Za-z0-9_.-])/sprintf '%%%02X', ord $1/ger }

# Which rows of a table its resource has.
sub visible { my ($table, $alias) = @_; return $table->{hides} ? "$alias.shown" : 'true' }

sub attribute { my ($alias, $name) = @_; return "$alias." . name_of($name) }

# Columns that clients may filter by, under their own name.
sub filterable { my ($table) = @_; return grep { !$_->{ref} && !$_->{secret} && $_->{name} ne 'shown' } @{ $table->{columns} } }

# A value that some row has, mostly.
sub known_value {
    my ($random, $table, $column) = @_;
    my $index = Laws::Data::index_of($table, $column->{name});
    my @values = grep { defined && $_ ne '' } map { $_->[$index] } @{ $table->{rows} };
    return @values && $random->chance(85) ? $random->pick(@values) : Laws::Data::value($random, $column->{type});
}

my %operator = (exact => '=', gt => '>', gte => '>=', lt => '<', lte => '<=');

# One condition on a column of the table that ALIAS stands for: ([name, value], SQL).
sub leaf {
    my ($random, $table, $alias) = @_;
    my $column = $random->pick(filterable($table));
    my $name = attribute($alias, $column->{name});
    my $value = known_value($random, $table, $column);
    my @lookups = $column->{type} eq 'boolean' ? 'exact' : $column->{type} eq 'text' ? qw(exact contains icontains startswith gte in) : qw(exact gt gte lt lte in);
    push @lookups, 'isnull' if $column->{null};
    my $lookup = $random->pick(@lookups);
    # Clients cannot write a comma inside a list.
    $lookup = 'exact' if $lookup eq 'in' && $value =~ /,/;
    return ([$column->{name} . ($lookup eq 'exact' ? '' : "__$lookup"), $value], "$name $operator{$lookup} " . literal($value)) if $operator{$lookup};
    if ($lookup eq 'isnull') {
        my $wanted = $random->chance(40);
        return (["$column->{name}__isnull", $wanted ? 'true' : 'false'], $wanted ? "$name IS NULL" : "$name IS NOT NULL");
    }
    if ($lookup eq 'in') {
        my $other = known_value($random, $table, $column);
        my @values = grep { !/,/ } $value, $other;
        return (["$column->{name}__in", join ',', @values], "$name IN (" . join(', ', map { literal($_) } @values) . ')');
    }
    my $part = literal(substr $value, 0, 1 + $random->below(3));
    $part = literal($value) if $value =~ /[^\x20-\x7e]/;
    my $sent = $part =~ s/^'|'$//gr =~ s/''/'/gr;
    # The ends of a value are stripped.
    $sent =~ s/ +$//;
    $part = literal($sent);
    return (["$column->{name}__contains", $sent], "position($part in $name) > 0") if $lookup eq 'contains';
    return (["$column->{name}__icontains", $sent], "position(upper($part) in upper($name)) > 0") if $lookup eq 'icontains';
    return (["$column->{name}__startswith", $sent], "starts_with($name, $part)");
}

# A condition over a relation, as SQL. INNER is a condition on the alias ALIAS_.
sub across {
    my ($site, $relation, $alias, $inner) = @_;
    my $target = Laws::Schema::table($site, $relation->{target});
    my $other = $alias . '_';
    my $where = visible($target, $other) . " AND ($inner)";
    my $from = name_of($target->{name}) . " $other";
    return attribute($alias, $relation->{column}) . ' IN (SELECT ' . attribute($other, $relation->{to}) . " FROM $from WHERE $where)" if $relation->{kind} eq 'forward';
    return "EXISTS (SELECT 1 FROM $from WHERE " . attribute($other, $relation->{column}) . ' = ' . attribute($alias, $relation->{to}) . " AND $where)"
        if $relation->{kind} eq 'reverse';
    return "EXISTS (SELECT 1 FROM $from JOIN " . name_of($relation->{via}) . " v ON " . attribute('v', $relation->{there}) . ' = ' . attribute($other, $relation->{to})
        . ' WHERE ' . attribute('v', $relation->{here}) . ' = ' . attribute($alias, $relation->{own}) . " AND $where)";
}

sub condition {
    my ($random, $site, $resource, $alias) = @_;
    my $table = Laws::Schema::table($site, $resource->{table});
    my @relations = grep { Laws::Config::of_table($site, $_->{target}) } @{ $resource->{relations} };
    return leaf($random, $table, $alias) if !@relations || $random->chance(70);
    my $relation = $random->pick(@relations);
    my ($parameter, $sql) = leaf($random, Laws::Schema::table($site, $relation->{target}), $alias . '_');
    return (["$relation->{name}__$parameter->[0]", $parameter->[1]], across($site, $relation, $alias, $sql));
}

sub query { return join '&', map { encode($_->[0]) . '=' . encode($_->[1]) } @_ }

sub expression {
    my ($random, $site, $resource, $groups) = @_;
    my ($text, $sql) = ('', '');
    for my $group (1 .. $groups) {
        my ($parameter, $part) = condition($random, $site, $resource, 'a');
        my $negated = $random->chance(20);
        my $by = $random->chance(70) ? '|' : '&';
        # It is decoded twice inside its group.
        my $inner = encode(encode(query($parameter)));
        # Over a relation, a `~` asks for a related row that does not match.
        $negated = 0 if $parameter->[0] =~ /__.*__|^(?:ref|of_t|via)/;
        $text .= ($group > 1 ? $by : '') . ($negated ? '~' : '') . "($inner)";
        $part = "NOT ($part)" if $negated;
        $sql = $group > 1 ? "(($sql) " . ($by eq '|' ? 'OR' : 'AND') . " ($part))" : "($part)";
    }
    return (['filters', $text], $sql);
}

my @terms = qw(alpha beta gamma a e neil 100% x/y p.q 1);

sub search {
    my ($random, $site, $resource) = @_;
    # One word over relations, where the words of one search may mean different related rows.
    my @words = map { $random->pick(@terms) } 1 .. ((grep { /__/ } @{ $resource->{search} }) ? 1 : $random->pick(1, 1, 2));
    my @all;
    for my $word (@words) {
        my @any;
        for my $path (@{ $resource->{search} }) {
            my ($relation) = $path =~ /^(.+)__/ ? grep { $_->{name} eq $1 } @{ $resource->{relations} } : ();
            my $holds = sub { "position(upper(" . literal($word) . ") in upper(" . attribute($_[0], $path =~ s/.*__//r) . ')) > 0' };
            push @any, $relation ? across($site, $relation, 'a', $holds->('a_')) : $holds->('a');
        }
        push @all, '(' . join(' OR ', @any) . ')';
    }
    return (['search', join ' ', @words], join ' AND ', @all);
}

# The whole ordering, the primary key last, as SQL.
sub ordering {
    my ($resource, $table, @names) = @_;
    @names = @{ $resource->{order} } if !@names;
    return join ', ', map { my $down = /^-/; attribute('a', s/^-//r) . ($down ? ' DESC' : '') } @names, @{ $table->{key} };
}

sub generate {
    my ($random, $site, $number) = @_;
    my @requests;
    my @resources = grep { !$_->{require} } @{ $site->{resources} };
    return [] if !@resources;
    for (1 .. $number) {
        my $resource = $random->pick(@resources);
        my $table = Laws::Schema::table($site, $resource->{table});
        my (@parameters, @sql);
        my $kind = $random->pick(qw(plain filter filter expression expression search));
        my $add = sub { push @parameters, $_[0]; push @sql, "($_[1])" };
        $add->(condition($random, $site, $resource, 'a')) if $kind eq 'filter';
        $add->(expression($random, $site, $resource, $random->pick(1, 2, 2, 3, 13, 14, 29))) if $kind eq 'expression';
        $add->(search($random, $site, $resource)) if @{ $resource->{search} } && ($kind eq 'search' || $random->chance(20));
        my @order = map { ($random->chance(50) ? '-' : '') . $_->{name} } $random->some($random->pick(0, 1, 1, 2), filterable($table));
        push @parameters, ['ordering', join ',', @order] if @order;
        push @requests, { resource => $resource->{name}, parameters => \@parameters, where => join(' AND ', @sql) || 'true', order => ordering($resource, $table, @order) };
    }
    return \@requests;
}

sub address {
    my ($site, $request) = @_;
    my $query = query(@{ $request->{parameters} });
    return "/$site->{name}/$request->{resource}/" . ($query ne '' ? "?$query" : '');
}

1;
