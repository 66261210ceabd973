#!/bin/bash
# TAP: bangvang-verify on a receipt and a checkpoint of an exam server. $1 writes them into a folder.
. "$BV_SOURCE/tests/cli/tap.sh"
verify=$BV_BUILD/tools/verify/bangvang-verify
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/trust"
"$1" "$dir"
mv "$dir/exams.multikey" "$dir/trust/"

exits 0 'a receipt' "$verify" --lang en --trust "$dir/trust" "$dir/receipt.json"
says 'receipt: VALID'
says 'signed by: did:web:exams.example.vn'
says 'sitting: 2026-11-25.sang'
says '"response":{"RESPONSE":{"base":{"identifier":"B"}}}'
exits 0 'in Vietnamese' "$verify" --lang vi --trust "$dir/trust" "$dir/receipt.json"
says 'biên nhận: HỢP LỆ'
exits 1 'by a key that nobody lists' "$verify" --lang en "$dir/receipt.json"
says 'UNKNOWN SIGNER'
exits 0 'as JSON' "$verify" --trust "$dir/trust" --json "$dir/receipt.json" "$dir/checkpoint.txt"
json 'd["certificates"] == [] and [s["verdict"] for s in d["statements"]] == ["valid", "valid"] and d["statements"][0]["attempt"] == "3" and d["statements"][1]["size"] == "77"'
exits 0 'with the proof that it is in the log' "$verify" --lang en --trust "$dir/trust" --proof "$dir/receipt.tlog-proof" "$dir/receipt.json"
says 'is in the log: example.vn/exams/2026-11-25.sang'
says 'as event: 41 / 77'
exits 0 'in Vietnamese' "$verify" --lang vi --trust "$dir/trust" --proof "$dir/receipt.tlog-proof" "$dir/receipt.json"
says 'có trong sổ: example.vn'
exits 0 'as JSON' "$verify" --trust "$dir/trust" --json --proof "$dir/receipt.tlog-proof" "$dir/receipt.json"
json 'd["statements"][0]["proof"] == {"origin": "example.vn/exams/2026-11-25.sang", "index": "40", "size": "77"}'
sed 's/^index 40$/index 41/' "$dir/receipt.tlog-proof" >"$dir/changed.tlog-proof"
exits 1 'another place in the log' "$verify" --lang en --trust "$dir/trust" --proof "$dir/changed.tlog-proof" "$dir/receipt.json"
says 'INVALID'
exits 2 'no proof' "$verify" --lang en --trust "$dir/trust" --proof "$dir/receipt.json" "$dir/receipt.json"
says 'receipt.json: not a proof'
exits 2 'a proof that is not there' "$verify" --lang en --trust "$dir/trust" --proof "$dir/none" "$dir/receipt.json"
exits 0 'a checkpoint' "$verify" --lang en --trust "$dir/trust" "$dir/checkpoint.txt"
says 'log: example.vn/exams/sang'
says 'events: 77'
exits 1 'by nobody' "$verify" --lang en "$dir/checkpoint.txt"
sed 's/identifier\\":\\"B/identifier\\":\\"C/' "$dir/receipt.json" >"$dir/changed.json"
exits 1 'another answer' "$verify" --lang en --trust "$dir/trust" "$dir/changed.json"
says 'because: the body is not the one that was hashed'
sed 's/"attempt":"3"/"attempt":"4"/' "$dir/receipt.json" >"$dir/changed.json"
exits 1 'another attempt' "$verify" --lang en --trust "$dir/trust" "$dir/changed.json"
says 'INVALID'
sed 's/"seq":"3"/"seq":3/' "$dir/receipt.json" >"$dir/changed.json"
exits 2 'no receipt' "$verify" --lang en --trust "$dir/trust" "$dir/changed.json"
says 'CANNOT BE READ'
sed 's/^77$/78/' "$dir/checkpoint.txt" >"$dir/changed.txt"
exits 1 'another size' "$verify" --lang en --trust "$dir/trust" "$dir/changed.txt"
finish
