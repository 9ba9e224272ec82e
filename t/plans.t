# The plans of the SQL that is sent: every shape that should use an index does, over the demo's data, when values are known
# (custom plans) and when they are not (generic ones). auto_explain shows the plans of the very statements.
use strict;
use warnings;
use Site::Test;
use Test::More;

my $cluster = cluster;
$cluster->sql('postgres', 'DROP DATABASE IF EXISTS plans WITH (FORCE)', 'CREATE DATABASE plans');
$cluster->load('plans', root . '/website/database/load.sql', dir => root . '/website/database');
$cluster->sql('plans', 'ANALYZE', map { "ALTER DATABASE plans SET $_" } 'session_preload_libraries = auto_explain',
    'auto_explain.log_min_duration = 0', 'jit = off');

# What an index is expected for: address, what the plan must name, what it must not.
my @shapes = (
    ['a key', 'stars/42/', qr/Index (?:Only )?Scan using star_pkey/, qr/Seq Scan on star /],
    ['a unique attribute', 'stars/?hd=48915', qr/star_hd_key/, qr/Seq Scan on star /],
    ['a unique attribute among several', 'stars/?hd__in=48915,224750,39801', qr/star_hd_key/, qr/Seq Scan on star /],
    ['a uuid', 'stars/?uid=b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4', qr/star_uid_key/, qr/Seq Scan on star /],
    ['keys in a list', 'observations/?id__in=1,2,3', qr/observation_pkey/, qr/Seq Scan on observation /],
    ['a year', 'observations/?observed_at__year=2150', qr/Index .*observed_at/, qr/Seq Scan on observation /],
    ['years on one side', 'observations/?observed_at__year__gt=2150', qr/Index .*observed_at/, qr/Seq Scan on observation /],
    ['a day', 'observations/?observed_at__date=2150-02-03', qr/Index .*observed_at/, qr/Seq Scan on observation /],
    ['a range of moments', 'observations/?observed_at__range=2150-01-01T00:00:00Z,2150-01-02T00:00:00Z', qr/Index .*observed_at/,
        qr/Seq Scan on observation /],
    ['several years', 'observations/?observed_at__year__in=2150,2151', qr/Index .*observed_at/, qr/Seq Scan on observation /],
    ['a range of years', 'observations/?observed_at__year__range=2150,2151', qr/Index .*observed_at/, qr/Seq Scan on observation /],
    ['an ISO year', 'observations/?observed_at__iso_year=2150', qr/Index .*observed_at/, qr/Seq Scan on observation /],
    ['ISO years in a list', 'observations/?observed_at__iso_year__in=2150', qr/Index .*observed_at/, qr/Seq Scan on observation /],
    ['a range of ISO years', 'observations/?observed_at__iso_year__range=2150,2150', qr/Index .*observed_at/, qr/Seq Scan on observation /],
    ['days in a list', 'observations/?observed_at__date__in=2150-02-03,2150-02-05', qr/Index .*observed_at/, qr/Seq Scan on observation /],
    ['days on one side', 'observations/?observed_at__date__gt=2150-02-03', qr/Index .*observed_at/, qr/Seq Scan on observation /],
    ['a range of days', 'observations/?observed_at__date__range=2150-02-03,2150-02-04', qr/Index .*observed_at/, qr/Seq Scan on observation /],
    ['moments on one side', 'observations/?observed_at__gte=2150-02-03T00:00:00Z', qr/Index .*observed_at/, qr/Seq Scan on observation /],
    ['numbers on one side', 'stars/?magnitude__lt=-1', qr/star_magnitude_idx/, qr/Seq Scan on star /],
    ['one row, filtered', 'stars/42/?magnitude__lt=20', qr/star_pkey/, qr/Seq Scan on star /],
    ['alternatives', 'stars/?filters=(hd%3D48915)%7C(id%3D42)', qr/star_hd_key.*star_pkey/s, qr/Seq Scan on star /],
    ['both of two groups', 'stars/?filters=(id%3D42)%26(magnitude__lt%3D20)', qr/star_pkey/, qr/Seq Scan on star /],
    ['a group and what it is not', 'stars/?filters=(id%3D42)%26~(magnitude__lt%3D-20)', qr/star_pkey/, qr/Seq Scan on star /],
    ['beside what it is not', 'stars/?id=42&name!=nobody', qr/star_pkey/, qr/Seq Scan on star /],
    ['a related key', 'observations/?star=42', qr/Index.*star_id/, qr/Seq Scan on observation /],
    ['related keys in a list', 'observations/?star__in=42,43', qr/Index.*star_id/, qr/Seq Scan on observation /],
    ['a unique attribute of the related row', 'observations/?star__hd=48915', qr/InitPlan.*star_hd_key/s, qr/Seq Scan on observation /],
    ['over two relations', 'observations/?star__uid=b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4&star__constellation__abbr=Psc', qr/star_uid_key/,
        qr/Seq Scan on observation /],
    ['many to many, by key', 'tags/?stars=42', qr/Index.*star_tag/, qr/Seq Scan on star(?:_tag)? /],
    ['many to many, by a unique attribute', 'tags/?stars__hd=48915', qr/star_hd_key/, qr/Seq Scan on star(?:_tag)? /],
    ['a related key that does not fit', 'stars/?tags!=3&id=42', qr/star_pkey/, qr/Seq Scan on star(?:_tag)? /],
    ['three relations', 'observations/?star__hd=48915&star__tags=3', qr/star_hd_key/, qr/Seq Scan on (?:observation|star) /],
    ['backwards, by key', 'stars/?observations=7', qr/observation_pkey/, qr/Seq Scan on (?:star|observation) /],
    ['backwards, by a unique attribute', 'stars/?observations__uid=6336c04c-db82-5505-ecb4-53c88d17c532', qr/observation_uid_key/,
        qr/Seq Scan on observation /],
    ['the first rows in the order of the key', 'observations/?ordering=-id&page_size=5', qr/Index Scan Backward using observation_pkey/,
        qr/Sort /],
    ['the first rows in the order of an index', 'observations/?ordering=observed_at&page_size=5', qr/Index .*observed_at/,
        qr/(?<!Incremental )Sort {2}\(/],
);

# Rows with related keys, links, slugs and nested rows: as many statements for a hundred rows as for one.
my $shown = <<'CONF';
<Location "/shown">
    SetHandler site
    Require all granted
    <SiteResource stars>
        SiteTable star
        SiteRelation constellation target=constellations show=nested
        SiteRelation spectral_class target=classes show=slug:description
        SiteRelation tags target=tags via=star_tag show=nested
        SiteRelation observations target=observations reverse column=star_id show=key
        SitePagination page size=100 max=100
    </SiteResource>
    <SiteResource constellations>
        SiteTable constellation
    </SiteResource>
    <SiteResource classes>
        SiteTable spectral_class
    </SiteResource>
    <SiteResource tags>
        SiteTable tag
    </SiteResource>
    <SiteResource observations>
        SiteTable observation
        SiteRelation observer target=observers show=link
    </SiteResource>
    <SiteResource observers>
        SiteTable observer
    </SiteResource>
</Location>
CONF

# Every plan since a place in the log, the count's and the page's.
sub plans_after {
    my ($place, $table) = @_;
    open my $log, '<', "$cluster->{dir}/log" or die "log: $!";
    seek $log, $place, 0;
    local $/;
    my $text = <$log>;
    return grep { /Query Text: (?:SELECT|SET)/ && /"$table"/ } split /^(?=\d{4}-\d\d-\d\d )/m, $text;
}

for my $mode ('force_custom_plan', 'force_generic_plan') {
    $cluster->sql('plans', "ALTER DATABASE plans SET plan_cache_mode = $mode");
    my $httpd = new_httpd($mode, database => $cluster->conninfo('plans'))->start;
    my $client = $httpd->client;
    $client->get('/api/tags/');
    for my $shape (@shapes) {
        my ($what, $path, $wanted, $unwanted) = @$shape;
        my $place = -s "$cluster->{dir}/log";
        my $answer = $client->get("/api/$path");
        is $answer->{status}, 200, "$mode: $what: answered" or diag $answer->{body};
        my ($table) = $path =~ /^(\w+?)(?:-\w+)?(?:s|es)?\//;
        my @plans = plans_after($place, $table);
        cmp_ok scalar @plans, '>', 0, "$mode: $what: planned";
        ok scalar(grep { $_ =~ $wanted } @plans), "$mode: $what: uses its index" or diag $path, "\n", @plans;
        # A count of everything has to look at everything.
        my @scans = grep { $_ =~ $unwanted && ($path =~ /ordering/ ? !/count\(\*\)/ : 1) } @plans;
        is scalar @scans, 0, "$mode: $what: and reads no more" or diag $path, "\n", @scans;
    }
    $httpd->stop;
}

{
    my $httpd = new_httpd('shown', database => $cluster->conninfo('plans'), config => $shown)->start;
    my %statements;
    $httpd->client->get('/shown/stars/?page_size=1');
    for my $path ('stars/', 'observations/') {
        for my $size (1, 100) {
            my $place = -s "$cluster->{dir}/log";
            my $answer = $httpd->client->get("/shown/$path?page_size=$size");
            is scalar @{ $answer->{json}{results} }, $size, "$path: $size rows";
            $statements{$size} = plans_after($place, $path =~ /(\w+)s/);
        }
        cmp_ok $statements{1}, '>', 0, "$path: asked for";
        is $statements{100}, $statements{1}, "$path: a hundred rows take as many statements as one";
        cmp_ok $statements{100}, '<=', 2, 'the count and the page';
    }
    $httpd->stop;
}

# Over two relations the far rows are looked at once, not once for every row of the page's table.
my $httpd = new_httpd('far', database => $cluster->conninfo('plans'))->start;
for my $path ('observations/?observer__observations__notes__startswith=nothing', 'stars/?spectral_class__stars__name=nothing') {
    is $httpd->client->get("/api/$path")->{status}, 200, "$path: in time";
}
$httpd->stop;
$cluster->sql('postgres', 'DROP DATABASE plans WITH (FORCE)');
done_testing;
