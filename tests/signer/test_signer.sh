# bangvang-signer as a process: who may ask, what it signs, stops, crashes, and what is left to it. Arguments: the signer, its client.
. "$BV_SOURCE/tests/cli/tap.sh"
signer=$(realpath "$1")
client=$(realpath "$2")
work=$(mktemp -d) || exit 1
pid=
trap '[ "$pid" ] && kill "$pid" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
start() { # ARGUMENTS…: in the background, until it listens
	rm -f log
	ASAN_OPTIONS=detect_leaks=0 "$signer" "$@" 2>log & # its filter leaves a leak checker nothing
	pid=$!
	for _ in $(seq 200); do grep -q event=start log 2>/dev/null && return 0; kill -0 "$pid" 2>/dev/null || return 1; sleep 0.05; done
	return 1
}
end() { kill -"${1:-TERM}" "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; status=$?; pid=; }

"$bv" key ceremony --rehearsal --name Gốc --shares 2 --threshold 2 --out root >/dev/null &&
	"$bv" key ca --keys keys --did did:web:chungchi.example.vn --name CA >/dev/null &&
	"$bv" key ceremony --use --rehearsal --root root/root.crt --share root/share-1.txt --share root/share-2.txt --request keys/ca.csr --out ca.crt >/dev/null &&
	"$bv" key ca --keys keys --install ca.crt --root root/root.crt --root-crl root/root.crl >/dev/null &&
	"$bv" key batch --keys keys >/dev/null && "$bv" key batch --keys keys --from 2999-01-01T00:00:00Z >out 2>&1
out=$(cat out)
says 'renew the authority'
# A batch whose window comes tomorrow, and one that takes one certificate.
exits 0 'a batch for tomorrow' "$bv" key batch --keys keys --from "$(date -u -d tomorrow +%Y-%m-%dT%H:%M:%SZ)"
exits 0 'a batch of one certificate' "$bv" key batch --keys keys --limit 1
sock=$work/sock

exits 64 'without options' "$signer"
exits 0 'help' "$signer" --help
exits 2 'no such batch' "$signer" --keys keys --batch 9 --socket "$sock"
exits 2 'no such folder' "$signer" --keys nowhere --batch 1 --socket "$sock"
start --keys keys --batch 1 --socket "$sock"
ok $? 'it starts'
exits 0 'Ed25519 signs' "$client" sign "$sock" 1
exits 0 'P-256 signs' "$client" sign "$sock" 2
exits 2 'P-384 is not there' "$client" sign "$sock" 3
exits 2 'Ed25519 does not sign what does not fit' "$client" big "$sock" 1
exits 0 'P-256 does: it signs the hash' "$client" big "$sock" 2
exits 0 'the socket is for its user only' test "$(stat -c %a "$sock")" = 600
exits 2 'a second signer of the same batch' "$signer" --keys keys --batch 1 --socket "$work/other"
says 'another signer'
exits 0 'a frame that is too short' "$client" raw "$sock" 00
says 'says 1'
says 'then 0'
exits 0 'one that is too long' "$client" raw "$sock" "$(printf '00%.0s' $(seq 600))"
says 'says 1'
exits 0 'it goes on' "$client" sign "$sock" 2
for i in $(seq 5); do "$client" rate "$sock" 2 40 & done >/dev/null
wait $(jobs -p | grep -v "^$pid$")
ok $? 'five at once'
facts=$BV_SOURCE/tests/vectors/certs/facts-1.json
exits 0 'a certificate in several forms' "$bv" cert issue --key "signer:$sock" --did-document keys/batches/1/did.json --facts "$facts" --format json,jwt,sd-jwt,qr --out forms
mkdir trust && cp keys/batches/1/did.json trust
for f in json jwt sd-jwt; do
	exits 0 "it verifies: $f" "$BV_BUILD/tools/verify/bangvang-verify" --trust trust forms/certificate.$f
done
exits 2 'without did.json' "$bv" cert issue --key "signer:$sock" --facts "$facts"
exits 3 'nobody listens' "$bv" cert issue --key "signer:$work/none" --did-document keys/batches/1/did.json --facts "$facts"

# A whole sitting through the signer, and the stop in the middle of it.
mkdir -p office/facts
for who in person log-key; do "$bv" key new --out office/$who >/dev/null; done
echo "<mandates xmlns='https://bangvang.vn/ns/mandates/1' identifier='mau' version='1'><mandate identifier='M1' person='P-1' key='$(cut -d' ' -f1 office/person/key.multikey)' deeds='issue' schemes='*' centres='*' from='2026-01-01' to='2099-12-31'>Mẫu</mandate></mandates>" >office/mandates.xml
for i in Bình Cường Dung; do sed "s/Nguyễn Thị Ánh Tuyết/Lê Thị $i/; /\"licence\"/d; /\"validUntil\"/d" "$facts" >office/facts/T-$i.json; done
"$bv" log init --log office/log --origin chungchi.example.vn/log --key office/log-key/key.pem >/dev/null
exits 0 'a register' "$bv" register init --db office/register.db --issuer did:web:chungchi.example.vn --status https://chungchi.example.vn/status \
	--issuing "$BV_SOURCE/registry/sample/issuing.xml" --mandates office/mandates.xml
batch="$bv cert batch --db office/register.db --name dot-1 --scheme CNTT --centre TT01 --key signer:$sock --did-document keys/batches/1/did.json --officer office/person/key.pem
	--log office/log --log-key office/log-key/key.pem --facts office/facts --out certificates"
touch keys/STOP
exits 1 'nothing is issued while the signer is stopped' $batch
says 'keys/STOP: nothing is issued by these keys'
rm keys/STOP
exits 0 'the same command goes on when it is not' $batch
exits 0 'three certificates, none twice' test "$(ls certificates/*.json | wc -l)" = 3
exits 2 'they verify, but for the status list, which nobody has' "$BV_BUILD/tools/verify/bangvang-verify" --json --trust trust certificates/*.json
json 'len(d["certificates"]) == 3 and all(k["result"] == "passed" for c in d["certificates"] for k in c["checks"] if k["check"] in ("signature", "key", "issuer"))'

# What is left to the process.
exits 0 'no core file, no debugger: its memory is closed to its own user' test ! -r "/proc/$pid/environ" -o "$(id -u)" = 0
exits 0 'a filter of system calls' grep -q '^Seccomp:[[:space:]]*2' "/proc/$pid/status"
exits 0 'no new rights' grep -q '^NoNewPrivs:[[:space:]]*1' "/proc/$pid/status"
[ "${BV_SANITIZED:-}" ] || exits 0 'locked memory' test "$(awk '/VmLck/{print $2}' "/proc/$pid/status")" -ge 64
exits 0 'no socket but its own' test "$(grep -c -F "$sock" /proc/net/unix)" -ge 1 -a -z "$(ls -l /proc/$pid/fd 2>/dev/null | grep -c inet | grep -v '^0$')"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 755 "$work" && chmod 666 "$sock"
	exits 3 'the kernel says who asks: another user is refused, whatever the rights of the socket' setpriv --reuid 65534 --clear-groups "$client" sign "$sock" 1
	exits 0 'and logged' grep -q 'event=refused uid=65534' log
fi

# Stops.
touch keys/STOP
exits 1 'the stop file stops it' "$client" sign "$sock" 1
says 'signing was stopped'
exits 1 'a certificate is not issued' "$bv" cert issue --key "signer:$sock" --did-document keys/batches/1/did.json --facts "$facts"
rm keys/STOP
exits 0 'and no longer' "$client" sign "$sock" 1
exits 0 'a stop over the socket' "$client" stop "$sock"
exits 1 'stops it' "$client" sign "$sock" 2
end
[ "$status" -eq 0 ] && [ ! -e "$sock" ]
ok $? 'a signal ends it in order'
start --keys keys --batch 1 --socket "$sock"
exits 1 'stopped after a restart, too' "$client" sign "$sock" 2
end
start --keys keys --batch 1 --socket "$sock" --resume
exits 0 'until it is taken back' "$client" sign "$sock" 2

# A crash.
before=$(cut -d' ' -f5 keys/batches/1/signer.state)
"$client" rate "$sock" 2 300 >/dev/null
end KILL
after=$(cut -d' ' -f5 keys/batches/1/signer.state)
[ $((10#$after)) -ge $((10#$before + 44)) ]
ok $? "kill -9 gives no signature back ($before, $after)"
start --keys keys --batch 1 --socket "$sock"
ok $? 'and it starts again over the socket that was left'
exits 0 'and signs' "$client" sign "$sock" 1
end

start --keys keys --batch 2 --socket "$sock"
exits 1 'not before its window' "$client" sign "$sock" 1
says 'has not begun'
end
start --keys keys --batch 3 --socket "$sock"
exits 0 'two signatures by Ed25519 for one certificate' "$client" rate "$sock" 1 2
exits 1 'and no third' "$client" sign "$sock" 1
says 'as many signatures'
exits 0 'four by P-256' "$client" rate "$sock" 2 4
exits 1 'and no fifth' "$client" sign "$sock" 2
end
"$bv" key compromise --keys keys --batch 1 --since 2026-11-01T00:00:00Z --reason drill >/dev/null 2>&1
exits 1 'no signer for a batch that was removed' "$signer" --keys keys --batch 1 --socket "$sock"
echo x >plain
exits 2 'what is no socket is not removed' "$signer" --keys keys --batch 3 --socket "$work/plain"
exits 0 'and still there' test -s plain
cp keys/batches/3/key.pem keys/batches/2/key.pem
exits 2 'a key that is not the one of keys.json' "$signer" --keys keys --batch 2 --socket "$sock"
finish
