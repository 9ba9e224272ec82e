#!/usr/bin/env python3
"""Replays the recorded writes against a server and compares, strictly.

replay.py BASE_URL PSQL [--cases FILE] [--exceptions FILE] [--id N]

PSQL is a command line that opens the server's database as its administrator. Each case finds the database as schema.sql
made it. Where the reference answered 500, a clear 4xx without words of SQL is expected. What is different on purpose
stands in exceptions.txt: a regular expression for the case (`METHOD PATH BODY`), a tab, the reason; one that nothing
needs is an error.
"""
import argparse
import gzip
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.dirname(HERE))
from client import Client, Database, perform  # noqa: E402
from compare import diff  # noqa: E402

SQL = re.compile(r'\b(SELECT|INSERT|UPDATE|ERROR|violates|psycopg)\b')


def load(path):
    with gzip.open(path, 'rt', encoding='utf-8') as file:
        return [json.loads(line) for line in file]


def exceptions(path):
    with open(path, encoding='utf-8') as file:
        lines = [line.rstrip('\n').split('\t', 1) for line in file if line.strip() and not line.startswith('#')]
    return [{'pattern': re.compile(pattern, re.S), 'reason': reason, 'used': 0} for pattern, reason in lines]


def crashed(answer):
    """What is wrong with the answer to a request over which the reference failed."""
    text = answer.get('json', '')
    if not 400 <= answer['status'] < 500:
        return ['the reference failed: expected a 4xx, got %d' % answer['status']]
    if not text or SQL.search(text):
        return ['the reference failed: expected JSON without words of SQL, got %s' % text[:200]]
    return []


def problems(case, answers, moment):
    if case['answers'][0]['status'] >= 500:
        return crashed(answers[0])
    found = ['%d answers expected, got %d' % (len(case['answers']), len(answers))] * (len(case['answers']) != len(answers))
    for number, (expected, got) in enumerate(zip(case['answers'], answers)):
        if 'json' in expected and 'json' in got:
            expected = dict(expected, json=moment.expect(expected['json'], got['json']))
        found += ['answer %d: %s' % (number, message) for message in diff(expected, got, case, True)]
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('base')
    parser.add_argument('psql')
    parser.add_argument('--cases', default=os.path.join(HERE, 'cases.jsonl.gz'))
    parser.add_argument('--exceptions', default=os.path.join(HERE, 'exceptions.txt'))
    parser.add_argument('--id', type=int)
    arguments = parser.parse_args()
    client, database, known = Client(arguments.base), Database(arguments.psql), exceptions(arguments.exceptions)
    count = wrong = 0
    for number, case in enumerate(load(arguments.cases)):
        if arguments.id is not None and number != arguments.id:
            continue
        count += 1
        found = problems(case, *perform(client, database, case))
        if not found:
            continue
        what = ' '.join((case['method'], case['path'], case.get('body') or ''))
        reason = next((each for each in known if each['pattern'].search(what)), None)
        if reason:
            reason['used'] += 1
        else:
            wrong += 1
            print('DIFF', number, what[:300].encode('utf-8', 'backslashreplace').decode(), '|', '; '.join(found)[:500])
    if arguments.id is None:
        for unused in (each for each in known if not each['used']):
            wrong += 1
            print('An exception that nothing needs:', unused['pattern'].pattern)
    print('%d cases, %d different, %d known' % (count, wrong, sum(each['used'] for each in known)))
    sys.exit(wrong != 0)


if __name__ == '__main__':
    main()
