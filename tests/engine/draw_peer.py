#!/usr/bin/env python3
"""A second implementation of BV-DRAW-1 (tests/vectors/engine/make_draw_vectors.py) against the engine's: 1,000 forms of 40 random
blueprints and pools, compared byte for byte.   draw_peer.py DRAW_FORMS"""
import hashlib, json, os, random, subprocess, sys, tempfile

VECTORS = os.path.join(os.environ.get('BV_SOURCE', '.'), 'tests/vectors/engine')
sys.dont_write_bytecode = True
sys.path.insert(0, VECTORS)
import make_draw_vectors as peer

BLUEPRINTS, TICKETS = 40, 25
rng = random.Random(20261122)


def canonical(value):
    """RFC 8785 for what the test writes: ASCII and small integers."""
    return json.dumps(value, sort_keys=True, separators=(',', ':')).encode()


def random_options():
    options = []
    for response in rng.sample(['RESPONSE', 'R2', 'B.b', 'a-1'], rng.choice([0, 1, 1, 1, 2, 3])):
        sets = []
        for name in 'AB'[:rng.choice([1, 1, 2])]:
            choices = [f'{name}{i}' for i in range(rng.choice([1, 2, 3, 4, 4, 4, 5, 9]))]
            fixed = sorted(rng.sample(range(len(choices)), rng.randrange(len(choices) + 1))) if rng.random() < 0.3 else []
            sets.append({'choices': choices, 'fixed': fixed})
        options.append({'response': response, 'sets': sets})
    return options


def random_session(number):
    """A blueprint as XML, its pool, and the parts as the peer wants them."""
    shuffle_items, shuffle_options = rng.random() < 0.5, rng.random() < 0.8
    xml = [f'<blueprint xmlns="https://bangvang.vn/ns/blueprint/1" id="b{number}" language="vi" minutes="9" rulePack="r" '
           f'itemOrder="{"shuffled" if shuffle_items else "drawn"}" optionShuffle="{"true" if shuffle_options else "false"}">'
           '<title xml:lang="vi">x</title>']
    parts, strata, marks, n = [], [], [], 0
    for p in range(rng.randint(1, 4)):
        xml.append(f'<part id="p{p}"><title xml:lang="vi">x</title>')
        parts.append([])
        for _ in range(rng.randint(1, 6)):
            size = rng.choice([1, 2, 3, 10, 33, 120])
            count, mark = rng.randint(1, min(size, 12)), rng.randint(1, 999)
            xml.append(f'<stratum id="s{n}" competence="c{n}" count="{count}" marks="{mark // 100}.{mark % 100:02}"/>')
            items = [{'identifier': f'c{n}-{i:03}', 'version': rng.randint(1, 9), 'hash': rng.randbytes(32).hex(),
                      'options': random_options() if shuffle_options else []} for i in range(size)]
            strata.append({'id': f's{n}', 'items': items})
            parts[p].append((count, items))
            marks.append(mark)
            n += 1
        xml.append('</part>')
    xml.append('</blueprint>')
    blueprint = ''.join(xml).encode()
    pool = {'alg': 'BV-DRAW-1', 'blueprint': {'id': f'b{number}', 'hash': hashlib.sha256(blueprint).hexdigest()}, 'language': 'vi',
            'strata': strata}
    return blueprint, pool, parts, marks, shuffle_items, shuffle_options


def expected_form(session, seed, draw_key, ticket):
    blueprint, pool, parts, marks, shuffle_items, shuffle_options = session
    items = []
    for position, (p, s, i, clone, orders) in enumerate(peer.draw(draw_key, seed, ticket, parts, shuffle_items, shuffle_options), 1):
        item = pool['strata'][s]['items'][i]
        items.append({'position': position, 'part': f'p{p}', 'stratum': f's{s}', 'identifier': item['identifier'], 'language': 'vi',
                      'version': item['version'], 'hash': item['hash'], 'marks': marks[s], 'cloneSeed': clone.hex(), 'orders': orders})
    return canonical({'alg': 'BV-DRAW-1', 'blueprint': pool['blueprint'], 'pool': hashlib.sha256(canonical(pool)).hexdigest(),
                      'seed': seed.hex(), 'ticket': ticket, 'cid': hashlib.sha256(ticket.encode()).hexdigest(),
                      'drawKeyHash': hashlib.sha256(draw_key).hexdigest(), 'items': items})


def main(program):
    count = failed = forms = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(BLUEPRINTS):
            session = random_session(number)
            seed, draw_key = rng.randbytes(32), rng.randbytes(32)
            tickets = [f'{number}-{rng.getrandbits(64):x}' for _ in range(TICKETS)]
            paths = [os.path.join(folder, 'b.xml'), os.path.join(folder, 'p.json')]
            for path, content in zip(paths, (session[0], canonical(session[1]))):
                with open(path, 'wb') as f:
                    f.write(content)
            run = subprocess.run([program, *paths, seed.hex(), draw_key.hex()], input='\n'.join(tickets).encode(), capture_output=True)
            lines = run.stdout.splitlines()
            want = [hashlib.sha256(canonical(session[1])).hexdigest().encode()]
            want += [expected_form(session, seed, draw_key, t) for t in tickets]
            good = run.returncode == 0 and lines == want
            forms += len(lines) - 1
            count += 1
            failed += not good
            print('ok' if good else 'not ok', count, f'- blueprint {number}: {len(want[1])} bytes a form')
            if not good:
                print('#', run.stderr.decode().strip(), next((f'{a} != {b}' for a, b in zip(lines, want) if a != b), ''))
    made = subprocess.run([sys.executable, os.path.join(VECTORS, 'make_draw_vectors.py')], capture_output=True, check=True).stdout
    with open(os.path.join(VECTORS, 'draw-vectors.json'), 'rb') as f:
        kept = f.read()
    for good, name in ((forms == BLUEPRINTS * TICKETS, f'{forms} forms are the same'),
                       (made == kept, 'draw-vectors.json is what its generator writes')):
        count += 1
        failed += not good
        print('ok' if good else 'not ok', count, '-', name)
    print(f'1..{count}')
    return failed != 0


sys.exit(main(sys.argv[1]))
