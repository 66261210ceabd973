#!/usr/bin/env python3
"""The life of items over HTTP: two persons take one from draft to use, what each may do and why not, whose turn it is, remarks; imports of every format with
their faults, looked at first, twice the same, larger than may be, hostile; the curve of an item."""
import io, json, os, subprocess, tempfile, xml.dom.minidom, zipfile
from daemon import BUILD, SOURCE, Daemon, check, finish, raw
from staff import FAST, form, staff

BANGVANG = f'{BUILD}/tools/cli/bangvang'
SAMPLE = f'{SOURCE}/itembank/sample'
VECTORS = f'{SOURCE}/tests/vectors/itembank/convert'
ITEM = 'identifier=IU01-001&language=vi'


def run(*words, good=0):
    r = subprocess.run([BANGVANG, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert r.returncode == good, r.stdout
    return r.stdout


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def life(c, which=ITEM):
    a = c('GET', f'/api/bank/life?{which}')
    assert a.status == 200, (a.status, a.body)
    return a.json()


def bars(c, version, which=ITEM):
    return {a['act']: a['bar'] for v in life(c, which)['versions'] if v['version'] == version for a in v['acts']}


def act(c, what, version, reason=None, identifier='IU01-001'):
    return c('POST', '/api/bank/acts', {'identifier': identifier, 'language': 'vi', 'version': version, 'act': what, **({'reason': reason} if reason is not None else {})})


def save(c, xml, base):
    return c('POST', '/api/bank/items', {'identifier': 'IU01-001', 'language': 'vi', 'base': base, 'xml': xml})


def turns(c):
    return {k: [f"{i['identifier']}@{i['version']}" for i in v] for k, v in c('GET', '/api/bank/queue').json().items() if isinstance(v, list)}


def test_life(author, reviewer, owner, other):
    xml = read(f'{SAMPLE}/iu01/IU01-001.xml').decode()
    a = save(author, xml.replace('<qti-prompt>', '<qti-prompt>Mới: ', 1), 1)
    check(a.status == 200 and a.json()['version'] == 2, 'a new version is saved', a)
    check(bars(author, 2) == {'submit': '', 'withdraw': ''} and bars(reviewer, 2) == {'submit': 'role', 'withdraw': ''}, 'of a draft the author may do this, the reviewer that')
    check(turns(author)['drafts'] == ['IU01-001@2'] and turns(reviewer)['drafts'] == [], 'it waits for its author')
    check(act(reviewer, 'submit', 2).status == 403, 'who may not submit does not')
    a = act(author, 'submit', 2)
    check(a.status == 200 and (a.json()['from'], a.json()['to']) == ('draft', 'review'), 'submitted', a)
    a = act(author, 'submit', 2)
    check(a.status == 403 and 'state review' in a.json()['reason'], 'twice is refused, with its state', a)
    check(bars(author, 2)['approve'] == 'author' and bars(reviewer, 2)['approve'] == '', 'the author sees why he cannot approve')
    a = act(author, 'approve', 2)
    check(a.status == 403 and 'never the author' in a.json()['reason'], 'two persons: the server refuses the first', a)
    check(turns(author)['submitted'] == ['IU01-001@2'] and turns(reviewer)['review'] == ['IU01-001@2'], 'whose turn it is')
    check(act(reviewer, 'return', 2).status == 422 and act(reviewer, 'return', 2, ' \n').status == 422, 'returned only with a reason')
    a = reviewer('POST', '/api/bank/remarks', {'identifier': 'IU01-001', 'language': 'vi', 'version': 2, 'text': 'Phương án C\nchưa rõ.'})
    check(a.status == 204, 'a remark', a)
    for version, text, status in ((3, 'x', 404), (2, ' ', 422), (2, 'ă' * 2001, 422), (2, 'ă' * 2000, 204)):
        a = author('POST', '/api/bank/remarks', {'identifier': 'IU01-001', 'language': 'vi', 'version': version, 'text': text})
        check(a.status == status, f'a remark of {len(text)} characters about version {version}: {status}', a)
    check(act(reviewer, 'return', 2, 'Sửa phương án C.').status == 200, 'returned')
    told = life(author)
    check(told['remarks'][0]['text'] == 'Phương án C\nchưa rõ.' and told['remarks'][0]['who'] == 'bich' and len(told['remarks']) == 2, 'remarks are read', told['remarks'][:1])
    check([(e['act'], e['who'], e['reason']) for e in told['events']][-3:] == [('import', 'anh', ''), ('submit', 'anh', ''), ('return', 'bich', 'Sửa phương án C.')], 'and what happened',
          told['events'])
    check(act(author, 'submit', 2).status == 200 and act(reviewer, 'approve', 2).status == 200, 'submitted again, approved by another')
    check(bars(reviewer, 2) == {'pretest': '', 'release': 'pretest', 'withdraw': ''}, 'not released without a pretest, and why')
    check(turns(reviewer)['next'] == ['IU01-001@2'], 'it waits to be taken into use')
    check(act(reviewer, 'release', 2).status == 403, 'nor by force')
    check(act(reviewer, 'pretest', 2).status == 200 and act(owner, 'release', 2).json()['to'] == 'operational', 'pretested, released by the owner of the scheme')
    states = {v['version']: v['state'] for v in life(author)['versions']}
    check(states == {1: 'superseded', 2: 'operational'}, 'version 1 has gone', states)
    check(bars(author, 1) == {'revise': ''} and bars(reviewer, 1) == {'revise': 'role'} and bars(owner, 2) == {'retire': ''}, 'the way back is a revision')
    check(act(author, 'revise', 1).json()['version'] == 3 and life(author)['versions'][2]['state'] == 'draft', 'revised')
    check(act(author, 'withdraw', 3, 'Thử.').status == 200 and act(reviewer, 'retire', 2, 'Đã lộ.').json()['to'] == 'retired', 'withdrawn, retired')
    for c in (other,):
        check(c('GET', f'/api/bank/life?{ITEM}').status == 404 and act(c, 'submit', 2).status == 404, 'out of scope there is no such item')
        check(turns(c) == {'review': [], 'drafts': [], 'submitted': [], 'next': []}, 'and nothing waits')
    for body in ({'act': 'import'}, {'version': 0}, {'reason': 'x' * 601}, {'extra': 1}):
        a = author('POST', '/api/bank/acts', {'identifier': 'IU01-001', 'language': 'vi', 'version': 2, 'act': 'submit', **body})
        check(a.status == 422, f'{body} is refused'[:60], a)
    check(act(author, 'submit', 77).status == 404, 'a version that there is not')


def bring(c, file, kind, dry='yes', **more):
    body, content = form(format=kind, dry=dry, name=more.pop('name', 'tệp'), **more, file=file)
    return c('POST', '/api/bank/import', body, Content_Type=content)


def renamed(name):
    return read(f'{SAMPLE}/{name}').replace(b'identifier="IU02-', b'identifier="MOI-')


def package(*names, manifest=True, extra=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
        resources = ''
        for name in names:
            z.writestr(name, renamed(name))
            resources += f'<resource identifier="R-{os.path.basename(name)[:-4]}" type="imsqti_item_xmlv3p0" href="{name}"><file href="{name}"/></resource>'
        for name, data in extra:
            z.writestr(name, data)
            resources += f'<resource identifier="R-{os.path.basename(name)[:-4]}" type="imsqti_item_xmlv3p0" href="{name}"><file href="{name}"/></resource>'
        z.writestr('imsmanifest.xml', '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="m"><metadata><schema>QTI Package</schema>'
                   f'<schemaversion>3.0.0</schemaversion></metadata><organizations/><resources>{resources}</resources></manifest>')
    return out.getvalue()


def counts(a):
    j = a.json()
    return {k: j[k] for k in ('added', 'versions', 'unchanged', 'metadata', 'refused', 'done')}


def total(c):
    return c('GET', '/api/bank/tree').json()['total']


def test_import(d, author, other, reviewer):
    before = total(author)
    whole = package('iu02/IU02-001.xml', 'iu02/IU02-002.xml', extra=[('hong.xml', '<qti-assessment-item><qti-item-body></qti-assessment-item>')])
    a = bring(author, whole, 'package', name='gói.zip')
    j = a.json()
    check(a.status == 200 and counts(a) == {'added': 2, 'versions': 0, 'unchanged': 0, 'metadata': 0, 'refused': 1, 'done': False}, 'a package is looked at', a)
    check([i['identifier'] for i in j['items']] == ['MOI-001', 'MOI-002'] and all(i['outcome'] == 'added' for i in j['items']), 'what would become of each', j['items'])
    fault = j['faults'][0]
    check(fault['severity'] == 'refused' and fault['file'].endswith('hong.xml') and '/tmp' not in fault['file'] and fault['line'] == 1 and fault['message'], 'the fault has its file and line', fault)
    check(total(author) == before, 'and nothing is changed')
    a = bring(author, whole, 'package', dry='no')
    check(counts(a) == {'added': 2, 'versions': 0, 'unchanged': 0, 'metadata': 0, 'refused': 1, 'done': True} and total(author) == before + 2, 'then it is taken', a)
    a = bring(author, whole, 'package', dry='no')
    check(counts(a)['unchanged'] == 2 and counts(a)['added'] == 0 and total(author) == before + 2, 'a second time changes nothing', a)
    changed = renamed('iu02/IU02-001.xml').replace(b'<qti-prompt>', b'<qti-prompt>M ', 1)
    a = bring(author, changed, 'qti', name='IU02-001.xml')
    check(counts(a)['versions'] == 1, 'one file of QTI: a new version', a)
    a = bring(author, changed, 'qti', dry='no')
    check(counts(a)['done'] and life(author, 'identifier=MOI-001&language=vi')['versions'][1]['state'] == 'draft', 'which is a draft')
    a = bring(author, changed[:200], 'qti', name='cụt.xml')
    check(a.status == 200 and not a.json()['done'] and a.json()['refused'] == 1 and a.json()['faults'][0]['file'] == 'cụt.xml', 'half a file is refused, by its name', a)
    for kind, file in (('moodle', 'good-moodle.xml'), ('gift', 'good.gift'), ('aiken', 'good.aiken'), ('csv', 'excel.csv'), ('vn4', 'vn4.csv')):
        a = bring(author, read(f'{VECTORS}/{file}'), kind, prefix=f'N{kind}')
        check(a.status == 200 and a.json()['added'] > 0 and not a.json()['done'], f'{kind}: {a.json().get("added")} questions would be added', a)
        b = bring(author, read(f'{VECTORS}/{file}'), kind, dry='no', prefix=f'N{kind}')
        check(b.json()['added'] == a.json()['added'] and b.json()['done'], 'and are', b)
        b = bring(author, read(f'{VECTORS}/{file}'), kind, dry='no', prefix=f'N{kind}')
        check(b.json()['added'] == 0 and b.json()['unchanged'] == a.json()['added'], 'once', b)
    for kind, file in (('gift', 'bad.gift'), ('aiken', 'bad.aiken'), ('csv', 'bad.csv'), ('moodle', 'bad-moodle.xml')):
        a = bring(author, read(f'{VECTORS}/{file}'), kind, prefix=f'B{kind}')
        faults = a.json()['faults']
        check(a.status == 200 and faults and all(f['message'] for f in faults) and any(f['line'] for f in faults), f'{kind}: faults have lines', a)
    # Rights
    a = bring(other, whole, 'package', dry='no')
    check(a.status == 200 and not a.json()['done'] and {i['outcome'] for i in a.json()['items']} == {'refused'}, 'out of scope: nothing is taken, and each is told', a)
    check(bring(reviewer, whole, 'package').status == 403, 'reviewers bring nothing in')
    # What is no import
    check(bring(author, b'', 'package').status == 422 and bring(author, b'x', 'word').status == 422, 'an empty file, an unknown format')
    check(author('POST', '/api/bank/import', {'file': 'x'}).status == 415, 'no form')
    for file in (b'PK\3\4' + bytes(200), whole[:-30], whole.replace(b'iu02/IU02-001', b'../2/IU02-001'), bytes(range(256)) * 40):
        a = bring(author, file, 'package', name='hỏng.zip')
        check(a.status == 200 and not a.json()['done'] and a.json()['added'] == 0 and a.json()['faults'], 'a damaged package says so', a)
    bomb = b'<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><quiz><question type="truefalse"><name><text>&b;</text></name></question></quiz>'
    for kind in ('qti', 'moodle'):
        a = bring(author, bomb, kind)
        check(a.status == 200 and a.json()['added'] == 0 and a.json()['faults'], f'{kind}: entities are refused', a)
    a = bring(author, b'\xff\xfe' + bytes(100), 'gift')
    check(a.status == 200 and a.json()['refused'] and a.json()['added'] == 0, 'what is no text', a)
    check(bring(author, bytes(16 << 20), 'csv').status == 200, '16 MiB is read')
    head = ''.join(f'{k}: {v}\r\n' for k, v in {**author.fields, 'Host': 'localhost', 'Cookie': '; '.join(f'{k}={v}' for k, v in author.cookies.items()),
                                                'Content-Type': form()[1], 'Content-Length': (16 << 20) + (64 << 10) + 1}.items())
    a = raw(d, f'POST /api/bank/import HTTP/1.1\r\n{head}\r\n'.encode())
    check(a.startswith(b'HTTP/1.1 413 '), 'more is not', a[:40])
    check(not [f for f in os.listdir('/tmp') if f.startswith(f'bangvang-import-{d.process.pid}.')], 'no folder stays')


def test_chart(d, author):
    a = author('GET', f'/api/bank/chart?{ITEM}', Accept_Language='vi')
    check(a.status == 200 and a.field('Content-Type') == 'application/xhtml+xml', 'a curve', a)
    doc = xml.dom.minidom.parseString(a.body)
    item = author('GET', f'/api/bank/item?{ITEM}').json()
    rows = [[c.firstChild.data for c in r.getElementsByTagName('td')] for r in doc.getElementsByTagName('tbody')[0].getElementsByTagName('tr')]
    from math import exp
    want = [1 / (1 + exp(-item['a'] * (x - item['b']))) for x in range(-4, 5)]
    got = [float(r[0].replace(',', '.')) for r in rows]
    check(len(got) == 9 and max(abs(x - y) for x, y in zip(got, want)) < 6e-4, 'its numbers are the model\'s', (got, want))
    check('Đường đặc trưng' in a.body.decode() and 'Characteristic' in author('GET', f'/api/bank/chart?{ITEM}', Accept_Language='en').body.decode(), 'in both languages')
    check(author('GET', '/api/bank/chart?identifier=Naiken-1&language=vi').status == 404, 'none of an item without parameters')


def test_translation(author):
    check(author('POST', '/api/bank/translations', {'identifier': 'IU01-001', 'language': 'en'}).status == 204, 'a translation is confirmed')
    check(author('POST', '/api/bank/translations', {'identifier': 'IU01-001', 'language': 'vi'}).status == 422, 'an original is none')


with tempfile.TemporaryDirectory() as folder, Daemon(**FAST, second_factor='no', bank=f'{folder}/bank.db') as d:
    bank = f'{folder}/bank.db'
    run('bank', 'import', '--bank', bank, f'{SAMPLE}/imsmanifest.xml', f'{SAMPLE}/iu01')
    run('bank', 'lifecycle', '--bank', bank, '--as', 'nguoi-lap', '--adopt', 'operational', '--reviewers', '1', '--pretest', 'required')
    author, reviewer = staff(d, 'anh', 'bank-author', 'bank-reviewer'), staff(d, 'bich', 'bank-reviewer@bank')
    owner, other = staff(d, 'chu', 'scheme-owner'), staff(d, 'dung', 'bank-author@bank:IU02', 'bank-reviewer@bank:IU02')
    test_chart(d, author)
    test_life(author, reviewer, owner, other)
    test_translation(author)
    test_import(d, author, other, reviewer)
    run('audit', 'bank', '--bank', bank)
finish()
