# `Require` protects addresses, not rows: relations that tell of the rows behind one are warned of when the schema is read.
use strict;
use warnings;
use Site::Test;
use Test::More;

my $data = 'bypass';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
cluster->sql($data, <<'SQL');
CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE loan (id int PRIMARY KEY, person_id int REFERENCES person);
GRANT SELECT ON ALL TABLES IN SCHEMA public TO site;
SQL

my $users = setting('users');
my $ada = "AuthType Basic\nAuthName x\nAuthUserFile $users/passwords\nRequire user ada\n";
my $number;

# The warnings of a configuration: [source, relation, how, target, the line of Require].
sub warnings_of {
    my ($sections, $after) = @_;
    my $name = 'bypass' . ++$number;
    my $httpd = new_httpd($name, database => cluster->conninfo($data), site => new_site($name), config => <<"CONF");
<Location "/rows">
    SetHandler site
    Require all granted
    SiteSchema public
$sections</Location>
$after
CONF
    $httpd->expect_log(qr/SITE0181/);
    $httpd->start;
    $httpd->client->get('/rows/');
    $httpd->log->wait_line(qr{SITE0070: /rows: });
    my @lines = grep { /SITE0181/ } $httpd->log->lines;
    $httpd->stop;
    return @lines;
}

sub told {
    return map { [m{SITE0181: \S+\.conf:\d+: /rows/(\w+)/: the relation '(\w+)' (shows nested|shows by slug|filters by) rows of /rows/(\w+)/, }] } @_;
}

my $over = sub { my ($name, $what) = @_; return "<Location \"/rows/$name\">\nAuthMerging Off\n$what</Location>\n" };
my $nested = "<SiteResource loan>\nSiteRelation person show=nested\n</SiteResource>\n";
my $slug = "<SiteResource loan>\nSiteRelation person show=slug:name\n</SiteResource>\n";
my $key = "<SiteResource loan>\nSiteRelation person filter=key\n</SiteResource>\n";

my @lines = warnings_of($nested, $over->('person', $ada));
is_deeply [told(@lines)], [['loan', 'person', 'shows nested', 'person']], 'a relation that shows rows behind Require' or diag @lines;
like $lines[0], qr/\[site:warn\]/, '... a warning';
like $lines[0], qr/`Require` of \S+\.conf:\d+ protects the address of these rows only/, '... says where the Require stands';
like $lines[0], qr/Use GRANT or row-level security with SiteRole, SiteWhere in 'person', or SiteHide person in 'loan'/, '... and what to use instead';
is_deeply [told(warnings_of($slug, $over->('person', $ada)))], [['loan', 'person', 'shows by slug', 'person']], 'by slug';
is_deeply [told(warnings_of('', $over->('person', $ada)))], [['loan', 'person', 'filters by', 'person']], 'by filters';
is_deeply [told(warnings_of('', $over->('loan', $ada)))], [['person', 'loan', 'filters by', 'loan']], 'in the other direction';
is_deeply [told(warnings_of($nested, "<LocationMatch \"^/rows/person/\">\nAuthMerging Off\n$ada</LocationMatch>\n"))], [['loan', 'person', 'shows nested', 'person']], 'a pattern';
is_deeply [told(warnings_of($nested, $over->('person', "<LimitExcept POST>\n$ada</LimitExcept>\n")))], [['loan', 'person', 'shows nested', 'person']], 'of methods that read';

my @quiet = (
    ['no Require of its own', $nested, ''],
    ['both have the same Require', $nested, $over->('person', $ada) . $over->('loan', $ada)],
    ['one section holds for both', $nested, "<LocationMatch \"^/rows/(person|loan)/\">\nAuthMerging Off\n$ada</LocationMatch>\n"],
    ['everybody may read', $nested, $over->('person', "Require method GET HEAD OPTIONS\nRequire user ada\n")],
    ['only writing is protected', $nested, $over->('person', "<LimitExcept GET HEAD OPTIONS>\n$ada</LimitExcept>\n")],
    ['SiteHide hides the relation', "<SiteResource loan>\nSiteHide person\n</SiteResource>\n", $over->('person', $ada)],
    ['the relation shows and filters by keys alone', $key, $over->('person', $ada)],
);
is_deeply [warnings_of(@$_[1, 2])], [], "no warning: $_->[0]" for @quiet;

cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
