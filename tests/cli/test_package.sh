#!/bin/bash
# TAP: content packages by the command line; what hostile archives say, and that nothing of them is in the bank.
. "$BV_SOURCE/tests/cli/tap.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
db=$dir/bank.db
cd "$dir" || exit 1

# Packages made with Python's zipfile, and bytes changed in them: another writer than ours.
python3 - <<'PY'
import struct, zipfile, zlib

def png(shade):
    def chunk(kind, body):
        return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 0, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(bytes([0, shade]))) + chunk(b'IEND', b'')

NS = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'
def item(name, before='', body=''):
    return f'''<qti-assessment-item {NS} identifier="{name}" title="Câu {name}" adaptive="false" time-dependent="false" xml:lang="vi">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>{before}
<qti-item-body>{body}<qti-choice-interaction response-identifier="RESPONSE" max-choices="1"><qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice></qti-choice-interaction></qti-item-body>
<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/></qti-assessment-item>'''

def resource(href, kind='imsqti_item_xmlv3p0'):
    return f'<resource identifier="R-{href}" type="{kind}" href="{href}"><file href="{href}"/></resource>\n'

def manifest(*resources):
    return f'<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="M"><resources>\n{"".join(resources)}</resources></manifest>'

def package(name, files, how=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(name, 'w', how) as z:
        for path, text in files:
            z.writestr(path, text)

plain = [('imsmanifest.xml', manifest(resource('items/a.xml'))), ('items/a.xml', item('bad'))]
stimulus = f'<qti-assessment-stimulus {NS} identifier="S1" title="Bài đọc"><qti-stimulus-body><p>Đọc.</p><img src="../media/b.png" alt="b"/></qti-stimulus-body></qti-assessment-stimulus>'
test = f'<qti-assessment-test {NS} identifier="T1" title="Bài thi"><qti-test-part identifier="P1" navigation-mode="linear" submission-mode="individual"><qti-assessment-section identifier="S1" title="s" visible="true"><qti-assessment-item-ref identifier="I1" href="items/a.xml"/></qti-assessment-section></qti-test-part></qti-assessment-test>'
ref = '<qti-assessment-stimulus-ref identifier="S1" href="../stimuli/s.xml"/>'
good = [('imsmanifest.xml', manifest(resource('items/a.xml'), resource('items/b.xml'), resource('stimuli/s.xml', 'imsqti_stimulus_xmlv3p0'), resource('test.xml', 'imsqti_test_xmlv3p0'))),
        ('items/a.xml', item('a', ref, '<p><img src="../media/a.png" alt="a"/></p>')), ('items/b.xml', item('b', ref)),
        ('stimuli/s.xml', stimulus), ('test.xml', test), ('media/a.png', png(1)), ('media/b.png', png(2))]
package('good.zip', good)
package('stored.ZIP', good, zipfile.ZIP_STORED)
import os
def unpacked(name, files):
    for path, text in files:
        at = os.path.join(name, path)
        os.makedirs(os.path.dirname(at), exist_ok=True)
        open(at, 'wb').write(text if isinstance(text, bytes) else text.encode())
author = b'Author\0Nguyen A'
told = png(1)[:33] + struct.pack('>I', len(author)) + b'tEXt' + author + struct.pack('>I', zlib.crc32(b'tEXt' + author)) + png(1)[33:]
photo = [('imsmanifest.xml', manifest(resource('p.xml'))), ('p.xml', item('p', '', '<p><img src="m/p.png" alt="p"/><img src="m/q.png" alt="q"/></p>')), ('m/p.png', told), ('m/q.png', png(3))]
package('photo.zip', photo)
unpacked('good', good)
unpacked('photo', photo)
unpacked('loose', good + [('extra.xml', item('extra', '', '<img src="media/b.png" alt="b"/>'))])
unpacked('lacking', [('imsmanifest.xml', manifest(resource('c.xml'), resource('d.xml'), resource('../e.xml'))), ('c.xml', item('c', '', '<img src="c.png" alt="c"/>')), ('d.xml', item('d'))])
unpacked('above/one', good)
unpacked('above/two', [('imsmanifest.xml', manifest(resource('d.xml'))), ('d.xml', item('d'))])
unpacked('linked', good)
os.rename('linked/media/a.png', 'a.png'); os.symlink('../../a.png', 'linked/media/a.png')
package('part.zip', [('imsmanifest.xml', manifest(resource('c.xml'), resource('d.xml'), resource('../e.xml'))), ('c.xml', item('c', '', '<img src="c.png" alt="c"/>')), ('d.xml', item('d'))])
for name, path in (('slip', '../../a.xml'), ('absolute', '/a.xml'), ('drive', 'C:/a.xml'), ('backslash', 'a\\b.xml'), ('encoded', '%2e%2e/a.xml')):
    package(name + '.zip', plain + [(path, 'x')])
package('case.zip', plain + [('Items/A.xml', 'x')])
package('bomb.zip', plain + [('zeros', bytes(10 << 20))])
package('nested.zip', [('inner.zip', open('good.zip', 'rb').read())])
package('folder.zip', [('quiz/imsmanifest.xml', manifest())])
package('web.zip', [('index.html', '<html/>')])
link = zipfile.ZipInfo('items/link.xml'); link.external_attr = 0o120777 << 16
with zipfile.ZipFile('link.zip', 'w') as z:
    for path, text in plain: z.writestr(path, text)
    z.writestr(link, '/etc/passwd')
raw = open('good.zip', 'rb').read()
open('cut.zip', 'wb').write(raw[:-30])
at = raw.index(b'PK\1\2'); open('encrypted.zip', 'wb').write(raw[:at + 8] + bytes([raw[at + 8] | 1]) + raw[at + 9:])
at = raw.index(b'PK\1\2'); open('lie.zip', 'wb').write(raw[:at + 24] + b'\1\0\0\0' + raw[at + 28:])
at = raw.index(b'items/a.xml') + 40; open('crc.zip', 'wb').write(raw[:at] + bytes([raw[at] ^ 255]) + raw[at + 1:])
open('text.zip', 'w').write('no archive')
import warnings; warnings.simplefilter('ignore')
package('twice.zip', plain + [('items/a.xml', 'x')])
# A stream writer: sizes behind the bytes.
class Stream:
    def __init__(self, f): self.f = f
    def write(self, b): return self.f.write(b)
    def flush(self): self.f.flush()
with open('stream.zip', 'wb') as f, zipfile.ZipFile(Stream(f), 'w', zipfile.ZIP_DEFLATED) as z:
    for path, text in good: z.writestr(path, text)
PY

exits 0 'a package' "$bv" bank import --bank "$db" good.zip
says 'good.zip: 2 new, 0 new versions, 0 unchanged, 0 refused; 2 media, 1 stimuli, 1 tests'
says 'imported 2 new'
exits 0 'stored instead of packed, and by a stream: the same' "$bv" bank import --bank "$db" stored.ZIP stream.zip --json
json "len(d['packages']) == 2 and d['unchanged'] == 4 and all(p['unchanged'] == 2 and p['media'] == 2 for p in d['packages'])"
exits 0 'its files are shown' "$bv" bank show --bank "$db" a --json
json "[(f['path'], f['role']) for f in d['files']] == [('items/a.xml', 'document'), ('media/a.png', 'media'), ('media/b.png', 'media'), ('stimuli/s.xml', 'stimulus')]"
json "d['files'][1]['type'] == 'image/png' and d['files'][1]['bytes'] > 50 and len(d['files'][1]['hash']) == 64"
exits 0 'also as lines' "$bv" bank show --bank "$db" b
says 'media/b.png'
exits 0 'its test' "$bv" bank show --bank "$db" T1 --json
json "[(x['kind'], x['title'], [f['path'] for f in x['files']]) for x in d['documents']] == [('test', 'Bài thi', ['items/a.xml', 'test.xml'])]"
exits 0 'its stimulus' "$bv" bank show --bank "$db" S1
says 'stimuli/s.xml'
exits 0 'an item of the bank as a candidate sees it' "$bv" item render --bank "$db" --json a/vi@1
json "d[2][0] == 'qti-stimulus-body' and d[3][1][1]['src'] == 'media:sha256-' + '$(sha256sum <good/media/a.png | cut -d' ' -f1)'"
exits 0 '  its current version' "$bv" item render --bank "$db" a
says '[hình: a]'
exits 2 '  a version that there is not' "$bv" item render --bank "$db" a@2
says 'of that version in the bank'
exits 64 '  a version that cannot be' "$bv" item render --bank "$db" a@0
says "'a@0' names no item"
exits 64 '  in a folder of its own' "$bv" item render --bank "$db" --package . a
says 'a bank knows the package'
exits 0 'its media for a server of files' "$bv" bank media --bank "$db" --out served --json
json "sorted(f['hash'] for f in d) == sorted(f['file'][:-4] for f in d) and all(f['type'] == 'image/png' and f['file'].endswith('.png') for f in d) and len(d) == 2"
for f in served/*; do [ "$(sha256sum <"$f" | cut -d' ' -f1).png" = "${f#served/}" ]; ok $? "  ${f:7:8}… has the bytes of its name"; done
[ "$(stat -c %a served/*.png | sort -u)" = 644 ]
ok $? '  and can be read by the server'
exits 0 '  once more' "$bv" bank media --bank "$db" --out served
says '0 files written, 2 there already'
first=$(ls served | head -n 1)
echo x >"served/$first"
exits 2 '  another file under the name' "$bv" bank media --bank "$db" --out served
says "served/$first is there and is another file"
rm "served/$first"
exits 0 '  one that is missing' "$bv" bank media --bank "$db" --out served
says '1 files written, 1 there already'
ln -sf /etc/passwd "served/$first"
exits 1 '  a link under the name' "$bv" bank media --bank "$db" --out served
exits 2 '  of no bank' "$bv" bank media --bank nobank.db --out served
exits 2 'what is not there' "$bv" bank show --bank "$db" nobody
says "there is no item 'nobody'"

exits 0 'a photo that tells of people' "$bv" bank import --bank ph.db photo.zip
says 'photo.zip/m/p.png: note: its metadata tell who took it or owns the camera: write it again without them [private-metadata]'
[ "$(grep -c private-metadata <<<"$out")" -eq 1 ]
ok $? '  the other one does not'
exits 0 '  it is kept as it is' "$bv" bank media --bank ph.db --out ph
[ -e "ph/$(sha256sum <photo/m/p.png | cut -d' ' -f1).png" ]
ok $? '  byte for byte'
exits 0 'the lint of the folder' "$bv" item check --lint --json photo
json "[(x['path'], x['severity']) for x in d['diagnostics'] if x['rule'] == 'private-metadata'] == [('photo/m/p.png', 'warning')] and d['files'] == 1"
exits 0 '  without lint nothing' "$bv" item check --json photo
json "not [x for x in d['diagnostics'] if x['rule'] == 'private-metadata']"
exits 2 'a package with items at fault' "$bv" bank import --bank "$db" part.zip
says "part.zip/c.xml:4: 'c.png' is not in the package"
says "part.zip/imsmanifest.xml:4: href '../e.xml' is not a path below the package's folder"
says 'part.zip: 1 new, 0 new versions, 0 unchanged, 2 refused'
out=$("$bv" bank import --bank "$db" part.zip --json 2>/dev/null)
json "sorted((r['file'], r['line']) for r in d['packages'][0]['refusals']) == [('part.zip/c.xml', 4), ('part.zip/imsmanifest.xml', 4)]"
json "all(r['rule'] for r in d['packages'][0]['refusals']) and not any('rule' in n for n in d['packages'][0]['notes'])"

# The same files in a folder.
exits 0 'an unpacked package' "$bv" bank import --bank f.db good
says 'good: 2 new, 0 new versions, 0 unchanged, 0 refused; 2 media, 1 stimuli, 1 tests'
for what in a b T1 S1; do
	"$bv" bank import --bank p.db good.zip >/dev/null
	diff <("$bv" bank show --bank p.db $what --json | grep -v '"imported"\|"metadataChanged"') <("$bv" bank show --bank f.db $what --json | grep -v '"imported"\|"metadataChanged"')
	ok $? "  $what is as it is from the archive"
done
exits 0 'an archive of the same' "$bv" bank import --bank f.db good.zip
says '2 unchanged'
exits 0 'the folder with a slash, and the folder itself' "$bv" bank import --bank f.db good/ --json
json "[(p['package'], p['unchanged'], p['media']) for p in d['packages']] == [('good', 2, 2)]"
cd good || exit 1
exits 0 'from inside' "$bv" bank import --bank ../f.db .
says '2 unchanged'
cd .. || exit 1
exits 0 'an item that the manifest does not list yet' "$bv" bank import --bank l.db loose
says 'loose: 3 new'
exits 0 '  with its picture' "$bv" bank show --bank l.db extra --json
json "[f['path'] for f in d['files']] == ['extra.xml', 'media/b.png']"
exits 2 'faults of a folder' "$bv" bank import --bank l.db lacking
says "lacking/c.xml:4: 'c.png' is not in the package"
says "lacking/imsmanifest.xml:4: href '../e.xml' is not a path below the package's folder"
says 'lacking: 1 new, 0 new versions, 0 unchanged, 2 refused'
exits 2 'a picture that is a link' "$bv" bank import --bank k.db linked
says "linked/items/a.xml:4: 'media/a.png' is not in the package"
mkdir colon big same
cp -r good/. colon; : >'colon/C:x'
exits 2 'a name that no package can have' "$bv" bank import --bank k.db colon
says "colon: 'C:x': a colon in the name"
cp -r good/. same; : >same/TEST.xml
exits 2 'two names that differ in case only' "$bv" bank import --bank k.db same
says 'differ in case'
cp -r good/. big; truncate -s $((64 << 20)) big/film
exits 0 'a file of 64 MiB' "$bv" bank import --bank k.db big
truncate -s $(((64 << 20) + 1)) big/film
exits 2 '  and a byte' "$bv" bank import --bank k.db big
says 'larger than 67108864 bytes'
rm -r big
exits 0 'several manifests below one folder: items and metadata only' "$bv" bank import --bank n.db above
says 'imported 3 new'
exits 0 '  an item' "$bv" bank show --bank n.db a --json
json "not d.get('files')"
exits 0 '  each named: with all files' "$bv" bank import --bank n.db above/one above/two
says 'imported 0 new, 2 new versions, 1 unchanged'

before=$("$bv" bank list --bank "$db" --count)
hazard() { # NAME MESSAGE
	exits 2 "$1.zip" "$bv" bank import --bank "$db" "$1.zip"
	says "$2"
}
hazard slip 'a part of dots only leads elsewhere'
hazard absolute 'an absolute path'
hazard drive 'a colon in the name'
hazard backslash 'a backslash in the name'
hazard encoded 'percent-encoding hides a path'
hazard case 'differ in case'
hazard bomb 'unpacks to more than 100 times its size'
hazard nested "unpack 'inner.zip'"
hazard folder 'pack the contents of that folder'
hazard web 'not a content package: there is no imsmanifest.xml'
hazard link 'a symbolic link'
hazard cut 'it was cut off'
hazard encrypted 'is encrypted'
hazard lie 'in its local header'
hazard crc 'cannot be unpacked'
hazard text 'not a zip archive'
hazard twice 'two files of the same name'
[ "$("$bv" bank list --bank "$db" --count)" = "$before" ]
ok $? 'nothing of them is in the bank'
exits 2 'a good one among bad ones' "$bv" bank import --bank "$dir/other.db" cut.zip good.zip bomb.zip
says 'imported 2 new, 0 new versions, 0 unchanged, 2 refused'
exits 0 'without the filter of system calls' "$bv" bank import --bank "$db" --no-seccomp good.zip
says '2 unchanged'
finish
