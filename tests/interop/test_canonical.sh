#!/bin/sh
# Two JSON-LD processors (npm: jsonld with rdf-canonize; Debian: python3-pyld) make the same canonical N-Quads of random certificates as we do.
# Arguments: quads_make, and how many (40). TAP on standard output.
set -u
make=$(realpath "$1")
count=${2:-40}
seed=${3:-bangvang}
here=$BV_SOURCE/tests/interop
contexts=${BV_REF:-$BV_SOURCE/../shared/ref}/certs/contexts
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
n=0
bad=0
run() { # NAME COMMAND…
	name=$1
	shift
	n=$((n + 1))
	if "$@" <"$work/certificates" >"$work/said" 2>&1; then echo "ok $n - $name"; else echo "not ok $n - $name"; bad=1; fi
	sed 's/^/# /' "$work/said"
}

"$make" "$count" "$seed" >"$work/certificates" || { echo "not ok 1 - quads_make"; echo "1..1"; exit 1; }
if "$here/../../tools/npm" "$here" >"$work/npm" 2>&1; then
	run "npm's jsonld and rdf-canonize agree" node "$here/canonical.mjs"
else
	n=$((n + 1))
	echo "ok $n - npm's # SKIP $(tail -n 1 "$work/npm")"
fi
python=
for p in /usr/bin/python3 python3; do
	[ "$python" ] || { "$p" -c 'import pyld, cryptography' 2>/dev/null && python=$p; }
done
if [ "$python" ] && [ -d "$contexts" ]; then
	run "python3-pyld agrees, and python3-cryptography verifies" "$python" "$here/canonical.py" "$contexts"
else
	n=$((n + 1))
	echo "ok $n - pyld # SKIP python3-pyld, python3-cryptography or $contexts is not here"
fi
echo "1..$n"
exit $bad
