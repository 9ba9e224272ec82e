# Replays what another Django site answered, over a database of another shape (t/conformance/lab/), strictly: mod_site is
# configured by directives alone. What differs on purpose stands in t/conformance/lab/exceptions.txt.
use strict;
use warnings;
use Site::Test;
use Site::Test::Lab;
use Test::More;

my $folder = root . '/t/conformance';
my $httpd = new_lab;

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
