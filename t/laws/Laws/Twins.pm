package Laws::Twins;

# Law 2. What is hidden from a caller shows nowhere: two databases that differ only in hidden data give the same bytes.
#
# A twin differs in one way, so that a failure says what shows: rows that SiteWhere (`where`) or a policy (`policy`) hides, the
# rows of a resource behind Require (`require`), or the values of columns without GRANT (`grant`),
# without GRANT for anonymous clients (`reader`), or under SiteHide (`hide`).
#
# PostgreSQL itself tells some of what is hidden, and no request here asks for it:
# - A unique constraint holds for hidden rows, too: a write of a value that a hidden row has is refused.
# - A foreign key is a value of the row that refers: it is the key of the hidden row. The same holds for the rows of a join table,
#   which have no policy of their own.
use strict;
use warnings;
use Laws::Config;
use Laws::Data;
use Laws::Requests qw(address encode visible_rows);
use Laws::Schema;
use Site::Test::Users qw(basic);

my @row_ways = qw(where policy require);

# --- the data of the twin ----------------------------------------------------------------------------------------------------

sub ways {
    my ($site) = @_;
    my %ways;
    for my $table (grep { !$_->{join} } @{ $site->{tables} }) {
        my $resource = Laws::Config::of_table($site, $table->{name});
        $ways{ $table->{hides} } = 1 if $table->{hides};
        $ways{require} = 1 if $resource && $resource->{require};
        $ways{ $_->{secret} } = 1 for grep { $_->{secret} } @{ $table->{columns} };
    }
    return sort keys %ways;
}

sub hidden {
    my ($site, $way, $table, $row) = @_;
    return 0 if $table->{join};
    return Laws::Config::of_table($site, $table->{name})->{require} if $way eq 'require';
    return ($table->{hides} // '') eq $way && Laws::Requests::field($table, $row, 'shown') eq 'false';
}

# Whether a foreign key of any row refers to this one.
sub referred {
    my ($site, $table, $row) = @_;
    for my $other (@{ $site->{tables} }) {
        for my $column (grep { $_->{ref} && $_->{ref}[0] eq $table->{name} } @{ $other->{columns} }) {
            my $to = Laws::Requests::field($table, $row, $column->{ref}[1]) // next;
            return 1 if grep { ($_ // '') eq $to } map { Laws::Requests::field($other, $_, $column->{name}) } @{ $other->{rows} };
        }
    }
    return 0;
}

# Another row with the same key. Behind Require the row refers to what it referred to, because the rows that it refers to say so.
sub altered {
    my ($random, $twin, $way, $table, $row) = @_;
    my $new = Laws::Data::row($random, $twin, $table, 100 + $random->below(1000)) or return $row;
    for my $index (0 .. $#{ $table->{columns} }) {
        my $column = $table->{columns}[$index];
        $new->[$index] = $row->[$index] if $column->{unique} || $column->{name} eq 'shown' || $way eq 'require' && ($column->{ref} || $column->{name} eq 'place')
            || grep { $_ eq $column->{name} } @{ $table->{key} };
    }
    return $new;
}

sub change_rows {
    my ($random, $site, $twin, $way, $table) = @_;
    my $shown = Laws::Data::index_of($table, 'shown');
    my (@kept, @hidden);
    for my $row (@{ $table->{rows} }) {
        push @{ hidden($site, $way, $table, $row) ? \@hidden : \@kept }, $row;
    }
    return if !@hidden && ($way eq 'require' || ($table->{hides} // '') ne $way);
    my @stay = grep { $way eq 'require' || referred($site, $table, $_) || $random->chance(50) } @hidden;
    # What a new row refers to must be there.
    $table->{rows} = [@kept, @stay];
    my @new = @stay;
    for my $row (@new) {
        my $other = altered($random, $twin, $way, $table, $row);
        my %others;
        Laws::Data::taken($table, \%others, $_) for @kept, grep { $_ != $row } @new;
        $row = $other if !Laws::Data::taken($table, \%others, $other);
    }
    my %seen;
    Laws::Data::taken($table, \%seen, $_) for @kept, @new;
    if ($way ne 'require') {
        for my $number (200 .. 200 + $random->below(3)) {
            my $row = Laws::Data::row($random, $twin, $table, $number) or next;
            $row->[$shown] = 'false';
            push @new, $row if !Laws::Data::taken($table, \%seen, $row);
        }
    }
    $table->{rows} = [@kept, @new];
    return;
}

# Which rows of a join table lead from or to a hidden row is hidden, too.
sub change_joins {
    my ($random, $site, $twin, $way, $join) = @_;
    my @ends = map { Laws::Schema::table($twin, $_->{ref}[0]) } @{ $join->{columns} };
    my @keys = map { my $end = $_; [map { Laws::Requests::field($ends[$end], $_, $join->{columns}[$end]{ref}[1]) } @{ $ends[$end]{rows} }] } 0, 1;
    my @hides = map { my $end = $_; +{ map { Laws::Requests::field($ends[$end], $_, $join->{columns}[$end]{ref}[1]) => 1 } grep { hidden($site, $way, $ends[$end], $_) } @{ $ends[$end]{rows} } } } 0, 1;
    my @rows = grep { !($hides[0]{ $_->[0] } || $hides[1]{ $_->[1] }) || $random->chance(50) } @{ $join->{rows} };
    my %seen;
    Laws::Data::taken($join, \%seen, $_) for @rows;
    for my $end (0, 1) {
        for my $key (sort keys %{ $hides[$end] }) {
            my @other = @{ $keys[1 - $end] } or next;
            my $row = $end ? [$random->pick(@other), $key] : [$key, $random->pick(@other)];
            push @rows, $row if !Laws::Data::taken($join, \%seen, $row);
        }
    }
    $join->{rows} = \@rows;
    return;
}

sub change_columns {
    my ($random, $way, $table) = @_;
    for my $index (grep { ($table->{columns}[$_]{secret} // '') eq $way } 0 .. $#{ $table->{columns} }) {
        if ($table->{columns}[$index]{name} eq $table->{key}[0]) {
            my @values = $random->shuffle(map { $_->[$index] } @{ $table->{rows} });
            $_->[$index] = shift @values for @{ $table->{rows} };
            next;
        }
        $_->[$index] = $random->chance(20) ? undef : Laws::Data::value($random, $table->{columns}[$index]{type}) for @{ $table->{rows} };
    }
    return;
}

# The site with other hidden data, in a way that may be given; nothing where it hides none.
sub generate {
    my ($random, $site, $given) = @_;
    my @ways = grep { !$given || $_ eq $given } ways($site) or return;
    my $way = $random->pick(@ways);
    my %twin = (%$site, way => $way, tables => [map { { %$_, columns => [@{ $_->{columns} }], rows => [map { [@$_] } @{ $_->{rows} }] } } @{ $site->{tables} }]);
    my $by_rows = grep { $_ eq $way } @row_ways;
    for my $table (grep { !$_->{view} } @{ $twin{tables} }) {
        if (!$by_rows) { change_columns($random, $way, $table) }
        elsif (!$table->{join}) { change_rows($random, $site, \%twin, $way, $table) }
        elsif ($way eq 'where') { change_joins($random, $site, \%twin, $way, $table) }
    }
    Laws::Data::look(\%twin);
    return \%twin;
}

# --- requests ----------------------------------------------------------------------------------------------------------------

my %json = (Accept => 'application/json');
my %html = (Accept => 'text/html');

sub key_of {
    my ($resource, $table, $row) = @_;
    return if !$resource->{key} && @{ $table->{key} } > 1;
    return Laws::Requests::field($table, $row, $resource->{key} // $table->{key}[0]);
}

# Values that a column has in the one or the other database, first those of rows that differ.
sub values_of {
    my ($random, $twin, $site, $table, $name) = @_;
    my %count;
    for my $rows ($table->{rows}, Laws::Schema::table($twin, $table->{name})->{rows}) {
        $count{$_}++ for grep { defined && $_ ne '' && !/,/ } map { Laws::Requests::field($table, $_, $name) } @$rows;
    }
    my @odd = grep { $count{$_} % 2 } sort keys %count;
    return $random->some(2, @odd ? @odd : sort keys %count);
}

# Filters, orderings and charts by every column, also by those that the resource does not offer.
sub probes {
    my ($random, $site, $twin, $resource) = @_;
    my $table = Laws::Schema::table($site, $resource->{table});
    my @probes;
    for my $column (@{ $table->{columns} }) {
        my $name = $column->{name};
        push @probes, map { ["filter", encode($name) . '=' . encode($_)], ['filter', encode($name) . '__gte=' . encode($_)] } values_of($random, $twin, $site, $table, $name);
        push @probes, ['filter', "${name}__isnull=true"], ['ordering', "ordering=-$name"], ['chart', "_x=$name"];
    }
    for my $relation (@{ $resource->{relations} }) {
        my $target = Laws::Schema::table($site, $relation->{target});
        for my $column ($random->some(4, @{ $target->{columns} })) {
            push @probes, map { ['across', "$relation->{name}__$column->{name}=" . encode($_)] } values_of($random, $twin, $site, $target, $column->{name});
            push @probes, ['across', "$relation->{name}__$column->{name}__isnull=false"];
        }
        push @probes, map { ['across', "$relation->{name}=" . encode($_)] } values_of($random, $twin, $site, $target, $target->{key}[0]) if $relation->{kind} eq 'through';
        push @probes, ['across', "$relation->{name}__isnull=true"], ['across', "filters=" . encode("~(" . encode("$relation->{name}__isnull=true") . ")")], ['chart', "_x=$relation->{name}"];
        push @probes, ['ordering', "ordering=$relation->{name}"];
    }
    push @probes, map { ['search', "search=$_"] } qw(alpha beta gamma neil 1);
    return map { [$_->[0], 'GET', "/$site->{name}/$resource->{name}/?$_->[1]", { $_->[0] eq 'chart' ? %html : $random->chance(25) ? %html : %json }] } @probes;
}

sub items {
    my ($random, $site, $twin, $resource) = @_;
    my $table = Laws::Schema::table($site, $resource->{table});
    my $path = "/$site->{name}/$resource->{name}/";
    my (%other, @shown, @hidden);
    for my $row (@{ $table->{rows} }, @{ Laws::Schema::table($twin, $table->{name})->{rows} }) {
        my $key = key_of($resource, $table, $row) // next;
        next if $key eq '' || $other{$key}++;
        push @{ !$table->{hides} || Laws::Requests::field($table, $row, 'shown') eq 'true' ? \@shown : \@hidden }, $path . encode($key) =~ s/\./%2E/gr . '/';
    }
    my %editor = (basic('editor'));
    my @requests;
    for my $item ($random->some(4, @shown), $random->some(3, @hidden)) {
        push @requests, ['item', 'GET', $item, {%json}], ['page', 'GET', $item, {%html}], ['form', 'GET', "$item?_form=edit", { %html, %editor }];
        push @requests, ['options', 'OPTIONS', $item, { %json, %editor }] if $random->chance(50);
    }
    for my $item ($random->some(2, @hidden)) {
        push @requests, ['form', 'GET', "$item?_form=delete", { %html, %editor }], ['write', 'PATCH', $item, { %json, %editor, 'Content-Type' => 'application/json' }, '{}'],
            ['write', 'DELETE', $item, { %json, %editor }];
    }
    return @requests;
}

# What is asked of one site: [surface, method, path, headers, body].
sub requests {
    my ($random, $site, $twin) = @_;
    my %editor = (basic('editor'));
    my @requests = map { ['root', 'GET', "/$site->{name}/", {%$_}], ['openapi', 'GET', "/$site->{name}/openapi.json", {%$_}], ['docs', 'GET', "/$site->{name}/docs/", {%$_}] } \%json, \%html;
    for my $resource (@{ $site->{resources} }) {
        my $path = "/$site->{name}/$resource->{name}/";
        push @requests, ['list', 'GET', $path, {%json}], ['page', 'GET', $path, {%html}], ['page', 'GET', $path, { %html, %editor }], ['options', 'OPTIONS', $path, { %json, %editor }],
            ['options', 'GET', "$path?_form=options", {%html}], ['form', 'GET', "$path?_form=new", { %html, %editor }],
            map { ['write', 'POST', $path, { %json, %editor, 'Content-Type' => 'application/json' }, $_] } '{}', '[]', '{"mark": "x", "shown": "x"}';
        push @requests, ['sitemap', 'GET', "/sitemap/$site->{name}/$resource->{name}.xml", {}];
        push @requests, $random->some(12, probes($random, $site, $twin, $resource)), items($random, $site, $twin, $resource);
    }
    for my $request (@{ $site->{requests} }) {
        push @requests, ['list', 'GET', address($site, $request), {%json}], ['page', 'GET', address($site, $request), {%html}];
    }
    return @requests;
}

# --- the law -----------------------------------------------------------------------------------------------------------------

sub told {
    my ($answer) = @_;
    my %headers = %{ $answer->{headers} };
    delete @headers{qw(date connection keep-alive)};
    return join "\n", "status $answer->{status}", (map { "$_: " . (ref $headers{$_} ? join ', ', @{ $headers{$_} } : $headers{$_}) } sort keys %headers), $answer->{body};
}

# Where two texts part, with a little of what stands before.
sub part {
    my ($one, $other) = @_;
    my ($same) = map { length } ($one ^ $other) =~ /^(\0*)/;
    my $from = $same > 60 ? $same - 60 : 0;
    return join ' | ', map { substr($_, $from, 120) =~ s/\s+/ /gr } $one, $other;
}

# The body tells more than a header that follows from it.
sub difference {
    my ($one, $other) = @_;
    return "status $one->{status} and $other->{status}" if $one->{status} != $other->{status};
    return $one->{body} ne $other->{body} ? part($one->{body}, $other->{body}) : part(told($one), told($other));
}

# Whether the resource of an address leads to another one whose data differ, also over others: nested rows show nested rows.
sub leads {
    my ($site, $twin, $path) = @_;
    my ($name) = $path =~ m{^/[^/]+/(\w+)/};
    my %differs = map { $_->{name} => 1 } grep { $twin->{way} eq 'require' ? (Laws::Config::of_table($site, $_->{name}) // {})->{require} : $twin->{way} eq ($_->{hides} // '')
        || grep { $twin->{way} eq ($_->{secret} // '') } @{ $_->{columns} } } @{ $site->{tables} };
    my @from = defined $name ? Laws::Config::resource($site, $name) // () : ();
    my %seen;
    while (my $resource = shift @from) {
        my @targets = map { $_->{target} } @{ $resource->{relations} };
        return 1 if grep { $differs{$_} } @targets;
        push @from, grep { defined && !$seen{ $_->{name} }++ } map { Laws::Config::of_table($site, $_) } @targets;
    }
    return 0;
}

# How the two servers differ in their answers to requests.
sub differ {
    my ($server, $site, @requests) = @_;
    my @both = $server->send_both(map { [@$_[1 .. $#$_]] } @requests);
    my @failures;
    for my $i (grep { told($both[$_][0]) ne told($both[$_][1]) } 0 .. $#both) {
        my ($surface, @request) = @{ $requests[$i] };
        push @failures, { law => 'twins', kind => join('+', $site->{twin}{way}, leads($site, $site->{twin}, $request[1]) ? 'over' : (), $surface),
            address => "$request[0] $request[1]", why => difference(@{ $both[$i] }), replay => $requests[$i] };
    }
    return @failures;
}

sub check {
    my ($server, $site) = @_;
    my $twin = $site->{twin} or return;
    my @requests = requests(Laws::Random->new($site->{seed}, 'probes'), $site, $twin);
    @requests = grep { !$_->[3]{Authorization} } @requests if $twin->{way} eq 'reader';
    # What writes comes last, because other laws have asked some of the rest.
    return differ($server, $site, (grep { $_->[1] =~ /^(?:GET|OPTIONS)$/ } @requests), grep { $_->[1] !~ /^(?:GET|OPTIONS)$/ } @requests);
}

# The same request to a site that has another name.
sub replay {
    my ($server, $site, $failure) = @_;
    my @request = @{ $failure->{replay} };
    $request[2] =~ s{^/\w+/}{/$site->{name}/};
    return $site->{twin} ? differ($server, $site, \@request) : ();
}

1;
