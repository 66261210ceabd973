# bangvang cert issue --format, cert disclose, cert qr, as a shell sees them. No arguments.
. "$BV_SOURCE/tests/cli/tap.sh"
vectors=$BV_SOURCE/tests/vectors/certs
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

exits 0 'an issuer' "$bv" key new --did did:web:chungchi.example.vn --out issuer
exits 0 'an issuer that is a key' "$bv" key new --out alone
issue() { # NAME STATUS ISSUER ARGUMENT…
	local name=$1 want=$2 key=$3/key.pem
	shift 3
	exits "$want" "$name" "$bv" cert issue --key "$key" --facts "$vectors/facts-1.json" --at 2026-11-20T10:00:00Z "$@"
}
issue 'every envelope' 0 issuer --format json,jwt,sd-jwt,qr --out c --json
json 'd["files"] == ["c/certificate." + kind for kind in ("json", "jwt", "sd-jwt", "qr")]'
issue 'some of them, in any order' 0 issuer --format sd-jwt,json --out some
says some/certificate.sd-jwt
exits 1 'and no other' test -e some/certificate.jwt
issue 'none is overwritten' 2 issuer --format jwt --out c
says exists
issue 'no such format' 64 issuer --format jwt,cwt --out d
issue 'an empty one' 64 issuer --format jwt, --out d
issue 'nowhere to write' 64 issuer --format jwt
issue 'no key for a JWT' 2 alone --format jwt --out d
says 'no key of P-256'
issue 'JSON without one' 0 alone --format json --out d
issue 'another page' 0 issuer --format qr --page https://example.vn/kiem-tra --out page
grep -q '^https://example.vn/kiem-tra#[0-9]*$' page/certificate.qr
ok $? 'is where the symbol leads to'
for kind in json jwt sd-jwt qr; do
	exits 0 "$kind verifies" "$bv" cert verify --trust issuer --at 2027-01-01T00:00:00Z --lang en c/certificate.$kind
	says 'Licence number: BV-2026-000123'
	exits 1 "$kind of somebody else does not" "$bv" cert verify --trust alone --at 2027-01-01T00:00:00Z --lang en c/certificate.$kind
	says 'UNKNOWN ISSUER'
done

exits 0 'what there is to disclose' "$bv" cert disclose c/certificate.sd-jwt
says 'areas.IU01: "8.50"'
exits 0 'as JSON' "$bv" cert disclose c/certificate.sd-jwt --json
json '{"claim": "level", "value": "L2"} in d'
exits 0 'the level and an area' "$bv" cert disclose c/certificate.sd-jwt --claim level --claim areas.IU01 --out level.sd-jwt
exits 0 'verify' "$bv" cert verify --trust issuer --at 2027-01-01T00:00:00Z --lang en level.sd-jwt
says 'Level: L2'
says 'Result IU01: 8.50'
exits 1 'and show nothing else' grep -q -e 'Holder' -e 'IU02' <<<"$out"
exits 2 'what was left out is not there any more' "$bv" cert disclose level.sd-jwt --claim name
says 'there is: level, areas.IU01'
exits 2 'what is there is not overwritten' "$bv" cert disclose c/certificate.sd-jwt --claim level --out level.sd-jwt
exits 0 'nothing at all' "$bv" cert disclose c/certificate.sd-jwt --none --json
json 'd["presentation"].count("~") == 1 and d["presentation"].endswith("~")'
exits 2 'a JWT has nothing to disclose' "$bv" cert disclose c/certificate.jwt
says "c/certificate.jwt: RFC 9901 §4: there is no '~'"
exits 2 'no file' "$bv" cert disclose none.sd-jwt

exits 0 'the symbol on the terminal' "$bv" cert qr c/certificate.qr
says '█'
exits 0 'as SVG' "$bv" cert qr c/certificate.qr --out qr.svg --json
json '10 <= d["version"] <= 14 and d["modules"] == 17 + 4 * d["version"] and d["text"].startswith("https://chungchi.example.vn/v#")'
side=$(python3 -IS -c 'import json,sys; print(json.loads(sys.argv[1])["modules"] + 8)' "$out")
grep -q "viewBox=\"0 0 $side $side\"" qr.svg
ok $? 'with its margin'
# The upper left finder: seven dark modules from the margin on.
grep -q 'd="M4 4h7v1h-7z' qr.svg
ok $? 'and its dark modules'
exits 0 'as PNG' "$bv" cert qr c/certificate.qr --out qr.png
[ "$(head -c 8 qr.png | od -An -tx1 | tr -d ' ')" = 89504e470d0a1a0a ]
ok $? 'which is one'
exits 0 'under another page' "$bv" cert qr c/certificate.qr --page https://other.example/v --out qr.svg --json
json 'd["text"].startswith("https://other.example/v#")'
exits 64 'neither' "$bv" cert qr c/certificate.qr --out qr.gif
exits 2 'not of a JWT' "$bv" cert qr c/certificate.jwt
says 'neither digits nor base64url'
exits 2 'nowhere to write' "$bv" cert qr c/certificate.qr --out none/qr.svg
finish
