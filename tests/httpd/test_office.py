#!/usr/bin/env python3
"""What the office writes: blueprints looked at while they are typed, versions that are never lost and never overwritten, the second person, plans of sittings."""
import hashlib, json, os
from daemon import SOURCE, Daemon, check, finish
from exam import BANGVANG, run
from staff import FAST, staff


def text_of(path):
    with open(f'{SOURCE}/{path}', encoding='utf-8') as f:
        return f.read()


BLUEPRINT, RULES, STANDARD = text_of('engine/sample/vn-basic-40.xml'), text_of('rules/vn-17-2016.xml'), text_of('standards/vn-tt03-2014.xml')
NAME = '/api/documents/blueprint/vn-basic-40'


def blueprints(an, binh):
    look = lambda text: an('POST', '/api/drafts/blueprint', {'text': text}).json()
    said = look(BLUEPRINT)
    strata = {s['id']: s for s in said['said']['strata']}
    check(said['good'] and said['ready'] and said['said']['items'] == 40 and said['said']['bankItems'] > 300 and said['name'] == 'vn-basic-40', 'a blueprint that the bank can fill')
    check(said['hash'] == hashlib.sha256(BLUEPRINT.encode()).hexdigest(), 'its hash is that of the file')
    check(all(s['fits'] >= s['count'] and s['forms'] == s['fits'] // s['count'] and s['considered'] == s['fits'] + s['lostLevels'] + s['lostTypes'] + s['lostDifficulty'] + s['lostEnemies']
              for s in strata.values()) and said['said']['forms'] == min(s['forms'] for s in strata.values()), 'the numbers of each stratum add up; disjoint forms are those of the shortest')
    report = run(BANGVANG, 'draw', '--bank', f'{folder}/bank.db', '--blueprint', f'{SOURCE}/engine/sample/vn-basic-40.xml', '--seed', '11' * 32, '--ticket', 'T', '--json')
    check(len(json.loads(report)['items']) == 40, 'and the command line draws of it')
    more = BLUEPRINT.replace('id="IU01-lt" competence="IU01" levels="nhan-biet thong-hieu" count="4"', 'id="IU01-lt" competence="IU01" levels="nhan-biet thong-hieu" count="400"')
    said = look(more)
    s = next(s for s in said['said']['strata'] if s['id'] == 'IU01-lt')
    check(said['good'] and not said['ready'] and said['said']['forms'] == 0 and 4 <= s['fits'] < 400 and 'exposureHundredths' not in s, 'one that it cannot fill is told, and can be kept')
    said = look(BLUEPRINT.replace('types=', 'x=').replace('count="4"', 'count="0"', 1))
    check(not said['good'] and said['fault']['line'] == 11 and 'count' in said['fault']['message'], 'a fault has its line', said)
    check(not look('')['good'] and not look('<blueprint')['good'], 'nothing, and half of something')
    said = look(BLUEPRINT.replace('language="vi"', 'language="fr"'))
    check(said['good'] and not said['ready'] and said['said']['bankItems'] == 0, 'a language that the bank does not have')

    for element in (f'assembly design="{"ab" * 32}" parameters="{"cd" * 32}" exposure="0.250" overlap="15"',
                    f'adaptive design="{"ab" * 32}" parameters="{"cd" * 32}" chances="{"ef" * 32}" least="6" se="0.300" cut="-0.500" confidence="1.960"'):
        said = look(BLUEPRINT.replace('<part', f'<{element}/><part', 1))
        check(said['good'] and said['said']['assembly'] == element, 'what the form does not know it keeps: ' + element[:8], said)
    check(look(BLUEPRINT)['said']['assembly'] == '', 'and nothing where there is nothing')

    a = an('GET', '/api/documents/blueprint')
    check(a.status == 200 and a.json() == {'documents': []}, 'there is none')
    a = an('POST', NAME, {'base': 0, 'text': BLUEPRINT, 'note': 'bản đầu'})
    check(a.status == 201 and a.json()['version'] == 1 and a.json()['text'] == BLUEPRINT and a.json()['versions'][0]['author'] == 'chu.quan.an', 'it is saved as version 1, byte by byte')
    check(an('POST', NAME, {'base': 0, 'text': BLUEPRINT, 'note': 'bản đầu'}).json()['version'] == 1, 'the same again, when the answer was lost, is the same version')
    a = binh('POST', NAME, {'base': 0, 'text': more, 'note': ''})
    check(a.status == 409 and 'version 1 was saved meanwhile' in a.json()['reason'], 'who started from nothing does not overwrite it')
    check(binh('POST', NAME, {'base': 1, 'text': more, 'note': 'thử'}).json()['version'] == 2, 'who started from version 1 makes version 2')
    check(an('POST', NAME, {'base': 1, 'text': BLUEPRINT, 'note': ''}).status == 409, 'and then version 1 is stale')
    check(an('POST', NAME, {'base': 2, 'text': BLUEPRINT.replace('id="vn-basic-40"', 'id="khac"'), 'note': ''}).status == 422, 'another name in the text')
    check(an('POST', NAME, {'base': 2, 'text': BLUEPRINT + '<', 'note': ''}).status == 422, 'what is no blueprint is not saved')
    check(an('GET', NAME + '?version=1').json()['text'] == BLUEPRINT and an('GET', NAME).json()['version'] == 2, 'both can be read')
    check(an('POST', NAME + '/approval', {'version': 2}).status == 409, 'nobody approves what cannot be drawn')
    check(an('POST', NAME, {'base': 2, 'text': BLUEPRINT, 'note': 'như cũ'}).json()['version'] == 3, 'version 3')
    check(an('POST', NAME + '/approval', {'version': 3}).status == 403, 'its author does not approve it')
    check(binh('POST', NAME + '/approval', {'version': 1}).status == 409 and binh('POST', NAME + '/approval', {'version': 4}).status == 404, 'nor anybody another version than the newest')
    a = binh('POST', NAME + '/approval', {'version': 3})
    check(a.status == 200 and a.json()['versions'][0]['approver'] == 'chu.quan.binh' and binh('POST', NAME + '/approval', {'version': 3}).status == 200, 'a second person does, and again')
    check('approver' not in a.json()['versions'][2] and [v['version'] for v in a.json()['versions']] == [3, 2, 1], 'older versions stay as they were')
    check(an('GET', '/api/documents/bia').status == 404 and an('GET', '/api/documents/blueprint/khac').status == 404, 'no such kind, no such name')


def rules(an, binh):
    said = an('POST', '/api/drafts/rules', {'text': RULES}).json()['said']
    check(said['certainty'] == 'high' and said['from'] == '2016-08-10' and said['standard'] == 'vn-tt03-2014' and 'to' not in said, 'what a rule pack rests on')
    check(said['parts']['usual']['minimumHundredths'] == 5000 and said['parts']['keepMonths'] == 12 and said['parts']['named'][1]['split'] == 'mean' and said['award'] == 'basic', 'and what it wants')
    said = an('POST', '/api/drafts/rules', {'text': text_of('rules/vn-irt-bands.xml')}).json()['said']
    check(said['bands']['cuts'] and said['bands']['pass'] and 'parts' not in said, 'one by bands')
    said = an('POST', '/api/drafts/rules', {'text': RULES.replace('minimum="50.00"', 'minimum="500"')}).json()
    check(not said['good'] and said['fault']['line'] == 8, 'a fault has its line')
    said = an('POST', '/api/drafts/standard', {'text': STANDARD}).json()['said']
    check(said['levels'][0]['code'] == 'basic' and any(c['code'] == 'IU01' for c in said['competences']), 'a standard')
    for kind, name, text in (('rules', 'vn-17-2016', RULES), ('standard', 'vn-tt03-2014', STANDARD)):
        check(an('POST', f'/api/documents/{kind}/{name}', {'base': 0, 'text': text, 'note': ''}).status == 201, f'{kind} saved')


def plan(**more):
    return {'name': '2026-12-05.sang', 'blueprint': {'name': 'vn-basic-40', 'version': 3}, 'standard': {'name': 'vn-tt03-2014', 'version': 1},
            'rules': {'name': 'vn-17-2016', 'version': 1}, 'mode': 'linear', 'opens': '2026-12-05T08:00:00+07:00', 'closes': '2026-12-05T11:00:00+07:00', 'graceSeconds': 30, 'seb': False,
            'rooms': [{'name': 'P1', 'centre': 'HN01', 'seats': 25}, {'name': 'P2', 'centre': 'HN01', 'seats': 20}], **more}


def sittings(an, binh):
    look = lambda **more: an('POST', '/api/drafts/sitting', {'text': json.dumps(plan(**more))}).json()
    codes = lambda said: sorted(f['code'] for f in said['said']['faults'])
    check(codes(look()) == ['unapproved', 'unapproved'], 'rules and standard wait for a second person')
    for kind, name in (('rules', 'vn-17-2016'), ('standard', 'vn-tt03-2014')):
        check(binh('POST', f'/api/documents/{kind}/{name}/approval', {'version': 1}).status == 200, f'{kind} approved')
    said = look()
    check(said['ready'] and said['said']['seats'] == 45 and said['said']['minutes'] == 45 and said['said']['blueprintHash'] == hashlib.sha256(BLUEPRINT.encode()).hexdigest(), 'then a plan is ready')
    for more, want in (({'closes': '2026-12-05T08:30:00+07:00'}, ['short']), ({'closes': '2026-12-05T07:00:00+07:00'}, ['order', 'startUntil']), ({'startUntil': '2026-12-05T12:00:00+07:00'}, ['startUntil']),
                       ({'release': '2026-12-05T09:00:00+07:00'}, ['release']), ({'rooms': 2 * [{'name': 'P1', 'centre': 'HN01', 'seats': 25}]}, ['roomTwice']),
                       ({'blueprint': {'name': 'khac', 'version': 1}}, ['missing']), ({'opens': '2016-01-05T08:00:00+07:00', 'closes': '2016-01-05T11:00:00+07:00'}, ['force'])):
        check(codes(look(**more)) == want, f'faults {want}', codes(look(**more)))
    check(not an('POST', '/api/drafts/sitting', {'text': '{}'}).json()['good'] and not look(graceSeconds=-1)['good'] and not look(mode='thi')['good'], 'what is no plan')
    check(an('POST', '/api/documents/sitting/2026-12-05.sang', {'base': 0, 'text': json.dumps(plan()), 'note': ''}).status == 201, 'a plan is kept')
    check(codes(look(name='khac')) == ['roomTaken', 'roomTaken'] and codes(look(name='chieu', opens='2026-12-05T13:00:00+07:00', closes='2026-12-05T16:00:00+07:00')) == [], 'nobody else has its rooms meanwhile')


def units(an, kiem):
    send = lambda csv, since='2025-07-01', dry=False: an('POST', '/api/units', {'csv': csv, 'from': since, 'dry': dry}).json()
    find = lambda query: [u['code'] for u in kiem('GET', '/api/units?' + query).json()['units']]
    csv = '\ufeffMã;Tên;Mã cấp trên;Loại\n01;Thành phố Hà Nội;;Tỉnh\n00004;Phường Ba Đình;01;Phường\n00070;Phường Hoàn Kiếm;01;Phường\nHN01;Trung tâm Đào tạo;00004;Điểm thi\n'
    said = send(csv, dry=True)
    check(not said['done'] and said['added'] == 4 and find('parent=') == [], 'only asked')
    check(send(csv)['done'] and send(csv)['same'] == 4, 'imported, and the same again is nothing new')
    check(find('parent=') == ['01'] and find('parent=01') == ['00004', '00070'] and find('parent=00004') == ['HN01'], 'a tree')
    check(find('q=ba%20dinh') == ['00004'] and find('q=%C4%90%C3%ACnh') == ['00004'] and find('q=dao%20TAO%20trung') == ['HN01'] and find('q=hn01') == ['HN01'] and find('q=dinhx') == [] and
          find('q=%25') == ['01', '00004', '00070', 'HN01'], 'found without diacritics, by beginnings of words, by code', [find(q) for q in ('q=ba%20dinh', 'q=%C4%90%C3%ACnh', 'q=dao%20TAO%20trung', 'q=hn01', 'q=dinhx', 'q=%25')])
    bad = send('code,name,parent,kind,from,to\n"a b",X,,,,\n02,,,,,\n03,Y,99,agency,,\n04,Z,,commune,,\n05,V,01,province,,\n06,W,,,2025-13-01,\n07,W,,,2026-01-01,2025-01-01\n08,W,,làng,,\n01,W,,,,\n01,W,,,,\n'
               'A,W,B,agency,,\nB,W,A,agency,,\n')
    lines = {}
    for f in bad['faults']:
        lines.setdefault(f['line'], []).append(f['message'])
    check(not bad['done'] and sorted(lines) == [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13] and all(len(v) == 1 for v in lines.values()), 'every fault by its line', json.dumps(lines, ensure_ascii=False, indent=1))
    check(lines[2] == ["mã 'a b' phải có từ 1 đến 40 ký tự trong A-Z a-z 0-9 . _ -"], 'in the reader\'s language', lines[2])
    check(send('x,y\n1,2\n')['faultCount'] == 2 and send('\n')['faultCount'] == 1, 'no headings, no file')
    said = send('code,name,parent,kind\n00004,Phường Ba Đình mới,01,phường\n', '2026-01-01')
    check(said['changed'] == 1 and '→ Phường Ba Đình mới' in said['changes'][0]['message'], 'a new name from a day on')
    at = kiem('GET', '/api/units/00004').json()
    check([(r['name'], r['from'], r.get('to')) for r in at['rows']] == [('Phường Ba Đình mới', '2026-01-01', None), ('Phường Ba Đình', '2025-07-01', '2025-12-31')] and at['above'][0]['code'] == '01', 'keeps the old one')
    check(find('q=ba%20dinh&on=2025-08-01') == ['00004'] and find('q=moi&on=2025-08-01') == [] and find('q=moi') == ['00004'] and find('parent=&on=2025-06-30') == [], 'by day', [find(q) for q in ('q=ba%20dinh&on=2025-08-01', 'q=moi&on=2025-08-01', 'q=moi', 'parent=&on=2025-06-30')])
    check(send(csv)['faultCount'] == 1, 'an older list does not undo it')
    check(kiem('GET', '/api/units/99').status == 404 and kiem('GET', '/api/units?on=2025-02-30').status == 422 and kiem('POST', '/api/units', {'csv': csv, 'from': '2025-07-01', 'dry': True}).status == 403, 'refusals')
    for name, count in (('provinces_34.csv', 34), ('communes_3321.csv', 3321)):
        path = f'{SOURCE}/../shared/ref/admin/{name}'
        if not os.path.exists(path):
            print(f'# {name} of the reference data is not here')
            return
        with open(path, encoding='utf-8') as f:
            said = send(f.read(), '2026-04-30')
        check(said['done'] and said['rows'] == count, f'{name}: {count} units', {k: said[k] for k in said if k != 'changes'})


with Daemon(second_factor='no', **FAST) as d:
    folder = d.folder
    run(BANGVANG, 'bank', 'import', '--bank', f'{folder}/bank.db', f'{SOURCE}/itembank/sample')
    d.stop()
    d.config['bank'] = f'{folder}/bank.db'
    d.configure()
    d.start()
    an, binh, kiem = staff(d, 'chu.quan.an', 'scheme-owner'), staff(d, 'chu.quan.binh', 'scheme-owner'), staff(d, 'kiem.toan', 'auditor')
    blueprints(an, binh)
    rules(an, binh)
    sittings(an, binh)
    units(an, kiem)
    check(kiem('GET', NAME).status == 200 and kiem('POST', NAME, {'base': 3, 'text': BLUEPRINT, 'note': ''}).status == 403, 'an auditor reads, and saves nothing')
finish()
