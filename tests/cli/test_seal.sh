#!/bin/bash
# TAP: the hash of a version covers its files: another picture is another version, from the import to the proof of a leaf and the audit of an exam,
# beside a second implementation in Python.
. "$BV_SOURCE/tests/cli/tap.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
db=bank.db
bp=$BV_SOURCE/engine/sample/vn-basic-40.xml
seed=$(printf seed | sha256sum | cut -c1-64)

cat >make.py <<'P'
import os, struct, sys, zlib
def png(shade):
    def chunk(kind, body):
        return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 0, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(bytes([0, shade]))) + chunk(b'IEND', b'')
NS = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'
def item(name, before='', body=''):
    return f'''<qti-assessment-item {NS} identifier="{name}" title="{name}" adaptive="false" time-dependent="false" xml:lang="vi">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>{before}
<qti-item-body>{body}<qti-choice-interaction response-identifier="RESPONSE" max-choices="1"><qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice></qti-choice-interaction></qti-item-body>
<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/></qti-assessment-item>'''
def put(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, 'wb').write(data if isinstance(data, bytes) else data.encode())
where = sys.argv[1]
ref = '<qti-assessment-stimulus-ref identifier="S1" href="../stimuli/s.xml"/>'
put(f'{where}/items/a.xml', item('a', ref, '<p><img src="../media/a.png" alt="a"/><img src="deep/c.png" alt="c"/></p>'))
put(f'{where}/items/b.xml', item('b', ref))
put(f'{where}/items/c.xml', item('c'))
put(f'{where}/items/deep/c.png', png(3))
put(f'{where}/media/a.png', png(1))
put(f'{where}/media/b.png', png(2))
put(f'{where}/stimuli/s.xml', f'<qti-assessment-stimulus {NS} identifier="S1" title="Bài đọc"><qti-stimulus-body><p>Đọc.</p><img src="../media/b.png" alt="b"/></qti-stimulus-body></qti-assessment-stimulus>')
put(f'{where}/imsmanifest.xml', '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="M"><resources>\n' + ''.join(
    f'<resource identifier="R-{i}" type="imsqti_item_xmlv3p0" href="items/{i}.xml"><file href="items/{i}.xml"/></resource>\n' for i in 'abc') + '</resources></manifest>')
P
python3 make.py one
# BV-FILES-1 by the text of doc/bank.md: ITEM FILE… from the folder of the item.
cat >hash.py <<'P'
import hashlib, os, sys
def version_hash(item, paths):
    H = lambda b: hashlib.sha256(b).digest()
    be32 = lambda n: n.to_bytes(4, 'big')
    document = H(open(item, 'rb').read())
    if not paths:
        return document.hex()
    folder = os.path.dirname(item)
    out = b'BV-FILES-1\0' + document + be32(len(paths))
    for p in sorted(p.encode() for p in paths):
        out += be32(len(p)) + p + H(open(os.path.join(folder, p.decode()), 'rb').read())
    return H(out).hex()
if __name__ == '__main__':
    print(version_hash(sys.argv[1], sys.argv[2:]))
P
of_a='../media/a.png ../media/b.png ../stimuli/s.xml deep/c.png'
of_b='../media/b.png ../stimuli/s.xml'
show() { out=$("$bv" bank show --bank "$db" "$1" --json 2>&1); }

# The life cycle sees another picture as it sees another word.
"$bv" bank import --bank "$db" one >/dev/null
exits 0 'a bank that keeps a life cycle' "$bv" bank lifecycle --bank "$db" --as 'Lê Chủ Trì' --adopt operational
show a
json "d['hash'] == d['versions'][0]['hash'] == '$(python3 hash.py one/items/a.xml $of_a)'"
show b
json "d['hash'] == '$(python3 hash.py one/items/b.xml $of_b)'"
show c
json "d['hash'] == '$(sha256sum one/items/c.xml | cut -d' ' -f1)'"
mkdir -p elsewhere && cp -r one elsewhere/in && cp elsewhere/in/imsmanifest.xml elsewhere && sed -i 's|href="items|href="in/items|g' elsewhere/imsmanifest.xml && rm elsewhere/in/imsmanifest.xml
exits 0 'the same files deeper in a package' "$bv" bank import --bank "$db" --as An elsewhere
says '3 unchanged'
cp -r one two && python3 - <<'P'
b = bytearray(open('two/media/b.png', 'rb').read()); b[-20] ^= 1; open('two/media/b.png', 'wb').write(b)
P
exits 0 'another picture of the stimulus' "$bv" bank import --bank "$db" --as An two
says '2 new versions, 1 unchanged'
show a
json "d['version'] == 2 and d['state'] == 'draft' and d['operationalVersion'] == 1 and d['hash'] == '$(python3 hash.py two/items/a.xml $of_a)'"
json "d['versions'][0]['hash'] == '$(python3 hash.py one/items/a.xml $of_a)'"
"$bv" bank list --bank "$db" --state operational --json >operational.json
out=$(cat operational.json)
json "[(i['identifier'], i['version'], i['hash']) for i in d['items']][0] == ('a', 1, '$(python3 hash.py one/items/a.xml $of_a)')"
exits 0 'the document alone' "$bv" bank import --bank "$db" --as An two/items/a.xml
says '1 unchanged'
exits 0 'an old version comes back' "$bv" bank revise --bank "$db" --as An a@1
show a
json "d['version'] == 3 and d['hash'] == '$(python3 hash.py one/items/a.xml $of_a)' and [f['path'] for f in d['files']] == ['items/a.xml', 'items/deep/c.png', 'media/a.png', 'media/b.png', 'stimuli/s.xml']"
exits 2 'two packages that do not agree on a picture' "$bv" bank import --bank new.db one two
says 'is another one in one/items/a.xml'
exits 0 'all follows from the events' "$bv" audit bank --bank "$db"

# Somebody changes a list of files.
sql() { cp "$db" forged.db; cp "$db-wal" forged.db-wal 2>/dev/null; python3 -c 'import sqlite3, sys; c = sqlite3.connect("forged.db"); c.execute("PRAGMA foreign_keys=OFF"); c.executescript(sys.argv[1]); c.commit()' "$1"; }
for change in "UPDATE version_part SET hash = (SELECT hash FROM media WHERE hash <> version_part.hash LIMIT 1) WHERE role = 1 AND item = 1 AND version = 1" \
	"DELETE FROM version_part WHERE path LIKE '%.png' AND item = 1 AND version = 1" "UPDATE version_part SET path = 'media/x.png' WHERE path = 'media/a.png' AND item = 1 AND version = 1" \
	"UPDATE item_version SET unsealed = 1 WHERE item = 1 AND version = 1"; do
	sql "$change"
	exits 1 "$change" "$bv" audit bank --bank forged.db
	says 'item a/vi@1'
done
sql "$change"
exits 3 'nor can it be read' "$bv" bank show --bank forged.db a --version 1 --xml

# An exam of items with pictures: pool, leaf, form, evidence.
cp -r "$BV_SOURCE/itembank/sample" sample && chmod -R u+w sample
python3 - <<'P'
import glob, os
os.makedirs('sample/media')
exec(open('make.py').read().split('NS =')[0])
open('sample/media/x.png', 'wb').write(png(9))
for f in glob.glob('sample/iu*/*.xml') + glob.glob('sample/iu*/*/*.xml'):
    t = open(f, encoding='utf-8').read()
    up = '../' * (f.count('/') - 1)
    i = t.find('<qti-item-body>')
    if i > 0 and not f.endswith('.en.xml'):
        i += len('<qti-item-body>')
        open(f, 'w', encoding='utf-8').write(t[:i] + f'<p><img src="{up}media/x.png" alt="x"/></p>' + t[i:])
P
"$bv" bank import --bank exam.db sample >import.log 2>&1
exits 0 'frozen' "$bv" bank freeze --bank exam.db --blueprint "$bp" --out frozen
id=$(grep -o '"identifier":"[^"]*"' frozen/pool.json | sed -n 7p | cut -d'"' -f4)
item=$(ls sample/iu*/"$id".xml)
grep -q "\"hash\":\"$(python3 hash.py "$item" ../media/x.png)\"" frozen/pool.json
ok $? 'the pool has the hash over file and picture'
"$bv" bank open-leaf --frozen frozen "$id" >proof.json
leaf() { "$bv" audit leaf --commitment frozen/commitment.json proof.json "$@"; }
exits 1 'the file of the item alone' leaf --item "$item"
says '--files'
exits 0 'with its package' leaf --item "$item" --files sample
says 'and these files are it'
mkdir -p bare/q bare/media && cp "$item" bare/q/ && cp sample/media/x.png bare/media/
exits 0 'in a folder without a manifest' leaf --item "bare/q/$id.xml" --files bare/
(cd bare && python3 -m zipfile -c ../bare.zip q media)
exits 2 'in an archive without a manifest' leaf --item "$item" --files bare.zip
says 'imsmanifest.xml'
(cd sample && python3 -m zipfile -c ../sample.zip ./*)
exits 0 'in an archive' leaf --item "$item" --files sample.zip --json
json 'd["verdict"] is True'
python3 -c 'p = "bare/media/x.png"; b = bytearray(open(p, "rb").read()); b[-1] ^= 1; open(p, "wb").write(b)'
exits 1 'with another picture' leaf --item "bare/q/$id.xml" --files bare
says 'with its files in bare is not the item that was frozen'
rm bare/media/x.png
exits 2 'without the picture' leaf --item "bare/q/$id.xml" --files bare
says "'media/x.png' is not in the package"
exits 2 'a folder that has another item' leaf --item "$item" --files one
says 'the item is not there'
exits 2 'a folder that is not there' leaf --item "$item" --files nowhere
exits 64 'files of no item' leaf --files bare

exits 0 'a key' "$bv" key new --did did:web:test.example --out issuer
exits 0 'a roster' "$bv" simulate --count 3 --mean 1.5 --sd 1 --seed "$seed" --out roster.json
exits 0 'an exam' "$bv" exam run --bank exam.db --blueprint "$bp" --standard "$BV_SOURCE/standards/vn-tt03-2014.xml" --rules "$BV_SOURCE/rules/vn-17-2016.xml" \
	--key issuer/key.pem --seed "$seed" --draw-key "$seed" --at 2026-11-21T02:00:00Z --out ev --candidate roster.json --simulate
exits 0 'its audit' "$bv" audit exam ev --trust issuer
says 'byte for byte'
list=$(ls ev/items/*.files.json | head -1)
[ "$(ls ev/items/*.xml | wc -l)" = "$(ls ev/items/*.files.json | wc -l)" ] && [ "$(cat "$list")" = "{\"files\":[{\"hash\":\"$(sha256sum sample/media/x.png | cut -d' ' -f1)\",\"path\":\"../media/x.png\"}]}" ]
ok $? 'the evidence lists the files of each item'
cp "$list" saved
sed -i 's/media/nedia/' "$list"
exits 1 'another list' "$bv" audit exam ev --trust issuer --quiet
says "${list#ev/}"
says 'is not the one of the pool'
rm "$list"
exits 1 'no list' "$bv" audit exam ev --trust issuer --quiet
says "${list#ev/}"
cp saved "$list"
exits 0 'put back' "$bv" audit exam ev --trust issuer --quiet
exits 0 'draw from it' "$bv" draw --bank exam.db --blueprint "$bp" --seed "$seed" --ticket T --json
printf '%s' "$out" >form.json
exits 0 'audit draw' "$bv" audit draw --bank exam.db --blueprint "$bp" --seed "$seed" --form form.json
cp exam.db listed.db && cp exam.db-wal listed.db-wal 2>/dev/null
python3 -c 'import sqlite3, sys; c = sqlite3.connect("listed.db"); c.execute("UPDATE item SET hash = zeroblob(32) WHERE identifier = ?", sys.argv[1:]); c.commit()' "$id"
exits 3 'a hash in a list that is not of the version is never frozen' "$bv" bank freeze --bank listed.db --blueprint "$bp" --out frozen-4
says "item '$id': the bank lists version 1 with another hash than it has"

# Items that share a stimulus are enemies: the pool keeps one of them, unless the blueprint says otherwise.
python3 - <<'P'
import glob, os
os.makedirs('sample/stimuli')
open('sample/stimuli/s.xml', 'w').write('<qti-assessment-stimulus xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="DOC-1" title="d"><qti-stimulus-body><p>d</p></qti-stimulus-body></qti-assessment-stimulus>')
for f in glob.glob('sample/iu06/IU06-[0-9][0-9][0-9].xml'):
    t = open(f, encoding='utf-8').read()
    i = t.find('<qti-item-body>')
    open(f, 'w', encoding='utf-8').write(t[:i] + '<qti-assessment-stimulus-ref identifier="DOC-1" href="../stimuli/s.xml"/>' + t[i:])
P
exits 0 'items of one stimulus' "$bv" bank import --bank exam.db sample
"$bv" bank list --bank exam.db --stimulus DOC-1 --count >count 2>&1
exits 2 'are not drawn together' "$bv" bank freeze --bank exam.db --blueprint "$bp" --out frozen-2
says "stratum 'IU06-lt' is short by"
[ "$(grep -o '[0-9]* to enemies' <<<"$out" | awk '{ n += $1 } END { print n }')" = $(($(cat count) - 1)) ]
ok $? 'one of all is kept'
sed 's/<stratum id="IU06/<stratum enemies="named" id="IU06/' "$bp" >named.xml
exits 0 'unless the blueprint lets them' "$bv" bank freeze --bank exam.db --blueprint named.xml --out frozen-3
finish
