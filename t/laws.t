# The laws: sites that nobody wrote, and what must hold of every one (t/laws; docs/development.md says how to run them for hours).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/laws";
use Laws::Server;
use Laws::Shrink;
use Laws::Site;
use Site::Test;
use Test::More;

# Defects that are known: [law, pattern of the kind, reason].
sub open_defects {
    open my $in, '<', root . '/t/laws/open.txt' or die "open.txt: $!";
    return map { [split ' ', $_, 3] } grep { /^[^#\s]/ } <$in>;
}

sub seconds {
    my ($number, $unit) = $_[0] =~ /^(\d+)([smh]?)$/ or die "SITE_LAWS_TIME: '$_[0]' is no time; 90s, 10m and 2h are\n";
    return $number * { '' => 1, s => 1, m => 60, h => 3600 }->{$unit};
}

my $server = Laws::Server->new;
# What PostgreSQL refused, and what Require did, or does not do for relations.
$_->expect_log(qr/SITE0120|AH01630|SITE0181/) for $server->servers;
my $seed = $ENV{SITE_LAWS_SEED} // 1;
my $fixed = $seed == 1 && !$ENV{SITE_LAWS_TIME} && !$ENV{SITE_LAWS_SITES};
my $many = $ENV{SITE_LAWS_SITES} // ($ENV{SITE_LAWS_TIME} ? 1_000_000_000 : 32);
my $end = time + seconds($ENV{SITE_LAWS_TIME} // '24h');
my @open = open_defects();
# How long to look for a smaller site that fails, for each of the first failures.
my $shrinks = 3;
my $shrinking = seconds($ENV{SITE_LAWS_SHRINK} // '60s');
my (%needed, $sites);

sub told { my ($failure) = @_; return "$failure->{law} $failure->{kind}: $failure->{address}\n    $failure->{why}\n", $failure->{sql} ? "    SQL: $failure->{sql}\n" : () }

# The rows of the twin that the site does not have, and the other way round.
sub twin_rows {
    my ($site) = @_;
    my @scripts = map { join '', map { Laws::Data::insert($_, @{ $_->{rows} }) =~ s/^ \(/INSERT INTO "$_->{name}" VALUES (/gmr } @{ $_->{tables} } } $site, $site->{twin};
    my @lines = map { +{ map { s/[,;]$//r => 1 } split /\n/ } } @scripts;
    return map { my ($own, $other, $sign) = @$_; map { "-- $sign $_\n" } grep { !$other->{$_} } sort keys %$own } [$lines[0], $lines[1], '-'], [$lines[1], $lines[0], '+'];
}

# Tells of the smallest site that fails in the same way.
sub tell_minimal {
    my ($site, $failure) = @_;
    ($site, $failure) = Laws::Shrink::shrink($site, $failure, $shrinking, sub { Laws::Site::breaks($server, $failure, @_) });
    diag("A small site that fails (from seed $site->{seed}):\n", told($failure), Laws::Data::script($site),
        $failure->{law} eq 'twins' ? ("-- The twin has other rows:\n", twin_rows($site)) : (), Laws::Config::text($site, setting('users')));
    return;
}

while ($many > 0 && time < $end) {
    my @sites = map { Laws::Site::generate($seed++) } 1 .. ($many < 16 ? $many : 16);
    $many -= @sites;
    $sites += @sites;
    my @failures = Laws::Site::judge($server, @sites);
    for my $i (0 .. $#sites) {
        my @new;
        for my $failure (@{ $failures[$i] }) {
            my ($known) = grep { $failure->{law} eq $open[$_][0] && $failure->{kind} =~ /^$open[$_][1]$/ } 0 .. $#open;
            defined $known ? $needed{$known}++ : push @new, $failure;
        }
        ok !@new, "seed $sites[$i]{seed}" or diag(map { told($_) } @new);
        diag(Laws::Data::script($sites[$i]), Laws::Config::text($sites[$i], setting('users'))) if @new && $ENV{SITE_LAWS_SHOW};
        tell_minimal($sites[$i], $new[0]) if @new && $shrinking && $shrinks-- > 0;
    }
}
$server->hang_up;
if ($fixed) {
    ok $needed{$_}, "$open[$_][0] $open[$_][1] is still open; else remove it from t/laws/open.txt" for 0 .. $#open;
}
my $share = $server->{asked} ? int 100 * $server->{reached} / $server->{asked} : 0;
# Laws about lists that are empty would hold of anything.
cmp_ok $share, '>=', 75, 'at least three of four lists have rows' if $sites >= 16;
diag "$sites sites, $server->{requests} requests; $server->{reached} of $server->{asked} lists have rows ($share %)";
done_testing;
