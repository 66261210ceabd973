#!/usr/bin/env python3
"""The list of candidates over HTTP: faults by line, a look before, the same again, rights of a centre; codes and sheets on paper."""
import json, re, shutil, subprocess
import database
from daemon import check, finish, skip
from exam import NAME, Exam
from staff import staff
from watch import Watcher, settle

PATH = f'/api/sittings/{NAME}'


def bring(c, rows, dry=False):
    return c('POST', f'{PATH}/roster', {'dry': dry, 'rows': [{'line': i + 2, **r} for i, r in enumerate(rows)]})


def person(i, **more):
    return {'room': 'B', 'seat': str(i), 'name': f'Lê Văn {chr(65 + i)}', 'personalId': f'0011900{i:05d}', 'birth': '1980-02-29', 'unit': 'UBND', **more}


def events(e):
    return database.rows(e.ledger, 'SELECT count(*) FROM event')[0][0]


def test_import(e, d, head):
    before = events(e)
    rows = [person(i) for i in range(4)] + [{'room': 'B', 'seat': '9', 'ticket': 'TU-DO-1', 'extraPercent': '25'}]
    a = bring(head, rows, dry=True)
    check(a.status == 200 and a.json() == {'done': False, 'rows': 5, 'added': 5, 'changed': 0, 'same': 0, 'absent': 2, 'faultCount': 0, 'faults': [], 'changes': []}, 'a look before', a)
    check(events(e) == before, 'does nothing')
    a = bring(head, rows)
    check(a.status == 200 and a.json()['done'] and a.json()['added'] == 5, 'they are added', a)
    settle(d)
    board = Watcher(head, NAME, 'B').poll().rows
    check(len(board) == 5 and {r['seat'] for r in board.values()} == {'0', '1', '2', '3', '9'}, 'and are on the board', board)
    check(next(r for r in board.values() if r['seat'] == '9')['flags'] == ['accommodation'], 'with their extra time')
    now = events(e)
    a = bring(head, rows)
    check(a.json()['same'] == 5 and not a.json()['added'] and events(e) == now, 'the same list again changes nothing', a)
    names = head('POST', f'{PATH}/rooms/B/persons', {'reason': 'điểm danh'}).json()['persons']
    check(sorted(p['name'] for p in names) == [f'Lê Văn {c}' for c in 'ABCD'] and names[0]['birth'] == '1980-02-29', 'their names are kept', names)
    body = b''.join(bytes(b) for b, in database.rows(e.ledger, 'SELECT body FROM event'))
    check('Lê Văn'.encode() not in body and b'00119' not in body, 'and are not in the ledger')
    rows[0]['seat'] = '7'
    a = bring(head, rows, dry=True)
    check(a.json()['changed'] == 1 and a.json()['changes'] == [{'line': 2, 'ticket': a.json()['changes'][0]['ticket'], 'field': 'seat', 'from': '0', 'to': '7'}], 'another seat is a change, told by its line', a)
    check(bring(head, rows).json()['changed'] == 1, 'which is made')


def test_faults(e, head):
    before, people = events(e), len(head('POST', f'{PATH}/rooms/B/persons', {'reason': 'x'}).json()['persons'])
    for what, row, field, why in (('an id of 11 digits', person(20, personalId='00119000002'), 'personalId', 'form'), ('a day that is none', person(20, birth='1981-02-29'), 'birth', 'form'),
                                  ('no name', person(20, name=''), 'name', 'empty'), ('no room', person(20, room=''), 'room', 'empty'), ('a room with an accent', person(20, room='Phòng'), 'room', 'form'),
                                  ('a seat that is taken', person(20, seat='9'), 'seat', 'taken'), ('extra time of a word', person(20, extraPercent='x'), 'extraPercent', 'form'),
                                  ('a name that turns', person(20, name='A\u202eB'), 'name', 'form'), ('a ticket with a space', person(20, ticket='A B'), 'ticket', 'form'),
                                  ('a support that is none', person(20, pnp='loud'), 'pnp', 'feature'), ('a setting that is none', person(20, pnp='spoken:speed=2'), 'pnp', 'setting'),
                                  ('time among supports', person(20, pnp='additional-testing-time'), 'pnp', 'elsewhere'), ('time that is in the ledger', {'room': 'B', 'seat': '9', 'ticket': 'TU-DO-1'}, 'extraPercent', 'time')):
        a = bring(head, [person(1), row])
        said = a.json()['faults'] if a.status == 200 else []
        check(a.status == 200 and not a.json()['done'] and [(f['line'], f.get('field'), f['why']) for f in said] == [(3, field, why)], f'{what}: line 3, {field}, {why}', a)
    a = bring(head, [person(21), person(22, personalId=person(21)['personalId'])])
    said = a.json()['faults']
    check(not a.json()['done'] and [(f['line'], f['field'], f['why'], f['other']) for f in said] == [(3, 'ticket', 'twice', 2)], 'one person twice', a)
    a = bring(head, [person(21, room='B', seat='30'), person(22, seat='30')])
    check(not a.json()['done'] and [(f['line'], f['field'], f['why'], f['other']) for f in a.json()['faults']] == [(3, 'seat', 'twice', 2)], 'one seat twice', a)
    a = bring(head, [person(1, ticket='KHAC')])
    check([(f['field'], f['why']) for f in a.json()['faults']] == [('ticket', 'taken')], 'another ticket for somebody who has one', a)
    after = len(head('POST', f'{PATH}/rooms/B/persons', {'reason': 'x'}).json()['persons'])
    check(after == people and events(e) == before + 2, 'where there is a fault nothing is done')  # two readings
    for body in ({}, {'dry': True, 'rows': []}, {'dry': 'x', 'rows': [{'line': 1}]}, {'dry': True, 'rows': [{}]}, {'dry': True, 'rows': [{'line': 2, 'note': 'x'}]}, {'dry': True, 'rows': [{'line': 2, 'room': 5}]}):
        check(head('POST', f'{PATH}/roster', body).status == 422, f'{str(body)[:60]} is refused')


def test_scope(d, who, head):
    a = bring(who['centre'], [person(40, room='H1', seat='1', centre='HN01')])
    check(a.status == 200 and a.json()['done'], 'a head of a centre brings candidates of its rooms', a)
    a = bring(who['centre'], [person(41, room='H1', seat='2', centre='HN01'), person(42, room='B', seat='50')])
    check(a.status == 200 and not a.json()['done'] and [(f['line'], f['why']) for f in a.json()['faults']] == [(3, 'scope')], 'of no others', a)
    settle(d)
    ticket = next(r['ticket'] for r in Watcher(head, NAME, 'B').poll().rows.values() if r['seat'] == '9')
    a = bring(who['centre'], [{'ticket': ticket, 'room': 'H1', 'seat': '3', 'centre': 'HN01'}])
    check(a.status == 404, 'and takes nobody from elsewhere', a)
    check(bring(who['centre'], [person(42, seat='50')]).status == 404 and bring(who['other'], [person(43, seat='51')]).status == 404, 'where it has no right the sitting is not there')
    check(bring(who['proctor'], [person(43)]).status == 403, 'a proctor brings nobody')


def text_of(pdf):
    return subprocess.run(['pdftotext', '-raw', '-', '-'], input=pdf, stdout=subprocess.PIPE, check=True).stdout.decode() if shutil.which('pdftotext') else None


def test_paper(e, d, who, head):
    a = head('POST', f'{PATH}/codes', {'room': 'B'})
    check(a.status == 200 and a.field('Content-Type') == 'application/pdf' and a.field('Cache-Control') == 'no-store', 'codes on paper', a)
    text = text_of(a.body)
    if text is None:
        skip('pdftotext (poppler-utils) is not here')
    else:
        codes = re.findall(r'\b([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})\b', text)
        check(len(codes) == 5 and len(set(codes)) == 5, 'one for each of the room', text)
        row = next(line for line in text.split('\n') if 'TU-DO-1' in line)
        e.sheets[NAME]['TU-DO-1'] = re.search(r'([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})', row)[1]
        check(e.enter('TU-DO-1').entry.status == 201, 'and it lets him in')
    b = head('POST', f'{PATH}/codes', {'room': 'B'})
    check(b.status == 409, 'they are told once', b)
    c = head('POST', f'{PATH}/codes', {'room': 'B', 'again': True})
    check(c.status == 200 and (text is None or not set(re.findall(r'[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}', text_of(c.body))) & set(codes)), 'again: new ones', c)
    check(text is None or e.enter('TU-DO-1').entry.status in (401, 403), 'the old ones are worth nothing')
    check([who[n]('POST', f'{PATH}/codes', {'room': 'B', 'again': True}).status for n in ('proctor', 'centre', 'other')] == [403, 404, 404], 'not for proctors, nor for another centre')
    a = who['proctor']('POST', f'{PATH}/rooms/B/sheet', {'names': True})
    text = text_of(a.body) if a.status == 200 else ''
    check(a.status == 200 and (text is None or ('Lê Văn A' in text and '29/02/1980' in text)), 'the sheet on which they sign', a)
    said = json.loads(bytes(database.rows(e.ledger, 'SELECT body FROM event WHERE kind = 30 ORDER BY n DESC LIMIT 1')[0][0]))
    check(said['author'] == who['proctor'].account and said['details'] == {'room': 'B'}, 'that names were read is an event', said)
    b = who['proctor']('POST', f'{PATH}/rooms/B/sheet', {})
    check(b.status == 200 and (text is None or 'Lê Văn A' not in text_of(b.body)), 'or without names')


def main():
    e = Exam(2, roster='ticket,room,seat\nT-00000,A,1\nT-00001,A,2\n')
    e.people(2)
    with e:
        d = e.d
        head = staff(d, 'head', f'centre-head@sitting:{NAME}')
        who = {'proctor': staff(d, 'giam-thi', f'proctor@sitting:{NAME}'), 'centre': staff(d, 'ha-noi', 'centre-head@centre:HN01'), 'other': staff(d, 'khac', 'centre-head@sitting:khac')}
        test_import(e, d, head)
        test_faults(e, head)
        test_scope(d, who, head)
        test_paper(e, d, who, head)
        for c in (head, *who.values()):
            c.close()
    finish()


main()
