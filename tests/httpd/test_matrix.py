#!/usr/bin/env python3
"""Every role × every route, against matrix.txt: '+' whoever has the role gets past the door, '-' not. A route that is not in the file fails."""
import json, os, re, subprocess, sys
from daemon import BANGVANGD, Daemon, check, finish
from staff import FAST, add, candidate, sign_in, staff

ROLES = ['scheme-owner', 'bank-author', 'bank-reviewer', 'trustee', 'centre-head', 'proctor', 'marker', 'adjudicator', 'signer', 'auditor']
COLUMNS = ['public', 'partial', 'candidate'] + ROLES


def expected():
    rows = {}
    for line in open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'matrix.txt'), encoding='utf-8'):
        if line.strip() and not line.startswith('#'):
            method, path, *cells = line.split()
            assert len(cells) == len(COLUMNS) and set(cells) <= {'+', '-'}, line
            rows[method, path] = dict(zip(COLUMNS, cells))
    return rows


def main():
    doc = json.loads(subprocess.run([BANGVANGD, '--openapi'], stdout=subprocess.PIPE, text=True).stdout)
    routes = {(m.upper(), p) for p, item in doc['paths'].items() for m in item}
    rows = expected()
    check(routes == set(rows), 'matrix.txt has every route, and no other', routes ^ set(rows))
    with Daemon(**FAST, second_factor='no', rate_sign_in='60000/min burst 6000', rate_account='60000/min burst 6000', rate_api='60000/min burst 6000', rate_verify='60000/min burst 6000',
                trusted_proxies='192.0.2.1') as d:
        clients = {r: staff(d, f'one-{r}', r) for r in ROLES}
        clients['public'] = d.client()
        clients['partial'], _ = sign_in(d, 'partial', add(d, 'partial', 'scheme-owner'))
        clients['candidate'] = candidate(d, 1)
        for (method, path), row in sorted(rows.items()):
            if (method, path) == ('DELETE', '/api/session'):
                continue  # ends what the others need: below
            concrete = re.sub(r'{[^}]+}', 'nothing', path)
            op = doc['paths'][path][method.lower()]
            for who, cell in row.items():
                # An empty object fits no schema of ours: whoever may pass is told so. As through a proxy, so that nobody is local.
                kind = next(iter(op['requestBody']['content'])) if 'requestBody' in op else None
                more = {'Content_Type': f'{kind}; boundary=x'} if kind == 'multipart/form-data' else {}
                a = clients[who](method, concrete, {} if kind else None, X_Forwarded_For='198.51.100.1', **more)
                passed = a.status not in (401, 403)
                if not (passed == (cell == '+') and a.status != 429 and (cell == '+' or a.status == (401 if who == 'public' else 403))):
                    check(False, f'{method} {path} by {who}: {cell}, answered {a.status}', a)
                elif who == COLUMNS[-1]:
                    check(True, f'{method} {path}: {"".join(row.values())}')
        for who, cell in rows['DELETE', '/api/session'].items():
            a = clients[who]('DELETE', '/api/session')
            check((a.status == 204) == (cell == '+'), f'DELETE /api/session by {who}: {a.status}')
    finish()


main()
