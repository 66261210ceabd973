#!/bin/bash
# TAP: bangvang simulate sessions with each rule of selection: adaptive choice serves abilities better than the nearest difficulty, and what is refused.
. "$BV_SOURCE/tests/cli/tap.sh"
cd "$BV_SOURCE" || exit 1

sit() { "$bv" simulate sessions --items assembly/sample/bank.csv --candidates 200 --length 15 --json --rule "$@"; }
for rule in mfi mpwi mlwi klp kl gdi gdip mei mepv mepv-at progressive b peak; do
	exits 0 "$rule sits" sit $rule
	python3 - "$out" $rule <<'P'
import json, sys
d, rule = json.loads(sys.argv[1]), sys.argv[2]
assert d['rule'] == rule and abs(d['bias']) < 0.1 and d['rmse'] < (0.45 if rule not in ('b', 'peak', 'progressive') else 0.6), d
P
	ok $? "$rule: abilities come back with little error"
done
# Chances of exposure as fixed data: tuned, then held by candidates who were not there.
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chances() { "$bv" simulate sessions --items assembly/sample/bank.csv --length 10 --json "$@"; }
exits 0 'chances are tuned' chances --exposure 0.3 --candidates 1000 --rounds 16 --write-chances "$dir/chances.json"
exits 0 'and hold' chances --chances "$dir/chances.json" --candidates 10000 --seed "$(printf other | sha256sum | cut -d' ' -f1)"
json '0.2 < d["exposureMax"] < 0.33'
exits 0 'without them' chances --candidates 1000
json 'd["exposureMax"] == 1'
exits 64 'both' chances --exposure 0.3 --chances "$dir/chances.json" --write-chances "$dir/more.json"
exits 64 'no cap to tune for' chances --write-chances "$dir/more.json"
exits 64 'a cap that is counted, too' chances --exposure 0.3 --chances "$dir/chances.json"
exits 64 'no rounds' chances --exposure 0.3 --rounds 0 --write-chances "$dir/more.json"
exits 2 'chances that are none' chances --chances assembly/sample/one.json
exits 64 'a rule that is none' sit most
says '--rule is mfi'
finish
