#!/bin/bash
# TAP: bangvang calibrate --fit: the report, as text and as JSON, the same for any number of threads; what cannot be computed is named and left out.
. "$BV_SOURCE/tests/cli/tap.sh"
cd "$BV_SOURCE" || exit 1
marks=scoring/irt/sample/marks.csv
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# 900 persons of one group on seven items; the last repeats the first for every other person.
awk 'BEGIN { srand(7); print "id,a,b,c,d,e,f,g"; for (p = 1; p <= 900; p++) { t = (rand() + rand() + rand() + rand() - 2) * 1.7; row = "p" p
	for (i = 0; i < 7; i++) { m = rand() < 1 / (1 + exp(-1.2 * t - (3 - i) / 3)); if (i == 0) first = m; if (i == 6 && p % 2) m = first; row = row "," m } print row } }' >"$tmp/seven.csv"
exits 0 'a sheet whose first and last item hang together' "$bv" calibrate --model rasch --fit --replicates 39 "$tmp/seven.csv"
says 'S-X2 of 900 persons who answered every item'
says '  a and g: '
says 'M2 of 900 persons who answered every item'
says 'RMSEA'
exits 0 'as JSON' "$bv" calibrate --model rasch --fit --replicates 39 --json "$tmp/seven.csv"
json 'd["groups"][0]["q3"]["suspects"][0]["first"] == "a" and d["groups"][0]["q3"]["suspects"][0]["second"] == "g" and d["m2"]["df"] == 20 and d["m2"]["p"] < 0.01'
json 'len(d["groups"][0]["itemFit"]["items"]) == 7 and all(i["df"] == 5 for i in d["groups"][0]["itemFit"]["items"]) and 0.3 < d["groups"][0]["marginalReliability"] < 0.9'
first=$out
exits 0 'on three threads' "$bv" calibrate --model rasch --fit --replicates 39 --json --threads 3 "$tmp/seven.csv"
[ "$first" = "$out" ]
ok $? '  the same bytes'
sed 's/,[^,]*$//' "$tmp/seven.csv" >"$tmp/six.csv"
exits 0 'without the item that repeats' "$bv" calibrate --model rasch --fit --json "$tmp/six.csv"
json 'd["groups"][0]["q3"]["suspects"] == [] and d["m2"]["p"] > 0.001 and d["m2"]["rmsea"] < 0.05'
exits 0 'two groups with gaps' "$bv" calibrate --fit $marks
says 'group A, reliability'
says 'group B, reliability'
says 'left out: M2 is for one group, not 2'
exits 0 'the set is written too' "$bv" calibrate --fit --out "$tmp/set.json" "$tmp/seven.csv"
exits 0 '  and can be used' "$bv" rate marks --set "$tmp/set.json" "$tmp/seven.csv"
exits 64 'too many replicates' "$bv" calibrate --fit --replicates 10001 "$tmp/seven.csv"
says 'at most 10000'
finish
