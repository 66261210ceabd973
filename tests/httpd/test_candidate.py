#!/usr/bin/env python3
"""What a candidate's session may not do: every refusal by its name, beside what is allowed. Sign-in, tabs, machines, states, answers, other people's attempts,
forged and replayed requests, rows that were changed."""
import hashlib, json, os, re, secrets, signal
import database
from daemon import SOURCE, Daemon, check, finish
from exam import BANGVANG, NAME, Exam, answer, moment, opened, run
from staff import FAST, sign_in, staff

LATER = 'thi.chieu'
ROSTER = ('ticket,room,seat,machine,language\n' + ''.join(f'T-{i:05d},P1,{i},,\n' for i in range(8)) + 'T-M,P2,1,may-01,en\n')


def refused(a, status, problem, name):
    return check(a is not None and a.status == status and a.json()['type'] == f'/problems/{problem}', name, a)


def test_entry(e):
    c = e.d.client()
    good = {'sitting': NAME, 'ticket': 'T-00000', 'code': e.codes['T-00000']}
    wrong = 'AAAA-BBBB-CCCC'
    bodies = set()
    for what, body in (('a wrong code', {**good, 'code': wrong}), ('a ticket that is not there', {**good, 'ticket': 'T-99999'}),
                       ('a sitting that is not there', {**good, 'sitting': 'thi.dem'}), ("another's code", {**good, 'code': e.codes['T-00001']}),
                       ("another sitting's code", {**good, 'code': e.sheets[LATER]['T-00000']}), ('no code at all', {**good, 'code': '-'})):
        a = c('POST', '/api/entry', body)
        refused(a, 401, 'wrong-credentials', f'entry: {what}')
        said = a.json()
        said.pop('requestId')
        bodies.add(json.dumps(said, sort_keys=True) + str(sorted(k for k, _ in a.fields)))
    check(len(bodies) == 1, 'which are all answered alike', bodies)
    check(not c.cookies, 'without a cookie')
    for body in ({**good, 'code': ''}, {**good, 'ticket': 7}, {'ticket': 'T-00000', 'code': wrong}, {**good, 'more': 1}, {**good, 'machine': 'a b'}, {**good, 'sitting': '../x'},
                 {**good, 'ticket': 'x' * 129}):
        refused(c('POST', '/api/entry', body), 422, 'invalid', f'entry: {json.dumps(body)[:60]}')
    refused(c('POST', '/api/entry', good, Origin='https://evil.example'), 403, 'cross-site', 'entry from a page of another site')
    refused(c('POST', '/api/entry', good, Sec_Fetch_Site='cross-site'), 403, 'cross-site', 'or what the browser calls so')
    small = e.d.client()('POST', '/api/entry', {**good, 'code': good['code'].lower().replace('-', ' ')})
    check(small.status == 201, 'small letters and spaces do not matter', small)
    spoiled = [e.d.client()('POST', '/api/entry', {**good, 'ticket': 'T-00007', 'code': wrong}).status for _ in range(7)]
    check(spoiled == [401] * 5 + [429] * 2, 'wrong tries for one ticket slow down', spoiled)
    check(e.enter('T-00007').entry.status == 201 and e.enter('T-00006').entry.status == 201, 'and keep nobody out who has the code')
    seat = {'sitting': NAME, 'ticket': 'T-M', 'code': e.codes['T-M']}
    refused(c('POST', '/api/entry', seat), 403, 'other-machine', 'a seat with a machine, from a browser that does not say which it is at')
    refused(c('POST', '/api/entry', {**seat, 'machine': 'may-02'}), 403, 'other-machine', 'or says another')
    refused(c('POST', '/api/entry', {**seat, 'machine': 'may-02', 'code': wrong}), 401, 'wrong-credentials', 'who has not the code is not told which machine it is')
    a = c('POST', '/api/entry', {**seat, 'machine': 'may-01'})
    check(a.status == 201 and a.json()['language'] == 'en' and a.json()['room'] == 'P2' and '__Host-bv-machine' not in c.cookies, 'from its machine', a)


def test_sessions(e):
    """Tokens: fixed ones, forged ones, old ones."""
    c = e.d.client()
    planted = secrets.token_hex(32)
    c.cookies['__Host-bv'] = planted
    one = e.enter('T-00001', c)
    token = c.cookies['__Host-bv']
    check(one.entry.status == 201 and token != planted and one.get().status == 200, 'a token that was planted is not taken')
    flags = next(v for k, v in one.entry.fields if k == 'Set-Cookie' and v.startswith('__Host-bv='))
    check('Secure' in flags and 'HttpOnly' in flags and 'SameSite=Strict' in flags and 'Domain' not in flags, 'the cookie is for this host, by HTTPS, and not for scripts', flags)
    for what, forged in (('planted', planted), ('random', secrets.token_hex(32)), ('too short', token[:-1]), ('too long', token + '0'), ('in capitals', token.upper()), ('empty', '')):
        refused(e.d.client()('GET', one.path, Cookie=f'__Host-bv={forged}'), 401, 'sign-in', f'a token that is {what}')
    refused(e.d.client()('GET', one.path, Cookie=f'__Host-bv={token}; __Host-bv={planted}'), 401, 'sign-in', 'two cookies of the name')
    e.enter('T-00001', c)
    check(c.cookies['__Host-bv'] != token, 'signing in again makes another token')
    refused(e.d.client()('GET', one.path, Cookie=f'__Host-bv={token}'), 401, 'sign-in', 'and ends the one before')
    a = c('GET', '/api/session')
    check(a.status == 200 and a.json()['attempt'] == str(one.attempt) and a.json()['roles'] == ['candidate'] and a.json()['csrfToken'] == c.fields['X-CSRF-Token'],
          'a page that is loaded again learns whose session it has', a)
    many = [e.enter('T-00001') for _ in range(10)]
    left = e.d.rows('SELECT count(*) FROM web_session WHERE attempt = ?', one.attempt)[0][0]
    check(left == 8 and many[-1].entry.status == 201, 'of many sign-ins the newest eight stay', left)
    check(c('DELETE', '/api/session').status == 204, 'signing out')
    refused(one.get(), 401, 'sign-in', 'ends the session')


ROUTES = (('GET', ''), ('GET', '/sealed'), ('POST', '/lease'), ('POST', '/start'), ('GET', '/key'), ('GET', '/paper'), ('GET', '/answers'),
          ('POST', '/answers'), ('POST', '/section'), ('POST', '/submit'), ('GET', '/result'))
BODIES = {('POST', '/answers'): {'item': 0, 'number': 1, 'response': {}}, ('POST', '/section'): {'section': 0}}


def test_others(e, one, two):
    for method, what in ROUTES:
        body = BODIES.get((method, what))
        refused(two.c(method, one.path + what, body), 403, 'denied', f"{method} {what or '/'} of another candidate's attempt")
        refused(e.d.client()(method, one.path + what, body), 401, 'sign-in', f"{method} {what or '/'} without a session")
        if method == 'POST':
            refused(one.c(method, one.path + what, body, X_CSRF_Token=None), 403, 'cross-site', f'POST {what} without the token')
            refused(one.c(method, one.path + what, body, X_CSRF_Token=two.c.fields['X-CSRF-Token']), 403, 'cross-site', f"POST {what} with another session's")
            refused(one.c(method, one.path + what, body, Origin='https://evil.example'), 403, 'cross-site', f'POST {what} from another site')
    for bad in ('0', '-1', 'x', '99999999999999999999', str(one.attempt) + '0'):
        refused(one.c('GET', f'/api/attempts/{bad}/paper'), 403, 'denied', f'attempt {bad}')


def test_states(e, one, two, three, soon):
    """Before the opening: the sealed paper, and nothing that opens it."""
    refused(one.lease(), 409, 'attempt-state', 'no lease before admission')
    e.proctor('admit', one, two, three)
    e.proctor('admit', soon, name=LATER)
    refused(one.post('/start'), 409, 'other-tab', 'no start without a lease')
    check(one.lease().status == 200 and soon.lease().status == 200, 'who is admitted has a lease')
    for what in ('/key', '/paper'):
        refused(one.get(what), 409, 'attempt-state', f'no {what[1:]} before the start')
    refused(one.save(0, {'r1': {'base': {'identifier': 'c'}}}), 422, 'invalid', 'an answer that no page has')
    refused(one.post('/submit'), 409, 'attempt-state', 'no submission before the start')
    a = soon.post('/start')
    refused(a, 403, 'not-open', 'no start before the sitting opens')
    check('paperKey' not in a.json(), 'and no key')
    for what in ('/key', '/paper'):
        refused(soon.get(what), 409, 'attempt-state', f'nor by {what[1:]}')
    refused(one.get('/result'), 403, 'not-released', 'no result')
    for bad in ('0', 'x', '-1', '4294967296'):
        refused(one.post('/start', X_Lease=bad), 400, 'bad-request', f'X-Lease: {bad}')
    refused(one.post('/start', X_Lease='7'), 409, 'other-tab', 'a lease that was never given')


def test_tabs(one, item):
    """The second tab of a browser has the cookie of the first."""
    first = one.c.fields['X-Lease']
    number, page = item['item'], item['page']
    value = answer(page)
    check(one.save(number, value).status == 200, 'the first tab writes')
    check(one.lease().status == 200, 'the second takes the lease')
    for method, what in (('POST', '/answers'), ('POST', '/start'), ('POST', '/submit'), ('GET', '/paper'), ('GET', '/key'), ('GET', '/answers')):
        body = {'item': number, 'number': 9, 'response': value} if what == '/answers' and method == 'POST' else None
        refused(one.c(method, one.path + what, body, X_Lease=first), 409, 'other-tab', f'{method} {what} by the first tab')
    check(one.save(number, answer(page, 1)).status == 200 and one.get('/key').status == 200, 'the second goes on')


def test_nodes(e, one, item):
    """A lease that another node has given: what this one remembers of the session is read again."""
    token = hashlib.sha256(one.c.cookies['__Host-bv'].encode()).digest()
    lease = int(one.c.fields['X-Lease'])
    e.d.stop(signal.SIGKILL)
    e.d.rows('UPDATE web_session SET lease = ? WHERE token = ?', lease - 1, token)
    e.d.start()
    check(not one.get(X_Lease=None).json()['writable'], 'a node remembers the session with its lease of before')
    e.d.rows('UPDATE web_session SET lease = ? WHERE token = ?', lease, token)
    a = one.save(item['item'], answer(item['page']))
    check(a.status == 200, 'the tab has a newer one, of another node: it may write', a)
    e.d.stop(signal.SIGKILL)
    e.d.rows('UPDATE web_session SET lease = ? WHERE token = ?', lease - 1, token)
    e.d.start()
    check(one.get(X_Lease=None).status == 200, 'remembered once more')
    e.d.rows('UPDATE web_session SET lease = ? WHERE token = ?', lease, token)
    check(one.get('/paper').status == 200 and one.get('/key').status == 200, 'and may read')
    e.d.rows('DELETE FROM web_session WHERE token = ?', token)
    refused(one.get('/key', X_Lease=str(lease + 1)), 401, 'sign-in', 'a session that another node has ended has ended here, when it is looked at')
    return e.enter('T-00000', one.c)


def test_machines(e, one, item):
    """Another machine with ticket and code: a session, and nothing else, until a proctor unbinds."""
    number, page = item['item'], item['page']
    two = e.enter('T-00000')
    check(two.entry.status == 201 and two.entry.json()['state'] == 'started', 'somebody signs in at another machine')
    refused(two.lease(), 403, 'other-machine', 'and gets no lease')
    for what in ('/paper', '/key', '/answers'):
        refused(two.get(what), 409, 'other-tab', f'no {what[1:]}')
    refused(two.save(number, answer(page)), 409, 'other-tab', 'and writes nothing')
    refused(two.save(number, answer(page), X_Lease=one.c.fields['X-Lease']), 409, 'other-tab', "with the first one's number either")
    check(one.save(number, answer(page, 2)).status == 200, 'the first does not notice')
    e.proctor('unbind', one)
    check(two.lease().status == 200 and two.get('/paper').status == 200, 'a proctor unbinds: the second goes on')
    refused(one.save(number, answer(page)), 409, 'other-tab', 'the first does not write any more')
    refused(one.lease(), 403, 'other-machine', 'and cannot take it back')
    return two


def test_answers(one, two, pages):
    item, value = pages[0]['item'], answer(pages[0]['page'])
    other = answer(pages[1]['page'])
    stranger = next(answer(i['page']) for i in two.get('/paper').json()['items'] if answer(i['page']))
    for what, where, response in (("another item's choice", item, other), ("another candidate's", item, stranger), ('the author\'s names', item, {'RESPONSE': {'base': {'identifier': 'A'}}}),
                                  ('a string', item, {'r1': {'base': {'string': 'x'}}}), ('two values', item, {'r1': {'list': {'identifier': [list(value.values())[0]['base']['identifier']] * 2}}}),
                                  ('a response that is not there', item, {**value, 'r9': {'base': {'identifier': 'x'}}}), ('no PCI', item, {'r1': 7})):
        refused(one.save(where, response), 422, 'invalid', f'an answer: {what}')
    refused(one.save(40, value), 404, 'not-found', 'an item that the form does not have')
    refused(one.post('/answers', {'item': 500, 'number': 1, 'response': value}), 422, 'invalid', 'or that no form has')
    refused(one.post('/section', {'section': 0}), 404, 'not-found', 'a section that the form does not have')
    first = one.save(item, value, number=50)
    check(first.status == 200, 'an answer')
    again = one.save(item, value, number=50).json()
    check(again.get('again') and again['seq'] == first.json()['seq'], 'replayed: the same')
    refused(one.save(item, answer(pages[0]['page'], 1), number=50), 409, 'conflict', 'changed under the same number')
    old = one.save(item, answer(pages[0]['page'], 1), number=49).json()
    check(old.get('superseded') and old['seq'] == first.json()['seq'], 'an older one that comes late changes nothing', old)
    stored = {x['item']: x for x in one.get('/answers').json()['answers']}[item]
    check(stored['response'] == value, 'what is stored is the newest, under the names of the page')
    check({k: stored[k] for k in ('seq', 'number', 'lease', 'atMs')} == {'seq': first.json()['seq'], 'number': 50, 'lease': int(one.c.fields['X-Lease']), 'atMs': first.json()['atMs']},
          'with what tells which of two machines answered later', stored)
    check(one.lease().status == 200 and {x['item']: x for x in one.get('/answers').json()['answers']}[item] == stored, 'a later lease changes nothing of it')


def test_pause(e, one):
    e.proctor('pause', one)
    refused(one.get('/key'), 409, 'attempt-state', 'no key in a pause')
    refused(one.get('/paper'), 409, 'attempt-state', 'nor the paper')
    e.proctor('resume', one)
    check(one.get('/key').status == 200, 'both after it')
    check(one.post('/submit').status == 200 and one.post('/submit').json().get('again'), 'handed in, twice')
    refused(one.get('/paper'), 409, 'attempt-state', 'no paper after the end')
    refused(one.get('/key'), 409, 'attempt-state', 'no key')
    refused(one.post('/start'), 409, 'attempt-state', 'and no other start')


def test_media(e, one, two):
    hashes = set(re.findall(r'media:sha256-([0-9a-f]{64})', json.dumps(one.get('/paper').json())))
    check(len(hashes) >= 1, 'the paper has a picture', hashes)
    for h in hashes:
        a = one.c('GET', f'/api/media/{h}')
        check(a.status == 200 and hashlib.sha256(a.body).hexdigest() == h and a.field('Content-Type') == 'image/png' and a.body[:4] == b'\x89PNG', 'which is there, byte for byte, as a PNG', a)
        check('immutable' in a.field('Cache-Control') and [v for k, v in a.fields if k == 'Content-Security-Policy'][-1].startswith('sandbox') and a.field('X-Content-Type-Options') == 'nosniff',
              'for ever, and never as a page', a.fields)
        check(one.c('GET', f'/api/media/{h}', If_None_Match=a.field('ETag')).status == 304, 'once')
        refused(e.d.client()('GET', f'/api/media/{h}'), 401, 'sign-in', 'not for the public')
    others = [line for line in media_of(e) if line not in hashes]
    check(others and all(one.c('GET', f'/api/media/{h}').status in (200, 404) for h in others) and any(one.c('GET', f'/api/media/{h}').status == 404 for h in others),
          "files of the bank that no item of the sitting has are not there", others[:3])
    for bad, status in (('0' * 64, 404), ('x' * 64, 404), ('0' * 63, 404), ('%2e', 404)):
        a = one.c('GET', f'/api/media/{bad}')
        check(a.status == status, f'/api/media/{bad[:8]}… is not there', a)


def media_of(e):
    folder = f'{e.folder}/media'
    run(BANGVANG, 'bank', 'media', '--bank', f'{e.folder}/bank.db', '--out', folder)
    return [name.split('.')[0] for name in os.listdir(folder)]


def test_moved(e, soon):
    """The office moves the window: what was fetched before it opens then, and not earlier."""
    sealed = soon.get('/sealed').body
    refused(soon.post('/start'), 403, 'not-open', 'still closed')
    e.stop()
    e.office('open', '--key', e.key, '--opens', moment(-1), '--reason', 'sớm hơn', name=LATER)
    with e:
        check(soon.get('/sealed').body == sealed, 'the window is moved: the sealed paper is the same')
        a = soon.post('/start')
        check(a.status == 200 and opened(a.json()['paperKey'], soon.ticket, sealed, LATER) == soon.get('/paper').body, 'the start opens it, byte for byte', a)


def test_changed(e, three):
    """Who can write to the database cannot make the server ask something else: it says so, and nobody is given anything."""
    e.stop()
    kept = database.rows(e.ledger, 'SELECT numbers FROM paper WHERE attempt = ?', three.attempt)[0][0]
    database.rows(e.ledger, 'UPDATE paper SET numbers = ? WHERE attempt = ?', kept[:-1] + bytes([kept[-1] ^ 1]), three.attempt)
    with e:
        check(three.lease().status == 200, 'a paper is changed in the database')
        refused(three.post('/start'), 503, 'no-paper', 'its candidate cannot start')
        check('event=no-paper' in e.d.log() and 'the row was changed' in e.d.log(), 'the log says why')
    database.rows(e.ledger, 'UPDATE paper SET numbers = ? WHERE attempt = ?', kept, three.attempt)
    rules = database.rows(e.ledger, 'SELECT bytes FROM exam_document WHERE sitting = ? AND document = ?', NAME, 'rules.xml')[0][0]
    database.rows(e.ledger, 'UPDATE exam_document SET bytes = ? WHERE sitting = ? AND document = ?', rules + b'\n', NAME, 'rules.xml')
    with e:
        refused(e.enter('T-00003').entry, 503, 'no-paper', 'a document of the sitting is changed: nobody signs in')
        check(e.enter('T-00003', name=LATER).entry.status == 201, 'the other sitting is held')
        check('SHA-256 differs' in e.d.log(), 'the log says why')
    database.rows(e.ledger, 'UPDATE exam_document SET bytes = ? WHERE sitting = ? AND document = ?', rules, NAME, 'rules.xml')
    bank = f'{e.folder}/bank.db'
    other = f'{e.folder}/other.db'
    e.d.config['bank'] = other
    run(BANGVANG, 'bank', 'import', '--bank', other, f'{SOURCE}/itembank/sample/iu01')
    e.d.configure()
    with e:
        refused(e.enter('T-00003').get('/sealed'), 503, 'no-paper', "a bank without the sitting's items: no paper")
        log = e.d.log()
        check('event=item-missing' in log and f'name={NAME} missing-items=' in log and f'name={NAME} missing-items=0' not in log.split('event=ready')[-1], 'the log says how many are missing, and which', log[-1500:])
    e.d.config['bank'] = bank
    with open(f'{e.folder}/modules', 'w', encoding='utf-8') as f:
        f.write('not a hash')
    e.d.config['allowed_modules'] = f'{e.folder}/modules'
    e.d.configure()
    try:
        e.d.start()
        check(False, 'a list of modules that is none')
    except RuntimeError as why:
        check('modules: this is to be a list of SHA-256 hashes' in str(why), 'a list of modules that is none ends the start', why)
    with open(f'{e.folder}/modules', 'w', encoding='utf-8') as f:
        f.write('ab' * 32 + ':width:N\n')
    e.d.configure()
    with e:
        check(three.lease().status == 200 and three.post('/start').status == 200, 'all is put back: he starts')


def test_old_database():
    """The table of sessions as it was before candidates signed in: its sessions end, accounts stay."""
    with Daemon(**FAST, second_factor='no') as d:
        boss = staff(d, 'boss', 'scheme-owner')
        d.stop()
        for sql in ('DROP TABLE web_session', 'CREATE TABLE web_session (token BYTEA PRIMARY KEY, account TEXT REFERENCES account(id), attempt BIGINT NOT NULL, '
                    'lease BIGINT NOT NULL, created_s BIGINT NOT NULL, seen_s BIGINT NOT NULL)'):
            d.rows(sql)
        d.start()
        boss.close()
        refused(boss('GET', '/api/session'), 401, 'sign-in', 'sessions of an older database have ended')
        check(sign_in(d, 'boss', boss.password)[1].status == 201, 'its accounts are there')
        refused(d.client()('POST', '/api/entry', {'sitting': NAME, 'ticket': 'T', 'code': 'x'}), 503, 'no-exams', 'a server without a ledger')


def main():
    with Exam(8, roster=ROSTER, picture=True) as e:
        e.stop()
        e.sitting(LATER, 8, opens=60, closes=180)
        e.d.start()
        test_entry(e)
        test_sessions(e)
        one, two, three, soon = e.enter('T-00000'), e.enter('T-00002'), e.enter('T-00003'), e.enter('T-00000', name=LATER)
        test_others(e, one, two)
        test_states(e, one, two, three, soon)
        check(one.post('/start').status == 200 and two.lease().status == 200 and two.post('/start').status == 200, 'two start')
        pages = [i for i in one.get('/paper').json()['items'] if answer(i['page'])]
        test_answers(one, two, pages)
        test_tabs(one, pages[0])
        one = test_nodes(e, one, pages[0])
        one.lease()
        one = test_machines(e, one, pages[0])
        test_media(e, one, two)
        test_pause(e, one)
        test_moved(e, soon)
        test_changed(e, three)
    test_old_database()
    finish()


main()
