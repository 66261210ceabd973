#!/usr/bin/env python3
"""The item bank over HTTP: lists and counts, rights by competence, an item and its files, what is typed looked at (also what is hostile) and tried, saved as a
new version only over the one that was edited."""
import base64, glob, hashlib, json, time, xml.etree.ElementTree
from bank import SAMPLE, fill, run
from daemon import SOURCE, Daemon, check, finish
from staff import FAST, staff

PNG = base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')
METADATA = {'competence': 'IU01.1', 'component': '1.2', 'level': 'nhan-biet', 'difficultyStep': 2, 'expectedSeconds': 35, 'author': 'Nguyễn Văn A', 'tags': ['mạng', 'thư'], 'enemies': ['IU01-002']}


def source(name='iu01/IU01-001.xml'):
    with open(f'{SAMPLE}/{name}', encoding='utf-8', newline='') as f:
        return f.read()


def look(c, **body):
    return c('POST', '/api/bank/look', body)


def rules(a):
    return {f['rule'] for f in a.json()['findings']} if a.status == 200 else a


def item(c, identifier='IU01-001', language='vi', more=''):
    return c('GET', f'/api/bank/item?identifier={identifier}&language={language}{more}')


def save(c, identifier='IU01-001', language='vi', **body):
    return c('POST', '/api/bank/items', {'identifier': identifier, 'language': language, **body})


def test_names(c):
    a = c('GET', '/api/competences')
    names = {n['code']: (n['vi'], n['en']) for n in a.json()['competences']}
    check(a.status == 200 and len(names) == len(a.json()['competences']) and names['IU06'] == ('Sử dụng Internet cơ bản', 'Basic Internet use'), 'competences have names, each code one', a)
    standards = {}
    for path in glob.glob(f'{SOURCE}/standards/*.xml'):
        root = xml.etree.ElementTree.parse(path).getroot()
        since = root.find('{*}in-force').get('from', '')
        for one in root.findall('.//{*}competence'):
            standards.setdefault(one.get('code'), {})[since] = one.find('{*}name').text
    check({code: vi for code, (vi, _) in names.items()} == {code: dated[max(dated)] for code, dated in standards.items()}, 'those of the standard that came into force last', names)


def test_list(c):
    a = c('GET', '/api/bank/tree')
    tree = a.json()
    check(a.status == 200 and tree['total'] == sum(n['count'] for n in tree['competences']) == 404, 'how many there are of what', a)
    check(tree['edit'] and not tree['review'] and tree['everywhere'] and tree['lifecycle'] and tree['reviewers'] == 1 and tree['states'] == [{'name': 'operational', 'count': 404}], 'and what may be done', a)
    seen, after = [], ''
    while True:
        a = c('GET', f'/api/bank/items?limit=37&competence=IU01{after}')
        seen += [(i['identifier'], i['language']) for i in a.json()['items']]
        if not a.json()['more']:
            break
        after = f'&afterIdentifier={seen[-1][0]}&afterLanguage={seen[-1][1]}'
    check(len(seen) == len(set(seen)) == a.json()['total'] == 48, 'pages go on where the one before ended', (len(seen), a))
    a = c('GET', '/api/bank/items?text=thu+muc&sort=relevance&limit=3')
    check(a.status == 200 and any(p.get('match') for p in a.json()['items'][0]['snippet']['text']), 'words without their marks find, and it is shown where', a)
    a = c('GET', '/api/bank/items?tag=khong-co-nhan-nay')
    check(a.status == 200 and a.json()['items'] == [] and a.json()['note'], 'a tag that nobody has: none, and why', a)
    check(0 < c('GET', '/api/bank/items?type=choice&level=van-dung').json()['total'] < c('GET', '/api/bank/items?type=choice').json()['total'] < 404, 'by type and level')
    for query in ('level=hard', 'limit=0', 'limit=201', 'state=superseded', 'text=%22%22%22', 'x=1', 'sort=relevance', 'text=-x'):
        check(c('GET', f'/api/bank/items?{query}').status == 422, f'{query} is refused')


def test_item(c):
    a = item(c)
    said = a.json()
    check(a.status == 200 and said['xml'] == source() and said['xmlVersion'] == 1 and said['edit'] and not said['review'], 'an item with its document, byte for byte', a)
    check(item(c, language='').status in (404, 422) and item(c, 'khong-co').status == 404 and c('GET', '/api/bank/item').status == 404, 'one that is not there')
    check(item(c, more='&version=9').status == 404, 'a version that is not there')
    files = item(c, 'D146-110').json()['files']
    picture = next(f for f in files if f['role'] == 'media')
    a = c('GET', f"/api/bank/media/{picture['hash']}")
    check(a.status == 200 and hashlib.sha256(a.body).hexdigest() == picture['hash'] and a.field('Content-Type') == 'image/png', 'its picture', a.status)
    check([c('GET', f'/api/bank/media/{h}').status for h in ('0' * 64, 'xyz', '0' * 62)] == [404, 404, 404], 'no other')


def test_look(c):
    a = look(c, identifier='IU01-001', language='vi')
    said = a.json()
    check(a.status == 200 and said['good'] and said['findings'] == [] and said['item']['access']['way'] == 'screen-reader' and said['page'][0] == 'qti-item-body', 'an item is looked at', a)
    check('correct' not in json.dumps(said['page']) and 'A' not in json.dumps([n for n in said['page'][2] if isinstance(n, dict)]), 'its page is what a candidate gets')
    a = look(c, identifier='IU01-001', language='vi', attempts=[said['solution']])
    check(a.json()['outcomes']['SCORE']['value'] == {'base': {'float': 1.0}}, 'its key scores its maximum by its own rules', a)
    a = look(c, identifier='IU01-001', language='vi', attempts=[{}])
    check(a.json()['outcomes']['SCORE']['value'] == {'base': {'float': 0.0}} and a.json()['invalid']['message'], 'nothing scores nothing, and could not be submitted', a)
    check(look(c, identifier='IU01-001', language='vi', attempts=[{'r1': {'base': {'identifier': 'A'}}}]).json().get('pageFault'), 'the names of the author are none on the page')
    xml = source()
    a = look(c, xml=xml.replace('</qti-prompt>', ''))
    f = a.json()['findings'][0]
    check(not a.json()['good'] and f['rule'] == 'not-well-formed' and f['line'] == 20 and 'qti-prompt' in f['message'] and f['vi'], 'a fault says where and what', a)
    check('no-key' in rules(look(c, xml=xml.replace('<qti-correct-response><qti-value>A</qti-value></qti-correct-response>', ''))), 'the craft of items is looked at')
    a = look(c, xml=xml.replace('</qti-prompt>', '<img src="media/a.png" alt=""/></qti-prompt>'))
    check('pageFault' in a.json(), 'a picture that is nowhere', a)
    a = look(c, xml=xml.replace('</qti-prompt>', '<img src="media/a.png"/></qti-prompt>'), files=[{'href': 'media/a.png', 'hash': hashlib.sha256(PNG).hexdigest()}])
    check(hashlib.sha256(PNG).hexdigest() in json.dumps(a.json().get('page')) and any(f['rule'] == 'missing-alt' and f['of'] == 'access' for f in a.json()['findings']), 'a new one that nothing describes', a)
    a = look(c, identifier='D146-106', language='vi'), look(c, identifier='D146-106', language='vi', seed='5a' * 32)
    check(all(x.status == 200 and x.json()['item']['clones'] for x in a) and a[0].json()['page'] != a[1].json()['page'], 'each seed another clone')


def test_hostile(c, d):
    xml = source()
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    bombs = ''.join(f'<!ENTITY a{n} "{("&a%d;" % (n - 1)) * 10}">' for n in range(1, 10))
    for what, text in (('a document type that reads files', xml.replace('<qti-assessment-item', entity + '<qti-assessment-item').replace('Bộ nhớ RAM', '&e;')),
                       ('entities that grow', f'<!DOCTYPE x [<!ENTITY a0 "ha">{bombs}]><x>&a9;</x>'), ('100,000 elements deep', '<a>' * 100000), ('300,000 attributes', '<a ' + ' '.join(f'a{n}=""' for n in range(90000)) + '/>'),
                       ('nothing', ''), ('no XML', 'x' * 1000), ('an include of a file', xml.replace('</qti-prompt>', '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/></qti-prompt>')),
                       ('a stylesheet of the machine', '<?xml-stylesheet href="file:///etc/passwd"?>' + xml)):
        a = look(c, xml=text)
        check(a.status == 200 and (not a.json()['good'] or 'stylesheet' in what) and b'root:' not in a.body, f'{what}: a fault of the item', a)
    pattern = xml.replace('<qti-choice-interaction', '<qti-text-entry-interaction response-identifier="R2" pattern-mask="(a+)+b"/><qti-choice-interaction')
    check(look(c, xml=pattern).status == 200, 'a pattern that never ends is only a fault')
    big = xml.replace('</qti-prompt>', 'ế' * 400000 + '</qti-prompt>')
    check(look(c, xml=big).status in (200, 413, 422) and look(c, xml='x' * ((1 << 20) + 1)).status == 422 and look(c, xml='a\x00b').status == 422, 'what is too much is refused')
    a = look(c, xml=xml.replace('<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>', '<qti-response-processing>' + '<qti-response-condition><qti-response-if><qti-is-null><qti-variable identifier="RESPONSE"/></qti-is-null></qti-response-if></qti-response-condition>' * 3000 + '</qti-response-processing>'), attempts=[{}])
    check(a.status == 200, 'many rules are worked through', a.status)
    check(look(c).status == 422 and look(c, identifier='khong-co', language='vi').status == 404 and look(c, xml=xml, attempts=[{}] * 21).status == 422, 'a question without sense is refused')
    check(c('GET', '/api/bank/tree').status == 200 and d.process.poll() is None, 'and the server goes on')


def test_save(c, d):
    xml = source()
    changed = xml.replace('Thẻ nhớ SD', 'Thẻ nhớ USB').replace('\n', '\r\n')
    a = save(c, base=1, xml=changed)
    check(a.status == 200 and a.json()['version'] == 2 and a.json()['changed'], 'an edited item is the next version', a)
    said = item(c).json()
    check(said['xml'] == changed and said['state'] == 'draft' and said['versions'][1]['by'] == 'soan' and said['operationalVersion'] == 1 and said['enemies'] == ['IU02-011'] and said['b'] == -1.2, 'a draft of its author, byte for byte, with all that was said of the item', said)
    a = save(c, base=1, xml=xml.replace('Thẻ nhớ SD', 'Băng từ'))
    check(a.status == 409 and 'version 2' in a.json()['reason'] and item(c).json()['version'] == 2, 'not over a version that was not seen', a)
    check(not save(c, base=2, xml=changed).json()['changed'] and item(c).json()['version'] == 2, 'the same again changes nothing')
    for what, body, status in (('not well-formed', {'xml': xml.replace('</qti-prompt>', '')}, 422), ('another identifier', {'xml': xml.replace('IU01-001', 'IU01-999')}, 422), ('another language', {'xml': xml.replace('xml:lang="vi"', 'xml:lang="en"')}, 422),
                               ('no item', {'xml': '<x/>'}, 422), ('a picture that is nowhere', {'xml': xml.replace('</qti-prompt>', '<img src="media/a.png" alt="x"/></qti-prompt>')}, 422),
                               ('what is no picture', {'xml': xml.replace('</qti-prompt>', '<img src="media/a.png" alt="x"/></qti-prompt>'), 'files': [{'href': 'media/a.png', 'bytes': base64.b64encode(b'<script>').decode()}]}, 422),
                               ('a file that leads out', {'xml': xml, 'files': [{'href': '../../a.png', 'bytes': base64.b64encode(PNG).decode()}]}, 422), ('no base64', {'xml': xml, 'files': [{'href': 'a.png', 'bytes': '***'}]}, 422),
                               ('entities', {'xml': '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + xml.partition('?>')[2].replace('Bộ nhớ RAM', '&e;')}, 422), ('a level that is none', {'xml': xml, 'metadata': {**METADATA, 'level': 'x'}}, 422)):
        a = save(c, **{'base': 2, **body})
        check(a.status == status and item(c).json()['version'] == 2, f'{what} is refused', a)
    picture = {'href': 'media/mới 1.png', 'bytes': base64.b64encode(PNG).decode()}
    new = xml.replace('IU01-001', 'MOI-1').replace('</qti-prompt>', '<img src="media/m%E1%BB%9Bi%201.png" alt="một điểm"/></qti-prompt>')
    check(save(c, 'MOI-1', base=0, xml=new, files=[picture]).status == 422, 'a new item needs its metadata')
    a = save(c, 'MOI-1', base=0, xml=new, files=[picture], metadata=METADATA)
    said = item(c, 'MOI-1').json()
    check(a.status == 200 and {k: said[k] for k in METADATA} == {**METADATA, 'tags': sorted(METADATA['tags'])} and [f['hash'] for f in said['files'] if f['role'] == 'media'] == [hashlib.sha256(PNG).hexdigest()], 'a new item with its picture', (a, said))
    check(save(c, 'MOI-1', base=0, xml=new, files=[picture], metadata=METADATA).status == 409, 'once')
    a = save(c, 'MOI-1', base=1, xml=new.replace('một điểm', 'một chấm'))
    check(a.status == 200 and len([f for f in item(c, 'MOI-1').json()['files'] if f['role'] == 'media']) == 1, 'its picture stays with the next version', a)
    check(save(c, 'MOI-1', base=2, xml=new.replace('một điểm', 'một chấm'), metadata={**METADATA, 'tags': [], 'level': ''}).json()['changed'] is False and item(c, 'MOI-1').json()['tags'] == [], 'metadata alone make no version')
    check(run('bank', 'list', '--bank', d.config['bank'], '--text', 'Băng') == '' and 'yes:' in run('audit', 'bank', '--bank', d.config['bank']), 'the bank is as an audit wants it')


def test_rights(d, all_of):
    who = {name: staff(d, name, role) for name, role in (('mot', 'bank-author@bank:IU01.1'), ('hai', 'bank-author@bank:IU02'), ('tham', 'bank-reviewer@bank'), ('nhieu', 'bank-author@bank:IU03'), ('diem', 'bank-author@centre:HN01'), ('kiem', 'auditor'), ('giam', 'proctor'))}
    counts = {n: (c('GET', '/api/bank/tree').json()['total'], c('GET', '/api/bank/items?limit=200').json()['total']) for n, c in who.items() if n != 'giam'}
    check(counts['mot'] == (20, 20) and counts['hai'] == (48, 48) and counts['tham'] == counts['kiem'] == (405, 405) and counts['diem'] == (0, 0), 'each sees the competences of his scope', counts)
    check({i['competence'] for i in who['mot']('GET', '/api/bank/items?limit=200').json()['items']} == {'IU01.1'}, 'and not those that begin alike')
    check([item(who[n]).status for n in ('mot', 'hai', 'tham', 'diem', 'kiem', 'giam')] == [200, 404, 200, 404, 200, 403], 'what is beyond it is not there')
    check([look(who[n], identifier='IU01-001', language='vi').status for n in ('mot', 'hai', 'tham', 'giam')] == [200, 404, 200, 403], 'nor to be looked at')
    xml = item(all_of).json()['xml'].replace('USB', 'XD')
    check([save(who[n], base=2, xml=xml).status for n in ('hai', 'tham', 'kiem', 'diem', 'mot')] == [404, 403, 403, 404, 200], 'it is written by who may there')
    check(save(who['mot'], base=3, xml=xml.replace('XD', 'CF'), metadata={**METADATA, 'competence': 'IU02.1'}).status == 403, 'and not carried to where he may not')
    check(save(who['hai'], 'MOI-2', base=0, xml=xml.replace('IU01-001', 'MOI-2'), metadata=METADATA).status == 403 and save(who['hai'], 'MOI-2', base=0, xml=xml.replace('IU01-001', 'MOI-2'), metadata={**METADATA, 'competence': 'IU02.3'}).status == 200, 'a new one where it belongs')
    check(not c_flags(who['tham'])['edit'] and c_flags(who['tham'])['review'] and c_flags(who['mot'])['edit'], 'the page is told what may be done')
    for c in who.values():
        c.close()


def c_flags(c):
    return c('GET', '/api/bank/tree').json()


def main():
    d = Daemon(**FAST, second_factor='no', standards=f'{SOURCE}/standards', work_threads=2, rate_account='60000/min burst 6000', rate_sign_in='60000/min burst 6000')
    fill(d)
    with d:
        c = staff(d, 'soan', 'bank-author')
        test_list(c)
        test_names(c)
        test_item(c)
        test_look(c)
        test_hostile(c, d)
        test_save(c, d)
        test_rights(d, c)
        c.close()
    with Daemon(**FAST, second_factor='no') as d:
        c = staff(d, 'soan', 'bank-author')
        a = c('GET', '/api/bank/tree')
        check(a.status == 503 and a.json()['type'] == '/problems/no-bank', 'a server without a bank says so', a)
        c.close()
    finish()


main()
