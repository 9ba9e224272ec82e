#!/usr/bin/env python3
"""Records what the site of reference/ answers over the database of schema.sql and data.sql.

LAB_DATABASE=... generate.py URL [--out FILE] [--list] walks the site's own declarations (its filtersets, orderings, paginators), asks the site that
runs at URL and writes the answers as gzipped JSON lines, {"path", "method", "accept", "status", ...} as httpcase.Client gives them. What is drawn at
random is drawn from a seeded generator: the same script makes the same requests. ../replay.py compares a server with the recording; Django is not
needed for that.
"""
import argparse
import gzip
import json
import os
import random
import sys
from urllib.parse import quote, quote_plus

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'reference'), os.path.dirname(HERE)]
os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'

import django  # noqa: E402

django.setup()

from django_filters.filters import BaseInFilter, BaseRangeFilter  # noqa: E402
from httpcase import Client  # noqa: E402
from lab import urls  # noqa: E402

# Values that mean something to somebody, by the kind of form field that reads them.
POOL = {
    'number': ['5', '-1', '0', '1.5', '3', '1e2', '+7', '007', ' 5 ', '.5', '5.', 'abc', '1e', '1,5', 'NaN', '٣', '%', '99999999999999999999', '32768',
               '2147483648', '9223372036854775808', '1e50', '1e400', '9007199254741000', '2', '10', '0.1', '-0', '1e-7', '1E+16'],
    'text': ['a', 'A', 'museum', 'Museum', 'ü', 'Ü', '%', '_', '100%', 'e_c', "O'", '"', '\\', '\x00', 'a\x00b', ',', 'a,b', ' x ', '', 'red', 'json',
             'No', '1', '日本', 'é', 'İ', 'i', 'ß', 'x' * 200, '*', '(', 'true', 'null', 'B/4', 'K 1', 'no_3', 'fr', 'FR', 'zoo', 'open', 'on hold',
             'user1', 'USER2', 'L.', '€', '€    ', 'Fr.'],
    'boolean': ['true', 'false', 'True', 'FALSE', '1', '0', 'maybe', 'yes', '', 'null', ' true', 't'],
    'date': ['2021-04-01', '1890-01-01', '1934-02-19', '2021-4-1', '08/02/1934', ' 1934-02-19 ', 'abc', '2021-02-29', '2020-02-29', '0000-01-01',
             '9999-12-31', '0001-01-01', '2021-03-14', '2021-11-07', '', '2021-04-01T00:00:00', '20210401', '1750-06-01'],
    'time': ['10:00', '08:00:00', '16:30:15.5', '08:15', '24:00', 'abc', '1:2:3', '10:29:47Z', '', '23:59:59.999999', '16:01:30.5'],
    # Clocks in New York went from 2 to 3 on 14 March 2021 and from 2 to 1 on 7 November.
    'datetime': ['2021-03-14T02:30:00', '2021-03-14T01:59:59', '2021-03-14T03:00:00', '2021-11-07T01:30:00', '2021-11-07T01:30:00-05:00',
                 '2021-11-07T01:30:00-04:00', '2021-11-07 00:59:59', '2021-11-07T02:00:00', '2019-02-19T04:39:57.25-05:00', '2022-06-01T00:00:00Z',
                 '2022-06-01T00:00:00', 'abc', '2021-03-14', '2021-03-14T02:30', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z',
                 '0001-01-01T00:00:00', '9999-12-31T23:59:59', '2021-03-14T02:30:00Z', '', '2022-06-05T02:22:00-04:00', '2022-06-05T06:22:00Z',
                 '1900-01-01T00:00:00', '2021-06-01T12:00:00+25:00'],
    'duration': ['1 00:00:00', '00:00:03.75', '3600', 'P1D', 'PT1H', '-1 00:00:00', '-2 00:00:00', 'abc', '1 day', '1:30', '14 15:09:41.5', '', '0',
                 '99999999999999999999', '44.86', '00:00:44.860000'],
    'uuid': ['b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4', 'B4FF982842AA1FA97EB21FF80FFAD9A4', '{b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4}', 'abc', '', 'é', 'a'],
    'key': ['1', '2', '7', '0', '-1', '999999', 'abc', '', 'FR', 'fr', 'ZZ', 'null', '%', '1.0', ' 1', '\x00', '99999999999999999999',
            '51d4b581-d21c-20a1-6147-b17c3adc7867', 'FC4-19', 'a.b', 'red', 'museum-15', '9007199254741000'],
    'regex': ['^A', 'a|b', '^$', '\\d+', '[', '(', '*', 'a{', '.', '(?i)x', 'é'],
}
POOL['keys'], POOL['choice'] = POOL['key'], POOL['text']
KINDS = [('ModelMultipleChoiceFilter', 'keys'), ('ModelChoiceFilter', 'key'), ('ChoiceFilter', 'choice'), ('BooleanFilter', 'boolean'),
         ('NumberFilter', 'number'), ('IsoDateTimeFilter', 'datetime'), ('DateFilter', 'date'), ('TimeFilter', 'time'), ('DurationFilter', 'duration'),
         ('UUIDFilter', 'uuid'), ('CharFilter', 'text')]
WORDS = ['red', 'dry', 'red dry', 'wet rare', 'RED,wet', 'museum', 'a b', 'user1', 'Ada', 'en', 'Aves 1', 'B/4', 'K', '%', '_', "O'Neil", '"red dry"',
         "'red'", '\x00', 'é', '1', '33', 'fr', 'Size Plus', 'Upper red', 'scan 499', 'event', 'x' * 60, ',', '', 'Lepidoptera note', 'likes 100%',
         '^note', 'FRA', '€', 'rare red wet dry']
# By what each list can be put in one order only.
UNIQUE = {'countries': 'code', 'institutes': 'pk', 'person-profiles': 'person', 'taxa': 'code', 'keywords': 'word', 'loans': 'since'}
UNIQUE_OPEN = {'people': 'login', 'institutes': 'slug', 'taxonomy': 'name'}
# Lookups of django.contrib.postgres that need extensions, or are there by mistake.
SKIPPED = ('unaccent', 'trigram', 'contained_by')


class View:
    def __init__(self, api, prefix, view):
        self.api, self.prefix, self.path, self.view = api, prefix, '%s/%s' % (api, prefix), view
        self.filterset = getattr(view, 'filterset_class', None)
        self.pagination = view.pagination_class
        backends = [backend for backend in view.filter_backends]
        self.complex = next((b.complex_filter_param for b in backends if hasattr(b, 'complex_filter_param')), None)
        self.ordering = next((b.ordering_param for b in backends if hasattr(b, 'ordering_param')), None)
        self.search = next((b.search_param for b in backends if hasattr(b, 'search_param')), None)
        self.unique = (UNIQUE if api.startswith('/catalog') else UNIQUE_OPEN).get(prefix, 'id')
        rows = view.queryset.order_by('pk')
        self.keys = [str(getattr(row, view.lookup_field)) for row in [*rows[:5], *rows.reverse()[:2]]]

    def parameter(self, name):
        return getattr(self.pagination, name, None) if self.pagination else None

    def orderings(self):
        if not self.ordering:
            return []
        names = getattr(self.view, 'ordering_fields', None)
        return names if isinstance(names, list) else [field.name for field in self.view.queryset.model._meta.fields]

    def get(self, *pairs, tail='/'):
        pairs = list(pairs)
        size = self.parameter('limit_query_param') or self.parameter('page_size_query_param')
        if size and tail == '/' and size not in [name for name, _ in pairs]:
            pairs.append((size, '3'))
        query = '&'.join('%s=%s' % (quote(name, safe='!'), quote(value, safe='')) for name, value in pairs)
        return {'path': self.path + tail + ('?' + query if query else '')}


VIEWS = [View(api, prefix, view) for api, router in (('/catalog/v1', urls.one), ('/open', urls.two)) for prefix, view, _ in router.registry]
FILTERED = [view for view in VIEWS if view.filterset]


def kind_of(item):
    names = [each.__name__ for each in type(item).__mro__]
    return next((kind for name, kind in KINDS if name in names), 'text')


def names_of(filterset):
    return [name for name in filterset.base_filters if not any(word in name for word in SKIPPED)]


def real_values(filterset, item):
    """Values that occur, where they are the kind that the filter takes."""
    kind, last = kind_of(item), item.lookup_expr.split('__')[-1]
    if kind == 'choice':
        return [str(value) for value, _ in item.field.choices if isinstance(_, str) and value] + \
               [str(value) for _, group in item.field.choices if not isinstance(group, str) for value, _ in group]
    if kind in ('key', 'keys'):
        name = getattr(item.field, 'to_field_name', None) or 'pk'
        return [str(getattr(row, name)) for row in item.queryset.order_by('pk')[:8]]
    if 'year' in item.lookup_expr:
        return ['2021', '1934', '2022', '1890', '0', '10000', '2021.5']
    if '__' in item.lookup_expr and kind == 'number' or last in ('month', 'day', 'hour', 'quarter', 'week'):
        return ['1', '2', '3', '4', '11', '6', '7', '30', '52', '5']
    if '__' in item.field_name or '__' in item.lookup_expr or kind == 'boolean':
        return []
    values = filterset._meta.model.objects.order_by('pk').values_list(item.field_name, flat=True)[:40:3]
    return list(dict.fromkeys(str(value) for value in values if value is not None))[:8]


def value_for(rng, filterset, name, good):
    item = filterset.base_filters[name]
    pool = POOL['regex' if item.lookup_expr.endswith('regex') else kind_of(item)]
    real = real_values(filterset, item)

    def one():
        return rng.choice(real if real and rng.random() < good else pool)

    if isinstance(item, BaseInFilter) and rng.random() < 0.1:
        return rng.choice([',', '', one() + ',', ',' + one(), one() + ',,' + one()])
    if isinstance(item, BaseInFilter):
        return ','.join(one() for _ in range(rng.choice([1, 2, 2, 3])))
    if isinstance(item, BaseRangeFilter):
        return ','.join(one() for _ in range(2 if rng.random() < 0.9 else rng.choice([1, 3])))
    return one()


def condition(rng, view, depth=0.3, negated=0.2, good=0.75):
    filterset, prefix = view.filterset, ''
    while getattr(filterset, 'related_filters', None) and rng.random() < depth and prefix.count('__') < 3:
        name = rng.choice(list(filterset.related_filters))
        prefix, filterset = prefix + name + '__', filterset.related_filters[name].filterset
    names = names_of(filterset)
    name = min(rng.choice(names), rng.choice(names), key=lambda each: each.count('__'))
    return prefix + name + ('!' if rng.random() < negated else ''), value_for(rng, filterset, name, good)


def attribute_cases(rng):
    for view in FILTERED:
        for name in names_of(view.filterset):
            for _ in range(1 if name.count('__') > 1 else 3):
                if rng.random() < (0.2 if name.count('__') > 1 else 0.55):
                    yield view.get((name + ('!' if rng.random() < 0.25 else ''), value_for(rng, view.filterset, name, 0.7)))


def related_cases(rng, count):
    views = [view for view in FILTERED if getattr(view.filterset, 'related_filters', None)]
    for _ in range(count):
        view = rng.choice(views)
        yield view.get(condition(rng, view, depth=0.85, good=0.85))


def unknown_cases(rng, count):
    for _ in range(count):
        view = rng.choice(FILTERED)
        key, value = condition(rng, view, 0.4)
        field = rng.choice(view.view.queryset.model._meta.fields).name
        key = rng.choice([key + '__nope', key + '__exact', key.upper(), key + '__', '__' + key, key.replace('__', '_'), field, field + '__exact',
                          field + '__in', field + '__gt', field + '__icontains', field + '__isnull', field + '_id', field + '__id', field + '__pk',
                          'pk', key + '!!', '!' + key, key + '__in', key + '__isnull', field + '!'])
        yield view.get((key, value))


def mixed_cases(rng, count):
    for _ in range(count):
        view = rng.choice(VIEWS)
        pairs = [condition(rng, view) for _ in range(rng.choice([0, 1, 1, 2, 2, 3]))] if view.filterset else []
        if view.orderings() and rng.random() < 0.6:
            term, sign = rng.choice([each for each in view.orderings() if each != 'collected']), rng.choice(['', '-'])
            pairs.append((view.ordering, ','.join(rng.choice([[sign + term, view.unique], ['-' + term, '-' + view.unique],
                                                              [sign + term, 'nope', view.unique], [' ' + sign + term + ' ', view.unique], ['nope']]))))
        if view.search and rng.random() < 0.35:
            pairs.append((view.search, rng.choice(WORDS)))
        if view.parameter('page_query_param') and rng.random() < 0.4:
            pairs.append((view.parameter('page_query_param'), rng.choice(['1', '2', '3', 'last', '0', '-1', 'x', '', '9999', '٢', '1.0'])))
        if view.parameter('offset_query_param') and rng.random() < 0.4:
            pairs.append((view.parameter('offset_query_param'), rng.choice(['0', '3', '5', '1000', '-1', 'x', '', '٢', '99999999999999999999'])))
        for name in ('page_size_query_param', 'limit_query_param'):
            if view.parameter(name) and rng.random() < 0.2:
                pairs.append((view.parameter(name), rng.choice(['1', '5', '0', '-2', 'x', '', '49', '51', '٣', ' 4 ', '+4', '4_0'])))
        if rng.random() < 0.15:
            pairs.append(rng.choice([('nope', 'x'), ('format', 'json'), ('page', '2'), ('page_size', '2'), ('limit', '2'), ('offset', '2'), ('p', '2'),
                                     ('cursor', 'x'), ('ordering', 'id'), ('search', 'a'), ('filters', '(id=1)'), ('where', '(word=red)'),
                                     ('order', '3'), ('type', 'holo'), ('class', '3')]))
        rng.shuffle(pairs)
        yield view.get(*pairs)


def ordering_cases():
    for view in VIEWS:
        for term in [each for each in view.orderings() if each != 'collected'] + ['nope', 'pk', '-', 'url', 'name', 'institute_id', 'keywords', 'loans']:
            for sign in ('', '-'):
                yield view.get((view.ordering or 'ordering', '%s%s,%s' % (sign, term, view.unique)))
            if view.parameter('page_query_param'):
                yield view.get((view.ordering or 'ordering', '-%s,-%s' % (term, view.unique)), (view.parameter('page_query_param'), 'last'))


def search_cases(rng):
    for view in VIEWS:
        for word in WORDS if view.search else WORDS[:2]:
            yield view.get((view.search or 'search', word))


def page_cases():
    for view in VIEWS:
        yield {'path': view.path + '/'}
        if view.parameter('page_query_param'):
            for number in range(2, 6):
                yield view.get((view.parameter('page_query_param'), str(number)))
        if view.parameter('limit_query_param'):
            for offset in range(0, 400, 70):
                yield view.get((view.parameter('limit_query_param'), '4'), (view.parameter('offset_query_param'), str(offset)))


def detail_cases(rng, count):
    for view in VIEWS:
        for key in view.keys:
            for tail in ('/', '', '.json', '.json/', '.api', '.xml'):
                yield {'path': view.path + '/' + quote(key, safe='') + tail}
    for _ in range(count):
        view = rng.choice(VIEWS)
        pairs = [condition(rng, view, good=0.9) for _ in range(rng.choice([1, 1, 2]))] if view.filterset else []
        if rng.random() < 0.3:
            pairs.append(('search', rng.choice(WORDS)))
        yield view.get(*pairs, tail='/' + quote(rng.choice(view.keys), safe='') + '/')


def complex_cases(rng, count):
    views = [view for view in FILTERED if view.complex]
    for _ in range(count):
        view, text, size = rng.choice(views), '', rng.choice([1, 2, 2, 3])
        for i in range(size):
            # A leading ~ group before & or | is the reference's marked defect.
            negated = rng.random() < 0.3 and (i > 0 or size == 1)
            inner = '&'.join('%s=%s' % (quote_plus(name, safe='!'), quote_plus(value))
                             for name, value in [condition(rng, view, good=0.9) for _ in range(rng.choice([1, 1, 2]))])
            inner = quote(inner, safe='') if rng.random() < 0.6 else inner.replace(')', '%29')
            text += (rng.choice('&|') if i else '') + ('~' if negated else '') + '(' + inner + ')'
        yield view.get((view.complex, text))


def protocol_cases():
    """Representations, suffixes, redirects, keys that are none."""
    accepts = ['*/*', 'application/json', 'text/html', 'text/html,application/xhtml+xml,*/*;q=0.8', 'application/json;q=0.1,text/html', 'application/*',
               'text/*', 'image/png', 'image/png,*/*', 'application/json; indent=4', 'application/json; indent=9', 'application/json; indent=x',
               'APPLICATION/JSON', 'Text/HTML', '', ',', 'json', 'application/json;version=1', 'text/html, application/json; indent=4']
    for view in VIEWS:
        for tail in ('.json', '.json/', '.api', '.xml', '.JSON', '.', '', '?x=1', '?a=b%20c&d=|"', '//', '/?', '/?&', '/%20', '/;x=1', '/?format=json',
                     '/?format=xml', '/?format=', '/?format=JSON', '/?format=json&format=api', '/?format=%00', '.json?format=xml', '/.json', '/x'):
            yield {'path': view.path + tail}
        for key in ('0', '-1', '1.0', '01', '+1', 'abc', '%C3%A9', '%FF', '99999999999999999999', '1/2', '1.', '.1', 'null', '%201', '1%20', '%25', "'",
                    '%0A', 'a%2Eb', '1.json.json', 'x' * 300):
            yield {'path': '%s/%s/' % (view.path, key)}
            yield {'path': '%s/%s' % (view.path, key)}
        for header in accepts:
            yield {'path': view.path + '/', 'accept': header}
        yield {'path': view.path + '/', 'method': 'HEAD'}
        yield {'path': '%s/%s/' % (view.path, quote(view.keys[0], safe='')), 'method': 'HEAD'}
    for api in ('/catalog/v1', '/open'):
        for tail in ('', '/', '/nope/', '/nope', '/.json', '/.api', '/.xml', '/?format=xml', '/?x=1', '//', '/people/1/2/', '/PEOPLE/', '/nope.json'):
            yield {'path': api + tail}


def cases():
    seen = set()
    generators = [page_cases(), ordering_cases(), search_cases(random.Random(1)), attribute_cases(random.Random(2)),
                  related_cases(random.Random(3), 500), unknown_cases(random.Random(4), 200), mixed_cases(random.Random(5), 700),
                  detail_cases(random.Random(6), 200), complex_cases(random.Random(7), 350), protocol_cases()]
    for generator in generators:
        for case in generator:
            name = json.dumps(case, sort_keys=True)
            if name not in seen:
                seen.add(name)
                yield case


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('url', nargs='?')
    parser.add_argument('--out', default=os.path.join(HERE, 'answers.jsonl.gz'))
    parser.add_argument('--list', action='store_true', help='only the requests')
    arguments = parser.parse_args()
    if arguments.list:
        for case in cases():
            print(json.dumps(case, ensure_ascii=False))
        return
    client, counts = Client(arguments.url), {}
    with open(arguments.out, 'wb') as raw, gzip.GzipFile(filename='', fileobj=raw, mode='wb', mtime=0) as file:
        for case in cases():
            answer = client.send(case.get('method', 'GET'), case['path'], {'Accept': case['accept']} if 'accept' in case else {}, None)
            if len(answer.get('json', '')) > 40000:
                continue
            if answer['status'] >= 500:
                answer = {'status': answer['status']}
            counts[answer['status']] = counts.get(answer['status'], 0) + 1
            file.write((json.dumps(dict(answer, **case), ensure_ascii=False) + '\n').encode('utf-8', 'surrogatepass'))
    print(sum(counts.values()), 'answers', counts, file=sys.stderr)


if __name__ == '__main__':
    main()
