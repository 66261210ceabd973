"""What the tests of `bangvang analyse` share: the program, reference values of other packages, parameter sets written by hand."""
import hashlib, json, os, subprocess, sys

EXE, SOURCE, REF = sys.argv[1], os.environ['BV_SOURCE'], os.environ.get('BV_REF', '../shared/ref')
VECTORS = f'{SOURCE}/tests/vectors/analysis'
count = failed = 0


def check(good, name, detail=''):
    global count, failed
    count += 1
    failed += not good
    print('ok' if good else 'not ok', count, '-', name)
    if not good:
        print('#', str(detail)[:600].replace('\n', '\n# '))
    sys.stdout.flush()


def skip(name, why):
    global count
    count += 1
    print(f'ok {count} - {name} # SKIP {why}')


def finish():
    print(f'1..{count}')
    sys.exit(failed > 0)


def command(*args, text=None):
    done = subprocess.run([EXE, *args], input=text if isinstance(text, bytes) else (text or '').encode(), capture_output=True, timeout=300)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def run(*args, text=None):
    return command('analyse', *args, text=text)


def answer_of(*args, text=None):
    done = command(*args, '--json', text=text)
    assert done.returncode == 0, (args, done.returncode, done.stderr)
    return json.loads(done.stdout)


def analyse(*args, text=None):
    return answer_of('analyse', *args, text=text)


def near(a, b, tolerance):
    if b is None or (isinstance(b, str) and b in ('NA', 'NaN')):
        return True
    return a is not None and abs(a - b) <= tolerance * max(1, abs(b))


def all_near(a, b, tolerance, name):
    wrong = [(i, x, y) for i, (x, y) in enumerate(zip(a, b)) if not near(x, y, tolerance)]
    check(len(a) == len(b) and not wrong, f'{name} within {tolerance:g}', wrong[:6])


def reference(name):
    path = f'{REF}/psycho/expected/{name}.json'
    return json.load(open(path)) if os.path.exists(path) else None


def canonical(v):
    """RFC 8785 for numbers that Python and ECMAScript write alike: from 1e-4 to 1e16."""
    if isinstance(v, dict):
        return '{' + ','.join(json.dumps(k) + ':' + canonical(v[k]) for k in sorted(v)) + '}'
    if isinstance(v, list):
        return '[' + ','.join(map(canonical, v)) + ']'
    if isinstance(v, str) or v is None or isinstance(v, bool):
        return json.dumps(v)
    text = repr(float(v))
    assert 'e' not in text, v
    return text.removesuffix('.0')


def write_items(path, items, metric=1, mean=0, variance=1):
    """A parameter set of items as they stand in it."""
    out = {'format': 'bangvang-irt-1', 'metric': metric, 'groups': [{'mean': mean, 'variance': variance}], 'items': items}
    out['hash'] = hashlib.sha256(canonical(out).encode()).hexdigest()
    with open(path, 'w') as f:
        json.dump(out, f)
    return path


def set_item(name, a, b, c):
    """3PL, or 2PL where c is 0."""
    d = round(-a * b, 12)
    return {'name': name, 'model': '3pl' if c else '2pl', 'marks': [0, 1], 'a': a, 'd': [d if abs(d) > 1e-4 else 0], **({'c': c} if c else {})}


def write_set(path, items):
    return write_items(path, [set_item(*i) for i in items])
