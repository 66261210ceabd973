#!/usr/bin/env python3
"""The life of the server: readiness, draining, sockets and messages of systemd, TLS, connections at most, slow readers, a storm of sign-ins,
and the files of tools/httpd/deploy."""
import os, re, shutil, signal, socket, ssl, subprocess, tempfile, threading, time, warnings
from daemon import BANGVANGD, SOURCE, Daemon, check, finish, gauge, read_answer, skip, wait_for
from ports import reserve
from staff import FAST, add, sign_in

DEPLOY = f'{SOURCE}/tools/httpd/deploy'
REQUEST = b'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'


def test_drain():
    with Daemon(**FAST) as d:
        half, idle, fresh = d.connect(), d.client(), d.connect()
        body = b'{"name":"nobody","password":"x"}'
        half.sendall(b'POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n' % len(body) + body[:5])
        check(idle('GET', '/readyz').status == 200, 'ready')
        wait_for(lambda: gauge(idle, 'bangvang_requests_in_flight') == 2)
        d.process.send_signal(signal.SIGTERM)
        asked = []
        wait_for(lambda: asked.append(idle('GET', '/readyz')) or asked[-1] is None or asked[-1].status != 200)
        a = asked[-1]
        check(a is not None and a.status == 503 and a.field('Connection') == 'close', 'while it ends, one that is connected already is told that it is not ready', a)

        def refused():
            try:
                d.connect().close()
                return False
            except OSError:
                return True
        check(wait_for(refused), 'nobody new is let in')
        start = time.monotonic()
        half.sendall(body[5:])
        a = read_answer(half.makefile('rb'))
        check(a is not None and a.status == 401 and a.field('Connection') == 'close', 'what was begun is answered', a)
        check(d.process.wait(60) == 0 and time.monotonic() - start < 20, f'it ends as soon as all is done ({time.monotonic() - start:.1f} s)')
        check('event=drained unfinished=0' in d.log(), 'and says so')
    with Daemon(drain_s=1, body_timeout_s=60) as d:
        half = d.connect()
        half.sendall(b'POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{')
        c = d.client()
        wait_for(lambda: gauge(c, 'bangvang_requests_in_flight') == 2)
        start = time.monotonic()
        check(d.stop() == 0 and time.monotonic() - start < 30, 'what never ends is ended after drain_s')
    with Daemon(password_memory_kib=65536, password_passes=16) as d:
        first = add(d, 'slow.hash', 'auditor')
        out = []
        t = threading.Thread(target=lambda: out.append(sign_in(d, 'slow.hash', first)[1]))
        t.start()
        c = d.client()
        wait_for(lambda: out or gauge(c, 'bangvang_requests_in_flight') == 2)
        check(d.stop() == 0, 'a signal while a password is hashed')
        t.join()
        check(out[0] is not None and out[0].status == 201, 'the sign-in is answered still', out)


def test_notify():
    folder = tempfile.mkdtemp(prefix='bv-notify-')
    for name in (f'{folder}/notify', f'\0bv-notify-{os.getpid()}'):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind(name)
        s.settimeout(10)
        with Daemon(environment={'NOTIFY_SOCKET': name.replace('\0', '@'), 'WATCHDOG_USEC': '400000'}) as d:
            got = s.recv(4096).decode()
            check(got.startswith('READY=1\nSTATUS=Listening on 127.0.0.1:'), f'READY=1 when it listens ({"abstract" if name[0] == chr(0) else "path"})', got)
            check(s.recv(4096) == b'WATCHDOG=1' and s.recv(4096) == b'WATCHDOG=1', 'WATCHDOG=1 as often as wanted')
            d.stop()
            got = s.recv(4096).decode()
            while got == 'WATCHDOG=1':
                got = s.recv(4096).decode()
            check('STOPPING=1' in got, 'STOPPING=1 at the end', got)
        s.close()
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind(f'{folder}/deaf')
    full = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    full.setblocking(False)
    try:
        while True:
            full.sendto(b'x', f'{folder}/deaf')
    except BlockingIOError:
        pass
    with Daemon(environment={'NOTIFY_SOCKET': f'{folder}/deaf', 'WATCHDOG_USEC': '100000'}) as d:
        time.sleep(0.3)
        begun = time.monotonic()
        check(d.stop() == 0 and time.monotonic() - begun < 30, 'a manager that reads nothing does not keep a signal away')
    s.close()
    full.close()
    shutil.rmtree(folder)
    with Daemon(environment={'NOTIFY_SOCKET': '/nowhere/at/all', 'WATCHDOG_USEC': '400000', 'WATCHDOG_PID': '1'}) as d:
        check(d.client()('GET', '/healthz').status == 200, 'a manager that does not listen, and a watchdog of another process')


def given(listener, folder):
    """A server to which the socket is given as systemd does it, as descriptor 3."""
    d = Daemon(folder=folder)
    d.start_given = lambda: subprocess.Popen(
        ['sh', '-c', f'exec 3<&{listener.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec {BANGVANGD} --config {folder}/bangvangd.conf'],
        pass_fds=(listener.fileno(),), stderr=open(d.log_path, 'ab'))
    d.where = listener.getsockname()
    return d


def test_activation():
    folder = tempfile.mkdtemp(prefix='bv-given-')
    listener = socket.socket()
    listener.bind(('127.0.0.1', 0))
    listener.listen(64)
    d = given(listener, folder)
    early = d.connect(60)
    early.sendall(REQUEST)
    for turn in ('before it started', 'while no server was there'):
        p = d.start_given()
        a = read_answer(early.makefile('rb'))
        check(a is not None and a.status == 200, f'who came {turn} is answered', a)
        early.close()
        p.send_signal(signal.SIGTERM)
        check(p.wait(30) == 0, 'it ends')
        early = d.connect(60)
        early.sendall(REQUEST)
    early.close()
    for what, fd in (('a file', open(os.devnull)), ('a socket that does not listen', socket.socket())):
        p = given(listener, folder)
        r = subprocess.run(['sh', '-c', f'exec 3<&{fd.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec {BANGVANGD} --config {folder}/bangvangd.conf'],
                           pass_fds=(fd.fileno(),), stderr=subprocess.PIPE, text=True)
        check(r.returncode == 2 and 'does not listen' in r.stderr, f'{what} is refused', r)
    r = subprocess.run(['sh', '-c', f'LISTEN_FDS=2 LISTEN_PID=$$ exec {BANGVANGD} --config {folder}/bangvangd.conf'], stderr=subprocess.PIPE, text=True)
    check(r.returncode == 2 and 'one socket' in r.stderr, 'two sockets are refused', r)
    listener.close()
    with Daemon(folder=folder, listen=f'unix:{folder}/socket') as d:
        check(d.client()('GET', '/healthz').status == 200, 'a socket in the file system')
        check(d.client()('GET', '/metrics').status == 200, 'who can reach it is on this machine')
        d.stop(signal.SIGKILL)
        d.start()
        check(d.client()('GET', '/healthz').status == 200, 'one that a killed server left is taken over')
    open(f'{folder}/file', 'w').write('x')
    r = subprocess.run([BANGVANGD, '--listen', f'unix:{folder}/file', '--db', f'sqlite:{folder}/x.db'], stderr=subprocess.PIPE, text=True)
    check(r.returncode == 3 and open(f'{folder}/file').read() == 'x', 'a file of somebody is not', r)
    shutil.rmtree(folder)


def make_certificate(folder):
    if not shutil.which('openssl'):
        return None
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
                    '-addext', 'subjectAltName=DNS:localhost', '-keyout', f'{folder}/key.pem', '-out', f'{folder}/certificate.pem'],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return f'{folder}/certificate.pem', f'{folder}/key.pem'


def test_tls(folder, pair):
    if not pair:
        skip('openssl is not here')
        return
    certificate, key = pair
    with Daemon(tls_certificate=certificate, tls_key=key, header_timeout_s=2) as d:
        context = ssl.create_default_context(cafile=certificate)
        for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
            context.minimum_version = context.maximum_version = version
            s = context.wrap_socket(d.connect(), server_hostname='localhost')
            s.sendall(REQUEST)
            a = read_answer(s.makefile('rb'))
            check(a.status == 200 and a.field('Strict-Transport-Security'), f'{s.version()} with {s.cipher()[0]}', a)
            s.close()
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        try:
            old.set_ciphers('ALL:@SECLEVEL=0')
            warnings.simplefilter("ignore")
            old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
            old.wrap_socket(d.connect())
            check(False, 'TLS 1.1 is refused')
        except (ssl.SSLError, OSError, ValueError):
            check(True, 'TLS 1.1 is refused')
        s = d.connect()
        s.sendall(REQUEST)
        got = b''
        try:
            while part := s.recv(4096):
                got += part
        except OSError:
            pass
        check(b'HTTP/1.1 200' not in got, 'plain HTTP gets nothing there', got)
        start = time.monotonic()
        s = d.connect()
        try:
            s.recv(1)
        except OSError:
            pass
        check(time.monotonic() - start < 50, 'a handshake that does not come is not waited for')
    with open(f'{folder}/other.pem', 'w') as f:
        f.write('no key\n')
    r = subprocess.run([BANGVANGD, '--config', '/dev/stdin', '--listen', '127.0.0.1:0'], stderr=subprocess.PIPE, text=True,
                       input=f'tls_certificate = {certificate}\ntls_key = {folder}/other.pem\ndb = sqlite:{folder}/x.db\n')
    check(r.returncode == 2 and 'PEM' in r.stderr, 'a key that is none', r)
    r = subprocess.run([BANGVANGD, '--config', '/dev/stdin', '--listen', '127.0.0.1:0'], stderr=subprocess.PIPE, text=True,
                       input=f'tls_certificate = {folder}/none\ntls_key = {key}\ndb = sqlite:{folder}/x.db\n')
    check(r.returncode == 2 and f'{folder}/none' in r.stderr, 'a certificate that is not there', r)


def test_connections():
    with Daemon(connections=8, threads=1, header_timeout_s=2) as d:
        held = [d.connect() for _ in range(8)]
        time.sleep(0.3)
        start = time.monotonic()
        check(d.client()('GET', '/healthz').status == 200, f'beyond the connections at most one waits until another ends ({time.monotonic() - start:.1f} s)')
        for s in held:
            s.close()
    with Daemon(connections_per_address=4, threads=1) as d:
        held = [d.client() for _ in range(4)]
        check([c('GET', '/healthz').status for c in held] == [200] * 4, 'four connections of one address')
        s = d.connect()
        try:
            s.sendall(REQUEST)
            got = s.recv(100)
        except OSError:
            got = b''
        check(got == b'', 'a fifth is ended')
    with Daemon(answer_timeout_s=1, threads=1) as d:
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.connect(d.where)
        s.settimeout(60)
        try:
            s.sendall(b'GET /api/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n' * 400)
        except OSError:
            pass
        c = d.client()
        check(wait_for(lambda: gauge(c, 'bangvang_connections') == 1 and gauge(c, 'bangvang_requests_in_flight') == 1), 'who asks and does not read is ended')
        check(wait_for(lambda: gauge(c, 'bangvang_clients_gone_total') == 1), 'and counted')
    with Daemon(password_memory_kib=65536, password_passes=8, password_queue=2, rate_sign_in='6000/min burst 6000', rate_name='6000/min burst 6000') as d:
        add(d, 'stormed', 'auditor')
        got = []
        threads = [threading.Thread(target=lambda: got.append(sign_in(d, 'stormed', 'wrong')[1])) for _ in range(20)]
        for t in threads:
            t.start()
        slowest = 0
        while any(t.is_alive() for t in threads):
            start = time.monotonic()
            check_ok = d.client()('GET', '/healthz').status == 200
            slowest = max(slowest, time.monotonic() - start)
            if not check_ok:
                break
        for t in threads:
            t.join()
        busy = [a for a in got if a.status == 503]
        check(busy and {a.status for a in got} == {401, 503} and busy[0].field('Retry-After') and busy[0].json()['type'] == '/problems/busy',
              f'a storm of sign-ins: {len(got) - len(busy)} hashed, {len(busy)} told to come back')
        check(slowest < 20, f'others are answered meanwhile ({slowest * 1000:.0f} ms at most)')


def test_deploy(folder, pair):
    unit = open(f'{DEPLOY}/bangvangd.service', encoding='utf-8').read()
    for line in ('Type=notify', 'NoNewPrivileges=yes', 'ProtectSystem=strict', 'SystemCallFilter=@system-service', 'MemoryDenyWriteExecute=yes', 'CapabilityBoundingSet='):
        check(f'\n{line}\n' in unit, f'the unit has {line}')
    if shutil.which('systemd-analyze'):
        text = unit.replace('/usr/local/bin/bangvangd', BANGVANGD)
        open(f'{folder}/bangvangd.service', 'w').write(text)
        r = subprocess.run(['systemd-analyze', 'verify', '--man=no', f'{folder}/bangvangd.service'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        mine = [l for l in r.stdout.splitlines() if 'bangvangd.service' in l]
        check(not mine, 'systemd-analyze finds nothing in it', '\n'.join(mine))
    else:
        skip('systemd-analyze is not here')
    if not shutil.which('haproxy') or not pair:
        skip('haproxy is not here')
        return
    with open(f'{folder}/both.pem', 'w') as f:
        f.write(open(pair[0]).read() + open(pair[1]).read())
    with Daemon(public_url='https://localhost', trusted_proxies='127.0.0.1', rate_page='60/min burst 20') as d:
        plain, tls = reserve(), reserve()
        text = open(f'{DEPLOY}/haproxy.cfg', encoding='utf-8').read()
        text = text.replace('bind :80', f'bind 127.0.0.1:{plain}').replace('bind :443', f'bind 127.0.0.1:{tls}').replace('/etc/haproxy/thi.example.vn.pem', f'{folder}/both.pem')
        text = text.replace('127.0.0.1:8080', '%s:%d' % d.where)
        text = re.sub(r'maxconn 40000', 'maxconn 200', text)
        open(f'{folder}/haproxy.cfg', 'w').write(text)
        r = subprocess.run(['haproxy', '-c', '-f', f'{folder}/haproxy.cfg'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if not check(r.returncode == 0 and 'WARNING' not in r.stdout, 'haproxy -c finds nothing in haproxy.cfg', r.stdout):
            return
        p = subprocess.Popen(['haproxy', '-db', '-f', f'{folder}/haproxy.cfg'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            context = ssl.create_default_context(cafile=pair[0])

            def ask(data):
                for _ in range(600):
                    try:
                        s = context.wrap_socket(socket.create_connection(('127.0.0.1', tls), 10), server_hostname='localhost')
                        s.sendall(data)
                        a = read_answer(s.makefile('rb'))
                        s.close()
                        if a and a.status != 503:
                            return a
                    except ConnectionRefusedError:
                        pass
                    time.sleep(0.1)
                return a
            a = ask(b'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
            check(a.status == 200 and a.field('X-Request-Id'), 'a page through HAProxy with TLS', a)
            for path in ('/metrics', '/readyz'):
                check(ask(b'GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n' % path.encode()).status == 404, f'{path} is not for the public')
            got = [ask(b'GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.%d\r\n\r\n' % i).status for i in range(30)]
            check(429 in got, 'who writes addresses into X-Forwarded-For is still one client', got)
        finally:
            p.terminate()
            p.wait(20)


def main():
    folder = tempfile.mkdtemp(prefix='bv-life-')
    pair = make_certificate(folder)
    test_drain()
    test_notify()
    test_activation()
    test_tls(folder, pair)
    test_connections()
    test_deploy(folder, pair)
    shutil.rmtree(folder)
    finish()


main()
