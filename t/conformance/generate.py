#!/usr/bin/env python3
"""Grows the corpus: walks attributes x lookups x values x negation x relations over the reference's resources.

generate.py ORACLE_URL [--out FILE] [--known FILE] [--list] asks the reference (a Django site over the demo database, as it was loaded)
every request of `cases()` and records the answers as gzipped JSON lines, {"path", "status", ...} as httpcase.Client
gives them. replay.py compares a server with the recording; the reference is not needed for that.

What is drawn at random is drawn from a seeded generator: the same script makes the same requests.
"""
import argparse
import gzip
import itertools
import json
import os
import random
import sys
import zlib
from urllib.parse import quote, quote_plus

from httpcase import Client

HERE = os.path.dirname(os.path.abspath(__file__))

# Type names are those of the value table below.
ATTRIBUTES = {
    'constellations': {
        'id': 'smallint', 'abbr': 'varchar', 'name': 'varchar', 'label_ra': 'real', 'label_dec': 'real',
        'northern': 'boolean', 'notes': 'text'},
    'spectral-classes': {
        'code': 'varchar', 'description': 'text', 'temp_min': 'integer', 'temp_max': 'integer', 'color': 'varchar'},
    'observers': {
        'id': 'integer', 'name': 'varchar', 'email': 'varchar', 'joined': 'date', 'city': 'varchar',
        'country': 'varchar', 'latitude': 'double', 'longitude': 'double', 'elevation': 'real',
        'utc_offset': 'numeric', 'starts_at': 'time', 'last_ip': 'inet', 'active': 'boolean', 'bio': 'text'},
    'tags': {'id': 'integer', 'slug': 'varchar', 'label': 'varchar', 'kind': 'choice', 'created': 'timestamptz'},
    'stars': {
        'id': 'integer', 'hd': 'integer', 'designation': 'varchar', 'name': 'varchar', 'spectral_type': 'text',
        'ra': 'double', 'dec': 'double', 'magnitude': 'numeric', 'color_index': 'real', 'parallax': 'numeric',
        'distance': 'double', 'pm_ra': 'numeric', 'pm_dec': 'numeric', 'variable': 'boolean', 'multiple': 'boolean',
        'discovered': 'date', 'period': 'interval', 'transit': 'time', 'source_id': 'bigint', 'flags': 'smallint',
        'aliases': 'array', 'extra': 'jsonb', 'uid': 'uuid', 'chart': 'bytea', 'updated': 'timestamptz'},
    'observations': {
        'id': 'bigint', 'observed_at': 'timestamptz', 'local_date': 'date', 'local_time': 'time',
        'magnitude': 'numeric', 'seeing': 'real', 'exposure': 'interval', 'photons': 'bigint',
        'instrument': 'smallint', 'quality': 'enum', 'verified': 'boolean', 'notes': 'text', 'tags': 'array',
        'conditions': 'jsonb', 'client_ip': 'inet', 'uid': 'uuid', 'raw': 'bytea'},
}

# Relations by resource: (name, target, type of the related key).
RELATIONS = {
    'constellations': [('stars', 'stars', 'integer')],
    'spectral-classes': [('stars', 'stars', 'integer')],
    'observers': [('mentor', 'observers', 'integer'), ('students', 'observers', 'integer'),
                  ('observations', 'observations', 'bigint')],
    'tags': [('stars', 'stars', 'integer')],
    'stars': [('constellation', 'constellations', 'smallint'), ('spectral_class', 'spectral-classes', 'varchar'),
              ('tags', 'tags', 'integer'), ('observations', 'observations', 'bigint')],
    'observations': [('star', 'stars', 'integer'), ('observer', 'observers', 'integer')],
}
FORWARD = {'mentor', 'constellation', 'spectral_class', 'star', 'observer'}

PLAIN = ['', 'iexact', 'gt', 'gte', 'lt', 'lte', 'in', 'contains', 'icontains', 'startswith', 'istartswith',
         'endswith', 'iendswith', 'range', 'isnull', 'regex', 'iregex']
DAY_PARTS = ['year', 'month', 'day', 'week_day', 'iso_week_day', 'week', 'iso_year', 'quarter']
CLOCK_PARTS = ['hour', 'minute', 'second']
ARRAY = ['', 'contains', 'contained_by', 'overlap', 'isnull', 'len', 'len__gt', 'len__gte', 'len__lt', 'len__lte']
JSONB = ['', 'contains', 'contained_by', 'has_key', 'has_keys', 'has_any_keys', 'isnull']
NUMBERS = {'smallint', 'integer', 'bigint', 'real', 'double', 'numeric', 'part'}
TEXTS = {'varchar', 'text', 'enum', 'choice'}

# The first value of a category is the one used where only one is wanted.
VALUES = {
    'number': {
        'valid': ['5', '-1', '0', '1.5', '6.41', '1e2', '+7', '007', '41.0', ' 5 ', '.5', '5.'],
        'wrong': ['abc', '1e', '0x10', '1,5', '--1', '1_000', 'NaN', 'Infinity', '-inf'],
        'unicode': ['٣', '５', '½'], 'percent': ['%'], 'underscore': ['_'], 'comma': ['5,6'], 'quotes': ['"5"', "'5'"],
        'overflow': ['99999999999999999999', '-99999999999999999999', '32768', '2147483648', '9223372036854775808',
                     '1e400', '1e50', '0.00000000000000000001', '9' * 60]},
    'text': {
        'valid': ['G', 'a', 'Sirius', 'HD 224750', 'hd 224750', 'good', 'Alpha', 'And', 'G3', '1', ' Sirius '],
        'wrong': ['zzzzzz', '\\', '\x00', 'a\x00b', '[', '(', '*'],
        'unicode': ['José', 'josé', 'JOSÉ', 'ß', 'ﬁ', 'İ', '日本', '😀', '\u00a0'], 'percent': ['%', '100%', 'a%b'],
        'underscore': ['_', 'a_b'], 'comma': ['a,b', ',', 'G,', ',,'], 'quotes': ['"', "'", "O'Neil", "a'; --"],
        'overflow': ['x' * 300, 'é' * 130]},
    'boolean': {
        'valid': ['true', 'false', 'True', 'False', '1', '0'], 'wrong': ['maybe', 'yes', 'TRUE', 't', '2', 'null'],
        'unicode': ['１'], 'percent': ['%'], 'underscore': ['_'], 'comma': ['true,false', 'true,true'],
        'quotes': ['"true"'], 'overflow': ['11111111111111111111']},
    'date': {
        'valid': ['2021-04-01', '1733-08-02', '2021-4-1', '08/02/1733', '08/02/33', ' 2021-04-01 ', '2020-02-29'],
        'wrong': ['abc', '2021-13-01', '2021-02-29', '2021-04', '20210401', '01.04.2021', '2021-04-01T00:00:00',
                  'April 1, 2021'],
        'unicode': ['２０２１-04-01', '٢٠٢١-٠٤-٠١'], 'percent': ['%'], 'underscore': ['2021_04_01'],
        'comma': ['2021-04-01,2021-04-02'], 'quotes': ['"2021-04-01"'],
        'overflow': ['0000-01-01', '10000-01-01', '9999-12-31', '0001-01-01', '99999999-01-01']},
    'time': {
        'valid': ['10:29:47', '19:18', '00:00:00', '10:29:47.5', '23:59:59.999999', ' 10:29:47 ', '1:2:3'],
        'wrong': ['abc', '24:00:00', '10:60', '10:29:60', '10', '10:29:47Z', '10:29:47.1234567', '10am'],
        'unicode': ['１０:29:47'], 'percent': ['%'], 'underscore': ['10_29'], 'comma': ['10:00,11:00'],
        'quotes': ['"10:29"'], 'overflow': ['99:99:99', '-01:00']},
    'datetime': {
        'valid': ['2022-11-04T15:16:15Z', '2022-11-04 15:16:15', '2022-11-04T15:16', '2019-03-02T09:02:03.500000Z',
                  '2022-11-04T15:16:15+02:00', '2022-11-04T15:16:15-0230', '2022-11-04T15:16:15+01',
                  ' 2022-11-04T15:16:15Z '],
        'wrong': ['abc', '2022-11-04', '2022-13-04T15:16:15Z', '2022-11-04T25:16:15Z', '2022-11-04T15:16:60Z',
                  '2022-11-04t15:16:15z', '20221104T151615Z', '11/04/2022 15:16'],
        'unicode': ['２０２２-11-04T15:16:15Z'], 'percent': ['%'], 'underscore': ['2022_11_04T15:16:15Z'],
        'comma': ['2022-11-04T15:16:15Z,2022-11-05T00:00:00Z', '2022-11-04T15:16:15,5Z'],
        'quotes': ['"2022-11-04T15:16:15Z"'],
        'overflow': ['0000-01-01T00:00:00Z', '10000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z',
                     '0001-01-01T00:00:00Z', '2022-11-04T15:16:15+25:00', '2022-11-04T15:16:15.1234567Z']},
    'duration': {
        'valid': ['4 days 03:00:00', '00:00:03.75', '3.75', '3600', 'P4DT3H', 'PT3.75S', '36 17:15:09', '-1 00:00:00',
                  '881:15:09', '-P1D', '1:30', ' 3600 '],
        'wrong': ['abc', '1 month', 'P1M', 'P1Y', '1:2:3:4', '1 day', 'P'],
        'unicode': ['３６００'], 'percent': ['%'], 'underscore': ['1_000'], 'comma': ['1:00,2:00', '3,5'],
        'quotes': ['"3600"'], 'overflow': ['999999999 23:59:59', '1000000000 00:00:00', '99999999999999999999']},
    'uuid': {
        'valid': ['b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4', 'B4FF982842AA1FA97EB21FF80FFAD9A4',
                  '{b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4}', 'urn:uuid:6336c04c-db82-5505-ecb4-53c88d17c532',
                  ' 6336c04c-db82-5505-ecb4-53c88d17c532 '],
        'wrong': ['abc', 'b4ff9828', 'g4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4'], 'unicode': ['é'], 'percent': ['%'],
        'underscore': ['_'],
        'comma': ['b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4,6336c04c-db82-5505-ecb4-53c88d17c532'],
        'quotes': ['"b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4"'], 'overflow': ['b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4a']},
    'inet': {
        'valid': ['198.51.100.1', '192.0.2.1', '198.51.100.1/32', '198.51.100.0/24', '2001:db8::1', '2001:DB8:0::1',
                  ' 192.0.2.1 '],
        'wrong': ['abc', '999.1.1.1', '1.2.3.4/99', ':::'], 'unicode': ['é'], 'percent': ['%'], 'underscore': ['_'],
        'comma': ['198.51.100.1,192.0.2.1'], 'quotes': ['"192.0.2.1"'], 'overflow': ['1.2.3.4.5', '2001:db8::1::2']},
    'array': {
        'valid': ['visual', 'ccd,v-band', 'HD 224750', 'v-band,ccd', 'visual,visual'], 'wrong': ['zzz', '{}', '{a,b}'],
        'unicode': ['é'], 'percent': ['%'], 'underscore': ['_'], 'comma': ['a,,b', ',', 'ccd,'],
        'quotes': ['"comma,in tag"', "'", 'a"b', 'a\\b'], 'overflow': ['x' * 300]},
    'json': {
        'valid': ['{"source":"kstars"}', '{"rank": 1, "source": "kstars"}', '{"temp": null}', '1', '"x"', 'true',
                  '{"flags":[0]}', '[1]', '{"ratio":2.1633}', '{"ratio":2.16330}'],
        'wrong': ['abc', '{', '{"a":}', "{'a':1}", 'NaN', '{"a":1}}'], 'unicode': ['{"note":"π"}', '"\\ud800"'],
        'percent': ['%', '"%"'], 'underscore': ['_'], 'comma': ['1,2'], 'quotes': ['"', '""', '"\\""'],
        'overflow': ['{}', '[]', 'null', '1e400', '123456789012345678901234567890']},
    'key': {
        'valid': ['source', 'temp', 'rank', ' source '], 'wrong': ['zzz'], 'unicode': ['π'], 'percent': ['%'],
        'underscore': ['_'], 'comma': ['source,rank', 'zzz,source', ',', 'source,'], 'quotes': ['"source"'],
        'overflow': ['x' * 300]},
    'regex': {
        'valid': ['^G', 'HD [0-9]+$', 'a|b', '^$', '(?i)hd', '\\d{3}', '.', 'G.*'], 'wrong': ['[', '(', '*', 'a{', '\\'],
        'unicode': ['É', '^J.s'], 'percent': ['%'], 'underscore': ['_'], 'comma': ['a,b'], 'quotes': ['"', "'"],
        'overflow': ['a{1000}']},
    'year': {
        'valid': ['2021', '1733', '2022', '2022.5', ' 2021 '], 'wrong': ['abc', '20x1'], 'unicode': ['٢٠٢١'],
        'percent': ['%'], 'underscore': ['2_021'], 'comma': ['2021,2022'], 'quotes': ['"2021"'],
        'overflow': ['0', '10000', '-1', '9999', '1', '99999999999', '0.5']},
    'part': {
        'valid': ['2', '11', '15', '52', '1', '0', '7', '2.5'], 'wrong': ['abc'], 'unicode': ['２'], 'percent': ['%'],
        'underscore': ['_'], 'comma': ['1,2'], 'quotes': ['"1"'], 'overflow': ['99999999999', '-5', '2147483648']},
}
KINDS = {'smallint': 'number', 'integer': 'number', 'bigint': 'number', 'real': 'number', 'double': 'number',
         'numeric': 'number', 'varchar': 'text', 'text': 'text', 'enum': 'text', 'choice': 'text', 'boolean': 'boolean',
         'date': 'date', 'time': 'time', 'timestamptz': 'datetime', 'interval': 'duration', 'uuid': 'uuid',
         'inet': 'inet', 'array': 'array', 'jsonb': 'json', 'bytea': 'boolean'}
CATEGORIES = ['valid', 'wrong', 'unicode', 'percent', 'underscore', 'comma', 'quotes', 'overflow']
LISTS = {
    'number': ['5,6,7', '5', '5,', ',5', ',', '5,abc', '1.5,2', '5, 6', '99999999999999999999,5', '6.41,-1.44'],
    'text': ['G,K', 'Sirius,Vega', 'G', 'G,', ',G', ',', 'good,poor', 'a, b', '"a,b"'],
    'boolean': ['true,false', 'true', ',', 'maybe'],
    'date': ['2021-04-01,1733-08-02', '2021-04-01', '2021-04-01,', ',', '2021-04-01,abc', '2021-04-01, 1733-08-02'],
    'time': ['10:29:47,19:18', '10:29:47', '10:29:47,', ',', '10:29:47,abc'],
    'datetime': ['2022-11-04T15:16:15Z,2019-03-02T09:02:03.5Z', '2022-11-04T15:16:15Z', ',', '2022-11-04T15:16:15Z,x'],
    'duration': ['3.75,4 03:00:00', '3.75', ',', '3.75,abc'],
    'uuid': ['b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4,6336c04c-db82-5505-ecb4-53c88d17c532', ',', 'abc'],
    'inet': ['198.51.100.1,192.0.2.1', '192.0.2.1', ',', 'abc,192.0.2.1'],
    'year': ['2021,2022', '2021', ',', '2021,x', '0,10000', '10000'],
    'part': ['1,2,3', '1', ',', '1,x', '99999999999'],
}
PAIRS = {
    'number': ['1,6', '6,1', '5', '1,2,3', '1,', ',6', ',', 'a,b', '1.5,2.5', '-99999999999999999999,99999999999999999999'],
    'text': ['A,C', 'a,z', 'A', 'A,B,C', 'A,', ',', 'poor,good'],
    'boolean': ['false,true', 'true'],
    'date': ['1733-01-01,1750-01-01', '2021-04-01', '2021-04-01,', 'a,b', '2021-04-01,2021-04-02,2021-04-03'],
    'time': ['10:00,11:00', '22:00,02:00', '10:00', 'a,b'],
    'datetime': ['2022-11-04T00:00:00Z,2022-11-05T00:00:00Z', '2022-11-04T00:00:00Z', 'a,b', '2022-11-04T00:00:00Z,'],
    'duration': ['0,60', '1:00,2:00:00', '3600', 'a,b'],
    'uuid': ['00000000-0000-0000-0000-000000000000,0fffffff-ffff-ffff-ffff-ffffffffffff', 'a,b'],
    'inet': ['192.0.2.0,192.0.2.20', '192.0.2.1', 'a,b'],
    'year': ['2020,2022', '2022,2020', '2021', '2021,', ',2021', '0,3', '2021,10000', 'a,b'],
    'part': ['1,3', '3,1', '2', '1,', 'a,b', '0,99999999999'],
}
# One attribute of each type takes every value; the others a few.
THOROUGH = {
    ('stars', 'hd'), ('stars', 'flags'), ('stars', 'source_id'), ('stars', 'magnitude'), ('stars', 'color_index'),
    ('stars', 'distance'), ('stars', 'name'), ('stars', 'spectral_type'), ('stars', 'multiple'),
    ('stars', 'discovered'), ('stars', 'period'), ('stars', 'transit'), ('stars', 'aliases'), ('stars', 'extra'),
    ('stars', 'uid'), ('stars', 'updated'), ('observers', 'last_ip'), ('observations', 'quality'), ('tags', 'kind')}


def lookups_of(kind):
    """(expression, kind of its values) of every lookup that a type has."""
    if kind == 'bytea':
        return [('isnull', 'boolean')]
    if kind == 'array':
        return [(e, 'part' if e.startswith('len') else 'boolean' if e == 'isnull' else 'array') for e in ARRAY]
    if kind == 'jsonb':
        return [(e, 'key' if e.startswith('has') else 'boolean' if e == 'isnull' else 'json') for e in JSONB]
    found = plain_lookups('', KINDS[kind])
    parts = {'date': DAY_PARTS, 'time': CLOCK_PARTS, 'timestamptz': DAY_PARTS + CLOCK_PARTS}.get(kind, [])
    for part in parts:
        found += plain_lookups(part, 'year' if part.endswith('year') else 'part')
    if kind == 'timestamptz':
        found += plain_lookups('date', 'date') + plain_lookups('time', 'time')
        for part in DAY_PARTS:
            found += plain_lookups('date__' + part, 'year' if part.endswith('year') else 'part')
        for part in CLOCK_PARTS:
            found += plain_lookups('time__' + part, 'part')
    return found


def plain_lookups(prefix, values):
    return [('__'.join(x for x in (prefix, e) if x),
             'boolean' if e == 'isnull' else 'regex' if e in ('regex', 'iregex') else values) for e in PLAIN]


def values_of(expression, values):
    """Category -> values for a lookup."""
    last = expression.rsplit('__', 1)[-1]
    if last == 'in' and values in LISTS:
        return {'list': LISTS[values]}
    if last == 'range' and values in PAIRS:
        return {'pair': PAIRS[values]}
    return VALUES[values]


def get(resource, *pairs, size=2):
    """A path; a pair is (name, value), a bare string stands as it is."""
    query = [p if isinstance(p, str) else '%s=%s' % (quote(p[0], safe='!'), quote(p[1], safe='')) for p in pairs]
    return '/api/%s/?%s' % (resource, '&'.join(query + (['page_size=%d' % size] if size else [])))


def attribute_cases(rng):
    """Every attribute x every lookup of its own resource."""
    for resource, attributes in ATTRIBUTES.items():
        for name, kind in attributes.items():
            for expression, values in lookups_of(kind):
                key = '__'.join(x for x in (name, expression) if x)
                deep = expression.count('__') or expression.split('__')[0] in DAY_PARTS + CLOCK_PARTS
                for category, some in values_of(expression, values).items():
                    if (resource, name) in THOROUGH and not deep:
                        chosen = some
                    elif category in ('valid', 'list', 'pair'):
                        chosen = rng.sample(some, min(len(some), 1 if deep else 2))
                    else:
                        chosen = some[:1] if rng.random() < (0.05 if deep else 0.12) else []
                    for value in chosen:
                        yield get(resource, (key, value))
                        if rng.random() < 0.35:
                            yield get(resource, (key + '!', value))
                if rng.random() < 0.3:
                    yield get(resource, (key, ''))


def paths(depth):
    """Relation paths of a depth: (resource, prefix, target)."""
    steps = [(r, '', r) for r in RELATIONS]
    for _ in range(depth):
        steps = [(r, prefix + name + '__', target) for r, prefix, at in steps for name, target, _ in RELATIONS[at]]
    return steps


def related_cases(rng):
    """Attributes over one and two relations."""
    for depth, share in ((1, 0.22), (2, 0.05)):
        for resource, prefix, target in paths(depth):
            for name, kind in ATTRIBUTES[target].items():
                for expression, values in lookups_of(kind):
                    key = prefix + '__'.join(x for x in (name, expression) if x)
                    deep = expression.count('__') or expression.split('__')[0] in DAY_PARTS + CLOCK_PARTS
                    if rng.random() > share * (0.3 if deep else 1):
                        continue
                    choices = values_of(expression, values)
                    category = rng.choice(list(choices) + [c for c in choices if c in ('valid',)] * 5)
                    yield get(resource, (key + ('!' if rng.random() < 0.3 else ''), rng.choice(choices[category])))


def key_cases(rng):
    """Related keys themselves, in, isnull, unknown remainders."""
    keys = {'varchar': ['G', 'g', 'ZZ', '', ' G', 'G,K', 'null', 'é', '\x00'],
            'number': ['1', '7', '0', '-1', '999999', '99999999999999999999', 'abc', '', '1.0', ' 1', '1_0', '+1', '٣',
                       'null', '%', '1,2', '\x00']}
    for depth in (0, 1, 2):
        for resource, prefix, at in paths(depth):
            for name, _, kind in RELATIONS[at]:
                for value in keys['varchar' if kind == 'varchar' else 'number']:
                    if depth and rng.random() > (0.25 if depth == 1 else 0.06):
                        continue
                    yield get(resource, (prefix + name, value))
                    yield get(resource, (prefix + name + '!', value))
                for value in ('1,2', 'G,K', '1', '1,', ',', 'abc', '1,999999', 'G,ZZ', ''):
                    if depth and rng.random() > 0.15:
                        continue
                    yield get(resource, (prefix + name + '__in', value))
                    yield get(resource, (prefix + name + '__in!', value))
                for value in ('true', 'false', 'maybe'):
                    if depth and rng.random() > 0.2:
                        continue
                    yield get(resource, (prefix + name + '__isnull', value))
                    yield get(resource, (prefix + name + '__isnull!', value))
                for rest in ('nope', 'nope__in', 'id__nope', 'gt', '', 'pk', 'name__nope!'):
                    if depth and rng.random() > 0.15:
                        continue
                    yield get(resource, (prefix + name + '__' + rest, '1'))


def pool(rng, resource, related=0.25):
    """A random condition that mostly answers 200."""
    prefix, at = '', resource
    while RELATIONS[at] and rng.random() < related and prefix.count('__') < 2:
        name, at, _ = rng.choice(RELATIONS[at])
        prefix += name + '__'
    name = rng.choice(list(ATTRIBUTES[at]))
    expression, values = rng.choice(lookups_of(ATTRIBUTES[at][name]))
    if expression.endswith(('iexact', 'regex')) and ATTRIBUTES[at][name] not in TEXTS:
        expression, values = 'isnull', 'boolean'
    choices = values_of(expression, values)
    first = 'valid' if 'valid' in choices else rng.choice(list(choices))
    return (prefix + '__'.join(x for x in (name, expression) if x) + ('!' if rng.random() < 0.2 else ''),
            rng.choice(choices[first if rng.random() < 0.93 else rng.choice(list(choices))]))


def mixed_cases(rng, count):
    """Several filters, ordering, search and pages in one query."""
    words = ['HD', 'alp', 'Sirius', 'and', 'G', 'José', 'ori', 'a,b', '"HD 2"', 'cma sir', '%', '_', '\\', 'x' * 50, '']
    for _ in range(count):
        resource = rng.choice(list(ATTRIBUTES))
        query = [pool(rng, resource) for _ in range(rng.choice([0, 1, 1, 2, 2, 3]))]
        if rng.random() < 0.6:
            name, kind = rng.choice([(n, k) for n, k in ATTRIBUTES[resource].items() if k not in ('jsonb', 'bytea')])
            key = 'code' if resource == 'spectral-classes' else 'id'
            terms = rng.choice([[name, key], ['-' + name, '-' + key], [name, 'nope', '-' + key], [' ' + name + ' ', key]])
            query.append(('ordering', ','.join(terms)))
        if rng.random() < 0.3:
            query.append(('search', rng.choice(words)))
        if rng.random() < 0.5:
            query.append(('page', rng.choice(['1', '2', '3', 'last', '0', '-1', 'x', '', '99999', '٢', '1.0', ' 2 ', '+2'])))
        size = rng.choice([1, 2, 3, 5])
        if rng.random() < 0.1:
            query.append(rng.choice([('page_size', '0'), ('nope', 'x'), ('format', 'json'), ('name', '')]))
            size = 3
        rng.shuffle(query)
        yield get(resource, *query, size=size)


def detail_cases(rng, count):
    """The same filters on one row's address."""
    for _ in range(count):
        resource = rng.choice(list(ATTRIBUTES))
        key = rng.choice(['G', 'K', 'M'] if resource == 'spectral-classes' else ['1', '2', '5', '12'])
        query = [pool(rng, resource) for _ in range(rng.choice([1, 1, 2]))]
        yield get(resource + '/' + key, *query, size=0)


def search_cases():
    """Search alone: every character that could mean something to somebody."""
    values = ['Sirius', 'sirius', 'SIRIUS', 'alp cma', 'alp,cma', 'alp  ,  cma', ',', ' ', '', '"alp CMa"', "'alp CMa'",
              'alp\tcma', 'alp\u00a0cma', 'alp\u2003cma', '%', '_', '\\', '\\%', "O'Neil", '"', "'", '^alp', '=A0', '@x', '$x', 'é',
              'É', 'ß', '\x00', 'a\x00b', 'x' * 200, 'A0', 'a0', 'Ori', 'HD 2', 'HD+2', '日本', '-', '--', '*', '(', ')',
              '.*', 'a b c d e f g', '1', '12']
    for resource in ATTRIBUTES:
        for value in values:
            yield get(resource, ('search', value))
    yield '/api/stars/?search=Sirius&search=Vega&page_size=2'
    yield '/api/stars/?search=%FF&page_size=2'
    yield '/api/stars/?search=alp+cma&page_size=2'


def expression(rng, groups, encoding):
    """A complex expression from (negated, query) and operators, encoded once or more."""
    text = ''
    for i, (negated, query) in enumerate(groups):
        inner = '&'.join('%s=%s' % (quote_plus(n, safe='!'), quote_plus(v)) for n, v in query)
        if encoding == 'full':
            inner = quote(inner, safe='')
        else:
            inner = inner.replace(')', '%29')
        space = rng.choice(['', ' ', '  ', '\n']) if rng.random() < 0.3 else ''
        text += (space + rng.choice('&|') + space if i else '') + ('~' if negated else '') + '(' + inner + ')'
    return text


def complex_cases(rng, count):
    for _ in range(count):
        resource = rng.choice(list(ATTRIBUTES))
        size = rng.choice([1, 2, 2, 3, 4])
        groups = []
        for i in range(size):
            # A leading ~ group before & or | is the reference's marked defect.
            negated = rng.random() < 0.3 and (i > 0 or size == 1)
            groups.append((negated, [pool(rng, resource, related=0.15) for _ in range(rng.choice([1, 1, 2]))]))
        query = [('filters', expression(rng, groups, rng.choice(['full', 'full', 'less'])))]
        if rng.random() < 0.25:
            query.append(rng.choice([('ordering', '-code' if resource == 'spectral-classes' else '-id'),
                                     ('search', 'a'), ('page', '2'), ('name', 'Sirius'), ('nope', '1')]))
        yield get(resource, *query)


def grammar_cases():
    """Contract 5.9's table and its neighbours; each as it stands, and encoded once more."""
    one, two, three = 'id=1', 'id=2', 'id=3'
    shapes = ['(A)', 'foo(A)', '~(A)', '~ (A)', '~~(A)', '(A)&(B)', '(A)|(B)', '(A) | (B)', '(A)  |  ~(B)', '(A)&~(B)',
              '(A)\n&\n(B)', '(A)(B)', '(A)~(B)', '(A) ~(B)', '(A)&~~(B)', '((A)&(B))', '((A)|(B))&(C)', '((A)&(B)', '()',
              '', ' ', 'A', '(', ')', ')(', '(A', 'A)', '(A))', '(A)&', '(A)|', '(A)&()', '()&(A)', '()|(A)', '(A)&&(B)',
              '(A)||(B)', '(A)AND(B)', '(A),(B)', '(A)&(B)&(C)', '(A)|(B)|(C)', '(A)|(B)&(C)', '(A)&(B)|(C)', '(A)^(B)',
              '(A) foo', '(A) ', ' (A)', '(A)~', '(A)&~', '(A)|~B', '~', '~()', '~(A)', '(~A)', '(~(A))', '(A)\t|\t(B)',
              '(A)\u00a0|(B)', '(A)é(B)', '(A)%26(B)', '%28A%29', '(A)%7C(B)', '(id%3D1)', '(id=1&id=2)', '(id=1&name=x)',
              '(id%3D1%26id%3D2)', '(id=)', '(id)', '(=1)', '(&)', '(id=foo)', '(id=foo)|(id=bar)', '(id=foo)&(id=foo)',
              '(id=foo)&(A)', '(A)&(id=foo)', '(id=foo)(id=bar)', '(nope=1)', '(nope=1)|(A)', '~(nope=1)', '(A)&~(nope=1)',
              '(filters=(A))', '(filters=x)', '(ordering=-id)', '(page=2)', '(search=x)', '(A)|(A)', '(id!=1)',
              '(A)|(id!=1)', '(id__in=1,2)', '(id__in=1%2C2)', '(name=%28x%29)', '(name=a+b)', '(name=a%2Bb)',
              '(name=a%252Bb)', '(name=a%20b)', '(name=%)', '(name=%25)', '(name=%2525)', '(name=%FF)', '(name=\x00)',
              '(A)&(B)x', '(A)&(B)x(', 'x(A)&(B)', '(A)&x(B)', '(A)& ~ (B)', '(A)&~ (B)', '(A)|(B);(C)', '(id__range=1)',
              '(id__isnull=maybe)', '(A)' * 5, '|'.join(['(A)'] * 20), '(A)&(B))', '(A)&(B)((', '(A)))&(B)', '))((A)']
    for resource in ('tags', 'stars'):
        for shape in shapes:
            text = shape.replace('A', one).replace('B', two).replace('C', three)
            yield get(resource, ('filters', text))
            if resource == 'tags':
                yield get(resource, ('filters', quote(text, safe='()~&| \n\t')))
                yield get(resource, ('filters', quote(text, safe='')))
    yield '/api/tags/?filters=(id=1)&filters=(id=2)'
    yield '/api/tags/?filters='
    yield '/api/tags/?filters'
    yield '/api/tags/?filters=(id%3D1)|(id%3D2)&id=7'
    yield '/api/tags/1/?filters=(id%3D1)'
    yield '/api/tags/1/?filters=(id%3D2)'
    yield '/api/tags/1/?filters=id'


def raw_cases():
    """Encodings and shapes of the query itself."""
    for query in ['name=Sirius', 'name=%53irius', 'name=Si%72ius', 'name=Sirius&', '&name=Sirius', '&&name=Sirius&&',
                  'name=Sirius;hd=1', 'name==Sirius', 'name=Sirius=', 'name', '=Sirius', 'na%6De=Sirius', 'NAME=Sirius',
                  'name=%', 'name=%5', 'name=%zz', 'name=%FF', 'name=%C3%28', 'name=%ED%A0%80', 'name=%F4%90%80%80',
                  'name=%E2%82', 'name=a+b', 'name=a%2Bb', 'name=a%20b', 'name=Sirius%00', 'name=Sirius%0A',
                  'name=%EF%BB%BFSirius', 'name%21=Sirius', 'name!=Sirius', 'name%20=Sirius', ' name=Sirius'.replace(' ', '%20'),
                  'name=Vega&name=Sirius', 'name=Sirius&name=', 'name=&name=Sirius', 'hd=1&hd=48915', 'hd=48915&hd=x',
                  'name__=Sirius', 'name__exact=Sirius', '__name=Sirius', 'name____in=Sirius', 'name__in__in=Sirius',
                  'pk=1', 'id__exact=1', 'constellation_id=1', 'constellation__pk=1', 'constellation__id=1',
                  'name[]=Sirius', 'name=Sirius#x', 'name=Sirius&page_size=%31', 'name=%C3%89',
                  'tags=1&tags=2', 'tags=1,2', 'tags__in=1,2', 'tags!=1&tags!=2', 'tags__slug=hd&tags__label=x',
                  'tags__slug!=hd&tags__label!=x', 'name__isnull!=true', 'name__isnull=true&name=Sirius',
                  'x' * 2000 + '=1', 'name=' + 'x' * 4000, '&'.join('a%d=1' % i for i in range(500)),
                  '&'.join('name=a%d' % i for i in range(200)), 'hd=x&magnitude=y&name__range=1&discovered=z',
                  'discovered=z&name__range=1&magnitude=y&hd=x', 'constellation=x&tags=y&spectral_class=zz&hd=q',
                  'constellation__id=x&id=y&constellation=0', 'hd!=x&hd=x', 'hd=x&hd!=x', 'hd__in=x&hd=x&hd__range=1']:
        yield '/api/stars/?page_size=2&' + query
    for size in ['0', '-1', '1', '1000', '1001', 'x', '', '٣', '1.0', '1e1', ' 3 ', '+3', '3_0', '99999999999999999999']:
        yield '/api/tags/?page_size=' + quote(size)
    for page in ['0', '1', '2', '3', '-1', 'last', 'LAST', 'x', '', '٢', '1.0', ' 2 ', '+2', '0x2', '2_', '99999999999999999999']:
        yield '/api/tags/?page_size=5&page=' + quote(page)
        yield '/api/tags/?page_size=5&id=0&page=' + quote(page)


def ordering_cases():
    """Every attribute up and down, with the key so that the order is total; and what cannot be sorted by."""
    for resource, attributes in ATTRIBUTES.items():
        key = 'code' if resource == 'spectral-classes' else 'id'
        for name, kind in attributes.items():
            if kind in ('bytea',) and resource == 'observations':
                continue
            for sign in ('', '-'):
                yield get(resource, ('ordering', sign + name + ',' + key))
            yield get(resource, ('ordering', '-%s,-%s' % (name, key)), ('page', 'last'))
        for name, _, _ in RELATIONS[resource]:
            if name in FORWARD:
                yield get(resource, ('ordering', name + ',' + key))
                yield get(resource, ('ordering', '-' + name + ',' + key))
        for term in ['nope', '-', '--id', 'pk', '-pk', 'id,id', 'id,-id', '?', 'url', 'Id', 'id ', '+id', 'id;', ',id,', 'id\x00',
                     'tags', 'stars', 'constellation__name,id', 'constellation_id,id', '-nope,-' + key, '']:
            yield get(resource, ('ordering', term))
    yield '/api/tags/?ordering=id&ordering=-id'


def some(paths, share):
    """One path of `share`, always the same ones."""
    return (path for path in paths if zlib.crc32(path.encode()) % share == 0)


def cases():
    seen = set()
    generators = [some(attribute_cases(random.Random(1)), 5), related_cases(random.Random(2)), some(key_cases(random.Random(3)), 2),
                  mixed_cases(random.Random(4), 450), detail_cases(random.Random(5), 120), search_cases(),
                  complex_cases(random.Random(6), 350), grammar_cases(), raw_cases(), ordering_cases()]
    for path in itertools.chain(*generators):
        if path not in seen:
            seen.add(path)
            yield path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('oracle', nargs='?')
    parser.add_argument('--out', default=os.path.join(HERE, 'grown.jsonl.gz'))
    parser.add_argument('--known', help='an earlier recording, whose answers are taken over')
    parser.add_argument('--list', action='store_true', help='only the requests')
    arguments = parser.parse_args()
    if arguments.list:
        for path in cases():
            print(path)
        return
    client, counts, known = Client(arguments.oracle), {}, {}
    if arguments.known:
        with gzip.open(arguments.known, 'rt', encoding='utf-8') as file:
            known = {case['path']: case for case in map(json.loads, file)}
    with open(arguments.out, 'wb') as raw, gzip.GzipFile(filename='', fileobj=raw, mode='wb', mtime=0) as file:
        for path in cases():
            answer = known.get(path) or client.send('GET', path, {}, None)
            if len(answer.get('json', '')) > 100000:
                continue  # a page that the reference forgot to cut
            if answer['status'] >= 500:
                answer = {'status': answer['status']}
            counts[answer['status']] = counts.get(answer['status'], 0) + 1
            file.write((json.dumps(dict(answer, path=path), ensure_ascii=False) + '\n').encode('utf-8', 'surrogatepass'))
    print(sum(counts.values()), 'cases', counts, file=sys.stderr)


if __name__ == '__main__':
    main()
