#!/usr/bin/env python3
"""Who answers for the system looks at it: its health, and what was done, page by page, with proofs; what is looked up is itself noted."""
import base64, hashlib, time
from daemon import check, finish
from exam import NAME, Exam
from staff import staff

GOOD = {'held': False, 'stopped': False, 'treeFailed': False, 'unsure': False}


def health(owner, auditor, proctor):
    a, b = owner('GET', '/api/health'), auditor('GET', '/api/health')
    said = a.json()
    check(a.status == b.status == 200 and proctor('GET', '/api/health').status == 403, 'scheme owners and auditors see the health')
    check({k: said['ledger'][k] for k in GOOD} == GOOD and all(f['level'] == 'warn' or f['name'].startswith('disk') for f in said['findings']), 'the ledger is well', said['findings'])
    for _ in range(1200):  # an answer is counted once its last byte has left, which its reader may know before the server does
        later = owner('GET', '/api/health').json()
        if later['counters']['answers'] > said['counters']['answers']:
            break
        time.sleep(.05)
    check(later['counters']['answers'] > said['counters']['answers'] and sum(later['counters']['buckets']) == later['counters']['answers'], 'counters count, and buckets hold all answers')
    check({d['what'] for d in said['disks']} >= {'database', 'bank'} and all(0 < d['free'] <= d['total'] for d in said['disks']), 'disks have room', said['disks'])


def pages(who, address):
    entries, calls, next = [], 0, ''
    while next is not None and calls < 200:
        a = who('GET', address + (f'&before={next}' if next else ''))
        assert a.status == 200, a
        entries += a.json()['entries']
        next, calls = a.json().get('next'), calls + 1
    return entries, calls


def ledger(e, owner, auditor):
    entries, calls = pages(auditor, '/api/audit/ledger?limit=3')
    numbers = [int(x['key']) for x in entries]
    check(numbers == list(range(len(numbers), 0, -1)) and len(numbers) > 6 and calls >= len(numbers) // 3, 'all events, the newest first, page by page, none twice and none missing', numbers)
    ticket = next(iter(e.codes))
    mine = [x for x in entries if x.get('ticket') == ticket]
    check(pages(auditor, f'/api/audit/ledger?ticket={ticket}')[0] == mine != [], 'of one ticket')
    check(pages(auditor, f'/api/audit/ledger?sitting={NAME}')[0] == [x for x in entries if x['sitting'] == NAME] and not pages(auditor, '/api/audit/ledger?sitting=khac')[0], 'of one sitting')
    check({x['act'] for x in pages(auditor, '/api/audit/ledger?act=register&limit=2')[0]} == {'register'}, 'of one kind')
    admitted = pages(auditor, f'/api/audit/ledger?author=giam-thi-0')[0]
    check(admitted and all(x['authorName'] == 'giam-thi-0' and x['act'] == 'admit' for x in admitted), 'by the sign-in name of who did it', admitted)
    check(not pages(auditor, '/api/audit/ledger?author=khong.co')[0] and not pages(auditor, '/api/audit/ledger?until=2020-01-01T00:00:00Z')[0] and
          len(pages(auditor, '/api/audit/ledger?since=2020-01-01T00:00:00Z')[0]) == len(entries), 'of nobody; of no time; of all time')
    for bad in ('limit=0', 'limit=201', 'before=x', 'before=0', 'before=-1', 'act=bay', 'act=look', 'since=hom-nay', 'sitting=%00', 'ticket=%27%20OR%201', 'khac=1', 'limit=1&limit=2'):
        check(auditor('GET', '/api/audit/ledger?' + bad).status in (400, 422), f'refused: {bad}')
    check(auditor('GET', '/api/audit/khac').status == 404, 'there are three things to search')

    first = mine[-1]
    for _ in range(600):
        a = auditor('GET', f'/api/audit/ledger/{first["key"]}')
        if a.json().get('state') != 'waiting':
            break
        time.sleep(.1)  # the next checkpoint comes within ten seconds
    said = a.json()
    check(a.status == 200 and said['state'] == 'proved' and said['entry'] == first and 0 <= said['place'] < said['size'], 'an event is proved to be in the tree of its sitting', said)
    # The same by Python: RFC 6962, from the leaf by the path to the root that the checkpoint signs.
    lines, h = said['proof'].split('\n'), lambda b: hashlib.sha256(b).digest()
    index = int(next(x for x in lines if x.startswith('index ')).split()[1])
    blank = lines.index('')
    path = [base64.b64decode(x) for x in lines[:blank] if x and ' ' not in x and not x.startswith('c2sp')]
    origin, size, root = lines[blank + 1:blank + 4]
    node, fn, sn = h(b'\0' + bytes.fromhex(said['hash'])), index, int(size) - 1
    for p in path:
        if fn & 1 or fn == sn:
            node = h(b'\1' + p + node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = h(b'\1' + node + p)
        fn, sn = fn >> 1, sn >> 1
    check(node == base64.b64decode(root) and index == said['place'] and int(size) == said['size'], 'and whoever has the proof computes the same root')
    for bad in ('0', '-1', 'x', '99999999', '9223372036854775807', '9223372036854775808'):
        check(auditor('GET', f'/api/audit/ledger/{bad}').status == 404, f'there is no event {bad}')


def accounts(owner, auditor, proctor):
    made, calls = pages(auditor, '/api/audit/accounts?limit=2')
    check(len(made) == len({x['key'] for x in made}) and calls > 1 and {'chu.quan', 'kiem.toan', 'giam.thi'} <= {x.get('account') for x in made}, 'what was done to accounts, page by page', made)
    check([x['atMs'] for x in made] == sorted((x['atMs'] for x in made), reverse=True), 'the newest first')
    check(all(x['author'] == 'command' for x in pages(auditor, '/api/audit/accounts?author=command')[0]) and not pages(auditor, '/api/audit/accounts?act=khac')[0], 'by author and kind')
    check(auditor('GET', '/api/audit/accounts?before=x').status == 422 and auditor('GET', "/api/audit/accounts?before=1-'").status in (400, 422), 'cursors that are none')
    looks = pages(owner, '/api/audit/looks?author=kiem.toan&limit=200')[0]
    check(any(x['detail'].startswith('/api/audit/ledger?ticket=') for x in looks) and all(x['authorName'] == 'kiem.toan' for x in looks), 'what an auditor looked up is noted, for others to see')
    before = len(pages(owner, '/api/audit/looks?author=giam.thi')[0])
    check(proctor('GET', '/api/audit/looks').status == proctor('GET', '/api/audit/ledger').status == proctor('GET', '/api/audit/ledger/1').status == 403 and before == 0, 'nobody else looks')


with Exam(3) as e:
    d = e.d
    seats = [e.enter(ticket) for ticket in e.codes]
    e.proctor('admit', *seats)
    owner, auditor, proctor = staff(d, 'chu.quan', 'scheme-owner'), staff(d, 'kiem.toan', 'auditor'), staff(d, 'giam.thi', f'proctor@sitting:{NAME}')
    health(owner, auditor, proctor)
    ledger(e, owner, auditor)
    accounts(owner, auditor, proctor)
finish()
