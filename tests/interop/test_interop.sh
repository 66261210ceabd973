#!/bin/sh
# Somebody else's verifier (npm: @digitalbazaar/vc) accepts our certificates and refuses changed ones.
# Arguments: bangvang, bangvang-verify. TAP on standard output.
set -u
bangvang=$(realpath "$1")
verify=$(realpath "$2")
here=$BV_SOURCE/tests/interop
n=0
bad=0
result() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; bad=1; fi
}
skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

command -v node >/dev/null && command -v npm >/dev/null || skip "node and npm are not here (apt-get install nodejs npm)"
[ "$(node -p 'parseInt(process.versions.node)')" -ge 18 ] || skip "node $(node --version) is older than 18"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
if ! [ "$here/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]; then
	(cd "$here" && npm ci --ignore-scripts --no-audit --no-fund) >"$work/npm" 2>&1 || {
		sed 's/^/# /' "$work/npm"
		skip "npm could not install the verifier: is there a network?"
	}
fi

theirs() { # NAME WANTED FILE DID.json [TIME]
	name=$1 wanted=$2
	shift 2
	node "$here/verify.mjs" "$@" >"$work/said" 2>&1
	status=$?
	sed 's/^/# /' "$work/said"
	[ "$status" -eq "$wanted" ]
	result $? "$name"
}

vectors=$BV_SOURCE/tests/vectors/certs
for file in "$vectors"/good-*.json; do
	did=web-1
	case $file in *did-key*) did=key-1 ;; esac
	theirs "theirs accepts $(basename "$file")" 0 "$file" "$vectors/trust/$did.json" 2027-01-01T00:00:00Z
done
for what in changed-score impossible-score no-proof other-issuer; do
	theirs "theirs refuses bad-1-$what.json" 1 "$vectors/bad-1-$what.json" "$vectors/trust/web-1.json" 2027-01-01T00:00:00Z
done
theirs "theirs refuses an expired certificate" 1 "$vectors/good-1-full.json" "$vectors/trust/web-1.json" 2032-01-01T00:00:00Z
theirs "theirs refuses another issuer's key" 1 "$vectors/good-1-full.json" "$vectors/trust/key-1.json" 2027-01-01T00:00:00Z

# From a new key to their verdict, with nothing prepared.
for did in did:web:chungchi.example.vn did:web:example.vn:sat-hach ''; do
	dir=$work/issuer${did:+-web}$(printf %s "$did" | tr -dc a-z)
	"$bangvang" key new --out "$dir" ${did:+--did "$did"} >/dev/null && "$bangvang" cert issue --key "$dir/key.pem" \
		--facts "$BV_SOURCE/tests/vectors/certs/facts-1.json" --out "$dir/certificate" --at 2026-11-20T10:00:00Z
	result $? "issued by ${did:-did:key}"
	"$verify" --trust "$dir" --at 2027-01-01T00:00:00Z "$dir/certificate" >/dev/null
	result $? "ours accepts it"
	theirs "theirs accepts it" 0 "$dir/certificate" "$dir/did.json" 2027-01-01T00:00:00Z
	sed 's/"value":"8.50"/"value":"8.60"/' "$dir/certificate" >"$dir/changed"
	cmp -s "$dir/certificate" "$dir/changed"
	[ $? -eq 1 ]
	result $? "one score changed"
	"$verify" --trust "$dir" --at 2027-01-01T00:00:00Z "$dir/changed" >/dev/null
	[ $? -eq 1 ]
	result $? "ours refuses it"
	theirs "theirs refuses it" 1 "$dir/changed" "$dir/did.json" 2027-01-01T00:00:00Z
done
echo "1..$n"
exit $bad
