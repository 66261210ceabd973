#!/bin/bash
# TAP: certificates from their facts to the status lists and the register book, by commands alone.
. "$BV_SOURCE/tests/cli/tap.sh"
verify=$BV_BUILD/tools/verify/bangvang-verify
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
at=2026-11-25T08:00:00Z
later() { echo "2026-11-25T08:$1:00Z"; }
log=(--log log --log-key log-key/key.pem)
batch() { # NAME ARGUMENT…
	local name=$1
	shift
	"$bv" cert batch --db r.db --name "$name" --scheme CNTT --centre TT01 --key issuer/key.pem --officer p1/key.pem "${log[@]}" --facts facts --at $at "$@"
}
ask() { # DEED CERTIFICATE REASON ARGUMENT…
	local deed=$1 certificate=$2 reason=$3
	shift 3
	"$bv" cert "$deed" "$certificate" --db r.db --officer p1/key.pem --reason "$reason" --at "$(later 10)" "$@"
}
approve() { "$bv" cert approve "$1" --db r.db --officer p2/key.pem "${log[@]}" --at "$(later 20)" "${@:2}"; }

"$bv" key new --did did:web:so.example.vn --out issuer >/dev/null
for who in p1 p2 log-key; do "$bv" key new --out $who >/dev/null; done
"$bv" log init --log log --origin so.example.vn/log --key log-key/key.pem >/dev/null
mandate() { echo "<mandate identifier='M$1' person='P-$1' key='$(cut -d' ' -f1 "p$1/key.multikey")' deeds='issue revoke suspend reinstate supersede correct resume' schemes='$2' centres='*' from='2026-01-01' to='2027-12-31'>QĐ</mandate>"; }
mandates() { echo "<mandates xmlns='https://bangvang.vn/ns/mandates/1' identifier='m' version='1'>$(mandate 1 "$1")$(mandate 2 '*')</mandates>"; }
mandates 'KHAC' >narrow.xml
mandates '*' >mandates.xml
mkdir facts
for i in 1 2 3; do
	sed "s/Nguyễn Thị Ánh Tuyết/Lê Thị $(printf %s ABC | cut -c$i)nh/; /\"licence\"/d; s/, \"validUntil\": \"[^\"]*\"//" "$BV_SOURCE/tests/vectors/certs/facts-1.json" >facts/T-$i.json
done

# The register.
init=(--issuer did:web:so.example.vn --status https://so.example.vn/status --issuing "$BV_SOURCE/registry/sample/issuing.xml")
exits 2 'a register without a database' "$bv" register acts --db r.db
says 'there is no such database'
exits 0 'one is made' "$bv" register init --db r.db "${init[@]}" --mandates narrow.xml
exits 2 'once' "$bv" register init --db r.db "${init[@]}" --mandates narrow.xml
says 'already'
exits 1 'a batch without a mandate for its scheme' batch lo-1
says "does not cover the scheme 'CNTT'"
sed 's/person=/who=/' mandates.xml >bad.xml
exits 2 'mandates that are none' "$bv" register update --db r.db --mandates bad.xml
says "has no attribute 'who'"
exits 0 'newer mandates' "$bv" register update --db r.db --mandates mandates.xml
says '2 mandates'

# Issuing.
sed 's/Lê Thị Anh/Lê  Thị Anh/; s/"7"/"17"/' facts/T-1.json >T-9.json
exits 1 'lint of facts with faults' "$bv" cert lint T-9.json --db r.db --at $at
says 'a space too many [holder-name]'
says "area 'IU02': 17 is not within its scale [value]"
cp T-9.json facts/
exits 2 'a batch with them' batch lo-1
says '2 faults in the facts of 4 certificates: nothing was signed'
rm facts/T-9.json
exits 0 'without' batch lo-1 --dry-run
says '3 certificates would be issued'
exits 0 'lint' "$bv" cert lint facts --db r.db --at $at --json
json 'd == {"faults": [], "files": 3}'
exits 0 'a batch' batch lo-1 --out out
says '3 certificates issued, 3 of them drafted now'
exits 0 'the same again' batch lo-1 --out out --json
says '"drafted": 0'
exits 2 'the same facts in another batch' batch lo-2
says 'says exactly this already, and stands'
for kind in json jwt sd-jwt qr; do
	exits 2 "its $kind cannot be checked without lists" "$verify" "out/CNTT-2026-TT01-000001.$kind" --trust issuer --at "$(later 30)" --lang en
	says 'was not given to look in'
done

# Lists and acts.
publish() { "$bv" cert publish --db r.db --key issuer/key.pem "${log[@]}" --out status --at "$1"; }
exits 0 'lists are published' publish "$(later 05)"
says '3 status lists signed, 3 in status'
for kind in json jwt sd-jwt qr; do
	exits 0 "its $kind is valid" "$verify" "out/CNTT-2026-TT01-000001.$kind" --trust issuer --status status --at "$(later 30)" --lang en
	says 'neither revoked nor suspended (list of 2026-11-25T08:05:00Z)'
done
exits 0 'one person asks' ask revoke CNTT/2026/TT01/000001 fraud --note 'thư tố cáo'
says 'act 1: asked for'
exits 0 'that is listed' "$bv" register acts --db r.db
says 'thư tố cáo'
exits 1 'and does not approve it himself' "$bv" cert approve 1 --db r.db --officer p1/key.pem "${log[@]}" --at "$(later 20)"
says 'another person does'
exits 0 'another does' approve 1
exits 2 'twice is once' approve 1
exits 0 'a suspension' ask suspend CNTT/2026/TT01/000002 inquiry --json
json 'd == {"act": 2}'
exits 0 'is approved' approve 2
exits 0 'a correction' ask correct CNTT/2026/TT01/000003 typing-error --holder 'Lê Thị Cành'
exits 2 'needs a key' approve 3
says 'a key is needed that signs the new certificate'
exits 0 'which is given then' approve 3 --key issuer/key.pem --issuer-name 'Trung tâm'
exits 64 'a correction of nothing' ask correct CNTT/2026/TT01/000003 typing-error
exits 0 'one that is turned down' ask reinstate CNTT/2026/TT01/000002 cleared
exits 0 'by who asked' "$bv" cert refuse 4 --db r.db --officer p1/key.pem --at "$(later 20)"
exits 1 'the first is revoked' "$bv" cert status CNTT/2026/TT01/000001 --db r.db --json
json 'd["fate"] == "revoked" and d["acts"][0]["askedBy"] == "P-1" and d["acts"][0]["decidedBy"] == "P-2"'
exits 0 'the new one is valid' "$bv" cert status CNTT/2026/TT01/000004 --db r.db --json
json 'd["holder"] == "Lê Thị Cành"'
exits 0 'the lists of later' publish "$(later 40)"
for kind in json jwt sd-jwt qr; do
	exits 1 "the $kind of the first" "$verify" "out/CNTT-2026-TT01-000001.$kind" --trust issuer --status status --at "$(later 50)" --lang en
	says 'REVOKED (list of 2026-11-25T08:40:00Z)'
done
exits 1 'the second' "$verify" out/CNTT-2026-TT01-000002.json --trust issuer --status status --at "$(later 50)" --lang en
says 'SUSPENDED'
exits 2 'all of them after the lists have ended' "$verify" out/CNTT-2026-TT01-000001.json --trust issuer --status status --at 2027-02-01T00:00:00Z --lang en
says 'out of date'

# On a day.
mkdir trust && cp issuer/did.json trust/
stood() { "$bv" cert status CNTT/2026/TT01/000001 --db r.db --trust trust --at "$1" --json; }
exits 2 'before any list it is unknown' stood 2026-11-25T08:00:00Z
json 'd["then"]["standing"] == "unknown"'
exits 0 'then it was valid' stood "$(later 39)"
json 'd["then"]["standing"] == "valid" and d["then"]["listOf"] == "2026-11-25T08:05:00Z"'
exits 1 'then it was not' stood "$(later 40)"
json 'd["then"]["standing"] == "revoked"'
exits 0 'the log has it all' "$bv" log verify log
out=$(cat log/tile/entries/000.p/15 | grep -ao '"type":"[a-z-]*"' | sort | uniq -c | tr -s ' ')
[ "$out" = ' 2 "type":"batch"
 4 "type":"certificate"
 1 "type":"correction"
 1 "type":"revocation"
 6 "type":"status-list"
 1 "type":"suspension"' ]
ok $? '  once'

# Stop.
exits 0 'a stop' "$bv" cert stop --db r.db --officer p2/key.pem --reason 'khóa bị lộ' --at "$(later 45)"
sed -i 's/Lê Thị/Phạm Thị/' facts/*.json
exits 1 'nothing is issued' batch lo-3
says 'issuance was stopped by P-2 (khóa bị lộ)'
exits 0 'one asks to go on' "$bv" cert resume --db r.db --officer p1/key.pem --reason checked --at "$(later 46)"
exits 0 'another agrees' "$bv" cert approve 6 --db r.db --officer p2/key.pem "${log[@]}" --at "$(later 47)"
exits 0 'it goes on' batch lo-3
says '3 certificates issued'

# The book.
exits 0 'the book for a spreadsheet' "$bv" register export --db r.db --out so.csv
says '7 certificates in so.csv'
python3 -c '
import csv
rows = list(csv.DictReader(open("so.csv", encoding="utf-8-sig")))
assert [r["STT"] for r in rows] == [str(i) for i in range(1, 8)]
assert rows[0]["Tình trạng"] == "đã thu hồi" and rows[2]["Tình trạng"] == "đã được đính chính" and rows[3]["Họ và tên"] == "Lê Thị Cành"
open("code", "w").write(rows[1]["Mã tra cứu"])'
ok $? '  has every certificate in its order'
exits 1 'a certificate by the code that the book has' "$bv" cert status "$(tr -d - <code | tr A-Z a-z)" --db r.db --json
json 'd["serial"] == "CNTT/2026/TT01/000002"'
[ "$(stat -c %a so.csv)" = 600 ]
ok $? '  for its owner only'
exits 0 'the book to be printed' "$bv" register export --db r.db --out so.html --batch lo-1
grep -q '<td>CNTT/2026/TT01/000003</td><td>Lê Thị Cnh</td>' so.html && [ "$(grep -c '<tr><td>' so.html)" = 3 ]
ok $? '  of one batch'
exits 64 'as something else' "$bv" register export --db r.db --out so.pdf
finish
