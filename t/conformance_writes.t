# Replays the recorded writes (t/conformance/writes/) over a schema that is not the demo's, configured from the manual
# alone: every field with many values, as JSON, form and multipart; whole bodies, media types, DELETE, OPTIONS. What
# differs on purpose stands in t/conformance/writes/exceptions.txt.
use strict;
use warnings;
use Site::Test;
use Test::More;

my $folder = root . '/t/conformance/writes';
cluster->sql('postgres', 'DROP DATABASE IF EXISTS harbour WITH (FORCE)', 'CREATE DATABASE harbour');
cluster->load('harbour', "$folder/schema.sql");
my $sections = do { open my $file, '<', "$folder/site.conf" or die "site.conf: $!"; local $/; <$file> };
my $httpd = new_httpd('harbour', database => cluster->conninfo('harbour'), site => new_site('harbour', $sections));
$httpd->expect_log(qr/AH0161[78]|AH01630/);
$httpd->start;

my $output = scratch() . '/replay.txt';
my $status = system 'sh', '-c', 'exec python3 "$@" >"$0" 2>&1', $output, "$folder/replay.py", 'http://127.0.0.1:' . $httpd->port,
    cluster->psql_command('harbour');
open my $file, '<', $output or die "$output: $!";
my @lines = <$file>;
close $file;
my ($cases) = ($lines[-1] // '') =~ /^(\d+) cases/;
cmp_ok $cases // 0, '>', 1500, 'more than 1,500 recorded answers';
is $status, 0, 'and each is given' or diag @lines > 30 ? (@lines[0 .. 29], "...\n", $lines[-1]) : @lines;
done_testing;
