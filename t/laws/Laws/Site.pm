package Laws::Site;

# A whole site of one seed, and the laws that it must keep.
use strict;
use warnings;
use Laws::Addresses;
use Laws::Config;
use Laws::Crawl;
use Laws::Data;
use Laws::Described;
use Laws::Formats;
use Laws::Hidden;
use Laws::Pages;
use Laws::Random;
use Laws::Requests;
use Laws::Schema;
use Laws::Twins;
use Laws::Writes;

my @laws = ('Laws::Pages', 'Laws::Formats', 'Laws::Addresses', 'Laws::Crawl', 'Laws::Hidden', 'Laws::Twins', 'Laws::Writes', 'Laws::Described');

sub generate {
    my ($seed) = @_;
    my %site = (seed => $seed);
    $site{tables} = Laws::Schema::generate(Laws::Random->new($seed, 'schema'));
    Laws::Config::generate(Laws::Random->new($seed, 'config'), \%site);
    Laws::Data::fill(Laws::Random->new($seed, 'data'), \%site);
    $site{requests} = Laws::Requests::generate(Laws::Random->new($seed, 'requests'), \%site, 8);
    $site{twin} = Laws::Twins::generate(Laws::Random->new($seed, 'twin'), \%site);
    return \%site;
}

# Nothing answers 500 or above, no answer holds the text of a hidden row, and nothing unexpected is in the error log.
sub quiet {
    my ($server) = @_;
    my @lines = $server->logged;
    return ((map { { law => 'quiet', kind => 'status', address => $_->[1], why => "status $_->[0]: $_->[2]" } } $server->broken),
        (map { { law => 'hidden', kind => 'text', address => $_->[0], why => 'shows ' . join ' ', $_->[1] =~ /(.{0,40}unseen\d*.{0,40})/ } } $server->leaks),
        @lines ? { law => 'quiet', kind => 'log', address => '', why => "in the error log: $lines[0]" } : ());
}

# Serves the sites and returns the failures of each, in their order: a list of lists.
sub judge {
    my ($server, @sites) = @_;
    $server->serve(@sites);
    my @failures;
    for my $site (@sites) {
        $server->forget;
        my @found = map { $_->can('check')->($server, $site) } @laws;
        push @failures, [@found, quiet($server)];
    }
    return @failures;
}

# Whether a site breaks the law of a failure in the same way, and how. A site that the shrinker made may be none that a law can judge.
sub breaks_alone {
    my ($server, $failure, $site) = @_;
    my ($law) = grep { lc($_ =~ s/.*:://r) eq $failure->{law} } @laws;
    my @found = eval { $failure->{replay} ? $law->can('replay')->($server, $site, $failure) : map { $_->can('check')->($server, $site) } $law // @laws };
    return (grep { $_->{law} eq $failure->{law} && $_->{kind} eq $failure->{kind} } @found, quiet($server))[0];
}

# The same of several sites, in their order: undef where it does not.
sub breaks {
    my ($server, $failure, @sites) = @_;
    return map { undef } @sites if !eval { $server->serve(@sites); 1 };
    return map { $server->forget; scalar breaks_alone($server, $failure, $_) } @sites;
}

1;
