# What the layout promises: the module knows nothing of the demo, the layers see
# only what is below them, files stay small enough to read.
use strict;
use warnings;
use File::Find;
use Site::Test;
use Test::More;

my $root = root;

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!";
    local $/;
    return <$file>;
}

sub files {
    my ($folder, $pattern) = @_;
    return if !-d "$root/$folder";
    my @found;
    find({ no_chdir => 1, wanted => sub { push @found, $_ if -f && /$pattern/ } }, "$root/$folder");
    return sort @found;
}

sub relative { my ($path) = @_; return $path =~ s{^\Q$root\E/}{}r }

# --- no name of the demo in mod_site/ -------------------------------------------
# Table names, and columns that no other schema would have, singular and plural.
# `tag` is an everyday word of C comments; as a table it is too general to judge.
my $schema = slurp("$root/website/database/schema.sql");
my %name = map { $_ => 1 } grep { $_ ne 'tag' } $schema =~ /^CREATE TABLE (\w+)/mg;
# (The sky itself is a projection that any catalogue of positions can be drawn in.)
$name{$_} = 1 for qw(magnitude designation parallax seeing);
my $names = join '|', map { my $y = $_; $y =~ s/y$/(?:y|ies)/ ? $y : /s$/ ? "$_(?:es)?" : "${_}s?" } sort keys %name;
my @named;
# What is of others is theirs (mod_site/assets/docs/README.md).
my @module = grep { !m{/assets/docs/(?:swagger-ui|LICENSE|NOTICE)} } files('mod_site', qr/./);
for my $path (@module) {
    my $line = 0;
    for (split /\n/, slurp($path)) {
        $line++;
        push @named, relative($path) . ":$line: $_" if /(?<![a-z])(?:$names)(?![a-z])/i;
    }
}
is scalar(@named), 0, 'no name of the demo occurs in mod_site/' or diag join "\n", @named;
cmp_ok scalar(@module), '>', 0, 'and there is something in it';

# --- layers ---------------------------------------------------------------------
my %forbidden = (
    core => qr{^\s*#\s*include\s*["<](?:http\w*\.h|ap_\w+\.h|mod_\w+\.h|util_\w+\.h|libpq|pg_config|postgres|db/|httpd/)},
    db   => qr{^\s*#\s*include\s*["<](?:http\w*\.h|ap_\w+\.h|mod_\w+\.h|util_\w+\.h|httpd/)},
);
for my $layer (sort keys %forbidden) {
    my @wrong;
    for my $path (files("mod_site/$layer", qr/\.(?:[ch]|cc)$/)) {
        push @wrong, map { relative($path) . ": $_" } grep { $_ =~ $forbidden{$layer} } split /\n/, slurp($path);
    }
    is scalar(@wrong), 0, "mod_site/$layer includes only what is below it" or diag join "\n", @wrong;
}

# --- size, and what a commit must not hold ---------------------------------------
my @long = map { my $n = () = slurp($_) =~ /\n/g; $n > 650 ? relative($_) . ": $n lines" : () }
    @module, files('t', qr/\.(?:[cht]|pm)$/), "$root/build.sh";
is scalar(@long), 0, 'no file has more than 650 lines' or diag join "\n", @long;

# --- what the documents point to is there ------------------------------------------
# GitHub's name of a heading.
sub anchors { return map { lc =~ s/[^\w\- ]//gr =~ s/ /-/gr } slurp($_[0]) =~ /^#+ (.*)$/mg }

my @lost;
for my $path ("$root/README.md", files('docs', qr/\.md$/), files('website', qr/\.md$/)) {
    for my $link (slurp($path) =~ /\]\(([^)\s]+)\)/g) {
        next if $link =~ /^\w+:/;
        my ($file, $anchor) = split /#/, $link, 2;
        my $target = $file eq '' ? $path : $path =~ s{[^/]+$}{$file}r;
        push @lost, relative($path) . ": $link"
            if !-e $target || (defined $anchor && $target =~ /\.md$/ && !grep { $_ eq $anchor } anchors($target));
    }
}
is scalar(@lost), 0, 'every link of the documents leads somewhere' or diag join "\n", @lost;

# Spelled so that this file does not find itself.
my $todo = join '|', 'TO' . 'DO', 'FIX' . 'ME', 'X' . 'XX';
my @unfinished = grep { slurp($_) =~ /\b(?:$todo)\b/ }
    @module, files('t', qr/\.(?:[cht]|pm)$/), files('apache-conf', qr/./), "$root/build.sh";
is scalar(@unfinished), 0, 'nothing is marked as unfinished' or diag map { relative($_) . "\n" } @unfinished;

# The module record alone is visible in mod_site.so.
my $symbols = qx{nm -D --defined-only '@{[setting('module')]}'};
is_deeply [$symbols =~ /^\S+ [A-Z] (\S+)$/mg], ['site_module'], 'mod_site.so exports its record alone';
my $undefined = qx{nm -D --undefined-only '@{[setting('module')]}'};
is_deeply [$undefined =~ /\b(site_\w+)/g], [], 'and wants nothing of its own name';

done_testing;
