#!/bin/bash
# TAP: what `bangvang verify-page` writes, and what it refuses.
. "$BV_SOURCE/tests/cli/tap.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
"$bv" key new --did did:web:chungchi.example.vn --out keys >/dev/null
exits 0 'a page' "$bv" verify-page --trust keys --out page --at 2026-11-22T00:00:00Z
says '2 trusted keys'
out=$(diff -r "$BV_SOURCE/tools/verify/page" page)
[ "$out" = 'Only in page: qr.js
Only in page: trust
Only in page: trust.json' ]
ok $? 'its files are those of tools/verify/page, and what it trusts'
out=$(cat page/trust.json)
json 'd == {"v": 1, "made": "2026-11-22T00:00:00Z", "trust": ["trust/did.json", "trust/key.multikey", "trust/p256.multikey"]}'
cmp -s keys/did.json page/trust/did.json && cmp -s keys/key.multikey page/trust/key.multikey
ok $? 'with the same bytes'
[ -e keys/key.pem ] && ! grep -rq 'PRIVATE KEY' page
ok $? 'the private key of the folder stays where it is'
[ "$(stat -c %a page/index.html page/trust.json page/trust/did.json | sort -u)" = 644 ]
ok $? 'a web server may read them'
exits 2 'a folder that is there stays' "$bv" verify-page --trust keys --out page
mkdir keys/sub
sed 's/chungchi/khac/g' keys/did.json >keys/sub/khac.json
rm -f page/style.css
exits 0 'unless it is to be replaced' "$bv" verify-page --trust keys --out page --replace --json
json 'd["trust"] == ["trust/did.json", "trust/key.multikey", "trust/p256.multikey", "trust/sub/khac.json"]'
[ -s page/style.css ]
ok $? 'whole'
echo '{' >keys/broken.json
exits 2 'a broken trust folder' "$bv" verify-page --trust keys --out other
says 'broken.json'
rm keys/broken.json
mv keys/sub/khac.json 'keys/sub/khác.json'
exits 2 'a name that would need escapes' "$bv" verify-page --trust keys --out other
says 'rename it'
printf 'quorum none\n' >policy
exits 0 'with a log' "$bv" verify-page --trust keys/did.json --log policy --out logged --json
json 'd["log"] == "log/policy" and "status" not in d'
cmp -s policy logged/log/policy
ok $? 'whose policy is copied'
printf 'quorum\n' >policy
exits 2 'a broken policy' "$bv" verify-page --trust keys/did.json --log policy --out other
mkdir lists
exits 0 'no status list yet' "$bv" verify-page --trust keys/did.json --status lists --out none --json
json 'd["status"] == {}'
echo '{}' >lists/1.json
exits 2 'a broken status list' "$bv" verify-page --trust keys/did.json --status lists --out other
says '1.json'
mkdir empty
exits 2 'a page that trusts nobody' "$bv" verify-page --trust empty --out other
says 'trusts nobody'
exits 2 'no trust folder' "$bv" verify-page --trust nowhere --out other
exits 64 'a time that is none' "$bv" verify-page --trust empty --out other --at yesterday
[ ! -e other ]
ok $? 'nothing was written for those'
finish
