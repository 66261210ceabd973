#!/bin/sh
# Somebody else's verifiers accept our VC-JWT, SD-JWT VC and paper, and refuse their tampered twins; zbar reads our symbols.
# Arguments: bangvang, bangvang-verify. TAP on standard output.
set -u
bangvang=$(realpath "$1")
verify=$(realpath "$2")
here=$BV_SOURCE/tests/interop/jose
at=2027-01-01T00:00:00Z
n=0
bad=0
result() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; bad=1; fi
}
skip() { # NAME
	n=$((n + 1))
	echo "ok $n # SKIP $1"
}
# The exit status of a command, and what it says, which contains a text.
says() { # NAME WANTED TEXT COMMAND…
	name=$1 wanted=$2 text=$3
	shift 3
	"$@" >"$work/said" 2>&1
	status=$?
	[ "$status" -eq "$wanted" ] && grep -qF -- "$text" "$work/said"
	found=$?
	[ "$found" -eq 0 ] || sed 's/^/# /' "$work/said"
	result "$found" "$name"
}
ours() { # NAME WANTED FILE
	says "$1" "$2" "" "$verify" --trust "$work/issuer" --at "$at" "$3"
}

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1
if ! [ "$here/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]; then
	(cd "$here" && npm ci --ignore-scripts --no-audit --no-fund) >"$work/npm" 2>&1 || sed 's/^/# /' "$work/npm"
fi
npm=no
node -e 'process.exit(+(parseInt(process.versions.node) < 18))' 2>/dev/null && [ -d "$here/node_modules/jose" ] && npm=yes
# Debian's own, which has Debian's packages, whatever other Python there is.
debian=/usr/bin/python3
has_python() {
	$debian -c "import $1" 2>/dev/null
}

python=no
has_python cryptography && has_python cbor2 && python=yes
"$bangvang" key new --did did:web:chungchi.example.vn --out "$work/issuer" >/dev/null
result $? "a new issuer"
[ $python = no ] || $debian "$here/verify_paper.py" --delegate "$work/issuer" 2026-11-18T00:00:00Z
result $? "whose key of P-256 has a delegation that somebody else's program wrote"
sed 's/"name": "Nguy[^"]*"/&, "birth": "1990-02-28"/' "$BV_SOURCE/tests/vectors/certs/facts-1.json" >"$work/facts.json"
"$bangvang" cert issue --key "$work/issuer/key.pem" --facts "$work/facts.json" --at 2026-11-20T10:00:00Z --out "$work/c" \
	--format json,jwt,sd-jwt,qr >/dev/null
result $? "a certificate in every envelope"
for kind in jwt sd-jwt qr; do
	ours "ours accepts $kind" 0 "$work/c/certificate.$kind"
done
$debian "$here/tamper.py" jwt "$work/c/certificate.jwt" '"value":"8.50"' '"value":"8.60"' >"$work/t.jwt"
$debian "$here/tamper.py" jwt "$work/c/certificate.jwt" 'Nguyễn' 'Nguyên' >"$work/t2.jwt"
$debian "$here/tamper.py" disclosure "$work/c/certificate.sd-jwt" '"L2"' '"L3"' >"$work/t.sd-jwt"
$debian "$here/tamper.py" jwt "$work/c/certificate.sd-jwt" '"nbf":179' '"nbf":178' >"$work/t2.sd-jwt"
$debian "$here/tamper.py" qr "$work/c/certificate.qr" BV-2026-000123 BV-2026-000124 >"$work/t.qr"
$debian "$here/tamper.py" qr "$work/c/certificate.qr" bL2 bL3 >"$work/t2.qr"
for twin in t.jwt t2.jwt t.sd-jwt t2.sd-jwt t.qr t2.qr; do
	ours "ours refuses $twin" 1 "$work/$twin"
done

# VC-JWT
did=$work/issuer/did.json
if [ $npm = yes ]; then
	jose() { # NAME WANTED TEXT FILE TIME
		says "jose $1" "$2" "$3" node "$here/verify_jwt.mjs" "$4" "$did" "$5"
	}
	jose "accepts our VC-JWT" 0 "verified 8.50 7 L2 " "$work/c/certificate.jwt" "$at"
	jose "refuses another score" 1 "signature verification failed" "$work/t.jwt" "$at"
	jose "refuses another name" 1 "signature verification failed" "$work/t2.jwt" "$at"
	jose "refuses it after its end" 1 '"exp" claim timestamp check failed' "$work/c/certificate.jwt" 2032-01-01T00:00:00Z
	jose "refuses it before its beginning" 1 '"nbf" claim timestamp check failed' "$work/c/certificate.jwt" 2026-11-01T00:00:00Z
else
	skip "npm could not install jose"
fi
if has_python jwcrypto && has_python cryptography; then
	says "jwcrypto accepts our VC-JWT" 0 "verified urn:uuid:" $debian "$here/verify_jwt.py" "$work/c/certificate.jwt" "$did"
	says "jwcrypto refuses another score" 1 "NOT verified" $debian "$here/verify_jwt.py" "$work/t.jwt" "$did"
	says "jwcrypto refuses another name" 1 "NOT verified" $debian "$here/verify_jwt.py" "$work/t2.jwt" "$did"
else
	skip "python3-jwcrypto is not here"
fi

# SD-JWT VC, whole, in part by ours, in part by theirs
"$bangvang" cert disclose "$work/c/certificate.sd-jwt" --claim level --claim areas.IU01 --out "$work/level.sd-jwt"
result $? "the level and one area disclosed"
if [ $npm = yes ]; then
	sd() { # NAME WANTED TEXT FILE [TIME]
		says "@sd-jwt $1" "$2" "$3" node "$here/verify_sd_jwt.mjs" "$4" "$did" "${5-$at}"
	}
	sd "accepts our SD-JWT VC" 0 '"name":"Nguyễn Thị Ánh Tuyết"' "$work/c/certificate.sd-jwt"
	sd "accepts a part of it" 0 '"level":"L2"' "$work/level.sd-jwt"
	sd "reads the area in it" 0 '"areas":{"IU01":"8.50"}' "$work/level.sd-jwt"
	node "$here/verify_sd_jwt.mjs" "$work/level.sd-jwt" "$did" "$at" | grep -q -e Nguy -e licence -e 1990
	[ $? -eq 1 ]
	result $? "and no name in it"
	# It passes over a disclosure that belongs to no digest, which RFC 9901 §7.1 has a verifier refuse.
	node "$here/verify_sd_jwt.mjs" "$work/t.sd-jwt" "$did" "$at" | grep -q '"level"'
	[ $? -eq 1 ]
	result $? "@sd-jwt shows no level that was changed"
	sd "refuses another beginning" 1 "NOT verified" "$work/t2.sd-jwt"
	sd "refuses it after its end" 1 "NOT verified" "$work/level.sd-jwt" 2032-01-01T00:00:00Z
	node "$here/verify_sd_jwt.mjs" "$work/c/certificate.sd-jwt" "$did" --present level,areas.IU01 >"$work/theirs.sd-jwt"
	ours "ours accepts a presentation that @sd-jwt made" 0 "$work/theirs.sd-jwt"
	says "with the same claims" 0 "Level: L2" "$bangvang" cert show --lang en "$work/theirs.sd-jwt"
else
	skip "npm could not install @sd-jwt"
fi

# Paper
if [ $python = yes ]; then
	says "cbor2 and cryptography accept our paper" 0 '"name": "Nguyễn Thị Ánh Tuyết"' $debian "$here/verify_paper.py" "$work/c/certificate.qr" "$did" "$at"
	says "and read its date of birth" 0 '"birth": "1990-02-28"' $debian "$here/verify_paper.py" "$work/c/certificate.qr" "$did" "$at"
	says "and its results" 0 '"results": ["8.50", "7"]' $debian "$here/verify_paper.py" "$work/c/certificate.qr" "$did" "$at"
	says "they refuse another licence" 1 InvalidSignature $debian "$here/verify_paper.py" "$work/t.qr" "$did" "$at"
	says "they refuse another level" 1 InvalidSignature $debian "$here/verify_paper.py" "$work/t2.qr" "$did" "$at"
else
	skip "python3-cbor2 or python3-cryptography is not here"
fi
if command -v zbarimg >/dev/null; then
	"$bangvang" cert qr "$work/c/certificate.qr" --out "$work/qr.png" --json >"$work/qr.json"
	result $? "the symbol as a picture"
	grep -q '"version": 1[0-4],' "$work/qr.json"
	result $? "of a version of at most 14, with the delegation"
	zbarimg -q --raw -Sdisable -Sqrcode.enable "$work/qr.png" 2>/dev/null | head -n 1 >"$work/read"
	head -n 1 "$work/c/certificate.qr" | cmp -s - "$work/read"
	result $? "zbar reads the text back"
	ours "which verifies" 0 "$work/read"
else
	skip "zbarimg is not here (apt-get install zbar-tools)"
fi
echo "1..$n"
exit $bad
