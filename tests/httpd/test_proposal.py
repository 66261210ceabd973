#!/usr/bin/env python3
"""What is to be done to certificates: proposed by one, decided by another, carried out by the commands that are shown, word for word, and followed until all can see it."""
import json, os, secrets, sqlite3, subprocess, threading, time
from urllib.parse import quote
from daemon import BUILD, Daemon, check, finish
from office import Office
from staff import FAST, staff

JSON = {'Accept': 'application/json'}


def key():
    return secrets.token_hex(8)


def wish(certificate, deed='revoke', reason='fraud', note='', **more):
    return {'key': key(), 'certificate': certificate, 'deed': deed, 'reason': reason, 'note': note, **more}


def find(who, q):
    a = who('GET', '/api/certificates?q=' + quote(q, safe=''))
    assert a.status == 200, a
    return a.json()['certificates']


def propose(who, *words, **more):
    a = who('POST', '/api/proposals', wish(*words, **more))
    assert a.status == 201, a.body
    return a.json()['proposal']['number']


def look(who, number):
    a = who('GET', f'/api/proposals/{number}')
    assert a.status == 200, a
    return a.json()


def decide(who, number, decision, why='', seen=None):
    return who('POST', f'/api/proposals/{number}/decision', {'decision': decision, 'why': why, 'seen': seen or look(who, number)['seen']})


def next_second(o):
    """Lists of one time are published once."""
    (newest,), = read(o, 'SELECT max(from_s) FROM status_list')
    while time.time() < newest + 1:
        time.sleep(.02)


class Keys:
    """Who holds the keys: runs what the page shows in a shell, and nothing else."""

    def __init__(self, office):
        self.office = office
        self.places = {'REGISTER': 'sqlite:r.db', 'LOG': 'log', 'LOG_KEY': 'log-key/key.pem', 'KEY': 'issuer/key.pem', 'STATUS': 'status'}

    def run(self, opened, step, officer, shell='sh', act=''):
        if step == 'publish':
            next_second(self.office)
        line = next(c['line'] for c in opened['commands'] if c['step'] == step)
        r = subprocess.run([shell, '-c', line], cwd=self.office.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           env={**os.environ, **self.places, 'OFFICER': f'p{officer}/key.pem', 'ACT': act, 'PATH': f'{BUILD}/tools/cli:' + os.environ['PATH']})
        assert r.returncode == 0, (line, r.returncode, r.stdout[-1000:])
        return r.stdout


def state(c, code):
    return c('GET', f'/v/{code}', **JSON).json()['state']


def searching(o, an, kiem, ids):
    for fate, serial in o.serials.items():
        rows = find(an, serial)
        check(len(rows) == 1 and rows[0]['serial'] == serial and rows[0]['code'] == o.codes[fate] and rows[0]['holder'] == o.NAMES[fate], f'{fate}: by its number', rows)
        ids[fate] = rows[0]['certificate']
    check(find(kiem, o.codes['valid'].lower().replace('-', ' ')) == find(an, o.serials['valid']) == find(an, 'urn:uuid:' + ids['valid']), 'by its code as people type it, by its id')
    tickets = {f: an('GET', f'/api/certificates/{i}').json()['ticket'] for f, i in ids.items()}
    check(all([r['certificate'] for r in find(an, tickets[f])] == [ids[f]] for f in ids), 'by the ticket of the attempt', tickets)
    check(find(an, 'không có') == [] and find(an, "' OR 1") == [], 'what is not there')
    check([an('GET', '/api/certificates' + q).status for q in ('', '?q=', '?q=%20', '?q=' + 'x' * 100, '?q=' + 'x' * 101, '?q=a%00', '?x=1')] == [422, 422, 422, 200, 422, 422, 422], 'the limits of a search')
    of = an('GET', f'/api/certificates/{ids["revoked"]}').json()
    check(of['fate'] == of['state'] == 'revoked' and [(h['deed'], h['step'], h['reason'], h['note'], h['askedBy'], h['decidedBy']) for h in of['history']] ==
          [('revoke', 'in-force', 'fraud', 'biên bản số 12', 'P-1', 'P-2')] and not any(d['may'] for d in of['deeds']), 'one that was revoked: by whom, why; nothing may be done to it', of)
    may = lambda fate: {d['deed'] for d in an('GET', f'/api/certificates/{ids[fate]}').json()['deeds'] if d['may']}
    check(may('valid') == {'revoke', 'suspend', 'supersede'} and may('suspended') == {'revoke', 'reinstate', 'supersede'} and may('superseded') == may('corrected') == set(), 'what may be done to others')
    of = an('GET', f'/api/certificates/{ids["valid"]}').json()
    check({d['deed']: [r['code'] for r in d['reasons']] for d in of['deeds']} == {'revoke': ['fraud', 'issued-in-error'], 'suspend': ['fraud', 'inquiry'], 'reinstate': ['cleared'], 'supersede': ['higher-level']} and
          'Lê Thị Anh' in str(of['facts']) and of['birth'] == '1990-02-28', 'for reasons of a closed list; all that it says', of)
    of = an('GET', f'/api/certificates/{ids["changed"]}').json()
    check(of['state'] == 'invalid' and 'facts' not in of, 'what does not verify is not shown')
    of = an('GET', f'/api/certificates/{ids["superseded"]}').json()
    check(of['successor']['serial'] == o.serials['higher'] and of['fate'] == 'superseded', 'what took its place')
    check(an('GET', '/api/certificates/nothing').status == an('GET', f'/api/certificates/{"0" * 36}').status == 404, 'no such certificate')
    looks = [e['detail'] for e in kiem('GET', '/api/audit/looks?author=chu.quan.an&limit=200').json()['entries']]
    check(any(x.startswith('/api/certificates?q=') for x in looks) and f'/api/certificates/{ids["revoked"]}' in looks, 'who looked at whom is noted')


def refused(o, an, binh, kiem, proctor, ids):
    good = wish(ids['valid'])
    post = lambda **more: an('POST', '/api/proposals', {**good, **more}).status
    check([who('POST', '/api/proposals', good).status for who in (kiem, proctor)] == [403, 403] and proctor('GET', '/api/proposals').status == proctor('GET', '/api/certificates?q=x').status == 403,
          'auditors propose nothing, and others see nothing')
    check(an('POST', '/api/proposals', good, X_CSRF_Token='0' * 64).status == 403 and an('POST', '/api/proposals', good, X_CSRF_Token=None).status == 403 and
          an('POST', '/api/proposals', good, Origin='https://evil.example').status == 403, 'nor another site in somebody\'s name')
    check([post(reason='mood'), post(reason='cleared'), post(deed='correct'), post(deed='issue'), post(deed='reinstate', reason='cleared'), post(certificate='0' * 36), post(note='hai\ndòng'), post(note='x' * 1000 + 'y'),
           post(note='ể' * 400), post(note='\u202eabc'), post(key='x'), post(successor=o.serials['higher'])] == [422, 422, 422, 422, 409, 404, 422, 422, 422, 422, 422, 422],
          'what is no reason, no deed, not possible, not there; notes of two lines, too long, or that deceive the eye')
    check([post(deed='supersede', reason='higher-level', **m) for m in ({}, {'successor': o.serials['valid']}, {'successor': o.serials['higher']}, {'successor': 'none'})] == [422, 422, 422, 404],
          'what takes its place is another one of the same holder')
    check(an('GET', '/api/proposals').json() == {'proposals': []}, 'nothing of that was stored')
    check([an('GET', f'/api/proposals/{n}').status for n in ('0', '1', '-1', 'x', '9223372036854775808')] == [404] * 5, 'there is no such proposal')


def two_persons(o, an, binh, kiem, ids):
    body = wish(ids['valid'], note='biên bản số 7')
    a = an('POST', '/api/proposals', body)
    said = a.json()
    p = said['proposal']
    check(a.status == 201 and (p['number'], p['state'], p['step'], p['author'], p['mine'], p['serial']) == (1, 'open', 'possible', 'chu.quan.an', True, o.serials['valid']) and 'commands' not in said,
          'one proposes; there are no commands yet', said)
    check(an('POST', '/api/proposals', body).json()['proposal']['number'] == 1 and an('POST', '/api/proposals', {**body, 'note': 'khác'}).status == 409 and
          binh('POST', '/api/proposals', body).status == 409, 'the same again, when the answer was lost, is the same; something else under its key is not')
    check(an('POST', '/api/proposals', wish(ids['valid'], 'suspend')).status == 409, 'one thing at a time')
    check(look(kiem, 1)['proposal']['mine'] is False and kiem('GET', '/api/proposals?state=open').json()['proposals'][0]['number'] == 1, 'an auditor reads it')
    seen = said['seen']
    check([decide(an, 1, 'approve').status, decide(an, 1, 'refuse', 'x').status, decide(kiem, 1, 'approve').status, decide(binh, 1, 'withdraw', 'x').status] == [403] * 4,
          'who proposed it does not decide, nor does an auditor; and nobody withdraws it for him')
    check(binh('POST', '/api/proposals/1/decision', {'decision': 'approve', 'why': '', 'seen': seen}, X_CSRF_Token='0' * 64).status == 403, 'nor does another site')
    check([decide(binh, 1, 'refuse', w).status for w in ('', '   ')] == [422, 422] and decide(binh, 1, 'approve', seen='00' * 32).status == 409 and decide(binh, 1, 'maybe').status == 422,
          'a refusal has a reason; what was not seen is not decided')
    a = decide(binh, 1, 'refuse', 'chưa đủ căn cứ')
    check(a.status == 200 and a.json()['proposal']['state'] == 'refused' and [(e['to'], e['author'], e['why']) for e in a.json()['events']] ==
          [('open', 'chu.quan.an', ''), ('refused', 'chu.quan.binh', 'chưa đủ căn cứ')], 'another refuses it', a.body)
    check(binh('POST', '/api/proposals/1/decision', {'decision': 'refuse', 'why': 'chưa đủ căn cứ', 'seen': seen}).status == 200, 'the same again, when the answer was lost')
    check([decide(binh, 1, 'approve').status, decide(binh, 1, 'refuse', 'vì khác').status, decide(an, 1, 'withdraw', 'x').status] == [409] * 3, 'and it is decided')

    second = propose(an, ids['valid'])
    check(second == 2 and decide(an, 2, 'withdraw', 'nhầm').json()['proposal']['state'] == 'withdrawn' and decide(binh, 2, 'approve').status == 409, 'who proposed it takes it back')
    check(look(an, 2)['events'][-1]['why'] == 'nhầm', 'with a reason')

    # Two at once: each has seen it open.
    third, dung = propose(an, ids['valid']), staff(binh.daemon, 'chu.quan.dung', 'scheme-owner')
    seen, answers = look(binh, third)['seen'], []
    threads = [threading.Thread(target=lambda c=c, d=d: answers.append(decide(c, third, d, 'x', seen).status)) for c, d in ((binh, 'approve'), (dung, 'refuse'))]
    [t.start() for t in threads]
    [t.join() for t in threads]
    now = look(an, third)
    check(sorted(answers) == [200, 409] and len(now['events']) == 2 and now['proposal']['state'] in ('approved', 'refused'), 'of two who decide at once one does', (answers, now))
    if now['proposal']['state'] == 'approved':
        check(decide(dung, third, 'withdraw', 'dọn').status == 200, '  cleared away')
    else:
        check(True, '  nothing to clear away')


# What a shell would do something with.
HOSTILE = "O'Neil's \"số\" $(touch pwned) `touch pwned` $HOME ${IFS} \\ \\' !! ; touch pwned & | > pwned < # * ? [a] ~ -- --db=x %s"


def carried_out(o, c, an, binh, kiem, ids, keys):
    n = propose(an, ids['valid'], note=HOSTILE)
    a = decide(binh, n, 'approve', 'đã xem biên bản')
    said = a.json()
    check(a.status == 200 and (said['proposal']['state'], said['proposal']['step']) == ('approved', 'possible') and [x['step'] for x in said['commands']] == ['ask', 'approve', 'publish'], 'a second person approves; then there are commands', said)
    check(an('POST', '/api/proposals', wish(ids['valid'], 'suspend')).status == 409, 'what waits to be carried out stands in the way of another')
    check(state(c, o.codes['valid']) == 'valid', 'nothing has happened to the certificate')
    before = look(an, n)['seen']
    out = keys.run(said, 'ask', 1)
    act = out.split()[1].rstrip(':')
    said = look(kiem, n)
    check(said['proposal']['step'] == 'asked' and str(said['act']['number']) == act and said['act']['askedBy'] == 'P-1' and said['seen'] != before, 'the first command, in a shell: asked', said)
    check(not os.path.exists(o.path('pwned')), 'and nothing else was run')
    (note,), = read(o, 'SELECT note FROM act WHERE id = ?', int(act))
    check(note == HOSTILE, 'every byte of the note is in the register', note)
    check(an('GET', f'/api/certificates/{ids["valid"]}').json()['history'][-1]['step'] == 'asked' and decide(an, n, 'withdraw', 'muộn').status == 409, 'it is not withdrawn any more')
    check(f'approve {act} ' in said['commands'][1]['line'], 'the second command names the act')
    keys.run(said, 'approve', 2)
    said = look(kiem, n)
    check(said['proposal']['step'] == 'in-force' and said['proposal']['state'] == 'approved' and said['act']['decidedBy'] == 'P-2' and said['act']['logEntry'] > 0 and 'published' not in said['act'], 'in force, not published', said)
    keys.run(said, 'publish', 2, 'bash')
    page = an('GET', '/api/proposals?state=approved').json()['proposals']
    check([(p['number'], p['state'], p['step']) for p in page] == [(n, 'done', 'published')], 'the list sees that it is published', page)
    said = look(kiem, n)
    check(said['proposal']['state'] == 'done' and said['proposal']['step'] == 'published' and said['act']['published'] and 'commands' not in said, 'published', said)
    check(state(c, o.codes['valid']) == 'revoked' and [p['number'] for p in an('GET', '/api/proposals?state=done').json()['proposals']] == [n], 'and everybody sees it as revoked')
    check(decide(an, n, 'withdraw', 'x').status == 409, 'for good')


def read(o, sql, *values):
    db = sqlite3.connect(o.path('r.db'))
    try:
        return db.execute(sql, values).fetchall()
    finally:
        db.close()


def other_deeds(o, c, an, binh, ids, keys):
    # Suspended, which is reinstated; turned down once by who holds the keys.
    n = propose(an, ids['suspended'], 'reinstate', 'cleared')
    said = decide(binh, n, 'approve').json()
    act = keys.run(said, 'ask', 2, 'bash').split()[1].rstrip(':')
    o.run('cert', 'refuse', act, '--db', 'sqlite:r.db', '--officer', 'p1/key.pem')
    said = look(an, n)
    check(said['proposal']['step'] == 'turned-down' and '"$ACT"' in said['commands'][1]['line'], 'who holds the keys turns it down', said)
    act = keys.run(said, 'ask', 1).split()[1].rstrip(':')
    check(look(an, n)['proposal']['step'] == 'asked', 'and it is asked for again')
    keys.run(said, 'approve', 2, act=act)
    keys.run(said, 'publish', 1)
    check(look(an, n)['proposal']['step'] == 'published' and state(c, o.codes['suspended']) != 'revoked' and find(an, o.serials['suspended'])[0]['fate'] == 'valid', 'by the number that the command printed: reinstated')

    # The one whose number is on the paper gives way to another of its holder.
    n = propose(an, ids['higher'], 'suspend', 'inquiry')
    check(decide(binh, n, 'approve').status == 200, 'one is to be suspended')
    # Meanwhile somebody revokes it by himself, past the page.
    o.act('revoke', 'higher', 'issued-in-error')
    said = look(an, n)
    check((said['proposal']['step'], said['proposal']['state']) == ('impossible', 'approved') and 'is revoked' in said['proposal']['why'] and 'act' not in said, 'what was revoked meanwhile cannot be', said['proposal'])
    check(decide(binh, n, 'withdraw', 'đã bị thu hồi').status == 200, 'and is withdrawn by either of the two')

    # The same between proposal and approval.
    n = propose(an, ids['suspended'], 'suspend', 'inquiry')
    seen = look(binh, n)['seen']
    o.act('suspend', 'suspended', 'inquiry')
    a = decide(binh, n, 'approve', seen=seen)
    check(a.status == 409 and 'cannot be carried out any more' in a.json()['reason'], 'an order that became impossible is not approved', a.body)
    check(decide(binh, n, 'approve').status == 409 and decide(binh, n, 'refuse', 'đã làm').status == 200, 'also by who has seen that; it is refused')

    # An act of the same content that was there before is not taken for its doing.
    n = propose(an, ids['suspended'], 'reinstate', 'cleared')
    said = decide(binh, n, 'approve').json()
    check(said['proposal']['step'] == 'possible' and 'act' not in said, 'an older act of the same words does not carry it out', said)
    keys.run(said, 'ask', 1)
    keys.run(look(an, n), 'approve', 2)
    check(look(an, n)['proposal']['step'] == 'in-force', 'a newer one does')
    next_second(o)
    o.publish()
    check(look(an, n)['proposal']['step'] == 'published', 'whoever publishes')


def superseded(o, an, binh, keys):
    """Two certificates of one holder: of the batch that the office issues afterwards."""
    facts = json.loads(o.read('facts/valid.json'))
    facts['holder'], facts['level'] = {'name': 'Bùi Thị Hạnh', 'birth': '1991-01-01'}, 'L2'
    os.mkdir(o.path('more'))
    for i, level in enumerate(('L2', 'L3')):
        o.write(f'more/{i}.json', json.dumps({**facts, 'level': level}, ensure_ascii=False))
    o.run('cert', 'batch', '--db', 'sqlite:r.db', '--name', 'dot-2', '--scheme', 'CNTT', '--centre', 'TT01', '--key', 'issuer/key.pem', '--officer', 'p1/key.pem', *o.LOG, '--facts', 'more', '--out', 'out2')
    (low, low_serial), (high, high_serial) = [(r[0], r[1]) for r in read(o, "SELECT id, serial FROM certificate WHERE batch = (SELECT max(id) FROM batch) ORDER BY id")]
    certificate = find(an, low_serial)[0]['certificate']
    n = propose(an, certificate, 'supersede', 'higher-level', successor=find(an, high_serial)[0]['code'].lower())
    said = decide(binh, n, 'approve').json()
    check(said['proposal']['successorSerial'] == high_serial and ' --by ' in said['commands'][0]['line'], 'one gives way to another of its holder', said)
    keys.run(said, 'ask', 1)
    keys.run(look(an, n), 'approve', 2)
    keys.run(look(an, n), 'publish', 1)
    said = look(an, n)
    check(said['proposal']['step'] == 'published' and an('GET', f'/api/certificates/{certificate}').json()['successor']['serial'] == high_serial, 'superseded', said)


def listed(an, kiem):
    everything = an('GET', '/api/proposals?limit=100').json()['proposals']
    numbers, before = [], ''
    while before is not None:
        page = kiem('GET', '/api/proposals?limit=2' + before).json()
        numbers += [p['number'] for p in page['proposals']]
        before = f'&before={page["next"]}' if 'next' in page else None
    check(numbers == [p['number'] for p in everything] == list(range(len(everything), 0, -1)) and len(numbers) > 6, 'all of them, page by page', numbers)
    check(all({p['state'] for p in an('GET', f'/api/proposals?state={s}').json()['proposals']} <= {s} for s in ('open', 'refused', 'withdrawn', 'done')), 'by state')
    check([an('GET', '/api/proposals?' + q).status for q in ('limit=0', 'limit=101', 'state=x', 'before=0', 'certificate=a/b')] == [422] * 5, 'refused queries')
    of = everything[0]['certificate']
    check({p['certificate'] for p in an('GET', f'/api/proposals?certificate={of}').json()['proposals']} == {of}, 'about one certificate')
    events = kiem('GET', '/api/audit/certificates?limit=200').json()['entries']
    count = sum(len(look(an, n)['events']) for n in numbers)
    check(len(events) == count and {e['act'] for e in events} == {'propose', 'approve', 'refuse', 'withdraw'} and all(e['account'].split()[0] in map(str, numbers) for e in events), 'every decision is there to be searched', events)
    check([e['act'] for e in kiem('GET', '/api/audit/certificates?act=withdraw&author=chu.quan.an').json()['entries']] == ['withdraw'], 'by act and author')


def life(**more):
    o = Office()
    config = o.config(**more)
    with Daemon(second_factor='no', rate_verify='60000/min burst 6000', rate_api='60000/min burst 6000', **FAST, **config) as d:
        an, binh, kiem, proctor = (staff(d, n, r) for n, r in (('chu.quan.an', 'scheme-owner'), ('chu.quan.binh', 'scheme-owner'), ('kiem.toan', 'auditor'), ('giam.thi', 'proctor')))
        c, ids, keys = d.client(), {}, Keys(o)
        searching(o, an, kiem, ids)
        refused(o, an, binh, kiem, proctor, ids)
        two_persons(o, an, binh, kiem, ids)
        carried_out(o, c, an, binh, kiem, ids, keys)
        other_deeds(o, c, an, binh, ids, keys)
        superseded(o, an, binh, keys)
        listed(an, kiem)


life()
with Daemon(second_factor='no', **FAST) as d:
    an = staff(d, 'chu.quan.an', 'scheme-owner')
    check({an('GET', p).json()['type'] for p in ('/api/proposals', '/api/proposals/1', '/api/certificates?q=x', '/api/certificates/x')} == {'/problems/no-register'}, 'a server without a register says so')
finish()
