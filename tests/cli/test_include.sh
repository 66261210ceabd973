#!/bin/bash
# TAP: items and tests of several files, from packages, folders and files; what is stored stands alone.
. "$BV_SOURCE/tests/cli/tap.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

python3 - <<'PY'
import os, struct, zipfile, zlib

def png():
    def chunk(kind, body):
        return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 0, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(bytes(2))) + chunk(b'IEND', b'')

NS = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" xmlns:xi="http://www.w3.org/2001/XInclude"'
def item(name, body, rules):
    return f'''<qti-assessment-item {NS} identifier="{name}" title="Câu {name}" adaptive="false" time-dependent="false" xml:lang="vi">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
<qti-item-body>{body}<qti-choice-interaction response-identifier="RESPONSE" max-choices="1"><qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice></qti-choice-interaction></qti-item-body>
{rules}</qti-assessment-item>'''

rules = f'''<qti-response-processing-fragment {NS}><qti-response-condition><qti-response-if><qti-match><qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-match>
<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">3</qti-base-value></qti-set-outcome-value></qti-response-if></qti-response-condition></qti-response-processing-fragment>'''
inc = lambda href: f'<xi:include href="{href}"/>'
processing = lambda inner: f'<qti-response-processing>{inner}</qti-response-processing>'
whole = item('a', '<div><p>Xem hình.</p><img src="../media/a.png" alt="hình"/></div>', processing(rules))
test = f'<qti-assessment-test {NS} identifier="T1" title="Bài thi"><qti-outcome-declaration identifier="TOTAL" cardinality="single" base-type="float"/>{inc("parts/part.xml")}<qti-outcome-processing>{inc("parts/total.xml")}</qti-outcome-processing></qti-assessment-test>'
files = {
    'items/a.xml': item('a', inc('../parts/stem.xml'), processing(inc('../parts/rules.xml'))),
    'items/b.xml': item('b', '<p>b</p>', '<qti-response-processing template-location="../parts/template.xml"/>'),
    'parts/stem.xml': f'<div {NS}><p>Xem hình.</p><img src="../media/a.png" alt="hình"/></div>',
    'parts/rules.xml': rules,
    'parts/template.xml': f'<qti-response-processing {NS}>{inc("rules.xml")}</qti-response-processing>',
    'parts/part.xml': f'<qti-test-part {NS} identifier="P1" navigation-mode="linear" submission-mode="individual">{inc("sections/s.xml")}</qti-test-part>',
    'parts/sections/s.xml': f'<qti-assessment-section {NS} identifier="S1" title="s" visible="true"><qti-assessment-item-ref identifier="I1" href="../../items/a.xml"/></qti-assessment-section>',
    'parts/total.xml': f'<qti-outcome-processing-fragment {NS}><qti-set-outcome-value identifier="TOTAL"><qti-sum><qti-test-variables variable-identifier="SCORE"/></qti-sum></qti-set-outcome-value></qti-outcome-processing-fragment>',
    'media/a.png': png(),
    'test.xml': test,
}
def manifest(*resources):
    rows = ''.join(f'<resource identifier="R{n}" type="{kind}" href="{href}"/>' for n, (href, kind) in enumerate(resources))
    return f'<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="M"><resources>\n{rows}</resources></manifest>'
ITEM, TEST = 'imsqti_item_xmlv3p0', 'imsqti_test_xmlv3p0'
def package(name, files):
    with zipfile.ZipFile(name + '.zip', 'w', zipfile.ZIP_DEFLATED) as z:
        for path, text in files.items():
            z.writestr(path, text)
            at = os.path.join(name, path)
            os.makedirs(os.path.dirname(at), exist_ok=True)
            open(at, 'wb').write(text if isinstance(text, bytes) else text.encode())

package('good', {'imsmanifest.xml': manifest(('items/a.xml', ITEM), ('items/b.xml', ITEM), ('test.xml', TEST)), **files})
package('whole', {'imsmanifest.xml': manifest(('items/a.xml', ITEM)), 'items/a.xml': whole, 'media/a.png': files['media/a.png']})
bad = {name: item(name, body, processing('')) for name, body in {
    'missing': inc('../parts/none.xml'), 'escape': inc('../../out.xml'), 'absolute': inc('/etc/passwd'), 'net': inc('http://example.org/x.xml'),
    'round': inc('../parts/round.xml'), 'dtd': inc('../parts/dtd.xml'), 'laughs': inc('../parts/l0.xml'), 'fine': '<p/>' }.items()}
package('bad', {'imsmanifest.xml': manifest(*((f'items/{n}.xml', ITEM) for n in bad)), **{f'items/{n}.xml': t for n, t in bad.items()},
    'parts/round.xml': f'<div {NS}>{inc("round2.xml")}</div>', 'parts/round2.xml': f'<div {NS}>{inc("round.xml")}</div>',
    'parts/dtd.xml': f'<!DOCTYPE div [<!ENTITY x SYSTEM "file:///etc/passwd">]><div {NS}>&x;</div>',
    **{f'parts/l{n}.xml': f'<div {NS}>{inc(f"l{n + 1}.xml") * 10}</div>' for n in range(5)}, 'parts/l5.xml': f'<p {NS}>ha</p>' })
open('out.xml', 'w').write(f'<p {NS}>out</p>')
os.makedirs('plain')
open('plain/i.xml', 'w').write(item('plain', inc('stem.txt').replace('/>', ' parse="text"/>'), '<qti-response-processing template-location="r.xml"/>'))
open('plain/stem.txt', 'w').write('1 < 2')
open('plain/r.xml', 'w').write(files['parts/template.xml'].replace(inc('rules.xml'), rules))
os.makedirs('linked')
open('linked/i.xml', 'w').write(item('linked', inc('p.xml'), processing('')))
os.symlink('../out.xml', 'linked/p.xml')
os.makedirs('lacking')
open('lacking/body.xml', 'w').write(item('body', inc('none.xml'), processing(rules)))
open('lacking/rules.xml', 'w').write(item('rules', '', processing(inc('none.xml'))))
PY
echo '{"RESPONSE":{"base":{"identifier":"A"}}}' >right.json
echo '{"steps":[{"do":"submit","responses":{"RESPONSE":{"base":{"identifier":"A"}}}}]}' >script.json


score() { json "d['outcomes']['$1']['value']['base']['float'] == $2"; }
for file in good/items/a.xml good/items/b.xml whole/items/a.xml; do
	exits 0 "rules of another file: $file" "$bv" item score --package "${file%%/*}" "$file" --responses right.json
	score SCORE 3
done
exits 0 'rules and texts beside the item' "$bv" item score plain/i.xml --responses right.json
score SCORE 3
exits 0 '  on its page' "$bv" item render plain/i.xml
says '1 < 2'
exits 2 'without the package only its own folder is read' "$bv" item score good/items/a.xml
says "good/items/a.xml:4: '../parts/stem.xml' is not a path below the package's folder"
exits 2 'a link is not followed' "$bv" item check linked/i.xml
says "linked/i.xml:4: error: 'p.xml'"
exits 2 'standard input has no folder' bash -c '"$1" item check - <plain/i.xml' - "$bv"
says 'standard input has no folder'
exits 0 'a body that lacks something can be scored' "$bv" item score lacking/body.xml --responses right.json
says "lacking/body.xml:4: warning: 'none.xml': is not below lacking/; no bank takes the item"
out=$("$bv" item score lacking/body.xml --responses right.json 2>/dev/null)
score SCORE 3
exits 2 'rules that lack something cannot' "$bv" item score lacking/rules.xml
says "lacking/rules.xml:5: 'none.xml': is not below lacking/"
exits 2 '  and are named by the check' "$bv" item check lacking --json
json "sorted((x['path'], x['line'], x['rule']) for x in d['diagnostics'] if x['severity'] == 'error') == [('lacking/body.xml', 4, 'not-included'), ('lacking/body.xml', 4, 'not-included'), ('lacking/rules.xml', 5, 'not-included'), ('lacking/rules.xml', 5, 'not-included')]"
exits 0 'the check of a package' "$bv" item check good
says '2 items, 0 errors, 0 warnings'
exits 0 'converted, it stands alone' "$bv" item convert --package good good/items/a.xml --to 2.2 --out a22.xml
exits 0 '  and scores the same' "$bv" item score a22.xml --responses right.json
score SCORE 3

exits 0 'a test of several files' "$bv" test check good/test.xml
exits 0 '  runs' "$bv" test run good/test.xml --script script.json --json
json "d['steps'][-1]['report']['outcomes']['TOTAL']['value']['base']['float'] == 3"

for what in good.zip good; do
	db=${what%.zip}-${#what}.db
	exits 0 "the package $what" "$bv" bank import --bank "$db" "$what"
	says "$what: 2 new, 0 new versions, 0 unchanged, 0 refused; 1 media, 0 stimuli, 1 tests"
	[[ $out != *'not kept'* ]]
	ok $? '  and what was included is not told as left over'
	exits 0 '  with the files that the included parts name' "$bv" bank show --bank "$db" a --json
	json "[f['path'] for f in d['files']] == ['items/a.xml', 'media/a.png']"
	exits 0 '  exported' "$bv" bank export --bank "$db" --out "$db.zip"
	exits 0 '  it needs none of them' "$bv" bank import --bank again.db "$db.zip" --json
	json "d['refused'] == 0 and all(not p['notes'] for p in d['packages'])"
	[ "$(python3 -m zipfile -l "$db.zip" | grep -c parts)" = 0 ]
	ok $? '  and has none of them'
done
exits 0 'stored whole: the same item as one in a single file' "$bv" bank import --bank whole.db whole
sum() { "$bv" bank show --bank "$1" a --json | grep -c '"role": "media"'; }
[ "$(sum whole.db)" = "$(sum good-4.db)" ]
ok $? '  with the same picture'
"$bv" bank export --bank good-4.db --out e.zip >/dev/null && python3 -m zipfile -e e.zip e
file=$(cd e && find . -name a.xml)
exits 0 '  and years later it is scored from what is stored' "$bv" item score "e/$file" --responses right.json
score SCORE 3
exits 0 'a folder without a manifest' "$bv" bank import --bank plain.db plain
says 'imported 1 new, 0 new versions, 0 unchanged, 0 refused'
exits 2 'a link in it' "$bv" bank import --bank plain.db linked/i.xml
says "linked/i.xml:4: 'p.xml'"

exits 2 'hostile includes in a package' "$bv" bank import --bank bad.db bad.zip
says 'bad.zip: 1 new, 0 new versions, 0 unchanged, 7 refused'
says "bad.zip/items/missing.xml:4: 'parts/none.xml': is not in the package"
says "bad.zip/items/escape.xml:4: '../../out.xml' is not a path below the package's folder"
says "bad.zip/items/absolute.xml:4: '/etc/passwd' is not a path below the package's folder: it is absolute or external"
says "bad.zip/items/net.xml:4: 'http://example.org/x.xml' is not a path below the package's folder: it is absolute or external"
says "bad.zip/items/round.xml:4: 'parts/round.xml':1: 'parts/round2.xml':1: 'parts/round.xml' includes itself through 'parts/round2.xml'"
says "bad.zip/items/dtd.xml:4: 'parts/dtd.xml':1: "
says 'more than 256 files are included'
exits 2 'and in a folder' "$bv" bank import --bank bad.db bad
says 'bad: 0 new, 0 new versions, 1 unchanged, 7 refused'
finish
