#!/usr/bin/env python3
"""Photographs of candidates over HTTP: brought by a head of centre, seen by the proctor of the room and nobody else, each look in the log; files of every bad kind."""
import concurrent.futures, json, sqlite3, struct, zipfile, zlib
from daemon import check, finish, raw
from exam import BANGVANG, NAME, Exam, run
from portraits import archive, portrait
from staff import form, staff
from watch import Watcher

PATH = f'/api/sittings/{NAME}/photos'


def bring(c, file, name='anh.zip', dry='no', path=PATH):
    body, kind = form(dry=dry, name=name, file=file)
    return c('POST', path, body, Content_Type=kind)


def whys(a):
    return sorted((f['file'], f['why']) for f in a.json()['faults']) if a.status == 200 else a


def log(url):
    return json.loads(run(BANGVANG, 'person', 'log', '--people', url, '--json'))


def photos(e):
    with sqlite3.connect(f'{e.folder}/persons.db') as db:
        return db.execute('SELECT count(*) FROM person_photo').fetchone()[0]


def attempts(c, room):
    return {r['ticket']: a for a, r in Watcher(c, NAME, room).poll().rows.items()}


def test_bring(e, head):
    a = head('GET', PATH)
    check(a.status == 200 and a.json() == {'kept': True, 'candidates': 8, 'without': 8, 'tickets': [f'T-0000{i}' for i in range(8)]}, 'nobody has one', a)
    files = {f'A/T-0000{i}.png': portrait(f'{i}') for i in range(3)}
    dry = bring(head, archive(files), dry='yes')
    check(dry.status == 200 and dry.json() == {'kept': True, 'candidates': 8, 'without': 5, 'tickets': [f'T-0000{i}' for i in range(3, 8)], 'done': False, 'set': 3, 'same': 0, 'faultCount': 0, 'faults': []},
          'a look before says who would have one', dry)
    check(photos(e) == 0 and head('GET', PATH).json()['without'] == 8, 'and does nothing')
    a = bring(head, archive(files))
    check(a.status == 200 and a.json()['done'] and a.json()['set'] == 3 and a.json()['without'] == 5 and photos(e) == 3, 'they are brought', a)
    a = bring(head, archive(files, zipfile.ZIP_DEFLATED))
    check(a.json()['set'] == 0 and a.json()['same'] == 3 and photos(e) == 3, 'the same again changes nothing', a)
    a = bring(head, portrait('3'), name='T-00003.png')
    check(a.json()['set'] == 1 and a.json()['without'] == 4, 'one picture', a)
    a = bring(head, portrait('4'), name='001090000004.PNG')
    check(a.json()['set'] == 1 and a.json()['tickets'] == ['T-00005', 'T-00006', 'T-00007'], 'one called after his personal id', a)
    a = bring(head, portrait('another'), name='T-00003.png')
    check(a.json()['set'] == 1 and a.json()['without'] == 3 and photos(e) == 5, 'another in its place', a)


def test_look(d, who, url):
    rows = attempts(who['one'], 'A')
    before = len(log(url))
    a = who['one']('GET', f'/api/attempts/{rows["T-00001"]}/photo')
    check(a.status == 200 and a.body == portrait('1') and a.field('Content-Type') == 'image/png', 'the proctor of the room sees it as it was brought', a.fields if hasattr(a, 'fields') else a.status)
    check(a.field('Cache-Control') == 'no-store' and a.field('X-Content-Type-Options') == 'nosniff', 'no cache keeps it, and nothing else is made of it')
    new = log(url)[before:]
    check([(r['act'], r['author'], r['fields'], r['reason']) for r in new] == [('find', who['one'].account, [], 'đối chiếu ảnh'), ('read', who['one'].account, ['photo'], 'đối chiếu ảnh')], 'that he looked is in the log', new)
    said = {p['attempt']: p.get('photo') for p in who['one']('POST', f'/api/sittings/{NAME}/rooms/A/persons', {'reason': 'điểm danh'}).json()['persons']}
    check(said == {rows[f'T-0000{i}']: True for i in range(4)}, 'the roll says who has one', said)
    said = [p.get('photo') for p in who['two']('POST', f'/api/sittings/{NAME}/rooms/B/persons', {'reason': 'điểm danh'}).json()['persons']]
    check(sorted(said, key=str) == [None, True], 'and who has none', said)
    none = attempts(who['two'], 'B')
    check([who['two']('GET', f'/api/attempts/{none[t]}/photo').status for t in ('T-00005', 'T-00006')] == [404, 404], 'who has none, who is not known by name')
    before = len(log(url))
    got = {n: who[n]('GET', f'/api/attempts/{rows["T-00001"]}/photo') for n in ('auditor', 'two', 'other', 'marker', 'hanoi')}
    check({n: a.status for n, a in got.items()} == {'auditor': 403, 'two': 404, 'other': 404, 'marker': 403, 'hanoi': 404} and all(b'PNG' not in a.body for a in got.values()), 'nobody else sees it', got)
    check(d.client()('GET', f'/api/attempts/{rows["T-00001"]}/photo').status == 401, 'nor who is not signed in')
    check([who['one']('GET', f'/api/attempts/{x}/photo').status for x in ('0', 'x', '999999', '-1')] == [404] * 4, 'attempts that there are not')
    check(len(log(url)) == before, 'and none of these was read')


def test_rights(e, who):
    before = photos(e)
    check([bring(who[n], portrait('x'), 'T-00005.png').status for n in ('one', 'auditor', 'marker', 'other_head')] == [403, 403, 403, 404], 'who may not bring any')
    check([who[n]('GET', PATH).status for n in ('one', 'auditor', 'other_head')] == [403, 403, 404], 'nor ask who has none')
    a = who['hanoi']('GET', PATH)
    check(a.json() == {'kept': True, 'candidates': 1, 'without': 1, 'tickets': ['T-00007']}, 'a head of a centre is told of its own candidates', a)
    a = bring(who['hanoi'], archive({'T-00007.png': portrait('7'), 'T-00005.png': portrait('5'), '001090000005.png': portrait('5')}))
    check(whys(a) == [('001090000005.png', 'nobody'), ('T-00005.png', 'nobody')] and a.json()['set'] == 1, 'and brings of no others: that they are somewhere is not said', a)
    check(photos(e) == before + 1, 'of them nothing came')


def exif_jpeg():
    """The segments of a JPEG, with a place and a comment; no browser could show it, but what is left of it is looked at here."""
    def seg(marker, body):
        return bytes([255, marker]) + struct.pack('>H', len(body) + 2) + body
    gps = b'MM\0*\0\0\0\x08\0\1\x88\x25\0\4\0\0\0\1\0\0\0\x1a\0\0\0\0\0\1\0\2\0\2\0\0\0\4N21\0\0\0\0\0'
    return (b'\xff\xd8' + seg(0xe0, b'JFIF\0\1\1\0\0\1\0\1\0\0') + seg(0xe1, b'Exif\0\0' + gps) + seg(0xfe, b'<script>alert(1)</script>') + seg(0xdb, b'\0' + b'\1' * 64) + seg(0xc4, b'\0\1' + b'\0' * 16) +
            seg(0xc0, b'\x08\x01\x90\x01\x2c\x01\1\x11\0') + seg(0xda, b'\1\1\0\0\x3f\0') + b'\x12\x34' + b'\xff\xd9' + b'PK\3\4<html>')


def test_files(e, head, one):
    good = portrait('5')
    cut, grey = good[:-20], bytearray(good)
    grey[60] ^= 1
    small = b'\x89PNG\r\n\x1a\n' + b''.join(struct.pack('>I', len(b)) + t + b + struct.pack('>I', zlib.crc32(t + b)) for t, b in (
        (b'IHDR', struct.pack('>IIBBBBB', 119, 300, 1, 0, 0, 0, 0)), (b'IDAT', zlib.compress((b'\0' * 16) * 300)), (b'IEND', b'')))
    for what, name, body, why in (('text', 'T-00005.png', b'xin chao', 'format'), ('a GIF called JPEG', 'T-00005.jpg', b'GIF89a' + b'\0' * 50, 'format'), ('an SVG', 'T-00005.png', b'<svg xmlns="http://www.w3.org/2000/svg"/>', 'format'),
                                  ('half a picture', 'T-00005.png', cut, 'damaged'), ('a changed one', 'T-00005.png', bytes(grey), 'damaged'), ('too few pixels', 'T-00005.png', small, 'size'),
                                  ('9 MiB of picture', 'T-00005.jpg', b'\xff\xd8\xff' + bytes(9 << 20), 'size'), ('nobody', 'KHAC.png', good, 'nobody'), ('no name', '.png', good, 'nobody'),
                                  ('the name of a person', 'Nguyễn Thị An.png', good, 'nobody'), ('a number that nobody has', '001090099999.png', good, 'nobody')):
        a = bring(head, body, name=name)
        check(whys(a) == [(name, why)] and a.json()['set'] == 0 and a.json()['faults'][0]['message'], f'{what}: {why}', a)
    a = bring(head, archive({'T-00005.png': good, 'x/T-00005.jpg': good, '001090000005.png': good, 'doc.txt': b'a', '__MACOSX/._T-00005.png': b'x', '.DS_Store': b'x', 'Thumbs.db': b'x'}))
    check(a.json()['set'] == 1 and whys(a) == [('T-00005.png', 'twice'), ('doc.txt', 'format'), ('x/T-00005.jpg', 'twice')], 'what is good is taken, the rest told file by file; one person has one', a)
    deep = archive({'T-00005.png': archive({'T-00005.png': good})})
    check(whys(bring(head, deep)) == [('T-00005.png', 'format')], 'an archive in an archive is not opened')
    whole = {'bombs': archive({'T-00005.jpg': b'\0' * (40 << 20)}, zipfile.ZIP_DEFLATED), 'names that lead elsewhere': archive({'../T-00005.png': good}), 'half an archive': archive({'T-00005.png': good})[:-30],
             'an empty archive': archive({}), 'bytes behind a signature': b'PK\3\4' + b'\xff' * 5000}
    crafted = b'\xff\xd8\xff\xdb\0\x43\0' + b'\1' * 64 + b'\xff\xc0\0\x0b\x08\x01\x90\x01\x2c\x01\1\x11\0\xff\xda\0\x08\1\1\0\0\x3f\0' + (bytes(range(64)) * 16384)[:1000000] + b'\xff\xd9'
    whole['66 MB of pictures'] = archive({f'{i}.jpg': crafted for i in range(69)}, zipfile.ZIP_DEFLATED)
    for what, body in whole.items():
        a = bring(head, body)
        check(a.status == 200 and [f['why'] for f in a.json()['faults']] == ['archive'] and not a.json()['set'] and not a.json()['done'], f'{what}: refused as a whole', a)
    for what, body in (('nothing', b''), ('no form', None)):
        a = bring(head, body) if body is not None else head('POST', PATH, {'file': 'x'})
        check(a.status in (415, 422), f'{what} is refused', a)
    check(bring(head, good, name='').status == 422, 'so is a file without a name')
    head_lines = ''.join(f'{k}: {v}\r\n' for k, v in {'Host': 'localhost', 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': 17 << 20, 'Cookie': '; '.join(f'{k}={v}' for k, v in head.cookies.items()), **head.fields}.items())
    check(raw(e.d, f'POST {PATH} HTTP/1.1\r\n{head_lines}\r\n'.encode()).startswith(b'HTTP/1.1 413 '), 'and 17 MiB')
    a = bring(head, exif_jpeg(), name='T-00005.jpeg')
    check(a.status == 200 and a.json()['set'] == 1, 'a JPEG with a place, a script, and an archive behind it', a)
    seen = one('GET', f'/api/attempts/{attempts(one, "B")["T-00005"]}/photo')
    check(seen.status == 200 and seen.field('Content-Type') == 'image/jpeg' and not any(x in seen.body for x in (b'Exif', b'N21', b'script', b'html', b'PK')) and seen.body.endswith(b'\xff\xd9'), 'is the picture alone', seen)
    polyglot = good + b'<?php system("x"); ?>'
    check(bring(head, polyglot, name='T-00005.png').json()['set'] == 1 and one('GET', f'/api/attempts/{attempts(one, "B")["T-00005"]}/photo').body == good, 'so is a PNG with a program behind it')


def test_two(e, head, other):
    """Two imports at the same time: each is whole, and one photograph of each person is left."""
    def go(args):
        c, salt = args
        return [bring(c, archive({f'T-0000{i}.png': portrait(f'{salt} {i} {n}') for i in range(6)})) for n in range(4)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = sum(pool.map(go, ((head, 'a'), (other, 'b'))), [])
    check(all(a.status == 200 and a.json()['done'] and a.json()['set'] == 6 for a in answers), 'all of them are done', [a.status for a in answers])
    check(photos(e) == 7, 'and each person has one')
    rows = attempts(head, 'A')
    last = {head('GET', f'/api/attempts/{rows["T-00000"]}/photo').body}
    check(last <= {portrait('a 0 3'), portrait('b 0 3')}, 'of the last')
    r = run(BANGVANG, 'person', 'log', '--people', f'sqlite:{e.folder}/persons.db', '--verify')
    check('the log holds' in r, 'and the log holds', r)


def test_after(e, who, url, key):
    rows = attempts(who['one'], 'A')
    run(BANGVANG, 'person', 'erase', '--people', url, '--master', key, '--as', 'office-1', '--reason', 'x', '--sitting', NAME, '--ticket', 'T-00000')
    a = who['one']('GET', f'/api/attempts/{rows["T-00000"]}/photo')
    check(a.status == 404, 'of somebody who was erased there is none', a)
    a = who['one']('POST', f'/api/sittings/{NAME}/rooms/A/persons', {'reason': 'điểm danh'})
    check(a.status == 200 and rows['T-00000'] not in {p['attempt'] for p in a.json()['persons']} and len(a.json()['persons']) == 3, 'nor a name; those of the others are still read', a)
    a = bring(who['head'], portrait('0'), name='T-00000.png')
    check(whys(a) == [('T-00000.png', 'nobody')], 'and he gets none', a)
    run(BANGVANG, 'person', 'quota', '--people', url, '--as', 'office-1', '--reason', 'x', '--persons', '1')
    two = attempts(who['two'], 'B')
    who['fresh']('GET', f'/api/attempts/{two["T-00004"]}/photo')
    a = who['fresh']('GET', f'/api/attempts/{two["T-00005"]}/photo')
    check(a.status == 403 and b'PNG' not in a.body, 'who has read as many persons as he may sees no more', a)
    check(any(r['act'] == 'refuse' and r['author'] == who['fresh'].account and r['fields'] == ['photo'] for r in log(url)), 'which is in the log')


def main():
    roster = 'ticket,room,seat,centre\n' + ''.join(f'T-{i:05d},{"AAAABBBC"[i]},{i},{"HN01" if i == 7 else ""}\n' for i in range(8))
    e = Exam(8, roster=roster)
    url, key = e.people(6)
    with open(f'{e.folder}/more.json', 'w', encoding='utf-8') as f:
        json.dump({'people': [{'name': 'Vũ Thị Lan', 'personalId': '001090000007', 'sitting': NAME, 'ticket': 'T-00007'}]}, f)
    run(BANGVANG, 'person', 'import', '--people', url, '--master', key, '--as', 'office-1', '--reason', 'roster', f'{e.folder}/more.json')
    with e:
        d = e.d
        who = {'one': staff(d, 'one', f'proctor@sitting:{NAME}/room:A'), 'two': staff(d, 'two', f'proctor@sitting:{NAME}/room:B'), 'fresh': staff(d, 'fresh', f'proctor@sitting:{NAME}/room:B'),
               'head': staff(d, 'head', f'centre-head@sitting:{NAME}'), 'owner': staff(d, 'owner', 'scheme-owner'), 'auditor': staff(d, 'auditor', 'auditor'), 'marker': staff(d, 'marker', 'marker'),
               'other': staff(d, 'other', 'proctor@sitting:khac'), 'other_head': staff(d, 'other-head', 'centre-head@sitting:khac'), 'hanoi': staff(d, 'hanoi', 'centre-head@centre:HN01')}
        test_bring(e, who['head'])
        test_look(d, who, url)
        test_rights(e, who)
        test_files(e, who['head'], who['two'])
        test_two(e, who['head'], who['owner'])
        test_after(e, who, url, key)
        d.stop()
        del d.config['persons'], d.config['persons_key']
        d.configure()
        d.start()
        a, b = who['head']('GET', PATH), bring(who['head'], portrait('0'), name='T-00000.png')
        check(a.json() == {'kept': False, 'candidates': 8, 'without': 0, 'tickets': [f'T-0000{i}' for i in range(8)]} and b.json()['kept'] is False and not b.json()['done'], 'without a store of persons nothing is kept', b)
        check(who['one']('GET', f'/api/attempts/{attempts(who["one"], "A")["T-00001"]}/photo').status == 404, 'and there is none to be seen')
        for c in who.values():
            c.close()
    finish()


main()
