#!/usr/bin/env python3
"""Options by a nominal model: `bangvang analyse --nominal` against the slopes that answers were drawn from, against `bangvang calibrate`, omega against its
definition, and a question whose key is wrong."""
import csv, json, math, random, re, tempfile
import xml.etree.ElementTree as ET
from checks import all_near, analyse, answer_of, check, finish, near, run

folder = tempfile.TemporaryDirectory()
SHEET, KEY, MARKS = (f'{folder.name}/{n}' for n in ('sheet.csv', 'key.csv', 'marks.csv'))
ITEMS, OPTIONS = 20, 'ABCD'


def write(path, rows):
    with open(path, 'w', newline='') as f:
        csv.writer(f).writerows(rows)
    return path


rng = random.Random(12)
truth = [[(0, 0)] + [(rng.uniform(-1.6, -0.3), rng.uniform(-1, 0.5)) for _ in OPTIONS[1:]] for _ in range(ITEMS)]  # beside the key, which is the first
truth[4][2] = (0.9, 0.3)  # who knows more takes the second wrong option: the key is wrong
keys = [k % 4 for k in range(ITEMS)]


def option_of(item, rank):
    return OPTIONS[(keys[item] + rank) % 4]


def sit(seed, persons=800, copiers=()):
    r, rows = random.Random(seed), []
    for n in range(persons):
        t = r.gauss(0, 1)
        rows.append([option_of(i, r.choices(range(4), [math.exp(a * t + d) for a, d in truth[i]])[0]) if r.random() > 0.02 else '' for i in range(ITEMS)])
    for copier, source in copiers:
        rows[copier] = [s if r.random() < 0.9 else o for o, s in zip(rows[copier], rows[source])]
    return rows


names = [f'Q{k + 1:02}' for k in range(ITEMS)]
write(KEY, [['item', 'key']] + [[n, OPTIONS[k]] for n, k in zip(names, keys)])
rows = sit(1)
write(SHEET, [['id'] + names] + [[f'p{n}'] + r for n, r in enumerate(rows)])
ARGS = [SHEET, '--id', 'id', '--key', KEY, '--nominal']
got = analyse(*ARGS, '--pair', 'p3,p17', '--no-pairs')
items = got['items']
off, of = 0, 0
for i, item in enumerate(items):
    for o in item['nominal']['options']:
        rank = (OPTIONS.index(o['option']) - keys[i]) % 4
        if rank == 0:
            check(o['slope'] == o['intercept'] == o['slopeError'] == 0, f'{names[i]}: the key is what the others are held against')
            continue
        for mine, error, want in ((o['slope'], o['slopeError'], truth[i][rank][0]), (o['intercept'], o['interceptError'], truth[i][rank][1])):
            off += abs(mine - want) > 1.96 * error
            of += 1
check(of == 120 and off <= 15, 'intervals of 95 % for slopes and intercepts hold the truth', (off, of))  # 6 expected, standard deviation 2.4
miskeyed = [(n, o['option']) for n, i in zip(names, items) for o in i['nominal']['options'] if o['slope'] > 2 * o['slopeError'] > 0]
check(miskeyed == [('Q05', option_of(4, 2))], 'the key that is wrong is found', miskeyed)

# The same likelihood from a sheet of marks, whatever the order of the options there.
write(MARKS, [names] + [[OPTIONS.index(o) if o else '' for o in r] for r in rows])
there = answer_of('calibrate', '--model', 'nominal', MARKS)
check(near(there['fit']['logLikelihood'], got['nominal']['logLikelihood'], 1e-9) and got['nominal']['converged'], 'log likelihood of calibrate', (there['fit']['logLikelihood'], got['nominal']))

# Omega as it is defined, with the abilities and the probabilities of the report.
pair = got['agreement']['asked'][0]
theta, answers = pair['steps']['ability'], [rows[3], rows[17]]
for side in (0, 1):
    has = []
    for i, item in enumerate(items):
        if not answers[0][i] or not answers[1][i]:
            continue
        weight = {o['option']: math.exp(o['slope'] * theta[side] + o['intercept']) for o in item['nominal']['options']}
        has.append(weight[answers[1 - side][i]] / sum(weight.values()))
    omega = (pair['matches'] - sum(has)) / math.sqrt(sum(p * (1 - p) for p in has))
    check(near(pair['omega'][side], omega, 1e-9), f'omega, person {side + 1} as the copier', (pair['omega'][side], omega))
    all_near(pair['steps'][('firstHas', 'secondHas')[side]], has, 1e-9, 'probabilities of the other one\'s answers')

# Sittings: honest, and with two who copied.
for seed in (2, 3):
    write(SHEET, [['id'] + names] + [[f'p{n}'] + r for n, r in enumerate(sit(seed, 300))])
    honest = analyse(*ARGS, '--rate', '0.05')
    check(honest['agreement']['flagged'] == 0, 'an honest sitting has no false alarm', honest['agreement']['pairs'][:1])
    check(honest['personFit']['flagged'] <= 2, 'nor patterns that do not go with ability', honest['personFit'])
write(SHEET, [['id'] + names] + [[f'p{n}'] + r for n, r in enumerate(sit(4, 300, [(7, 40), (120, 200)]))])
found = analyse(*ARGS)['agreement']
flagged = {frozenset((p['first'], p['second'])) for p in found['pairs'] if p['flagged']}
check(flagged <= {frozenset(('p7', 'p40')), frozenset(('p120', 'p200'))}, 'nobody but who copied', flagged)
check({frozenset((p['first'], p['second'])) for p in found['pairs'][:2]} == {frozenset(('p7', 'p40')), frozenset(('p120', 'p200'))}, 'who copied comes first', found['pairs'][:2])
for language, words in (('vi', ['Mô hình danh định', 'người giỏi hay chọn', 'Q05']), ('en', ['The nominal model', 'those who know more choose it', 'Q05'])):
    path = f'{folder.name}/{language}.html'
    done = run(*ARGS, '--out', path, '--lang', language)
    text = open(path, encoding='utf-8').read()
    ET.fromstring(text.replace('<!DOCTYPE html>\n', ''))
    check(done.returncode == 0 and all(w in text for w in words) and not re.search(r'\b(nan|inf)\b', re.sub(r'<[^>]*>', ' ', text)), f'the report in {language}', done.stderr)

# ---- What is not good, and what is left out ----
for args, words in ((['--nominal'], 'needs --key'), (['--nominal', '--key', KEY, '--parameters', KEY], 'takes no --parameters')):
    done = run(SHEET, '--id', 'id', *args)
    check(done.returncode == 64 and words in done.stderr, words, done.stderr)
r = random.Random(5)
wide = [[r.randrange(17), r.randrange(16), 'A', r.choice('AB'), r.choice('CD')] for _ in range(400)]
write(SHEET, [['W17', 'W16', 'SAME', 'AB', 'NOKEY']] + wide)
write(KEY, [['item', 'key'], ['W17', 3], ['W16', 4], ['SAME', 'A'], ['AB', 'B'], ['NOKEY', 'X']])
left = [i['nominal']['state'] == 'left out' for i in analyse(SHEET, '--key', KEY, '--nominal')['items']]
check(left == [True, False, True, False, True], '17 options, one option, a key that nobody took are left out; 16 and 2 options are not', left)
write(SHEET, [['SAME']] + [['A']] * 5)
write(KEY, [['item', 'key'], ['SAME', 'A']])
done = run(SHEET, '--key', KEY, '--nominal')
check(done.returncode == 2 and 'nothing can be estimated' in done.stderr, 'no item is left', (done.returncode, done.stderr))
finish()
