#!/bin/bash
# Every certificate of every release, in every envelope, says what it said then: tests/vectors/golden. Nothing in that folder may change. Arguments: bangvang, bangvang-verify.
. "$BV_SOURCE/tests/cli/tap.sh"
bangvang=$(realpath "$1") verify=$(realpath "$2")
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
check() { # NAME STATUS PATTERN COMMAND…
	local name=$1 want=$2 pattern=$3 got
	shift 3
	out=$("$@" 2>&1 </dev/null)
	got=$?
	[ $got -eq "$want" ] && grep -q -- "$pattern" <<<"$out"
	ok $? "$name"
}
golden=$BV_SOURCE/tests/vectors/golden
check 'no golden file was changed' 0 '' sh -c 'cd "$1" && sha256sum --quiet --check SHA256SUMS' sh "$golden"
check 'or taken away, or added to an old release' 0 '' sh -c 'cd "$1" && cut -c67- SHA256SUMS | LC_ALL=C sort >"$2" && find [0-9]* -type f | LC_ALL=C sort | diff "$2" -' sh "$golden" "$PWD/listed"
for release in "$golden"/[0-9]*; do
	rm -rf work && cp -r "$release" work
	for coded in work/*.b64; do base64 -d "$coded" >"${coded%.b64}" && rm "$coded"; done
	name=$(basename "$release")
	verdict() { # FILE TIME: the verdict in JSON, whatever the exit status
		n=${1%.*} && n=${n##*-}
		case $n in [0-9]*) ;; *) n=1 ;; esac
		"$verify" --json --trust work/trust --status work/status --log work/policy --proof "work/certificate-$n.tlog-proof" --at "$2" "work/$1" | sed -n 's/^ *"verdict": "\(.*\)",$/\1/p'
	}
	while read -r file wanted at; do
		case $file in '#'*) continue ;; esac
		check "$name: $file at $at is $wanted" 0 "^$wanted\$" verdict "$file" "$at"
		[ "$wanted" = valid ] || continue
		# A bit in the middle, at the beginning and towards the end.
		size=$(wc -c <"work/$file")
		for place in $((size / 3)) $((size / 2)) $((size - size / 8)); do
			cp "work/$file" "work/twin-1.${file##*.}"
			byte=$(tail -c +$((place + 1)) "work/$file" | head -c 1 | od -An -tu1)
			printf "\\$(printf %o $((byte ^ 1)))" | dd of="work/twin-1.${file##*.}" bs=1 seek=$place conv=notrunc 2>dd.log
			check "$name: $file with a bit of byte $place changed is not valid" 0 '^\(invalid\|unchecked\|unknown-issuer\)$' verdict "twin-1.${file##*.}" "$at"
		done
	done <work/CASES
	rm -rf pile && mkdir pile && cp work/certificate-1.* pile/
	piled="$bangvang cert verify --dir pile --trust work/trust --status work/status --log work/policy --at 2026-12-05T00:00:00Z --lang en"
	check "$name: a folder takes the envelopes for one certificate" 1 '^5 files: [123] valid, [234] TWICE$' $piled
	rm pile/*.tlog-proof pile/*.pdf
	check "$name: and none for valid whose proof is not there" 1 '^4 files: 0 valid, 4 INVALID$' $piled
done
finish
