#!/bin/bash
# TAP: bangvang calibrate --conditional: intercepts beside those of marginal likelihood, Andersen's test by sum and by group, and what is refused.
. "$BV_SOURCE/tests/cli/tap.sh"
cd "$BV_SOURCE" || exit 1
marks=scoring/irt/sample/marks.csv
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# 900 persons in two groups; in the second the first of eight items is easier by 1.2 logits, and ability larger.
python3 - "$tmp" <<'P'
import math, random, sys
r = random.Random(2)
with open(sys.argv[1] + '/two.csv', 'w') as f:
    print('id', 'group', *(f'I{k + 1}' for k in range(8)), sep=',', file=f)
    for p in range(900):
        t = r.gauss(0.5 * (p % 2), 1)
        print(p, 'AB'[p % 2], *(int(r.random() < 1 / (1 + math.exp(-t - 0.7 + 0.2 * k - (1.2 if k == 0 and p % 2 else 0)))) for k in range(8)), sep=',', file=f)
P
exits 0 'a sheet of marks with gaps' "$bv" calibrate --conditional --json $marks
json 'd["converged"] and d["parameters"] == 15 and d["forms"] > 50 and d["furthest"] < 0.5 and len(d["items"]) == 13'
json 'abs(sum(i["d"][-1] for i in d["items"])) < 1e-9 and abs(sum(i["marginal"][-1] for i in d["items"])) < 1e-9'
json 'd["andersen"]["split"] == "sum" and d["andersen"]["freedom"] == 15 and d["andersen"]["p"] > 0.01'
exits 0 'in words' "$bv" calibrate --conditional $marks
says 'standard errors away'
says "Andersen's test by sum"
exits 0 'an item that differs between groups' "$bv" calibrate --conditional --split group --json "$tmp/two.csv"
json 'd["andersen"]["p"] < 1e-5 and d["andersen"]["freedom"] == 7'
exits 0 '  without it' "$bv" calibrate --conditional --split group --json <(cut -d, -f1,2,4- "$tmp/two.csv")
json 'd["andersen"]["p"] > 0.01 and d["andersen"]["freedom"] == 6'
exits 64 'no such split' "$bv" calibrate --conditional --split age $marks
says 'neither sum nor group'
exits 64 'no groups' "$bv" calibrate --conditional --split group <(cut -d, -f1,3- "$tmp/two.csv")
says 'no two groups'
exits 64 'a split of nothing' "$bv" calibrate --split sum $marks
exits 64 'another model' "$bv" calibrate --conditional --model 2pl $marks
says 'takes no --model'
exits 64 'with --fit' "$bv" calibrate --conditional --fit $marks
printf 'I1,I2\n1,1\n0,0\n' >"$tmp/none.csv"
exits 2 'nobody between nothing and everything' "$bv" calibrate --conditional "$tmp/none.csv"
says 'needs two items'
finish
