#!/usr/bin/env python3
"""`bangvang rate marks` on a known bank, as a user runs it: abilities by every method and the table of sums, beside scores_3pl20 of mirt and catR."""
import csv, tempfile
from checks import all_near, answer_of, check, finish, near, reference, skip, write_set

folder = tempfile.TemporaryDirectory()
SET, SHEET = f'{folder.name}/set.json', f'{folder.name}/sheet.csv'
want = reference('scores_3pl20')
if not want:
    skip('mirt and catR', 'reference data psycho/expected/scores_3pl20.json is not here')
    finish()
names = [f'I{k + 1:02}' for k in range(20)]
write_set(SET, list(zip(names, want['bank']['a'], want['bank']['b'], want['bank']['c'])))


def rate(patterns, *args):
    with open(SHEET, 'w', newline='') as f:
        csv.writer(f).writerows([names, *[['' if m is None else m for m in p] for p in patterns]])
    return answer_of('rate', 'marks', '--set', SET, *args, SHEET)


for kind in ('complete', 'missing'):
    theirs = want[kind]
    for method, column, error, tolerance in (('eap', 'mirt_EAP', 'se', 1e-8), ('map', 'mirt_MAP', 'se', 2e-4), ('ml', 'mirt_ML', 'se', 2e-4), ('jeffreys', 'mirt_WLE', None, 2e-4),
                                             ('wle', 'catR_WL', 'seExpected', 2e-5), ('map', 'catR_BM', 'seExpected', 2e-4), ('ml', 'catR_ML', 'seExpected', 2e-4)):
        # Trap 3: at an end mirt has no number, catR the end with another package's error.
        rows = [(r, t) for r, t in zip(rate(theirs['patterns'], '--method', method), theirs[column]) if isinstance(t[0], (int, float)) and not r['bound']]
        check(len(rows) > 8, f'{kind}: most patterns have a number by {method}', len(rows))
        all_near([r['theta'] for r, _ in rows], [t[0] for _, t in rows], tolerance, f'{kind}: {column}')
        if error:
            check(all(near(r[error], t[1], tolerance * (1 + 20 * t[1] ** 2)) for r, t in rows), f'{kind}: its standard errors', [(r[error], t[1]) for r, t in rows])
# mirt's table is of two persons, with nothing right and with everything.
sums, table = rate([[0] * 20, [1] * 20], '--sums'), want['EAPsum']['table']
for mine, theirs, tolerance in (('theta', 'F1', 1e-8), ('se', 'SE_F1', 1e-8), ('persons', 'observed', 0), ('expected', 'expected', 1e-9)):
    all_near([s[mine] for s in sums], [t[theirs] for t in table], tolerance, f'sums: {theirs}')
all_near([abs(s['residual']) for s in sums], [t['std.res'] for t in table], 1e-8, 'sums: std.res, which mirt tells without its sign')
some = rate(want['complete']['patterns'] + want['missing']['patterns'], '--sums')
check(sum(s['persons'] for s in some) == len(want['complete']['patterns']) + sum(None not in p for p in want['missing']['patterns']), 'who left an item out has no sum')
finish()
