package Laws::Pages;

# Law 1. Following `next`, and back by `previous`, visits every row that SQL says exactly once and in its order; `count` is
# their number.
use strict;
use warnings;
use Laws::Config;
use Laws::Data qw(name_of);
use Laws::Requests qw(address visible);
use Laws::Schema;

sub path { my ($url) = @_; return $url =~ s{^https?://[^/]+}{}r }

sub expected {
    my ($server, $site, $request) = @_;
    my $table = Laws::Schema::table($site, Laws::Config::resource($site, $request->{resource})->{table});
    return $server->sql->value($site->{name}, 'SELECT coalesce(jsonb_agg(a.mark ORDER BY ' . $request->{order} . "), '[]') FROM "
        . name_of($table->{name}) . ' a WHERE ' . visible($table, 'a') . " AND ($request->{where})");
}

# All marks that a walk in one direction sees, and the last page.
sub walk {
    my ($server, $address, $by, $most) = @_;
    my (@marks, $page);
    for (0 .. $most) {
        my $answer = $server->ask($address, Accept => 'application/json');
        return (undef, "status $answer->{status} of $address: $answer->{body}") if $answer->{status} != 200;
        my $body = $answer->{json};
        return ([map { $_->{mark} } @$body]) if ref $body eq 'ARRAY';
        my @here = map { $_->{mark} } @{ $body->{results} };
        @marks = $by eq 'next' ? (@marks, @here) : (@here, @marks);
        return (undef, "count $body->{count} and then $page->{count}") if $page && ($body->{count} // 0) != ($page->{count} // 0);
        $page = { %$body, address => $address };
        last if !defined $body->{$by};
        $address = path($body->{$by});
    }
    return (undef, "more than $most pages by $by, at $address") if defined $page->{$by};
    return (\@marks, undef, $page);
}

sub holds {
    my ($server, $site, $request) = @_;
    my $expected = expected($server, $site, $request);
    $server->{reached}++ if @$expected;
    $server->{asked}++;
    my $address = address($site, $request);
    my ($seen, $why, $last) = walk($server, $address, 'next', 2 + @$expected);
    return "$why" if !$seen;
    return "rows @$seen; SQL says @$expected" if "@$seen" ne "@$expected";
    my $page = $server->ask($address, Accept => 'text/html');
    return "status $page->{status} as HTML" if $page->{status} != 200;
    return if !$last;
    return "count $last->{count}; SQL says " . @$expected if exists $last->{count} && $last->{count} != @$expected;
    my ($back, $whynot) = walk($server, $last->{address}, 'previous', 2 + @$expected);
    return "back: $whynot" if !$back;
    return "back: rows @$back; SQL says @$expected" if "@$back" ne "@$expected";
    return;
}

# What is special about a request, by which open defects are told apart.
sub kind {
    my ($site, $request) = @_;
    my $resource = Laws::Config::resource($site, $request->{resource});
    my %has = map { $_->[0] => $_->[1] } @{ $request->{parameters} };
    my @kind = $resource->{pages}{style};
    push @kind, 'or' if ($has{filters} // '') =~ /\|/;
    push @kind, 'over' if grep { /__/ } @{ exists $has{search} ? $resource->{search} : [] };
    push @kind, 'search' if exists $has{search};
    return join '+', @kind;
}

sub check {
    my ($server, $site) = @_;
    my @failures;
    $server->ahead(map { my $address = address($site, $_); map { ['GET', $address, { Accept => $_ }] } 'application/json', 'text/html' } @{ $site->{requests} });
    for my $request (@{ $site->{requests} }) {
        my $why = holds($server, $site, $request) // next;
        push @failures, { law => 'pages', kind => kind($site, $request), request => $request, address => address($site, $request), sql => $request->{where}, why => $why };
    }
    return @failures;
}

1;
