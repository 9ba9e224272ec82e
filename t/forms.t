# Forms: rows that people make, change and delete in a browser, and what comes back from them: values as they were, errors at their
# fields, what somebody else did meanwhile; and who may.
use strict;
use warnings;
use utf8;
use Encode qw(encode_utf8 decode_utf8);
use JSON::PP ();
use Site::Test;
use Site::Test::Users qw(basic);
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output);
my $cluster = new_cluster('forms');
$cluster->sql('postgres', 'CREATE DATABASE forms');
$cluster->load('forms', root . '/website/database/auth.sql');
$cluster->sql('forms', <<'SQL');
CREATE SCHEMA work;
CREATE TYPE work.kind AS ENUM ('book', 'map');
CREATE TABLE work.shelf (id serial PRIMARY KEY, name text NOT NULL);
INSERT INTO work.shelf (name) SELECT 'Shelf <' || i || '>' FROM generate_series(1, 3) i;
CREATE TABLE work.many (id serial PRIMARY KEY, name text);
INSERT INTO work.many (name) SELECT 'row ' || i FROM generate_series(1, 1001) i;
CREATE TABLE work.tag (id serial PRIMARY KEY, name text NOT NULL);
INSERT INTO work.tag (name) VALUES ('red'), ('green'), ('blue');
CREATE TABLE work.thing (
    id serial PRIMARY KEY, title text NOT NULL, code varchar(5) UNIQUE, note text, plain text NOT NULL DEFAULT '',
    number integer, price numeric(6, 2), ratio double precision, on_loan boolean NOT NULL DEFAULT false, maybe boolean,
    kind work.kind NOT NULL DEFAULT 'book', shelf integer REFERENCES work.shelf, far integer REFERENCES work.many,
    words text[] NOT NULL DEFAULT '{}', doc jsonb, day date, at timestamptz, span interval, picture bytea, made timestamptz NOT NULL DEFAULT now());
COMMENT ON COLUMN work.thing.title IS 'What it says on its back';
CREATE TABLE work.thing_tag (thing_id integer NOT NULL REFERENCES work.thing ON DELETE CASCADE, tag_id integer NOT NULL REFERENCES work.tag,
    PRIMARY KEY (thing_id, tag_id));
CREATE TABLE work.held (id serial PRIMARY KEY, thing_id integer NOT NULL REFERENCES work.thing);
CREATE TABLE work.noted (code text PRIMARY KEY, words text);
INSERT INTO work.noted VALUES ('a/b', 'ü');
CREATE FUNCTION work.speak() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.title = 'field' THEN RAISE sqlstate 'PT400' USING MESSAGE = 'Write <less>.', COLUMN = 'note'; END IF;
    IF new.title = 'whole' THEN RAISE sqlstate 'PT402' USING MESSAGE = 'Pay <first>.'; END IF;
    RETURN new;
END $$;
CREATE TRIGGER speak BEFORE INSERT ON work.thing FOR EACH ROW EXECUTE FUNCTION work.speak();
GRANT USAGE ON SCHEMA work TO site;
GRANT ALL ON ALL TABLES IN SCHEMA work TO site;
GRANT ALL ON ALL SEQUENCES IN SCHEMA work TO site;
SQL
sub sql { return $cluster->sql('forms', @_) }

my $users = setting('users');
my $httpd = new_httpd('forms', site => new_site('forms'), users => '/nonexistent', database => $cluster->conninfo('forms'), config => <<"CONF");
<Location "/">
    SiteBasicProvider file
    AuthUserFile $users/passwords
    AuthGroupFile $users/groups
    SiteSessionTable mod_site.session lifetime=1d page=/api-auth/
</Location>
<Location "/api-auth/">
    SetHandler site-login
</Location>
<Location "/desk">
    SetHandler site
    SiteSchema work
    SiteMethods GET POST PUT PATCH DELETE OPTIONS
    <SiteResource thing>
        SiteTable work.thing
        SiteNames thing things
        SiteLabel title
        SiteRelation tags target=tag via=work.thing_tag show=key
        SiteAttribute made readonly
    </SiteResource>
    <SiteResource noted>
        SiteTable work.noted
        SiteBodyLimit 20000
    </SiteResource>
    <RequireAny>
        Require method GET HEAD OPTIONS
        Require group editors
        <RequireAll>
            Require user viewer
            Require method POST PUT
        </RequireAll>
    </RequireAny>
</Location>
<Location "/page">
    SetHandler site
</Location>
<Location "/desk/noted">
    LimitRequestBody 30000
</Location>
CONF
$httpd->expect_log(qr/AH01630|AH01631|AH01618|AH01617/);
$httpd->start;
my $client = $httpd->client;
my @html = (Accept => 'text/html,application/xhtml+xml,*/*;q=0.8');
my %editor = (basic('editor'), @html);

sub page { my ($path, %headers) = @_; my $answer = $client->get($path, %editor, %headers); $answer->{text} = decode_utf8($answer->{body}); return $answer }

# --- a form as a browser reads it, fills it in and sends it ------------------------------------------------------------------------
sub unescape {
    my ($text) = @_;
    my %entity = (lt => '<', gt => '>', quot => '"', amp => '&', '#39' => "'");
    return $text =~ s/&(lt|gt|quot|amp|#39);/$entity{$1}/gr;
}

# The first form of a page: its address, whether it is in parts, and its successful controls, in order.
sub form_of {
    my ($text) = @_;
    my ($head, $body) = $text =~ m{<form class="sheet" method="post"([^>]*)>(.*?)</form>}s or return;
    my @controls;
    while ($body =~ m{<(input|textarea|select|button)\b([^>]*)>(?:(?<=textarea)|)}g) {
        my ($tag, $attributes) = ($1, $2);
        my ($name) = $attributes =~ /\bname="([^"]*)"/;
        next if !defined $name;
        $name = unescape($name);
        my ($type) = $attributes =~ /\btype="([^"]*)"/;
        if ($tag eq 'input') {
            next if ($type // '') eq 'checkbox' && $attributes !~ /\bchecked\b/;
            my ($value) = $attributes =~ /\bvalue="([^"]*)"/;
            push @controls, [$name, ($type // '') eq 'file' ? \'' : unescape($value // '')];
        }
        elsif ($tag eq 'textarea') {
            $body =~ m{\G\n?(.*?)</textarea>}gs;
            push @controls, [$name, unescape($1) =~ s/\r?\n/\r\n/gr];
        }
        elsif ($tag eq 'select') {
            $body =~ m{\G(.*?)</select>}gs;
            my ($options, $first) = ($1);
            my @chosen;
            while ($options =~ m{<option value="([^"]*)"( selected)?>}g) {
                $first //= $1;
                push @chosen, $1 if $2;
            }
            @chosen = ($first) if !@chosen && $attributes !~ /multiple/ && defined $first;
            push @controls, [$name, unescape($_)] for @chosen;
        }
    }
    return { action => unescape(($head =~ /action="([^"]*)"/)[0] // ''), parts => scalar($head =~ /multipart/), controls => \@controls };
}

# Changes controls by name: a value, a list of them (several, or none), or undef (not sent).
sub fill {
    my ($form, %values) = @_;
    my @kept = grep { !exists $values{ $_->[0] } } @{ $form->{controls} };
    for my $name (sort keys %values) {
        push @kept, [$name, $_] for ref $values{$name} eq 'ARRAY' ? @{ $values{$name} } : defined $values{$name} ? ($values{$name}) : ();
    }
    return { %$form, controls => \@kept };
}

sub submit {
    my ($form, %headers) = @_;
    my $body = '';
    my $type = 'application/x-www-form-urlencoded';
    if ($form->{parts}) {
        $type = 'multipart/form-data; boundary=xyz';
        for (@{ $form->{controls} }) {
            my ($name, $value) = @$_;
            $body .= "--xyz\r\nContent-Disposition: form-data; name=\"$name\"" . (ref $value ? '; filename="' . (length $$value ? 'p.png' : '') . '"' : '')
                . "\r\n\r\n" . (ref $value ? $$value : encode_utf8($value)) . "\r\n";
        }
        $body .= "--xyz--\r\n";
    }
    else {
        $body = join '&', map { join '=', map { encode_utf8($_) =~ s/([^\w.~-])/sprintf '%%%02X', ord $1/ger } @$_ } @{ $form->{controls} };
    }
    my $answer = $client->request('POST', $form->{action}, { %editor, 'Content-Type' => $type, %headers }, $body);
    $answer->{text} = decode_utf8($answer->{body} // '');
    return $answer;
}

sub complaint { my ($answer, $name) = @_; return ($answer->{text} =~ m{name="\Q$name\E".*?<p class="about" id="[^"]*">(?:<strong>(.*?)</strong>)?}s)[0] }

# --- a new row ------------------------------------------------------------------------------------------------------------------------
like page('/desk/thing/')->{text}, qr{<a class="button" href="/desk/thing/\?_form=new" rel="nofollow">New thing</a>}, 'a collection leads to its form';
unlike page('/desk/thing/', Authorization => '')->{text}, qr/_form=new/, 'not for somebody who may not';
my $new = page('/desk/thing/?_form=new');
is $new->{status}, 200, 'the form';
is $new->{headers}{'cache-control'}, 'private, no-store', 'is kept by nobody';
like $new->{text}, qr{<meta name="robots" content="noindex">}, 'and in no search engine';
like $new->{text}, qr{What it says on its back}, 'the comment of a column is shown';
like $new->{text}, qr{<option value="2">Shelf &lt;2&gt;</option>}, 'related rows by their labels';
unlike $new->{text}, qr{row 1000}, 'not more than can be looked through';
like $new->{text}, qr{name="far" type="text"}, 'where there are more, a key is asked for';
unlike $new->{text}, qr{name="(?:id|made)"}, 'what cannot be written is not asked for';
my $form = form_of($new->{text});
is $form->{action}, '/desk/thing/?_method=POST', 'its address';
my $answer = submit(fill($form, title => 'Tides', on_loan => undef));
is $answer->{status}, 303, 'sent' or diag $answer->{body};
like $answer->{headers}{location}, qr{^http://127\.0\.0\.1:\d+/desk/thing/1/$}, 'shows the way to the row';
is sql('SELECT (to_jsonb(t) - \'made\')::text FROM work.thing t'), sql(<<'SQL'), 'what was left empty is NULL, or the default';
SELECT (to_jsonb(t) - 'made')::text FROM (SELECT 1 AS id, 'Tides'::text AS title, NULL AS code, NULL AS note, ''::text AS plain, NULL AS number, NULL AS price,
    NULL AS ratio, false AS on_loan, NULL AS maybe, 'book' AS kind, NULL AS shelf, NULL AS far, '{}'::text[] AS words, NULL AS doc, NULL AS day, NULL AS at,
    NULL AS span, NULL AS picture) t
SQL

my $photo = join '', map { chr } 0 .. 255;
$answer = submit(fill($form, title => "Üb<er>\r\n\"all\"", code => 'A1', note => "one\r\n\r\ntwo", plain => 'p', number => '-7', price => '12.50', ratio => '0.1',
    on_loan => 'true', maybe => 'false', kind => 'map', shelf => '2', far => '1001', tags => [1, 3], words => '["a, b", "c\"d", null]' =~ s/, null//r,
    doc => '{"x": [1, 2]}', day => '2026-02-28', at => '2026-02-28T12:00:00Z', span => '3 04:05:06', picture => [\$photo]));
is $answer->{status}, 303, 'all of it' or diag $answer->{body};
is sql(q{SELECT concat_ws('|', title, code, note, plain, number, price, ratio, on_loan, maybe, kind, shelf, far, words, doc, day, at AT TIME ZONE 'UTC', span) FROM work.thing WHERE id = 2}),
    encode_utf8("Üb<er>\n\"all\"|A1|one\n\ntwo|p|-7|12.50|0.1|t|f|map|2|1001|{\"a, b\",\"c\\\"d\"}|{\"x\": [1, 2]}|2026-02-28|2026-02-28 12:00:00|3 days 04:05:06"), 'is what was said';
is sql('SELECT string_agg(tag_id::text, \',\' ORDER BY tag_id) FROM work.thing_tag WHERE thing_id = 2'), '1,3', 'and the rows on the other side';
is sql("SELECT encode(picture, 'hex') FROM work.thing WHERE id = 2"), unpack('H*', $photo), 'and every byte of a file';

# --- what is wrong stands at its field ---------------------------------------------------------------------------------------------------
$answer = submit(fill($form, title => '', number => 'x', code => 'toolong', shelf => '99', words => '[oops', doc => '', on_loan => 'true', plain => 'kept "so"'));
is $answer->{status}, 400, 'refused';
is complaint($answer, 'words'), 'Value must be valid JSON.', 'a list that is none';
$answer = submit(fill($form, title => '', number => 'x', code => 'toolong', shelf => '99', on_loan => 'true', plain => 'kept "so"', tags => [2]));
is complaint($answer, 'title'), 'This field may not be blank.', 'what must be there';
is complaint($answer, 'number'), 'A valid integer is required.', 'what is no number';
is complaint($answer, 'code'), 'Ensure this field has no more than 5 characters.', 'what is too long';
like complaint($answer, 'shelf'), qr/^Invalid pk &quot;99&quot;/, 'what does not exist';
is complaint($answer, 'plain'), undef, 'and nothing else';
my ($summary) = $answer->{text} =~ m{<div class="notice" role="alert">(.*?)</div>}s;
my %led = ($summary // '') =~ m{<li><a href="#(f\d+)">([^<]*)</a>: [^<]+</li>}g;
is_deeply [sort values %led], [qw(Code Number Shelf Title)], 'what is wrong is told above the form, too';
like $answer->{text}, qr{<(?:input|select|textarea) id="$_" [^>]*aria-invalid="true"}, "with a link to $led{$_}" for sort keys %led;
unlike page('/api/thing/?_form=new')->{text}, qr{role="alert"}, 'where nothing is wrong, nothing is told';
my %again;
push @{ $again{ $_->[0] } }, $_->[1] for @{ form_of($answer->{text})->{controls} };
is_deeply [@again{qw(plain number shelf on_loan tags)}], [['kept "so"'], ['x'], ['99'], ['true'], ['2']], 'what was sent is still there';
$answer = submit(fill($form, title => 'Twice', code => 'A1'));
is complaint($answer, 'code'), 'thing with this code already exists.', 'what only the database knows, too';
$answer = submit(fill($form, title => 'field', plain => 'kept'));
is $answer->{status}, 400, 'what a trigger says';
is complaint($answer, 'note'), 'Write &lt;less&gt;.', '... stands at the field that it names';
$answer = submit(fill($form, title => 'whole', plain => 'kept'));
is $answer->{status}, 402, '... with its own status';
like $answer->{text}, qr{role="alert".*Pay &lt;first&gt;\..*name="plain"[^>]*>\nkept<}s, '... or above the form, which keeps what was sent';
is sql('SELECT count(*) FROM work.thing'), 2, 'nothing was made';

# --- changing a row ------------------------------------------------------------------------------------------------------------------------
like page('/desk/thing/2/')->{text}, qr{href="/desk/thing/2/\?_form=edit".*href="/desk/thing/2/\?_form=delete"}s, 'a row leads to its forms';
my $row = sub { sql('SELECT (to_jsonb(t) || jsonb_build_object(\'tags\', (SELECT jsonb_agg(tag_id ORDER BY tag_id) FROM work.thing_tag WHERE thing_id = t.id)))::text FROM work.thing t WHERE id = ' . shift) };
for my $id (1, 2) {
    my $before = $row->($id);
    my $edit = form_of(page("/desk/thing/$id/?_form=edit")->{text});
    is $edit->{action}, "/desk/thing/$id/?_method=PATCH", 'the form of a row';
    is submit($edit)->{status}, 303, 'sent as it is';
    is $row->($id), $before, 'changes nothing';
}
my $edit = form_of(page('/desk/thing/2/?_form=edit')->{text});
is submit(fill($edit, title => 'New', on_loan => undef, tags => [], note => '', number => '', words => '[]'))->{status}, 303, 'changed';
is sql(q{SELECT concat_ws('|', title, on_loan, note IS NULL, note, number IS NULL, words, (SELECT count(*) FROM work.thing_tag WHERE thing_id = 2), length(picture)) FROM work.thing WHERE id = 2}),
    'New|f|f||t|{}|0|256', 'boxes and selections can be emptied; a file stays where none was chosen';
is submit(fill(form_of(page('/desk/thing/2/?_form=edit')->{text}), _clear => ['picture']))->{status}, 303, 'a file may go';
is sql('SELECT picture IS NULL FROM work.thing WHERE id = 2'), 't', 'it is gone';
sql(q{UPDATE work.thing SET maybe = NULL, shelf = NULL WHERE id = 2});
$edit = form_of(page('/desk/thing/2/?_form=edit')->{text});
sql(q{UPDATE work.thing SET title = 'Hers' WHERE id = 2});
$answer = submit(fill($edit, title => 'His'));
is $answer->{status}, 412, 'what somebody else changed meanwhile is not overwritten';
like $answer->{text}, qr{role="alert">\s*<p>The row is no longer as you know it\.</p>}, 'he is told';
is submit(form_of($answer->{text}))->{status}, 303, 'and may, now that he knows';
is sql('SELECT title FROM work.thing WHERE id = 2'), 'His', 'it is his';
$edit = form_of(page('/desk/noted/a%2Fb/?_form=edit')->{text});
$answer = submit(fill($edit, code => 'c?d'));
like "$answer->{status} $answer->{headers}{location}", qr{^303 .*/desk/noted/c%3Fd/$}, 'a key that is changed has another address';
is page('/desk/thing/99/?_form=edit')->{status}, 404, 'a row that is not there';

# --- raw data ---------------------------------------------------------------------------------------------------------------------------------
my ($raw) = page('/desk/thing/1/?_form=edit')->{text} =~ m{<details class="raw">(.*?)</details>}s;
is_deeply [$raw =~ m{<button formaction="([^"]*)">(\w+)</button>}g], ['/desk/thing/1/?_method=PUT', 'PUT', '/desk/thing/1/?_method=PATCH', 'PATCH'], 'the ways to send it';
my $json = JSON::PP->new->decode(unescape(($raw =~ m{name="_content"[^>]*>\n(.*?)</textarea>}s)[0]));
is_deeply [sort keys %$json], [sort qw(title code note plain number price ratio on_loan maybe kind shelf far words doc day at span tags)], 'a body, ready to be changed';
my $send = sub { my ($method, $content) = @_; submit({ action => "/desk/thing/1/?_method=$method", controls => [['_content', $content]] }) };
is $send->('PATCH', '{"title": "Raw", "words": ["x"]}')->{status}, 303, 'PATCH';
is $send->('PUT', JSON::PP->new->encode({ %$json, title => 'Put' }))->{status}, 303, 'PUT';
is sql('SELECT title FROM work.thing WHERE id = 1'), 'Put', 'it is done';
$answer = $send->('PATCH', '{"title": }');
is $answer->{status}, 400, 'no JSON';
like $answer->{text}, qr{JSON parse error}, 'is told';
like $answer->{text}, qr{<details class="raw" open>.*\{&quot;title&quot;: \}}s, 'and is still there';
is complaint($send->('PATCH', '{"number": "x"}'), 'number'), 'A valid integer is required.', 'errors stand at their fields';

# --- deleting -------------------------------------------------------------------------------------------------------------------------------------
sql('INSERT INTO work.held (thing_id) VALUES (1)');
my $delete = page('/desk/thing/1/?_form=delete');
like $delete->{text}, qr{<h1>Delete Put</h1>.*cannot be undone}s, 'it is asked for first';
$answer = submit(form_of($delete->{text}));
is $answer->{status}, 409, 'a row that others refer to';
like $answer->{text}, qr{role="alert"}, 'is told about';
$answer = submit(form_of(page('/desk/thing/2/?_form=delete')->{text}));
like "$answer->{status} $answer->{headers}{location}", qr{^303 /desk/thing/$}, 'deleted, and back to the others';
is sql('SELECT count(*) FROM work.thing'), 1, 'it is gone';
is page('/desk/thing/2/?_form=delete')->{status}, 404, 'and cannot be deleted again';

# --- who may ------------------------------------------------------------------------------------------------------------------------------------------
my %viewer = basic('viewer');
my $patch = { action => '/desk/thing/1/?_method=PATCH', controls => [['title', 'Mine']] };
is submit($patch, %viewer)->{status}, 403, 'a form counts as the method that it means: POST he might';
is submit({ %$patch, action => '/desk/thing/1/?_method=DELETE' }, %viewer)->{status}, 403, 'nor may he delete';
is submit({ %$patch, action => '/desk/thing/1/?_method=PUT', controls => [['title', 'By PUT']] }, %viewer)->{status}, 303, 'what he may, he may';
is submit($patch, Authorization => '')->{status}, 401, 'nobody may not';
is page('/desk/thing/1/?_form=delete', %viewer)->{status}, 403, 'a form that he could not send';
is page('/desk/thing/?_form=new', Authorization => '')->{status}, 401, 'nor nobody';
like page('/desk/thing/1/', %viewer)->{text}, qr{_form=edit(?!.*_form=delete)}s, 'what is offered is what he may';
is page('/desk/thing/1/?_form=other')->{status}, 400, 'no such form';
is page('/desk/thing/?_form=edit')->{status}, 400, 'not here';
is submit({ %$patch, action => '/desk/thing/1/?_method=TRACE' })->{status}, 400, 'no such method';
is submit({ %$patch, action => '/desk/thing/?_method=DELETE' })->{status}, 405, 'nor of a collection';
for my $from (['Origin' => 'https://elsewhere.example'], ['Sec-Fetch-Site' => 'cross-site'], ['Referer' => 'https://elsewhere.example/x']) {
    is submit($patch, @$from)->{status}, 403, "another site's page cannot make a browser send one ($from->[0])";
}
is $client->request('POST', '/desk/thing/1/?_method=DELETE', { basic('editor'), 'Content-Type' => 'application/x-www-form-urlencoded' }, '')->{status}, 405,
    'to clients of the API it means nothing';
is $client->request('POST', '/desk/thing/1/?_method=DELETE', { %editor, 'Content-Type' => 'application/json' }, '{}')->{status}, 405, 'nor with another body';
is sql('SELECT title FROM work.thing'), 'By PUT', 'nothing has changed';

# --- a browser's session: its forms show its token -----------------------------------------------------------------------------------------------------
{
    my %jar;
    my $keep = sub {
        my $set = shift->{headers}{'set-cookie'} // [];
        /^(\w+)=([^;]*)/ and $jar{$1} = $2 for ref $set ? @$set : $set;
    };
    my $cookies = sub { return (Authorization => '', Cookie => join '; ', map { "$_=$jar{$_}" } sort keys %jar) };
    my $login = page('/api-auth/login/', Authorization => '');
    $keep->($login);
    my ($token) = $login->{text} =~ /name="csrfmiddlewaretoken" value="(\w+)"/;
    $keep->(submit({ action => '/api-auth/login/', controls => [['username', 'editor'], ['password', 'editor-pw'], ['csrfmiddlewaretoken', $token], ['next', '/']] }, $cookies->()));
    my $his = form_of(page('/desk/thing/1/?_form=edit', $cookies->())->{text});
    is submit(fill($his, csrfmiddlewaretoken => undef, title => 'x'), $cookies->())->{status}, 403, 'without its token a form is refused';
    is submit(fill($his, title => 'By session'), $cookies->())->{status}, 303, 'with it, it is not';
    is sql('SELECT title FROM work.thing'), 'By session', 'it is done';
    my $again = submit(fill(form_of(page("/desk/thing/1/?_form=edit", $cookies->())->{text}), title => "With a file", picture => [\('x' x 2_000_000)]), $cookies->());
    is $again->{status}, 413, 'an upload that is too large shows its token';
    like $again->{text}, qr{>\nWith a file</textarea>}, 'and the form comes back';
    my $to_page = { action => '/page/', controls => [['x', 'y']] };
    is submit($to_page, $cookies->())->{status}, 403, 'a form that is sent to a page of the site shows its token, too';
    for my $who (['a session', $cookies->()], ['a password', %editor]) {
        my ($name, @who) = @$who;
        my $large = 'x' x 50_000;
        $again = submit(fill(form_of(page('/desk/noted/c%3Fd/?_form=edit', @who)->{text}), words => $large), @who);
        is $again->{status}, 413, "$name, beyond LimitRequestBody: the token is not read";
        like $again->{text}, qr{<p>The request body is too large\. The limit is 20000 bytes\.</p>}, '... the limit is named';
        like $again->{text}, qr{>\nü</textarea>}, '... the form comes back with the row as it is';
        is decode_utf8(sql('SELECT words FROM work.noted')), 'ü', '... and nothing is stored';
        is submit(form_of($again->{text}), @who)->{status}, 303, '... it can be sent again';
        is decode_utf8(sql('SELECT words FROM work.noted')), 'ü', '... and takes nothing away';
        $again = submit(fill(form_of(page('/desk/noted/?_form=new', @who)->{text}), code => 'new', words => $large), @who);
        is $again->{status}, 413, '... a new row';
        ok form_of($again->{text}), '... the form comes back';
        is submit({ %{ form_of($again->{text}) }, action => '/desk/noted/c%3Fd/?_method=DELETE', controls => [['x', $large]] }, @who)->{status}, 413, '... DELETE';
        is sql('SELECT count(*) FROM work.noted'), 1, '... nothing is written';
    }
}

# --- what programs are told, for people --------------------------------------------------------------------------------------------------------------
my $options = page('/desk/thing/?_form=options');
is $options->{status}, 200, 'OPTIONS as a page';
like $options->{text}, qr{Methods: GET, POST, HEAD, OPTIONS}, 'the methods';
my $told = JSON::PP->new->decode(unescape(($options->{text} =~ m{<pre><code>(.*?)</code></pre>}s)[0]));
is_deeply $told, $client->request('OPTIONS', '/desk/thing/', { basic('editor') })->{json}, 'and the very document';

# --- a write that wants HTML but is no form of ours gets a page ------------------------------------------------------------------------------------------
$answer = $client->request('POST', '/desk/tag/', { %editor, 'Content-Type' => 'application/json' }, '{"name": "<i>new</i>"}');
is $answer->{status}, 201, 'made';
like $answer->{headers}{'content-type'}, qr{^text/html}, 'shown as a page';
like $answer->{body}, qr{&lt;i&gt;new&lt;/i&gt;}, 'the row';

# --- files are to be had: pictures are shown, all else is saved ------------------------------------------------------------------------------
{
    my $png = pack 'H*', '89504e470d0a1a0a0000000d4948445200000001000000010806000000' . '1f15c4890000000d49444154789c636060606000000005000150a0d3cd0000000049454e44ae426082';
    is submit(fill($form, title => 'With a picture', picture => [\$png]))->{status}, 303, 'a picture';
    is submit(fill($form, title => 'With a page', picture => [\'<script>alert(1)</script> and so on, and so on']))->{status}, 303, 'and something else';
    my ($shown, $saved) = split /\n/, sql('SELECT id FROM work.thing ORDER BY id DESC LIMIT 2') =~ s/(\d+)\n(\d+)/$2\n$1/r;
    my $src = "/desk/thing/$shown/?_file=picture";
    like page("/desk/thing/$shown/")->{text}, qr{<img src="\Q$src\E" alt="Picture" class="picture">}, 'a picture is shown on its row\'s page';
    like page('/desk/thing/')->{text}, qr{<img src="\Q$src\E" alt="Picture" class="thumb" loading="lazy">}, 'and, small, in the table';
    like page("/desk/thing/$saved/")->{text}, qr{46 bytes <a href="/desk/thing/$saved/\?_file=picture" download>download</a>}, 'all else can be saved';
    my @image = (Accept => 'image/avif,image/webp,*/*;q=0.8');
    my $file = $client->get($src, @image);
    is_deeply [@$file{qw(status body)}, @{ $file->{headers} }{qw(content-type x-content-type-options content-disposition)}], [200, $png, 'image/png', 'nosniff', undef],
        'the very bytes, as what they are';
    is $client->get($src, @image, 'If-None-Match' => $file->{headers}{etag})->{status}, 304, 'not twice';
    $file = $client->get("/desk/thing/$saved/?_file=picture", @html);
    is_deeply [@{ $file->{headers} }{qw(content-type content-disposition content-security-policy)}],
        ['application/octet-stream', "attachment; filename*=UTF-8''picture", "default-src 'none'; sandbox"], 'no page of ours is made of it';
    is $client->get("/desk/thing/$shown/?_file=$_", @image)->{status}, 404, "nothing else: $_" for qw(title nosuch tags);
    is $client->get('/desk/thing/1/?_file=picture', @image)->{status}, 404, 'nor what is NULL';
    like $client->get($src)->{headers}{'content-type'}, qr{^application/json}, 'to clients of the API it means nothing';
}

# --- an upload that is too large: the form comes back, with the limit and what was typed ------------------------------------------------------
{
    my $large = 'x' x 2_500_000;
    my $rows = sql('SELECT count(*) FROM work.thing');
    my $limit = qr{<p>The request body is too large\. The limit is 1 MiB\.</p>};
    $answer = submit(fill($form, title => 'Kept & <shown>', note => 'before it', picture => [\$large]));
    is $answer->{status}, 413, 'a new row with an upload that is too large';
    like $answer->{text}, $limit, 'the limit is named';
    like $answer->{text}, qr{>\nKept &amp; &lt;shown&gt;</textarea>}, 'fields behind the file are kept';
    like $answer->{text}, qr{<textarea[^>]* name="note"[^>]*>\s*before it</textarea>}, 'fields in front of it, too';
    is sql('SELECT count(*) FROM work.thing'), $rows, 'nothing is stored';
    is submit(fill(form_of($answer->{text}), title => 'Smaller'))->{status}, 303, 'the form can be sent again, without the file';
    is sql("SELECT note FROM work.thing WHERE title = 'Smaller'"), 'before it', 'with what was typed';

    $answer = submit(fill(form_of(page('/desk/thing/1/?_form=edit')->{text}), title => 'Edited', picture => [\$large]));
    is $answer->{status}, 413, 'an edited row';
    like $answer->{text}, qr{>\nEdited</textarea>}, 'what was typed is kept';
    is submit({ %{ form_of($answer->{text}) }, parts => 1 })->{status}, 303, 'and can be saved';
    is sql('SELECT title FROM work.thing WHERE id = 1'), 'Edited', 'it is saved';

    my $body = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nIn chunks\r\n--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n$large\r\n--b--\r\n";
    my $head = "POST /desk/thing/?_method=POST HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nAuthorization: $editor{Authorization}\r\n"
        . "Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n";
    my $raw = $client->raw($head . sprintf("%x\r\n%s\r\n0\r\n\r\n", length $body, $body));
    like $raw, qr{^HTTP/1.1 413.*Connection: close.*$limit.*>\nIn chunks</textarea>}s, 'a text that is too large: the whole fields in front of it are kept';
    unlike $raw, qr/x{100}/, 'no part of a text is';

    $answer = $client->request('POST', '/desk/thing/?_method=POST', { %editor, Accept => 'application/json', 'Content-Type' => 'multipart/form-data; boundary=b' }, $body);
    is_deeply [@$answer{qw(status)}, $answer->{json}], [413, { detail => 'The request body is too large. The limit is 1 MiB.' }], 'programs get the limit, too';
    is $client->request('POST', '/desk/thing/1/?_method=DELETE', { %editor, 'Content-Type' => 'multipart/form-data; boundary=b' }, $body)->{status}, 413,
        'a form that deletes is refused as well';
    is sql('SELECT count(*) FROM work.thing WHERE id = 1'), 1, 'the row is there';
}

done_testing;
