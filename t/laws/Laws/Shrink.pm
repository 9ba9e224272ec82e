package Laws::Shrink;

# Makes a site that breaks a law smaller while it still breaks it in the same way: without tables, resources, directives, requests
# and rows that the failure does not need. Some smaller sites are tried together, each in a schema of its own.
use strict;
use warnings;
use Laws::Data;
use Laws::Random;
use Laws::Schema;
use Laws::Twins;
use Storable ();

my $together = 6;

# The text of the only request that is left: what it names stays.
sub asked { my ($site) = @_; return join ' ', map { map { @$_ } @{ $_->{parameters} } } @{ $site->{requests} } }

sub without {
    my ($list, $index) = @_;
    return [@$list[grep { $_ != $index } 0 .. $#$list]];
}

# What search, facets and order of a resource say of a relation or column that is gone.
sub forget {
    my ($resource, $name) = @_;
    @{ $resource->{$_} } = grep { !/^-?\Q$name\E(?:__|$)/ } @{ $resource->{$_} } for qw(search facets order);
    return;
}

sub drop_relation {
    my ($resource, $index) = @_;
    my $name = $resource->{relations}[$index]{name};
    $resource->{relations} = without($resource->{relations}, $index);
    forget($resource, $name);
    return;
}

# Each of these returns the changes that it offers, as functions of a copy of the site. Those of one list stand in its order, so that
# a change is still what it was when later ones have been made.
sub requests {
    my ($site) = @_;
    return map { my $gone = $_; sub { $_[0]{requests} = without($_[0]{requests}, $gone) } } 0 .. $#{ $site->{requests} };
}

sub tables {
    my ($site) = @_;
    my @changes;
    for my $table (@{ $site->{tables} }) {
        my $name = $table->{name};
        next if grep { ($_->{view} // '') eq $name } @{ $site->{tables} };
        next if grep { my $other = $_; $other->{name} ne $name && grep { $_->{ref} && $_->{ref}[0] eq $name } @{ $other->{columns} } } @{ $site->{tables} };
        next if grep { $_->{resource} eq "r$name" } @{ $site->{requests} };
        push @changes, sub {
            my ($copy) = @_;
            @{ $copy->{tables} } = grep { $_->{name} ne $name } @{ $copy->{tables} };
            @{ $copy->{resources} } = grep { $_->{table} ne $name } @{ $copy->{resources} };
            for my $resource (@{ $copy->{resources} }) {
                for my $index (reverse 0 .. $#{ $resource->{relations} }) {
                    my $relation = $resource->{relations}[$index];
                    drop_relation($resource, $index) if $relation->{target} eq $name || ($relation->{via} // '') eq $name;
                }
            }
        };
    }
    return @changes;
}

sub directives {
    my ($site) = @_;
    my ($asked, @changes) = (asked($site));
    for my $at (0 .. $#{ $site->{resources} }) {
        my $resource = $site->{resources}[$at];
        for my $index (0 .. $#{ $resource->{relations} }) {
            next if $asked =~ /\Q$resource->{relations}[$index]{name}\E/;
            push @changes, sub { drop_relation($_[0]{resources}[$at], $index) };
        }
        for my $list (grep { @{ $resource->{$_} } } $asked =~ /\bsearch\b/ ? () : 'search', 'facets') {
            push @changes, sub { $_[0]{resources}[$at]{$list} = [] };
        }
        for my $switch (grep { $resource->{$_} } qw(strict require)) {
            push @changes, sub { delete $_[0]{resources}[$at]{$switch} };
        }
    }
    # Without roles there is no column that only one of them may not read.
    push @changes, sub { $_[0]{role} = 0; delete $_->{secret} for grep { ($_->{secret} // '') eq 'reader' } map { @{ $_->{columns} } } @{ $_[0]{tables} } } if $site->{role};
    push @changes, map { my $at = $_; sub { delete $_[0]{tables}[$at]{denied} } } grep { $site->{tables}[$_]{denied} } 0 .. $#{ $site->{tables} };
    return @changes;
}

sub columns {
    my ($site) = @_;
    my ($asked, @changes) = (asked($site));
    for my $at (0 .. $#{ $site->{tables} }) {
        my $table = $site->{tables}[$at];
        for my $index (0 .. $#{ $table->{columns} }) {
            my $column = $table->{columns}[$index];
            my $name = $column->{name};
            next if $table->{join} || $name =~ /^(?:mark|shown|code|place)$/ || $asked =~ /\Q$name\E/ || grep { $_ eq $name } @{ $table->{key} }, map { @$_ } @{ $table->{uniques} };
            next if grep { my $resource = $_; grep { ($_->{column} // '') eq $name } @{ $resource->{relations} } } @{ $site->{resources} };
            next if grep { /\b\Q$name\E\b|__\Q$name\E$/ } map { @{ $_->{search} }, @{ $_->{order} }, @{ $_->{facets} } } @{ $site->{resources} };
            push @changes, sub {
                my $copy = $_[0]{tables}[$at];
                $copy->{columns} = without($copy->{columns}, $index);
                $_ = without($_, $index) for @{ $copy->{rows} };
            };
        }
    }
    return @changes;
}

# Rows of a table, SIZE at once. What others refer to stays.
sub rows {
    my ($site, $size) = @_;
    my @changes;
    for my $at (0 .. $#{ $site->{tables} }) {
        my $table = $site->{tables}[$at];
        next if $table->{view};
        my @free = grep { !Laws::Twins::referred($site, $table, $table->{rows}[$_]) } 0 .. $#{ $table->{rows} };
        while (my %gone = map { $_ => 1 } splice @free, 0, $size) {
            push @changes, sub { my $copy = $_[0]{tables}[$at]; $copy->{rows} = [@{ $copy->{rows} }[grep { !$gone{$_} } 0 .. $#{ $copy->{rows} }]] };
        }
    }
    return @changes;
}

sub smaller {
    my ($site, @changes) = @_;
    my $twin = delete local $site->{twin};
    my $copy = Storable::dclone($site);
    $_->($copy) for @changes;
    Laws::Data::look($copy);
    $copy->{twin} = Laws::Twins::generate(Laws::Random->new($site->{seed}, 'twin'), $copy, $twin->{way}) if $twin;
    return $copy;
}

# Makes those of the changes, the last ones first, after which the site still fails. Returns the site, its failure, and whether it
# is another one.
sub apply {
    my ($site, $failure, $end, $fails, @changes) = @_;
    my $found = 0;
    while (@changes && time < $end) {
        my @some = reverse splice @changes, @changes > $together ? -$together : 0;
        my @how = $fails->(map { smaller($site, $_) } @some);
        my @good = grep { $how[$_] } 0 .. $#some or next;
        my $all = smaller($site, @some[@good]);
        my ($still) = @good > 1 ? $fails->($all) : $how[ $good[0] ];
        ($site, $failure) = $still ? ($all, $still) : (smaller($site, $some[ $good[0] ]), $how[ $good[0] ]);
        $found = 1;
    }
    return ($site, $failure, $found);
}

# The smallest site that was found within SECONDS, and its failure. FAILS says of each of the sites that it is given how it breaks the
# law, if it does.
sub shrink {
    my ($site, $failure, $seconds, $fails) = @_;
    my $end = time + $seconds;
    my $found = 1;
    while ($found && time < $end) {
        $found = 0;
        for my $offer (\&requests, \&tables, (map { my $size = $_; sub { rows($_[0], $size) } } 12, 4), \&directives, \&columns, sub { rows($_[0], 1) }) {
            ($site, $failure, my $changed) = apply($site, $failure, $end, $fails, $offer->($site));
            $found ||= $changed;
        }
    }
    return ($site, $failure);
}

1;
