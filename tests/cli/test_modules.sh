#!/bin/bash
# TAP: portable custom interactions from a package to a form: nothing of their code goes anywhere that an administrator has not allowed by its hash.
. "$BV_SOURCE/tests/cli/tap.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
sha() { sha256sum "$1" | cut -d' ' -f1; }

# A module with a library, settings and a variable; the same with another script; one that is not there; some that lead elsewhere.
python3 - <<'PY'
import zipfile
NS = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'
def item(name, modules='<qti-interaction-module id="graph" primary-path="m/graph"/><qti-interaction-module id="lib" primary-path="m/lib.js"/>'):
    def value(variable, n):
        return f'<qti-set-template-value identifier="{variable}"><qti-base-value base-type="integer">{n}</qti-base-value></qti-set-template-value>'
    return f"""<qti-assessment-item {NS} identifier="{name}" title="Đồ thị" adaptive="false" time-dependent="false" xml:lang="vi">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="integer"><qti-correct-response><qti-value>77</qti-value></qti-correct-response></qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="1"/>
<qti-template-declaration identifier="N" cardinality="single" base-type="integer"/><qti-template-declaration identifier="KEY" cardinality="single" base-type="integer"/>
<qti-template-processing>{value("N", 41)}{value("KEY", 77)}</qti-template-processing>
<qti-item-body><qti-portable-custom-interaction response-identifier="RESPONSE" custom-interaction-type-identifier="urn:example:graph" module="graph" data-axis__x="thời gian" data-secret="x">
<qti-interaction-modules primary-configuration="m/settings.json">{modules}</qti-interaction-modules><qti-interaction-markup><div>Vẽ ở đây</div></qti-interaction-markup>
<qti-template-variable template-identifier="N"/><qti-template-variable template-identifier="KEY"/></qti-portable-custom-interaction></qti-item-body>
<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/></qti-assessment-item>"""
def resource(href):
    return f"""<resource identifier="R-{href}" type="imsqti_item_xmlv3p0" href="{href}"><metadata><lom xmlns="http://ltsc.ieee.org/xsd/LOM"><classification><purpose><source>LOMv1.0</source><value>competency</value></purpose><taxonPath><source><string language="vi">TT 03/2014</string></source><taxon><id>IU01.1</id></taxon></taxonPath></classification></lom></metadata><file href="{href}"/></resource>"""
def package(name, *files):
    items = [f for f, _ in files if f.endswith('.xml')]
    with zipfile.ZipFile(name, 'w') as z:
        z.writestr('imsmanifest.xml', f'<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="M"><resources>{"".join(map(resource, items))}</resources></manifest>')
        for path, text in files: z.writestr(path, text)
shared = ('m/lib.js', 'define(2)'), ('m/settings.json', '{"paths":{}}')
package('one.zip', ('a.xml', item('A')), ('b.xml', item('B', '<qti-interaction-module id="graph" primary-path="m/gone"/>')), ('m/graph.js', 'define(1)'), *shared)
package('two.zip', ('a.xml', item('A')), ('m/graph.js', 'steal(1)'), *shared)
open('graph.js', 'w').write('define(1)'); open('lib.js', 'w').write('define(2)'); open('evil.js', 'w').write('steal(1)')
for name, path in (('out', '../graph.js'), ('up', 'm/../../graph.js'), ('coded', '%2e%2e/graph.js'), ('host', '//example.org/graph.js'),
                   ('remote', 'https://example.org/graph.js'), ('data', 'data:text/javascript,alert(1)')):
    package(name + '.zip', ('a.xml', item(name, f'<qti-interaction-module id="graph" primary-path="{path}"/>')))
open('bp.xml', 'w').write("""<blueprint xmlns="https://bangvang.vn/ns/blueprint/1" id="bp" language="vi" minutes="5" rulePack="r" itemOrder="drawn" optionShuffle="true">
<title xml:lang="vi">Thử</title><part id="p"><title xml:lang="vi">Phần</title><stratum id="s" competence="IU01" types="portableCustom" count="1" marks="1"/></part></blueprint>""")
PY
graph=$(sha graph.js) lib=$(sha lib.js) evil=$(sha evil.js) settings=$(printf '{"paths":{}}' | sha256sum | cut -d' ' -f1)

exits 0 'a package with modules' "$bv" bank import --bank b.db one.zip
says '2 new, 0 new versions, 0 unchanged, 0 refused; 0 media, 0 stimuli, 0 tests, 3 modules'
says "'m/gone' is not in the package: not kept"
exits 0 'its files' "$bv" bank show --bank b.db A --json
json "[(f['path'], f['role'], f.get('type')) for f in d['files']] == [('a.xml', 'document', None), ('m/graph.js', 'module', 'text/javascript'), ('m/lib.js', 'module', 'text/javascript'), ('m/settings.json', 'module', 'application/json')]"
json "d['files'][1]['hash'] == '$graph' and d['files'][2]['hash'] == '$lib'"

exits 2 'without a permission' "$bv" item render --bank b.db A
says "the module 'm/graph.js' of a portable custom interaction is not allowed: its SHA-256 is $graph"
exits 2 'with one of two' "$bv" item render --bank b.db A --allow-module "$graph"
says "the module 'm/lib.js' of a portable custom interaction is not allowed: its SHA-256 is $lib"
exits 0 'with both' "$bv" item render --bank b.db A --allow-module "$graph $lib" --json
json "d[2][2:] == [['qti-interaction-module', {'module': 'graph', 'src': 'media:sha256-$graph'}], ['qti-interaction-module', {'module': 'lib', 'src': 'media:sha256-$lib'}], ['qti-interaction-markup', ['div', 'Vẽ ở đây']]]"
json "not [k for k in d[2][1] if 'secret' in k or 'axis' in k]"
exits 0 'with a property and a variable' "$bv" item render --bank b.db A --allow-module "$graph:axis__x:N $lib" --json
json "d[2][1]['data-property-axis__x'] == 'thời gian' and ['qti-template-variable', {'variable': 'N', 'data-value': '{\"base\":{\"integer\":41}}'}] in d[2]"
exits 1 'with a variable that is the answer' "$bv" item render --bank b.db A --allow-module "$graph::N,KEY $lib" --json
says 'a correct answer is in an attribute'
exits 2 'a module that the package lacks' "$bv" item render --bank b.db B --allow-module "$graph $lib"
says "'m/gone.js' is not in the package"

exits 0 'the script is exchanged' "$bv" bank import --bank b.db two.zip
says '1 new versions'
exits 2 '  which no permission for the old one covers' "$bv" item render --bank b.db A --allow-module "$graph $lib"
says "is not allowed: its SHA-256 is $evil"
exits 0 '  the version before is as it was' "$bv" item render --bank b.db A@1 --allow-module "$graph $lib"
cp b.db swapped.db
python3 - "$graph" <<'PY'
import sqlite3, sys
db = sqlite3.connect('swapped.db')
db.execute('UPDATE media SET bytes = ? WHERE hash = ?', (b'steal(2)', bytes.fromhex(sys.argv[1])))
db.commit()
PY
exits 3 'a script under the hash of another' "$bv" bank media --bank swapped.db --out served-swapped --allow-module "$graph"
says 'the bank is damaged'
[ -z "$(ls served-swapped)" ]
ok $? '  is not written'

for where in out up coded host; do
	exits 2 "a module out of the package ($where)" "$bv" bank import --bank h.db $where.zip
	says "is not a path below the package's folder"
done
for where in remote data; do
	exits 0 "a module that is no file ($where)" "$bv" bank import --bank h.db $where.zip
	says 'it will not be shown'
	exits 2 '  is not sent' "$bv" item render --bank h.db $where --allow-module "$graph"
	says "only modules of the item's own package are delivered"
done

draw() { "$bv" draw --bank b.db --blueprint bp.xml --seed "$(printf '0%.0s' {1..64})" --ticket T-1 "$@"; }
exits 2 'a form without a permission' draw
says 'needs 1'
exits 2 '  with a permission for another version' draw --allow-module "$graph $lib"
says "warning: A/vi is left out: the module 'm/graph.js' of a portable custom interaction is not allowed: its SHA-256 is $evil"
says "warning: B/vi is left out: 'm/gone.js' is not in the package"
exits 2 '  with an empty list' draw --allow-module ''
says 'warning: A/vi is left out'
exits 0 '  with one for all its modules' draw --allow-module "$evil $lib"
says 'A'
exits 2 '  what is no hash' draw --allow-module xyz
says '--allow-module is a list of SHA-256 hashes'
exits 2 'a freeze without a permission' "$bv" bank freeze --bank b.db --blueprint bp.xml --out f1
exits 0 '  with one' "$bv" bank freeze --bank b.db --blueprint bp.xml --out f2 --allow-module "$evil $lib"
grep -q '"A"' f2/pool.json && ! grep -q '"B"' f2/pool.json
ok $? '  has the one item'

exits 0 'files for a server: no script' "$bv" bank media --bank b.db --out served
[ -z "$(ls served)" ]
ok $? '  is written by itself'
exits 0 '  but those that are allowed' "$bv" bank media --bank b.db --out served --allow-module "$graph $settings" --json
json "[(f['file'], f['type']) for f in d] == [('$graph.js', 'text/javascript'), ('$settings.json', 'application/json')]"
cmp -s "served/$graph.js" graph.js
ok $? '  as they are'
exits 2 '  and that the bank has' "$bv" bank media --bank b.db --out served --allow-module "${graph//[0-9]/f}"
says 'the bank has none'

exits 0 'out again' "$bv" bank export --bank b.db --out x.zip
exits 0 '  and in' "$bv" bank import --bank x.db x.zip
says ', 3 modules'
diff <("$bv" bank show --bank b.db A --json | sed -n '/"files"/,$p') <("$bv" bank show --bank x.db A --json | sed -n '/"files"/,$p') >/dev/null
ok $? '  the same files'
exits 0 'as 2.2' "$bv" bank export --bank b.db --out y.zip --to 2.2
exits 0 '  and in' "$bv" bank import --bank y.db y.zip
says ', 3 modules'
exits 0 '  under the same hashes' "$bv" bank show --bank y.db A --json
json "sorted(f['hash'] for f in d['files'] if f['role'] == 'module') == sorted(['$evil', '$lib', '$settings'])"
finish
