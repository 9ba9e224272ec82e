package Site::Test::Lab;

# The site of t/conformance/lab/: another database, and two APIs over it that are said by directives alone.
use strict;
use warnings;
use Exporter 'import';
use Site::Test;

our @EXPORT = qw(new_lab);

# Makes the database and starts the site over it.
sub new_lab {
    my $folder = root . '/t/conformance/lab';

    cluster->sql('postgres', 'DROP DATABASE IF EXISTS lab WITH (FORCE)', 'CREATE DATABASE lab');
    cluster->load('lab', "$folder/$_.sql") for qw(schema data);
    cluster->sql('lab', 'GRANT USAGE ON SCHEMA lab TO site',
        'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA lab TO site', 'ANALYZE');
    open my $lines, '<', "$folder/site.conf" or die "site.conf: $!";
    my $config = do { local $/; <$lines> };
    close $lines;
    return new_httpd('lab', database => cluster->conninfo('lab'), site => new_site('lab'), config => $config)->start;
}

1;
