#!/bin/sh
# Somebody else's verifiers (npm: @digitalbazaar/vc, and @digitalcredentials/verifier-core) accept our certificates and refuse changed ones.
# Arguments: bangvang, bangvang-verify, lists_make. TAP on standard output.
set -u
bangvang=$(realpath "$1")
verify=$(realpath "$2")
lists_make=$(realpath "$3")
here=$BV_SOURCE/tests/interop
at=2027-01-01T00:00:00Z
n=0
bad=0
result() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; bad=1; fi
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
"$here/../../tools/npm" "$here" >"$work/npm" 2>&1 || {
	sed 's/^/# /' "$work/npm"
	echo "1..0 # SKIP $(tail -n 1 "$work/npm")"
	exit 0
}

ask() { # NAME accepts|refuses|refuses-once FILE DID.json [TIME [REVOKED [LISTS]]]: of Digital Bazaar
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "${5:-}" "${6:-}" "${7:-}" >>"$work/verify.mjs"
}
ask_core() { # NAME accepts|refuses FILE DID.json [LISTS]: of verifier-core, which knows eddsa-rdfc-2022 only, for the present time
	printf '%s\t%s\t%s\t%s\t\t\t%s\n' "$1" "$2" "$3" "$4" "${5:-}" >>"$work/core.mjs"
}
asked() { # VERIFIER: all that was collected for it
	node "$here/cases.mjs" "$1" <"$work/$1" >"$work/said" 2>&1
	while IFS= read -r line; do
		case $line in
		'ok - '*) result 0 "${line#ok - }" ;;
		'not ok - '*) result 1 "${line#not ok - }" ;;
		*) echo "# $line" ;;
		esac
	done <"$work/said"
	[ "$(grep -c '^ok - \|^not ok - ' "$work/said")" -eq "$(wc -l <"$work/$1")" ]
	result $? "$1 said something of all of them"
}

# Golden certificates.
vectors=$BV_SOURCE/tests/vectors/certs
for file in "$vectors"/good-*.json; do
	did=web-1
	case $file in *did-key*) did=key-1 ;; esac
	ask "$(basename "$file")" accepts "$file" "$vectors/trust/$did.json" $at
done
for what in 1-changed-score 1-impossible-score 1-no-proof 1-other-issuer 2-changed-score 2-impossible-score 2-rdfc-changed-name; do
	ask "bad-$what.json" refuses "$vectors/bad-$what.json" "$vectors/trust/web-1.json" $at
done
ask bad-2-other-proof.json refuses-once "$vectors/bad-2-other-proof.json" "$vectors/trust/web-1.json" $at
ask 'an expired certificate' refuses "$vectors/good-2-set.json" "$vectors/trust/web-1.json" 2032-01-01T00:00:00Z
ask "another issuer's key" refuses "$vectors/good-2-set.json" "$vectors/trust/key-1.json" $at
ask_core 'a certificate with one score changed' refuses "$vectors/bad-2-changed-score.json" "$vectors/trust/web-1.json"
ask_core 'a certificate with the proof of another' refuses "$vectors/bad-2-other-proof.json" "$vectors/trust/web-1.json"
ask_core 'a name that is not the one signed' refuses "$vectors/bad-2-rdfc-changed-name.json" "$vectors/trust/web-1.json"

# From a new key to their verdict, with nothing prepared.
sed '/validUntil/s/, "validUntil": "[^"]*"//' "$vectors/facts-1.json" >"$work/facts"
for did in did:web:chungchi.example.vn did:web:example.vn:sat-hach ''; do
	dir=$work/issuer${did:+-web}$(printf %s "$did" | tr -dc a-z)
	"$bangvang" key new --out "$dir" ${did:+--did "$did"} >/dev/null && "$bangvang" cert issue --key "$dir/key.pem" --facts "$work/facts" --out "$dir/certificate" \
		--at 2026-11-20T10:00:00Z
	result $? "issued by ${did:-did:key}"
	"$verify" --trust "$dir" --at $at "$dir/certificate" >/dev/null
	result $? "ours accepts it"
	sed 's/"value":"8.50"/"value":"8.60"/' "$dir/certificate" >"$dir/changed"
	cmp -s "$dir/certificate" "$dir/changed"
	[ $? -eq 1 ]
	result $? "one score changed"
	"$verify" --trust "$dir" --at $at "$dir/changed" >/dev/null
	[ $? -eq 1 ]
	result $? "ours refuses it"
	ask "the one by ${did:-did:key}" accepts "$dir/certificate" "$dir/did.json" $at
	ask "it with one score changed" refuses "$dir/changed" "$dir/did.json" $at
	ask_core "the one by ${did:-did:key}" accepts "$dir/certificate" "$dir/did.json"
	ask_core "it with one score changed" refuses "$dir/changed" "$dir/did.json"
done

# Status lists: ours names them, theirs finds its bit.
sed 's|"licence"|"status": {"list": "https://chungchi.example.vn/status/7", "index": 94567}, "licence"|; s|"holder": {|&"birth": "1990-02-28", |' "$work/facts" >"$work/listed"
dir=$work/issuer-webdidwebchungchiexamplevn
"$bangvang" cert issue --key "$dir/key.pem" --facts "$work/listed" --out "$dir/listed" --at 2026-11-20T10:00:00Z
result $? "issued with status lists and a hashed date of birth"
ask 'one that names status lists' accepts "$dir/listed" "$dir/did.json" $at
ask 'it when its neighbours are revoked' accepts "$dir/listed" "$dir/did.json" $at revocation#94566
ask 'it when it was revoked' refuses "$dir/listed" "$dir/did.json" $at revocation#94567
ask 'it when it was suspended' refuses "$dir/listed" "$dir/did.json" $at suspension#94567
sed 's/94567/94566/g' "$dir/listed" >"$dir/moved"
ask 'it moved to another place of the lists' refuses "$dir/moved" "$dir/did.json" $at

# Our lists, whose proofs they verify as well.
mkdir "$work/valid" "$work/revoked" "$work/forged"
"$lists_make" "$dir/key.pem" https://chungchi.example.vn/status/7 "$work/valid" && "$lists_make" "$dir/key.pem" https://chungchi.example.vn/status/7 "$work/revoked" 94567
result $? 'our status lists'
for kind in revocation suspension; do sed 's/"validUntil":"2/"validUntil":"3/' "$work/valid/$kind" >"$work/forged/$kind"; done
ask 'one that is valid by our lists' accepts "$dir/listed" "$dir/did.json" '' '' "$work/valid"
ask 'one that is revoked by our list' refuses "$dir/listed" "$dir/did.json" '' '' "$work/revoked"
ask 'one whose lists were changed' refuses "$dir/listed" "$dir/did.json" '' '' "$work/forged"
ask_core 'one that is valid by our lists' accepts "$dir/listed" "$dir/did.json" "$work/valid"
ask_core 'one that is revoked by our list' refuses "$dir/listed" "$dir/did.json" "$work/revoked"
ask_core 'one whose lists were changed' refuses "$dir/listed" "$dir/did.json" "$work/forged"

asked verify.mjs
asked core.mjs
echo "1..$n"
exit $bad
