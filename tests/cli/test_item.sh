#!/bin/bash
# TAP: item check, item score, item eval; good, bad, hostile, huge and empty files, and the exit statuses.
. "$BV_SOURCE/tests/cli/tap.sh"
vectors=$BV_SOURCE/tests/vectors/itembank
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

item=$vectors/items/choice-single.xml
mkdir "$tmp/links" && ln -s "$item" "$tmp/links/link.xml"
exits 0 'a good item' "$bv" item check "$item"
says '1 item, 0 errors, 0 warnings'
exits 0 'several' "$bv" item check "$item" "$vectors/items/match.xml"
says '2 items, 0 errors'
exits 2 'a bad one among good ones' "$bv" item check "$item" "$vectors/items/bad-slider.xml"
says 'bad-slider.xml:11: error: slider interaction: response'
says '2 items, 1 error,'
exits 0 'a folder with a manifest in it' "$bv" item check --lint "$BV_SOURCE/itembank/sample"
says '404 items, 0 errors, 4 warnings'
exits 2 'a manifest that is named' "$bv" item check "$BV_SOURCE/itembank/sample/imsmanifest.xml"
says 'is not one of QTI'
exits 2 'a folder of bad items' "$bv" item check "$vectors/items"
exits 2 'an error of the lint' "$bv" item check --lint "$vectors/lint/bad-no-key.xml"
says '[no-key]'
exits 0 'is none without --lint' "$bv" item check "$vectors/lint/bad-no-key.xml"
exits 0 'a warning of the lint' "$bv" item check --lint "$vectors/lint/bad-negative-stem.xml"
says 'warning: '
exits 2 'a file that is not there' "$bv" item check "$tmp/none.xml"
exits 2 'a link, which is not followed' "$bv" item check "$tmp/links"
says '[bad-file-reference]'
exits 64 'no file' "$bv" item check
exits 0 'all rules' "$bv" item check --ids
says 'undeclared-variable '
says 'biến chưa được khai báo'
out=$("$bv" item check --ids --json)
json 'len(d["rules"]) > 90 and all(r["rule"] and r["group"] and r["en"] and r["vi"] for r in d["rules"])'
exits 64 'all rules of a file' "$bv" item check --ids "$item"
exits 0 'JSON' "$bv" item check --lint --json "$vectors/lint/bad-missing-title.xml"
json 'd["files"] == 1 and d["errors"] == 0 and d["diagnostics"][0]["rule"] == "missing-title" and d["diagnostics"][0]["line"] == 2'
out=$("$bv" item check --json "$vectors/items/bad-unclosed.xml" 2>/dev/null)
json 'd["errors"] == 1 and d["diagnostics"][0]["severity"] == "error" and d["diagnostics"][0]["rule"] == "not-well-formed"'

: >"$tmp/empty.xml"
exits 2 'an empty file' "$bv" item check "$tmp/empty.xml"
printf 'not XML' >"$tmp/text.xml"
exits 2 'a file that is not XML' "$bv" item check "$tmp/text.xml"
head -c 40 /dev/urandom >"$tmp/noise.xml"
exits 2 'noise' "$bv" item check "$tmp/noise.xml"
exits 2 'a DOCTYPE' "$bv" item check "$vectors/items/bad-doctype.xml"
says 'bad-doctype.xml:2: error: '
says 'DOCTYPE'
exits 2 'a DOCTYPE, scored' "$bv" item score "$vectors/items/bad-doctype.xml"
printf '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<x>&a;</x>' >"$tmp/xxe.xml"
exits 2 'an external entity' "$bv" item eval "$tmp/xxe.xml"
grep -q root: <<<"$out"
[ $? -ne 0 ]
ok $? '  and nothing of it is shown'
{ head -c -40 "$item"; head -c 1100000 /dev/zero | tr '\0' ' '; tail -c 40 "$item"; } >"$tmp/huge.xml"
exits 2 'more than a megabyte' "$bv" item check "$tmp/huge.xml"
exits 2 'more than a megabyte, scored' "$bv" item score "$tmp/huge.xml"
says 'larger than 1048576 bytes'
head -c 9000000 /dev/zero >"$tmp/zeros.xml"
exits 2 'nine megabytes of zeros' "$bv" item check "$tmp/zeros.xml" "$item"
says '2 items, 1 error'

exits 0 'score without responses' "$bv" item score --json "$item"
json 'd == {"outcomes": {"SCORE": {"cardinality": "single", "baseType": "float", "value": {"base": {"float": 0.0}}},
	"completionStatus": {"cardinality": "single", "baseType": "identifier", "value": {"base": {"identifier": "unknown"}}}}}'
echo '{"RESPONSE":{"base":{"identifier":"A"}}}' >"$tmp/a.json"
exits 0 'score a right response' "$bv" item score "$item" --responses "$tmp/a.json"
json 'd["outcomes"]["SCORE"]["value"] == {"base": {"float": 1}}'
out=$("$bv" item score --json --responses - "$item" <"$tmp/a.json")
json 'd["outcomes"]["SCORE"]["value"] == {"base": {"float": 1}}'
echo '{"RESPONSE":{"base":{"identifier":"Z"}}}' >"$tmp/z.json"
exits 2 'an illegal identifier' "$bv" item score "$item" --responses "$tmp/z.json"
says "response 'RESPONSE': 'Z' is not a choice"
[ -z "$("$bv" item score "$item" --responses "$tmp/z.json" 2>/dev/null)" ]
ok $? '  and prints nothing on standard output'
echo '{"OTHER":{"base":null}}' >"$tmp/other.json"
exits 2 'a response that is not declared' "$bv" item score "$item" --responses "$tmp/other.json"
says "no response 'OTHER'"
echo '{"RESPONSE":' >"$tmp/cut.json"
exits 2 'responses cut off' "$bv" item score "$item" --responses "$tmp/cut.json"
says 'cut.json:'
exits 2 'no such responses' "$bv" item score "$item" --responses "$tmp/none.json"
echo '{"RESPONSE":{"list":{"identifier":["B"]}}}' >"$tmp/b.json"
exits 0 'an incomplete response scores' "$bv" item score "$vectors/items/order.xml" --responses "$tmp/b.json"
exits 2 'but is not valid' "$bv" item score "$vectors/items/order.xml" --responses "$tmp/b.json" --validate
says 'at least 3 must be given'

hint=$vectors/items/adaptive-hint.xml
right='{"RESPONSE":{"base":{"identifier":"A"}}}'
printf '[{"HINT":{"base":{"boolean":true}}},{"RESPONSE":{"base":{"identifier":"B"}}},%s]' "$right" >"$tmp/attempts.json"
out=$("$bv" item score --json "$hint" --responses "$tmp/attempts.json")
json 'd["outcomes"]["HINTS"]["value"] == {"base": {"integer": 1}} and d["outcomes"]["TRIES"]["value"] == {"base": {"integer": 2}}'
json 'd["outcomes"]["completionStatus"]["value"]["base"]["identifier"] == "completed"'
printf '[%s,%s]' "$right" "$right" >"$tmp/after.json"
exits 2 'an attempt after the last' "$bv" item score "$hint" --responses "$tmp/after.json"
says 'attempt 2: the item was completed'
exits 64 'seconds that are none' "$bv" item score "$item" --seconds soon
exits 0 'seconds' "$bv" item score "$item" --seconds 12.5
exits 64 'a seed that is none' "$bv" item score "$item" --seed 12
seed=$(printf '0%.0s' $(seq 63))
first=$("$bv" item score --json --seed "${seed}1" "$vectors/items/template.xml")
[ "$first" = "$("$bv" item score --json --seed "${seed}1" "$vectors/items/template.xml")" ] && [ -n "$first" ]
ok $? 'the same seed gives the same document'

echo '<sum xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"><baseValue baseType="integer">1</baseValue><baseValue baseType="integer">2</baseValue></sum>' >"$tmp/sum2.xml"
exits 0 'an expression of 2.1' "$bv" item eval "$tmp/sum2.xml"
json 'd == {"cardinality": "single", "baseType": "integer", "value": {"base": {"integer": 3}}}'
echo '<qti-multiple xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"><qti-base-value base-type="pair">A B</qti-base-value></qti-multiple>' >"$tmp/multiple3.xml"
exits 0 'an expression of 3.0' "$bv" item eval --json "$tmp/multiple3.xml"
json 'd == {"cardinality": "multiple", "baseType": "pair", "value": {"list": {"pair": [["A", "B"]]}}}'
echo '<null xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"/>' >"$tmp/null.xml"
exits 0 'NULL' "$bv" item eval "$tmp/null.xml"
json 'd["value"] == {"base": None} and d["baseType"] is None'
echo '<and><baseValue baseType="integer">1</baseValue></and>' >"$tmp/and.xml"
exits 2 'an operand of the wrong type' "$bv" item eval "$tmp/and.xml"
says 'and.xml:1: '
exits 2 'a variable where nothing is declared' "$bv" item eval <(echo '<variable identifier="X"/>')
exits 2 'an item is no expression' "$bv" item eval "$item"
exits 2 'an empty expression' "$bv" item eval "$tmp/empty.xml"
exits 0 'an item for people' "$bv" item render "$item"
says '(câu trả lời r1: choice)'
! grep -qF '[A]' <<<"$out"
ok $? '  without the author'"'"'s identifiers'
exits 0 'an item for a page' "$bv" item render --json "$item"
json 'd[0] == "qti-item-body" and d[2][0] == "qti-choice-interaction" and d[2][1]["response-identifier"] == "r1"'
json 'all(len(c[1]["identifier"]) == 17 for c in d[2][2:] if c[0] == "qti-simple-choice")'
first=$out
exits 0 'another key' "$bv" item render --json --key "${seed}1" "$item"
[ "$out" != "$first" ] && [ ${#out} -eq ${#first} ]
ok $? '  gives other ids of the same length'
exits 2 'an order of what is not shuffled, or another item'"'"'s' "$bv" item render --orders <(echo '{"OTHER":[["A"]]}') "$item"
says 'no such response'
exits 64 'a view that there is not' "$bv" item render --view pupil "$item"
exits 2 'media that are not in the package' "$bv" item render "$vectors/hostile/img-onerror.xml"
says "'x.png' is not in the package"
mkdir -p "$tmp/package/items" && cp "$vectors/hostile/img-onerror.xml" "$tmp/package/items/q.xml" && echo x >"$tmp/package/items/x.png"
exits 0 'media that are' "$bv" item render --json --package "$tmp/package" "$tmp/package/items/q.xml"
says "media:sha256-$(sha256sum <"$tmp/package/items/x.png" | cut -d' ' -f1)"
says 'warning: <img onerror='
cat >"$tmp/package/items/q.xml" <<'END'
<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="q" title="q"><qti-assessment-stimulus-ref identifier="S" href="../s.xml"/>
<qti-item-body><p data-catalog-idref="c">Visible</p></qti-item-body><qti-catalog-info><qti-catalog id="c"><qti-card support="braille"><qti-html-content>dots</qti-html-content>
</qti-card></qti-catalog></qti-catalog-info></qti-assessment-item>
END
exits 2 'a stimulus that is not there' "$bv" item render --package "$tmp/package" "$tmp/package/items/q.xml"
says "the stimulus 's.xml' is not in the package"
echo '<qti-assessment-stimulus xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="s" title="s"><qti-stimulus-body><p>Shared</p></qti-stimulus-body></qti-assessment-stimulus>' >"$tmp/package/s.xml"
exits 0 'a stimulus that is' "$bv" item render --json --package "$tmp/package" "$tmp/package/items/q.xml"
json 'd == ["qti-item-body", ["qti-stimulus-body", ["p", "Shared"]], ["p", "Visible"]]'
echo '{"braille":{}}' >"$tmp/pnp.json"
exits 0 'for who reads braille' "$bv" item render --json --pnp "$tmp/pnp.json" --package "$tmp/package" "$tmp/package/items/q.xml"
json 'd[-1] == ["qti-catalog", {"id": "i1"}, ["qti-card", {"support": "braille"}, "dots"]] and d[-2][1] == {"data-catalog-idref": "i1"}'
echo '{"telepathy":{}}' >"$tmp/pnp.json"
exits 2 'preferences that there are not' "$bv" item render --pnp "$tmp/pnp.json" --package "$tmp/package" "$tmp/package/items/q.xml"
says "'telepathy' is not a feature of an AfA PNP"
exits 0 'the solution' "$bv" item render --state solution "$item"
says '= {"r1":{"base":{"identifier":"c'
exits 0 'the solution, for a page' "$bv" item render --json --state solution "$item"
json 'd[0] == "qti-item-body"'
exits 64 'a state that there is not' "$bv" item render --state asleep "$item"
mkdir -p "$tmp/package/items/modules" && cp "$vectors/items/portable-custom.xml" "$tmp/package/items/p.xml" && echo 'define(1)' >"$tmp/package/items/modules/bang-tinh.js"
hash=$(sha256sum <"$tmp/package/items/modules/bang-tinh.js" | cut -d' ' -f1)
exits 2 'a module that nobody allowed' "$bv" item render "$tmp/package/items/p.xml"
says "is not allowed: its SHA-256 is $hash"
exits 0 'a module that an administrator allows' "$bv" item render --json --allow-module "${seed}0 $hash:rows,columns" "$tmp/package/items/p.xml"
json 'd[2][0] == "qti-portable-custom-interaction" and d[2][2][1]["src"].startswith("media:sha256-")'
exits 64 'a hash that is none' "$bv" item render --allow-module 12 "$tmp/package/items/p.xml"
exits 64 'a package that the item is not in' "$bv" item render --package /nowhere "$item"
exits 0 'an item that no bank takes' "$bv" item score "$BV_SOURCE/tests/vectors/itembank/items/bad-shuffle.xml"
says 'bad-shuffle.xml:8: warning: choiceInteraction: shuffle="TRUE" must be true or false; no bank takes the item'
says '"SCORE"'

# Schemas of a folder.
mkdir "$tmp/schemas"
exits 0 'a folder without schemas' "$bv" item check --schema "$tmp/schemas" "$item"
says 'no XML schema of QTI 3.0'
cat >"$tmp/schemas/q.xsd" <<'END'
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"><xs:element name="qti-other"/></xs:schema>
END
exits 2 'an item that its schema does not have' "$bv" item check --json --schema "$tmp/schemas" "$item"
json 'd["errors"] == 1 and d["diagnostics"][0]["rule"] == "schema" and d["diagnostics"][0]["line"] > 0'
exits 2 'no folder of schemas' "$bv" item check --schema "$tmp/none" "$item"
exits 2 'a bank takes no item that is not valid' "$bv" bank import --schema "$tmp/schemas" --bank "$tmp/schemas.db" "$item"
says 'not valid by the schema: Element '
says '0 new, 0 new versions, 0 unchanged, 1 refused'
rm "$tmp/schemas/q.xsd"
exits 0 'and without one it takes it' "$bv" bank import --schema "$tmp/schemas" --bank "$tmp/schemas.db" "$item"
finish
