#!/usr/bin/env python3
"""What becomes of every value of ../shared/ref/psycho/expected: tests/vectors/reference.csv says of each key (file, path, [] for a place in a list, * for any run of
characters; the longest line that fits a key counts) which test compares it and to what tolerance. Here each key must have a line, each line a key, and the test that
is named must name the key's file and the word of the line.

compared: a test compares it - input: a test takes it from there - part: a step on the way to what is compared - about: says how it was made, or follows from
others - not: ours does not compute it, for the reason given."""
import csv, glob, json, os, re
from checks import REF, SOURCE, check, finish, skip

HOW = {'compared', 'input', 'part', 'about', 'not'}
with open(f'{SOURCE}/tests/vectors/reference.csv') as f:
    lines = list(csv.DictReader(f))


def keys_of(value, path):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from keys_of(inner, f'{path}.{name}')
    elif isinstance(value, list):
        for inner in value if value and isinstance(value[0], (dict, list)) else [None]:
            yield from keys_of(inner, path + '[]')
    else:
        yield path


texts = {}
for line in lines:
    test = line['test']
    if test and test not in texts:
        path = f'{SOURCE}/tests/{test}'
        texts[test] = open(path).read() if os.path.exists(path) else ''
wrong = [line for line in lines if line['how'] not in HOW or (line['how'] in ('compared', 'input')) != bool(line['test']) or (line['how'] in ('compared', 'not')) and not line['tolerance or reason']]
check(not wrong, 'every line says how, where and how well', wrong[:3])
wrong = [line for line in lines if line['test'] and not (line['word'] in texts[line['test']] and line['key'].split('.')[0] in texts[line['test']])]
check(not wrong, 'every test that is named names the file and the value', wrong[:3])
check(len({line['key'] for line in lines}) == len(lines), 'no key twice')
files = sorted(glob.glob(f'{REF}/psycho/expected/*.json'))
if not files:
    skip('the values', 'reference data psycho/expected is not here')
else:
    patterns = [(re.compile('.*'.join(map(re.escape, line['key'].split('*'))) + r'\Z'), line) for line in lines]
    used, without, counts = set(), [], {}
    for path in files:
        with open(path) as f:
            for key in set(keys_of(json.load(f), os.path.basename(path).removesuffix('.json'))):
                fits = [line for pattern, line in patterns if pattern.match(key)]
                if not fits:
                    without.append(key)
                    continue
                best = max(fits, key=lambda line: len(line['key'].replace('*', '')))
                used.add(best['key'])
                counts[best['how']] = counts.get(best['how'], 0) + 1
    check(not without, f'every key has a line: {counts}', without[:20])
    check(not {line['key'] for line in lines} - used, 'every line has a key', sorted({line['key'] for line in lines} - used)[:20])
finish()
