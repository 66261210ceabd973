#!/bin/bash
# TAP: bangvang rate on files: the table, the JSON, the statuses, and what is refused with its place.
. "$BV_SOURCE/tests/cli/tap.sh"
cd "$BV_SOURCE" || exit 1
results=tests/vectors/scoring/results.json
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

rate() { # RESULTS [OPTION…]
	"$bv" rate --standard standards/vn-tt03-2014.xml --rules rules/vn-17-2016.xml --results "$@"
}
exits 0 'a pass' rate $results
says 'ĐẠT: Chuẩn kỹ năng sử dụng công nghệ thông tin cơ bản'
says '9.00 /     12.00'
exits 0 'in English' rate $results --lang en
says 'PASSED: Basic skills in using information technology'
exits 64 'another language' rate $results --lang fr
exits 0 'JSON' rate $results --json
python3 -c 'import json,sys; r=json.load(sys.stdin); sys.exit(not (r["decision"]=="passed" and len(r["items"])==36 and r["rules"]["identifier"]=="vn-17-2016"))' <<<"$out"
ok $? '  is one document with the decision, 36 items and the pack'
sum=$(sha256sum rules/vn-17-2016.xml | cut -d' ' -f1)
says "\"sha256\": \"$sum\""
first=$out
exits 0 'JSON again' rate $results --json
[ "$first" = "$out" ]
ok $? '  is the same bytes'
sed 's/"score": 1,/"score": 0,/' $results >"$tmp/none.json"
exits 1 'a failure' rate "$tmp/none.json" --lang en
says 'FAILED'
says 'below the minimum of 50.00 %'
sed '0,/"score": [0-9.]*/s//"score": null/' $results >"$tmp/waits.json"
exits 1 'an item that waits' rate "$tmp/waits.json" --lang en
says 'INCOMPLETE'
refuse() { # SED NAME MESSAGE
	sed "$1" $results >"$tmp/bad.json"
	exits 2 "$2" rate "$tmp/bad.json"
	says "$3"
	says "$tmp/bad.json"
}
refuse 's/IU03\.1/IU33.1/' 'an unknown area' "'IU33.1' begins with no competence"
refuse 's/"van-dung"/"noi"/' 'an unknown part' "no part 'noi'"
refuse 's/IU01-002/IU01-001/' 'an item twice' "is there twice"
refuse 's/2026-11-21/2026-11-31/' 'a day that does not exist' 'does not exist'
refuse 's/2026-11-21/2015-11-21/' 'a day before the rules' 'begins on 2016-08-10'
refuse 's/"maxScore"/"maxscore"/' 'a misspelt member' "'maxscore' is not known here"
refuse 's/"score": 1,/"score": "1",/' 'a score in quotes' 'must be numbers'
refuse '$d' 'a cut document' ''
out=$("$bv" rate --standard rules/vn-17-2016.xml --rules rules/vn-17-2016.xml --results $results 2>&1)
[ $? -eq 2 ]
ok $? 'a pack in place of the standard'
says 'rules/vn-17-2016.xml:2: not a skills standard'
out=$("$bv" rate --standard standards/digcomp-2.2.xml --rules rules/vn-17-2016.xml --results $results 2>&1)
[ $? -eq 2 ]
ok $? 'a standard that the pack does not belong to'
says "belongs to standard 'vn-tt03-2014'"
finish
