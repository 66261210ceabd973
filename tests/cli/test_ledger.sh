#!/bin/bash
# TAP: exam acts and audit ledger. $1 makes a ledger, by being killed while it writes.
. "$BV_SOURCE/tests/cli/tap.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

exits 0 'the acts are printed' "$bv" exam acts
says '| start | admitted | started | candidate |  |'
sed -n '/^| act | in state/,/^$/p' "$BV_SOURCE/doc/sittings.md" | sed '/^$/d' | cmp -s - <(echo "$out")
ok $? 'and doc/sittings.md has the same table'

key=$("$1" 4 7 "$dir" | sed -n 's/^# key //p')
exits 0 'a ledger is good' "$bv" audit ledger --db "$dir/kill-0.db" --key "$key"
says 'yes: '
says ' of 50 attempts in 1 sittings, '
exits 0 'without a key' "$bv" audit ledger --db "sqlite:$dir/kill-0.db"
says 'the signatures of checkpoints and clocks were not looked at'
exits 0 'as JSON' "$bv" audit ledger --db "$dir/kill-0.db" --key "$key" --json
json 'd["verified"] and d["signatures"] and d["attempts"] == 50 and d["faultCount"] == 0 and d["faults"] == [] and d["events"] > 200'
exits 1 'with another key' "$bv" audit ledger --db "$dir/kill-0.db" --key z6MkfriqAqKGKKoVvZ2BsSQGaV7JXKuUGRXZYGg4Pm9Q3HXa
exits 64 'with no key at all' "$bv" audit ledger --db "$dir/kill-0.db" --key x
exits 2 'a ledger that is not there' "$bv" audit ledger --db "$dir/none.db"
python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("CREATE TABLE item(a)")' "$dir/other.db"
exits 2 'a database of something else' "$bv" audit ledger --db "$dir/other.db"
says 'not a ledger'

# One answer is another: the only place in the file where its number stands with its answer.
python3 - "$dir/kill-0.db" <<'P'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
n, body = db.execute("SELECT n, body FROM event WHERE kind = 16 ORDER BY n LIMIT 1 OFFSET 3").fetchone()
db.execute("UPDATE event SET body = ? WHERE n = ?", (body.replace(b'{"R":"', b'{"R":"Z'), n))
db.commit()
P
exits 1 'an answer was changed' "$bv" audit ledger --db "$dir/kill-0.db" --key "$key"
says "'save'): its hash is not that of what is stored"
says 'no: 1 faults'
exits 1 'as JSON' "$bv" audit ledger --db "$dir/kill-0.db" --json
json 'not d["verified"] and d["faultCount"] == 1 and len(d["faults"]) == 1'
finish
