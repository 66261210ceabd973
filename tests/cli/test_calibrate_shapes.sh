#!/bin/bash
# TAP: sheets of every awkward shape: each model ends with a result that can be used and says what is wrong with it, or with a refusal that says why.
. "$BV_SOURCE/tests/cli/tap.sh"
cd "$BV_SOURCE" || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

python3 - "$tmp" <<'P'
import csv, math, random, sys
r = random.Random(4)
def write(name, rows):
    with open(f'{sys.argv[1]}/{name}.csv', 'w', newline='') as f:
        csv.writer(f).writerows([[f'I{k + 1}' for k in range(len(rows[0]))], *rows])
def drawn(persons, slopes, shifts):
    rows = []
    for _ in range(persons):
        t = r.gauss(0, 1)
        rows.append([int(r.random() < 1 / (1 + math.exp(-a * t - d))) for a, d in zip(slopes, shifts)])
    return rows
write('five', drawn(1000, (.83, .72, .89, .69, .66), (2.77, .99, .25, 1.28, 2.05)))
write('one', [[n % 2] for n in range(50)])
write('two', drawn(300, (1, 1), (0, .5)))
write('order', [[int(k < n % 7) for k in range(6)] for n in range(210)])         # every pattern in the order of the items
write('nothing', [[r.randrange(3) for _ in range(12)] for _ in range(300)])        # marks without anything in common
write('against', drawn(500, (1, 1, 1, 1, -1, -.8), (0, .5, -.5, 1, 0, .2)))
rare = [[x + 1 for x in row] for row in drawn(390, (1, 1.5, .8, 1.2), (0, .3, -.2, .1))]
rare[0] = [2, 2, 2, 4]                                                            # a mark that one person has, who has all the others too
write('rare', rare)
holes = drawn(300, [1] * 8, [.2 * k - .8 for k in range(8)])
for n, row in enumerate(holes):
    row[2], row[5] = 1, ''
    if n % 10 == 0:
        row[:] = [''] * 8
    elif n % 3 == 0:
        row[r.randrange(8)] = 'NA'
write('holes', holes)
P
for sheet in five one two order nothing against rare holes; do
	for model in 1pl 3pl grm pcm nominal; do
		out=$("$bv" calibrate --model $model --steps 300 --out "$tmp/set.json" "$tmp/$sheet.csv" 2>&1)
		status=$?
		# Exit 1: not converged, and it is said.
		[ $status -eq 0 ] || { [ $status -eq 1 ] && grep -q 'NOT converged' <<<"$out"; }
		ok $? "$sheet, $model: a result (exit $status)"
		out=$("$bv" rate marks --set "$tmp/set.json" --method wle "$tmp/$sheet.csv" 2>&1) && ! grep -qE 'nan|inf' <<<"$out"
		ok $? '  by which everybody is rated'
	done
done
exits 0 'items without anything in common, pcm' "$bv" calibrate --model pcm --json "$tmp/nothing.csv"
json 'd["groups"][0]["bound"] is True and abs(d["groups"][0]["variance"] - 0.0025) < 1e-12 and d["fit"]["converged"]'
exits 0 '  in words' "$bv" calibrate --model pcm "$tmp/nothing.csv"
says 'at an end of its range'
exits 0 'a mark that one person has, nominal' "$bv" calibrate --model nominal "$tmp/rare.csv"
says 'steep'
exits 0 'one slope for items in perfect order' "$bv" calibrate --model 1pl "$tmp/order.csv"
says 'steep'
exits 0 'one item: a set that can be read' "$bv" calibrate --json "$tmp/one.csv"
json 'd["items"][0]["state"] == "loose" and d["items"][0]["aError"] <= 1e6'
exits 0 'cut scores beyond what any sum reaches' "$bv" rate marks --set "$tmp/set.json" --cuts -0.5,0.8 --accuracy "$tmp/holes.csv"
printf 'I1,I2\n1,1\n1,1\n' >"$tmp/same.csv"
exits 2 'the same mark everywhere' "$bv" calibrate "$tmp/same.csv"
says 'nothing can be estimated'
finish
