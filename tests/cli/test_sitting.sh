#!/bin/bash
# TAP: what an office does to a sitting, by commands alone.
. "$BV_SOURCE/tests/cli/tap.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
sitting() { # VERB ARGUMENT…: on the ledger of the test
	local verb=$1
	shift
	"$bv" sitting "$verb" --db sqlite:hall.db --name sang --key issuer/key.pem "$@"
}

"$bv" bank import --bank bank.db "$BV_SOURCE/itembank/sample" >/dev/null 2>&1
"$bv" key new --did did:web:so.example.vn --out issuer >/dev/null
documents=(--bank bank.db --standard "$BV_SOURCE/standards/vn-tt03-2014.xml" --rules "$BV_SOURCE/rules/vn-17-2016.xml"
	--opens 2026-11-25T08:00:00+07:00 --closes 2026-11-25T11:00:00+07:00)

# A part with a limit makes sections of all.
sed 's/<part id="ly-thuyet">/<part id="ly-thuyet" minutes="20">/' "$BV_SOURCE/engine/sample/vn-basic-40.xml" >limits.xml
exits 0 'a sitting with a part that has a limit' sitting new --blueprint limits.xml "${documents[@]}"
exits 0 'is shown' "$bv" sitting show --db sqlite:hall.db --name sang
says 'section 1, ly-thuyet: 24 items in 20 minutes'
says 'section 2, van-dung: 16 items'
exits 0 'as JSON' "$bv" sitting show --db sqlite:hall.db --name sang --json
json 'd["sections"] == [{"part": "ly-thuyet", "items": 24, "minutes": 20}, {"part": "van-dung", "items": 16}]'
exits 0 'one without' "$bv" sitting new --db sqlite:hall.db --name chieu --key issuer/key.pem --blueprint "$BV_SOURCE/engine/sample/vn-basic-40.xml" "${documents[@]}"
exits 0 'is shown' "$bv" sitting show --db sqlite:hall.db --name chieu --json
json 'd["sections"] == []'

# Codes: the sheet is the only copy.
printf 'ticket,room,seat\n=T-1,P1,1\nT-2,P1,2\n' >roster.csv
exits 0 'a roster' sitting roster roster.csv
exits 2 'a sheet in a folder that is not there' sitting codes --out no/sheet.csv
exits 0 'has made no code' "$bv" sitting show --db sqlite:hall.db --name sang --json
json 'd["rooms"][0]["codes"] == 0'
exits 0 'a sheet of codes' sitting codes --out sheet.csv
says '2 new codes in sheet.csv'
out=$(python3 -c '
import csv
rows = list(csv.DictReader(open("sheet.csv", encoding="utf-8-sig")))
print(rows)
exit([r["ticket"] for r in rows] != ["'"'"'=T-1", "T-2"] or any(len(r["code"]) != 14 for r in rows))' 2>&1)
ok $? '  with every ticket and code'
cp sheet.csv kept.csv
exits 2 'again into the same file' sitting codes --out sheet.csv
says 'sheet.csv is there already, and may be the only copy of the codes in it'
exits 2 'also of a sitting that is not there' "$bv" sitting codes --db sqlite:hall.db --name nowhere --key issuer/key.pem --out sheet.csv
exits 2 'also new ones for all' sitting codes --again --out sheet.csv
cmp -s sheet.csv kept.csv
ok $? '  the sheet is as it was'
exits 0 'when every seat has one' sitting codes --out other.csv
says 'Every seat has a code: none was made'
[ ! -e other.csv ]
ok $? '  no sheet is written'

# A ledger has one key: another's marks and checkpoints would stay in it.
"$bv" key new --did did:web:khac.example.vn --out another >/dev/null
exits 1 'a command with another key' "$bv" sitting codes --db sqlite:hall.db --name sang --key another/key.pem --again --out another.csv
says 'is not signed by this key'
exits 0 'the ledger is as it was' "$bv" audit ledger --db sqlite:hall.db --key "$(cut -d' ' -f1 issuer/key.multikey)"
cp hall.db clock.db
python3 -c 'import sqlite3; d = sqlite3.connect("clock.db"); d.execute("UPDATE boot SET exam_ms = exam_ms - 60000"); d.commit()'
exits 1 'one whose clock somebody has changed' "$bv" sitting roster --db sqlite:clock.db --name sang --key issuer/key.pem roster.csv
says 'somebody has changed the clock'

exits 2 'a database of another maker' "$bv" sitting new --db mysql://h/d --name f --key issuer/key.pem --blueprint limits.xml "${documents[@]}"
says "'mysql://…' is no database that is known"

# Windows, modes, columns: what is wrong is said in the words of the command.
exits 64 'no time at all' sitting open --reason x
says 'give --opens, --start-until or --closes'
exits 2 'an end before the last start' sitting open --closes 2026-11-25T10:00:00+07:00 --reason x
says '--start-until (2026-11-25T04:00:00Z) is later than --closes (2026-11-25T03:00:00Z)'
exits 0 'both' sitting open --closes 2026-11-25T10:00:00+07:00 --start-until 2026-11-25T09:00:00+07:00 --reason x
exits 64 'fixed without forms' "$bv" sitting new --db sqlite:fixed.db --name f --key issuer/key.pem --blueprint limits.xml "${documents[@]}" --mode fixed
says '--mode fixed and --form belong together'
printf 'ticket,room,seat,extraPercent\nT-9,P9,1,301\n' >bad.csv
exits 2 'a column out of its range' sitting roster bad.csv
says "bad.csv:2:4: extraPercent '301'"

# Copies have what is beside the ledger: seats that were exchanged, new codes, documents.
printf 'ticket,room,seat\n=T-1,P1,2\nT-2,P1,1\nT-3,P1,3\n' >roster.csv
exits 0 'two change places, and one comes' sitting roster roster.csv
exits 0 'new codes for all' sitting codes --again --out newer.csv
exits 0 'a backup' "$bv" db backup --db sqlite:hall.db --to archive
exits 0 'is restored' "$bv" db restore --from archive --db sqlite:copy.db
exits 0 'the sitting is shown' "$bv" sitting show --db sqlite:copy.db --name sang --json
json 'd["rooms"] == [{"name": "P1", "seats": 3, "codes": 3, "extraTime": 0}] and len(d["documents"]) == 7'
exits 0 'and follows from its log' "$bv" audit answers --db sqlite:copy.db --name sang --bank bank.db
says 'yes: 3 attempts'
exits 0 'the roster again' "$bv" sitting roster --db sqlite:copy.db --name sang --key issuer/key.pem roster.csv
says '0 added, 0 changed, 3 the same'
document=$(ls archive/document-* | head -n 1)
printf x >>"$document"
exits 1 'an archive with a document that was changed' "$bv" db restore --from archive --db sqlite:other.db
says "$document is not as it was written"
exits 0 'the sitting is closed' sitting close --reason 'it is over'
exits 0 'and moved' "$bv" db move --from sqlite:hall.db --to sqlite:moved.db --sitting sang
exits 0 'with all that belongs to it' "$bv" audit scores --db sqlite:moved.db --name sang --bank bank.db
says 'yes: 3 attempts'
finish
