#!/bin/bash
# TAP: three witnesses and a log that needs two of them; one is killed, one has another idea of the log.
. "$BV_SOURCE/tests/cli/tap.sh"
witness=$BV_BUILD/tools/witness/bangvang-witness
dir=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait; rm -rf "$dir"' EXIT
cd "$dir" || exit 1
"$bv" key new --out log-key >/dev/null
"$bv" key new --did did:web:chungchi.example.vn --out issuer >/dev/null
"$bv" log init --log log --origin log.example.vn/chung-chi --key log-key/key.pem >/dev/null
printf 'log %s\nquorum none\n' "$(cat log/vkey)" >logs
start() { # N [PORT]: its port is in port-N then
	: >"w$1.err" # nothing of the time before
	"$witness" --dir "w$1" --name "w$1.example.vn" --key "w$1-key/key.pem" --logs logs --listen "127.0.0.1:${2:-0}" 2>>"w$1.err" &
	pids[$1]=$!
	for _ in $(seq 200); do grep -q event=start "w$1.err" && break; sleep 0.05; done
	sed -n 's/^event=start port=//p' "w$1.err" >"port-$1"
}
printf 'log %s\n' "$(cat log/vkey)" >policy
for i in 1 2 3; do
	"$bv" key new --out "w$i-key" >/dev/null
	start $i
	echo "witness w$i $("$witness" --vkey --name "w$i.example.vn" --key "w$i-key/key.pem") http://127.0.0.1:$(cat port-$i)" >>policy
done
printf 'group g 2 w1 w2 w3\nquorum g\n' >>policy

exits 0 'three of three' "$bv" log checkpoint --log log --key log-key/key.pem --policy policy
says 'log.example.vn/chung-chi: 0 entries are public, 3 witnesses'
"$bv" cert issue --key issuer/key.pem --facts "$BV_SOURCE/tests/vectors/certs/facts-1.json" --out c.json --at 2026-11-20T10:00:00Z
"$bv" log append --log log c.json >/dev/null
kill -9 "${pids[1]}"
wait "${pids[1]}" 2>/dev/null
exits 0 'two of three' "$bv" log checkpoint --log log --key log-key/key.pem --policy policy --json
json '[x["cosigned"] for x in d["witnesses"]] == [False, True, True] and d["size"] == 1'
exits 0 'whose word is enough' "$bv" log verify log --policy policy
says '1 entries, 2 witnesses'
"$bv" log proof --log log c.json --out c.tlog-proof
exits 0 'for a certificate too' "$BV_BUILD/tools/verify/bangvang-verify" --lang en --at 2026-11-25T00:00:00Z --trust issuer --log policy c.json
says '2 witnesses, since'
sed 's/group g 2/group g 3/' policy >three
exits 1 'where three are asked for it is not' "$BV_BUILD/tools/verify/bangvang-verify" --lang en --at 2026-11-25T00:00:00Z --trust issuer --log three c.json
says 'too few for the quorum'
"$bv" log append --log log --type did-document --issuer did:web:chungchi.example.vn issuer/did.json >/dev/null
exits 1 'nor is anything published' "$bv" log checkpoint --log log --key log-key/key.pem --policy three
says 'not published'
exits 0 'and the one before is still there' "$bv" log verify log --policy policy
says '1 entries'
start 1 "$(cat port-1)"
exits 0 'started again it catches up' "$bv" log checkpoint --log log --key log-key/key.pem --policy three
says '2 entries are public, 3 witnesses'
cp three log/policy
exits 0 'and once more, by the policy that lies in the folder' "$bv" log checkpoint --log log --key log-key/key.pem
says '2 entries are public, 3 witnesses'
echo 'quorum nobody' >log/policy
exits 2 'a policy in the folder that is at fault' "$bv" log checkpoint --log log --key log-key/key.pem
says "log/policy:1: 'nobody'"
rm log/policy
# The same key, another log: nobody cosigns.
"$bv" log init --log other --origin log.example.vn/chung-chi --key log-key/key.pem >/dev/null
for t in 21 22 23; do "$bv" log append --log other --type did-document --issuer did:web:chungchi.example.vn --at 2026-11-${t}T00:00:00Z issuer/did.json >/dev/null; done
exits 1 'a log that contradicts is cosigned by none' "$bv" log checkpoint --log other --key log-key/key.pem --policy policy
says 'HTTP 422'
says '0 of 3 witnesses'
# Those that answer otherwise than a witness does: none of it is taken.
python3 -IS -u - >fake.out 2>/dev/null <<'PY' &
import http.server
class Fake(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length'])).decode()
        kind = self.path.split('/')[1]
        status, reply = {'stranger': (200, '\u2014 w9.example.vn AAAAAAAA\n'), 'false': (200, open('false').read() if kind == 'false' else ''), 'garbage': (200, 'hello\n'), 'empty': (200, ''),
                         'ahead': (409, '99\n'), 'again': (409, '1\n'), 'odd': (409, 'many\n'), 'error': (500, 'out of order\n'), 'large': (200, 'x' * 100000)}[kind]
        self.send_response(status)
        self.send_header('Content-Length', str(len(reply.encode())))
        self.end_headers()
        self.wfile.write(reply.encode())
    def log_message(self, *a): pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Fake)
print(server.server_port)
server.serve_forever()
PY
pids[9]=$!
for _ in $(seq 200); do [ -s fake.out ] && break; sleep 0.05; done
# Of another checkpoint, by the right key.
grep 'w1.example.vn' log/checkpoint >false
"$bv" log append --log log --type did-document --issuer did:web:chungchi.example.vn --at 2026-11-24T00:00:00Z issuer/did.json >/dev/null
for kind in stranger false garbage empty ahead again odd error large; do
	{ printf 'log %s\n' "$(cat log/vkey)"; echo "witness w1 $("$witness" --vkey --name w1.example.vn --key w1-key/key.pem) http://127.0.0.1:$(cat fake.out)/$kind"; echo 'quorum w1'; } >fakes
	exits 1 "a witness that answers: $kind" "$bv" log checkpoint --log log --key log-key/key.pem --policy fakes
	says '0 of 1 witnesses'
done
exits 0 'what is public is still the one before' "$bv" log verify log --policy policy
says '2 entries'
# The socket itself.
url=http://127.0.0.1:$(cat port-1)
ask() { python3 -IS - "$@" <<'PY'
import sys, urllib.request, urllib.error
url, method, body = sys.argv[1], sys.argv[2], sys.argv[3].encode()
try: r = urllib.request.urlopen(urllib.request.Request(url, data=body if method == 'POST' else None, method=method), timeout=20)
except urllib.error.HTTPError as e: r = e
print(r.status, r.headers['Content-Type'], r.read().decode())
PY
}
hash=$(printf log.example.vn/chung-chi | sha256sum | cut -c1-64)
exits 0 'what it cosigned last' ask "$url/$hash/checkpoint" GET ''
says '200 text/plain; charset=utf-8 log.example.vn/chung-chi'
says '— w1.example.vn '
exits 0 'of an unknown log' ask "$url/${hash/[0-9]/f}0/checkpoint" GET ''
says '404'
exits 0 'another path' ask "$url/" GET ''
says '404'
exits 0 'GET' ask "$url/add-checkpoint" GET ''
says '405'
exits 0 'no request' ask "$url/add-checkpoint" POST 'hello'
says '400'
exits 0 'another size' ask "$url/add-checkpoint" POST "old 0

$(cat log/checkpoint)
"
says '409 text/x.tlog.size 2'
exits 0 'too much' ask "$url/add-checkpoint" POST "$(head -c 90000 /dev/zero | tr '\0' x)"
says '413'
kill "${pids[2]}"
wait "${pids[2]}"
ok $? 'it ends when it is told'
exits 64 'usage' "$witness" --name a
exits 2 'a name that is none' "$witness" --vkey --name 'a b' --key w1-key/key.pem
finish
