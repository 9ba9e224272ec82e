package Laws::Sql;

# The laws' own view of the database: one psql that stays, as the administrator.
use strict;
use warnings;
use IPC::Open2 ();
use JSON::PP ();

my $end = '=== end of the answer ===';
my $json = JSON::PP->new->utf8->allow_nonref;

sub new {
    my ($class, $cluster, $database) = @_;
    my $self = bless {}, $class;
    $self->{pid} = IPC::Open2::open2($self->{out}, $self->{in}, 'exec ' . $cluster->psql_command($database) . ' 2>&1');
    return $self;
}

# Runs a script; returns what it printed. An error is a mistake of the generator.
sub run {
    my ($self, $script) = @_;
    my $text = '';
    print { $self->{in} } "SET client_min_messages = warning;\n$script\n\\echo '$end'\n";
    $self->{in}->flush;
    while (defined(my $line = readline $self->{out})) {
        last if $line =~ /^\Q$end\E/;
        $text .= $line;
    }
    die "SQL: $text\n$script\n" if $text =~ /^(?:ERROR|FATAL|psql)/m;
    return $text;
}

# The only value of a query, which is JSON, in one schema.
sub value {
    my ($self, $schema, $query) = @_;
    return $json->decode($self->run("SET search_path = $schema;\n$query;"));
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!, $@);
    close $self->{in};
    close $self->{out};
    waitpid $self->{pid}, 0;
    return;
}

1;
