#!/bin/bash
# TAP: bangvang calibrate --area: items of correlated areas together, their set, and what reads it.
. "$BV_SOURCE/tests/cli/tap.sh"
cd "$BV_SOURCE" || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# 600 persons on five items of each of two areas whose abilities share four fifths; the columns are mixed.
awk 'function normal() { return rand() + rand() + rand() + rand() + rand() + rand() + rand() + rand() + rand() + rand() + rand() + rand() - 6 }
	BEGIN { srand(11); print "id,VB1,CN1,VB2,CN2,VB3,CN3,VB4,CN4,VB5,CN5"; for (p = 1; p <= 600; p++) { u = normal(); a = 0.8 * u + 0.6 * normal(); row = "p" p
	for (i = 0; i < 5; i++) row = row "," (rand() < 1 / (1 + exp(-1.3 * u - (2 - i) / 2))) "," (i == 2 && p % 9 == 0 ? "" : (rand() < 1 / (1 + exp(-1.3 * a - (2 - i) / 2)))); print row } }' >"$tmp/two.csv"
exits 0 'two areas' "$bv" calibrate --area vanban=VB --area congnghe=CN --out "$tmp/set.json" "$tmp/two.csv"
says 'area vanban: variance 1.0000'
says 'correlation with vanban 0.'
exits 0 'as JSON' "$bv" calibrate --area vanban=VB --area congnghe=CN --json "$tmp/two.csv"
json 'd["format"] == "bangvang-irt-areas-1" and [a["name"] for a in d["areas"]] == ["vanban", "congnghe"] and abs(d["correlations"][0][1] - 0.8) < 3 * d["correlationErrors"][0][1] < 0.3'
json 'all(i["area"] == ("vanban" if i["name"][:2] == "VB" else "congnghe") for i in d["items"]) and len(d["items"]) == 10 and d["settings"]["nodes"] == 61'
json 'all(0.3 < a["reliability"] < 0.9 for a in d["areas"]) and abs(d["adaptiveLogLikelihood"] - d["fit"]["logLikelihood"]) < 0.5'
first=$out
exits 0 'on three threads' "$bv" calibrate --area vanban=VB --area congnghe=CN --json --threads 3 "$tmp/two.csv"
[ "$first" = "$out" ]
ok $? '  the same bytes'
head -n 21 "$tmp/two.csv" >"$tmp/few.csv"
exits 0 'abilities by the set' "$bv" rate marks --set "$tmp/set.json" --json "$tmp/few.csv"
json 'd["areas"] == ["vanban", "congnghe"] and len(d["persons"]) == 20 and 0.5 < d["covariance"][1] < 1 and d["covariance"][0] == 1'
exits 0 'plausible values by it' "$bv" rate marks --set "$tmp/set.json" --plausible 2 "$tmp/two.csv"
says 'id,pv1_vanban,pv1_congnghe,pv2_vanban,pv2_congnghe'
exits 64 'areas of its own and others' "$bv" rate marks --set "$tmp/set.json" --area x=VB "$tmp/two.csv"
says 'the set has areas of its own'
exits 64 'cut scores of one ability' "$bv" rate marks --set "$tmp/set.json" --cuts 0 "$tmp/two.csv"
for command in "link $tmp/set.json $tmp/set.json" "equate $tmp/set.json $tmp/set.json" "calibrate --fixed $tmp/set.json $tmp/two.csv"; do
	# shellcheck disable=SC2086 # words
	exits 2 "${command%% *} reads one ability" "$bv" $command
	says 'the set is of several areas'
done
sed 's/"vanban"/"congnghe"/' "$tmp/set.json" >"$tmp/changed.json"
exits 1 'a set that was changed' "$bv" rate marks --set "$tmp/changed.json" "$tmp/two.csv"
says 'do not have the hash'
exits 64 'an item in no area' "$bv" calibrate --area vanban=VB "$tmp/two.csv"
says "item 'CN1' is in no area"
exits 64 'an item in two' "$bv" calibrate --area a=V --area b=VB --area c=CN "$tmp/two.csv"
says "item 'VB1' would be in two areas"
exits 64 'an area without items' "$bv" calibrate --area a=VB --area b=CN --area c=X "$tmp/two.csv"
says "no item begins with 'X'"
exits 64 'a name twice' "$bv" calibrate --area a=VB --area a=CN "$tmp/two.csv"
says "'a' is there twice"
exits 64 'no name' "$bv" calibrate --area =VB --area b=CN "$tmp/two.csv"
exits 64 'seven areas' "$bv" calibrate --area a=VB1 --area b=VB2 --area c=VB3 --area d=VB4 --area e=VB5 --area f=CN1 --area g=CN2 "$tmp/two.csv"
says 'more than 6 areas'
exits 64 'with --fit' "$bv" calibrate --fit --area a=VB --area b=CN "$tmp/two.csv"
exits 2 'a product that is too large' "$bv" calibrate --nodes 121 --area a=VB1 --area b=VB2 --area c=VB3 --area d=VB4 --area e=VB5 --area f=CN "$tmp/two.csv"
says 'fewer, as 13'
awk 'NR == 1 { print $0 ",group"; next } { print $0 "," NR % 2 }' "$tmp/two.csv" >"$tmp/groups.csv"
exits 2 'two groups' "$bv" calibrate --area a=VB --area b=CN "$tmp/groups.csv"
says 'in one group'
head -n 2 "$tmp/two.csv" >"$tmp/one.csv"
exits 2 'one person' "$bv" calibrate --area a=VB --area b=CN "$tmp/one.csv"
says 'no item has answers with different marks'
exits 0 'one area is one ability' "$bv" calibrate --area all=V --json <(cut -d, -f2,4,6,8,10 "$tmp/two.csv")
json 'd["format"] == "bangvang-irt-1"'
finish
