#!/usr/bin/env python3
"""`bangvang equate --sums` against the package equate (../shared/ref/psycho), against the definitions written here, and its standard errors against samples that are
drawn again and again."""
import json, math, random, statistics, tempfile
from checks import VECTORS, all_near, answer_of, check, command, finish, near, reference, skip

folder = tempfile.TemporaryDirectory()
FORM, TARGET = f'{folder.name}/form.csv', f'{folder.name}/target.csv'


def write_sheet(path, counts, marks=None):
    """As many persons with each sum: all but one item of one mark, or items of `marks`."""
    marks = marks or [1] * (len(counts) - 1)
    with open(path, 'w') as f:
        f.write(','.join(f'I{k}' for k in range(len(marks))) + '\n')
        for s, n in enumerate(counts):
            row, left = [], s
            for m in marks:
                row.append(min(m, left))
                left -= row[-1]
            f.write((','.join(map(str, row)) + '\n') * n)
    return path


def equate(x, y, *args):
    write_sheet(FORM, x)
    write_sheet(TARGET, y)
    return answer_of('equate', '--sums', FORM, TARGET, *args)


def column(result, name):
    return [row[name] for row in result['scores']]


# ---- equate 2.0.9 ----
want = reference('linking_equating')
if not want:
    skip('equate', 'reference data psycho/expected/linking_equating.json is not here')
else:
    want = want['classical']
    got = equate(want['freq']['x'], want['freq']['y'], '--smooth', '4')
    # Its percentile ranks are off by 1e-8 or so of a person, whatever for.
    for mine, theirs, part, tolerance in (('mean', 'mean', 'yx', 1e-9), ('linear', 'linear', 'yx', 1e-9), ('linearError', 'linear', 'se', 1e-9), ('equipercentile', 'equipercentile', 'yx', 1e-7),
                                          ('equipercentileError', 'equipercentile', 'se', 1e-7), ('smoothed', 'equip_loglin4', 'yx', 1e-7), ('smoothedError', 'equip_loglin4', 'se', 1e-7),
                                          ('circleArc', 'circle-arc', 'yx', 1e-9)):
        all_near(column(got, mine), [row[part] for row in want[theirs]], tolerance, f'{mine}: {theirs} {part} of equate')

# ---- The definitions ----
X, Y = [3, 5, 11, 20, 31, 40, 35, 22, 9, 4, 0], [2, 6, 4, 15, 0, 28, 37, 21, 12]
got = equate(X, Y, '--smooth', '3')


def moments(f):
    n = sum(f)
    m = sum(s * k for s, k in enumerate(f)) / n
    return n, m, math.sqrt(sum(k * (s - m) ** 2 for s, k in enumerate(f)) / (n - 1))


(nx, mx, sx), (ny, my, sy) = moments(X), moments(Y)
check((got['form']['persons'], got['target']['persons'], len(got['scores'])) == (180, 125, 11), 'sums up to the largest there can be: an item has a mark at least', got['form'])
all_near([got['form']['mean'], got['form']['sd'], got['target']['mean'], got['target']['sd']], [mx, sx, my, sy], 1e-12, 'means and standard deviations')
all_near(column(got, 'mean'), [s - mx + my for s in range(11)], 1e-12, 'by means')
all_near(column(got, 'linear'), [(s - mx) / sx * sy + my for s in range(11)], 1e-12, 'linear')


def rank(f, at):
    """The share of persons below `at`, each sum being spread evenly half a point to both sides."""
    n = sum(f)
    return sum(k / n * min(max(at - s + 0.5, 0), 1) for s, k in enumerate(f))


for name, x, y in (('equipercentile', X, Y), ('smoothed', got['form']['smoothed'], got['target']['smoothed'])):
    all_near([rank(y, e) for e in column(got, name)], [rank(x, s) for s in range(11)], 1e-10, f'{name}: the same percentile rank')
gap = equate([10, 10, 10, 10], [20, 0, 0, 20])['scores']
check(near(gap[1]['equipercentile'], 0.25, 1e-12) and near(equate([10, 20, 10], [20, 0, 0, 20])['scores'][1]['equipercentile'], 1.5, 1e-12), 'where nobody is, the middle of the gap', gap)
for f, side in ((X, 'form'), (Y, 'target')):
    smoothed = got[side]['smoothed']
    all_near([sum(k * s ** p for s, k in enumerate(smoothed)) for p in range(4)], [sum(k * s ** p for s, k in enumerate(f)) for p in range(4)], 1e-9, f'{side}: smoothing keeps persons and three moments')
    differences = [math.log(k) for k in smoothed]
    for _ in range(4):
        differences = [b - a for a, b in zip(differences, differences[1:])]
    check(max(map(abs, differences)) < 1e-8, f'{side}: the logarithm is a cubic', differences)
arc = column(got, 'circleArc')
line = [s * 8 / 10 for s in range(11)]


def off_circle(s, value):
    """0 on the circle through both ends and the point of the means, after the line is taken away."""
    x, y, m, o = s, value - s * 8 / 10, mx, my - mx * 8 / 10
    return (x * (x - 10) + y * y) * o - (m * (m - 10) + o * o) * y


check(max(abs(off_circle(s, v)) for s, v in enumerate(arc)) < 1e-9 and near(arc[0], 0, 1e-9) and near(arc[10], 8, 1e-12) and all((a - b) * (my - mx * 8 / 10) > 0 for a, b in zip(arc[1:10], line[1:10])),
      'a circle through both ends and the means', arc)
flat = equate([1, 2, 1], [2, 4, 2])
all_near(column(flat, 'circleArc'), [0, 1, 2], 1e-12, 'the same means: a straight line')
check(set(column(equate([90, 5, 5], [5, 5, 90]), 'circleArc')) == {None}, 'more than half a circle is none')
check(set(column(flat, 'smoothed')) == {None} and 'smoothed' not in flat['form'], 'no smoothing unless it is asked for')
write_sheet(FORM, [1, 2, 3, 4, 5], [2, 1, 1])
check(len(answer_of('equate', '--sums', FORM, TARGET)['scores']) == 5, 'items of several marks')

# ---- Standard errors: what samples give ----
rng = random.Random(8)
PX, PY = [30, 60, 110, 160, 200, 180, 130, 80, 50], [20, 50, 80, 120, 170, 200, 170, 120, 70]
got = equate(PX, PY, '--smooth', '3')['scores']
draws = {name: [] for name in ('linear', 'equipercentile', 'smoothed')}
for _ in range(100):
    sample = [[0] * 9, [0] * 9]
    for f, p in zip(sample, (PX, PY)):
        for s in rng.choices(range(9), p, k=1000):
            f[s] += 1
    again = equate(*sample, '--smooth', '3')['scores']
    for name in draws:
        draws[name].append([again[s][name] for s in (2, 4, 6)])
for name, rows in draws.items():
    for k, s in enumerate((2, 4, 6)):
        spread, error = statistics.stdev(r[k] for r in rows), got[s][name + 'Error']
        # Lord's formula takes the sums as they are: within a point, and smoothed, scores vary less.
        check(0.8 < error / spread < {'linear': 1.25, 'equipercentile': 1.5, 'smoothed': 1.8}[name], f'{name} at {s}: the error is the spread of 100 samples', (error, spread))

# ---- The table, and what is not good ----
A, B = f'{VECTORS}/form-a.csv', f'{VECTORS}/form-b.csv'
shown = command('equate', '--sums', '--smooth', '4', '--id', 'ticket', A, B).stdout
check('240 persons with sums 0 to 15' in shown and '200 with 0 to 12' in shown and shown.count('\n') == 19 and 'nan' not in shown, 'in a table', shown)
check(column(answer_of('equate', '--sums', '--id', 'ticket', A, B), 'linear')[8] < 8, 'the second form is harder')
for args in (('--smooth', '11'), ('--smooth', 'x'), ('--smooth', '-1')):
    check(command('equate', '--sums', *args, A, B).returncode == 64, f"{' '.join(args)} is a mistake of usage")
for args in (('--smooth', '3'), ('--id', 'ticket')):
    check(command('equate', *args, f'{VECTORS}/next-set.json', f'{VECTORS}/sitting-set.json').returncode == 64, f'{args[0]} without --sums is a mistake of usage')
for name, x, y, args, words in (('one person', [0, 1], [3, 3], [], 'FORM: fewer than two persons'), ('everybody alike', [3, 3], [0, 9], [], 'TARGET: everybody has the same sum'),
                                ('too high a degree', [3, 3, 3], [3, 4, 3], ['--smooth', '3'], 'take a degree of at most 2')):
    done = command('equate', '--sums', write_sheet(FORM, x), write_sheet(TARGET, y), *args)
    check(done.returncode == 2 and words in done.stderr and not done.stdout, f'{name}: told and refused', (done.returncode, done.stderr))
check(command('equate', '--sums', write_sheet(FORM, [3, 3, 3]), write_sheet(TARGET, [3, 4, 3]), '--smooth', '2').returncode == 0, 'a degree less is taken')
for degree in (1, 10):
    wide = [1 + (7 * s) % 13 for s in range(41)]
    smoothed = equate(wide, wide, '--smooth', str(degree))
    all_near(column(smoothed, 'smoothed'), list(range(41)), 1e-8, f'a form is itself, degree {degree}')
finish()
