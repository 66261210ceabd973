#!/usr/bin/env python3
"""bangvang analyse against other people's packages (psych, difR, PerFit: ../shared/ref/psycho) and, without them, against plain definitions written
here: enumeration of pairs, sums over persons, exact fractions."""
import csv, json, math, random, re, tempfile
import xml.etree.ElementTree as ET
from fractions import Fraction
from checks import REF, VECTORS, all_near, analyse, check, finish, near, reference, run, skip



def sibtest(sheet, item, zero=False):
    """Shealy and Stout 1993 as the paper has it: sheet of (scores, group), every other item matches."""
    from statistics import mean, variance
    side = [[(sum(x) - x[item], x) for x, g in sheet if g == k] for k in (0, 1)]
    others = [j for j in range(len(sheet[0][0])) if j != item]
    true, at = [], []
    for people in side:
        m, n = mean(t for t, _ in people), len(others)
        alpha = n / (n - 1) * (1 - sum(variance([x[j] for _, x in people]) for j in others) / variance([t for t, _ in people]))
        true.append(lambda t, m=m, alpha=alpha: m + alpha * (t - m))
        at.append({t: [x[item] for u, x in people if u == t] for t in {t for t, _ in people}})
    totals = sorted(set(at[0]) | set(at[1]))
    beta = square = weight = 0
    for here in range(1, len(totals) - 1):
        t = totals[here]
        scores = [a.get(t, []) for a in at]
        if min(map(len, scores)) <= 5 or 0 in map(variance, scores):
            continue
        moved = []
        for g in (0, 1):
            low = totals[here - 1] if zero else max((u for u in at[g] if u < t), default=t)
            high = totals[here + 1] if zero else min((u for u in at[g] if u > t), default=t)
            rise = (mean(at[g].get(high, [0])) - mean(at[g].get(low, [0]))) / (true[g](high) - true[g](low)) if high > low else 0
            moved.append(mean(scores[g]) + rise * ((true[0](t) + true[1](t)) / 2 - true[g](t)))
        n = sum(map(len, scores))
        beta, square, weight = beta + n * (moved[0] - moved[1]), square + n * n * sum(variance(s) / len(s) for s in scores), weight + n
    return (beta / weight, math.sqrt(square) / weight) if weight else (None, None)


# ---- Other people's packages ----
ctt = reference('ctt')
for name in ('syn_2pl_30x2000', 'syn_mixed_40x4000'):
    if not ctt:
        skip(name, 'reference data psycho/expected/ctt.json is not here')
        continue
    want, got = ctt[name], analyse(f'{REF}/psycho/data/{name}.csv')
    items, test = got['items'], got['test']
    for mine, theirs in (('mean', 'p'), ('sd', 'sd'), ('correlation', 'r_pb_uncorrected'), ('corrected', 'r_pb_corrected'), ('alphaWithout', 'alpha_if_deleted'), ('biserial', 'biserial')):
        if want.get(theirs):
            all_near([i[mine] for i in items], want[theirs], 1e-9, f'{name}: {theirs} of psych')
    pairs = [(test['alpha'], want['alpha']), (test['standardizedAlpha'], want['std_alpha']), (test['kr20'], want['kr20']), (test['kr21'], want['kr21']), (test['mean'], want['total_mean']),
             (test['variance'], want['total_var']), (test['standardError'], want['sem'])] + [(test[f'lambda{k}'], want['guttman'][f'lambda{k}']) for k in (1, 2, 3, 6)]
    check(test['lambda4'] >= want['guttman']['lambda4'], f'{name}: halves at least as good as those that psych finds', (test['lambda4'], want['guttman']['lambda4']))
    all_near([a for a, _ in pairs], [b for _, b in pairs], 1e-9, f'{name}: reliability of psych')
    check({str(s): n for s, n in enumerate(test['scoreCounts']) if n} == {k: v for k, v in want['raw_score_freq'].items() if v}, f'{name}: frequencies of totals')

dif = reference('dif')
if not dif:
    skip('DIF', 'reference data psycho/expected/dif.json is not here')
else:
    want, data = dif['syn_dif_focal1'], [f'{REF}/psycho/data/syn_dif_30x3000.csv', '--group', 'group', '--focal', '1']

    def column(result, name):
        return [i['dif'][name] for i in result['items']]

    def compare_sibtest(result, want, path):
        """Where nobody of a group has the neighbouring total, difR goes towards a mean of 0, ours towards that of the next total that somebody has."""
        with open(path) as f:
            table = list(csv.DictReader(f))
        names = [i['item'] for i in result['items']]
        sheet = [([int(r[n]) for n in names], int(r['group'] == '1')) for r in table]
        both = [[sibtest(sheet, i, zero) for i in range(len(names))] for zero in (False, True)]
        all_near(column(result, 'sibtest'), [b for b, _ in both[0]], 1e-9, 'SIBTEST by its definition')
        all_near([b for b, _ in both[1]], want['beta'], 1e-9, 'SIBTEST of difR is that with means of nobody taken for 0')
        same = [i for i in range(len(names)) if abs(both[0][i][0] - both[1][i][0]) < 1e-12]
        check(len(same) >= len(names) - 2, 'which changes two items at most', same)
        for mine, theirs in (('sibtest', 'beta'), ('sibtestChiSquare', 'X2'), ('sibtestP', 'p')):
            all_near([column(result, mine)[i] for i in same], [want[theirs][i] for i in same], 1e-9, f'SIBTEST: {theirs} of difR')
        check([i + 1 for i, p in enumerate(column(result, 'sibtestP')) if p < 0.05] == want['DIF'], 'SIBTEST: the same items')
        all_near(column(result, 'sibtestError'), want['SE'], 1e-9, 'SIBTEST: SE of difR')

    def compare_mh(result, want, name):
        for mine, theirs in (('chiSquare', 'chi2'), ('p', 'p'), ('alpha', 'alphaMH'), ('delta', 'deltaMH')):
            all_near(column(result, mine), want[theirs], 1e-9, f'{name}: {theirs} of difR')
        all_near([(x / 2.35) ** 2 for x in column(result, 'deltaError')], want['varLambda'], 1e-9, f'{name}: variance of difR')
        check([n + 1 for n, i in enumerate(result['items']) if i['dif']['flagged']] == want['DIF'], f'{name}: the same items')

    plain = analyse(*data, '--no-purification')
    compare_mh(plain, want['MH'], 'Mantel-Haenszel')
    for mine, theirs in (('standardized', 'PDIF'), ('standardizedAlpha', 'alpha')):
        all_near(column(plain, mine), want['STD'][theirs], 1e-9, f'{mine}: {theirs} of difR')
    all_near(column(plain, 'deltaDistance'), [row[0] for row in want['TID']['dist']], 1e-9, 'delta plot: distances of difR')
    compare_sibtest(plain, want['SIBTEST'], data[0])
    for part, mine in ((0, 'breslowDay'), (1, 'breslowDayFreedom'), (2, 'breslowDayP')):
        all_near(column(plain, mine), [row[part] for row in want['BreslowDay']['BD']], 1e-4, f'Breslow-Day: {mine} of difR (four decimals)')
    all_near(column(analyse(*data, '--no-purification', '--no-correction'), 'chiSquare'), want['MH_nocorrection']['chi2'], 1e-9, 'without correction')
    for mine, theirs, by in (('logistic', 'LR_both', 'logistic'), ('logisticUniform', 'LR_udif', 'uniform')):
        all_near(column(plain, mine), want[theirs]['stat'], 1e-6, f'{theirs}: statistic of difR')
        all_near(column(plain, mine + 'P'), want[theirs]['p'], 1e-6, f'{theirs}: its p')
        purified = analyse(*data, '--flag-by', by)
        all_near(column(purified, mine), want[f'{theirs}_purified']['stat'], 1e-6, f'{theirs}, purified')
        all_near(column(purified, mine + 'P'), want[f'{theirs}_purified']['p'], 1e-6, f'{theirs}, purified: its p')
        for result, key in ((analyse(*data, '--no-purification', '--flag-by', by), theirs), (purified, f'{theirs}_purified')):
            if 'DIF' in want[key]:
                check([n + 1 for n, i in enumerate(result['items']) if i['dif']['flagged']] == want[key]['DIF'], f'{key}: the same items')
            all_near(column(result, 'coxSnell' if by == 'logistic' else 'uniformCoxSnell'), want[key]['deltaR2'], 1e-6, f"{key}: deltaR2 of difR, Cox and Snell's")
            if 'par' in want[key]:  # of items that it does not flag difR tells the model without groups
                flagged = [n - 1 for n in want[key]['DIF']]
                for part, mine in enumerate(('logisticConstant', 'logisticTotal', 'logisticGroup', 'logisticBoth')):
                    got = column(result, mine)
                    all_near([got[n] for n in flagged], [want[key]['par'][n][part] for n in flagged], 1e-6, f'{key}: {mine}')
    purified = analyse(*data)
    compare_mh(purified, want['MH_purified'], 'purified')
    check(purified['groups']['rounds'] == want['MH_purified']['nr_pur'], 'as many rounds as difR', purified['groups'])
    check(purified['groups']['settled'], 'purification settles', purified['groups'])
    # difR purifies each statistic by its own rule. Items that it took out in the end, left out of ours:
    with tempfile.TemporaryDirectory() as folder:
        table = list(csv.DictReader(open(data[0])))
        for theirs, mine, tolerance in (('STD_purified', (('standardized', 'PDIF'), ('standardizedAlpha', 'alpha')), 1e-9), ('BreslowDay_purified', (('breslowDay', 0), ('breslowDayP', 2)), 1e-4)):
            out = [3] if theirs == 'STD_purified' else [want[theirs]['DIF']] if isinstance(want[theirs]['DIF'], int) else want[theirs]['DIF']
            names = [n for n in table[0] if n != 'group']
            path = f'{folder}/left.csv'
            kept = [n for k, n in enumerate(names) if k + 1 not in out]
            with open(path, 'w') as f:
                f.write('group,' + ','.join(kept) + '\n' + ''.join(r['group'] + ',' + ','.join(r[n] for n in kept) + '\n' for r in table))
            got = analyse(path, *data[1:], '--no-purification')
            for name, part in mine:
                values = want[theirs][part] if isinstance(part, str) else [row[part] for row in want[theirs]['BD']]
                all_near(column(got, name), [v for k, v in enumerate(values) if k + 1 not in out], tolerance, f'{theirs}: {name} of difR')

fit = reference('personfit')
if not fit:
    skip('person fit', 'reference data psycho/expected/personfit.json is not here')
else:
    want, persons = fit['syn_2pl_30x2000']['PerFit'], analyse(f'{REF}/psycho/data/syn_2pl_30x2000.csv')['patterns'][:60]
    for mine, theirs in (('ht', 'Ht'), ('u3', 'U3'), ('guttman', 'G'), ('guttmanNormed', 'Gnormed'), ('caution', 'C.Sato'), ('cStar', 'Cstar')):
        all_near([p[mine] for p in persons], want[theirs], 6e-5, f'{theirs} of PerFit (four decimals)')

# ---- Plain definitions ----
rows = list(csv.DictReader(open(f'{VECTORS}/sitting.csv')))
names = [f'C{i:02}' for i in range(1, 21)]
whole = [[int(r[c]) for c in names] for r in rows if all(r[c] != '' for c in names)]
got = analyse(f'{VECTORS}/sitting.csv', '--id', 'ticket', '--group', 'gioi', '--focal', 'nu', '--hall', 'phong', '--no-purification')
check(got['persons'] == 600 and got['test']['complete'] == len(whole) == 593, 'who lacks an answer is counted', (got['persons'], len(whole)))


def variance(xs):
    return (sum(Fraction(x) * x for x in xs) - Fraction(sum(xs)) ** 2 / len(xs)) / (len(xs) - 1)


totals = [sum(w) for w in whole]
alpha = Fraction(20, 19) * (1 - sum(variance([w[i] for w in whole]) for i in range(20)) / variance(totals))
check(near(got['test']['alpha'], float(alpha), 1e-13), "Cronbach's alpha in fractions", (got['test']['alpha'], float(alpha)))

# The 593 complete persons alone, so that nothing is missing.
with tempfile.TemporaryDirectory() as folder:
    path = f'{folder}/whole.csv'
    with open(path, 'w') as f:
        f.write('\ufeffsep;' * 0 + ';'.join(names) + '\r\n' + ''.join(';'.join(map(str, w)) + '\r\n' for w in whole))
    alone = analyse(path)
    p = [sum(w[i] for w in whole) for i in range(20)]
    order = sorted(range(20), key=lambda i: (-p[i], i))

    def errors(w):
        return sum(1 for x in range(20) for y in range(x + 1, 20) if not w[order[x]] and w[order[y]])

    def h(n):
        mine, cov, most = sum(whole[n]) / 20, 0, 0
        for m, other in enumerate(whole):
            if m != n:
                theirs = sum(other) / 20
                cov += sum(a * b for a, b in zip(whole[n], other)) / 20 - mine * theirs
                most += min(mine, theirs) - mine * theirs
        return cov / most

    head = f'{folder}/head.csv'
    for k in (2, 3, 10):
        with open(head, 'w') as f:
            f.write(','.join(names[:k]) + '\n' + ''.join(','.join(map(str, w[:k])) + '\n' for w in whole))
        columns = [[w[i] for w in whole] for i in range(k)]
        r = [[float((Fraction(sum(x * y for x, y in zip(a, b))) - Fraction(sum(a) * sum(b), len(a))) / (len(a) - 1)) / math.sqrt(variance(a) * variance(b)) for b in columns] for a in columns]
        halves = max(sum(r[i][j] for i in range(k) for j in range(k) if parts >> i & 1 and not parts >> j & 1) for parts in range(1 << k))
        check(near(analyse(head)['test']['lambda4'], 4 * halves / sum(map(sum, r)), 1e-12), f'lambda 4 of {k} items by all their halves')

    some = [n for n in range(len(whole)) if 0 < sum(whole[n]) < 20][:25]
    all_near([alone['patterns'][n]['guttman'] for n in some], [errors(whole[n]) for n in some], 0, 'Guttman errors by all pairs of items')
    all_near([alone['patterns'][n]['ht'] for n in some], [h(n) for n in some], 1e-12, 'H by all pairs of persons')
    check(all(q[k] is None for n, q in enumerate(alone['patterns']) if sum(whole[n]) in (0, 20) for k in ('ht', 'u3')), 'who solved all or none has no fit')

grouped = [([int(r[c]) for c in names], int(r['gioi'] == 'nu')) for r in rows if all(r[c] != '' for c in names)]
both = [sibtest(grouped, i) for i in range(20)]
all_near([i['dif']['sibtest'] for i in got['items']], [b for b, _ in both], 1e-9, 'SIBTEST by its definition')
all_near([i['dif']['sibtestError'] for i in got['items']], [e for _, e in both], 1e-9, 'and its standard error')
check(max(got['items'], key=lambda i: i['dif']['sibtestChiSquare'])['item'] == 'C07' == max(got['items'], key=lambda i: abs(i['dif']['deltaDistance']))['item'], 'SIBTEST and delta plot find the same item')
all_near([i['dif']['sibtestP'] for i in got['items']], [math.erfc(abs(b / e) / math.sqrt(2)) for b, e in both], 1e-9, 'and its p')
found = [i['item'] for i in got['items'] if i['dif'].get('class') == 'C']
check(found == ['C07'], 'the item that was made harder for one group is the only one of class C', found)
check([x['hall'] for x in got['halls'] if x['flagged']] == ['P03'] and len(got['halls']) == 12, 'and the hall with too many high results the only one', got['halls'][:3])
check(near(got['hallsExpectedFalse'], 0.01, 1e-12) and near(got['groups']['expectedBelow005'], 0.05 * 20, 1e-12), 'how many false alarms are expected of halls and items')
hall, others = got['halls'][0], got['halls'][1:]
rate = (sum(o['high'] for o in others) + 0.5) / (sum(o['persons'] for o in others) + 1)
tail = sum(math.comb(hall['persons'], k) * rate ** k * (1 - rate) ** (hall['persons'] - k) for k in range(hall['high'], hall['persons'] + 1))
check(abs(hall['p'] / tail - 1) < 1e-9, 'its p is the binomial tail', (hall['p'], tail))
check(abs(got['items'][19]['corrected']) < 0.12, 'the item of chance goes with nothing', got['items'][19])

chosen = analyse(f'{VECTORS}/options.csv', '--id', 'ticket', '--key', f'{VECTORS}/key.csv', '--times', 'T')
table = list(csv.DictReader(open(f'{VECTORS}/options.csv')))
for item in ('C01', 'C05'):
    mine = {o['option']: o for o in next(i for i in chosen['items'] if i['item'] == item)['options']}
    check({o: sum(r[item] == o for r in table) for o in 'ABCD'} == {o: mine[o]['chosen'] for o in 'ABCD'}, f'what was chosen in {item}')
wrong = next(i for i in chosen['items'] if i['item'] == 'C05')
check(wrong['corrected'] < 0 and max(wrong['options'], key=lambda o: o['correlation'])['option'] == 'A', 'a wrong key shows in the correlations', wrong)
seconds = sorted(float(r['T03']) for r in table)
check(abs(chosen['items'][2]['medianSeconds'] - (seconds[149] + seconds[150]) / 2) < 1e-12, 'median of times')

# ---- The report ----
with tempfile.TemporaryDirectory() as folder:
    for language, words in (('vi', ['xem lại đáp án', 'Các phương án của câu C05', 'Độ khó p']), ('en', ['check the key', 'Options of item C05', 'Difficulty p'])):
        path = f'{folder}/{language}.html'
        done = run(f'{VECTORS}/options.csv', '--id', 'ticket', '--key', f'{VECTORS}/key.csv', '--times', 'T', '--out', path, '--lang', language)
        text = open(path, encoding='utf-8').read()
        check(done.returncode == 0 and all(w in text for w in words), f'the report in {language}', done.stderr)
        ET.fromstring(text.replace('<!DOCTYPE html>\n', ''))
        check('<script' not in text and not re.search(r'\b(nan|inf)\b', re.sub(r'<[^>]*>', ' ', text)), 'well-formed, no script, no nan')
    path = f'{folder}/groups.html'
    run(f'{VECTORS}/sitting.csv', '--id', 'ticket', '--group', 'gioi', '--focal', 'nu', '--hall', 'phong', '--out', path)
    text = open(path, encoding='utf-8').read()
    check('C: lớn, cần xem ngay' in text and 'nhiều điểm cao hơn ngẫu nhiên' in text and 'Bài làm khác thường' in text and 'Số phòng cần xem: 1; trong đó số báo nhầm trung bình nhiều nhất: 0,01.' in text
          and 'nếu không câu nào có chênh lệch, trung bình chừng: 1,00.' in text, 'groups, halls and persons in the report')
    hostile = 'ticket,"<script>alert(1)</script>","a&b"\n"x""<",1,0\ny,0,1\nz,1,1\n'
    run('-', '--id', 'ticket', '--out', path, text=hostile)
    text = open(path, encoding='utf-8').read()
    ET.fromstring(text.replace('<!DOCTYPE html>\n', ''))
    check('<script' not in text and '&lt;script&gt;' in text, 'names are text, whatever they say')

# ---- What is not good ----
for name, text, args, words in (
        ('not UTF-8', b'a,b\n1,0\n1,\xe9\n', [], '3: this is not UTF-8'),
        ('nothing', '', [], '1: the file is empty'),
        ('no persons', 'a,b\n', [], "nobody's line"),
        ('a letter without a key', 'a,b\n1,0\n1,B\n', [], '3: column "b": "B" is not a score'),
        ('a score below nought', 'a,b\n1,-1\n', [], '2: column "b"'),
        ('a score too large', 'a,b\n1,101\n', [], '2: column "b"'),
        ('too few fields', 'a,b\n1,0\n1\n', [], '3: there are 1 fields for the 2 columns'),
        ('too many fields', 'a,b\n1,0,1\n', [], '2: there are more fields than the 2 columns'),
        ('two columns of one name', 'a,a\n1,0\n', [], 'two columns are named "a"'),
        ('a column without name', 'a,,b\n1,0,1\n', [], 'column 2 has no name'),
        ('no such column', 'a,b\n1,0\n', ['--hall', 'h'], 'there is no column "h"'),
        ('times of no item', 'a01,T02\n1,3\n', ['--times', 'T'], 'has times of no item'),
        ('a time that is none', 'a01,T01\n1,x\n', ['--times', 'T'], 'is not a time'),
        ('three groups', 'a,g\n1,x\n0,y\n1,z\n', ['--group', 'g'], 'name the focal one'),
        ('one group', 'a,g\n1,x\n0,x\n', ['--group', 'g', '--focal', 'x'], 'everybody is in group'),
        ('nobody in the group', 'a,g\n1,x\n0,y\n', ['--group', 'g', '--focal', 'w'], 'nobody is in group')):
    done = run('-', *args, text=text)
    check(done.returncode == 2 and words in done.stderr and not done.stdout, f'{name}: told and refused', (done.returncode, done.stderr))
def groups_of(persons):
    return 'g,a,b,c\n' + ''.join(f"{'xy'[k % 2]},{','.join(map(str, p))}\n" for k, p in enumerate(persons))


draws = random.Random(5)
for what, persons in (('three items of six persons', [(1, 0, 1), (0, 1, 1)] * 3), ('everybody alike', [(1, 1, 0)] * 40), ('an item that nobody of one group solves', [(k % 3 > 0, k // 2 % 2, k % 2) for k in range(80)]),
                      ('marks of more than one', [tuple(sum(draws.random() < 0.1 + 0.8 * (k // 6) / 100 for _ in range(most)) for most in (3, 1, 4)) for k in range(600)]), ('nobody with every answer', [('', 1, 1), (1, '', 0)])):
    done = run('-', '--group', 'g', '--focal', 'y', '--json', text=groups_of([[int(x) if x != '' else '' for x in p] for p in persons]))
    check(done.returncode == 0 and 'nan' not in done.stdout.lower(), f'groups, {what}: no refusal, no NaN', (done.returncode, done.stderr))
    if what.startswith('marks'):
        items = json.loads(done.stdout)['items']
        want = [sibtest([(p, k % 2) for k, p in enumerate(persons)], i)[0] for i in range(3)]
        check(not items[0]['dif']['tested'] and want[0] is not None, 'SIBTEST also of items with more marks')
        all_near([i['dif']['sibtest'] for i in items], want, 1e-9, 'by its definition')
check(run('-', '--focal', 'x', text='a\n1\n').returncode == 64, 'a focal group without a column of groups is a mistake of usage')
for text in ('a\n1\n', 'a\n0\n0\n', 'a,b\n1,1\n1,1\n', 'a,b\nNA,\n.,-\n', 'a,b\n100,0\n0,100\n'):
    done = run('-', '--json', text=text)
    check(done.returncode == 0 and json.loads(done.stdout)['persons'] == text.count('\n') - 1, f'as little as {text!r}', done.stderr)
finish()
