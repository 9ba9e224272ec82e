package Laws::Hidden;

# Law 7. No answer tells of a row that SiteWhere hides: a reference to it is as if there were none. (That its texts are in no
# answer at all, whatever was asked, Laws::Server sees.)
use strict;
use warnings;
use Laws::Config;
use Laws::Data qw(name_of);
use Laws::Requests qw(visible);
use Laws::Schema;

# Whether a row of ALIAS has a reference that can be seen, as SQL.
sub refers {
    my ($site, $relation, $alias) = @_;
    my $target = Laws::Schema::table($site, $relation->{target});
    my $column = "$alias." . name_of($relation->{column});
    # A policy hides rows, not the references to them.
    return "$column IS NOT NULL" if ($target->{hides} // '') ne 'where';
    return "EXISTS (SELECT 1 FROM " . name_of($target->{name}) . " h WHERE h.shown AND h." . name_of($relation->{to}) . " = $column)";
}

# The parameter for all rows, if there is one; without pages there is none.
sub all_rows {
    my ($resource, $before) = @_;
    my $style = $resource->{pages}{style};
    return $style eq 'none' ? '' : $before . ($style eq 'limit' ? 'limit=50' : 'page_size=50');
}

sub marks {
    my ($server, $address) = @_;
    my $answer = $server->ask($address, Accept => 'application/json');
    return "status $answer->{status}" if $answer->{status} != 200;
    my $rows = ref $answer->{json} eq 'ARRAY' ? $answer->{json} : $answer->{json}{results};
    return join ' ', sort { $a <=> $b } map { $_->{mark} } @$rows;
}

sub expected {
    my ($server, $site, $table, $where) = @_;
    my $marks = $server->sql->value($site->{name}, "SELECT coalesce(jsonb_agg(a.mark), '[]') FROM " . name_of($table->{name}) . ' a WHERE ' . visible($table, 'a') . " AND $where");
    return join ' ', sort { $a <=> $b } @$marks;
}

# What the filters of a foreign key find: [address, SQL].
sub cases {
    my ($site, $resource, $relation) = @_;
    my $refers = refers($site, $relation, 'a');
    return map { ["/$site->{name}/$resource->{name}/?$_->[0]" . all_rows($resource, '&'), $_->[1]] } ["$relation->{name}__isnull=true", "NOT $refers"],
        ["$relation->{name}__isnull=false", $refers], ["filters=~($relation->{name}__isnull%253Dtrue)", $refers];
}

sub filters {
    my ($server, $site, $resource, $relation) = @_;
    my $table = Laws::Schema::table($site, $resource->{table});
    my @failures;
    for my $case (cases($site, $resource, $relation)) {
        my $address = $case->[0];
        my ($got, $wanted) = (marks($server, $address), expected($server, $site, $table, $case->[1]));
        push @failures, { law => 'hidden', kind => 'filter', address => $address, sql => $case->[1], why => "rows $got; SQL says $wanted" } if $got ne $wanted;
    }
    return @failures;
}

# What is shown of a foreign key: as many references as there are.
sub representation {
    my ($server, $site, $resource, $relation) = @_;
    my $table = Laws::Schema::table($site, $resource->{table});
    my $address = "/$site->{name}/$resource->{name}/" . all_rows($resource, '?');
    my $answer = $server->ask($address, Accept => 'application/json');
    return { law => 'hidden', kind => 'status', address => $address, why => "status $answer->{status}" } if $answer->{status} != 200;
    my $rows = ref $answer->{json} eq 'ARRAY' ? $answer->{json} : $answer->{json}{results};
    my $got = join ' ', sort { $a <=> $b } map { $_->{mark} } grep { defined $_->{ $relation->{name} } } @$rows;
    my $wanted = expected($server, $site, $table, refers($site, $relation, 'a'));
    return if $got eq $wanted;
    return { law => 'hidden', kind => 'shown', address => $address, why => "$relation->{name} in rows $got; SQL says $wanted" };
}

sub check {
    my ($server, $site) = @_;
    my @failures;
    for my $resource (grep { !$_->{require} } @{ $site->{resources} }) {
        my $list = "/$site->{name}/$resource->{name}/";
        my @forward = grep { $_->{kind} eq 'forward' } @{ $resource->{relations} };
        my %json = (Accept => 'application/json');
        $server->ahead(map { my $relation = $_; (map { ['GET', $_->[0], {%json}] } cases($site, $resource, $relation)),
            ['GET', $list . all_rows($resource, '?'), {%json}], ['GET', "$list?ordering=$relation->{name}", {%json}], ['GET', "$list?_x=$relation->{name}", { Accept => 'text/html' }] } @forward);
        for my $relation (@forward) {
            push @failures, filters($server, $site, $resource, $relation);
            # A nested row, address or slug of a row that a policy hides is missing.
            push @failures, representation($server, $site, $resource, $relation) if (Laws::Schema::table($site, $relation->{target})->{hides} // '') ne 'policy';
        }
        my $answer = $server->ask($list, Accept => 'application/json');
        my $rows = ref $answer->{json} eq 'ARRAY' ? $answer->{json} : $answer->{json}{results} // [];
        my @some = @$rows; # a slice of @$rows itself would make it longer
        for my $row (grep { defined } @some[0, 1]) {
            my $path = ($row->{url} // next) =~ s{^https?://[^/]+}{}r;
            $server->ask($path, Accept => 'text/html');
        }
    }
    return @failures;
}

1;
