package Laws::Server;

# One Apache and one database for all generated sites. A batch of sites, each a schema and a <Location>, takes one graceful
# restart. Remembers what no site may do: a status of 500 or above, and lines in the error log.
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
        cluster->sql('postgres', "DROP DATABASE IF EXISTS $database WITH (FORCE)", "CREATE DATABASE $database");
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

# Both servers call themselves by the same name. Counts of values come, however busy the machine is.
sub start {
    my ($self, $name) = @_;
    return new_httpd($name, database => cluster->conninfo($name), site => new_site('laws'), defines => { SITE_CATALOG_REFRESH => 'off' },
        config => "SitePublicURL http://laws.test\nSitePageTimeout 60s\nInclude \"$self->{file}\"\n")->start;
}

sub servers { return @{ $_[0] }{qw(httpd twin)} }

sub sql { $_[0]{sql} }

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
        wait_for(30, sub { $client->request('GET', "/$_->{name}/")->{status} == 200 }) for @sites;
    }
    return;
}

# A request, whose answer is read when it is JSON that was asked for; what is 500 or above is remembered as a failure of the law that nothing is.
sub ask {
    my ($self, $path, %headers) = @_;
    my $answer = $self->send('GET', $path, \%headers);
    $answer->{json} = eval { $json->decode($answer->{body}) } if ($headers{Accept} // '') eq 'application/json';
    return $answer;
}

sub send {
    my ($self, $method, $path, $headers, $body) = @_;
    my $answer = $self->{client}->request($method, $path, $headers, $body);
    $self->{requests}++;
    push @{ $self->{broken} }, [$answer->{status}, "$method $path" . (($headers->{Accept} // '') =~ /html/ ? ' (HTML)' : ''), $answer->{body} =~ s/\s+/ /gr]
        if $answer->{status} >= 500;
    push @{ $self->{leaks} }, [$path, $answer->{body}] if Laws::Data::shows_hidden($path . ($body // ''), $answer->{body} // '');
    return $answer;
}

# The same of the twin.
sub send_twin {
    my ($self, $method, $path, $headers, $body) = @_;
    return $self->{twin_client}->request($method, $path, $headers, $body);
}

# [status, address, body] of each since it was last asked for.
sub broken { my ($self) = @_; my $broken = $self->{broken} // []; $self->{broken} = []; return @$broken }

# [address, body] of each answer since it was last asked for that shows a row that SiteWhere hides.
sub leaks { my ($self) = @_; my $leaks = $self->{leaks} // []; $self->{leaks} = []; return @$leaks }

# Unexpected lines of the log since it was last asked for.
sub logged {
    my ($self) = @_;
    my @new;
    for my $httpd ($self->servers) {
        my @lines = $httpd->log->unexpected;
        push @new, @lines[($httpd->{logged} // 0) .. $#lines];
        $httpd->{logged} = @lines;
    }
    return @new;
}

1;
