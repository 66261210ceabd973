#!/usr/bin/env python3
"""HTTP as it must be and as it must not be: what two readers could read differently is refused and the connection ends (RFC 9112 §11)."""
import re, signal, socket, sys, threading, time
from daemon import Daemon, check, finish, raw, read_answer

OTHER = b'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'
LAST = b'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
HOST = b'Host: a\r\n'

# name, bytes, the statuses that are right; after any of them nothing of what follows may be answered
BAD = [
    ('a Content-Length beside a Transfer-Encoding', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', {400}),
    ('the same the other way round', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n', {400}),
    ('chunked alone', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n', {411}),
    ('chunked hidden by a tab', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n', {411}),
    ('an unknown encoding', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n', {411}),
    ('two encodings', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', {411}),
    ('a space before the colon of Transfer-Encoding', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n', {400, 411}),
    ('two different lengths', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Content-Length: 0\r\nContent-Length: 5\r\n\r\nGET /', {400}),
    ('two equal lengths', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Content-Length: 0\r\nContent-Length: 0\r\n\r\n', {400}),
    ('a list of lengths', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Content-Length: 0, 0\r\n\r\n', {400}),
    ('a length with a sign', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Content-Length: +5\r\n\r\nhello', {400}),
    ('a negative length', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Content-Length: -1\r\n\r\n', {400}),
    ('a hexadecimal length', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Content-Length: 0x5\r\n\r\nhello', {400}),
    ('an empty length', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Content-Length: \r\n\r\n', {400}),
    ('a length beyond 2^64', b'POST /problems/x HTTP/1.1\r\n' + HOST + b'Content-Length: 18446744073709551617\r\n\r\n', {400, 413}),
    ('a folded header line', b'GET /healthz HTTP/1.1\r\n' + HOST + b'X-A: b\r\n c\r\n\r\n', {400}),
    ('a folded line by a tab', b'GET /healthz HTTP/1.1\r\n' + HOST + b'X-A: b\r\n\tc\r\n\r\n', {400}),
    ('a first line that is folded', b'GET /healthz HTTP/1.1\r\n X-A: b\r\n' + HOST + b'\r\n', {400}),
    ('bare line feeds', b'GET /healthz HTTP/1.1\nHost: a\n\n', {400}),
    ('one bare line feed after the request line', b'GET /healthz HTTP/1.1\nHost: a\r\n\r\n', {400}),
    ('one bare line feed between fields', b'GET /healthz HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n', {400}),
    ('a bare line feed at the end of the header', b'GET /healthz HTTP/1.1\r\nHost: a\r\n\n', {400}),
    ('the same with a NUL after it', b'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\n\0', {400}),
    ('a bare carriage return in a value', b'GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\rc\r\n\r\n', {400}),
    ('a NUL in a value', b'GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n', {400}),
    ('a NUL in a name', b'GET /healthz HTTP/1.1\r\nHost: a\r\nX\0A: b\r\n\r\n', {400}),
    ('a NUL in the target', b'GET /healthz\0/x HTTP/1.1\r\nHost: a\r\n\r\n', {400}),
    ('a NUL in the method', b'GE\0T /healthz HTTP/1.1\r\nHost: a\r\n\r\n', {400}),
    ('a control character in a value', b'GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\x01c\r\n\r\n', {400}),
    ('no colon', b'GET /healthz HTTP/1.1\r\nHost: a\r\nX-A\r\n\r\n', {400}),
    ('no name', b'GET /healthz HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n', {400}),
    ('a name with a space', b'GET /healthz HTTP/1.1\r\nHost: a\r\nX A: b\r\n\r\n', {400}),
    ('a name with a bracket', b'GET /healthz HTTP/1.1\r\nHost: a\r\nX(A): b\r\n\r\n', {400}),
    ('an absolute target', b'GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n', {400}),
    ('an absolute target of another host', b'GET http://b/healthz HTTP/1.1\r\nHost: a\r\n\r\n', {400}),
    ('an authority as target', b'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', {400}),
    ('an asterisk as target', b'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', {400}),
    ('two spaces before the target', b'GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n', {400}),
    ('two spaces after it', b'GET /healthz  HTTP/1.1\r\nHost: a\r\n\r\n', {400}),
    ('a space at the end of the line', b'GET /healthz HTTP/1.1 \r\nHost: a\r\n\r\n', {400}),
    ('a space in the target', b'GET /heal thz HTTP/1.1\r\nHost: a\r\n\r\n', {400}),
    ('a tab for a space', b'GET\t/healthz\tHTTP/1.1\r\nHost: a\r\n\r\n', {400}),
    ('bytes beyond ASCII in the target', 'GET /bảng HTTP/1.1\r\nHost: a\r\n\r\n'.encode(), {400}),
    ('no Host', b'GET /healthz HTTP/1.1\r\n\r\n', {400}),
    ('two Hosts', b'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', {400}),
    ('an empty Host', b'GET /healthz HTTP/1.1\r\nHost:\r\n\r\n', {400}),
    ('a Host with a path', b'GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n', {400}),
    ('a Host with a name and password', b'GET /healthz HTTP/1.1\r\nHost: x@a\r\n\r\n', {400}),
    ('two cookies fields', b'GET /healthz HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\nCookie: a=c\r\n\r\n', {400}),
    ('two Origins', b'POST /healthz HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nOrigin: http://b\r\n\r\n', {400}),
    ('HTTP/1.0', b'GET /healthz HTTP/1.0\r\nHost: a\r\n\r\n', {505}),
    ('HTTP/1.2', b'GET /healthz HTTP/1.2\r\nHost: a\r\n\r\n', {505}),
    ('HTTP/2.0', b'GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n', {505}),
    ('a version in lower case', b'GET /healthz http/1.1\r\nHost: a\r\n\r\n', {400}),
    ('a version with a third number', b'GET /healthz HTTP/1.1.1\r\nHost: a\r\n\r\n', {400}),
    ('no version', b'GET /healthz\r\nHost: a\r\n\r\n', {400}),
    ('the preface of HTTP/2', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', {400, 505}),
    ('an expectation', b'POST /healthz HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 0\r\n\r\n', {417}),
    ('a body where none is read', b'POST /problems/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello', {405, 413}),
    ('a GET with a body', b'GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 36\r\n\r\n' + b'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n\r\n', {413}),
]

# name, bytes, status: refused, but the connection goes on
GOOD_HTTP = [
    ('an unknown path', b'GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    ('an unknown method', b'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', 501),
    ('a method in lower case', b'get / HTTP/1.1\r\nHost: a\r\n\r\n', 501),
    ('TRACE', b'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n', 501),
    ('a method that the path has not', b'DELETE / HTTP/1.1\r\nHost: a\r\n\r\n', 405),
    ('a path that goes up', b'GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    ('a path that goes up inside', b'GET /problems/../healthz HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    ('a path that stays', b'GET /./healthz HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    ('two slashes', b'GET //healthz HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    ('a slash at the end', b'GET /healthz/ HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    ('a path with an escape', b'GET /%68ealthz HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    ('an escaped way up', b'GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    ('an escaped NUL', b'GET /healthz%00 HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    ('a fragment', b'GET /healthz#x HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    ('a backslash', b'GET /..\\etc\\passwd HTTP/1.1\r\nHost: a\r\n\r\n', 404),
    ('an unknown parameter', b'GET /healthz?x=1 HTTP/1.1\r\nHost: a\r\n\r\n', 422),
    ('a page of another site', b'POST /healthz HTTP/1.1\r\nHost: a\r\nOrigin: https://b\r\nContent-Length: 0\r\n\r\n', 405),
    ('a field of 4,000 bytes', b'GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: ' + b'b' * 4000 + b'\r\n\r\n', 200),
    ('a value with spaces around it', b'GET /healthz HTTP/1.1\r\nHost:   a\r\nX-A: b \t \r\n\r\n', 200),
    ('an empty value', b'GET /healthz HTTP/1.1\r\nHost: a\r\nX-A:\r\n\r\n', 200),
    ('an empty line before', b'\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n', 200),
    ('HEAD', b'HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n', 200),
]


def statuses(got):
    return [int(s) for s in re.findall(rb'HTTP/1\.1 (\d{3}) ', got)]


def test_corpus(d):
    for name, data, right in BAD:
        got = raw(d, data + LAST)
        s = statuses(got)
        # libmicrohttpd 0.9.75 answers a Content-Length that is none by itself, and twice.
        once = len(s) == 1 or (len(s) == 2 and b'wrong value for <b>Content-Length' in got or b'large value for <b>Content-Length' in got)
        check(once and set(s) <= right or (not s and not got and 400 in right), f'{name}: {s or "closed"}, and nothing after it is read', got[-300:])
        if s and b'application/problem+json' in got:
            check(b'"requestId"' in got and b'Content-Security-Policy:' in got and b'Connection: close' in got, '  as a problem, with the fields of every answer', got)
    for name, data, status in GOOD_HTTP:
        got = raw(d, data + LAST)
        check(statuses(got) == [status, 200], f'{name}: {status}, and the connection goes on', got)
    got = raw(d, OTHER * 49 + LAST)
    check(statuses(got) == [200] * 50, '50 requests at once are answered one after the other', statuses(got))


def test_sizes(d):
    def line(n):
        return b'GET /' + b'a' * (n - 1) + b' HTTP/1.1\r\nHost: a\r\n\r\n'
    check(statuses(raw(d, line(2048) + LAST)) == [404, 200], 'a target of 2,048 bytes is read')
    check(statuses(raw(d, line(2049) + LAST)) == [414], 'one of 2,049 is not')
    check(statuses(raw(d, line(40000))) == [414], 'nor one beyond all memory of a connection')
    few, many = (b'GET /healthz HTTP/1.1\r\nHost: a\r\n' + b'X-A: b\r\n' * n + b'\r\n' for n in (63, 64))
    check(statuses(raw(d, few + LAST)) == [200, 200] and statuses(raw(d, many + LAST)) == [431], '64 fields are read, 65 are not')

    def header(n):
        start = b'GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: '
        return start + b'b' * (n - len(start) - 4) + b'\r\n\r\n'
    check(statuses(raw(d, header(4096) + LAST)) == [200, 200], 'a header of header_max bytes is read')
    check(statuses(raw(d, header(4097) + LAST)) == [431], 'a longer one is not')
    check(statuses(raw(d, header(100000))) == [431], 'nor one beyond all memory')
    check(raw(d, b'A' * 100000) is not None and raw(d, bytes(range(256)) * 200) is not None, 'rubbish is survived')


def test_fields(d):
    c = d.client()
    a = c('DELETE', '/')
    check(a.status == 405 and a.field('Allow') == 'GET, HEAD', 'a 405 names the methods that the path has', a)
    a = c('HEAD', '/')
    check(a.status == 200 and int(a.field('Content-Length')) > 100 and a.field('ETag'), 'HEAD has the fields of GET', a)
    a = c('GET', '/', Accept_Language='en-GB,en;q=0.9,vi;q=0.1')
    check(a.field('Content-Language') == 'en' and b'lang="en"' in a.body, 'English when it is wanted more', a)
    for accept in ('vi', 'fr', 'en;q=0.5,vi;q=0.6', 'en;q=0', None):
        a = c('GET', '/nothing', Accept_Language=accept)
        check(a.field('Content-Language') == 'vi' and a.json()['title'] == 'Không tìm thấy', f'Vietnamese for {accept}', a)
    a = c('GET', '/nothing', Accept_Language='en')
    check(a.json()['title'] == 'Not found' and a.json()['requestId'] == a.field('X-Request-Id'), 'a problem in English', a)
    for language, heading in (('vi', 'Không có trang này'), ('en', 'There is no such page')):
        a = c('GET', '/nothing', Accept='text/html,application/xhtml+xml,*/*;q=0.8', Accept_Language=language)
        check(a.status == 404 and a.field('Content-Type') == 'text/html; charset=utf-8' and f'<h1>{heading}</h1>' in a.body.decode() and a.field('Cache-Control') == 'no-store',
              f'who opens an address of nothing in a browser is told in {language}', a)
    a = c('GET', '/nothing', Accept='*/*')
    check(a.status == 404 and a.json()['type'] == '/problems/not-found', 'a script is given the document', a)
    tag = c('GET', '/').field('ETag')
    for condition in (tag, 'W/' + tag, f'"x", {tag}', '*'):
        a = c('GET', '/', If_None_Match=condition)
        check(a.status == 304 and not a.body and a.field('ETag') == tag, f'304 for If-None-Match: {condition}', a)
    check(c('GET', '/', If_None_Match='"x"').status == 200, '200 for another tag')
    csp = re.compile("default-src 'none'; script-src 'self'( 'sha256-[A-Za-z0-9+/]{43}=')*; style-src 'self'( 'sha256-[A-Za-z0-9+/]{43}=')*; img-src 'self' data: blob:; "
                     "media-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
                     "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types sw")
    for path in ('/', '/verify', '/healthz', '/nothing', '/api/openapi.json', '/problems/rate'):
        a = c('GET', path)
        data = a.field('Content-Type') in ('application/json', 'application/problem+json')
        policy = re.compile("default-src 'none'; frame-ancestors 'none'") if data else csp
        check(data == (path not in ('/', '/verify')) and policy.fullmatch(a.field('Content-Security-Policy')) and bool(a.field('Permissions-Policy')) != data and a.field('X-Content-Type-Options') == 'nosniff' and a.field('X-Request-Id') and
              a.field('Referrer-Policy') == 'no-referrer' and a.field('Strict-Transport-Security') and a.field('Content-Type'),
              f'{path} has the policy and the other fields', a)
    p = c('GET', '/problems/rate').json()
    check(p['status'] == 429 and p['title']['en'] == 'Too many requests' and p['title']['vi'], 'the type of a problem leads to what explains it', p)


def test_continue(d):
    s = d.connect()
    f = s.makefile('rb')
    head = b'POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n'
    s.sendall(head % 2)
    check(f.readline() == b'HTTP/1.1 100 Continue\r\n' and f.readline() == b'\r\n', 'who asks whether to go on with a body is told so')
    s.sendall(b'{}')
    check(read_answer(f).status == 422, 'and answered')
    s.sendall(head % 2000)
    check(read_answer(f).status == 413, 'with a body that is too large, before it is sent')


def test_slow():
    with Daemon(header_timeout_s=1, idle_timeout_s=2, body_timeout_s=1, threads=1) as d:
        def drip(data, step, start=b''):
            s = d.connect()
            began = time.monotonic()
            s.sendall(start)
            try:
                for b in data:
                    s.sendall(bytes([b]))
                    time.sleep(step)
                    s.setblocking(False)
                    try:
                        if s.recv(65536) == b'':
                            break
                    except BlockingIOError:
                        pass
                    s.setblocking(True)
            except OSError:
                pass
            s.close()
            return time.monotonic() - began
        results = {}
        jobs = {
            'a request line that drips': lambda: drip(b'G' * 600, 0.1),
            'a header that drips': lambda: drip(b'X-A: ' + b'b' * 600, 0.1, b'GET / HTTP/1.1\r\nHost: a\r\n'),
            'fields that drip': lambda: drip(b'a: b\r\n' * 120, 0.1, b'GET / HTTP/1.1\r\nHost: a\r\n'),
            'silence': lambda: wait_end(d),
            'silence after an answer': lambda: wait_end(d, OTHER),
        }
        threads = [threading.Thread(target=lambda n=n, j=j: results.__setitem__(n, j())) for n, j in jobs.items()]
        threads += [threading.Thread(target=lambda: [d.connect() for _ in range(200)])]
        for t in threads:
            t.start()
        time.sleep(0.3)
        began = time.monotonic()
        good = d.client()('GET', '/healthz')
        check(good.status == 200 and time.monotonic() - began < 20, 'meanwhile others are answered')
        for t in threads:
            t.join()
        for name in jobs:
            check(results[name] < 45, f'{name} ends after its time, whatever drips ({results[name]:.1f} s)')


def wait_end(d, data=b''):
    s = d.connect()
    began = time.monotonic()
    s.sendall(data)
    try:
        while s.recv(65536):
            pass
    except OSError:
        pass
    s.close()
    return time.monotonic() - began


def test_ready_at_once():
    """All connections have a request when the event thread looks, as many as libmicrohttpd asks about at once, or twice as many: see tools/httpd/epoll.c."""
    with Daemon(threads=1, connections=600, rate_page='100000/min burst 100000') as d:
        for count in (128, 256, 127):
            connections = [d.connect() for _ in range(count)]
            answered = 0
            for _ in range(2):  # the first time some are not accepted yet
                time.sleep(0.1)
                d.process.send_signal(signal.SIGSTOP)
                for s in connections:
                    s.sendall(b'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
                d.process.send_signal(signal.SIGCONT)
                for s in connections:
                    try:
                        answered += b'200 OK' in s.recv(4096)
                    except TimeoutError:
                        break
            check(answered == 2 * count, f'{count} connections that are ready at once are answered', answered)
            for s in connections:
                s.close()


def test_rates():
    with Daemon(rate_page='60/min burst 5', trusted_proxies='127.0.0.1') as d:
        c = d.client()
        got = [c('GET', '/healthz').status for _ in range(8)]
        check(got[:5] == [200] * 5 and got.count(429) >= 2, f'five requests at once, then 429: {got}')
        a = c('GET', '/healthz')
        check(a.status == 429 and 1 <= int(a.field('Retry-After')) <= 2, 'with the seconds to wait', a)
        a = c('GET', '/verify', Accept='text/html')
        check(a.status == 429 and 1 <= int(a.field('Retry-After')) <= 2 and '<h1>Quá nhiều yêu cầu trong thời gian ngắn</h1>' in a.body.decode(), 'in a browser, in words', a)
        check(c('GET', '/healthz', X_Forwarded_For='198.51.100.7').status == 200, "another client of a trusted proxy has tokens of its own")
        check(c('GET', '/healthz', X_Forwarded_For='192.0.2.1, 198.51.100.8').status == 200, 'the last address of the list is who it is')
        got = [c('GET', '/healthz', X_Forwarded_For=f'192.0.2.{i}, 198.51.100.9').status for i in range(8)]
        check(429 in got, 'what stands before it anybody may have written', got)
        twice = b'GET /healthz HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.%d\r\nX-Forwarded-For: 198.51.100.10\r\nConnection: close\r\n\r\n'
        got = [statuses(raw(d, twice % i))[0] for i in range(8)]
        check(429 in got, 'nor does a line of its own before that of the proxy count', got)
        got = [c('GET', '/healthz', X_Forwarded_For=f'2001:db8:1:2::{i:x}').status for i in range(8)]
        check(429 in got, 'the addresses of one IPv6 network are one client', got)
        got = [c('GET', '/healthz', X_Forwarded_For=f'2001:db8:9:{i:x}::1').status for i in range(8)]
        check(got == [200] * 8, 'two networks are two', got)
    with Daemon(rate_page='60/min burst 5') as d:
        c = d.client()
        got = [c('GET', '/healthz', X_Forwarded_For=f'198.51.100.{i}').status for i in range(8)]
        check(429 in got, 'without a trusted proxy the field says nothing', got)


def test_host():
    with Daemon(public_url='https://thi.example.vn') as d:
        c = d.client()
        check(c('GET', '/', Host='thi.example.vn').status == 200, 'the server by its name')
        check(c('GET', '/', Host='evil.example').status == 421, 'another name leads nowhere')
        check(c('GET', '/healthz', Host='evil.example').status == 200, 'but to the state of health')


def main():
    with Daemon(threads=2, header_max=4096, rate_page='100000/min burst 100000') as d:
        test_corpus(d)
        test_sizes(d)
        test_fields(d)
        test_continue(d)
        check('event=' in d.log() and 'AddressSanitizer' not in d.log(), 'it logs')
        check(d.stop() == 0, 'SIGTERM ends it with status 0', d.log())
    test_slow()
    test_ready_at_once()
    test_rates()
    test_host()
    finish()


main()
