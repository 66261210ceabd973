#!/usr/bin/env python3
"""The forms of doc/random.md, written from that page alone, are those that `bangvang test run` makes."""
import hashlib, hmac, json, os, re, struct, subprocess, sys
import xml.etree.ElementTree as ET

from random_ref import Stream

VECTORS = os.path.join(os.environ['BV_SOURCE'], 'tests/vectors/itembank/tests')


def sample(stream, items, k):
    for t in range(k):
        j = t + stream.below(len(items) - t)
        items[t], items[j] = items[j], items[t]
    return items[:k]


def local(node):
    return node.tag.split('}')[1].replace('qti-', '')


def children(node):
    return [c for c in node if local(c) in ('assessment-section', 'assessment-item-ref')]


def child(node, name):
    return next((c for c in node if local(c) == name), None)


def yes(node, name, otherwise='false'):
    return node is not None and node.get(name, otherwise) == 'true'


def make(stream, section):
    """Blocks of a section: (items, fixed)."""
    kids = children(section)
    times = [1] * len(kids)
    selection = child(section, 'selection')
    if selection is not None:
        times = [int(yes(c, 'required')) for c in kids]
        k = int(selection.get('select')) - sum(times)
        if yes(selection, 'with-replacement'):
            for _ in range(k):
                times[stream.below(len(kids))] += 1
        else:
            for i in sample(stream, [i for i, t in enumerate(times) if not t], k):
                times[i] = 1
    blocks = []
    for c, n in zip(kids, times):
        for _ in range(n):
            blocks += blocks_of(stream, c)
    if yes(child(section, 'ordering'), 'shuffle'):
        free = [b for b in blocks if not b[1]]
        order = iter(sample(stream, list(range(len(free))), len(free)))
        blocks = [b if b[1] else free[next(order)] for b in blocks]
    return blocks


def blocks_of(stream, node):
    fixed = yes(node, 'fixed')
    if local(node) == 'assessment-item-ref':
        return [([node.get('identifier')], fixed)]
    inner = make(stream, node)
    if yes(node, 'visible', 'true') or yes(node, 'keep-together', 'true'):
        return [(sum((b[0] for b in inner), []), fixed)]
    return [(items, f or fixed) for items, f in inner]


def form(seed, root):
    stream = Stream(hmac.new(seed, b'BV-TEST-1\0' + struct.pack('>Q', 0), hashlib.sha256).digest())
    return [i for part in root if local(part) == 'test-part' for c in children(part) for b in blocks_of(stream, c) for i in b[0]]


def main():
    bad = n = 0
    command = os.environ['BV_BUILD'] + '/tools/cli/bangvang'
    seen = set()
    for name in ('selection', 'replacement', 'linear'):
        root = ET.parse(f'{VECTORS}/{name}.xml').getroot()
        for i in range(20):
            seed = hashlib.sha256(b'%d' % i).digest()
            got = subprocess.run([command, 'test', 'run', f'{VECTORS}/{name}.xml', '--seed', seed.hex(), '--json', '--script', '-'], input='{"steps":[]}',
                                 stdout=subprocess.PIPE, text=True).stdout
            items = [re.sub(r'\..*', '', s['item']) for s in json.loads(got)['steps'][0]['report']['items']] if got else None
            good = items == form(seed, root)
            n += 1
            bad += not good
            seen.add(tuple(items or []))
            print('ok' if good else 'not ok', n, '-', name, seed.hex()[:8], ' '.join(items or []))
    n += 1
    print('ok' if len(seen) >= 20 else 'not ok', n, '- seeds give different forms')
    bad += len(seen) < 20
    print(f'1..{n}')
    sys.exit(bad > 0)


if __name__ == '__main__':
    main()
