# Programs that the tests start share the clock of the tests, also under t/with-clock. Days and times that the database
# takes from the clock are those of the resource's time zone, wherever the machine is.
use strict;
use warnings;
use POSIX qw(strftime);
use Site::Test;
use Site::Test::Process qw(run);
use Site::Test::Users qw(basic);
use Test::More;

# Whether the time (in seconds) that WORK returns is one at which it ran.
sub tells_now {
    my ($name, $work) = @_;
    my ($from, $told, $to) = (time, $work->(), time);
    ok $told >= $from - 1 && $told <= $to, $name or diag "$told is not between $from and $to";
    return;
}

# The seconds of a date as date(1) reads it.
sub seconds { return 0 + run('date', '-d', $_[0], '+%s') }

if (my $clock = $ENV{SITE_CLOCK}) {
    my $since = time - seconds($clock);
    ok $since >= 0 && $since < 7200, "the clock was set to $clock" or diag "$since s ago";
}
tells_now('a program that a test starts has the time of the test', sub { seconds('now') });
tells_now('so has PostgreSQL', sub { cluster->sql('sky', 'SELECT floor(extract(epoch FROM clock_timestamp()))') });
tells_now('and Apache', sub { seconds(client->get('/api/')->{headers}{date}) });

# --- a day that the database takes from the clock --------------------------------------------------------------------
cluster->sql('postgres', 'DROP DATABASE IF EXISTS diary WITH (FORCE)', 'CREATE DATABASE diary');
cluster->sql('diary', 'CREATE TABLE note (id int PRIMARY KEY, day date NOT NULL DEFAULT CURRENT_DATE, at timestamptz NOT NULL DEFAULT now())',
    'GRANT SELECT, INSERT ON note TO site');
my $httpd = new_httpd('diary', database => cluster->conninfo('diary'), site => new_site('diary', <<'CONF'));
SiteMethods GET POST
<SiteResource utc>
    SiteTable note
</SiteResource>
<SiteResource east>
    SiteTable note
    SiteTimeZone Pacific/Kiritimati
</SiteResource>
<SiteResource west>
    SiteTable note
    SiteTimeZone Pacific/Pago_Pago
</SiteResource>
CONF
$httpd->serve;
my $id = 0;
for my $zone (['utc', 0, 'Z'], ['east', 14, '+14:00'], ['west', -11, '-11:00']) {
    my ($name, $hours, $offset) = @$zone;
    my $answer;
    my $from = time;
    tells_now("$name: a time that is now", sub {
        $answer = $httpd->client->request('POST', "/api/$name/", { basic('editor'), 'Content-Type' => 'application/json' },
            sprintf('{"id": %d}', ++$id));
        return seconds($answer->{json}{at});
    });
    is $answer->{status}, 201, "$name: stored";
    like $answer->{json}{at}, qr/^[\dT:.-]+\Q$offset\E$/, '... with the offset of its zone';
    my %day = map { strftime('%Y-%m-%d', gmtime($_ + 3600 * $hours)) => 1 } $from, time;
    ok $day{ $answer->{json}{day} // '' }, '... and the day of its zone' or diag $answer->{body};
}
done_testing;
