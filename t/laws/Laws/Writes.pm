package Laws::Writes;

# Law 4. PUT of what GET gave is accepted, also in strict mode, and changes nothing.
use strict;
use warnings;
use JSON::PP ();
use Laws::Data qw(name_of);
use Laws::Schema;
use Site::Test::Users qw(basic);

my $json = JSON::PP->new->utf8->canonical;

sub rows_of {
    my ($server, $site) = @_;
    return $server->sql->run(join "\n", "SET search_path = $site->{name};", map { 'SELECT r::text FROM ' . name_of($_->{name}) . ' r ORDER BY 1;' } @{ $site->{tables} });
}

sub difference {
    my ($before, $after) = @_;
    my %before = map { $_ => 1 } split /\n/, $before;
    my %after = map { $_ => 1 } split /\n/, $after;
    return join ', ', (map { "-$_" } grep { !$after{$_} } sort keys %before), map { "+$_" } grep { !$before{$_} } sort keys %after;
}

sub check {
    my ($server, $site) = @_;
    my @failures;
    my $before = rows_of($server, $site);
    for my $resource (grep { !$_->{require} } @{ $site->{resources} }) {
        my $table = Laws::Schema::table($site, $resource->{table});
        next if $table->{view} || $table->{denied}{UPDATE};
        # A row may refer to one that a policy hides, but cannot be made to. What SiteWhere hides is shown as null, which changes nothing.
        next if grep { $_->{kind} ne 'reverse' && (Laws::Schema::table($site, $_->{target})->{hides} // '') eq 'policy' } @{ $resource->{relations} };
        my $list = $server->ask("/$site->{name}/$resource->{name}/", Accept => 'application/json', basic('editor'))->{json};
        my $rows = ref $list eq 'ARRAY' ? $list : $list->{results} // [];
        my @some = @$rows; # a slice of @$rows itself would make it longer
        for my $row (grep { defined } @some[0, 1]) {
            my %prefer = $row == $rows->[0] ? (Prefer => 'handling=strict') : ();
            my $path = ($row->{url} // next) =~ s{^https?://[^/]+}{}r;
            my $got = $server->ask($path, Accept => 'application/json', basic('editor'));
            next if $got->{status} != 200;
            my $put = $server->send('PUT', $path, { basic('editor'), 'Content-Type' => 'application/json', Accept => 'application/json', %prefer }, $got->{body});
            my $after = rows_of($server, $site);
            my $was = $before;
            $before = $after;
            my $why = $put->{status} != 200 ? "PUT of $got->{body} is $put->{status} $put->{body}"
                : $after ne $was ? 'PUT of ' . $got->{body} . ' changed rows: ' . difference($was, $after) : next;
            push @failures, { law => 'writes', kind => $put->{status}, address => $path, why => $why };
        }
    }
    return @failures;
}

1;
