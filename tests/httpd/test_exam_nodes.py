#!/usr/bin/env python3
"""An exam on two servers of one PostgreSQL: a sitting that is made while they run, candidates whose requests go to one and the other, leases taken at one and
used at the other, a server that dies. --pgsql always."""
import atexit, json, shutil, signal, sys, tempfile, threading
sys.argv.append('--pgsql')
from daemon import Daemon, check, finish
from exam import BANGVANG, Exam, answer, run

NAME = 'thi.toi'
COUNT = 8
ANSWERS = 10


class Traveller:
    """One browser, whose requests a balancer gives to either server."""

    def __init__(self, exam, two, ticket):
        self.home = exam.enter(ticket, name=NAME)
        self.away = two.client()
        self.away.cookies, self.away.fields = self.home.c.cookies, self.home.c.fields
        self.turn, self.wrong, self.acked = 0, [], {}

    def ask(self, method, what, body=None):
        """At the next server; at the other one when there is none."""
        self.turn += 1
        for client in ((self.home.c, self.away), (self.away, self.home.c))[self.turn % 2]:
            try:
                a = client(method, self.home.path + what, body)
            except OSError:
                a = None
            if a is not None and a.status != 503:
                break
            client.close()
        if a is None or a.status != 200:
            self.wrong.append(str(a))
        return a

    def begin(self):
        self.home.c.fields['X-Lease'] = str(self.ask('POST', '/lease').json()['lease'])
        self.ask('POST', '/start')
        self.pages = [i for i in self.ask('GET', '/paper').json()['items'] if answer(i['page'])][:ANSWERS]

    def save(self, first, past):
        for k in range(first, past):
            item, value = self.pages[k]['item'], answer(self.pages[k]['page'], k)
            if self.ask('POST', '/answers', {'item': item, 'number': k + 1, 'response': value}).status == 200:
                self.acked[item] = value

    def again(self):
        """The page is loaded again: a new lease from one server, used at the other."""
        self.home.c.fields['X-Lease'] = str(self.ask('POST', '/lease').json()['lease'])
        self.ask('GET', '/key')
        self.ask('GET', '/key')


def each(travellers, what, *arguments):
    threads = [threading.Thread(target=getattr(t, what), args=arguments) for t in travellers]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    check(not any(t.wrong for t in travellers), f'{what} {" ".join(map(str, arguments))}', '\n'.join(t.wrong[0] for t in travellers if t.wrong))


def main():
    folder = tempfile.mkdtemp(prefix='bv-node-')
    atexit.register(shutil.rmtree, folder, True)
    with Exam(1) as e, Daemon(folder=folder, **e.d.config) as two:
        e.sitting(NAME, COUNT)
        travellers = [Traveller(e, two, f'T-{i:05d}') for i in range(COUNT)]
        check(all(t.home.entry.status == 201 for t in travellers), 'a sitting is made while the servers run: its candidates sign in', travellers[0].home.entry)
        e.proctor('admit', *(t.home for t in travellers), name=NAME)
        each(travellers, 'begin')
        each(travellers, 'save', 0, ANSWERS // 2)
        each(travellers, 'again')
        old = travellers[0].away('POST', travellers[0].home.path + '/answers', {'item': 0, 'number': 99, 'response': {}}, X_Lease='1')
        check(old.status == 409 and old.json()['type'] == '/problems/other-tab', 'the lease of before is refused at both', old)
        two.stop(signal.SIGKILL)
        each(travellers, 'save', ANSWERS // 2, ANSWERS)
        two.start()
        each(travellers, 'ask', 'GET', '/answers')
        kept = [{x['item']: x['response'] for x in t.away('GET', t.home.path + '/answers').json()['answers']} == t.acked for t in travellers]
        check(all(kept) and all(len(t.acked) == ANSWERS for t in travellers), 'one server dies and comes back: every answer is at both', kept)
        each(travellers, 'ask', 'POST', '/submit')
        each(travellers, 'ask', 'POST', '/submit')
        log = two.log()
        check(f'name={NAME} missing-items=0' in log, 'both say that the sitting has its items', log[-400:])
        two.stop()
    found = json.loads(run(BANGVANG, 'audit', 'answers', '--db', e.ledger, '--name', NAME, '--bank', f'{e.folder}/bank.db', '--json'))
    check(found['faultCount'] == 0 and found['attempts'] == COUNT and found['answers'] == COUNT * ANSWERS, 'bangvang audit answers finds no fault', found)
    finish()


main()
