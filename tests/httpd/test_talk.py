#!/usr/bin/env python3
"""Proctors and candidates' machines: orders and whether they were shown, calls for help, who left the page, who is absent, kinds of irregularities."""
import json, secrets, time
import database
from daemon import check, finish
from watch import Watcher, daemon, open_sitting, settle
from staff import staff

S = 'dot-1'


def kind(a):
    return a.json()['type'].removeprefix('/problems/')


class Room:
    def __init__(self, d, proctor, room='1'):
        self.d, self.proctor, self.room = d, proctor, room

    def row(self, c):
        settle(self.d)
        return Watcher(self.proctor, S, self.room).poll().rows[c if isinstance(c, int) else c.attempt]

    def act(self, c, name, reason='vì thế', **more):
        attempt = c if isinstance(c, int) else c.attempt
        return self.proctor('POST', f'/api/attempts/{attempt}/acts', {'act': name, **({'reason': reason} if reason else {}), **more})


def say(c, remark, lease='1', **more):
    return c.client()('POST', c.path + '/remarks', {'remark': remark, **more}, **({'X_Lease': lease} if lease else {}))


def details(d, attempt):
    rows = database.rows(d.config['ledger'], 'SELECT body FROM event WHERE attempt = ? AND kind = 29 ORDER BY seq', attempt)
    return [json.loads(bytes(b)).get('details') for b, in rows]


def test_orders(room, c):
    check(room.row(c)['order']['act'] == 'admit', 'the first order is the admission', room.row(c))
    a = room.act(c, 'pause', 'mất điện')
    row = room.row(c)
    check(a.status == 200 and row['order'] == {'act': 'pause', 'seq': a.json()['seq'], 'atMs': a.json()['atMs']}, 'a pause is on its way', row)
    seen = c.client()('GET', c.path).json()
    check(seen['state'] == 'paused' and seen['seq'] == a.json()['seq'] and seen['order'] == {'act': 'pause', 'seq': seen['seq'], 'atMs': a.json()['atMs']}, 'the machine asks, and learns its number', seen)
    b = say(c, 'told', seq=seen['seq'])
    row = room.row(c)
    check(b.status == 200 and b.json()['seq'] == seen['seq'] + 1 and row['order']['toldMs'] == b.json()['atMs'] >= row['order']['atMs'], 'its page has shown it: the proctor sees when', row)
    again = say(c, 'told', seq=seen['seq'])
    check(again.status == 200 and again.json().get('again') and again.json()['seq'] == 0 and c.client()('GET', c.path).json()['seq'] == seen['seq'] + 1, 'the same again stores nothing', again)
    room.act(c, 'extend', minutes=5)
    a = room.act(c, 'resume', 'có điện')
    check('toldMs' not in room.row(c)['order'] and room.row(c)['order']['act'] == 'resume', 'a newer order has not arrived yet')
    say(c, 'told', seq=a.json()['seq'] - 1)
    check('toldMs' not in room.row(c)['order'], 'what was shown before it is not it')
    say(c, 'told', seq=10**6)
    check('toldMs' not in room.row(c)['order'], 'nor an event that has not been')
    say(c, 'told', seq=a.json()['seq'])
    check(room.row(c)['order']['toldMs'] > 0, 'then it has')
    before = room.row(c)['order']
    room.act(c, 'note')
    check(room.row(c)['order'] == before, 'a note is for staff only, and no order')


def test_help(room, c):
    for about in ('machine', 'question', 'network', 'account', 'health', 'other'):
        a = say(c, 'help', about=about)
        row = room.row(c)
        check(a.status == 200 and row['help'] == {'about': about, 'atMs': a.json()['atMs']}, f'help: {about}', row)
    say(c, 'help-over')
    check('help' not in room.row(c), 'it is taken back')
    say(c, 'help', lease=None, about='health')
    check('help' in room.row(c), 'a page that says nothing of its tab calls, too')
    a = room.act(c, 'helped', None)
    check(a.status == 200 and 'help' not in room.row(c), 'a proctor has helped', a)
    say(c, 'help', about='machine')
    room.act(c, 'end')
    check('help' not in room.row(c), 'after the end nobody waits for help')
    check(say(c, 'help', about='machine').status == 200, 'who has ended may call')


def test_away(room, c):
    for losses, ms, full in ((1, 1200, 0), (2, 4200, 1), (2, 4200, 1)):
        say(c, 'focus', losses=losses, ms=ms, fullscreen=full)
    row = room.row(c)
    check(row['away'] == 3 and row['awaySeconds'] == 5, 'how often the page was left, and for how long; the same total twice counts once', row)
    room.act(c, 'unbind', 'hỏng máy')
    a = c.client()('POST', c.path + '/lease')
    check(a.status == 200 and room.row(c)['flags'] == ['moved'], 'it is loaded again', a)
    say(c, 'focus', lease='2', losses=1, ms=1000, fullscreen=0)
    row = room.row(c)
    check(row['away'] == 4 and row['awaySeconds'] == 6, 'a page that is loaded again goes on', row)
    check(say(c, 'device', lease='2', text='Chromium 156, IndexedDB, 1366×768').status == 200 and room.row(c)['state'] == 'started', 'what the machine is')


def test_refused(room, c, other, d):
    for what, body in (('no remark', {}), ('one that is none', {'remark': 'dance'}), ("a proctor's", {'remark': 'incident'}), ('told without a number', {'remark': 'told'}),
                       ('told of event 0', {'remark': 'told', 'seq': 0}), ('help with nothing', {'remark': 'help'}), ('help with something else', {'remark': 'help', 'about': 'love'}),
                       ('help-over with more', {'remark': 'help-over', 'about': 'machine'}), ('focus for less than nothing', {'remark': 'focus', 'losses': 1, 'ms': -1, 'fullscreen': 0}),
                       ('focus for more than a day', {'remark': 'focus', 'losses': 1, 'ms': 86400001, 'fullscreen': 0}), ('focus without totals', {'remark': 'focus', 'ms': 1}), ('a device of 201 letters', {'remark': 'device', 'text': 'x' * 201}),
                       ('a device of two lines', {'remark': 'device', 'text': 'a\nb'}), ('another member', {'remark': 'help', 'about': 'machine', 'x': 1})):
        a = c.client()('POST', c.path + '/remarks', body)
        check(a.status == 422 and kind(a) == 'invalid', f'{what}: {a.status}', a)
    a = c.client()('POST', other.path + '/remarks', {'remark': 'help', 'about': 'machine'})
    check(a.status == 403, "another's attempt", a)
    a = say(c, 'help', lease='9', about='machine')
    check(a.status == 409 and kind(a) == 'other-tab', 'a tab that has no lease', a)
    forged = dict(c.client().fields)
    c.client().fields['X-CSRF-Token'] = '0' * 64
    check(say(c, 'help', about='machine').status == 403, 'another site')
    c.client().fields = forged
    check('help' not in room.row(c), 'none of these did anything')


def test_attendance(room, wait):
    check(room.act(wait, 'absent', None).status == 200 and room.row(wait)['flags'] == ['absent'], 'nobody came', room.row(wait))
    a = room.act(wait, 'admit', None, identity='card')
    check(a.status == 200 and 'flags' not in room.row(wait) and room.row(wait)['state'] == 'admitted', 'and then he did', room.row(wait))
    for what, more in (('identity of a note', {'act': 'note', 'reason': 'x', 'identity': 'card'}), ('one that is none', {'act': 'admit', 'identity': 'x'}),
                       ('a category of a pause', {'act': 'pause', 'reason': 'x', 'category': 'other'}), ('one that is none', {'act': 'incident', 'reason': 'x', 'category': 'x'})):
        check(room.proctor('POST', f'/api/attempts/{wait}/acts', more).status == 422, what)


def test_kinds(room, c, d):
    for category in ('environment.power', 'examinee.illness', 'personnel.error', 'technical.freezing', 'question.image', 'other'):
        a = room.act(c, 'incident', 'mất điện 2 phút', category=category)
        check(a.status == 200 and details(d, c.attempt)[-1] == {'category': category, 'remark': 'incident'}, category, a)
    key = secrets.token_hex(8)
    two = [room.act(c, 'incident', 'một lần', category='other', key=key) for _ in range(2)]
    check([bool(t.json().get('again')) for t in two] == [False, True], 'the same form twice is one irregularity')
    sitting = f'/api/sittings/{S}/acts'
    a = room.proctor('POST', sitting, {'act': 'incident', 'reason': 'cả phòng mất điện', 'room': '1', 'category': 'environment.power'})
    number = a.json().get('attempt') if a.status == 200 else 0
    check(a.status == 200 and details(d, number)[-1] == {'category': 'environment.power', 'remark': 'incident', 'room': '1'}, "a room's proctor reports of his room", a)
    check(room.proctor('POST', sitting, {'act': 'note', 'reason': 'x', 'room': '2'}).status == 404, 'of no other')
    check(room.proctor('POST', sitting, {'act': 'note', 'reason': 'x'}).status == 404, 'nor of the whole sitting')
    check(room.proctor('POST', sitting, {'act': 'close', 'reason': 'x', 'room': '1'}).status == 403, 'and does nothing else in it')


def test_silent(room, c, d):
    """PRESENCE_QUIET_S is 30: what is looked at here is that whoever asks is not silent, and the shape."""
    c.client()('GET', c.path)
    a = room.proctor('GET', f'/api/sittings/{S}/board?room=1').json()
    check(a['silent'] == [] and a['waiting'] == [], 'a machine that asks is not silent', a)
    whole = staff(d, 'all', f'proctor@sitting:{S}')('GET', f'/api/sittings/{S}/board').json()
    check('silent' not in whole, 'of a whole sitting nothing is said')


def main():
    d = daemon(board_step_ms=20)
    candidates, waiting = open_sitting(d, S, 6, 2, 2)
    with d:
        settle(d)
        room = Room(d, staff(d, 'one', f'proctor@sitting:{S}/room:1'))
        one, two, three = (c for i, c in enumerate(candidates) if i % 2 == 0)
        test_orders(room, one)
        test_away(room, two)
        test_refused(room, two, three, d)
        test_kinds(room, two, d)
        test_help(room, three)
        test_attendance(room, waiting[0])
        test_silent(room, one, d)
    finish()


main()
