# An office in the folder that we are in, for tests that source this after tap.sh: keys of a batch by an authority of its own (keys, trust), two persons (p1, p2) with a
# mandate for everything, a public log (log, log-key, policy), a register (r.db), and the process that has the keys.
did=did:web:so.example.vn
log=(--log log --log-key log-key/key.pem)
office() {
	"$bv" key ceremony --rehearsal --name Gốc --shares 2 --threshold 2 --out root >/dev/null &&
		"$bv" key ca --keys keys --did $did --name CA >/dev/null &&
		"$bv" key ceremony --use --rehearsal --root root/root.crt --share root/share-1.txt --share root/share-2.txt --request keys/ca.csr --out ca.crt >/dev/null &&
		"$bv" key ca --keys keys --install ca.crt --root root/root.crt --root-crl root/root.crl >/dev/null &&
		"$bv" key batch --keys keys >/dev/null && mkdir trust && cp keys/batches/1/did.json trust/ || return
	for who in p1 p2 log-key; do "$bv" key new --out $who >/dev/null || return; done
	"$bv" log init --log log --origin so.example.vn/log --key log-key/key.pem >/dev/null && "$bv" log append --log log keys/log/*added* >/dev/null &&
		"$bv" log checkpoint "${log[@]/#--log-key/--key}" >/dev/null && printf 'log %s\nquorum none\n' "$(cat log/vkey)" >policy &&
		echo "<mandates xmlns='https://bangvang.vn/ns/mandates/1' identifier='m' version='1'>$(mandate 1)$(mandate 2)</mandates>" >mandates.xml &&
		"$bv" register init --db r.db --issuer $did --status https://so.example.vn/status --issuing "$BV_SOURCE/registry/sample/issuing.xml" --mandates mandates.xml >/dev/null
}
mandate() { echo "<mandate identifier='M$1' person='P-$1' key='$(cut -d' ' -f1 "p$1/key.multikey")' deeds='issue revoke suspend reinstate supersede correct resume' schemes='*' centres='*' from='2026-01-01' to='2099-12-31'>QĐ</mandate>"; }
until_is() { # WORDS FILE: at most 20 s
	for _ in $(seq 400); do grep -qs -- "$1" "$2" && return; sleep 0.05; done
	return 1
}
# Starts bangvang-signer; its process is $signing.
start_signer() { # SIGNER SOCKET ARGUMENT…
	local signer=$1 socket=$2
	shift 2
	rm -f "$socket.log"
	ASAN_OPTIONS=detect_leaks=0 "$signer" --keys keys --batch 1 --socket "$socket" "$@" 2>"$socket.log" & # its filter leaves a leak checker nothing
	signing=$!
	until_is event=start "$socket.log"
}
number() { python3 -c 'import sqlite3, sys; print(sqlite3.connect("file:r.db?mode=ro", uri=True, timeout=20).execute(sys.argv[1]).fetchone()[0])' "$1" 2>/dev/null; }
