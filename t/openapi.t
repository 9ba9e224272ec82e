# The API's description (openapi.json, docs/): what it says and how it is served; and, by packages of npm (t/openapi/), that
# it is valid, that answers are what it says, that a client made of it works, and that the viewer shows it. Chromium and Node.js
# are Debian's, the packages those of t/browser/package.json; ./build.sh test installs them. Where they cannot be had that part
# is skipped; with SITE_TEST_REQUIRED set, as in CI, it fails. Pictures are in the build folder, below openapi/.
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use JSON::PP ();
use Site::Test;
use Site::Test::Lab;
use Test::More;

my $users = setting('users');

sub paths_of { return $_[0]{json}{paths} }

# The names of the schemas that a value of JSON refers to.
sub referred {
    my $value = shift;
    return map { referred($_) } @$value if ref $value eq 'ARRAY';
    return () if ref $value ne 'HASH';
    my ($name) = !ref $value->{'$ref'} && ($value->{'$ref'} // '') =~ m{^#/components/schemas/(.+)$};
    return ($name // (), map { referred($value->{$_}) } sort keys %$value);
}

# The schemas of a document that lead back to themselves.
sub recursive_schemas {
    my $schemas = $_[0]{components}{schemas};
    my %next = map { $_ => [referred($schemas->{$_})] } keys %$schemas;
    return grep {
        my ($start, %seen) = $_;
        my @todo = @{ $next{$start} };
        while (defined(my $name = shift @todo)) {
            push @todo, @{ $next{$name} // [] } if !$seen{$name}++;
        }
        $seen{$start};
    } sort keys %next;
}

# --- how it is served ------------------------------------------------------------------------------------------------
my $answer = client->get('/api/openapi.json');
is $answer->{status}, 200, 'openapi.json';
is $answer->{headers}{'content-type'}, 'application/json', 'is JSON';
like $answer->{headers}{etag}, qr/^"[0-9a-f]+-[0-9a-f]+-j0"$/, 'has a validator';
my $document = $answer->{json};
is $document->{openapi}, '3.1.0', 'of this version';
is $document->{servers}[0]{url}, '/api', 'its server is the API';
is $document->{info}{title}, 'The Sky Catalogue', 'the site gives its title';

my $again = client->get('/api/openapi.json', 'If-None-Match' => $answer->{headers}{etag});
is $again->{status}, 304, 'whoever has it gets a 304';
is length($again->{body} // ''), 0, 'without a body';
is client->get('/api/openapi.json')->{body}, $answer->{body}, 'it is the same every time';
my $named = client->get('/api/openapi.json', Accept => 'application/openapi+json');
is $named->{headers}{'content-type'}, 'application/openapi+json; version=3.1', 'by its registered name where that is asked for';
my $indented = client->get('/api/openapi.json', Accept => 'application/json; indent=2');
like $indented->{body}, qr/^\{\n  "openapi": "3\.1\.0",\n/, 'indented on demand';
is_deeply $indented->{json}, $document, 'which changes nothing';
my $browser = client->get('/api/openapi.json', Accept => 'text/html,*/*;q=0.8');
is $browser->{headers}{'content-type'}, 'application/json', 'a browser gets JSON, too';
is client->head('/api/openapi.json')->{headers}{'content-length'}, length $answer->{body}, 'HEAD tells its length';
my $options = client->request('OPTIONS', '/api/openapi.json');
is $options->{status}, 200, 'OPTIONS';
is $options->{headers}{allow}, 'GET, HEAD, OPTIONS', 'says what can be done';
is client->request('DELETE', '/api/openapi.json')->{status}, 401, 'not even a name is given: nothing to write';
is client->status('/api/openapi.json/'), 404, 'with a slash there is nothing';
is client->status('/api/openapi.xml'), 404, 'nor of another format';

my $page = client->get('/api/docs/');
is $page->{status}, 200, 'docs/';
is $page->{headers}{'content-type'}, 'text/html; charset=utf-8', 'is a page, whoever asks';
is $page->{headers}{'content-security-policy'},
    q(default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'),
    'with a policy of its own: pictures within the style sheet';
like $page->{body}, qr{data-document="/api/openapi\.json"}, 'that knows where the description is';
my @files = $page->{body} =~ m{(?:src|href)="(/static/docs/[^"]+)"}g;
is scalar @files, 4, 'and takes four files';
for my $file (@files) {
    my $taken = client->get($file);
    is $taken->{status}, 200, $file;
    like $taken->{headers}{'cache-control'}, qr/immutable/, 'which are kept for ever';
}
is client->get('/api/docs')->{headers}{location}, '/api/docs/', 'with its slash';
like client->get('/api/', Accept => 'text/html')->{body}, qr{<a href="docs/">documentation</a>}, 'the root leads there';

# --- what it says ----------------------------------------------------------------------------------------------------
my $stars = $document->{paths}{'/stars/'};
is_deeply [sort grep { ref $stars->{$_} eq 'HASH' } keys %$stars], [qw(get post)], 'methods of a collection';
is_deeply [map { $document->{paths}{'/stars/{id}/'}{$_}{operationId} } qw(get put patch delete)],
    [qw(retrieveStar updateStar partialUpdateStar destroyStar)], 'operations are called as DRF calls them';
my %parameter = map { ($_->{name} // '') => $_ } @{ $stars->{get}{parameters} };
is $parameter{magnitude__lt}{description}, 'magnitude less than', 'a lookup in words';
is_deeply $parameter{magnitude__lt}{schema}, { type => 'number' }, 'and its type';
is_deeply $parameter{name__in}{schema}{items}, { type => 'string' }, 'lists have elements';
ok !$parameter{name__in}{explode}, 'separated by commas';
ok !$parameter{"variable__$_"}, "a boolean has no $_" for qw(in range);
ok $parameter{$_}, $_ for qw(variable constellation tags__isnull observations__isnull constellation__in constellation__abbr updated__year updated__date__gte filters);
ok !$parameter{$_}, "no $_" for qw(chart chart__gt hd__regex star_tag);
is_deeply [sort keys %{ $document->{components}{securitySchemes} }], ['basic'], 'who may write signs in by Basic';
is_deeply $stars->{get}{security}, [{}, { basic => [] }], 'reading takes nobody';
is_deeply $stars->{post}{security}, [{ basic => [] }], 'writing does';
is_deeply $document->{components}{schemas}{TagRequest}{required}, [qw(slug label kind)], 'what a row needs';
is_deeply $document->{components}{schemas}{Tag}{properties}{kind}{enum}, [qw(catalog tag)], 'what it may be';
is $document->{components}{schemas}{Tag}{properties}{kind}{'x-enumDescriptions'}{catalog}, 'Catalogue', 'and what that is called';

# Several generators cannot read a schema that refers to itself.
is_deeply [recursive_schemas({ components => { schemas => { a => { items => { '$ref' => '#/components/schemas/b' } },
    b => { anyOf => [{ '$ref' => '#/components/schemas/a' }] }, c => { '$ref' => '#/components/schemas/a' } } } })], [qw(a b)],
    'recursive schemas are found';
is_deeply [recursive_schemas($document)], [], 'no schema refers to itself';

# --- sites of our own ------------------------------------------------------------------------------------------------
my $data = 'openapi_sky';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data", "CREATE DATABASE $data");
cluster->load($data, root . '/website/database/load.sql', dir => root . '/website/database');
my $sky = new_httpd('sky', database => cluster->conninfo($data))->start;
cluster->sql('postgres', 'DROP DATABASE IF EXISTS openapi_shop', 'CREATE DATABASE openapi_shop');
cluster->load('openapi_shop', root . '/t/schema/second.sql');
my $shop = new_httpd('shop', database => cluster->conninfo('openapi_shop'), site => new_site('shop'), config => <<'CONF')->start;
<Location "/shop">
    SetHandler site
    Require all granted
    SiteSchema shop
</Location>
CONF

# A comment and a column that come while it is served.
is paths_of($sky->client->get('/api/openapi.json'))->{'/tags/'}{get}{description}, undef, 'no comment, no description';
cluster->sql($data, q(COMMENT ON TABLE tag IS 'What stars are "filed" under'), q(COMMENT ON COLUMN tag.label IS 'For people'),
    'ALTER TABLE tag ADD weight real NOT NULL DEFAULT 1');
my $said = '';
for (1 .. 100) {
    $said = $sky->client->get('/api/openapi.json');
    last if $said->{body} =~ /weight/;
    select undef, undef, undef, 0.1;
}
my $changed = $said->{json};
is $changed->{paths}{'/tags/'}{get}{description}, 'What stars are "filed" under', 'a comment of a table is a description';
is $changed->{components}{schemas}{Tag}{properties}{label}{description}, 'For people', 'as is one of a column';
is $changed->{components}{schemas}{Tag}{properties}{weight}{format}, 'float', 'a new column is there';
cluster->sql($data, 'ALTER TABLE tag DROP COLUMN weight');
for (1 .. 100) {
    last if $sky->client->get('/api/openapi.json')->{body} !~ /weight/;
    select undef, undef, undef, 0.1;
}

# Settings: one location for each.
my $ways = new_httpd('ways', database => cluster->conninfo($data), site => new_site('ways'), config => <<"CONF")->start;
<Location "/read">
    SetHandler site
    Require all granted
    SiteSchema public
    SiteUrlAttribute Off
    SitePagination cursor size=7 max=0
    SiteParameters search=q ordering=sort format=-
    SiteComplexFilter Off
</Location>
<Location "/closed">
    SetHandler site
    SiteSchema public
    SiteBasicProvider file
    AuthUserFile $users/passwords
    AuthGroupFile $users/groups
    Require valid-user
    SiteThrottle user=1000/min
    SiteTitle "Behind a door"
    SiteDecimals number
    SiteBigIntegers string
    SiteMethods GET POST OPTIONS
    SiteBulk 3
    SitePagination none
</Location>
<Location "/docs-are-a-table">
    SetHandler site
    Require all granted
    SiteSchema public
    <SiteResource docs>
        SiteTable tag
    </SiteResource>
    <SiteResource openapi>
        SiteTable tag
    </SiteResource>
</Location>
CONF
my $read = $ways->client->get('/read/openapi.json')->{json};
is_deeply [sort map { $_->{name} // () } grep { !/__/ } @{ $read->{paths}{'/tag/'}{get}{parameters} }],
    [sort map { $_->{name} // () } @{ $read->{paths}{'/tag/'}{get}{parameters} }], 'parameters have names';
my %name = map { ($_->{name} // '') => 1 } @{ $read->{paths}{'/tag/'}{get}{parameters} };
ok $name{$_}, "it is called $_ here" for qw(cursor sort);
ok !$name{$_}, "there is no $_" for qw(page page_size ordering filters format q);
ok !$read->{components}{securitySchemes}, 'nobody can sign in';
is_deeply [keys %{ $read->{paths}{'/tag/'} }], ['get'], 'a site that can only be read';
ok !$read->{components}{schemas}{Tag}{properties}{url}, 'rows without an address';
is_deeply $read->{components}{schemas}{PaginatedTagList}{required}, [qw(next previous results)], 'pages that nobody counts';

is $ways->client->status('/closed/openapi.json'), 401, 'who may not read the API may not read this';
my %signed = (Authorization => 'Basic ' . 'dmlld2VyOnZpZXdlci1wdw==');
my $closed = $ways->client->get('/closed/openapi.json', %signed)->{json};
is $closed->{info}{title}, 'Behind a door', 'each location has its title';
is_deeply $closed->{paths}{'/tag/'}{get}{security}, [{ basic => [] }], 'reading takes a name here';
ok $closed->{paths}{'/tag/'}{get}{responses}{429}, 'there can be too many requests';
is_deeply $closed->{components}{schemas}{Star}{properties}{magnitude}{type}, [qw(number string)], 'decimals as numbers';
is $closed->{components}{schemas}{Star}{properties}{source_id}{type}, 'string', 'big integers as strings';
is $closed->{components}{schemas}{PaginatedTagList}{type}, 'array', 'a bare list';
is $closed->{paths}{'/tag/'}{post}{responses}{400}{'$ref'}, '#/components/responses/BadList', 'errors of several rows';
is_deeply [recursive_schemas($closed), recursive_schemas($read), recursive_schemas($shop->client->get('/shop/openapi.json')->{json})], [],
    'no schema refers to itself, whatever the site';
is $closed->{paths}{'/tag/'}{post}{requestBody}{content}{'application/json'}{schema}{anyOf}[1]{maxItems}, 3, 'several rows at once';
ok !exists $closed->{paths}{'/tag/{id}/'}{put}, 'no method that the location does not allow';

# A resource of that name wins.
is $ways->client->get('/docs-are-a-table/openapi.json?page_size=1')->{body} =~ /^\{"count":/, 1, 'a resource called openapi';
like $ways->client->get('/docs-are-a-table/docs/?page_size=1', Accept => 'application/json')->{body}, qr/^\{"count":/,
    'a resource called docs';

# Behind a proxy the server has the address that clients know.
my $proxied = new_httpd('proxied', database => cluster->conninfo($data), defines => { SITE_PUBLIC_URL => 'https://sky.example/library' })->start;
is $proxied->client->get('/api/openapi.json')->{json}->{servers}[0]{url}, '/library/api', 'a prefix';
$proxied->stop;
$ways->stop;

# --- by packages of npm ------------------------------------------------------------------------------------------------
my $build = $ENV{SITE_BUILD} // root . '/build';
my %program = map { my $name = $_; $name => (grep { -x } map { "$_/$name" } split /:/, $ENV{PATH})[0] } qw(chromium node);
SKIP: {
    my @missing = ((grep { !$program{$_} } sort keys %program), -e "$build/npm/installed" ? () : 'packages of npm');
    if (@missing) {
        my $why = 'missing: ' . join(', ', @missing) . '; ./build.sh test installs them where it can';
        die "$why\n" if $ENV{SITE_TEST_REQUIRED};
        skip $why, 1;
    }
    remove_tree("$build/openapi");
    make_path("$build/openapi");
    # Chromium wants a home that it may write to.
    $ENV{HOME} = scratch('home');
    my $lab = new_lab;
    my $settings = scratch() . '/settings.json';
    open my $out, '>', $settings or die "$settings: $!";
    print $out JSON::PP->new->canonical->encode({
        npm => "$build/npm", shots => "$build/openapi", chromium => $program{chromium},
        user => 'editor:editor-pw', corpus => root . '/t/conformance', source => root,
        sites => { sky => 'http://127.0.0.1:' . $sky->port . '/api', shop => 'http://127.0.0.1:' . $shop->port . '/shop',
            catalog => 'http://127.0.0.1:' . $lab->port . '/catalog/v1', open => 'http://127.0.0.1:' . $lab->port . '/open' },
    });
    close $out;
    for my $test (split q( ), $ENV{SITE_OPENAPI} // q(validators answers client vendored page)) {
        my $pid = open(my $tap, '-|') // die "fork: $!";
        if (!$pid) {
            exec $program{node}, root . "/t/openapi/$test.mjs", $settings;
            die "$program{node}: $!";
        }
        my ($planned, $failed);
        while (my $line = <$tap>) {
            chomp $line;
            if ($line =~ /^(not )?ok \d+ - (.*)/) {
                $failed = defined $1;
                ok !$failed, "$test: $2" =~ s/\\#/#/gr;
            }
            elsif ($line =~ /^1\.\.(\d+)/)         { $planned = $1 }
            elsif ($line =~ /^# (.*)/ && !$failed) { note $1 }
            else                                   { diag $line }
        }
        close $tap;
        ok $planned, "$test ran to its end";
    }
    $lab->stop;
}
$_->stop for $sky, $shop;

done_testing;
