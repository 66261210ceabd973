#!/bin/bash
# TAP: bangvang log: a public log from its beginning to a verified certificate, and a monitor that finds what is wrong.
. "$BV_SOURCE/tests/cli/tap.sh"
verify=$BV_BUILD/tools/verify/bangvang-verify
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
facts=$BV_SOURCE/tests/vectors/certs/facts-1.json
"$bv" key new --out log-key >/dev/null
"$bv" key new --did did:web:chungchi.example.vn --out issuer >/dev/null
key=$(sed 's/ .*//' issuer/key.multikey | head -n 1)
cert() { "$bv" cert issue --key issuer/key.pem --facts "$facts" --out "$1" --at 2026-11-20T10:00:00Z; }
for i in 1 2 3 4 5; do cert "c$i.json"; done

exits 0 'a log is made' "$bv" log init --log log --origin log.example.vn/chung-chi --key log-key/key.pem
says 'its verifier key  log.example.vn/chung-chi+'
exits 2 'but not over another' "$bv" log init --log log --origin log.example.vn/chung-chi --key log-key/key.pem
says 'there is a log already'
exits 2 'a name with a space' "$bv" log init --log other --origin 'a log' --key log-key/key.pem
vkey=$(cat log/vkey)
exits 0 'a key is announced' "$bv" log append --log log --type key-added --issuer did:web:chungchi.example.vn --key "$key" --from 2026-11-01T00:00:00Z --until 2026-11-30T00:00:00Z
exits 0 'two certificates' "$bv" log append --log log c1.json c2.json
exits 0 'again they are not entered' "$bv" log append --log log c1.json --json
json 'd["entries"][0]["index"] == 1 and d["entries"][0]["wasThere"] and d["size"] == 3'
exits 0 'a DID document' "$bv" log append --log log --type did-document --issuer did:web:chungchi.example.vn issuer/did.json
exits 2 'what is no certificate' "$bv" log append --log log "$facts"
exits 64 'a type that there is not' "$bv" log append --log log --type diploma c1.json
exits 2 'it is not public yet' "$bv" log proof --log log c1.json
says 'no such entry'
exits 1 'a key of somebody else' "$bv" log checkpoint --log log --key issuer/key.pem
says 'not the key of the log'
exits 0 'a checkpoint' "$bv" log checkpoint --log log --key log-key/key.pem
says '4 entries are public'
exits 0 'the whole log is verified' "$bv" log verify log --vkey "$vkey"
says 'OK: log.example.vn/chung-chi, 4 entries'
says '2  certificate'
exits 0 'a proof' "$bv" log proof --log log c1.json --out c1.tlog-proof
exits 0 'by its number' "$bv" log proof --log log --index 1
cmp -s <("$bv" log proof --log log --index 1) c1.tlog-proof
ok $? 'is the same'
exits 2 'a number that there is not' "$bv" log proof --log log --index 4
exits 0 'it continues itself' "$bv" log proof --log log --old 2
says 'old 2'
exits 64 'both' "$bv" log proof --log log --old 2 c1.json
exits 0 'a proof is verified without the log' "$bv" log verify --vkey "$vkey" --proof c1.tlog-proof c1.json
exits 1 'of another certificate it is not' "$bv" log verify --vkey "$vkey" --proof c1.tlog-proof c2.json
exits 2 'without saying whose log' "$bv" log verify --proof c1.tlog-proof c1.json
says '--policy FILE or --vkey KEY'

printf 'log %s\nquorum none\n' "$vkey" >policy
exits 0 'a certificate is verified with the proof beside it' "$verify" --lang en --at 2026-11-25T00:00:00Z --trust issuer --log policy c1.json
says "entry 1 of 4 of the log 'log.example.vn/chung-chi'"
exits 0 'or one that is named' "$verify" --lang en --at 2026-11-25T00:00:00Z --trust issuer --log policy --proof c1.tlog-proof c1.json
exits 1 'one that is not in the log is not valid' "$verify" --lang en --at 2026-11-25T00:00:00Z --trust issuer --log policy c3.json
says 'what is not there is not valid'
exits 2 'right after signing it could not be checked' "$verify" --lang en --at 2026-11-20T10:05:00Z --trust issuer --log policy c3.json
says 'verify again in 10 minutes'
exits 1 'a longer delay is not asked for' "$verify" --lang en --at 2026-11-20T10:05:00Z --merge-delay 5 --trust issuer --log policy c3.json
exits 2 'one that is long enough' "$verify" --lang en --at 2026-11-20T10:04:59Z --merge-delay 5 --trust issuer --log policy c3.json
exits 1 'none' "$verify" --lang en --at 2026-11-20T10:00:00Z --merge-delay 0 --trust issuer --log policy c3.json
exits 64 'more than a day' "$verify" --merge-delay 1441 c3.json
exits 0 'without a policy it is valid' "$verify" --lang en --at 2026-11-25T00:00:00Z --trust issuer c3.json
printf 'log %s\nquorum nobody\n' "$vkey" >bad-policy
exits 2 'a policy that is at fault' "$verify" --trust issuer --log bad-policy c1.json
says "bad-policy:2: 'nobody' is no witness"

# The same from a web server.
python3 -IS -u - >web.out 2>/dev/null <<'PY' &
import functools, http.server
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(http.server.SimpleHTTPRequestHandler, directory='log'))
print(server.server_port)
server.serve_forever()
PY
web=$!
trap 'kill $web; rm -rf "$dir"' EXIT
for _ in $(seq 200); do [ -s web.out ] && break; sleep 0.05; done
url=http://127.0.0.1:$(cat web.out)
exits 0 'the whole log from a web server' "$bv" log verify "$url/" --vkey "$vkey"
says '4 entries'
exits 2 'without saying whose' "$bv" log verify "$url"
cmp -s <("$bv" log proof --log "$url" c1.json) c1.tlog-proof
ok $? 'a proof from it is the same'
exits 0 'a visit' "$bv" log monitor "$url" --vkey "$vkey"
exits 2 'where no log is' "$bv" log verify "$url/tile" --vkey "$vkey"
says '/tile/checkpoint: not there (HTTP 404)'
exits 3 'where no server is' "$bv" log verify http://127.0.0.1:1 --vkey "$vkey"

# A monitor.
mkdir -p exam/candidates/t1 exam/candidates/t2
cp c1.json exam/candidates/t1/credential.json
cp c2.json exam/candidates/t2/credential.json
exits 0 'first visit' "$bv" log monitor log --vkey "$vkey" --state seen --results exam
says 'nothing to complain of'
says '2 certificates, 2 of an exam'
"$bv" log append --log log c3.json >/dev/null
"$bv" log append --log log --type key-removed --issuer did:web:chungchi.example.vn --key "$key" --reason key-compromise >/dev/null
"$bv" log append --log log c4.json >/dev/null
"$bv" key new --out rogue >/dev/null
"$bv" cert issue --key rogue/key.pem --facts "$facts" --out rogue.json
"$bv" log append --log log rogue.json >/dev/null
"$bv" log append --log log --type revocation --approver "$key" --reason error c5.json >/dev/null
"$bv" log checkpoint --log log --key log-key/key.pem >/dev/null
exits 1 'second visit' "$bv" log monitor log --vkey "$vkey" --state seen --results exam --json
json '[(f["finding"], f.get("index")) for f in d["findings"]] == [("key-removed", 6), ("key-unknown", 7), ("act-unknown", 8), ("not-examined", 4), ("not-examined", 6), ("not-examined", 7)] and d["sizeBefore"] == 4 and d["size"] == 9'
json '[(k["certificates"], k["examined"], k["announced"], k["removed"]) for k in d["keys"]] == [(4, 2, True, True), (1, 0, False, False)]'
hash_of() { python3 -IS -c 'import json,sys,hashlib; d=json.load(open(sys.argv[1])); d.pop("proof"); print(hashlib.sha256(json.dumps(d,sort_keys=True,separators=(",",":"),ensure_ascii=False).encode()).hexdigest())' "$1"; }
printf 'attempt,credential\nt1,%s\nt2,%s\nt2,%s\nt5,%s\n' "$(hash_of c1.json)" "$(hash_of c2.json)" "$(hash_of c3.json)" "$(hash_of c5.json)" >results.csv
exits 1 'results as CSV' "$bv" log monitor log --vkey "$vkey" --results results.csv
says 'twice-certified'
says 'result t2'
says 'not-in-log'
says 'result t5'
"$bv" log append --log log --type correction --approver "$key" --reason wrong-name --replacement c3.json c2.json >/dev/null
"$bv" log checkpoint --log log --key log-key/key.pem >/dev/null
exits 1 'with a correction' "$bv" log monitor log --vkey "$vkey" --results results.csv
[[ $out != *twice-certified* ]]
ok $? '  nobody has two'
printf 't1,%s\nt2,abc\n' "$(hash_of c1.json)" >bad.csv
exits 2 'results that are at fault' "$bv" log monitor log --vkey "$vkey" --results bad.csv
says 'bad.csv:2:'
exits 2 'a verifier key that was copied wrongly' "$bv" log monitor log --vkey "${vkey/log.example.vn/logs.example.vn}"
"$bv" log init --log second --origin second.example.vn --key log-key/key.pem >/dev/null
"$bv" log append --log second c1.json c2.json >/dev/null
exits 0 'some are there, one is given twice' "$bv" log append --log second c2.json c5.json c1.json c5.json --json
json '[(e["index"], e["wasThere"]) for e in d["entries"]] == [(1, True), (2, False), (0, True), (2, True)] and d["size"] == 3'
# Rewritten: the same key, other entries.
"$bv" log init --log rewritten --origin log.example.vn/chung-chi --key log-key/key.pem >/dev/null
"$bv" log append --log rewritten c5.json c4.json c3.json c2.json c1.json rogue.json issuer/../exam/candidates/t1/credential.json >/dev/null
for f in c1 c2 c3 c4 c5; do "$bv" log append --log rewritten --type revocation --approver "$key" --reason error --at 2026-11-21T00:00:00Z $f.json >/dev/null; done
"$bv" log checkpoint --log rewritten --key log-key/key.pem >/dev/null
exits 1 'a log that was rewritten' "$bv" log monitor rewritten --vkey "$vkey" --state seen
says 'the log was rewritten'
python3 -c 'f = open("log/tile/0/000.p/10", "r+b"); f.seek(40); byte = f.read(1)[0]; f.seek(40); f.write(bytes([byte ^ 1]))'
exits 1 'a tile that was changed' "$bv" log verify log --vkey "$vkey"
says 'tile/0/000.p/10 is not the tile'
finish
