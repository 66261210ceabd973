#!/usr/bin/env python3
"""Vectors of BV-DRAW-1, written from the text of doc/draw.md with nothing but hashlib and hmac.
  make_draw_vectors.py > draw-vectors.json"""
import hashlib, hmac, json, struct, sys


def H(text):
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).digest()


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


class Stream:
    """Words of 64 bits from HMAC-SHA-256 counter blocks."""

    def __init__(self, key):
        self.key, self.block, self.words = key, 0, []

    def word(self):
        if not self.words:
            self.words = list(struct.unpack('>4Q', mac(self.key, b'BV-DRAW-1\0' + struct.pack('>Q', self.block))))
            self.block += 1
        return self.words.pop(0)

    def below(self, n):
        limit = (1 << 64) // n * n
        while True:
            word = self.word()
            if word < limit:
                return word % n

    def sample(self, things, k):
        """The first k of a permutation of things: partial Fisher-Yates."""
        things = list(things)
        for t in range(k):
            j = t + self.below(len(things) - t)
            things[t], things[j] = things[j], things[t]
        return things[:k]

    def permute(self, things):
        return self.sample(things, len(things))


def session_seed(bank_root, roster_root, blueprint_hash, beacons):
    ikm = b''.join(struct.pack('>I', len(b)) + b for b in beacons)
    return mac(mac(bank_root, ikm), b'BV-SEED-1\0' + roster_root + blueprint_hash + b'\1')  # HKDF of one block


def form_key(draw_key, seed, cid):
    return mac(draw_key, b'BV-FORM-1\0' + seed + cid)


def clone_seed(key, position, item_hash):
    return mac(key, b'BV-CLONE-1\0' + struct.pack('>I', position) + item_hash)


def order_set(stream, choices, fixed):
    """Fixed choices keep their index, the others are permuted over the rest."""
    free = [i for i in range(len(choices)) if i not in fixed]
    order = list(range(len(choices)))
    for place, index in zip(free, stream.permute(free)):
        order[place] = index
    return [choices[i] for i in order]


def draw(draw_key, seed, ticket, parts, shuffle_items, shuffle_options):
    """parts: [[(count, [item, …]), …], …]; an item: {'hash': hex, 'options': [{'response', 'sets': [{'choices', 'fixed'}]}]}.
    [(part, stratum in the form, index in the stratum, clone seed, {response: [set, …]}), …] by position."""
    key = form_key(draw_key, seed, H(ticket))
    stream, drawn, number = Stream(key), [], 0
    for p, strata in enumerate(parts):
        drawn.append([])
        for count, items in strata:
            drawn[p] += [(p, number, i, items[i]) for i in stream.sample(range(len(items)), count)]
            number += 1
    if shuffle_items:
        drawn = [stream.permute(part) for part in drawn]
    form = []
    for position, (p, s, i, item) in enumerate([d for part in drawn for d in part], 1):
        orders = {}
        if shuffle_options:
            for o in item['options']:
                orders[o['response']] = [order_set(stream, x['choices'], x['fixed']) for x in o['sets']]
        form.append((p, s, i, clone_seed(key, position, bytes.fromhex(item['hash'])), orders))
    return form


def enemies(items, blueprint_hash):
    """items: {identifier: [identifiers of enemies]}. Those that are kept."""
    both = {i: set() for i in items}
    for i, others in items.items():
        for o in others:
            if o in items and o != i:
                both[i].add(o)
                both[o].add(i)
    kept = set()
    for i in sorted(items, key=lambda i: H(b'BV-ENEMY-1\0' + blueprint_hash + i.encode())):
        if not both[i] & kept:
            kept.add(i)
    return sorted(kept)


def main():
    seed = session_seed(H('bank'), H('roster'), H('blueprint'), [H('beacon-A'), b'', b'7 12 23 31 40 45'])
    sizes = [[('IU01', 120, 6), ('IU02', 7, 7)], [('IU03', 150, 8), ('IU04', 1, 1), ('IU05', 33, 5)]]
    shapes = [[], [('RESPONSE', [(4, [])])], [('RESPONSE', [(5, [1, 4])])], [('R1', [(3, []), (4, [3])]), ('R2', [(2, [0])])],
              [('RESPONSE', [(1, [])]), ('X', [(2, [0, 1])])]]

    def item(n):
        return {'hash': H(str(n)).hex(), 'options': [
            {'response': r, 'sets': [{'choices': [f'{chr(65 + k)}{c}' for c in range(size)], 'fixed': fixed}
                                     for k, (size, fixed) in enumerate(sets)]} for r, sets in shapes[n % len(shapes)]]}
    parts = [[(k, [item(i) for i in range(n)]) for _, n, k in part] for part in sizes]
    out = {'seed': seed.hex(), 'drawKey': H('draw key').hex(), 'sizes': sizes, 'shapes': shapes, 'forms': []}
    for ticket in ('T-1', 'T-2', 'ticket/with:other+characters~!'):
        for shuffle_items in (False, True):
            for shuffle_options in (False, True):
                form = draw(H('draw key'), seed, ticket, parts, shuffle_items, shuffle_options)
                out['forms'].append({'ticket': ticket, 'shuffleItems': shuffle_items, 'shuffleOptions': shuffle_options,
                                     'formKey': form_key(H('draw key'), seed, H(ticket)).hex(),
                                     'form': [[s, i, c.hex(), o] for _, s, i, c, o in form]})
    names = {f'N{i:02}': [f'N{(i * i + 3) % 40:02}'] + ([f'N{i * 7 % 40:02}', 'NOBODY'] if i % 3 == 0 else []) for i in range(40)}
    out['enemies'] = {'items': names, 'kept': enemies(names, H('blueprint'))}
    json.dump(out, sys.stdout, indent=None, separators=(',', ':'))
    print()


if __name__ == '__main__':
    main()
