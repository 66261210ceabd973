#!/usr/bin/env python3
"""Line and branch coverage of one folder, per file and in total, of a build with -Db_coverage=true whose tests have run.
Usage: coverage.py BUILD FOLDER LINE% BRANCH%      Nothing is left out: no line, no branch, no assertion."""
import json, pathlib, subprocess, sys

root = pathlib.Path(__file__).resolve().parents[2]
build, folder, line_bar, branch_bar = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
# gcovr would silently skip lines so marked.
marked = [p for p in sorted((root / folder).glob('*.[ch]')) if any(word in p.read_text() for word in ('GCOV_EXCL', 'GCOVR_EXCL', 'LCOV_EXCL'))]
for path in marked:
    print(f'{path.relative_to(root)}: coverage is switched off by a comment: remove it')
out = subprocess.run(['gcovr', '-r', root, '--object-directory', build, '-f', f'{folder}/', '--json'], cwd=root, capture_output=True, text=True)
if out.returncode:
    sys.exit(out.stderr)


def counts(files):
    lines = [line for file in files for line in file['lines'] if not line['gcovr/noncode']]
    branches = [branch for line in lines for branch in line['branches']]
    return sum(line['count'] > 0 for line in lines), len(lines), sum(branch['count'] > 0 for branch in branches), len(branches)


def percent(part, whole):
    return 100 * part / whole if whole else 100.0


def row(name, lines_hit, lines, hit, branches):
    print(f'{name:34} {percent(lines_hit, lines):6.1f} % {lines_hit:6}/{lines:<6} {percent(hit, branches):6.1f} % {hit:6}/{branches}')


files = json.loads(out.stdout)['files']
if not files:
    sys.exit(f'no figures of {folder} in {build}')
print(f'{"":34} {"lines":^22} {"branches":^22}')
for file in sorted(files, key=lambda f: percent(*counts([f])[2:])):
    row(file['file'], *counts([file]))
total = counts(files)
row(f'{folder}, {len(files)} files', *total)
print(f'Bars: lines {line_bar} %, branches {branch_bar} %. No line, branch or assertion is excluded.')
sys.exit(1 if marked or percent(*total[:2]) < line_bar or percent(*total[2:]) < branch_bar else 0)
