"""A server that keeps answers in memory and misbehaves as it is told to; one thread a connection. What it is asked is what bangvang-load's api.c asks."""
import json, re, socket, struct, threading, time


class Fake:
    """behave(fake, number) → how request `number` (from 1) goes: None, or one of
    ('wait', s) answers after s seconds · ('status', code, {fields}) refuses · ('lose',) does it and closes without an answer · ('drop',) closes and
    does nothing · ('reset',) does it and resets · ('cut', n) sends n bytes of the answer and closes · ('twice',) sends the answer twice ·
    ('slow',) sends it byte by byte · ('mute',) never answers · ('of', attempt) answers for another attempt · ('raw', bytes) sends those."""

    def __init__(self, behave=lambda fake, number: None, tls=None):
        self.behave, self.lock = behave, threading.Lock()
        self.requests, self.open, self.most_open, self.times = 0, 0, 0, []
        self.attempts = {}
        self.stall_until = 0
        self.tls = tls
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=1024)
        self.port = self.listener.getsockname()[1]
        self.url = f'http{"s" if tls else ""}://127.0.0.1:{self.port}'
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                s, _ = self.listener.accept()
            except OSError:
                return
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.talk, args=(s,), daemon=True).start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def talk(self, s):
        with self.lock:
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        try:
            if self.tls:
                s = self.tls.wrap_socket(s, server_side=True)
            f = s.makefile('rb')
            while self.one(s, f):
                pass
        except OSError:
            pass
        with self.lock:
            self.open -= 1
        s.close()

    def one(self, s, f):
        line = f.readline()
        if not line:
            return False
        method, path, _ = line.decode().split()
        length = 0
        while (field := f.readline()) not in (b'\r\n', b''):
            if field.lower().startswith(b'content-length:'):
                length = int(field.split(b':')[1])
        body = f.read(length)
        with self.lock:
            self.requests += 1
            number = self.requests
            self.times.append(time.monotonic())
        how = self.behave(self, number) or (None,)
        if how[0] == 'drop':
            return False
        if how[0] == 'mute':
            time.sleep(3600)
        if how[0] == 'wait':
            time.sleep(how[1])
        pause = self.stall_until - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        status, answer, fields = 200, '', {}
        if how[0] == 'status':
            status, fields, answer = how[1], how[2], '{"type":"/problems/busy","title":"busy"}'
        else:
            with self.lock:
                answer = self.act(method, path, body, how)
        data = (f'HTTP/1.1 {status} X\r\nContent-Length: {len(answer)}\r\n' + ''.join(f'{k}: {v}\r\n' for k, v in fields.items()) + '\r\n' + answer).encode()
        if how[0] == 'lose':
            return False
        if how[0] == 'raw':
            s.sendall(how[1])
            return False
        if how[0] == 'reset':
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            return False
        if how[0] == 'cut':
            s.sendall(data[:how[1]])
            return False
        if how[0] == 'slow':
            for i in range(0, len(data), 7):
                s.sendall(data[i:i + 7])
                time.sleep(0.0005)
            return True
        s.sendall(data * (2 if how[0] == 'twice' else 1))
        return True

    def act(self, method, path, body, how):
        m = re.fullmatch(r'/api/attempts/(\d+)(/answers|/submit)?', path)
        if not m:
            return '{"status":"up"}'
        number = int(m[1])
        a = self.attempts.setdefault(number, {'seq': 4, 'items': {}, 'done': 0, 'stored': []})
        say = how[1] if how[0] == 'of' else number
        head = {'sitting': 1, 'attempt': say, 'seq': a['seq'], 'atMs': 5, 'nowMs': 5, 'leftMs': 3600000, 'sectionLeftMs': 3600000, 'deadlineMs': 9,
                'state': 'submitted' if a['done'] else 'started', 'section': 0}
        if method == 'GET' and not m[2]:
            head |= {'lease': 1, 'writable': True, 'items': [{'item': i, 'seq': v[2], 'number': v[0], 'lease': 1} for i, v in a['items'].items()]}
        elif method == 'GET':
            head = {'answers': [{'item': i, 'seq': v[2], 'number': v[0], 'response': v[1]} for i, v in a['items'].items()]}
        elif m[2] == '/submit':
            if a['done']:
                head |= {'seq': a['done'], 'again': True}
            else:
                a['seq'] += 1
                a['done'] = a['seq']
                head['seq'] = a['seq']
        else:
            want = json.loads(body)
            old = a['items'].get(want['item'])
            if old and want['number'] <= old[0]:
                head |= {'seq': old[2]} | ({'again': True} if want['number'] == old[0] else {'superseded': True})
            else:
                a['seq'] += 1
                a['items'][want['item']] = (want['number'], want['response'], a['seq'])
                a['stored'].append((want['item'], want['number']))
                head['seq'] = a['seq']
        return json.dumps(head, separators=(',', ':'))
