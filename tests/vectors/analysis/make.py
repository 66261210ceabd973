#!/usr/bin/env python3
"""Writes sitting.csv, options.csv and key.csv: two sittings in which something is wrong, on purpose, for `bangvang analyse` and its tests.
sitting.csv: 600 persons of 12 halls, 20 items of 0/1; C07 is a mark of ability harder for "nu"; hall P03 has too many high results; C20 says nothing.
options.csv: 300 persons, 8 items with options A to D; the key of C05 is wrong.
With the path of bangvang as argument also sitting-set.json, the parameters of sitting.csv, and next-set.json, those of a later sitting of 900 abler persons with
12 of its items and 10 new ones, in which C14 has become known.
form-a.csv, form-b.csv: two forms for `bangvang equate --sums`."""
import csv, math, os, random, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
rng = random.Random(146)


def chance(theta, a, b):
    return rng.random() < 1 / (1 + math.exp(-a * (theta - b)))


def sitting():
    with open(f'{HERE}/sitting.csv', 'w', newline='') as f:
        out = csv.writer(f, lineterminator='\n')
        out.writerow(['ticket', 'phong', 'gioi'] + [f'C{i:02}' for i in range(1, 21)])
        for n in range(600):
            hall, sex, theta = n % 12 + 1, rng.choice(['nam', 'nu']), rng.gauss(0, 1)
            if hall == 3 and rng.random() < 0.35:
                theta = 4
            row = []
            for i in range(20):
                b = (i - 9) / 5 + (1.2 if i == 6 and sex == 'nu' else 0)
                row.append(int(rng.random() < 0.5) if i == 19 else int(chance(theta, 1.3, b)))
            if n % 97 == 5:
                row[4] = ''
            out.writerow([f'T{n + 1:04}', f'P{hall:02}', sex] + row)


def options():
    key = 'BADCADBC'
    with open(f'{HERE}/key.csv', 'w', newline='') as f:
        out = csv.writer(f, lineterminator='\n')
        out.writerow(['item', 'key'])
        for i, k in enumerate(key):
            out.writerow([f'C{i + 1:02}', 'C' if i == 4 else k])
    with open(f'{HERE}/options.csv', 'w', newline='') as f:
        out = csv.writer(f, lineterminator='\n')
        out.writerow(['ticket'] + [f'C{i:02}' for i in range(1, 9)] + [f'T{i:02}' for i in range(1, 9)])
        for n in range(300):
            theta = rng.gauss(0, 1)
            row = [k if chance(theta, 1.5, (i - 4) / 4) else rng.choice([o for o in 'ABCD' if o != k]) for i, k in enumerate(key)]
            out.writerow([f'T{n + 1:04}'] + row + [round(math.exp(rng.gauss(3.2, 0.5)), 1) for _ in key])


def calibrate(bangvang, name, rows):
    marks = '\n'.join(','.join(map(str, row)) for row in rows)
    subprocess.run([bangvang, 'calibrate', '-', '--model', '2pl', '--out', f'{HERE}/{name}-set.json'], input=marks, text=True, check=True, stdout=subprocess.DEVNULL)


def parameters(bangvang):
    rows = [row[:1] + row[3:] for row in csv.reader(open(f'{HERE}/sitting.csv'))]
    calibrate(bangvang, 'sitting', [['id'] + rows[0][1:]] + rows[1:])
    items = [(f'C{i:02}', (i - 10) / 5 - (1.1 if i == 14 else 0)) for i in range(8, 20)] + [(f'N{i:02}', (i - 6) / 4) for i in range(1, 11)]
    out = [['id'] + [name for name, _ in items]]
    for n in range(900):
        theta = rng.gauss(0.4, 1.1)
        out.append([f'N{n + 1:04}'] + [int(chance(theta, 1.3, b)) for _, b in items])
    calibrate(bangvang, 'next', out)


def forms():
    """form-a.csv, form-b.csv: 15 items and 12 harder ones, for 240 and 200 persons who were drawn alike."""
    draws = random.Random(15)
    for name, items, persons in (('a', [(k - 8) / 5 for k in range(15)], 240), ('b', [(k - 4) / 4 for k in range(12)], 200)):
        with open(f'{HERE}/form-{name}.csv', 'w', newline='') as f:
            out = csv.writer(f, lineterminator='\n')
            out.writerow(['ticket'] + [f'{name.upper()}{k + 1:02}' for k in range(len(items))])
            for n in range(persons):
                theta = draws.gauss(0, 1)
                out.writerow([f'{name.upper()}{n + 1:03}'] + [int(draws.random() < 1 / (1 + math.exp(-1.2 * (theta - b)))) for b in items])


sitting()
options()
forms()
for path in sys.argv[1:]:
    parameters(path)
