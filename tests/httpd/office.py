"""An office that issues certificates, made by commands: a register, a public log, status lists, and one certificate of each fate."""
import csv, datetime, json, os, shutil, subprocess, tempfile, atexit
from daemon import BUILD, SOURCE

BANGVANG = f'{BUILD}/tools/cli/bangvang'


def award(days):
    """The day so long ago, and that of a year later."""
    d = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=days)
    until = datetime.date(d.year + 1, d.month, min(d.day, 28) if d.month == 2 else d.day)
    return f'{d}T02:00:00Z', f'{until}T02:00:00Z'


def ago(minutes):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=minutes)).strftime('%Y-%m-%dT%H:%M:%SZ')


class Office:
    """office.codes: fate → code; of valid, revoked, superseded, corrected, suspended, expired, changed (behind the register's back)."""
    NAMES = {'valid': 'Lê Thị Anh', 'revoked': 'Trần Văn Bình', 'superseded': 'Phạm Thị Cúc', 'higher': 'Phạm Thị Cúc', 'corrected': 'Võ Văn Đạt', 'suspended': 'Ngô Thị Em',
             'expired': 'Đỗ Văn Phú', 'changed': 'Hồ Thị Giang'}

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='bv-office-')
        atexit.register(shutil.rmtree, self.folder, True)
        self.run('key', 'new', '--did', 'did:web:so.example.vn', '--out', 'issuer')
        for key in ('p1', 'p2', 'log-key', 'witness-key'):
            self.run('key', 'new', '--out', key)
        self.run('log', 'init', '--log', 'log', '--origin', 'so.example.vn/log', '--key', 'log-key/key.pem')
        self.write('mandates.xml', "<mandates xmlns='https://bangvang.vn/ns/mandates/1' identifier='m' version='1'>" + ''.join(
            f"<mandate identifier='M{i}' person='P-{i}' key='{self.read(f'p{i}/key.multikey').split()[0]}' deeds='issue revoke suspend reinstate supersede correct resume' "
            f"schemes='*' centres='*' from='2020-01-01' to='2099-12-31'>QĐ</mandate>" for i in (1, 2)) + '</mandates>')
        with open(f'{SOURCE}/registry/sample/issuing.xml', encoding='utf-8') as f:
            self.write('issuing.xml', f.read().replace('months="0"', 'months="12"').replace('from="2026-01-01"', 'from="2020-01-01"'))
        self.run('register', 'init', '--db', 'sqlite:r.db', '--issuer', 'did:web:so.example.vn', '--status', 'https://so.example.vn/status', '--issuing', 'issuing.xml',
                 '--mandates', 'mandates.xml')
        self.issue()
        self.policy()
        self.acts()
        self.publish()
        self.look_up()

    def path(self, name):
        return f'{self.folder}/{name}'

    def read(self, name):
        with open(self.path(name), encoding='utf-8-sig') as f:
            return f.read()

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as f:
            f.write(text)

    def run(self, *words):
        r = subprocess.run([BANGVANG, *words], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert r.returncode == 0, (words, r.returncode, r.stdout[-2000:])
        return r.stdout

    LOG = ('--log', 'log', '--log-key', 'log-key/key.pem')

    def issue(self):
        with open(f'{SOURCE}/tests/vectors/certs/facts-1.json', encoding='utf-8') as f:
            facts = json.load(f)
        os.mkdir(self.path('facts'))
        facts.pop('licence', None)
        for fate, name in self.NAMES.items():
            facts['holder'] = {'name': name, 'birth': '1990-02-28'}
            facts['level'] = 'L3' if fate == 'higher' else 'L2'
            facts['awarded'], facts['validUntil'] = award(400 if fate == 'expired' else 30)
            self.write(f'facts/{fate}.json', json.dumps(facts, ensure_ascii=False))
        self.run('cert', 'batch', '--db', 'sqlite:r.db', '--name', 'dot-1', '--scheme', 'CNTT', '--centre', 'TT01', '--key', 'issuer/key.pem', '--officer', 'p1/key.pem', *self.LOG,
                 '--facts', 'facts', '--out', 'out', '--at', ago(60 * 24 * 29))
        self.run('register', 'export', '--db', 'sqlite:r.db', '--out', 'book.csv')
        with open(self.path('book.csv'), encoding='utf-8-sig') as f:
            rows = list(csv.DictReader(f))
        # Files of facts are read in the order of their names.
        self.serials = dict(zip(sorted(self.NAMES), [r['Số hiệu'] for r in rows]))
        self.codes = dict(zip(sorted(self.NAMES), [r['Mã tra cứu'] for r in rows]))
        assert all(r['Họ và tên'] == self.NAMES[f] for f, r in zip(sorted(self.NAMES), rows)), rows

    def policy(self):
        vkey = self.read('log/vkey').strip()
        self.write('policy', f'log {vkey}\nquorum none\n')

    def act(self, deed, fate, reason, *more):
        said = self.run('cert', deed, self.serials[fate], '--db', 'sqlite:r.db', '--officer', 'p1/key.pem', '--reason', reason, '--at', ago(60 * 24 * 10), *more, '--json')
        self.run('cert', 'approve', str(json.loads(said)['act']), '--db', 'sqlite:r.db', '--officer', 'p2/key.pem', *self.LOG, '--at', ago(60 * 24 * 9), *self.signer(deed))

    def signer(self, deed):
        return ('--key', 'issuer/key.pem') if deed == 'correct' else ()

    def acts(self):
        self.act('revoke', 'revoked', 'fraud', '--note', 'biên bản số 12')
        self.act('suspend', 'suspended', 'inquiry')
        self.act('supersede', 'superseded', 'higher-level', '--by', self.serials['higher'])
        self.act('correct', 'corrected', 'typing-error', '--holder', 'Võ Văn Đạo')

    def publish(self, minutes=0):
        self.run('cert', 'publish', '--db', 'sqlite:r.db', '--key', 'issuer/key.pem', *self.LOG, '--out', 'status', '--at', ago(minutes))

    def look_up(self):
        """Somebody changes the level of a certificate in the register."""
        import sqlite3
        with sqlite3.connect(self.path('r.db')) as db:
            (bytes_,), = db.execute("SELECT e.bytes FROM envelope e JOIN certificate c ON c.id = e.certificate WHERE c.serial = ? AND e.kind = 'json'", (self.serials['changed'],))
            changed = bytes_.replace(b'"L2"', b'"L3"')
            assert changed != bytes_
            db.execute("UPDATE envelope SET bytes = ? WHERE kind = 'json' AND certificate = (SELECT id FROM certificate WHERE serial = ?)", (changed, self.serials['changed']))
        db.close()

    def config(self, **more):
        return {'register': f'sqlite:{self.folder}/r.db', 'log': self.path('log'), 'log_policy': self.path('policy'), 'trust': self.path('issuer'), 'standards': f'{SOURCE}/standards', **more}

    def file(self, fate, end='json'):
        return self.path(f'out/{self.serials[fate].replace("/", "-")}.{end}')
