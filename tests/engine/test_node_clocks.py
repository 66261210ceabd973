#!/usr/bin/env python3
"""Nodes of one PostgreSQL on machines whose clocks are wrong, in earnest: faketime and time namespaces. argv: ledger_clock. What is left of an attempt's two hours is
what has really passed, whichever node is asked; a node whose clock runs away is not believed."""
import os, shutil, subprocess, sys, time
sys.path.insert(0, os.path.join(os.environ['BV_SOURCE'], 'tests/httpd'))
from database import Cluster

OWN = 7200000
LOOK = sys.argv[1]
done = 0


def check(good, what, seen=''):
    global done
    done += 1
    print(f'{"ok" if good else "not ok"} {done} - {what}' + (f': {seen}' if seen else ''))


def look(url, *before, verb='look'):
    real = {**os.environ, 'DONT_FAKE_MONOTONIC': '1', 'FAKETIME_DONT_FAKE_MONOTONIC': '1'}
    r = subprocess.run([*before, LOOK, url, verb], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=real)
    return r.stdout.strip()


def main():
    url = Cluster().url()
    out = look(url, verb='new')
    began = time.monotonic()
    check(out.endswith('runs started'), 'an attempt has two hours', out)

    def same(out, what):
        words = out.split()
        passed = (time.monotonic() - began) * 1000
        check(len(words) == 4 and OWN - passed - 1500 <= int(words[0]) <= OWN and words[2:] == ['runs', 'started'], what, out)
    same(look(url), 'another node of the same machine')
    if shutil.which('faketime'):
        for step in ('+3h', '-3h', '+400d', '-400d'):
            same(look(url, 'faketime', '-f', step), f'a node whose wall clock is off by {step}: that of the database counts')
    else:
        print('# SKIP faketime is not installed')
    if subprocess.run(['unshare', '-T', '--fork', 'true'], stderr=subprocess.DEVNULL).returncode == 0:
        for step in ('3600', '86400', '-60'):
            same(look(url, 'unshare', '-T', f'--boottime={step}', f'--monotonic={step}', '--fork'), f'a node whose machine counts {step} s more since its boot')
    else:
        print('# SKIP no time namespaces here')
    print(f'1..{done}')


main()
