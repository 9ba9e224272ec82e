package Laws::Described;

# Law 5. OPTIONS and OpenAPI are true: both name the same methods and fields; a row of what they offer is accepted and read back equal;
# what they forbid is a 400 that names the field, or a 403 or 405, and changes nothing; each parameter that OpenAPI offers is accepted, and
# rows are what it says.
use strict;
use warnings;
use JSON::PP ();
use Laws::Config;
use Laws::Data qw(name_of);
use Laws::Requests qw(encode visible_rows);
use Laws::Schema;
use Laws::Writes;
use Site::Test::Users qw(basic);

my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $origin = 'http://laws.test';

sub path { my ($site, $resource) = @_; return "/$site->{name}/$resource->{name}/" }
sub decoded { my ($answer) = @_; return eval { $json->decode($answer->{body}) } }

# The schema that a $ref names, and the properties and required names of one that is made of others.
sub follow {
    my ($document, $schema) = @_;
    while (ref $schema eq 'HASH' && $schema->{'$ref'}) {
        my $to = $document;
        $to = $to->{$_} for grep { $_ ne '#' } split m{/}, $schema->{'$ref'};
        $schema = $to;
    }
    return $schema;
}

sub merged {
    my ($document, $schema) = @_;
    $schema = follow($document, $schema);
    my %all = (properties => { %{ $schema->{properties} // {} } }, required => [@{ $schema->{required} // [] }]);
    for my $part (map { merged($document, $_) } @{ $schema->{allOf} // [] }) {
        $all{properties} = { %{ $all{properties} }, %{ $part->{properties} } };
        push @{ $all{required} }, @{ $part->{required} };
    }
    return \%all;
}

sub takes {
    my ($schema, $type) = @_;
    my @types = ref $schema->{type} ? @{ $schema->{type} } : $schema->{type} // ();
    return scalar grep { $_ eq $type } @types, map { ref $_->{type} ? @{ $_->{type} } : $_->{type} // () } @{ $schema->{anyOf} // [] };
}

# --- a new row ---------------------------------------------------------------------------------------------------------------

# How a row of the relation's target is written, or nothing where there is none that can be.
sub reference {
    my ($random, $site, $relation) = @_;
    my $target = Laws::Schema::table($site, $relation->{target});
    my $resource = Laws::Config::of_table($site, $target->{name});
    my $name = $relation->{show} =~ /^slug:(.*)/ ? $1 : $relation->{show} eq 'link' ? $resource->{key} // $target->{key}[0] : $relation->{to};
    my @rows = grep { defined Laws::Requests::field($target, $_, $name) } visible_rows($target) or return;
    my $value = Laws::Requests::field($target, $random->pick(@rows), $name);
    # The generator has bytes, JSON characters.
    utf8::decode(my $text = $value);
    return $origin . path($site, $resource) . encode($value) =~ s/\./%2E/gr . '/' if $relation->{show} eq 'link';
    my $type = Laws::Schema::column($target, $name)->{type};
    return $type =~ /int/ ? 0 + $value : $text;
}

sub scalar_value {
    my ($random, $column, $number) = @_;
    my $type = $column->{type};
    return $number if $type eq 'integer';
    return 9007199254750000 + $number if $type eq 'bigint';
    return $random->pick('new', "it's", 'a/b', '<i>', "\x{f6}\x{20ac}") . " $number" if $type eq 'text';
    return $random->chance(50) ? JSON::PP::true : JSON::PP::false if $type eq 'boolean';
    return sprintf '%d.%02d', $random->between(0, 999), $random->below(100) if $type eq 'numeric';
    return $random->uuid if $type eq 'uuid';
    return sprintf '19%02d-%02d-%02d', $random->between(10, 99), $random->between(1, 12), $random->between(1, 28);
}

# A body of all fields that can be written, or why there can be none. Of several relations over one column the first is written.
sub body {
    my ($random, $site, $resource, $fields, $number) = @_;
    my $table = Laws::Schema::table($site, $resource->{table});
    my %body;
    for my $name (grep { !$fields->{$_}{read_only} && !/_again$/ } sort keys %$fields) {
        my ($relation) = grep { $_->{name} eq $name } @{ $resource->{relations} };
        if (!$relation) {
            my $column = Laws::Schema::column($table, $name) // return "$name is no column";
            $body{$name} = scalar_value($random, $column, $number);
        }
        elsif ($relation->{kind} eq 'through') {
            my $value = reference($random, $site, $relation);
            $body{$name} = defined $value && $random->chance(70) ? [$value] : [];
        }
        else {
            my $column = Laws::Schema::column($table, $relation->{column});
            my $value = $column->{unique} ? undef : reference($random, $site, $relation);
            return 'no row to refer to' if !defined $value && !$column->{null};
            $body{$name} = $value;
        }
    }
    return \%body;
}

# Whether every column that must have a value is written. A relation that is only shown nested cannot be.
sub possible {
    my ($site, $resource, $body) = @_;
    my $table = Laws::Schema::table($site, $resource->{table});
    my %written = map { $_ => 1 } keys %$body, map { $_->{column} } grep { $_->{kind} eq 'forward' && exists $body->{ $_->{name} } } @{ $resource->{relations} };
    return !grep { !$_->{null} && $_->{name} ne 'shown' && !$written{ $_->{name} } } @{ $table->{columns} };
}

sub write_headers { return { basic('editor'), 'Content-Type' => 'application/json', Accept => 'application/json', @_ } }

# --- the parts of the law ----------------------------------------------------------------------------------------------------

# The two descriptions of what is sent.
sub agree {
    my ($fields, $sent, $fail) = @_;
    my @options = sort grep { !$fields->{$_}{read_only} } keys %$fields;
    my @openapi = sort grep { !$sent->{properties}{$_}{readOnly} } keys %{ $sent->{properties} };
    $fail->('fields', "OPTIONS has @options; OpenAPI has @openapi") if "@options" ne "@openapi";
    my @must = sort grep { $fields->{$_}{required} } keys %$fields;
    my @required = sort @{ $sent->{required} };
    $fail->('required', "of OPTIONS @must; of OpenAPI @required") if "@must" ne "@required";
    return;
}

# What each field does not take: [what, value].
sub forbidden {
    my ($field, $schema) = @_;
    my @bad;
    push @bad, ['null', undef] if !takes($schema, 'null') && $field->{type} ne 'field';
    push @bad, ['type', 'no such thing'] if $field->{type} =~ /^(?:integer|boolean|decimal|date)$/;
    push @bad, ['type', {}] if $field->{type} eq 'string';
    push @bad, ['most', $field->{max_value} + 1] if defined $field->{max_value} && $field->{max_value} < 2**53;
    push @bad, ['least', $field->{min_value} - 1] if defined $field->{min_value} && $field->{min_value} > -2**53;
    push @bad, ['length', 'x' x ($field->{max_length} + 1)] if defined $field->{max_length};
    push @bad, ['blank', ''] if ($schema->{minLength} // 0) == 1;
    return @bad;
}

sub refuse {
    my ($random, $server, $path, $fields, $sent, $good, $fail) = @_;
    my @tries = map { my $name = $_; map { [$name, $_->[0], { %$good, $name => $_->[1] }] } forbidden($fields->{$name}, $sent->{properties}{$name} // {}) } sort keys %$good;
    push @tries, map { my $name = $_; [$name, 'missing', { map { $_ => $good->{$_} } grep { $_ ne $name } keys %$good }] } grep { $fields->{$_}{required} } sort keys %$good;
    my @some = $random->some(12, @tries);
    my @answers = $server->send_all(map { ['POST', $path, write_headers(), $json->encode($_->[2])] } @some);
    for my $try (@some) {
        my ($name, $what, $body) = @$try;
        my $answer = shift @answers;
        my $errors = decoded($answer);
        $fail->("forbidden+$what", "$name: status $answer->{status} $answer->{body} of POST " . $json->encode($body))
            if $answer->{status} != 400 || ref $errors ne 'HASH' || !exists $errors->{$name};
    }
    return;
}

# What OPTIONS calls read-only cannot be sent in strict mode.
sub refuse_read_only {
    my ($server, $path, $fields, $good, $fail) = @_;
    for my $name (grep { $fields->{$_}{read_only} } sort keys %$fields) {
        my $answer = $server->send('POST', $path, write_headers(Prefer => 'handling=strict'), $json->encode({ %$good, $name => 'x' }));
        my $errors = decoded($answer);
        $fail->('forbidden+read_only', "$name: status $answer->{status} $answer->{body}") if $answer->{status} != 400 || ref $errors ne 'HASH' || !exists $errors->{$name};
    }
    return;
}

# Whether a new row can have rows of a join table that nobody may delete, and so cannot be deleted either.
sub is_bound {
    my ($site, $table) = @_;
    return scalar grep { $_->{denied}{DELETE} && grep { $_->{ref}[0] eq $table->{name} } @{ $_->{columns} } } grep { $_->{join} } @{ $site->{tables} };
}

# Whether OPTIONS and OpenAPI agree that a row can be changed and deleted, and whether it can.
sub change {
    my ($server, $address, $good, $item, $bound, $fail) = @_;
    my $options = $server->send('OPTIONS', $address, write_headers());
    my %allow = map { $_ => 1 } $options->{headers}{allow} =~ /\b(PUT|PATCH|DELETE)\b/g;
    my $put = (decoded($options) // {})->{actions}{PUT};
    $fail->('put', "Allow has $options->{headers}{allow}, actions " . ($put ? 'PUT' : 'no PUT')) if !!$put != !!$allow{PUT};
    for my $method (qw(PUT PATCH DELETE)) {
        $fail->('allow', "OpenAPI has " . ($item->{ lc $method } ? '' : 'no ') . "$method of a row, Allow has $options->{headers}{allow}") if !!$item->{ lc $method } != !!$allow{$method};
    }
    my $patched = $server->send('PATCH', $address, write_headers(), $json->encode({ mark => $good->{mark} + 1 }));
    my $value = (decoded($patched) // {})->{mark} // '?';
    $fail->('patch', "status $patched->{status} $patched->{body}") if $allow{PATCH} ? $patched->{status} != 200 || $value != $good->{mark} + 1 : $patched->{status} !~ /^40[35]$/;
    my $deleted = $server->send('DELETE', $address, write_headers());
    my $fits = !$allow{DELETE} ? qr/^40[35]$/ : $bound ? qr/^(?:204|403)$/ : qr/^204$/;
    $fail->('delete', "status $deleted->{status} $deleted->{body} of DELETE $address") if $deleted->{status} !~ $fits;
    return;
}

# Takes a new row away by SQL, and what refers to it.
sub take_away {
    my ($server, $site, $table) = @_;
    my @joins = map { my $join = $_; map { [$join, $_] } grep { $_->{ref}[0] eq $table->{name} } @{ $join->{columns} } } grep { $_->{join} } @{ $site->{tables} };
    my $new = 'FROM ' . name_of($table->{name}) . ' WHERE mark >= 5000';
    $server->sql->run(join "\n", "SET search_path = $site->{name};",
        (map { 'DELETE FROM ' . name_of($_->[0]{name}) . ' WHERE ' . name_of($_->[1]{name}) . ' IN (SELECT ' . name_of($_->[1]{ref}[1]) . " $new);" } @joins), "DELETE $new;");
    return;
}

# A new row is what was sent, at its own address, too, and can be changed and deleted.
sub accept_row {
    my ($server, $path, $good, $item, $bound, $fail) = @_;
    my $sent = $json->encode($good);
    my $made = $server->send('POST', $path, write_headers(), $sent);
    return $fail->('offered', "status $made->{status} $made->{body} of POST $sent") if $made->{status} != 201;
    my $row = decoded($made);
    # An address has several spellings.
    my $spelled = sub { my ($text) = $json->encode($_[0]); return $text =~ /\Q$origin\E/ ? $text =~ s/%([0-9A-F]{2})/chr hex $1/ger : $text };
    my @other = grep { $spelled->($row->{$_}) ne $spelled->($good->{$_}) } sort keys %$good;
    $fail->('stored', "@other of $made->{body} after POST $sent") if @other;
    my $address = $made->{headers}{location} // '';
    # A row without an address cannot be taken away again by a request.
    return if $address !~ s{^\Q$origin\E}{};
    my $read = $server->send('GET', $address, { Accept => 'application/json', basic('editor') });
    $fail->('location', "status $read->{status} $read->{body} of $address after $made->{body}") if $read->{body} ne $made->{body};
    change($server, $address, $good, $item, $bound, $fail);
    return;
}

# A value of a parameter's type.
sub sample {
    my ($document, $schema) = @_;
    $schema = follow($document, $schema);
    return $schema->{enum}[0] if $schema->{enum};
    return sample($document, $schema->{oneOf}[0]) if $schema->{oneOf};
    return join ',', (sample($document, $schema->{items})) x ($schema->{minItems} // 1) if ($schema->{type} // '') eq 'array';
    my %of = (integer => 1, number => 1, boolean => 'true');
    my %format = (date => '2004-02-29', uuid => '01619b82-7029-93ca-084e-aea26eca8d8f');
    return $format{ $schema->{format} // '' } // $of{ ref $schema->{type} ? $schema->{type}[0] : $schema->{type} // '' } // 'a';
}

sub parameters {
    my ($random, $server, $resource, $document, $operation, $path, $fail) = @_;
    my @parameters = grep { $_->{in} eq 'query' } map { follow($document, $_) } @{ $operation->{parameters} };
    my @queries;
    for my $parameter ($random->some(10, @parameters)) {
        my $name = $parameter->{name};
        # A cursor is none of the client's making, an expression has a grammar of its own, and a related row must exist.
        next if $name =~ /^(?:cursor|filters|format)$/ || $name =~ /(?:^|__)(?:ref\d(?:_again)?|of_t\d\w*|via_(?:left|right))(?:__in)?$/;
        push @queries, encode($name) . '=' . encode(sample($document, $parameter->{schema}));
    }
    my @answers = $server->send_all(map { ['GET', "$path?$_", { Accept => 'application/json', Prefer => 'handling=strict' }] } @queries);
    for my $i (grep { $answers[$_]{status} != 200 } 0 .. $#queries) {
        $fail->('parameter', "status $answers[$i]{status} $answers[$i]{body} of ?$queries[$i]");
    }
    return;
}

# What rows have is what OpenAPI says of them.
sub rows {
    my ($document, $operation, $answer, $fail) = @_;
    my $schema = follow($document, $operation->{responses}{200}{content}{'application/json'}{schema});
    $schema = $schema->{properties}{results} // $schema;
    my $row = merged($document, $schema->{items});
    my $body = decoded($answer);
    for my $shown (@{ ref $body eq 'ARRAY' ? $body : $body->{results} }) {
        my ($has, $says) = map { join ' ', sort keys %$_ } $shown, $row->{properties};
        return $fail->('shown', "a row has $has; OpenAPI says $says") if $has ne $says;
        my @null = grep { !defined $shown->{$_} && !takes(follow($document, $row->{properties}{$_}), 'null') } sort keys %$shown;
        return $fail->('null', "@null of " . $json->encode($shown)) if @null;
    }
    return;
}

sub check_resource {
    my ($random, $server, $site, $resource, $document, $of_editor, $fail) = @_;
    my $path = path($site, $resource);
    my $described = $document->{paths}{"/$resource->{name}/"} // return $fail->('path', 'OpenAPI does not have it');
    parameters($random, $server, $resource, $document, $described->{get}, $path, $fail);
    rows($document, $described->{get}, $server->send('GET', $path, { Accept => 'application/json' }), $fail);
    my $options = $server->send('OPTIONS', $path, write_headers());
    my $may = ($options->{headers}{allow} // '') =~ /\bPOST\b/;
    my $fields = (decoded($options) // {})->{actions}{POST};
    return $fail->('allow', "Allow has $options->{headers}{allow}, actions " . ($fields ? 'POST' : 'none')) if !!$may != !!$fields;
    return $fail->('allow', 'OpenAPI has ' . ($described->{post} ? '' : 'no ') . "POST, Allow has $options->{headers}{allow}") if !!$may != !!$described->{post};
    if (!$may) {
        my $answer = $server->send('POST', $path, write_headers(), '{}');
        return $answer->{status} =~ /^40[35]$/ ? () : $fail->('allow', "Allow has $options->{headers}{allow}, POST is $answer->{status} $answer->{body}");
    }
    my $sent = merged($of_editor, $of_editor->{paths}{"/$resource->{name}/"}{post}{requestBody}{content}{'application/json'}{schema});
    agree($fields, $sent, $fail);
    my $good = body($random, $site, $resource, $fields, 5000 + $random->below(1000));
    return if !ref $good || !possible($site, $resource, $good);
    refuse($random, $server, $path, $fields, $sent, $good, $fail);
    refuse_read_only($server, $path, $fields, $good, $fail);
    # Without an address it could not be deleted.
    return if !$fields->{url};
    my ($item) = map { $of_editor->{paths}{$_} } grep { m{^/\Q$resource->{name}\E/\{} } sort keys %{ $of_editor->{paths} };
    my $table = Laws::Schema::table($site, $resource->{table});
    my $bound = is_bound($site, $table);
    accept_row($server, $path, $good, $item // {}, $bound, $fail);
    # A row that can be deleted is gone by now.
    take_away($server, $site, $table) if $bound || !($item // {})->{delete};
    return;
}

sub check {
    my ($server, $site) = @_;
    my $random = Laws::Random->new($site->{seed}, 'described');
    # What can be read is asked as anonymous, what can be written as editor, and so are the descriptions.
    my ($document, $of_editor) = map { $server->decoded($server->send('GET', "/$site->{name}/openapi.json", { Accept => 'application/json', @$_ })->{body}) // return } [], [basic('editor')];
    my @failures;
    my $before = Laws::Writes::rows_of($server, $site);
    for my $resource (grep { !$_->{require} } @{ $site->{resources} }) {
        my $fail = sub { push @failures, { law => 'described', kind => $_[0], address => path($site, $resource), why => $_[1] }; return };
        check_resource($random, $server, $site, $resource, $document, $of_editor, $fail);
        my $after = Laws::Writes::rows_of($server, $site);
        $fail->('changed', 'rows are others: ' . Laws::Writes::difference($before, $after)) if $before ne $after;
        $before = $after;
    }
    return @failures;
}

1;
