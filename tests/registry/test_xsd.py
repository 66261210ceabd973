#!/usr/bin/env python3
"""registry/mandates.xsd and registry/issuing.xsd take the documents that the parsers take (test_rules.c), and refuse their twins with one thing wrong."""
import os, shutil, subprocess, sys, tempfile

SOURCE = os.environ.get('BV_SOURCE', '.')
MANDATES = """<mandates xmlns='https://bangvang.vn/ns/mandates/1' identifier='m' version='1'><mandate identifier='A' person='P-1'
 key='z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK' deeds='issue revoke' schemes='CNTT TT02' centres='*' from='2026-01-01' to='2026-12-31'>QĐ 1</mandate></mandates>"""
CASES = {
    'mandates.xsd': [("identifier='A' ", ''), ("person='P-1'", "person='Nguyễn Văn A'"), ("key='z6Mk", "key='x6Mk"), ("deeds='issue revoke'", "deeds='burn'"),
                     ("deeds='issue revoke'", "deeds=''"), ("schemes='CNTT TT02'", "schemes='a*'"), ("from='2026-01-01'", "from='2026-02-30'"), ("to='", "until='"),
                     ('QĐ 1', '<b/>'), ("centres='*'", "centres='*' more='x'"), ('<mandate ', '<other '), ('mandates/1', 'mandates/2')],
    'issuing.xsd': [('{number:6}', ''), ('{number:6}', '{number}{number}'), ('{number:6}', '{number:13}'), ('{number:6}', '{number'), ('{scheme}', '{name}'),
                    ('months="0"', 'months="1201"'), ('months="0"', 'months="-1"'), ('birth="optional"', 'birth="perhaps"'), ('code="fraud"', 'code="Fraud"'),
                    ('code="inquiry"', 'code="fraud"'), ('deeds="revoke suspend"', 'deeds=""'), ('certainty="uncertain"', 'certainty="sure"'), ('<title>', '<other/><title>'),
                    ('<validity months="0"/>', '')],
}
count = failed = 0


def check(good, name):
    global count, failed
    count += 1
    failed += not good
    print('ok' if good else 'not ok', count, '-', name)


def valid(schema, paths):
    run = subprocess.run(['xmllint', '--nonet', '--noout', '--schema', os.path.join(SOURCE, 'registry', schema), *paths], stderr=subprocess.PIPE, text=True)
    return {line[:-len(' validates')] for line in run.stderr.splitlines() if line.endswith(' validates')}


def main():
    if not shutil.which('xmllint'):
        print('1..0 # SKIP xmllint is not here (libxml2-utils)')
        return 0
    with open(os.path.join(SOURCE, 'registry/sample/issuing.xml'), encoding='utf-8') as f:
        good = {'mandates.xsd': MANDATES, 'issuing.xsd': f.read()}
    for schema, cases in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for i, (old, new) in enumerate([('', '')] + cases):
                paths.append(os.path.join(folder, f'{i}.xml'))
                with open(paths[-1], 'w', encoding='utf-8') as f:
                    f.write(good[schema].replace(old, new, 1) if old else good[schema])
            taken = valid(schema, paths)
        check(paths[0] in taken, f'{schema} takes what is good')
        for path, (old, new) in zip(paths[1:], cases):
            check(old in good[schema] and path not in taken, f'{schema} refuses {old!r} as {new!r}')
    print(f'1..{count}')
    return failed != 0


sys.exit(main())
