package Laws::Crawl;

# Law 3. Every address in any answer can be followed by the same caller, with the status that its place promises: a link, an
# address in JSON and a form's own address answer 200, and a form that writes is sent to an address that allows its method.
use strict;
use warnings;
use Laws::Config;
use Laws::Requests qw(address);
use Site::Test::Users qw(basic);

my $origin = 'http://laws.test';
my %entity = (amp => '&', lt => '<', gt => '>', quot => '"', '#39' => "'", '#x27' => "'");

sub unescape { my ($text) = @_; return $text !~ /&/ ? $text : $text =~ s/&(\w+|#\w+);/$entity{$1} \/\/ "&$1;"/ger }

# The path of an address that stands at PATH, or nothing where it leads to elsewhere or within the page.
sub resolve {
    my ($path, $address) = @_;
    $address =~ s/#.*//s;
    return if $address eq '' || $address =~ /^(?:data|mailto):/;
    return $address if $address =~ s{^\Q$origin\E(?=/)}{};
    return "http elsewhere: $address" if $address =~ m{^(?:\w+:|//)};
    return $address if $address =~ m{^/};
    my ($here) = $path =~ /^([^?]*)/;
    return "$here$address" if $address =~ /^\?/;
    return $here =~ s{[^/]*$}{}r . $address;
}

# Addresses in a page: [place, path].
sub in_html {
    my ($path, $body) = @_;
    my @found;
    # The text of a page may hold what looks like a tag or an attribute only in an escaped form.
    push @found, [$1 eq 'formaction' ? 'post' : 'link', unescape($2)] while $body =~ /\s(href|src|formaction)="([^"]*)"/g;
    while ($body =~ /<form\b([^>]*)>/g) {
        my %has = map { unescape($_) } $1 =~ /([\w-]+)="([^"]*)"/g;
        push @found, [lc($has{method} // 'get') eq 'post' ? 'post' : 'link', $has{action}] if defined $has{action};
    }
    return map { my $to = resolve($path, $_->[1]); defined $to ? [$_->[0], $to] : () } @found;
}

# Addresses in JSON are texts that begin with the site's own.
sub in_json {
    my ($body) = @_;
    return map { ['json', $_] } $body =~ m{"\Q$origin\E(/[^"\\]*)"}g;
}

sub in_openapi {
    my ($server, $site, $answer) = @_;
    my $paths = $server->decoded($answer->{body})->{paths};
    return map { ['operation', "/$site->{name}$_"] } grep { !/\{/ && $paths->{$_}{get} } sort keys %$paths;
}

sub addresses {
    my ($server, $site, $path, $answer) = @_;
    my $type = $answer->{headers}{'content-type'} // '';
    return in_html($path, $answer->{body}) if $type =~ /html/;
    return map { ['link', s/^\Q$origin\E//r] } map { unescape($_) } $answer->{body} =~ m{<loc>([^<]*)</loc>}g if $type =~ /xml/;
    return () if $type !~ /json/;
    return $path =~ /openapi\.json$/ ? in_openapi($server, $site, $answer) : in_json($answer->{body});
}

# Addresses of one shape differ in values only; a few of each are enough.
sub shape {
    my ($site, $place, $path) = @_;
    my ($before, $query) = $path =~ /^([^?]*)\??(.*)/;
    $before = "/$1/KEY/" if $before =~ m{^/\Q$site->{name}\E/([^/.]+)/[^/]+/$};
    return join ' ', $place, $before, sort map { /^_form=/ ? $_ : s/=.*//sr } split /&/, $query;
}

my %accept = (json => 'application/json', link => 'text/html, */*;q=0.1', operation => 'application/json');

# What is asked about an address: of a form that is sent there, whether its method is allowed.
sub question {
    my ($place, $path, %caller) = @_;
    return ['OPTIONS', $path =~ s/\?.*//sr, { Accept => 'application/json', %caller }] if $place eq 'post';
    return ['GET', $path, { Accept => $accept{$place}, %caller }];
}

# Whether the caller may send a form there: by Allow, or why not.
sub sendable {
    my ($path, $answer) = @_;
    my ($method) = $path =~ /[?&]_method=(\w+)/;
    $method //= 'POST';
    my $allow = $answer->{headers}{allow} // '';
    return $allow =~ /\b\Q$method\E\b/ ? undef : "status $answer->{status} of OPTIONS, Allow: $allow";
}

sub wrong {
    my ($server, $site, $place, $path, $answer) = @_;
    return 'leads elsewhere' if $path =~ /^http elsewhere/;
    # Who may is the one thing that the description does not look into.
    return if $place eq 'operation' && $answer->{status} == 401 && grep { $_->{require} && $path =~ m{/\Q$_->{name}\E/$} } @{ $site->{resources} };
    return $answer->{status} == 200 ? undef : "status $answer->{status}";
}

# The tables whose rows an address names: of the resource in its path, and of the relations in its query.
sub named_tables {
    my ($site, $path) = @_;
    my ($name, $key, $query) = $path =~ m{^/\Q$site->{name}\E/([^/.?]+)/([^/?]*)/?\??(.*)} or return;
    my $resource = Laws::Config::resource($site, $name) // return;
    my %asked = map { s/(?:__|=).*//sr => 1 } split /&/, $query;
    my @targets = map { $_->{target} } grep { $asked{ $_->{name} } } @{ $resource->{relations} };
    return map { Laws::Schema::table($site, $_) } $key ne '' ? $resource->{table} : (), @targets;
}

# Which hidden row an address names: `where`, `policy`, or nothing.
sub hides {
    my ($site, $path) = @_;
    # A plus is a blank in a query string, and itself before it.
    my %named = map { s/%([0-9A-Fa-f]{2})/chr hex $1/ger => 1 } map { ($_, tr/+/ /r) } split(m{/}, $path =~ s/\?.*//sr), split m{[?&=]}, $path =~ s/^[^?]*//sr;
    for my $table (grep { $_->{hides} } named_tables($site, $path)) {
        my @names = ($table->{key}[0], map { $_->{name} } grep { $_->{name} eq 'code' } @{ $table->{columns} });
        for my $row (grep { Laws::Requests::field($table, $_, 'shown') eq 'false' } @{ $table->{rows} }) {
            return $table->{hides} if grep { $named{ Laws::Requests::field($table, $row, $_) // '' } } @names;
        }
    }
    return;
}

# What is special about an address that cannot be followed, by which open defects are told apart.
sub kind {
    my ($site, $place, $path, $status) = @_;
    return "$place+require" if $status =~ /^40[13]$/ && grep { $_->{require} && $path =~ m{^/\Q$site->{name}\E/\Q$_->{name}\E[./?]} } @{ $site->{resources} };
    return join '+', $place, $status =~ /^40[04]$/ ? hides($site, $path) // () : ();
}

# The next addresses of the queue that have not been asked for; MOST of them.
sub next_round {
    my ($server, $site, $who, $walk, $most) = @_;
    my @round;
    while (@round < $most && (my $next = shift @{ $walk->{queue} })) {
        my ($place, $path) = @$next;
        next if $walk->{seen}{"$place $path"}++ || $walk->{shapes}{ shape($site, $place, $path) }++ >= 2;
        # What all sites of the server share is looked at once.
        next if $path !~ m{^/\Q$site->{name}\E/} && $server->{shared}{"$who $path"}++;
        push @round, $next;
    }
    return @round;
}

sub walk {
    my ($server, $site, $who, $most, @start) = @_;
    my %caller = $who eq 'anonymous' ? () : basic($who);
    my %walk = (queue => [map { [@$_, 'start'] } @start], seen => {}, shapes => {});
    my @failures;
    while (my @round = next_round($server, $site, $who, \%walk, $most < 12 ? $most : 12)) {
        $most -= @round;
        $server->ahead(map { question(@$_[0, 1], %caller) } grep { $_->[1] =~ m{^/} } @round);
        for my $at (@round) {
            my ($place, $path, $from) = @$at;
            my $answer = $path =~ m{^/} ? $server->send(@{ question($place, $path, %caller) }) : { status => 0, headers => {} };
            my $why = $place eq 'post' ? sendable($path, $answer) : wrong($server, $site, $place, $path, $answer);
            push @failures, { law => 'crawl', kind => kind($site, $place, $path, $place eq 'post' ? 0 : $answer->{status}), address => "$path (in $from, as $who)", why => $why }
                if defined $why;
            next if defined $why || $place eq 'post' || $path !~ m{^(?:/sitemap)?/\Q$site->{name}\E/};
            push @{ $walk{queue} }, map { [@$_, $path] } addresses($server, $site, $path, $answer);
        }
    }
    return @failures;
}

# The sitemaps of resources whose rows have addresses that anybody may follow.
sub sitemaps {
    my ($site) = @_;
    my @listed = grep { !$_->{require} && ($_->{key} || @{ Laws::Schema::table($site, $_->{table})->{key} } == 1) } @{ $site->{resources} };
    return map { ['link', "/sitemap/$site->{name}/$_->{name}.xml"] } @listed;
}

sub check {
    my ($server, $site) = @_;
    my $root = "/$site->{name}/";
    my @requests = @{ $site->{requests} };
    splice @requests, 2 if @requests > 2;
    my @start = (['link', $root], ['json', $root], ['json', "${root}openapi.json"], sitemaps($site), map { ['json', address($site, $_)], ['link', address($site, $_)] } @requests);
    return map { walk($server, $site, $_, 50, @start) } 'anonymous', 'editor';
}

1;
