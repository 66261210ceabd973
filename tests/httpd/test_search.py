#!/usr/bin/env python3
"""What auditors search besides exams: who did what with personal data, and with which item; page by page, by every filter, without names or contents."""
import json, tempfile
from daemon import BUILD, SOURCE, Daemon, check, finish
from exam import BANGVANG, run
from staff import FAST, staff

PEOPLE = [{'name': 'Trần Thị Bí Mật', 'personalId': f'0010900{i:05d}', 'birth': '1990-01-01', 'unit': 'UBND xã Mẫu', 'sitting': 'dot-1', 'ticket': f'T-{i}'} for i in range(3)]


def pages(who, source, query='', limit=2):
    entries, before, calls = [], '', 0
    while before is not None and calls < 300:
        a = who('GET', f'/api/audit/{source}?limit={limit}{query}{before}')
        assert a.status == 200, a
        entries += a.json()['entries']
        before, calls = f'&before={a.json()["next"]}' if 'next' in a.json() else None, calls + 1
    return entries


def found(who, source, query):
    return who('GET', f'/api/audit/{source}?limit=200&{query}').json()['entries']


def persons(d, folder, auditor):
    url, key = f'sqlite:{folder}/persons.db', f'{folder}/persons.key'
    store = ['--people', url, '--master', key]
    log = json.loads(run(BANGVANG, 'person', 'log', '--people', url, '--json'))
    log = log['records'] if isinstance(log, dict) else log
    person = next(r['person'] for r in log if r.get('person'))
    run(BANGVANG, 'person', 'show', *store, '--as', 'office-2', '--reason', 'khiếu nại số 3', '--fields', 'name,birth', person)
    log = json.loads(run(BANGVANG, 'person', 'log', '--people', url, '--json'))
    log = log['records'] if isinstance(log, dict) else log
    entries = pages(auditor, 'persons')
    check([e['key'] for e in entries] == [str(r['record']) for r in reversed(log)] and [e['act'] for e in entries] == [r['act'] for r in reversed(log)] and len(entries) > 6, 'every record of the store, page by page', entries)
    read = found(auditor, 'persons', 'author=office-2')
    check([e['act'] for e in read][0] == 'read' and {e['account'] for e in read} == {person} and read[0]['detail'] == 'khiếu nại số 3' and read[0]['fields'] == 'name birth', 'who read what of whom, and why', read)
    check(found(auditor, 'persons', 'act=read') == [e for e in entries if e['act'] == 'read'] and found(auditor, 'persons', f'object={person}') == [e for e in entries if e.get('account') == person], 'by act, by person')
    check(found(auditor, 'persons', 'until=2020-01-01T00:00:00Z') == [] and found(auditor, 'persons', 'since=2020-01-01T00:00:00Z') == entries and found(auditor, 'persons', "object=%27%20OR%201") == [], 'by time; of nobody')
    body = auditor('GET', '/api/audit/persons?limit=200').body.decode()
    check('Bí Mật' not in body and '0010900' not in body and '1990-01-01' not in body, 'nothing that is personal')


def bank(d, folder, auditor, author, owner):
    path = f'{folder}/bank.db'
    history = json.loads(run(BANGVANG, 'bank', 'history', '--bank', path, '--json'))
    events = history['events'] if isinstance(history, dict) else history
    entries = pages(auditor, 'bank', limit=7)
    check([int(e['key']) for e in entries] == list(range(len(entries), 0, -1)) and len(entries) == len(events) and entries[-1]['act'] == 'rule', 'every event of the bank, page by page', (len(entries), len(events)))
    a = author('POST', '/api/bank/acts', {'identifier': 'IU01-001', 'language': 'vi', 'version': 1, 'act': 'retire', 'reason': 'lộ đề'})
    a = owner('POST', '/api/bank/acts', {'identifier': 'IU01-001', 'language': 'vi', 'version': 1, 'act': 'retire', 'reason': 'lộ đề'}) if a.status != 200 else a
    check(a.status == 200, 'an item is retired', a)
    mine = found(auditor, 'bank', 'act=retire')
    check(len(mine) == 1 and mine[0]['account'] == 'IU01-001/vi@1' and mine[0]['detail'] == 'lộ đề' and mine[0]['author'] in ('anh', 'chu'), 'by whom, which, why', mine)
    check([e['key'] for e in found(auditor, 'bank', 'object=IU01-001')] == [e['key'] for e in pages(auditor, 'bank', limit=200) if e.get('account', '').startswith('IU01-001/')] and
          found(auditor, 'bank', f'author={mine[0]["author"]}') == mine and found(auditor, 'bank', 'author=nguoi-lap') and not found(auditor, 'bank', 'object=khac'), 'by item, by who did it')
    check(found(auditor, 'bank', 'until=2020-01-01T00:00:00Z') == [], 'by time')


with tempfile.TemporaryDirectory() as folder:
    store = ['--people', f'sqlite:{folder}/persons.db', '--master', f'{folder}/persons.key']
    run(BANGVANG, 'person', 'create', *store)
    with open(f'{folder}/people.json', 'w', encoding='utf-8') as f:
        json.dump({'people': PEOPLE}, f)
    run(BANGVANG, 'person', 'import', *store, '--as', 'office-1', '--reason', 'roster', f'{folder}/people.json')
    run(BANGVANG, 'bank', 'import', '--bank', f'{folder}/bank.db', f'{SOURCE}/itembank/sample/imsmanifest.xml', f'{SOURCE}/itembank/sample/iu01')
    run(BANGVANG, 'bank', 'lifecycle', '--bank', f'{folder}/bank.db', '--as', 'nguoi-lap', '--adopt', 'operational')
    with Daemon(**FAST, second_factor='no', rate_api='60000/min burst 6000', rate_account='60000/min burst 6000', bank=f'{folder}/bank.db', persons=f'sqlite:{folder}/persons.db', persons_key=f'{folder}/persons.key') as d:
        auditor, owner, author = staff(d, 'kiem.toan', 'auditor'), staff(d, 'chu', 'scheme-owner'), staff(d, 'anh', 'bank-author')
        part = staff(d, 'mot.phan', 'auditor@bank:IU01')
        persons(d, folder, auditor)
        bank(d, folder, auditor, author, owner)
        check([author('GET', f'/api/audit/{s}').status for s in ('persons', 'bank')] == [403, 403] and part('GET', '/api/audit/bank').status == 403, 'nobody else searches, nor who has a right to a part of the bank')
        check([auditor('GET', f'/api/audit/{s}?{q}').status for s in ('persons', 'bank') for q in ('before=x', 'before=0', 'before=-1', 'limit=0', 'limit=201', 'object=%00')] == [422, 422, 422, 422, 422, 422] * 2, 'bad queries')
        check(auditor('GET', '/api/audit/bank?act=bay').status == 422 and found(auditor, 'persons', 'act=bay') == [], 'acts that are none')
        looks = [e['detail'] for e in found(owner, 'looks', 'author=kiem.toan')]
        check(any(x.startswith('/api/audit/persons?') for x in looks) and any(x.startswith('/api/audit/bank?') for x in looks), 'each search is noted')
        d.stop()
        for name in ('bank', 'persons', 'persons_key'):
            del d.config[name]
        d.configure()
        d.start()
        check([auditor('GET', f'/api/audit/{s}').json()['type'] for s in ('persons', 'bank')] == ['/problems/no-persons', '/problems/no-bank'], 'a server without them says so')
finish()
