#!/bin/bash
# TAP: db backup, restore, verify, move. $1 makes a ledger, by being killed while it writes.
. "$BV_SOURCE/tests/cli/tap.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
key=$("$1" 2 11 "$dir" | sed -n 's/^# key //p')
db=sqlite:$dir/kill-0.db
sql() { python3 -c 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); r = c.execute(sys.argv[2]).fetchall(); c.commit(); [print(*x) for x in r]' "$@"; }

exits 0 'a backup' "$bv" db backup --db "$db" --to "$dir/archive" --json
json 'd["events"] > 100 and d["added"] == d["events"] and d["last"].endswith("Z")'
events=$(python3 -c 'import json,sys; print(json.loads(sys.argv[1])["events"])' "$out")
exits 0 'again' "$bv" db backup --db "$db" --to "$dir/archive"
says "$events events are archived, 0 of them now"
exits 2 'no ledger' "$bv" db backup --db "$dir/none.db" --to "$dir/other"
exits 0 'a restore' "$bv" db restore --from "$dir/archive" --db "$dir/new.db"
says "$events events are restored"
exits 2 'not over it' "$bv" db restore --from "$dir/archive" --db "$dir/new.db"
says 'something in it'
printf '%s\n' "$(sql "$dir/new.db" 'SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1')" >"$dir/note"
exits 0 'it is verified' "$bv" db verify --db "$dir/new.db" --key "$key" --archive "$dir/archive"
says 'with their signatures; 0 faults'
says 'it has everything'
exits 0 'a restore to an event' "$bv" db restore --from "$dir/archive" --db "$dir/part.db" --until-event 40
says '40 events are restored'
exits 1 'which lacks the rest' "$bv" db verify --db "$dir/part.db" --key "$key" --archive "$dir/archive"
says "events 41 to $events of the archive are missing"
if [ -s "$dir/note" ]; then
	exits 0 'the last checkpoint' "$bv" db verify --db "$dir/new.db" --key "$key" --checkpoint "$dir/note"
	exits 1 'a checkpoint by another key' "$bv" db verify --db "$dir/new.db" --key z6MkfriqAqKGKKoVvZ2BsSQGaV7JXKuUGRXZYGg4Pm9Q3HXa --checkpoint "$dir/note"
else
	skip 'no checkpoint was made before the kill'
fi
exits 64 'no time' "$bv" db restore --from "$dir/archive" --db "$dir/x.db" --until yesterday
exits 0 'a restore to a time before it all' "$bv" db restore --from "$dir/archive" --db "$dir/y.db" --until 2001-01-01T00:00:00Z
says '0 events'
name=$(sql "$dir/new.db" 'SELECT name FROM sitting')
exits 2 'a sitting that is open is not moved' "$bv" db move --from "$dir/new.db" --to "$dir/moved.db" --sitting "$name"
says 'close it first'
exits 2 'nor one that is not there' "$bv" db move --from "$dir/new.db" --to "$dir/moved.db" --sitting none
sql "$dir/new.db" "UPDATE event SET at = at + 1 WHERE n = 50"
exits 1 'an event is changed' "$bv" db verify --db "$dir/new.db" --archive "$dir/archive"
says 'event 50'
says 'is not that of the archive'
truncate -s -1 "$dir"/archive/events-*
exits 1 'a file of the archive is cut' "$bv" db restore --from "$dir/archive" --db "$dir/z.db"
says 'not as it was written'
finish
