# What nobody should send: each of it is answered in a moment, by a status and a body that say what is wrong, and leaves
# nothing behind.
use strict;
use warnings;
use JSON::PP ();
use Site::Test;
use Test::More;
use Time::HiRes ();

sub ask {
    my ($path) = @_;
    my $from = Time::HiRes::time();
    my $answer = client->get($path);
    my $short = length $path > 60 ? substr($path, 0, 60) . '...' : $path;
    cmp_ok Time::HiRes::time() - $from, '<', 5, "$short: in time";
    return ($answer, $short);
}

sub refused {
    my ($path, $field, $message) = @_;
    my ($answer, $short) = ask($path);
    is $answer->{status}, 400, "$short: refused" or diag substr $answer->{body}, 0, 300;
    my $said = ref $answer->{json} eq 'HASH' ? $answer->{json}{$field} : ref $answer->{json} eq 'ARRAY' ? $answer->{json} : undef;
    $said = $said->[0] if ref $said eq 'ARRAY';
    like ref $said ? JSON::PP->new->encode($said) : $said // '', $message, "$short: and told why" or diag substr $answer->{body}, 0, 300;
    return;
}

sub found {
    my ($path, $count) = @_;
    my ($answer, $short) = ask($path);
    is $answer->{status}, 200, "$short: answered" or diag substr $answer->{body}, 0, 300;
    is $answer->{json}{count}, $count, "$short: $count rows";
    return;
}

# --- bytes that are no text -------------------------------------------------------------------------------------------
refused('/api/stars/?name=%00', 'name', qr/^Null characters are not allowed\.$/);
refused('/api/stars/?name__in=a,b%00', 'name__in', qr/^Null characters are not allowed\.$/);
refused('/api/stars/?constellation__name=a%00b', 'constellation__name', qr/^Null characters are not allowed\.$/);
refused('/api/stars/?filters=(name%3Da%2500)', 'filters', qr/Null characters are not allowed\./);
found('/api/stars/?na%00me=x&hd=48915', 1);
found("/api/stars/?name=$_", 0) for '%FF', '%C3', '%ED%A0%80', '%F4%90%80%80', '%C0%80', '%80%80';
found("/api/stars/?$_=x&hd=48915", 1) for '%FF', '%C3%28', '%', '%G1', '%%%';
found('/api/stars/?search=%FF', 0);
# The Django site's search drops them.
found('/api/stars/?search=%00Sir%00ius%00', client->get('/api/stars/?search=Sirius')->{json}{count});
is client->get("/api/stars/?ordering=$_&hd=48915")->{status}, 200, "an ordering of $_" for '%FF', '%00', ',', '-', '--id', '-' x 5000;
is client->status("/api/stars/$_/"), 404, "a key of $_" for '%FF', '1e400', '9' x 400, '-', '0x10', '%EF%BC%91x';
is client->get("/api/stars/?page=$_")->{status}, 404, "page $_" for '%FF', '%00', '9' x 400, '-1', '1e3', '0x1';

# --- numbers beyond what a column holds, or anybody ------------------------------------------------------------------------
found("/api/stars/?hd=$_", 0) for '99999999999999999999', '-99999999999999999999', '1e20', '1e-400', '0.5';
found("/api/stars/?hd__gt=$_", 0) for '99999999999999999999', '1e50';
refused("/api/stars/?hd=$_", 'hd', qr/^Ensure this value is less than or equal to 1e\+50\.$/) for '1e51', '9' x 400, '1e400', '1e999999999';
refused("/api/stars/?hd=$_", 'hd', qr/^Enter a number\.$/) for 'NaN', 'Infinity', '-inf', '1_0e', '0x10', '--1', '1e', '.', '1,5', "\x{31}%00";
refused("/api/observations/?observed_at__year=$_", 'observed_at__year', qr/\S/) for '0', '10000', '-1', '1e9';
refused("/api/observations/?observed_at=$_", 'observed_at', qr/^Enter a valid date\/time\.$/)
    for '10000-01-01T00:00:00', '2024-02-30T00:00:00', '2024-01-01T24:00:01', '2024-13-01T00:00:00', '9' x 400;

# --- too deep, too many, too long ----------------------------------------------------------------------------------------------
refused('/api/stars/?filters=' . '(' x 7000, 'filters', qr/Unable to parse querystring/);
refused('/api/stars/?filters=' . '~' x 7000, 'filters', qr/Unable to parse querystring/);
refused('/api/stars/?filters=' . '(hd%3D1)|' x 700 . '(hd%3D1)', 'filters', qr/at most \d+ conditions/);
refused('/api/stars/?' . join('&', map { "id__gt!=$_" } 1) . '&filters=' . '(id%3D1)%26' x 700 . '(id%3D1', 'filters', qr/\S/);
like client->get('/api/observers/?' . 'mentor__' x $_ . 'name=x')->{body}, qr/^\{"[a-z_]+":\["A parameter may cross at most 8 relations/, "$_ relations"
    for 9, 100, 900;
refused('/api/stars/?hd__in=' . join(',', 1 .. 1600), 'hd__in', qr/at most \d+ values/);
refused('/api/stars/?search=' . 'a+' x 3900, 'search', qr/at most \d+/);
found('/api/stars/?' . join('&', map { 'unknown=1' } 1 .. 800) . '&hd=48915', 1);
my ($long, $short) = ask('/api/stars/?name=' . 'x' x 1_048_576);
is $long->{status}, 414, "$short: httpd's own refusal of a megabyte";

# --- and nothing is left of it ---------------------------------------------------------------------------------------------------
found('/api/stars/?hd=48915', 1);
done_testing;
