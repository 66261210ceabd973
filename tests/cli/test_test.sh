#!/bin/bash
# TAP: test check, test run: scripts with outcomes worked out by hand, one changed thing in a good test each, hostile files.
. "$BV_SOURCE/tests/cli/tap.sh"
vectors=$BV_SOURCE/tests/vectors/itembank/tests
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

for want in "$vectors"/*.txt; do
	name=$(basename "$want" .txt)
	exits 0 "the script $name" "$bv" test run "$vectors/${name%-other}.xml" --script "$vectors/$name.json"
	[ "$out" = "$(cat "$want")" ]
	ok $? '  and it comes out as worked out by hand'
done
for test in "$vectors"/*.xml; do
	case $(basename "$test") in bad-*) continue ;; esac
	exits 0 "a good test: $(basename "$test")" "$bv" test check "$test"
	says ' 0 errors'
done
exits 0 'an adaptive section' "$bv" test check "$vectors/odd-adaptive.xml"
says "odd-adaptive.xml:6: warning: section 'S1' is adaptive: the engine at 'https://cat.example.org/' chooses its items, and the test runs with it only [adaptive-selection]"
exits 2 '  is not run' "$bv" test run "$vectors/odd-adaptive.xml" --script <(echo '{"steps":[]}')
says "section 'S1' is adaptive: only the engine at 'https://cat.example.org/' can say which item comes next; give it a selection to run the test here"
exits 0 'a part without items' "$bv" test check "$vectors/odd-no-items.xml"
says "warning: part 'P1' has no items [empty-part]"
exits 0 '  ends at once' "$bv" test run "$vectors/odd-no-items.xml" --script <(echo '{"steps":[]}')
says '0 start: ended'
exits 0 'a section that is not there' "$bv" test check "$vectors/odd-query-section.xml"
says 'section-identifier="S9" is not a section of the test: no items are meant [unknown-section]'
exits 0 '  has no items' "$bv" test run "$vectors/odd-query-section.xml" --script \
	<(echo '{"steps":[{"do":"submit","responses":{"RESPONSE":{"base":{"identifier":"A"}}}}]}')
says 'SCORE 0'
while IFS=$'\t' read -r file rule message; do
	exits 2 "$file" "$bv" test check "$vectors/$file"
	says "$message"
	says "[$rule]"
	exits 2 '  and it is not run' "$bv" test run "$vectors/$file" --script "$vectors/linear.json"
done <"$vectors/bad-tests.tsv"

exits 0 'JSON' "$bv" test check --json "$vectors/branch.xml"
json 'd == {"files": 1, "errors": 0, "warnings": 0, "diagnostics": []}'
out=$("$bv" test check --json "$vectors/bad-period.xml" 2>/dev/null)
json 'd["errors"] == 1 and d["diagnostics"][0]["rule"] == "period-in-identifier" and d["diagnostics"][0]["line"] == 6'
exits 0 'a report' "$bv" test run --json "$vectors/linear.xml" --script "$vectors/linear.json"
json 'len(d["steps"]) == 9 and d["steps"][0]["do"] == "start"'
json '[i["state"] for i in d["steps"][4]["report"]["items"]] == ["closed", "initial", "closed", "initial", "interacting", "initial"]'
json 'd["steps"][4]["report"]["rubrics"] == [{"of": "S2", "use": "instructions", "text": "Part two."}]'
json 'd["steps"][7]["report"]["feedback"] == [{"identifier": "pass", "text": "Passed."}]'
json 'd["steps"][8]["refused"] == "the test has ended"'
json 'd["steps"][5]["report"]["items"][4]["outcomes"]["SCORE"]["value"] == {"base": {"float": 1}}'

exits 0 'the folder of a package' "$bv" test check --folder "$BV_SOURCE/tests/vectors/itembank" tests/linear.xml
mkdir -p "$tmp/package/tests" && cp -r "$vectors/items" "$tmp/package/" && sed 's,items/,../items/,' "$vectors/branch.xml" >"$tmp/package/tests/up.xml"
exits 0 'items beside the folder of tests' "$bv" test check --folder "$tmp/package" tests/up.xml
exits 2 'but not without the package' "$bv" test check "$tmp/package/tests/up.xml"
says 'not the name of a file in the package'
ln -sf /etc/passwd "$tmp/package/items/choice.xml"
exits 2 'an item that is a link' "$bv" test check --folder "$tmp/package" tests/up.xml
exits 2 'a test out of the package' "$bv" test check --folder "$tmp/package" ../up.xml

head -c 700 "$vectors/linear.xml" >"$tmp/cut.xml"
exits 2 'a test cut off' "$bv" test check "$tmp/cut.xml"
: >"$tmp/empty.xml"
exits 2 'an empty file' "$bv" test check "$tmp/empty.xml"
exits 2 'no such file' "$bv" test check "$tmp/none.xml"
exits 64 'no file at all' "$bv" test check
exits 64 'no script' "$bv" test run "$vectors/linear.xml"
exits 64 'a seed that is none' "$bv" test run "$vectors/linear.xml" --script "$vectors/linear.json" --seed 12
play() { # STATUS NAME STEPS
	printf '%s' "$3" >"$tmp/s.json"
	exits "$1" "$2" "$bv" test run "$vectors/linear.xml" --script "$tmp/s.json"
}
play 2 'a step that does not exist' '{"steps":[{"do":"jump"}]}'
says 'step 1:'
play 2 'a member that does not exist' '{"steps":[{"do":"next","then":1}]}'
play 2 'a time that is none' '{"steps":[{"do":"next","at":"soon"}]}'
play 2 'a refusal that does not happen' '{"steps":[{"do":"next","refused":"no"}]}'
says 'was to be refused'
play 2 'a refusal that the script does not expect' '{"steps":[{"do":"go","item":"Q2"}]}'
says 'step 1 (go): part '
play 2 'another item' '{"steps":[{"do":"submit","item":"Q2","responses":{}}]}'
says "'Q2' is not the current item"
play 2 'an item that is not there' '{"steps":[{"do":"go","item":"Q9"}]}'
play 2 'a choice that is not there' '{"steps":[{"do":"submit","responses":{"RESPONSE":{"base":{"identifier":"Z"}}}}]}'
play 2 'no steps' '{}'
play 2 'a script cut off' '{"steps":[{"do":'
finish
