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
CREATE SCHEMA extra;
CREATE TABLE extra.desk (id int PRIMARY KEY, loan_id int REFERENCES loan);
GRANT USAGE ON SCHEMA extra TO site;
GRANT SELECT ON ALL TABLES IN SCHEMA public, extra TO site;
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
    return map { [m{SITE0181: \S+\.conf:\d+: /rows/(\w+)/: the relation '(\w+)' (shows nested|shows by slug|filters by|searches|orders by) rows of /rows/(\w+)/, }] } @_;
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

my $full = "<SiteResource person>\nSiteHide name\n</SiteResource>\n<SiteResource full>\nSiteTable person\n</SiteResource>\n"
    . "<SiteResource loan>\nSiteRelation person target=person column=person_id show=nested:full filter=key\n</SiteResource>\n";
is_deeply [told(warnings_of($full, $over->('full', $ada)))], [['loan', 'person', 'shows nested', 'full']], 'nested rows of another resource over the table';
sub opened { my ($filter, @lines) = @_; return "<SiteResource loan>\nSiteRelation person filter=$filter\n@lines\n</SiteResource>\n" }
is_deeply [told(warnings_of(opened('none', 'SiteParameter who person__name__startswith'), $over->('person', $ada)))], [['loan', 'person', 'filters by', 'person']],
    'a parameter that opens a path';
is_deeply [told(warnings_of(opened('none', 'SiteParameter not_who person__name!'), $over->('person', $ada)))], [['loan', 'person', 'filters by', 'person']], 'and negates it';
is_deeply [told(warnings_of(opened('key', 'SiteSearch person__name'), $over->('person', $ada)))], [['loan', 'person', 'searches', 'person']], 'search';
is_deeply [told(warnings_of(opened('key', 'SiteOrderings n=person__name'), $over->('person', $ada)))], [['loan', 'person', 'orders by', 'person']], 'orderings';
my $far = "<SiteResource desk>\nSiteTable extra.desk\nSiteRelation loan target=loan column=loan_id show=slug:person__name\n</SiteResource>\n";
is_deeply [told(warnings_of(opened('key') . $far, $over->('person', $ada)))], [['desk', 'loan__person', 'shows by slug', 'person']], 'a slug over two relations';
my $all = sub { my ($merging, $what) = @_; return "<LocationMatch \"^/rows/\">\nAuthMerging $merging\n$what</LocationMatch>\n" };
is_deeply [told(warnings_of($nested, $over->('person', $ada) . $all->('And', "Require all granted\n")))], [['loan', 'person', 'shows nested', 'person']],
    'what is open for all does not undo it by AuthMerging And';
is_deeply [told(warnings_of($nested, $over->('person', $ada) . $all->('And', "Require valid-user\n")))], [['loan', 'person', 'shows nested', 'person']],
    'nor does another Require for both';

my @quiet = (
    ['AuthMerging Or opens it', $nested, $over->('person', $ada) . $all->('Or', "Require all granted\n")],
    ['paths that end at the key', opened('key', "SiteParameter who person__id__gt\nSiteSearch =person__id\nSiteOrderings p=person__id"), $over->('person', $ada)],
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
