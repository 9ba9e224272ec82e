# Writers at the same time: who wins, what is left of the others, and what is left of a writer that is killed.
use strict;
use warnings;
use JSON::PP ();
use POSIX ();
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;
use Time::HiRes qw(sleep time);

cluster->sql('postgres', 'DROP DATABASE IF EXISTS races WITH (FORCE)', 'CREATE DATABASE races');
cluster->load('races', root . '/t/schema/write.sql');
cluster->load('races', root . '/website/database/mod_site.sql');
my $users = setting('users');
my $httpd = new_httpd('races', database => cluster->conninfo('races'), site => new_site('races'), config => <<"CONF");
<Location "/shop">
    SetHandler site
    SiteSchema public
    SiteMethods GET POST PUT PATCH DELETE OPTIONS
    SiteBasicProvider file
    AuthUserFile $users/passwords
    SiteIdempotency 1h
    SiteStatementTimeout 20s
    Require all granted
    <SiteResource part>
        SiteRelation labels target=label via=part_label show=key
    </SiteResource>
    <SiteResource cheap>
        SiteKey id
    </SiteResource>
    <SiteResource maker>
        SiteTable maker
    </SiteResource>
    <SiteResource hasty>
        SiteTable maker
        SiteStatementTimeout 2s
    </SiteResource>
</Location>
CONF
$httpd->expect_log(qr/SITE0120|SITE0052/);
$httpd->start;
my $json = JSON::PP->new->utf8->canonical;
my $writers = 16;

# WRITERS processes that each send one request at the same moment; returns the statuses.
sub together {
    my ($request) = @_;
    my $start = time + 0.3;
    my @pipes;
    for my $number (1 .. $writers) {
        my $pid = open(my $pipe, '-|') // die "fork: $!";
        if (!$pid) {
            my $client = $httpd->client(timeout => 60);
            my ($method, $path, $headers, $body) = $request->($number);
            sleep($start - time) if $start > time;
            my $answer = $client->request($method, $path,
                { basic('editor'), 'Content-Type' => 'application/json', %$headers }, $json->encode($body));
            print "$answer->{status} ", $answer->{body} =~ s/\n/ /gr, "\n";
            close STDOUT;
            POSIX::_exit(0);
        }
        push @pipes, $pipe;
    }
    return map { my $line = <$_> // '0'; close $_; chomp $line; $line } @pipes;
}
sub counts { my %count; $count{ (split)[0] }++ for @_; return join ', ', map { "$_: $count{$_}" } sort keys %count }
sub db { return cluster->sql('races', @_) }

my $client = $httpd->client;
my $losers = $writers - 1;
for my $round (1 .. 5) {
    my $tag = $client->get('/shop/account/1/')->{headers}{etag};
    my @statuses = together(sub { ('PATCH', '/shop/account/1/', { 'If-Match' => $tag }, { balance => 1000 * $round + $_[0] }) });
    is counts(@statuses), "200: 1, 412: $losers", "round $round: one writer of a row that all know";
}
for my $round (1 .. 5) {
    my $tag = $client->get('/shop/part/1/')->{headers}{etag};
    my $label = db("INSERT INTO label (word) VALUES ('round $round') RETURNING id");
    my @statuses = together(sub { ('PATCH', '/shop/part/1/', { 'If-Match' => $tag }, { labels => [$label] }) });
    is counts(@statuses), "200: 1, 412: $losers", "round $round: also when only a related row changes";
}
my $cheap = db("INSERT INTO part (name, price) VALUES ('cheap', 1) RETURNING id");
for my $round (1 .. 3) {
    my $tag = $client->get("/shop/cheap/$cheap/")->{headers}{etag};
    my @statuses = together(sub { ('PATCH', "/shop/cheap/$cheap/", { 'If-Match' => $tag }, { price => $round + $_[0] / 100 }) });
    is counts(@statuses), "200: 1, 412: $losers", "round $round: also in a view, whose rows cannot be locked" or diag @statuses;
}
for my $round (1 .. 3) {
    my @answers = together(sub { ('POST', '/shop/maker/', { 'Idempotency-Key' => "key $round" }, { code => "c$round", name => "Maker $round" }) });
    is counts(@answers), "201: $writers", "round $round: one key, one answer for all";
    my %different = map { $_ => 1 } @answers;
    is scalar(keys %different), 1, '... the same one';
    is db("SELECT count(*) FROM maker WHERE code = 'c$round'"), 1, '... and one row';
}
is counts(together(sub { ('POST', '/shop/maker/', {}, { code => 'race', name => "Race $_[0]" }) })), "201: 1, 400: $losers",
    'one of those who want the same key gets it, the others are told so';

# Two rows, each referring to the other one, written in both orders: deadlocks are tried again.
db('CREATE FUNCTION cross_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN PERFORM pg_sleep(0.01);'
    . ' PERFORM 1 FROM account WHERE id = 5 - new.id FOR UPDATE; RETURN new; END $$',
    'CREATE TRIGGER cross_update AFTER UPDATE ON account FOR EACH ROW WHEN (new.id IN (2, 3)) EXECUTE FUNCTION cross_update()',
    "ALTER ROLE site SET deadlock_timeout = '50ms'");
$writers = 4;
my @statuses = together(sub { ('PATCH', '/shop/account/' . (2 + $_[0] % 2) . '/', {}, { balance => $_[0] + 20 }) });
is counts(@statuses), '200: 4', 'deadlocks are nobody\'s error' or diag @statuses;
db('DROP TRIGGER cross_update ON account', 'ALTER ROLE site RESET deadlock_timeout');

# Attempts share the time of one statement. A sequence counts them: it is not rolled back.
db('CREATE SEQUENCE attempts',
    'CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$ BEGIN'
    . " PERFORM nextval('attempts'), pg_sleep(1.2); RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END \$\$",
    'CREATE TRIGGER conflict BEFORE INSERT ON maker FOR EACH ROW EXECUTE FUNCTION conflict()');
is counts(together(sub { ('POST', '/shop/hasty/', {}, { code => "h$_[0]", name => 'Hasty' }) })), "503: $writers",
    'what conflicts every time is given up';
my $busy = $httpd->client->request('POST', '/shop/hasty/', { basic('editor'), 'Content-Type' => 'application/json' }, '{"code":"h0","name":"Hasty"}');
is "$busy->{status} $busy->{body}", '503 {"detail":"The database is busy. Try again later."}', '... because others were in the way';
is $busy->{headers}{'retry-after'}, 1, '... with Retry-After';
cmp_ok db('SELECT last_value FROM attempts'), '<=', 2 * ($writers + 1), '... before its second attempt takes more than the rest of the time';
db('DROP TRIGGER conflict ON maker');

# A backend that is killed in the middle.
db('CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN new; END $$',
    'CREATE TRIGGER slow BEFORE INSERT ON part_label FOR EACH ROW EXECUTE FUNCTION slow()');
my $before = db('SELECT count(*) FROM part');
my $pid = fork // die "fork: $!";
if (!$pid) {
    my $killed = '';
    for (1 .. 100) {
        sleep 0.05;
        $killed = cluster->sql('postgres', q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity)
            . q( WHERE query LIKE 'INSERT INTO "public"."part_label"%' AND wait_event = 'PgSleep'));
        last if $killed eq 't';
    }
    POSIX::_exit($killed eq 't' ? 0 : 1);
}
my $label = db('SELECT id FROM label LIMIT 1');
my $answer = $client->request('POST', '/shop/part/', { basic('editor'), 'Content-Type' => 'application/json' },
    $json->encode({ name => 'half', labels => [$label] }));
waitpid $pid, 0;
is $?, 0, 'a backend is killed between a row and its related ones';
is db('SELECT count(*) FROM part') - $before, $answer->{status} == 201 ? 1 : 0, "... all ($answer->{status}) or nothing";
is db("SELECT count(*) FROM part p WHERE name = 'half' AND NOT EXISTS (SELECT 1 FROM part_label l WHERE l.part = p.id)"), 0,
    'no row without its related ones';
is $client->status('/shop/part/1/'), 200, 'the server goes on';

done_testing;
