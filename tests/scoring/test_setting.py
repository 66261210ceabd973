#!/usr/bin/env python3
"""`bangvang cut`, every number a second time by other means: sums of squares from raw scores instead of deviations, Newton instead of bisection, kernels at the
scores themselves instead of on a grid; and the whole way from what judges say to the rating of a candidate on both sides of the cut."""
import csv, io, json, math, os, statistics, subprocess, sys, tempfile

ROOT, BANGVANG = os.environ['BV_SOURCE'], os.path.abspath(sys.argv[1])
SAMPLE, SET = f'{ROOT}/scoring/setting/sample', f'{ROOT}/tests/vectors/analysis/sitting-set.json'
folder = tempfile.TemporaryDirectory()
count = failed = 0


def check(good, name, detail=''):
    global count, failed
    count += 1
    failed += not good
    print('ok' if good else 'not ok', f'{count} - {name}')
    if not good:
        print('#', str(detail).replace('\n', '\n# ')[:3000])
    sys.stdout.flush()


def near(got, want, within, name):
    check(got is not None and abs(got - want) <= within, name, f'got {got}, want {want}')


def run(*args):
    return subprocess.run([BANGVANG, *args], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answer(*args):
    r = run(*args, '--json')
    assert r.returncode == 0, r.stderr
    return json.loads(r.stdout)


def refused(status, part, name, *args):
    r = run(*args)
    check(r.returncode == status and part in r.stderr, name, f'exit {r.returncode}: {r.stderr}')


def path(name, text=None):
    if text is not None:
        with open(f'{folder.name}/{name}', 'w', encoding='utf-8') as f:
            f.write(text)
    return f'{folder.name}/{name}'


def rows(name):
    with open(name, encoding='utf-8') as f:
        return list(csv.DictReader(f))


items = {i['name']: (i['a'], i['d'][0]) for i in json.load(open(SET))['items']}
P = lambda item, theta: 1 / (1 + math.exp(-(items[item][0] * theta + items[item][1])))


def ability(total, names):
    theta = 0.0
    for _ in range(100):
        p = [P(i, theta) for i in names]
        theta -= (sum(p) - total) / sum(items[i][0] * q * (1 - q) for i, q in zip(names, p))
    return theta


# ---- Angoff ----

def correlation(x, y):
    mx, my = statistics.fmean(x), statistics.fmean(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / math.sqrt(sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y))


def components(table, panel_of):
    """Brennan 2001, chapter 3 and appendix A: T(α) = Σ of squared means times how many scores each has; (judges : panels) × items."""
    judges, names = sorted(table), sorted(next(iter(table.values())))
    panels = sorted(set(panel_of.values()))
    n, k, p = len(names), len(judges), len(panels)
    m = k / p
    mean = lambda js, its: statistics.fmean(table[j][i] for j in js for i in its)
    of = lambda q: [j for j in judges if panel_of[j] == q]
    t = {'mu': k * n * mean(judges, names) ** 2, 'p': m * n * sum(mean(of(q), names) ** 2 for q in panels), 'j': n * sum(mean([j], names) ** 2 for j in judges),
         'i': k * sum(mean(judges, [i]) ** 2 for i in names), 'pi': m * sum(mean(of(q), [i]) ** 2 for q in panels for i in names),
         'ji': sum(table[j][i] ** 2 for j in judges for i in names)}
    ms = {'p': (t['p'] - t['mu']) / (p - 1), 'j': (t['j'] - t['p']) / (k - p), 'i': (t['i'] - t['mu']) / (n - 1),
          'pi': (t['pi'] - t['p'] - t['i'] + t['mu']) / ((p - 1) * (n - 1)), 'ji': (t['ji'] - t['pi'] - t['j'] + t['p']) / ((k - p) * (n - 1))}
    out = {'residual': ms['ji'], 'panelItem': max(0, (ms['pi'] - ms['ji']) / m), 'judge': max(0, (ms['j'] - ms['ji']) / n),
           'panel': max(0, (ms['p'] - ms['j'] - ms['pi'] + ms['ji']) / (n * m)), 'item': max(0, (ms['i'] - ms['pi']) / k)}
    out['errorRandomItems'] = n * math.sqrt(out['panel'] / p + out['judge'] / k + out['item'] / n + out['panelItem'] / (p * n) + out['residual'] / (k * n))
    return out


def check_angoff():
    got = answer('cut', 'angoff', f'{SAMPLE}/angoff.csv', '--set', SET)
    check(len(got['results']) == 4 and got['fullMarks'] == 20 and [c['level'] for c in got['cuts']] == ['3', '4'], 'two rounds of two levels')
    easiness = {}
    for name in items:  # N(0, 1) on a fine grid, where the program has 61 nodes
        weights = [(math.exp(-z * z / 2), z) for z in (x / 100 for x in range(-600, 601))]
        easiness[name] = sum(w * P(name, z) for w, z in weights) / sum(w for w, _ in weights)
    for result in got['results']:
        table, panel_of, where = {}, {}, f"round {result['round']}, level {result['level']}"
        for r in rows(f'{SAMPLE}/angoff.csv'):
            if (r['round'], r['level']) == (str(result['round']), result['level']):
                table.setdefault(r['judge'], {})[r['item']] = float(r['rating'])
                panel_of[r['judge']] = r['panel']
        names = list(next(iter(table.values())))
        cuts = {j: sum(t.values()) for j, t in table.items()}
        near(result['sum']['mean'], statistics.fmean(cuts.values()), 1e-9, f'{where}: mean')
        near(result['sum']['median'], statistics.median(cuts.values()), 1e-9, f'{where}: median')
        near(result['sum']['error'], statistics.stdev(cuts.values()) / math.sqrt(12), 1e-9, f'{where}: standard error, judges')
        means = [statistics.fmean(c for j, c in cuts.items() if panel_of[j] == q) for q in 'ABC']
        near(result['sum']['errorPanels'], statistics.stdev(means) / math.sqrt(3), 1e-9, f'{where}: standard error, panels of one size')
        for key, value in components(table, panel_of).items():
            near(result['components'][key], value, 1e-9, f'{where}: component {key}')
        theta = ability(statistics.fmean(cuts.values()), names)
        near(result['theta'], theta, 1e-9, f'{where}: ability, by Newton')
        step = ability(statistics.fmean(cuts.values()) + 1e-4, names) - ability(statistics.fmean(cuts.values()) - 1e-4, names)
        near(result['thetaError'], max(result['sum']['error'], result['sum']['errorPanels']) * step / 2e-4, 1e-6, f'{where}: its standard error, by differences')
        worst = 0
        mad = statistics.median(abs(c - statistics.median(cuts.values())) for c in cuts.values())
        for row in result['judges']:
            j = row['judge']
            own = [table[j][i] for i in names]
            others = [statistics.fmean(table[k][i] for k in table if k != j) for i in names]
            here = ability(cuts[j], names)
            error = statistics.fmean(abs(table[j][i] - P(i, here)) for i in names)
            most = statistics.fmean(max(P(i, here), 1 - P(i, here)) for i in names)
            want = {'cut': cuts[j], 'theta': here, 'correlationOthers': correlation(own, others), 'differenceOthers': statistics.fmean(abs(a - b) for a, b in zip(own, others)),
                    'robustZ': 0.6745 * (cuts[j] - statistics.median(cuts.values())) / mad, 'correlationEasiness': correlation(own, [easiness[i] for i in names]), 'error': error,
                    'consistency': (most - error) / most}
            worst = max([worst] + [abs(row[k] - v) for k, v in want.items()])
            assert row['panel'] == panel_of[j] and row['far'] == (abs(want['robustZ']) > 3.5)
            assert row['unrelated'] == (math.atanh(want['correlationEasiness']) * math.sqrt(17) < 1.645)
        check(len(result['judges']) == 12 and worst < 1e-6, f'{where}: every judge, eight figures', worst)
    first = [j for r in got['results'] if r['round'] == 1 and r['level'] == '4' for j in r['judges'] if j['unrelated']]
    check([j['judge'] for j in first] == ['GK11'], 'the judge who did not know which items are hard is named, and nobody else')
    # Percent, and yes or no, of the same judgements.
    table = rows(f'{SAMPLE}/angoff.csv')
    out = io.StringIO('')
    for r in table:
        percent = f'{100 * float(r["rating"]):.1f}'.replace('.', ',')
        out.write(f"{r['judge']};{r['panel']};{r['round']};{r['level']};{r['item']};{percent}\n")
    percent = answer('cut', 'angoff', path('percent.csv', '\ufeffjudge;panel;round;level;item;rating\r\n' + out.getvalue().replace('\n', '\r\n')), '--set', SET, '--ratings', 'percent')
    near(percent['cuts'][0]['theta'], got['cuts'][0]['theta'], 1e-9, 'percent, as Excel writes it in Viet Nam: the same cut')
    yes = answer('cut', 'angoff', path('yes.csv', 'judge,item,rating\n' + ''.join(f'{j},{i},{"yes" if P(i, t) >= 0.5 else "no"}\n' for j, t in (('a', 0), ('b', 0.6)) for i in items)), '--ratings', 'yes-no')
    near(yes['results'][0]['sum']['mean'], (sum(P(i, 0) >= 0.5 for i in items) + sum(P(i, 0.6) >= 0.5 for i in items)) / 2, 0, 'yes or no: the mean count of yes')
    marks = answer('cut', 'angoff', f'{SAMPLE}/angoff.csv', '--marks', path('marks.csv', 'C01,C02,C03,C04\n1,1,0,0\n1,0,1,0\n1,1,1,0\n0,,1,1\n'))
    rated = {i['item']: i['easiness'] for i in marks['results'][0]['items']}
    check([rated[f'C0{k}'] for k in (1, 2, 3, 4)] == [0.75, 2 / 3, 0.75, 0.25] and rated['C05'] is None, 'easiness from a sheet of marks, of those who answered', rated)
    check('GK11' in run('cut', 'angoff', f'{SAMPLE}/angoff.csv', '--set', SET).stdout and 'unrelated to difficulty' in run('cut', 'angoff', f'{SAMPLE}/angoff.csv', '--set', SET).stdout, 'as tables')


# ---- Bookmark ----

def check_bookmark():
    for rp, given in ((2 / 3, []), (0.5, ['--rp', '0.5']), (0.67, ['--rp', '0.67'])):
        got = answer('cut', 'booklet', SET, *given)
        want = sorted(((math.log(rp / (1 - rp)) - d) / a, name) for name, (a, d) in items.items())
        pages = got['pages']
        check([p['item'] for p in pages] == [n for _, n in want] and all(abs(p['theta'] - min(t, 20)) < 1e-9 and p['bound'] == (t > 20) for p, (t, _) in zip(pages, want)), f'booklet at {rp:.3f}, by the formula')
        check(all(abs(p['expectedMarks'] - sum(P(i, p['theta']) for i in items)) < 1e-9 for p in pages), '  and the marks expected there')
    where = [p['theta'] for p in answer('cut', 'booklet', SET)['pages']]
    table = rows(f'{SAMPLE}/bookmark.csv')
    for rule, cut in (('at', lambda b: where[b - 1]), ('before', lambda b: where[b - 2]), ('between', lambda b: (where[b - 2] + where[b - 1]) / 2)):
        got = answer('cut', 'bookmark', f'{SAMPLE}/bookmark.csv', '--set', SET, '--cut-at', rule)
        for result in got['results']:
            here = [(r['judge'], r['panel'], cut(int(r['page']))) for r in table if (r['round'], r['level']) == (str(result['round']), result['level'])]
            cuts = [c for _, _, c in here]
            means = [statistics.fmean(c for _, q, c in here if q == k) for k in 'ABC']
            total, n = statistics.variance(cuts), 15
            # Lewis and others 1999 (Cizek & Bunch 2007): √(S²/N (1 + (n − 1) r)), S² and r of the components of one-way analysis of variance.
            between = 5 * statistics.variance(means)
            within = statistics.fmean(statistics.variance([c for _, q, c in here if q == k]) for k in 'ABC')
            r = (between - within) / (between + 4 * within)
            s2 = (between + 4 * within) / 5
            want = {'mean': statistics.fmean(cuts), 'median': statistics.median(cuts), 'sd': math.sqrt(total), 'error': math.sqrt(total / n), 'errorPanels': math.sqrt(s2 / n * (1 + 4 * r)), 'iccPanels': r}
            check(all(abs(result['theta'][k] - v) < 1e-9 for k, v in want.items()), f"bookmarks, {rule}, round {result['round']}, level {result['level']}", (result['theta'], want))
        last = {r['level']: r['theta'] for r in got['results'] if r['round'] == 2}
        check(all(abs(c['theta'] - last[c['level']]['mean']) < 1e-12 and abs(c['error'] - max(last[c['level']]['error'], last[c['level']]['errorPanels'])) < 1e-12 for c in got['cuts']), f'  {rule}: the last round counts')
    median = answer('cut', 'bookmark', f'{SAMPLE}/bookmark.csv', '--set', SET, '--median', '--rules-out', path('bookmark.xml'), *PACK)
    text = open(path('bookmark.xml'), encoding='utf-8').read()
    check(all(f'cut-milli="{math.floor(1000 * c["theta"] + 0.5)}"' in text for c in median['cuts']) and 'Bookmark' in text and 'RP 0.6667' in text, 'medians of bookmarks as a rule pack', text)
    few = answer('cut', 'booklet', SET, '--items', path('few.txt', 'C05\nC01\n\n  C10  '))
    check([p['item'] for p in few['pages']] == ['C01', 'C05', 'C10'], 'a booklet of some of the items')
    check('1,C01,1,' in run('cut', 'booklet', SET).stdout and 'GK15' in run('cut', 'bookmark', f'{SAMPLE}/bookmark.csv', '--set', SET).stdout, 'as tables')
    left = answer('cut', 'bookmark', path('left.csv', 'judge,round,page\nA,1,3\nB,1,5\nA,2,4\n'), '--set', SET)['results']
    check([r['theta']['judges'] for r in left] == [2, 1] and left[1]['theta']['mean'] == where[3] and left[1]['theta']['error'] is None, 'a judge who left after the first round')
    mark = ['cut', 'bookmark', path('b.csv', 'judge,page\nA,21\n'), '--set', SET]
    refused(2, "judge 'A', round 1, level '1': the bookmark is at page 21", 'a bookmark behind the last page', *mark)
    check(answer(*mark, '--cut-at', 'before')['results'][0]['theta']['mean'] == 20, 'which says that all is mastered, where the page before counts')
    refused(2, 'beyond the abilities', 'but no pack has that', *mark, '--cut-at', 'before', '--rules-out', path('no.xml'), *PACK)
    refused(64, 'at, before or between', 'another rule', *mark, '--cut-at', 'behind')
    for rp in ('0', '1', '-0.5', 'x'):
        refused(64, 'above 0 and below 1', f'a response probability of {rp}', 'cut', 'booklet', SET, '--rp', rp)
    check(run('cut', 'booklet', SET, '--rp', '0.000001').returncode == 0 and run('cut', 'booklet', SET, '--rp', '0.999999').returncode == 0, 'the least and the most')
    refused(2, 'few.txt:3: item', 'an item twice', 'cut', 'booklet', SET, '--items', path('few.txt', 'C05\nC01\nC05\n'))
    refused(2, "'Q' is not in", 'an unknown item', 'cut', 'booklet', SET, '--items', path('few.txt', 'Q\n'))
    refused(2, 'no item is named', 'no item', 'cut', 'booklet', SET, '--items', path('few.txt', '\n'))
    refused(64, '--set FILE is missing', 'bookmarks without a set', 'cut', 'bookmark', path('b.csv'))


# ---- Contrasting groups ----

def quantile(x, share):
    x = sorted(x)
    at = share * (len(x) - 1)
    low = min(int(at), len(x) - 2)
    return x[low] + (at - low) * (x[low + 1] - x[low])


def logistic(above, below, ratio):
    """By gradient steps on bisection: for each slope the best intercept, then the slope where its own gradient is nought; and the information by differences."""
    xs, ys = above + below, [1] * len(above) + [0] * len(below)
    p = lambda a, b, x: 1 / (1 + math.exp(-(a + b * x)))

    def root(f, low, high):  # of a falling function
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if f(middle) > 0 else (low, middle)
        return (low + high) / 2
    best = lambda b: root(lambda a: sum(y - p(a, b, x) for x, y in zip(xs, ys)), -40, 40)
    b = root(lambda b: (lambda a: sum((y - p(a, b, x)) * x for x, y in zip(xs, ys)))(best(b)), 0.01, 40)
    a = best(b)
    w = [p(a, b, x) * (1 - p(a, b, x)) for x in xs]
    h = sum(w), sum(k * x for k, x in zip(w, xs)), sum(k * x * x for k, x in zip(w, xs))
    det = h[0] * h[2] - h[1] ** 2
    cut = (math.log(ratio) - a) / b
    # The cut's variance by its two derivatives in a and b.
    da, db = -1 / b, -cut / b
    return cut, math.sqrt(da * da * h[2] / det - 2 * da * db * h[1] / det + db * db * h[0] / det), a, b


def crossing(above, below):
    """Kernels at the scores themselves."""
    def kernel(x):
        h = 0.9 * min(statistics.stdev(x), (quantile(x, 0.75) - quantile(x, 0.25)) / 1.34) * len(x) ** -0.2
        return lambda t: sum(math.exp(-((t - v) / h) ** 2 / 2) for v in x) / (h * len(x))
    f, g = kernel(above), kernel(below)
    low, high = statistics.median(below), statistics.median(above)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < g(middle) else (low, middle)
    return low


def check_contrast():
    groups = {g: [float(r['score']) for r in rows(f'{SAMPLE}/contrast.csv') if r['group'] == g] for g in ('above', 'below', 'borderline')}
    above, below = groups['above'], groups['below']
    for ratio in (1, 2.5):
        got = answer('cut', 'contrast', f'{SAMPLE}/contrast.csv', '--cost-ratio', str(ratio), '--level', '3')
        ways = got['ways']
        cut, error, a, b = logistic(above, below, ratio)
        near(ways['logistic']['cut'], cut, 1e-8, f'ratio {ratio}: logistic regression')
        near(ways['logistic']['error'], error, 1e-8, '  its standard error by the delta method')
        near(got['slope'], b, 1e-7, '  its slope')
        near(1 / (1 + math.exp(-(got['intercept'] + got['slope'] * ways['logistic']['cut']))), ratio / (1 + ratio), 1e-9, '  P at the cut is R/(1 + R)')
        table = [(x, sum(v < x for v in above), sum(v >= x for v in below)) for x in sorted(set(above + below))]
        check([(e['cut'], e['falseBelow'], e['falseAbove']) for e in got['errors']] == table, '  errors at each cut, by counting')
        best = min(fb + ratio * fa for _, fb, fa in table)
        check(got['leastCost'] == next(x for x, fb, fa in table if fb + ratio * fa == best) and all(abs(e['cost'] - e['falseBelow'] - ratio * e['falseAbove']) < 1e-12 for e in got['errors']), '  the least cost')
    near(ways['means']['cut'], (statistics.fmean(above) + statistics.fmean(below)) / 2, 1e-12, 'between the means')
    near(ways['means']['error'], math.sqrt(statistics.variance(above) / len(above) + statistics.variance(below) / len(below)) / 2, 1e-12, '  its standard error')
    near(ways['medians']['cut'], (statistics.median(above) + statistics.median(below)) / 2, 1e-12, 'between the medians')
    near(ways['densities']['cut'], crossing(above, below), 0.003, 'where the densities cross, without a grid')
    near(ways['borderline']['cut'], statistics.median(groups['borderline']), 1e-12, 'the median of the borderline group')
    # The bootstrap against the formulas: 1,000 draws are within a tenth of them, six times their own error; of medians against the normal sample's.
    near(ways['means']['bootstrap'], ways['means']['error'], 0.15 * ways['means']['error'], 'bootstrap of the means: the formula, nearly')
    check(0.5 < ways['logistic']['bootstrap'] / ways['logistic']['error'] < 2 and all(w['draws'] == 1000 and 0.02 < w['bootstrap'] < 0.3 for w in ways.values()), '  and of all ways', ways)
    other = answer('cut', 'contrast', f'{SAMPLE}/contrast.csv', '--seed', '01' * 32)['ways']['medians']['bootstrap']
    same = answer('cut', 'contrast', f'{SAMPLE}/contrast.csv', '--seed', '00' * 32)['ways']['medians']['bootstrap']
    check(same == ways['medians']['bootstrap'] != other, 'the same seed draws the same, another does not')
    none = answer('cut', 'contrast', f'{SAMPLE}/contrast.csv', '--draws', '0')['ways']
    check(all(w['bootstrap'] is None and w['draws'] == 0 for w in none.values()), 'no draws, no bootstrap')
    split = answer('cut', 'contrast', path('split.csv', 'group,score\nbelow,1\nbelow,2\n,9\nabove,2\nabove,3\n'))
    check(split['ways']['logistic']['cut'] is None and split['ways']['means']['cut'] == 2 and split['ways']['borderline']['cut'] is None and split['cuts'][0]['theta'] is None,
          'groups that a score separates have no logistic regression', split['ways'])
    mixed = answer('cut', 'contrast', path('mixed.csv', 'group,score\nbelow,1\nbelow,3\nabove,2\nabove,4\n'))
    near(mixed['ways']['logistic']['cut'], 2.5, 1e-9, 'groups that overlap have: half way, by symmetry')
    # Sums of marks on the items of a set; and the rule pack.
    marks = path('sums.csv', 'group,score\n' + ''.join(f'{g},{s}\n' for g, l in (('below', (3, 5, 8, 9, 6)), ('above', (8, 11, 14, 7, 12))) for s in l))
    got = answer('cut', 'contrast', marks, '--set', SET, '--way', 'means', '--level', '4', '--rules-out', path('contrast.xml'), *PACK)
    near(got['cuts'][0]['theta'], ability(8.3, list(items)), 1e-9, 'a cut in marks, as an ability')
    check(f'level="4" cut-milli="{math.floor(1000 * ability(8.3, list(items)) + 0.5)}"' in open(path('contrast.xml')).read(), '  and as a rule pack')
    contrast = ['cut', 'contrast', f'{SAMPLE}/contrast.csv']
    refused(64, '--way is logistic', 'another way', *contrast, '--way', 'x')
    for ratio in ('0.009', '100.1', 'nan', 'x'):
        refused(64, '--cost-ratio is', f'a cost ratio of {ratio}', *contrast, '--cost-ratio', ratio)
    check(all(run(*contrast, '--draws', '0', '--cost-ratio', r).returncode == 0 for r in ('0.01', '100')), 'cost ratios at both ends')
    refused(64, 'at most 10000', 'more draws', *contrast, '--draws', '10001')
    refused(2, "group 'x' is none of", 'an unknown group', 'cut', 'contrast', path('x.csv', 'group,score\nx,1\n'))
    refused(2, 'two or more', 'one above', 'cut', 'contrast', path('x.csv', 'group,score\nabove,1\nbelow,0\nbelow,1\n'))
    refused(2, 'exchanged', 'groups that are exchanged', 'cut', 'contrast', path('x.csv', 'group,score\nabove,1\nabove,1\nbelow,2\nbelow,3\n'))
    refused(2, 'x.csv:3: score', 'a score that is none', 'cut', 'contrast', path('x.csv', 'group,score\nabove,1\nabove,1e7\n'))
    refused(2, "no column 'score'", 'no scores', 'cut', 'contrast', path('x.csv', 'group,mark\nabove,1\n'))
    refused(2, 'has no cut of ability', 'a pack of no cut', 'cut', 'contrast', path('split.csv'), '--level', '3', '--rules-out', path('no.xml'), *PACK)


# ---- Impact ----

def check_impact():
    people = rows(f'{SAMPLE}/scores.csv')
    cdf = lambda z: math.erfc(-z / math.sqrt(2)) / 2

    def shares(here, cuts):
        edges = [-math.inf, *cuts, math.inf]
        share = [sum(lo <= float(r['theta']) < hi for r in here) / len(here) for lo, hi in zip(edges, edges[1:])]
        expected = [statistics.fmean(cdf((hi - float(r['theta'])) / float(r['se'])) - cdf((lo - float(r['theta'])) / float(r['se'])) for r in here) for lo, hi in zip(edges, edges[1:])]
        return share, expected

    def check_rows(rows_, cuts_of, name):
        wrong = []
        for row in rows_:
            for here, got in [(people, row)] + [([r for r in people if r[g['column']] == g['value']], g) for g in row['groups']]:
                share, expected = shares(here, cuts_of(row))
                if got['persons'] != len(here) or max(abs(a - b) for a, b in zip(got['share'] + got['expected'], share + expected)) > 1e-9 or len(got['share']) != len(share):
                    wrong.append((row['round'], row['errors'], got, share, expected))
        check(not wrong, name, wrong[:2])

    got = answer('cut', 'impact', f'{SAMPLE}/scores.csv', '--cuts', '-0.4,0.7', '--errors', '0.1,0.2', '--group', 'unit', '--group', 'gender')['impact']
    check([r['errors'] for r in got] == [-2, -1, 0, 1, 2] and all(len(r['groups']) == 5 for r in got), 'five rows of cuts, five groups')
    check_rows(got, lambda r: (-0.4 + 0.1 * r['errors'], 0.7 + 0.2 * r['errors']), 'shares by estimate and by probability, of all and of each group')
    one = answer('cut', 'impact', f'{SAMPLE}/scores.csv', '--rules', f'{ROOT}/rules/vn-irt-bands.xml')['impact']
    check(len(one) == 1 and one[0]['errors'] == 0 and len(one[0]['share']) == 7, 'a rule pack without errors of its cuts: one row')
    for method, extra in (('angoff', []), ('bookmark', ['--median'])):
        got = answer('cut', method, f'{SAMPLE}/{method}.csv', '--set', SET, '--impact', f'{SAMPLE}/scores.csv', '--group', 'unit', *extra)
        check([(r['round'], r['errors']) for r in got['impact']] == [(r, e) for r in (1, 2) for e in (-2, -1, 0, 1, 2)], f'{method}: by the cuts of each round')
        check_rows([r for r in got['impact'] if r['round'] == 2], lambda r: [c['theta'] + r['errors'] * c['error'] for c in got['cuts']], f'{method}: shares by the last round')
    tie = answer('cut', 'impact', path('tie.csv', 'theta\n0.5\n0.4999\n'), '--cuts', '0.5')['impact'][0]
    check(tie['share'] == [0.5, 0.5] and 'expected' not in tie, 'at the cut is above it; without errors nothing is expected')
    marks = answer('cut', 'angoff', f'{SAMPLE}/angoff.csv', '--impact', path('sums.csv', 'mark\n8\n9\n20\n0\n'), '--score', 'mark')
    check([r['share'] for r in marks['impact'] if (r['round'], r['errors']) == (2, 0)] == [[0.5, 0.25, 0.25]], 'without a set cuts are in marks, and so are the scores', marks['impact'])
    crossed = answer('cut', 'impact', path('tie.csv'), '--cuts', '0.4,0.5', '--errors', '1,0')['impact']
    check(crossed[4]['share'] == [1, 0, 0] and crossed[0]['share'] == [0, 0.5, 0.5], 'cuts that cross when they are shifted are put together', crossed)
    impact = ['cut', 'impact', f'{SAMPLE}/scores.csv']
    refused(64, 'give the cuts', 'no cuts', *impact)
    refused(64, '--errors: give one', 'two errors of three cuts', *impact, '--cuts', '0,1,2', '--errors', '0.1,0.2')
    refused(64, '--errors are numbers', 'an error below nought', *impact, '--cuts', '0', '--errors', '-0.1')
    refused(64, '--errors are numbers', 'an error above 3', *impact, '--cuts', '0', '--errors', '3.001')
    refused(64, '--errors are numbers', 'two errors of one cut', *impact, '--cuts', '0', '--errors', '1,1')
    refused(2, "no column 'school'", 'a group that is not there', *impact, '--cuts', '0', '--group', 'school')
    refused(64, 'at most 8 columns', 'nine groups', *impact, '--cuts', '0', *['--group', 'unit'] * 9)
    check(run(*impact, '--cuts', '0', *['--group', 'unit'] * 8).returncode == 0, 'eight')
    refused(2, 'e.csv:2: se', 'an error below nought', 'cut', 'impact', path('e.csv', 'theta,se\n0,-1\n'), '--cuts', '0')
    refused(2, 'no person', 'nobody', 'cut', 'impact', path('e.csv', 'theta,se\n'), '--cuts', '0')
    refused(2, 'column 2 is needed', 'a line that is too short', 'cut', 'impact', path('e.csv', 'theta,se\n0\n'), '--cuts', '0')
    refused(64, 'are of the scores', 'groups without scores', 'cut', 'angoff', f'{SAMPLE}/angoff.csv', '--group', 'unit')
    refused(2, 'nobody can be counted', 'cuts that fall', 'cut', 'angoff', path('z.csv', 'judge,level,item,rating\na,3,C01,0.6\na,4,C01,0.5\n'), '--impact', f'{SAMPLE}/scores.csv')
    check('Cà Mau' in run(*impact, '--cuts', '0', '--group', 'unit').stdout, 'as a table')


# ---- Reports ----

def check_page(name, parts, *args):
    """The report is well-formed, in the language that was asked for, has a picture with its table, and nothing from elsewhere."""
    import xml.etree.ElementTree as tree
    for language in ('vi', 'en'):
        out = path('page.html')
        r = run(*args, '--out', out, '--lang', language)
        assert r.returncode == 0, r.stderr
        text = open(out, encoding='utf-8').read()
        root = tree.fromstring(text.replace('<!DOCTYPE html>', ''))
        words = ' '.join(root.find('body').itertext())
        check(root.get('lang') == language and any(e.tag.endswith('svg') for e in root.iter()) and any(e.tag.endswith('figure') for e in root.iter()) and parts[language == 'en'] in words and
              'NaN' not in words and 'nan' not in words.split() and 'href' not in text and 'src=' not in text and len(root.findall('.//h1')) == 1, f'{name}: the report in {language}', words[:300])
    refused(64, '--lang is vi or en', f'{name}: another language', *args, '--out', path('page.html'), '--lang', 'fr')
    refused(64, '--lang is of the report', f'{name}: a language without a report', *args, '--lang', 'en')
    refused(2, 'nowhere', f'{name}: a report that cannot be written', *args, '--out', f'{folder.name}/nowhere/page.html')


def check_pages():
    check_page('angoff', ('Điểm chuẩn của vòng cuối', 'Cut scores of the last round'), 'cut', 'angoff', f'{SAMPLE}/angoff.csv', '--set', SET)
    check_page('angoff with impact', ('Nếu dùng các điểm chuẩn này', 'If these cuts were used'), 'cut', 'angoff', f'{SAMPLE}/angoff.csv', '--set', SET, '--impact', f'{SAMPLE}/scores.csv', '--group', 'unit')
    check_page('contrast', ('Hồi quy logistic', 'Logistic regression'), 'cut', 'contrast', f'{SAMPLE}/contrast.csv', '--draws', '10', '--impact', f'{SAMPLE}/scores.csv')
    check_page('angoff without parameters', ('Giám khảo', 'Judge'), 'cut', 'angoff', f'{SAMPLE}/angoff.csv')
    check_page('booklet', ('Bản đồ câu hỏi', 'Item map'), 'cut', 'booklet', SET)
    check_page('bookmark', ('Bản đồ câu hỏi', 'Item map'), 'cut', 'bookmark', f'{SAMPLE}/bookmark.csv', '--set', SET)


# ---- From judgements to a rating ----

PACK = ['--standard', f'{ROOT}/standards/vn-tt02-2025.xml', '--rules-id', 'cuts', '--held', '2026-11-01', '--from', '2026-11-10', '--by', 'Hội đồng & <ban>']


def rate(results, pack):
    r = run('rate', '--standard', f'{ROOT}/standards/vn-tt02-2025.xml', '--rules', pack, '--results', results, '--json')
    assert r.returncode in (0, 1), r.stderr
    return json.loads(r.stdout)


def check_chain():
    """A candidate; judges whose cut is his ability to the thousandth, and a thousandth more."""
    result = [{'identifier': f'Q{k:02}', 'part': 'p', 'path': '1.1', 'marksHundredths': 100, 'score': int(k % 3 != 0), 'maxScore': 1, 'aMilli': 800 + 30 * k, 'bMilli': -1500 + 140 * k} for k in range(24)]
    candidate = path('results.json', json.dumps({'examDay': '2026-11-21', 'carry': [], 'results': result}))
    theta = rate(candidate, f'{ROOT}/rules/vn-irt-bands.xml')['ability']['thetaE4']
    for level, milli in (('reached', theta // 10), ('missed', theta // 10 + 1)):
        rated = ''.join(f'{j},{item},3,{P(item, milli / 1000) + d:.6f}\n' for j, d in (('a', 0.004), ('b', -0.004)) for item in items)
        judged, pack = path(f'{level}.csv', 'judge,item,level,rating\n' + rated), path(f'{level}.xml')
        r = run('cut', 'angoff', judged, '--set', SET, '--rules-out', pack, *PACK, '--decide-by', 'estimate')
        check(r.returncode == 0, f'a rule pack with the cut {milli / 1000}', r.stderr)
        got = rate(candidate, pack)
        check((got['decision'], (got['level'] or {}).get('code')) == (('passed', '3') if level == 'reached' else ('failed', None)), f'{level}: ability {theta / 10000} at a cut of {milli / 1000}', got['reasons'])
        text = open(pack, encoding='utf-8').read()
        digest = subprocess.run(['sha256sum', judged], capture_output=True, text=True).stdout.split()[0]
        check(f'cut-milli="{milli}"' in text and digest in text and 'Hội đồng &amp; &lt;ban&gt;' in text and 'from="2026-11-10"' in text and 'Angoff cải tiến' in text and '2026-11-01' in text,
              '  which names method, panel, days and the hash of the judgements', text)
    # Decided by probability, with `rate marks`; the pack's cut two standard errors higher.
    pack, marks = path('sample.xml'), f'{ROOT}/tests/vectors/analysis/sitting.csv'
    sheet = path('sheet.csv', '\n'.join(','.join(l.split(',')[:1] + l.split(',')[3:]) for l in open(marks).read().replace('ticket', 'id').split('\n') if l))
    for shift in ('0', '2', '-1.5'):
        r = run('cut', 'angoff', f'{SAMPLE}/angoff.csv', '--set', SET, '--rules-out', pack, *PACK, '--shift-errors', shift, '--pass', '4', '--least-items', '10', '--most-se', '0.9', '--json')
        cuts = json.loads(r.stdout)['cuts']
        want = [math.floor(1000 * (c['theta'] + float(shift) * c['error']) + 0.5) for c in cuts]
        text = open(pack, encoding='utf-8').read()
        check(all(f'level="{c["level"]}" cut-milli="{w}"' in text for c, w in zip(cuts, want)) and 'pass="4" least-items="10" most-se-milli="900"' in text, f'cuts and {shift} standard errors', text)
    rated = run('rate', 'marks', '--set', SET, '--rules', pack, '--json', sheet)
    persons = json.loads(rated.stdout)
    check(len(persons) == 600 and {p['level'] for p in persons} == {None, '3', '4'} and all((p['decision'] == 'passed') == (p['level'] == '4') for p in persons), 'rate marks takes the pack', rated.stderr)


def check_refusals():
    angoff = ['cut', 'angoff', f'{SAMPLE}/angoff.csv']
    out = ['--rules-out', path('no.xml')]
    refused(64, '--rules-out needs --standard', 'a pack without a standard', *angoff, *out)
    refused(64, '--by is of the rule pack', 'its options without it', *angoff, '--by', 'x')
    refused(64, '--pass is of the rule pack', 'a pass level without it', *angoff, '--pass', '3')
    refused(64, 'before the judges met', 'in force before it was decided', *angoff, *out, *PACK[:-4], '--from', '2026-10-31', '--by', 'x')
    refused(64, '--held', 'a day that does not exist', *angoff, *out, *PACK[:4], '--held', '2026-02-30', *PACK[6:])
    refused(64, 'from -3 to 3', 'a shift of four errors', *angoff, *out, *PACK, '--shift-errors', '3.001')
    refused(64, 'from 0.001 to 1', 'a standard error of nought', *angoff, *out, *PACK, '--most-se', '0')
    refused(64, 'posterior or estimate', 'another decision', *angoff, *out, *PACK, '--decide-by', 'vote')
    refused(64, 'is from 1 to 2000', 'no items', *angoff, *out, *PACK, '--least-items', '0')
    refused(64, 'marks, percent or yes-no', 'other ratings', *angoff, '--ratings', 'pages')
    refused(2, 'parameters of the items (--set)', 'a pack without parameters', *angoff, *out, *PACK)
    refused(2, 'is not one of the standard', 'a level that the standard does not have', 'cut', 'angoff', path('x.csv', 'judge,level,item,rating\na,x,C01,0.5\n'), '--set', SET, *out, *PACK)
    refused(2, 'after a higher one', 'levels that fall', 'cut', 'angoff', path('y.csv', 'judge,level,item,rating\na,4,C01,0.5\na,3,C01,0.6\n'), '--set', SET, *out, *PACK)
    refused(2, 'cut scores must rise', 'cuts that fall', 'cut', 'angoff', path('z.csv', 'judge,level,item,rating\na,3,C01,0.6\na,4,C01,0.5\n'), '--set', SET, *out, *PACK)
    refused(2, 'beyond the abilities', 'a cut that no ability has', 'cut', 'angoff', path('w.csv', 'judge,level,item,rating\na,3,C01,1\n'), '--set', SET, *out, *PACK)
    refused(2, 'no standard error', 'a shift without an error', 'cut', 'angoff', path('v.csv', 'judge,level,item,rating\na,3,C01,0.5\n'), '--set', SET, *out, *PACK, '--shift-errors', '1')
    refused(2, 'x.csv:3: rating', 'a rating that is none, with its line', 'cut', 'angoff', path('x.csv', 'judge,item,rating\na,C01,0.5\na,C02,2\n'))
    refused(2, "item 'Q' is not in the parameter set", 'an item without parameters', 'cut', 'angoff', path('q.csv', 'judge,item,rating\na,Q,0.5\n'), '--set', SET)
    refused(2, "give the column 'max'", 'an item of other marks', 'cut', 'angoff', path('m.csv', 'judge,item,max,rating\na,C01,2,0.5\n'), '--set', SET)
    refused(2, 'no column of the sheet', 'marks of other items', *angoff, '--marks', path('o.csv', 'X\n1\n'))
    refused(2, 'No such file', 'a file that is not there', 'cut', 'angoff', path('gone') + '.csv')
    check(not os.path.exists(path('no.xml')), 'nothing was written')


check_angoff()
check_bookmark()
check_contrast()
check_impact()
check_pages()
check_chain()
check_refusals()
print(f'1..{count}')
sys.exit(failed != 0)
