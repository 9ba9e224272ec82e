# Static files beyond those of pages: packed forms, made by the script and with the
# module; the icon that is asked for unbidden; Apache's own errors in the site's
# words.
use strict;
use warnings;
use Digest::MD5 qw(md5);
use Site::Test;
use Site::Test::Process qw(capture);
use Test::More;

sub put {
    my ($path, $text) = @_;
    my ($folder) = $path =~ m{(.*)/};
    mkdir $folder;
    open my $file, '>:raw', $path or die "$path: $!";
    print $file $text;
    close $file;
    return;
}

sub slurp {
    my ($path) = @_;
    open my $file, '<:raw', $path or die "$path: $!";
    local $/;
    return <$file>;
}

# What these bytes hold, unpacked.
my $scratch = scratch('unpacked');
sub unpacked {
    my ($coding, $bytes) = @_;
    put("$scratch/packed", $bytes);
    my ($status, $text) = capture($coding eq 'br' ? qw(brotli -d -c) : qw(gzip -d -c -f), "$scratch/packed");
    return $status ? "no $coding" : $text;
}
my $brotli = !(capture('sh', '-c', 'command -v brotli'))[0];

# --- the script -----------------------------------------------------------------------
my $site = new_site('packed', "SiteTitle \"Ours – ★\"\n");
my $static = "$site/static";
my $long = join '', map { "/* line $_ of a long file */\n" } 1 .. 100;
put("$static/long.css", $long);
put("$static/deep/long.JS", $long);
put("$static/short.css", 'a{}');
put("$static/noise.txt", join '', map { md5($_) } 1 .. 100);
put("$static/picture.png", $long);
put("$static/gone.css.gz", 'left over');
put("$static/archive.tar.gz", 'not ours');
sub pack_static {
    my ($status, $said) = capture('bash', root . '/apache-conf/pack', $static);
    is "$status $said", '0 ', 'apache-conf/pack';
    my (undef, $found) = capture('find', $static, '-type', 'f', '-printf', '%P\n');
    return sort split /\n/, $found;
}
my @forms = ('gz', $brotli ? 'br' : ());
is_deeply [pack_static()], [sort 'archive.tar.gz', 'deep/long.JS', (map { "deep/long.JS.$_" } @forms), 'long.css', (map { "long.css.$_" } @forms),
    'noise.txt', 'picture.png', 'short.css'], 'packs long text files, and nothing else; what is left over goes';
is unpacked('gzip', slurp("$static/long.css.gz")), $long, 'gzip holds the file';
is unpacked('br', slurp("$static/long.css.br")), $long, 'brotli, too' if $brotli;
is +(stat "$static/long.css.$_")[9], (stat "$static/long.css")[9], "$_ is as old" for @forms;
my $before = slurp("$static/long.css.gz");
pack_static();
is slurp("$static/long.css.gz"), $before, 'again: the same bytes';
put("$static/long.css", "$long/* more */\n");
my $newer = 5 + (stat "$static/long.css.gz")[9];
utime $newer, $newer, "$static/long.css";
pack_static();
like unpacked('gzip', slurp("$static/long.css.gz")), qr{/\* more \*/\n$}, 'what was changed is packed anew';
isnt +(capture('bash', root . '/apache-conf/pack'))[0], 0, 'it wants a folder';

# --- served ------------------------------------------------------------------------------
my $httpd = new_httpd('packed', site => $site);
$httpd->expect_log(qr/AH00132|AH10244/);
$httpd->start;
my $client = $httpd->client;
for my $form (@forms) {
    my $coding = $form eq 'gz' ? 'gzip' : 'br';
    my $answer = $client->get('/static/long.css', 'Accept-Encoding' => $coding);
    is $answer->{headers}{'content-encoding'}, $coding, "a file of the site's as $coding";
    is $answer->{body}, slurp("$static/long.css.$form"), 'as it was packed';
}
my ($style) = $client->get('/')->{body} =~ m{href="(/static/site\.[0-9a-f]{10}\.css)"};
my $plain = $client->get($style);
ok length $plain->{body} > 1024, 'the module\'s own style sheet';
is $plain->{headers}{'content-encoding'} // '', '', 'plain';
is $plain->{headers}{vary}, 'Accept-Encoding', 'there are others';
my %etag = ($plain->{headers}{etag} => 1);
for my $coding ('gzip', $brotli ? 'br' : ()) {
    my $answer = $client->get($style, 'Accept-Encoding' => "identity, $coding;q=0.5");
    is $answer->{headers}{'content-encoding'}, $coding, "as $coding";
    is unpacked($coding, $answer->{body}), $plain->{body}, 'is the same';
    is $answer->{headers}{'content-length'}, length $answer->{body}, 'with its length';
    is $answer->{headers}{'cache-control'}, 'public, max-age=31536000, immutable', 'to be kept';
    $etag{ $answer->{headers}{etag} }++;
    is $client->get($style, 'Accept-Encoding' => $coding, 'If-None-Match' => $answer->{headers}{etag})->{status}, 304, 'by its own validator';
}
is scalar keys %etag, 1 + @forms, 'each form has one of its own';
for ('gzip;q=0', 'br;q=0.000, gzip; q=0', 'gzipped', 'x-br', 'identity') {
    # (Apache's own filters pack all the same where they read "gzip;q=0" as a wish.)
    is $client->get($style, 'Accept-Encoding' => $_)->{headers}{etag}, $plain->{headers}{etag}, "Accept-Encoding: $_ takes none of them";
}

# --- the icon --------------------------------------------------------------------------------
{
    my $icon = $client->get('/favicon.ico');
    is $icon->{status}, 200, 'an icon';
    like $icon->{headers}{'content-type'}, qr{^image/svg\+xml}, 'is the module\'s';
    put("$static/favicon.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>');
    is $client->get('/favicon.ico')->{body}, '<svg xmlns="http://www.w3.org/2000/svg"/>', 'or the site\'s';
    like $client->get('/favicon.ico')->{headers}{'content-type'}, qr{^image/svg\+xml}, 'of its type';
    put("$static/favicon.ico", 'icon');
    is $client->get('/favicon.ico')->{body}, 'icon', 'or what the site has at that very address';
}

# --- Apache's own errors ------------------------------------------------------------------------
put("$static/secret.txt", 'secret');
chmod 0, "$static/secret.txt";
for (['/static/nothing.css', 404, 'Not found'], ['/static/', 404, 'Not found'], ['/x/' . 'x' x 9000, 414, 'Address too long'], ['/%zz', 400, 'Bad request'],
    ['/@error', 404, 'Not found'], ['/static/secret.txt', 403, 'Not allowed']) {
    my ($path, $status, $title) = @$_;
    my $answer = $client->get($path);
    is $answer->{status}, $status, substr($path, 0, 30) . ": $status";
    like $answer->{body}, qr{<p class="status">$status</p>\n<h1>$title</h1>}, 'as the site tells errors';
    like $answer->{headers}{'content-type'}, qr{^text/html; charset=}, 'as a page';
    unlike $answer->{body}, qr/[^\x00-\x7F]/, 'in letters that mean the same in every character set';
    like $answer->{body}, qr{Ours &#8211; &#9733;}, 'whatever the site is called';
}
# A script that asks for JSON is told in JSON.
for my $accept ('application/json', 'application/json, text/plain, */*') {
    my $answer = $client->get('/static/nothing.css', Accept => $accept);
    is "$answer->{status} $answer->{headers}{'content-type'}", '404 application/json', "Accept: $accept";
    is_deeply $answer->{json}, { detail => 'There is nothing at this address.' }, '... says it in JSON';
    like $answer->{headers}{vary}, qr/\bAccept\b/, '... and what that depends on';
}
like $client->get('/nothing', Accept => 'application/json')->{headers}{'content-type'}, qr{^application/json}, '... at any address';
is $client->get('/static/secret.txt', Accept => 'application/json')->{json}{detail}, 'You do not have permission to perform this action.', '... of any status';
like $client->get('/nothing', Accept => $_)->{headers}{'content-type'}, qr{^text/html}, "Accept: $_ gets a page"
    for '*/*', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/plain';
is $client->head('/static/nothing.css')->{status}, 404, 'HEAD';
is $client->request('PUT', '/static/long.css', { 'Content-Type' => 'text/plain' }, 'x')->{status}, 405, 'a method that is none';

done_testing;
