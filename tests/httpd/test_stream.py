#!/usr/bin/env python3
"""Streams of the board: their number, their end, who reads slowly, many of them, a reader that never reads."""
import time
from daemon import check, finish
from watch import Stream, Watcher, daemon, gauge, open_sitting, settle, wait_for
from staff import staff

S, LARGE = 'dot-1', 'dot-lon'


def test_life(d, o):
    s = Stream(o, S, '3').open()
    check(s.fields.get('content-type') == 'text/event-stream' and s.fields.get('cache-control') == 'no-store' and s.fields.get('x-request-id'), 'a stream of events', s.fields)
    check(s.read(lambda s: s.rows) and s.resets == 1, 'begins with the whole board')
    begun = time.monotonic()
    check(s.read(lambda s: 'machines' in s.events), f'is sent which machines are silent when it is quiet ({time.monotonic() - begun:.1f} s)')
    whole = Stream(o, S).open()
    check(whole.read(lambda s: s.comments >= 1), 'and of all rooms a comment')
    whole.close()
    wait_for(lambda: gauge(d, 'bangvang_board_streams') == 1)
    more = [Stream(o, S).open() for _ in range(3)]
    over = Stream(o, S).open()
    check([m.status for m in more] == [200] * 3 and over.status == 503, 'a session has four streams and no more', over.status)
    more[0].close()
    check(wait_for(lambda: gauge(d, 'bangvang_board_streams') == 3), 'one that was closed makes room')
    for x in (*more[1:], over, s):
        x.close()


def test_time(d, o):
    s = Stream(o, S, '3').open()
    check(s.read(lambda s: 'again' in s.events) and s.event() is None, 'a stream ends in time, to be asked for with the rights of then', s.events)
    check(wait_for(lambda: gauge(d, 'bangvang_board_streams') == 0), 'and makes room')
    again = s.open()
    check(again.status == 200 and again.read(lambda s: s.events) and s.resets == 1, 'it goes on where it was', again.events)
    again.close()


def test_rights(d):
    """Whoever loses a right, or signs out, sees nothing more on a stream that was open."""
    c = staff(d, 'mot', f'proctor@sitting:{S}')
    s = Stream(c, S).open()
    s.read(lambda s: s.rows)
    owner = staff(d, 'chu', 'scheme-owner')
    a = owner('PUT', f'/api/accounts/{c.account}/roles', {'roles': [{'role': 'proctor', 'scope': f'sitting:{S}/room:1'}]})
    check(a.status == 200 and s.read(lambda s: 'again' in s.events) and s.event() is None, 'other roles end the streams of the account', a)
    check(s.open().status == 404, 'what it has no right to any more is not there')
    s.close()
    room = Stream(c, S, '1').open()
    room.read(lambda s: s.rows)
    check(c('DELETE', '/api/session').status == 204 and room.read(lambda s: 'again' in s.events) and room.event() is None, 'signing out ends them')
    check(room.open().status == 401, 'and they do not come back')
    room.close()


def test_many(d, o, candidates):
    """200 at once: each gets every change."""
    streams = [Stream(o, S, (None, '1', '2', '3')[i % 4]).open() for i in range(200)]
    check({s.status for s in streams} == {200} and gauge(d, 'bangvang_board_streams') == 200, '200 streams')
    begun = time.monotonic()
    for n in range(30):
        candidates[n % 6].save(n % 5, 'AB'[n % 2])
    settle(d)
    fresh = {r: Watcher(o, S, r).poll() for r in (None, '1', '2', '3')}
    same = sum(s.read(lambda s: s.cursor == fresh[s.room[5:] or None].cursor) and s.rows == fresh[s.room[5:] or None].rows for s in streams)
    check(same == 200, f'all have the board after 30 saves ({time.monotonic() - begun:.1f} s, {sum(len(s.events) for s in streams)} events)')
    for s in streams:
        s.close()
    check(wait_for(lambda: (candidates[0].save(0), gauge(d, 'bangvang_board_streams') == 0)[1]), 'and are gone when their readers are')


def test_slow(d, o):
    """Nothing is read for a while: then what there is comes, and a word to poll. Nobody else waits for it."""
    slow, quick = Stream(o, LARGE).open(receive=4096), Stream(o, LARGE).open()
    rows = len(Watcher(o, LARGE).poll().rows)
    quick.read(lambda s: len(s.rows) == rows)
    closes = o('GET', f'/api/sittings/{LARGE}').json()['closesMs']
    for n in range(1, 13):  # each is a change of all rows
        o('POST', f'/api/sittings/{LARGE}/acts', {'act': 'window', 'reason': 'x', 'closesMs': closes + n})
        quick.read(lambda s: s.header['closesMs'] == closes + n)
        cursor = Watcher(o, LARGE).poll().cursor
        quick.read(lambda s: s.cursor == cursor)
    check(quick.cursor == cursor and quick.resets == 1, f'who reads has all of 12 changes of {rows} rows')
    time.sleep(3.3)  # longer than stream_slow_s
    check(slow.read(lambda s: 'poll' in s.events) and slow.event() is None, 'who begins to read late is told to poll', slow.events[-3:])
    w = Watcher(o, LARGE)
    w.rows, w.cursor, w.resets = slow.rows, slow.cursor, slow.resets
    check(w.poll().rows == Watcher(o, LARGE).poll().rows and w.resets == 1, 'and goes on with polls where the stream ended')
    quick.close(), slow.close()


def test_dead(d, o):
    dead, closes = Stream(o, LARGE).open(receive=4096), o('GET', f'/api/sittings/{LARGE}').json()['closesMs']

    def dropped():
        nonlocal closes
        closes += 1  # a change of all rows
        o('POST', f'/api/sittings/{LARGE}/acts', {'act': 'window', 'reason': 'x', 'closesMs': closes})
        return gauge(d, 'bangvang_board_streams') == 0
    check(wait_for(dropped), 'who never reads is dropped')
    dead.close()


def test_drain(d, o):
    s = Stream(o, S).open()
    s.read(lambda s: s.rows)
    check(d.stop() == 0 and 'unfinished=0' in d.log(), 'SIGTERM ends the streams too')
    s.read(lambda s: s.ended)
    check(s.ended and s.events[-1] == 'again', 'each with a word to come again', s.events)


def main():
    d = daemon(stream_beat_s=1, stream_s=60, board_step_ms=20, work_threads=2)
    candidates, _ = open_sitting(d, S, 6, 3, 3)
    open_sitting(d, LARGE, 0, 4000, 2)
    with d:
        settle(d)
        o = staff(d, 'owner', 'scheme-owner')
        test_life(d, o)
        test_drain(d, o)
    d.config['stream_s'] = 2
    d.configure()
    with d:
        settle(d)
        o.close()
        test_time(d, o)
    d.config |= {'streams_per_session': 250, 'stream_s': 60, 'stream_slow_s': 3, 'answer_timeout_s': 60}
    d.configure()
    with d:
        settle(d)
        for c in candidates:
            c.c = None
        o.close()
        test_rights(d)
        test_many(d, o, candidates)
        test_slow(d, o)
    d.config['answer_timeout_s'] = 2
    d.configure()
    with d:
        settle(d)
        o.close()
        test_dead(d, o)
    finish()


main()
