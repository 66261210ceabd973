#!/bin/bash
# TAP: item convert: versions, losses, where the item goes, and what goes wrong there.
. "$BV_SOURCE/tests/cli/tap.sh"
vectors=$BV_SOURCE/tests/vectors/itembank
old=$vectors/upgrade/good-2.1.xml
new=$vectors/items/choice-single.xml
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

exits 0 'to 3.0, on standard output' "$bv" item convert "$old"
says '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'
says 'good-2.1.xml:42: lost: <script> is not in QTI 3.0'
exits 0 'to a file' "$bv" item convert --out "$tmp/3.xml" "$old"
exits 0 'which can be checked' "$bv" item check "$tmp/3.xml"
exits 0 'a second time' "$bv" item convert --out "$tmp/again.xml" "$tmp/3.xml"
cmp -s "$tmp/3.xml" "$tmp/again.xml"; ok $? '  changes nothing'
exits 0 'to 2.2' "$bv" item convert --to 2.2 --out "$tmp/22.xml" "$old"
grep -q '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2"' "$tmp/22.xml"; ok $? '  in its namespace'
"$bv" item score "$old" --responses <(echo '{"TEXT":{"base":{"string":"Ctrl"}}}') >"$tmp/before.json"
"$bv" item score "$tmp/3.xml" --responses <(echo '{"TEXT":{"base":{"string":"Ctrl"}}}') >"$tmp/after.json"
cmp -s "$tmp/before.json" "$tmp/after.json"; ok $? 'the same outcomes'
exits 0 '3.0 stays what it is' "$bv" item convert --out "$tmp/same.xml" "$new"
cmp -s "$new" "$tmp/same.xml"; ok $? '  byte by byte'
exits 0 'from standard input' bash -c "'$bv' item convert - <'$old' >'$tmp/in.xml'"
cmp -s "$tmp/in.xml" "$tmp/3.xml"; ok $? '  the same'
exits 0 'JSON' "$bv" item convert --json --out "$tmp/json.xml" "$old"
json 'd["version"] == "3.0" and d["losses"][0]["line"] == 42 and "script" in d["losses"][0]["message"]'

exits 64 'JSON without a file' "$bv" item convert --json "$old"
exits 64 'to 2.1' "$bv" item convert --to 2.1 "$old"
says '3.0 or 2.2'
exits 64 'two files' "$bv" item convert "$old" "$new"
exits 2 'no item' "$bv" item convert "$BV_SOURCE/itembank/sample/imsmanifest.xml"
exits 2 'no file' "$bv" item convert "$tmp/none.xml"
head -c 700 "$old" >"$tmp/cut.xml"
exits 2 'half a file' "$bv" item convert --out "$tmp/cut-3.xml" "$tmp/cut.xml"
[ ! -e "$tmp/cut-3.xml" ]; ok $? '  and nothing is written'
exits 2 'a file that is there' "$bv" item convert --out "$tmp/3.xml" "$new"
cmp -s "$tmp/3.xml" "$tmp/again.xml"; ok $? '  stays'
exits 0 'unless --force' "$bv" item convert --force --out "$tmp/3.xml" "$new"
cmp -s "$tmp/3.xml" "$new"; ok $? '  replaces it'
exits 2 'a folder that is not there' "$bv" item convert --out "$tmp/none/3.xml" "$old"
if [ -c /dev/full ]; then
	exits 3 'a full disk' bash -c "'$bv' item convert '$old' >/dev/full"
	says 'No space left'
fi
finish
