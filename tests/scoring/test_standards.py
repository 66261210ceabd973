#!/usr/bin/env python3
"""The XML data follow their schemas, and the standards are what their generator makes of the reference tables."""
import filecmp, glob, os, shutil, subprocess, sys, tempfile

ROOT = os.environ['BV_SOURCE']
TABLES = os.path.join(os.environ['BV_REF'], 'frameworks')
count = failed = 0


def check(good, what, skip=None):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {what}" if skip is None else f'ok {count} # SKIP {what}: {skip}')


def valid(schema, path):
    run = subprocess.run(['xmllint', '--nonet', '--noout', '--schema', schema, path], capture_output=True, text=True)
    if run.returncode:
        print('#', run.stderr.replace('\n', '\n# '))
    return run.returncode == 0


def main():
    for schema, pattern in [('standard', 'standards/*.xml'), ('rules', 'rules/*.xml'), ('standard', 'tests/vectors/scoring/good-standard.xml'),
                            ('rules', 'tests/vectors/scoring/good-[pb]*.xml')]:
        paths = sorted(glob.glob(os.path.join(ROOT, pattern)))
        check(paths, f'{pattern}: there are files')
        for path in paths:
            what = f'{os.path.relpath(path, ROOT)} follows {schema}.xsd'
            if shutil.which('xmllint'):
                check(valid(os.path.join(ROOT, 'scoring', schema + '.xsd'), path), what)
            else:
                check(True, what, 'xmllint is not here')
    with tempfile.TemporaryDirectory() as out:
        vectors = os.path.join(ROOT, 'tests/vectors/scoring')
        subprocess.run([sys.executable, os.path.join(vectors, 'make_vectors.py'), out], check=True)
        for name in ('marks.csv', 'fractions.csv'):
            check(filecmp.cmp(os.path.join(out, name), os.path.join(vectors, name), False), f'{name} is what make_vectors.py writes')
    if not os.path.isdir(TABLES):
        check(True, 'standards/ regenerated', 'reference data frameworks/ is not here')
    else:
        with tempfile.TemporaryDirectory() as out:
            subprocess.run([sys.executable, os.path.join(ROOT, 'tools/standards/make_standards.py'), TABLES, out], check=True)
            here = sorted(os.path.basename(p) for p in glob.glob(os.path.join(ROOT, 'standards/*.xml')))
            check(here == sorted(os.listdir(out)), 'the generator makes exactly the standards that are here')
            for name in here:
                check(filecmp.cmp(os.path.join(out, name), os.path.join(ROOT, 'standards', name), False), f'{name} is what the generator writes')
    print(f'1..{count}')
    sys.exit(failed != 0)


main()
