#!/bin/bash
# TAP: one person stops issuance: a batch that runs, single certificates, and the process that has the keys, all within a second, and nothing is lost; two let it go on.
# Argument: bangvang-signer.
. "$BV_SOURCE/tests/cli/tap.sh"
. "$BV_SOURCE/tests/cli/office.sh"
signer=$(realpath "$1")
dir=$(mktemp -d)
pids=
trap '[ -z "$pids" ] || kill -9 $pids 2>/dev/null; rm -rf "$dir"' EXIT
cd "$dir" || exit 1
office && start_signer "$signer" "$dir/sock"
ok $? 'an office, and a signer'
pids=$signing
"$bv" key new --did $did --out other >/dev/null
facts=$BV_SOURCE/tests/vectors/certs/facts-1.json
count=640
python3 - "$facts" $count <<'P'
import json, os, sys
facts = json.load(open(sys.argv[1], encoding="utf-8"))
del facts["licence"], facts["validUntil"]
os.mkdir("facts")
for i in range(int(sys.argv[2])):
    facts["holder"]["name"] = "Nguyễn Văn " + "".join(chr(65 + i // 26 ** k % 26) for k in range(3))
    json.dump(facts, open(f"facts/T-{i:05d}.json", "w", encoding="utf-8"))
P
held=(--key "signer:$dir/sock" --did-document keys/batches/1/did.json)
batch=("$bv" cert batch --db r.db --name lo-1 --scheme CNTT --centre TT01 "${held[@]}" --officer p1/key.pem "${log[@]}" --facts facts)
stop() { "$bv" cert stop --db r.db --officer p2/key.pem "$@"; }
resume() { # of act $1
	"$bv" cert resume --db r.db --officer p1/key.pem --reason checked >/dev/null && "$bv" cert approve "$1" --db r.db --officer p2/key.pem "${log[@]}"
}
now() { echo $(($(date +%s%N) / 1000000)); }

# In the middle of a batch: the signer is held when some are signed, so that nothing depends on how fast it is.
exec 9>log/lock
flock 9
("${batch[@]}" 9>&-; status=$?; now >ended; exit $status) >batch.log 2>&1 &
running=$!
pids="$signing $running"
for _ in $(seq 400); do [ "$(number 'SELECT coalesce(max(step), 0) FROM batch')" = 1 ] && break; sleep 0.02; done
kill -STOP "$signing"
flock -u 9
until_is "^0/$count signed" batch.log
python3 - "$signing" <<'P'
import os, signal, sqlite3, sys, time
db = sqlite3.connect("file:r.db?mode=ro", uri=True, timeout=20)
os.kill(int(sys.argv[1]), signal.SIGCONT)
for _ in range(20000):
    if db.execute("SELECT count(*) FROM certificate WHERE step = 2").fetchone()[0]:
        break
    time.sleep(0.001)
os.kill(int(sys.argv[1]), signal.SIGSTOP)
P
sleep 0.05
before=$(number 'SELECT count(*) FROM certificate WHERE step = 2')
[ "$before" -ge 32 ] && [ "$before" -lt $count ] && kill -0 $running
ok $? "a batch of $count has signed $before"
exits 1 'a stranger stops nothing' "$bv" cert stop --db r.db --officer log-key/key.pem --reason x
stop --reason 'khóa bị lộ' --json >stop.json 2>&1 &
stopping=$!
for _ in $(seq 1000); do [ -e keys/STOP ] && break; sleep 0.02; done
stopped=$(now)
kill -CONT "$signing"
wait $running
status=$?
took=$(($(cat ended) - stopped))
pids=$signing
wait $stopping
ok $? 'one person stops it'
out=$(cat stop.json)
json 'd["stopped"] and not d["logged"] and [(p["place"].rsplit("/", 1)[1], p["stopped"], p["how"]) for p in d["places"]] == [("keys", True, "stopped by the file STOP"), ("sock", True, "signs nothing")]'
[ $status = 1 ] && grep -q stopped batch.log
ok $? "the batch ends: $(tail -n 1 batch.log | cut -c1-120)"
[ $took -le 1000 ]
ok $? "  within a second: $took ms after"
[ "$(number 'SELECT count(*) FROM certificate WHERE step = 2')" = "$before" ] && [ "$(number 'SELECT count(*) FROM envelope')" = $((4 * before)) ] &&
	[ "$(number 'SELECT count(*) FROM certificate')" = $count ]
ok $? "  nothing is signed after; what was is kept, and all are drafted"

# Everywhere.
exits 1 'no batch begins' "${batch[@]}"
says 'issuance was stopped by P-2 (khóa bị lộ)'
exits 1 'nor by other keys' "$bv" cert batch --db r.db --name lo-2 --scheme CNTT --centre TT01 --key other/key.pem --officer p1/key.pem "${log[@]}" --facts facts
says 'issuance was stopped by P-2 (khóa bị lộ)'
mkdir copy && cp keys/batches/1/did.json copy/
exits 1 'no single certificate through the signer, also of who does not see its folder' "$bv" cert issue --key "signer:$dir/sock" --did-document copy/did.json --facts "$facts"
says 'the signer refuses: signing was stopped'
exits 1 'nor by the same keys in files' "$bv" cert issue --key keys/batches/1/key.pem --facts "$facts"
says 'nothing is issued by these keys'
exits 0 'the signer lives' kill -0 "$signing"
exits 0 'the file says who and why' grep -q '"issuer":"did:web:so.example.vn","person":"P-2","reason":"khóa bị lộ"' keys/STOP
exits 0 'the act is listed' "$bv" register acts --db r.db --json
json '[(a["deed"], a["step"], a["askedBy"], a["reason"], a["note"]) for a in d] == [("stop", "decided", "P-2", "other", "khóa bị lộ")]'

# Two let it go on.
exits 0 'one person asks' "$bv" cert resume --db r.db --officer p1/key.pem --reason checked
exits 1 'and does not approve it himself' "$bv" cert approve 2 --db r.db --officer p1/key.pem "${log[@]}"
exits 1 'nothing goes on by that' "${batch[@]}"
exits 0 'another approves' "$bv" cert approve 2 --db r.db --officer p2/key.pem "${log[@]}"
says 'issuance goes on'
[ ! -e keys/STOP ]
ok $? '  the file is gone'
exits 0 'the log has both, and who it was' "$bv" log verify log --json
python3 - <<'P'
import glob, json, re
entries = [json.loads(e) for path in glob.glob("log/tile/entries/**", recursive=True) if re.search(r"/\d+(\.p/\d+)?$", path)
           for e in re.findall(rb'\{"[ -\x7e]*?"v":1\}', open(path, "rb").read())]
stop = next(e for e in entries if e["type"] == "stop")
on = next(e for e in entries if e["type"] == "resumption")
keys = [open(f"p{i}/key.multikey").read().split()[0] for i in (1, 2)]
assert stop["approvers"] == keys[1:] and stop["reason"] == "other" and stop["issuer"] == "did:web:so.example.vn", stop
assert on["approvers"] == keys and on["reason"] == "checked", on
P
ok $? '  with reason and keys, and no sentence that somebody typed'
exits 0 'the batch goes on to its end' "${batch[@]}"
says "$count certificates issued, 0 of them drafted now"
[ "$(number 'SELECT count(*) FROM certificate WHERE step = 2')" = $count ] && [ "$(number 'SELECT count(DISTINCT log_idx) FROM certificate')" = $count ] &&
	[ "$(number 'SELECT count(*) FROM envelope')" = $((4 * count)) ]
ok $? '  each is signed once, and nobody is lost'

# What else may be where keys are.
kill "$signing"
wait "$signing" 2>/dev/null
start_signer "$signer" "$dir/sock" --stop "$dir/elsewhere"
ok $? 'a signer that looks for another file'
pids=$signing
touch keys/STOP
exits 0 'is stopped over its socket; a word as a reason is public' stop --reason key-stolen "${log[@]}"
says 'stopped over its socket'
says 'was stopped already by a file STOP'
exits 1 '  it signs nothing' "$bv" cert issue "${held[@]}" --facts "$facts"
exits 0 '  the log has it at once' grep -ql '"reason":"key-stolen","type":"stop"' -r log/tile/entries
exits 3 'what somebody else put there stays when it goes on' resume 4
says 'its file STOP was put there by somebody else, and stays'
says 'issuance goes on'
rm keys/STOP
kill "$signing"
wait "$signing" 2>/dev/null
pids=
exits 0 'a stop when no signer is there' stop --reason drill
says 'no signer is there'
rm -r log/tile
exits 3 'a log that is gone holds up nothing' stop --reason drill --log log/none --log-key log-key/key.pem
says 'Issuance is stopped'
finish
