# Pages: what a browser gets at the addresses of the API, the front page beside
# it, and what is said where there is nothing.
use strict;
use warnings;
use Site::Test;
use Site::Test::Process qw(free_port wait_for);
use Test::More;

my @html = (Accept => 'text/html,application/xhtml+xml,*/*;q=0.8');

# Every tag is closed, the innermost first; returns what is wrong.
sub unbalanced {
    my ($page) = @_;
    my @open;
    while ($page =~ m{<(/?)([a-z]\w*)((?:\s+[\w-]+(?:=(?:"[^"<>]*"|\w+))?)*)\s*>}g) {
        my ($closing, $name) = ($1, $2);
        next if $name =~ /^(?:meta|link|input|td|th|tr|tbody)$/;
        if (!$closing) {
            push @open, $name;
        }
        elsif (!@open || pop @open ne $name) {
            return "</$name> at " . pos $page;
        }
    }
    return "@open";
}

sub is_page {
    my ($answer, $status, $what) = @_;
    is $answer->{status}, $status, "$what: $status";
    like $answer->{headers}{'content-type'}, qr{^text/html(?:; charset=utf-8)?$}, "$what: a page";
    like $answer->{body}, qr{^<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">}, "$what: UTF-8";
    like $answer->{body}, qr{<h1[^>]*>[^<]+</h1>}, "$what: with a heading";
    is unbalanced($answer->{body}), '', "$what: every tag is closed";
    unlike $answer->{body}, qr{<script(?! src="/)|<style|\sstyle=|\son\w+=}, "$what: nothing that the policy forbids";
    like $answer->{headers}{'content-security-policy'} // '', qr{default-src 'self'}, "$what: under the policy";
    return;
}

# --- the front page ----------------------------------------------------------------
{
    my $page = client->get('/');
    is_page($page, 200, 'front page');
    is $page->{headers}{'content-type'}, 'text/html', 'as the reference types its pages';
    my ($title) = $page->{body} =~ m{<h1>([^<]+)</h1>};
    like $page->{body}, qr{<title>\Q$title\E</title>}, 'its title is its heading';
    my $root = client->get('/api/', Accept => 'application/json')->{json};
    like $page->{body}, qr{<a href="/api/\Q$_\E/">[^<]+</a>}, "it leads to $_" for sort keys %$root;
    like $page->{body}, qr{about 8,400 rows}, 'and says how many there are';
    my $head = client->head('/');
    is $head->{status}, 200, 'HEAD';
    is $head->{body} // '', '', 'without a body';
    is $head->{headers}{'content-length'}, length $page->{body}, 'and with its length';
    my $post = client->request('POST', '/', { 'Content-Type' => 'text/plain' }, 'x');
    is_page($post, 405, 'POST');
    is $post->{headers}{allow}, 'GET, HEAD', 'says what is allowed';
}

# --- the API in a browser ----------------------------------------------------------
{
    is_page(client->get('/api/', @html), 200, 'API root');
    my $list = client->get('/api/stars/?page_size=5&page=2', @html);
    is_page($list, 200, 'list');
    like $list->{body}, qr{Rows 6\xe2\x80\x9310 of 8,412}, 'which rows';
    like $list->{body}, qr{<a rel="prev" href="/api/stars/\?page_size=5">Previous</a>}, 'the page before';
    like $list->{body}, qr{<a rel="next" href="/api/stars/\?page=3&amp;page_size=5">Next</a>}, 'the page after';
    my @rows = $list->{body} =~ m{<th scope="row"[^>]*><a href="(/api/stars/\d+/)">}g;
    is_deeply \@rows, [map { "/api/stars/$_/" } 6 .. 10], 'each row leads to its own page';
    like $list->{body}, qr{<td><a href="/api/constellations/\d+/">[A-Z]\w+</a><td}, 'and to its related rows, by their names';
    is client->status($_), 200, "$_ is there" for $list->{body} =~ m{<a href="(/api/[a-z-]+/\d+/)">}g;

    my $item = client->get('/api/observers/10/', @html);
    is_page($item, 200, 'item');
    like $item->{body}, qr{<h1>[A-Z][^<]+</h1>}, 'by its human name';
    like $item->{body}, qr{Uses &quot;quotes&quot; &amp; &lt;tags&gt; at 100%_really}, 'its text is text';
    like $item->{body}, qr{<a href="mailto:[^"]+">}, 'an address can be written to';
    my ($json) = $item->{body} =~ m{<link rel="alternate" type="application/json" href="([^"]+)">};
    is client->get("/api/observers/10/$json", @html)->{json}{id}, 10, 'and the same is JSON';
}

# --- a collection: filters, facets, counts that never hold up the page ---------------
{
    my $page = client->get('/api/stars/?magnitude__lt=3&page_size=2', @html)->{body};
    like $page, qr{<li>Magnitude is less than <b>3</b> <a href="\?page_size=2"}, 'a filter can be taken off';
    like $page, qr{<summary>Variable</summary><ul>\s*<li><a href="\?magnitude__lt=3&amp;page_size=2&amp;variable=true">yes</a> <span>95</span>},
        'values are counted under the filter';
    like $page, qr{<a href="\?constellation=18&amp;magnitude__lt=3&amp;page_size=2">Centaurus</a> <span>12</span>}, 'related rows by name';
    my $count = client->get('/api/stars/?magnitude__lt=3&variable=true', Accept => 'application/json')->{json}{count};
    is $count, 95, 'and the count is right';
    like client->get('/api/stars/?variable=true', @html)->{body}, qr{<li class="active"><a href="\?" aria-current="true">yes</a>},
        'the value that is asked for leads out of it';
    my $grouped = client->get('/api/stars/?filters=' . '%28variable%253Dtrue%29%7C%28magnitude__lt%253D0%29', @html)->{body};
    like $grouped, qr{<summary>Variable</summary><ul>\s*<li>(?:yes|no) <span>}, 'beside groups of conditions no filter counts, so that values are no links';
    unlike $grouped, qr{href="\?[^"]*variable=}, 'none of them';
    my $form = client->get('/api/stars/?page_size=2&_field=magnitude&_lookup=lt&_value=3', @html);
    is $form->{status}, 303, 'the filter form';
    like $form->{headers}{location}, qr{/api/stars/\?magnitude__lt=3&page_size=2$}, 'leads to the filter';
    is_page(client->get('/api/stars/?_field=magnitude&_lookup=has_key&_value=3', @html), 400, 'a filter that there is not');
    is client->status('/api/stars/?_field=magnitude&_lookup=lt&_value=3'), 200, 'is nothing to programs';
    my $last = client->get('/api/stars/?page=last', @html)->{body};
    like $last, qr{Rows 8,401\xe2\x80\x938,412 of 8,412}, 'the last page';
    like $last, qr{<a href="\?page=85" aria-current="page">85</a>}, 'by its number';
    is_page(client->get('/api/stars/?page=86', @html), 404, 'no page behind it');
    is_page(client->get('/api/stars/?magnitude__lt=-100', @html), 200, 'no rows');
    cmp_ok length(client->get("/api/$_/", @html)->{body}), '<', 100_000, "a page of $_ is less than 100 kB"
        for qw(stars observations observers constellations);
}
{
    # Counting takes longer than it may: the page comes all the same.
    my $httpd = new_httpd('slow', config => "SitePageTimeout 4ms\n");
    $httpd->start;
    my $page = $httpd->client->get('/api/observations/?notes__iregex=(a|b|c|d)*[xyz]{2}', @html);
    is_page($page, 200, 'a page whose rows take long to count');
    unlike $page->{body}, qr{ of [\d,]+</p>}, 'does not say how many there are';
    like $page->{body}, qr{Counting values would take too long}, 'nor how many have which value';
    like $httpd->client->get('/api/observations/', @html)->{body}, qr{Rows 1\xe2\x80\x93100 of (?:about )?100,\d{3}},
        'of a whole table the planner knows';
    $httpd->stop;
}

# --- nothing there -----------------------------------------------------------------
{
    for my $path ('/nothing', '/nothing/at/all.html', '/api/nothing/') {
        my $page = client->get($path);
        is_page($page, 404, $path);
        is $page->{headers}{'content-type'}, 'text/html', "$path: as the reference types its pages";
    }
    is_page(client->get('/api/stars/0/', @html), 404, 'no such row');
    like client->get('/api/stars/?magnitude=bright', @html)->{body}, qr{<li><a href="/api/stars/">Stars</a></li>}, 'back to what was asked wrongly';
    like client->get($_, @html)->{body}, qr{<title>[^<]+ (?:–|&#8211;) The Sky Catalogue</title>}, "$_: whose error it is" for '/nothing', '/static/nothing.css', '/api/stars/0/';
    is_page(client->get('/api/stars/?page=0', @html), 404, 'no such page');
    my $attack = client->get('/%3Cscript%3Ealert(1)%3C/script%3E', @html);
    is_page($attack, 404, 'an address with markup');
}

# --- files beside it ---------------------------------------------------------------
# (Not of the main server: Apache::Test gives that a small table of types.)
{
    my $httpd = new_httpd('files');
    $httpd->start;
    my $client = $httpd->client;
    my ($sheet) = $client->get('/')->{body} =~ m{<link rel="stylesheet" href="([^"]+)">};
    my ($icon) = $client->get('/')->{body} =~ m{<link rel="icon"[^>]* href="([^"]+)">};
    my %type = ($sheet => qr{^text/css}, $icon => qr{^image/svg\+xml}, '/robots.txt' => qr{^text/plain});
    for my $path (sort keys %type) {
        my $file = $client->get($path);
        is $file->{status}, 200, $path;
        like $file->{headers}{'content-type'}, $type{$path}, 'of its type';
        ok $file->{headers}{etag}, 'can be asked for again';
    }
    my $text = $client->get($sheet)->{body};
    # The body has the page's name as its class: a rule for that class alone would size the whole page.
    unlike $client->get('/static/site.css')->{body}, qr/(?:^|[},])\s*\.(?:home|api|list|item|error|login)\s*\{[^}]*width/m,
        'no rule squeezes a page by its name';
    for my $used ($text =~ m{url\("([^"]+)"\)}g) {
        is $client->status($sheet =~ s{[^/]+$}{$used}r), 200, "the style sheet's $used";
    }
    $httpd->stop;
}

# --- without the database ------------------------------------------------------------
{
    my $port = free_port();
    my $httpd = new_httpd('down', database => "host=127.0.0.1 port=$port dbname=sky user=site");
    $httpd->expect_log(qr/SITE\d{4}|AH\d{5}|AH00632|could not connect|Connection refused/i);
    $httpd->start;
    my $page = $httpd->client->get('/');
    is_page($page, 200, 'front page without a database');
    like $page->{body}, qr{cannot be reached right now}, 'says so';
    unlike $page->{body}, qr{<ul class="cards">}, 'and lists nothing';
    is $httpd->client->status('/static/site.css'), 200, 'it keeps its looks';
    $httpd->stop;
}

# --- what a visitor may not see, the front page does not list -------------------------
{
    my $httpd = new_httpd('private', config => "<Location \"/api\">\n    Require all denied\n</Location>\n");
    $httpd->expect_log(qr/AH01630/);
    $httpd->start;
    my $page = $httpd->client->get('/');
    is_page($page, 200, 'front page beside a closed API');
    unlike $page->{body}, qr{href="/api/}, 'tells nothing of it';
    $httpd->stop;
}

done_testing;
