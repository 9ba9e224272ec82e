package Laws::Formats;

# Law 4. JSON and HTML show the same rows, and strict mode shows no others: it refuses, or answers the same. Of a list without pages,
# which JSON streams, HTML shows the first rows.
use strict;
use warnings;
use Laws::Config;
use Laws::Requests qw(address);

# The texts of a table's column, by its heading; nothing where the page has no such column.
sub column {
    my ($body, $name) = @_;
    my ($head, $rows) = $body =~ m{<div class="scroll"[^>]*><table>\n<thead><tr>(.*?)</tr></thead>\n<tbody>\n(.*?)</table>}s or return;
    my @headings = map { s/<[^>]*>//gr } $head =~ m{<th\b[^>]*>(.*?)</th>}gs;
    my ($at) = grep { lc $headings[$_] eq $name } 0 .. $#headings;
    return if !defined $at;
    my @values;
    for my $row (grep { length } split /<tr>/, $rows) {
        my @cells = split /<t[dh]\b[^>]*>/, $row;
        push @values, ($cells[$at + 1] // '') =~ s/<[^>]*>//gr =~ s/^\s+|\s+$//gr;
    }
    return \@values;
}

sub marks {
    my ($answer) = @_;
    my $rows = ref $answer->{json} eq 'ARRAY' ? $answer->{json} : $answer->{json}{results};
    return join ' ', map { $_->{mark} // '?' } @{ $rows // [] };
}

sub check {
    my ($server, $site) = @_;
    my @failures;
    my %json = (Accept => 'application/json');
    $server->ahead(map { my $address = address($site, $_); map { ['GET', $address, $_] } {%json}, { Accept => 'text/html' }, { %json, Prefer => 'handling=strict' } } @{ $site->{requests} });
    for my $request (@{ $site->{requests} }) {
        my $address = address($site, $request);
        my $fail = sub { push @failures, { law => 'formats', kind => $_[0], request => $request, address => $address, why => $_[1] } };
        my $json = $server->ask($address, Accept => 'application/json');
        next if $json->{status} != 200;
        my $wanted = marks($json);
        my $page = $server->ask($address, Accept => 'text/html');
        my $column = column($page->{body}, 'mark');
        my $size = Laws::Config::resource($site, $request->{resource})->{pages}{size};
        my $first = ref $json->{json} eq 'ARRAY' ? join ' ', grep { defined } (split / /, $wanted)[0 .. $size - 1] : $wanted;
        my $shown = $column ? join ' ', @$column : $first eq '' ? '' : 'no table';
        $fail->('html', "rows $shown; JSON has $first") if $shown ne $first;
        my $strict = $server->ask($address, Accept => 'application/json', Prefer => 'handling=strict');
        my $said = $strict->{status} == 400 && ref $strict->{json} eq 'HASH' ? $wanted : $strict->{status} == 200 ? marks($strict) : "status $strict->{status}";
        $fail->('strict', "rows $said; otherwise $wanted") if $said ne $wanted;
    }
    return @failures;
}

1;
