#!/usr/bin/env python3
"""Replays a recorded corpus (generate.py, lab/generate.py) against a server and compares, strictly.

replay.py BASE_URL [--golden FILE] [--exceptions FILE] [--threads N] [-v]

Where the reference answered 500, a clear 4xx is expected: a JSON body that names the parameter. What is different on
purpose stands in grown-exceptions.txt, one line each: a regular expression for the path (percent-decoded twice), a tab,
the reason; after `5xx ` it is for requests alone over which the reference failed. An exception that nothing needs is an error, so that the list does not outlive its reasons.
"""
import argparse
import gzip
import json
import os
import queue
import re
import sys
import threading
from urllib.parse import parse_qsl, unquote, urlsplit

from compare import diff
from httpcase import Client

HERE = os.path.dirname(os.path.abspath(__file__))


def load(path):
    with gzip.open(path, 'rt', encoding='utf-8') as file:
        return [json.loads(line) for line in file]


def exceptions(path):
    found = []
    with open(path, encoding='utf-8') as file:
        for line in file:
            if line.strip() and not line.startswith('#'):
                pattern, reason = line.rstrip('\n').split('\t', 1)
                crash = pattern.startswith('5xx ')
                found.append({'pattern': re.compile(pattern[4 * crash:], re.S), 'crash': crash, 'reason': reason, 'used': 0})
    return found


def crashed(path, got):
    """What is wrong with the answer to a request over which the reference failed; an empty list is fine."""
    if not 400 <= got['status'] < 500:
        return ['the reference answered 5xx: expected a clear 4xx, got %d' % got['status']]
    if 'json' not in got:
        return ['the reference answered 5xx: expected JSON']
    names = {name.rsplit('__', 1)[-1].rstrip('!') for name, _ in parse_qsl(urlsplit(path).query, keep_blank_values=True)}
    if not any(name and name in got['json'] for name in names):
        return ['the reference answered 5xx: the body names no parameter']
    return []


def compare(client, case):
    headers = {'Accept': case['accept']} if 'accept' in case else {}
    got = client.send(case.get('method', 'GET'), case['path'], headers, None)
    if case['status'] >= 500:
        return crashed(case['path'], got)
    return diff(case, got, {}, True)


def work(base, cases, results):
    client = Client(base)
    while True:
        try:
            case = cases.get_nowait()
        except queue.Empty:
            return
        try:
            results.append((case, compare(client, case)))
        except (OSError, ValueError) as error:
            results.append((case, ['no answer: %r' % error]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('base')
    parser.add_argument('--golden', default=os.path.join(HERE, 'grown.jsonl.gz'))
    parser.add_argument('--exceptions', default=os.path.join(HERE, 'grown-exceptions.txt'))
    parser.add_argument('--threads', type=int, default=4)
    parser.add_argument('-v', action='store_true')
    arguments = parser.parse_args()
    known, cases, results, wrong = exceptions(arguments.exceptions), queue.Queue(), [], 0
    for case in load(arguments.golden):
        cases.put(case)
    threads = [threading.Thread(target=work, args=(arguments.base, cases, results)) for _ in range(arguments.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for case, problems in sorted(results, key=lambda result: result[0]['path']):
        if not problems:
            continue
        path = unquote(unquote(case['path'], errors='replace'), errors='replace')
        reason = next((e for e in known if e['crash'] <= (case['status'] >= 500) and e['pattern'].search(path)), None)
        if reason:
            reason['used'] += 1
            if arguments.v:
                print('known', case['path'], '|', reason['reason'])
        else:
            wrong += 1
            print('DIFF', case['path'][:300], '|', '; '.join(problems)[:400])
    for unused in (e for e in known if not e['used']):
        wrong += 1
        print('An exception that nothing needs:', unused['pattern'].pattern)
    print('%d cases, %d different, %d known' % (len(results), wrong, sum(e['used'] for e in known)))
    sys.exit(wrong != 0)


if __name__ == '__main__':
    main()
