#!/usr/bin/env python3
"""A whole exam over HTTP: 20 candidates sign in, fetch sealed papers, are admitted by a proctor, start, answer, hand in; the server is killed in the middle;
scores, results, and both audits at the end."""
import csv, json, signal, threading, time
from daemon import check, finish
from exam import BANGVANG, NAME, Exam, answer, moment, opened, run

COUNT = 20
ANSWERS = 12  # of each candidate


class Sitter:
    """What one candidate does, and what he was told."""

    def __init__(self, exam, ticket):
        self.c, self.ticket, self.acked, self.wrong = exam.enter(ticket), ticket, {}, []

    def need(self, a, *statuses):
        if a is None or a.status not in (statuses or (200,)):
            self.wrong.append(str(a))
        return a

    def prepare(self):
        self.sealed = self.need(self.c.get('/sealed')).body

    def start(self):
        self.need(self.c.lease())
        self.key = self.need(self.c.post('/start')).json().get('paperKey', '')
        self.paper = json.loads(opened(self.key, self.ticket, self.sealed) or b'{"items":[]}')

    def answer(self, first, past):
        """Keeps and sends again what is not acknowledged, as a player does."""
        pages = [i for i in self.paper['items'] if answer(i['page'])][:ANSWERS]
        for k, item in list(enumerate(pages))[first:past]:
            value = answer(item['page'], k + len(self.ticket))
            self.c.number += 1
            for _ in range(600):
                try:
                    a = self.c.save(item['item'], value, number=self.c.number)
                except OSError:
                    a = None
                if a is not None and a.status == 200:
                    self.acked[item['item']] = value
                    break
                if a is not None and a.status != 503:
                    self.wrong.append(str(a))
                    break
                self.c.c.close()
                time.sleep(0.05)


def together(sitters, what, *arguments):
    threads = [threading.Thread(target=getattr(s, what), args=arguments) for s in sitters]
    for t in threads:
        t.start()
    return threads


def join(threads):
    for t in threads:
        t.join()


def all_good(sitters, name):
    check(not any(s.wrong for s in sitters), name, '\n'.join(s.ticket + ': ' + s.wrong[0] for s in sitters if s.wrong))


def test_sitting(e):
    sitters = [Sitter(e, f'T-{i:05d}') for i in range(COUNT)]
    first = sitters[0].c
    said = first.entry.json()
    check(all(s.c.entry.status == 201 for s in sitters), '20 candidates sign in', first.entry)
    check(said['state'] == 'registered' and said['sitting']['name'] == NAME and said['sitting']['items'] == 40 and said['sitting']['mode'] == 'linear' and
          said['sitting']['opensMs'] <= said['sitting']['nowMs'] < said['sitting']['closesMs'] and said['room'] == 'P0' and said['seat'] == '0',
          'and are told the sitting, its times and their seats', said)
    join(together(sitters, 'prepare'))
    all_good(sitters, 'all fetch their sealed papers before they are admitted')
    check(len({s.sealed for s in sitters}) == COUNT and b'qti-' not in sitters[0].sealed, 'each has his own, and nothing can be read in it')
    check(first.get().json()['state'] == 'registered' and first.lease().json()['type'] == '/problems/attempt-state', 'nobody has a lease before a proctor has admitted him')
    e.proctor('admit', *(s.c for s in sitters))
    check(first.get().json()['state'] == 'admitted', 'the wait for admission is over')
    join(together(sitters, 'start'))
    all_good(sitters, 'all start')
    check(all(len(s.paper['items']) == 40 for s in sitters), 'the key of the start opens the paper that was fetched ahead')
    check(first.get('/paper').json() == sitters[0].paper and opened(sitters[0].key, 'T-00001', sitters[0].sealed) is None and
          opened(sitters[1].key, 'T-00000', sitters[0].sealed) is None, 'which is the one that the server renders; no other key or ticket opens it')
    join(together(sitters, 'answer', 0, ANSWERS // 2))
    threads = together(sitters, 'answer', ANSWERS // 2, ANSWERS)
    test_office(e)
    e.d.stop(signal.SIGKILL)
    e.d.start()
    join(threads)
    all_good(sitters, 'the server is killed in the middle: every answer is taken in the end')
    check(all(len(s.acked) == ANSWERS for s in sitters), f'{ANSWERS} of each', [len(s.acked) for s in sitters])
    test_reload(e, sitters)
    for s in sitters[:-1]:
        s.need(s.c.post('/submit'))
    all_good(sitters, 'all but one hand in')
    return sitters


def test_office(e):
    """The office works on the same ledger while candidates answer: one comes late, another sitting is opened, a window is moved."""
    with open(f'{e.folder}/roster.csv', 'a', encoding='utf-8') as f:
        f.write('T-LATE,P9,1\n')
    told = e.office('roster', '--key', e.key, f'{e.folder}/roster.csv')
    e.office('codes', '--key', e.key, '--out', f'{e.folder}/late.csv')
    with open(f'{e.folder}/late.csv', encoding='utf-8-sig') as f:
        e.codes['T-LATE'] = next(csv.DictReader(f))['code']
    late = e.enter('T-LATE')
    check(late.entry.status == 201 and late.entry.json()['room'] == 'P9', 'a candidate who is added beside the running server signs in', f'{told} {late.entry}')
    e.proctor('admit', late)
    check(late.lease().status == 200 and late.get('/sealed').status == 200, 'and is admitted and has a paper')
    e.sitting('thi.chieu', 1)
    a = e.enter('T-00000', name='thi.chieu').entry
    check(a.status == 201 and a.json()['sitting']['name'] == 'thi.chieu', 'so does one of a sitting that is opened beside it', a)
    e.office('open', '--key', e.key, '--start-until', moment(90), '--reason', 'mưa bão')
    check('"another program' not in e.d.log() and e.d.process.poll() is None, 'the server goes on')


def test_reload(e, sitters):
    """What a page that was loaded again finds: everything, under the names of the page."""
    kept = []
    for s in sitters:
        a = s.need(s.c.get('/answers'))
        kept.append({x['item']: x['response'] for x in a.json()['answers']} == s.acked if a.status == 200 else False)
    check(all(kept), 'each finds every answer that was acknowledged, as the page sent it', kept)
    one = sitters[0].c
    old = one.c.fields['X-Lease']
    check(one.lease().status == 200 and one.c.fields['X-Lease'] != old, 'a page that is loaded again takes a new lease')
    a = one.get('/key')
    check(a.status == 200 and a.json()['paperKey'] == sitters[0].key and a.field('Cache-Control') == 'no-store', 'and gets the key again', a)
    again = one.post('/start')
    check(again.status == 200 and again.json().get('again') and again.json()['paperKey'] == sitters[0].key, 'start again is the same start', again)


def test_end(e, sitters):
    a = sitters[0].c.get('/result')
    check(a.status == 403 and a.json()['type'] == '/problems/not-released', 'no result before it is released', a)
    e.proctor('end', sitters[-1].c)
    bank = ('--bank', f'{e.folder}/bank.db')
    scored = json.loads(e.office('score', '--key', e.key, *bank, '--json'))
    check(scored['scored'] == COUNT, 'all are scored, beside the running server', scored)
    a = sitters[0].c.get('/result')
    check(a.status == 403 and 'scored' in a.json()['reason'], 'no result while it is only scored', a)
    e.stop()
    e.act('access', sitters[0].ticket, later=300)
    with e:
        e.office('release', '--key', e.key)
        for s in sitters:
            s.need(s.c.get('/result'))
        all_good(sitters, 'after the release all read their results')
        result = sitters[0].c.get('/result').json()
        check(result['state'] == 'released' and result['rating']['decision'] in ('passed', 'failed') and
              all(len(result['hashes'][k]) == 64 for k in ('form', 'responses', 'outcomes', 'rating')), 'with the hashes that the ledger knows', result)
        late = e.enter(sitters[1].ticket)
        check(late.entry.status == 201 and late.get('/result').status == 200 and late.get('/answers').status == 409, 'a new session reads the result, and not the answers')
    for what in ('answers', 'scores'):
        found = json.loads(run(BANGVANG, 'audit', what, '--db', e.ledger, '--name', NAME, *bank, '--json'))
        check(found['faultCount'] == 0 and found['attempts'] == COUNT + 1 and found['answers'] == COUNT * ANSWERS, f'bangvang audit {what} finds no fault', found)


def main():
    with Exam(COUNT, work_threads=2) as e:
        sitters = test_sitting(e)
        test_end(e, sitters)
    check('Sanitizer' not in e.d.log() and 'missing-items=0' in e.d.log(), 'the server says that every item of the pool is in the bank', e.d.log()[:500])
    finish()


main()
