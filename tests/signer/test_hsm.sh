# An authority whose key is in a token (softhsm2), and certificates signed by keys of a token.
. "$BV_SOURCE/tests/cli/tap.sh"
module=
for m in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do [ -r "$m" ] && module=$m; done
if [ -z "$module" ] || ! command -v softhsm2-util >/dev/null || ! command -v pkcs11-tool >/dev/null; then
	skip 'softhsm2 or opensc is not here (apt-get install softhsm2 opensc)'
	finish
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir tokens
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$work" >softhsm2.conf
export SOFTHSM2_CONF=$work/softhsm2.conf
# SoftHSM loses the name of the curve of each Ed25519 key that it reads, and is closed, so that it cannot be named, when leaks are looked for.
[ -z "${BV_SANITIZED:-}" ] || export ASAN_OPTIONS=detect_leaks=0:strict_string_checks=1
printf 1234 >pin && chmod 600 pin
softhsm2-util --init-token --free --label 'Khoá' --pin 1234 --so-pin 5678 >/dev/null 2>&1
# Made in the token, by somebody else's program.
tool="pkcs11-tool --module $module --token-label Khoá --login --pin 1234"
exits 0 'the token makes a key of P-256' $tool --keypairgen --key-type EC:prime256v1 --label ca --id 01
exits 0 'and of P-256 for seals' $tool --keypairgen --key-type EC:prime256v1 --label seal --id 02
exits 0 'and of Ed25519' $tool --keypairgen --key-type EC:edwards25519 --label proof --id 03
uri() { echo "pkcs11:token=Kho%c3%a1;object=$1?module-path=$module&pin-source=file:$work/pin"; }
"$bv" key ceremony --rehearsal --name Gốc --shares 2 --threshold 2 --out root >/dev/null
exits 0 'an authority whose key is in the token' "$bv" key ca --keys keys --did did:web:chungchi.example.vn --name CA --key "$(uri ca)"
exits 0 'there is no file of it' test ! -e keys/ca.pem
exits 0 'the root signs its request' "$bv" key ceremony --use --rehearsal --root root/root.crt --share root/share-1.txt --share root/share-2.txt --request keys/ca.csr --out ca.crt
exits 0 'installed' "$bv" key ca --keys keys --install ca.crt --root root/root.crt --root-crl root/root.crl
exits 0 'the token signs the certificates of a batch' "$bv" key batch --keys keys
exits 0 'and the revocation list' "$bv" key publish --keys keys --out web
if command -v openssl >/dev/null; then
	exits 0 'openssl: the chain' openssl verify -x509_strict -CAfile root/root.crt -untrusted ca.crt keys/batches/1/p256.crt
	exits 0 'openssl: the list' openssl crl -inform DER -in web/ca.crl -noout -CAfile ca.crt
fi
printf 9999 >pin
exits 1 'a wrong PIN' "$bv" key publish --keys keys --out web
says 'refuses the PIN'
printf 1234 >pin

# An issuer whose own keys are in the token.
set -- "$("$bv" key show --key "$(uri proof)" --kind ed25519 | cut -d' ' -f2)" "$("$bv" key show --key "$(uri seal)" --kind p256 | cut -d' ' -f2)"
exits 2 'a key of another kind than it is' "$bv" key show --key "$(uri seal)" --kind ed25519
exits 64 'of no kind' "$bv" key show --key "$(uri seal)" --kind rsa
exits 0 'the public key of a file' "$bv" key show --key keys/batches/1/p256.pem --json
json 'd["kind"] == "p256" and d["multikey"].startswith("zDn") and d["jwk"]["crv"] == "P-256"'
did=did:web:chungchi.example.vn
mkdir trust
cat >trust/did.json <<JSON
{"id":"$did","verificationMethod":[{"id":"$did#$1","type":"Multikey","controller":"$did","publicKeyMultibase":"$1"},{"id":"$did#$2","type":"Multikey","controller":"$did","publicKeyMultibase":"$2"}],
"assertionMethod":["$did#$1","$did#$2"]}
JSON
exits 0 'a certificate in several forms, signed in the token' "$bv" cert issue --key "$(uri proof)" --p256-key "$(uri seal)" --did-document trust/did.json \
	--facts "$BV_SOURCE/tests/vectors/certs/facts-1.json" --format json,jwt,sd-jwt --out forms
for f in json jwt sd-jwt; do
	exits 0 "it verifies: $f" "$BV_BUILD/tools/verify/bangvang-verify" --trust trust forms/certificate.$f
done
exits 2 'without did.json' "$bv" cert issue --key "$(uri proof)" --facts "$BV_SOURCE/tests/vectors/certs/facts-1.json"
exits 2 'a did.json beside a file is not named' "$bv" cert issue --key keys/batches/1/key.pem --did-document trust/did.json --facts "$BV_SOURCE/tests/vectors/certs/facts-1.json"
finish
