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
exits 64 'a rule that is none' sit most
says '--rule is mfi'
finish
