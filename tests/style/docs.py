#!/usr/bin/env python3
"""What is written for readers is true: every `bangvang…` line in a ```sh block of README.md, ARCHITECTURE.md and doc/*.md runs, and so does
every example of a manual page; relative links lead somewhere; every folder's README.md says what it is in 25 lines; manual pages are clean roff."""
import glob, json, os, re, shlex, shutil, subprocess, sys, tempfile

ROOT = os.environ['BV_SOURCE']
BUILD = os.environ['BV_BUILD']
count = failed = 0


def check(good, name, detail=''):
    global count, failed
    count += 1
    failed += not good
    print('ok' if good else 'not ok', f'{count} - {name}')
    if not good:
        for line in detail.strip().split('\n')[:20]:
            print('#', line)
    sys.stdout.flush()


def run(command, folder):
    env = dict(os.environ, PATH=f'{BUILD}/tools/cli:{BUILD}/tools/verify:{BUILD}/tools/httpd:{BUILD}/tools/load:{BUILD}/tools/witness:{BUILD}/tools/signer:' + os.environ['PATH'])
    return subprocess.run(['bash', '-c', command], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)


def scratch():
    """A folder as after `tools/up`: the tree's data and a demonstration of its own."""
    folder = tempfile.mkdtemp(prefix='bv-docs-')
    for name in ('itembank', 'scoring', 'assembly', 'certs', 'registry', 'engine', 'standards', 'rules', 'tests', 'tools'):
        if os.path.exists(f'{ROOT}/{name}'):
            os.symlink(f'{ROOT}/{name}', f'{folder}/{name}')
    return folder


def blocks(path):
    """(line number, command) of each bangvang line; a line that ends with a backslash goes on."""
    inside, pending = False, ''
    for number, line in enumerate(open(path, encoding='utf-8'), 1):
        line = line.rstrip('\n')
        if line.startswith('```'):
            inside = line.strip() == '```sh'
        elif inside and (pending or re.match(r'(bangvangd?|bangvang-verify|tools/demo) ', line)):
            pending += line
            if pending.endswith('\\'):
                pending = pending[:-1] + ' '
                continue
            yield number, re.sub(r'\s+#.*$', '', pending)
            pending = ''


def main():
    folder = scratch()
    demo = run(f'PATH="{BUILD}/tools/cli:{BUILD}/tools/verify:$PATH" tools/demo demo', folder)
    check(demo.returncode == 0, 'the demonstration runs', demo.stdout[-2000:])
    pages = [f'{ROOT}/README.md', f'{ROOT}/ARCHITECTURE.md'] + sorted(glob.glob(f'{ROOT}/doc/*.md'))
    for page in pages:
        rel = os.path.relpath(page, ROOT)
        for number, command in blocks(page):
            r = run(command, folder)
            check(r.returncode == 0, f'{rel}:{number}: {command}', r.stdout)
        text = open(page, encoding='utf-8').read()
        gone = [t for t in re.findall(r'\]\(([^)#\s]+)[^)]*\)', text)
                if not re.match(r'https?:|mailto:', t) and not os.path.exists(os.path.join(os.path.dirname(page), t))]
        check(not gone, f'{rel}: links lead somewhere', ' '.join(gone))
    for example in run('bangvang manual --examples', folder).stdout.splitlines():
        r = run(example, folder)
        check(r.returncode == 0, f'manual: {example}', r.stdout)
    r = run('bangvang manual --pages man1', folder)
    check(r.returncode == 0, 'manual pages are written', r.stdout)
    if shutil.which('groff'):
        bad = ''.join(subprocess.run(['groff', '-man', '-ww', '-Kutf8', '-Tutf8', '-z', p], stderr=subprocess.PIPE, text=True).stderr
                      for p in sorted(glob.glob(f'{folder}/man1/*.1')) + [f'{ROOT}/tools/verify/bangvang-verify.1', f'{ROOT}/tools/httpd/bangvangd.8', f'{ROOT}/tools/witness/bangvang-witness.8', f'{ROOT}/tools/signer/bangvang-signer.8'] +
                      glob.glob(f'{ROOT}/tools/load/*.1'))
        check(not bad, 'manual pages are clean roff', bad)
    for program, path in (('bangvang-verify', 'tools/verify/bangvang-verify.1'), ('bangvangd', 'tools/httpd/bangvangd.8'), ('bangvang-witness', 'tools/witness/bangvang-witness.8'), ('bangvang-signer', 'tools/signer/bangvang-signer.8'),
                          *((n, f'tools/load/{n}.1') for n in ('bangvang-load', 'bangvang-check-acks', 'bangvang-check-history'))):
        page = re.sub(r'\\-', '-', open(f'{ROOT}/{path}', encoding='utf-8').read())
        helped = run(f'{program} --help', folder).stdout
        gone = [o for o in re.findall(r'--[a-z-]+', helped) if o not in page and o not in ('--help', '--version')]
        check(helped and not gone, f'the page of {program} has all its options', ' '.join(gone))
    r = run('bangvang manual --completion | bash -n', folder)
    check(r.returncode == 0, 'the completion script is bash', r.stdout)
    listed = {r['rule']: r for r in json.loads(run('bangvang item check --ids --json', folder).stdout)['rules']}
    rows = re.findall(r'^\| `([a-z0-9-]+)` \| (.*) \| (.*) \|$', open(f'{ROOT}/doc/diagnostics.md', encoding='utf-8').read(), re.M)
    gone = sorted(listed.keys() ^ {r[0] for r in rows}) + [i for i, en, vi in rows if i in listed and (listed[i]['en'], listed[i]['vi']) != (en, vi)]
    check(len(listed) > 90 and len(rows) == len(listed) and not gone, f'doc/diagnostics.md has the {len(listed)} rules of item check --ids', ' '.join(gone))
    named = set()
    for path in glob.glob(f'{ROOT}/itembank/*.c') + glob.glob(f'{ROOT}/base/*.c'):
        source = open(path, encoding='utf-8').read()
        named |= set(re.findall(r'(?:bv_report|bv_note|bv_err_rule|expr_refuse|test_fault|test_warn)\([^;"]*"([a-z0-9-]+)"', source))
        named |= set(re.findall(r'"(schema-[a-z-]+)"', source))
    gone = sorted(named - listed.keys())
    check(len(named) > 80 and not gone, f'the {len(named)} rules that sources name are listed', ' '.join(gone))
    reports = re.findall(r'^\| `([a-z-]+)` \| (?:error|warning)', open(f'{ROOT}/doc/lint.md', encoding='utf-8').read(), re.M)
    gone = sorted(i for i, r in listed.items() if r['group'] in ('craft', 'bank') and i not in reports)
    check(not gone, 'doc/lint.md explains each rule of the craft', ' '.join(gone))
    for top in ('base', 'itembank', 'scoring', 'assembly', 'analysis', 'certs', 'registry', 'engine', 'tools/verify', 'tools/httpd', 'tools/load', 'tools/witness', 'tools/signer'):
        readme = f'{ROOT}/{top}/README.md'
        lines = open(readme, encoding='utf-8').read().count('\n') if os.path.exists(readme) else 0
        check(0 < lines <= 25, f'{top}/README.md has 1 to 25 lines', f'{lines} lines')
    shutil.rmtree(folder)
    print(f'1..{count}')
    return failed != 0


sys.exit(main())
