#!/usr/bin/env python3
"""What comes after a sitting was closed: it is scored and released, its candidates sign in and read their results, heads and adjudicators act on appeals, and
nobody writes; over a restart, with nothing of it in memory."""
import json, sys
import database
from daemon import check, finish
from exam import BANGVANG, NAME, Exam, answer, run
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


def test_office(e, sitters):
    bank = ('--bank', f'{e.folder}/bank.db')
    scored = json.loads(e.office('score', '--key', e.key, *bank, '--json'))
    check(scored['scored'] == 3 and scored['absent'] == 1, 'the office scores the closed sitting', scored)
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
    check(act(head, b, 'reopen', reason='x').status == 404 and act(head, b, 'extend', reason='x', minutes=5).status == 404 and
          act(adjudicator, b, 'finalise').status == 200, 'what would be written on is refused')


def main():
    e = Exam(COUNT, work_threads=2)
    with e:
        sitters, head = closed(e)
        test_nobody_writes(e, sitters)
    test_office(e, sitters)
    with e:
        test_results(e, sitters, head)
        test_appeal(e, sitters, head)
    for what in ('answers', 'scores'):
        found = json.loads(run(BANGVANG, 'audit', what, '--db', e.ledger, '--name', NAME, '--bank', f'{e.folder}/bank.db', '--json'))
        check(found['faultCount'] == 0 and found['attempts'] == COUNT, f'bangvang audit {what} finds no fault', found)
    check('Sanitizer' not in e.d.log(), 'nothing odd in the log', e.d.log()[-800:])
    finish()


main()
