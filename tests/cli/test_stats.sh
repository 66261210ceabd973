#!/bin/bash
# TAP: bank stats on the sample bank, and on one with a twin.
. "$BV_SOURCE/tests/cli/tap.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
bp=$BV_SOURCE/engine/sample/vn-basic-40.xml
"$bv" bank import --bank bank.db "$BV_SOURCE/itembank/sample" >/dev/null
ok $? 'the sample bank is imported'
items=$("$bv" bank list --bank bank.db --language vi --count)

stats() { "$bv" bank stats --bank bank.db "$@"; }
exits 0 'stats' stats
says 'IU01'
says 'thong-hieu'
says 'chi-square'
says '0 pairs of items share at least 60 %'
exits 0 'of one language, as JSON' stats --language vi --json
json "d['items'] == $items == sum(r['items'] for r in d['competence']) == sum(r['items'] for r in d['kind']) == d['language'][0]['items']"
json 'all(r["items"] == sum(r["levels"].values()) for a in ("competence", "difficulty", "kind", "language") for r in d[a])'
json 'sum(r["items"] for r in d["accessibility"]) == d["items"] and {r["name"]: r["keyboard"] for r in d["accessibility"]}.get("pointer", 0) == 0'
json 'all(r["screenReader"] <= r["keyboard"] <= r["items"] for a in ("competence", "accessibility") for r in d[a])'
json 'sum(r["screenReader"] for r in d["kind"]) == sum(r["items"] for r in d["accessibility"] if r["name"] == "screen-reader") > 100'
json 'd["alternatives"]["described"] <= d["alternatives"]["images"] and d["alternatives"]["withAlternative"] <= d["alternatives"]["recordings"]'
json '"blueprint" not in d and d["similar"] == [] and d["similarMore"] is False and any(k["choices"] == 4 and len(k["places"]) == 4 for k in d["keys"])'
exits 0 'of a blueprint' stats --blueprint "$bp" --candidates 4000
says 'blueprint vn-basic-40, 4000 candidates'
says 'all by'
exits 0 'of a blueprint, as JSON' stats --blueprint "$bp" --candidates 4000 --json
json 'd["blueprint"]["candidates"] == 4000 and len(d["blueprint"]["strata"]) == 12'
json 'all(abs(s["timesSeen"] - 4000 * s["needs"] / s["has"]) < 1e-6 and s["collusionAll"] >= s["has"] / s["needs"] for s in d["blueprint"]["strata"])'
json 'all(s["lacks"] == 0 and s["lacksForRatio"] == max(0, 20 * s["needs"] - s["has"]) for s in d["blueprint"]["strata"])'
sed -E 's/(id="IU02-lt".*)count="4"/\1count="24"/' "$bp" >greedy.xml
exits 0 'a blueprint that asks for too much is told, not refused' stats --blueprint greedy.xml
says 'short: no exam can be drawn'
exits 0 'as JSON' stats --blueprint greedy.xml --json
json '[s["lacks"] == 24 - s["has"] > 0 and "collusionAll" not in s for s in d["blueprint"]["strata"] if s["id"] == "IU02-lt"] == [True]'

# A translation that is older than its original: counted, and named when it is frozen.
json 'd["stale"] == 0'
sed -E 's/id="vn-basic-40"/id="en-basic"/; s/language="vi"/language="en"/; s/count="[0-9]+"/count="1"/g' "$bp" >en.xml
exits 0 'an English pool' "$bv" bank freeze --bank bank.db --blueprint en.xml --out frozen-1
! grep -q 'older than' <<<"$out"
ok $? 'has nothing stale'
english=$(ls "$BV_SOURCE"/itembank/sample/iu01/*.en.xml | head -1)
original=${english%.en.xml}.xml
id=$(basename "$original" .xml)
sed 's/title="/title="Mới: /' "$original" >changed.xml
exits 0 'an original changes' "$bv" bank import --bank bank.db changed.xml
exits 0 'stats' stats
says '1 of them translations that are older than their original'
exits 0 'as JSON' stats --language en --json
json 'd["stale"] == 1'
exits 0 'the list' "$bv" bank list --bank bank.db --stale --json
json "[(i['identifier'], i['language'], i['stale']) for i in d['items']] == [('$id', 'en', True)]"
exits 0 'frozen all the same' "$bv" bank freeze --bank bank.db --blueprint en.xml --out frozen-2
says "warning: $id/en is a translation that is older than its original"
exits 0 'confirmed' "$bv" bank confirm-translation --bank bank.db "$id" --language en --who 'Trần Thị Mẫu'
says "$id/en: the translation is up to date"
exits 0 'the list' "$bv" bank list --bank bank.db --stale --count
[ "$out" = 0 ]
ok $? 'is empty'
exits 2 'an original is not confirmed' "$bv" bank confirm-translation --bank bank.db "$id" --language vi
says 'is an original'
exits 64 'a range that is none' "$bv" bank list --bank bank.db --difficulty 4..2
exits 64 'another' "$bv" bank list --bank bank.db --b ..
exits 0 'ranges' "$bv" bank list --bank bank.db --difficulty 4.. --b -10..10 --used 0 --sort difficulty --json
json 'len(d["items"]) > 5 and all(i["difficultyStep"] >= 4 for i in d["items"]) and [i["b"] for i in d["items"]] == sorted(i["b"] for i in d["items"])'
exits 2 'an author that is not there' "$bv" bank list --bank bank.db --author 'Nobody'
says "no item has the author 'Nobody'"
exits 0 'stats' stats --json

sed 's/identifier="IU01-001"/identifier="TWIN-1"/' "$BV_SOURCE/itembank/sample/iu01/IU01-001.xml" >twin.xml
"$bv" bank import --bank bank.db twin.xml >/dev/null
exits 0 'a twin' stats
says '100 %  IU01-001  TWIN-1  (vi)'
exits 0 'a lower threshold finds no less' stats --similar 20 --json
json 'any(p["a"] == "IU01-001" and p["b"] == "TWIN-1" and p["percent"] == 100 for p in d["similar"]) and all(p["percent"] >= 20 for p in d["similar"])'

exits 64 'no bank' "$bv" bank stats
exits 64 'similar by nothing' stats --similar 0
exits 64 'more than all' stats --similar 101
exits 64 'candidates that are no number' stats --candidates many
exits 2 'a bank that is not there' "$bv" bank stats --bank none.db
exits 2 'a blueprint that is none' stats --blueprint twin.xml
says 'twin.xml:'
finish
