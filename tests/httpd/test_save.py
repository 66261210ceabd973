#!/usr/bin/env python3
"""Saving answers over HTTP: acknowledged when they are on disk, with a receipt; every refusal by its name; what was acknowledged outlives kill -9."""
import atexit, hashlib, json, os, re, shutil, signal, socket, sqlite3, struct, subprocess, tempfile, threading, time
from daemon import BUILD, Daemon, check, finish, wait_for
from staff import FAST, staff

A, B = {'RESPONSE': {'base': {'identifier': 'A'}}}, {'RESPONSE': {'base': {'identifier': 'B'}}}


def open_exam(d, count, items=5, minutes=120):
    """COUNT candidates' clients of attempts that are started."""
    out = subprocess.run([f'{BUILD}/tests/httpd/open_exam', d.config['ledger'], d.config['ledger_key'], d.config['db'], str(count), str(items), str(minutes)],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert out.returncode == 0, out.stderr
    return [Candidate(d, *line.split()) for line in out.stdout.splitlines()]


class Candidate:
    def __init__(self, d, attempt, token):
        self.attempt, self.token, self.d = int(attempt), token, d
        self.path = f'/api/attempts/{attempt}'
        self.c = self.client()
        self.number = 0

    def client(self):
        c = self.d.client()
        c.cookies['__Host-bv'] = self.token
        c.fields['X-CSRF-Token'] = hashlib.sha256(b'BV-CSRF-1\0' + self.token.encode()).hexdigest()
        return c

    def save(self, item, response, number=None, **more):
        if number is None:
            self.number += 1
            number = self.number
        return self.c('POST', self.path + '/answers', {'item': item, 'number': number, 'response': response, **more})


def verified(d, ack):
    """bangvang-verify's exit status for the receipt as it came."""
    path = f'{d.folder}/receipt.json'
    json.dump(ack['receipt'], open(path, 'w'))
    r = subprocess.run([f'{BUILD}/tools/verify/bangvang-verify', '--trust', f'{d.folder}/key', path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return r.returncode, r.stdout


def daemon(ledger_folder='.', **more):
    folder = tempfile.mkdtemp(prefix='bv-save-')
    os.makedirs(f'{folder}/{ledger_folder}', exist_ok=True)
    atexit.register(shutil.rmtree, folder, True)
    subprocess.run([f'{BUILD}/tools/cli/bangvang', 'key', 'new', '--out', f'{folder}/key'], check=True, stdout=subprocess.DEVNULL)
    return Daemon(folder=folder, ledger=f'sqlite:{folder}/{ledger_folder}/ledger.db', ledger_key=f'{folder}/key/key.pem', **FAST, **more)


def test_saves(d, one, two):
    a = one.save(0, A)
    ack = a.json()
    check(a.status == 200 and ack['seq'] == 5 and ack['state'] == 'started' and 0 < ack['leftMs'] <= 120 * 60000 and ack['leftMs'] == ack['deadlineMs'] - ack['nowMs'],
          'a save is acknowledged with its number and the time that is left', a)
    check(verified(d, ack)[0] == 0, 'its receipt is verified by bangvang-verify', verified(d, ack)[1])
    bad = json.loads(json.dumps(ack))
    bad['receipt']['seq'] = '6'
    check(verified(d, bad)[0] == 1, 'and refused when a number in it was changed', verified(d, bad)[1])
    again = one.save(0, A, number=1).json()
    check(again['again'] and again['seq'] == 5 and again['receipt']['hash'] == ack['receipt']['hash'], 'the same again is the same acknowledgement', again)
    a = one.c('POST', one.path + '/answers', b'{ "response" : {"RESPONSE":{"base":{"identifier":"\\u0041"}}}, "number":1,"item":0 }')
    check(a.json().get('again'), 'however it is written', a)
    a = one.save(0, B, number=1)
    check(a.status == 409 and a.json()['type'] == '/problems/conflict', 'the same number with another answer is refused', a)
    one.number = 5
    check(one.save(0, B).json()['seq'] == 6, 'a newer answer')
    a = one.save(0, A, number=3)
    check(a.json()['superseded'] and a.json()['seq'] == 6 and 'receipt' not in a.json(), 'an older one that comes late is told that a newer one is there', a)
    check(one.save(4, {'RESPONSE': {'list': {'identifier': ['A', 'B']}}}).status == 200 and one.save(2, {'RESPONSE': {'base': None}}).status == 200, 'lists, and no answer')
    a = one.c('GET', one.path)
    check(a.status == 200 and a.json()['state'] == 'started' and a.json()['writable'] and [i['item'] for i in a.json()['items']] == [0, 2, 4] and a.json()['seq'] == 8,
          'the state has the items that have an answer', a.body)
    a = one.c('GET', one.path + '/answers').json()['answers']
    check([(x['item'], x['response']) for x in a] == [(0, B), (2, {'RESPONSE': {'base': None}}), (4, {'RESPONSE': {'list': {'identifier': ['A', 'B']}}})],
          'and the answers come back as they were given', a)
    for what, body, status in (
            ('no response', {'item': 0, 'number': 9}, 422), ('no number', {'item': 0, 'response': A}, 422), ('a response that is no object', {'item': 0, 'number': 9, 'response': 'A'}, 422), ('number 0', {'item': 0, 'number': 0, 'response': A}, 422),
            ('an item beyond all forms', {'item': 100000, 'number': 9, 'response': A}, 422), ('an item beyond this form', {'item': 5, 'number': 9, 'response': A}, 404),
            ('a negative item', {'item': -1, 'number': 9, 'response': A}, 422), ('a member too many', {'item': 0, 'number': 9, 'response': A, 'lease': 2}, 422),
            ('a number beyond 32 bits', {'item': 0, 'number': 2 ** 32, 'response': A}, 422), ('a response of 70,000 bytes', {'item': 0, 'number': 9, 'response': {'R': 'x' * 70000}}, 413),
            ('a body beyond the limit', {'item': 0, 'number': 9, 'response': {'R': 'x' * 90000}}, 413)):
        a = one.c('POST', one.path + '/answers', body)
        check(a.status == status, f'{what}: {a.status}', a)
    deep = b'{"item":0,"number":9,"response":' + b'[' * 100 + b']' * 100 + b'}'
    check(one.c('POST', one.path + '/answers', deep).status == 400, 'JSON that is too deep')
    for path in (two.path, '/api/attempts/0', '/api/attempts/x', f'/api/attempts/0{one.attempt}x', '/api/attempts/99999999999999999999'):
        a = one.c('POST', path + '/answers', {'item': 0, 'number': 9, 'response': A})
        check(a.status == 403, f"another's attempt, {path}: {a.status}", a)
        check(one.c('GET', path).status == 403 and one.c('GET', path + '/answers').status == 403, '  neither state nor answers')
    forged = one.client()
    forged.fields.pop('X-CSRF-Token')
    check(forged('POST', one.path + '/answers', {'item': 0, 'number': 9, 'response': A}).status == 403, 'a save of another site')
    owner = staff(d, 'owner', 'scheme-owner')
    check(owner('POST', one.path + '/answers', {'item': 0, 'number': 9, 'response': A}).status == 403, 'a member of staff saves nothing')
    db = sqlite3.connect(d.config['db'][7:], timeout=20)
    db.execute('UPDATE web_session SET lease = 7 WHERE attempt = ?', (two.attempt,))
    db.commit()
    a = two.save(0, A)
    check(a.status == 409 and a.json()['type'] == '/problems/other-tab', 'a tab whose lease is not the newest', a)
    a = one.c('POST', one.path + '/submit')
    check(a.status == 200 and a.json()['state'] == 'submitted' and verified(d, a.json())[0] == 0, 'handed in, with a receipt', a)
    json.dump(a.json()['receipt'], open(f'{d.folder}/submitted.json', 'w'))
    json.dump(ack['receipt'], open(f'{d.folder}/saved.json', 'w'))
    check(one.c('POST', one.path + '/submit').json()['again'], 'once')
    a = one.save(0, A)
    check(a.status == 409 and a.json()['type'] == '/problems/attempt-state', 'after that nothing is saved', a)


def test_many(d, candidates):
    """Many at once: each acknowledgement is its own, all are there."""
    faults = []

    def work(c):
        for n in range(20):
            a = c.save(n % 5, A if n % 3 else B)
            if a.status != 200 or a.json()['attempt'] != c.attempt or a.json()['seq'] != 5 + n:
                faults.append(a)
    threads = [threading.Thread(target=work, args=(c,)) for c in candidates]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    check(not faults, f'{len(candidates)} candidates, 20 saves each, at the same time', faults[:2])
    rows = sqlite3.connect(d.config['ledger'][7:]).execute('SELECT count(*) FROM event WHERE kind = 16').fetchone()[0]
    check(rows >= 20 * len(candidates), f'all {rows} are in the ledger')
    m = d.client()('GET', '/metrics').body.decode()
    check(float(re.search(r'^bangvang_ledger_events_total (\S+)$', m, re.M)[1]) >= 20 * len(candidates), 'and measured')
    check('bangvang_request_duration_seconds_count{method="POST",route="/api/attempts/{id}/answers"}' in m, 'with the time that they took')


def test_gone(d, candidates):
    """Clients who are gone when their answers are there, one after the other and many at once: nobody else waits for them."""
    def send(candidate, number):
        body = json.dumps({'item': 1, 'number': number, 'response': B}).encode()
        fields = {'Host': 'localhost', 'Content-Type': 'application/json', 'Content-Length': len(body), 'Cookie': f'__Host-bv={candidate.token}'} | candidate.c.fields
        s = socket.create_connection(d.where)
        s.sendall(f'POST {candidate.path}/answers HTTP/1.1\r\n'.encode() + ''.join(f'{k}: {v}\r\n' for k, v in fields.items()).encode() + b'\r\n' + body)
        return s

    stayed, before = [], time.monotonic()
    for round_ in range(60):
        gone = [send(c, 1000000 + 100 * round_ + i) for i, c in enumerate(candidates[1:1 + round_ % 7])]
        for s in gone:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', round_ % 2, 0))
            s.close()
        stayed.append(candidates[0].save(2, A).status)
    check(stayed == [200] * 60 and time.monotonic() - before < 30, 'saves beside clients who do not wait for their answers are answered', stayed)


def test_kill(d, candidates):
    """kill -9 while all save: what was acknowledged is there after the start, in its place."""
    acked, stop = {c.attempt: {} for c in candidates}, threading.Event()

    def work(c):
        while not stop.is_set():
            item = c.number % 5
            try:
                a = c.save(item, {'RESPONSE': {'base': {'identifier': f'X{c.number}'}}})
            except OSError:
                return
            if a is None:
                return
            if a.status == 200 and 'superseded' not in a.json():
                acked[c.attempt][item] = c.number
    for turn in range(3):
        stop.clear()
        threads = [threading.Thread(target=work, args=(c,)) for c in candidates]
        for t in threads:
            t.start()
        wait_for(lambda: sum(len(v) for v in acked.values()) >= len(candidates))
        time.sleep(0.1 + turn / 7)
        d.stop(signal.SIGKILL)
        stop.set()
        for t in threads:
            t.join()
        d.start()
        lost = []
        for c in candidates:
            c.c = c.client()
            there = {x['item']: (x['number'], x['response']) for x in c.c('GET', c.path + '/answers').json()['answers']}
            for item, n in acked[c.attempt].items():
                number, response = there.get(item, (0, None))
                if number < n or response != {'RESPONSE': {'base': {'identifier': f'X{number - 1}'}}}:
                    lost.append((c.attempt, item, n, there.get(item)))
        total = sum(len(v) for v in acked.values())
        check(not lost and total >= len(candidates), f'killed while all save: {total} items with an acknowledged answer, none is lost or older', lost)


def test_stops():
    """A ledger that cannot write: nobody is told OK, and the server ends, saying why."""
    with daemon() as d:
        d.stop()
        r = subprocess.run([f'{BUILD}/tools/httpd/bangvangd', '--config', '/dev/stdin', '--check'], input='ledger = sqlite:x\n', stderr=subprocess.PIPE, text=True)
        check(r.returncode == 2 and 'belong together' in r.stderr, 'a ledger without its key', r)
        os.unlink(f'{d.folder}/key/key.pem')
        r = subprocess.run([f'{BUILD}/tools/httpd/bangvangd', '--config', f'{d.folder}/bangvangd.conf'], stderr=subprocess.PIPE, text=True)
        check(r.returncode == 2 and 'key.pem' in r.stderr, 'a key that is not there', r)
    with Daemon() as d:
        a = d.client()('GET', '/metrics').body
        check(b'bangvang_ledger' not in a, 'without a ledger there are no exams')


def test_full():
    """Writing fails in the middle of an exam: not one save more is told OK, the server ends with 3 and says why, and what was acknowledged is there."""
    with daemon(rate_save='6000000/min burst 1000000') as d:
        one = open_exam(d, 1)[0]
        d.stop()
        d.limit = 'trap "" XFSZ; ulimit -f 1500; '
        d.start()
        one.c = one.client()
        acked, refused = 0, None
        for n in range(3000):
            try:
                a = one.save(n % 5, {'RESPONSE': {'base': {'string': 'x' * 2000 + str(n)}}})
            except OSError:
                break
            if a is None or a.status != 200:
                refused = a
                break
            acked = n
        check(0 < acked < 2999 and (refused is None or (refused.status == 503 and refused.json()['type'] == '/problems/not-stored')),
              f'after {acked + 1} answers the disk is full: told so', refused)
        check(d.process.wait(60) == 3 and 'event=ledger-stopped' in d.log(), 'the server ends with 3', d.log()[-500:])
        d.limit = ''
        d.start()
        one.c = one.client()
        there = {x['item']: x['response']['RESPONSE']['base']['string'] for x in one.c('GET', one.path + '/answers').json()['answers']}
        check(all(int(there[n % 5][2000:]) >= n for n in range(acked - 4, acked + 1)), 'and starts again with all that was acknowledged')


def test_proof(d):
    """Years later: receipt, proof and trust folder are enough to show that the event is in the published log."""
    d.stop()
    bangvang, verify = f'{BUILD}/tools/cli/bangvang', [f'{BUILD}/tools/verify/bangvang-verify', '--lang', 'en', '--trust', f'{d.folder}/key', '--proof']

    def run(*argv):
        r = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return r.returncode, r.stdout
    for name in ('saved', 'submitted'):
        r = run(bangvang, 'sitting', 'prove', '--db', d.config['ledger'], '--out', f'{d.folder}/{name}.tlog-proof', f'{d.folder}/{name}.json')
        check(r[0] == 0, f'the proof of what was {name} is written', r)
        r = run(*verify, f'{d.folder}/{name}.tlog-proof', f'{d.folder}/{name}.json')
        check(r[0] == 0 and 'is in the log: ' in r[1], 'and verified without the database', r)
    r = run(*verify, f'{d.folder}/submitted.tlog-proof', f'{d.folder}/saved.json')
    check(r[0] == 1 and 'INVALID' in r[1], "another event's proof proves nothing", r)
    os.mkdir(f'{d.folder}/nobody')
    r = run(*verify[:3], '--trust', f'{d.folder}/nobody', '--proof', f'{d.folder}/saved.tlog-proof', f'{d.folder}/saved.json')
    check(r[0] == 1 and 'signed by nobody in the trust folder' in r[1], 'nor one that nobody signed whom we trust', r)
    r = run(*verify, f'{d.folder}/saved.json', f'{d.folder}/saved.json')
    check(r[0] == 2 and 'not a proof' in r[1], 'nor something else', r)
    copy = f'{d.folder}/copy.db'
    db = sqlite3.connect(copy)
    there = sqlite3.connect(d.config['ledger'][7:])
    there.backup(db)  # what stands in its log too
    there.close()
    db.execute('UPDATE event SET hash = randomblob(32) WHERE n = 2')
    db.commit()
    r = run(bangvang, 'sitting', 'prove', '--db', copy, f'{d.folder}/saved.json')
    check(r[0] == 1 and 'audit ledger' in r[1], 'a log that is not what was signed gives no proof', r)
    db.execute('DELETE FROM checkpoint')
    db.commit()
    r = run(bangvang, 'sitting', 'prove', '--db', copy, f'{d.folder}/saved.json')
    check(r[0] == 2 and 'no checkpoint covers it yet' in r[1], 'nor one without a checkpoint', r)
    db.execute('DELETE FROM event WHERE attempt = ?', (json.load(open(f'{d.folder}/saved.json'))['attempt'],))
    db.commit()
    r = run(bangvang, 'sitting', 'prove', '--db', copy, f'{d.folder}/saved.json')
    check(r[0] == 2 and 'has no event' in r[1], 'nor one without the event', r)


def main():
    with daemon(rate_save='6000000/min burst 1000000', rate_api='600000/min burst 100000') as d:
        one, two = open_exam(d, 2)
        test_saves(d, one, two)
        many = open_exam(d, 30)
        test_many(d, many)
        test_drain(d, many)
        test_proof(d)
        test_name(d)
    test_full()
    test_stops()
    finish()


def test_name(d):
    """The ledger keeps its name, and the configuration need not say it; what it says must be that."""
    key = open(f'{d.folder}/key/key.multikey').read().split()[0].split(':')[-1]
    d.start()
    origin = d.client()('GET', '/api/public/keys').json()['origin']
    check(origin == f'did:key:{key}/sittings', 'a ledger that the server makes is named by its key, as one that the office makes', origin)
    d.stop()
    for name, good in ((origin, True), ('example.vn/other', False)):
        d.config['ledger_origin'] = name
        d.configure()
        try:
            d.start()
            d.stop()
            told = ''
        except RuntimeError as e:
            told = str(e)
        check(not told if good else 'bangvangd.conf: take ledger_origin out' in told and f"the ledger of '{origin}', not of '{name}'" in told,
              'its own name may be said' if good else 'another one is refused: which key of which file, and what to do', told)
    del d.config['ledger_origin']
    d.configure()
    d.start()


def test_drain(d, candidates):
    answers = []

    def work(c):
        while True:
            try:
                a = c.save(1, A)
            except OSError:
                return
            if a is None:
                return
            answers.append(a.status)
    threads = [threading.Thread(target=work, args=(c,)) for c in candidates]
    for t in threads:
        t.start()
    wait_for(lambda: answers)
    time.sleep(0.3)
    check(d.stop() == 0, 'SIGTERM under load ends the server with 0')
    for t in threads:
        t.join()
    check(set(answers) == {200} and 'unfinished=0' in d.log(), f'each of {len(answers)} saves that were begun is answered', set(answers))
    d.start()
    for c in candidates:
        c.c = c.client()
    test_gone(d, candidates)
    test_kill(d, candidates)


if __name__ == '__main__':
    main()
