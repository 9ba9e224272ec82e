# Charts on the pages of collections: what is drawn, what a bar leads to, what is refused, what takes too long.
use strict;
use warnings;
use Site::Test;
use Test::More;

my @html = (Accept => 'text/html,application/xhtml+xml,*/*;q=0.8');
my $client = client;

sub page { my ($path) = @_; return $client->get($path, @html) }

# The figure of a page; it is there, once.
sub figure {
    my ($path) = @_;
    my $page = page($path);
    is $page->{status}, 200, $path or diag $page->{body};
    my @figures = $page->{body} =~ m{(<figure class="chart.*?</figure>)}gs;
    is scalar(@figures), 1, 'has one chart';
    unlike $figures[0] // '', qr{<script|\bstyle=|\bon\w+=}, 'without script or style';
    return $figures[0] // '';
}

sub count_of { my ($path) = @_; return $client->get($path)->{json}{count} }
sub plain { my ($text) = @_; $text =~ s/&amp;/&/g; return $text }

# --- what is declared -----------------------------------------------------------------------
{
    my $sky = figure('/api/stars/?_chart=sky');
    like $sky, qr{^<figure class="chart sky">\n<figcaption><b>The sky</b> <span>The 2,000 of 8,412 stars with the least magnitude}, 'the sky';
    like $sky, qr{<a href="/api/stars/2348/" tabindex="-1"><title>Sirius: }, 'the brightest star leads to its page';
    like $sky, qr{<th scope="row"><a href="/api/stars/2348/">Sirius</a>}, 'in the table, too';
    like $sky, qr{<text class="short alt"[^>]*>Sirius</text>}, 'and has its name';
    cmp_ok length($sky), '<', 60_000, 'in less than 60 kB';

    my ($x) = $sky =~ m{<title>Betelgeuse: .*?cx="(\d+)"}s;
    my ($right) = $sky =~ m{<title>Rigel: .*?cx="(\d+)"}s;
    cmp_ok $x, '<', $right, 'right ascension grows to the left';

    my $page = page('/api/stars/')->{body};
    unlike $page, qr{<figure}, 'nobody asked: no chart';
    like $page, qr{<a href="\?_chart=sky">The sky</a>}, 'but the page tells of them';
    like page('/api/stars/?_chart=sky&page=2&name__isnull=false')->{body},
        qr{<a href="\?_chart=magnitudes&amp;name__isnull=false">How bright}, 'and keeps its filters';
}

# --- a bar says how many rows it leads to ---------------------------------------------------------
for my $case (['stars', '_chart=magnitudes'], ['stars', '_x=magnitude&constellation__abbr=Ori&magnitude__lt=6'],
    ['observations', '_chart=nights'], ['observations', '_x=quality'], ['stars', '_x=constellation&magnitude__lt=3'],
    ['stars', '_x=hd'], ['observers', '_x=joined'], ['observers', '_x=active&search=a']) {
    my ($resource, $query) = @$case;
    my $figure = figure("/api/$resource/?$query");
    my @rows = $figure =~ m{<tr><th scope="row"><a href="([^"]+)">[^<]*</a></th><td class="n">([\d,]+)</td>}g;
    cmp_ok scalar(@rows), '>=', 4, 'there are bars to follow';
    my @wrong;
    while (my ($address, $rows) = splice @rows, 0, 2 * (1 + int(@rows / 40))) {
        $rows =~ s/,//g;
        push @wrong, $address unless count_of(plain($address)) == $rows;
    }
    is_deeply \@wrong, [], 'each leads to as many rows as it says';
}

# --- what is asked for ---------------------------------------------------------------------------------
like figure('/api/stars/?_x=color_index&_y=-magnitude'), qr{<span>A sample of 2,000 of 8,233 stars; 179 without a place</span>}, 'two attributes';
like figure('/api/stars/?_x=ra&_y=dec&_size=-magnitude&constellation__abbr=Ori'), qr{class="chart scatter"}, 'three';
like figure('/api/stars/?_x=magnitude&name=nobody'), qr{<span>No rows</span>}, 'no rows';
like page('/api/stars/?_x=magnitude')->{body}, qr{<option value="magnitude" selected>}, 'the form knows what is drawn';
is page('/api/stars/?_x=&_y=&_size=')->{status}, 200, 'an empty form draws nothing';
for my $case (['_x=nope', '_x', qr{There is no attribute &#39;nope&#39;}], ['_x=extra', '_x', qr{cannot be drawn}],
    ['_x=ra&_y=name', '_y', qr{neither a number nor a time}], ['_chart=moon', '_chart', qr{There are: sky, magnitudes}],
    ['_x=%3Cscript%3E', '_x', qr{There is no attribute &#39;&lt;script&gt;&#39;}]) {
    my $page = page("/api/stars/?$case->[0]");
    is $page->{status}, 400, $case->[0];
    like $page->{body}, qr{<code>$case->[1]</code> .*$case->[2]}, 'is told with its parameter';
}
is $client->status('/api/stars/?_x=nope'), 200, 'JSON knows nothing of charts';

# --- pages without numbers, and pages that wait for nobody -----------------------------------------------
{
    my $httpd = new_httpd('charts', config => <<'CONF')->start;
<Location "/api">
    <SiteResource by-cursor>
        SiteTable star
        SitePagination cursor size=5
        SiteChart m x=magnitude
    </SiteResource>
    <SiteResource late>
        SiteTable observation
        SitePageTimeout 1ms
    </SiteResource>
</Location>
CONF
    my $late = $httpd->client->get('/api/late/?_x=notes', @html);
    is $late->{status}, 200, 'a chart that takes too long leaves the page';
    like $late->{body}, qr{<figure class="chart bars">\n<figcaption><b>[^<]*</b> <span>It took too long to draw}, 'and says so';
    is scalar(() = grep { /SITE0150: a chart of late was left out: query_timeout/ } $httpd->log->lines), 1, 'the log, too';
    like $httpd->client->get('/api/by-cursor/?_chart=m', @html)->{body}, qr{<figure class="chart histogram">}, 'pages with a cursor have charts';
    $httpd->stop;
}

done_testing;
