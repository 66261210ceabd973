#!/usr/bin/env python3
"""Names for proctors: read from the store of persons under rights, with a record and an event; nothing without; and the timeline of an attempt."""
import hashlib, json, os, shutil, subprocess
import database
from daemon import check, finish, skip
from exam import BANGVANG, NAME, Exam, run
from staff import staff
from watch import Watcher

ROOM = f'/api/sittings/{NAME}/rooms'


def log(url):
    return json.loads(run(BANGVANG, 'person', 'log', '--people', url, '--json'))


def test_names(e, d, who, url):
    before = len(log(url)['records'] if isinstance(log(url), dict) else log(url))
    a = who['one']('POST', f'{ROOM}/A/persons', {'reason': 'điểm danh'})
    found = {p['attempt']: p for p in a.json()['persons']} if a.status == 200 else {}
    check(a.status == 200 and a.json()['kept'] and len(found) == 3 and a.json()['atMs'], 'a proctor reads the names of his room', a)
    first = next(iter(sorted(found.items())))[1]
    check(first['name'] == 'Nguyễn Thị An' and first['birth'] == '1970-01-01' and first['idEnd'] == '0000' and first['unit'] == 'UBND xã Mẫu', 'name, day of birth, unit, the end of the id', first)
    check('BÍ MẬT' not in a.body.decode() and '0010900' not in a.body.decode() and a.field('Cache-Control') == 'no-store', 'nothing else, and no cache keeps it')
    records = log(url)
    records = records['records'] if isinstance(records, dict) else records
    mine = [r for r in records[before:] if r['author'] == who['one'].account]
    check(sum(r['act'] == 'read' for r in mine) == 3 and all('điểm danh' == r['reason'] for r in mine), 'the store says who read whom, and why', mine)
    rows = database.rows(e.ledger, 'SELECT body FROM event WHERE kind = 30')
    said = json.loads(bytes(rows[-1][0]))
    check(len(rows) == 1 and said['author'] == who['one'].account and said['reason'] == 'điểm danh' and said['details'] == {'persons': 3, 'room': 'A'}, 'so does an event of the sitting', rows)
    b = who['owner']('POST', f'{ROOM}/B/persons', {'reason': 'kiểm tra'})
    check(b.status == 200 and len(b.json()['persons']) == 2, 'who is not known by name is left out', b)


def test_rights(d, who, url):
    def count():
        r = log(url)
        return len(r['records'] if isinstance(r, dict) else r)
    before = count()
    for name, status in (('auditor', 403), ('other', 404), ('one', 404)):
        a = who[name]('POST', f'{ROOM}/B/persons', {'reason': 'x'})
        check(a.status == status and b'Nguy' not in a.body, f'{name}: {a.status}', a)
    for room in ('C', 'A.', '..'):
        check(who['owner']('POST', f'{ROOM}/{room}/persons', {'reason': 'x'}).status == 404, f'room {room}')
    for body in ({}, {'reason': ''}, {'reason': 'a\nb'}, {'reason': 'x' * 201}, {'reason': 'x', 'fields': 'all'}):
        check(who['one']('POST', f'{ROOM}/A/persons', body).status == 422, f'{body}'[:60])
    check(count() == before, 'none of these read anything')


def test_quota(e, d, who, url, key):
    run(BANGVANG, 'person', 'quota', '--people', url, '--as', 'office-1', '--reason', 'x', '--persons', '4')
    a = who['one']('POST', f'{ROOM}/A/persons', {'reason': 'lần nữa'})
    check(a.status == 200, 'the same persons again are no more persons', a)
    a = who['owner']('POST', f'{ROOM}/A/persons', {'reason': 'lần nữa'})
    check(a.status == 403 and b'Nguy' not in a.body, 'who has read as many as he may is refused, and gets nothing of it', a)


def test_timeline(e, d, who):
    c = e.enter('T-00000')
    path = f'/api/attempts/{c.attempt}/timeline'
    one = who['one']
    one('POST', f'/api/attempts/{c.attempt}/acts', {'act': 'admit', 'identity': 'card'})
    c.lease()
    c.post('/start')
    paper = c.get('/paper').json()
    from exam import answer
    given = 0
    for i, item in enumerate(paper['items']):
        r = answer(item['page'])
        if r and given < 3:
            given += c.save(i, r).status == 200
    one('POST', f'/api/attempts/{c.attempt}/acts', {'act': 'pause', 'reason': 'mất điện "cả" phòng'})
    c.post('/remarks', {'remark': 'help', 'about': 'machine'})
    one('POST', f'/api/attempts/{c.attempt}/acts', {'act': 'extend', 'reason': 'bù', 'minutes': 5})
    a = one('GET', path)
    events = a.json()['events']
    check([v['act'] for v in events] == ['register', 'note', 'admit', 'lease', 'start', 'save', 'pause', 'note', 'extend'], 'what has happened, in order', [v['act'] for v in events])
    save = next(v for v in events if v['act'] == 'save')
    check(save['saves'] == given == 3 and save['sinceMs'] <= save['atMs'], 'saves that follow one another are one line', save)
    check(next(v for v in events if v['act'] == 'pause')['reason'] == 'mất điện "cả" phòng' and events[-1]['minutes'] == 5, 'reasons, minutes', events[-1])
    check(next(v for v in events if v['act'] == 'admit')['details'] == {'identity': 'card'} and events[-2]['details'] == {'about': 'machine', 'remark': 'help'}, 'and what was kept with them', events)
    check({'id': one.account, 'name': 'one'} in a.json()['authors'] and events[-1]['author'] == one.account, 'who did it', a.json()['authors'])
    check('response' not in a.body.decode() and 'hash' not in a.body.decode(), 'no answers, no codes')
    check([who[n]('GET', path).status for n in ('auditor', 'two', 'other')] == [200, 404, 404], 'an auditor sees it; of another room or sitting nobody')
    for odd in ('0', 'x', '999999'):
        check(one('GET', f'/api/attempts/{odd}/timeline').status == 404, f'attempt {odd}')


def text_of(pdf):
    """By poppler, which is not our code; None when it is not installed."""
    if not shutil.which('pdftotext'):
        return None
    return subprocess.run(['pdftotext', '-raw', '-', '-'], input=pdf, stdout=subprocess.PIPE, check=True).stdout.decode()


def test_minutes(e, d, who):
    one = who['one']
    attempts = sorted(Watcher(one, NAME, 'A').poll().rows)
    one('POST', f'/api/attempts/{attempts[0]}/acts', {'act': 'incident', 'reason': 'máy treo & khởi động lại', 'category': 'technical.freezing'})
    one('POST', f'/api/sittings/{NAME}/acts', {'act': 'incident', 'reason': 'mất điện cả phòng', 'room': 'A', 'category': 'environment.power'})
    who['two']('POST', f'/api/sittings/{NAME}/acts', {'act': 'note', 'reason': 'phòng khác', 'room': 'B'})
    typed = {'names': True, 'organisation': 'SỞ KHOA HỌC VÀ CÔNG NGHỆ', 'place': 'Hà Nội', 'proctors': ['Nguyễn Giám Thị', 'Trần Văn Hai', 'Lê Ba'], 'remarks': 'Phòng thi yên tĩnh.'}
    a = one('POST', f'{ROOM}/A/minutes', typed)
    check(a.status == 200 and a.field('Content-Type') == 'application/pdf' and a.body.startswith(b'%PDF-') and a.field('Cache-Control') == 'no-store', 'minutes are a PDF that no cache keeps', a)
    if os.environ.get('BANGVANG_SHOTS'):
        with open(f'{os.environ["BANGVANG_SHOTS"]}/minutes.pdf', 'wb') as f:
            f.write(a.body)
    text = text_of(a.body)
    if text is None:
        skip('pdftotext (poppler-utils) is not here: the text of the minutes was not read')
    else:
        flat = ' '.join(text.split())
        for words in ('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'SỞ KHOA HỌC VÀ CÔNG NGHỆ', 'Coi thi phòng A, đợt thi thi.sang', 'Nguyễn Thị An', 'máy treo & khởi động lại', 'mất điện cả phòng', 'Máy treo',
                      'Cả phòng', 'Nguyễn Giám Thị', 'Lê Ba', 'Phòng thi yên tĩnh.', 'one', 'Thêm 5 phút'):
            check(words in flat or words.replace(' ', '') in text.replace(' ', '').replace('\n', ''), f'they say: {words}', text[:1500])
        check('phòng khác' not in flat and 'BÍ MẬT' not in flat, 'nothing of another room, nothing that is not to be printed')
    said = json.loads(bytes(database.rows(e.ledger, 'SELECT body FROM event WHERE kind = 30 ORDER BY n DESC LIMIT 1')[0][0]))
    check(said['details'] == {'remark': 'minutes', 'room': 'A', 'sha256': hashlib.sha256(a.body).hexdigest()} and said['author'] == one.account, 'an event says who made which file', said)
    body = b''.join(bytes(b) for b, in database.rows(e.ledger, 'SELECT body FROM event'))
    check('Trần Văn Hai'.encode() not in body and 'yên tĩnh'.encode() not in body, 'what was typed is kept nowhere')
    before = len(database.rows(e.ledger, 'SELECT n FROM event WHERE kind = 30'))
    b = one('POST', f'{ROOM}/A/minutes', {})
    check(b.status == 200 and len(database.rows(e.ledger, 'SELECT n FROM event WHERE kind = 30')) == before and (text is None or 'Nguyễn Thị An' not in text_of(b.body)), 'without names nobody is read', b)
    c = one('POST', f'{ROOM}/A/minutes', {}, Accept_Language='en')
    check(c.status == 200 and (text is None or 'MINUTES' in text_of(c.body)), 'and in English')
    check([who[n]('POST', f'{ROOM}/A/minutes', {}).status for n in ('auditor', 'two', 'other')] == [403, 404, 404], 'of a room by its proctors')
    for bad in ({'proctors': ['x'] * 5}, {'proctors': 'x'}, {'remarks': ''}, {'place': 'x' * 151}, {'names': 'yes'}, {'organisation': 'a\nb'}, {'more': 1}):
        check(one('POST', f'{ROOM}/A/minutes', bad).status == 422, f'{str(bad)[:50]} is refused')


def test_without(e):
    """No store of persons: proctors have tickets only, and are told so."""
    e.d.stop()
    del e.d.config['persons'], e.d.config['persons_key']
    e.d.configure()
    e.d.start()


def main():
    roster = 'ticket,room,seat\n' + ''.join(f'T-{i:05d},{"AAABBB"[i]},{i}\n' for i in range(6))
    e = Exam(6, roster=roster)
    url, key = e.people(5)
    with e:
        d = e.d
        who = {'one': staff(d, 'one', f'proctor@sitting:{NAME}/room:A'), 'two': staff(d, 'two', f'proctor@sitting:{NAME}/room:B'), 'owner': staff(d, 'owner', 'scheme-owner'),
               'auditor': staff(d, 'auditor', 'auditor'), 'other': staff(d, 'other', 'proctor@sitting:khac')}
        test_names(e, d, who, url)
        test_rights(d, who, url)
        test_quota(e, d, who, url, key)
        test_timeline(e, d, who)
        test_minutes(e, d, who)
        test_without(e)
        a = who['one']('POST', f'{ROOM}/A/persons', {'reason': 'điểm danh'})
        check(a.status == 200 and a.json() == {'kept': False, 'persons': []}, 'without a store of persons there are tickets only', a)
        for c in who.values():
            c.close()
    d.config['persons'] = 'sqlite:/nowhere.db'
    d.configure()
    for what, more in (('a key without a store', {'persons_key': key, 'persons': ''}), ('a store that is not there', {'persons': 'sqlite:/nowhere/x.db', 'persons_key': key}),
                       ('a ledger for a store', {'persons': e.ledger, 'persons_key': key})):
        d.config.update(more)
        d.configure()
        try:
            d.start()
            check(False, f'{what}: it does not start')
            d.stop()
        except RuntimeError as err:
            check('persons' in str(err) or 'nowhere' in str(err) or 'store' in str(err), f'{what}: it does not start, and says why', str(err)[-300:])
    finish()


main()
