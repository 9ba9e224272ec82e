# A table whose only section is internal has no addresses, not even under its own name, and its hides hold wherever it is seen.
use strict;
use warnings;
use Site::Test;
use Test::More;

my $data = 'internal';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
cluster->sql($data, <<'SQL');
CREATE TABLE account (id int PRIMARY KEY, username text NOT NULL UNIQUE, password text NOT NULL);
CREATE TABLE post (id int PRIMARY KEY, author_id int NOT NULL REFERENCES account, title text NOT NULL);
CREATE TABLE plain (id int PRIMARY KEY, author_id int NOT NULL REFERENCES account);
INSERT INTO account VALUES (1, 'ada', 'pbkdf2$hash');
INSERT INTO post VALUES (1, 1, 'Notes');
INSERT INTO plain VALUES (1, 1);
GRANT SELECT ON ALL TABLES IN SCHEMA public TO site;
SQL
my $httpd = new_httpd('internal', database => cluster->conninfo($data), site => new_site('internal', <<'CONF'))->start;
SiteMethods GET OPTIONS
<SiteResource person>
    SiteTable account
    SiteInternal On
    SiteHide password
    SiteLabel username
</SiteResource>
<SiteResource post>
    SiteRelation author target=person show=nested
    SiteStrict On
</SiteResource>
CONF
my $client = $httpd->client;
my @html = (Accept => 'text/html');

is $client->status("/api/$_"), 404, "$_ has no address" for qw(account/ account/1/ account.json person/ person/1/);
is_deeply [sort keys %{ $client->get('/api/')->{json} }], [qw(plain post)], 'the root lists neither';
is_deeply $client->get('/api/post/1/')->{json}{author}, { id => 1, username => 'ada' }, 'a relation shows it by the section';
is $client->get("/api/post/?author__password__startswith=p$_")->{status}, 400, "what the section hides is no filter$_" for '', 'b';
for my $path (qw(/api/post/ /api/post/1/ /api/plain/ /api/plain/1/ /api/openapi.json /sitemap.xml)) {
    for my $headers ([], [@html]) {
        my $answer = $client->get($path, @$headers);
        unlike $answer->{body}, qr/password|pbkdf2/, "$path (@$headers): hidden";
        unlike $answer->{body}, qr{/api/account/}, "$path (@$headers): no link to an address that is none";
    }
}
unlike $client->request('OPTIONS', '/api/post/')->{body}, qr/password/, 'OPTIONS: hidden';
$httpd->stop;
cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
