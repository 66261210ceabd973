"""A server to be measured, on a temporary folder: with its ledger on SQLite or on a PostgreSQL of its own, and HAProxy in front when wanted, as
tools/httpd/deploy says. What was acknowledged is checked when it stops."""
import importlib.machinery, importlib.util, json, os, re, resource, shutil, signal, subprocess, sys, tempfile, time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..'))
# The campaign knows how to start a PostgreSQL of its own.
loader = importlib.machinery.SourceFileLoader('kill_server', f'{ROOT}/tools/campaign/kill-server')
kill_server = importlib.util.module_from_spec(importlib.util.spec_from_loader('kill_server', loader))
loader.exec_module(kill_server)
TOOLS, BUILD, free_port = kill_server.TOOLS, kill_server.BUILD, kill_server.free_port
IDLE = f'{BUILD}/tests/bench/idle_httpd'
THREADS = 1  # event threads of the server; the generator has the other processor
NO_LIMITS = {f'rate_{r}': '1000000/s burst 10000000' for r in ('page', 'api', 'save')}


def allow_files():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def memory_kib(pid):
    with open(f'/proc/{pid}/status', encoding='utf-8') as f:
        return int(re.search(r'VmRSS:\s+(\d+)', f.read())[1])


class Server:
    """attempts candidates who have started, each with a session. program: another one than bangvangd."""

    def __init__(self, attempts, pgsql=False, connections=None, program=None, minutes=600):
        self.folder = tempfile.mkdtemp(prefix='bv-bench-server-', dir=os.environ.get('BV_BENCH_FOLDER'))
        self.cluster = kill_server.Cluster(self.folder) if pgsql else None
        self.ledger = self.cluster.url if pgsql else f'sqlite:{self.folder}/ledger.db'
        self.proxy = None
        self.port = free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        most = min(connections or 10000, allow_files() - 300)
        config = {'listen': f'127.0.0.1:{self.port}', 'db': f'sqlite:{self.folder}/bangvang.db', 'ledger': self.ledger,
                  'ledger_key': f'{self.folder}/key/key.pem', 'threads': THREADS, 'connections': most} | NO_LIMITS
        with open(f'{self.folder}/conf', 'w', encoding='utf-8') as f:
            f.writelines(f'{k} = {v}\n' for k, v in config.items())
        subprocess.run([TOOLS['bangvang'], 'key', 'new', '--out', f'{self.folder}/key'], check=True, stdout=subprocess.DEVNULL)
        began = time.monotonic()
        with open(f'{self.folder}/sessions', 'wb') as f:
            subprocess.run([TOOLS['open_exam'], self.ledger, f'{self.folder}/key/key.pem', config['db'], str(attempts), '40', str(minutes)], check=True, stdout=f)
        self.prepared_s = time.monotonic() - began
        self.start(program or TOOLS['bangvangd'])

    def start(self, program):
        began = time.monotonic()
        with open(f'{self.folder}/log', 'wb') as log:
            self.process = subprocess.Popen([program, '--config', f'{self.folder}/conf'], stderr=log)
        while b'event=ready' not in open(f'{self.folder}/log', 'rb').read():
            if self.process.poll() is not None:
                raise SystemExit(open(f'{self.folder}/log', encoding='utf-8').read())
            time.sleep(0.02)
        self.started_s = time.monotonic() - began

    def load_command(self, *options, path='', sessions=True, url=None):
        return [TOOLS['load'], '--json', '--pid', str(self.process.pid), *(['--sessions', f'{self.folder}/sessions'] if sessions else []),
                *map(str, options), (url or self.url) + path]

    def load(self, *options, **how):
        out = subprocess.run(self.load_command(*options, **how), stdout=subprocess.PIPE, text=True)
        return json.loads(out.stdout)

    def put_proxy(self, connections):
        """HAProxy with TLS in front, from the sample; its address."""
        port = free_port()
        with open(f'{ROOT}/tools/httpd/deploy/haproxy.cfg', encoding='utf-8') as f:
            text = f.read()
        changes = [(r'\tbind :80\n', ''), (r'bind :443 ssl crt \S+', f'bind 127.0.0.1:{port} ssl crt {self.folder}/proxy.pem'), (r'127\.0\.0\.1:8080', f'127.0.0.1:{self.port}'),
                   (r'/dev/log local0', 'stderr format raw local0'), (r'maxconn 40000', f'maxconn {connections + 100}\n\tmaxpipes 100'), (r'gt 20000 ', 'gt 2000000 ')]
        for pattern, to in changes:
            text, n = re.subn(pattern, to, text)
            if not n:
                raise SystemExit(f'tools/httpd/deploy/haproxy.cfg has no {pattern} any more')
        with open(f'{self.folder}/haproxy.cfg', 'w', encoding='utf-8') as f:
            f.write(text)
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
                        '-keyout', f'{self.folder}/proxy.key', '-out', f'{self.folder}/proxy.crt'], check=True, stderr=subprocess.DEVNULL)
        with open(f'{self.folder}/proxy.pem', 'wb') as f:
            for part in ('crt', 'key'):
                f.write(open(f'{self.folder}/proxy.{part}', 'rb').read())
        with open(f'{self.folder}/haproxy.log', 'wb') as log:
            self.proxy = subprocess.Popen(['haproxy', '-db', '-f', f'{self.folder}/haproxy.cfg'], stderr=log, stdout=log)
        url = f'https://127.0.0.1:{port}'
        for _ in range(100):
            # Its first check of the node's health has to have gone well.
            if subprocess.run(['curl', '-sk', '-o', '/dev/null', '-w', '%{http_code}', url + '/api/openapi.json'], stdout=subprocess.PIPE).stdout == b'200':
                return url
            time.sleep(0.1)
        raise SystemExit('haproxy: ' + open(f'{self.folder}/haproxy.log', encoding='utf-8').read())

    def stop(self):
        """Is the ledger whole?"""
        if self.proxy:
            self.proxy.terminate()
            self.proxy.wait()
        self.process.send_signal(signal.SIGTERM)
        ended = self.process.wait()
        audit = subprocess.run([TOOLS['bangvang'], 'audit', 'ledger', '--db', self.ledger], stdout=subprocess.PIPE, text=True)
        if self.cluster:
            self.cluster.stop()
        shutil.rmtree(self.folder)
        return ended == 0 and audit.returncode == 0


class Hall:
    """A sitting with real papers, made as an office makes it; all candidates are admitted, and nobody has signed in."""

    def __init__(self, count):
        os.environ |= {'BV_BUILD': BUILD, 'BV_SOURCE': ROOT}
        sys.path.insert(0, f'{ROOT}/tests/httpd')
        import exam
        began = time.monotonic()
        rates = NO_LIMITS | {'rate_entry': '1000000/s burst 10000000', 'work_threads': 2, 'threads': THREADS}
        self.exam = exam.Exam(count, **rates)
        self.exam.act('admit')
        self.prepared_s = time.monotonic() - began
        with open(f'{self.exam.folder}/entries', 'w', encoding='utf-8') as f:
            f.writelines(f'{ticket} {code}\n' for ticket, code in self.exam.codes.items())
        self.exam.d.start()

    def load(self, *options):
        url = f'http://127.0.0.1:{self.exam.d.where[1]}'
        out = subprocess.run([TOOLS['load'], '--json', '--pid', str(self.exam.d.process.pid), '--entries', f'{self.exam.folder}/entries', '--sitting', 'thi.sang',
                              *map(str, options), url], stdout=subprocess.PIPE, text=True)
        return json.loads(out.stdout)

    def stop(self):
        self.exam.d.stop()
        audit = subprocess.run([TOOLS['bangvang'], 'audit', 'ledger', '--db', self.exam.ledger], stdout=subprocess.PIPE, text=True)
        shutil.rmtree(self.exam.folder, True)
        return audit.returncode == 0
