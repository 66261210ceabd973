#!/bin/bash
# TAP: bank convert: every format, what it prints and writes, the schema (where it is), and bank import of the result.
set -u
bv=$BV_BUILD/tools/cli/bangvang
vectors=$BV_SOURCE/tests/vectors/itembank/convert
xsd=${BV_REF:-$BV_SOURCE/../shared/ref}/qti/xsd/imsqti_asiv3p0p1_v1p0.xsd
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0
bad=0
ok() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; sed 's/^/# /' <<<"$out" | head -5; bad=1; fi
}
exits() { # STATUS NAME COMMAND…
	local want=$1 name=$2
	shift 2
	out=$("$@" 2>&1 </dev/null)
	[ $? -eq "$want" ]
	ok $? "$name"
}
says() { grep -qF -- "$1" <<<"$out"; ok $? "  and says: $1"; }

exits 0 'Moodle XML' "$bv" bank convert --format moodle --out "$tmp/moodle" --prefix moodle "$vectors/good-moodle.xml"
says '14 questions: 13 items written, 0 refused; 7 losses'
exits 0 'GIFT' "$bv" bank convert --format gift --out "$tmp/gift" --prefix gift "$vectors/good.gift"
says '11 questions: 11 items written, 0 refused; 1 losses'
exits 0 'Aiken' "$bv" bank convert --format aiken --out "$tmp/aiken" --prefix aiken "$vectors/good.aiken"
exits 0 'a sheet from Excel' "$bv" bank convert --format csv --out "$tmp/csv" --prefix csv "$vectors/excel.csv"
says "excel.csv:1: lost: column 'Người soạn' is not read"
exits 0 'four statements' "$bv" bank convert --format vn4 --steps 0.1,0.25,0.5,1 --out "$tmp/vn4" --prefix vn4 "$vectors/vn4.csv"
exits 0 'all of them are good items' "$bv" item check --lint "$tmp"
says ' 0 errors, 0 warnings'
printf 'a\xef\xbf\xbfb &#xFFFE;? {=A ~B}\n' >"$tmp/noncharacter.gift"
exits 0 'what is no character of XML' "$bv" bank convert --format gift --out "$tmp/noncharacter" "$tmp/noncharacter.gift"
says '1 items written, 0 refused'
exits 0 'and can be imported' "$bv" bank import --bank "$tmp/bank.db" "$tmp/moodle" "$tmp/gift" "$tmp/aiken" "$tmp/csv" "$tmp/vn4"

exits 2 'refused questions' "$bv" bank convert --format gift --out "$tmp/bad" "$vectors/bad.gift"
says 'bad.gift:1: refused: "một": not converted: a description'
says '14 questions: 2 items written, 12 refused; 6 losses'
exits 2 'the same as JSON' "$bv" bank convert --json --format gift --out "$tmp/json" "$vectors/bad.gift"
python3 -c 'import json,sys; d=json.loads(sys.argv[1]); sys.exit(0 if d["refused"]==12 and len(d["report"])==18 and len(d["converted"])==2 else 1)' "$out"
ok $? '  and it is all in the document'
exits 2 'not UTF-8' "$bv" bank convert --format csv --out "$tmp/enc" "$vectors/bad-encoding.csv"
says 'bad-encoding.csv:2: this is not UTF-8: save the file again'
exits 2 'files that are there are not replaced' "$bv" bank convert --format aiken --out "$tmp/aiken" --prefix aiken "$vectors/good.aiken"
exits 0 'several files' "$bv" bank convert --format aiken --out "$tmp/two" "$vectors/good.aiken" "$vectors/good.aiken"
[ -f "$tmp/two/Q1-0001.xml" ] && [ -f "$tmp/two/Q2-0002.xml" ]
ok $? '  have identifiers of their own'
exits 64 'an unknown format' "$bv" bank convert --format word --out "$tmp/x" "$vectors/good.gift"
exits 64 'statements without steps' "$bv" bank convert --format vn4 --out "$tmp/x" "$vectors/vn4.csv"
exits 64 'steps that are none' "$bv" bank convert --format vn4 --steps một --out "$tmp/x" "$vectors/vn4.csv"
exits 2 'steps that fall' "$bv" bank convert --format vn4 --steps 1,0.5 --out "$tmp/x" "$vectors/vn4.csv"
exits 2 'a prefix that is no name' "$bv" bank convert --format gift --prefix 'a b' --out "$tmp/x" "$vectors/good.gift"
exits 2 'no such file' "$bv" bank convert --format gift --out "$tmp/x" "$tmp/none"
says 'No such file'
[ ! -e "$tmp/x/imsmanifest.xml" ]; ok $? '  and nothing is in the folder'
exits 2 'files among which some cannot be read' "$bv" bank convert --format aiken --out "$tmp/some" "$tmp/none" "$vectors/good.aiken" "$vectors/bad-encoding.csv" "$tmp" "$vectors/good.aiken"
says "$tmp/none: open: No such file"
says 'bad-encoding.csv:2: this is not UTF-8'
says '; 3 files not read'
[ -f "$tmp/some/Q2-0001.xml" ] && [ -f "$tmp/some/Q5-0001.xml" ] && [ "$(grep -c imsqti_item "$tmp/some/imsmanifest.xml")" = "$(ls "$tmp/some" | grep -c '^Q')" ]
ok $? '  the others are converted, and in the manifest'
exits 2 'as JSON' "$bv" bank convert --json --format aiken --out "$tmp/some2" "$tmp/none" "$vectors/good.aiken"
python3 -c 'import json,sys; d=json.loads(sys.argv[1]); sys.exit(0 if d["unread"]==1 and d["items"]>0 and [r["severity"] for r in d["report"]].count("unread")==1 else 1)' "$out"
ok $? '  in the document'
exits 2 'a folder with such items stops all of it' "$bv" bank convert --format aiken --out "$tmp/some" "$vectors/good.aiken" "$vectors/good.aiken" "$tmp/none"
says 'Q2-0001.xml'

if [ -f "$xsd" ] && command -v xmllint >/dev/null; then
	out=$(find "$tmp" -name '*.xml' ! -name imsmanifest.xml -print0 | xargs -0 xmllint --nonet --noout --schema "$xsd" 2>&1 | grep -v ' validates$')
	[ -z "$out" ]
	ok $? 'every item written is valid against the schema of QTI 3.0.1'
else
	n=$((n + 1))
	echo "ok $n # SKIP the schemas of QTI 3.0.1, or xmllint, are not here"
fi
exits 0 'calculated questions become templates' "$bv" bank convert --format moodle --out "$tmp/calculated" --prefix calc "$vectors/calculated-moodle.xml"
exits 0 '  whose items pass the check' "$bv" item check "$tmp/calculated"
mkdir "$tmp/media" && cat >"$tmp/media.xml" <<'X'
<quiz><question type="truefalse"><name><text>a</text></name><questiontext format="html"><text><![CDATA[<p>a <img src="@@PLUGINFILE@@/o%20c%C6%B0ng.png" alt="b"></p>]]></text>
<file name="o cưng.png" path="/" encoding="base64">iVBORw0KGgo=</file></questiontext><answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question>
<question type="truefalse"><name><text>b</text></name><questiontext format="html"><text><![CDATA[<img src="data:image/png;base64,iVBORw0KGgo=" alt="c">]]></text></questiontext>
<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question></quiz>
X
exits 0 'images' "$bv" bank convert --format moodle --out "$tmp/images" "$tmp/media.xml"
says '2 items written, 0 refused; 0 losses'
[ "$(ls "$tmp/images/media")" = 4c4b6a3be1314ab86138bef4314dde02.png ]; ok $? '  are files, the same one once'
printf '\x89PNG\r\n\x1a\n' | cmp -s - "$tmp/images/media/4c4b6a3be1314ab86138bef4314dde02.png"; ok $? '  with their bytes'
[ "$(cat "$tmp"/images/*.xml | grep -c 'src="media/4c4b6a3be1314ab86138bef4314dde02.png"')" -eq 2 ]; ok $? '  that both items refer to'
[ "$(grep -c '<file href="media/4c4b6a3be1314ab86138bef4314dde02.png"/>' "$tmp/images/imsmanifest.xml")" -eq 2 ]; ok $? '  and the manifest lists'
echo "1..$n"
exit $bad
