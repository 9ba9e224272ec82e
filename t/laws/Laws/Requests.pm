package Laws::Requests;

# Requests for lists, each as the parameters that a client sends and as the SQL condition that means the same, written here
# from docs/queries.md and not by mod_site.
use strict;
use warnings;
use Exporter 'import';
use Laws::Config;
use Laws::Data qw(literal name_of);
use Laws::Schema;

our @EXPORT_OK = qw(address encode visible visible_rows);

sub encode { my ($text) = @_; return $text =~ s/([^A-Za-z0-9_.-])/sprintf '%%%02X', ord $1/ger }

# Which rows of a table its resource has.
sub visible { my ($table, $alias) = @_; return $table->{hides} ? "$alias.shown" : 'true' }

sub attribute { my ($alias, $name) = @_; return "$alias." . name_of($name) }

# Columns that clients may filter by, under their own name.
sub filterable { my ($table) = @_; return grep { !$_->{ref} && !$_->{secret} && $_->{name} ne 'shown' } @{ $table->{columns} } }

sub field { my ($table, $row, $name) = @_; return $row->[Laws::Data::index_of($table, $name)] }

# The rows of a table that its resource has.
sub visible_rows {
    my ($table) = @_;
    return grep { !$table->{hides} || field($table, $_, 'shown') eq 'true' } @{ $table->{rows} };
}

# A value of the row AIM, which the request is meant to find; without one any that some row has.
sub known_value {
    my ($random, $table, $column, $aim) = @_;
    my @values = grep { defined && $_ ne '' } map { field($table, $_, $column->{name}) } $aim // @{ $table->{rows} };
    return @values && $random->chance(95) ? $random->pick(@values) : Laws::Data::value($random, $column->{type});
}

# The rows that a row of the relation's own table leads to.
sub related_rows {
    my ($site, $relation, $table, $row) = @_;
    my $target = Laws::Schema::table($site, $relation->{target});
    my $same = sub { defined $_[0] && defined $_[1] && $_[0] eq $_[1] };
    my @visible = visible_rows($target);
    return grep { $same->(field($target, $_, $relation->{to}), field($table, $row, $relation->{column})) } @visible if $relation->{kind} eq 'forward';
    return grep { $same->(field($target, $_, $relation->{column}), field($table, $row, $relation->{to})) } @visible if $relation->{kind} eq 'reverse';
    my $via = Laws::Schema::table($site, $relation->{via});
    my @there = map { field($via, $_, $relation->{there}) } grep { $same->(field($via, $_, $relation->{here}), field($table, $row, $relation->{own})) } @{ $via->{rows} };
    return grep { my $to = field($target, $_, $relation->{to}); grep { $same->($_, $to) } @there } @visible;
}

my %operator = (exact => '=', gt => '>', gte => '>=', lt => '<', lte => '<=');

# Lookups that hold for the very value that they are asked with come more often.
sub lookups {
    my ($column) = @_;
    return 'exact' if $column->{type} eq 'boolean';
    return (qw(exact contains icontains startswith gte in), $column->{null} ? 'isnull' : ()) if $column->{type} eq 'text';
    return (qw(exact gte lte gte lte in gt lt), $column->{null} ? 'isnull' : ());
}

# One condition on a column of the table that ALIAS stands for, which mostly holds for its row AIM: ([name, value], SQL).
sub leaf {
    my ($random, $table, $alias, $aim) = @_;
    my @columns = filterable($table);
    my @filled = grep { $aim && defined field($table, $aim, $_->{name}) } @columns;
    my $column = $random->pick(@filled && $random->chance(85) ? @filled : @columns);
    my $name = attribute($alias, $column->{name});
    my $value = known_value($random, $table, $column, $aim);
    my $lookup = $random->pick(lookups($column));
    # Clients cannot write a comma inside a list, and strict mode takes no quotes for what they are elsewhere.
    $lookup = 'exact' if $lookup eq 'in' && $value =~ /[,"]/;
    return ([$column->{name} . ($lookup eq 'exact' ? '' : "__$lookup"), $value], "$name $operator{$lookup} " . literal($value)) if $operator{$lookup};
    if ($lookup eq 'isnull') {
        my $wanted = $aim && $random->chance(80) ? !defined field($table, $aim, $column->{name}) : $random->chance(40);
        return (["$column->{name}__isnull", $wanted ? 'true' : 'false'], $wanted ? "$name IS NULL" : "$name IS NOT NULL");
    }
    if ($lookup eq 'in') {
        my $other = known_value($random, $table, $column);
        my @values = grep { !/[,"]/ } $value, $other;
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

# A foreign key itself, mostly that of the row AIM; nothing where there is none. The related row must be there.
sub key_condition {
    my ($random, $site, $resource, $alias, $aim) = @_;
    my $table = Laws::Schema::table($site, $resource->{table});
    my @relations = grep { $_->{kind} eq 'forward' && Laws::Config::of_table($site, $_->{target}) } @{ $resource->{relations} } or return;
    my $relation = $random->pick(@relations);
    my $target = Laws::Schema::table($site, $relation->{target});
    my @rows = $aim && $random->chance(80) ? related_rows($site, $relation, $table, $aim) : ();
    @rows = visible_rows($target) if !@rows;
    my @values = grep { defined && $_ ne '' } map { field($target, $_, $relation->{to}) } @rows or return;
    my $value = $random->pick(@values);
    return ([$relation->{name}, $value], attribute($alias, $relation->{column}) . ' = ' . literal($value));
}

sub condition {
    my ($random, $site, $resource, $alias, $aim) = @_;
    if ($random->chance(10)) {
        my @key = key_condition($random, $site, $resource, $alias, $aim);
        return @key if @key;
    }
    my $table = Laws::Schema::table($site, $resource->{table});
    my @relations = grep { Laws::Config::of_table($site, $_->{target}) } @{ $resource->{relations} };
    return leaf($random, $table, $alias, $aim) if !@relations || $random->chance(65);
    my $relation = $random->pick(@relations);
    my @related = $aim ? related_rows($site, $relation, $table, $aim) : ();
    # Now and then a relation that leads nowhere.
    return leaf($random, $table, $alias, $aim) if $aim && !@related && $random->chance(85);
    my ($parameter, $sql) = leaf($random, Laws::Schema::table($site, $relation->{target}), $alias . '_', @related ? $random->pick(@related) : ());
    return (["$relation->{name}__$parameter->[0]", $parameter->[1]], across($site, $relation, $alias, $sql));
}

sub query { return join '&', map { encode($_->[0]) . '=' . encode($_->[1]) } @_ }

sub expression {
    my ($random, $site, $resource, $groups, $aim) = @_;
    my ($text, $sql) = ('', '');
    # PostgreSQL is asked whether each key is there: many of them are many statements.
    my $keys = $groups > 8 && $random->chance(50);
    for my $group (1 .. $groups) {
        my ($parameter, $part) = $keys ? key_condition($random, $site, $resource, 'a', $aim) : ();
        ($parameter, $part) = condition($random, $site, $resource, 'a', $aim) if !$parameter;
        my $negated = $random->chance(15);
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

# Words of the row AIM in the attributes that a search looks into, also over relations.
sub words {
    my ($random, $site, $resource, $aim) = @_;
    my $table = Laws::Schema::table($site, $resource->{table});
    my @texts;
    for my $path (@{ $resource->{search} }) {
        my ($name) = $path =~ /^(.+)__/;
        my ($relation) = grep { defined $name && $_->{name} eq $name } @{ $resource->{relations} };
        push @texts, field($table, $aim, $path) if !$relation;
        push @texts, map { field(Laws::Schema::table($site, $relation->{target}), $_, $path =~ s/.*__//r) } related_rows($site, $relation, $table, $aim) if $relation;
    }
    # A comma parts words as a blank does.
    return grep { length } map { split /[ ,]+/ } grep { defined } @texts;
}

sub search {
    my ($random, $site, $resource, $aim) = @_;
    my @known = $aim ? words($random, $site, $resource, $aim) : ();
    # One word over relations, where the words of one search may mean different related rows.
    my @words = map { $random->pick(@known && $random->chance(85) ? @known : @terms) } 1 .. ((grep { /__/ } @{ $resource->{search} }) ? 1 : $random->pick(1, 1, 2));
    # The beginning of a word finds more rows, and so more pages.
    $_ = $random->chance(60) && /^[A-Za-z]/ ? substr $_, 0, 1 : $_ for @words;
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

# The whole ordering, as SQL: the primary key last; what is seen of it, and then the mark, where a column of it is hidden.
sub ordering {
    my ($resource, $table, @names) = @_;
    @names = @{ $resource->{order} } if !@names;
    my @seen = grep { !Laws::Schema::column($table, $_)->{secret} } @{ $table->{key} };
    my $hidden = @seen < @{ $table->{key} };
    push @seen, 'mark' if $hidden;
    # Where PostgreSQL or the caller knows of no key, the whole default order breaks ties.
    my @default = $hidden || $table->{view} ? @{ $resource->{order} } : ();
    return join ', ', map { my $down = /^-/; attribute('a', s/^-//r) . ($down ? ' DESC' : '') } @names, @default, @seen;
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
        my @rows = visible_rows($table);
        my $aim = @rows && $random->chance(90) ? $random->pick(@rows) : undef;
        # What a condition and the place of a page make together goes wrong most easily.
        my $kind = $random->pick(qw(plain filter filter expression expression search), $resource->{pages}{style} eq 'cursor' ? qw(search search expression) : ());
        my $add = sub { push @parameters, $_[0]; push @sql, "($_[1])" };
        $add->(condition($random, $site, $resource, 'a', $aim)) if $kind eq 'filter';
        $add->(expression($random, $site, $resource, $random->pick(1, 2, 2, 3, 13, 14, 29), $aim)) if $kind eq 'expression';
        $add->(search($random, $site, $resource, $aim)) if @{ $resource->{search} } && ($kind eq 'search' || $random->chance(20));
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
