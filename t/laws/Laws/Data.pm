package Laws::Data;

# The rows of a generated site, and the SQL that makes its schema.
use strict;
use warnings;
use Exporter 'import';
use Laws::Schema;

our @EXPORT_OK = qw(literal name_of shows_hidden);

# Text as people and attackers write it: what means something in SQL, addresses, HTML or expressions.
my @words = ('alpha', 'beta', 'gamma', 'delta', 'alpha beta', "O'Neil", 'x/y', 'p.q', '100%', 'a_b', '<b>', 'a|b', 'a)b', 'c,d',
    "\x{c3}\x{b6}l", '"it"', 'a\\b', '+1', '#5', 'a&b=c', '?q', '%41', '~tilde', '..');

sub literal {
    my ($value) = @_;
    return 'NULL' if !defined $value;
    return "'" . ($value =~ s/'/''/gr) . "'";
}

sub name_of { my ($name) = @_; return '"' . ($name =~ s/"/""/gr) . '"' }

sub value {
    my ($random, $type) = @_;
    return $random->between(-3, 12) if $type eq 'integer';
    return $random->pick(1, 7, 4294967296, 9007199254740993) + $random->below(50) * 10 if $type eq 'bigint';
    return $random->pick(@words) if $type eq 'text';
    return $random->pick('true', 'false') if $type eq 'boolean';
    return sprintf '%d.%02d', $random->between(0, 30), $random->below(100) if $type eq 'numeric';
    return sprintf '20%02d-%02d-%02d', $random->between(0, 9), $random->between(1, 12), $random->between(1, 28) if $type eq 'date';
    return $random->uuid;
}

sub index_of {
    my ($table, $name) = @_;
    return (grep { $table->{columns}[$_]{name} eq $name } 0 .. $#{ $table->{columns} })[0];
}

# One row; NUMBER makes what must be unique so. Without a value for a column that must have one, no row.
sub row {
    my ($random, $site, $table, $number) = @_;
    my @row;
    for my $column (@{ $table->{columns} }) {
        my $unique = $column->{unique} || grep { $_ eq $column->{name} } @{ $table->{key} }[0];
        if (my $ref = $column->{ref}) {
            my $target = Laws::Schema::table($site, $ref->[0]);
            my @from = grep { defined } map { $_->[index_of($target, $ref->[1])] } @{ $target->{rows} };
            my $value = @from && !($column->{null} && $random->chance(25)) ? $random->pick(@from) : undef;
            return if !defined $value && !$column->{null};
            push @row, $value;
        }
        elsif ($column->{name} eq 'mark') { push @row, $number }
        elsif ($column->{name} eq 'shown') { push @row, $random->chance(70) ? 'true' : 'false' }
        elsif ($column->{null} && $random->chance(25)) { push @row, undef }
        else {
            my $value = value($random, $column->{type});
            if ($unique) {
                $value = $column->{type} eq 'text' ? "$value$number" : $column->{type} eq 'bigint' ? 9007199254740000 + $number
                    : $column->{type} eq 'numeric' ? "$number.50" : $number
                    if $column->{type} ne 'uuid';
            }
            push @row, $value;
        }
    }
    mark_hidden($table, \@row, $number);
    return \@row;
}

# A word that is in every text of a row that SiteWhere hides, and nowhere else: no answer may hold it.
my $mark = 'unseen';

sub mark_hidden {
    my ($table, $row, $number) = @_;
    return if ($table->{hides} // '') ne 'where' || $row->[index_of($table, 'shown')] eq 'true';
    for my $i (0 .. $#$row) {
        my $column = $table->{columns}[$i];
        $row->[$i] = "$mark$number" if $column->{type} eq 'text' && !$column->{ref} && defined $row->[$i];
    }
    return;
}

# Whether an answer tells of a hidden row, where the question did not.
sub shows_hidden {
    my ($question, $answer) = @_;
    return $question !~ /$mark/ && $answer =~ /$mark/;
}

sub taken {
    my ($table, $seen, $row) = @_;
    my @sets = ($table->{key}, @{ $table->{uniques} }, map { [$_->{name}] } grep { $_->{unique} } @{ $table->{columns} });
    my @keys;
    for my $set (0 .. $#sets) {
        my @values = map { $row->[index_of($table, $_)] } @{ $sets[$set] };
        push @keys, join "\0", $set, @values if !grep { !defined } @values;
    }
    return 1 if grep { $seen->{$_} } @keys;
    $seen->{$_} = 1 for @keys;
    return 0;
}

sub fill {
    my ($random, $site) = @_;
    for my $table (grep { !$_->{view} } @{ $site->{tables} }) {
        $table->{rows} = [];
        my %seen;
        for my $number (1 .. $random->pick(3, 8, 15, 24)) {
            my $row = row($random, $site, $table, $number) or next;
            push @{ $table->{rows} }, $row if !taken($table, \%seen, $row);
        }
    }
    look($site);
    return;
}

# Views have the rows of their tables, and of their columns those that the table still has.
sub look {
    my ($site) = @_;
    for my $view (grep { $_->{view} } @{ $site->{tables} }) {
        my $of = Laws::Schema::table($site, $view->{view});
        @{ $view->{columns} } = grep { Laws::Schema::column($of, $_->{name}) } @{ $view->{columns} };
        my @at = map { index_of($of, $_->{name}) } @{ $view->{columns} };
        $view->{rows} = [map { [@$_[@at]] } @{ $of->{rows} }];
    }
    return;
}

# --- SQL -------------------------------------------------------------------------------------------------------------------

sub insert {
    my ($table, @rows) = @_;
    return '' if !@rows || $table->{view};
    return 'INSERT INTO ' . name_of($table->{name}) . ' VALUES ' . join(",\n ", map { '(' . join(', ', map { literal($_) } @$_) . ')' } @rows) . ";\n";
}

my %sql_type = (numeric => 'numeric(8,2)');

sub create {
    my ($table) = @_;
    return 'CREATE VIEW ' . name_of($table->{name}) . ' AS SELECT ' . join(', ', map { name_of($_->{name}) } @{ $table->{columns} }) . ' FROM ' . name_of($table->{view}) . ";\n"
        if $table->{view};
    my @lines = map {
        name_of($_->{name}) . ' ' . ($sql_type{ $_->{type} } // $_->{type}) . ($_->{null} ? '' : ' NOT NULL') . ($_->{unique} ? ' UNIQUE' : '')
            . ($_->{name} eq 'shown' ? ' DEFAULT true' : '')
            # Clients cannot write a key that is hidden.
            . ($_->{secret} && $_->{type} eq 'integer' ? ' DEFAULT (1000000 + 1000000000 * random())::integer' : '')
            . ($_->{ref} ? ' REFERENCES ' . name_of($_->{ref}[0]) . '(' . name_of($_->{ref}[1]) . ')' : '')
    } @{ $table->{columns} };
    push @lines, 'PRIMARY KEY (' . join(', ', map { name_of($_) } @{ $table->{key} }) . ')';
    push @lines, 'UNIQUE (' . join(', ', map { name_of($_) } @$_) . ')' for @{ $table->{uniques} };
    # No statistics change while a site is asked.
    return 'CREATE TABLE ' . name_of($table->{name}) . " (\n    " . join(",\n    ", @lines) . "\n) WITH (autovacuum_enabled = off);\n";
}

# A right to those columns for which WHICH holds.
sub granted {
    my ($table, $right, $which) = @_;
    my @columns = grep { $which->($_) } @{ $table->{columns} };
    return $right if @columns == @{ $table->{columns} };
    return "$right (" . join(', ', map { name_of($_->{name}) } @columns) . ')';
}

sub grants {
    my ($table, $role, $secret, @rights) = @_;
    my @granted = (granted($table, 'SELECT', sub { ($_[0]{secret} // '') !~ $secret }),
        (map { granted($table, $_, sub { !$_[0]{fixed} }) } grep { /INSERT|UPDATE/ } @rights), grep { /DELETE/ } @rights);
    return 'GRANT ' . join(', ', @granted) . ' ON ' . name_of($table->{name}) . " TO $role;\n";
}

sub rights {
    my ($site, $table) = @_;
    my $name = name_of($table->{name});
    my @rights = $table->{view} ? () : grep { !$table->{denied}{$_} } qw(INSERT UPDATE DELETE);
    my $sql = $site->{role} ? grants($table, 'laws_reader', qr/grant|reader/) . grants($table, 'laws_editor', qr/grant/, @rights) : grants($table, 'site', qr/grant/, @rights);
    return $sql if $table->{view};
    if (($table->{hides} // '') eq 'policy') {
        $sql .= "ALTER TABLE $name ENABLE ROW LEVEL SECURITY;\nCREATE POLICY visible ON $name USING (shown);\n";
    }
    return $sql;
}

# The whole schema, as a script for psql.
sub script {
    my ($site) = @_;
    my $name = $site->{name};
    return join '', "CREATE SCHEMA $name;\nSET search_path = $name;\nGRANT USAGE ON SCHEMA $name TO site, laws_reader, laws_editor;\n",
        map { (create($_), insert($_, @{ $_->{rows} }), rights($site, $_)) } @{ $site->{tables} };
}

1;
