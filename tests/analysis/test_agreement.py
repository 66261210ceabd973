#!/usr/bin/env python3
"""Agreement of answers: `bangvang analyse --parameters` against aberrance and CopyDetect (../shared/ref/psycho), against enumeration written here, and on
sittings in which somebody copied, and in which nobody did."""
import csv, itertools, math, random, re, tempfile
import xml.etree.ElementTree as ET
from checks import REF, VECTORS, all_near, analyse, check, finish, near, reference, run, skip, write_set

folder = tempfile.TemporaryDirectory()
SET, SHEET = f'{folder.name}/set.json', f'{folder.name}/sheet.csv'


def write_sheet(header, rows):
    with open(SHEET, 'w', newline='') as f:
        csv.writer(f).writerows([header, *rows])
    return SHEET


def flat(values):
    return values if isinstance(values, list) else list(values.values())


# ---- Other people's packages ----
copying = reference('answer_copying')
if not copying:
    skip('agreement', 'reference data psycho/expected/answer_copying.json is not here')
else:
    want = copying['aberrance']
    write_set(SET, [(f'i{k}', *p) for k, p in enumerate(want['psi'])])
    write_sheet([f'i{k}' for k in range(40)], want['x'])
    got = analyse(SHEET, '--parameters', SET, '--ability', 'ml', *[x for s in want['stat'] for x in ('--pair', s['_row'].replace('-', ','))])['agreement']['asked']
    # Its abilities come from R's optimize, which stops at 6e-5.
    all_near([g['omega'][1] for g in got], [s['OMG_S'] for s in want['stat']], 5e-5, 'omega of aberrance, the second person as the copier')
    all_near([math.erfc(g['omega'][1] / math.sqrt(2)) / 2 for g in got], [p['OMG_S'] for p in want['pval']], 5e-5, 'its p')
    all_near([g['exact'][1] for g in got], [s['GBT_S'] for s in want['stat']], 1e-5, 'its conditional GBT')

    rows = list(csv.reader(open(f'{REF}/psycho/data/syn_copy_40x1000.csv')))
    results = [(r['single.pair'], list(zip(r['item.par']['a'], r['item.par']['b'], r['item.par']['g'])), r) for r in copying['CopyDetect']['res']]
    results += [(r['pair'], r['item.par'], r) for r in reference('answer_copying_CopyDetect')['res'] if r.get('item.par')]
    # Trap 6: CopyDetect 1.3 cannot take parameters (item.par: "argument is of length zero"), so that these are from its own calibration. Ours takes them.
    check(len(results) >= 9, 'CopyDetect: pairs with 2PL and with 1PL parameters', len(results))
    for pair, items, r in results:
        write_set(SET, [(name, *p) for name, p in zip(rows[0][1:], items)])
        theta = dict(zip(pair, r['thetas']))
        write_sheet(rows[0] + ['theta'], [row + [repr(theta[row[0]]) if row[0] in theta else ''] for row in rows[1:]])
        got = analyse(SHEET, '--id', 'id', '--theta', 'theta', '--parameters', SET, '--no-pairs', '--pair', ','.join(pair))['agreement']['asked'][0]
        k, v = got['copying'][0], r['K.variants']
        check(got['matches'] == r['W.index']['obs.match'], f"CopyDetect {'-'.join(pair)}: obs.match", got['matches'])
        pairs = [(got['omega'][0], r['W.index']['W.value']), (got['gbt'], r['GBT.index']['p.value']), (got['m4'], r['M4.index']['p.value']), (k['k'], r['K.index']['k.index']),
                 (k['k1'], v['K1.index']), (k['k2'], v['K2.index']), (k['s1'], v['S1.index']), (k['s2'], v['S2.index'])]
        all_near([a for a, _ in pairs], [b for _, b in pairs], 1e-9, f"CopyDetect {'-'.join(pair)}: omega, GBT, M4, K, K1, K2, S1, S2")
        steps, name = got['steps'], f"CopyDetect {'-'.join(pair)}"
        group, w, gbt, m4, index = steps['copying'][0], r['W.index'], r['GBT.index'], r['M4.index'], r['K.index']
        all_near(steps['ability'], [w['ability1'], gbt['ability2']], 1e-12, f'{name}: ability1, ability2')
        all_near([gbt['ability1'], m4['ability1'], m4['ability2']], [w['ability1'], w['ability1'], gbt['ability2']], 0, f'{name}: the same abilities everywhere')
        all_near([steps['expected'][0], steps['sd'][0], math.erfc(got['omega'][0] / math.sqrt(2)) / 2], [w['exp.match'], w['sd.match'], w['p.value']], 1e-9, f'{name}: exp.match, sd.match, p.value of W')
        all_near(steps['same'], flat(gbt['prob.match']), 1e-9, f'{name}: prob.match')
        all_near(steps['right'], flat(m4['prob.corr.match']), 1e-9, f'{name}: prob.corr.match')
        all_near(steps['wrong'], flat(m4['prob.incorr.match']), 1e-9, f'{name}: prob.incorr.match')
        all_near(steps['matches'], [float(x) for x in gbt['exact.prob.dist']['V2']], 6e-7, f'{name}: exact.prob.dist (six decimals)')
        ids = [row[0] for row in rows[1:]]
        check(group['like'] == [ids[n - 1] for n in index['subgroups']], f'{name}: subgroups', (group['like'][:5], index['subgroups'][:5]))
        check(group['alike'] == index['emp.agg'], f'{name}: emp.agg', (group['alike'][:5], index['emp.agg'][:5]))
        if 'subgroups' in v:  # of every number of wrong answers; a number is one person, the largest is missing in the file
            check(group['persons'] == [len(s) if isinstance(s, list) else n if s is None else 1 for s, n in zip(v['subgroups'], group['persons'])], f'{name}: sizes of all subgroups', group['persons'])
        for mine, theirs in (('shared', 'mean.iden.incorrect'), ('weighted', 'weighted.iden.correct'), ('linear', 'pred1'), ('quadratic', 'pred2'), ('poisson', 'pred3'), ('poissonTotal', 'pred4')):
            there = [(a, b) for a, b in zip(group[mine], flat(v[theirs])) if isinstance(b, (int, float))]
            check(len(there) == sum(n > 0 for n in group['persons']), f'{name}: {theirs} of every group', len(there))
            all_near([a for a, _ in there], [b for _, b in there], 1e-7, f'{name}: {theirs}')

# ---- Enumeration ----
ITEMS = [(f'Q{k}', 0.8 + 0.2 * k, -1.5 + 0.45 * k, 0.2 if k % 2 else 0) for k in range(8)]
write_set(SET, ITEMS)
answers, theta = [[1, 1, 0, 0, 1, 0, 1, 0], [1, 0, 0, 0, 1, 0, 1, 1], [1, '', 0, 1, 0, '', 1, 1]], [0.3, -0.9, 1.1]
write_sheet([i[0] for i in ITEMS] + ['theta'], [a + [t] for a, t in zip(answers, theta)])
for x, y in ((0, 1), (0, 2), (2, 1)):
    got = analyse(SHEET, '--theta', 'theta', '--parameters', SET, '--pair', f'{x + 1},{y + 1}')['agreement']['asked'][0]
    both = [k for k in range(8) if answers[x][k] != '' and answers[y][k] != '']
    right = [[c + (1 - c) / (1 + math.exp(-a * (t - b))) for _, a, b, c in ITEMS] for t in (theta[x], theta[y])]
    seen = sum(answers[x][k] == answers[y][k] for k in both)
    has = [right[0][k] if answers[y][k] else 1 - right[0][k] for k in both]
    same = [right[0][k] * right[1][k] + (1 - right[0][k]) * (1 - right[1][k]) for k in both]

    def tail(p):
        return sum(math.prod(q if e else 1 - q for q, e in zip(p, events)) for events in itertools.product((0, 1), repeat=len(p)) if sum(events) >= seen)

    omega = (seen - sum(has)) / math.sqrt(sum(p * (1 - p) for p in has))
    chances = {}
    for outcome in itertools.product((0, 1, 2), repeat=len(both)):  # differ, both right, both wrong
        p = math.prod((1 - same[n], right[0][k] * right[1][k], (1 - right[0][k]) * (1 - right[1][k]))[o] for n, (k, o) in enumerate(zip(both, outcome)))
        at = outcome.count(1), outcome.count(2)
        chances[at] = chances.get(at, 0) + p
    upper = {at: sum(p for b, p in chances.items() if b[0] >= at[0] and b[1] >= at[1]) for at in chances}
    here = sum(answers[x][k] == answers[y][k] == 1 for k in both), sum(answers[x][k] == answers[y][k] == 0 for k in both)
    m4 = sum(p for at, p in chances.items() if upper[at] <= upper[here] * (1 + 1e-10))
    all_near([got['omega'][0], got['exact'][0], got['gbt'], got['m4']], [omega, tail(has), tail(same), m4], 1e-12, f'persons {x + 1} and {y + 1} by enumeration')
    check((got['items'], got['matches'], got['right'], got['wrong']) == (len(both), seen, *here), 'what was not answered by both does not count', got)
    check(near(got['p'], min(1, 3 * min(*got['exact'], got['gbt'])), 1e-12), 'p is thrice the smallest exact one')

# ---- Sittings ----
KEY = [('B', 'A', 'D', 'C')[k % 4] for k in range(40)]
BANK = [(f'C{k + 1:02}', 0.8 + 0.03 * (k % 20), -1.6 + 0.08 * k, 0) for k in range(40)]
write_set(SET, BANK)
key = f'{folder.name}/key.csv'
with open(key, 'w') as f:
    f.write('item,key\n' + ''.join(f'{b[0]},{k}\n' for b, k in zip(BANK, KEY)))


def sit(seed, copiers=()):
    """480 persons in 12 halls; of (copier, source) pairs the first takes 3 answers of 4 from the second."""
    rng, people = random.Random(seed), []
    for n in range(480):
        t = rng.gauss(0, 1)
        people.append([k if rng.random() < 1 / (1 + math.exp(-a * (t - b))) else rng.choice([o for o in 'ABCD' if o != k]) for (_, a, b, _), k in zip(BANK, KEY)])
    for copier, source in copiers:
        people[copier] = [s if rng.random() < 0.75 else o for o, s in zip(people[copier], people[source])]
    return write_sheet(['ticket', 'phong'] + [b[0] for b in BANK], [[f'T{n:03}', f'P{n % 12:02}'] + p for n, p in enumerate(people)])


def names(result):
    return sorted((p['first'], p['second']) for p in result['agreement']['pairs'] if p['flagged'])


ARGS = ['--id', 'ticket', '--hall', 'phong', '--key', key, '--parameters', SET]
honest = [analyse(sit(seed), *ARGS, '--rate', '0.05')['agreement'] for seed in range(6)]
check(all(h['compared'] == 12 * 40 * 39 // 2 for h in honest), 'all pairs that sat in one hall are compared', honest[0]['compared'])
# At a rate of 0.05 a sitting without copying has a false alarm in at most one of twenty; these six have none.
check(sum(h['flagged'] for h in honest) == 0, 'six honest sittings have no false alarm', [h['flagged'] for h in honest])
low = sum(h['low'][0]['seen'] for h in honest), sum(h['low'][0]['expected'] for h in honest)
check(low[0] <= low[1] and abs(low[1] - 6 * 9.36) < 1e-9, 'p below 0.001 is no more frequent than chance gives', low)
guilty = [(24, 36), (100, 112), (205, 217)]
found = analyse(sit(99, guilty), *ARGS)
check(names(found) == [(f'T{a:03}', f'T{b:03}') for a, b in guilty], 'who copied is found, and nobody else', names(found))
check(found['agreement']['control'] == 'Benjamini-Hochberg' and near(found['agreement']['expectedFalse'], 0.01 * 3, 1e-12), 'how many false alarms are expected')
top = found['agreement']['pairs'][0]
check(max(top['omega']) > 5 and top['wrong'] > 0 and top['m4'] < 1e-4 and top['copying'][0]['k2'] < 0.01, 'all statistics point to it', top)
sheet = list(csv.reader(open(SHEET)))
scored = write_sheet(sheet[0], [row[:2] + [int(o == k) for o, k in zip(row[2:], KEY)] for row in sheet[1:]])
scores = analyse(scored, '--id', 'ticket', '--hall', 'phong', '--parameters', SET)['agreement']
check(top['p'] < scores['pairs'][0]['p'] / 10, 'which wrong option was taken tells more than right and wrong', (top['p'], scores['pairs'][0]['p']))
write_sheet(['ticket'] + sheet[0][2:], [row[:1] + [int(o == k) for o, k in zip(row[2:], KEY)] for row in sheet[1:]])
every = analyse(scored, '--id', 'ticket', '--parameters', SET, '--rate', '0.5')['agreement']
check(every['compared'] == 480 * 479 // 2, 'without halls all pairs of the file are compared', every['compared'])
part = analyse(scored, '--id', 'ticket', '--parameters', SET, '--rate', '0.1')['agreement']
check(part['pairs'] == [dict(p, flagged=q['flagged']) for p, q in zip(every['pairs'], part['pairs'])] and part['low'] == every['low'],
      'those that were not looked at closely change nothing')

# ---- The report ----
sit(99, guilty)
for language, words in (('vi', ['Bài làm giống nhau', 'số báo nhầm trung bình nhiều nhất (Benjamini–Hochberg trên mọi cặp của cả đợt thi): 0,03', 'giống nhau hơn ngẫu nhiên', '1 trên ']), ('en', ['Answers that are alike', 'of these false on average at most (Benjamini–Hochberg over all pairs of the sitting): 0.03', 'more alike than chance', '1 in '])):
    path = f'{folder.name}/{language}.html'
    done = run(SHEET, *ARGS, '--out', path, '--lang', language, '--pair', 'T001,T002')
    text = open(path, encoding='utf-8').read()
    check(done.returncode == 0 and all(w in text for w in words) and 'T205' in text, f'the report in {language}', done.stderr)
    ET.fromstring(text.replace('<!DOCTYPE html>\n', ''))
    check('<script' not in text and not re.search(r'\b(nan|inf)\b', re.sub(r'<[^>]*>', ' ', text)), 'well-formed, no script, no nan')
check('3 of 9360 pairs to be looked at' in done.stdout and 'at most 0.03 of them are false alarms' in done.stdout, 'and in one line', done.stdout)

# ---- What is not good ----
small = 'id,C01,C02\na,1,0\nb,0,1\n'
for name, text, args, words in (
        ('a pair of one', 'id,C01,C02\na,1,0\nb,0,1\n', ['--id', 'id', '--pair', 'a,a'], 'is one person: name two'),
        ('no item in common', 'x,y\n1,0\n', [], 'none of the 2 items is in the parameter set'),
        ('a score that the set does not know', 'C01,C02\n1,0\n2,0\n', [], '3: item "C01": the parameter set does not know the score 2'),
        ('nobody of that name', small, ['--id', 'id', '--pair', 'a,z'], 'nobody is "z"'),
        ('a number without a column of names', small.replace('id,', 'hall,'), ['--hall', 'hall', '--pair', '1,3'], 'name the column of persons'),
        ('one person', small, ['--id', 'id', '--pair', 'a'], 'not two persons'),
        ('no such method', small, ['--id', 'id', '--ability', 'guess'], '--ability is eap'),
        ('an ability that is none', 'C01,th\n1,0.5\n0,21\n', ['--theta', 'th'], '3: column "th": "21" is not an ability from -20 to 20'),
        ('no column of abilities', small, ['--id', 'id', '--theta', 'th'], 'there is no column "th"'),
        ('a name that does not show', 'id,C01\na\x01,1\n', ['--id', 'id'], '2: column "id" has a character that does not show'),
        ('a column that does not show', 'a\u202eb,C01\n1,1\n', [], 'the name of column 1 has a character that does not show')):
    done = run('-', '--parameters', SET, *args, text=text)
    check(done.returncode == 2 and words in done.stderr and not done.stdout, f'{name}: told and refused', (done.returncode, done.stderr))
check(run('-', '--theta', 'th', text='C01,th\n1,1\n').returncode == 64, 'abilities without parameters are a mistake of usage')
done = run('-', '--parameters', f'{VECTORS}/key.csv', text=small)
check(done.returncode == 2 and 'key.csv' in done.stderr, 'a file that is no parameter set', done.stderr)
got = analyse('-', '--theta', 'th', '--parameters', SET, text='C01,C02,th\n1,0,20\n0,1,-20\n,,\n')['agreement']
check(got['compared'] == 3 and got['flagged'] == 0, 'abilities at the ends, and nobody', got)
most = 'C01\n' + '1\n0\n' * 5000
check(analyse('-', '--parameters', SET, text=most)['agreement']['compared'] == 10000 * 9999 // 2, 'ten thousand in one file')
done = run('-', '--parameters', SET, text=most + '1\n')
check(done.returncode == 2 and '10001 persons in one file: pairs are compared of at most 10000' in done.stderr, 'one more, and it says what to do', done.stderr)
check(analyse('-', '--parameters', SET, '--no-pairs', text=most + '1\n')['agreement']['compared'] == 0, 'which helps')
finish()
