#!/usr/bin/env python3
"""What comes after a sitting was closed: it is scored and released, its candidates sign in and read their results, heads and adjudicators act on appeals, and
nobody writes; over a restart, with nothing of it in memory."""
import json, os, statistics
import database
from daemon import SOURCE, check, finish
from exam import BANGVANG, NAME, VERIFY, Exam, answer, run
from staff import staff

COUNT = 4


def closed(e):
    """Three have handed in, one never came; a head of a centre closes the sitting."""
    sitters = [e.enter(f'T-{i:05d}') for i in range(3)]
    e.proctor('admit', *sitters)
    for s in sitters:
        s.lease(), s.post('/start')
        pages = [i for i in s.get('/paper').json()['items'] if answer(i['page'])]
        check(all(s.save(i['item'], answer(i['page'], 1)).status == 200 for i in pages[:5]) and s.post('/submit').status == 200, f'{s.ticket} answers and hands in')
    head = staff(e.d, 'truong', f'centre-head@sitting:{NAME}')
    e.clients.append(head)
    a = head('POST', f'/api/sittings/{NAME}/acts', {'act': 'close', 'reason': 'hết giờ'})
    check(a.status == 200 and a.json()['state'] == 'sitting-closed', 'closed over HTTP before anybody was scored', a)
    return sitters, head


def test_nobody_writes(e, sitters):
    one = sitters[0]
    check(one.save(0, {'r1': {'base': None}}).status in (404, 409) and one.get('/paper').status == 404 and one.lease().status == 404,
          'nobody writes or reads papers any more')
    a = one.get('/result')
    check(a.status == 403 and a.json()['type'] == '/problems/not-released' and 'submitted' in a.json()['reason'], 'the session lives: no result yet', a)
    check(e.enter('T-00001', name=NAME).entry.json()['state'] == 'submitted', 'who signs in is told how it is')


def persons(e):
    """Two of the three are known to the store of persons."""
    with open(f'{e.folder}/people.json', 'w', encoding='utf-8') as f:
        json.dump({'people': [{'name': name, 'personalId': f'00109000000{i}', 'sitting': NAME, 'ticket': f'T-0000{i}'}
                              for i, name in enumerate(('Nguyễn Thị An', 'Trần Văn Bình'))]}, f)
    store = ('--people', f'{e.folder}/persons.db', '--master', f'{e.folder}/master.key')
    run(BANGVANG, 'person', 'create', *store)
    run(BANGVANG, 'person', 'import', *store, '--as', 'staff-7', '--reason', 'danh sách', f'{e.folder}/people.json')


def test_evidence(e):
    """Of a sitting that was held over HTTP: names from the persons, derived again byte for byte, and no byte of it can be changed."""
    folder = f'{e.folder}/evidence'

    def name(ticket):
        with open(f'{folder}/candidates/{ticket}/candidate.json', encoding='utf-8') as f:
            return json.load(f)['name']
    check([name(f'T-0000{i}') for i in range(3)] == ['Nguyễn Thị An', 'Trần Văn Bình', 'Lê Thị Châu'], 'a folder each, with the name of the persons or of the file')
    log = run(BANGVANG, 'person', 'log', '--people', f'{e.folder}/persons.db', '--json')
    check(log.count('"read"') >= 2 and 'cấp chứng nhận' in log, 'each name that was read is in the log of persons', log[-600:])
    audit = ('audit', 'exam', folder, '--trust', f'{e.folder}/key')
    told = run(BANGVANG, *audit)
    check(all(f'T-0000{i}' in str(os.listdir(f'{folder}/candidates')) for i in range(3)), 'bangvang audit exam derives it again', told)
    for document in ('responses.json', 'form.json', 'outcomes.json', 'rating.json', 'candidate.json'):
        path = f'{folder}/candidates/T-00001/{document}'
        with open(path, 'rb') as f:
            kept = f.read()
        with open(path, 'wb') as f:
            f.write(kept[:-3] + b' ' + kept[-3:])
        told = run(BANGVANG, *audit, good=(1,))
        check(f'T-00001/{document}' in told, f'a byte more in {document} is named', told[-400:])
        with open(path, 'wb') as f:
            f.write(kept)
    run(BANGVANG, *audit)
    for ticket in os.listdir(f'{folder}/candidates'):
        certificate = f'{folder}/candidates/{ticket}/credential.json'
        if os.path.exists(certificate):
            run(VERIFY, certificate, '--trust', f'{e.folder}/key')


def test_office(e, sitters):
    bank = ('--bank', f'{e.folder}/bank.db')
    persons(e)
    names = ('--people', f'{e.folder}/persons.db', '--master', f'{e.folder}/master.key', '--reason', 'cấp chứng nhận')
    told = e.office('score', '--key', e.key, *bank, '--out', f'{e.folder}/evidence', *names, good=(2,))
    check('T-00002' in told and 'store of persons has nobody' in told, 'a ticket of which nobody has a name', told)
    check('needs --master' in e.office('score', '--key', e.key, *bank, *names[:2], good=(64,)), 'names are not read without a reason')
    with open(f'{e.folder}/names.json', 'w', encoding='utf-8') as f:
        json.dump({'candidates': [{'ticket': 'T-00002', 'name': 'Lê Thị Châu'}]}, f)
    scored = json.loads(e.office('score', '--key', e.key, *bank, '--out', f'{e.folder}/evidence', '--candidates', f'{e.folder}/names.json', *names, '--json'))
    check(scored['scored'] == 3 and scored['absent'] == 1, 'the office scores the closed sitting', scored)
    test_evidence(e)
    with e:
        check('scored' in sitters[0].get('/result').json()['reason'], 'not released while it is only scored')
    told = e.office('release', '--key', e.key, good=(2, 1))
    check('not released before its day' in told, 'and not before the day', told)
    e.act('access', 'T-00000', later=300)
    check(len(json.loads(e.office('release', '--key', e.key, '--json'))) == 3, 'all three are released')


def test_results(e, sitters, head):
    for s in sitters:
        a = s.get('/result')
        check(a.status == 200 and a.json()['state'] == 'released' and a.json()['rating']['decision'] in ('passed', 'failed') and
              a.field('Cache-Control') == 'no-store', f'{s.ticket} reads his result in the session of before', a)
    late = e.enter('T-00001', machine='o-nha')
    said = late.entry.json()
    check(late.entry.status == 201 and said['state'] == 'released' and said['sitting']['closed'] and said['leftMs'] == 0 and said['sitting']['items'] == 40,
          'he signs in again, from any machine', late.entry)
    check(late.get('/result').json() == sitters[1].get('/result').json(), 'and reads the same')
    check(late.c('GET', f'/api/attempts/{sitters[0].attempt}/result').status == 403, "another's result is not his")
    check(all(x.status in (404, 409) for x in (late.lease(), late.get('/answers'), late.post('/start'), late.post('/submit'))), 'and does nothing else')
    absent = e.enter('T-00003')
    check(absent.entry.json()['state'] == 'registered' and absent.get('/result').json()['type'] == '/problems/not-released', 'who never came has none')
    for ticket, sitting in (('T-00001', 'x.y'), ('T-99999', NAME)):
        c = e.d.client()
        a = c('POST', '/api/entry', {'sitting': sitting, 'ticket': ticket, 'code': 'AAAA-AAAA-AAAA'})
        check(a.status == 401 and a.json()['type'] == '/problems/wrong-credentials', 'wrong ticket, code or sitting: one refusal', a)
        c.close()


def read_json(path):
    with open(path, encoding='utf-8') as f:
        return json.load(f)


def test_use(e):
    """What the author of an item reads of it, against the evidence; not more than sums of all."""
    author = staff(e.d, 'tac-gia', 'bank-author')
    e.clients.append(author)
    had = {}
    for ticket in sorted(os.listdir(f'{e.folder}/evidence/candidates')):
        folder = f'{e.folder}/evidence/candidates/{ticket}'
        given, rows = read_json(f'{folder}/responses.json')['responses'], read_json(f'{folder}/outcomes.json')['items']
        scores = [r['outcomes']['SCORE']['value']['base']['float'] for r in rows]
        for r, s in zip(rows, scores):
            base = [v for p in given.get(r['identifier'], {}).values() for v in ((p.get('base') or {}).values() if 'base' in p else [x for y in p['list'].values() for x in y])]
            had.setdefault(r['identifier'], []).append((s, sum(scores) - s, bool(base), '; '.join(map(str, base)) if all(isinstance(b, str) for b in base) else None))
    most = sorted(had, key=lambda i: (-len(had[i]), -sum(x[2] for x in had[i]), i))[:6]
    for identifier in most:
        rows = had[identifier]
        a = author('GET', f'/api/bank/use?identifier={identifier}&language=vi')
        u, n = a.json(), len(rows)
        mean = sum(r[0] for r in rows) / n
        check(a.status == 200 and (u['forms'], u['presented'], u['answered'], u['more']) == (3, n, sum(r[2] for r in rows), False) and abs(u['mean'] - mean) < 1e-9 and
              abs(u['p'] * u['max'] - mean) < 1e-9, f'{identifier}: how often, and how many were right', a)
        x, y = [r[0] for r in rows], [r[1] for r in rows]
        if n >= 3 and len(set(x)) > 1 and len(set(y)) > 1:
            check(abs(u['correlation'] - statistics.correlation(x, y)) < 1e-9, 'with the rest of the form', (u, rows))
        else:
            check('correlation' not in u, 'no correlation of what does not vary')
        if all(r[3] is not None for r in rows):
            want = {t: (sum(r[3] == t for r in rows), statistics.mean(r[1] for r in rows if r[3] == t)) for t in {r[3] for r in rows}}
            got = {o['answer']: (o['count'], o['rest']) for o in u['options']}
            check(set(got) == set(want) and all(got[k][0] == want[k][0] and abs(got[k][1] - want[k][1]) < 1e-9 for k in want), 'what was answered, and by whom', (got, want))
    check(not any(t in a.body.decode() for t in ('T-0000', 'Nguyễn')), 'and nobody is named')
    never = next(i['identifier'] for i in author('GET', '/api/bank/items?limit=200&language=vi').json()['items'] if i['identifier'] not in had)
    a = author('GET', f'/api/bank/use?identifier={never}&language=vi')
    check(a.status == 200 and a.json()['presented'] == 0 and a.json()['forms'] == 3 and 'p' not in a.json(), 'an item that nobody had', a)


def test_appeal(e, sitters, head):
    adjudicator = staff(e.d, 'phan-xu', 'adjudicator')
    stranger = staff(e.d, 'nguoi-la', 'centre-head@sitting:khac')
    e.clients += [adjudicator, stranger]

    def act(who, attempt, act, **more):
        return who('POST', f'/api/attempts/{attempt}/acts', {'act': act, **more})
    a, b = sitters[0].attempt, sitters[1].attempt
    check(act(stranger, a, 'appeal', reason='x').status == 404 and act(adjudicator, a, 'appeal', reason='x').status == 403 and
          act(head, 99999, 'appeal', reason='x').status == 404, 'only within the scope, and only whose act it is')
    x = act(head, a, 'appeal', reason='thí sinh xin phúc khảo')
    check(x.status == 200 and x.json()['state'] == 'appealed' and x.json()['receipt'], 'an appeal against a result of a closed sitting', x)
    x = act(adjudicator, a, 'finalise', reason='giữ nguyên')
    check(x.status == 200 and x.json()['state'] == 'final' and sitters[0].get('/result').json()['state'] == 'final', 'is decided, and the candidate sees it', x)
    own = sitters[2]
    for body in ({}, {'about': 'tôi'}, {'about': 'marking', 'reason': 'x'}):
        check(own.post('/appeal', body).status == 422, f'{body} is no appeal')
    check(own.c('POST', f'{sitters[1].path}/appeal', {'about': 'marking'}).status == 403, "nor is one against somebody else's result")
    x = own.post('/appeal', {'about': 'question'})
    check(x.status == 200 and x.json()['state'] == 'appealed' and own.get('/result').json()['state'] == 'appealed', 'a candidate appeals himself', x)
    said = json.loads(bytes(database.rows(e.ledger, f'SELECT body FROM event WHERE attempt = {own.attempt} AND kind = 27')[0][0]))
    check(said['author'] == 'candidate' and said['reason'] == 'question', 'which the ledger has, as his own act', said)
    check(own.post('/appeal', {'about': 'question'}).status == 409, 'once')
    x = act(adjudicator, own.attempt, 'finalise', reason='giữ nguyên')
    check(x.status == 200 and x.json()['state'] == 'final', 'and it is decided as any other', x)
    check(act(head, b, 'reopen', reason='x').status == 404 and act(head, b, 'extend', reason='x', minutes=5).status == 404 and
          act(adjudicator, b, 'finalise').status == 200, 'what would be written on is refused')


def test_impact(e, sitters):
    """What another rule pack would have made of it."""
    owner = staff(e.d, 'chu-quan', 'scheme-owner')
    e.clients.append(owner)
    with open(e.rules, encoding='utf-8') as f:
        rules = f.read()
    with open(e.standard, encoding='utf-8') as f:
        standard = f.read()
    look = lambda text, sitting=NAME: owner('POST', '/api/impacts', {'sitting': sitting, 'text': text})
    check(look(rules).status == 422 and 'upload the standard' in look(rules).json()['reason'], 'the standard is needed')
    check(owner('POST', '/api/documents/standard/vn-tt03-2014', {'base': 0, 'text': standard, 'note': ''}).status == 201, 'it is uploaded')
    decided = [s.get('/result').json()['rating']['decision'] for s in sitters]
    same = look(rules).json()
    check(same['candidates'] == 3 and same['before'] == same['after'] == {k: decided.count(k) for k in ('passed', 'failed', 'incomplete')} and same['gain'] == same['lose'] == 0, 'the same pack decides the same', same)
    lenient = look(rules.replace('minimum="50.00" sub-minimum="40.00"', 'minimum="0.00" sub-minimum="0.00"')).json()
    check(lenient['after']['passed'] == 3 and lenient['gain'] == 3 - decided.count('passed') and lenient['before'] == same['before'], 'one that wants nothing passes all', lenient)
    check('from' in rules and look(rules.replace('from="2016-08-10"', 'from="2099-01-01"')).status == 422, 'one that is not in force that day')
    check(look(rules, 'khac').status == 404 and look('<rules/>').status == 422, 'no such sitting, no such pack')
    with open(f'{SOURCE}/rules/vn-irt-bands.xml', encoding='utf-8') as f:
        bands = look(f.read())
    check(bands.status == 422, 'one by ability is not judged here', bands)
    check(owner('GET', '/api/impacts').json() == {'sittings': [{'name': NAME, 'closed': True}]}, 'the sittings of the ledger')


def main():
    e = Exam(COUNT, work_threads=2)
    with e:
        sitters, head = closed(e)
        test_nobody_writes(e, sitters)
    test_office(e, sitters)
    with e:
        test_results(e, sitters, head)
        test_use(e)
        test_impact(e, sitters)
        test_appeal(e, sitters, head)
    for what in ('answers', 'scores'):
        found = json.loads(run(BANGVANG, 'audit', what, '--db', e.ledger, '--name', NAME, '--bank', f'{e.folder}/bank.db', '--json'))
        check(found['faultCount'] == 0 and found['attempts'] == COUNT, f'bangvang audit {what} finds no fault', found)
    check('Sanitizer' not in e.d.log(), 'nothing odd in the log', e.d.log()[-800:])
    finish()


main()
