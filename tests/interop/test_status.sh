#!/bin/bash
# Others read our status lists: @digitalbazaar/vc-bitstring-status-list the W3C ones, Debian's python3-jwcrypto the IETF one; and refuse them changed.
# Arguments: bangvang. TAP on standard output.
set -u
bangvang=$(realpath "$1")
here=$BV_SOURCE/tests/interop
n=0
bad=0
result() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; bad=1; sed 's/^/# /' said; fi
}
skip() { n=$((n + 1)); echo "ok $n # SKIP $1"; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# An office: three certificates, one revoked, one suspended.
at=2026-11-25T08:00:00Z
log=(--log log --log-key log-key/key.pem)
"$bangvang" key new --did did:web:so.example.vn --out issuer >/dev/null
for who in p1 p2 log-key; do "$bangvang" key new --out $who >/dev/null; done
"$bangvang" log init --log log --origin so.example.vn/log --key log-key/key.pem >/dev/null
mandate() { echo "<mandate identifier='M$1' person='P-$1' key='$(cut -d' ' -f1 "p$1/key.multikey")' deeds='issue revoke suspend' schemes='*' centres='*' from='2026-01-01' to='2027-12-31'>QĐ</mandate>"; }
echo "<mandates xmlns='https://bangvang.vn/ns/mandates/1' identifier='m' version='1'>$(mandate 1)$(mandate 2)</mandates>" >mandates.xml
mkdir facts
for i in 1 2 3; do
	sed "s/Nguyễn Thị Ánh Tuyết/Lê Thị $(printf %s ABC | cut -c$i)nh/; /\"licence\"/d; s/, \"validUntil\": \"[^\"]*\"//" "$BV_SOURCE/tests/vectors/certs/facts-1.json" >facts/$i.json
done
{
	"$bangvang" register init --db r.db --issuer did:web:so.example.vn --status https://so.example.vn/status --issuing "$BV_SOURCE/registry/sample/issuing.xml" --mandates mandates.xml &&
		"$bangvang" cert batch --db r.db --name lo-1 --scheme C --centre T --key issuer/key.pem --officer p1/key.pem "${log[@]}" --facts facts --at $at --out out &&
		"$bangvang" cert revoke C/2026/T/000001 --db r.db --officer p1/key.pem --reason fraud --at $at &&
		"$bangvang" cert suspend C/2026/T/000002 --db r.db --officer p1/key.pem --reason inquiry --at $at &&
		"$bangvang" cert approve 1 --db r.db --officer p2/key.pem "${log[@]}" --at $at && "$bangvang" cert approve 2 --db r.db --officer p2/key.pem "${log[@]}" --at $at &&
		"$bangvang" cert publish --db r.db --key issuer/key.pem "${log[@]}" --out status
} >said 2>&1
result $? 'an office publishes its lists'
did=issuer/did.json
indices=$(for i in 1 2 3; do "$bangvang" cert status C/2026/T/00000$i --db r.db --json | sed -n 's/.*"index": \([0-9]*\).*/\1/p'; done)

if "$here/../../tools/npm" "$here" >said 2>&1; then
	read_lists() { node "$here/status.mjs" "$1" $did out/*.json >said 2>&1; }
	read_lists status
	[ "$(cut -d' ' -f2- said | tr '\n' ';')" = 'revocation;suspension;-;' ]
	result $? 'vc-bitstring-status-list sees who is revoked, who is suspended, and who is not'
	cp -r status changed
	sed -i 's/"validUntil":"2026/"validUntil":"2036/; s/"validUntil":"2027/"validUntil":"2037/' changed/1/revocation.json
	read_lists changed
	[ "$(grep -c 'NOT verified' said)" = 3 ]
	result $? 'and refuses a list that was changed'
else
	skip "$(tail -n 1 said)"
fi
debian=/usr/bin/python3
if $debian -c 'import jwcrypto' 2>/dev/null; then
	$debian "$here/verify_token.py" status/1/token.jwt $did $indices >said 2>&1
	[ "$(cat said)" = '1 2 0' ]
	result $? 'jwcrypto verifies the token list: revoked, suspended, valid'
	python3 - status/1/token.jwt <<'PY'
import base64, sys
head, claims, signature = open(sys.argv[1]).read().split('.')
raw = base64.urlsafe_b64decode(claims + '=' * (-len(claims) % 4)).replace(b'"bits":2', b'"bits":1')
open('token.jwt', 'w').write('.'.join([head, base64.urlsafe_b64encode(raw).rstrip(b'=').decode(), signature]))
PY
	$debian "$here/verify_token.py" token.jwt $did $indices >said 2>&1
	[ $? -eq 1 ] && grep -q 'NOT verified' said
	result $? 'and refuses one that was changed'
else
	skip 'python3-jwcrypto is not here'
fi
echo "1..$n"
exit $bad
