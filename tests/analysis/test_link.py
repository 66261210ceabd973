#!/usr/bin/env python3
"""`bangvang link` and `bangvang equate` against equateIRT (../shared/ref/psycho), against the definitions written here, against repeated draws for the standard
errors, and on sets that are the same but for their scale."""
import itertools, json, math, random, statistics, tempfile
from checks import VECTORS, all_near, answer_of, check, command, finish, near, reference, set_item, skip, write_items, write_set

folder = tempfile.TemporaryDirectory()
ONE, TWO, OUT = (f'{folder.name}/{name}.json' for name in ('one', 'two', 'out'))
METHODS = 'mean-mean', 'mean-gmean', 'mean-sigma', 'haebara', 'stocking-lord'


def link(*args):
    return answer_of('link', ONE, TWO, *args)


# ---- equateIRT ----
want = reference('linking_equating')
if not want:
    skip('equateIRT', 'reference data psycho/expected/linking_equating.json is not here')
else:
    for model in ('2PL', '3PL'):
        data = want[f'linking_{model}']
        for path, ids, form in ((ONE, data['ids1'], data['form1']), (TWO, data['ids2'], data['form2'])):
            write_set(path, [(i, f['a'], f['b'], f['c']) for i, f in zip(ids, form)])
        for method in METHODS:
            name = {'haebara': 'Haebara', 'stocking-lord': 'Stocking-Lord'}.get(method, method)
            for weights, suffix in (('gauss', ''), ('even', '_noquad')):
                got = link('--method', method, '--weights', weights)
                all_near([got['slope'], got['shift']], [data['coef'][name + suffix]['A'], data['coef'][name + suffix]['B']], 1e-6, f'{model} {method}, {weights} weights: equateIRT')
            got = link('--method', method)
            check(abs(got['slope'] - data['coef'][name]['A']) < 2e-3 and got['slopeError'] is None, f'{model} {method}: with 61 nodes it is near; without errors of parameters there are none', got['slope'])
        scores = want[f'score_equating_{model}']
        got = answer_of('equate', TWO, ONE, '--target-moves', '--weights', 'gauss')['scores']
        rows = [got[r['F2']] for r in scores['TSE'] if r['F2'] < 30]
        all_near([r['true'] for r in rows], [r['F1.as.F2'] for r in scores['TSE'] if r['F2'] < 30], 1e-6, f'{model}: true scores of equateIRT')
        all_near([r['ability'] for r in rows], [r['theta'] for r in scores['TSE'] if r['F2'] < 30], 1e-5, f'{model}: their abilities')
        all_near([r['observed'] for r in got], [r['F1.as.F2'] for r in scores['OSE']], 1e-6, f'{model}: observed scores of equateIRT')

# ---- Another scale, and back ----
A, B = 1.3, -0.45
POLY = [{'name': 'G1', 'model': 'grm', 'marks': [0, 1, 2, 3], 'a': 1.1, 'd': [1.5, 0.2, -1.25]}, {'name': 'P1', 'model': 'gpcm', 'marks': [0, 1, 2], 'a': 0.75, 'd': [0.5, -0.25]}]
PLAIN = [set_item(f'Q{k}', 0.7 + 0.125 * k, -1.5 + 0.5 * k, 0.15 if k % 3 == 0 else 0) for k in range(8)] + POLY
for k, i in enumerate(PLAIN):
    i |= {'aError': 0.05 + 0.01 * k, 'dError': [0.08 + 0.01 * t for t in range(len(i['d']))], **({'cError': 0.03} if 'c' in i else {})}
    if len(i['marks']) == 2:
        i['covariance'] = [0.001, *([0.0005, -0.0008] if 'c' in i else [])]
write_items(ONE, PLAIN, metric=1.702)
write_items(TWO, PLAIN, metric=1.702)
command('link', ONE, TWO, '--method', 'mean-mean', '--out', OUT)
same = json.load(open(OUT))['items']
all_near([x for i in same for x in (i['a'], *i['d'], i['aError'], *i['dError'], *i.get('covariance', []))], [x for i in PLAIN for x in (i['a'], *i['d'], i['aError'], *i['dError'], *i.get('covariance', []))],
         1e-12, 'a set on its own scale stays as it is')


def moved(item):  # theta' = A theta + B
    out = dict(item, a=item['a'] / A, d=[d - (k + 1 if item['model'] == 'gpcm' else 1) * item['a'] * B / A for k, d in enumerate(item['d'])])
    return {k: v for k, v in out.items() if k not in ('aError', 'dError', 'cError', 'covariance')}


write_items(TWO, [moved(i) for i in PLAIN], metric=1.702)
for method in METHODS:
    got = link('--method', method, '--out', OUT)
    all_near([got['slope'], got['shift']], [A, B], 1e-8, f'{method}: what was done to a set is found, models with several categories among them')
    check(got['flagged'] == 0 and all(abs(i['bNew'] - i['bBase']) < 1e-7 for i in got['items']), f'{method}: and nothing has drifted')
out = json.load(open(OUT))
all_near([x for i in out['items'] for x in (i['a'], *i['d'])], [x for i in PLAIN for x in (moved(i)['a'], *moved(i)['d'])], 1e-8, 'the set that is written is that one')
all_near([out['groups'][0]['mean'], out['groups'][0]['variance'], out['linked']['slope']], [B, A * A, A], 1e-8, 'with its group, and how it came about')
done = command('link', OUT, TWO, '--json')
check(done.returncode == 0 and near(json.loads(done.stdout)['slope'], 1, 1e-8), 'it is read again, and is on that scale', done.stderr)
marks = f'{folder.name}/marks.csv'
with open(marks, 'w') as f:
    f.write(','.join(i['name'] for i in PLAIN) + '\n' + '1,0,1,1,0,1,0,0,2,1\n0,1,1,0,0,0,1,0,1,0\n')
thetas = [[r['theta'] for r in answer_of('rate', 'marks', '--set', s, '--method', 'ml', marks)] for s in (ONE, OUT)]
all_near(thetas[1], [A * t + B for t in thetas[0]], 1e-8, 'abilities go the same way')

# ---- The criteria, as they are defined ----
rng = random.Random(7)
FROM = [(f'I{k:02}', round(0.8 + rng.random(), 4), round(rng.gauss(0, 1), 4), 0.2 if k % 2 else 0) for k in range(10)]
TO = [(n, round(a / 1.2 * math.exp(rng.gauss(0, 0.1)), 4), round(1.2 * b + 0.5 + rng.gauss(0, 0.1), 4), c) for n, a, b, c in FROM]
write_set(ONE, FROM)
write_set(TWO, TO)


def p(t, a, b, c):
    return c + (1 - c) / (1 + math.exp(-a * (t - b)))


NODES = [(-6 + 0.2 * q, math.exp(-(-6 + 0.2 * q) ** 2 / 2)) for q in range(61)]


def criterion(method, slope, shift):
    total = 0
    for t, w in NODES:
        d = [p(t, *to[1:]) - p((t - shift) / slope, *fr[1:]) for fr, to in zip(FROM, TO)]
        total += w * (sum(x * x for x in d) if method == 'haebara' else sum(d) ** 2)
    return total


for method in ('haebara', 'stocking-lord'):
    got = link('--method', method)
    here = criterion(method, got['slope'], got['shift'])
    around = [criterion(method, got['slope'] + x, got['shift'] + y) for x, y in itertools.product((-1e-4, 0, 1e-4), repeat=2) if x or y]
    check(min(around) > here, f'{method}: every neighbour is worse', (here, min(around)))

# ---- Equating, as it is defined ----
form, target = FROM[:4], TO[2:7]
write_set(ONE, form)
write_set(TWO, target)
got = answer_of('equate', ONE, TWO, '--linked', '--population', '0.25')
for row in got['scores'][1:-1]:
    if row['ability'] is not None:
        t = row['ability']
        all_near([sum(p(t, *i[1:]) for i in form), sum(p(t, *i[1:]) for i in target)], [row['score'], row['true']], 1e-9, f"score {row['score']}: expected on both forms at its ability")
chance = sum(i[3] for i in form), sum(i[3] for i in target)
check(got['scores'][0]['true'] == 0 and got['scores'][-1]['true'] == 5 and got['scores'][-1]['ability'] is None, 'the ends meet', got['scores'][0])
frequency = []
for items in (form, target):  # both populations are N(0, 1): the share does not matter
    f = [0] * (len(items) + 1)
    for t, w in NODES:
        for pattern in itertools.product((0, 1), repeat=len(items)):
            f[sum(pattern)] += w * math.prod(p(t, *i[1:]) if e else 1 - p(t, *i[1:]) for i, e in zip(items, pattern))
    frequency.append([x / sum(w for _, w in NODES) for x in f])
for row in got['scores']:
    rank = sum(frequency[0][:row['score']]) + frequency[0][row['score']] / 2
    s = next(s for s in range(6) if sum(frequency[1][:s + 1]) > rank)
    check(near(row['observed'], s - 0.5 + (rank - sum(frequency[1][:s])) / frequency[1][s], 1e-9), f"score {row['score']}: the same percentile rank by enumeration", row)
guessing = [(n, a, b, 0.3) for n, a, b, _ in form]
write_set(ONE, guessing)
low = answer_of('equate', ONE, TWO, '--linked')['scores'][1]
check(low['ability'] is None and near(low['true'], 1 / 1.2 * chance[1], 1e-12), 'below guessing a straight line', low)

# ---- Standard errors: what sets that are drawn again and again give ----
def drawn(items, rng):
    out = []
    for i in items:
        x, y = rng.gauss(0, 1), rng.gauss(0, 1)
        rho = i['covariance'][0] / i['aError'] / i['dError'][0]
        out.append(dict(i, a=i['a'] + i['aError'] * x, d=[i['d'][0] + i['dError'][0] * (rho * x + math.sqrt(1 - rho * rho) * y)]))
    return out


def with_errors(items):
    return [dict(set_item(n, a, b, 0), aError=0.06, dError=[0.08], covariance=[0.0016 if b < 0 else -0.0016]) for n, a, b, _ in items]


first, second = with_errors(FROM), with_errors(TO)
write_items(ONE, first)
write_items(TWO, second)
got = {m: link('--method', m) for m in ('mean-sigma', 'stocking-lord')}
equated = answer_of('equate', ONE, TWO)['scores']
plain = answer_of('equate', ONE, TWO, '--no-errors')['scores']
check([r['true'] for r in plain] == [r['true'] for r in equated] and plain[3]['trueError'] is None, 'without errors the scores are the same')
draws, rng = {m: [] for m in got} | {'true': [], 'observed': []}, random.Random(11)
for _ in range(80):
    for path, items in ((ONE, first), (TWO, second)):
        write_items(path, [{k: v for k, v in i.items() if k not in ('aError', 'dError', 'covariance')} for i in drawn(items, rng)])
    draws['mean-sigma'].append(link('--method', 'mean-sigma'))
    e = answer_of('equate', ONE, TWO)
    draws['stocking-lord'].append(e)
    draws['true'].append(e['scores'][6]['true'])
    draws['observed'].append(e['scores'][6]['observed'])
for m in got:
    for what in ('slope', 'shift'):
        sd = statistics.stdev(d[what] for d in draws[m])
        check(0.7 < got[m][what + 'Error'] / sd < 1.4, f"{m}: the error of the {what} is the spread of 80 draws", (got[m][what + 'Error'], sd))
for what in ('true', 'observed'):
    sd = statistics.stdev(draws[what])
    check(0.7 < equated[6][what + 'Error'] / sd < 1.4, f'so is that of a score by {what} scores', (equated[6][what + 'Error'], sd))

# ---- Drift ----
NEXT, BASE = f'{VECTORS}/next-set.json', f'{VECTORS}/sitting-set.json'
for method in METHODS:
    got = answer_of('link', NEXT, BASE, '--method', method, '--drop-drifted')
    check([i['item'] for i in got['items'] if i['drifted']] == ['C14'] and (got['common'], got['used']) == (12, 11), f'{method}: the item that became known has drifted, and does not link', got)
check(abs(got['slope'] - 1.0) < 0.15 and abs(got['shift'] - 0.4) < 0.15 and near(got['expectedFalse'], 0.05, 1e-12), 'the abler persons are found', (got['slope'], got['shift']))
shown = command('link', NEXT, BASE).stdout
check('1 item has drifted; on average at most 0.05 false alarms' in shown and 'C14' in shown, 'and in a table', shown)
bare = [{k: v for k, v in i.items() if not k.endswith('Error') and k != 'covariance'} for i in json.load(open(NEXT))['items']]
write_items(ONE, bare)
got = answer_of('link', ONE, BASE)
check([i['item'] for i in got['items'] if i['drifted']] == ['C14'] and got['items'][0]['p'] is None, 'without errors the robust z finds it', got['items'][0])
check('by true score' in command('equate', NEXT, BASE).stdout, 'equating in a table')

# ---- What is not good ----
write_set(ONE, FROM)
write_set(TWO, [('X' + i[0], *i[1:]) for i in TO])
for name, args, words in (('nothing in common', ('link', ONE, TWO), '0 items in common'), ('nothing to equate by', ('equate', ONE, TWO), 'say --linked')):
    done = command(*args)
    check(done.returncode == 2 and words in done.stderr and not done.stdout, f'{name}: told and refused', (done.returncode, done.stderr))
write_set(TWO, [TO[0]] + [('X' + i[0], *i[1:]) for i in TO[1:]])
check('1 item in common' in command('link', ONE, TWO).stderr, 'one item links nothing')
write_set(TWO, TO[:2])
check(command('link', ONE, TWO).returncode == 0, 'two do')
write_items(TWO, [dict(POLY[0], name='I00')] + [set_item(*i) for i in TO[1:]])
check('item "I00" has another model, or other marks' in command('link', ONE, TWO).stderr, 'another model')
write_set(TWO, [('I00', -0.5, 0.5, 0)] + TO[1:])
check('slope of nought or less' in command('link', ONE, TWO).stderr, 'a slope below nought')
for a, good in ((0.04, True), (0.005, False)):  # slopes of 25 and of 200
    write_set(TWO, [(n, a, b, 0) for n, _, b, _ in FROM])
    write_set(OUT, [(n, 1, b, 0) for n, _, b, _ in FROM])
    done = command('link', OUT, TWO, '--method', 'mean-mean')
    check((done.returncode == 0) == good and (good or 'more than a hundred times apart' in done.stderr), f'slopes {1 / a:g} times as steep: {good}', done.stderr)
for error, good in ((1e6, True), (1000001, False), (-1, False)):
    write_items(TWO, [dict(set_item(*FROM[0]), aError=error, dError=[0.1])] + [set_item(*i) for i in FROM[1:]])
    done = command('link', ONE, TWO)
    check((done.returncode == 0) == good and (good or 'standard errors are from 0' in done.stderr), f'a standard error of {error:g}: {good}', done.stderr)
write_set(ONE, [(n, 15, b, 0) for n, _, b, _ in FROM])
write_set(TWO, [(n, 15, 2 * b, 0) for n, _, b, _ in FROM])
done = command('link', TWO, ONE, '--method', 'mean-sigma', '--out', OUT)
check(done.returncode == 2 and 'on the other scale' in done.stderr, 'a slope that would be too steep on the other scale', done.stderr)
done = command('link', ONE, ONE, '--method', 'mean-sigma')
check(done.returncode == 0 and 'nan' not in done.stdout and 'slope 1.000000' in done.stdout, 'a set and itself: no difference, no robust z', done.stdout)
flat = [(f'I{k:02}', 1, 0.5, 0) for k in range(4)]
write_set(TWO, flat)
done = command('link', TWO, TWO, '--method', 'mean-sigma')
check(done.returncode == 2 and 'difficulties do not vary' in done.stderr, 'difficulties that do not vary', done.stderr)
for args in (('link', ONE, TWO, '--method', 'mean'), ('link', ONE, TWO, '--rate', '2'), ('equate', ONE, TWO, '--weights', 'x'), ('equate', ONE, TWO, '--population', '1.5')):
    check(command(*args).returncode == 64, f"{' '.join(args[3:])} is a mistake of usage")
many = [(f'I{k:03}', 1, round((k - 250) / 100, 3), 0) for k in range(501)]
write_set(ONE, many[:500])
write_set(TWO, many)
check(len(answer_of('equate', ONE, ONE, '--no-errors', '--linked', '--weights', 'gauss')['scores']) == 501, 'a form of 500 items')
done = command('equate', ONE, TWO, '--no-errors')
check(done.returncode == 2 and 'more than 500 items' in done.stderr, 'one item more', done.stderr)
finish()
