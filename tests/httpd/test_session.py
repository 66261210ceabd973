#!/usr/bin/env python3
"""Signing in: passwords, second factor, cookies, fixation, other sites' requests, rates, ends of sessions; what is in the database and in the log."""
import hashlib, re, time
from daemon import Daemon, check, finish
from staff import FAST, account, add, candidate, sign_in, staff, totp

LOOSE = {**FAST, 'rate_sign_in': '6000/min burst 6000', 'rate_name': '6000/min burst 6000', 'rate_guess': '6000/min burst 6000'}
PASSWORD = 'ba con vịt bơi qua ao'


def test_whole_way(d):
    first = add(d, 'an.nguyen', 'scheme-owner')
    c, a = sign_in(d, 'AN.Nguyen', first)
    check(a.status == 201 and a.json()['todo'] == ['password', 'secondFactor'] and a.json()['roles'] == ['scheme-owner'], 'signs in with the first password', a)
    cookie = a.field('Set-Cookie')
    check(re.fullmatch(r'__Host-bv=[0-9a-f]{64}; Path=/; Secure; HttpOnly; SameSite=Strict', cookie) and a.field('Cache-Control') == 'no-store',
          'the cookie is for this host, secure, not for scripts, not for other sites', cookie)
    token = c.cookies['__Host-bv']
    kept = d.rows('SELECT token FROM web_session')
    check([r[0] for r in kept] == [hashlib.sha256(token.encode()).digest()], 'the database has its hash only')
    check(c('GET', '/api/accounts').status == 403 and c('GET', '/api/accounts').json()['type'] == '/problems/unfinished-account', 'nothing else before that is done')
    for bad, why in ((first, 'the same one'), ('short', 'a short one'), ('password1234', 'one of the first guesses'), ('x an.nguyen y 12', 'one with the name in it')):
        check(c('POST', '/api/session/password', {'password': first, 'newPassword': bad}).status == 422, f'a new password is refused: {why}')
    check(c('POST', '/api/session/password', {'password': 'wrong', 'newPassword': PASSWORD}).status == 401, 'so is the change without the present one')
    other, _ = sign_in(d, 'an.nguyen', first)
    a = c('POST', '/api/session/password', {'password': first, 'newPassword': PASSWORD})
    check(a.status == 200 and a.json()['todo'] == ['secondFactor'] and c.cookies['__Host-bv'] != token, 'the password is changed, the session has a new token', a)
    check(other('GET', '/api/session').status == 401, 'the other sessions of the account have ended')
    old = d.client()
    old.cookies['__Host-bv'] = token
    check(old('GET', '/api/session').status == 401, 'so has the old token')
    c.fields['X-CSRF-Token'] = a.json()['csrfToken']
    a = c('POST', '/api/session/totp')
    secret = a.json()['secret']
    check(a.status == 200 and secret in a.json()['uri'] and a.json()['uri'].startswith('otpauth://totp/'), 'an authenticator is offered', a)
    wrong = '%06d' % ((int(totp(secret)) + 1) % 1000000)
    check(c('PUT', '/api/session/totp', {'code': wrong}).status in (401, 200), 'a wrong code does not confirm it')
    a = c('PUT', '/api/session/totp', {'code': totp(secret)})
    check(a.status == 200 and a.json()['todo'] == [], 'the right one does', a)
    c.fields['X-CSRF-Token'] = a.json()['csrfToken']
    check(c('GET', '/api/accounts').status == 200, 'now the account may do what its role may')
    check(c('POST', '/api/session/totp').status == 409, 'a second one needs a reset by somebody else')
    _, a = sign_in(d, 'an.nguyen', PASSWORD)
    check(a.status == 401 and a.json()['type'] == '/problems/code-needed', 'from now on a code is needed', a)
    _, a = sign_in(d, 'an.nguyen', PASSWORD, code=totp(secret))
    check(a.status == 401 and a.json()['type'] == '/problems/wrong-credentials', 'the code that confirmed is used up', a)
    _, a = sign_in(d, 'an.nguyen', PASSWORD, code=totp(secret, time.time() + 30))
    check(a.status == 201, 'the next is good', a)
    _, a = sign_in(d, 'an.nguyen', PASSWORD, code=totp(secret, time.time() + 30))
    check(a.status == 401, 'once', a)
    _, a = sign_in(d, 'an.nguyen', 'wrong', code=totp(secret, time.time() + 60))
    check(a.status == 401, 'no code helps without the password', a)
    return c


def test_refusals(d):
    add(d, 'lan.le', 'proctor')
    answers = [sign_in(d, n, p)[1] for n, p in (('lan.le', 'wrong'), ('nobody', 'wrong'), ('lan le', 'wrong'), ("' OR 1=1 --", 'x'), ('x' * 64, 'y'))]
    check(all(a.status == 401 for a in answers) and len({re.sub(r'"requestId":"[^"]*"', '', a.body.decode()) for a in answers}) == 1,
          'a wrong password and a name that does not exist are told the same', answers)
    times = []
    for name in ('lan.le', 'nobody'):
        start = time.monotonic()
        for _ in range(5):
            sign_in(d, name, 'wrong')
        times.append(time.monotonic() - start)
    print(f'# five wrong passwords: {times[0]:.3f} s, five unknown names: {times[1]:.3f} s')
    c = d.client()
    for body, what in (({}, 'nothing'), ({'name': 'a', 'password': 'b', 'x': 1}, 'a member too many'), ({'name': 1, 'password': 'b'}, 'a number for a name'),
                       ({'name': 'a', 'password': 'b' * 129}, 'a long password'), ({'name': 'a', 'password': 'b', 'code': '12345'}, 'a short code'),
                       ([], 'an array')):
        check(c('POST', '/api/session', body).status == 422, f'{what} does not fit the schema')
    check(c('POST', '/api/session', b'{"name":"a"').status == 400 and c('POST', '/api/session', b'{"name":"a","name":"b"}').status == 400, 'no JSON, and a name twice')
    check(c('POST', '/api/session', b'{"name":"a\xff","password":"b"}').status == 400, 'bytes that are not UTF-8')
    check(c('POST', '/api/session', {}, Content_Type='text/plain').status == 415, 'a form of another site sends no JSON')
    check(c('POST', '/api/session', {}, Content_Type='application/json; charset=latin1').status == 415, 'nor is another encoding read')
    check(c('POST', '/api/session', {}, Content_Encoding='gzip').status == 415, 'nor a packed one')
    check(c('POST', '/api/session', b' ' * 1025).status == 413, 'a body beyond the limit of the route')
    check(c('POST', '/api/session', b' ' * 1024).status == 400, 'one at the limit is read')


def test_sites(d, c):
    good = {'disabled': False}
    path = f'/api/accounts/{c("GET", "/api/session").json()["account"]}'
    check(c('PATCH', path, good).status == 200, 'a request of our own page, or of a program')
    for name, fields in (('another origin', {'Origin': 'https://evil.example'}), ('the null origin', {'Origin': 'null'}), ('another port', {'Origin': 'https://localhost:1'}),
                         ('a site that the browser calls cross-site', {'Sec_Fetch_Site': 'cross-site'}), ('a neighbour site', {'Sec_Fetch_Site': 'same-site'}),
                         ('no token', {'X_CSRF_Token': None}), ('a wrong token', {'X_CSRF_Token': '0' * 64}),
                         ('half a token', {'X_CSRF_Token': c.fields['X-CSRF-Token'][:32]})):
        c2 = d.client()
        c2.cookies, c2.fields = c.cookies, dict(c.fields)
        if 'X_CSRF_Token' in fields:
            c2.fields.pop('X-CSRF-Token')
        a = c2('PATCH', path, good, **fields)
        check(a.status == 403 and a.json()['type'] == '/problems/cross-site', f'{name} is refused', a)
    check(c('PATCH', path, good, Origin='http://localhost', Sec_Fetch_Site='same-origin').status == 200, 'our own origin')
    check(d.client()('POST', '/api/session', {'name': 'a', 'password': 'b'}, Origin='https://evil.example').status == 403, 'nobody is signed in by another site')
    check(c('GET', '/api/session', Sec_Fetch_Site='cross-site').status == 200, 'reading changes nothing (and the answer stays unread there)')
    planted = d.client()
    planted.cookies['__Host-bv'] = 'ab' * 32
    a = planted('POST', '/api/session', {'name': 'lan.le', 'password': account(d, 'reset', 'lan.le')[1]})
    check(a.status == 201 and planted.cookies['__Host-bv'] != 'ab' * 32, 'a planted token is replaced at the sign-in (fixation)', a)
    for cookie in ('__Host-bv=' + 'ab' * 32, '__Host-bv=' + 'AB' * 32, '__Host-bv=x', '__Host-bv=', f'__Host-bv={c.cookies["__Host-bv"]}0', "__Host-bv=' OR 1=1",
                   f'__Host-bv={c.cookies["__Host-bv"]}; __Host-bv={"ab" * 32}'):
        check(d.client()('GET', '/api/session', Cookie=cookie).status == 401, f'a forged cookie: {cookie[:30]}')


def test_accounts(d):
    owner = staff(d, 'owner', 'scheme-owner')
    head = staff(d, 'head', 'centre-head@centre:HN01')
    a = owner('POST', '/api/accounts', {'name': 'Binh.Tran', 'roles': [{'role': 'proctor', 'scope': 'centre:HN01/room:1'}, {'role': 'proctor', 'scope': 'centre:HN01/room:1'}]})
    check(a.status == 201 and a.json()['name'] == 'binh.tran' and len(a.json()['roles']) == 1 and a.json()['mustChangePassword'], 'an account is added', a)
    binh, first = a.json()['id'], a.json()['firstPassword']
    check(owner('POST', '/api/accounts', {'name': 'binh.tran', 'roles': [{'role': 'proctor', 'scope': ''}]}).status == 409, 'a name is there once')
    for roles, status in (([{'role': 'candidate', 'scope': ''}], 422), ([{'role': 'king', 'scope': ''}], 422), ([{'role': 'proctor', 'scope': 'a b'}], 422), ([], 422)):
        check(owner('POST', '/api/accounts', {'name': 'x.y.z', 'roles': roles}).status == status, f'{roles} makes no account')
    check(head('POST', '/api/accounts', {'name': 'p1', 'roles': [{'role': 'proctor', 'scope': 'centre:HN01'}]}).status == 422, 'a short name')
    check(head('POST', '/api/accounts', {'name': 'proctor1', 'roles': [{'role': 'proctor', 'scope': 'centre:HN01'}]}).status == 201, 'a head of a centre adds a proctor there')
    for role, scope in (('proctor', ''), ('proctor', 'centre:HN02'), ('proctor', 'centre:HN011'), ('scheme-owner', 'centre:HN01'), ('centre-head', 'centre:HN01')):
        check(head('POST', '/api/accounts', {'name': 'proctor2', 'roles': [{'role': role, 'scope': scope}]}).status == 403, f'but no {role} at "{scope}"')
    check(head('POST', f'/api/accounts/{owner.account}/reset').status == 403, 'nor does he reset who grants him')
    check(head('PATCH', f'/api/accounts/{owner.account}', {'disabled': True}).status == 403, 'or disable him')
    check(head('PUT', f'/api/accounts/{head.account}/roles', {'roles': [{'role': 'proctor', 'scope': 'centre:HN01'}]}).status == 403, 'or change his own roles')
    check({x['name'] for x in head('GET', '/api/accounts').json()['accounts']} == {'binh.tran', 'proctor1'}, 'he sees those whom he may manage')
    everyone = owner('GET', '/api/accounts?limit=2').json()
    n = len(everyone['accounts'])
    while 'next' in everyone:
        everyone = owner('GET', f'/api/accounts?limit=2&after={everyone["next"]}').json()
        n += len(everyone['accounts'])
    check(n == d.rows('SELECT count(*) FROM account')[0][0], f'page by page there are all {n}')
    check(owner('GET', '/api/accounts?limit=0').status == 422 and owner('GET', '/api/accounts?limit=201').status == 422, 'limits of the page')
    check(owner('GET', '/api/accounts/nobody').status == 404, 'an account that there is not')
    binh_c, a = sign_in(d, 'binh.tran', first)
    check(a.status == 201, 'the new account signs in')
    check(owner('PATCH', f'/api/accounts/{binh}', {'disabled': True}).json()['disabled'], 'it is disabled')
    check(binh_c('GET', '/api/session').status == 401 and sign_in(d, 'binh.tran', first)[1].status == 401, 'its session has ended, and it signs in no more')
    owner('PATCH', f'/api/accounts/{binh}', {'disabled': False})
    again = owner('POST', f'/api/accounts/{binh}/reset').json()['firstPassword']
    check(sign_in(d, 'binh.tran', first)[1].status == 401 and sign_in(d, 'binh.tran', again)[1].status == 201, 'a reset gives it a new first password')
    check(owner('PATCH', f'/api/accounts/{owner.account}', {'disabled': True}).status == 409, 'nobody disables himself')
    check(owner('PUT', f'/api/accounts/{owner.account}/roles', {'roles': []}).status == 409, 'nor takes the right to manage from himself')
    head2, _ = head, owner('PUT', f'/api/accounts/{head.account}/roles', {'roles': [{'role': 'proctor', 'scope': 'centre:HN01'}]})
    check(head2('GET', '/api/accounts').status == 403, 'a right that was taken is gone with the next request')
    acts = {r[0] for r in d.rows('SELECT act FROM account_event')}
    check(acts >= {'added', 'roles', 'password', 'disabled', 'enabled', 'second-factor-forgotten', 'second-factor'}, 'all of it is in the events', acts)


def test_command(d):
    check(account(d, 'add', 'cli.one', 'auditor')[0] == 0 and account(d, 'add', 'cli.one', 'auditor')[0] == 2, 'the command adds an account once')
    check(account(d, 'add', 'x', 'auditor')[0] == 2 and account(d, 'add', 'cli.two', 'king')[0] == 2 and account(d, 'add', 'cli.two', 'candidate')[0] == 2, 'names and roles are checked')
    check(account(d, 'add', 'cli.two')[0] == 64 and account(d)[0] == 64 and account(d, 'drop', 'x')[0] == 64, 'words that are no command')
    check(account(d, 'disable', 'cli.one')[0] == 0 and 'cli.one disabled' in account(d, 'list')[1], 'disables and lists')
    check(account(d, 'enable', 'cli.one')[0] == 0 and account(d, 'roles', 'cli.one', 'marker@sitting:1')[0] == 0 and 'marker@sitting:1' in account(d, 'list')[1], 'enables, and gives roles')
    check(account(d, 'reset', 'nobody')[0] == 2, 'an account that there is not')


def test_ends():
    with Daemon(**LOOSE, second_factor='no', session_idle_min=1, session_max_h=1, session_refresh_s=1) as d:
        c = staff(d, 'short.lived', 'auditor')
        password = c.password
        check(c('GET', '/api/session').status == 200, 'a session lives')
        key = hashlib.sha256(c.cookies['__Host-bv'].encode()).digest()
        d.rows('UPDATE web_session SET seen_s = seen_s - 61 WHERE token = ?', key)
        time.sleep(1.2)
        check(c('GET', '/api/session').status == 401, 'ends when it was not used for long')
        c, _ = sign_in(d, 'short.lived', password)
        key = hashlib.sha256(c.cookies['__Host-bv'].encode()).digest()
        d.rows('UPDATE web_session SET created_s = created_s - 3601 WHERE token = ?', key)
        time.sleep(1.2)
        check(c('GET', '/api/session').status == 401, 'and when it is old, however much it is used')
        c, _ = sign_in(d, 'short.lived', password)
        d.rows('DELETE FROM web_session')
        time.sleep(1.2)
        check(c('GET', '/api/session').status == 401, "what another node has ended ends here within session_refresh_s")
        c, _ = sign_in(d, 'short.lived', password)
        token = dict(c.cookies)
        a = c('DELETE', '/api/session')
        check(a.status == 204 and 'Max-Age=0' in a.field('Set-Cookie') and '__Host-bv' not in c.cookies, 'signing out', a)
        c.cookies = token
        check(c('GET', '/api/session').status == 401, 'the token is worth nothing now')
        one, two = candidate(d, 7), candidate(d, 8)
        a = one('GET', '/api/session')
        check(a.status == 200 and a.json()['roles'] == ['candidate'], "a candidate's session", a)
        d.rows('UPDATE web_session SET seen_s = seen_s - 1000 WHERE attempt <> 0')
        check(one('GET', '/api/session').status == 200 and two('GET', '/api/session').status == 200, 'does not end while he thinks')
        d.stop()
        d.start()
        check(one('GET', '/api/session').status == 200, 'sessions outlive the server')
        check(sign_in(d, 'short.lived', password)[1].status == 201, 'and so do accounts')


def test_rates():
    with Daemon(**{**FAST, 'rate_name': '1/min burst 3', 'rate_guess': '1/min burst 6', 'trusted_proxies': '127.0.0.1'}) as d:
        first = add(d, 'busy.one', 'auditor')
        add(d, 'other.one', 'auditor')

        def attempt(address, password='wrong', name='busy.one'):
            return d.client()('POST', '/api/session', {'name': name, 'password': password}, X_Forwarded_For=address).status
        check([attempt('192.0.2.1') for _ in range(5)] == [401] * 3 + [429] * 2, 'three wrong tries from one address, then a pause')
        check(attempt('192.0.2.1', first) == 429, 'for the right password too')
        check(attempt('192.0.2.2', first) == 201, 'from elsewhere the account signs in')
        check(attempt('192.0.2.1', name='other.one') == 401, 'and other accounts from there')
        check([attempt('192.0.2.3') for _ in range(3)] == [401] * 3, 'a second address')
        check(attempt('192.0.2.4') == 429, 'many addresses together are slow too')
        check(attempt('192.0.2.5', name='nobody') == 401 and [attempt('192.0.2.5', name='nobody') for _ in range(4)][-1] == 429, 'a name that there is not is treated the same')


    with Daemon(**LOOSE, second_factor='no', rate_account='60/min burst 12') as d:
        c, other = staff(d, 'quick.one', 'auditor'), staff(d, 'other.one', 'auditor')
        got = [c('GET', '/api/session').status for _ in range(20)]
        check(got[:5] == [200] * 5 and got[-1] == 429, 'one account asks as fast as rate_account says', got)
        check(other('GET', '/api/session').status == 200, 'another has its own rate')


def test_cost():
    with Daemon(**LOOSE, second_factor='no') as d:
        c = staff(d, 'old.hash', 'auditor')
        before = d.rows('SELECT password FROM account')[0][0]
        d.stop()
        d.config['password_passes'] = 2
        d.configure()
        d.start()
        check(sign_in(d, 'old.hash', c.password)[1].status == 201, 'a password that was hashed at another cost is right')
        after = d.rows('SELECT password FROM account')[0][0]
        check(',t=1,' in before and ',t=2,' in after, 'and is hashed at the new one', after)
        check(sign_in(d, 'old.hash', c.password)[1].status == 201 and c('GET', '/api/session').status == 200, 'which ends no session')


def test_log(d):
    log = d.log()
    check(log.count('event=sign-in ') > 1 and log.count('event=sign-in-refused ') > 0, 'sign-ins are logged, good and bad')
    for secret in ('an.nguyen', 'nguyen', 'binh', 'lan.le', 'ba con', 'vịt', '127.0.0.1:', '192.0.2', 'password=', 'otpauth', '__Host-bv', 'short.lived'):
        lines = [l for l in log.lower().splitlines() if secret.lower() in l and 'event=ready' not in l]
        check(not lines, f'the log never says {secret}', '\n'.join(lines[:3]))
    lines = [l for l in log.splitlines() if not re.fullmatch(r't=\d{4}-\d\d-\d\dT[\d:.]+Z level=\w+ event=[\w-]+( [a-zA-Z]+=("([^"\\]|\\.)*"|\S*))*', l)]
    check(not lines, 'every line is key=value', '\n'.join(lines[:3]))


def main():
    with Daemon(**LOOSE) as d:
        c = test_whole_way(d)
        test_refusals(d)
        test_sites(d, c)
        test_log(d)
    with Daemon(**LOOSE, second_factor='no') as d:
        test_accounts_and_totp(d)
        test_command(d)
        test_log(d)
    test_ends()
    test_rates()
    test_cost()
    finish()


def test_accounts_and_totp(d):
    c = staff(d, 'with.totp', 'marker')
    secret = c('POST', '/api/session/totp').json()['secret']
    check(c('PUT', '/api/session/totp', {'code': totp(secret)}).status == 200, 'who need not have a second factor may')
    check(sign_in(d, 'with.totp', c.password)[1].status == 401, 'and then must use it')
    test_accounts(d)


main()
