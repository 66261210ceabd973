#!/bin/bash
# TAP: from an exam to certificates: a sitting is sat, scored and released; an office with keys, a signer, a register and a log certifies it, is killed on the
# way, and goes on; everybody verifies. Arguments: sit_exam, bangvang-signer.
. "$BV_SOURCE/tests/cli/tap.sh"
. "$BV_SOURCE/tests/cli/office.sh"
sit=$(realpath "$1") signer=$(realpath "$2")
verify=$BV_BUILD/tools/verify/bangvang-verify
dir=$(mktemp -d)
pids=
trap '[ -z "$pids" ] || kill -CONT $pids 2>/dev/null; [ -z "$pids" ] || kill -9 $pids 2>/dev/null; rm -rf "$dir"' EXIT
cd "$dir" || exit 1
# The exam: four sit it, three of them well; a fifth never comes. The exam's clock is moved, nobody waits.
"$bv" bank import --bank bank.db "$BV_SOURCE/itembank/sample" >/dev/null 2>&1
"$bv" key new --did did:web:thi.example.vn --out hall >/dev/null
sitting() { # VERB ARGUMENT…
	local verb=$1
	shift
	"$bv" sitting "$verb" --db sqlite:hall.db --name sang --key hall/key.pem "$@"
}
printf 'ticket,room,seat\nT-1,P1,1\nT-2,P1,2\nT-3,P1,3\nT-4,P1,4\nT-5,P1,5\n' >roster.csv
sitting new --bank bank.db --standard "$BV_SOURCE/standards/vn-tt03-2014.xml" --rules "$BV_SOURCE/rules/vn-17-2016.xml" --blueprint "$BV_SOURCE/engine/sample/vn-basic-40.xml" \
	--opens "$(date -u +%FT%TZ)" --closes "$(date -u -d '+1 hour' +%FT%TZ)" --issuer-name 'Hội đồng thi' >/dev/null &&
	sitting roster roster.csv >/dev/null && sitting codes --out sheet.csv >/dev/null && "$bv" sitting prepare --db sqlite:hall.db --name sang --bank bank.db >/dev/null
exits 0 'four sit the exam' "$sit" sqlite:hall.db hall/key.pem bank.db sang 90 8000 8000 8000 -4000
says 'T-4: 40 answers'
exits 0 'they are scored' sitting score --bank bank.db --json
json '(d["scored"], d["passed"], d["absent"]) == (4, 3, 1)'
echo '{"candidates":[{"ticket":"T-1","name":"Nguyễn Thị An"},{"ticket":"T-2","name":"Trần Văn Bình"},{"ticket":"T-3","name":"Lê Thị Châu"},{"ticket":"T-4","name":"Hồ Văn Dũng"}]}' >names.json
sed '2,$d; s/,{"ticket":"T-2[^}]*}//' names.json >few.json

# The office: its keys by an authority of its own, a process that holds them, a public log, a register, two persons.
office && start_signer "$signer" "$dir/sock"
ok $? 'an office, and a signer'
pids=$signing
certify=("$bv" cert batch --db r.db --scheme CNTT --centre TT01 --key "signer:$dir/sock" --did-document keys/batches/1/did.json --officer p1/key.pem "${log[@]}" --sitting sang)
batch=("${certify[@]}" --ledger sqlite:hall.db --ledger-key hall/key.pem --candidates names.json --name sang/1 --out out --results results.csv)

# What is refused.
exits 2 'nothing is released' "${batch[@]}"
says "sitting 'sang': no result is released by which somebody attains a level"
exits 0 'results are released' sitting release
says '4 results released'
exits 2 'somebody is not on the list' "${certify[@]}" --ledger sqlite:hall.db --ledger-key hall/key.pem --candidates few.json --name sang/1
says "ticket 'T-2' is not among the candidates"
exits 64 'nobody is' "${certify[@]}" --ledger sqlite:hall.db --ledger-key hall/key.pem --name sang/1
exits 64 'results of no sitting' "${batch[@]/#sang/x}" --facts out
change() { # KIND OLD NEW: of the first event of a kind, one byte
	cp hall.db changed.db
	python3 - "$@" <<-'P'
		import sqlite3, sys
		db, (kind, old, new) = sqlite3.connect("changed.db"), sys.argv[1:]
		n, body = db.execute("SELECT n, body FROM event WHERE kind = ? AND instr(body, ?) ORDER BY n LIMIT 1", (int(kind), old.encode())).fetchone()
		assert len(old) == len(new)
		db.execute("UPDATE event SET body = ? WHERE n = ?", (body.replace(old.encode(), new.encode(), 1), n))
		db.commit()
	P
}
for what in "16 :[\"A :[\"B an answer" '25 operator operatos a score' '26 operator operatos a release' '10 T-1 T-9 a ticket'; do
	read -r kind old new name <<<"$what"
	change "$kind" "$old" "$new"
	exits 1 "$name in the ledger was changed by one byte" "${certify[@]}" --ledger sqlite:changed.db --ledger-key hall/key.pem --candidates names.json --name sang/1
	says 'somebody has changed the ledger: event '
done
cp hall.db changed.db
python3 -c 'import sqlite3; d = sqlite3.connect("changed.db"); d.execute("""UPDATE result SET rating = CAST(replace(CAST(rating AS TEXT), char(34) || "passed", char(34) || "passee") AS BLOB)"""); d.commit()'
exits 1 'a rating beside the ledger was changed' "${certify[@]}" --ledger sqlite:changed.db --ledger-key hall/key.pem --candidates names.json --name sang/1
says 'the rating of attempt'
exits 1 'with another key than that of the ledger' "${certify[@]}" --ledger sqlite:hall.db --ledger-key p1/key.pem --candidates names.json --name sang/1
[ "$(number 'SELECT count(*) FROM certificate')" = 0 ] && [ "$("$bv" log verify log --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["size"])')" = 2 ]
ok $? 'nothing was drafted, nothing is in the log'

# Killed twice: when all is drafted, and while the signer is asked.
exec 9>log/lock
flock 9
"${batch[@]}" >batch.log 2>&1 9>&- &
one=$!
pids="$pids $one"
for _ in $(seq 400); do [ "$(number 'SELECT coalesce(max(step), 0) FROM batch')" = 1 ] && break; sleep 0.05; done
kill -9 $one; wait $one 2>/dev/null
[ "$(number 'SELECT count(*) FROM certificate WHERE step = 0')" = 3 ]
ok $? 'killed when everybody is drafted'
"${batch[@]}" >batch.log 2>&1 9>&- &
two=$!
pids="$signing $two"
for _ in $(seq 400); do [ "$(readlink /proc/$two/fd/* 2>/dev/null | grep -c socket:)" = 2 ] && break; sleep 0.05; done # it knows the signer's keys
kill -STOP $signing
flock -u 9
until_is '^0/3 signed' batch.log
ok $? 'another goes on; all are in the log, and it asks for signatures'
kill -9 $two; wait $two 2>/dev/null
kill -CONT $signing
pids=$signing
[ "$(number 'SELECT count(*) FROM certificate WHERE step = 1')" = 3 ] && [ ! -e out ]
ok $? 'killed with nothing signed'
exits 0 'the same command goes on' "${batch[@]}"
says '3 certificates issued, 0 of them drafted now'
cp -r out first
exits 0 'and again does nothing' "${batch[@]}" --json
json 'd["drafted"] == 0 and d["certificates"] == 3 and d["written"] == 3'
exits 0 '  byte for byte' diff -r out first
exits 2 'under another name nobody is certified again' "${certify[@]}" --ledger sqlite:hall.db --ledger-key hall/key.pem --candidates names.json --name sang/2
says 'says exactly this already, and stands'
[ "$(number 'SELECT count(*) FROM certificate')" = 3 ] && [ "$(number 'SELECT count(*) FROM envelope')" = 12 ]
ok $? 'three certificates, four envelopes each'

# Everybody verifies, with lists and log.
exits 0 'lists are published' "$bv" cert publish --db r.db --key "signer:$dir/sock" --did-document keys/batches/1/did.json "${log[@]}" --out status
exits 0 'all envelopes verify with status' "$verify" --json --trust trust --status status out/*.json out/*.jwt out/*.sd-jwt out/*.qr
json 'len(d["certificates"]) == 12 and all(c["verdict"] == "valid" for c in d["certificates"])'
for kind in json jwt sd-jwt qr; do
	good=0
	for i in 1 2 3; do
		out=$("$verify" --trust trust --status status --log policy --proof out/CNTT-*-00000$i.json.tlog-proof --lang en out/CNTT-*-00000$i.$kind 2>&1) && good=$((good + 1))
	done
	[ $good = 3 ]
	ok $? "the ${kind}s verify with status and log"
done
exits 1 'with the proof of another it does not' "$verify" --trust trust --status status --log policy --proof out/CNTT-*-000001.json.tlog-proof --lang en out/CNTT-*-000002.json
python3 - <<'P'
import glob, json, re
told = {}
for path in glob.glob("out/*.json"):
    with open(path, encoding="utf-8") as f:
        subject = json.load(f)["credentialSubject"]
    told[next(i["identityHash"] for i in subject["identifier"] if i["identityType"] == "name")] = subject["licenseNumber"]
assert sorted(told) == sorted(["Nguyễn Thị An", "Trần Văn Bình", "Lê Thị Châu"]), told
assert sorted(n[-6:] for n in told.values()) == ["000001", "000002", "000003"], told
P
ok $? 'they are of the three who passed'

# Signed anew by the next batch's keys: every envelope, and nothing that the log does not prove.
"$bv" key batch --keys keys >/dev/null && "$bv" key publish --keys keys --out web >/dev/null
resign=("$bv" cert resign --key keys/batches/2/key.pem --trust web --log policy --status status --out anew)
exits 0 'the envelopes of one are signed anew' "${resign[@]}" out/CNTT-*-000001.{json,jwt,sd-jwt,qr}
says '4 signed anew, 0 not'
for kind in jwt sd-jwt qr; do
	exits 0 "  the $kind verifies, with its place in the log" "$verify" --trust web --status status --log policy --proof out/CNTT-*-000001.json.tlog-proof --lang en anew/CNTT-*-000001.$kind
	! cmp -s anew/CNTT-*-000001.$kind out/CNTT-*-000001.$kind
	ok $? '  and is another'
done
mkdir moved && cp out/CNTT-*-000002.jwt moved/x.jwt && cp out/CNTT-*-000003.json.tlog-proof moved/x.tlog-proof
exits 1 'with the proof of another it is not' "${resign[@]}" moved/x.jwt
says 'nothing proves that it is genuine'

# The monitor holds the log against the results; what no exam stands behind is named.
exits 0 'the monitor counts them' "$bv" log monitor log --results results.csv --json
json 'd["findings"] == [] and [(k["certificates"], k["examined"]) for k in d["keys"] if k["certificates"]] == [(3, 3)]'
mkdir facts && sed '/"licence"/d; s/, "validUntil": "[^"]*"//' "$BV_SOURCE/tests/vectors/certs/facts-1.json" >facts/T-9.json
exits 0 'somebody certifies one who never sat' "$bv" cert batch --db r.db --name sang/3 --scheme CNTT --centre TT01 --key "signer:$dir/sock" --did-document keys/batches/1/did.json \
	--officer p1/key.pem "${log[@]}" --facts facts --out more
exits 1 'the monitor names it' "$bv" log monitor log --results results.csv --json
json '[f["finding"] for f in d["findings"]] == ["not-examined"] and [(k["certificates"], k["examined"]) for k in d["keys"] if k["certificates"]] == [(4, 3)]'
printf '"sang/T-9",%064d\n' 1 >>results.csv
exits 1 'a result without a certificate, too' "$bv" log monitor log --results results.csv
says 'not-in-log'
says 'sang/T-9'
finish
