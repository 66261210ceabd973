#!/usr/bin/env python3
"""A sitting that demands Safe Exam Browser: nothing about an attempt without its configuration; by the fields that SEB sends, or by the page that it hashes."""
import gzip, hashlib, hmac, os, plistlib, re, shutil, subprocess, time
from daemon import check, finish, skip
from exam import BANGVANG, NAME, Exam, run
from staff import staff

BEK = 'ab' * 32


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def seb_json(value):
    """SEB_JSON (doc/seb.md): keys in order without case, no spaces, nothing escaped, without originatorVersion and empty dictionaries."""
    if isinstance(value, dict):
        return '{' + ','.join(f'"{k}":{seb_json(value[k])}' for k in sorted(value, key=str.lower) if k != 'originatorVersion' and value[k] != {}) + '}'
    if isinstance(value, list):
        return '[' + ','.join(map(seb_json, value)) + ']'
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else f'"{value}"'


def unlocked(path, password):
    """The plist of a file under a password, by Python and OpenSSL's program: none of our code. None: another password, or a byte is another."""
    with open(path, 'rb') as f:
        body = gzip.decompress(f.read())
    head, salt, mac_salt, iv, text, mac = body[:6], body[6:14], body[14:22], body[22:38], body[38:-32], body[-32:]

    def key(s):
        return hashlib.pbkdf2_hmac('sha1', password.encode(), s, 10000, 32)
    if head != b'pswd\2\1' or not hmac.compare_digest(hmac.new(key(mac_salt), body[4:-32], 'sha256').digest(), mac):
        return None
    plain = subprocess.run(['openssl', 'enc', '-d', '-aes-256-cbc', '-K', key(salt).hex(), '-iv', iv.hex()], input=text, stdout=subprocess.PIPE, check=True).stdout
    return gzip.decompress(plain)


def test_files(folder):
    """Files as the command writes them, read by another implementation of the rules: the same keys, plain and under a password."""
    with open(f'{folder}/password', 'w', encoding='utf-8') as f:
        f.write('Mật khẩu 1\n')
    common = ('--url', 'https://thi.example.vn/', '--out', folder)
    run(BANGVANG, 'seb', 'new', '--sitting', 'ro', *common, '--vietnamese-typing')
    run(BANGVANG, 'seb', 'new', '--sitting', 'khoa', *common, '--vietnamese-typing', '--password', f'{folder}/password')

    def key(name):
        with open(f'{folder}/{name}.keys', encoding='utf-8') as f:
            return re.search(r'^config (\w{64})$', f.read(), re.M)[1]
    with open(f'{folder}/ro.seb', 'rb') as f:
        plain = f.read()
    plist = plistlib.loads(gzip.decompress(plain) if plain[:2] == b'\x1f\x8b' else plain)
    check(sha(seb_json(plist)) == key('ro'), 'the Config Key of a plain file is that of another implementation', (seb_json(plist), key('ro')))
    if not shutil.which('openssl'):
        skip('openssl, the program, is not here')
        return
    locked = unlocked(f'{folder}/khoa.seb', 'Mật khẩu 1')
    check(locked and sha(seb_json(plistlib.loads(locked))) == key('khoa'), 'of a file under a password, too', locked)
    check(unlocked(f'{folder}/khoa.seb', 'Mật khẩu 2') is None, 'which another password does not open')
    for name in ('ro', 'khoa'):
        os.remove(f'{folder}/{name}.seb'), os.remove(f'{folder}/{name}.keys')
    os.remove(f'{folder}/password')


def test_fields(e, ck, origin):
    plain = e.enter('T-00000')
    check(plain.entry.status == 201 and plain.entry.json().get('seb') is True, 'who signs in is told', plain.entry)
    a = plain.get()
    check(a.status == 403 and a.json()['type'].endswith('/seb') and 'Safe Exam Browser' in a.json()['title'], 'another browser gets nothing', a)
    for what, path in (('paper', '/paper'), ('sealed', '/sealed'), ('answers', '/answers'), ('key', '/key'), ('result', '/result')):
        check(plain.get(path).status == 403, f'  no {what}')
    check(plain.lease().status == 403 and plain.post('/start').status == 403 and plain.post('/remarks', {'remark': 'help', 'about': 'machine'}).status == 403, '  and does nothing')

    check(plain.c('GET', '/api/session').status == 200, '  but its session is told')

    def fields(path, key=ck, bek=BEK):
        return {'X-SafeExamBrowser-ConfigKeyHash': sha(origin + path + key), 'X-SafeExamBrowser-RequestHash': sha(origin + path + bek)}
    path = plain.path
    check(plain.get(**fields(path)).status == 200, 'with its fields it does', plain.get(**fields(path)))
    check(plain.get(**{k: v.upper() for k, v in fields(path).items()}).status == 200, '  in capitals, too')
    check(plain.post('/lease', **fields(path + '/lease')).status != 403 and plain.post('/lease', **fields(path)).status == 403, '  for what changes something, each by its own address')
    for what, given in (('of another address', fields(path + '/lease')), ('of another configuration', fields(path, key='cd' * 32)), ('of another browser', fields(path, bek='cd' * 32)),
                        ('cut', {k: v[:-1] for k, v in fields(path).items()}), ('of one kind only', dict(list(fields(path).items())[:1])), ('of the other kind only', dict(list(fields(path).items())[1:])),
                        ('of another host', {'X-SafeExamBrowser-ConfigKeyHash': sha('https://thi.khac.vn' + path + ck), 'X-SafeExamBrowser-RequestHash': sha('https://thi.khac.vn' + path + BEK)}),
                        ('that it is said elsewhere to be', {**fields('/x'), 'X-Forwarded-Host': 'thi.khac.vn', 'X-Original-URL': '/x'})):
        check(plain.get(**given).status == 403, f'  not by fields {what}')
    return plain


def test_page(e, ck, plain):
    """Without fields: macOS and iOS."""
    url = plain.get('/seb').json()['url']
    nonce = re.search(r'/exam\?n=([0-9a-f]{48})$', url)
    check(nonce and e.d.client()('GET', f'/exam?n={nonce[1]}').status == 200, 'a page with a nonce to be hashed', url)
    good = {'url': url + '#x', 'configKey': sha(url + ck), 'browserExamKey': sha(url + BEK)}
    a = plain.post('/seb', good)
    check(a.status == 200, 'its hashes are good', a)
    proof = {'X-SEB-Proof': a.json()['proof']}
    check(plain.get(**proof).status == 200 and plain.get('/answers', **proof).status != 403, 'the proof that is given then opens the attempt')
    again = plain.post('/seb', good)
    check(again.status == 403 and again.json()['type'].endswith('/seb'), '  a page counts once', again)
    e.d.stop()
    e.d.start()
    check(plain.post('/seb', good).status == 403, '  also when the server was started again')
    other = e.enter('T-00001')
    check(other.get(**proof).status == 403, '  of this session only')
    check(other.post('/seb', good).status == 403, 'hashes that somebody else was given to make are none')
    check(plain.get(**{'X-SEB-Proof': '0' * 64}).status == 403 and plain.get(**{'X-SEB-Proof': 'x'}).status == 403, 'no proof is none')
    old = re.sub(r'n=.{16}', 'n=00000000' + '5' * 8, url)
    for what, body in (('another address', {**good, 'url': url.replace('/exam', '/staff')}), ('more in the address', {**good, 'url': url + '&x=1'}), ('another time', {**good, 'url': old, 'configKey': sha(old + ck)}),
                       ('no hash', {**good, 'configKey': '0' * 64}), ('no browser', {k: v for k, v in good.items() if k != 'browserExamKey'}), ('nothing to find', {**good, 'url': 'x'})):
        check(plain.post('/seb', body).status == 403, f'refused: {what}')
    check(other.c('GET', f'{plain.path}/seb').status == 403 and other.c('POST', f'{plain.path}/seb', good).status == 403, "another's attempt is none of his")


def test_ledger(e, ck):
    """A sitting whose documents demand it: no folder is needed, and none can take it back, nor a server that starts again."""
    def fields(path):
        return {'X-SafeExamBrowser-ConfigKeyHash': sha('http://localhost' + path + ck), 'X-SafeExamBrowser-RequestHash': sha('http://localhost' + path + BEK)}
    one = e.enter('T-00000', name='so.cai')
    check(one.entry.json().get('seb') is True and one.get().status == 403 and one.get(**fields(one.path)).status == 200, 'what the ledger demands', one.entry)
    e.d.stop()
    e.d.start()
    until, settled = time.time() + 60, one.get()
    while settled.status == 503 and time.time() < until:
        settled = one.get()
    check(settled.status == 403 and settled.json()['type'].endswith('/seb') and one.get(**fields(one.path)).status == 200, 'a server that starts again knows it, or lets nobody in', settled)


def test_door(e):
    """A sitting that demands the code of the day of the room."""
    head, elsewhere = staff(e.d, 'giam-thi', 'proctor@sitting:co.ma'), staff(e.d, 'noi-khac', 'proctor@sitting:khac')
    path = '/api/sittings/co.ma/rooms'
    a = head('GET', f'{path}/P0/code')
    code = a.json()['code']
    check(a.status == 200 and re.fullmatch('[2-9A-HJ-NP-Z]{3}-[2-9A-HJ-NP-Z]{3}', code) and f'/exam#sitting=co.ma&room={code}' in a.json()['address'] and a.json()['qr'].startswith('<svg') and
          0 < a.json()['untilMs'] - time.time() * 1000 <= 86400000 and (a.json()['untilMs'] + 7 * 3600000) % 86400000 == 0, 'a proctor sees the code of his room, until midnight in Viet Nam', a)
    check(head('GET', f'{path}/P0/code').json()['code'] == code and head('GET', f'{path}/P1/code').json()['code'] != code, 'the same all day, and another for another room')
    check(head('GET', f'{path}/P9/code').status == 404 and elsewhere('GET', f'{path}/P0/code').status == 404, 'of no other sitting, and of rooms that are there')
    free = staff(e.d, 'tu-do', 'proctor@sitting:tu.do')('GET', '/api/sittings/tu.do/rooms/P0/code')
    check(free.status == 200 and free.json() == {'demanded': False}, 'where none is demanded there is none', free)
    for what, given in (('none', {}), ('that of another room', {'room': head('GET', f'{path}/P1/code').json()['code']}), ('a part of it', {'room': code[:6]}), ('one that is too long', {'room': code + '2'})):
        a = e.enter('T-00000', name='co.ma', **given).entry
        check(a.status == 403 and a.json()['type'].endswith('/room-code') and code not in a.body.decode(), f'refused: {what}', a)
    for typed in (code, code.lower().replace('-', ' '), code.replace('-', '')):
        check(e.enter('T-00000', name='co.ma', room=typed).entry.status == 201, f'taken: {typed}')
    # Who knows neither ticket nor access code is told nothing of rooms, and what he tries does not count against anybody.
    wrong = e.d.client()('POST', '/api/entry', {'sitting': 'co.ma', 'ticket': 'T-00001', 'code': 'AAAA-BBBB-CCCC', 'room': code})
    nobody = e.d.client()('POST', '/api/entry', {'sitting': 'co.ma', 'ticket': 'NOBODY', 'code': 'AAAA-BBBB-CCCC'})
    check(wrong.status == nobody.status == 401 and wrong.json()['type'] == nobody.json()['type'], 'a wrong access code is that and no more', (wrong, nobody))
    answers = [e.enter('T-00001', name='co.ma', room=f'AAA-{a}{b}2').entry for a in 'ABC' for b in 'DEFGHJKM']
    check(answers[-1].status == 429 and int(answers[-1].field('Retry-After')) > 0, 'who guesses waits', answers[-1])
    check(e.enter('T-00001', name='co.ma', room=code).entry.status == 429, 'also with the right one: he is not told that it is', answers[-1])
    check(e.enter('T-00002', name='co.ma', room=code).entry.status == 201, 'and nobody else does')
    head.close(), elsewhere.close()


def main():
    e = Exam(3, seb='/nowhere')
    folder = f'{e.folder}/seb'
    e.d.config['seb'] = folder
    os.mkdir(folder)
    test_files(folder)
    e.sitting('tu.do', 1)
    e.more = ('--room-codes',)
    e.sitting('co.ma', 52)
    e.more = ()
    e.d.configure()
    origin = 'http://localhost'  # as the client names it
    run(BANGVANG, 'seb', 'new', '--sitting', NAME, '--url', origin, '--out', folder, '--vietnamese-typing', '--browser-keys', BEK)
    with open(f'{folder}/{NAME}.keys', encoding='utf-8') as f:
        ck = re.search(r'^config (\w{64})$', f.read(), re.M)[1]
    e.more = ('--seb', f'{folder}/{NAME}.keys')
    e.sitting('so.cai', 1)
    with e:
        plain = test_fields(e, ck, origin)
        test_page(e, ck, plain)
        other = e.enter('T-00000', name='tu.do')
        check(other.entry.status == 201 and other.get().status == 200, 'another sitting is free', other.entry)
        a = e.d.client()('GET', f'/seb/{NAME}.seb')
        with open(f'{folder}/{NAME}.seb', 'rb') as f:
            check(a.status == 200 and a.field('Content-Type') == 'application/seb' and a.body == f.read(), 'its configuration is to be had without signing in', a)
        for path in ('/seb/tu.do.seb', f'/seb/{NAME}.keys', f'/seb/{NAME}', '/seb/..seb'):
            check(e.d.client()('GET', path).status == 404, f'{path} is not')
        test_door(e)
        test_ledger(e, ck)
        check(b'Safe Exam Browser' in e.d.client()('GET', '/seb-quit').body, 'a page that ends it')
    finish()


main()
