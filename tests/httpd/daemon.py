"""A bangvangd on a free port of this machine, TAP, and clients that write bytes as they are told to."""
import atexit, json, os, re, shutil, signal, socket, subprocess, sys, tempfile, time
import database

BUILD = os.environ['BV_BUILD']
SOURCE = os.environ['BV_SOURCE']
BANGVANGD = f'{BUILD}/tools/httpd/bangvangd'
count = failed = 0


def check(good, name, detail=''):
    global count, failed
    count += 1
    failed += not good
    print('ok' if good else 'not ok', f'{count} - {name}'.replace('\n', ' '))
    if not good:
        for line in str(detail).strip().split('\n')[:30]:
            print('#', line[:400])
    sys.stdout.flush()
    return good


def skip(why):
    global count
    count += 1
    print(f'ok {count} # SKIP {why}')


def finish():
    print(f'1..{count}')
    sys.exit(failed != 0)


def wait_for(what, timeout=60):
    """Until it is so: what() then."""
    until = time.monotonic() + timeout
    while not (found := what()) and time.monotonic() < until:
        time.sleep(0.02)
    return found


class Daemon:
    """with Daemon(threads=1, …) as d: keys of the configuration; d.log() is what it has logged."""

    def __init__(self, folder=None, arguments=(), environment=None, **config):
        self.folder = folder or tempfile.mkdtemp(prefix='bv-httpd-')
        if not folder:
            atexit.register(shutil.rmtree, self.folder, True)
        config = {'listen': '127.0.0.1:0', 'work_threads': 1, **config}
        if 'db' not in config:
            config['db'] = database.url(self.folder)
        self.log_path = f'{self.folder}/log'
        self.config, self.arguments, self.environment, self.limit = config, arguments, environment or {}, ''
        self.process = None
        self.configure()

    def configure(self):
        with open(f'{self.folder}/bangvangd.conf', 'w', encoding='utf-8') as f:
            f.writelines(f'{k} = {v}\n' for k, v in self.config.items())

    def start(self):
        log = open(self.log_path, 'ab')
        start = log.tell()
        # In bash, as in a unit file: limit is what comes before the program.
        self.process = subprocess.Popen(['bash', '-c', f'{self.limit}exec "$0" "$@"', BANGVANGD, '--config', f'{self.folder}/bangvangd.conf', *self.arguments],
                                        stderr=log, env=dict(os.environ, **self.environment))
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f'bangvangd ended with {self.process.returncode}: {self.log()}')
            ready = re.search(r'event=ready .*listen=(\S+)', self.log()[start:])
            if ready:
                where = ready[1]
                self.where = where[5:] if where.startswith('unix:') else ('127.0.0.1', int(where.rsplit(':', 1)[1]))
                return self
            time.sleep(0.02)
        raise RuntimeError('bangvangd does not get ready')

    __enter__ = start

    def __exit__(self, *_):
        self.stop()

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)
            if 'Sanitizer' in self.log():
                check(False, 'the sanitizer finds nothing', "\n".join(l for l in self.log().splitlines() if not l.startswith("t=")))
        return self.process.returncode

    def log(self):
        return open(self.log_path, encoding='utf-8', errors='replace').read()

    def connect(self, timeout=60):
        s = socket.socket(socket.AF_UNIX if isinstance(self.where, str) else socket.AF_INET)
        s.settimeout(timeout)
        s.connect(self.where)
        return s

    def client(self):
        return Client(self)

    def rows(self, sql, *values):
        return database.rows(self.config['db'], sql, *values)


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def field(self, name):
        return next((v for k, v in self.fields if k.lower() == name.lower()), None)

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f'{self.status} {self.fields} {self.body[:300]!r}'


def gauge(client, name):
    return float(re.search(rf'^{name} (\S+)$', client('GET', '/metrics').body.decode(), re.M)[1])


def read_answer(f, head=False):
    """One answer off a file; None when the connection has ended."""
    line = f.readline()
    if not line:
        return None
    status = int(line.split()[1])
    fields = []
    while (line := f.readline()) not in (b'\r\n', b''):
        name, _, value = line.decode().partition(':')
        fields.append((name, value.strip()))
    if status == 100:
        return read_answer(f, head)
    answer = Answer(status, fields, b'')
    if not head and status not in (204, 304):
        answer.body = f.read(int(answer.field('Content-Length') or 0))
    return answer


class Client:
    """One kept-alive connection with cookies."""

    def __init__(self, daemon):
        self.daemon, self.socket, self.cookies, self.fields = daemon, None, {}, {}

    def __call__(self, method, path, body=None, **fields):
        out = {'Host': 'localhost', **self.fields, **{k.replace('_', '-'): v for k, v in fields.items()}}
        if self.cookies and 'Cookie' not in out:
            out['Cookie'] = '; '.join(f'{k}={v}' for k, v in self.cookies.items())
        data = b'' if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        if body is not None:
            out.setdefault('Content-Type', 'application/json')
            out['Content-Length'] = str(len(data))
        head = f'{method} {path} HTTP/1.1\r\n' + ''.join(f'{k}: {v}\r\n' for k, v in out.items() if v is not None) + '\r\n'
        for again in (True, False):
            fresh = self.socket is None
            if fresh:
                self.socket = self.daemon.connect()
                self.file = self.socket.makefile('rb')
            try:
                self.socket.sendall(head.encode() + data)
                answer = read_answer(self.file, method == 'HEAD')
            except (ConnectionResetError, BrokenPipeError):
                answer = None
            if answer or fresh:
                break
            self.close()
        if answer is None or answer.field('Connection') == 'close':
            self.close()
        for name, value in answer.fields if answer else ():
            if name.lower() == 'set-cookie':
                key, _, rest = value.partition('=')
                self.cookies[key] = rest.split(';')[0]
                if 'max-age=0' in rest.lower():
                    del self.cookies[key]
        return answer

    def close(self):
        if self.socket:
            self.file.close()
            self.socket.close()
        self.socket = None


def raw(daemon, data, timeout=60):
    """Sends bytes; all answers until the connection ends or nothing more comes."""
    s = daemon.connect(timeout)
    try:
        s.sendall(data)
    except OSError:
        pass
    got = b''
    try:
        while part := s.recv(65536):
            got += part
    except OSError:
        pass
    s.close()
    return got
