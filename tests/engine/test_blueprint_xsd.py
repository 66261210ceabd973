#!/usr/bin/env python3
"""engine/blueprint.xsd and bv_blueprint_parse describe the same documents: the cases that test_blueprint reads, given to xmllint. What only
the parser can see (strata that overlap, the sum of items) says "schema": true although it is refused."""
import json, os, shutil, subprocess, sys, tempfile

SOURCE = os.environ.get('BV_SOURCE', '.')
VECTORS = os.path.join(SOURCE, 'tests/vectors/engine')
count = failed = 0


def check(good, name):
    global count, failed
    count += 1
    failed += not good
    print('ok' if good else 'not ok', count, '-', name)


def valid(paths):
    """The paths that the schema takes."""
    run = subprocess.run(['xmllint', '--nonet', '--noout', '--schema', os.path.join(SOURCE, 'engine/blueprint.xsd'), *paths],
                         stderr=subprocess.PIPE, text=True)
    return {line[:-len(' validates')] for line in run.stderr.splitlines() if line.endswith(' validates')}


def main():
    if not shutil.which('xmllint'):
        print('1..0 # SKIP xmllint is not here (libxml2-utils)')
        return 0
    with open(os.path.join(VECTORS, 'blueprint-cases.json'), encoding='utf-8') as f:
        table = json.load(f)
    with open(os.path.join(VECTORS, table['base']), encoding='utf-8') as f:
        base = f.read()
    sample = os.path.join(SOURCE, 'engine/sample/vn-basic-40.xml')
    check(valid([sample]) == {sample}, 'the sample blueprint validates')
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, case in enumerate(table['cases']):
            paths.append(os.path.join(folder, f'{i}.xml'))
            with open(paths[-1], 'w', encoding='utf-8') as f:
                f.write(base.replace(case['from'], case['to'], 1))
        taken = valid(paths)
    for path, case in zip(paths, table['cases']):
        check((path in taken) == case['schema'], ('taken: ' if case['schema'] else 'refused: ') + case['what'])
    print(f'1..{count}')
    return failed != 0


sys.exit(main())
