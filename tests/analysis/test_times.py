#!/usr/bin/env python3
"""Response times and items that are known outside: `bangvang analyse --times --compromised` against aberrance (../shared/ref/psycho), against the likelihood
written here, and on sittings in which some knew items, and in which nobody did."""
import csv, json, math, random, re, tempfile
import xml.etree.ElementTree as ET
from checks import REF, all_near, analyse, check, command, finish, near, reference, run, skip, write_set

folder = tempfile.TemporaryDirectory()
SET, SHEET, TIMES, OUT = (f'{folder.name}/{n}' for n in ('set.json', 'sheet.csv', 'times.json', 'out.json'))


def write_times(items, format='bangvang-times-1'):
    with open(TIMES, 'w') as f:
        json.dump({'format': format, 'items': [{'name': n, 'alpha': a, 'beta': b} for n, a, b in items]}, f)
    return TIMES


def write_sheet(header, rows):
    with open(SHEET, 'w', newline='') as f:
        csv.writer(f).writerows([header, *rows])


# ---- aberrance ----
want = reference('preknowledge_rt')
if not want:
    skip('aberrance', 'reference data psycho/expected/preknowledge_rt.json is not here')
else:
    true = list(csv.DictReader(open(f'{REF}/psycho/data/syn_rt_30x2000_true.csv')))
    rows = list(csv.reader(open(f'{REF}/psycho/data/syn_rt_30x2000.csv')))
    names = rows[0][:30]
    write_set(SET, [(n, float(t['a']), float(t['b']), 0) for n, t in zip(names, true)])
    write_times([(n, float(t['alpha']), float(t['beta'])) for n, t in zip(names, true)])
    write_sheet(rows[0], rows[1:121])
    got = analyse(SHEET, '--times', 'T', '--times-set', TIMES, '--parameters', SET, '--ability', 'ml', '--no-pairs', '--compromised', ','.join(names[:10]))
    known, stat, p = [x['preknowledge'] for x in got['patterns']], want['detect_pk']['stat'], want['detect_pk']['pval']
    all_near([k['time'] for k in known], [s['L_T'] for s in stat], 1e-9, 'times: L_T of aberrance')
    all_near([x['times']['chiSquare'] for x in got['patterns']], [s['L_T'] for s in want['detect_pm']['stat']], 1e-9, "misfit of times: aberrance's")
    # aberrance looks for abilities on [-4, 4], ours are on [-6, 6]: who solved or failed all of one part is at the end.
    plain = [n for n in range(120) if all(0 < sum(map(int, rows[n + 1][a:b])) < b - a for a, b in ((0, 10), (10, 30)))]
    inside = [n for n in plain if abs(known[n]['score'] - stat[n]['L_S']) < 1e-3]
    check(len(plain) > 60 and len(inside) >= len(plain) - 2, 'scores: L_S of aberrance, but for abilities beyond 4', [(n, known[n]['score'], stat[n]['L_S']) for n in plain if n not in inside])
    all_near([known[n]['score'] for n in inside], [stat[n]['L_S'] for n in inside], 1e-4, 'scores: its optimize stops at 6e-5')
    all_near([known[n]['joint'] for n in inside], [stat[n]['L_ST'] for n in inside], 1e-3, 'both: L_ST')
    all_near([known[n]['p'] for n in inside], [p[n]['L_ST'] for n in inside], 1e-4, 'both: its p')
    check(all(abs(known[n]['score'] - stat[n]['L_S']) < 0.35 for n in range(120)), 'at the ends they are near')
    # Their abilities are 1e-5 off; where the ratio r is near nought log(q/r)/r has that many times over: two persons are left to the formula written out below.
    for mine, theirs, tolerance in (('modified', 'ML_S', 2e-3), ('saddle', 'LR_S', 1e-3), ('scoreTest', 'S_S', 1e-4), ('wald', 'W_S', 3e-4)):
        whose = [n for n in inside if abs(known[n]['score']) > 0.1 or mine in ('scoreTest', 'wald')]
        check(len(whose) >= len(inside) - 3, f'{theirs}: of nearly everybody', len(whose))
        all_near([known[n][mine] for n in whose], [stat[n][theirs] for n in whose], tolerance, f'{theirs} of aberrance')
        upper = [known[n][mine] if mine == 'saddle' else 0.5 * math.erfc(-known[n][mine] / math.sqrt(2)) for n in whose]
        all_near([1 - u for u in upper], [p[n][theirs] for n in whose], tolerance, f'{theirs}: its p')
    wrong = []
    for n in plain:
        marks, logistic = [int(x) for x in rows[n + 1][:30]], lambda i, t: 1 / (1 + math.exp(-float(true[i]['a']) * (t - float(true[i]['b']))))
        def best(part):
            low, high = -6, 6
            for _ in range(60):
                t = (low + high) / 2
                low, high = (t, high) if sum(float(true[i]['a']) * (marks[i] - logistic(i, t)) for i in part) > 0 else (low, t)
            return (low + high) / 2
        parts = range(10), range(10, 30), range(30)
        theta = [best(part) for part in parts]
        chance = lambda part, t: sum(math.log(logistic(i, t) if marks[i] else 1 - logistic(i, t)) for i in part)
        sure = lambda part, t: sum(float(true[i]['a']) ** 2 * logistic(i, t) * (1 - logistic(i, t)) for i in part)
        r = math.copysign(math.sqrt(2 * (chance(parts[0], theta[0]) + chance(parts[1], theta[1]) - chance(parts[2], theta[2]))), theta[0] - theta[1])
        q = (theta[0] - theta[1]) * math.sqrt(sure(parts[0], theta[0]) * sure(parts[1], theta[1]) / sure(parts[2], theta[2]))
        modified, saddle = r + math.log(q / r) / r, 0.5 * math.erfc(-r / math.sqrt(2)) + math.exp(-r * r / 2) / math.sqrt(2 * math.pi) * (1 / r - 1 / q)
        if not (near(known[n]['modified'], modified, 1e-7 / abs(r)) and near(known[n]['saddle'], saddle, 1e-7 / abs(r))):
            wrong.append((n, known[n], modified, saddle))
    check(not wrong, 'modified and saddle as they are defined', wrong)
    misfit = [n for n in range(120) if 0 < sum(map(int, rows[n + 1][:30])) < 30 and abs(got['patterns'][n]['ability']) < 4]
    for where, mine, theirs in (('', 'lzStar', 'L_S_TS'), ('times', 'joint', 'L_ST_TS')):
        all_near([(got['patterns'][n][where] if where else got['patterns'][n])[mine] for n in misfit], [want['detect_pm']['stat'][n][theirs] for n in misfit], 1e-4, f'{theirs} of aberrance')
    check(all(near(k['joint'], max(k['score'], 0) ** 2 + max(k['time'], 0) ** 2, 1e-12) for k in known), 'what is below nought does not count')
    alone = analyse(SHEET, '--times', 'T', '--times-set', TIMES, '--compromised', ','.join(names[:10]))['patterns']
    all_near([x['preknowledge']['p'] for x in alone], [q['L_T'] for q in p], 1e-9, 'times alone: p of L_T')
    write_sheet(rows[0], rows[1:])
    got = analyse(SHEET, '--times', 'T', '--times-out', OUT)
    mine = {i['name']: i for i in json.load(open(OUT))['items']}
    far = max(abs(mine[n]['alpha'] / float(t['alpha']) - 1) for n, t in list(zip(names, true))[10:]), max(abs(mine[n]['beta'] - float(t['beta'])) for n, t in list(zip(names, true))[10:])
    check(far[0] < 0.15 and far[1] < 0.15 and got['times']['settled'], 'the true parameters of the items that nobody knew are found', far)
    again = analyse(SHEET, '--times', 'T', '--times-set', OUT)
    all_near([x['times']['chiSquare'] for x in again['patterns'][:50]], [x['times']['chiSquare'] for x in got['patterns'][:50]], 1e-12, 'what was written is what is used')

# ---- The likelihood ----
rng = random.Random(3)
ALPHA, BETA = [1.4 + 0.2 * k for k in range(6)], [3 + 0.2 * k for k in range(6)]
NAMES = [f'Q{k + 1:02}' for k in range(6)]
times = []
for n in range(80):
    speed = rng.gauss(0, 0.35)
    times.append([round(math.exp(b - speed + rng.gauss(0, 1 / a)), 3) for a, b in zip(ALPHA, BETA)])
times[3][2] = times[7][0] = ''
times[9] = [''] * 6
times[11] = ['', '', 31.5, '', '', '']
times[12][4] = 0
write_sheet(NAMES + [f'T{k + 1:02}' for k in range(6)], [[1, 0, 1, 0, 1, 0] + t for t in times])
got = analyse(SHEET, '--times', 'T')
alpha, beta, spread = [i['timeAlpha'] for i in got['items']], [i['timeBeta'] for i in got['items']], got['times']['spread']


def log_likelihood(alpha, beta, spread):
    """y ~ N(beta, diag(1 / alpha^2) + spread^2), of the times that are there: Sherman and Morrison."""
    total = 0
    for t in times:
        there = [k for k in range(6) if t[k] not in ('', 0)]
        r = [math.log(t[k]) - beta[k] for k in there]
        w = [alpha[k] ** 2 for k in there]
        one = 1 + spread ** 2 * sum(w)
        square = sum(a * x * x for a, x in zip(w, r)) - spread ** 2 * sum(a * x for a, x in zip(w, r)) ** 2 / one
        total -= (square + math.log(one) - sum(map(math.log, w))) / 2
    return total


here, worst = log_likelihood(alpha, beta, spread), 0
for values, call in ((alpha, lambda v: log_likelihood(v, beta, spread)), (beta, lambda v: log_likelihood(alpha, v, spread)), ([spread], lambda v: log_likelihood(alpha, beta, v[0]))):
    for k in range(len(values)):
        up, down = (call([x + (h if j == k else 0) for j, x in enumerate(values)]) for h in (1e-4, -1e-4))
        check(up < here and down < here, 'the likelihood is largest there', (k, up - here, down - here))
        worst = max(worst, abs(up - down) / 2e-4)
check(worst < 1e-4, 'its gradient is nought', worst)
person = got['patterns'][5]['times']
w = [a * a for a in alpha]
speed = sum(a * (b - math.log(t)) for a, b, t in zip(w, beta, times[5])) / sum(w)
chi = sum(a * (math.log(t) - b + speed) ** 2 for a, b, t in zip(w, beta, times[5]))
all_near([person['speed'], person['chiSquare']], [speed, chi], 1e-12, 'speed and misfit of a person')
# P(chi-square of 5 degrees of freedom >= x), by its closed form.
tail = math.erfc(math.sqrt(chi / 2)) + math.sqrt(2 * chi / math.pi) * math.exp(-chi / 2) * (1 + chi / 3)
check(near(person['p'], tail, 1e-10), 'its p', (person['p'], tail))
check(got['patterns'][9]['times']['speed'] is None and got['patterns'][11]['times']['p'] is None and got['patterns'][11]['times']['speed'] is not None and got['patterns'][12]['times']['items'] == 5,
      'no time, one time, a time of nought', [got['patterns'][n]['times'] for n in (9, 11, 12)])

# ---- Who knew, and who did not ----
BANK = [(f'C{k + 1:02}', 1 + 0.05 * (k % 8), -1 + 0.1 * k, 0) for k in range(30)]
write_set(SET, BANK)
write_times([(n, 2, 3.2 + 0.02 * k) for k, (n, *_) in enumerate(BANK)])
LEAKED = [BANK[k][0] for k in range(12, 20)]


def sit(seed, knowing=(), mixed=()):
    rng, rows = random.Random(seed), []
    for n in range(500):
        t, s = rng.gauss(0, 1), rng.gauss(0, 0.3)
        marks, seconds = [], []
        for k, (name, a, b, _) in enumerate(BANK):
            knew = n in knowing and name in LEAKED
            marks.append(int(rng.random() < (0.97 if knew else 1 / (1 + math.exp(-a * (t - b))))))
            seconds.append(round(math.exp(3.2 + 0.02 * k - s - (1.2 if knew else 0) + rng.gauss(0, 1.6 if n in mixed else 0.5)), 2))
        rows.append([f'N{n:03}'] + marks + seconds)
    write_sheet(['id'] + [b[0] for b in BANK] + [f'T{k + 1:02}' for k in range(30)], rows)
    return [SHEET, '--id', 'id', '--times', 'T', '--times-set', TIMES, '--parameters', SET, '--no-pairs', '--compromised', ','.join(LEAKED[:4]), '--compromised', ','.join(LEAKED[4:])]


honest = [analyse(*sit(seed)) for seed in range(4)]
check(sum(h['preknowledge']['flagged'] + h['times']['flagged'] for h in honest) == 0, 'four honest sittings have no false alarm', [(h['preknowledge'], h['times']) for h in honest])
for what in ('preknowledge', 'times'):
    low = sum(x[what]['p'] < 0.05 for h in honest for x in h['patterns'])
    check(60 < low < 140, f'{what}: p below 0.05 is about as frequent as it says (100 of 2000)', low)
got = analyse(*sit(50, knowing=(7, 123, 400)))
check({x['id'] for x in got['patterns'] if x['preknowledge']['flagged']} == {'N007', 'N123', 'N400'}, 'who knew the items is found, and nobody else', got['preknowledge'])
check(near(got['preknowledge']['expectedFalse'], 0.03, 1e-12), 'how many false alarms are expected')
got = analyse(*sit(51, mixed=(33, 210)))
check({x['id'] for x in got['patterns'] if x['times']['flagged']} == {'N033', 'N210'} and near(got['times']['expectedFalse'], 0.02, 1e-12), 'so is whose times are not those of the items', got['times'])
for language, words in (('vi', ['Thời gian làm bài', 'Những câu có thể đã lộ', 'hơn hẳn các câu khác', 'Số người cần xem: 3; trong đó số báo nhầm', 'C13 C14', 'Tốc độ làm bài']),
                        ('en', ['Response times', 'Items that may be known outside', 'well above the other items', 'Persons to look at: 3; of these false', 'Speeds'])):
    path = f'{folder.name}/{language}.html'
    done = run(*sit(50, knowing=(7, 123, 400)), '--out', path, '--lang', language)
    text = open(path, encoding='utf-8').read()
    ET.fromstring(text.replace('<!DOCTYPE html>\n', ''))
    check(done.returncode == 0 and all(w in text for w in words) and not re.search(r'\b(nan|inf)\b', re.sub(r'<[^>]*>', ' ', text)), f'the report in {language}', (done.stderr, [w for w in words if w not in text]))
check('3 of 500 persons to be looked at: better or faster on the items that are said to be known' in done.stdout, 'and in one line', done.stdout)

# ---- What is not good ----
small = 'C01,C02,T01,T02\n1,0,3,4\n0,1,5,9\n1,1,2,8\n'
for name, args, words in (('no such item', ['--compromised', 'C01,X'], 'there is no item "X"'), ('all of them', ['--compromised', 'C01,C02'], 'names all of the items'),
                          ('none of them', ['--compromised', ''], 'names none of the items'), ('no times of these items', ['--times-set', write_times([('X', 1, 1)])], 'times of none of the 2 items')):
    done = run('-', '--times', 'T', *args, text=small)
    check(done.returncode == 2 and words in done.stderr and not done.stdout, f'{name}: told and refused', (done.returncode, done.stderr))
for alpha, beta, good in ((0.01, -20, True), (100, 20, True), (0.009, 1, False), (100.1, 1, False), (1, 20.1, False), (1, None, False)):
    write_times([('C01', alpha, beta), ('C02', 1, 1)])
    done = run('-', '--times', 'T', '--times-set', TIMES, text=small)
    check((done.returncode == 0) == good and (good or 'times.json' in done.stderr and 'alpha is a number from 0.01 to 100' in done.stderr), f'alpha {alpha}, beta {beta}: {good}', done.stderr)
write_times([('C01', 1, 1)], format='times')
check("'format' is not bangvang-times-1" in run('-', '--times', 'T', '--times-set', TIMES, text=small).stderr, 'another format')
for args in (['--times-set', TIMES], ['--times-out', OUT], ['--compromised', 'C01']):
    check(run('-', *args, text='C01,C02\n1,0\n0,1\n').returncode == 64, f'{args[0]} without what it needs is a mistake of usage')
for text in ('C01,T01\n1,5\n', 'C01,T01\n1,5\n0,5\n', 'C01,T01\n1,0\n0,\n', small):
    done = run('-', '--times', 'T', '--json', '--out', f'{folder.name}/little.html', text=text)
    check(done.returncode == 0, f'as little as {text!r}', done.stderr)
finish()
