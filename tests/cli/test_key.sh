# bangvang key …: a root in shares, an authority, batches, what is published, a compromise; with OpenSSL and Debian's Python libraries as witnesses.
. "$BV_SOURCE/tests/cli/tap.sh"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
at=2026-11-20T08:00:00Z
now="--at $at"

# The root.
exits 0 'a ceremony in rehearsal' "$bv" key ceremony --rehearsal --name 'Gốc thử' --country VN --shares 4 --threshold 2 --trustee 'Bà Một' --out root $now
says '6 choices of 2 shares were tried'
exits 2 'a root is never made over another' "$bv" key ceremony --rehearsal --name 'Gốc thử' --shares 4 --threshold 2 --out root $now
says 'exists'
exits 0 'its shares are for their keepers only' test "$(stat -c %a root/share-1.txt root/share-4.txt | sort -u)" = 600
exits 0 'the transcript names the first keeper' grep -q 'share 1: Bà Một' root/transcript.txt
exits 1 'no private key was written' grep -rq PRIVATE root
exits 0 'a real one, of the default 3 of 5' "$bv" key ceremony --name 'Gốc thật' --out real $now
says '10 choices of 3 shares'
exits 64 'without a name' "$bv" key ceremony --out nowhere
exits 2 'threshold above the number' "$bv" key ceremony --name X --out nowhere --shares 2 --threshold 3
exits 2 'a threshold of one' "$bv" key ceremony --name X --out nowhere --shares 3 --threshold 1
exits 2 'too many shares' "$bv" key ceremony --name X --out nowhere --shares 17
exits 2 'more trustees than shares' "$bv" key ceremony --name X --out nowhere --shares 2 --threshold 2 --trustee a --trustee b --trustee c
exits 1 'nothing was written for those' test -e nowhere
printf '1 2 3\n' >dice
exits 2 'too few dice' "$bv" key ceremony --name X --out few --dice dice
says 'throw more'
for i in $(seq 60); do printf '%s ' $((i * i % 6 + 1)); done >dice
exits 0 'with dice' "$bv" key ceremony --rehearsal --name X --out diced --dice dice
exits 0 'the transcript tells of them' grep -q 'throws of dice' diced/transcript.txt

exits 0 'shares are checked' "$bv" key ceremony --check --share root/share-1.txt --share root/share-4.txt
says 'share 4 of 4'
grep -v '^#' root/share-3.txt >typed
"$bv" key ceremony --check --type <typed >out 2>&1
ok $? 'a share that is typed'
# Line 2 typed wrong first: it is asked for again.
{ sed -n 1p typed; sed -n 2p typed | sed 's/^02 \(.\)/02 9/;s/^02 9\(.*\)$/02 9\1/' | tr 0123456789 1234567890; sed -n '2,$p' typed; } >slip
"$bv" key ceremony --check --type <slip >out 2>&1
ok $? 'a line that is typed wrong is asked for again'
out=$(cat out)
says 'Read it again'
head -n 5 typed | "$bv" key ceremony --check --type >out 2>&1
[ $? -eq 2 ]
ok $? 'the input ends too early'
sed 's/^03 \(....\)./03 \1x/' root/share-2.txt >damaged
exits 2 'a damaged share' "$bv" key ceremony --check --share damaged
says 'damaged:10'

# The authority.
exits 0 'the authority' "$bv" key ca --keys keys --did did:web:chungchi.example.vn --name 'CA thử' --country VN --url https://chungchi.example.vn/keys
exits 2 'is not made over another' "$bv" key ca --keys keys --did did:web:chungchi.example.vn --name 'CA thử'
exits 2 'no bad DID' "$bv" key ca --keys k2 --did did:web:Chungchi --name X
exits 2 'a name that leaves no room for the batch' "$bv" key ca --keys k2 --did did:web:chungchi.example.vn --name "$(printf 'x%.0s' $(seq 49))"
says 'at most 48'
exits 2 'no bad address' "$bv" key ca --keys k2 --did did:web:chungchi.example.vn --name X --url https://x.vn/
exits 2 'no batch before the root has signed' "$bv" key batch --keys keys $now
says 'let the root sign ca.csr'
use="$bv key ceremony --use --root root/root.crt $now"
exits 2 'one share is too few' $use --rehearsal --share root/share-1.txt --request keys/ca.csr --out ca.crt
says '1 share is here, 2 of the 4 are needed'
exits 1 'shares of a rehearsal are no others' $use --share root/share-1.txt --share root/share-2.txt --request keys/ca.csr --out ca.crt
says 'say --rehearsal'
exits 1 'shares of another root' "$bv" key ceremony --use --root root/root.crt --share real/share-1.txt --share real/share-2.txt --share real/share-5.txt \
	--request keys/ca.csr --out ca.crt
says 'of another root'
exits 2 'shares of two sets' $use --rehearsal --share root/share-1.txt --share real/share-2.txt --request keys/ca.csr --out ca.crt
says 'do not belong together'
exits 64 'a request without a place for the certificate' $use --rehearsal --share root/share-1.txt --share root/share-2.txt --request keys/ca.csr
exits 1 'nothing was signed by those' test -e ca.crt
exits 0 'two of four sign the authority' $use --rehearsal --share root/share-4.txt --share root/share-2.txt --request keys/ca.csr --out ca.crt \
	--address https://chungchi.example.vn/keys --transcript root/transcript.txt
exits 0 'and the transcript tells it' grep -q "signed: ca.crt for 'CA thử'" root/transcript.txt
{ cat typed; grep -v '^#' root/share-1.txt; } >both
$use --rehearsal --type --crl root/again.crl <both >out 2>&1
ok $? 'the same with shares that are typed'
exits 2 'a foreign certificate' "$bv" key ca --keys keys --install root/root.crt --root root/root.crt --root-crl root/root.crl $now
exits 1 'another root' "$bv" key ca --keys keys --install ca.crt --root real/root.crt --root-crl real/root.crl $now
exits 0 'installed' "$bv" key ca --keys keys --install ca.crt --root root/root.crt --root-crl root/root.crl $now

# Batches.
exits 0 'a batch' "$bv" key batch --keys keys $now
exits 2 'a window of 31 days' "$bv" key batch --keys keys --days 31 $now
exits 2 'more than a shard' "$bv" key batch --keys keys --limit 131073 $now
exits 2 'a shard twice' "$bv" key batch --keys keys --shard 0 $now
exits 0 'a second batch' "$bv" key batch --keys keys --shard 5 --days 10 --limit 100 $now
exits 0 'list' "$bv" key list --keys keys --json $now
json '[b["state"] for b in d["batches"]] == ["active", "active"] and d["batches"][1]["shard"] == 5'
exits 0 'private keys are for their owner only' test "$(stat -c %a keys/batches/*/*.pem keys/ca.pem | sort -u)" = 600
facts=$BV_SOURCE/tests/vectors/certs/facts-1.json
exits 0 'a certificate by the first batch' "$bv" cert issue --key keys/batches/1/key.pem --facts "$facts" --at 2026-11-20T10:00:00Z --out one.json
exits 0 'a certificate by the second' "$bv" cert issue --key keys/batches/2/key.pem --facts "$facts" --at 2026-11-20T10:00:00Z --out two.json
exits 0 'published' "$bv" key publish --keys keys --out web $now
says 'https://chungchi.example.vn/.well-known/did.json'
verify() { "$BV_BUILD/tools/verify/bangvang-verify" --trust trust --at 2026-11-25T00:00:00Z "$@"; }
mkdir trust
cp web/did.json trust
exits 0 'both verify with the published document' verify one.json two.json

if command -v openssl >/dev/null; then
	for key in 1/key 1/p256 2/key 2/p256; do
		exits 0 "openssl: the chain of batch $key" openssl verify -x509_strict -CAfile root/root.crt -untrusted keys/ca.crt -attime 1795200000 keys/batches/$key.crt
	done
	openssl crl -inform DER -in web/ca.crl -out ca.crl.pem 2>/dev/null
	openssl crl -inform DER -in web/root.crl -out root.crl.pem 2>/dev/null
	exits 0 'openssl: with both lists' openssl verify -crl_check_all -CRLfile ca.crl.pem -CRLfile root.crl.pem -CAfile root/root.crt -untrusted keys/ca.crt \
		-attime 1795200000 keys/batches/2/p256.crt
else
	skip 'openssl is not here'
fi
if python3 -c 'import cryptography' 2>/dev/null; then
	exits 0 'cryptography (Python): certificates, lists and jwks.json have the same keys' python3 "$BV_SOURCE/tests/cli/key_witness.py" keys web
else
	skip 'python3-cryptography is not here'
fi
if python3 -c 'import jwcrypto' 2>/dev/null; then
	exits 0 'jwcrypto (Python) reads jwks.json and its thumbprints' python3 -c 'import json, sys
from jwcrypto.jwk import JWKSet
s = JWKSet.from_json(open("web/jwks.json").read())
sys.exit(0 if len(s["keys"]) == 4 and all(k.thumbprint() for k in s) and s.get_key(json.load(open("web/did.json"))["assertionMethod"][1]).get("crv") == "P-256" else 1)'
else
	skip 'python3-jwcrypto is not here'
fi

# Compromise.
exits 0 'what would be done' "$bv" key compromise --keys keys --batch 2 --since 2026-11-20T09:00:00Z --reason key-stolen --dry-run --at 2026-11-21T00:00:00Z
exits 0 'and nothing was' test -e keys/batches/2/key.pem
exits 2 'a reason that could hold a name' "$bv" key compromise --keys keys --batch 2 --since 2026-11-20T09:00:00Z --reason 'Ông A' --at 2026-11-21T00:00:00Z
exits 2 'in the future' "$bv" key compromise --keys keys --batch 2 --since 2026-11-22T09:00:00Z --reason key-stolen --at 2026-11-21T00:00:00Z
exits 0 'the second batch is compromised' "$bv" key compromise --keys keys --batch 2 --since 2026-11-20T09:00:00Z --reason key-stolen --out web --at 2026-11-21T00:00:00Z
exits 2 'twice' "$bv" key compromise --keys keys --batch 2 --since 2026-11-20T09:00:00Z --reason key-stolen --at 2026-11-21T00:00:00Z
exits 1 'its private keys are gone' test -e keys/batches/2/key.pem -o -e keys/batches/2/p256.pem
cp web/did.json trust
exits 0 'the first certificate still verifies' verify one.json
exits 1 'the second no longer' verify two.json
exits 0 'it is signed anew by the next batch' "$bv" cert issue --key keys/batches/3/key.pem --facts "$facts" --at 2026-11-21T10:00:00Z --out anew.json
exits 0 'and verifies' verify anew.json
exits 0 'entries for the log' test "$(ls keys/log | tr '\n' ' ')" = '000001-added-ed25519.json 000001-added-p256.json 000002-added-ed25519.json 000002-added-p256.json 000002-removed-ed25519.json 000002-removed-p256.json 000003-added-ed25519.json 000003-added-p256.json '
exits 0 'list' "$bv" key list --keys keys --json --at 2026-11-21T00:00:00Z
json '[b["state"] for b in d["batches"]] == ["active", "removed", "active"] and d["batches"][2]["shard"] == 5 and not d["batches"][1]["privateKeys"]'
if command -v openssl >/dev/null; then
	openssl crl -inform DER -in web/ca.crl -out ca.crl.pem 2>/dev/null
	exits 2 'openssl: the certificate of the second batch is revoked' openssl verify -crl_check -CRLfile ca.crl.pem -CAfile root/root.crt -untrusted keys/ca.crt \
		-attime 1795300000 keys/batches/2/p256.crt
	says 'certificate revoked'
fi

# The end.
exits 1 'not destroyed before its window ends' "$bv" key destroy --keys keys --batch 1 $now
exits 0 'what would be destroyed' "$bv" key destroy --keys keys --batch 1 --early --dry-run $now
exits 0 'destroyed after it' "$bv" key destroy --keys keys --batch 1 --at 2026-12-21T00:00:00Z
exits 1 'the private keys are gone' test -e keys/batches/1/key.pem -o -e keys/batches/1/p256.pem
exits 2 'twice' "$bv" key destroy --keys keys --batch 1 --at 2026-12-21T00:00:00Z
says 'were destroyed at 2026-12-21'
exits 2 'no such batch' "$bv" key destroy --keys keys --batch 9
exits 64 'neither batch nor files' "$bv" key destroy --keys keys
ln root/share-1.txt other-name
before=$(sha256sum <other-name)
exits 0 'a share is destroyed' "$bv" key destroy root/share-1.txt
[ ! -e root/share-1.txt ] && [ "$(sha256sum <other-name)" != "$before" ] && [ "$(stat -c %s other-name)" -gt 500 ]
ok $? 'its bytes, too, not only its name'
exits 2 'what is not there is not destroyed' "$bv" key destroy root/share-1.txt
exits 0 'published again' "$bv" key publish --keys keys --out web --at 2026-12-21T00:00:00Z
exits 0 'what it signed still verifies' verify one.json

# The next authority.
exits 0 'an authority is renewed' "$bv" key ca --keys keys --renew --name 'CA thử 2'
says 'keys/ca-2.csr'
exits 0 'until it has its certificate the present one issues' "$bv" key batch --keys keys --at 2026-12-22T00:00:00Z
exits 0 'and publishes' "$bv" key publish --keys keys --out web --at 2026-12-22T00:00:00Z
exits 0 'the root signs the next one' "$bv" key ceremony --use --rehearsal --root root/root.crt --share root/share-4.txt --share root/share-2.txt --request keys/ca-2.csr --out ca-2.crt \
	--address https://chungchi.example.vn/keys --at 2026-12-22T00:00:00Z
exits 2 'the certificate of the present one is not its' "$bv" key ca --keys keys --install ca.crt --root root/root.crt --root-crl root/root.crl --at 2026-12-22T00:00:00Z
exits 0 'installed' "$bv" key ca --keys keys --install ca-2.crt --root root/root.crt --root-crl root/root.crl --at 2026-12-22T00:00:00Z
exits 0 'a batch of the next authority' "$bv" key batch --keys keys --at 2026-12-22T00:00:00Z
exits 0 'a batch of the authority before is compromised' "$bv" key compromise --keys keys --batch 3 --since 2026-12-21T00:00:00Z --reason drill --out web --at 2026-12-22T00:00:00Z
exits 0 'both authorities may delegate' python3 -c 'import json; d=json.load(open("web/did.json")); assert len(d["capabilityDelegation"]) == 2'
if command -v openssl >/dev/null; then
	cat ca.crt ca-2.crt >cas.pem
	for number in 3 5; do
		exits 0 "openssl: the chain of batch $number" openssl verify -x509_strict -CAfile root/root.crt -untrusted cas.pem -attime 1798000000 keys/batches/$number/p256.crt
	done
	for c in ca ca-2; do openssl crl -inform DER -in web/$c.crl 2>/dev/null; done >lists.pem
	exits 2 'openssl: the list of the authority before names its batch' openssl verify -crl_check -CRLfile lists.pem -CAfile root/root.crt -untrusted cas.pem -attime 1798000000 \
		keys/batches/3/p256.crt
	says 'certificate revoked'
	exits 0 'openssl: that of the next names none' openssl verify -crl_check -CRLfile lists.pem -CAfile root/root.crt -untrusted cas.pem -attime 1798000000 keys/batches/5/p256.crt
	exits 0 'certificates point to their own authority' grep -q ca-2.crl <(openssl x509 -noout -text -in keys/batches/5/p256.crt)
fi
cp web/ca.crl before.crl
exits 0 'the key of the authority before is destroyed' "$bv" key destroy keys/ca.pem
exits 0 'published without it' "$bv" key publish --keys keys --out web --at 2026-12-23T00:00:00Z
exits 0 'its last list stays' cmp before.crl web/ca.crl

# The drill.
exits 0 'the drill' "$bv" key drill --out drill
says 'done'
says 'THE KEYS ARE STOLEN'
exits 64 'not into a folder that is there' "$bv" key drill --out drill
exits 0 'what the drill leaves is what people verify with' "$BV_BUILD/tools/verify/bangvang-verify" --trust drill/web --log drill/policy --proof drill/before-1.tlog-proof drill/before-1.json
exits 1 'the forgery does not verify' "$BV_BUILD/tools/verify/bangvang-verify" --trust drill/web --log drill/policy --proof drill/forged.tlog-proof drill/forged.json
says 'nothing proves that the public log had this before'

resign="$bv cert resign --key drill/keys/batches/2/key.pem --trust drill/web --log drill/policy"
exits 0 'signed anew once more, elsewhere' $resign --out again drill/before-1.json
says '1 signed anew, 0 not'
exits 2 'never over another' $resign --out again drill/before-1.json
exits 1 'a forgery beside a genuine one' $resign --out more drill/forged.json drill/before-2.json
says '1 signed anew, 1 not'
cp drill/before-1.json unproven.json
exits 2 'without its proof' $resign --out more unproven.json
cp drill/before-2.tlog-proof unproven.tlog-proof
exits 1 'with the proof of another' $resign --out more unproven.json
exits 2 'by the key that was stolen' "$bv" cert resign --key drill/thief/key.pem --trust drill/web --log drill/policy --out thief drill/before-1.json
says "it is not the new batch's"

# What is broken.
cp -r keys broken
sed -i 's/"limit": 131072/"limit": 131073/' broken/keys.json
exits 2 'keys.json that makes no sense' "$bv" key list --keys broken
says 'broken/keys.json'
cp keys/keys.json broken/keys.json
cp real/root.crt broken/root.crt
exits 1 'another root than the authority'"'"'s' "$bv" key publish --keys broken --out web2 $now
cp root/root.crt broken/root.crt
cp keys/batches/4/p256.pem broken/ca-2.pem
exits 2 'another key in place of the authority'"'"'s' "$bv" key publish --keys broken --out web2 --at 2026-12-23T00:00:00Z
rm broken/ca-2.pem
exits 2 'no authority key' "$bv" key batch --keys broken --at 2026-12-23T00:00:00Z
exits 2 'no folder' "$bv" key list --keys nowhere
# The remains of a command that was killed before keys.json knew of its batch.
mkdir -p keys/batches/7 && echo rest >keys/batches/7/key.pem
exits 0 'the next command clears what a killed one left' "$bv" key batch --keys keys --at 2026-12-23T00:00:00Z
finish
