"""A sitting with real papers for the tests: made as an office makes it, with the command line."""
import atexit, csv, ctypes, ctypes.util, datetime, gzip, hashlib, json, shutil, signal, subprocess, tempfile
import database
from daemon import BUILD, SOURCE, Daemon
from staff import FAST, staff

BANGVANG = f'{BUILD}/tools/cli/bangvang'
VERIFY = f'{BUILD}/tools/verify/bangvang-verify'
NAME = 'thi.sang'
FAMILIES, MIDDLES = ('Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng'), ('Thị', 'Văn', 'Thị Minh', 'Quốc', 'Thị Hồng')
GIVEN = ('An', 'Bình', 'Chi', 'Dũng', 'Giang', 'Hạnh', 'Khánh', 'Lan', 'Phượng', 'Thủy', 'Yến')


def run(*words, good=(0,)):
    r = subprocess.run([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert r.returncode in good, (words, r.returncode, r.stdout[-2000:])
    return r.stdout


def moment(minutes):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)).strftime('%Y-%m-%dT%H:%M:%SZ')


class Exam:
    """A folder with bank, key, ledger; sittings in it, of 40 items. One sitting is `with Exam(20) as e:`; e.codes says ticket → code."""

    def __init__(self, count, opens=-1, closes=120, prepare=True, roster=None, picture=False, kinds=False, lenient=False, sections=None, adaptive=None, demands=(), **config):
        self.folder = tempfile.mkdtemp(prefix='bv-exam-')
        atexit.register(shutil.rmtree, self.folder, True)
        run(BANGVANG, 'bank', 'import', '--bank', f'{self.folder}/bank.db', f'{SOURCE}/itembank/sample')
        run(BANGVANG, 'key', 'new', '--did', 'did:web:thi.example.vn', '--out', f'{self.folder}/key')
        self.key = f'{self.folder}/key/key.pem'
        self.ledger = database.url(self.folder) if database.PGSQL else f'sqlite:{self.folder}/ledger.db'
        self.sheets, self.clients, self.proctors = {}, [], {}
        self.blueprint = f'{SOURCE}/engine/sample/vn-basic-40.xml'
        self.standard = f'{SOURCE}/standards/vn-tt03-2014.xml'
        self.rules, self.more = f'{SOURCE}/rules/vn-17-2016.xml', tuple(demands)
        if picture:
            self.with_picture()
        if kinds:
            self.with_kinds()
        if lenient:  # a mark or two are enough, and everybody has the same paper each time
            self.rules = self.edited(self.rules, 'minimum="50.00" sub-minimum="40.00"', 'minimum="1.00" sub-minimum="0.00"')
            self.more += ('--seed', '11' * 32, '--draw-key', '22' * 32)
        if sections:  # minutes of the first and of the second
            for part, minutes in zip(('ly-thuyet', 'van-dung'), sections):
                self.blueprint = self.edited(self.blueprint, f'<part id="{part}">', f'<part id="{part}" minutes="{minutes}">')
        if adaptive:  # the most items there can be, the least, and attributes of <adaptive> that end it before
            self.with_adaptive(*adaptive)
        self.sitting(NAME, count, opens, closes, prepare, roster)
        self.codes = self.sheets[NAME]
        self.d = Daemon(folder=self.folder, ledger=self.ledger, ledger_key=self.key, **{'bank': f'{self.folder}/bank.db', 'second_factor': 'no', **FAST, **config})

    def with_picture(self):
        """One item with a picture, and a standard that has its competence."""
        self.blueprint = self.edited(self.blueprint, 'competence="IU06" levels="van-dung" count="2" marks="2.50"/>',
                                     'competence="IU06" levels="van-dung" count="1" marks="2.50"/>\n'
                                     '<stratum id="hinh" competence="146.D2" types="graphicAssociate" count="1" marks="2.50"/>')
        self.standard = self.edited(self.standard, '<competences>', '<competences>\n<competence code="146" certainty="uncertain"><name xml:lang="vi">Số</name>'
                                    '<name xml:lang="en">Digital</name></competence>')

    def with_kinds(self):
        """The second half of the form has an item of each kind of interaction that a form can have."""
        kinds = ('associate', 'drawing', 'extendedText', 'gapMatch', 'graphicAssociate', 'graphicGapMatch', 'graphicOrder', 'hotspot', 'hottext', 'inlineChoice', 'match', 'order',
                 'positionObject', 'selectPoint', 'slider', 'textEntry')
        self.with_picture()
        with open(self.blueprint, encoding='utf-8') as f:
            text = f.read()
        text = text.replace('<stratum id="IU06-lt" competence="IU06" levels="nhan-biet thong-hieu" count="4" marks="2.50"/>',
                            '<stratum id="IU06-lt" competence="IU06" levels="nhan-biet thong-hieu" count="3" marks="2.50"/>'
                            '<stratum id="upload" competence="146" types="upload" count="1" marks="2.50"/>')
        at, end = text.index('<part id="van-dung">'), text.rindex('</part>')
        title = text[at:text.index('<stratum', at)]
        strata = ''.join(f'<stratum id="{k}" competence="146" types="{k}" count="1" marks="2.50"/>\n' for k in kinds)
        with open(self.blueprint, 'w', encoding='utf-8') as f:
            f.write(text[:at] + title + strata + text[end:])

    def with_adaptive(self, most, least=1, ends=''):
        """Single choices, each of which follows from the answers before it."""
        def write(name, text):
            with open(f'{self.folder}/{name}', 'w', encoding='utf-8') as f:
                f.write(text)
            return f'{self.folder}/{name}'
        parameters, design = f'{self.folder}/parameters.json', write('design.json', json.dumps(
            {'title': 'thích ứng', 'length': most, 'objective': {'kind': 'maximize', 'points': [0]}, 'constraints': []}))
        run(BANGVANG, 'assemble', 'items', '--bank', f'{self.folder}/bank.db', '--out', parameters)
        hashes = [hashlib.sha256(open(path, 'rb').read()).hexdigest() for path in (design, parameters)]
        half = most // 2
        self.blueprint = write('adaptive.xml', f"""<?xml version="1.0" encoding="UTF-8"?>
<blueprint xmlns="https://bangvang.vn/ns/blueprint/1" id="thich-ung" language="vi" minutes="45" rulePack="vn-03-bands">
<title xml:lang="vi">Đề thích ứng</title><title xml:lang="en">Adaptive</title>
<adaptive design="{hashes[0]}" parameters="{hashes[1]}" least="{least}" {ends}/>
<part id="mot"><title xml:lang="vi">Phần một</title><title xml:lang="en">One</title>
<stratum id="a" competence="IU01" types="choice" count="{half}" marks="2.50"/><stratum id="b" competence="IU02" types="choice" count="{most - half}" marks="2.50"/></part></blueprint>
""")
        self.rules = self.edited(f'{SOURCE}/rules/vn-03-bands.xml', 'least-items="6" most-se-milli="800"', f'least-items="{least}" most-se-milli="1000"')
        self.more += ('--design', design, '--parameters', parameters, '--seed', '11' * 32, '--draw-key', '22' * 32)

    def edited(self, path, old, new):
        with open(path, encoding='utf-8') as f:
            text = f.read()
        assert old in text
        path = f'{self.folder}/{path.split("/")[-1]}'
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text.replace(old, new))
        return path

    def office(self, verb, *words, name=NAME, good=(0,)):
        return run(BANGVANG, 'sitting', verb, '--db', self.ledger, '--name', name, *words, good=good)

    def sitting(self, name, count, opens=-1, closes=120, prepare=True, roster=None):
        self.office('new', '--key', self.key, '--bank', f'{self.folder}/bank.db', '--blueprint', self.blueprint,
                    '--standard', self.standard, '--rules', self.rules, '--opens', moment(opens), '--closes', moment(closes),
                    *self.more, name=name)
        with open(f'{self.folder}/roster.csv', 'w', encoding='utf-8') as f:
            f.write(roster or 'ticket,room,seat\n' + ''.join(f'T-{i:05d},P{i // 50},{i % 50}\n' for i in range(count)))
        self.office('roster', '--key', self.key, f'{self.folder}/roster.csv', name=name)
        sheet = f'{self.folder}/sheet-{name}.csv'
        self.office('codes', '--key', self.key, '--out', sheet, name=name)
        with open(sheet, encoding='utf-8-sig') as f:
            self.sheets[name] = {row['ticket']: row['code'] for row in csv.DictReader(f)}
        if prepare:
            self.office('prepare', '--bank', f'{self.folder}/bank.db', name=name)

    def people(self, count, name=NAME):
        """A store of persons in which the first tickets of the sitting have names: (its address, its key). The server reads it from its next start on."""
        url, key = f'sqlite:{self.folder}/persons.db', f'{self.folder}/persons.key'
        run(BANGVANG, 'person', 'create', '--people', url, '--master', key)
        known = [{'name': f'{FAMILIES[i % 7]} {MIDDLES[i % 5]} {GIVEN[i % 11]}', 'personalId': f'0010900{i:05d}', 'birth': f'{1970 + i % 30}-{i % 12 + 1:02d}-{i % 28 + 1:02d}', 'unit': 'UBND xã Mẫu',
                  'note': f'BÍ MẬT {i}', 'sitting': name, 'ticket': ticket} for i, ticket in enumerate(list(self.codes)[:count])]
        with open(f'{self.folder}/people.json', 'w', encoding='utf-8') as f:
            json.dump({'people': known}, f)
        run(BANGVANG, 'person', 'import', '--people', url, '--master', key, '--as', 'office-1', '--reason', 'roster', f'{self.folder}/people.json')
        self.d.config.update(persons=url, persons_key=key)
        self.d.configure()
        return url, key

    def act(self, act, *tickets, name=NAME, later=0):
        """By staff, while the server is off; later: the exam's clock is so many minutes ahead from then on."""
        return run(f'{BUILD}/tests/httpd/act_exam', '--later', later, self.ledger, self.key, name, act, *tickets)

    def away(self, *acts):
        """Kills the server for acts of staff on attempts that nobody has signed in to."""
        self.d.stop(signal.SIGKILL)
        for act in acts:
            self.act(*act)
        self.d.start()

    def proctor(self, act, *candidates, name=NAME):
        """A proctor of the sitting does it, over HTTP."""
        if name not in self.proctors:
            self.proctors[name] = staff(self.d, f'giam-thi-{len(self.proctors)}', f'proctor@sitting:{name}')
            self.clients.append(self.proctors[name])
        for c in candidates:
            a = self.proctors[name]('POST', f'/api/attempts/{c.attempt}/acts', {'act': act, 'reason': 'vì thế'} if act != 'admit' else {'act': act})
            assert a.status == 200, a

    def __enter__(self):
        self.d.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Without waiting for connections that are kept alive."""
        for c in self.clients:
            c.close()
        return self.d.stop()

    def enter(self, ticket, client=None, name=NAME, **more):
        self.clients.append(client or self.d.client())
        return Candidate(self, ticket, self.clients[-1], name, more)


class Candidate:
    """One browser: signs in at once; .entry is the answer."""

    def __init__(self, exam, ticket, client, name, more):
        self.exam, self.ticket, self.c, self.number = exam, ticket, client, 0
        self.entry = client('POST', '/api/entry', {'sitting': name, 'ticket': ticket, 'code': exam.sheets[name].get(ticket, ''), **more})
        if self.entry.status == 201:
            said = self.entry.json()
            client.fields['X-CSRF-Token'] = said['csrfToken']
            self.attempt = int(said['attempt'])
            self.path = f'/api/attempts/{self.attempt}'

    def get(self, what='', **fields):
        return self.c('GET', self.path + what, **fields)

    def post(self, what, body=None, **fields):
        return self.c('POST', self.path + what, body, **fields)

    def lease(self):
        a = self.post('/lease')
        if a.status == 200:
            self.c.fields['X-Lease'] = str(a.json()['lease'])
        return a

    def save(self, item, response, number=None, **fields):
        if number is None:
            self.number += 1
            number = self.number
        return self.post('/answers', {'item': item, 'number': number, 'response': response}, **fields)


def choices(page, out=None):
    """The interactions of a page: response identifier → (cardinality, identifiers of choices)."""
    out = {} if out is None else out
    stack = [(page, None)]
    while stack:
        node, owner = stack.pop(0)
        if not isinstance(node, list):
            continue
        attributes = node[1] if len(node) > 1 and isinstance(node[1], dict) else {}
        if 'response-identifier' in attributes:
            owner = attributes['response-identifier']
            out[owner] = (node[0], attributes, [])
        elif 'identifier' in attributes and owner:
            out[owner][2].append(attributes['identifier'])
        stack += [(child, owner) for child in node[1:]]
    return out


def answer(page, pick=0):
    """A response that the page can take, for a page with one choice interaction of one answer; None for another."""
    found = choices(page)
    if len(found) != 1:
        return None
    (name, (kind, attributes, identifiers)), = found.items()
    if kind != 'qti-choice-interaction' or attributes.get('cardinality') != 'single' or not identifiers:
        return None
    return {name: {'base': {'identifier': identifiers[pick % len(identifiers)]}}}


def opened(key, ticket, sealed, name=NAME):
    """A sealed paper, opened by OpenSSL and not by our code: None when the key, the ticket or a byte is another."""
    lib = ctypes.CDLL(ctypes.util.find_library('crypto'))
    for f in ('EVP_CIPHER_CTX_new', 'EVP_aes_256_gcm'):
        getattr(lib, f).restype = ctypes.c_void_p
    ctx, n = ctypes.c_void_p(lib.EVP_CIPHER_CTX_new()), ctypes.c_int()
    nonce, text, tag, associated = sealed[:12], sealed[12:-16], sealed[-16:], f'{name}\n{ticket}'.encode()
    out = ctypes.create_string_buffer(len(text) + 16)
    lib.EVP_DecryptInit_ex(ctx, ctypes.c_void_p(lib.EVP_aes_256_gcm()), None, bytes.fromhex(key), nonce)
    lib.EVP_DecryptUpdate(ctx, None, ctypes.byref(n), associated, len(associated))
    lib.EVP_DecryptUpdate(ctx, out, ctypes.byref(n), text, len(text))
    lib.EVP_CIPHER_CTX_ctrl(ctx, 0x11, 16, tag)
    good = lib.EVP_DecryptFinal_ex(ctx, ctypes.byref(ctypes.create_string_buffer(16)), ctypes.byref(ctypes.c_int()))
    lib.EVP_CIPHER_CTX_free(ctx)
    return gzip.decompress(out.raw[:len(text)]) if good == 1 else None
