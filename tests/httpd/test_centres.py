#!/usr/bin/env python3
"""Rooms belong to centres: every role of staff × every kind of scope × every route of sittings, both ways: what is in the scope is there, and what is not is
answered as what does not exist."""
import json
import database
from daemon import BUILD, check, finish
from exam import NAME, Exam, run
from staff import staff

OWN = 'rieng'  # a sitting of one centre alone
ROOMS = {NAME: {'A1': 'HN01', 'A2': 'HN01', 'B1': 'HN02', 'C1': ''}, OWN: {'A1': 'HN01', 'A9': 'HN01'}}
SCOPES = ['', 'centre:HN01', 'centre:HN02', 'centre:HN0', f'centre:HN01/sitting:{NAME}', f'centre:HN02/sitting:{NAME}/room:A1', f'sitting:{NAME}', f'sitting:{NAME}/room:A1',
          'sitting:khac', 'room:A1', 'unit:00004', f'unit:01/sitting:{NAME}/room:A1']
UNITS = 'mã,tên,mã cấp trên,loại\n01,Thành phố Hà Nội,,tỉnh\n00004,Phường Ba Đình,01,phường\nHN01,Điểm thi số 1,00004,điểm thi\nHN02,Điểm thi số 2,01,điểm thi\n'
ABOVE = {'HN01': ('00004', '01'), 'HN02': ('01',)}
WATCH = {'scheme-owner', 'centre-head', 'proctor', 'auditor'}
ACTS = {'note': {'scheme-owner', 'centre-head', 'proctor'}, 'finalise': {'scheme-owner', 'centre-head', 'adjudicator'}}


def roster(name):
    return 'ticket,room,seat,centre\n' + ''.join(f'{name}-{room}-{i},{room},{i},{centre}\n' for room, centre in ROOMS[name].items() for i in range(2))


def covers(scope, sitting, room):
    """Said again, not as the server says it: the parts of a place, of which those that the scope names must agree."""
    centres = set(ROOMS[sitting].values())
    place = {'centre': ROOMS[sitting][room] if room else centres.pop() if len(centres) == 1 else None, 'sitting': sitting, 'room': room}
    parts = [part.split(':') for part in scope.split('/')] if scope else []
    kinds = [kind for kind, _ in parts]
    if kinds in (['unit'], ['unit', 'sitting', 'room']):
        return parts[0][1] in ABOVE.get(place['centre'], ()) and all(place[kind] == value for kind, value in parts[1:])
    return kinds in ([], ['centre'], ['centre', 'sitting'], ['centre', 'sitting', 'room'], ['sitting'], ['sitting', 'room']) and all(place[kind] == value for kind, value in parts)


def wanted(role, scope, sitting, room, roles):
    return (200 if role in roles else 403) if covers(scope, sitting, room) else 404


def walk(c, role, scope, attempts):
    wrong = []

    def see(what, got, want):
        if got != want:
            wrong.append(f'{what}: {got}, not {want}')
    listed = c('GET', '/api/sittings')
    if role not in WATCH:
        see('sittings', listed.status, 403)
    else:
        rooms = {s['name']: {r['name']: r.get('centre', '') for r in s['rooms']} for s in listed.json()['sittings']}
        see('sittings', rooms, {n: kept for n in ROOMS if (kept := {r: ROOMS[n][r] for r in ROOMS[n] if covers(scope, n, r)})})
    for name in ROOMS:
        some = any(covers(scope, name, r) for r in ROOMS[name])
        one = c('GET', f'/api/sittings/{name}')
        see(name, one.status, 403 if role not in WATCH else 200 if some else 404)
        if one.status == 200:
            see(f'{name} attempts', one.json()['attempts'], sum(2 for r in ROOMS[name] if covers(scope, name, r)))
        for room in [None] + list(ROOMS[name]):
            board = c('GET', f'/api/sittings/{name}/board' + (f'?room={room}' if room else ''))
            see(f'board {name} {room}', board.status, 403 if role not in WATCH else 200 if covers(scope, name, room) else 404)
            if board.status == 200:
                see(f'rows {name} {room}', {r['ticket'] for r in board.json()['rows']}, {t for t in attempts[name] if not room or t.split('-')[1] == room})
            stream = c('HEAD', f'/api/sittings/{name}/board/stream' + (f'?room={room}' if room else ''))
            see(f'stream {name} {room}', stream.status, 403 if role not in WATCH else 200 if covers(scope, name, room) else 404)
        a = c('POST', f'/api/sittings/{name}/acts', {'act': 'note', 'reason': 'x'})
        see(f'act on {name}', a.status, 403 if role not in ACTS['note'] else 200 if covers(scope, name, None) else 404)
        for ticket, attempt in attempts[name].items():
            room = ticket.split('-')[1]
            for act, roles in ACTS.items():
                a = c('POST', f'/api/attempts/{attempt}/acts', {'act': act, 'reason': 'x'})
                if role not in ACTS['note'] | ACTS['finalise']:
                    want = 403
                else:
                    want = wanted(role, scope, name, room, roles)
                see(f'{act} {ticket}', a.status if a.status != 409 else 200, want)  # 409: it may, and it is not yet the time
    return wrong


def test_scopes(e, owner, clients, attempts):
    a = owner('POST', '/api/units', {'csv': UNITS, 'from': '2025-07-01', 'dry': False})
    check(a.status == 200 and a.json()['added'] == 4, 'centres are units', a)
    for role, c in clients.items():
        for scope in SCOPES:
            a = owner('PUT', f'/api/accounts/{c.account}/roles', {'roles': [{'role': role, 'scope': scope}]})
            wrong = walk(c, role, scope, attempts) if a.status == 200 else [str(a)]
            check(not wrong, f'{role}@{scope}', '\n'.join(wrong[:8]))


def test_heads(e, owner, head):
    """The head of a centre acts on its own sitting, and grants proctors in it."""
    owner('PUT', f'/api/accounts/{head.account}/roles', {'roles': [{'role': 'centre-head', 'scope': 'centre:HN01'}]})
    own, shared = (head('POST', f'/api/sittings/{name}/acts', {'act': 'open', 'reason': 'x'}) for name in (OWN, NAME))
    owner('PUT', f'/api/accounts/{head.account}/roles', {'roles': [{'role': 'centre-head', 'scope': 'unit:00004'}]})
    statuses = [head('POST', '/api/accounts', {'name': f'gt-u{i}', 'roles': [{'role': 'proctor', 'scope': scope}]}).status
                for i, scope in enumerate(('unit:00004', 'unit:HN01', 'centre:HN01', 'centre:HN02', 'unit:01', f'centre:HN01/sitting:{NAME}'))]
    check(statuses == [201, 201, 201, 403, 403, 201], 'who has a unit grants what is in it', statuses)
    owner('PUT', f'/api/accounts/{head.account}/roles', {'roles': [{'role': 'centre-head', 'scope': 'centre:HN01'}]})
    check(own.status == 200 and shared.status == 404, 'a sitting of the centre alone is its head\'s; one of several is nobody\'s of them', (own, shared))

    def grant(name, scope):
        return head('POST', '/api/accounts', {'name': name, 'roles': [{'role': 'proctor', 'scope': scope}]}).status
    check(grant('gt-1', 'centre:HN01') == 201 and grant('gt-2', f'centre:HN01/sitting:{NAME}/room:A2') == 201 and grant('gt-3', 'centre:HN02') == 403 and
          grant('gt-4', f'sitting:{NAME}') == 403, 'proctors within the centre, and no others')


def test_rosters(e):
    """What a roster may say of centres."""
    e.stop()
    path = f'{e.folder}/again.csv'

    def give(text, good):
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        return e.office('roster', '--key', e.key, path, name=NAME, good=good)
    told = give(roster(NAME).replace(f'{NAME}-A1-1,A1,1,HN01', f'{NAME}-A1-1,A1,1,HN02'), (2,))
    check(':3:' in told and 'a room is of one centre' in told, 'a room is of one centre, by file and line', told)
    told = give('ticket,room,seat,trung tâm\nmoi-1,A1,7,HN02\n', (2,))
    check('who is not in this file' in told, 'also against those who are there', told)
    told = give('ticket,room,seat,centre\nmoi-1,D1,7,Hà Nội\n', (2,))
    check("centre 'Hà Nội'" in told, 'a centre is named without accents', told)
    told = give(roster(NAME).replace(',B1,0,HN02', ',B1,0,HN03').replace(',B1,1,HN02', ',B1,1,HN03'), (0,))
    check('2' in told, 'a room goes to another centre', told)
    with e:
        owner = staff(e.d, 'chu-2', 'scheme-owner')
        e.clients.append(owner)
        rooms = {r['name']: r.get('centre') for r in owner('GET', f'/api/sittings/{NAME}').json()['rooms']}
        check(rooms == {'A1': 'HN01', 'A2': 'HN01', 'B1': 'HN03', 'C1': None}, 'and the board knows', rooms)
    shown = json.loads(e.office('show', '--json'))
    check('HN03' in json.dumps(shown), 'so does the office', shown)


def test_old(e):
    """A database of a program that knew of no centres."""
    if database.PGSQL:
        return
    import sqlite3
    db = sqlite3.connect(f'{e.folder}/ledger.db')
    db.execute('ALTER TABLE seat DROP COLUMN centre')
    db.commit()
    found = run(f'{BUILD}/tools/cli/bangvang', 'audit', 'answers', '--db', e.ledger, '--name', OWN, '--bank', f'{e.folder}/bank.db', good=(1,))
    check('centre' in found, 'is read as it is: the audit says what the seats lack', found)
    e.office('show')
    e.office('codes', '--key', e.key, '--out', f'{e.folder}/x.csv')
    check('centre' in str(db.execute("SELECT sql FROM sqlite_master WHERE name = 'seat'").fetchall()), 'and gets the column when it is next written')
    db.execute('ALTER TABLE seat DROP COLUMN pnp')
    db.commit()
    found = run(f'{BUILD}/tools/cli/bangvang', 'audit', 'answers', '--db', e.ledger, '--name', NAME, '--bank', f'{e.folder}/bank.db', good=(0, 1))
    check('no such column' not in found, 'one of a program that knew of centres and granted nothing is read, too', found)
    e.office('codes', '--key', e.key, '--out', f'{e.folder}/y.csv')
    check('pnp' in str(db.execute("SELECT sql FROM sqlite_master WHERE name = 'seat'").fetchall()), 'and gets that column')
    db.close()


def main():
    e = Exam(1, prepare=False, roster=roster(NAME), work_threads=2, rate_api='60000/min burst 6000', rate_account='60000/min burst 6000', rate_sign_in='6000/min burst 600')
    e.sitting(OWN, 1, prepare=False, roster=roster(OWN))
    with e:
        owner = staff(e.d, 'chu', 'scheme-owner')
        clients = {role: staff(e.d, f'mot-{role}', role) for role in ('scheme-owner', 'centre-head', 'proctor', 'auditor', 'adjudicator', 'marker')}
        e.clients += [owner, *clients.values()]
        attempts = {name: {r['ticket']: r['attempt'] for r in owner('GET', f'/api/sittings/{name}/board').json()['rows']} for name in ROOMS}
        check([len(a) for a in attempts.values()] == [8, 4], 'two in each room')
        test_scopes(e, owner, clients, attempts)
        test_heads(e, owner, clients['centre-head'])
    test_rosters(e)
    test_old(e)
    finish()


main()
