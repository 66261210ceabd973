#!/usr/bin/env python3
"""Candidates of bangvang-load come through the door of a real server, get real papers, and answer every kind of item with what it takes; what they read
back is compared, and a server that forgets or changes an answer is told."""
import atexit, json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'httpd'))
from daemon import check, finish
from exam import BANGVANG, NAME, Exam, run
from fake import Fake
import records

TOOLS = os.environ['BV_BUILD'] + '/tools/load/'
COUNT, SAVES = 24, 60
STEPS = ('sign-in', 'sealed', 'start', 'lease', 'begin', 'paper', 'submit')
folder = tempfile.mkdtemp(prefix='bv-forms-')
atexit.register(shutil.rmtree, folder, True)


def program(name, *arguments, good=0):
    r = subprocess.run([TOOLS + name, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    check(r.returncode == good, f'{name} {" ".join(str(a) for a in arguments if "/" not in str(a))} ends with {good}', f'{r.returncode}\n{r.stdout}{r.stderr}')
    return r


def entries(codes):
    with open(f'{folder}/entries', 'w', encoding='utf-8') as f:
        f.writelines(f'{ticket} {code}\n' for ticket, code in codes.items())
    return ('--entries', f'{folder}/entries', '--sitting', NAME)


def test_exam():
    with Exam(COUNT) as e:
        e.stop()
        e.act('admit')
        e.d.start()
        url = f'http://127.0.0.1:{e.d.where[1]}'
        wrong = program('bangvang-load', '--json', '--duration', 5, '--warmup', 0, *entries({t: 'AAAA-AAAA' for t in list(e.codes)[:3]}), url, good=1)
        check(json.loads(wrong.stdout)['operations']['sign-in']['refused'] == 3, 'wrong codes are refused, and end it', wrong.stdout)
        who = entries(e.codes)
        report = json.loads(program('bangvang-load', '--json', *who, '--attempts', COUNT, '--ramp', 1, '--saves', SAVES, '--resend-every', 10, '--read-every', 20, '--check',
                                    '--submit', '--history', f'{folder}/h', '--duration', 60, url).stdout)
        ops = report['operations']
        check(all(ops[k]['ok'] == COUNT and not ops[k]['refused'] + ops[k]['unknown'] for k in STEPS), f'{COUNT} candidates take each step once', ops)
        check(ops['save']['ok'] >= COUNT * SAVES and ops['save']['refused'] == 0, 'and every answer is taken', ops['save'])
        check(report['readBackCandidates'] == COUNT and report['readBackAnswers'] > COUNT * 20 and report['wrong'] == 0, 'what they read back is what they saved', report)
        saved = [json.loads(o.value) for o in records.read(f'{folder}/h') if o.kind == 3]
        kinds = {next(iter(v)) + ':' + next(iter(next(iter(v.values())))) for s in saved for v in s.values()}
        check({'base:identifier', 'list:identifier', 'list:directedPair', 'base:integer'} <= kinds, 'answers of every kind', kinds)
        with open(f'{folder}/h', 'rb') as f:
            raw = f.read()
        check(not any(code.encode() in raw for code in e.codes.values()) and b'csrfToken' not in raw, 'the history has no codes and no tokens')
        program('bangvang-check-history', '--alone', f'{folder}/h')
        e.d.stop()
        program('bangvang-check-acks', '--ledger', e.ledger, '--alone', '--forms', f'{folder}/h')
        program('bangvang-check-acks', '--ledger', e.ledger, '--alone', f'{folder}/h', good=1)
        found = json.loads(run(BANGVANG, 'audit', 'answers', '--db', e.ledger, '--name', NAME, '--bank', f'{e.folder}/bank.db', '--json', good=(0, 1)))
        check(found['faultCount'] == 0 and found['attempts'] == COUNT, 'bangvang audit answers finds no fault', found)
        e.d.start()


def test_read_back():
    """One candidate, five answers, and then the server's memory is changed before he reads."""
    with open(f'{folder}/sessions', 'w', encoding='utf-8') as f:
        f.write(f'1 {1:064x}\n')

    def forget(items):
        items.pop(next(iter(items)))

    def change(items):
        n, value, seq = items[k := next(iter(items))]
        items[k] = (n, {'RESPONSE': {'base': {'identifier': 'Z'}}}, seq)

    def older(items):
        n, value, seq = items[k := max(items, key=lambda i: items[i][0])]
        items[k] = (n - 1, value, seq)

    def invent(items):
        items[39 if 39 not in items else 38] = (77, {}, 9)

    def nothing(items):
        pass

    for tamper in (nothing, forget, change, older, invent):
        def behave(fake, number, tamper=tamper):
            if number == 7:
                tamper(fake.attempts[1]['items'])
        fake = Fake(behave)
        bad = tamper is not nothing
        r = json.loads(program('bangvang-load', '--json', '--sessions', f'{folder}/sessions', '--connections', 1, '--saves', 5, '--check', '--duration', 20, fake.url, good=int(bad)).stdout)
        check((r['wrong'] > 0) == bad and ('firstWrong' in r) == bad and r['readBackCandidates'] == 1, f'a server that does {tamper.__name__} to an answer is found', r)
        fake.close()


def test_usage():
    url = 'http://127.0.0.1:1'
    for words in (('--entries', 'x'), ('--sitting', 'x'), ('--entries', 'x', '--sitting', 'y', '--sessions', 'z'), ('--rush', '0'), ('--within', '0'), ('--check',)):
        program('bangvang-load', *words, url, good=64)
    with open(f'{folder}/bad', 'w', encoding='utf-8') as f:
        f.write('T-1 CODE\nT-2\n')
    r = program('bangvang-load', '--entries', f'{folder}/bad', '--sitting', 's', url, good=2)
    check(':2: a line is: TICKET CODE' in r.stderr, 'the line is named', r.stderr)


test_usage()
test_read_back()
test_exam()
finish()
