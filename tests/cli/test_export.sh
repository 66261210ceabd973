#!/bin/bash
# TAP: bank export: folders and archives, versions, there and back, and what goes wrong.
. "$BV_SOURCE/tests/cli/tap.sh"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
list() { "$bv" bank list --bank "$1" --limit 10000 --json; }

exits 0 'the sample bank' "$bv" bank import --bank a.db "$BV_SOURCE/itembank/sample"
exits 0 'to a folder' "$bv" bank export --bank a.db --out folder
says ' items written to folder: 0 converted, 0 refused; 0 losses'
exits 0 'and into a new bank' "$bv" bank import --bank b.db folder
says ' 0 refused'
diff <(list a.db) <(list b.db) >/dev/null; ok $? 'which is equal, with its hashes'
exits 0 'to an archive' "$bv" bank export --bank a.db --out one.zip
exits 0 'again' "$bv" bank export --bank b.db --out two.zip
cmp -s one.zip two.zip; ok $? '  the same bytes, from the other bank too'
python3 - one.zip folder <<'P'; ok $? '  the same files as in the folder'
import os, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None and z.namelist()[0] == 'imsmanifest.xml'
files = {os.path.relpath(os.path.join(d, f), sys.argv[2]) for d, _, fs in os.walk(sys.argv[2]) for f in fs}
assert set(z.namelist()) == files
assert all(z.read(n) == open(os.path.join(sys.argv[2], n), 'rb').read() for n in files)
P
exits 0 'the archive into a new bank' "$bv" bank import --bank z.db one.zip
says '404 new, 0 new versions, 0 unchanged, 0 refused; 18 media, 0 stimuli, 0 tests, 1 modules'
diff <(list a.db) <(list z.db) >/dev/null; ok $? 'which is equal, with its hashes'
exits 0 '  an item of it' "$bv" bank show --bank z.db D146-110 --json
json "[f['path'] for f in d['files'] if f['role'] == 'media'] == ['d146/media/shop.png']"
exits 0 'and out again' "$bv" bank export --bank z.db --out three.zip
cmp -s one.zip three.zip; ok $? '  the same bytes'
exits 0 'a part, as 2.2' "$bv" bank export --bank a.db --competence IU01 --language vi --to 2.2 --out part
grep -q 'imsqti_item_xmlv2p2' part/imsmanifest.xml; ok $? '  is of 2.2'
exits 0 '  can be imported' "$bv" bank import --bank c.db part
item=$(ls part/items/vi | head -n 1)
id=${item%.xml}
"$bv" bank show --bank a.db --id "$id" --language vi --xml >new.xml 2>/dev/null || cp "folder/items/vi/$item" new.xml
for r in '{}' '{"RESPONSE":{"base":{"identifier":"A"}}}' '{"RESPONSE":{"base":{"identifier":"B"}}}'; do
	echo "$r" >r.json
	diff <("$bv" item score new.xml --responses r.json 2>&1) <("$bv" item score "part/items/vi/$item" --responses r.json 2>&1 | sed 's,part/items/vi/.*\.xml,new.xml,') >/dev/null
	ok $? "  $id scores $r the same"
done
for to in 3.0 2.2; do
	exits 0 "items with modules, as $to" "$bv" bank export --bank a.db --type portableCustom --to $to --out m$to
	cmp -s m$to/d146/modules/switches.js "$BV_SOURCE/itembank/sample/d146/modules/switches.js"; ok $? '  bring them along'
	exits 0 '  which an import takes' "$bv" bank import --bank m$to.db m$to
	says ', 1 modules'
	exits 0 '  and shows' "$bv" bank show --bank m$to.db D146-314 --json
	json "[(f['path'], f['type'], f['bytes'], f['hash']) for f in d['files'] if f['role'] == 'module'] == [('d146/modules/switches.js', 'text/javascript', 2035, '$(sha256sum <"$BV_SOURCE/itembank/sample/d146/modules/switches.js" | cut -d' ' -f1)')]"
done
exits 0 'JSON' "$bv" bank export --bank a.db --language en --out en.zip --json
json 'd["items"] > 50 and d["converted"] == 0 and d["refused"] == 0 and d["losses"] == []'
for xsd in "${BV_REF:-../shared/ref}"/qti/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd; do
	if [ -e "$xsd" ] && command -v xmllint >/dev/null; then
		exits 0 'the manifest is valid' xmllint --nonet --noout --schema "$xsd" folder/imsmanifest.xml
	else
		skip 'the schema of manifests or xmllint is not here'
	fi
done

exits 2 'an archive that is there' "$bv" bank export --bank a.db --language en --out one.zip
says 'give --force'
cmp -s one.zip two.zip; ok $? '  stays'
exits 0 'unless --force' "$bv" bank export --bank a.db --language en --out one.zip --force
cmp -s one.zip en.zip; ok $? '  replaces it'
exits 2 'a folder that is there' "$bv" bank export --bank a.db --out part
says 'give --force'
exits 0 'unless --force' "$bv" bank export --bank a.db --language en --out part --force
[ ! -e part/items/vi ]; ok $? '  and nothing of the old one stays'
mkdir mine; echo precious >mine/file
exits 2 'a folder that is no package, with --force' "$bv" bank export --bank a.db --out mine --force
says 'it is no package'
[ "$(cat mine/file)" = precious ]; ok $? '  stays'
exits 2 'no bank' "$bv" bank export --bank none.db --out none.zip
exits 2 'nothing that matches' "$bv" bank export --bank a.db --competence IU99 --out none.zip
[ ! -e none.zip ]; ok $? '  and nothing is written'
exits 2 'into a folder that is not there' "$bv" bank export --bank a.db --out none/x.zip
exits 2 '  nor as a folder' "$bv" bank export --bank a.db --out none/x
mkdir pair
ns='xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'
for language in vi en; do
	echo "<qti-assessment-item $ns identifier='T' title='t' adaptive='false' time-dependent='false' xml:lang='$language'><qti-item-body><p>x</p></qti-item-body></qti-assessment-item>" >pair/$language.xml
done
cat >pair/imsmanifest.xml <<'XML'
<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="M"><resources>
<resource identifier="A" type="imsqti_item_xmlv3p0" href="en.xml"/>
<resource identifier="B" type="imsqti_item_xmlv3p0" href="vi.xml"><metadata><lom xmlns="http://ltsc.ieee.org/xsd/LOM"><relation><kind><value>translation</value></kind><resource><identifier><entry>en</entry></identifier></resource></relation></lom></metadata></resource>
</resources></manifest>
XML
exits 0 'a translation that says its original' "$bv" bank import --bank pair.db pair
exits 0 '  exported' "$bv" bank export --bank pair.db --out pair.zip
exits 0 '  and taken in again' "$bv" bank import --bank pair2.db pair.zip
[ "$(python3 -m zipfile -e pair.zip pairs; grep -c '<value>translation</value>' pairs/imsmanifest.xml)" = 1 ]
ok $? '  by its manifest, and only that one'
exits 0 'an original of its own' "$bv" bank show --bank pair2.db T --language vi --json
json "d.get('translationOf') == 'en'"
exits 64 'no such version' "$bv" bank export --bank a.db --to 2.1 --out x.zip
exits 64 'no such level' "$bv" bank export --bank a.db --level high --out x.zip
exits 64 'nowhere' "$bv" bank export --bank a.db
if [ "$(id -u)" -ne 0 ]; then
	mkdir -m 500 locked
	exits 3 'no permission' "$bv" bank export --bank a.db --out locked/x.zip
	exits 3 '  for a folder' "$bv" bank export --bank a.db --out locked/x
else
	skip 'root may write anywhere'
fi
mkdir small
if mount -t tmpfs -o size=200k,mode=777 none small 2>/dev/null; then
	exits 3 'a full disk' "$bv" bank export --bank a.db --out small/x.zip
	exits 3 '  for a folder' "$bv" bank export --bank a.db --out small/x
	[ -z "$(ls small)" ]; ok $? '  leaves nothing behind'
	umount small
else
	skip 'no file system of 200 kB can be made'
fi
finish
