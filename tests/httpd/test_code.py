#!/usr/bin/env python3
"""Certificates by their codes: every state, what was decided and why, every fact and check, as a page without scripts and as JSON; nothing for who knows no code."""
import hashlib, html, os, re
from daemon import Daemon, check, finish
from office import Office
from staff import FAST

JSON = {'Accept': 'application/json'}


def look(c, code, **fields):
    return c('GET', f'/v/{code}', **{**JSON, **fields})


def page(c, code, lang='vi', path=None):
    a = c('GET', path or f'/v/{code}?lang={lang}', Accept='text/html,application/xhtml+xml,*/*;q=0.8')
    text = a.body.decode()
    box = re.search(r'<div class="verdict (\w+)">\s*<h1>.*?<span>([^<]*)</span></h1>(.*?)</div>', text, re.S)
    return a, text, box and (box[1], html.unescape(box[2]), re.sub(r'\s+', ' ', html.unescape(re.sub(r'<[^>]*>', ' ', box[3]))))


def test_states(c, o):
    for fate, state, kind, title, words in (
            ('valid', 'valid', 'good', 'Có giá trị', 'so từng dòng'), ('higher', 'valid', 'good', 'Có giá trị', ''),
            ('revoked', 'revoked', 'bad', 'Đã bị thu hồi', 'Lý do: Gian lận trong kỳ thi'), ('suspended', 'suspended', 'warn', 'Đang tạm đình chỉ', 'Lý do: Đang xác minh'),
            ('superseded', 'superseded', 'warn', 'Đã được thay bằng chứng nhận khác', f'số {o.serials["higher"]}'),
            ('corrected', 'superseded', 'warn', 'Đã được thay bằng chứng nhận khác', 'Lý do: Sai sót khi nhập dữ liệu'),
            ('expired', 'expired', 'warn', 'Đã hết hạn', 'Hết hạn ngày'), ('changed', 'invalid', 'bad', 'Không được tin', '')):
        said = look(c, o.codes[fate])
        body = said.json()
        check(said.status == 200 and body['state'] == state and body['code'] == o.codes[fate], f'{fate}: {state}', said.body)
        a, text, box = page(c, o.codes[fate])
        check(a.status == 200 and box and box[:2] == (kind, title) and words in box[2], f'  {title} {words}', box)
        day = re.search(r'(\d\d)/(\d\d)/(\d{4})', box[2])
        since = body.get('since')
        check((since is not None) == (state not in ('valid', 'invalid')) and (since is not None) == (day is not None), '  since when', (since, box[2]))
        check('noindex' in a.field('X-Robots-Tag') and '<meta name="robots" content="noindex">' in text and a.field('Cache-Control') == 'no-store', '  kept by nobody', text[:400])
    check(look(c, o.codes['revoked']).json()['reason'] == {'code': 'fraud', 'text': 'Gian lận trong kỳ thi'}, 'the class of reason')
    check(b'bi\xc3\xaan b\xe1\xba\xa3n s\xe1\xbb\x91 12' not in look(c, o.codes['revoked']).body, 'never the note')
    check(look(c, o.codes['superseded']).json()['successor']['serial'] == o.serials['higher'], 'what took its place')


def test_facts(c, o):
    said = look(c, o.codes['valid']).json()
    results = {r['check']: r['result'] for r in said['checks']}
    check(len(results) == 11 and set(results.values()) == {'passed'}, 'every check apart, the log too', results)
    facts = {f['path']: f['value'] for f in said['facts']}
    check(facts['credentialSubject.identifier[0].identityHash'] == 'Lê Thị Anh' and facts['credentialSubject.licenseNumber'] == o.serials['valid'] and said['birth'] == '1990-02-28',
          'everything that it says', facts)
    _, text, _ = page(c, o.codes['valid'])
    rows = {html.unescape(k): html.unescape(v) for k, v in reversed(re.findall(r'<tr><th scope="row">([^<]*)</th><td>([^<]*)</td></tr>', text))}
    check(rows.get('Người được cấp') == 'Lê Thị Anh' and rows.get('Ngày sinh') == '28/02/1990' and rows.get('Mức đạt') == 'L2' and rows.get('Kết luận') == 'Đạt' and
          rows.get('Hiểu biết về CNTT cơ bản') == '8,50 / 10 (cần ít nhất 4)' and rows.get('Số hiệu') == o.serials['valid'] and 'Trung tâm' in rows.get('Đơn vị cấp', '') and
          re.fullmatch(r'\d\d/\d\d/\d{4}', rows.get('Ngày công nhận', '')), 'to be compared with the paper', rows)
    check(len(re.findall(r'<li class="good">', text)) == 11 and 'Tra cứu lúc' in text and f'/v/{o.codes["valid"]}' in text, 'with ticks, the time and the address', text[-3000:])
    _, text, box = page(c, o.codes['valid'], 'en')
    check('<html lang="en">' in text and box[1] == 'Valid' and 'Basic knowledge of IT' in text and '8.50 / 10 (4 needed)' in text and 'Passed' in text, 'in English', box)
    _, text, box = page(c, o.codes['changed'])
    check('Lê Thị Anh' not in text and 'Hồ Thị Giang' not in text and '<li class="bad">' in text and 'facts' not in look(c, o.codes['changed']).json(),
          'of what does not verify nothing is shown but that', box)


def test_codes(c, o):
    code = o.codes['valid']
    for typed in (code.lower(), code.replace('-', ''), code.replace('-', '.'), code.replace('0', 'o').replace('1', 'l')):
        check(look(c, typed).json()['code'] == code, f'typed as {typed}')
    for typed in (code.replace('-', '%20'), '%20' + code.lower() + '%20%20', code.replace('-', '%E2%80%93')):
        check(c('GET', f'/v?code={typed}').field('Location') == f'/v/{code}', f'typed as {typed}')
    for typed, hint in ((code[:-1], 'còn thiếu'), (code + 'A', 'bị thừa'), (code[:-1] + ('2' if code[-1] != '2' else '3'), 'gõ nhầm'), ('U' + code[1:], 'không bao giờ')):
        a, text, box = page(c, typed)
        check(a.status == 200 and box[1] == 'Mã chưa đúng' and hint in box[2] and look(c, typed).json()['state'] == 'malformed-code', f'{typed}: {hint}', box)
    unknown = ('M30C-Y804-2PS7', 'GRC3-GAEE-V1DS', 'GQFR-H52B-46B5')
    said = [re.sub(r'(?m)^.*("code"|"address"|"checkedAt").*\n', '', look(c, u).body.decode()) for u in unknown]
    check(len(set(said)) == 1 and '"not-found"' in said[0] , 'unknown codes: one message', said)
    a, text, box = page(c, unknown[0])
    check(a.status == 200 and box[:2] == ('bad', 'Không tìm thấy mã này') and 'không phải do đơn vị này cấp' in box[2], '  in words', box)
    a = c('GET', f'/v?code={code.lower().replace("-", "%20")}')
    check(a.status == 303 and a.field('Location') == f'/v/{code}', 'a form without scripts leads there', a)
    for typed, where in (('xyz%22%3E', 'xyz~~'), ('', '-'), ('%20', '-'), ('a/b', 'a~b'), ('A' * 200, 'A' * 33), ('%C4%90', '~')):
        check(c('GET', f'/v?code={typed}').field('Location') == f'/v/{where}', f'what is no code leads to what is wrong with it: {where}', c('GET', f'/v?code={typed}'))
    check('value="xyz~~"' in page(c, 'xyz~~')[1], '  with what was typed', page(c, 'xyz~~')[1])
    for path in ('/v', '/V', '/v?lang=en'):
        a = c('GET', path)
        check(a.status == 303 and a.field('Location') == '/offline/index.html', f'{path}: the symbol on paper leads to the page that verifies by itself', a)
    for path in (f'/v/{code}/', f'/v/{code}?x=1', '/v/' + 'A' * 65, f'/v?code={"A" * 201}'):
        check(c('GET', path).status in (404, 422), f'{path[:24]}… is refused')
    check(c('POST', f'/v/{code}', b'').status == 405, 'only asked for')


def upload(c, bytes_, lang='vi'):
    body = b'--xYz\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: application/octet-stream\r\n\r\n' + bytes_ + b'\r\n--xYz--\r\n'
    a = c('POST', f'/verify?lang={lang}', body, **{'Content-Type': 'multipart/form-data; boundary=xYz'})
    box = re.search(r'<div class="verdict (\w+)">\s*<h1>.*?<span>([^<]*)</span></h1>(.*?)</div>', a.body.decode(), re.S)
    return a, a.body.decode(), box and (box[1], html.unescape(box[2]), box[3])


def test_files(c, o):
    for end in ('json', 'jwt', 'sd-jwt', 'qr'):
        for fate, title in (('valid', 'Thật và còn giá trị'), ('revoked', 'Đã bị thu hồi hoặc tạm đình chỉ'), ('suspended', 'Đã bị thu hồi hoặc tạm đình chỉ'), ('expired', 'Ngoài thời hạn')):
            with open(o.file(fate, end), 'rb') as f:
                a, text, box = upload(c, f.read())
            check(a.status == 200 and box and box[1] == title, f'{fate} as {end}: {title}', (box, text[-3000:]))
    with open(o.file('valid'), 'rb') as f:
        good = f.read()
    a, text, box = upload(c, good)
    check(f'href="/v/{o.codes["valid"]}"' in box[2] and '<li class="open">' not in text and text.count('<li class="good">') == 11, 'the register is asked, and the log', box)
    a, text, box = upload(c, good.replace(b'"L2"', b'"L3"'))
    check(box[:2] == ('bad', 'Không đúng') and f'href="/v/{o.codes["valid"]}"' in box[2] and 'CHƯA được chứng minh' in text, 'a forged level is found, and the true one is a click away', box)
    for text in (o.codes['valid'], f'https://so.example.vn/v/{o.codes["valid"].lower()}', f' {o.codes["valid"].replace("-", " ")}\n'):
        a, _, _ = upload(c, text.encode())
        check(a.status == 303 and a.field('Location') == f'/v/{o.codes["valid"]}', f'a code where a file is asked for: {text.strip()}', a)
    a, text, box = upload(c, good, 'en')
    check(box[1] == 'Genuine and good' and '<html lang="en">' in text, 'in English', box)


def test_listed(c):
    """The page that verifies by itself reads what files there are, and asks for one when it needs it: by then the server may have read all of them again, in another order."""
    listed = c('GET', '/offline/trust.json').json()

    def name(folder, what):
        return re.compile(folder + '/' + hashlib.sha256(what).hexdigest()[:16] + r'\.\w+')
    check(len(listed['status']) > 1 and listed['trust'], 'files are listed', listed)
    for path in listed['trust']:
        a = c('GET', f'/offline/{path}')
        check(a.status == 200 and name('trust', a.body).fullmatch(path), f'{path} is called after its bytes', a)
    for address, (path,) in listed['status'].items():
        a = c('GET', f'/offline/{path}')
        check(a.status == 200 and name('status', address.encode()).fullmatch(path), f'{path} is called after {address}', a)


def test_outside(o):
    """What cannot be known now is that, and nothing else."""
    os.mkdir(o.path('empty'))
    with Daemon(**FAST, **o.config(status=o.path('empty'))) as d:
        c = d.client()
        for fate, state in (('valid', 'could-not-check'), ('expired', 'expired'), ('revoked', 'revoked')):
            check(look(c, o.codes[fate]).json()['state'] == state, f'no lists: {fate} is {state}')
        a, text, box = page(c, o.codes['valid'])
        check(box[:2] == ('open', 'Chưa kiểm tra được') and '<li class="open">' in text and 'không có nghĩa là chứng nhận giả' in box[2], '  in words', box)
        os.rename(o.path('r.db'), o.path('gone.db'))
        os.rename(o.path('log'), o.path('log-gone'))
        said = look(c, o.codes['valid'])
        check(said.json()['state'] in ('could-not-check', 'valid'), 'a register that is away for a moment', said.body)
        os.rename(o.path('gone.db'), o.path('r.db'))
        os.rename(o.path('log-gone'), o.path('log'))
        c.close()
    with Daemon(**FAST) as d:
        c = d.client()
        said = look(c, o.codes['valid'])
        check(said.json()['state'] == 'could-not-check' and 'không tra được sổ' in said.json()['text'], 'a server without a register knows nothing', said.body)
        check('id="code"' not in c('GET', '/verify').body.decode(), '  and asks for no code')
        c.close()
    with Daemon(**{**FAST, 'rate_verify': '6/min burst 5'}, **o.config()) as d:
        c = d.client()
        said = [look(c, o.codes['valid']).status for _ in range(7)]
        check(said == [200] * 5 + [429] * 2, 'who asks too often is told to wait', said)
        c.close()


def test_about(c, o):
    a = c('GET', '/about?lang=en')
    text = html.unescape(a.body.decode())
    multikey = o.read('issuer/key.multikey').split()[0]
    check(a.status == 200 and 'did:web:so.example.vn' in text and multikey in text and 'trusted' in text, 'the issuer and its keys', text)
    checkpoint = o.read('log/checkpoint').split('\n')
    check('so.example.vn/log' in text and f'>{checkpoint[1]}<' in text and 'The log\'s signature is good' in text and o.read('log/vkey').strip() in text, 'the head of the log', checkpoint[:3])


def main():
    o = Office()
    with Daemon(**{**FAST, 'rate_verify': '60000/min burst 6000'}, **o.config()) as d:
        c = d.client()
        test_states(c, o)
        test_facts(c, o)
        test_codes(c, o)
        test_about(c, o)
        test_files(c, o)
        test_listed(c)
        c.close()
    test_outside(o)
    finish()


main()
