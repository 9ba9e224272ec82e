# What a database holds for its own software only is not exposed until a directive names it.
use strict;
use warnings;
use Site::Test;
use Test::More;

my $data = 'withheld';
cluster->sql('postgres', "DROP DATABASE IF EXISTS $data WITH (FORCE)", "CREATE DATABASE $data");
cluster->sql($data, <<'SQL');
CREATE TABLE auth_user (id int PRIMARY KEY, username text NOT NULL, password text NOT NULL);
CREATE TABLE django_session (session_key text PRIMARY KEY, session_data text NOT NULL);
CREATE TABLE invitation (token uuid PRIMARY KEY, mail text);
CREATE TABLE member (id int PRIMARY KEY, name text NOT NULL, password_hash text, token_count int, api_key uuid,
    user_id int REFERENCES auth_user);
CREATE TABLE release (id int PRIMARY KEY, name text NOT NULL, file_hash text, member_id int NOT NULL REFERENCES member);
CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL, api_token text NOT NULL UNIQUE);
CREATE TABLE visit (id int PRIMARY KEY, person_token text REFERENCES person (api_token), place text);
CREATE TABLE badge (id int PRIMARY KEY, owner text REFERENCES person (api_token), invitation_id uuid REFERENCES invitation);
INSERT INTO auth_user VALUES (1, 'ada', 'hidden-text');
INSERT INTO django_session VALUES ('hidden-text', 'hidden-text');
INSERT INTO invitation VALUES ('00000000-0000-0000-0000-00000000beef', 'hidden-text');
INSERT INTO member VALUES (1, 'Ada', 'hidden-text', 3, '00000000-0000-0000-0000-00000000beef', 1);
INSERT INTO release VALUES (1, 'One', 'shown-text', 1);
INSERT INTO person VALUES (1, 'Eve', 'hidden-text'), (2, 'Joe', 'hidden-too');
INSERT INTO visit VALUES (1, 'hidden-text', 'here'), (2, 'hidden-too', 'there'), (3, NULL, 'there');
INSERT INTO badge VALUES (1, 'hidden-text', '00000000-0000-0000-0000-00000000beef');
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO site;
SQL

sub serve {
    my ($api, $name) = (@_, 'withheld');
    return new_httpd($name, database => cluster->conninfo($data), site => new_site($name, $api));
}
my $httpd = serve("SiteMethods GET OPTIONS\n<SiteResource release>\nSiteRelation member show=nested\n</SiteResource>\n");
$httpd->start;
my $client = $httpd->client;

# A row without its address.
sub row { my ($path) = @_; my $row = $client->get($path)->{json}; delete $row->{url}; return $row }

is_deeply [sort keys %{ $client->get('/api/')->{json} }], [qw(badge member person release visit)], "Django's tables and those with a secret as key are no resources";
is $client->status("/api/$_/"), 404, "... $_ has no address" for qw(auth_user django_session invitation);
is_deeply row('/api/member/1/'), { id => 1, name => 'Ada', token_count => 3, user_id => 1 },
    'columns that look like secrets are not shown';
is_deeply [sort keys %{ row('/api/release/1/') }], [qw(id member name)], '... nor in a section that does not name them';
for my $path ('/api/member/', '/api/member/1/', '/api/release/', '/api/release/1/', '/api/openapi.json', '/sitemap.xml', '/api/member/?search=hidden') {
    for my $accept ('application/json', 'text/html') {
        unlike $client->get($path, Accept => $accept)->{body}, qr/hidden-text|beef|password_hash|api_key|file_hash|auth_user|invitation\//, "$path as $accept tells nothing of them";
    }
}
# A foreign key to a secret holds the secret, whatever it is called.
is_deeply row('/api/visit/1/'), { id => 1, place => 'here' }, 'a foreign key to a secret is not shown';
is_deeply row('/api/badge/1/'), { id => 1 }, '... under an innocent name, and where the table is left out, too';
for my $path (map { my $table = $_; map { "/api/$table/$_" } '', '1/', '?ordering=owner', '?ordering=-person_token' } qw(visit badge person)) {
    for my $accept ('application/json', 'text/html') {
        unlike $client->get($path, Accept => $accept)->{body}, qr/hidden-t|beef/, "$path as $accept tells nothing of it";
    }
}
sub count_of { my ($query) = @_; return $client->get("/api/visit/?$query")->{json}{count} }
is count_of("$_=hidden-text"), count_of("$_=zero"), "$_ is no filter" for map { "person_token$_" } '', qw(__gt __lt __in __api_token __api_token__gt);
is count_of('person_token__isnull=true'), 1, 'whether there is one is';
is $client->get('/api/visit/?person_token__name=Eve')->{json}{count}, 1, 'what is public over it is a filter';
unlike $client->request('OPTIONS', '/api/member/')->{body}, qr/password|api_key/, 'nor does OPTIONS';
is_deeply [map { $client->get("/api/release/?file_hash__startswith=$_")->{json}{count} } qw(shown other)], [1, 1], 'they are no filter';
is $client->get('/api/member/?ordering=password_hash')->{status}, 200, 'nor an ordering';
my ($told) = grep { /SITE0180/ } $httpd->log->lines;
like $told // '', qr/\bauth_user\b.*\bdjango_session\b.*\binvitation\b/, 'the log names the tables';
like $told // '', qr/\Q$_\E/, "... and $_" for qw(member.password_hash member.api_key release.file_hash person.api_token visit.person_token badge.owner badge.invitation_id);
unlike $told // '', qr/token_count/, '... and nothing else';
$httpd->stop;

# --- named, they are exposed -----------------------------------------------------------------
$httpd = serve(<<'CONF');
<SiteResource users>
    SiteTable auth_user
    SiteAttributes id username
</SiteResource>
<SiteResource invitation>
</SiteResource>
<SiteResource member>
    SiteAttribute api_key label="Public key"
    SiteHide password_hash
</SiteResource>
<SiteResource release>
    SiteAttributes id name file_hash
</SiteResource>
<SiteResource visit>
    SiteRelation person_token
</SiteResource>
<SiteResource badge>
    SiteAttribute owner label="Token"
</SiteResource>
CONF
$httpd->start;
$client = $httpd->client;
is_deeply row('/api/users/1/'), { id => 1, username => 'ada' }, 'a section exposes a table';
is $client->get('/api/invitation/')->{json}{results}[0]{token}, '00000000-0000-0000-0000-00000000beef', '... with its key';
is $client->get('/api/member/1/')->{json}{api_key}, '00000000-0000-0000-0000-00000000beef', 'SiteAttribute exposes a column';
ok !exists $client->get('/api/member/1/')->{json}{password_hash}, '... and SiteHide does not';
is $client->get('/api/release/1/')->{json}{file_hash}, 'shown-text', 'SiteAttributes, too';
is $client->get('/api/visit/1/')->{json}{person_token}, 'hidden-text', 'SiteRelation exposes a foreign key to a secret';
is_deeply [@{ $client->get('/api/badge/1/')->{json} }{qw(owner invitation)}], ['hidden-text', '00000000-0000-0000-0000-00000000beef'], 'so does SiteAttribute, and a section that exposes the target';
($told) = grep { /SITE0180/ } $httpd->log->lines;
like $told // '', qr/django_session,users\.password,person\.api_token\. /, 'the log names what is still left out' or diag $told;
$httpd->stop;

# --- directives that mean such a column ------------------------------------------------------
$httpd = serve(<<'CONF', 'withheld_meant');
<SiteResource member>
    SiteSearch name password_hash
    SiteOrderings id password_hash
    SiteDefaultOrdering -password_hash
    SiteFacets password_hash
</SiteResource>
<SiteResource where>
    SiteTable member
    SiteWhere password_hash__isnull=false
    SiteHide user_id
</SiteResource>
<SiteResource parameter>
    SiteTable release
    SiteParameter hash member__password_hash
</SiteResource>
<SiteResource release>
    SiteSearch member__password_hash
    SiteRelation member show=slug:password_hash order=password_hash
</SiteResource>
CONF
$httpd->expect_log(qr/SITE0071/);
$httpd->start;
$httpd->client->get('/api/');
for my $directive ('SiteWhere password_hash__isnull=false', 'SiteSearch', 'SiteOrderings', 'SiteDefaultOrdering', 'SiteFacets', 'SiteParameter hash', 'SiteRelation member') {
    my ($line) = grep { /\b\Q$directive\E: / } $httpd->log->lines;
    like $line // '', qr/Column "password_hash" looks like a secret and is left out: `SiteAttribute password_hash` in the section of '(?:member|where)' makes it available/, "$directive: what is wrong and what makes it right";
}
$httpd->stop;
cluster->sql('postgres', "DROP DATABASE $data WITH (FORCE)");
done_testing;
