#!/usr/bin/env python3
"""Groups compared by likelihood ratios: `bangvang analyse --ratio-dif` against mirt (../shared/ref/psycho), against `bangvang calibrate` of sheets in which the item
is two columns, and on groups that differ in ability alone."""
import csv, json, math, random, re, tempfile
import xml.etree.ElementTree as ET
from checks import REF, VECTORS, all_near, analyse, check, command, finish, near, reference, run, skip

folder = tempfile.TemporaryDirectory()
SHEET, SPLIT = f'{folder.name}/sheet.csv', f'{folder.name}/split.csv'

# ---- mirt: items 1 to 10 free in both groups, 11 to 30 the same ----
want = reference('fixedcalib_multigroup')
if not want:
    skip('mirt', 'reference data psycho/expected/fixedcalib_multigroup.json is not here')
else:
    data = [f'{REF}/psycho/data/syn_dif_30x3000.csv', '--group', 'group', '--focal', '1', '--ratio-dif']
    got = analyse(*data, '--anchor', ','.join(f'I{k}' for k in range(11, 21)), '--anchor', ','.join(f'I{k}' for k in range(21, 31)))
    dif = [i['ratioDif'] for i in got['items']]
    all_near([d['chiSquare'] for d in dif[:10]], [w['X2'] for w in want['IRTLR_DIF']], 2e-3, 'chi-squares of mirt, whose EM stops at 1e-4')
    all_near([d['p'] for d in dif[:10]], [w['p'] for w in want['IRTLR_DIF']], 2e-3, 'their p')
    check([d['freedom'] for d in dif[:10]] == [w['df'] for w in want['IRTLR_DIF']], 'their degrees of freedom')
    check(all(d['anchor'] and not d['tested'] for d in dif[10:]) and [n for n, d in enumerate(dif) if d['flagged']] == [1, 2, 3], 'anchors are not tested; the items that were made different are found', dif)
    same = analyse(*data)['ratioGroups']
    all_near([same['logLikelihood'], same['mean'], same['variance']], [want['multigroup']['logLik'], want['multigroup']['mean2'], want['multigroup']['var2'][0][0]], 1e-4, 'without anchors they are compared with the concurrent calibration')


# ---- The definition, by calibrate ----
def split_likelihood(table, names, apart):
    """Log-likelihood and parameters of both groups together, the items of apart as two columns."""
    with open(SPLIT, 'w', newline='') as f:
        out = csv.writer(f)
        out.writerow(['group', *names, *[n + '-focal' for n in apart]])
        for r in sorted(table, key=lambda r: r['g'] == 'b'):
            own = r['g'] == 'b'
            out.writerow([r['g']] + ['' if own and n in apart else r[n] for n in names] + [r[n] if own else '' for n in apart])
    models = [f'--item={n}{side}=grm' for n in names if max(int(r[n] or 0) for r in table) > 1 for side in (['', '-focal'] if n in apart else [''])]
    done = command('calibrate', SPLIT, '--model', '2pl', *models, '--no-errors', '--json')
    fit = json.loads(done.stdout)
    return fit['fit']['logLikelihood'], sum(1 + len(i['d']) for i in fit['items']) + 2


def sit(seed, differs, persons=1500):
    """Twelve items, the last two of four marks; for "b" item 3 is harder and 11 too."""
    rng = random.Random(seed)
    names = [f'Q{k + 1}' for k in range(12)]
    with open(SHEET, 'w', newline='') as f:
        out = csv.writer(f)
        out.writerow(['g', *names])
        for n in range(persons):
            b, row = n % 2, []
            t = rng.gauss(-0.4 * b, 1 + 0.2 * b)
            for k in range(12):
                hard = -1.4 + 0.25 * k + (0.8 if differs and b and k in (2, 10) else 0)
                p = [1 / (1 + math.exp(-(1 + 0.1 * (k % 4)) * (t - hard - s))) for s in ([0] if k < 10 else [-1, 0, 1])]
                u = rng.random()
                row.append('' if rng.random() < 0.02 else sum(u < x for x in p))
            out.writerow(['ab'[b], *row])
    with open(SHEET) as f:
        return list(csv.DictReader(f)), names


table, names = sit(1, True)
args = [SHEET, '--group', 'g', '--focal', 'b', '--ratio-dif']
got = analyse(*args)
dif = [i['ratioDif'] for i in got['items']]
base, count = split_likelihood(table, names, [])
check(near(got['ratioGroups']['logLikelihood'], base, 1e-9), 'all items the same: the log-likelihood of calibrate', (got['ratioGroups'], base))
for k in (2, 5, 10):
    value, more = split_likelihood(table, names, [names[k]])
    check(abs(dif[k]['chiSquare'] - 2 * (value - base)) < 1e-5 and dif[k]['freedom'] == more - count, f'{names[k]}: twice the difference of two calibrations', (dif[k], 2 * (value - base), more - count))
check({n for n, d in zip(names, dif) if d['flagged']} >= {'Q3', 'Q11'} and sum(d['flagged'] for d in dif) <= 4, 'both items are found, one of several marks', [d['p'] for d in dif])
check([d['freedom'] for d in dif] == [2] * 10 + [4] * 2, 'two parameters, or four')
all_near([d['p'] for d in dif], [math.exp(-d['chiSquare'] / 2) * (1 if d['freedom'] == 2 else 1 + d['chiSquare'] / 2) for d in dif], 1e-9, 'p by its closed form')
anchors = ['Q5', 'Q6', 'Q7']
apart = [n for n in names if n not in anchors]
got = analyse(*args, '--anchor', 'Q5, Q6', '--anchor', 'Q7')
free, count = split_likelihood(table, names, apart)
value, fewer = split_likelihood(table, names, [n for n in apart if n != 'Q11'])
d = got['items'][10]['ratioDif']
check(abs(d['chiSquare'] - 2 * (free - value)) < 1e-5 and d['freedom'] == count - fewer == 4, 'with anchors: all others free', (d, 2 * (free - value)))

low = tests = 0
for seed in range(10, 18):
    sit(seed, False, 700)
    dif = [i['ratioDif'] for i in analyse(*args)['items']]
    low += sum(d['p'] < 0.05 for d in dif)
    tests += len(dif)
check(0.01 * tests < low < 0.12 * tests, f'groups that differ in ability alone: about one item in twenty has p below 0.05 ({low} of {tests})', low)

# ---- The report ----
sit(1, True)
for language, words in (('vi', ['So sánh hai nhóm bằng tỉ số hợp lí', 'hai nhóm khác nhau', 'Bậc tự do']), ('en', ['Two groups compared by likelihood ratios', 'the groups differ', 'Degrees of freedom'])):
    path = f'{folder.name}/{language}.html'
    done = run(*args, '--out', path, '--lang', language)
    with open(path, encoding='utf-8') as f:
        text = f.read()
    ET.fromstring(text.replace('<!DOCTYPE html>\n', ''))
    check(done.returncode == 0 and all(w in text for w in words) and not re.search(r'\b(nan|inf)\b', re.sub(r'<[^>]*>', ' ', text)), f'the report in {language}', done.stderr)
check('better described with parameters for each group' in done.stdout and 'by chance about 0.60' in done.stdout, 'and in one line', done.stdout)

# ---- What is not good, and what is little ----
for args in (['--ratio-dif'], ['--group', 'g', '--anchor', 'a']):
    check(run('-', *args, text='g,a,b\nx,1,0\ny,0,1\n').returncode == 64, f"{' '.join(args)} alone is a mistake of usage")
few = 'g,a,b\n' + 'x,1,0\nx,0,1\ny,0,1\ny,1,0\n' * 3
for name, text, args, words in (('an anchor that is no item', few, ['--anchor', 'c'], '--anchor: there is no item "c"'), ('no anchor', few, ['--anchor', ''], 'names none of the items'),
                                ('all are anchors', few, ['--anchor', 'a,b'], 'names all of the items'), ('one item', 'g,a\nx,1\ny,0\n', [], 'nothing links the groups'),
                                ('marks that are too many', 'g,a,b\nx,16,1\ny,0,0\n', [], 'nothing links the groups')):
    done = run('-', '--group', 'g', '--focal', 'y', '--ratio-dif', *args, text=text)
    check(done.returncode == 2 and words in done.stderr and not done.stdout, f'{name}: told and refused', (done.returncode, done.stderr))
draws = random.Random(4)
people = [(('x', 'y')[n % 2], [int(draws.random() < 0.3 + 0.1 * k + n % 5 / 12) for k in range(4)]) for n in range(300)]
for name, change in (('an item that one group never solves', lambda g, row: row[:3] + [0 if g == 'y' else row[3]]), ('an item that only one group has', lambda g, row: row[:3] + ['' if g == 'y' else row[3]]),
                     ('an item that is the same for everybody', lambda g, row: row[:3] + [1])):
    text = 'g,a,b,c,d\n' + ''.join(g + ',' + ','.join(map(str, change(g, row))) + '\n' for g, row in people)
    done = run('-', '--group', 'g', '--focal', 'y', '--ratio-dif', '--json', text=text)
    items = json.loads(done.stdout)['items'] if done.returncode == 0 else []
    check(items and not items[3]['ratioDif']['tested'] and items[0]['ratioDif']['tested'], f'{name} is not tested, the others are', (done.stderr, [i['ratioDif'] for i in items]))
steps = [(g, row + [int(sum(row) > 1)]) for g, row in people]
done = run('-', '--group', 'g', '--focal', 'y', '--ratio-dif', '--json', text='g,a,b,c,d,steep\n' + ''.join(f"{g},{','.join(map(str, row))}\n" for g, row in steps))
items = [i['ratioDif'] for i in json.loads(done.stdout)['items']] if done.returncode == 0 else []
check(items and all(i['tested'] for i in items[:4]), 'an item that runs away does not keep the others from being tested', (done.stderr, items))
done = run('-', '--group', 'g', '--focal', 'y', '--ratio-dif', '--json', text=few)
check(done.returncode in (0, 2) and 'nan' not in done.stdout.lower(), 'twelve persons: tested or refused', (done.returncode, done.stderr))
finish()
