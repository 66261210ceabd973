#!/usr/bin/env python3
"""bangvangd under load, and then each thing that could be wrong with its ledger or with what it told: both checkers pass what is right, and name
what is not. The ledger is changed so that everything else still fits: hashes are computed anew."""
import atexit, hashlib, json, os, random, shutil, sqlite3, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'httpd'))
from daemon import BUILD, Daemon, check, finish
import records

TOOLS = BUILD + '/tools/load/'
ATTEMPTS = 12
folder = tempfile.mkdtemp(prefix='bv-checkers-')
atexit.register(shutil.rmtree, folder, True)


def program(name, *arguments):
    return subprocess.run([TOOLS + name, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def serve():
    """A history of everything that happened to a new ledger."""
    subprocess.run([f'{BUILD}/tools/cli/bangvang', 'key', 'new', '--out', f'{folder}/key'], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([f'{BUILD}/tools/cli/bangvang', 'key', 'new', '--out', f'{folder}/other'], check=True, stdout=subprocess.DEVNULL)
    d = Daemon(folder=folder, ledger=f'sqlite:{folder}/ledger.db', ledger_key=f'{folder}/key/key.pem', rate_save='1000000/s burst 1000000',
               rate_api='1000000/s burst 1000000', password_memory_kib=8192)
    out = subprocess.run([f'{BUILD}/tests/httpd/open_exam', d.config['ledger'], d.config['ledger_key'], d.config['db'], str(ATTEMPTS), '5', '120'],
                         stdout=subprocess.PIPE, text=True, check=True)
    with open(f'{folder}/sessions', 'w', encoding='utf-8') as f:
        f.write(out.stdout)
    with d:
        r = program('bangvang-load', '--sessions', f'{folder}/sessions', '--connections', 6, '--saves', 25, '--submit', '--items', 5, '--read-every', 5,
                    '--resend-every', 5, '--duration', 60, '--history', f'{folder}/history', '--pid', d.process.pid, '--json',
                    f'http://{d.where[0]}:{d.where[1]}')
        report = json.loads(r.stdout)
        check(r.returncode == 0 and report['operations']['submit']['ok'] == ATTEMPTS and report['serverUs'] > 0 and report['serverKib'] > 0,
              'bangvangd under load', r.stdout + r.stderr)
    con = sqlite3.connect(f'{folder}/ledger.db')
    con.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    con.close()


# ---- Ledgers that are wrong ----

class Ledger:
    """A copy whose events can be changed; hashes follow."""

    def __init__(self):
        self.path = f'{folder}/changed.db'
        shutil.copy(f'{folder}/ledger.db', self.path)
        con = sqlite3.connect(self.path)
        self.names = dict(con.execute('SELECT id, name FROM sitting'))
        self.rows = [dict(zip(('n', 'sitting', 'attempt', 'seq', 'at', 'kind', 'prev', 'body', 'hash'), r)) for r in
                     con.execute('SELECT n, sitting, attempt, seq, at, kind, prev, body, hash FROM event ORDER BY n')]
        con.close()

    def of(self, attempt, kind=None):
        return [r for r in self.rows if r['attempt'] == attempt and kind in (None, r['kind'])]

    def write(self, hashes=True, renumber=True):
        last, seqs = {}, {}
        for r in sorted(self.rows, key=lambda r: r['n']):
            a = r['attempt']
            seqs[a] = seqs.get(a, 0) + 1
            if renumber:
                r['seq'] = seqs[a]
            if hashes:
                be = lambda n, size: n.to_bytes(size, 'big')
                start = b'BV-EVENT-1'.ljust(32, b'\0') + hashlib.sha256(self.names[r['sitting']].encode()).digest()
                r['hash'] = hashlib.sha256(start + be(a, 8) + be(r['seq'], 8) + be(r['at'], 8) + be(r['kind'], 2) + last.get(a, bytes(32)) +
                                           be(len(r['body']), 4) + hashlib.sha256(r['body']).digest()).digest()
                last[a] = r['hash']
        con = sqlite3.connect(self.path)
        con.execute('DELETE FROM event')
        con.executemany('INSERT INTO event(n, sitting, attempt, seq, at, kind, prev, body, hash) VALUES (:n, :sitting, :attempt, :seq, :at, :kind, :prev, :body, :hash)',
                        self.rows)
        con.commit()
        con.close()
        return self.path


def acks(ledger, *arguments, history=None):
    r = program('bangvang-check-acks', '--json', '--ledger', f'sqlite:{ledger}', *arguments, history or f'{folder}/history')
    return r.returncode, json.loads(r.stdout)['counts'] if r.stdout else {}, r.stderr + r.stdout[:2000]


def test_ledgers():
    status, counts, out = acks(f'{folder}/ledger.db', '--alone', '--key', f'{folder}/key/key.multikey')
    check(status == 0 and not counts, 'what bangvangd wrote passes, with signatures', out)
    status, counts, out = acks(Ledger().write(), '--alone', '--key', f'{folder}/key/key.multikey')
    check(status == 0, 'so does a copy with hashes that were computed here', out)
    status, counts, out = acks(f'{folder}/ledger.db', '--key', f'{folder}/other/key.multikey')
    check(status == 1 and set(counts) == {'receipt'}, 'receipts are not of another key', out)
    attempt = max(r['attempt'] for r in Ledger().rows)

    def wrong(name, change, also=(), **how):
        ledger = Ledger()
        change(ledger, ledger.of(attempt, 16))
        status, counts, out = acks(ledger.write(**how), '--alone')
        # Who changes an event changes the receipts of all that follow.
        check(status == 1 and name in counts and set(counts) <= {name, 'receipt', *also}, f'{name}: {change.__doc__}', out)

    def cut(l, saves):
        """the end of an attempt is gone"""
        l.rows = [r for r in l.rows if not (r['attempt'] == attempt and r['n'] >= saves[-3]['n'])]

    def whole(l, saves):
        """an attempt is gone"""
        l.rows = [r for r in l.rows if r['attempt'] != attempt]

    def drop(l, saves):
        """one answer is gone, and its number missing"""
        l.rows.remove(saves[7])

    def close_up(l, saves):
        """one answer is gone, and the others have moved up"""
        l.rows.remove(saves[7])

    def edit(l, saves):
        """another answer is there"""
        saves[7]['body'] = saves[7]['body'].replace(b'"identifier":"', b'"identifier":"Z')

    def later(l, saves):
        """the time of an answer is another one"""
        saves[-1]['at'] += 1

    def byte(l, saves):
        """a byte of the body was changed"""
        saves[7]['body'] = saves[7]['body'].replace(b'"candidate"', b'"Candidate"')

    def back(l, saves):
        """an event is earlier than the one before"""
        saves[7]['at'] = saves[0]['at'] - 5000

    def double(l, saves):
        """two events have one number"""
        l.rows.append(dict(saves[-1], n=max(r['n'] for r in l.rows) + 1))

    def twice(l, saves):
        """an answer is stored once more at the end"""
        l.rows.append(dict(saves[-1], n=max(r['n'] for r in l.rows) + 1, at=l.of(attempt)[-1]['at']))

    def order(l, saves):
        """an older answer stands after a newer one"""
        one = next((a, b) for a in saves for b in saves if a['n'] < b['n'] and json.loads(a['body']).get('item', 0) == json.loads(b['body']).get('item', 0))
        one[0]['body'], one[1]['body'] = one[1]['body'], one[0]['body']

    def more(l, saves):
        """an answer that nobody sent"""
        body = json.loads(saves[-1]['body'])
        body['number'] = 1000
        l.rows.append(dict(saves[-1], n=max(r['n'] for r in l.rows) + 1, at=l.of(attempt)[-1]['at'], body=json.dumps(body, separators=(',', ':')).encode()))

    def hand_in(l, saves):
        """handed in twice"""
        l.rows.append(dict(l.of(attempt, 21)[0], n=max(r['n'] for r in l.rows) + 1))

    wrong('lost', cut)
    wrong('lost', whole)
    wrong('gap', drop, also=('lost', 'chain'), hashes=False, renumber=False)
    wrong('changed', close_up, also=('lost', 'superseded-by-nothing'))
    wrong('changed', edit)
    wrong('changed', later, also=('chain',))
    wrong('chain', byte, also=(), hashes=False)
    wrong('chain', back, also=('changed',))
    wrong('fork', double, also=('twice', 'chain'), hashes=False, renumber=False)
    wrong('twice', twice)
    wrong('out-of-order', order, also=('changed', 'superseded-by-nothing'))
    wrong('invented', more)
    wrong('submitted-twice', hand_in)


# ---- Histories that are wrong ----

def changed(change):
    ops = records.read(f'{folder}/history')
    change(ops)
    path = f'{folder}/changed-history'
    records.write(path, ops)
    return path


def say(op, **members):
    """The same acknowledgement with other members; None takes one out."""
    body = json.loads(op.body) | members
    op.body = json.dumps({k: v for k, v in body.items() if v is not None}).encode()


def test_acknowledgements():
    def wrong(name, change, also=()):
        status, counts, out = acks(f'{folder}/ledger.db', '--alone', '--key', f'{folder}/key/key.multikey', history=changed(change))
        check(status == 1 and name in counts and set(counts) <= {name, *also}, f'{name}: {change.__doc__}', out)

    def saves(ops, what=lambda a: 'again' not in a and 'superseded' not in a):
        return [o for o in ops if o.kind == records.SAVE and o.outcome == records.OK and what(json.loads(o.body))]

    def refuse(ops):
        """an answer that is stored had been refused"""
        op = next(o for o in saves(ops) if sum(p.attempt == o.attempt and p.number == o.number for p in ops) == 1)
        op.outcome, op.status, op.body = records.REFUSED, 409, b''

    def wait(ops):
        """what was stored first began later"""
        a = next(o for o in saves(ops))
        b = next(o for o in saves(ops) if o.attempt == a.attempt and o.begun > a.ended)
        a.begun, a.ended, b.begun, b.ended = b.begun, b.ended, a.begun, a.ended

    def time(ops):
        """an hour more than before"""
        op = saves(ops)[-1]
        say(op, leftMs=json.loads(op.body)['leftMs'] + 3600000)

    def receipt(ops):
        """a receipt of another answer"""
        a, b = [o for o in saves(ops) if o.attempt == saves(ops)[0].attempt][:2]
        say(a, receipt=json.loads(b.body)['receipt'])

    def signature(ops):
        """a signature with another byte"""
        op = saves(ops)[0]
        r = json.loads(op.body)['receipt']
        say(op, receipt=r | {'signature': ('0' if r['signature'][0] != '0' else '1') + r['signature'][1:]})

    def missing(ops):
        """no receipt"""
        say(saves(ops)[0], receipt=None)

    def nothing(ops):
        """200 without an acknowledgement"""
        saves(ops)[0].body = b'{"status":"up"}'

    def other(ops):
        """an acknowledgement of another attempt"""
        say(saves(ops)[0], attempt=1)

    def superseded(ops):
        """superseded by what is not newer"""
        op = saves(ops)[3]
        say(op, superseded=True)

    wrong('refused-stored', refuse)
    wrong('out-of-order', wait)
    wrong('time-gained', time)
    wrong('receipt', receipt)
    wrong('receipt', signature)
    wrong('receipt', missing)
    wrong('no-acknowledgement', nothing)
    wrong('no-acknowledgement', other)
    wrong('superseded-by-nothing', superseded)


def test_seen():
    def seen(change=lambda ops: None, *arguments):
        r = program('bangvang-check-history', '--json', '--alone', *arguments, changed(change))
        return r.returncode, json.loads(r.stdout)['counts'] if r.stdout else {}, r.stderr + r.stdout[:3000]

    status, counts, out = seen()
    check(status == 0 and not counts and json.loads(out)['reads'] > 20, 'what bangvangd told is possible', out)

    def wrong(name, change, also=()):
        status, counts, out = seen(change)
        check(status == 1 and name in counts and set(counts) <= {name, *also}, f'{name}: {change.__doc__}', out)

    def last_read(ops, want='answers'):
        return next(o for o in reversed(ops) if o.kind == records.READ and len(json.loads(o.body).get(want, ())) > 3)

    def forget(ops):
        """an answer is not found"""
        op = last_read(ops)
        say(op, answers=json.loads(op.body)['answers'][1:])

    def old(ops):
        """the number before is found"""
        for op in reversed([o for o in ops if o.kind == records.READ and b'"answers"' in o.body]):
            answers = json.loads(op.body)['answers']
            for k, answer in enumerate(answers):
                before = [o for o in ops if o.kind == records.SAVE and o.attempt == op.attempt and o.item == answer['item'] and o.number < answer['number']]
                if before:
                    answers[k] = dict(answer, number=before[0].number, response=json.loads(before[0].value))
                    say(op, answers=answers)
                    return

    def value(ops):
        """another value is found"""
        op = last_read(ops)
        answers = json.loads(op.body)['answers']
        say(op, answers=[dict(answers[0], response={'RESPONSE': {'base': {'identifier': 'Q'}}})] + answers[1:])

    def invent(ops):
        """a number is found that nobody sent"""
        op = last_read(ops, 'items')
        items = json.loads(op.body)['items']
        say(op, items=[dict(items[0], number=4000)] + items[1:])

    def submitted(ops):
        """an answer is acknowledged after the submission"""
        def alone(save):
            """Nothing else tells of it: neither was it sent twice, nor was its item answered or anything of its attempt read from then on."""
            return not any(o is not save and o.attempt == save.attempt and o.ended > save.begun and (o.kind == records.READ or (o.kind == records.SAVE and o.item == save.item))
                           for o in ops) and not {'again', 'superseded'} & set(json.loads(save.body))
        save, submit = next((save, o) for o in ops if o.kind == records.SUBMIT for save in ops
                            if save.kind == records.SAVE and save.attempt == o.attempt and save.ended < o.begun and alone(save))
        save.begun, save.ended = submit.ended + 1000, submit.ended + 2000

    def unreadable(ops):
        """a read that is none"""
        last_read(ops).body = b'[]'

    wrong('lost', forget)
    wrong('stale', old)
    wrong('changed', value)
    wrong('invented', invent)
    wrong('after-submit', submitted)
    wrong('unreadable', unreadable)
    status, counts, out = seen(lambda ops: None, '--steps', 3)
    check(status == 1 and set(counts) == {'undecided'}, 'too few steps decide nothing', out)


def test_damage():
    """Histories with bytes missing or changed are refused or judged; nothing falls over."""
    data = open(f'{folder}/history', 'rb').read()
    rnd = random.Random(5)
    path = f'{folder}/damaged'
    ends = set()
    for i in range(60):
        if i % 2:
            bad = data[:rnd.randrange(len(data))]
        else:
            at = rnd.randrange(len(data))
            bad = data[:at] + bytes([data[at] ^ 1 << rnd.randrange(8)]) + data[at + 1:]
        with open(path, 'wb') as f:
            f.write(bad)
        for r in (program('bangvang-check-history', path), program('bangvang-check-acks', '--ledger', f'sqlite:{folder}/ledger.db', path)):
            if i % 2:
                ends.add(('cut', r.returncode))
            elif r.returncode not in (0, 1, 2):
                check(False, 'a changed bit is refused or judged', r.stderr)
    check(ends == {('cut', 2)}, 'a history that was cut anywhere is refused', ends)
    for arguments in (['--ledger', f'sqlite:{folder}/none.db', f'{folder}/history'], ['--ledger', f'sqlite:{folder}/ledger.db', f'{folder}/none'],
                      ['--ledger', f'sqlite:{folder}/bangvang.db', f'{folder}/history'], ['--ledger', f'sqlite:{folder}/ledger.db', '--key', f'{folder}/history', f'{folder}/history']):
        r = program('bangvang-check-acks', *arguments)
        check(r.returncode in (2, 3) and r.stderr.startswith('bangvang-check-acks: '), f'{arguments[1][-12:]} {arguments[-1][-8:]}: said what is wrong', r.stderr)
    check(program('bangvang-check-acks', f'{folder}/history').returncode == 64, 'usage of bangvang-check-acks')
    check(program('bangvang-check-history').returncode == 64, 'usage of bangvang-check-history')


serve()
test_ledgers()
test_acknowledgements()
test_seen()
test_damage()
finish()
