#!/usr/bin/env python3
"""Two nodes on one PostgreSQL: accounts and sessions are everywhere, a code is good once on all of them, and a database that goes and comes is lived through."""
import threading, time
from daemon import Daemon, check, finish
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
        got = [c('GET', '/api/accounts').status for _ in range(4)]
        check(got[-1] == 200, f'when it is back all goes on: {got}')
    first_start(cluster)
    finish()


main()
