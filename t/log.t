# The witness itself: an unexpected line in an error log fails the test that was
# running, and nothing else does.
use strict;
use warnings;
use Site::Test;
use Site::Test::Log;
use Site::Test::Process qw(capture);
use Test::More;

my $path = scratch() . '/error_log';
my $time = '[Thu Nov 26 12:00:00.000000 2026]';

sub append {
    my ($file, @lines) = @_;
    open my $out, '>>', $file or die "$file: $!";
    print $out map { "$_\n" } @lines;
    close $out;
    return;
}

append($path, "$time [core:error] [pid 1:tid 1] of somebody before us");
my $log = Site::Test::Log->new($path);
is_deeply [$log->unexpected], [], 'what was there before is not ours';
append($path, "$time [site:notice] [pid 1:tid 1] SITE0070: x", "$time [site:info] [pid 1:tid 1] x", "$time [ssl:trace3] [pid 1:tid 1] x");
is_deeply [$log->unexpected], [], 'notices and what is below them are expected';
my @bad = ("$time [site:warn] [pid 1:tid 1] SITE0110: x", "$time [core:error] [pid 1:tid 1] AH00001: x", "$time [mpm_event:crit] [pid 1:tid 1] x",
    '==1==ERROR: AddressSanitizer: heap-use-after-free', 'mod_site.c:1: assertion failed');
append($path, @bad);
is_deeply [map { chomp; $_ } $log->unexpected], \@bad, 'warnings and worse are not, nor lines that are no log lines';
$log->expect(qr/SITE0110/, qr/AH00001|crit/);
is_deeply [map { chomp; $_ } $log->unexpected], [@bad[3, 4]], 'unless they are declared';

# A test of one line, with and without an error in the main server's log meanwhile.
sub outcome {
    my ($line) = @_;
    my $test = scratch() . '/inner.t';
    open my $out, '>', $test or die "$test: $!";
    print $out "use Site::Test; use Test::More;\nok 1;\n",
        defined $line ? "open my \$log, '>>', setting('error_log');\nprint \$log '$line', qq(\\n);\nclose \$log;\n" : '', "done_testing;\n";
    close $out;
    my ($status, $said) = capture($^X, (map { "-I$_" } @INC), $test);
    return ($status, $said);
}

my ($status) = outcome();
is $status, 0, 'a test that passes';
expect_log(qr/nobody expects this/);
($status, my $said) = outcome("$time [core:error] [pid 1:tid 1] nobody expects this");
is $status, 99, 'fails by a line in the log';
like $said, qr/Unexpected in the error log:.*nobody expects this/s, 'which it shows';

done_testing;
