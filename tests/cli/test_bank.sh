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
json "[d[k] for k in ('new', 'versions', 'unchanged', 'refused', 'metadata')] == [0, 0, 5, 0, 0] and len(d['packages']) == 1"

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
says '"match": true'
exits 0 'by relevance, without marks' "$bv" bank list --bank "$db" --text 'bo nho -ssd' --sort relevance
says 'iu01-004'
exits 2 'words to be looked for that are none' "$bv" bank list --bank "$db" --text '"bộ nhớ'
says "the quotes at '\"bộ nhớ' are not closed"
exits 2 'only what to leave out, counted' "$bv" bank list --bank "$db" --text '-ram' --count
says 'say also what to look for'
exits 2 'relevance without words' "$bv" bank list --bank "$db" --sort relevance
says 'say what to look for'
exits 64 'an order that there is not' "$bv" bank list --bank "$db" --sort colour
says 'by place, relevance'
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
for damage in 'level = -1' "title = CAST(x'41ff42' AS TEXT)" "hash = x'00'" 'version = 1e12' 'metadata_at = 9e18' "original = CAST(x'41ff42' AS TEXT)" 'discrimination = 99999'; do
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

# What cannot be read is refused by name and the rest is imported; nothing is passed over in silence, nothing waits, nothing outside is read.
mkdir -p "$dir/odd/deep" "$dir/odd/list"
item() { sed "s/iu03-001/$1/" "$dir/five/items/iu03-001.vi.xml"; }
item odd-1 >"$dir/odd/1.xml"
item odd-2 >"$dir/odd/deep/2.xml"
item odd-3 >"$dir/outside.xml"
ln -s ../outside.xml "$dir/odd/link.xml"
ln -s ../five "$dir/odd/folder"
ln -s ../../outside.xml "$dir/odd/list/inside.xml"
ln -s README "$dir/odd/link"
mkfifo "$dir/odd/pipe.xml" "$dir/odd/list/pipe"
resources=$(for href in inside.xml pipe - ../1.xml; do echo "<resource type=\"imsqti_item_xmlv3p0\" href=\"$href\"/>"; done)
echo "<manifest xmlns=\"http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1\"><resources>$resources</resources></manifest>" >"$dir/odd/list/imsmanifest.xml"
exits 2 'a folder of links and pipes' timeout 20 "$bv" bank import --bank "$dir/odd.db" "$dir/odd"
says 'imported 2 new, 0 new versions, 0 unchanged, 8 refused'
says 'odd/folder: a symbolic link to a folder is not followed'
says 'odd/link.xml: a symbolic link is not followed'
says 'odd/pipe.xml: a pipe, socket or device is not read'
says "list/inside.xml: 'inside.xml' is a symbolic link"
says 'list/pipe: not a regular file'
says 'list/-: open: No such file'
exits 2 'the same for a check' timeout 20 "$bv" item check "$dir/odd"
says 'odd/link.xml: a symbolic link is not followed'
exits 0 'a pipe that is named is read' bash -c '"$1" bank import --bank "$2" <(cat "$3")' - "$bv" "$dir/odd.db" "$dir/outside.xml"
says 'imported 1 new'
rm "$dir/odd/list/pipe"
# Somebody else may not be able to run the program where it lies: in root's home, or with its shared libraries there.
if [ "$(id -u)" = 0 ] && setpriv --reuid 65534 --regid 65534 --clear-groups "$bv" --version >/dev/null 2>&1; then
	chmod 700 "$dir/odd/deep"
	chmod 755 "$dir"
	mkdir -m 777 "$dir/writable"
	exits 2 'a folder that may not be read' setpriv --reuid 65534 --regid 65534 --clear-groups "$bv" bank import --bank "$dir/writable/odd.db" "$dir/odd"
	says 'odd/deep: read folder: Permission denied'
	says 'imported 1 new'
else
	skip 'a folder that may not be read: needs root, setpriv, and a program that others can run'
fi

# Nothing of a file steers the terminal or makes a line of its own.
mkdir "$dir/esc"
sed 's/iu03-001/esc-1/; s/title="[^"]*"/title="red\xc2\x9b31m\&#10;forged.xml:3: line\xe2\x80\xae"/' "$dir/five/items/iu03-001.vi.xml" >"$dir/esc/1.xml"
echo x >"$dir/esc/"$'a\e[31m\nforged.xml:1: ok\xff.xml'
exits 2 'names and titles with control characters' "$bv" bank import --bank "$dir/esc.db" "$dir/esc"
says 'imported 1 new'
all=$out
exits 0 'in a list' "$bv" bank list --bank "$dir/esc.db"
all+=$out
exits 0 'shown' "$bv" bank show --bank "$dir/esc.db" esc-1
all+=$out
exits 2 'checked' "$bv" item check --lint "$dir/esc"
all+=$out
! LC_ALL=C grep -qP '\x1b|\xc2\x9b|\xe2\x80\xae|\xff|^forged' <<<"$all"
ok $? 'none of them reaches the terminal'
exits 2 'as JSON' "$bv" item check --json "$dir/esc"
python3 -c 'import json, sys; json.loads(sys.argv[1])' "$out"
ok $? 'which is JSON, whatever the name of the file'

# What is said twice and differently in one import is refused, so that importing again changes nothing.
mkdir "$dir/twice"
item twice >"$dir/twice/a.xml"
item twice >"$dir/twice/b.xml"
lom() { echo "<resource type=\"imsqti_item_xmlv3p0\" href=\"$1\"><metadata><lom><educational><difficulty><value>$2</value></difficulty></educational></lom></metadata></resource>"; }
echo "<manifest><resources>$(lom a.xml easy) $(lom b.xml difficult)</resources></manifest>" >"$dir/twice/imsmanifest.xml"
for u in 1 2; do
	echo "<usageData>$(for s in irt-a irt-b; do echo "<ordinaryStatistic name=\"$s\"><targetObject identifier=\"twice\"/><value>$u</value></ordinaryStatistic>"; done)</usageData>" >"$dir/twice/u$u.xml"
done
sed 's/iu03-001/after-pi/; 1s/^<?xml[^>]*>/<?x <usageData?>/' "$dir/five/items/iu03-001.vi.xml" >"$dir/twice/pi.xml"
sed 's/iu03-001/tag/; s/xml:lang="vi"/xml:lang="v i"/' "$dir/five/items/iu03-001.vi.xml" >"$dir/twice/tag.xml"
sed 's/iu03-001/tag-2/; s/xml:lang="vi"/xml:lang="ZH-hans-cn"/' "$dir/five/items/iu03-001.vi.xml" >"$dir/twice/tag-2.xml"
exits 2 'an item and its parameters said twice' "$bv" bank import --bank "$dir/twice.db" "$dir/twice"
says 'twice/b.xml:1: item '
says 'has other metadata in'
says 'twice/u2.xml:1: irt-a of '
says "given twice, in $dir/twice/u1.xml:1 too"
says "'v i' is no language tag"
says 'imported 3 new, 0 new versions, 0 unchanged, 3 refused'
exits 2 'again' "$bv" bank import --bank "$dir/twice.db" "$dir/twice"
says '0 changes of metadata'
exits 0 'a tag in the case of RFC 5646' "$bv" bank show --bank "$dir/twice.db" tag-2 --language zh-Hans-CN

# kill -9 at any moment: what was there stays, and the import is simply started again.
mkdir "$dir/many"
items=1200
for i in $(seq 1 $items); do
	sed "s/iu03-001/many-$i/" "$dir/five/items/iu03-001.vi.xml" >"$dir/many/$i.xml"
done
partial=0
for written in 1 400000 900000; do # bytes in its log
	rm -f "$dir"/killed.db*
	"$bv" bank import --bank "$dir/killed.db" "$dir/five" >/dev/null
	"$bv" bank import --bank "$dir/killed.db" "$dir/many" >/dev/null 2>&1 &
	pid=$!
	until [ "$(stat -c %s "$dir/killed.db-wal" 2>/dev/null || echo 0)" -ge $written ] || ! kill -0 $pid 2>/dev/null; do :; done
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	before=$("$bv" bank list --bank "$dir/killed.db" --count)
	[ "$before" -gt 5 ] && [ "$before" -lt $((items + 5)) ] && partial=$((partial + 1))
	out="found $before"
	[ "$before" -ge 5 ]
	ok $? "killed after $written bytes: what was imported before is there ($before items)"
	exits 0 'the import again' "$bv" bank import --bank "$dir/killed.db" "$dir/many"
	says "imported $((items + 5 - before)) new, 0 new versions, $((before - 5)) unchanged"
done
if [ $partial -ge 1 ]; then ok 0 "kills came in the middle"; else skip 'this machine was too fast or too slow for a kill in the middle'; fi

out=$(BV_BUILD=$BV_BUILD "$BV_SOURCE/tools/campaign/import-kill" 4 1 2>&1)
ok $? 'kills at random moments, compared with an import that nobody killed'
says '0 findings'

# A full disk: the import stops with 3, keeps what fitted, and goes on when there is room.
mkdir "$dir/small"
if mount -t tmpfs -o size=2m none "$dir/small" 2>/dev/null; then
	exits 3 'a disk of 2 MB is too small' "$bv" bank import --bank "$dir/small/bank.db" "$dir/many"
	says 'full'
	kept=$(sed -n 's/^imported \([0-9]*\) new.*/\1/p' <<<"$out")
	out=$("$bv" bank list --bank "$dir/small/bank.db" --count 2>&1)
	[ "${kept:-0}" -gt 0 ] && [ "$out" = "$kept" ]
	ok $? "the $kept items that were counted are there"
	mount -o remount,size=64m "$dir/small"
	exits 0 'room is made' "$bv" bank import --bank "$dir/small/bank.db" "$dir/many"
	says "imported $((items - kept)) new, 0 new versions, $kept unchanged"
else
	skip 'a full disk needs a file system of its own: not allowed to mount here'
fi

# Two importers at once.
"$bv" bank import --bank "$dir/both.db" "$dir/many" >"$dir/one" 2>&1 &
"$bv" bank import --bank "$dir/both.db" "$dir/many" >"$dir/two" 2>&1
wait
out=$(cat "$dir/one" "$dir/two")
[ "$(awk '/^imported/ { sum += $2 } END { print sum }' "$dir/one" "$dir/two")" = $items ]
ok $? 'two importers of the same folder: each item is new once'
finish
