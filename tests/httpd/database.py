"""The database of a test's server: a file of SQLite, or with --pgsql a schema of its own in a private PostgreSQL that ends with the test."""
import atexit, glob, os, pwd, re, shutil, signal, sqlite3, subprocess, sys, tempfile, time

PGSQL = '--pgsql' in sys.argv
cluster = None


class Cluster:
    """A PostgreSQL of the test's own, by an account that is not root; it ends with the test, however that ends."""

    def __init__(self):
        found = [p for p in glob.glob('/usr/lib/postgresql/*/bin') if int(p.split('/')[-2]) >= 15]
        if not found:
            print('1..0 # SKIP there is no PostgreSQL 15 or newer here')
            sys.exit(0)
        self.bin = max(found, key=lambda p: int(p.split('/')[-2]))
        self.folder = tempfile.mkdtemp(prefix='bv-pgsql-')
        self.process, self.schemas = None, 0
        atexit.register(self.remove)
        self.options = {'cwd': self.folder, 'env': {'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8'}, 'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}
        if os.geteuid() == 0:
            names = {a.pw_name: a for a in pwd.getpwall()}
            account = names.get('postgres') or names['nobody']
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.options |= {'user': account.pw_uid, 'group': account.pw_gid, 'extra_groups': []}
        subprocess.run([f'{self.bin}/initdb', '-D', 'data', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--auth=trust', '--no-sync'], check=True, **self.options)
        self.start()

    def start(self):
        self.process = subprocess.Popen(['setpriv', '--pdeathsig', 'QUIT', f'{self.bin}/postgres', '-D', 'data', '-k', self.folder, '-c', 'listen_addresses='],
                                        **self.options)
        until = time.monotonic() + 60
        while subprocess.run([f'{self.bin}/pg_isready', '-q', '-h', self.folder], check=False).returncode:
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError('PostgreSQL does not get ready')
            time.sleep(0.05)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(60)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, True)

    def run(self, schema, sql):
        return subprocess.run([f'{self.bin}/psql', '-X', '-q', '-A', '-t', '-F', '\x1f', '-v', 'ON_ERROR_STOP=1', '-h', self.folder, '-U', 'postgres',
                               '-c', f'SET search_path = {schema}', '-c', sql], stdout=subprocess.PIPE, text=True, check=True).stdout

    def url(self):
        """An empty database: a schema of its own."""
        self.schemas += 1
        schema = f's{self.schemas}'
        self.run('public', f'CREATE SCHEMA {schema}')
        return f'postgresql://postgres@/postgres?host={self.folder}&options=-c%20search_path%3D{schema}'


def url(folder):
    global cluster
    if not PGSQL:
        return f'sqlite:{folder}/bangvang.db'
    cluster = cluster or Cluster()
    return cluster.url()


def literal(value):
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    return 'NULL' if value is None else str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def read(cell):
    if re.fullmatch(r'-?\d+', cell):
        return int(cell)
    return bytes.fromhex(cell[2:]) if cell.startswith('\\x') else cell


def rows(of, sql, *values):
    """What a statement gives, by a way that is not the server's; values take the places of its question marks."""
    if not PGSQL:
        db = sqlite3.connect(of.removeprefix('sqlite:'), timeout=20)
        out = db.execute(sql, values).fetchall()
        db.commit()
        db.close()
        return out
    parts = sql.split('?')
    text = parts[0] + ''.join(literal(v) + p for v, p in zip(values, parts[1:], strict=True))
    schema = re.search(r'search_path%3D(\w+)', of)[1]
    return [tuple(read(c) for c in line.split('\x1f')) for line in cluster.run(schema, text).splitlines()]
