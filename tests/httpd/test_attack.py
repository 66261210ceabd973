#!/usr/bin/env python3
"""The server of an exam under attack: bodies that drip, answers that nobody reads, crowds of connections, requests hidden in requests, paths and fields that
another reader would read differently, saves of other sites, replayed saves, another candidate's attempt, JSON made to hurt. Each is refused, nothing of it is
in the ledger, and meanwhile a candidate's answers are saved."""
import json, re, socket, sqlite3, sys, threading, time
from daemon import check, finish, raw
from staff import staff
from test_save import A, B, daemon, open_exam

RATES = {'rate_save': '6000000/min burst 1000000', 'rate_api': '600000/min burst 100000', 'rate_page': '600000/min burst 100000',
         'rate_log': '60000/min burst 60000', 'second_factor': 'no'}


def events(d):
    return sqlite3.connect(d.config['ledger'][7:], timeout=20).execute('SELECT count(*) FROM event').fetchone()[0]


def statuses(got):
    return [int(s) for s in re.findall(rb'HTTP/1\.1 (\d{3}) ', got)]


def save_bytes(c, fields=(), item=0, number=9, response=A, path=None, body=None, origin=()):
    """A save as bytes on the wire, with the session of c."""
    body = json.dumps({'item': item, 'number': number, 'response': response}).encode() if body is None else body
    head = [f'POST {path or c.path + "/answers"} HTTP/1.1', 'Host: localhost', f'Cookie: __Host-bv={c.token}', f'X-CSRF-Token: {c.c.fields["X-CSRF-Token"]}',
            'Content-Type: application/json', *fields]
    if not any(f.lower().startswith(('content-length', 'transfer-encoding')) for f in fields):
        head.append(f'Content-Length: {len(body)}')
    return '\r\n'.join(head).encode('latin-1') + b'\r\n\r\n' + body


# ---- Requests hidden in requests ----

def test_smuggling(d, one):
    hidden = save_bytes(one, number=4000, response=B)
    n = len(hidden)
    before = events(d)
    for name, fields, body in (
            ('a length of 0 and a body that is a save', ['Content-Length: 0', 'Content-Length: %d' % n], hidden),
            ('chunks behind a length', ['Content-Length: 4', 'Transfer-Encoding: chunked'], b'0\r\n\r\n' + hidden),
            ('chunks before a length', ['Transfer-Encoding: chunked', 'Content-Length: %d' % (n + 5)], b'0\r\n\r\n' + hidden),
            ('chunks', ['Transfer-Encoding: chunked'], b'%x\r\n%s\r\n0\r\n\r\n' % (n, hidden)),
            ('chunks with an extension', ['Transfer-Encoding: chunked'], b'0;a="\r\n\r\n"\r\n\r\n' + hidden),
            ('chunks by a vertical tab', ['Transfer-Encoding:\x0bchunked'], b'0\r\n\r\n' + hidden),
            ('chunks in quotes', ['Transfer-Encoding: "chunked"'], b'0\r\n\r\n' + hidden),
            ('chunks, twice', ['Transfer-Encoding: chunked, chunked'], b'0\r\n\r\n' + hidden),
            ('chunks and identity', ['Transfer-Encoding: chunked, identity'], b'0\r\n\r\n' + hidden),
            ('chunks in capitals', ['TRANSFER-ENCODING: CHUNKED'], b'0\r\n\r\n' + hidden),
            ('chunks folded', ['Transfer-Encoding:\r\n chunked'], b'0\r\n\r\n' + hidden),
            ('chunks in a field of two words', ['Transfer Encoding: chunked'], b'0\r\n\r\n' + hidden),
            ('chunks behind a bare line feed', ['X: y\nTransfer-Encoding: chunked'], b'0\r\n\r\n' + hidden),
            ('chunks behind a bare carriage return', ['X: y\rTransfer-Encoding: chunked'], b'0\r\n\r\n' + hidden),
            ('chunks with a NUL', ['Transfer-Encoding: chunked\0'], b'0\r\n\r\n' + hidden),
            ('a length behind a tab', ['Content-Length\t: 0'], hidden),
            ('a length with a comma', ['Content-Length: 0,%d' % n], hidden),
            ('a length with a fraction', ['Content-Length: 0.0'], hidden),
            ('a length with an exponent', ['Content-Length: 1e1'], hidden),
            ('a length in Arabic digits', ['Content-Length: \xd9\xa1'], hidden),
            ('a length with a space inside', ['Content-Length: 1 0'], hidden),
            ('a length of 2^32', ['Content-Length: 4294967296'], hidden),
            ('a length of 2^64', ['Content-Length: 18446744073709551616'], hidden)):
        got = raw(d, save_bytes(one, fields, body=body), timeout=5)
        s = statuses(got)
        # libmicrohttpd 0.9.75 answers a length beyond 2^64 by itself, and twice.
        check(200 not in s and len([x for x in s if x != 400]) <= (2 if b'<html>' in got else 1), f'{name}: {s or "closed"}', got[-400:])
    check(events(d) == before, 'no hidden save is in the ledger', events(d) - before)
    # A whole request, and what stands behind it is the next one: as long as both readers agree on where it ends.
    got = raw(d, save_bytes(one, number=20) + save_bytes(one, ['Connection: close'], number=21, response=B))
    check(statuses(got) == [200, 200] and events(d) == before + 2, 'two saves one after the other are two', got[-300:])
    got = raw(d, save_bytes(one, ['Connection: close', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'], number=22))
    check(statuses(got) == [200], 'an upgrade to HTTP/2 is not taken', got[:200])
    got = raw(d, save_bytes(one, ['Connection: close, Cookie, X-CSRF-Token, Content-Length'], number=23))
    check(statuses(got) == [200], 'fields that Connection names are the fields that they are', got[:200])


# ---- Paths and fields ----

def test_paths(d, one, two):
    mine, other = one.attempt, two.attempt
    for path in (f'/api/attempts/{mine}/../{other}/answers', f'/api/attempts/{mine}/%2e%2e/{other}/answers', f'/api/attempts/{mine}%2f..%2f{other}/answers',
                 f'/api/attempts/{mine}/..;/{other}/answers', f'/api/attempts/{mine};x=1/answers', f'/api/attempts/{mine}/answers;jsessionid=1',
                 f'/API/attempts/{mine}/answers', f'/api/Attempts/{mine}/answers', f'/api/attempts/{mine}/answers/', f'//api/attempts/{mine}/answers',
                 f'/api//attempts/{mine}/answers', f'/./api/attempts/{mine}/answers', f'/api/attempts/{mine}/answers%00', f'/api/attempts/{mine}/answers%20',
                 f'/api/attempts/{mine}/answers.json', f'/api/attempts/{mine}/%61nswers', f'/api/attempts/{mine}/answers%3f', f'\\api\\attempts\\{mine}\\answers',
                 f'/api/attempts/{mine}%252fanswers', f'/api/attempts/%c0%ae%c0%ae/{mine}/answers'):
        got = raw(d, save_bytes(one, ['Connection: close'], number=4001, path=path))
        check(statuses(got) in ([403], [404], [400]), f'{path}: {statuses(got)}', got[-300:])
    for path in (f'/api/attempts/+{mine}', f'/api/attempts/{mine}.0', f'/api/attempts/{mine}e0', f'/api/attempts/0x{mine:x}', f'/api/attempts/ {mine}',
                 f'/api/attempts/{mine}%20', f'/api/attempts/-{mine}', f'/api/attempts/{mine + 2 ** 32}', f'/api/attempts/{mine + 2 ** 64}', '/api/attempts/', '/api/attempts/%00'):
        got = raw(d, save_bytes(one, ['Connection: close'], number=4002, path=path + '/answers'))
        check(statuses(got) in ([403], [404], [400]), f'{path}: that is no number: {statuses(got)}', got[-300:])
    for fields in (['X-HTTP-Method-Override: DELETE'], ['X-Original-URL: /api/attempts/%d/submit' % mine], ['X-Rewrite-URL: /api/attempts/%d/submit' % mine],
                   ['X-Forwarded-Host: evil.example'], ['Forwarded: for=127.0.0.1;host=evil.example;proto=https'], ['X-Forwarded-For: 127.0.0.1'],
                   ['X-Real-IP: 127.0.0.1'], ['Range: bytes=0-1'], ['If-Match: "x"'], ['X-Attempt: %d' % other], ['Authorization: Bearer ' + two.token],
                   ['Accept-Language: ' + ','.join(f'x{i};q=0.{i}' for i in range(300))], ['X: ' + '\xff' * 50]):
        number = one.number = one.number + 1
        got = raw(d, save_bytes(one, ['Connection: close', *fields], item=3, number=100 + number))
        answer = json.loads(got.partition(b'\r\n\r\n')[2] or b'{}')
        check(statuses(got) == [200] and answer.get('attempt') == mine and answer.get('state') == 'started' or statuses(got) in ([400], [431]),
              f'{fields[0][:40]} changes nothing: {statuses(got)}', got[-300:])
    check(two.c('GET', two.path).json()['seq'] == 4, "the other's attempt is as it was")
    got = one.c('OPTIONS', one.path + '/answers', Origin='https://evil.example', Access_Control_Request_Method='POST')
    check(got.status in (405, 501) and not [f for f, _ in got.fields if f.lower().startswith('access-control')], 'no other site is told that it may', got)
    got = d.client()('GET', f'{one.path}?__Host-bv={one.token}')
    check(got.status in (401, 422), 'a token in the address is none', got)
    got = d.client()('GET', one.path, Authorization=f'Bearer {one.token}')
    check(got.status == 401, 'nor in Authorization', got)


# ---- Other sites, other candidates, the same again ----

def test_sites(d, one):
    before = events(d)
    for name, fields in (('another origin', {'Origin': 'https://evil.example'}), ('the null origin', {'Origin': 'null'}), ('an origin with our name in it', {'Origin': 'http://localhost.evil.example'}),
                         ('our name as a user', {'Origin': 'http://localhost@evil.example'}), ('another scheme', {'Origin': 'ftp://localhost'}), ('a cross-site fetch', {'Sec_Fetch_Site': 'cross-site'}),
                         ('a neighbour', {'Sec_Fetch_Site': 'same-site'}), ('no token', {'X_CSRF_Token': None}), ('an empty token', {'X_CSRF_Token': ''}), ('a token of zeros', {'X_CSRF_Token': '0' * 64}),
                         ('the token in capitals', {'X_CSRF_Token': one.c.fields['X-CSRF-Token'].upper()})):
        for path, body in ((one.path + '/answers', {'item': 0, 'number': 5000, 'response': A}), (one.path + '/submit', None)):
            c = one.client()
            if 'X_CSRF_Token' in fields:
                c.fields.pop('X-CSRF-Token')
            a = c('POST', path, body, **fields)
            check(a.status == 403 and a.json()['type'] == '/problems/cross-site', f'{name}, {path.rsplit("/", 1)[1]}: {a.status}', a)
    for kind in ('text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=utf-16', 'application/jsonx', ''):
        a = one.c('POST', one.path + '/answers', {'item': 0, 'number': 5000, 'response': A}, Content_Type=kind)
        check(a.status == 415, f'a body that says it is {kind or "nothing"}: {a.status}', a)
    check(events(d) == before, 'nothing of it is in the ledger')


def test_others(d, one, two, owner):
    before = events(d)
    unknown = str(10 ** 6)
    told = {}
    bodies = {'/answers': {'item': 0, 'number': 6000, 'response': B}, '/section': {'section': 0}, '/remarks': {'remark': 'help-over'}, '/appeal': {'about': 'marking'},
              '/seb': {'url': 'https://thi.example.vn/exam', 'configKey': 64 * '0'}}
    ways = [(method.upper(), path.partition('{id}')[2]) for path, methods in d.client()('GET', '/api/openapi.json').json()['paths'].items()
            if path.startswith('/api/attempts/{id}') and not path.endswith(('/acts', '/timeline', '/photo')) for method in methods if method in ('get', 'post', 'put', 'patch', 'delete')]
    check(len(ways) >= 11, f'the document of the routes has {len(ways)} for attempts', ways)
    for name, who in (('another candidate', two.c), ('nobody', d.client()), ('staff', owner)):
        for path in (one.path, f'/api/attempts/{unknown}', '/api/attempts/1'):
            for method, tail in ways:
                a = who(method, path + tail, bodies.get(tail) if method == 'POST' else None)
                told.setdefault((name, method + tail), set()).add((a.status, re.sub(r'"requestId":"[^"]*"', '', a.body.decode())))
    for (name, what), answers in told.items():
        check(len(answers) == 1 and {s for s, _ in answers} <= {401, 403},
              f'{name}, {what}: an attempt of somebody else, none, and a sitting are refused in the same words', answers)
    c = d.client()
    c.cookies['__Host-bv'] = two.token
    c.fields['X-CSRF-Token'] = one.c.fields['X-CSRF-Token']
    check(c('POST', two.path + '/answers', {'item': 0, 'number': 6000, 'response': B}).status == 403, "another session's token against forgery is none")
    check(events(d) == before and two.c('GET', two.path).json()['seq'] == 4, 'nothing of it is in the ledger')


def test_replays(d, one):
    first = save_bytes(one, ['Connection: close'], item=1, number=7000)
    newer = save_bytes(one, ['Connection: close'], item=1, number=7001, response=B)

    def body(got):
        return json.loads(got.partition(b'\r\n\r\n')[2])
    ack = body(raw(d, first))
    before = events(d)
    again = [body(raw(d, first)) for _ in range(3)]
    check(all(a['again'] and a['seq'] == ack['seq'] and a['receipt']['hash'] == ack['receipt']['hash'] for a in again) and events(d) == before,
          'the same bytes again are the same acknowledgement, and nothing more is stored', again)
    new = body(raw(d, newer))
    old = body(raw(d, first))
    check(old.get('superseded') and old['seq'] == new['seq'] and events(d) == before + 1, 'replayed after a newer answer they change nothing', old)
    answers = {x['item']: x['response'] for x in one.c('GET', one.path + '/answers').json()['answers']}
    check(answers[1] == B, 'the newer answer stands', answers)
    one.c('POST', one.path + '/submit')
    n = events(d)
    for data in (first, newer, save_bytes(one, ['Connection: close'], item=1, number=7002)):
        got = raw(d, data)
        check(statuses(got) in ([409], [200]) and (statuses(got) == [409] or body(got).get('again') or body(got).get('superseded')), f'after the end: {statuses(got)}', got[-300:])
    check(events(d) == n, 'and nothing is stored after the end')
    one.c('DELETE', '/api/session')
    check(statuses(raw(d, first)) == [401], 'after signing out the session is worth nothing')


# ---- JSON made to hurt ----

def test_json(d, one):
    before = events(d)
    good = b'{"item":0,"number":8000,"response":%s}'
    for name, body in (
            ('nothing', b''), ('white space', b' ' * 70000), ('half an object', b'{"item":0,'), ('two documents', good % b'{}' + b'{}'), ('a byte order mark', b'\xef\xbb\xbf' + good % b'{"R":{"base":null}}'),
            ('UTF-16', (good % b'{"R":{"base":null}}').decode().encode('utf-16')), ('bytes that are no UTF-8', good % b'{"R":{"base":{"string":"\xc3\x28"}}}'),
            ('an overlong slash', good % b'{"R":{"base":{"string":"\xc0\xaf"}}}'), ('half a pair', good % b'{"R":{"base":{"string":"\\ud800"}}}'),
            ('a NUL in a name', b'{"item":0,"number":8000,"response":{"\\u0000":{}}}'), ('a raw NUL', good % b'{"R":\0}'),
            ('a raw line feed in a string', good % b'{"R":{"base":{"string":"a\nb"}}}'), ('a comment', good % b'{}/*x*/'), ('a comma too many', b'{"item":0,"number":8000,"response":{},}'),
            ('single quotes', b"{'item':0}"), ('NaN', b'{"item":NaN,"number":8000,"response":{}}'), ('Infinity', b'{"item":0,"number":1e999999,"response":{}}'),
            ('a number of 10,000 digits', b'{"item":0,"number":' + b'9' * 10000 + b',"response":{}}'), ('a fraction', b'{"item":0.5,"number":8000,"response":{}}'),
            ('an item as text', b'{"item":"0","number":8000,"response":{}}'), ('an item as true', b'{"item":true,"number":8000,"response":{}}'), ('minus zero', b'{"item":-0.0,"number":8000,"response":{}}'),
            ('a member twice', b'{"item":0,"item":1,"number":8000,"response":{}}'), ('a response twice', b'{"item":0,"number":8000,"response":{},"response":{"R":{"base":null}}}'),
            ('a member twice inside', good % b'{"R":{"base":null},"R":{"base":null}}'), ('a member twice by an escape', good % b'{"R":{"base":null},"\\u0052":{"base":null}}'),
            ('__proto__', b'{"__proto__":{"item":0},"number":8000,"response":{}}'), ('10,000 levels', good % (b'[' * 10000 + b']' * 10000)), ('10,000 levels that do not end', good % (b'{"a":' * 10000)),
            ('30,000 members', good % (b'{' + b','.join(b'"%d":0' % i for i in range(8000)) + b'}')), ('an array at the top', b'[' + good % b'{}' + b']'),
            ('null', b'null'), ('text', b'"x"'), ('a response that is null', good % b'null'), ('another attempt beside', b'{"item":0,"number":8000,"response":{},"attempt":"3"}')):
        began = time.monotonic()
        a = one.c('POST', one.path + '/answers', body)
        check(a is not None and 400 <= a.status < 500, f'{name}: {a and a.status} in {time.monotonic() - began:.3f} s', a)
    check(events(d) == before, 'nothing of it is in the ledger', events(d) - before)


def test_verify(d):
    """Anybody may ask whether a document is genuine: no document takes long, makes the server fall, or is said to be genuine."""
    big = 262144
    c = d.client()
    for name, document in (
            ('nothing', ''), ('the largest of brackets', '[' * big), ('of objects', '{"a":' * (big // 5)), ('of one string', '"' + 'x' * (big - 2) + '"'),
            ('of numbers', '[' + '1,' * (big // 2 - 2) + '1]'), ('of members', '{' + ','.join(f'"{i}":0' for i in range(20000)) + '}'),
            ('a member a thousand times', '{' + ','.join('"proof":{}' for _ in range(1000)) + '}'), ('a number without end', '9' * big), ('NUL characters', '\0' * 1000),
            ('half a pair', '"\\ud800"'), ('a note without end', 'a\n1\n' + 'A' * 1000 + '\n\n' + '\u2014 a b\n' * 20000), ('a note of a size beyond 2^64', 'a\n99999999999999999999\nAAAA\n'),
            ('a receipt of nothing', '{"type":"bv-receipt-1"}'), ('a path without end', json.dumps({'type': 'bv-receipt-1', 'batch': {'index': 0, 'count': 2 ** 31, 'path': ['00' * 32] * 3000}})),
            ('a certificate of nothing', json.dumps({'@context': ['https://www.w3.org/ns/credentials/v2'], 'type': ['VerifiableCredential'], 'proof': {}})),
            ('entities', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')):
        began = time.monotonic()
        a = c('POST', '/api/public/verify', {'document': document})
        took = time.monotonic() - began
        verdict = a.json().get('verdict', a.status) if a is not None else None
        check(verdict in ('unreadable', 'invalid', 'unchecked', 'unknown-issuer', 'unknown-signer', 400, 413, 422), f'{name}: {verdict} in {took:.3f} s', a)


# ---- Slow and many ----

def read_nothing(d, one, count):
    """Asks for much and reads none of it."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    s.settimeout(60)
    s.connect(d.where)
    try:
        s.sendall(b'GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n' * count)
    except OSError:
        pass
    return s


def drip_body(d, one, seconds):
    """The head of a save at once, its body a byte at a time: how long it is let."""
    s = d.connect()
    data = save_bytes(one, body=json.dumps({'item': 0, 'number': 9000, 'response': {'R': {'base': {'string': 'x' * 400}}}}).encode())
    head, _, body = data.partition(b'\r\n\r\n')
    s.sendall(head + b'\r\n\r\n')
    s.settimeout(0.05)
    began = time.monotonic()
    for b in body:
        try:
            s.sendall(bytes([b]))
            if s.recv(65536) == b'' or time.monotonic() - began > seconds:
                break
        except TimeoutError:
            pass
        except OSError:
            break
    s.close()
    return time.monotonic() - began


def resident_kib(d):
    return int(re.search(r'VmRSS:\s+(\d+)', open(f'/proc/{d.process.pid}/status').read())[1])


def test_slow():
    with daemon(threads=2, body_timeout_s=2, answer_timeout_s=3, header_timeout_s=3, idle_timeout_s=4, connections=400, **RATES) as d:
        one, two = open_exam(d, 2)
        before, memory = events(d), resident_kib(d)
        took, stop, saved, worst = [], threading.Event(), [], [0.0]

        def save_on():
            number = 0
            while not stop.is_set():
                number += 1
                began = time.monotonic()
                a = None
                while a is None and not stop.is_set():
                    try:  # a page sends the same again until it is answered
                        a = two.save(number % 5, A if number % 2 else B, number=number)
                    except OSError:
                        two.c.close()
                worst[0] = max(worst[0], time.monotonic() - began)
                if a is not None:
                    saved.append(a.json().get('seq', a.status))
                time.sleep(0.01)
        threads = [threading.Thread(target=lambda: took.append(drip_body(d, one, 20))) for _ in range(20)]
        saver = threading.Thread(target=save_on)
        for t in [*threads, saver]:
            t.start()
        deaf = [read_nothing(d, one, 200) for _ in range(50)]
        for t in threads:
            t.join()
        check(len(took) == 20 and max(took) < 18, f'bodies that drip end after their time: {max(took):.1f} s')
        ended = 0
        until = time.monotonic() + 60
        for s in deaf:
            s.settimeout(max(0.1, until - time.monotonic()))
            try:
                while s.recv(65536):
                    pass
                ended += 1
            except ConnectionError:
                ended += 1
            except OSError:
                pass
            s.close()
        check(ended == len(deaf), f'{ended} of {len(deaf)} connections that read nothing are ended')
        crowd = []
        try:
            for _ in range(600):
                crowd.append(d.connect(timeout=2))
        except OSError:
            pass
        time.sleep(0.5)
        alive = two.c('GET', two.path)
        check(alive is not None and alive.status == 200, 'who is connected already is answered in a crowd of 600 where 400 have room', alive)
        for s in crowd:
            s.close()
        until, good = time.monotonic() + 60, None
        while time.monotonic() < until and (good is None or good.status != 200):
            try:
                good = d.client()('GET', '/healthz')
            except OSError:
                pass
        check(good is not None and good.status == 200, 'after it anybody is')
        stop.set()
        saver.join()
        check(len(saved) > 5 and saved == list(range(5, 5 + len(saved))), f'meanwhile {len(saved)} answers were saved one after the other, the slowest in {worst[0] * 1000:.0f} ms')
        check(events(d) - before - len(saved) in (0, 1), 'and nothing else')
        grown = resident_kib(d) - memory
        # The sanitizers keep what was freed.
        check(grown < 65536 or '--sanitized' in sys.argv, f'the memory has grown by {grown} KiB')


def main():
    with daemon(**RATES) as d:
        one, two, three = open_exam(d, 3)
        owner = staff(d, 'owner', 'scheme-owner')
        test_smuggling(d, one)
        test_paths(d, one, two)
        test_sites(d, one)
        test_others(d, one, two, owner)
        test_json(d, three)
        test_verify(d)
        test_replays(d, one)
        check(d.client()('GET', '/healthz').status == 200 and d.stop() == 0, 'the server is well after all of it, and ends with 0', d.log()[-500:])
    test_slow()
    finish()


main()
