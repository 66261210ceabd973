#!/usr/bin/env python3
"""Secrets of authenticators: sealed in the database under account_key; what was there before is sealed by the first start, and no byte of it is left."""
import base64, glob, os, signal, time
import database
from daemon import BANGVANGD, Daemon, check, finish
from exam import run
from staff import FAST, add, sign_in, totp

STARTED = time.time() - 1
LOOSE = {**FAST, 'rate_sign_in': '6000/min burst 6000', 'rate_name': '6000/min burst 6000', 'rate_guess': '6000/min burst 6000'}


def enrol(d, name):
    """Its password and secret, and when its last code was for."""
    first, password = add(d, name, 'proctor'), f'ba con vịt bơi qua ao {len(name)}'
    c, _ = sign_in(d, name, first)
    c.fields['X-CSRF-Token'] = c('POST', '/api/session/password', {'password': first, 'newPassword': password}).json()['csrfToken']
    secret = c('POST', '/api/session/totp').json()['secret']
    offered = stored(d)
    a = c('PUT', '/api/session/totp', {'code': totp(secret, time.time() - 30)})
    check(a.status == 200, f'{name} enrols an authenticator', a)
    c.close()
    return password, secret, offered


def enters(d, name, password, secret, ahead):
    """With the code of so many steps from now; each is good once."""
    c, a = sign_in(d, name, password, code=totp(secret, time.time() + 30 * ahead))
    c.close()
    return a.status == 201


def stored(d, files=False):
    """All bytes that the database has: file, log and all; of PostgreSQL the column, and where it matters the files of its tables: the log is the server's."""
    if not database.PGSQL:
        return b''.join(open(p, 'rb').read() for p in glob.glob(f'{d.folder}/bangvang.db*'))
    if not files:
        return b''.join(bytes(c) for r in d.rows("SELECT coalesce(totp, ''), coalesce(totp_next, '') FROM account") for c in r if c)
    database.cluster.run('public', 'CHECKPOINT')
    return b''.join(open(p, 'rb').read() for p in glob.glob(f'{database.cluster.folder}/data/base/*/*') if os.path.getmtime(p) >= STARTED)


def has(d, secret, files=False):
    return base64.b32decode(secret) in stored(d, files)


def ends(d, what, *words):
    try:
        d.start()
        d.stop()
        check(False, what, 'it started')
    except RuntimeError as e:
        check(all(w in str(e) for w in words), what, e)


def main():
    d = Daemon(**LOOSE)
    with d:
        password, secret, offered = enrol(d, 'lan.le')
        check(has(d, secret), 'without a key the secret lies in the database')
        check(enters(d, 'lan.le', password, secret, 0), 'and its codes are good')
    key, other = f'{d.folder}/account.key', f'{d.folder}/other.key'
    for path in (key, other):
        run(BANGVANGD, 'account', 'key', path)
    check(os.stat(key).st_mode & 0o777 == 0o600, 'a key of its own, for its owner only')
    run(BANGVANGD, 'account', 'key', key, good=(1, 2))
    d.config['account_key'] = key
    d.configure()
    with d:
        check(not has(d, secret, True), 'the first start with a key seals it: no byte of it is left, in file or log')
        check(enters(d, 'lan.le', password, secret, 1), 'and its codes are good as before')
        mine, fresh, offered = enrol(d, 'an.nguyen')
        check(base64.b32decode(fresh) not in offered and not has(d, fresh), 'a new one is sealed from the moment when it is offered')
        check(enters(d, 'an.nguyen', mine, fresh, 0) and not enters(d, 'an.nguyen', mine, secret, 1), "one's codes are not another's")
        check(not has(d, secret), 'nor does anything come back')
        lengths = {len(bytes(r[0])) if not isinstance(r[0], str) else (len(r[0]) - 2) // 2 for r in d.rows('SELECT totp FROM account WHERE totp IS NOT NULL')}
        check(lengths == {48}, 'nonce, secret and tag', lengths)
        d.stop(signal.SIGKILL)
        d.start()
        check(enters(d, 'an.nguyen', mine, fresh, 1), 'also after it was killed')
    d.config['account_key'] = other
    d.configure()
    ends(d, 'another key does not open them, and the server says so', 'account_key')
    d.config['account_key'] = ''
    d.configure()
    ends(d, 'without the key it does not start', 'account_key')
    d.config['account_key'] = f'{d.folder}/nowhere'
    d.configure()
    ends(d, 'nor with a file that is not there', 'nowhere')
    os.chmod(key, 0o644)
    d.config['account_key'] = key
    d.configure()
    ends(d, 'nor with one that others may read', 'chmod 600')
    os.chmod(key, 0o600)
    swap(d)
    with d:
        check('event=ready' in d.log(), 'and when it is taken away the others go on')
    finish()


def swap(d):
    """The sealed secrets of two accounts, exchanged by who may write the database: the start finds it."""
    a, b = (r[0] for r in d.rows('SELECT id FROM account ORDER BY id'))
    d.rows(f"UPDATE account SET totp = (SELECT totp FROM account WHERE id = '{b}') WHERE id = '{a}'")
    ends(d, 'a secret that was copied from another account does not open', 'account')
    d.rows(f"UPDATE account SET totp = NULL WHERE id = '{a}'")


main()
