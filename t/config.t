# What `apache2 -t` says of mistakes that need no database to be seen: each
# message names the directive and what it wants, and httpd adds file and line.
use strict;
use warnings;
use Site::Test;
use Site::Test::Process qw(capture free_port);
use Test::More;

my $site = new_site('config');
my $number = 0;

# (status, output) of a configtest with TEXT at the end of the configuration.
sub try_config {
    my ($text) = @_;
    return new_httpd('config' . $number++, site => $site, config => $text)->configtest;
}

my %refused;

sub refused {
    my ($text, $pattern, $name) = @_;
    my ($status, $said) = try_config($text);
    $refused{$_} = 1 for $said =~ /\b(Site[A-Z]\w+)/g;
    isnt $status, 0, $name // $text =~ s/\n/ | /gr;
    like $said, $pattern, '... and says why';
    return $said;
}

sub accepted {
    my ($text, $name) = @_;
    my ($status, $said) = try_config($text);
    is $status, 0, $name or diag $said;
    return;
}

# The same path twice in a server is the same API: /api is there already.
sub in_location { return qq(<Location "/api">\n$_[0]\n</Location>) }
sub in_resource { return in_location("<SiteResource thing>\n$_[0]\n</SiteResource>") }

# --- what nothing could be meant by ---------------------------------------------------
refused(in_location('SiteBasicProvider file file'), qr/SiteBasicProvider: 'file' is said twice/);
refused(in_location('SiteRealm ""'), qr/SiteRealm wants a name/);
refused(in_location('SiteRole x user'), qr/SiteRole: nobody is named behind 'user'/);
refused('SiteTemplates ""', qr/SiteTemplates wants/);
refused(in_location("<SiteResource thing>\nSiteAttribute x min=5 max=1.5\n</SiteResource>"), qr/SiteAttribute: min=5 is greater than max=1\.5/);
refused(in_location("<SiteResource thing>\nSiteAttribute x minlength=5 maxlength=2\n</SiteResource>"), qr/SiteAttribute: minlength=5 is greater than maxlength=2/);

# --- one directive, anywhere --------------------------------------------------------
my @location = (
    ['SitePagination pages', qr/SitePagination wants page, limit, cursor or none, not 'pages'/],
    ['SitePagination page 20', qr/SitePagination wants size=N or max=N, not '20'/],
    ['SitePagination page size=0', qr/SitePagination wants size=1 to size=100000, not 'size=0'/],
    ['SitePagination size=5 size=6', qr/SitePagination: 'size=' is said twice/],
    ['SitePagination page max=-1', qr/SitePagination wants max=0 .* to max=100000, not 'max=-1'/],
    ['SiteParameters sort=o', qr/SiteParameters wants page=.* or format=.*, not 'sort=o'/],
    ['SiteParameters page=', qr/SiteParameters wants names of letters.*, not 'page='/],
    ['SiteParameters "page=a b"', qr/SiteParameters wants names of letters.*, not 'page=a b'/],
    ['SiteParameters page=p page=q', qr/SiteParameters: 'page=' is said twice/],
    ['SiteComplexFilter a&b', qr/SiteComplexFilter wants a name of letters/],
    ['SiteUrlAttribute', qr/SiteUrlAttribute wants a name, or Off/],
    ['SiteDecimals float', qr/SiteDecimals wants string or number, not 'float'/],
    ['SiteBigIntegers text', qr/SiteBigIntegers wants number or string, not 'text'/],
    ['SiteTimestamps local', qr/SiteTimestamps wants plain or zoned, not 'local'/],
    ['SiteRelations none', qr/SiteRelations wants all or declared, not 'none'/],
    ['SiteRepresentations xml', qr/SiteRepresentations wants json or html, or both, not 'xml'/],
    ['SiteRepresentations json json', qr/SiteRepresentations wants json or html, or both/],
    ['SiteStrict maybe', qr/SiteStrict wants On or Off, not 'maybe'/],
    ['SiteTextSearch syntax=plain', qr/SiteTextSearch wants a text search configuration such as english, or Off, .*, not 'syntax=plain'/],
    ['SiteTextSearch english syntax=google', qr/SiteTextSearch wants syntax=plain, phrase or websearch, or rank=name, not 'syntax=google'/],
    ['SiteTextSearch english plain', qr/SiteTextSearch wants syntax=plain, phrase or websearch, or rank=name, not 'plain'/],
    ['SiteTextSearch english rank=-best', qr/SiteTextSearch wants .*rank=name, not 'rank=-best'/],
    ['SiteMethods GET FETCH', qr/SiteMethods wants GET.* or OPTIONS, not 'FETCH'/],
    ['SiteSearchPath public pg_temp', qr/SiteSearchPath wants schemas, or Off, not 'pg_temp'/],
    ['SiteSearchPath ""', qr/SiteSearchPath wants schemas, or Off/],
    ['SiteTimeZone "a b"', qr/SiteTimeZone wants a time zone such as .*, not 'a b'/],
    ['SiteStatementTimeout 5x', qr/SiteStatementTimeout wants a time such as .*, not '5x'/],
    ['SiteStatementTimeout ""', qr/SiteStatementTimeout wants a time .*, not ''/],
    ['SiteStatementTimeout -1', qr/SiteStatementTimeout wants a time/],
    ['SiteStatementTimeout 2d', qr/SiteStatementTimeout wants a time/],
    ['SiteStatementTimeout min', qr/SiteStatementTimeout wants a time .*, not 'min'/],
    ['SiteStreamTimeout 5x', qr/SiteStreamTimeout wants a time such as .*, not '5x'/],
    ['SiteStreamIdleTimeout 2d', qr/SiteStreamIdleTimeout wants a time/],
    ['SiteRegexTimeout 5x', qr/SiteRegexTimeout wants a time such as .*, not '5x'/],
    ['SitePageTimeout 5x', qr/SitePageTimeout wants a time such as .*, not '5x'/],
    ['SiteLimits depth=99', qr/SiteLimits wants depth=0\.\.32.*, not 'depth=99'/],
    ['SiteLimits width=9', qr/SiteLimits wants .*, not 'width=9'/],
    ['SiteLimits depth=1 depth=2', qr/SiteLimits: 'depth=' is said twice/],
    ['SiteBodyLimit 1k', qr/SiteBodyLimit wants a number of bytes .*, not '1k'/],
    ['SiteAnswerLimit 64M', qr/SiteAnswerLimit wants a number of bytes from 1 to 1073741824, not '64M'/],
    ['SiteBodyLimit 0', qr/SiteBodyLimit wants a number of bytes from 1/],
    ['SiteBulk 0', qr/SiteBulk wants On, Off, or the most rows .*, not '0'/],
    ['SiteBulk many', qr/SiteBulk wants .*, not 'many'/],
    ['SiteIdempotency soon', qr/SiteIdempotency wants a time such as .*, not 'soon'/],
    ['SiteIdempotency 721h', qr/SiteIdempotency wants a time .* to 30 days/],
);
refused(in_location($_->[0]), $_->[1], $_->[0]) for @location;
refused(in_resource($_->[0]), $_->[1], "$_->[0], in a section") for @location[0, 4];
like refused(in_location("\n\nSiteStrict maybe"), qr/SiteStrict/, 'a line of its own'),
    qr/Syntax error on line \d+ of .*httpd\.conf/, 'the place is named';

# --- what belongs to a location --------------------------------------------------------
refused(in_location($_->[0]), $_->[1], $_->[0]) for (
    ['SiteSchema public', qr/SiteSchema: 'public' is named twice/],
    ['SiteSchema', qr/SiteSchema wants the names of one or more schemas/],
    ['SiteHide a a', qr/SiteHide: 'a' is named twice/],
    ['SiteTitle two words', qr/SiteTitle wants one text, in quotes/],
    ['SiteTitle "open', qr/SiteTitle: a quote is not closed/],
    ['SiteTemplates /does/not/exist', qr/SiteTemplates wants a folder that exists/],
    ["<SiteResource>\n</SiteResource>", qr/<SiteResource> wants one name/],
    ["<SiteResource a b>\n</SiteResource>", qr/<SiteResource> wants one name/],
    ["<SiteResource a/b>\n</SiteResource>", qr/<SiteResource> wants a name of letters.*, not 'a\/b'/],
    ["<SiteResource ..>\n</SiteResource>", qr/<SiteResource> wants a name of letters.*, not '\.\.'/],
    ["<SiteResource a\n</SiteResource>", qr/<SiteResource> lacks its closing bracket/],
    ['SiteDescription two words', qr/SiteDescription wants one text, in quotes/],
    ['SiteBasicProvider nobody', qr/SiteBasicProvider: no module provides 'nobody'/],
    ['SiteRealm two words', qr/SiteRealm wants a name/],
    ['SiteRole reader', qr/SiteRole wants a role, then/],
    ['SiteRole reader sometimes', qr/SiteRole: no module can tell 'sometimes'; it wants/],
    ['SiteThrottle anon=5', qr/SiteThrottle wants .*, not 'anon=5'/],
    ['SiteUserTable people nick=name', qr/SiteUserTable wants .*, not 'nick=name'/],
    ['SiteUserTable people name=a name=b', qr/SiteUserTable: 'name=' is said twice/],
    ['SiteUserTable Off name=a', qr/SiteUserTable: nothing can follow Off, but 'name=a' does/],
    ['SiteTokenTable token lifetime=x', qr/SiteTokenTable wants .*, not 'lifetime=x'/],
    ['SiteTokenTable token lifetime=d', qr/SiteTokenTable wants .*, not 'lifetime=d'/],
    ['SiteTokenTable token lifetime=h', qr/SiteTokenTable wants .*, not 'lifetime=h'/],
    ['SiteTokenTable token lifetime=3651d', qr/SiteTokenTable wants .*, not 'lifetime=3651d'/],
    ['SiteSessionTable session lifetime=1d lifetime=2d', qr/SiteSessionTable: 'lifetime=' is said twice/],
    ['SiteSessionTable session lifetime', qr/SiteSessionTable wants .*, not 'lifetime'/],
    ["<SiteResource a>\n</SiteResource>\n<SiteResource a>\n</SiteResource>",
        qr/<SiteResource a> has been there before, at .*httpd\.conf:\d+/],
    ['SiteTable a', qr/SiteTable can only stand in a <SiteResource> section/],
    ['SiteAttribute a', qr/SiteAttribute can only stand in a <SiteResource> section/],
);
my $where = qr/can only stand in a <Location> with a plain path/;
refused('SiteSchema public', $where);
refused("<SiteResource a>\n</SiteResource>", qr/<SiteResource> $where/);
refused("<LocationMatch \"^/x\">\nSiteSchema public\n</LocationMatch>", $where);
refused("<Location ~ \"/x\">\nSiteSchema public\n</Location>", $where);
refused("<Location \"/x*\">\nSiteSchema public\n</Location>", $where);
refused("<Directory \"/srv\">\nSiteSchema public\n</Directory>", $where);
refused(in_location("<Limit GET>\nSiteStrict On\n</Limit>"), qr/SiteStrict cannot occur within .*<Limit/, 'what would hold for one method alone');
refused("<Location \"/api/v2\">\nSiteSchema public\n</Location>",
    qr{<Location "/api/v2"> lies within <Location "/api">, which is an API already}, 'an API within another');
refused("<Location \"/\">\nSiteSchema public\n</Location>", qr{<Location "/api"> lies within <Location "/">},
    'or around another');

# --- what belongs to a resource ---------------------------------------------------------
refused(in_resource($_->[0]), $_->[1], $_->[0]) for (
    ['SiteSchema x', qr/SiteSchema $where/],
    ['SiteTitle x', qr/SiteTitle cannot stand in <SiteResource>/],
    ["<SiteResource y>\n</SiteResource>", qr/<SiteResource> $where/],
    ['Require all granted', qr{Require cannot stand in <SiteResource>: .* a <Location "/api/thing">}],
    ["<If true>\nSiteStrict On\n</If>", qr/<If> cannot stand in <SiteResource>/],
    ['SiteTable .x', qr/SiteTable wants a table, as name or schema\.name, not '\.x'/],
    ["SiteTable a\nSiteTable b", qr/SiteTable has been there before, at .*:\d+/],
    ['SiteNames a b c', qr/SiteNames wants one or two texts/],
    ['SiteNames ""', qr/SiteNames wants one or two texts.*, not ''/],
    ['SiteKey a b', qr/SiteKey wants dots or nothing after the attribute, not 'b'/],
    ['SiteInternal maybe', qr/SiteInternal wants On or Off, not 'maybe'/],
    ['SiteWhere a', qr/SiteWhere wants conditions, each as path=value, not 'a'/],
    ['SiteWhere =a', qr/SiteWhere wants conditions, each as path=value, not '=a'/],
    ['SiteAttributes a b a', qr/SiteAttributes: 'a' is named twice/],
    ['SiteAttribute', qr/SiteAttribute wants an attribute's name/],
    ['SiteAttribute a bold', qr/SiteAttribute wants column=.* after the name, not 'bold'/],
    ['SiteAttribute a format=phone', qr/SiteAttribute wants format=email, slug, url or text, not 'format=phone'/],
    ['SiteAttribute a decimals=2', qr/SiteAttribute wants decimals=string or number/],
    ['SiteAttribute a show=both', qr/SiteAttribute wants show=value or label, not 'show=both'/],
    ['SiteAttribute a scale=-1', qr/SiteAttribute wants scale=0 to scale=1000, not 'scale=-1'/],
    ['SiteAttribute a choices=1:x,1:y', qr/SiteAttribute: the choice '1' is there twice/],
    ['SiteAttribute a column=x column=y', qr/SiteAttribute: 'column=' is said twice/],
    ['SiteAttribute a required optional', qr/SiteAttribute: it can be required or optional, not both/],
    ['SiteAttribute a noblank blank', qr/SiteAttribute: it can be blank or noblank, not both/],
    ["SiteAttribute a\nSiteAttribute a", qr/SiteAttribute a has been there before/],
    ['SiteLookups a', qr/SiteLookups wants an attribute or \*, then lookups, all or none/],
    ['SiteLookups a near', qr/SiteLookups: there is no lookup 'near'/],
    ['SiteLookups a year__near', qr/SiteLookups: there is no lookup 'year__near'/],
    ["SiteLookups a gte\nSiteLookups a lte", qr/SiteLookups a has been there before/],
    ['SiteReadOnly a a', qr/SiteReadOnly: 'a' is named twice/],
    ['SiteRelation a show=picture', qr/SiteRelation wants show=key, link, link:resource, nested, nested:resource, none or slug:attribute/],
    ['SiteRelation a order=', qr/SiteRelation wants order=attribute or order=-attribute,attribute/],
    ['SiteRelation a filter=some', qr/SiteRelation wants filter=all, key or none, not 'some'/],
    ['SiteRelation a via=t:x', qr/SiteRelation wants two columns in via=/],
    ['SiteRelation a via=t column=x', qr/SiteRelation: with via= neither column= nor reverse/],
    ['SiteRelation a lookups=contains', qr/SiteRelation wants lookups=none, all, or of in, isnull, gt, gte, lt, lte/],
    ['SiteRelation a show=key show=link', qr/SiteRelation: 'show=' is said twice/],
    ['SiteRelation a cascade', qr/SiteRelation wants target=.* after the name, not 'cascade'/],
    ['SiteChart a', qr/SiteChart wants a chart's name, then what it draws: x= and an attribute/],
    ['SiteChart a/b x=c', qr/SiteChart wants a name of letters, digits.*, not 'a\/b'/],
    ['SiteChart a x=', qr/SiteChart wants label=.* after x=, y= and size=, not 'x='/],
    ['SiteChart a x=-', qr/SiteChart wants .*, not 'x=-'/],
    ['SiteChart a x=b z=c', qr/SiteChart wants .*, not 'z=c'/],
    ['SiteChart a x=b y=c projection=earth', qr/SiteChart wants .*, not 'projection=earth'/],
    ['SiteChart a y=b', qr/SiteChart a: x= is missing/],
    ['SiteChart a x=b size=c', qr/SiteChart a: without y= size= means nothing/],
    ['SiteChart a x=b projection=sky', qr/SiteChart a: projection=sky needs y=, the declination/],
    ["SiteChart a x=b\nSiteChart a x=c", qr/SiteChart a has been there before/],
    ['SiteParameter a', qr/SiteParameter wants a parameter's name and the lookup/],
    ["SiteParameter a b\nSiteParameter a c", qr/SiteParameter a has been there before/],
    ['SiteSearch ^', qr/SiteSearch wants an attribute, after \^ = \@ \$ or nothing/],
    ['SiteOrderings -a', qr/SiteOrderings wants attributes without a sign/],
    ['SiteOrderings a=x a=y', qr/SiteOrderings: 'a' is named twice/],
    ['SiteOrderings a=', qr/SiteOrderings wants attributes, or name=attribute, not 'a='/],
    ['SiteDefaultOrdering a -a', qr/SiteDefaultOrdering: 'a' is named twice/],
);

# --- what belongs to a page (t/custom_pages.t has more) -----------------------------------
sub in_page { return qq(<SitePage "/page/{x}/">\n$_[0]\n</SitePage>) }
refused(in_page($_->[0]), $_->[1], $_->[0]) for (
    ['SitePageTemplate', qr/SitePageTemplate wants the name of a template/],
    ['SitePageTemplate ../x.html', qr/SitePageTemplate wants the name of a template, such as news\.html, not '\.\.\/x\.html'/],
    ['SitePageTitle two words', qr/SitePageTitle wants one text, in quotes/],
    ['SitePageTitle "{x"', qr/SitePageTitle wants a name between braces/],
    ['SitePageParameter', qr/SitePageParameter wants the name of a parameter/],
    ['SitePageQuery rows', qr/SitePageQuery wants a name, then an address/],
    ['SitePageCache soon', qr/SitePageCache wants a time such as 60s/],
    ['SiteTitle x', qr/SiteTitle cannot stand in <SitePage>/],
);
refused("<SitePage>\n</SitePage>", qr/<SitePage> wants one path/);
refused('SitePageTitle x', qr/SitePageTitle can only stand in a <SitePage> section/);
refused('SiteSitemap maybe', qr/SiteSitemap wants On or Off/);

# --- what belongs to the server ------------------------------------------------------------
refused($_->[0], $_->[1]) for (
    ['SitePasswordFile', qr/SitePasswordFile wants a file, or none/],
    ["<VirtualHost 127.0.0.9:1>\nSitePasswordFile x\n</VirtualHost>", qr/SitePasswordFile .*VirtualHost/],
    ['SitePreparedStatements 0', qr/SitePreparedStatements wants a number from 1 to 10000, or Off, not '0'/],
    ['SiteConnectionShare 0%', qr/SiteConnectionShare wants a percentage from 1% to 100%, a number from 1 to 1000, or Off, not '0%'/],
    ['SiteConnectionShare 101%', qr/SiteConnectionShare wants .* not '101%'/],
    ['SiteConnectionShare %', qr/SiteConnectionShare wants .* not '%'/],
    ['SiteConnectionShare 0', qr/SiteConnectionShare wants .* not '0'/],
    ['SiteConnectionShare ""', qr/SiteConnectionShare wants/],
    ['SiteCatalogRefresh never', qr/SiteCatalogRefresh wants listen, poll.* not 'never'/],
    ['SiteCatalogRefresh poll=0', qr/SiteCatalogRefresh wants poll=1 to poll=86400, not 'poll=0'/],
    ['SiteCatalogRefresh off channel', qr/SiteCatalogRefresh: only listen has a channel/],
    ["<Location \"/x\">\nSiteCatalogRefresh off\n</Location>", qr/SiteCatalogRefresh not allowed/],
    ['SiteStatic /static', qr/SiteStatic wants/],
    ['SiteStatic /static /does/not/exist', qr/SiteStatic wants/],
    ['SitePublicURL sky.example', qr/SitePublicURL wants http\(s\):.*, not 'sky\.example'/],
);

# --- what only the whole shows -----------------------------------------------------------------
refused(in_location('SiteParameters page=search'), qr/SiteParameters wants different names.*'search'/);
refused(in_location('SiteComplexFilter ordering'), qr/SiteParameters wants different names.*'ordering'/);
refused(in_resource('SiteParameters format=page'), qr/<SiteResource thing>: SiteParameters wants different names/);
refused("<Location \"/api/thing\">\n$_\n</Location>", qr{cannot differ within <Location "/api">}, "$_, below an API")
    for 'SiteDecimals number', 'SiteBigIntegers string', 'SiteTimestamps zoned', 'SiteRelations declared';
refused("<If \"true\">\nSiteDecimals number\n</If>", qr/SiteDecimals can stand at the server, in a <Location>/, 'for some requests alone');
refused(in_location('SitePagination page size=50 max=20'), qr/SitePagination wants size= not above max=/);
refused(in_location('SitePagination page max=20') . "\n" . in_resource('SitePagination page size=50'),
    qr/<SiteResource thing>: SitePagination wants size= not above max=, but 50 is above 20/);

# (status, output) of a configtest of TEXT, in a server that has nothing of ours.
sub try_bare {
    my ($text) = @_;
    my $dir = scratch('bare');
    open my $file, '>', "$dir/httpd.conf" or die "$dir/httpd.conf: $!";
    print $file <<"CONF";
ServerRoot $dir
ServerName localhost
ErrorLog error_log
Listen 127.0.0.1:@{[free_port()]}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
$text
CONF
    close $file;
    return capture('/usr/sbin/apache2', '-t', '-f', "$dir/httpd.conf");
}

my $load = "LoadModule dbd_module /usr/lib/apache2/modules/mod_dbd.so\nLoadModule site_module " . setting('module') . "\n";

# A location for signing in, with the provider in another location.
{
    my $provider = "SiteBasicProvider site\nSiteUserTable people";
    my $api = "<Location \"/api\">\n$provider\n</Location>\n";
    for (['site-token', 'SiteTokenTable token'], ['site-login', 'SiteSessionTable session']) {
        my ($handler, $table) = @$_;
        my $location = "<Location \"/sign-in\">\nSetHandler $handler\n%s</Location>\n";
        my $says = qr{<Location "/sign-in">: SetHandler $handler needs a SiteBasicProvider in this location or for the server};
        for (["$table\n$api" . sprintf($location, ''), 'without a provider'],
            ["$table\n$provider\n" . sprintf($location, "SiteBasicProvider Off\n"), 'with none on purpose']) {
            my ($status, $said) = try_bare($load . $_->[0]);
            isnt $status, 0, "$handler $_->[1]";
            like $said, $says, '... and says why';
        }
        for (["$table\n$provider\n" . sprintf($location, ''), "and the server's provider"],
            ["$table\n$api" . sprintf($location, "$provider\n"), 'with a provider of its own'],
            [$api . sprintf($location, ''), 'without a table: it asks nobody']) {
            my ($status, $said) = try_bare($load . $_->[0]);
            is $status, 0, "$handler $_->[1]" or diag $said;
        }
        # The location is the main server's, and so that of every virtual host; the provider is the virtual host's.
        for (['*', 0, 'where only virtual hosts answer'], ['127.0.0.1', 0, '... at the address that is listened to'],
            ['*:1', 1, 'where the main server answers, too'], ['127.0.0.2', 1, '... because another address is the virtual host']) {
            my ($address, $fails, $name) = @$_;
            my ($status, $said) = try_bare("$load$table\n" . sprintf($location, '') . "<VirtualHost $address>\n$provider\n</VirtualHost>\n");
            is !!$status, !!$fails, "$handler $name" or diag $said;
            like $said, $says, '... and says why' if $fails;
        }
        my ($status, $said) = try_bare("$load$table\n" . sprintf($location, '')
                . "<VirtualHost *>\n$provider\n</VirtualHost>\n<VirtualHost *>\nServerName other\n</VirtualHost>\n");
        isnt $status, 0, "$handler where another virtual host has none";
        like $said, $says, '... and says why';
        # Places whose addresses are patterns, or only a request knows them.
        my $needs = qr{SetHandler $handler needs a SiteBasicProvider};
        my %place = ('a regular expression' => '<LocationMatch "^/sign-?in">', 'one with ~' => '<Location ~ "/in$">',
            'a wildcard' => '<Location "/sign*">', 'an <If>' => '<If "%{REQUEST_URI} =~ m#^/sign-in#">',
            'an <If> in a location' => "<Location \"/sign-in\">\n<If \"true\">");
        for my $name (sort keys %place) {
            my $end = join "\n", map { "</$_>" } reverse $place{$name} =~ /<(LocationMatch|Location|If)\b/g;
            my %case = ('without any provider' => [1, $table, ''], 'with a provider of its own' => [0, $table, "$provider\n"],
                'with the server\'s provider' => [0, "$table\n$provider", ''], 'without a table' => [0, '', '']);
            for my $case (sort keys %case) {
                my ($fails, $server, $inside) = @{ $case{$case} };
                my ($status, $said) = try_bare("$load$server\n$place{$name}\nSetHandler $handler\n$inside$end\n");
                is !!$status, !!$fails, "$handler in $name, $case" or diag $said;
                like $said, $needs, '... and says why' if $fails;
            }
        }
        for (['<LocationMatch "^/sign-in">', 'LocationMatch', 1, '/api'], ['<LocationMatch "^/sign-in">', 'LocationMatch', 0, '/sign-in/now'],
            ['<LocationMatch "^/(sign|log)-in">', 'LocationMatch', 0, '/sign-in'], ['<LocationMatch "^/sign-in/x">', 'LocationMatch', 0, '/sign-in'],
            ['<Location "/sign-in">', 'Location', 0, '/', '<If "true">', '</If>']) {
            my ($begin, $name, $fails, $where, $if, $endif) = (@$_, '', '');
            my ($status, $said) = try_bare("$load$table\n$begin\nSetHandler $handler\n</$name>\n"
                    . "<Location \"$where\">\n$if\n$provider\n$endif\n</Location>\n");
            is !!$status, !!$fails, "$handler in $begin, with a provider at $where" or diag $said;
        }
        ($status, $said) = try_bare("$load$table\n" . sprintf $location, "SiteBasicProvider site\n");
        isnt $status, 0, "$handler with the provider site and no table of users";
        like $said, qr{<Location "/sign-in">: SiteBasicProvider site needs a SiteUserTable}, '... and says why';
    }
}

refused(in_location('SiteBasicProvider site'), qr{<Location "/api">: SiteBasicProvider site needs a SiteUserTable in this location or for the server});
accepted(in_location("SiteBasicProvider site\nSiteUserTable people"));

# --- what can only be guessed is said, and accepted ----------------------------------------------
{
    my ($status, $said) = try_bare($load . <<'CONF');
<Location "/api">
    SiteSchema public
</Location>
<Location "/other">
    SetHandler site
    SiteSchema public
</Location>
CONF
    is $status, 0, 'an API without a handler';
    like $said, qr{httpd\.conf:10: <Location "/api"> is an API without a handler.*: SetHandler site}, 'is told of';
    unlike $said, qr{/other}, 'one with a handler is not';
}

# --- and what is right ---------------------------------------------------------------------------
accepted(in_location(<<'CONF'), 'all that a location can say');
SiteHide secret other.table
SiteTitle "A title"
SiteDescription "what it's \"really\" about"
SitePagination limit size=20 max=0
SiteParameters page=p limit=p size=- format=as
SiteComplexFilter Off
SiteUrlAttribute Off
SiteDecimals number
SiteBigIntegers string
SiteTimestamps zoned
SiteRelations declared
SiteRepresentations json
SiteStrict On
SiteMethods GET HEAD OPTIONS
SiteTextSearch pg_catalog.english syntax=websearch
SiteTimeZone Europe/Paris
SiteSearchPath public "Second Schema"
SiteStatementTimeout 500ms
SiteStreamTimeout 1h
SiteStreamIdleTimeout 0
SiteRegexTimeout 300ms
SitePageTimeout 250ms
SiteLimits depth=2 conditions=10 values=5 length=100
CONF
accepted(in_resource(<<'CONF'), 'all that a resource can say');
SiteTable other.things
SiteNames "Nice thing" "Nice things"
SiteKey slug dots
SiteAttributes id url slug size
SiteHide size
SiteAttribute size column=how_big label="How big" choices="1:Very small,2:Big" readonly decimals=number
SiteAttribute mail format=email hidden
SiteAttribute kind choices=1:x show=label scale=2
SiteLookups size exact in year__gte
SiteLookups slug all
SiteLookups owner exact gt
SiteLookups * none
SiteReadOnly id size
SiteRelation owner target=people column=a,b show=slug:name multiple lookups=in,isnull label="Owned by"
SiteRelation parts target=part reverse show=nested duplicates lookups=none
SiteRelation tags via=other.thing_tag:thing_id,tag_id show=link:other-tags
SiteRelation more target=part reverse show=nested:brief order=-name,id filter=key lookups=all sparse
SiteChart sizes x=size
SiteChart map label="Where they are" x=-ra y=dec size=-size projection=sky
SiteParameter min_size size__gte
SiteParameter not_mail mail!
SiteWhere size__gt=1 "owner__name=A B"
SiteInternal Off
SiteSearch ^slug =id @text $name owner__name
SiteOrderings size slug
SiteDefaultOrdering -size slug
SitePagination cursor size=5
SiteMethods GET
CONF
accepted(in_resource("<IfModule site_module>\nSiteKey slug\n</IfModule>\n<IfDefine !NEVER>\nSiteLabel slug\n</IfDefine>"),
    'what httpd decides when it reads the configuration');
accepted("SiteStrict On\nSitePagination limit\n<VirtualHost 127.0.0.9:1>\n<Location \"/other\">\nSiteSchema public\n"
        . "</Location>\n</VirtualHost>", 'defaults of a server, an API of a virtual host');
accepted("<Location \"/api/thing\">\nSiteMethods GET\n</Location>", 'a location within an API that has none of its own');
accepted("SitePasswordFile /does/not/exist", 'a password file that is not there yet: an image is built without it');

# --- the documents' examples, as they stand there --------------------------------------------------
{
    my $slurp = sub { open my $file, '<', root . "/$_[0]" or die "$_[0]: $!"; local $/; <$file> };
    my ($whole, $section) = $slurp->('README.md') =~ /^```apache\n(.*?)^```/msg;
    my ($complete, $narrow) = map { s/^    //mgr } $slurp->('docs/directives.md') =~ /^\n((?:    .*\n|\n(?=    ))+)/mg;
    ok +($whole =~ s{^LoadModule site_module \K.*}{setting('module')}me), 'README.md loads the module';
    for my $case (
        ['README.md', $whole],
        ['README.md, a section', qq(${load}<Location "/api">\nSetHandler site\nSiteSchema public\n$section</Location>)],
        ['docs/directives.md', "$load$complete"],
        ['docs/directives.md, a section', $load . $narrow =~ s/(<Location.*\n)/$1SetHandler site\n/r],
    ) {
        my ($name, $text) = @$case;
        my ($status, $said) = try_bare($text);
        is $status, 0, "the example of $name";
        is $said, "Syntax OK\n", '... without a word';
    }
}

# --- the manual knows them all ---------------------------------------------------------------------
{
    my $slurp = sub { open my $file, '<', root . "/$_[0]" or die "$_[0]: $!"; local $/; <$file> };
    my ($table, $manual) = map { $slurp->($_) } qw(mod_site/httpd/directives.c docs/directives.md);
    my @directives = $table =~ /(?:ROW|GLOBAL)\("<?(Site\w+)"/g;
    cmp_ok scalar(@directives), '>', 30, 'the table of directives was found';
    is_deeply [grep { $manual !~ /^### .*\b$_\b/m } @directives], [], 'docs/directives.md has a section for each';
    # What no case above has spoken of is at least refused without a word.
    for my $directive (grep { !$refused{$_} } @directives) {
        my @said = map { (try_config($_))[1] } $directive, in_location($directive), in_resource($directive);
        like "@said", qr/\b$directive wants /, "$directive alone is refused, and told what it wants";
    }
    my @sections = split /^(?=### )/m, $manual;
    shift @sections;
    is_deeply [map { /^### (.*)/ } grep { !/^Syntax: /m || !/^Default: /m || !/^Context: /m || !/^Example:/m } @sections],
        [], 'with syntax, default, context and an example';
}

done_testing;
