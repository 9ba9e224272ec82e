# t/bench/run goes on where the site that is compared with does not know an address, and says so.
use strict;
use warnings;
use Site::Test;
use Site::Test::Process qw(capture run);
use Test::More;

my ($build) = setting('module') =~ m{^(.*)/[^/]*$};
run('cmake', '--build', $build, '--target', 'mod_ok', '--', '--quiet');
my ($status, $said) = do {
    # The test server is the site that is compared with: it has no address below /cursor.
    local @ENV{qw(SITE_BUILD SITE_ORACLE SITE_BENCH_ONLY SITE_BENCH_ROUNDS SITE_BENCH_SECONDS SITE_BENCH_CONNECTIONS)} =
        ($build, 'http://127.0.0.1:' . port, '^(?:first cursor page|one row)$', 1, 1, 2);
    capture(root . '/t/bench/run');
};
is $status, 0, 'it ends well' or diag $said;
my ($row, $page) = map { $said =~ m{^\Q$_\E: (.*?)(?:^$|\z)}ms ? $1 : '' } 'one row', 'first cursor page';
like $row, qr{^  the replaced site +\d+/s   mod_site is [\d.]+ of it}m, 'an address that the other site has is compared';
like $page, qr{^  the replaced site answers 404 here and is left out$}m, 'one that it does not have is left out';
like $page, qr{^  Apache saying ok +\d+/s   mod_site is [\d.]+ of it}m, '... and the others are compared';
unlike $page, qr{^  the replaced site +\d}m, '... alone';
done_testing;
