#!/usr/bin/env python3
"""The generator against a server that stalls, loses, cuts, repeats and refuses: what it measures, how it tries again, what it writes down."""
import atexit, json, os, shutil, ssl, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.dirname(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'httpd'))
from daemon import check, finish, skip
from fake import Fake
import records

TOOLS = os.environ['BV_BUILD'] + '/tools/load/'
folder = tempfile.mkdtemp(prefix='bv-load-')
atexit.register(shutil.rmtree, folder, True)
SESSIONS = f'{folder}/sessions'
with open(SESSIONS, 'w', encoding='utf-8') as f:
    f.writelines(f'{i} {i:064x}\n' for i in range(1, 101))
runs = 0


def program(name, *arguments):
    return subprocess.run([TOOLS + name, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def load(fake, *arguments, status=0, history=False):
    """The report, and the history."""
    global runs
    runs += 1
    path = f'{folder}/history-{runs}'
    r = program('bangvang-load', '--json', *arguments, *(['--history', path, '--sessions', SESSIONS] if history else []), fake.url)
    check(r.returncode == status, f'bangvang-load {" ".join(map(str, arguments))} ends with {status}', f'{r.returncode}\n{r.stdout}{r.stderr}')
    return json.loads(r.stdout or '{}'), path


def test_omission():
    """The server stands still for 400 ms of a second and a half: each operation that was due meanwhile waited, whether it could be sent or not."""
    fake = Fake()

    def stall(fake, number):
        if number == 200:
            fake.stall_until = time.monotonic() + 0.4

    fake.behave = stall
    report, _ = load(fake, '--rate', 400, '--connections', 4, '--attempts', 40, '--duration', 1.5, '--warmup', 0)
    got = report['operations']['get']
    check(got['p90Ms'] > 150 and got['maxMs'] > 350, 'the open loop sees a stall in its p90: it counts from when operations were due', got)
    check(560 <= got['ok'] <= 620, 'and sends all that was due', got)
    fake.close()
    fake = Fake(stall)
    report, _ = load(fake, '--connections', 4, '--duration', 1.5, '--warmup', 0)
    got = report['operations']['get']
    check(got['p90Ms'] < 150 and got['maxMs'] > 350, 'the closed loop hides it: four operations met it', got)
    fake.close()


def test_bounds():
    fake = Fake(lambda fake, number: ('wait', 0.02))
    report, _ = load(fake, '--connections', 7, '--attempts', 50, '--duration', 1, '--warmup', 0)
    check(fake.most_open == 7 and report['connects'] == 7, 'never more connections than --connections', fake.most_open)
    fake.close()
    fake = Fake()
    report, _ = load(fake, '--rate', 200, '--connections', 20, '--duration', 2, '--warmup', 0)
    most = max(sum(t <= x < t + 1 for x in fake.times) for t in fake.times)
    check(most <= 230 and abs(fake.requests - 400) <= 10, 'never more than --rate', (most, fake.requests))
    fake.close()
    fake = Fake()
    began = time.monotonic()
    load(fake, '--ramp', 1.5, '--saves', 1, '--connections', 50, '--attempts', 100, '--duration', 5, history=True)
    spread = [sum(k * 0.5 <= t - began - 0.1 < (k + 1) * 0.5 for t in fake.times) for k in range(3)]
    check(all(30 <= n <= 110 for n in spread), '--ramp spreads the start evenly', spread)
    fake.close()
    for url in ('http://192.0.2.1:80', 'https://[2001:db8::1]/'):
        r = program('bangvang-load', url)
        check(r.returncode == 1 and 'own-this-host' in r.stderr, f'{url} is refused', r.stderr)


def acknowledged(ops):
    return [o for o in ops if o.kind == records.SAVE and o.outcome == records.OK]


def test_faults():
    """Each kind of fault in one request of three: every answer gets acknowledged in the end, the history says what was not known, and passes."""
    faults = [('lose',), ('drop',), ('reset',), ('cut', 0), ('cut', 20), ('cut', 70), ('twice',), ('slow',), ('of', 999)]
    for fault in faults:
        fake = Fake(lambda fake, number: fault if number % 3 == 1 else None)
        broken = fault[0] in ('twice', 'of')
        report, path = load(fake, '--saves', 6, '--submit', '--attempts', 20, '--connections', 5, '--duration', 20, '--read-every', 6,
                            status=1 if broken else 0, history=True)
        ops = records.read(path)
        done = {(o.attempt, o.number) for o in acknowledged(ops)}
        stored = {(a, n) for a, v in fake.attempts.items() for _, n in v['stored']}
        check(len(done) == 120 and done == stored, f'{fault}: all 120 answers are acknowledged and stored', (len(done), len(stored)))
        check(all(v['done'] for v in fake.attempts.values()) and len(fake.attempts) == 20, f'{fault}: all have handed in')
        unknown = sum(o.outcome == records.UNKNOWN for o in ops)
        check(unknown > 20 if fault[0] not in ('slow',) else unknown == 0, f'{fault}: what is not known is written down as that', unknown)
        check((report['protocolBroken'] > 0) == broken and ('firstBroken' in report) == broken, f'{fault}: broken answers are told', report)
        r = program('bangvang-check-history', '--alone', path)
        check(r.returncode == 0, f'{fault}: the history is possible', r.stdout)
        fake.close()


def test_broken():
    """What is no HTTP/1.1 with a length is told as that, and nothing is taken for an answer."""
    good = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'
    cases = [b'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}', b'HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\n{}', b'HTTP/1.1 200OK\r\nContent-Length: 2\r\n\r\n{}',
             b'HTTP/1.1 200 OK\r\n\r\n{}', b'HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\n{}', b'HTTP/1.1 100 Continue\r\n\r\n' + good,
             b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}', b'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}',
             b'HTTP/1.1 200 OK\r\nContent-Length: 4194305\r\n\r\n{}', b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
             b'HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 2\r\n\r\n{}', b'HTTP/1.1 200 OK\r\nno field\r\nContent-Length: 2\r\n\r\n{}', b'x' * 20000,
             b'HTTP/1.1 200 OK\r\nX: ' + b'y' * 20000, b'\0\xff\r\n\r\n', good + b'x']
    for case in cases:
        fake = Fake(lambda fake, number: ('raw', case) if number == 1 else None)
        report, path = load(fake, '--saves', 1, '--attempts', 1, '--duration', 5, status=1, history=True)
        first = records.read(path)[0]
        check(report['protocolBroken'] == 1 and report['firstBroken'] and first.outcome == records.UNKNOWN and fake.attempts[1]['stored'], f'broken: {case[:60]!r}', report)
        fake.close()
    for status in (b'204 No Content', b'304 Not Modified'):
        fake = Fake(lambda fake, number: ('raw', b'HTTP/1.1 ' + status + b'\r\nConnection: close\r\n\r\n'))
        report, _ = load(fake, '--duration', 0.2, '--warmup', 0, '--connections', 1, status=0 if status[:1] == b'2' else 1)
        check(report['protocolBroken'] == 0 and report['connectionsLost'] == 0, f'{status}: no length is needed', report)
        fake.close()


def test_refusals():
    """429 and 503 with Retry-After: he waits so long and sends the same again; other refusals are not tried again."""
    for status in (429, 503):
        fake = Fake(lambda fake, number: ('status', status, {'Retry-After': 1}) if number == 2 else None)
        report, path = load(fake, '--saves', 1, '--attempts', 1, '--duration', 5, history=True)
        check(len(fake.times) == 3 and 1.0 <= fake.times[2] - fake.times[1] < 2.5, f'{status}: again after the second it asked for', fake.times)
        check(report['operations']['save']['p50Ms'] > 1000 and report['triedAgain'] == 1, f'{status}: and its time counts from the first try', report)
        refused = [o for o in records.read(path) if o.outcome == records.REFUSED]
        check(len(refused) == 1 and refused[0].number == 1 and refused[0].status == status, f'{status}: a refusal, by the history')
        fake.close()
    fake = Fake(lambda fake, number: ('status', 500, {}) if number == 2 else None)
    _, path = load(fake, '--saves', 1, '--attempts', 1, '--duration', 5, history=True)
    check(fake.requests == 3 and sum(o.outcome == records.UNKNOWN for o in records.read(path)) == 1, '500: nobody knows, and it is sent again')
    fake.close()
    fake = Fake(lambda fake, number: ('status', 422, {}) if number == 2 else None)
    load(fake, '--saves', 2, '--attempts', 1, '--duration', 5, history=True)
    check([n for _, n in fake.attempts[1]['stored']] == [2, 3], '422: not sent again, and counted on', fake.attempts)
    fake.close()
    fake = Fake(lambda fake, number: ('status', 409, {}) if number == 2 else None)
    load(fake, '--saves', 2, '--attempts', 1, '--duration', 5, status=0, history=True)
    check(fake.requests == 2, '409: that session has ended')
    fake.close()
    fake = Fake(lambda fake, number: ('mute',) if number == 2 else None)
    report, path = load(fake, '--saves', 1, '--attempts', 1, '--duration', 5, '--timeout', 300, history=True)
    check(report['timeouts'] == 1 and fake.requests == 3, 'no answer in time: on a new connection', report)
    fake.close()
    report, _ = load(fake, '--duration', 0.3, '--warmup', 0, status=1)
    check(report['connectFaults'] > 0 and not report['operations'].get('get', {}).get('ok'), 'nobody is there: exit status 1', report)


def test_again():
    """Answers that are sent again are the same ones, and reads happen."""
    fake = Fake()
    _, path = load(fake, '--saves', 30, '--items', 4, '--attempts', 5, '--connections', 3, '--resend-every', 3, '--read-every', 4, '--duration', 20,
                   history=True)
    ops = records.read(path)
    seen = {}
    same = all(seen.setdefault((o.attempt, o.number), (o.item, o.value)) == (o.item, o.value) for o in ops if o.kind == records.SAVE)
    again = sum(b'"again"' in o.body for o in ops), sum(b'"superseded"' in o.body for o in ops)
    check(same and min(again) > 5, 'one number is one answer, however often it is sent', again)
    check(sum(b'"answers"' in o.body for o in ops) > 5 and sum(b'"items"' in o.body for o in ops if o.kind == records.READ) > 5, 'both ways to read are used')
    copy = f'{folder}/copy'
    records.write(copy, ops)
    check(open(copy, 'rb').read() == open(path, 'rb').read(), 'the format is as it is described')
    _, path = load(fake, '--saves', 40, '--items', 4, '--attempts', 5, '--duration', 20, history=True)
    check(min(o.number for o in records.read(path) if o.kind == records.SAVE) > 20, 'a second run counts on where the first one ended')
    r = program('bangvang-check-history', path)
    check(r.returncode == 0, 'its history is possible, with answers that others gave', r.stdout)
    r = program('bangvang-load', '--sessions', SESSIONS, '--history', path, fake.url)
    check(r.returncode not in (0, 1) and 'exists' in r.stderr, 'a history is never written over', r.stderr)
    fake.close()


def test_usage():
    for arguments in ([], ['--rate', '0', 'http://127.0.0.1'], ['--rate', '1e9', 'http://127.0.0.1'], ['--connections', '0', 'http://127.0.0.1'],
                      ['--think', '5-1', 'http://127.0.0.1'], ['--rate', '5', '--think', '5', 'http://127.0.0.1'], ['--saves', '5', 'http://127.0.0.1'],
                      ['--nothing'], ['a'] * 9, ['--pid', 'x', 'http://127.0.0.1']):
        check(program('bangvang-load', *arguments).returncode == 64, f'usage: {arguments}')
    for url in ('ftp://x', 'http://', 'http://127.0.0.1:', 'unix:', 'http://[::1'):
        check(program('bangvang-load', url).returncode == 2, f'no address: {url}')
    bad = f'{folder}/bad'
    for line in ('1', 'x ' + '0' * 64, '1 ' + '0' * 63, '0 ' + '0' * 64, f'1 {"0" * 64} x'):
        with open(bad, 'w', encoding='utf-8') as f:
            f.write(f'2 {"1" * 64}\n{line}\n')
        r = program('bangvang-load', '--sessions', bad, 'http://127.0.0.1:1')
        check(r.returncode == 2 and f'{bad}:2:' in r.stderr, f'no session: {line[:20]}', r.stderr)
    check(program('bangvang-load', '--sessions', SESSIONS, '--attempts', 101, 'http://127.0.0.1:1').returncode == 2, 'more attempts than sessions')
    for name in ('bangvang-load', 'bangvang-check-acks', 'bangvang-check-history'):
        r = program(name, '--help')
        check(r.returncode == 0 and r.stdout.startswith('usage: ' + name) and max(map(len, r.stdout.splitlines())) <= 145, f'{name} --help')


def test_tls():
    """The same over TLS: by a certificate that is trusted and names the address, or with --insecure."""
    if not shutil.which('openssl'):
        skip('openssl is not here')
        return
    for name, subject in (('good', 'IP:127.0.0.1'), ('other', 'DNS:example.vn')):
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', f'{folder}/{name}.key', '-out',
                        f'{folder}/{name}.pem', '-days', '2', '-subj', '/CN=test', '-addext', f'subjectAltName={subject}'], check=True, stderr=subprocess.DEVNULL)

    def fake(name, behave=lambda fake, number: None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f'{folder}/{name}.pem', f'{folder}/{name}.key')
        return Fake(behave, context)

    f = fake('good', lambda fake, number: [None, ('lose',), ('cut', 20), ('slow',)][number % 16 % 4 if number % 16 < 4 else 0])
    _, path = load(f, '--ca', f'{folder}/good.pem', '--saves', 10, '--submit', '--attempts', 20, '--connections', 4, '--read-every', 5, '--duration', 20, history=True)
    done = {(o.attempt, o.number) for o in acknowledged(records.read(path))}
    check(len(done) == 200 and all(v['done'] for v in f.attempts.values()), 'TLS: all is saved and handed in', len(done))
    check(program('bangvang-check-history', '--alone', path).returncode == 0, 'TLS: the history is possible')
    f.close()
    for name, arguments, status, what in (('good', [], 1, 'a certificate that nobody trusts'), ('other', ['--ca', f'{folder}/other.pem'], 1, 'one of another name'),
                                          ('other', ['--insecure'], 0, '--insecure takes any')):
        f = fake(name)
        report, _ = load(f, '--duration', 0.5, '--warmup', 0, '--connections', 2, *arguments, status=status)
        check((report['connectFaults'] > 0) == (status == 1) and (f.requests > 0) == (status == 0), f'TLS: {what}', report)
        f.close()
    f = fake('good')
    check(program('bangvang-load', '--ca', f'{folder}/none', f.url).returncode in (2, 3), 'TLS: no such file of certificates')
    f.close()


test_usage()
test_tls()
test_broken()
test_refusals()
test_again()
test_faults()
test_bounds()
test_omission()
finish()
