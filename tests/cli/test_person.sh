#!/bin/bash
# TAP: persons by the command line: create, import, show, export, log, quota, retention, rekey, erase, scrub.
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
