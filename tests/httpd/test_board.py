#!/usr/bin/env python3
"""Staff: sittings in scope, acts and their refusals, the board by snapshot, by deltas, by streams; kill -9. --pgsql: the same on PostgreSQL, and two nodes."""
import os, random, re, secrets, signal, subprocess, time
import database
from daemon import BUILD, Daemon, check, finish, skip
from watch import Stream, Watcher, daemon, gauge, open_sitting, settle, wait_for
from staff import sign_in, staff

S = 'dot-1'


def kind(a):
    return a.json()['type'].removeprefix('/problems/')


def act(c, attempt, name, reason='vì thế', **more):
    body = {'act': name, **more}
    if reason:
        body['reason'] = reason
    return c('POST', f'/api/attempts/{attempt}/acts', body)


def on_sitting(c, name, sitting=S, reason='vì thế', **more):
    return c('POST', f'/api/sittings/{sitting}/acts', {'act': name, 'reason': reason, **more})


def test_scopes(d, who, candidates, waiting):
    by = {(i + 1): a for i, a in enumerate([c.attempt for c in candidates] + waiting)}
    in_one, in_two = by[1], by[2]
    for name, sees in (('owner', ['1', '2', '3']), ('auditor', ['1', '2', '3']), ('all', ['1', '2', '3']), ('one', ['1']), ('two', ['1', '2']), ('other', None), ('centre', None), ('prefix', None)):
        listed = who[name]('GET', '/api/sittings').json()['sittings']
        found = next((s for s in listed if s['name'] == S), None)
        check((found and [r['name'] for r in found['rooms']]) == sees, f'{name} sees the rooms {sees}', listed)
        if found:
            check(found['attempts'] == sum(r['attempts'] for r in found['rooms']) and sum(found['states'].values()) == found['attempts'], f'  and counts of those: {found["attempts"]}', found)
        a = who[name]('GET', f'/api/sittings/{S}')
        check(a.status == (200 if sees else 404) and (not sees or {k: v for k, v in a.json().items() if k != 'nowMs'} == {k: v for k, v in found.items() if k != 'nowMs'}),
              f'  one sitting: {a.status}', a)
        whole = who[name]('GET', f'/api/sittings/{S}/board')
        check(whole.status == (200 if sees and len(sees) == 3 else 404), f'  all of the board: {whole.status}', whole)
        for room in ('1', '2', '3', '4'):
            a = who[name]('GET', f'/api/sittings/{S}/board?room={room}')
            check(a.status == (200 if sees and room in sees else 404), f'  room {room}: {a.status}', a)
            if a.status == 200:
                check({r['room'] for r in a.json()['rows']} == {room}, '    rows of that room only')
            s = Stream(who[name], S, room).open()
            check(s.status == a.status, f'    and its stream: {s.status}')
            s.close()
    # Another room's attempt is as one that does not exist.
    missing, others = act(who['one'], 999999, 'admit', None), act(who['one'], in_two, 'pause')
    same = {k: v for k, v in missing.json().items() if k != 'requestId'}
    check(missing.status == 404 and {k: v for k, v in others.json().items() if k != 'requestId'} == same, "another room's attempt is answered as one that is not there", others)
    check(act(who['other'], in_one, 'pause').status == 404 and act(who['centre'], in_one, 'pause').status == 404, "so is another sitting's")
    for path in ('x', '0', '-1', '1e3', '99999999999999999999', '9223372036854775807'):
        check(act(who['owner'], path, 'admit', None).status == 404, f'attempt {path}')
    check(act(who['auditor'], in_one, 'pause').status == 403, 'an auditor sees and does nothing')
    check(act(candidates[0].client(), in_one, 'pause').status == 403, 'a candidate does nothing of this')
    c, _ = sign_in(d, 'nobody', 'x' * 12)
    check(act(c, in_one, 'pause').status == 401, 'nor the public')
    check(on_sitting(who['one'], 'note').status == 404 and on_sitting(who['all'], 'close').status == 403 and on_sitting(who['owner'], 'note', 'dot-9').status == 404,
          "a room's proctor does nothing to the sitting, its own proctor does not close it")


def test_acts(d, who, candidates, waiting):
    one = candidates[0]
    c = who['all']
    row = lambda: Watcher(c, S).poll().rows[one.attempt]

    def told(a, name, detail=''):
        settle(d)
        return check(a.status == 200 and a.json()['attempt'] and len(a.json()['receipt']['signature']) == 128, name, f'{a} {detail}')

    told(one.save(0), 'a save')
    check(row()['answered'] == 1 and row()['of'] == 5 and row()['state'] == 'started' and row()['lastSeenMs'] > 0 and 'flags' not in row(), 'is on the board', row())
    one.save(0, None), one.save(1, 'B')
    settle(d)
    check(row()['answered'] == 1, 'an answer that is taken back is none', row())
    for name in ('pause', 'dismiss', 'unbind', 'end', 'reopen', 'note', 'incident'):
        a = act(who['owner'], one.attempt, name, None)
        check(a.status == 422 or (a.status == 409 and name in ('dismiss', 'reopen')), f'{name} without a reason: {a.status}', a)
    for what, body in (('an act that is none', {'act': 'dance'}), ('save', {'act': 'save', 'reason': 'x'}), ('start', {'act': 'start'}), ('no act', {'reason': 'x'}),
                       ('a reason of control characters', {'act': 'pause', 'reason': 'a\nb'}), ('an empty reason', {'act': 'pause', 'reason': ''}),
                       ('a reason of 501 characters', {'act': 'pause', 'reason': 'x' * 501}), ('minutes of a pause', {'act': 'pause', 'reason': 'x', 'minutes': 1}),
                       ('extend without minutes', {'act': 'extend', 'reason': 'x'}), ('extend by 0', {'act': 'extend', 'reason': 'x', 'minutes': 0}),
                       ('extend by more than a week', {'act': 'extend', 'reason': 'x', 'minutes': 10081}), ('extend by less', {'act': 'extend', 'reason': 'x', 'minutes': -5}),
                       ('a key of 15 digits', {'act': 'pause', 'reason': 'x', 'key': '0' * 15}), ('another member', {'act': 'pause', 'reason': 'x', 'author': 'y'})):
        a = c('POST', f'/api/attempts/{one.attempt}/acts', body)
        check(a.status == 422, f'{what}: {a.status}', a)
    check(row()['state'] == 'started', 'none of these did anything')
    key = secrets.token_hex(8)
    told(act(c, one.attempt, 'pause', 'mất điện', key=key), 'pause')
    check(row()['state'] == 'paused' and 0 < row()['leftMs'] <= 120 * 60000 and 'deadlineMs' not in row(), 'its time stands still', row())
    a = one.save(2)
    check(a.status == 409 and kind(a) == 'attempt-state', 'nothing is saved meanwhile', a)
    a = act(c, one.attempt, 'pause', 'mất điện', key=key)
    check(a.status == 200 and a.json()['again'], 'the same act with the same key is not done again', a)
    a = act(c, one.attempt, 'pause', 'mất điện')
    check(a.status == 409 and kind(a) == 'attempt-state', 'another one is refused by the state', a)
    before = row()['leftMs']
    told(act(c, one.attempt, 'extend', 'mất điện', minutes=7), 'extend')
    check(row()['leftMs'] == before + 7 * 60000 and row()['flags'] == ['extended'], 'by 7 minutes', row())
    told(act(c, one.attempt, 'resume', 'có điện'), 'resume')
    check(row()['state'] == 'started' and row()['deadlineMs'] > 0, 'its time runs', row())
    told(act(c, one.attempt, 'unbind', 'hỏng máy'), 'unbind')
    told(act(c, one.attempt, 'note', 'ra ngoài 2 phút'), 'note')
    told(act(c, one.attempt, 'incident', 'mang điện thoại'), 'incident')
    told(act(c, one.attempt, 'note', 'x' * 500), 'a note of 500 characters')
    check(row()['flags'] == ['extended', 'move-allowed', 'note', 'incident'], 'flags of what happened', row())
    wait = waiting[0]
    a = act(c, wait, 'pause')
    check(a.status == 409 and kind(a) == 'attempt-state', 'who has not started is not paused', a)
    told(act(c, wait, 'admit', None), 'admit')
    told(act(c, wait, 'dismiss', 'nhầm người'), 'dismiss')
    told(act(c, wait, 'admit', None), 'admit again')
    told(act(c, one.attempt, 'end', 'vi phạm'), 'end')
    a = one.save(3)
    check(a.status == 409 and kind(a) == 'attempt-state', 'then nothing is saved', a)
    check(act(c, one.attempt, 'reopen').status == 403, 'a proctor does not open it again')
    told(act(who['owner'], one.attempt, 'reopen', 'nhầm'), 'a scheme owner does')
    told(act(c, one.attempt, 'resume', 'làm tiếp'), 'and it goes on')
    check(one.save(3).status == 200, 'with saves')
    for name in ('appeal', 'finalise'):
        a = act(who['owner'], one.attempt, name)
        check(a.status == 409 and kind(a) == 'attempt-state', f'{name} before there is a result', a)
    events = database.rows(d.config['ledger'], 'SELECT body FROM event WHERE attempt = ? AND kind = 18', one.attempt)
    body = events[0][0] if isinstance(events[0][0], bytes) else bytes.fromhex(str(events[0][0]))
    check(c.account.encode() in body and 'mất điện'.encode() in body, 'the event says who and why')
    forged = {**c.fields}
    c.fields['X-CSRF-Token'] = '0' * 64
    check(act(c, one.attempt, 'pause').status == 403, 'an act of another site')
    c.fields = forged


def test_sitting_acts(d, who, candidates):
    o = who['owner']
    before = o('GET', f'/api/sittings/{S}').json()
    watcher = Watcher(o, S).poll()
    a = on_sitting(o, 'window', closesMs=before['closesMs'] + 60000, startUntilMs=before['startUntilMs'] - 60000)
    settle(d)
    after = o('GET', f'/api/sittings/{S}').json()
    check(a.status == 200 and after['closesMs'] == before['closesMs'] + 60000 and after['startUntilMs'] == before['startUntilMs'] - 60000 and after['opensMs'] == before['opensMs'],
          'the window changes', a)
    cursor = watcher.cursor
    watcher.poll()
    check(watcher.header['closesMs'] == after['closesMs'] and watcher.rows == Watcher(o, S).poll().rows and watcher.cursor != cursor, 'who watches is told', watcher.header)
    a = on_sitting(o, 'window')
    check(a.status == 422 and 'closesMs' in a.json()['errors'][0]['detail'], 'a window without any time is none', a.json())
    a = on_sitting(o, 'window', closesMs=1)
    check(a.status == 422 and kind(a) == 'invalid', 'a window that closes before it opens', a)
    a = on_sitting(o, 'window', opensMs=after['nowMs'] + 3600000)
    settle(d)
    check(a.status == 200 and o('GET', f'/api/sittings/{S}').json()['opensMs'] == after['nowMs'] + 3600000, 'it opens in an hour')
    a = on_sitting(o, 'open')
    settle(d)
    now = o('GET', f'/api/sittings/{S}').json()
    check(a.status == 200 and now['opensMs'] <= now['nowMs'], 'open: now', now)
    for what, body in (('no reason', {'act': 'close'}), ('times of another act', {'act': 'note', 'reason': 'x', 'opensMs': 5}), ('a jump of another act', {'act': 'note', 'reason': 'x', 'jumpMs': 5}),
                       ('hold-confirm without a jump', {'act': 'hold-confirm', 'reason': 'x'}), ('a negative jump', {'act': 'hold-confirm', 'reason': 'x', 'jumpMs': -1}),
                       ('an act of attempts', {'act': 'pause', 'reason': 'x'})):
        a = o('POST', f'/api/sittings/{S}/acts', body)
        check(a.status == 422, f'{what}: {a.status}', a)
    a = on_sitting(o, 'hold-confirm', jumpMs=1000)
    check(a.status == 409 and kind(a) == 'conflict', 'the clock is not held', a)
    check(on_sitting(who['head'], 'hold-confirm', jumpMs=1000).status == 403, 'nor confirmed by who has the right here only')
    check(on_sitting(who['head'], 'note').status == 200 and on_sitting(who['all'], 'incident').status == 200, 'notes of the sitting')
    a = on_sitting(o, 'close')
    check(a.status == 409 and kind(a) == 'attempt-state', 'a sitting where somebody is working is not closed', a)


def test_property(d, who, candidates, waiting):
    """Whoever applies deltas only has what a snapshot has, at any time, in any room."""
    rng = random.Random(5)
    o = who['owner']
    watchers = [Watcher(who['all'], S), Watcher(who['one'], S, '1'), Watcher(o, S, '2'), Watcher(o, S, '3')]
    streams = [Stream(who['all'], S).open(), Stream(who['one'], S, '1').open(), Stream(o, S, '2').open()]
    names = ['admit', 'dismiss', 'pause', 'resume', 'extend', 'note', 'incident', 'unbind', 'end', 'reopen']
    attempts = [c.attempt for c in candidates] + waiting
    good = 0
    for turn in range(160):
        if rng.random() < 0.5:
            good += rng.choice(candidates).save(rng.randrange(5), rng.choice(['A', 'B', None])).status == 200
        else:
            name = rng.choice(names)
            good += act(o, rng.choice(attempts), name, minutes=rng.randrange(1, 9) if name == 'extend' else None).status == 200 if name == 'extend' else \
                act(o, rng.choice(attempts), name).status == 200
        if rng.random() < 0.1:
            rng.choice(watchers).poll()
        if turn == 80:
            on_sitting(o, 'window', closesMs=o('GET', f'/api/sittings/{S}').json()['closesMs'] + 1000)
        if turn in (40, 120):  # a stream that is lost goes on where it was
            s = streams[turn // 80]
            s.read(lambda s: s.rows)
            s.close()
            s.open()
    settle(d)
    fresh = {w.room: Watcher(w.client, S, w.room[5:] or None).poll() for w in watchers}
    for w in watchers:
        first = w.resets
        w.poll()
        check(w.rows == fresh[w.room].rows and w.resets <= 1 and w.cursor == fresh[w.room].cursor,
              f'after {good} acts the deltas of {w.room or "all"} are the snapshot ({len(w.rows)} rows, {first} beginning)',
              {k: (v, fresh[w.room].rows.get(k)) for k, v in w.rows.items() if v != fresh[w.room].rows.get(k)})
    for s in streams:
        same = s.read(lambda s: s.rows == fresh[s.room].rows and s.cursor == fresh[s.room].cursor)
        check(same and s.resets == 1, f'so are those of the stream of {s.room or "all"}: {len(s.events)} events',
              {k: (v, fresh[s.room].rows.get(k)) for k, v in s.rows.items() if v != fresh[s.room].rows.get(k)})
        s.close()
    everybody = {a for w in watchers[1:] for a in w.rows}
    check(everybody == set(watchers[0].rows) and len(everybody) == len(attempts), 'the rooms together are the sitting')
    return watchers


def test_moves(d, who, attempt, name):
    """An attempt that gets another seat leaves the board of one room and comes onto that of another. By the file that offices change rosters with."""
    one, two = Watcher(who['owner'], S, '1').poll(), Watcher(who['owner'], S, '2').poll()
    d.stop()
    out = subprocess.run([f'{BUILD}/tests/httpd/open_exam', '--move', d.config['ledger'], d.config['ledger_key'], str(attempt), '2', '99'], stderr=subprocess.PIPE, text=True)
    d.start()
    settle(d)
    one.poll(), two.poll()
    check(out.returncode == 0 and attempt not in one.rows and two.rows.get(attempt, {}).get('seat') == '99', 'an attempt that moves leaves one board and comes onto the other', (out.stderr, one.rows, two.rows))
    check(one.resets == 1 and two.resets == 1 and one.rows == Watcher(who['owner'], S, '1').poll().rows, 'by deltas, over a restart of the server')
    check(act(who['one'], attempt, 'note').status == 404, 'its old proctor does not see it any more')


def test_nodes(d, o, candidates):
    """What one node writes is on the boards of the other; a cursor of one is good at the other."""
    with Daemon(**{**d.config, 'listen': '127.0.0.1:0', 'stream_s': 60}) as other:
        settle(other, d)
        there = other.client()
        there.cookies, there.fields = o.cookies, o.fields
        s, w = Stream(there, S).open(), Watcher(o, S).poll()
        s.read(lambda s: s.rows)
        check(s.rows == w.rows and s.cursor == w.cursor, 'two nodes have the same board and the same cursor')
        w.client = there
        for n in range(20):
            candidates[n % 6].save(n % 5, 'CD'[n % 2])
        act(o, candidates[0].attempt, 'note')
        settle(other, d)
        here = Watcher(o, S).poll()
        check(s.read(lambda s: s.cursor == here.cursor) and s.rows == here.rows and s.resets == 1, 'a stream of the other node has what this one wrote', s.events)
        check(w.poll().rows == here.rows and w.resets == 1, 'who polled here goes on there')
        database.cluster.stop()
        time.sleep(0.5)
        database.cluster.start()
        check(wait_for(lambda: candidates[1].save(0, 'E').status == 200), 'the server of the database was away, and answers are stored again')
        settle(other, d)
        wait_for(lambda: all(o('GET', f'/api/sittings/{S}').status == 200 for _ in range(6)))  # each thread finds its connection lost once
        here = Watcher(o, S).poll()
        check(s.read(lambda s: s.cursor == here.cursor) and s.rows == here.rows and s.resets == 1, 'the boards of both nodes have found it again', s.events)
        s.close()


def test_cursors(d, who):
    o = who['owner']
    w = Watcher(o, S).poll()
    fine = o('GET', f'/api/sittings/{S}/board?after={w.cursor}').json()
    check(fine['rows'] == [] and 'reset' not in fine and not fine['more'], 'nothing new', fine)
    tag, n, a = w.cursor.split('.')
    other = Watcher(o, S, '1').poll().cursor
    for what, cursor in (('of another room', other), ('of events that are not here', f'{tag}.{int(n) + 1}.{a}'), ('of another sitting', f'00000000.{n}.{a}'), ('no cursor', 'abc'),
                         ('half a one', f'{tag}.{n}'), ('a negative one', f'{tag}.-1.{a}'), ('one with a tail', f'{w.cursor}.1'), ('a number beyond 64 bits', f'{tag}.99999999999999999999.1')):
        got = o('GET', f'/api/sittings/{S}/board?after={cursor}').json()
        check(got.get('reset') and len(got['rows']) == len(w.rows), f'a cursor {what}: begin again', got)
    for bad in ('after=' + 'x' * 61, 'after=a%20b', 'room=' + 'x' * 41, 'room=', 'rom=1', 'room=1&room=2'):
        check(o('GET', f'/api/sittings/{S}/board?{bad}').status == 422, f'?{bad[:20]} is refused')
    check(o('HEAD', f'/api/sittings/{S}/board/stream').status == 200, 'HEAD of a stream is not one')


def restarted(d, watchers):
    for w in watchers:
        w.poll()
    d.stop(signal.SIGKILL)
    d.start()
    settle(d)
    for w in watchers:
        before = dict(w.rows)
        w.poll()
        check(w.rows == before and w.resets == 1, f'cursors outlive kill -9: {w.room or "all"} goes on without a new beginning')


def test_held(d, who, candidates, waiting):
    """The machine was off, and nobody knows how long: staff sees it, and ends the hold with a reason."""
    o, wait = who['owner'], waiting[1]
    if not os.path.exists(f'{BUILD}/tests/httpd/act_exam'):
        skip('no clock is put back by programs that hide what signs it')
        return
    d.stop()
    subprocess.run([f'{BUILD}/tests/httpd/act_exam', '--off', '120', d.config['ledger'], d.config['ledger_key']], check=True)
    d.start()
    settle(d)
    before = o('GET', f'/api/sittings/{S}').json()
    check(7190000 < before.get('heldMs', 0) < 7800000, 'the clock is held', before)
    check(act(o, wait, 'note').status == 200, 'what needs no time is done')
    paused = next((a for a, r in Watcher(o, S).poll().rows.items() if r['state'] == 'paused'), None)
    if paused:
        a = act(o, paused, 'resume')
        check(a.status == 503 and kind(a) == 'clock-held', 'what needs time is not', a)
    a = o('POST', f'/api/sittings/{S}/acts', {'act': 'hold-confirm', 'reason': 'mất điện', 'jumpMs': 366 * 86400000 + 1})
    check(a.status == 422, 'more than a year is no jump', a)
    check(on_sitting(who['head'], 'hold-confirm', jumpMs=60000).status == 403, 'a right of this sitting is not enough')
    a = on_sitting(o, 'hold-confirm', reason='mất điện 1 phút', jumpMs=60000)
    after = o('GET', f'/api/sittings/{S}').json()
    check(a.status == 200 and a.json()['state'] == 'sitting-open' and a.json()['seq'] > 1 and 'heldMs' not in after, 'the hold is ended', (a, after))
    check(on_sitting(o, 'hold-confirm', jumpMs=60000).status == 409, 'once')
    body = database.rows(d.config['ledger'], 'SELECT body FROM event WHERE kind = 4 ORDER BY n DESC LIMIT 1')[0][0]
    check(o.account.encode() in body and 'mất điện'.encode() in body, 'an event says who and why')


def test_close(d, who, candidates):
    o = who['owner']
    for c in candidates:
        act(o, c.attempt, 'end')
    s = Stream(o, S).open()
    s.read(lambda s: s.rows)
    a = on_sitting(o, 'close')
    check(a.status == 200, 'a sitting is closed', a)
    check(s.read(lambda s: 'closed' in s.events) and s.event() is None, 'its streams end')
    settle(d)
    check(o('GET', f'/api/sittings/{S}').status == 404 and o('GET', f'/api/sittings/{S}/board').status == 404 and S not in str(o('GET', '/api/sittings').body), 'it has no board any more')
    check(act(o, candidates[0].attempt, 'extend', minutes=1).status == 404 and act(o, candidates[0].attempt, 'note').status == 200, 'nobody gets time in it; remarks are still taken')
    check(gauge(d, 'bangvang_board_rows') == 4, 'its rows are gone')


def test_unreadable(d):
    """Somebody has written into the log what is no event: nothing may be decided, shown or started by such a log, until it is as it was."""
    last = database.rows(d.config['ledger'], 'SELECT max(n) FROM event')[0][0]
    database.rows(d.config['ledger'], 'INSERT INTO event(n, sitting, attempt, seq, at, kind, prev, body, hash) SELECT n + 1, sitting, attempt, seq + 1, at, 99, n, '
                  "/*body*/, hash FROM event ORDER BY n DESC LIMIT 1".replace('/*body*/', "''::bytea" if database.PGSQL else "x''"))
    check(d.process.wait(30) != 0, 'the server ends')
    check(re.search('^.*level=error.*event=ledger-stopped.*$', d.log(), re.M), 'its log says why', d.log()[-500:])
    try:
        d.start()
        check(False, 'it does not start again')
    except RuntimeError as e:
        check(f'event {last + 1}' in str(e), 'and it does not start again, naming it', str(e)[-500:])
    database.rows(d.config['ledger'], f'DELETE FROM event WHERE n > {last}')
    d.start()
    check(d.client()('GET', '/healthz').status == 200, 'until that is out of the log')


def main():
    d = daemon(board_step_ms=20, work_threads=2)
    candidates, waiting = open_sitting(d, S, 6, 3, 3)
    open_sitting(d, 'dot-2', 0, 4, 2)
    with d:
        settle(d)
        who = {'owner': staff(d, 'owner', 'scheme-owner'), 'auditor': staff(d, 'auditor', 'auditor'), 'all': staff(d, 'all', f'proctor@sitting:{S}'),
               'one': staff(d, 'one', f'proctor@sitting:{S}/room:1'), 'two': staff(d, 'two', f'proctor@sitting:{S}/room:1', f'proctor@sitting:{S}/room:2'),
               'other': staff(d, 'other', 'proctor@sitting:dot-2'), 'centre': staff(d, 'centre', 'proctor@centre:HN01'),
               'prefix': staff(d, 'prefix', 'proctor@sitting:dot', f'proctor@sitting:{S}/room', f'auditor@sitting:{S}/room:'), 'head': staff(d, 'head', f'centre-head@sitting:{S}')}
        test_scopes(d, who, candidates, waiting)
        test_acts(d, who, candidates, waiting)
        test_sitting_acts(d, who, candidates)
        watchers = test_property(d, who, candidates, waiting)
        if database.PGSQL:
            test_nodes(d, who['owner'], candidates)
        test_cursors(d, who)
        restarted(d, watchers)
        test_moves(d, who, waiting[0], 'moved')
        test_held(d, who, candidates, waiting)
        test_close(d, who, candidates)
        test_unreadable(d)
    finish()


main()
