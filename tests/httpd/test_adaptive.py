#!/usr/bin/env python3
"""An adaptive sitting over HTTP: each item follows from the answers before it, there is no way back, and whatever is asked twice, at once, too early or too late
changes nothing. With --pgsql two servers on one database."""
import atexit, shutil, signal, tempfile, threading
import database
from daemon import Daemon, check, finish
from exam import BANGVANG, NAME, Exam, answer, choices, run

MOST, LEAST = 6, 3


def refused(a, status, problem, name):
    return check(a is not None and a.status == status and a.json()['type'] == f'/problems/{problem}', name, a)


def begin(e, ticket, c=None):
    one = e.enter(ticket, c)
    e.proctor('admit', one)
    one.lease()
    return one


def paper(one, start=None):
    a = one.get('/paper' + (f'?from={start}' if start is not None else ''))
    return a.json() if a.status == 200 else a


def multiple(page, pick):
    """A response to a choice of one or several."""
    (name, (kind, attributes, identifiers)), = choices(page).items()
    one = identifiers[pick % len(identifiers)]
    return {name: {'base': {'identifier': one}} if attributes.get('cardinality') == 'single' else {'list': {'identifier': [one]}}}


def sit(one, pick=0, until=MOST):
    """Answers and leaves items until it is over: the pages in their order."""
    pages = []
    for k in range(until):
        item = paper(one, k)['items'][0]
        pages.append(item['page'])
        if pick is not None:
            assert one.save(k, multiple(item['page'], pick)).status == 200
        left = one.post('/section', {'section': k})
        assert left.status == 200, left
        if left.json().get('over'):
            break
    return pages


def test_way(e):
    one = e.enter('T-00000')
    said = one.entry.json()['sitting']
    check(said.get('adaptive') is True and said['items'] == MOST and said['sections'] == 0, 'the entry says so', said)
    refused(one.get('/sealed'), 503, 'no-paper', 'nothing is fetched ahead')
    e.proctor('admit', one)
    one.lease()
    refused(one.get('/paper'), 409, 'attempt-state', 'nor read before the start')
    a = one.post('/start')
    check(a.status == 200 and 'paperKey' not in a.json() and a.json()['section'] == 0 and 'over' not in a.json(), 'a start has no key', a)
    refused(one.get('/key'), 503, 'no-paper', 'and there is none')
    first = paper(one)
    check(first['adaptive'] is True and first['most'] == MOST and [i['item'] for i in first['items']] == [0], 'the paper has the first item', first)
    response = multiple(first['items'][0]['page'], 0)
    refused(one.save(1, response), 404, 'not-found', 'the second cannot be answered')
    refused(one.post('/section', {'section': 1}), 403, 'section-closed', 'nor left')
    refused(one.post('/section', {'section': MOST}), 404, 'not-found', 'nor one that there never is')
    refused(one.post('/section', {'section': 200}), 422, 'invalid', 'nor one beyond all')
    a = one.save(0, response)
    check(a.status == 200 and a.json()['section'] == 0, 'the first is answered', a)
    a = one.post('/section', {'section': 0})
    check(a.status == 200 and a.json()['section'] == 1 and 'receipt' in a.json(), 'and left', a)
    again = one.post('/section', {'section': 0})
    check(again.status == 200 and again.json().get('again') is True and again.json()['seq'] == a.json()['seq'], 'which may be said twice', again)
    refused(one.save(0, multiple(first['items'][0]['page'], 1)), 403, 'section-closed', 'there is no way back')
    both, second = paper(one), paper(one, 1)
    check([i['item'] for i in both['items']] == [0, 1] and both['items'][0] == first['items'][0] and both['items'][1:] == second['items'], 'the paper has grown by one', both)
    check(paper(one, 2)['items'] == [] and one.get('/paper?from=x').status == 422, 'and by no more')
    one.save(1, multiple(second['items'][0]['page'], 1))
    kept = one.get('/answers').json()['answers']
    check([a['item'] for a in kept] == [0, 1] and kept[0]['response'] == response, 'his answers, under the names of his page', kept)
    before = (one.get('').json(), paper(one), kept)
    e.d.stop(signal.SIGKILL)
    e.d.start()
    after = (one.get('').json(), paper(one), one.get('/answers').json()['answers'])
    check([before[0][k] for k in ('section', 'seq', 'items')] == [after[0][k] for k in ('section', 'seq', 'items')] and before[1:] == after[1:], 'killed, the server knows all of it', after[0])
    item = second['items'][0]
    for k in range(1, MOST):
        a = one.post('/section', {'section': k})
        if a.json().get('over'):
            break
        item = paper(one, k + 1)['items'][0]
        one.save(k + 1, multiple(item['page'], k))
    check(a.status == 200 and a.json()['over'] is True and a.json()['section'] == k + 1 and LEAST <= k + 1 <= MOST, 'some time it is over', a)
    state = one.get('').json()
    check(state['over'] is True and state['section'] == k + 1, 'the state says so')
    refused(one.post('/section', {'section': k + 1}), 404 if k + 1 == MOST else 403, 'not-found' if k + 1 == MOST else 'section-closed', 'nothing is left any more')
    refused(one.save(k, multiple(item['page'], 0)), 403, 'section-closed', 'nor answered')
    check(one.post('/submit').json()['state'] == 'submitted', 'he hands in')


def test_answers_decide(e):
    """Who answers otherwise gets other items; who answers the same gets the same kind of form."""
    one, other = begin(e, 'T-00001'), begin(e, 'T-00002')
    one.post('/start')
    other.post('/start')
    pages = (sit(one, 0), sit(other, None))
    check(len(pages[0]) >= LEAST and len(pages[1]) >= LEAST, 'both come to an end', [len(p) for p in pages])
    check(one.get('/answers').json()['answers'] != [] and other.get('/answers').json()['answers'] == [], 'one may pass all without an answer')
    for c in (one, other):
        check(c.post('/submit').status == 200, 'handed in')


def test_at_once(e):
    """The same from eight threads, while the answer changes."""
    one = begin(e, 'T-00003')
    one.post('/start')
    page = paper(one)['items'][0]['page']
    one.save(0, multiple(page, 0))
    clients = [e.d.client() for _ in range(8)]
    said = []

    def leave(c):
        c.cookies, c.fields = dict(one.c.cookies), dict(one.c.fields)
        said.append(c('POST', one.path + '/section', {'section': 0}))
    threads = [threading.Thread(target=leave, args=(c,)) for c in clients]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for c in clients:
        c.close()
    good = [a.json() for a in said if a.status == 200]
    check(len(good) == 8 and len({a['seq'] for a in good}) == 1 and sum('again' in a for a in good) == 7, 'of eight at once one leaves it', [a.status for a in said])
    check([i['item'] for i in paper(one)['items']] == [0, 1], 'and there is one item more')


def test_moved(e):
    """A tab that was overtaken, a pause, another machine."""
    one = begin(e, 'T-00004')
    one.post('/start')
    stale = one.c.fields['X-Lease']
    one.lease()
    fresh, one.c.fields['X-Lease'] = one.c.fields['X-Lease'], stale
    refused(one.post('/section', {'section': 0}), 409, 'other-tab', 'a tab that was overtaken leaves nothing')
    one.c.fields['X-Lease'] = fresh
    e.proctor('pause', one)
    refused(one.post('/section', {'section': 0}), 409, 'attempt-state', 'nor anybody in a pause')
    refused(one.get('/paper'), 409, 'attempt-state', 'in which nothing is read')
    e.proctor('resume', one)
    check(one.post('/section', {'section': 0}).status == 200, 'after it he goes on')
    refused(one.get('/key'), 503, 'no-paper', 'and never has a key')


def test_nodes(e):
    """Two servers, each asked in turn: neither knows what the other gave before it looks."""
    folder = tempfile.mkdtemp(prefix='bv-adaptive-')
    atexit.register(shutil.rmtree, folder, True)
    one = begin(e, 'T-00005')
    with Daemon(folder=folder, **{**e.d.config, 'listen': '127.0.0.1:0'}) as d:
        other = d.client()
        other.cookies, other.fields = one.c.cookies, one.c.fields
        turn = [one.c, other]
        one.c('POST', one.path + '/start')
        good = []
        for k in range(MOST):
            here, there = turn[k % 2], turn[(k + 1) % 2]
            item = here('GET', f'{one.path}/paper?from={k}').json()['items'][0]
            a = there('POST', one.path + '/answers', {'item': k, 'number': k + 1, 'response': multiple(item['page'], k)})
            b = here('POST', one.path + '/section', {'section': k})
            c = there('POST', one.path + '/section', {'section': k})
            good.append((a.status, b.status, c.status, c.json().get('again'), c.json().get('seq') == b.json().get('seq')))
            if b.json().get('over'):
                break
        check(all(g == (200, 200, 200, True, True) for g in good) and len(good) >= LEAST, 'two nodes give one paper', good)
        check(here('GET', one.path + '/paper').json() == there('GET', one.path + '/paper').json(), 'and the same')
        check(there('POST', one.path + '/submit').status == 200, 'handed in at the other')
        other.close()


def test_audit(e):
    e.d.stop()
    out = run(BANGVANG, 'sitting', 'score', '--db', e.ledger, '--name', NAME, '--key', e.key, '--bank', f'{e.folder}/bank.db', '--out', f'{e.folder}/evidence')
    check(f'{3 + database.PGSQL} scored' in out, 'who handed in is scored', out)
    out = run(BANGVANG, 'audit', 'scores', '--db', e.ledger, '--name', NAME, '--bank', f'{e.folder}/bank.db')
    check('yes: ' in out, 'and every item follows from the answers', out)
    out = run(BANGVANG, 'audit', 'exam', f'{e.folder}/evidence')
    check('yes: everything follows' in out, 'from the evidence too', out)


def main():
    with Exam(6, adaptive=(MOST, LEAST, 'se="0.95"')) as e:
        test_way(e)
        test_answers_decide(e)
        test_at_once(e)
        test_moved(e)
        if database.PGSQL:
            test_nodes(e)
        test_audit(e)
    return finish()


main()
