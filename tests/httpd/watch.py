"""A ledger with a sitting in it, and watchers of its board: by polls and by streams of events."""
import atexit, hashlib, json, re, shutil, socket, subprocess, tempfile, time
import database
import daemon as http
from daemon import BUILD, Daemon, wait_for
from staff import FAST

OPEN_RATES = dict(rate_save='6000000/min burst 1000000', rate_api='6000000/min burst 1000000', rate_account='6000000/min burst 1000000',
                  rate_sign_in='60000/min burst 6000', rate_page='600000/min burst 60000')


def daemon(**more):
    folder = tempfile.mkdtemp(prefix='bv-exam-')
    atexit.register(shutil.rmtree, folder, True)
    subprocess.run([f'{BUILD}/tools/cli/bangvang', 'key', 'new', '--out', f'{folder}/key'], check=True, stdout=subprocess.DEVNULL)
    ledger = database.url(folder) if database.PGSQL else f'sqlite:{folder}/ledger.db'
    return Daemon(folder=folder, **{'ledger': ledger, 'ledger_key': f'{folder}/key/key.pem', 'second_factor': 'no', **FAST, **OPEN_RATES, **more})


def open_sitting(d, name, started, waiting, rooms, items=5, minutes=120):
    """(started attempts' candidates, numbers of those that wait); before the server is started."""
    out = subprocess.run([f'{BUILD}/tests/httpd/open_exam', d.config['ledger'], d.config['ledger_key'], d.config['db'], str(started), str(items), str(minutes),
                          str(rooms), str(waiting), name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert out.returncode == 0, out.stderr
    lines = [line.split() for line in out.stdout.splitlines()]
    return [Candidate(d, int(a), t) for a, t in lines if t != '-'], [int(a) for a, t in lines if t == '-']


class Candidate:
    def __init__(self, d, attempt, token):
        self.d, self.attempt, self.token, self.number, self.path = d, attempt, token, 0, f'/api/attempts/{attempt}'
        self.c = None

    def client(self):
        if not self.c or self.c.daemon is not self.d:
            self.c = self.d.client()
            self.c.cookies['__Host-bv'] = self.token
            self.c.fields['X-CSRF-Token'] = hashlib.sha256(b'BV-CSRF-1\0' + self.token.encode()).hexdigest()
        return self.c

    def save(self, item, value='A'):
        self.number += 1
        return self.client()('POST', self.path + '/answers', {'item': item, 'number': self.number, 'response': {'RESPONSE': {'base': value and {'identifier': value}}}})


def gauge(d, name):
    return http.gauge(d.client(), name)


def settle(d, of=None):
    """Until the board has all that is in the ledger of `of`."""
    last = database.rows((of or d).config['ledger'], 'SELECT max(n) FROM event')[0][0]
    until = time.monotonic() + 60
    while gauge(d, 'bangvang_board_event') < last or not gauge(d, 'bangvang_board_ready'):
        assert time.monotonic() < until, 'the board does not come to the end of the log'
        time.sleep(0.02)


class Watcher:
    """Rows by attempt, from deltas only."""

    def __init__(self, client, sitting, room=None):
        self.client, self.base = client, f'/api/sittings/{sitting}/board'
        self.room = f'room={room}' if room else ''
        self.rows, self.cursor, self.resets, self.header = {}, None, 0, None

    def apply(self, delta):
        if delta.get('reset'):
            self.rows = {}
            self.resets += 1
        for row in delta['rows']:
            if row.get('gone'):
                self.rows.pop(row['attempt'], None)
            else:
                self.rows[row['attempt']] = row
        self.header = {k: delta[k] for k in ('sitting', 'state', 'opensMs', 'startUntilMs', 'closesMs')}
        self.cursor = delta['cursor']

    def poll(self):
        more = True
        while more:
            query = '&'.join(q for q in (self.room, f'after={self.cursor}' if self.cursor else '') if q)
            a = self.client('GET', self.base + ('?' + query if query else ''))
            assert a.status == 200, a
            self.apply(a.json())
            more = a.json()['more']
        return self


class Stream(Watcher):
    """The same by SSE; read() applies what comes until the time is over, the stream ends, or enough() says so."""

    def open(self, last=None, receive=None):
        c = self.client
        fields = {'Host': 'localhost', 'Cookie': '; '.join(f'{k}={v}' for k, v in c.cookies.items())}
        if last or self.cursor:
            fields['Last-Event-ID'] = last or self.cursor
        if receive:
            self.socket = socket.socket(socket.AF_INET)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
            self.socket.settimeout(60)
            self.socket.connect(c.daemon.where)
        else:
            self.socket = c.daemon.connect(60)
        self.socket.sendall((f'GET {self.base}/stream{"?" + self.room if self.room else ""} HTTP/1.1\r\n' + ''.join(f'{k}: {v}\r\n' for k, v in fields.items()) + '\r\n').encode())
        self.file = self.socket.makefile('rb')
        self.status = int(self.file.readline().split()[1])
        self.fields = {}
        while (line := self.file.readline()) not in (b'\r\n', b''):
            k, _, v = line.decode().partition(':')
            self.fields[k.lower()] = v.strip()
        self.pending, self.events, self.comments, self.ended = b'', [], 0, False
        return self

    def chunk(self):
        size = int(self.file.readline().strip() or b'0', 16)
        data = self.file.read(size)
        self.file.readline()
        if not size:
            self.ended = True
        return data

    def event(self):
        """The next event; None at the end."""
        while b'\n\n' not in self.pending:
            if self.ended:
                return None
            self.pending += self.chunk()
        text, self.pending = self.pending.split(b'\n\n', 1)
        out = {}
        for line in text.decode().split('\n'):
            if line.startswith(':'):
                self.comments += 1
                continue
            k, _, v = line.partition(':')
            out[k] = v.strip()
        if out.get('event') == 'board':
            delta = json.loads(out['data'])
            assert delta['cursor'] == out['id'], out
            self.apply(delta)
        self.events.append(out.get('event', '-'))
        return out

    def read(self, enough, timeout=60):
        until = time.monotonic() + timeout
        self.socket.settimeout(timeout)
        while not enough(self) and time.monotonic() < until:
            if self.event() is None:
                break
        return enough(self)

    def close(self):
        self.file.close()
        self.socket.close()
