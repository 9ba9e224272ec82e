package Laws::Server;

# One Apache and one database for all generated sites. A batch of sites, each a schema and a <Location>, takes one graceful
# restart: one for each would take longer than all requests to it. Remembers what no site may do: a status of 500 or above, and lines in the error log.
use strict;
use warnings;
use JSON::PP ();
use Laws::Client;
use Laws::Config;
use Laws::Data;
use Laws::Sql;
use Site::Test;
use Site::Test::Process qw(wait_for);

my $json = JSON::PP->new->utf8->allow_nonref;

sub new {
    my ($class) = @_;
    for my $database ('laws', 'laws_twin') {
        cluster->sql('postgres', "DROP DATABASE IF EXISTS $database WITH (FORCE)", "CREATE DATABASE $database",
            # Tables without statistics look large, and compiling their small queries takes longer than running them.
            "ALTER DATABASE $database SET jit = off");
    }
    cluster->sql('laws', "DO \$\$ BEGIN CREATE ROLE laws_reader; CREATE ROLE laws_editor; EXCEPTION WHEN duplicate_object THEN END \$\$",
        'GRANT laws_reader, laws_editor TO site');
    my $self = bless { file => scratch() . '/laws.conf', counter => 0, requests => 0 }, $class;
    $self->{sql} = Laws::Sql->new(cluster, 'laws');
    $self->{twin_sql} = Laws::Sql->new(cluster, 'laws_twin');
    $self->write_file('');
    $self->{httpd} = $self->start('laws');
    $self->{twin} = $self->start('laws_twin');
    return $self;
}

# One client asks at a time, and each child reads the catalogue of all sites.
my $one_child = "StartServers 1\nMinSpareThreads 4\nThreadsPerChild 16\nMaxRequestWorkers 32\n";

# Both servers call themselves by the same name. Counts of values come, however busy the machine is.
sub start {
    my ($self, $name) = @_;
    return new_httpd($name, database => cluster->conninfo($name), site => new_site('laws'), defines => { SITE_CATALOG_REFRESH => 'off' },
        config => "$one_child\nSitePublicURL http://laws.test\nSitePageTimeout 60s\nInclude \"$self->{file}\"\n")->start;
}

sub servers { return @{ $_[0] }{qw(httpd twin)} }

sub sql { $_[0]{sql} }

# What was answered about one site is of no use to the next.
sub forget { my ($self) = @_; $self->{known} = $self->{decoded} = {}; return }

sub write_file {
    my ($self, $text) = @_;
    open my $out, '>', $self->{file} or die "$self->{file}: $!";
    print $out $text;
    close $out or die "$self->{file}: $!";
    return;
}

# Brings the sites up under new names; those of the batch before go.
sub serve {
    my ($self, @sites) = @_;
    my @old = @{ $self->{schemas} // [] };
    $self->{schemas} = [];
    for my $site (@sites) {
        $site->{name} = 's' . ++$self->{counter};
        push @{ $self->{schemas} }, $site->{name};
        $self->{sql}->run(Laws::Data::script($site));
        $site->{twin}{name} = $site->{name} if $site->{twin};
        $self->{twin_sql}->run(Laws::Data::script($site->{twin} // $site));
    }
    my $users = setting('users');
    $self->write_file(join '', map { Laws::Config::text($_, $users) } @sites);
    my ($status, $said) = $self->{httpd}->configtest;
    die "a configuration that was generated is refused: $said\n" if $status;
    $self->restart(@sites);
    for my $sql (@$self{qw(sql twin_sql)}) {
        $sql->run("DROP SCHEMA $_ CASCADE;") for @old;
    }
    return;
}

# A server that is told to stop waits for the clients that it has.
sub hang_up {
    my ($self) = @_;
    $_->hang_up for grep { defined } @$self{qw(client twin_client)};
    return;
}

# Nothing that a process remembers outlives it.
sub restart {
    my ($self, @sites) = @_;
    $self->hang_up;
    $_->graceful for $self->servers;
    @$self{qw(client twin_client)} = map { Laws::Client->new($_->port) } $self->servers;
    for my $client (@$self{qw(client twin_client)}) {
        for my $site (@sites) {
            wait_for(30, sub { ($client->requests(['GET', "/$site->{name}/"]))[0]{status} == 200 });
        }
    }
    return;
}

# JSON, read once however often it comes; undef where it is none.
sub decoded {
    my ($self, $text) = @_;
    return exists $self->{decoded}{$text} ? $self->{decoded}{$text} : ($self->{decoded}{$text} = eval { $json->decode($text) });
}

# A request, whose answer is read when it is JSON that was asked for; what is 500 or above is remembered as a failure of the law that nothing is.
sub ask {
    my ($self, $path, %headers) = @_;
    my $answer = $self->send('GET', $path, \%headers);
    return ($headers{Accept} // '') eq 'application/json' ? { %$answer, json => $self->decoded($answer->{body}) } : $answer;
}

my %safe = map { $_ => 1 } qw(GET HEAD OPTIONS);

sub name_of {
    my ($method, $path, $headers, $body) = @_;
    return join "\0", $method, $path, $body // '', map { "$_: $headers->{$_}" } sort keys %{ $headers // {} };
}

sub watch {
    my ($self, $request, $answer) = @_;
    my ($method, $path, $headers, $body) = @$request;
    $self->{requests}++;
    push @{ $self->{broken} }, [$answer->{status}, "$method $path" . (($headers->{Accept} // '') =~ /html/ ? ' (HTML)' : ''), $answer->{body} =~ s/\s+/ /gr]
        if $answer->{status} >= 500;
    push @{ $self->{leaks} }, [$path, $answer->{body}] if Laws::Data::shows_hidden($path . ($body // ''), $answer->{body} // '');
    return;
}

# The laws ask for the same things. Until something is written, the first answer is the answer.
sub send {
    my ($self, @request) = @_;
    return $self->{known}{ name_of(@request) } if $safe{ $request[0] } && $self->{known}{ name_of(@request) };
    my ($answer) = $self->send_all(\@request);
    $self->{known}{ name_of(@request) } = $answer if $safe{ $request[0] };
    return $answer;
}

# The answers to several requests, each [method, path, headers, body], which are sent together.
sub send_all {
    my ($self, @requests) = @_;
    my @answers = $self->{client}->requests(@requests);
    $self->watch($requests[$_], $answers[$_]) for 0 .. $#requests;
    $self->{known} = {} if grep { !$safe{ $_->[0] } } @requests;
    return @answers;
}

# Asks together what a law is going to ask one by one.
sub ahead {
    my ($self, @requests) = @_;
    my %new = map { name_of(@$_) => $_ } @requests;
    my @names = grep { !$self->{known}{$_} } sort keys %new;
    my @answers = $self->send_all(@new{@names});
    @{ $self->{known} }{@names} = @answers;
    return;
}

# [answer, answer of the twin] of each request. Both servers work at the same time.
sub send_both {
    my ($self, @requests) = @_;
    my @both;
    while (@requests) {
        my @some = Laws::Client::next_round(\@requests);
        $self->{known} = {} if grep { !$safe{ $_->[0] } } @some;
        my @new = grep { !$self->{known}{ name_of(@$_) } } @some;
        $self->{client}->submit(@new);
        $self->{twin_client}->submit(@some);
        my @answers = $self->{client}->receive;
        $self->watch($new[$_], $answers[$_]) for 0 .. $#new;
        my @others = $self->{twin_client}->receive;
        push @both, map { [$self->{known}{ name_of(@$_) } // shift @answers, shift @others] } @some;
    }
    return @both;
}

# [status, address, body] of each since it was last asked for.
sub broken { my ($self) = @_; my $broken = $self->{broken} // []; $self->{broken} = []; return @$broken }

# [address, body] of each answer since it was last asked for that shows a row that SiteWhere hides.
sub leaks { my ($self) = @_; my $leaks = $self->{leaks} // []; $self->{leaks} = []; return @$leaks }

# Unexpected lines of the log since it was last asked for.
sub logged { my ($self) = @_; return map { $_->log->unexpected_news } $self->servers }

1;
