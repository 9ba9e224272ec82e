package Laws::Addresses;

# Law 3. All spellings of an address behave alike: what Require denies at one, it denies at all; what one answers, all do.
use strict;
use warnings;

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

sub check {
    my ($server, $site) = @_;
    my @failures;
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
