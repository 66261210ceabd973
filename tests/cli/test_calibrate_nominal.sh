#!/bin/bash
# TAP: the nominal model from the command line: options that are drawn from known slopes, calibrated, printed, and used to rate and in a mixed sheet.
. "$BV_SOURCE/tests/cli/tap.sh"
cd "$BV_SOURCE" || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# 1,200 persons, ten questions of four options: 0 and 1 draw the weak, 2 anybody, 3 is right. Then the same sheet with two items of right and wrong.
python3 - "$tmp" <<'P'
import math, random, sys
r = random.Random(11)
slope, shift = (0, -0.5, 0.6, 1.6), (0, 0.3, -0.2, 0.8)
with open(sys.argv[1] + '/options.csv', 'w') as plain, open(sys.argv[1] + '/mixed.csv', 'w') as mixed:
    names = [f'Q{i}' for i in range(10)]
    print('id', *names, sep=',', file=plain)
    print('id', *names, 'M1', 'M2', sep=',', file=mixed)
    for p in range(1200):
        t = r.gauss(0, 1)
        row = [r.choices(range(4), [math.exp(a * t + d) for a, d in zip(slope, shift)])[0] if r.random() > 0.05 else '' for _ in names]
        print(p, *row, sep=',', file=plain)
        print(p, *(3 - x if x != '' else x for x in row), *(int(r.random() < 1 / (1 + math.exp(-1.2 * t))) for _ in range(2)), sep=',', file=mixed)
P
exits 0 'calibrated' "$bv" calibrate --model nominal --out "$tmp/set.json" "$tmp/options.csv"
says 'nominal estimated  a1 -0.'
says 'converged'
out=$(cat "$tmp/set.json")
json 'len(d["items"]) == 10 and all(len(i["a"]) == len(i["aError"]) == len(i["d"]) == 3 for i in d["items"]) and d["fit"]["parameters"] == 60'
json 'all(abs(i["a"][k] - w) < 4 * i["aError"][k] for i in d["items"] for k, w in enumerate((-0.5, 0.6, 1.6)))'
head -n 201 "$tmp/options.csv" >"$tmp/some.csv"
for method in eap map ml wle jeffreys; do
	exits 0 "rated by $method" "$bv" rate marks --set "$tmp/set.json" --method $method --json "$tmp/some.csv"
	json 'len(d) == 200 and all(-6 <= p["theta"] <= 6 and p["se"] > 0 for p in d)'
done
exits 0 'levels' "$bv" rate marks --set "$tmp/set.json" --cuts 0 --accuracy "$tmp/options.csv"
# Options the other way round: the items of right and wrong say which end is up.
exits 0 'beside items of right and wrong' "$bv" calibrate --model nominal --item M1=2pl --item M2=2pl --json "$tmp/mixed.csv"
json 'all(i["a"][2] < -1 for i in d["items"][:10]) and all(i["a"] > 0.7 for i in d["items"][10:]) and d["fit"]["converged"]'
exits 0 'how it fits' "$bv" calibrate --model nominal --fit "$tmp/options.csv"
says 'reliability'
exits 0 'its items stay as they are' "$bv" calibrate --fixed "$tmp/set.json" --model nominal --json "$tmp/options.csv"
json 'all(i["state"] == "fixed" for i in d["items"]) and abs(d["groups"][0]["mean"]) < 0.01'
exits 2 'no order to link by' "$bv" link "$tmp/set.json" "$tmp/set.json"
says 'is nominal'
sed 's/"a": \[/"a": [0, /' "$tmp/set.json" >"$tmp/bad.json"
exits 1 'a set that was changed' "$bv" rate marks --set "$tmp/bad.json" "$tmp/options.csv"
exits 64 'a model that there is not' "$bv" calibrate --model nominale "$tmp/options.csv"
says 'gpcm, pcm, nominal'
finish
