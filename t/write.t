# Writing: what is answered, what is in the database afterwards, and what the database refuses, in words of the API.
use strict;
use warnings;
use utf8;
use IO::Socket::INET;
use JSON::PP ();
use MIME::Base64 qw(encode_base64);
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output);
cluster->sql('postgres', 'DROP DATABASE IF EXISTS "write" WITH (FORCE)', 'CREATE DATABASE "write"');
cluster->load('write', root . '/t/schema/write.sql');
cluster->load('write', root . '/website/database/mod_site.sql');
my $users = setting('users');
my $editors = <<"CONF";
SiteBasicProvider file
    AuthUserFile $users/passwords
    AuthGroupFile $users/groups
    <LimitExcept GET HEAD OPTIONS>
        Require group editors
    </LimitExcept>
    <Limit GET HEAD OPTIONS>
        Require all granted
    </Limit>
CONF
my $httpd = new_httpd('write', database => cluster->conninfo('write'), site => new_site('write'), config => <<"CONF");
<Location "/shop">
    SetHandler site
    SiteSchema public mod_site
    SiteMethods GET POST PUT PATCH DELETE OPTIONS
    $editors
    SiteIdempotency 1h
    SiteBodyLimit 20000
    SiteHide part_label
    <SiteResource part>
        SiteBulk 20
        SiteRelation labels target=label via=part_label show=key
    </SiteResource>
    <SiteResource described>
        SiteTable part
        SiteRelation maker target=maker show=nested
        SiteRelation labels target=label via=part_label show=slug:word
    </SiteResource>
    <SiteResource label>
        SiteTable label
    </SiteResource>
    <SiteResource rich>
        SiteKey id
        SiteBulk On
    </SiteResource>
    <SiteResource slot>
        SiteTable slot
    </SiteResource>
    <SiteResource story>
        SiteRelation topics target=topic via=story_topic show=key
    </SiteResource>
    <SiteResource account>
        SiteTable account
    </SiteResource>
    <SiteResource pathed>
        SiteTable account
        SiteSearchPath "no such" apart
    </SiteResource>
    <SiteResource twofold>
        SiteTable slot
        SiteRelation maker target=maker column=maker show=nested
        SiteRelation maker_code target=maker column=maker show=key
    </SiteResource>
    <SiteResource slot-by-slug>
        SiteTable slot
        SiteRelation maker target=maker show=slug:name
    </SiteResource>
    <SiteResource visit>
        SiteTable visit
        SiteRelation guest target=guest show=link
        SiteRelation host target=guest column=host show=link
    </SiteResource>
    <SiteResource guest>
        SiteKey email
    </SiteResource>
    <SiteResource rack>
        SiteTable rack
        SiteAttribute state default=new
        SiteAttribute note optional blank default=
        SiteAttribute made readonly default=now
        SiteAttribute hidden hidden default=5
        SiteAttribute weight min=-1 max=0.5
        SiteAttribute size minlength=1 maxlength=1
    </SiteResource>
    <SiteResource kept>
        SiteTable mod_site.idempotency
    </SiteResource>
    <SiteResource strict>
        SiteTable label
        SiteStrict On
        SiteDescription "What may be said once"
    </SiteResource>
</Location>
<Location "/linked">
    SiteSchema linked
    SiteMethods GET PATCH DELETE
    $editors
</Location>
<Location "/listed">
    SiteSchema linked
    SiteMethods GET PATCH DELETE
    SiteRelations declared
    $editors
    <SiteResource film>
        SiteRelation players target=actor via=plays show=key
        SiteRelation actors target=actor via=film_actor:film_id,actor_id show=key
    </SiteResource>
</Location>
<Location "/hidden">
    SiteSchema linked
    SiteMethods GET DELETE
    $editors
    <SiteResource film>
        SiteHide actor directs film_actor plays writes
    </SiteResource>
</Location>
RequestReadTimeout body=2
CONF
$httpd->expect_log(qr/AH01630|SITE01[12]0: (?:refused|broken_function|raised|database_busy): (?:XX000|3F000|40001|42P01|PT503)|SITE0071.*mod_site\.idempotency/);
$httpd->start;
my $client = $httpd->client;
my $json = JSON::PP->new->utf8->canonical->allow_nonref;

# One request with a JSON body; more headers may follow.
sub ask {
    my ($method, $path, $body, %headers) = @_;
    return $client->request($method, "/shop/$path",
        { basic('editor'), defined $body ? ('Content-Type' => 'application/json') : (), %headers },
        ref $body ? $json->encode($body) : $body);
}
sub told { my ($answer) = @_; return "$answer->{status} " . ($answer->{json} ? $json->encode($answer->{json}) : $answer->{body}) }
sub db { return cluster->sql('write', @_) }

my $relations = db('SELECT count(*) FROM pg_class');

# --- rows come, change and go -----------------------------------------------------------
my $part = ask('POST', 'part/', { name => 'Nail', maker => 'bolt', serial => 7, price => '1.5', cost => 1, numbers => [1, 2],
        labels => ['22222222-2222-2222-2222-222222222222'], span => '[1,5)', id => 99, twice => 99 });
is $part->{status}, 201, 'a row is created' or diag told($part);
my $id = $part->{json}{id};
isnt $id, 99, 'its number is the database\'s to give';
is $part->{json}{twice}, '2.00', 'so is what is generated';
is $part->{json}{price}, '1.50', 'numbers have the column\'s scale';
is_deeply $part->{json}{labels}, ['22222222-2222-2222-2222-222222222222'], 'related rows by their keys';
like $part->{headers}{location}, qr{/shop/part/$id/$}, 'Location says where it is';
is_deeply $client->get("/shop/part/$id/")->{json}, $part->{json}, 'and there it is, as it was told';
is $client->get("/shop/part/$id/")->{headers}{etag}, $part->{headers}{etag}, 'with the same validator';
is ask('PATCH', "part/$id/", { labels => [] })->{json}{name}, 'Nail', 'a change of related rows alone';
is db("SELECT count(*) FROM part_label WHERE part = $id"), 0, '... is made';
is told(ask('PUT', "part/$id/", {})), '400 {"name":["This field is required."]}', 'PUT wants what is required';
is ask('PUT', "part/$id/", { name => 'Nails' })->{json}{serial}, 7, 'and keeps what is not';
is ask('PATCH', 'maker/acme/', { code => 'apex' })->{json}{code}, 'apex', 'a natural key changes its row';
is db('SELECT count(*) FROM maker'), 2, '... and makes no other one';
is $client->status('/shop/maker/acme/'), 404, '... the old address is gone';
ask('PATCH', 'maker/apex/', { code => 'acme' });

# --- what the database refuses -----------------------------------------------------------
my @refused = (
    ['part/', { name => 'x', cost => -1 }, '400 {"cost":["This value is not allowed. (cost_is_positive)"]}', 'CHECK of a column'],
    ['part/', { name => 'x', price => 1, cost => 2 },
        '400 {"non_field_errors":["The fields cost, price do not go together (cost_below_price)."]}', 'CHECK of two'],
    ['part/', { name => 'x', price => -1 }, '400 {"price":["This value is not allowed. (price_check)"]}', 'a domain\'s'],
    ['box/', { lid => -1, price => 1 }, '400 {"lid":["This value is not allowed. (price_check)"]}', 'a domain\'s, of two attributes'],
    ['box/', { lid => -1, price => undef }, '400 {"lid":["This value is not allowed. (price_check)"]}', '... of which one is null'],
    ['box/', { lid => -1, price => -2 },
        '400 {"lid":["This value is not allowed. (price_check)"],"price":["This value is not allowed. (price_check)"]}', '... which are both wrong'],
    ['box/', { lid => -1 }, '400 {"lid":["This value is not allowed. (price_check)"]}', '... of which one was given'],
    ['box/', { odd => ['x'] }, '400 {"odd":["This value is not allowed. (Odd Name_check)"]}', '... of an element, with a name that is quoted'],
    ['box/', { odd => [], even => 'x' }, '400 {"even":["This value is not allowed. (Odd Name_check)"]}', '... of a value beside a list without elements'],
    ['box/', { odd => ['a', 'x'], even => 'b' }, '400 {"odd":["This value is not allowed. (Odd Name_check)"]}', '... of a list beside a value'],
    ['box/', { odd => ['a'], even => 'b', lid => 1, price => -1 }, '400 {"price":["This value is not allowed. (price_check)"]}', '... of one domain of two'],
    ['part/', { name => 'ROPE' }, qr/^400 .*part_lower_name/, 'an index over an expression'],
    ['slot/', { maker => 'bolt' }, '400 {"serial":["This field is required."]}', 'a part of what is unique together'],
    ['slot/', { maker => 'bolt', serial => 2 },
        '400 {"non_field_errors":["The fields maker, serial must make a unique set."]}', 'unique together'],
    ['part/', { name => 'x', maker => 'none' }, '400 {"maker":["Invalid pk \"none\" - object does not exist."]}', 'a foreign key'],
    ['part/', { name => 'x', labels => ['33333333-3333-3333-3333-333333333333'] },
        '400 {"labels":["Invalid pk \"33333333-3333-3333-3333-333333333333\" - object does not exist."]}', 'a related row'],
    ['part/', { name => 'x', labels => ['zz'] }, '400 {"labels":["“zz” is not a valid UUID."]}', 'a related key of another kind'],
    ['part/', { name => 'x', span => 'nonsense' }, '400 {"span":["Enter a valid value."]}', 'a value that only PostgreSQL can judge'],
    ['part/', { name => 'x', numbers => [1, 'b', 3000000000] },
        '400 {"numbers":{"1":["A valid integer is required."],"2":["Ensure this value is less than or equal to 2147483647."]}}', 'items of an array'],
    ['part/', { name => 'x', size => 'huge', cost => '1.234', photo => 'A' },
        '400 {"cost":["Ensure that there are no more than 2 decimal places."],"photo":["Value must be valid base64."],"size":["\"huge\" is not a valid choice."]}',
        'all fields at once'],
    ['part/', '{"name":"a\u0000b"}', '400 {"name":["Null characters are not allowed."]}', 'NUL in text'],
    ['part/', '{"name":"a","data":{"k":"\u0000"}}', '400 {"data":["Null and surrogate characters are not allowed."]}', 'NUL in a document'],
    ['part/', '{"name":"\ud800"}', '400 {"name":["Surrogate characters are not allowed: U+D800."]}', 'half a character'],
    ['part/', '{"name":"x"} x', '400 {"detail":"JSON parse error - Extra data: line 1 column 14 (char 13)"}', 'something behind the document'],
    ['part/', '[' x 40 . ']' x 40, '400 {"detail":"JSON parse error - Nested too deeply"}', 'nesting'],
    ['account/', { balance => 13 }, '400 {"non_field_errors":["The database refuses this change."]}', 'a trigger, without its words'],
    ['account/', { balance => 14 }, '409 {"detail":"The database did not take this change."}', 'a trigger that drops the row'],
    ['account/', { balance => 15 }, '400 {"balance":["The database refuses this change."]}', 'a trigger with a state of its own that names a column'],
    ['account/', { balance => 16 }, '400 {"non_field_errors":["The database refuses this change."]}', 'a trigger that calls it an internal error'],
    ['account/', { balance => 17 }, '400 {"non_field_errors":["A row with this value already exists. (not_ours)"]}', 'a constraint of another table'],
    ['account/', { balance => 31 }, '402 {"detail":"Pay <first>"}', 'what a trigger says to the client'],
    ['account/', { balance => 32 }, '400 {"balance":["Not \"that\" much"]}', '... of an attribute'],
    ['account/', { balance => 33 }, '409 {"detail":"Not now"}', '... of a column that is not there'],
    ['account/', { balance => 34 }, '400 {"non_field_errors":["The database refuses this change."]}', '... with a status that it cannot give'],
    ['account/', { balance => 36 }, '503 {"detail":"Closed until noon"}', '... that it is closed'],
    ['account/', { balance => 35 }, '503 {"detail":"This resource is not available: a function of the database does not work."}', 'a trigger with a table that it cannot find'],
    ['account/', { balance => 12 }, '400 {"non_field_errors":["The database refuses this change."]}', 'a trigger that misses a row of its own'],
    ['account/', { balance => 18 }, '400 {"non_field_errors":["Enter a valid value."]}', 'a trigger that divides by zero'],
    ['account/', { balance => 19 }, qr/^503 /, 'a trigger that calls what is not there'],
    ['rack/', { shelf => 'A1', height => 0, level => 10, weight => 1, size => 'xy' },
        '400 {"height":["Ensure this value is greater than or equal to 1."],"level":["Ensure this value is less than or equal to 9."],'
        . '"size":["Ensure this field has no more than 1 characters."],"weight":["Ensure this value is less than or equal to 0.5."]}',
        'what CHECKs, domains and sections say of values, at once'],
    ['rack/', { height => 1 }, '400 {"shelf":["This field is required."]}', 'NOT NULL of a domain'],
    ['rack/', { shelf => 'x', height => 1 }, '400 {"shelf":["This value is not allowed. (shelf_check)"]}', 'CHECK of a domain'],
    ['rack/', { shelf => 'A1', height => 13 }, '400 {"non_field_errors":["Enter a valid value."]}', 'a generated column that cannot be'],
    ['reading/', { at => '2024-01-01', value => 7 }, '400 {"non_field_errors":["This value is not allowed. (not_seven)"]}', 'CHECK of a partition'],
    ['reading/', { at => '2023-01-01', value => 1 }, '400 {"non_field_errors":["This value is not allowed."]}', 'a row without a partition'],
    ['reading/', { value => 1 }, '400 {"at":["This field is required."]}', 'a part of a key'],
    ['account/', { balance => 1, twin => 12345 }, '400 {"twin":["Invalid pk \"12345\" - object does not exist."]}', 'a deferred key'],
    ['cheap/', { name => 'dear', price => 11 }, '400 {"non_field_errors":["The row would lie outside of this view."]}', 'a view\'s condition'],
    ['totals/', { maker => 'x' }, '405 {"detail":"Method \"POST\" not allowed."}', 'a view that takes no rows'],
);
for my $case (@refused) {
    my ($path, $body, $expected, $what) = @$case;
    my $said = told(ask('POST', $path, $body));
    utf8::decode($said);
    ref $expected ? like($said, $expected, $what) : is($said, $expected, $what);
    unlike $said, qr/secret|SELECT|INSERT|ERROR/, '... without words of SQL';
}
my $box = ask('POST', 'box/', { lid => 1 });
is told(ask('PUT', "box/$box->{json}{id}/", { lid => undef, price => -1, odd => ['a'], even => undef })),
    '400 {"price":["This value is not allowed. (price_check)"]}', 'a domain\'s CHECK, of a row that is replaced';
is told($client->request('POST', '/shop/box/', { basic('editor'), 'Content-Type' => 'application/x-www-form-urlencoded' }, 'lid=-1&price=&even=')),
    '400 {"lid":["This value is not allowed. (price_check)"]}', '... of a form with empty fields';
is told(ask('PATCH', 'slot/2/', { serial => 2 })), '400 {"non_field_errors":["The fields maker, serial must make a unique set."]}',
    'unique together with what the row has';
is ask('PATCH', 'slot/2/', { serial => 3 })->{status}, 200, '... itself apart';
is told(ask('POST', 'booking/', { room => 1, during => '[2024-01-01 10:00, 2024-01-01 12:00)' })) =~ /^201/, 1, 'a booking';
is told(ask('POST', 'booking/', { room => 1, during => '[2024-01-01 11:00, 2024-01-01 13:00)' })),
    '400 {"non_field_errors":["The fields room, during conflict with another row (booking_room_during_excl)."]}', 'an exclusion';
is told(ask('DELETE', 'maker/acme/')), q(409 {"detail":"This Maker is still referred to by 'part' (part_maker_fkey)."}),
    'a row that others refer to stays';
# What a view's trigger returns is what was sent; what is told is what is there.
my $rich = ask('POST', 'rich/', { balance => 2000 });
is $rich->{status}, 201, 'a row by way of a view' or diag told($rich);
is_deeply [@{ $rich->{json} }{qw(balance much)}], [2001, JSON::PP::true], 'as it is stored';
is $client->get("/shop/rich/$rich->{json}{id}/")->{headers}{etag}, $rich->{headers}{etag}, 'with its validator';
my $poor = ask('PATCH', "rich/$rich->{json}{id}/", { balance => 5 }, 'If-Match' => $rich->{headers}{etag});
is_deeply [$poor->{status}, @{ $poor->{json} }{qw(balance much)}], [200, 6, JSON::PP::false], 'changed as well';
is_deeply [map { $_->{balance} } @{ ask('POST', 'rich/', [{ balance => 7 }, {}])->{json} }], [8, 1], 'and in a list';
db("DELETE FROM account WHERE id >= $rich->{json}{id}");
my $untaken = '409 {"detail":"The database did not take this change."}';
is told(ask('DELETE', 'account/19/')), $untaken, 'a trigger that keeps a row without a word';
is told(ask('PATCH', 'account/19/', { balance => 14 })), $untaken, 'or drops a change of it';
is told(ask('PATCH', 'account/19/', { balance => 14 }, 'If-Match' => '*')), $untaken, 'on whatever condition';
is told(ask($_, 'account/12345/', { balance => 14 })), '404 {"detail":"Not found."}', "no row, no change: $_" for qw(PATCH DELETE);
is db('SELECT balance FROM account WHERE id = 19'), 100, 'it is there as it was';
is told(ask('DELETE', 'account/20/')), '409 {"non_field_errors":["The database refuses this change."]}', 'a trigger that keeps a row';
my $rack = ask('POST', 'rack/', { shelf => 'A1', height => 12, number => 77, made => '2001-01-01T00:00:00Z', ratio => 1, weight => 0.1234567891,
        parts => { zz => 1, a => [1.50] } });
is $rack->{status}, 201, 'defaults of the section' or diag told($rack);
is join('|', map { $_ // 'null' } @{ $rack->{json} }{qw(number state note ratio size level)}), "$rack->{json}{number}|new||-100|m|null",
    '... and of the table, and what is generated';
isnt $rack->{json}{number}, 77, 'GENERATED ALWAYS AS IDENTITY is the database\'s';
unlike $rack->{json}{made}, qr/^2001/, 'read-only, with a default';
is db("SELECT hidden FROM rack"), 5, 'hidden, with a default';
like $rack->{body}, qr/"weight":0\.1234567891,"parts":\{.*"zz":1/, 'a write is answered as it was sent';
my $seen = $client->get("/shop/rack/$rack->{json}{number}/");
like $seen->{body}, qr/"weight":0\.12345679,"parts":\{"a":\[1\.5\],"zz":1\}/, '... and read as it is stored';
is $seen->{headers}{etag}, $rack->{headers}{etag}, '... with the validator of what is stored';
is told(ask('POST', 'rack/', { shelf => 'A1', height => 1 })), '400 {"non_field_errors":["The fields shelf, state must make a unique set."]}',
    'unique together with a default of the section';
is told(ask('POST', 'rack/', { shelf => 'A1', height => 1, state => 'new', note => "x" })),
    '400 {"non_field_errors":["The fields shelf, state must make a unique set."]}', '... and as it is sent, before a deferred constraint';
is ask('PATCH', "rack/$rack->{json}{number}/", { note => '' })->{status}, 200, 'blank, where the section says so';
is told(ask('POST', 'strict/', '{"word":"a","word":"b"}')),
    q(400 {"detail":"JSON parse error - The name 'word' is there twice in one object."}), 'strict: a name that is there twice';
is ask('POST', 'label/', '{"word":"a","word":"b"}')->{json}{word}, 'b', 'otherwise the last one counts';
is told(ask('POST', 'label/', '{"word":"a","word":"c"}', Prefer => 'handling=strict')) =~ /^400/, 1, '... unless the client asks';
is $client->request('OPTIONS', '/shop/strict/', {})->{json}{description}, 'What may be said once', 'a resource\'s description';
my $limits = $client->request('OPTIONS', '/shop/rack/', { basic('editor') })->{json}{actions}{POST};
is_deeply [@{ $limits->{height} }{qw(min_value max_value)}, @{ $limits->{weight} }{qw(min_value max_value)}, @{ $limits->{size} }{qw(min_length max_length)}],
    [1, 300, -1, 0.5, 1, 1], 'OPTIONS tells the limits';
is $client->status('/shop/idempotency/'), 404, 'what mod_site keeps is not shown';
is $client->status('/shop/kept/'), 503, '... nor can a section show it';

# --- related rows that are named by another column than the foreign key refers to ------------
my $unique = '400 {"non_field_errors":["The fields maker, serial must make a unique set."]}';
is told(ask('POST', 'slot-by-slug/', { maker => 'Bolt & Co', serial => 2 })), $unique, 'unique together, by slug';
is told(ask('POST', 'slot-by-slug/', { maker => 'nobody', serial => 'x' })),
    '400 {"maker":["Object with name=nobody does not exist."],"serial":["A valid integer is required."]}', '... other errors are told';
my $slot = ask('POST', 'slot-by-slug/', { maker => 'Acme', serial => 2 });
is $slot->{status}, 201, '... another maker\'s' or diag told($slot);
is told(ask('PATCH', "slot-by-slug/$slot->{json}{id}/", { maker => 'Bolt & Co' })), $unique, '... changed in part';
is ask('PATCH', "slot-by-slug/$slot->{json}{id}/", { serial => 4 })->{status}, 200, '... by what is free';
my ($ann, $bob) = map { "http://localhost/shop/guest/$_\@example.org/" } qw(ann bob);
my $visit = ask('POST', 'visit/', { guest => $ann, day => '2024-01-01', host => $bob });
is $visit->{status}, 201, 'by address' or diag told($visit);
is told(ask('POST', 'visit/', { guest => $ann, day => '2024-01-01', host => $ann })),
    '400 {"non_field_errors":["The fields guest, day must make a unique set."]}', '... unique together';
is told(ask('POST', 'visit/', { guest => $bob, day => '2024-01-x', host => $bob })),
    '400 {"day":["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."],"host":["visit with this host already exists."]}',
    '... unique alone, with the other errors';
is ask('PUT', "visit/$visit->{json}{id}/", { guest => $ann, day => '2024-01-01', host => $bob })->{status}, 200, '... itself apart';

# --- rows that only join others go with the row -----------------------------------------------
my ($war, $peace) = map { ask('POST', 'topic/', { name => $_ })->{json}{id} } qw(war peace);
my $story = sub { ask('POST', 'story/', { title => $_[0], topics => [$war, $peace] })->{json}{id} };
my $joined = sub { db("SELECT count(*) FROM story_topic WHERE story = $_[0]") };
my ($one, $stays, $awarded, $kept) = map { $story->($_) } qw(one stays awarded kept);
is $joined->($one), 2, 'a story with two topics';
is ask('DELETE', "story/$one/")->{status}, 204, '... goes';
is $joined->($one), 0, '... and what joined it with them';
is told(ask('DELETE', "story/$stays/")), '409 {"detail":"The database did not take this change."}', 'where a trigger keeps the row';
is $joined->($stays), 2, '... its topics stay';
db("INSERT INTO story_award (story, topic) VALUES ($awarded, $war)");
like told(ask('DELETE', "story/$awarded/")), qr/^409 .*still referred to by.*story_award_story_fkey/, 'a join table that says more is data of its own';
is $joined->($awarded), 2, '... and all stays';
db('REVOKE DELETE ON story_topic FROM site');
is ask('DELETE', "story/$kept/")->{status}, 403, 'without the right to delete what joins: 403';
my $alone = ask('POST', 'story/', { title => 'alone', topics => [] })->{json}{id};
is ask('DELETE', "story/$alone/")->{status}, 204, '... which a row without any does not need';
db('GRANT DELETE ON story_topic TO site', 'ALTER TABLE story_topic ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY seen ON story_topic FOR SELECT TO site USING (true)', "CREATE POLICY gone ON story_topic FOR DELETE TO site USING (topic = $war)");
is ask('DELETE', "story/$kept/")->{status}, 409, 'a row that row-level security keeps: 409';
is $joined->($kept), 2, '... and all stays';
db('ALTER TABLE story_topic DISABLE ROW LEVEL SECURITY');
is ask('DELETE', "topic/$peace/")->{status}, 204, 'from the other side';
is $joined->($kept), 1, '... only what joins that one';

# Whatever relations the resource shows.
sub change { my ($method, $path, $body) = @_; return $client->request($method, "/$path", { basic('editor'), 'Content-Type' => 'application/json' }, $body) }
is change('DELETE', "linked/actor/$_/")->{status}, 204, "actor $_ goes, whichever of three equal join tables has a row" for 1 .. 3;
is db('SELECT (SELECT count(*) FROM linked.plays) + (SELECT count(*) FROM linked.directs)'), 0, '... with that row';
like told(change('DELETE', 'linked/film/5/')), qr/^409 .*still referred to by 'film_actor'/, 'no list writes this join table: its rows keep the film';
is change('DELETE', 'hidden/film/4/')->{status}, 204, 'a section that hides the relations does not keep the rows';
my $players = change('PATCH', 'listed/film/8/', '{"players":[8],"actors":[7,8]}');
is_deeply [@{ $players->{json} }{qw(players actors)}], [[8], [7, 8]], 'lists over two join tables, one of which has a default' or diag told($players);
is change('DELETE', 'listed/actor/8/')->{status}, 204, '... whose rows go from the side without a list';
is_deeply [@{ $client->get('/listed/film/8/')->{json} }{qw(players actors)}], [[], [7]], '... only those of this actor';
is change('DELETE', 'listed/film/8/')->{status}, 204, '... and from the side with the lists';
db('UPDATE linked.film_actor SET added_by = 9');
like told(change('DELETE', 'listed/actor/9/')), qr/^409 .*film_actor_added_by_fkey/, 'a foreign key that is no part of the list keeps its row';
is change('DELETE', 'listed/actor/5/')->{status}, 204, '... but not the other rows';

# --- two attributes over one column ------------------------------------------------------------
my $twofold = ask('POST', 'twofold/', { maker_code => 'acme', serial => 77 });
is $twofold->{status}, 201, 'a column that is shown nested is written by the attribute beside it' or diag told($twofold);
is_deeply [$twofold->{json}{maker_code}, $twofold->{json}{maker}{name}], ['acme', 'Acme'], '... and shown by both';
is told(ask('POST', 'twofold/', { serial => 77 })), '400 {"maker_code":["This field is required."]}', '... which is required';
is told(ask('POST', 'twofold/', { maker_code => 'acme', serial => 77 })),
    '400 {"non_field_errors":["The fields maker_code, serial must make a unique set."]}', '... and is the one that errors name';

# --- what functions say ------------------------------------------------------------------------
my $page = $client->request('POST', '/shop/account/', { basic('editor'), 'Content-Type' => 'application/x-www-form-urlencoded', Accept => 'text/html' }, 'balance=31');
is $page->{status}, 402, 'on a page' or diag $page->{body};
like $page->{body}, qr/Pay &lt;first&gt;/, '... escaped';
db('UPDATE account SET balance = -77 WHERE id = 18');
is told($client->get('/shop/paying/')), '403 {"detail":"Not for <you>"}', 'a function of a view';
is told($client->get('/shop/exported/')), '503 {"detail":"This resource is not available: a function of the database does not work."}',
    'a function in C whose query names a table that is not there';
db('UPDATE account SET balance = 100 WHERE id = 18');

# --- the search path ---------------------------------------------------------------------------
for my $turn (1 .. 2) {
    is ask('POST', 'account/', { balance => 37 })->{status}, 503, 'a trigger that names a table without its schema';
    my $found = ask('POST', 'pathed/', { balance => 37 });
    is $found->{status}, 201, '... finds it by SiteSearchPath' or diag told($found);
    db("DELETE FROM account WHERE id = $found->{json}{id}");
}

# --- conditions -------------------------------------------------------------------------
my $tag = $client->get('/shop/part/1/')->{headers}{etag};
like $tag, qr/^"[^"]+"$/, 'a strong validator';
is $client->get('/shop/part/1/', 'If-None-Match' => $tag)->{status}, 304, 'nothing new: 304';
is $client->get('/shop/part/1/', 'If-None-Match' => "\"x\", W/$tag")->{status}, 304, '... by weak comparison, in a list';
is $client->get('/shop/part/1/', 'If-None-Match' => '*')->{status}, 304, '... and *';
is $client->get('/shop/part/1/', 'If-Match' => "\"x\", $tag")->{status}, 200, 'the version that was asked for';
is told($client->get('/shop/part/1/', 'If-Match' => "\"x\", W/$tag")), '412 {"detail":"The row is no longer as you know it."}', '... or none: 412';
is $client->get('/shop/part/1/', 'If-Match' => '"x"', 'If-None-Match' => $tag)->{status}, 412, '... whatever else is said';
isnt $client->get('/shop/part/1/', Accept => 'text/html')->{headers}{etag}, $tag, 'a page has another one';
isnt $client->get('/shop/part/1/', Accept => 'application/json; indent=4')->{headers}{etag}, $tag, '... so has indented JSON';
is ask('PATCH', 'part/1/', { serial => 11 }, 'If-Match' => '"other"')->{status}, 412, 'a row that is not the one known: 412';
is ask('PATCH', 'part/1/', { serial => 11 }, 'If-Match' => "W/$tag")->{status}, 412, '... weak validators never match';
is db('SELECT serial FROM part WHERE id = 1'), 1, '... and nothing is changed';
my $changed = ask('PATCH', 'part/1/', { labels => ['11111111-1111-1111-1111-111111111111'] }, 'If-Match' => $tag);
is $changed->{status}, 200, 'the one that is known: changed';
isnt $changed->{headers}{etag}, $tag, 'a label more is another row';
is ask('DELETE', 'part/1/', undef, 'If-Match' => $tag)->{status}, 412, 'DELETE looks, too';
is ask('PATCH', 'part/1/', {}, 'If-None-Match' => $changed->{headers}{etag})->{status}, 412, 'If-None-Match on a write';
is ask('PATCH', 'part/1/', {}, 'If-Match' => '*')->{status}, 200, 'If-Match: * is any row';
is ask('PATCH', 'part/4711/', {}, 'If-Match' => '*')->{status}, 404, '... but there must be one';

my %tags = map { $client->get('/shop/part/1/', Accept => $_)->{headers}{etag} => 1 } 'application/json', 'application/json; indent=4', 'text/html';
is scalar(keys %tags), 3, 'each representation has a validator of its own';
ask('PATCH', 'part/1/', { labels => ['11111111-1111-1111-1111-111111111111'], maker => 'bolt' });
for my $case (["UPDATE label SET word = 'crimson' WHERE word = 'red'", 'what stands for a related row'],
    ["UPDATE maker SET name = 'Bolt and sons' WHERE code = 'bolt'", 'what is nested']) {
    my ($change, $name) = @$case;
    my $seen = $client->get('/shop/described/1/')->{headers}{etag};
    db($change);
    isnt $client->get('/shop/described/1/')->{headers}{etag}, $seen, "$name: another validator";
    is ask('PATCH', 'described/1/', { serial => 99 }, 'If-Match' => $seen)->{status}, 412, '... and nobody writes over it';
    is ask('DELETE', 'described/1/', undef, 'If-Match' => $seen)->{status}, 412, '... or takes it away';
}
db("UPDATE label SET word = 'red' WHERE word = 'crimson'");

# --- Prefer ---------------------------------------------------------------------------
my $minimal = ask('POST', 'maker/', { code => 'min', name => 'Min' }, Prefer => 'return=minimal');
is "$minimal->{status} $minimal->{body} $minimal->{headers}{'preference-applied'}", '201  return=minimal', 'return=minimal';
like $minimal->{headers}{location}, qr{/maker/min/$}, '... says where the row is';
$minimal = ask('PATCH', 'maker/min/', { name => 'Mini' }, Prefer => 'return=minimal; foo, handling=lenient');
is $minimal->{status}, 204, '... 204 for a change';
is ask('PATCH', 'maker/min/', {}, Prefer => 'return=representation')->{headers}{'preference-applied'}, 'return=representation', 'the other one';

# --- idempotency --------------------------------------------------------------------------
my @key = ('Idempotency-Key' => 'k-1');
my $first = ask('POST', 'maker/', { code => 'once', name => 'Once' }, @key);
my $second = ask('POST', 'maker/', { code => 'once', name => 'Once' }, @key);
is "$second->{status} $second->{body} $second->{headers}{location}", "$first->{status} $first->{body} $first->{headers}{location}", 'the same answer again';
is $second->{headers}{'idempotency-replayed'}, 'true', '... which says so';
is ask('POST', 'maker/', { code => 'two', name => 'Two' }, @key)->{status}, 422, 'another request with this key';
is ask('POST', 'maker/', { code => 'two', name => 'Two' }, @key, basic('admin'))->{status}, 201, 'another user\'s keys are his own';
is ask('POST', 'maker/', { code => 'once', name => 'x' }, 'Idempotency-Key' => 'k-2')->{status}, 400, 'a request that fails';
is ask('POST', 'maker/', { code => 'three', name => 'x' }, 'Idempotency-Key' => 'k-2')->{status}, 201, '... leaves its key free';
db("UPDATE mod_site.idempotency SET expires = now() - interval '1 s' WHERE key = 'k-1'");
is ask('POST', 'maker/', { code => 'once', name => 'Once' }, @key)->{status}, 400, 'a key that is too old means nothing';
is ask('POST', 'maker/', {}, 'Idempotency-Key' => 'x' x 256)->{status}, 400, 'a key that is too long';

cluster->load('write', root . '/website/database/mod_site.sql');
is db("SELECT count(*) FROM mod_site.idempotency WHERE key = 'k-2'"), 1, 'the shipped file can be run again, and takes nothing away';
is ask('POST', 'maker/', { code => 'three', name => 'x' }, 'Idempotency-Key' => 'k-2')->{headers}{'idempotency-replayed'}, 'true',
    '... answers least of all';

# A kept body shows other rows, too: their words must be those of before.
@key = ('Idempotency-Key' => 'related');
$first = ask('POST', 'described/', { name => 'related', labels => ['red'] }, @key);
is told(ask('POST', 'described/', { name => 'related', labels => ['red'] }, @key)), told($first), 'a row that shows related rows is replayed';
db("UPDATE label SET word = 'crimson' WHERE word = 'red'");
is told(ask('POST', 'described/', { name => 'related', labels => ['red'] }, @key)), '201 ', '... without a body when they have changed';
db("UPDATE label SET word = 'red' WHERE word = 'crimson'");

# --- what is tried again ------------------------------------------------------------------
for my $case ([-21, 3, 'serialization failures'], [-22, 4, 'deadlocks']) {
    my ($balance, $tries, $name) = @$case;
    db('ALTER SEQUENCE tries RESTART');
    is ask('POST', 'account/', { balance => $balance })->{status}, 201, "$name: tried again";
    is db('SELECT last_value FROM tries'), $tries, '... until it works';
    is db("SELECT count(*) FROM account WHERE balance = $balance"), 1, '... and done once';
}
db('ALTER SEQUENCE tries RESTART');
my $given_up = ask('POST', 'account/', { balance => -23 });
like told($given_up), qr/^(?:409|503) /, 'but not for ever';
ok $given_up->{headers}{'retry-after'}, '... the client may';
is db('SELECT last_value FROM tries'), 5, '... after five attempts';
is db('SELECT count(*) FROM account WHERE balance = -23'), 0, '... that left nothing';

# --- lists --------------------------------------------------------------------------------
my $list = ask('POST', 'part/', [map { { name => "bulk $_", $_ == 3 ? (labels => ['11111111-1111-1111-1111-111111111111']) : () } } 1 .. 17]);
is "$list->{status} " . @{ $list->{json} }, '201 17', 'a list of rows';
is_deeply $list->{json}[2]{labels}, ['11111111-1111-1111-1111-111111111111'], '... with their related ones';
is told(ask('POST', 'part/', [{ name => 'fine' }, {}, 5, { name => 'x', maker => 'none' }])),
    '400 [{},{"name":["This field is required."]},{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]},'
    . '{"maker":["Invalid pk \"none\" - object does not exist."]}]', 'all errors, item by item';
is told(ask('POST', 'part/', [{ name => 'fine' }, { name => 'bulk 1' }])) =~ /^400 \[\{\},\{"non_field_errors":/, 1, 'also one that the database found';
is db("SELECT count(*) FROM part WHERE name = 'fine'"), 0, 'all or none';
is ask('POST', 'part/', [map { {} } 1 .. 21])->{status}, 400, 'no longer than allowed';
is told(ask('POST', 'part/', [])), '201 []', 'an empty list';
is told(ask('POST', 'maker/', [])), '400 {"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}', 'elsewhere a list is no row';
@key = ('Idempotency-Key' => 'list');
$list = ask('POST', 'part/', [{ name => 'kept' }], @key);
is told(ask('POST', 'part/', [{ name => 'kept' }], @key)), told($list), 'a list has its key, too';

# --- forms and files ------------------------------------------------------------------------
my $bytes = join '', map { chr } 0 .. 255;
my $multipart = join "\r\n", '--b', 'Content-Disposition: form-data; name="name"', '', 'Photographed',
    '--b', 'Content-Disposition: form-data; name="photo"; filename="a.png"', 'Content-Type: image/png', '', $bytes,
    '--b', 'Content-Disposition: form-data; name="numbers"', '', '4', '--b', 'Content-Disposition: form-data; name="numbers"', '', '5',
    '--b--', '';
my $photo = $client->request('POST', '/shop/part/', { basic('editor'), 'Content-Type' => 'multipart/form-data; boundary=b' }, $multipart);
is $photo->{status}, 201, 'a file is uploaded' or diag told($photo);
is $photo->{json}{photo}, encode_base64($bytes, ''), '... every byte of it';
is_deeply $photo->{json}{numbers}, [4, 5], 'a list in a form';
my $form = $client->request('POST', '/shop/maker/', { basic('editor'), 'Content-Type' => 'application/x-www-form-urlencoded' }, 'code=form&name=%C3%BC+%26');
is $form->{json}{name}, 'ü &', 'a form';

# --- bodies that are none -----------------------------------------------------------------------
my $words = db('SELECT count(*) FROM label');
for my $case (
    ['{"word":"a\u0000b"}', '400 {"word":["Null characters are not allowed."]}', 'U+0000'],
    ['{"word":"\ud800"}', qr/^400 \{"word":\[/, 'half a character'],
    ['{"word":"a"} b', qr/^400 .*Extra data: line 1 column 14/, 'something behind'],
    ['{"word":"a"', qr/^400 .*JSON parse error/, 'an end too early'],
    ["{\"word\":\"\xff\"}", qr/^400 .*can't decode byte 0xff/, 'bytes that are no UTF-8'],
    ['{"word":' . '[' x 40 . ']' x 40 . '}', qr/^400 .*Nested too deeply/, 'too deep'],
    ['[' x 19000, qr/^400 .*Nested too deeply/, 'nothing but depth'],
    ['{"word":"a"}', qr/^415 /, 'of a type that nobody reads', 'Content-Type' => 'text/plain'],
    ['word=a' . '&x=1' x 1001, qr/^400 .*more than 1000 fields/, 'more fields than a form has', 'Content-Type' => 'application/x-www-form-urlencoded'],
    ['--b', qr/^400 /, 'multipart that never ends', 'Content-Type' => 'multipart/form-data; boundary=b'],
    ['--b', qr/^400 /, 'multipart without a boundary', 'Content-Type' => 'multipart/form-data'],
    ) {
    my ($body, $expected, $name, %headers) = @$case;
    my $answer = ask('POST', 'label/', $body, %headers);
    ref $expected ? like(told($answer), $expected, $name) : is(told($answer), $expected, $name);
}
is db('SELECT count(*) FROM label'), $words, '... and no row came of it';

# --- limits, and connections that go on ----------------------------------------------------------
is ask('POST', 'part/', '{"name":"' . 'x' x 20000 . '"}')->{status}, 413, 'a body that is too large';
my $auth = join '', map { "$_\r\n" } 'Authorization: ' . { basic('editor') }->{Authorization}, 'Host: localhost';
my $chunks = '{"name":"chunked"}';
my $raw = $client->raw("POST /shop/part/ HTTP/1.1\r\n${auth}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    . join('', map { sprintf "1\r\n%s\r\n", $_ } split //, $chunks) . "0\r\n\r\n"
    . "GET /shop/maker/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
like $raw, qr/201 Created.*"chunked".*HTTP\/1.1 200/s, 'a body in chunks, and another request behind it';
$raw = $client->raw("POST /shop/part/ HTTP/1.1\r\n${auth}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    . sprintf("%x\r\n%s\r\n", 15000, 'x' x 15000) x 2 . "0\r\n\r\n");
like $raw, qr/^HTTP\/1.1 413.*The request body is too large/s, 'too large in chunks';
$raw = $client->raw("POST /shop/part/ HTTP/1.1\r\n${auth}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n");
like $raw, qr/^HTTP\/1.1 400/, 'chunks that are none';
my $begin = time;
$raw = $client->raw("POST /shop/maker/ HTTP/1.1\r\n${auth}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
# A client that goes away in the middle.
my $rows = db('SELECT count(*) FROM maker');
{
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $httpd->port, Proto => 'tcp') or die "connect: $!";
    print $socket "POST /shop/maker/ HTTP/1.1\r\n${auth}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n"
        . '{"code":"gone","name":"Gone"}';
    close $socket;
}
is db('SELECT count(*) FROM maker'), $rows, 'half a body is no body, even where it could be one';
like $raw, qr/^HTTP\/1.1 408.*did not arrive in time/s, 'a body that is too slow';
cmp_ok time - $begin, '<', 9, '... is not waited for';
is $client->status('/shop/maker/'), 200, 'the server is well';

# --- OPTIONS ---------------------------------------------------------------------------------------
my $fields = $client->request('OPTIONS', '/shop/part/', { basic('editor') })->{json}{actions}{POST};
is_deeply $fields->{id}, { type => 'integer', required => JSON::PP::false, read_only => JSON::PP::true, label => 'Id' }, 'the row\'s number';
is_deeply $fields->{size}{choices}, [{ value => 'small', display_name => 'small' }, { value => 'large', display_name => 'large' }], 'an enum';
is $fields->{twice}{read_only}, JSON::PP::true, 'a generated column';
is $client->request('OPTIONS', '/shop/part/', {})->{json}{actions}, undef, 'nothing for those who may not';
is $client->request('OPTIONS', '/shop/part/4711/', { basic('editor') })->{json}{actions}, undef, 'nor where there is no row';

is db('SELECT count(*) FROM pg_class'), $relations, 'nothing was created in the database but rows';
done_testing;
