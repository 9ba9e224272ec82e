# A site's own templates: one or all of them, for one resource, what is wrong with
# them and when that is told; static files and how long they are kept.
use strict;
use warnings;
use JSON::PP qw(decode_json);
use Site::Test;
use Site::Test::Process qw(wait_for);
use Test::More;

my @html = (Accept => 'text/html');

sub put {
    my ($path, $text) = @_;
    my ($folder) = $path =~ m{(.*)/};
    mkdir $folder;
    open my $file, '>', $path or die "$path: $!";
    print $file $text;
    close $file;
    return;
}

my $site = new_site('own', "SiteTitle \"Ours & <theirs>\"\n");
my $httpd = new_httpd('own', site => $site);

# --- one template, and the others stay ----------------------------------------------
put("$site/templates/foot.html", "</main><p class=\"ours\">{{site_title}}</p></body></html>\n");
put("$site/templates/star/list.html",
    "{{>head.html}}<ul>{{#rows}}<li><a href=\"{{_url}}\">{{designation}}</a>{{#variable}} (variable){{/variable}}</li>"
        . "{{/rows}}</ul><script type=\"application/ld+json\">{\"name\": \"{{site_title}}\", \"stars\": [{{#rows}}\"{{designation}}\", {{/rows}}null]}</script>"
        . "{{>foot.html}}\n");
put("$site/static/theme.css", "body { color: teal }\n");
$httpd->start;
{
    my $client = $httpd->client;
    my $page = $client->get('/')->{body};
    like $page, qr{<p class="ours">Ours &amp; &lt;theirs&gt;</p>}, 'the site\'s own part';
    like $page, qr{<ul class="cards">}, 'within the module\'s page';
    my $list = $client->get('/api/star/?page_size=3', @html)->{body};
    like $list, qr{<ul><li><a href="/api/star/1/">\w[^<]*</a>(?: \(variable\))?</li>}, 'a resource has a list of its own';
    unlike $list, qr{<table}, 'in place of the module\'s';
    my ($json) = $list =~ m{<script type="application/ld\+json">(.*?)</script>};
    unlike $json, qr{[<>&]}, 'values in JSON are escaped';
    $json = decode_json($json);
    is $json->{name}, 'Ours & <theirs>', '... and read back as they are';
    is scalar @{ $json->{stars} }, 4, '... also those of rows';
    like $client->get('/api/star/1/', @html)->{body}, qr{<dl class="item">}, 'and its rows the usual page';
    like $client->get('/api/tag/', @html)->{body}, qr{<table}, 'and the other resources the usual list';
    like $client->get('/nothing')->{body}, qr{<p class="status">404</p>.*class="ours"}s, 'errors, too';
}

# --- static files ---------------------------------------------------------------------
{
    my $client = $httpd->client;
    my ($theme, $style) = map { $client->get('/')->{body} =~ m{href="(/static/$_\.[0-9a-f]{10}\.css)"} } qw(theme site);
    ok $theme && $style, 'pages ask for them by their fingerprint';
    my $file = $client->get($theme);
    is $file->{body}, "body { color: teal }\n", 'the site\'s own file';
    is $file->{headers}{'cache-control'}, 'public, max-age=31536000, immutable', 'is kept for ever';
    like $file->{headers}{'content-type'}, qr{^text/css}, 'with its type';
    my $builtin = $client->get($style);
    like $builtin->{body}, qr{^/\* The look of every page}, 'the module\'s own file';
    is $builtin->{headers}{'cache-control'}, 'public, max-age=31536000, immutable', 'is kept for ever';
    like $builtin->{headers}{'content-type'}, qr{^text/css}, 'with its type';
    is $client->get($style, 'If-None-Match' => $builtin->{headers}{etag})->{status}, 304, 'and can be asked for again';
    my $stale = $client->get($theme =~ s/[0-9a-f]{10}/0123456789/r);
    is $stale->{status}, 200, 'under an old fingerprint the file is there';
    is $stale->{headers}{'cache-control'}, 'max-age=3600', 'but not for ever';
    is $client->get('/static/theme.css')->{headers}{'cache-control'}, 'max-age=3600', 'nor under its plain name';
    is $client->get('/static/site.css')->{headers}{'cache-control'}, 'max-age=3600', 'also the module\'s';
    is $client->status('/static/nothing.css'), 404, 'what is not there is not';
    is $client->status("/static/$_"), 404, "$_ leads nowhere"
        for '..%2f..%2fsite.conf', '%2e%2e/site.conf', '.../site.conf', 'theme.0123456789', '';
    is $client->request('POST', $style, {}, '')->{status}, 405, 'they can only be read';
}

# --- packed beforehand ------------------------------------------------------------------
{
    my $client = $httpd->client;
    my ($theme) = $client->get('/')->{body} =~ m{href="(/static/theme\.[0-9a-f]{10}\.css)"};
    is $client->get($theme)->{headers}{vary} // '', '', 'a file without packed forms is the same for all';
    put("$site/static/theme.css.br", 'not really brotli');
    put("$site/static/theme.css.gz", 'not really gzip');
    for ([br => 'br, gzip', 'not really brotli'], [gzip => 'gzip', 'not really gzip'], ['', 'zstd', "body { color: teal }\n"]) {
        my ($coding, $accepted, $body) = @$_;
        my $file = $client->get($theme, 'Accept-Encoding' => $accepted);
        is $file->{headers}{'content-encoding'} // '', $coding, "Accept-Encoding: $accepted";
        is $file->{body}, $body, 'sends that form' if $coding;
        like $file->{headers}{'content-type'}, qr{^text/css}, 'of the same type';
        like $file->{headers}{vary}, qr/Accept-Encoding/, 'and says that others get others';
        is $file->{headers}{'cache-control'}, 'public, max-age=31536000, immutable', 'for ever';
    }
    utime 1, 1, "$site/static/theme.css.br";
    is $client->get($theme, 'Accept-Encoding' => 'br, gzip')->{headers}{'content-encoding'}, 'gzip',
        'a form that is older than the file is not sent';
    unlink "$site/static/theme.css.br", "$site/static/theme.css.gz";
}

# --- what is wrong is told by configtest, with file and line ------------------------------
for (["list.html", "{{>head.html}}\n{{#rows}}\n", "list.html:2: {{#rows}} is not closed by {{/rows}}"],
     ["head.html", "\n\n{{titel}}", "head.html:3: there is no 'titel' here; did you mean 'title'?"],
     ["error.html", "<p title={{status}}>", "error.html:1: status: a value in a tag must stand in quotes"],
     ["home.html", "{{>nothing.html}}", "home.html:1: there is no template 'nothing.html'"],
     ["item.html", "\n<link href=\"{{\@no.css}}\">", "item.html:2: there is no static file 'no.css'"],
     ["tag/item.html", "{{#row}}{{_cells}}{{/row}}", "tag/item.html:1: '_cells' is a list: it wants {{#_cells}} ... {{/_cells}}"]) {
    my ($name, $text, $complaint) = @$_;
    my $broken = new_site($name =~ s/\W/-/gr);
    put("$broken/templates/$name", $text);
    my ($status, $said) = new_httpd("broken-" . $name =~ s/\W/-/gr, site => $broken)->configtest;
    isnt $status, 0, "configtest refuses $name";
    like $said, qr/SITE0130: \Q$broken\E\/templates\/\Q$complaint\E/, 'and says why';
}
{
    my $broken = new_site('start');
    put("$broken/templates/list.html", "{{");
    my $started = new_httpd('start', site => $broken);
    $started->expect_log(qr/SITE0130|AH\d{5}/);
    ok !$started->start(may_fail => 1), 'a server does not start with it';
}

# --- a restart that comes by a signal keeps what it had -------------------------------------
{
    $httpd->expect_log(qr/SITE0130|SITE0131/);
    put("$site/templates/home.html", "{{>head.html}}\n<h1>{{nobody}}</h1>\n{{>foot.html}}");
    ok $httpd->graceful, 'a graceful restart with a broken template';
    my $page = $httpd->client->get('/');
    is $page->{status}, 200, 'goes on serving';
    like $page->{body}, qr{<ul class="cards">.*class="ours"}s, 'the pages of before';
    is scalar(grep { m{SITE0130: \Q$site\E/templates/home\.html:2: there is no 'nobody' here} } $httpd->log->lines), 1,
        'the log says what is wrong';
    is scalar(grep { /SITE0131/ } $httpd->log->lines), 1, 'and what is done about it';
    put("$site/templates/home.html", "{{>head.html}}\n<h1>mended</h1>\n{{>foot.html}}");
    ok $httpd->graceful, 'another one, mended';
    # A child of before may still take a connection.
    ok wait_for(10, sub { $httpd->client->get('/')->{body} =~ m{<h1>mended</h1>} }), 'has the new page';
}

# --- and so does one that comes while a folder is missing -----------------------------------
{
    rename "$site/$_", "$site/gone-$_" or die "$_: $!" for qw(templates static);
    my $before = grep { /SITE0131/ } $httpd->log->lines;
    ok $httpd->graceful, 'a graceful restart without templates/ and static/';
    is $httpd->client->get('/')->{body} =~ m{<h1>mended</h1>} ? 'ours' : 'the module\'s', 'ours', 'has the pages of before';
    is scalar(grep { /SITE0131/ } $httpd->log->lines), $before + 1, 'and the log says so';
    like join("\n", $httpd->log->lines), qr{SITE0130: \Q$site\E/templates cannot be read}, 'and why';
    rename "$site/gone-$_", "$site/$_" or die "$_: $!" for qw(templates static);
    ok $httpd->graceful, 'and one with them';
}
{
    my $bare = new_site('bare');
    rmdir "$bare/templates" or die "$bare: $!";
    my $files = scratch('files');
    put("$files/static/ours.css", "p { color: teal }\n");
    put("$files/templates/head.html", "<html><head><title>x</title><link rel=\"stylesheet\" href=\"{{\@ours.css}}\"></head><body>");
    my $config = "SiteStatic /files $files/static\n<Location \"/\">\nSiteTemplates $files/templates\n</Location>\n";
    my $first = new_httpd('first', site => $bare);
    ok $first->start, 'a site without templates/ starts';
    like $first->client->get('/')->{body}, qr{<h1>}, '... with the module\'s';
    put("$bare/templates/home.html", "{{>head.html}}<h1>added</h1>{{>foot.html}}");
    ok $first->graceful, '... and takes them at a restart';
    ok wait_for(10, sub { $first->client->get('/')->{body} =~ m{<h1>added</h1>} }), '... when they are there';

    my $named = new_httpd('named', site => new_site('named'), config => $config);
    $named->expect_log(qr/SITE0130|SITE0131|SITE0182/);
    ok $named->start, 'a server with folders of its own';
    like $named->client->get('/api/tags/')->{body} // '', qr/./, 'serves';
    rename "$files/$_", "$files/gone-$_" or die "$_: $!" for qw(templates static);
    ok $named->graceful, '... goes on without them after a graceful restart';
    ok wait_for(10, sub { $named->client->get('/')->{body} =~ m{href="/files/ours\.css"} }), '... with the old templates, and plain names of files'
        or diag $named->client->get('/')->{body};
    like join("\n", $named->log->lines), qr{SITE0182: \S+httpd\.conf:\d+: SiteStatic: there is no folder \Q$files\E/static}, '... and says so';
    my ($status, $said) = $named->configtest;
    isnt $status, 0, '... while configtest refuses that';
    like $said, qr/SiteStatic wants a folder that exists/, '... by name';
}

# --- without a folder of static files --------------------------------------------------------
{
    my $folder = scratch('conf');
    symlink $_, "$folder/" . s{.*/}{}r for grep { !m{/site\.conf$} } glob root . '/apache-conf/*';
    open my $in, '<', root . '/apache-conf/site.conf' or die "site.conf: $!";
    put("$folder/site.conf", join '', grep { !/^\s*(?:SiteStatic|DocumentRoot) / } <$in>);
    my $plain = new_httpd('plain', defines => { SITE_CONF => $folder });
    $plain->start;
    my $client = $plain->client;
    for (['/' => qr{"(/\@static/site\.[0-9a-f]{10}\.css)"}], ['/api/stars/' => qr{"(/api/\@static/site\.[0-9a-f]{10}\.css)"}]) {
        my ($path, $pattern) = @$_;
        my ($sheet) = $client->get($path, @html)->{body} =~ $pattern;
        ok $sheet, "$path has the module's own style sheet" or next;
        my $file = $client->get($sheet);
        is $file->{status}, 200, 'which is there';
        is $file->{headers}{'cache-control'}, 'public, max-age=31536000, immutable', 'to be kept';
    }
}

done_testing;
