#!/bin/bash
# TAP: a bank by the command line: import, import again, change, refuse, kill in the middle, a full disk.
. "$BV_SOURCE/tests/cli/tap.sh"

dir=$(mktemp -d)
trap 'umount "$dir/small" "$dir/disc" 2>/dev/null; rm -rf "$dir"' EXIT
db=$dir/bank.db
cp -r "$BV_SOURCE/tests/vectors/itembank/bank" "$dir/five"

exits 2 'list of a bank that is not there' "$bv" bank list --bank "$db"
says 'there is no such database'
exits 64 'import without a bank' "$bv" bank import "$dir/five"
exits 0 'import' "$bv" bank import --bank "$db" "$dir/five"
says 'imported 5 new, 0 new versions, 0 unchanged, 0 refused; 4 changes of metadata'
exits 0 'import again' "$bv" bank import --bank "sqlite:$db" "$dir/five" --json
says '{"new":0,"versions":0,"unchanged":5,"refused":0,"metadata":0}'

sed -i 's/Ổ SSD/Ổ thể rắn/' "$dir/five/items/iu01-001.vi.xml"
exits 0 'a file has changed' "$bv" bank import --bank "$db" "$dir/five"
says 'imported 0 new, 1 new versions, 4 unchanged'
exits 2 'an item in two languages' "$bv" bank show --bank "$db" iu01-001
says 'en, vi'
exits 0 'show' "$bv" bank show --bank "$db" iu01-001 --language vi
says 'Trần Thị Mẫu'
says '"version":2'
exits 0 'show as JSON' "$bv" bank show --bank "$db" iu01-001 --language vi --json
says '"competence": "IU01.1"'
exits 0 'the document of the first version' "$bv" bank show --bank "$db" iu01-001 --language vi --xml --version 1
says 'Ổ SSD'
"$bv" bank show --bank "$db" iu01-001 --language vi --xml | cmp -s - "$dir/five/items/iu01-001.vi.xml"
ok $? 'the current document is the file, byte for byte'
exits 2 'a version that is not there' "$bv" bank show --bank "$db" iu01-001 --language vi --xml --version 3
exits 2 'an item that is not there' "$bv" bank show --bank "$db" nobody
says "'nobody'"

exits 0 'list' "$bv" bank list --bank "$db" --competence IU01 --language vi
[ "$(wc -l <<<"$out")" -eq 2 ]
ok $? 'two items of the module'
exits 0 'list by words' "$bv" bank list --bank "$db" --text 'BỘ NHỚ' --level thong-hieu --json
says '"identifier": "iu01-004"'
says '"next": null'
exits 0 'a page' "$bv" bank list --bank "$db" --limit 2
says 'The next page: --after iu01-001/vi'
exits 0 'the next' "$bv" bank list --bank "$db" --limit 2 --after iu01-001/vi
says 'iu01-004'
exits 0 'how many' "$bv" bank list --bank "$db" --type choice --count
[ "$out" = 3 ]
ok $? 'three'
exits 64 'a level that does not exist' "$bv" bank list --bank "$db" --level easy
says 'van-dung'
exits 64 'a page of nothing' "$bv" bank list --bank "$db" --limit 0

# Whoever can write the file can write anything into it.
cp "$db" "$dir/forged.db"
python3 -c "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(\"UPDATE item SET level = 77, title = CAST(x'41ff42' AS TEXT)\"); c.commit()" "$dir/forged.db"
exits 3 'a level and a title that no import writes' "$bv" bank list --bank "$dir/forged.db" --json
says 'damaged'
for damage in 'level = -1' "title = CAST(x'41ff42' AS TEXT)" "hash = x'00'" 'version = 1e12' 'metadata_at = 9e18' 'discrimination = 99999'; do
	cp "$db" "$dir/forged.db"
	python3 -c "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('UPDATE item SET ' + sys.argv[2]); c.commit()" "$dir/forged.db" "$damage"
	exits 3 "an item with $damage" "$bv" bank show --bank "$dir/forged.db" iu01-001 --language vi
	says 'damaged'
done

# A database of somebody else is refused and left as it is, byte for byte.
python3 -c "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('CREATE TABLE bank(schema_number)'); c.execute('INSERT INTO bank VALUES (2)'); c.commit()" "$dir/foreign.db"
before=$(sha256sum <"$dir/foreign.db")
exits 2 'a foreign database to list' "$bv" bank list --bank "$dir/foreign.db"
says 'not an item bank'
exits 2 'a foreign database to import into' "$bv" bank import --bank "$dir/foreign.db" "$dir/five"
says 'not an item bank'
[ "$(sha256sum <"$dir/foreign.db")" = "$before" ] && [ "$(ls "$dir"/foreign.db*)" = "$dir/foreign.db" ]
ok $? 'and nothing of it has changed'

# A bank on a file system that nobody can write.
mkdir "$dir/disc"
if mount -t tmpfs -o size=4m none "$dir/disc" 2>/dev/null; then
	cp "$db" "$dir/disc/bank 1%.db"
	mount -o remount,ro "$dir/disc"
	exits 0 'a bank on a disc' "$bv" bank list --bank "$dir/disc/bank 1%.db" --count
	[ "$out" = 5 ]
	ok $? 'five items'
	exits 3 'to import into it' "$bv" bank import --bank "$dir/disc/bank 1%.db" "$dir/five"
	umount "$dir/disc"
else
	skip 'a read-only file system: not allowed to mount here'
fi

# What is refused is named with file and line; the rest is imported.
mkdir "$dir/mixed"
sed 's/iu03-001/mixed-1/' "$dir/five/items/iu03-001.vi.xml" >"$dir/mixed/good.xml"
head -c 700 "$dir/five/items/iu03-001.vi.xml" >"$dir/mixed/truncated.xml"
printf '<!DOCTYPE a [\n<!ENTITY x SYSTEM "/etc/passwd">]>\n<a>&x;</a>' >"$dir/mixed/xxe.xml"
sed 's/cardinality="ordered"/cardinality="disordered"/' "$dir/five/items/iu03-001.vi.xml" >"$dir/mixed/type.xml"
exits 2 'a folder with broken files' "$bv" bank import --bank "$db" "$dir/mixed"
says 'imported 1 new, 0 new versions, 0 unchanged, 3 refused; 0 changes of metadata'
says "$dir/mixed/truncated.xml:"
says "$dir/mixed/xxe.xml:1: DOCTYPE is not accepted"
says "$dir/mixed/type.xml:4: "
exits 2 'a path that is not there' "$bv" bank import --bank "$db" "$dir/nowhere"
says 'nowhere'
exits 2 'a file that is no database' "$bv" bank import --bank "$dir/mixed/good.xml" "$dir/five"
says 'not an SQLite database'

# kill -9 at any moment: what was there stays, and the import is simply started again.
mkdir "$dir/many"
for i in $(seq 1 3000); do
	sed "s/iu03-001/many-$i/" "$dir/five/items/iu03-001.vi.xml" >"$dir/many/$i.xml"
done
partial=0
for wait in 0.01 0.03 0.06 0.1 0.15; do
	rm -f "$dir"/killed.db*
	"$bv" bank import --bank "$dir/killed.db" "$dir/five" >/dev/null
	"$bv" bank import --bank "$dir/killed.db" "$dir/many" >/dev/null 2>&1 &
	pid=$!
	sleep $wait
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	before=$("$bv" bank list --bank "$dir/killed.db" --count)
	[ "$before" -gt 5 ] && [ "$before" -lt 3005 ] && partial=$((partial + 1))
	out="found $before"
	[ "$before" -ge 5 ]
	ok $? "killed after $wait s: what was imported before is there ($before items)"
	exits 0 'the import again' "$bv" bank import --bank "$dir/killed.db" "$dir/many"
	says "imported $((3005 - before)) new, 0 new versions, $((before - 5)) unchanged"
done
if [ $partial -ge 1 ]; then ok 0 "kills came in the middle"; else skip 'this machine was too fast or too slow for a kill in the middle'; fi

# A full disk: the import stops with 3, keeps what fitted, and goes on when there is room.
mkdir "$dir/small"
if mount -t tmpfs -o size=3m none "$dir/small" 2>/dev/null; then
	exits 3 'a disk of 3 MB is too small' "$bv" bank import --bank "$dir/small/bank.db" "$dir/many"
	says 'full'
	kept=$(sed -n 's/^imported \([0-9]*\) new.*/\1/p' <<<"$out")
	out=$("$bv" bank list --bank "$dir/small/bank.db" --count 2>&1)
	[ "${kept:-0}" -gt 0 ] && [ "$out" = "$kept" ]
	ok $? "the $kept items that were counted are there"
	mount -o remount,size=64m "$dir/small"
	exits 0 'room is made' "$bv" bank import --bank "$dir/small/bank.db" "$dir/many"
	says "imported $((3000 - kept)) new, 0 new versions, $kept unchanged"
else
	skip 'a full disk needs a file system of its own: not allowed to mount here'
fi

# Two importers at once.
"$bv" bank import --bank "$dir/both.db" "$dir/many" >"$dir/one" 2>&1 &
"$bv" bank import --bank "$dir/both.db" "$dir/many" >"$dir/two" 2>&1
wait
out=$(cat "$dir/one" "$dir/two")
[ "$(awk '/^imported/ { sum += $2 } END { print sum }' "$dir/one" "$dir/two")" = 3000 ]
ok $? 'two importers of the same folder: each item is new once'
finish
