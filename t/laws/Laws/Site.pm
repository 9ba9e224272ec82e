package Laws::Site;

# A whole site of one seed, and the laws that it must keep.
use strict;
use warnings;
use Laws::Addresses;
use Laws::Config;
use Laws::Crawl;
use Laws::Data;
use Laws::Formats;
use Laws::Hidden;
use Laws::Pages;
use Laws::Random;
use Laws::Requests;
use Laws::Schema;
use Laws::Twins;
use Laws::Writes;

my @laws = ('Laws::Pages', 'Laws::Formats', 'Laws::Addresses', 'Laws::Crawl', 'Laws::Hidden', 'Laws::Twins', 'Laws::Writes');

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

# Serves the sites and returns the failures of each, in their order: a list of lists.
sub judge {
    my ($server, @sites) = @_;
    $server->serve(@sites);
    my @failures;
    for my $site (@sites) {
        my @found = map { $_->can('check')->($server, $site) } @laws;
        push @found, map { { law => 'quiet', kind => 'status', address => $_->[1], why => "status $_->[0]: $_->[2]" } } $server->broken;
        push @found, map { { law => 'hidden', kind => 'text', address => $_->[0], why => 'shows ' . join ' ', $_->[1] =~ /(.{0,40}unseen\d*.{0,40})/ } } $server->leaks;
        my @lines = $server->logged;
        push @found, { law => 'quiet', kind => 'log', address => '', why => "in the error log: $lines[0]" } if @lines;
        push @failures, \@found;
    }
    return @failures;
}

1;
