#!/bin/bash
# TAP: Go's x/mod (sumdb/note, sumdb/tlog), from Debian, verifies the checkpoints, cosignatures, proofs, tiles and entries of our log, and refuses changed ones.
# $1: log_make.
. "$BV_SOURCE/tests/cli/tap.sh"
gopath=/usr/share/gocode
if ! command -v go >/dev/null || [ ! -d $gopath/src/golang.org/x/mod/sumdb/tlog ]; then
	echo '1..0 # SKIP no Go with x/mod here (apt-get install golang-go golang-golang-x-mod-dev)'
	exit 0
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# What is built is kept in the build folder: the first time takes half a minute.
export GO111MODULE=off GOPATH=$gopath GOCACHE=$BV_BUILD/go-cache GOFLAGS=-trimpath CGO_ENABLED=0
tlog=$BV_BUILD/go-cache/tlog
if ! [ "$tlog" -nt "$BV_SOURCE/tests/interop/tlog/main.go" ]; then
	mkdir -p "$GOCACHE"
	exits 0 'it is built' go build -o "$tlog" "$BV_SOURCE/tests/interop/tlog/main.go"
fi
for how in '1 1' '9 2' '256 100' '700 123' '70000 23456'; do
	read -r size step <<<"$how"
	of=$dir/$size
	mkdir "$of"
	exits 0 "a log of $size entries" "$1" "$of" "$size" "$step"
	vkey=$(cat "$of/vkey") witness=$(cat "$of/witness")
	exits 0 'all of it' "$tlog" log "$of/log" "$vkey"
	says "log.example.vn/chung-chi $size"
	bad=0 count=0 last=
	for entry in "$of"/entry-*; do
		count=$((count + 1))
		"$tlog" proof "${entry/entry-/proof-}" "$entry" "$vkey" >/dev/null || bad=$((bad + 1))
	done
	for note in $(ls "$of"/checkpoint-* | sort -t- -k2n); do
		count=$((count + 1))
		"$tlog" cosigned "$note" "$witness" >/dev/null || bad=$((bad + 1))
		if [ "$last" ]; then "$tlog" continues "${note/checkpoint-/consistency-}" "$last" "$vkey" >/dev/null || bad=$((bad + 1)); fi
		last=$note
	done
	[ $bad -eq 0 ]
	ok $? "$count proofs, cosignatures and continuations"
done
of=$dir/700 vkey=$(cat "$dir/700/vkey") witness=$(cat "$dir/700/witness")
flip() { # FILE OFFSET: that byte changed
	python3 -IS -c 'import sys; p, n = sys.argv[1], int(sys.argv[2]); b = bytearray(open(p, "rb").read()); b[n] ^= 1; open(p, "wb").write(b)' "$1" "$2"
}
changed() { # NAME FILE OFFSET COMMAND…
	local name=$1 file=$2 at=$3
	shift 3
	flip "$file" "$at"
	exits 1 "refused: $name" "$tlog" "$@"
	flip "$file" "$at"
}
changed 'a tile' "$of/log/tile/0/001" 77 log "$of/log" "$vkey"
changed 'a tile above' "$of/log/tile/1/000.p/2" 3 log "$of/log" "$vkey"
changed 'an entry' "$of/log/tile/entries/002.p/188" 500 log "$of/log" "$vkey"
changed 'the length of an entry' "$of/log/tile/entries/000" 1 log "$of/log" "$vkey"
changed 'the size' "$of/log/checkpoint" 27 log "$of/log" "$vkey"
changed 'the hash that goes with a proof' "$of/proof-0" 60 proof "$of/proof-0" "$of/entry-0" "$vkey"
changed 'a proof' "$of/proof-0" 120 proof "$of/proof-0" "$of/entry-0" "$vkey"
changed 'its entry' "$of/entry-0" 3 proof "$of/proof-0" "$of/entry-0" "$vkey"
changed 'a continuation' "$of/consistency-700" 20 continues "$of/consistency-700" "$of/checkpoint-615" "$vkey"
changed 'a cosignature' "$of/checkpoint-700" "$(($(stat -c %s "$of/checkpoint-700") - 30))" cosigned "$of/checkpoint-700" "$witness"
changed 'the text that is cosigned' "$of/checkpoint-700" 26 cosigned "$of/checkpoint-700" "$witness"
exits 1 'refused: the key of the log in place of the witness'"'s" "$tlog" cosigned "$of/checkpoint-700" "$vkey"
exits 1 'refused: another entry' "$tlog" proof "$of/proof-0" "$of/entry-36" "$vkey"
exits 0 'unchanged all is well' "$tlog" log "$of/log" "$vkey"
finish
