package Laws::Config;

# The configuration of a generated site: one resource for each table, and what its directives say. The parts that the laws
# need to know are kept beside the text: the relations of a resource, its pagination, its search, what it hides.
use strict;
use warnings;
use Laws::Random;
use Laws::Schema;

sub resource { my ($site, $name) = @_; return (grep { $_->{name} eq $name } @{ $site->{resources} })[0] }
sub of_table { my ($site, $table) = @_; return (grep { $_->{table} eq $table } @{ $site->{resources} })[0] }

sub text_columns {
    my ($table) = @_;
    return grep { $_->{type} eq 'text' && !$_->{ref} && !$_->{secret} && $_->{name} ne 'of' } @{ $table->{columns} };
}

# How related rows are shown. A slug needs a text that is unique where it shall be written.
sub show {
    my ($random, $target, $many) = @_;
    # Rows of a table with a composite key and no other have no address.
    my @ways = @{ $target->{key} } == 1 || Laws::Schema::column($target, 'code') ? ('key', 'link', 'nested') : 'nested';
    push @ways, 'slug:code', 'slug:code' if Laws::Schema::column($target, 'code');
    push @ways, 'none' if $many;
    return $random->pick(@ways);
}

sub relations {
    my ($random, $site, $resource, $table) = @_;
    my @relations;
    for my $column (grep { $_->{ref} } @{ $table->{columns} }) {
        my $target = Laws::Schema::table($site, $column->{ref}[0]);
        # Several relations over one column are allowed; the first one is written.
        for my $which (1 .. ($random->chance(15) ? 2 : 1)) {
            push @relations, { name => $column->{name} =~ s/_id$//r . ($which > 1 ? '_again' : ''), kind => 'forward', target => $target->{name},
                column => $column->{name}, to => $column->{ref}[1], show => show($random, $target) };
        }
    }
    for my $other (grep { !$_->{join} } @{ $site->{tables} }) {
        for my $column (grep { $_->{ref} && $_->{ref}[0] eq $table->{name} } @{ $other->{columns} }) {
            next if $random->chance(30);
            push @relations, { name => "of_$other->{name}_" . ($column->{name} =~ s/_id$//r), kind => 'reverse', target => $other->{name},
                column => $column->{name}, to => $column->{ref}[1], show => show($random, $other, 1) };
        }
    }
    for my $join (grep { $_->{join} } @{ $site->{tables} }) {
        for my $side (0, 1) {
            my ($here, $there) = @{ $join->{columns} }[$side, 1 - $side];
            next if $here->{ref}[0] ne $table->{name};
            my $target = Laws::Schema::table($site, $there->{ref}[0]);
            push @relations, { name => "via_$there->{name}" =~ s/_id$//r, kind => 'through', target => $target->{name}, via => $join->{name},
                here => $here->{name}, there => $there->{name}, own => $here->{ref}[1], to => $there->{ref}[1], show => show($random, $target, 1) };
        }
    }
    return \@relations;
}

# A nested table shows its own relations; those lead nowhere when they, too, are nested without end. One level is enough.
sub flatten {
    my ($site) = @_;
    for my $resource (@{ $site->{resources} }) {
        $_->{show} = 'key' for grep { $_->{show} eq 'nested' && $_->{target} eq $resource->{table} && $_->{kind} eq 'forward' } @{ $resource->{relations} };
        $_->{show} = 'none' for grep { $_->{show} eq 'nested' && $_->{target} eq $resource->{table} } @{ $resource->{relations} };
    }
    return;
}

# The first column of a composite key that nothing else takes the place of: it must not tell the order of the rows.
sub hide_key {
    my ($site, $table) = @_;
    return if @{ $table->{key} } == 1 || @{ $table->{uniques} } || grep { $_->{unique} } @{ $table->{columns} };
    Laws::Schema::column($table, $table->{key}[0])->{secret} = 'hide' if Laws::Random->new($site->{seed}, "key of $table->{name}")->chance(80);
    return;
}

# GRANTs that leave something out: what a client may not read without signing in, and what nobody may write.
sub limit_rights {
    my ($site, $table) = @_;
    my $random = Laws::Random->new($site->{seed}, "rights of $table->{name}");
    $table->{denied}{ $random->pick(qw(INSERT UPDATE DELETE)) } = 1 if $random->chance($table->{join} ? 15 : 10);
    return if $table->{join};
    my @free = $random->shuffle(grep { $_->{null} && !$_->{secret} && !$_->{unique} } @{ $table->{columns} });
    (shift @free)->{fixed} = 1 if @free && $random->chance(20);
    my ($text) = grep { $_->{type} eq 'text' && !$_->{ref} } @free;
    $text->{secret} = 'reader' if $text && $site->{role} && $random->chance(60);
    return;
}

# Now and then a view of one of the tables, and its resource. A policy of the table does not hold for the view.
sub add_view {
    my ($site) = @_;
    my $random = Laws::Random->new($site->{seed}, 'view');
    my @could = grep { !$_->{join} && ($_->{hides} // '') ne 'policy' } @{ $site->{tables} };
    return if !@could || !$random->chance(40);
    my $view = Laws::Schema::view($random->pick(@could));
    push @{ $site->{tables} }, $view;
    push @{ $site->{resources} }, { name => "r$view->{name}", table => $view->{name} };
    return;
}

sub generate {
    my ($random, $site) = @_;
    $site->{role} = $random->chance(30);
    for my $table (grep { !$_->{join} } @{ $site->{tables} }) {
        my @could = grep { !$_->{ref} && $_->{null} && $_->{type} eq 'text' } @{ $table->{columns} };
        $random->pick(@could)->{secret} = $random->pick('hide', 'grant') if @could && $random->chance(40);
        hide_key($site, $table);
        limit_rights($site, $table);
        push @{ $site->{resources} }, { name => "r$table->{name}", table => $table->{name} };
    }
    limit_rights($site, $_) for grep { $_->{join} } @{ $site->{tables} };
    add_view($site);
    for my $resource (@{ $site->{resources} }) {
        my $table = Laws::Schema::table($site, $resource->{table});
        $resource->{relations} = relations($random, $site, $resource, $table);
        $resource->{pages} = { style => $random->pick(qw(page page limit limit cursor cursor cursor none)), size => $random->between(2, 5) };
        my @text = text_columns($table);
        my @search = map { $_->{name} } $random->some(2, @text);
        for my $relation ($random->some(1, @{ $resource->{relations} })) {
            my ($column) = text_columns(Laws::Schema::table($site, $relation->{target})) or next;
            push @search, "$relation->{name}__$column->{name}";
        }
        $resource->{search} = \@search;
        $resource->{key} = 'code' if Laws::Schema::column($table, 'code') && ($random->chance(50) || @{ $table->{key} } > 1);
        $resource->{order} = $random->chance(30) ? [($random->chance(50) ? '-' : '') . $text[0]{name}] : [];
        $resource->{facets} = [map { $_->{name} } $random->some(1, grep { $_->{type} eq 'boolean' && $_->{name} ne 'shown' } @{ $table->{columns} })];
        # There are no facets of numerics.
        push @{ $resource->{facets} }, map { $_->{name} } grep { Laws::Schema::column($table, $_->{column})->{type} ne 'numeric' }
            $random->some(1, grep { $_->{kind} eq 'forward' } @{ $resource->{relations} });
        $resource->{require} = 1 if $random->chance(15);
        # The rows of a view are those of its table.
        $resource->{require} = of_table($site, $table->{view})->{require} if $table->{view};
        $resource->{key} //= $table->{key}[0] if $table->{view} && @{ $table->{key} } == 1;
        $resource->{strict} = 1 if $random->chance(20);
    }
    flatten($site);
    return;
}

# --- text --------------------------------------------------------------------------------------------------------------------

# A row of the resource's whose address needs no encoding, as [column of the key, key]: it has a section of its own.
sub own_row {
    my ($site, $resource) = @_;
    my $table = Laws::Schema::table($site, $resource->{table});
    my $name = $resource->{key} // (@{ $table->{key} } == 1 ? $table->{key}[0] : return);
    my ($at) = grep { $table->{columns}[$_]{name} eq $name } 0 .. $#{ $table->{columns} };
    my ($row) = grep { $_->[$at] =~ /^\w+(?:[.-]\w+)*$/ } @{ $table->{rows} } or return;
    return [$table->{columns}[$at], $row->[$at]];
}

sub relation_line {
    my ($site, $relation) = @_;
    my $target = of_table($site, $relation->{target}) or return ();
    my $line = "SiteRelation $relation->{name} target=$target->{name} show=$relation->{show}";
    $line .= " column=$relation->{column}" if $relation->{kind} ne 'through';
    $line .= ' reverse' if $relation->{kind} eq 'reverse';
    $line .= " via=$site->{name}.$relation->{via}:$relation->{here},$relation->{there}" if $relation->{kind} eq 'through';
    return $line;
}

sub resource_lines {
    my ($site, $resource) = @_;
    my $table = Laws::Schema::table($site, $resource->{table});
    my @lines = ("SiteTable $site->{name}.$table->{name}", "SitePagination $resource->{pages}{style} size=$resource->{pages}{size} max=50");
    push @lines, map { relation_line($site, $_) } @{ $resource->{relations} };
    push @lines, "SiteKey $resource->{key}" if $resource->{key};
    push @lines, 'SiteSearch ' . join ' ', @{ $resource->{search} } if @{ $resource->{search} };
    push @lines, 'SiteDefaultOrdering ' . join ' ', @{ $resource->{order} } if @{ $resource->{order} };
    push @lines, 'SiteFacets ' . join ' ', @{ $resource->{facets} } if @{ $resource->{facets} };
    push @lines, 'SiteMethods GET OPTIONS' if $table->{view};
    push @lines, 'SiteStrict On' if $resource->{strict};
    push @lines, 'SiteWhere shown=true', 'SiteAttribute shown hidden', 'SiteLookups shown none' if ($table->{hides} // '') eq 'where';
    my @hidden = map { $_->{name} } grep { ($_->{secret} // '') eq 'hide' } @{ $table->{columns} };
    push @hidden, 'shown' if ($table->{hides} // '') eq 'policy';
    push @lines, "SiteHide @hidden" if @hidden;
    return @lines;
}

# What httpd reads. USERS is the folder of the users' files.
sub text {
    my ($site, $users) = @_;
    my @join = map { $_->{name} } grep { $_->{join} } @{ $site->{tables} };
    my $text = "<Location \"/$site->{name}\">\n    SetHandler site\n    Require all granted\n    SiteSchema $site->{name}\n"
        . "    SiteRelations declared\n    SiteMethods GET POST PUT PATCH DELETE OPTIONS\n    SiteBasicProvider file\n    AuthUserFile $users/passwords\n";
    $text .= "    SiteHide @join\n" if @join;
    $text .= "    SiteRole laws_editor authenticated\n    SiteRole laws_reader anonymous\n" if $site->{role};
    for my $resource (@{ $site->{resources} }) {
        $text .= "    <SiteResource $resource->{name}>\n" . join('', map { "        $_\n" } resource_lines($site, $resource)) . "    </SiteResource>\n";
    }
    $text .= "</Location>\n";
    for my $resource (grep { $_->{require} } @{ $site->{resources} }) {
        $text .= "<Location \"/$site->{name}/$resource->{name}\">\n    AuthMerging Off\n    Require user admin\n</Location>\n";
    }
    for my $resource (@{ $site->{resources} }) {
        my $row = own_row($site, $resource) or next;
        $text .= "<Location \"/$site->{name}/$resource->{name}/$row->[1]\">\n    Header always set X-Row $resource->{name}\n</Location>\n";
    }
    return $text;
}

1;
