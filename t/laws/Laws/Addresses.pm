package Laws::Addresses;

# Law 3. All spellings of an address behave alike: what Require denies at one, it denies at all; what one answers, all do. The sections for a
# row's own address hold for every spelling of its key.
use strict;
use warnings;
use Laws::Config;

# Other ways to write the address of a list.
sub spellings {
    my ($site, $name) = @_;
    my $first = sprintf '%%%02x', ord $name;
    return ("/$site->{name}/$name.json", "/$site->{name}/$name/?format=json", "/$site->{name}/$name.json?x=1", "/$site->{name}/$name.json/",
        "//$site->{name}//$name/", "/$site->{name}/$first" . substr($name, 1) . '/', "/$site->{name}/./$name/", "/$site->{name}/$name",
        "/$site->{name}/$name.api", "/$site->{name}/$name/?format=api");
}

# The answer at the end of a redirection within the server.
sub follow {
    my ($server, $path, %headers) = @_;
    my $answer = $server->ask($path, %headers);
    for (1 .. 3) {
        last if $answer->{status} !~ /^30/;
        $answer = $server->ask($answer->{headers}{location} =~ s{^https?://[^/]+}{}r, %headers);
    }
    return $answer;
}

# Other ways to write a key of this type.
sub keys_like {
    my ($type, $key) = @_;
    return ("0$key", "+$key", "%20$key") if $type =~ /^(?:integer|bigint)$/;
    return ("0$key", "+$key", "${key}0", $key =~ s/0$//r) if $type eq 'numeric';
    return (uc $key, $key =~ s/-//gr, "%7B$key%7D") if $type eq 'uuid';
    return sprintf('%%%02x', ord $key) . substr $key, 1;
}

sub row_spellings {
    my ($site, $name, $type, $key) = @_;
    my $list = "/$site->{name}/$name";
    my @other = map { "$list/$_/" } keys_like($type, $key);
    push @other, "$list/$key.json", map { "$list/$_.json" } keys_like($type, $key) if $key !~ /[.]/;
    return (@other, "$list/$key/?format=json", "/$list//$key/", "$other[0]?format=api");
}

# The row that has a section of its own, which adds a header.
sub check_row {
    my ($server, $site, $resource) = @_;
    my $row = Laws::Config::own_row($site, $resource) or return;
    my ($column, $key) = @$row;
    my @failures;
    my $plain = "/$site->{name}/$resource->{name}/$key/";
    my $wanted = $server->ask($plain, Accept => 'application/json')->{status};
    for my $spelling ($plain, row_spellings($site, $resource->{name}, $column->{type}, $key)) {
        my $answer = follow($server, $spelling, Accept => '*/*');
        my $has = ($answer->{headers}{'x-row'} // '') eq $resource->{name};
        next if $answer->{status} == $wanted && ($has || $wanted != 200) || $answer->{status} == 404;
        push @failures, { law => 'addresses', kind => 'row', address => $spelling,
            why => "status $answer->{status}, " . ($has ? '' : 'without ') . "the header of $plain, which has status $wanted" };
    }
    return @failures;
}

sub check {
    my ($server, $site) = @_;
    my @failures = map { check_row($server, $site, $_) } @{ $site->{resources} };
    for my $resource (@{ $site->{resources} }) {
        my $plain = "/$site->{name}/$resource->{name}/";
        $server->ahead(map { ['GET', $_, { Accept => '*/*' }] } spellings($site, $resource->{name}));
        my $wanted = $server->ask($plain, Accept => 'application/json')->{status};
        for my $spelling (spellings($site, $resource->{name})) {
            # Strict mode names an unknown parameter.
            next if $resource->{strict} && $spelling =~ /x=1/;
            my $answer = follow($server, $spelling, Accept => '*/*');
            my $got = $answer->{status};
            # An address that is none is no way around.
            next if $got == $wanted || $got == 404 && ($resource->{require} || $spelling =~ m{\.json/$});
            push @failures, { law => 'addresses', kind => $resource->{require} ? 'require' : 'spelling', address => $spelling,
                why => "status $got; $plain has $wanted" };
        }
    }
    return @failures;
}

1;
