#!/bin/bash
# TAP: items of several categories from a table, a calibration and a bank: forms, forms on the fly, a sitting, simulated sessions; sums by formulas written out.
. "$BV_SOURCE/tests/cli/tap.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
sample=$BV_SOURCE/assembly/sample
sha() { sha256sum "$1" | cut -d' ' -f1; }

exits 0 'a form of questions and tasks' "$bv" assemble --items "$sample/tasks.csv" --design "$sample/tasks.json" --json
printf %s "$out" >form.json
json 'd["objective"]["proven"] and len(d["forms"][0]["items"]) == 20'
python3 - "$sample/tasks.csv" form.json <<'P'
import csv, json, math, sys
rows = {r['item']: r for r in csv.DictReader(open(sys.argv[1]))}
form = json.load(open(sys.argv[2]))['forms'][0]
def chances(r, x):
    a = float(r['a'])
    l = lambda b: 1 / (1 + math.exp(-a * (x - b)))
    b = [float(r['b%d' % k]) for k in (1, 2, 3, 4) if r['b%d' % k]]
    if r['model'] == 'grm':
        f = [1] + [l(t) for t in b] + [0]
        return [f[k] - f[k + 1] for k in range(len(b) + 1)]
    if r['model'] == 'gpcm':
        e = [math.exp(sum(a * (x - t) for t in b[:k])) for k in range(len(b) + 1)]
        return [v / sum(e) for v in e]
    p = float(r['c']) + (1 - float(r['c'])) * l(float(r['b']))
    return [1 - p, p]
def information(r, x, h=1e-5):
    return sum((u - v) ** 2 / (4 * h * h) / p for u, v, p in zip(chances(r, x + h), chances(r, x - h), chances(r, x)))
items = [rows[i] for i in form['items']]
score = sum(k * p for r in items for k, p in enumerate(chances(r, 0)))
points = [sum(information(r, x) for r in items) for x in (-0.5, 0.5)]
rule = [c['value'] for c in form['constraints'] if 'kỳ vọng' in c['name']][0]
assert abs(score - rule) < 1e-9 and 18 <= score <= 20, (score, rule)
assert all(abs(p - q['value']) < 1e-6 for p, q in zip(points, form['points'])), (points, form['points'])
P
ok $? 'its score and information are those of the formulas'
exits 0 'a form for each ticket' "$bv" assemble each --items "$sample/tasks.csv" --design "$sample/tasks.json" --seed 6b51d431df5d7f141cbececcf79edf3dd861c3b4069f0b11661a3eefacbba918 T-1 T-2 T-3

# From a calibration: the set as it is, and beside a table of attributes.
exits 0 'a calibration' "$bv" calibrate "$BV_SOURCE/scoring/irt/sample/marks.csv" --out set.json
echo '{"length": 6, "objective": {"kind": "maximize", "points": [0]}, "constraints": [{"expectedScore": 0, "min": 4}]}' >six.json
exits 0 'its set is a bank' "$bv" assemble --items set.json --design six.json
says 'the optimum'
says E02
printf 'item,kind\nE01,task\nE02,task\nT05,choice\nT04,choice\nT09,choice\nT11,choice\n' >kinds.csv
echo '{"length": 3, "objective": {"kind": "maximize", "points": [0]}, "constraints": [{"where": {"kind": "task"}, "max": 1}]}' >three.json
exits 0 'attributes of a table, parameters of the set' "$bv" assemble --items kinds.csv --parameters set.json --design three.json
says '1 items are left out'
says T11
exits 2 'a set beside a set' "$bv" assemble --items set.json --parameters set.json --design six.json
says 'the items are a parameter set themselves'
exits 64 'a set has its metric' "$bv" assemble --items kinds.csv --parameters set.json --metric 1.7 --design three.json
exits 1 'a changed set' "$bv" assemble --items <(sed 's/"metric": 1.0/"metric": 1.7/' set.json) --design six.json
says 'the parameter set was changed'
exits 2 'a table as a set' "$bv" assemble --items kinds.csv --parameters kinds.csv --design three.json
says kinds.csv

# In a bank and a sitting.
"$bv" bank import --bank bank.db "$BV_SOURCE/itembank/sample" >/dev/null 2>&1
"$bv" key new --did did:web:thi.example.vn --out hall >/dev/null
exits 0 'the parameters that the bank has' "$bv" assemble items --bank bank.db --out own.json
python3 - <<'P'
import hashlib, json
own = json.load(open('own.json'))['items']
items = [{'name': i['id'], 'model': 'grm', 'marks': [0, 1, 2], 'a': 1.5, 'd': [n % 5 + 0.25, n % 5 - 1.75]} if n % 4 == 0
         else {'name': i['id'], 'model': '2pl', 'marks': [0, 1], 'a': 1.25, 'd': [n % 7 - 3.5]} for n, i in enumerate(own)]
items.append({'name': 'elsewhere', 'model': '2pl', 'marks': [0, 1], 'a': 1.5, 'd': [0.5]})
items[1]['a'] = -0.5
d = {'format': 'bangvang-irt-1', 'metric': 1, 'groups': [{'mean': 0, 'variance': 1}], 'items': items}
d['hash'] = hashlib.sha256(json.dumps(d, sort_keys=True, separators=(',', ':')).encode()).hexdigest()
json.dump(d, open('calibrated.json', 'w'))
P
exits 0 'the parameters of a calibration instead' "$bv" assemble items --bank bank.db --parameters calibrated.json --out parameters.json
python3 - <<'P'
import json
own, new = json.load(open('own.json'))['items'], json.load(open('parameters.json'))['items']
assert len(new) == len(own) - 1 and new[0]['model'] == 'grm' and new[0]['d'] == [0.25, -1.75] and new[0]['area'] == own[0]['area'] and 'b' not in new[0]
assert own[1]['id'] not in [i['id'] for i in new] # a slope below 0
P
ok $? 'with the attributes of the bank'
seed=$(printf seed | sha256sum | cut -d' ' -f1)
key=$(printf key | sha256sum | cut -d' ' -f1)
sed "0,/<part/s//<assembly design=\"$(sha "$sample/each-40.json")\" parameters=\"$(sha parameters.json)\" exposure=\"0.8\" overlap=\"30\"\/><part/" "$BV_SOURCE/engine/sample/vn-basic-40.xml" >form.xml
printf 'T-1\nT-2\n' >order.txt
inputs=(--design "$sample/each-40.json" --parameters parameters.json)
exits 0 'a form of a sitting' "$bv" draw --bank bank.db --blueprint form.xml --seed "$seed" --draw-key "$key" --ticket T-2 "${inputs[@]}" --tickets order.txt --json
cp <(printf %s "$out") two.json
json 'len(d["items"]) == 40'
exits 0 'is audited' "$bv" audit draw --form two.json --bank bank.db --blueprint form.xml --seed "$seed" --draw-key "$key" "${inputs[@]}" --tickets order.txt
exits 0 'the sitting is made' "$bv" sitting new --db sqlite:hall.db --name hall --key hall/key.pem --bank bank.db --blueprint form.xml --standard "$BV_SOURCE/standards/vn-tt03-2014.xml" \
	--rules "$BV_SOURCE/rules/vn-17-2016.xml" --opens 2020-01-01T08:00:00+07:00 --closes 2099-01-01T11:00:00+07:00 --release 2099-01-01T11:00:00+07:00 \
	--seed "$seed" --draw-key "$key" "${inputs[@]}"

# Sessions.
sit() { "$bv" simulate sessions --items "$sample/tasks.csv" --candidates 150 --length 15 --json "$@"; }
for rule in mfi mpwi klp kl gdip mei mepv progressive b; do
	exits 0 "$rule sits" sit --rule $rule
	json 'abs(d["bias"]) < 0.12 and d["rmse"] < 0.5 and abs(d["rmse"] / d["standardError"] - 1) < 0.2'
done
exits 0 'under the rules of a form' "$bv" simulate sessions --items "$sample/tasks.csv" --design "$sample/tasks.json" --candidates 20 --json
json 'd["length"] == 20 and d["rmse"] < 0.6'
finish
