package Site::Test::Cluster;

# A throw-away PostgreSQL cluster in a folder of its own, on a loopback port and
# a socket. Its administrator is whoever runs the tests (peer, by socket); the
# role `site` logs in with a password.
#
#     my $cluster = Site::Test::Cluster->new("$dir/pg")->start;
#     $cluster->sql('postgres', 'CREATE DATABASE x');
#     $cluster->conninfo('x');    # for SITE_DATABASE
use strict;
use warnings;
use File::Path qw(make_path);
use Site::Test::Process qw(run capture as_user free_port);

sub bin {
    my ($program) = @_;
    my @versions = sort { $a <=> $b } map { m{/(\d+)/bin$} } glob '/usr/lib/postgresql/*/bin';
    die 'no PostgreSQL server is installed' if !@versions;
    return "/usr/lib/postgresql/$versions[-1]/bin/$program";
}

# Opens the folder, which start() fills when it is new.
sub new {
    my ($class, $dir, %options) = @_;
    my $self = bless { dir => $dir, %options }, $class;
    if (open my $file, '<', "$dir/port") {
        chomp($self->{port} = <$file>);
    }
    $self->{port} //= free_port();
    return $self;
}

sub port { $_[0]{port} }
sub dir  { $_[0]{dir} }

sub write_as_owner {
    my ($self, $path, $text) = @_;
    open my $tee, '|-', as_user('postgres'), 'sh', '-c', 'cat >"$0"', $path or die "$path: $!";
    print $tee $text;
    close $tee or die "cannot write $path";
    return;
}

sub make {
    my ($self) = @_;
    my $data = "$self->{dir}/data";
    make_path($self->{dir}, { mode => 0755 });
    run('chown', 'postgres:', $self->{dir}) if !$>;
    run(as_user('postgres'), bin('initdb'), '-D', $data, '-U', 'postgres', '-E', 'UTF8',
        '--locale=C.UTF-8', '--no-sync', '--no-instructions');
    my $owner = getpwuid $>;
    $self->write_as_owner("$data/pg_hba.conf", <<'HBA');
local all postgres peer map=owner
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
HBA
    $self->write_as_owner("$data/pg_ident.conf", "owner $owner postgres\n");
    # Nothing here outlives a crash, so nothing waits for the disk.
    $self->write_as_owner("$data/postgresql.auto.conf", <<"CONF");
listen_addresses = '127.0.0.1'
port = $self->{port}
unix_socket_directories = '$self->{dir}'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
CONF
    $self->write_as_owner("$self->{dir}/port", "$self->{port}\n");
    return;
}

sub ctl {
    my ($self, @command) = @_;
    return capture(as_user('postgres'), bin('pg_ctl'), '-D', "$self->{dir}/data", '-s', '-w',
        '-l', "$self->{dir}/log", @command);
}

sub start {
    my ($self) = @_;
    $self->make if !-d "$self->{dir}/data";
    my ($status, $text) = $self->ctl('start');
    die "PostgreSQL did not start: $text" if $status;
    return $self;
}

# MODE is fast, smart or immediate.
sub stop {
    my ($self, $mode) = @_;
    return $self->ctl('stop', '-m', $mode // 'fast');
}

sub restart {
    my ($self) = @_;
    $self->stop;
    return $self->start;
}

sub running { -e "$_[0]{dir}/data/postmaster.pid" }

sub psql {
    my ($self, $database, @arguments) = @_;
    return run(bin('psql'), '-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-h', $self->{dir},
        '-p', $self->{port}, '-U', 'postgres', '-d', $database, @arguments);
}

# Runs statements (each in a transaction of its own); returns the rows as text.
sub sql {
    my ($self, $database, @statements) = @_;
    my $text = $self->psql($database, map { ('-c', $_) } @statements);
    chomp $text;
    return $text;
}

# Loads a file; VARIABLES are psql's.
sub load {
    my ($self, $database, $file, %variables) = @_;
    return $self->psql($database, (map { ('-v', "$_=$variables{$_}") } sort keys %variables),
        '-f', $file);
}

# A database made as a copy of another one, in a fraction of a second.
sub copy_database {
    my ($self, $from, $to) = @_;
    $self->sql('postgres', qq(DROP DATABASE IF EXISTS "$to" WITH (FORCE)),
        qq(CREATE DATABASE "$to" TEMPLATE "$from" STRATEGY file_copy));
    return;
}

# The same as a command for a shell.
sub copy_command {
    my ($self, $from, $to) = @_;
    return join ' ', bin('psql'), '-X', '-q', '-h', "'$self->{dir}'", '-p', $self->{port}, '-U', 'postgres', '-d', 'postgres',
        '-c', qq('DROP DATABASE IF EXISTS "$to" WITH (FORCE)'), '-c', qq('CREATE DATABASE "$to" TEMPLATE "$from" STRATEGY file_copy');
}

# psql over a database, as a command for a shell.
sub psql_command {
    my ($self, $database) = @_;
    return join ' ', bin('psql'), '-X', '-q', '-At', '-h', "'$self->{dir}'", '-p', $self->{port}, '-U', 'postgres', '-d', "'$database'";
}

sub set_password {
    my ($self, $password) = @_;
    $self->sql('postgres', "SET log_statement = 'none'", "ALTER ROLE site PASSWORD '$password'");
    return;
}

# What goes into SITE_DATABASE.
sub conninfo {
    my ($self, $database) = @_;
    return "host=127.0.0.1 port=$self->{port} dbname=$database user=site";
}

1;
