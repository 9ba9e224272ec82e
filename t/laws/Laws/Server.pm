package Laws::Server;

# One Apache and one database for all generated sites. A batch of sites, each a schema and a <Location>, takes one graceful
# restart. Remembers what no site may do: a status of 500 or above, and lines in the error log.
use strict;
use warnings;
use Laws::Config;
use Laws::Data;
use Laws::Sql;
use Site::Test;
use Site::Test::Process qw(wait_for);

sub new {
    my ($class) = @_;
    cluster->sql('postgres', 'DROP DATABASE IF EXISTS laws WITH (FORCE)', 'CREATE DATABASE laws');
    cluster->sql('laws', "DO \$\$ BEGIN CREATE ROLE laws_reader; CREATE ROLE laws_editor; EXCEPTION WHEN duplicate_object THEN END \$\$",
        'GRANT laws_reader, laws_editor TO site');
    my $self = bless { file => scratch() . '/laws.conf', counter => 0, requests => 0 }, $class;
    $self->{sql} = Laws::Sql->new(cluster, 'laws');
    $self->write_file('');
    $self->{httpd} = new_httpd('laws', database => cluster->conninfo('laws'), site => new_site('laws'),
        defines => { SITE_CATALOG_REFRESH => 'off' }, config => "Include \"$self->{file}\"\n")->start;
    return $self;
}

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
    }
    my $users = setting('users');
    $self->write_file(join '', map { Laws::Config::text($_, $users) } @sites);
    my ($status, $said) = $self->{httpd}->configtest;
    die "a configuration that was generated is refused: $said\n" if $status;
    $self->restart(@sites);
    $self->{sql}->run("DROP SCHEMA $_ CASCADE;") for @old;
    return;
}

# Nothing that a process remembers outlives it.
sub restart {
    my ($self, @sites) = @_;
    $self->{client}->hang_up if $self->{client};
    $self->{httpd}->graceful;
    $self->{client} = $self->{httpd}->client;
    for my $site (@sites) {
        wait_for(30, sub { $self->{client}->status("/$site->{name}/") == 200 });
    }
    $self->{log_at} = () = $self->{httpd}->log->lines;
    return;
}

# A request; what is 500 or above is remembered as a failure of the law that nothing is.
sub ask {
    my ($self, $path, %headers) = @_;
    return $self->send('GET', $path, \%headers);
}

sub send {
    my ($self, $method, $path, $headers, $body) = @_;
    my $answer = $self->{client}->request($method, $path, $headers, $body);
    $self->{requests}++;
    push @{ $self->{broken} }, [$answer->{status}, "$method $path" . (($headers->{Accept} // '') =~ /html/ ? ' (HTML)' : ''), $answer->{body} =~ s/\s+/ /gr]
        if $answer->{status} >= 500;
    return $answer;
}

# [status, address, body] of each since it was last asked for.
sub broken { my ($self) = @_; my $broken = $self->{broken} // []; $self->{broken} = []; return @$broken }

# Unexpected lines of the log since it was last asked for.
sub logged {
    my ($self) = @_;
    my @lines = $self->{httpd}->log->unexpected;
    my @new = @lines[($self->{logged} // 0) .. $#lines];
    $self->{logged} = @lines;
    return @new;
}

1;
