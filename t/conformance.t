# Replays the open corpus of recorded answers (t/conformance/) against the main
# server, strictly. t/conformance/open.txt lists what is not answered the same
# yet; the list can only get shorter: a case that is not in it must be identical,
# and a case in it that is identical fails this test until it is taken off.
use strict;
use warnings;
use JSON::PP ();
use Site::Test;
use Test::More;

my $folder = root . '/t/conformance';

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!";
    local $/;
    return <$file>;
}

my $cases = JSON::PP::decode_json(slurp("$folder/cases-open.json"));
my %group = map { $_->{id} => $_->{group} } @$cases;

# Lines of open.txt: `ID reason`, or `group:NAME reason` for a whole group that
# nothing answers yet (its cases are not sent: they write, and a write that goes
# wrong half way would spoil the next one).
my (%open, %closed_group);
for my $line (split /\n/, slurp("$folder/open.txt")) {
    next if $line =~ /^\s*(#|$)/;
    my ($id, $reason) = $line =~ /^(\S+)\s+(\S.*)$/ or die "open.txt: no reason: $line";
    if ($id =~ s/^group://) {
        $closed_group{$id} = $reason;
    }
    else {
        $open{$id} = $reason;
    }
}
my %known_group = map { $_ => 1 } values %group;
is_deeply [grep { !$group{$_} } sort keys %open], [], 'open.txt names cases that exist';
is_deeply [grep { !$known_group{$_} } sort keys %closed_group], [], 'and groups that exist';
is_deeply [grep { $closed_group{ $group{$_} // '' } } sort keys %open], [], 'none of them twice';

my %writes = map { $_->{group} => 1 } grep { $_->{write} } @$cases;
my $said = scratch() . '/compare.txt';

# Replays groups; the differences of each case.
sub replay {
    my ($port, $groups, @more) = @_;
    my $result = scratch() . '/result.json';
    unlink $result;
    system('sh', '-c', 'exec python3 "$@" >"$0" 2>&1', $said, "$folder/compare.py", "http://127.0.0.1:$port", "$folder/cases-open.json",
        "$folder/golden-open.json", '--strict', '--group', join(',', @$groups), '--json', $result, @more);
    return -e $result ? JSON::PP::decode_json(slurp($result)) : {};
}
my @groups = grep { !$closed_group{$_} } sort keys %known_group;
my $differences = replay(port, [grep { !$writes{$_} } @groups]);

# Cases that write each find the database as it was at the start: a copy, with a
# server of its own, whose connections every new copy breaks.
cluster->sql('postgres', 'DROP DATABASE IF EXISTS pristine', 'CREATE DATABASE pristine');
cluster->load('pristine', root . '/website/database/load.sql', dir => root . '/website/database');
cluster->copy_database('pristine', 'conformance');
my $httpd = new_httpd('writes', database => cluster->conninfo('conformance'));
$httpd->expect_log(qr/AH0161[78]|AH01630|SITE00[0-9]{2}|terminating connection/);
$httpd->start;
my $command = cluster->copy_command('pristine', 'conformance');
$differences = { %$differences, %{ replay($httpd->port, [grep { $writes{$_} } @groups], '--reset', $command) } };

my (@lost, @gained, $same);
for my $id (sort keys %$differences) {
    my @different = @{ $differences->{$id} };
    $same++ if !@different;
    push @lost, "$id: $different[0]" if @different && !$open{$id};
    push @gained, $id if !@different && $open{$id};
}
# SITE_RATCHET=1 takes off the list what need not stand in it; it never adds.
if (@gained && $ENV{SITE_RATCHET}) {
    my %gained = map { $_ => 1 } @gained;
    my $text = join '', grep { !$gained{ (split)[0] // '' } } map { "$_\n" } split /\n/, slurp("$folder/open.txt");
    open my $file, '>', "$folder/open.txt" or die "open.txt: $!";
    print $file $text;
    close $file;
    diag 'taken off the list: ', scalar @gained;
    delete @open{@gained};
    @gained = ();
}
is scalar(@lost), 0, 'every case that is not listed as open is identical'
    or diag join "\n", @lost > 30 ? (@lost[0 .. 29], '...') : @lost;
is scalar(@gained), 0, 'no case that is identical is still listed as open'
    or diag 'take off (SITE_RATCHET=1 does): ', join ' ', @gained;
is_deeply [grep { !$differences->{$_} } sort keys %open], [], 'every listed case was replayed';
cmp_ok scalar(keys %$differences), '>', 0, 'cases were replayed' or diag slurp($said);
diag sprintf '%d of %d cases identical, %d replayed', $same // 0, scalar(@$cases),
    scalar keys %$differences;

done_testing;
