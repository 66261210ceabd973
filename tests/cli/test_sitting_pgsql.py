#!/usr/bin/env python3
"""TAP: sittings whose forms a design assembles, on PostgreSQL with two nodes at once, have the forms that they have on SQLite: of each candidate (BV-FLY-1), and
parallel ones (BV-PARALLEL-1). Arguments: sit_exam, --pgsql."""
import hashlib, json, os, subprocess, sys, tempfile

SOURCE, BUILD = os.environ['BV_SOURCE'], os.environ['BV_BUILD']
sys.path.insert(0, f'{SOURCE}/tests/httpd')
import database  # noqa: E402 # which ends the test where there is no PostgreSQL

BANGVANG, SIT = f'{BUILD}/tools/cli/bangvang', os.path.realpath(sys.argv[1])
SEED, DRAW_KEY = (hashlib.sha256(text).hexdigest() for text in (b'seed', b'draw key'))
count = bad = 0


def check(good, name, what=''):
    global count, bad
    count += 1
    bad += not good
    print(f'{"ok" if good else "not ok"} {count} - {name}')
    if not good:
        print('\n'.join(f'# {line}' for line in str(what).splitlines()[-20:]))
    return good


def sha(path):
    with open(path, 'rb') as f:
        return hashlib.sha256(f.read()).hexdigest()


def bangvang(*arguments):
    return subprocess.run([BANGVANG, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def must(name, *arguments):
    done = bangvang(*arguments)
    check(done.returncode == 0, name, done.stdout)
    return done.stdout


def roster(last):
    with open('roster.csv', 'w', encoding='utf-8') as f:
        f.write('ticket,room,seat\n' + ''.join(f'T-{i},P1,{i}\n' for i in range(1, last + 1)))


def sit(where, url, design, blueprint):
    """The whole sitting; its forms, and what they met."""
    hall, name = ['--db', url, '--name', design], f'{design} on {where}'
    key = [*hall, '--key', 'hall/key.pem']
    must(f'{name}: made', 'sitting', 'new', *key, '--bank', 'bank.db', '--blueprint', blueprint, '--standard', f'{SOURCE}/standards/vn-tt03-2014.xml', '--rules',
         f'{SOURCE}/rules/vn-17-2016.xml', '--opens', '2020-01-01T08:00:00+07:00', '--closes', '2099-01-01T11:00:00+07:00', '--release', '2099-01-01T11:00:00+07:00', '--seed', SEED,
         '--draw-key', DRAW_KEY, '--design', f'{SOURCE}/assembly/sample/{design}.json', '--parameters', 'parameters.json')
    for last in (5, 8):
        roster(last)
        must(f'{name}: {last} registered', 'sitting', 'roster', *key, 'roster.csv')
        # Two nodes prepare at once; each has read the tickets for itself.
        nodes = [subprocess.Popen([BANGVANG, 'sitting', 'prepare', *hall, '--bank', 'bank.db'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                 for _ in range(2 if where == 'PostgreSQL' else 1)]
        said = [node.communicate(timeout=120)[0] for node in nodes]
        check(not any(node.returncode for node in nodes), f'{name}: papers of {last}', said)
    done = subprocess.run([SIT, url, 'hall/key.pem', 'bank.db', design, '0', '1000', '2000', '0', '3000'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    check(done.returncode == 0 and 'T-4: 40 answers' in done.stdout, f'{name}: the first four sit', done.stdout)
    folder = f'{design}-{where}'
    must(f'{name}: scored', 'sitting', 'score', *key, '--bank', 'bank.db', '--out', folder)
    must(f'{name}: everything follows from the log', 'audit', 'scores', *hall, '--bank', 'bank.db')
    must(f'{name}: and from the evidence', 'audit', 'exam', folder)
    with open('pairs.csv', 'w', encoding='utf-8') as f:
        f.write('before,ticket\n' + ''.join(f'T-{i},N-{i}\n' for i in range(1, 9)))
    must(f'{name}: what they met', 'sitting', 'seen', '--db', url, '--before', design, '--out', f'{folder}.json', 'pairs.csv')
    forms = {}
    for ticket in sorted(os.listdir(f'{folder}/candidates')):
        with open(f'{folder}/candidates/{ticket}/form.json', encoding='utf-8') as f:
            forms[ticket] = f.read()
    with open(f'{folder}.json', encoding='utf-8') as f:
        return forms, json.load(f)['seen']


def main():
    must('a bank', 'bank', 'import', '--bank', 'bank.db', f'{SOURCE}/itembank/sample')
    must('a key', 'key', 'new', '--did', 'did:web:thi.example.vn', '--out', 'hall')
    must('parameters', 'assemble', 'items', '--bank', 'bank.db', '--out', 'parameters.json')
    with open(f'{SOURCE}/engine/sample/vn-basic-40.xml', encoding='utf-8') as f:
        plain = f.read()
    for design, caps, algorithm in (('each-40', 'exposure="0.8" overlap="26" ', 'BV-FLY-1'), ('parallel-40', '', 'BV-PARALLEL-1')):
        with open(f'{design}.xml', 'w', encoding='utf-8') as f:
            f.write(plain.replace('<part', f'<assembly design="{sha(f"{SOURCE}/assembly/sample/{design}.json")}" parameters="{sha("parameters.json")}" {caps}/><part', 1))
        lite = sit('SQLite', 'sqlite:hall.db', design, f'{design}.xml')
        large = sit('PostgreSQL', database.url('.'), design, f'{design}.xml')
        check(len(lite[0]) == 4 and all(json.loads(form)['alg'] == algorithm for form in lite[0].values()), f'{algorithm}: their forms')
        check(lite == large, f'{algorithm}: the same forms in both, and the same items met')
        check(sorted(large[1]) == ['N-1', 'N-2', 'N-3', 'N-4'] and all(set(large[1][f'N-{t[2:]}']) == {i['identifier'] for i in json.loads(form)['items']} for t, form in large[0].items()), f'{algorithm}: what they met is their forms, of those who started')


with tempfile.TemporaryDirectory(prefix='bv-sitting-') as work:
    os.chdir(work)
    main()
    os.chdir('/')
print(f'1..{count}')
sys.exit(bad > 0)
