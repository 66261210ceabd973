#!/bin/bash
# TAP: bangvang rate marks with cut scores: levels and their probabilities, the borderline report, accuracy and consistency, and what is refused.
. "$BV_SOURCE/tests/cli/tap.sh"
cd "$BV_SOURCE" || exit 1
marks=scoring/irt/sample/marks.csv
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

head -n 121 $marks >"$tmp/some.csv"
exits 0 'a set' "$bv" calibrate --out "$tmp/set.json" $marks
rate() { "$bv" rate marks --set "$tmp/set.json" "$@"; }
exits 0 'levels by cut scores' rate --cuts -0.5,0.8 $marks
says 'id,theta,se,se_expected,answers,bound,several,level,p_below,p_1,p_2'
python3 - "$out" <<'P'
import csv, io, sys
rows = list(csv.DictReader(io.StringIO(sys.argv[1])))
for r in rows:
    t, p = float(r['theta']), [float(r[k]) for k in ('p_below', 'p_1', 'p_2')]
    assert abs(sum(p) - 1) < 2e-6 and r['level'] == ('2' if t >= 0.8 else '1' if t >= -0.5 else ''), r
assert len(rows) == 400 and len({r['level'] for r in rows}) == 3
P
ok $? '  the level is that of the estimate, the probabilities sum to 1'
exits 0 'levels by a rule pack' rate --rules rules/vn-irt-bands.xml --json "$tmp/some.csv"
json 'len(d) == 120 and all(r["decision"] == "incomplete" and r["level"] is None and not r["measured"] and len(r["probabilities"]) == 7 for r in d)'
sed 's/least-items="20" most-se-milli="600"/least-items="1"/' rules/vn-irt-bands.xml >"$tmp/few.xml"
exits 0 'a pack that asks for few items' rate --rules "$tmp/few.xml" --json "$tmp/some.csv"
json 'all((r["decision"] == "passed") == (r["level"] in ("3", "4", "5", "6")) for r in d if r["measured"]) and {r["decision"] for r in d} == {"passed", "failed"} and \
	all((sum(p["probability"] for p in r["probabilities"][3:]) >= 0.5) == (r["decision"] == "passed") for r in d if r["measured"])'

exits 0 'the borderline report' rate --cuts -0.5,0.8 --borderline 90 --json "$tmp/some.csv"
report=$("$bv" rate marks --set "$tmp/set.json" --cuts -0.5,0.8 --borderline 90 --json "$tmp/some.csv" 2>/dev/null)
all=$("$bv" rate marks --set "$tmp/set.json" --cuts -0.5,0.8 --json "$tmp/some.csv")
python3 - "$report" "$all" <<'P'
import json, sys
listed, everybody = map(json.loads, sys.argv[1:])
def sure(r): # the least sure of the cuts beside the level
    p = [q['probability'] for q in r['probabilities']]
    level = int(r['level'] or 0)
    return min([sum(p[level:])] * (level > 0) + [sum(p[:level + 1])] * (level < 2))
want = sorted((r for r in everybody if sure(r) < 0.9), key=sure)
assert [r['id'] for r in listed] == [r['id'] for r in want] and 20 < len(listed) < 110
assert all(abs(r['sure'] - sure(r)) < 1e-12 and r['cut'] in (-0.5, 0.8) for r in listed)
P
ok $? '  lists the least sure first, and nobody else'
out=$("$bv" rate marks --set "$tmp/set.json" --cuts -0.5,0.8 --borderline 50.01 $marks 2>/dev/null | tail -n +2 | wc -l)
[ "$out" -lt 20 ]
ok $? '  hardly anybody is less sure than 50.01 %'

exits 0 'accuracy' rate --cuts -0.5,0.8 --accuracy --json $marks
json 'len(d["classification"]) == 9 and all(0.6 < r["accuracy"] < 0.95 and r["kappa"] < r["consistency"] < r["accuracy"] for r in d["classification"])'
json '[r["cuts"] for r in d["classification"] if r["method"] == "lee"] == [[7], [11], [7, 11]] and d["marks"]["persons"] == 105'
json 'all(abs(r["belowRight"] + r["aboveRight"] - r["accuracy"]) < 1e-12 and abs(r["sensitivity"] + r["specificity"] - 1 - r["youden"]) < 1e-12 and 0.5 < r["positivePredictive"] < 1 for r in d["classification"] if len(r["cuts"]) == 1)'
json 'all("sensitivity" not in r for r in d["classification"] if len(r["cuts"]) == 2)'
exits 0 'other sums' rate --cuts -0.5,0.8 --sum-cuts 6,12 --accuracy $marks
says 'livingston-lewis,6 12,'
(head -n 1 $marks; tail -n +2 $marks | awk -F, -v OFS=, '{ $3 = ""; print }') >"$tmp/none.csv"
exits 0 'without anybody who answered every item' rate --cuts -0.5 --accuracy "$tmp/none.csv"
says 'left out: Livingston and Lewis need'
exits 0 'areas that are one: a message, and scores' rate --area theory=T --area practice=E "$tmp/some.csv"
says 'had not settled after 500 steps'
out=$("$bv" rate marks --set "$tmp/set.json" --area theory=T --area practice=E --json "$tmp/some.csv" 2>/dev/null)
json 'd["areas"] == ["theory", "practice"] and len(d["persons"]) == 120 and d["covariance"][1] == d["covariance"][2] > 0 and all(len(p["theta"]) == 2 for p in d["persons"])'
first=$("$bv" rate marks --set "$tmp/set.json" --area theory=T --area practice=E --plausible 3 "$tmp/some.csv" 2>/dev/null)
exits 0 'plausible values on three threads' rate --threads 3 --area theory=T --area practice=E --plausible 3 "$tmp/some.csv"
says 'id,pv1_theory,pv1_practice,pv2_theory'
[ "$first" = "$("$bv" rate marks --set "$tmp/set.json" --threads 3 --area theory=T --area practice=E --plausible 3 "$tmp/some.csv" 2>/dev/null)" ]
ok $? '  the same bytes'
exits 0 'of one ability, with a seed' rate --plausible 100 --seed "$(printf '%064d' 1)" "$tmp/some.csv"
says 'pv100_theta'
refuse() { # STATUS NAME MESSAGE OPTION…
	local status=$1 name=$2 message=$3
	shift 3
	exits "$status" "$name" rate "$@" $marks
	says "$message"
}
refuse 64 'no cut score' 'need the cut scores' --accuracy
refuse 64 'both kinds of cut scores' 'give one of them' --cuts 1 --rules rules/vn-irt-bands.xml
refuse 64 'two reports' 'give one of them' --cuts 1 --accuracy --borderline 90
refuse 64 'a borderline of 50' 'not a percentage above 50' --cuts 1 --borderline 50
refuse 64 'a borderline of 100' 'not a percentage above 50' --cuts 1 --borderline 100
refuse 64 'cut scores that fall' "must rise, '-1' does not" --cuts 0,-1
refuse 64 'a cut score at the end' 'not a number between -6 and 6' --cuts 6
refuse 0 'a cut score short of the end' '' --cuts 5.999
refuse 64 'a word' "'high' is not a number" --cuts high
refuse 64 '33 cut scores' 'more than 32' --cuts "$(seq -s, -3.2 0.1 0)"
refuse 0 '32 cut scores' '' --cuts "$(seq -s, -3.1 0.1 0)"
refuse 64 'too few sums' 'as many whole numbers' --cuts 0,1 --accuracy --sum-cuts 7
refuse 64 'too many sums' 'as many whole numbers' --cuts 0 --accuracy --sum-cuts 7,8
refuse 64 'sums that fall' 'sums must rise' --cuts 0,1 --accuracy --sum-cuts 8,7
refuse 64 'a sum above the marks' 'from 1 to 16' --cuts 0 --accuracy --sum-cuts 17
refuse 64 'more plausible values' 'at most 100' --plausible 101
refuse 2 'an item without an area' "item 'E01' is in no area" --area theory=T
refuse 2 'an item in two areas' 'would be in two areas' --area a=T --area b=T0 --area c=E
refuse 2 'an area without items' "begins with 'X'" --area a=X
refuse 64 'areas with levels' 'no cut scores' --area a=T --cuts 0
refuse 2 'a pack by parts' 'decides by marks of parts' --rules rules/vn-17-2016.xml
finish
