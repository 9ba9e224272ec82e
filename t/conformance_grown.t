# Replays the grown corpus (t/conformance/generate.py: every attribute, lookup and kind of value, over relations, negated,
# combined) against the main server, strictly. What differs on purpose stands in t/conformance/grown-exceptions.txt.
use strict;
use warnings;
use Site::Test;
use Test::More;

my $folder = root . '/t/conformance';
my $output = scratch() . '/replay.txt';
my $status = system "python3 '$folder/replay.py' 'http://127.0.0.1:@{[port]}' > '$output' 2>&1";
open my $file, '<', $output or die "$output: $!";
my @lines = <$file>;
close $file;
my ($cases) = ($lines[-1] // '') =~ /^(\d+) cases/;
cmp_ok $cases // 0, '>', 3000, 'more than 3,000 recorded answers';
is $status, 0, 'and each is given' or diag @lines > 30 ? (@lines[0 .. 29], "...\n", $lines[-1]) : @lines;
done_testing;
