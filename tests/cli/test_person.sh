#!/bin/bash
# TAP: persons by the command line: create, import, show, export, log, quota, photo, retention, rekey, erase, scrub.
. "$BV_SOURCE/tests/cli/tap.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
db=$dir/people.db
people=$BV_SOURCE/engine/sample/people.json
by=(--as staff-7 --reason 'kiểm thử')
person() { # SUBCOMMAND ARGUMENT…
	local what=$1
	shift
	"$bv" person "$what" --people "$db" "$@"
}
keyed() {
	local what=$1
	shift
	person "$what" --master "$dir/master" "$@"
}

exits 0 'a store and its master key' keyed create
says 'keep it apart'
[ "$(stat -c %a "$dir/master" "$db" | sort -u)" = 600 ]
ok $? 'which only their owner may read'
exits 2 'no store over one' keyed create
says 'of their own'
exits 0 'another master key alone' "$bv" person create --master "$dir/other"
exits 0 'a dry run of an import' keyed import "${by[@]}" --dry-run "$people"
says '2 persons could be entered'
exits 0 'an import' keyed import "${by[@]}" --json "$people"
json 'len(d) == 2 and d[0]["ticket"] == "MAU-0001" and len(d[1]["ticket"]) == 26 and d[0]["added"] and len(d[0]["commitment"]) == 64'
first=$(python3 -c 'import json,sys; print(json.loads(sys.argv[1])[0]["person"])' "$out")
second=$(python3 -c 'import json,sys; print(json.loads(sys.argv[1])[1]["person"])' "$out")
exits 0 'the same again' keyed import "${by[@]}" --json "$people"
json 'not any(x["added"] or x["changed"] or x["registered"] for x in d)'
sed 's/001190000002/00119000000/' "$people" >"$dir/bad.json"
exits 2 'a bad number' keyed import "${by[@]}" "$dir/bad.json"
says "person 2: 'personalId' is not 12 digits"
sed 's/"unit"/"units"/' "$people" >"$dir/bad.json"
exits 2 'a member that is not known' keyed import "${by[@]}" "$dir/bad.json"
says 'units'
sed 's/"UBND xã Thử"/7/' "$people" >"$dir/bad.json"
exits 2 'a number where a text is expected' keyed import "${by[@]}" "$dir/bad.json"
says "'unit' is not a text"
exits 2 'no list' keyed import "${by[@]}" <(echo '{"people":7}')
exits 64 'no reason' keyed show --as staff-7 --fields name "$first"
exits 64 'no fields' keyed show "${by[@]}" "$first"
exits 64 'fields that are none' keyed show "${by[@]}" --fields sex "$first"
exits 64 'nobody named' keyed show "${by[@]}" --fields name
exits 64 'two ways to name one' keyed show "${by[@]}" --fields name --personal-id 001090000001 "$first"
exits 64 'a ticket of no sitting' keyed show "${by[@]}" --fields name --ticket MAU-0001
exits 2 'a name as author' keyed show --as 'Nguyễn An' --reason x --fields name "$first"
says 'not a name'
exits 0 'some fields' keyed show "${by[@]}" --fields name,birth --json "$first"
json 'd["name"] == "Nguyễn Văn Mẫu" and d["birth"] == "1990-01-31" and "personalId" not in d'
exits 0 'by ticket' keyed show "${by[@]}" --fields unit --sitting MAU-2026-11 --ticket MAU-0001
says 'UBND phường Mẫu'
out=$(echo 001190000002 | keyed show "${by[@]}" --fields note --personal-id - 2>&1)
ok $? 'by a number from standard input'
says 'xe lăn'
exits 2 'nobody has that number' keyed show "${by[@]}" --fields name --personal-id 001190000003
exits 1 'another master key' person show --master "$dir/other" "${by[@]}" --fields name "$first"
says 'another master key'
exits 2 'no master key' person show --master "$dir/none" "${by[@]}" --fields name "$first"
exits 0 'an export' keyed export "${by[@]}" --personal-id 001090000001
json 'd["fields"]["contact"]["value"] == "mau@example.vn" and d["registrations"][0]["ticket"] == "MAU-0001" and d["log"][-1]["act"] == "export"'
exits 0 'into a file' keyed export "${by[@]}" --out "$dir/export.json" "$first"
[ "$(stat -c %a "$dir/export.json")" = 600 ]
ok $? 'that only its owner may read'
exits 2 'never over another' keyed export "${by[@]}" --out "$dir/export.json" "$first"

exits 0 'the log' person log
says 'kiểm thử (name, birth)'
exits 0 'of one person, as JSON' person log --json "$first"
json 'all(x["person"] for x in d) and d[0]["act"] == "enter"'
exits 0 'its chain' person log --verify
head=$(grep -o '[0-9]*:[0-9a-f]\{64\}' <<<"$out")
exits 0 'is still that later' person log --noted "$head"
exits 64 'a head that is none' person log --noted 7
cp "$db" "$dir/copy.db"
python3 -c 'import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute("UPDATE person_access SET reason=\"x\" WHERE n=3"); c.commit()' "$dir/copy.db"
exits 1 'a record is changed' "$bv" person log --people "$dir/copy.db" --verify
says 'record 3 of the log'
exits 0 'a quota' person quota "${by[@]}" --persons 1
exits 0 'one is read' keyed show --as staff-8 --reason x --fields name "$first"
exits 1 'another is not' keyed show --as staff-8 --reason x --fields name "$second"
says 'as is allowed'
exits 0 'no quota' person quota "${by[@]}" --persons 0
exits 64 'no number' person quota "${by[@]}" --persons -1

exits 0 'nothing is over' keyed retention "${by[@]}" --rules "$BV_SOURCE/engine/sample/retention.xml"
says '0 persons'
sed 's/days="365"/days="0"/' "$BV_SOURCE/engine/sample/retention.xml" >"$dir/rules.xml"
exits 0 'a dry run' keyed retention "${by[@]}" --rules "$dir/rules.xml" --dry-run --json
json 'sorted(x["fields"] for x in d) == [["contact"], ["note"]]'
exits 0 'a run' keyed retention "${by[@]}" --rules "$dir/rules.xml"
says '2 persons: erased'
exits 0 'the note is gone' keyed show "${by[@]}" --fields all --json "$second"
json '"note" not in d and d["unit"] == "UBND xã Thử"'
exits 2 'rules that are none' keyed retention "${by[@]}" --rules "$people"

exits 0 'another master key' keyed rekey "${by[@]}" --new-master "$dir/other"
says '2 keys are sealed'
exits 1 'the old one opens nothing' keyed show "${by[@]}" --fields name "$first"
mv "$dir/other" "$dir/master"
photos=$BV_SOURCE/engine/sample/photos
exits 0 'a photograph' keyed photo "${by[@]}" --put "$photos/MAU-0001.png" "$first"
says 'image/png, 240 × 320 pixels'
exits 0 'the same again' keyed photo "${by[@]}" --sitting MAU-2026-11 --ticket MAU-0001 --put "$photos/MAU-0001.png"
says 'as it was'
exits 0 'is written out' keyed photo "${by[@]}" --out "$dir/photo.png" --personal-id 001090000001
cmp -s "$photos/MAU-0001.png" "$dir/photo.png" && [ "$(stat -c %a "$dir/photo.png")" = 600 ]
ok $? 'as it was, for its owner only'
exits 2 'never over another' keyed photo "${by[@]}" --out "$dir/photo.png" "$first"
exits 0 'the log' person log "$first"
says 'kiểm thử (photo)'
exits 2 'what is no picture' keyed photo "${by[@]}" --put "$people" "$first"
says 'neither JPEG nor PNG'
head -c 600 "$photos/MAU-0001.png" >"$dir/cut.png"
exits 2 'half a picture' keyed photo "${by[@]}" --put "$dir/cut.png" "$first"
says 'cut.png: a damaged PNG: it is cut off'
exits 2 'nobody has that number' keyed photo "${by[@]}" --personal-id 001190000003 --put "$photos/MAU-0001.png"
exits 2 'who has none' keyed photo "${by[@]}" --out "$dir/none.png" "$second"
says 'no photograph'
mkdir "$dir/photos"
cp "$photos"/* "$dir/photos"
cp "$dir/cut.png" "$dir/photos/MAU-0002.jpg"
cp "$photos/MAU-0001.png" "$dir/photos/KHAC.png"
cp "$photos/MAU-0001.png" "$dir/photos/001090000001.png"
exits 2 'a dry run of a folder' keyed photo "${by[@]}" --sitting MAU-2026-11 --import "$dir/photos" --dry-run
says '1 photographs could be set, 1 are there as they are, 3 files are at fault'
says "KHAC.png: 'KHAC' is nobody's ticket"
says 'MAU-0002.jpg: a damaged PNG'
says 'MAU-0001.png: another file before it'
exits 2 'sets nothing' keyed photo "${by[@]}" --out "$dir/none.png" "$second"
exits 2 'what is good is set' keyed photo "${by[@]}" --sitting MAU-2026-11 --import "$dir/photos" --json
json 'd["set"] == 1 and d["same"] == 1 and [f["file"] for f in d["faults"]] == ["KHAC.png", "MAU-0001.png", "MAU-0002.jpg"]'
exits 0 'by personal id, of no sitting' keyed photo "${by[@]}" --import "$photos/001190000002.png"
says '0 photographs are set, 1 are there as they are, 0 files'
(cd "$photos" && python3 -m zipfile -c "$dir/photos.zip" ./*.png)
exits 0 'a zip archive' keyed photo "${by[@]}" --sitting MAU-2026-11 --import "$dir/photos.zip"
says '0 photographs are set, 2 are there'
head -c 1000 "$dir/photos.zip" >"$dir/cut.zip"
exits 2 'half an archive' keyed photo "${by[@]}" --sitting MAU-2026-11 --import "$dir/cut.zip"
exits 2 'a sitting that there is not' keyed photo "${by[@]}" --sitting khac --import "$photos/MAU-0001.png"
exits 64 'nothing to do' keyed photo "${by[@]}" "$first"
exits 64 'two things' keyed photo "${by[@]}" --put "$people" --remove "$first"
exits 64 'a dry run of one' keyed photo "${by[@]}" --put "$people" --dry-run "$first"
exits 64 'an import for one' keyed photo "${by[@]}" --import "$photos" "$first"
exits 0 'an export has it' keyed export "${by[@]}" "$second"
json 'd["photo"].startswith("data:image/png;base64,iVBOR")'
exits 0 'one is removed' keyed photo "${by[@]}" --remove "$first"
exits 2 'once' keyed photo "${by[@]}" --remove "$first"
exits 2 'and is not read' keyed photo "${by[@]}" --out "$dir/none.png" "$first"
exits 0 'the rest stays' keyed show "${by[@]}" --fields all --json "$first"
json '"photo" not in d and d["person"]'

exits 2 'nobody is erased by a wrong id' person erase "${by[@]}" nobody
exits 0 'one is erased, without a master key' person erase "${by[@]}" "$first"
exits 2 'once' person erase "${by[@]}" "$first"
says 'erased before'
exits 2 'he is not shown' keyed show "${by[@]}" --fields name "$first"
exits 0 'another by his number' keyed erase "${by[@]}" --personal-id 001190000002
[ ! -s "$db-wal" ]
ok $? 'the log of the database is empty'
exits 0 'nothing is left to scrub' person scrub
exits 0 'the chain holds' person log --noted "$head"
finish
