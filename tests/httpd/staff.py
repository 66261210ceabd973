"""Accounts for the tests: made by the command line, signed in over HTTP; one-time passwords by hashlib, which is not the server's code."""
import base64, hashlib, hmac, secrets, struct, subprocess, time
from daemon import BANGVANGD

FAST = {'password_memory_kib': 8192, 'password_passes': 1}


def account(d, *words):
    r = subprocess.run([BANGVANGD, '--config', f'{d.folder}/bangvangd.conf', 'account', *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return r.returncode, r.stdout.strip()


def add(d, name, *roles):
    status, out = account(d, 'add', name, *roles)
    assert status == 0, out
    return out


def totp(secret, at=None):
    mac = hmac.new(base64.b32decode(secret), struct.pack('>Q', int((at or time.time()) // 30)), hashlib.sha1).digest()
    o = mac[-1] & 15
    return '%06d' % ((struct.unpack('>I', mac[o:o + 4])[0] & 0x7fffffff) % 1000000)


def sign_in(d, name, password, **more):
    """A client with the session's cookie and token, and the answer."""
    c = d.client()
    a = c('POST', '/api/session', {'name': name, 'password': password, **more})
    if a.status == 201:
        c.fields['X-CSRF-Token'] = a.json()['csrfToken']
    return c, a


def staff(d, name, *roles):
    """A client of a new account that has changed its first password; where the configuration asks for no second factor."""
    first = add(d, name, *roles)
    c, a = sign_in(d, name, first)
    c.password = 'con vịt bơi ' + secrets.token_hex(6)
    a = c('POST', '/api/session/password', {'password': first, 'newPassword': c.password})
    assert a.status == 200, a
    c.fields['X-CSRF-Token'] = a.json()['csrfToken']
    c.account = a.json()['account']
    return c


def candidate(d, attempt, lease=1):
    """A candidate's session, put where the sign-in of sittings will put it."""
    token = secrets.token_hex(32)
    now = int(time.time())
    d.rows('INSERT INTO web_session (token, account, attempt, lease, created_s, seen_s) VALUES (?, NULL, ?, ?, ?, ?)',
           hashlib.sha256(token.encode()).digest(), attempt, lease, now, now)
    c = d.client()
    c.cookies['__Host-bv'] = token
    c.fields['X-CSRF-Token'] = hashlib.sha256(b'BV-CSRF-1\0' + token.encode()).hexdigest()
    return c


def form(**fields):
    """A form with files, multipart/form-data, and its type."""
    boundary = 'ranh-gioi-7d1'
    body = b''
    for name, value in fields.items():
        file = '; filename="f"\r\nContent-Type: application/octet-stream' if name == 'file' else ''
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + (value if isinstance(value, bytes) else value.encode()) + b'\r\n'
    return body + f'--{boundary}--\r\n'.encode(), f'multipart/form-data; boundary={boundary}'
