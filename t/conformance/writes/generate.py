#!/usr/bin/env python3
"""Records what the reference answers to writes.

generate.py REFERENCE_URL PSQL [--out FILE]

The reference is a Django site (reference/) over the tables of schema.sql; PSQL is a command line that opens its database
as its administrator. Every field of every resource is given many values by POST, PUT and PATCH, as JSON, form and
multipart; of what is answered in the same way one case is kept, two where it succeeds. Whole bodies, media types,
methods, DELETE and OPTIONS follow. Times and days of the clock become placeholders (moment.py). Each case is asked twice,
from the same state: what then differs (random keys) is named in the case's `ignore`. The same script makes the same cases.
"""
import argparse
import gzip
import json
import os
import random
import re
from urllib.parse import urlencode

from client import Client, Database, perform
from moment import DAY
from values import BASE, COMMON, FORMS, MULTIPARTS, NATURAL, TEXTS, TYPED, TYPES, UNKNOWN

HERE = os.path.dirname(os.path.abspath(__file__))
EDITOR = {'Authorization': 'Basic ZWRpdG9yOmVkaXRvci1wdw=='}
VIEWER = {'Authorization': 'Basic dmlld2VyOnZpZXdlci1wdw=='}
JSON = 'application/json'
FORM = 'application/x-www-form-urlencoded'
MULTIPART = 'multipart/form-data; boundary=XX'


def form_value(value):
    """What a form can say of it: text, or several texts."""
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list):
        return [json.dumps(each) if each is None or isinstance(each, (list, dict)) else form_value(each) for each in value]
    return value if isinstance(value, str) else json.dumps(value)


def encode(kind, fields):
    """A body of one of the three kinds."""
    if kind == JSON:
        return json.dumps(fields)
    pairs = [(name, form_value(value)) for name, value in fields.items()]
    if kind == FORM:
        return urlencode(pairs, doseq=True, errors='surrogatepass')
    lines = []
    for name, value in pairs:
        for each in value if isinstance(value, list) else [value]:
            lines += ['--XX', 'Content-Disposition: form-data; name="%s"' % name, '', each]
    return '\r\n'.join(lines + ['--XX--', ''])


def sayable(body):
    """Whether a body can be sent: half a character has no bytes."""
    try:
        body.encode('utf-8', 'surrogateescape')
        return True
    except UnicodeEncodeError:
        return False


def mask(text):
    """An answer without what merely repeats the value that was sent."""
    return re.sub(r'“.*”|\\".*\\"|[0-9]+|=.* does not', '#', text)


class Recorder:
    def __init__(self, client, database):
        self.client, self.database = client, database
        self.cases, self.seen = [], {}
        self.days = set()
        for name in ('schema.sql', 'values.py', 'generate.py'):
            with open(os.path.join(HERE, name), encoding='utf-8') as file:
                self.days.update(DAY.findall(file.read()))

    def answers(self, case):
        """Returns the answers to a case, with placeholders for its moment."""
        answers, moment = perform(self.client, self.database, case)
        if moment.days() & self.days:
            raise SystemExit('Record on another day: the cases themselves hold this one')
        return [dict(answer, json=moment.record(answer['json'])) if 'json' in answer else answer for answer in answers]

    def ask(self, method, path, headers, body=None, then=(), sort=None, most=1):
        """Keeps the case unless `most` cases of this sort are answered like that already."""
        if body is not None and not sayable(body):
            return
        case = {'method': method, 'path': path, 'headers': headers}
        if body is not None:
            case['body'] = body
        if then:
            case['then'] = list(then)
        answers = self.answers(case)
        if sort is not None:
            success = answers[0]['status'] < 300
            key = (sort, answers[0]['status'], '' if success else mask(answers[0].get('json', '')))
            self.seen[key] = self.seen.get(key, 0) + 1
            if self.seen[key] > (2 * most if success else most):
                return
        again = self.answers(case)
        ignore = different(answers, again)
        if ignore is None:
            return
        if ignore:
            case['ignore'] = ignore
        if answers[0]['status'] >= 500:
            answers = [{'status': answers[0]['status'], 'headers': {}}]
        self.cases.append(dict(case, answers=answers))


def different(answers, again):
    """The names of the members that two recordings do not agree in; None when they differ elsewhere."""
    names = set()

    def walk(one, other):
        if isinstance(one, dict) and isinstance(other, dict):
            for name in one:
                if one[name] != other.get(name):
                    walk(one[name], other.get(name)) if isinstance(one[name], (dict, list)) else names.add(name)
        elif isinstance(one, list) and isinstance(other, list):
            for pair in zip(one, other):
                walk(*pair)

    for one, other in zip(answers, again):
        if one['status'] != other['status'] or one['headers'] != other['headers']:
            return None
        if one.get('json') != other.get('json'):
            walk(json.loads(one['json']), json.loads(other['json']))
    return sorted(names)


def record_fields(recorder, resource, dice):
    base, key = BASE[resource]
    collection, item = '/api/%s/' % resource, '/api/%s/%s/' % (resource, key)
    described = recorder.client.ask('OPTIONS', collection, EDITOR, None)
    fields = json.loads(described['json'])['actions']['POST']
    natural, kept_key = NATURAL.get(resource, (None, None))
    kept = dict(base, **{natural: kept_key}) if natural else base
    for kind in (JSON, FORM, MULTIPART):
        headers = dict(EDITOR, **{'Content-Type': kind})
        for body in (base, {}, {'unknown': 1}):
            recorder.ask('POST', collection, headers, encode(kind, body), [collection, 'Location'])
            recorder.ask('PATCH', item, headers, encode(kind, {} if body is base else body), [item])
        recorder.ask('PUT', item, headers, encode(kind, kept), [item, collection])
        for name in fields:
            for method, path, whole in (('POST', collection, base), ('PUT', item, kept)):
                less = {each: value for each, value in whole.items() if each != name}
                recorder.ask(method, path, headers, encode(kind, less), [collection], (resource, name, method, kind, 'missing'))
    for name, info in fields.items():
        values = COMMON + TYPED.get(info['type'], [])
        if info['type'] == 'field':
            values = values + TYPED['list']
        if info['type'] == 'list':
            values = values + [[value] for value in TYPED.get(info['child']['type'], [])]
        for value in dice.sample(values, len(values) * 3 // 5):
            for kind in (JSON, FORM, MULTIPART):
                if kind != JSON and (value is None or dice.random() < .6):
                    continue
                headers = dict(EDITOR, **{'Content-Type': kind})
                recorder.ask('POST', collection, headers, encode(kind, dict(base, **{name: value})), [collection], (resource, name, kind))
                if name != natural:
                    recorder.ask('PATCH', item, headers, encode(kind, {name: value}), [item], (resource, name, kind))
                if name != natural and dice.random() < .1:
                    recorder.ask('PUT', item, headers, encode(kind, dict(kept, **{name: value})), [item], (resource, name, 'PUT'))
    # Several mistakes at once.
    for _ in range(12):
        body = {name: dice.choice(COMMON) for name in dice.sample(list(fields), min(len(fields), dice.randint(2, 6)))}
        body.pop(natural, None)
        recorder.ask('PATCH', item, dict(EDITOR, **{'Content-Type': JSON}), json.dumps(body), [item])
        recorder.ask('POST', collection, dict(EDITOR, **{'Content-Type': JSON}), json.dumps(dict(base, **body)), [collection])


def record_bodies(recorder, dice):
    collection, item = '/api/labels/', '/api/labels/1/'
    headers = dict(EDITOR, **{'Content-Type': JSON})
    good = '{"slug": "new", "text": "T", "list": [1, 2.5, {"a": null}], "b": true}'
    texts = list(TEXTS)
    for _ in range(150):
        place, character = dice.randrange(len(good)), dice.choice('{}[],:"\\x1 \né-.e\x01')
        texts.append(dice.choice((good[:place] + good[place + 1:], good[:place] + character + good[place:], good[:place],
                                  good[:place] + character + good[place + 1:])))
    for text in texts:
        recorder.ask('POST', collection, headers, text, [collection], 'text')
    for text in FORMS:
        for method, path in (('POST', collection), ('PATCH', item)):
            recorder.ask(method, path, dict(EDITOR, **{'Content-Type': FORM}), text, [collection])
    for text in MULTIPARTS:
        for method, path in (('POST', collection), ('PATCH', item)):
            recorder.ask(method, path, dict(EDITOR, **{'Content-Type': MULTIPART}), text, [collection])
    for kind in TYPES:
        for body in ('{"slug": "typed", "text": "x"}', '', 'slug=typed&text=x%E9', encode(MULTIPART, {'slug': 'typed', 'text': 'x'})):
            for method, path in (('POST', collection), ('PATCH', item)):
                recorder.ask(method, path, dict(EDITOR, **({'Content-Type': kind} if kind else {})), body, [collection])


def record_addresses(recorder):
    body = '{"slug": "typed", "text": "x"}'
    for who in (EDITOR, {}, VIEWER, {'Authorization': 'Basic x'}):
        for method in ('POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'FOO'):
            for path in UNKNOWN + ['/api/', '/api/labels/', '/api/labels/1/', '/api/labels/4/', '/api/labels/4.json', '/api/labels.json']:
                writes = method in ('POST', 'PUT', 'PATCH')
                recorder.ask(method, path, dict(who, **({'Content-Type': JSON} if writes else {})), body if writes else None,
                             ['/api/labels/'])
    for resource, (_, key) in BASE.items():
        for path in ('/api/%s/' % resource, '/api/%s/%s/' % (resource, key)):
            recorder.ask('OPTIONS', path, EDITOR)


def record_deletes(recorder):
    for resource in BASE:
        listed = json.loads(recorder.client.ask('GET', '/api/%s/' % resource, {}, None)['json'])['results']
        for row in listed:
            path = row['url'].replace('http://HOST', '')
            recorder.ask('DELETE', path, EDITOR, None, ['/api/%s/' % each for each in BASE])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('base')
    parser.add_argument('psql')
    parser.add_argument('--out', default=os.path.join(HERE, 'cases.jsonl.gz'))
    arguments = parser.parse_args()
    recorder, dice = Recorder(Client(arguments.base), Database(arguments.psql)), random.Random(7)
    for resource in BASE:
        record_fields(recorder, resource, dice)
        print(resource, len(recorder.cases), flush=True)
    record_bodies(recorder, dice)
    record_addresses(recorder)
    record_deletes(recorder)
    with gzip.GzipFile(arguments.out, 'wb', mtime=0) as file:
        for case in recorder.cases:
            file.write(json.dumps(case, separators=(',', ':')).encode() + b'\n')
    print(len(recorder.cases), 'cases')


if __name__ == '__main__':
    main()
