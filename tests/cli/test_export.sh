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
# A stimulus goes out in the version that is asked for, once for all its items.
mkdir -p shared/s
python3 - shared "$ns" <<'P'
import sys
folder, ns = sys.argv[1:]
def write(name, text): open(f'{folder}/{name}', 'w').write(text)
def item(i, ref): return (f'<qti-assessment-item {ns} identifier="{i}" title="t" adaptive="false" time-dependent="false" xml:lang="vi"><qti-assessment-stimulus-ref'
                          f' identifier="{ref}" href="s/{ref}.xml"/><qti-item-body><p>x</p></qti-item-body></qti-assessment-item>')
for name, ref in ('a', 'good'), ('b', 'good'), ('c', 'old'), ('d', 'full'):
    write(name + '.xml', item('item-' + name, ref))
write('s/good.xml', f'<qti-assessment-stimulus {ns} identifier="S" title="Bài đọc"><qti-stimulus-body>\n<p data-catalog-idref="c">Đọc.</p></qti-stimulus-body>'
      '<qti-catalog-info><qti-catalog id="c"><qti-card support="spoken"><qti-html-content>x</qti-html-content></qti-card></qti-catalog></qti-catalog-info></qti-assessment-stimulus>')
write('s/old.xml', '<assessmentStimulus xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="O" title="o"><stimulusBody>Cũ</stimulusBody></assessmentStimulus>')
full = f'<qti-assessment-stimulus {ns} identifier="F" title="f"><qti-stimulus-body><p>%s</p></qti-stimulus-body></qti-assessment-stimulus>'
write('s/full.xml', full % ('>' * ((1 << 20) - len(full))))
resources = ''.join(f'<resource identifier="{n}" type="imsqti_item_xmlv3p0" href="{n}.xml"/>' for n in 'abcd')
resources += ''.join(f'<resource identifier="{n}" type="imsqti_stimulus_xmlv{v}" href="s/{n}.xml"/>' for n, v in (('good', '3p0'), ('old', '2p2'), ('full', '3p0')))
write('imsmanifest.xml', f'<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="M"><resources>{resources}</resources></manifest>')
P
exits 0 'items with stimuli' "$bv" bank import --bank s.db shared
says '4 new, 0 new versions, 0 unchanged, 0 refused; 0 media, 3 stimuli'
exits 2 'as 2.2, but for one that would be too large' "$bv" bank export --bank s.db --to 2.2 --out s22
says "item-d: refused: stimulus 's/full.xml':"
says "item-a: lost: stimulus 's/good.xml':2: <qti-catalog-info> is not in QTI 2.2"
says '3 items written to s22: 3 converted, 1 refused; 1 losses'
[ ! -e s22/s/full.xml ] && [ ! -e s22/d.xml ] && ! grep -q '"d\.xml\|full' s22/imsmanifest.xml; ok $? '  of which nothing is there'
[ "$(grep -c imsqti_stimulus_xmlv2p2 s22/imsmanifest.xml)" = 2 ] && ! grep -q xmlv3p0 s22/imsmanifest.xml; ok $? '  the type of its resources'
grep -q '^<p>Đọc.</p></stimulusBody></assessmentStimulus>$' s22/s/good.xml && grep -q 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2"' s22/s/good.xml; ok $? '  the stimulus'
cmp -s shared/s/old.xml s22/s/old.xml; ok $? '  and one that was of 2.2'
exits 0 '  taken in again' "$bv" bank import --bank s22.db s22
says '3 new, 0 new versions, 0 unchanged, 0 refused; 0 media, 2 stimuli'
bare() { list "$1" | python3 -c 'import json, sys; print([{k: v for k, v in i.items() if k != "hash"} for i in json.load(sys.stdin)["items"] if i["identifier"] != "item-d"])'; }
[ "$(bare s.db)" = "$(bare s22.db)" ]; ok $? '  the items are the same, but for their hashes'
exits 0 'as 3.0, back' "$bv" bank export --bank s22.db --out s30
says '3 items written to s30: 3 converted, 0 refused; 0 losses'
[ "$(grep -c imsqti_stimulus_xmlv3p0 s30/imsmanifest.xml)" = 2 ]; ok $? '  with their stimuli'
for xsd in "${BV_REF:-../shared/ref}"/qti/xsd/imsqti_asiv3p0p1_v1p0.xsd; do
	if [ -e "$xsd" ] && command -v xmllint >/dev/null; then
		exits 0 '  which are valid' xmllint --nonet --noout --schema "$xsd" s30/s/good.xml s30/s/old.xml
	else
		skip 'the schema of QTI 3.0.1 or xmllint is not here'
	fi
done
exits 0 'as 3.0, byte by byte' "$bv" bank export --bank s.db --stimulus full --out sf
cmp -s shared/s/full.xml sf/s/full.xml; ok $? '  also one that fills its room'
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
