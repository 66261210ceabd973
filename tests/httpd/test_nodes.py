#!/usr/bin/env python3
"""Two nodes on one PostgreSQL: accounts and sessions are everywhere, a code is good once on all of them, and a database that goes and comes is lived through."""
import atexit, hashlib, random, shutil, subprocess, tempfile, threading, time
from daemon import BUILD, Daemon, check, finish, wait_for
from database import Cluster
from staff import FAST, add, sign_in, staff, totp


def on_node(client, d):
    """The same browser at another node."""
    other = d.client()
    other.cookies, other.fields = client.cookies, client.fields
    return other


def first_start(cluster):
    """Nodes that find an empty database at the same moment."""
    for _ in range(3):
        nodes = [Daemon(**{**FAST, 'db': url}) for url in [cluster.url()] for _ in range(4)]
        faults = []

        def start(d):
            try:
                d.start()
            except RuntimeError as e:
                faults.append(e)
        threads = [threading.Thread(target=start, args=(d,)) for d in nodes]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        check(not faults, 'four nodes make the tables of a new database at once', faults)
        for d in nodes:
            d.stop()


def thrown(cluster):
    """Candidates whose every request goes to another node of one ledger."""
    folder = tempfile.mkdtemp(prefix='bv-nodes-')
    atexit.register(shutil.rmtree, folder, True)
    subprocess.run([f'{BUILD}/tools/cli/bangvang', 'key', 'new', '--out', f'{folder}/key'], check=True, stdout=subprocess.DEVNULL)
    common = {**FAST, 'db': cluster.url(), 'ledger': cluster.url(), 'ledger_key': f'{folder}/key/key.pem'}
    dice = random.Random(7)
    with Daemon(**common) as one, Daemon(**common) as two:
        nodes = [one, two]
        out = subprocess.run([f'{BUILD}/tests/httpd/open_exam', common['ledger'], common['ledger_key'], common['db'], '6', '5', '120'], stdout=subprocess.PIPE, text=True, check=True)
        faults, saved = [], []

        def candidate(attempt, token, seed):
            own = random.Random(seed)
            clients = []
            for d in nodes:
                c = d.client()
                c.cookies['__Host-bv'] = token
                c.fields['X-CSRF-Token'] = hashlib.sha256(b'BV-CSRF-1\0' + token.encode()).hexdigest()
                clients.append(c)
            path, last, count, left = f'/api/attempts/{attempt}', 4, 0, 7200000
            for number in range(1, 41):
                answer = {'item': number % 5, 'number': number, 'response': {'RESPONSE': {'base': {'identifier': own.choice('AB')}}}}
                a = own.choice(clients)('POST', f'{path}/answers', answer)
                if a.status != 200 or a.json()['seq'] != last + 1 or a.json()['leftMs'] > left:
                    faults.append((attempt, number, a))
                    return
                last, left, count = a.json()['seq'], a.json()['leftMs'], count + 1
                if own.random() < 0.3:
                    again = own.choice(clients)('POST', f'{path}/answers', answer).json()
                    seen = own.choice(clients)('GET', path).json()
                    if not again['again'] or again['seq'] != last or seen['seq'] != last or seen['leftMs'] > left:
                        faults.append((attempt, number, again, seen))
            saved.append(count)
        threads = [threading.Thread(target=candidate, args=(*line.split(), dice.random())) for line in out.stdout.splitlines()]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        check(not faults and saved == [40] * 6, 'candidates thrown from node to node: each save once, in order, seen and known again at once on both', faults or saved)
        turns = [int(float(line.split()[1])) for d in nodes for line in d.client()('GET', '/metrics').body.decode().splitlines() if line.startswith('bangvang_ledger_turns_total')]
        check(len(turns) == 2 and all(turns), 'both wrote, by turns', turns)
        check(all(d.client()('GET', '/readyz').status == 200 for d in nodes), 'both are ready')
    with open(f'{folder}/key/key.multikey', encoding='utf-8') as f:
        r = subprocess.run([f'{BUILD}/tools/cli/bangvang', 'audit', 'ledger', '--db', common['ledger'], '--key', f.read().split()[0]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check(r.returncode == 0, 'bangvang audit ledger finds no fault', r.stdout)


def main():
    cluster = Cluster()
    common = {**FAST, 'db': cluster.url(), 'session_refresh_s': 1, 'rate_sign_in': '6000/min burst 6000', 'rate_name': '6000/min burst 6000', 'second_factor': 'no'}
    with Daemon(**common) as one, Daemon(**common) as two:
        c = staff(one, 'owner', 'scheme-owner')
        there = on_node(c, two)
        check(there('GET', '/api/session').json()['account'] == c.account, 'a session of one node is one of the other')
        a = there('POST', '/api/accounts', {'name': 'proctor.one', 'roles': [{'role': 'proctor', 'scope': 'centre:HN01'}]})
        check(a.status == 201 and [x['name'] for x in c('GET', '/api/accounts').json()['accounts']].count('proctor.one') == 1, 'an account that one adds the other has', a)
        check(c('POST', '/api/accounts', {'name': 'PROCTOR.one', 'roles': [{'role': 'proctor', 'scope': ''}]}).status == 409, 'its name is taken on both')
        p, a = sign_in(one, 'proctor.one', a.json()['firstPassword'])
        account = a.json()['account']
        check(on_node(p, two)('GET', '/api/session').status == 200, 'it signs in')
        check(there('PATCH', f'/api/accounts/{account}', {'disabled': True}).status == 200, 'and is disabled on the other node')
        time.sleep(1.2)
        check(p('GET', '/api/session').status == 401, 'its session ends here within session_refresh_s')
        secret = c('POST', '/api/session/totp').json()['secret']
        a = c('PUT', '/api/session/totp', {'code': totp(secret)})
        c.fields['X-CSRF-Token'] = a.json()['csrfToken']
        code = totp(secret, time.time() + 30)
        got = sorted(sign_in(d, 'owner', c.password, code=code)[1].status for d in (one, two))
        check(got == [201, 401], 'a code is good once on all nodes', got)
        cluster.stop()
        a = c('GET', '/api/accounts')
        check(a.status in (500, 503) and c('GET', '/healthz').status == 200, 'without the database what needs it is a fault, and the server lives', a)
        check('event=database' in one.log() and 'host=' not in one.log(), 'the log says so, without the address')
        cluster.start()
        check(wait_for(lambda: c('GET', '/api/accounts').status == 200), 'when it is back all goes on')
    first_start(cluster)
    thrown(cluster)
    finish()


main()
