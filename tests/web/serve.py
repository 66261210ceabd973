"""The server under test with a sitting that is open, for harness.mjs: prints one JSON line about it, then obeys JSON lines {"do": …} on stdin and answers
each with one line. Options, as JSON, are the only argument: {"count": 3, "minutes": 120, "config": {…}}; {"exam": false, "bank": ["itembank/sample/iu01"]}."""
import csv, json, os, signal, subprocess, sys
sys.path.insert(0, os.path.join(os.environ['BV_SOURCE'], 'tests', 'httpd'))
from exam import NAME, Exam
from ports import reserve
from staff import account, add, staff


def say(**what):
    print(json.dumps(what, ensure_ascii=False), flush=True)


class World:
    def __init__(self, options):
        self.port = reserve()  # it stays when the server is killed and comes back
        config = {'second_factor': 'no', 'listen': f'127.0.0.1:{self.port}', **options.get('config', {})}
        self.certificates = None
        if options.get('office'):  # certificates of every fate: office.py
            from office import Office
            self.certificates = Office()
            config = {**config, **self.certificates.config()}
        if not options.get('exam', True):  # pages only: a second instead of several
            from daemon import Daemon
            from staff import FAST
            self.exam, self.d = None, Daemon(**{**FAST, **config})
            if options.get('bank'):
                self.bank(options['bank'])
            self.d.start()
        else:
            self.exam = Exam(options.get('count', 3), opens=options.get('opens', -1), closes=options.get('closes', 120), roster=options.get('roster'),
                             picture=options.get('picture', False), kinds=options.get('kinds', False), lenient=options.get('lenient', False),
                             sections=options.get('sections'), adaptive=options.get('adaptive'), demands=options.get('demands', ()), **config)
            if options.get('people'):
                store = self.exam.people(options['people'])
                if options.get('photos'):
                    self.photos(*store, options['photos'])
            self.d = self.exam.d.start()

    def bank(self, paths):
        """A bank of those files of the tree that keeps the life of its items."""
        bank, command = f'{self.d.folder}/bank.db', f"{os.environ['BV_BUILD']}/tools/cli/bangvang"
        for words in (['import', *(f"{os.environ['BV_SOURCE']}/{p}" for p in paths)], ['lifecycle', '--as', 'nguoi-lap', '--adopt', 'operational']):
            subprocess.run([command, 'bank', words[0], '--bank', bank, *words[1:]], check=True, stdout=subprocess.DEVNULL)
        self.d.config['bank'] = bank
        self.d.configure()

    def photos(self, url, key, count):
        """Faces for the first candidates, drawn."""
        from exam import BANGVANG, run
        from portraits import portrait
        folder = f'{self.exam.folder}/photos'
        os.mkdir(folder)
        for ticket in list(self.exam.codes)[:count]:
            with open(f'{folder}/{ticket}.png', 'wb') as f:
                f.write(portrait(ticket))
        run(BANGVANG, 'person', 'photo', '--people', url, '--master', key, '--as', 'office-1', '--reason', 'anh', '--sitting', NAME, '--import', folder)

    def about(self):
        return {'url': f'http://localhost:{self.port}', 'folder': self.d.folder, **({'sitting': NAME, 'codes': self.exam.codes} if self.exam else {}),
                **({'office': {'folder': self.certificates.folder, 'codes': self.certificates.codes, 'serials': self.certificates.serials}} if self.certificates else {})}

    # ---- What may be done

    def stop(self):
        self.d.stop()

    def kill(self):
        self.d.stop(signal.SIGKILL)

    def start(self):
        self.d.start()

    def configure(self, config):
        """Stops the server, and starts it with other keys of its configuration."""
        self.d.stop()
        self.d.config.update(config)
        self.d.configure()
        self.d.start()

    def add(self, name, roles):
        """An account with its first password."""
        return {'password': add(self.d, name, *roles)}

    def staff(self, name, roles):
        """An account that has changed its first password, and its session's cookie."""
        c = staff(self.d, name, *roles)
        return {'password': c.password, 'account': c.account, 'cookies': c.cookies}

    def proctor(self, attempt, act, **more):
        """A proctor of the sitting does it: admit, pause, resume, extend …"""
        class Seat:
            pass
        seat = Seat()
        seat.attempt = attempt
        self.exam.proctor(act, seat)

    def answers(self, attempt):
        """What the ledger has of an attempt: every answer that was stored, in their order."""
        return {'answers': [{**json.loads(bytes(body) if not isinstance(body, str) else bytes.fromhex(body[2:])), 'seq': seq}
                            for seq, body in self.rows(f'SELECT seq, body FROM event WHERE attempt = {int(attempt)} AND kind IN (16, 31) ORDER BY seq')['rows']]}

    def rescue(self, document, reason='mất mạng'):
        """A proctor uploads a file .baithi."""
        a = self.exam.proctors[NAME]('POST', f'/api/sittings/{NAME}/baithi', {'document': document, 'reason': reason})
        return {'status': a.status, 'said': a.json()}

    def release(self):
        """Scores what is handed in, and releases it as after the closing."""
        e = self.exam
        e.office('score', '--key', e.key, '--bank', f'{e.folder}/bank.db')
        self.d.stop()
        ticket = self.rows("SELECT ticket FROM attempt ORDER BY id")['rows'][0][0]
        e.act('access', ticket, later=300)
        self.d.start()
        e.office('release', '--key', e.key)

    def certify(self, names):
        """The office certifies who has passed: names says who is behind a ticket. The codes of the new certificates."""
        e, o = self.exam, self.certificates
        o.write('candidates.json', json.dumps({'candidates': [{'ticket': ticket, 'name': name} for ticket, name in names.items()]}))
        o.run('cert', 'batch', '--db', 'sqlite:r.db', '--name', 'web/1', '--scheme', 'CNTT', '--centre', 'TT01', '--key', 'issuer/key.pem', '--officer', 'p1/key.pem', *o.LOG,
              '--sitting', NAME, '--ledger', e.ledger, '--ledger-key', e.key, '--candidates', 'candidates.json', '--out', 'web')
        o.publish()
        o.run('register', 'export', '--db', 'sqlite:r.db', '--out', 'after.csv')
        with open(o.path('after.csv'), encoding='utf-8-sig') as f:
            return {'codes': {row['Họ và tên']: row['Mã tra cứu'] for row in csv.DictReader(f) if row['Họ và tên'] in names.values()}}

    def office(self, verb, words):
        return {'said': self.exam.office(verb, *words)}

    def account(self, words):
        status, said = account(self.d, *words)
        return {'status': status, 'said': said}

    def log(self):
        return {'log': self.d.log()}

    def rows(self, sql):
        from database import rows
        return {'rows': [list(r) for r in rows(self.exam.ledger if self.exam else self.d.config['db'], sql)]}


def main():
    world = World(json.loads(sys.argv[1] if len(sys.argv) > 1 else '{}'))
    say(**world.about())
    for line in sys.stdin:
        wish = json.loads(line)
        try:
            say(ok=True, **(getattr(world, wish.pop('do'))(**wish) or {}))
        except Exception as e:  # told to the test, which fails by it
            say(ok=False, error=f'{type(e).__name__}: {e}')
    world.exam.stop() if world.exam else world.d.stop()


main()
