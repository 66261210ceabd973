#!/usr/bin/env python3
"""The running server without memory and without disk. Its n-th allocation fails, while candidates save: it may end, and what it acknowledged is there when it is
started again. Its disk is full: it stops acknowledging, says so, ends, does not start before there is room, and has lost nothing.
test_server.py LIBRARY [FROM TO]: every n of that range; without, a few."""
import mmap, os, signal, struct, subprocess, sys, threading
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'httpd'))
from daemon import check, finish, skip
from test_save import daemon, open_exam

LIBRARY = os.path.abspath(sys.argv[1])
RATES = {'rate_save': '6000000/min burst 1000000', 'rate_api': '600000/min burst 100000'}


def answer(n, size=1):
    return {'RESPONSE': {'base': {'string': 'x' * size + str(n)}}}


def lost(candidates, acked, size=1):
    """Of the acknowledged answers, those that are not there nor a later one of the same item."""
    bad = []
    for c in candidates:
        c.c = c.client()
        there = {x['item']: (x['number'], x['response']) for x in c.c('GET', c.path + '/answers').json()['answers']}
        for item, number in acked[c.attempt].items():
            got, response = there.get(item, (0, None))
            if got < number or response != answer(got, size):
                bad.append((c.attempt, item, number, got))
    return bad


def save_some(c, acked, count, size=1):
    """How it ended: None when all were answered with 200."""
    for _ in range(count):
        c.number += 1
        item = c.number % 5
        try:
            a = c.save(item, answer(c.number, size), number=c.number)
        except OSError as e:
            return e
        if a is None or a.status != 200:
            return a
        acked[c.attempt][item] = c.number
    return None


# ---- Memory ----

def one_loss(d, candidates, acked, n, forever):
    """What became of the server: 'ended', 'told' (somebody was answered with an error) or 'nothing'."""
    path = f'{d.folder}/scarce'
    with open(path, 'wb') as f:
        f.write(bytes(12))
    d.environment = {'LD_PRELOAD': LIBRARY, 'BV_SCARCE': path}
    d.start()
    with open(path, 'r+b') as f, mmap.mmap(f.fileno(), 12) as scarce:
        for c in candidates:
            c.c = c.client()
        scarce[4:8] = struct.pack('i', forever)
        scarce[0:4] = struct.pack('i', n)
        ends = []
        threads = [threading.Thread(target=lambda c=c: ends.append(save_some(c, acked, 5))) for c in candidates]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        failed = struct.unpack('i', scarce[8:12])[0]
    try:
        status = d.process.wait(0.2 if forever or any(ends) else 0.01)
    except subprocess.TimeoutExpired:
        status = None
    if status is None:
        d.stop(signal.SIGKILL)
    elif status not in (-signal.SIGABRT, 3):
        check(False, f'allocation {n}: the server ends by abort() or because its ledger has stopped, not with {status}', d.log()[-800:])
    d.environment = {}
    d.start()
    bad = lost(candidates, acked)
    if bad:
        check(False, f'allocation {n}: what was acknowledged is there', bad)
    d.stop()
    return ('ended' if status is not None else 'told' if any(ends) else 'nothing') if failed else 'no failure'


def test_memory(numbers):
    with daemon(threads=1, **RATES) as d:
        candidates = open_exam(d, 3)
        d.stop()
        acked = {c.attempt: {} for c in candidates}
        became = {}
        for n in numbers:
            for forever in (False, True):
                what = one_loss(d, candidates, acked, n, forever)
                became[what] = became.get(what, 0) + 1
        total = sum(len(a) for a in acked.values())
        check(became.get('ended', 0) > 0 and total > 3, f'an allocation failed, {became}: everything acknowledged is there', became)


# ---- Disk ----

def test_disk():
    with daemon(ledger_folder='disk', **RATES) as d:
        d.stop()
        disk = f'{d.folder}/disk'
        mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], stderr=subprocess.DEVNULL).returncode == 0
        if not mounted:
            return skip('a full disk: no file system can be mounted here')
        try:
            d.start()
            fill(d, open_exam(d, 2), disk)
        finally:
            d.stop()
            subprocess.run(['umount', '-l', disk])


def fill(d, candidates, disk):
    acked = {c.attempt: {} for c in candidates}
    ends = []
    threads = [threading.Thread(target=lambda c=c: ends.append(save_some(c, acked, 3000, 3000))) for c in candidates]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    told = [a for a in ends if a is not None and not isinstance(a, OSError)]
    check(told and all(a.status == 503 and a.json()['type'] == '/problems/not-stored' for a in told), 'the disk fills up, and whose answer was not stored is told so', ends)
    check(d.process.wait(60) == 3 and 'event=ledger-stopped' in d.log() and 'full' in d.log(), 'the server ends with 3 and says why', d.log()[-500:])
    # What was in the log of the database is in the database now, and the log is gone: what room that made is filled by something else.
    with open(f'{disk}/other', 'wb', 0) as f:
        try:
            while f.write(bytes(4096)) == 4096:
                pass
        except OSError:
            pass
    # There may be room within its files for it to start.
    try:
        d.start()
        d.stop()
    except RuntimeError as e:
        check('full' in str(e), 'it does not start on a disk that is full, and says why', e)
    subprocess.run(['mount', '-o', 'remount,size=16m', disk], check=True)
    d.start()
    bad = lost(candidates, acked, 3000)
    check(not bad and all(len(a) == 5 for a in acked.values()) and min(c.number for c in candidates) > 20,
          f'with more room it starts; {sum(c.number for c in candidates)} answers before, and nothing acknowledged is lost', bad)
    check(all(save_some(c, acked, 10) is None for c in candidates), 'and it goes on')


def main():
    numbers = range(int(sys.argv[2]), int(sys.argv[3]) + 1) if len(sys.argv) == 4 else (1, 4, 9, 17, 30)
    test_memory(numbers)
    test_disk()
    finish()


main()
