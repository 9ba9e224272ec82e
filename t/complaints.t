# What only the catalogue can judge: it is logged when the catalogue is read, with
# the directive's own file and line, and that resource alone answers 503.
use strict;
use warnings;
use Site::Test;
use Site::Test::Process qw(wait_for);
use Test::More;

cluster->sql('postgres', 'CREATE DATABASE complaints');
cluster->sql('complaints', <<'SQL');
CREATE TABLE house (id int PRIMARY KEY, title text NOT NULL, built date, doors int);
CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL, house_id int REFERENCES house, second_id int REFERENCES house);
CREATE TABLE spot (x int, y int, label text NOT NULL, PRIMARY KEY (x, y));
CREATE TABLE flag (id int PRIMARY KEY, x int, y int, FOREIGN KEY (x, y) REFERENCES spot);
INSERT INTO spot VALUES (1, 2, 'Corner');
INSERT INTO flag VALUES (1, 1, 2), (2, NULL, NULL);
INSERT INTO house VALUES (1, 'Old Mill', '1815-12-10', 2);
INSERT INTO person VALUES (7, 'Ada', 1, 1);
GRANT SELECT ON house, person, spot, flag TO site;
SQL

# One section for each mistake: name, its lines, the number of the wrong one, the message.
my @cases = (
    ['SiteTable', ['SiteNames x', 'SiteTable nowhere'], 2, qr/there is no table 'nowhere' that may be read/],
    ['SiteKey', ['SiteTable house', 'SiteKey nope'], 2, qr/SiteKey: there is no attribute 'nope' in table 'house'/],
    ['SiteKey of many', ['SiteTable house', 'SiteKey title'], 2, qr/SiteKey: 'title' is not unique in table 'house'/],
    ['SiteAttributes', ['SiteTable house', 'SiteNames x', 'SiteAttributes id nope'], 3, qr/SiteAttributes: there is no attribute 'nope'/],
    ['SiteAttribute', ['SiteTable house', 'SiteAttribute nope hidden'], 2, qr/SiteAttribute: there is no attribute 'nope' in table 'house'/],
    ['SiteAttribute column', ['SiteTable house', 'SiteAttribute a column=nope'], 2, qr/SiteAttribute a: table 'house' has no column 'nope'/],
    ['SiteAttribute min=', ['SiteTable house', 'SiteAttribute title min=1'], 2, qr/SiteAttribute title: min= and max= are for numbers/],
    ['SiteAttribute max= of whole numbers', ['SiteTable house', 'SiteAttribute doors max=1.5'], 2, qr/SiteAttribute doors: min= and max= must be whole numbers/],
    ['SiteAttribute maxlength=', ['SiteTable house', 'SiteAttribute doors maxlength=3'], 2, qr/SiteAttribute doors: minlength=, maxlength= and pattern= are for text/],
    ['SiteAttribute pattern=', ['SiteTable house', 'SiteAttribute built pattern=x'], 2, qr/SiteAttribute built: minlength=, maxlength= and pattern= are for text/],
    ['SiteAttribute choices=', ['SiteTable house', 'SiteAttribute doors choices=1:One,two:Two'], 2, qr/SiteAttribute doors: the choice 'two' is no whole number/],
    ['SiteAttribute default= of whole numbers', ['SiteTable house', 'SiteAttribute doors default=many'], 2, qr/SiteAttribute doors: default= wants a whole number, not 'many'/],
    ['SiteAttribute default= of choices', ['SiteTable house', 'SiteAttribute title choices=a,b default=c'], 2, qr/SiteAttribute title: default= wants one of the choices, not 'c'/],
    ['SiteAttribute format=', ['SiteTable house', 'SiteAttribute doors format=email'], 2, qr/SiteAttribute doors: format= is for text/],
    ['SiteAttribute format= of a relation', ['SiteTable person', 'SiteAttribute house format=url'], 2, qr/SiteAttribute house: format= is for text/],
    ['SiteAttribute scale=', ['SiteTable house', 'SiteAttribute doors scale=2'], 2, qr/SiteAttribute doors: scale= is for numeric columns/],
    ['SiteAttribute decimals=', ['SiteTable house', 'SiteAttribute title decimals=number'], 2, qr/SiteAttribute title: decimals= is for numeric columns/],
    ['SiteAttribute show=', ['SiteTable house', 'SiteAttribute title show=label'], 2, qr/SiteAttribute title: show=label is for choices/],
    ['SiteAttribute blank', ['SiteTable house', 'SiteAttribute built noblank'], 2, qr/SiteAttribute built: blank and noblank are for text and lists/],
    ['SiteLabel', ['SiteTable house', 'SiteLabel nope'], 2, qr/SiteLabel: table 'house' has no column 'nope'/],
    ['SiteFacets', ['SiteTable house', 'SiteFacets doors nope'], 2, qr/SiteFacets: there is no attribute 'nope'/],
    ['SiteSitemap', ['SiteTable house', 'SiteSitemap On lastmod=title'], 2, qr/SiteSitemap: lastmod=title is no attribute with a date/],
    ['SiteChart', ['SiteTable house', 'SiteChart a x=nope'], 2, qr/SiteChart a: x=: There is no attribute 'nope'\. This/],
    ['SiteWhere', ['SiteTable house', 'SiteWhere doors__gt=many'], 2, qr/SiteWhere doors__gt=many: Enter a number\. This/],
    ['SiteLookups', ['SiteTable house', 'SiteLookups nope exact'], 2, qr/SiteLookups: there is no attribute 'nope'/],
    ['SiteLookups of a type', ['SiteTable house', 'SiteLookups doors exact year__gte'], 2, qr/SiteLookups doors: type integer has no lookup 'year__gte'/],
    ['SiteLookups of a relation', ['SiteTable person', 'SiteLookups house exact contains'], 2, qr/SiteLookups house: a relation has no lookup 'contains'/],
    ['SiteReadOnly', ['SiteTable house', 'SiteReadOnly nope'], 2, qr/SiteReadOnly: there is no attribute 'nope'/],
    ['SiteHide', ['SiteTable house', 'SiteHide title', 'SiteHide built nope'], 3, qr/SiteHide: there is no attribute or relation 'nope'/],
    ['SiteRelation', ['SiteTable house', 'SiteRelation a target=nope'], 2, qr/SiteRelation a: there is no resource 'nope'/],
    ['SiteRelation of two', ['SiteTable person', 'SiteRelation home target=house'], 2, qr/SiteRelation home: 2 foreign keys fit; say which one with column=/],
    ['SiteRelation without a key', ['SiteTable house', 'SiteRelation owner'], 2, qr/SiteRelation owner: no foreign key of table 'house' leads to/],
    ['SiteRelation elsewhere', ['SiteTable person', 'SiteRelation a target=people'], 2, qr/SiteRelation a: no foreign key of table 'person' leads to 'people'/],
    ['SiteRelation of no column', ['SiteTable person', 'SiteRelation a target=house column=nope'], 2, qr/SiteRelation a: table 'person' has no column 'nope'/],
    ['SiteRelation slug', ['SiteTable person', 'SiteRelation house target=house show=slug:nope'], 2, qr/SiteRelation house: 'house' has no attribute 'nope'/],
    ['SiteRelation via', ['SiteTable person', 'SiteRelation a via=nope'], 2, qr/SiteRelation a: there is no table 'nope'/],
    ['SiteRelation show=nested over two columns', ['SiteTable flag', 'SiteNames x', 'SiteRelation corner target=spot column=x,y show=nested'], 3,
        qr/SiteRelation corner: show= needs a foreign key of one column, and this one has 2; leave show= out, and clients can filter over it/],
    ['SiteRelation show=link over two columns', ['SiteTable flag', 'SiteNames x', 'SiteRelation corner target=spot column=x,y show=link'], 3,
        qr/SiteRelation corner: show= needs a foreign key of one column, and this one has 2; leave show= out, and clients can filter over it/],
    ['SiteRelation show=key over two columns', ['SiteTable flag', 'SiteNames x', 'SiteRelation corner target=spot column=x,y show=key'], 3,
        qr/SiteRelation corner: show= needs a foreign key of one column, and this one has 2; leave show= out, and clients can filter over it/],
    ['SiteRelation show=slug:label over two columns', ['SiteTable flag', 'SiteNames x', 'SiteRelation corner target=spot column=x,y show=slug:label'], 3,
        qr/SiteRelation corner: show= needs a foreign key of one column, and this one has 2; leave show= out, and clients can filter over it/],
    ['SiteParameter', ['SiteTable person', 'SiteParameter a name', 'SiteParameter b name__near'], 3, qr/SiteParameter b: there is no lookup 'name__near'/],
    ['SiteParameter over a relation', ['SiteTable person', 'SiteParameter b house__nope'], 2, qr/SiteParameter b: there is no lookup 'house__nope'/],
    ['SiteParameter of another', ['SiteTable person', 'SiteParameter a name', 'SiteParameter b a'], 3, qr/SiteParameter b: there is no lookup 'a'/],
    ['SiteSearch', ['SiteTable person', 'SiteSearch name house__nope'], 2, qr/SiteSearch: there is no attribute 'house__nope'/],
    ['SiteOrderings', ['SiteTable person', 'SiteOrderings nope'], 2, qr/SiteOrderings: cannot sort by 'nope'/],
    ['SiteTextSearch', ['SiteTable person', 'SiteTextSearch klingon'], 2, qr/SiteTextSearch: PostgreSQL has no text search configuration 'klingon'/],
    ['SiteDefaultOrdering', ['SiteTable person', 'SiteDefaultOrdering -nope'], 2, qr/SiteDefaultOrdering: cannot sort by 'nope'/],
);
my (@lines, %line);
push @lines, 'SiteHide persons';    # a letter too many
for my $i (0 .. $#cases) {
    my ($name, $lines, $wrong) = @{ $cases[$i] };
    push @lines, "<SiteResource case$i>", @$lines, '</SiteResource>';
    $line{$i} = @lines - 1 - @$lines + $wrong;
}
push @lines, '<SiteResource elsewhere>', 'SiteTable house', 'SiteTimeZone Mars/Phobos', '</SiteResource>',
    '<SiteResource house>', '</SiteResource>', '<SiteResource people>', 'SiteTable person', 'SiteParameter lives house__title__startswith',
    'SiteAttribute name pattern=(', 'SiteHide second', 'SiteRelation house lookups=none', '</SiteResource>',
    '<SiteResource flags>', 'SiteTable flag', 'SiteRelation corner target=spot column=x,y', '</SiteResource>',
    '<SiteResource spot>', '</SiteResource>';
my $site = new_site('complaints', join("\n", @lines) . "\n");
my $httpd = new_httpd('complaints', site => $site, database => cluster->conninfo('complaints'), config => <<'CONF')->start;
<Location "/empty">
    SetHandler site
    SiteSchema nowhere
</Location>
CONF
$httpd->expect_log(qr/SITE007[134]/, qr/SITE0052: PostgreSQL: ERROR (?:22023|2201B)/);
my $client = $httpd->client;
ok wait_for(5, sub { $client->status('/api/house/') == 200 && $client->status('/empty/') == 200 }), 'what is right is served';

my @said = grep { /SITE007[134]/ } $httpd->log->lines;
for my $i (0 .. $#cases) {
    my ($name, undef, undef, $message) = @{ $cases[$i] };
    my @mine = grep { m{/api/case$i:} } @said;
    is scalar @mine, 1, "$name: told once" or diag @mine;
    like $mine[0] // '', $message, "$name: what is wrong";
    like $mine[0] // '', qr/SITE0071: \Q$site\E\/site\.conf:$line{$i}: /, "$name: in which line";
    is $client->status("/api/case$i/"), 503, "$name: that resource answers 503";
}

# --- what breaks no resource -----------------------------------------------------------------
like join('', grep { /SiteHide persons/ } @said), qr/SITE0073: \Q$site\E\/site\.conf:1: .*there is no such table/, 'a table that is hidden in vain';
like join('', grep { /SiteSchema nowhere/ } @said), qr/SITE0073: .*httpd\.conf:\d+: .*there is no such schema/, 'a schema that is not there';

# --- a time zone, which PostgreSQL knows or not ------------------------------------------------
like join('', grep { /SITE0074/ } @said), qr/site\.conf:\d+: SiteTimeZone: PostgreSQL knows no time zone 'Mars\/Phobos'/, 'an unknown time zone is told';
like join('', grep { /SITE0074/ } @said), qr/site\.conf:\d+: SiteAttribute name: '\(' is no regular expression of PostgreSQL/, 'a pattern that is none is told';
is $client->status('/api/elsewhere/'), 503, 'what it was meant for answers 503';
is $client->status('/api/house/1/'), 200, 'the same table without it does not';

# --- hidden is hidden ----------------------------------------------------------------------------
my $ada = $client->get('/api/people/7/')->{json};
is_deeply [sort keys %$ada], [qw(house id name url)], 'a hidden relation is not shown as its bare column either';
is $client->get('/api/people/?second__title=x')->{json}{count}, 1, 'nor is it a parameter';
is $client->get('/api/people/?second_id=2')->{json}{count}, 1, 'under either name';
is $client->get('/api/people/?lives=New')->{json}{count}, 0, 'a parameter over a relation is one';
is $client->get('/api/flags/?corner__label=Corner')->{json}{count}, 1, 'a relation over two columns is a filter';
$httpd->stop;

# --- mended in the database, without a restart -----------------------------------------------------
{
    cluster->sql('postgres', 'CREATE DATABASE mended');
    cluster->sql('mended', 'CREATE TABLE house (id int PRIMARY KEY)', 'GRANT SELECT ON house TO site');
    my $mended = new_httpd('mended', site => new_site('mended', "<SiteResource house>\nSiteKey title\n</SiteResource>\n"),
        database => cluster->conninfo('mended'), config => 'SiteCatalogRefresh poll=1')->start;
    $mended->expect_log(qr/SITE0071/);
    ok wait_for(5, sub { $mended->client->status('/api/house/') == 503 && grep { /SITE0071/ } $mended->log->lines }), 'broken at first';
    cluster->sql('mended', "ALTER TABLE house ADD COLUMN title text UNIQUE NOT NULL DEFAULT 'x'");
    ok wait_for(10, sub { $mended->client->status('/api/house/') == 200 }), 'served once the column is there';
    $mended->stop;
}

done_testing;
