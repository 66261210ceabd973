#!/usr/bin/env python3
"""Two nodes on one PostgreSQL: accounts and sessions are everywhere, a code is good once on all of them, and a database that goes and comes is lived through."""
import atexit, glob, os, pwd, re, shutil, signal, subprocess, tempfile, time
from daemon import Daemon, check, finish, skip
from staff import FAST, add, sign_in, staff, totp


class Cluster:
    """A PostgreSQL of the test's own, by an account that is not root; it ends with the test."""

    def __init__(self):
        self.bin = os.path.dirname(sorted(glob.glob('/usr/lib/postgresql/1[5-9]/bin/postgres'))[-1])
        self.folder = tempfile.mkdtemp(prefix='bv-nodes-')
        atexit.register(shutil.rmtree, self.folder, True)
        who = pwd.getpwnam('postgres') if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        os.chmod(self.folder, 0o755)
        os.chown(self.folder, who.pw_uid, who.pw_gid)
        self.as_user = {'user': who.pw_uid, 'group': who.pw_gid, 'extra_groups': []} if os.geteuid() == 0 else {}
        self.run('initdb', '-D', f'{self.folder}/data', '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N')
        self.start()
        self.run('createdb', '-h', self.folder, '-U', 'postgres', '-T', 'template0', 'exam')
        atexit.register(self.stop)
        self.url = f'postgresql://postgres@/exam?host={self.folder}'

    def run(self, program, *arguments):
        subprocess.run([f'{self.bin}/{program}', *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=self.folder, **self.as_user)

    def start(self):
        self.server = subprocess.Popen([f'{self.bin}/postgres', '-D', f'{self.folder}/data', '-k', self.folder, '-c', 'listen_addresses='],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder, **self.as_user)
        for _ in range(600):
            if subprocess.run([f'{self.bin}/pg_isready', '-q', '-h', self.folder]).returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError('PostgreSQL does not start')

    def stop(self):
        if self.server.poll() is None:
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait(60)


def on_node(client, d):
    """The same browser at another node."""
    other = d.client()
    other.cookies, other.fields = client.cookies, client.fields
    return other


def main():
    if not glob.glob('/usr/lib/postgresql/1[5-9]/bin/postgres'):
        skip('PostgreSQL 15 is not here')
        finish()
    cluster = Cluster()
    common = {**FAST, 'db': cluster.url, 'session_refresh_s': 1, 'rate_sign_in': '6000/min burst 6000', 'rate_name': '6000/min burst 6000', 'second_factor': 'no'}
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
    finish()


main()
