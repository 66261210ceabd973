#!/usr/bin/env python3
"""What everybody may ask: keys, checkpoints with ETag, verification of certificates, receipts and checkpoints as JSON and on a page without scripts."""
import html, json, os, re, socket, subprocess, time
from daemon import BUILD, check, finish
from watch import daemon, open_sitting

S = 'dot-1'
LIMIT = 262144
VECTORS = os.environ['BV_SOURCE'] + '/tests/vectors/certs'


def verify(c, document, **fields):
    return c('POST', '/api/public/verify', {'document': document}, **fields)


def form(c, file=None, text='', lang='vi', boundary='----bvForm', body=None, **fields):
    if body is None:
        parts = [('document', None, text.encode()), ('file', 'tệp.json', file or b'')]
        body = b''.join(b'--' + boundary.encode() + b'\r\nContent-Disposition: form-data; name="' + n.encode() + b'"' +
                        (b'; filename="' + f.encode() + b'"\r\nContent-Type: application/octet-stream' if f else b'') + b'\r\n\r\n' + b + b'\r\n' for n, f, b in parts)
        body += b'--' + boundary.encode() + b'--\r\n'
    return c('POST', f'/verify?lang={lang}', body, **{'Content-Type': f'multipart/form-data; boundary={boundary}', **fields})


def verdict(a):
    found = re.search(r'<div class="verdict (\w+)">\s*<h1>.*?<span>([^<]*)</span></h1>(.*?)</div>', a.body.decode(), re.S)
    return found and (found[1], html.unescape(found[2] + found[3]))


def test_checkpoint(d, c):
    until = time.monotonic() + 60
    while (a := c('GET', f'/api/public/sittings/{S}/checkpoint')).status == 404 and time.monotonic() < until:
        time.sleep(0.2)
    note = a.body.decode()
    lines = note.split('\n')
    check(a.status == 200 and lines[0].endswith('/' + S) and int(lines[1]) > 0 and '\n\n\u2014 ' in note, 'a checkpoint is a signed note of the sitting', note)
    check(a.field('Content-Type').startswith('text/plain') and a.field('Cache-Control') == 'public, max-age=10' and a.field('ETag'), 'that may be cached', a)
    again = c('GET', f'/api/public/sittings/{S}/checkpoint', If_None_Match=a.field('ETag'))
    check(again.status == 304 and not again.body and again.field('ETag') == a.field('ETag'), 'and is not sent twice', again)
    for name in ('dot-9', 'x' * 64, 'x' * 65, '..', 'dot-1%20'):
        check(c('GET', f'/api/public/sittings/{name}/checkpoint').status == 404, f'there is none of {name[:9]}')
    keys = c('GET', '/api/public/keys')
    multikey = keys.json()['keys'][0]['multikey']
    check(keys.status == 200 and multikey.startswith('z6Mk') and multikey in open(f'{d.folder}/key/did.json').read() and keys.field('ETag') and 'max-age=3600' in keys.field('Cache-Control'),
          'the public key is the one of the ledger', keys)
    return note


def test_statements(d, c, note, receipt):
    text = json.dumps(receipt)
    for what, doc, kind, want in (('a receipt', text, 'receipt', 'valid'), ('a checkpoint', note, 'checkpoint', 'valid'),
                                  ('a receipt with another number', text.replace('"seq": "', '"seq": "1'), 'receipt', 'invalid'),
                                  ('a receipt that is cut', text[:-20], 'receipt', 'unreadable'),
                                  ('a checkpoint with another size', note.replace('\n', '\n9', 1), 'checkpoint', 'unknown-signer')):
        a = verify(c, doc)
        check(a.status == 200 and a.json()['type'] == kind and a.json()['verdict'] == want, f'{what}: {want}', a)
    vi, en = verify(c, text, Accept_Language='vi').json()['text'], verify(c, text, Accept_Language='en').json()['text']
    check((vi, en) == ('HỢP LỆ', 'VALID'), 'in Vietnamese and in English', (vi, en))
    program = subprocess.run([f'{BUILD}/tools/verify/bangvang-verify', '--json', '--lang', 'en', '--trust', f'{d.folder}/key', '-'], input=text, stdout=subprocess.PIPE, text=True)
    theirs, ours = json.loads(program.stdout)['statements'][0], verify(c, text, Accept_Language='en').json()
    check({k: v for k, v in theirs.items() if k not in ('file', 'signer')} == {k: v for k, v in ours.items() if k != 'signer'}, 'as bangvang-verify says it', (theirs, ours))


def at_one_time(report):
    """The two were asked one after the other: a second may have passed."""
    return json.loads(re.sub(r'valid at [0-9TZ:-]{20}', 'valid at NOW', json.dumps(report)))


def test_certificates(c):
    cert = open(f'{VECTORS}/good-1-full.json').read()
    for name in sorted(n for n in os.listdir(VECTORS) if re.match('(good|bad).*json', n)):
        ours = verify(c, open(f'{VECTORS}/{name}').read(), Accept_Language='en').json()
        program = subprocess.run([f'{BUILD}/tools/verify/bangvang-verify', '--json', '--lang', 'en', '--trust', f'{VECTORS}/trust', f'{VECTORS}/{name}'], stdout=subprocess.PIPE, text=True)
        theirs = json.loads(program.stdout)['certificates'][0]
        theirs = at_one_time(json.loads(json.dumps(theirs).replace(VECTORS + '/trust/', '')))
        check(ours['type'] == 'certificate' and {k: v for k, v in theirs.items() if k != 'file'} == {k: v for k, v in at_one_time(ours).items() if k != 'type'},
              f'{name} is {ours["verdict"]}, as bangvang-verify says it', (theirs, ours))
    for what, doc in (('changed', cert.replace('"name":"', '"name":"X', 1)), ('cut', cert[:-9]), ('empty JSON', '{}'), ('no JSON', 'xin chào'), ('deep', '[' * 5000)):
        a = verify(c, doc)
        check(a.status == 200 and a.json()['verdict'] == 'invalid', f'{what}: {a.json().get("verdict")}', a)
    shown = verify(c, cert.replace('"name":"', '"name":"<b>\u202e', 1)).body
    check('\u202e'.encode() not in shown, 'what turns the direction of writing is escaped')
    # A did:web issuer whose host listens here: nobody comes.
    s = socket.socket()
    s.bind(('127.0.0.1', 0))
    s.listen()
    s.settimeout(0.3)
    did = f'did:web:127.0.0.1%3A{s.getsockname()[1]}'
    a = verify(c, re.sub(r'did:(web|key):[^"#]+', did, cert))
    try:
        s.accept()
        came = True
    except socket.timeout:
        came = False
    check(a.status == 200 and a.json()['verdict'] != 'valid' and not came, 'no issuer is asked', a)
    return cert


def test_limits(c, cert):
    for what, doc, status in (('262,144 bytes', 'x' * LIMIT, 200), ('one more', 'x' * (LIMIT + 1), 422), ('the same in letters of two bytes', 'é' * (LIMIT // 2), 200),
                              ('and one more', 'é' * (LIMIT // 2) + 'x', 422), ('nothing', '', 422), ('a number', 5, 422), ('null', None, 422), ('an object', {}, 422)):
        a = verify(c, doc)
        check(a.status == status, f'{what}: {a.status}', a)
    check(c('POST', '/api/public/verify', {'document': 'x', 'trust': 'y'}).status == 422, 'whom to trust is not for the asker to say')
    body = b'{"document":"' + b'x' * (1048576 - 15) + b'"}'
    a = c('POST', '/api/public/verify', body)
    check(len(body) == 1048576 and a.status == 422, 'a body of 1 MiB is read', a)
    # The answer comes before the body has gone; a client that still sends may lose it with the connection.
    a = next(filter(None, (c('POST', '/api/public/verify', body[:-2] + b'x"}') for _ in range(20))), None)
    check(a and a.status == 413, 'one more byte is not', a)
    check(c('POST', '/api/public/verify', b'document=x', Content_Type='application/x-www-form-urlencoded').status == 415, 'JSON only')


def test_page(c, cert, note, receipt):
    vi, en = c('GET', '/verify'), c('GET', '/verify?lang=en')
    check(vi.status == 200 and '<html lang="vi">' in vi.body.decode() and 'Kiểm tra chứng nhận' in vi.body.decode() and 'enctype="multipart/form-data"' in vi.body.decode(), 'the page is in Vietnamese first')
    check('<html lang="en">' in en.body.decode() and '<html lang="en">' in c('GET', '/verify', Accept_Language='en').body.decode(), 'and in English')
    c.cookies.pop('lang', None)
    check(c('GET', '/verify', If_None_Match=vi.field('ETag')).status == 304 and c('GET', '/verify?lang=fr').status == 422, 'with an ETag')
    for what, args, want in (('a certificate pasted', {'text': cert}, ('good', 'Thật và còn giá trị')), ('a file', {'file': cert.encode()}, ('good', 'Thật')),
                             ('a file comes before what is pasted', {'file': cert.encode(), 'text': 'x'}, ('good', 'Thật')),
                             ('a changed one', {'text': cert.replace('"name":"', '"name":"X', 1)}, ('bad', 'Không đúng')),
                             ('a receipt', {'file': json.dumps(receipt).encode()}, ('good', 'HỢP LỆ')), ('a checkpoint', {'file': note.encode()}, ('good', 'HỢP LỆ')),
                             ('nothing', {}, ('open', 'Hãy chọn tệp')), ('blanks', {'text': ' \r\n '}, ('open', '')), ('262,145 bytes', {'file': b'x' * (LIMIT + 1)}, ('open', '256 KB')),
                             ('2 MiB and a byte of PDF', {'file': b'%PDF-' + b'x' * (2 << 20)}, ('open', '2 MB')), ('262,145 bytes of PDF', {'file': b'%PDF-' + b'x' * LIMIT}, ('bad', '')),
                             ('262,144 bytes', {'file': b'x' * LIMIT}, ('bad', '')), ('any bytes', {'file': bytes(range(256))}, ('bad', ''))):
        a = form(c, **args)
        v = verdict(a)
        check(a.status == 200 and v and v[0] == want[0] and want[1] in v[1], f'{what}: {v}', a)
    a = form(c, text='{"a":"<script>alert(1)</script>","name":"<img src=x>"}')
    check('<script>alert' not in a.body.decode() and '<img' not in a.body.decode(), 'what it quotes is escaped')
    a = form(c, text=cert, lang='en', Origin='null', Sec_Fetch_Site='same-origin')
    check(a.status == 200 and 'Genuine' in verdict(a)[1] and a.field('Cache-Control') == 'no-store', 'as browsers send it: Origin is null where there is no referrer', a)
    b = 'xYz'
    part = b'--xYz\r\nContent-Disposition: form-data; name="document"\r\n\r\nx\r\n'
    good = part + b'--xYz--\r\n'
    check(form(c, boundary=b, body=good).status == 200 and form(c, boundary=b, body=good[:-2]).status == 200, 'a form of one part, with and without the last line end')
    check(form(c, boundary=b, body=part * 8 + b'--xYz--\r\n').status == 200, 'of eight')
    for what, body in (('nine parts', part * 9 + b'--xYz--\r\n'), ('nothing', b''), ('no end', part), ('a half end', part + b'--xYz-'), ('another boundary', good.replace(b'xYz', b'xYZ')),
                       ('text before', b'x' + good), ('text after', good + b'x'), ('no header', b'--xYz\r\nx\r\n--xYz--'), ('a long header', b'--xYz\r\n' + b'x' * 2049 + b'\r\n\r\nx\r\n--xYz--')):
        a = form(c, boundary=b, body=body)
        check(a.status == 415, f'a form of {what}: {a.status}', a)
    for kind in ('multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=' + 'x' * 71, 'multipart/form-data; boundary=a b', 'application/json', 'multipart/mixed; boundary=xYz',
                 'multipart/form-data; x=1; boundary=xYz'):
        a = c('POST', '/verify', good, **{'Content-Type': kind})
        check(a.status == 415, f'{kind[:60]}: {a.status}')
    long = 'x' * 70
    check(form(c, boundary=long, text='x').status == 200 and form(c, boundary='"a?b"', body=good.replace(b'xYz', b'a?b')).status == 200, 'a boundary of 70, and one in quotes')


def test_rate(d):
    c = d.client()
    answers = [verify(c, 'x') for _ in range(10)]
    check([a.status for a in answers].count(200) <= 6 and answers[-1].status == 429 and int(answers[-1].field('Retry-After')) > 0, 'who verifies too much waits', answers[-1])
    check(c('GET', '/verify').status == 200, 'the page is still there')


def test_reader(d, cert):
    """The child that reads has a MiB more than the server: enough for a certificate, not for the report of one with thousands of facts of long names."""
    c = d.client()
    check(verify(c, cert).json()['verdict'] == 'valid', 'a child reads a certificate')
    cert = cert.replace('{', '{"' + 'm' * 300 + '":[' + '0,' * 4000 + '0],', 1)
    for _ in range(2):
        a = verify(c, cert, Accept_Language='en')
        check(a.status == 200 and a.json()['verdict'] == 'unchecked' and 'stopped' in a.json()['because'] and 'facts' not in a.json(), 'a reader that ends before it has read: nothing is known', a.body[:600])
    a = form(c, text=cert)
    check(a.status == 200 and 'Chưa kiểm tra được' in a.body.decode() and 'việc đọc đã dừng' in a.body.decode(), 'and the page says so', a.body[-2000:])
    check(c('GET', '/verify').status == 200 and 'event=verifier' in d.log(), 'the server goes on, and has noted it', d.log()[-1500:])


def main():
    d = daemon(rate_verify='60000/min burst 60000', verify_threads=1)
    candidates, _ = open_sitting(d, S, 1, 1, 1)
    d.config['trust'] = f'{VECTORS}/trust'
    d.configure()
    with d:
        c = d.client()
        receipt = candidates[0].save(0).json()['receipt']
        note = test_checkpoint(d, c)
        test_statements(d, c, note, receipt)
        cert = test_certificates(c)
        test_limits(c, cert)
        test_page(c, cert, note, receipt)
    if not os.environ.get('BV_SANITIZED'):  # whose shadow takes more room than any limit would leave
        d.config['verify_memory_mib'] = 1
        d.configure()
        with d:
            test_reader(d, cert)
        d.config['verify_memory_mib'] = 256
    d.config['rate_verify'] = '1/min burst 5'
    d.configure()
    with d:
        test_rate(d)
    finish()


main()
