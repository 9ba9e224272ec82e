# Replays what another Django site answered, over a database of another shape (t/conformance/lab/), strictly: mod_site is
# configured by directives alone. What differs on purpose stands in t/conformance/lab/exceptions.txt.
use strict;
use warnings;
use Site::Test;
use Test::More;

my $folder = root . '/t/conformance';
cluster->sql('postgres', 'DROP DATABASE IF EXISTS lab WITH (FORCE)', 'CREATE DATABASE lab');
cluster->load('lab', "$folder/lab/schema.sql");
cluster->load('lab', "$folder/lab/data.sql");
cluster->sql('lab', 'GRANT USAGE ON SCHEMA lab TO site', 'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA lab TO site', 'ANALYZE');

open my $lines, '<', "$folder/lab/site.conf" or die "site.conf: $!";
my $config = do { local $/; <$lines> };
close $lines;
my $httpd = new_httpd('lab', database => cluster->conninfo('lab'), site => new_site('lab'), config => $config)->start;

my $output = scratch() . '/replay.txt';
my $status = system 'sh', '-c', 'exec python3 "$@" >"$0"', $output, "$folder/replay.py", 'http://127.0.0.1:' . $httpd->port,
    '--golden', "$folder/lab/answers.jsonl.gz", '--exceptions', "$folder/lab/exceptions.txt";
open my $file, '<', $output or die "$output: $!";
my @said = <$file>;
close $file;
my ($cases) = ($said[-1] // '') =~ /^(\d+) cases/;
cmp_ok $cases // 0, '>', 3000, 'more than 3,000 recorded answers';
is $status, 0, 'and each is given' or diag @said > 30 ? (@said[0 .. 29], "...\n", $said[-1]) : @said;
$httpd->stop;
done_testing;
