#!/usr/bin/env python3
"""Arrows point down (STYLE §2): fails on any include that goes up or sideways, on a private header seen from another folder,
and on a third-party header outside the files that own it."""
import os, re, sys

ROOT = os.environ.get('BV_SOURCE') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
ALLOWED = {  # folder -> folders it may include
    'base': set(),
    'itembank': {'base'},
    'scoring': {'base'},
    'assembly': {'base', 'scoring'},
    'analysis': {'base', 'scoring'},
    'certs': {'base'},
    'registry': {'base', 'certs'},
    'engine': {'base', 'itembank', 'scoring', 'assembly', 'certs'},
    'tools': {'base', 'itembank', 'scoring', 'assembly', 'analysis', 'certs', 'registry', 'engine'},
}
DATA = {'tools/verify/page_files.h'}  # files that two programs hand out: no code
CERTS = {f'certs/{name}' for name in os.listdir(os.path.join(ROOT, 'certs')) if name.endswith('.h')}  # a header for each noun; those in its folders are private
PUBLIC = {'itembank': {'itembank/itembank.h'}, 'scoring': {'scoring/scoring.h', 'scoring/cholesky.h', 'scoring/distribution.h', 'scoring/irt/irt.h', 'scoring/setting/setting.h'}, 'analysis': {'analysis/analysis.h'}, 'assembly': {'assembly/assembly.h'}, 'certs': CERTS, 'registry': {'registry/registry.h'}, 'engine': {'engine/engine.h'}}
VERIFY_MAY = {'base', 'certs'}  # tools/verify is what outsiders audit
OWNERS = {  # third-party header prefix -> the only files that may include it
    'libxml/': {'base/xml.c', 'itembank/schema.c'},
    'sqlite3.h': {'base/sql_sqlite.c'},
    'libpq': {'base/sql_pgsql.c', 'base/sql_pgsql_stmt.c'},
    'zlib.h': {'base/deflate.c'},
    'jansson.h': {'base/json_thorough.c'},
    'cbor/': {'base/cbor.c'},
    'utf8proc.h': {'base/text.c'},
    'pcre2.h': {'itembank/pattern.c'},
    'zip.h': {'itembank/package.c'},
    'cairo': {'certs/page/'},
    'pango/': {'certs/page/'},
    'qrencode.h': {'certs/page/qr_symbol.c'},
    'coin/': {'assembly/mip.c'},
    'malloc.h': {'base/sandbox.c'},
    'seccomp.h': {'base/sandbox.c', 'tools/signer/filter.c'},
    'p11-kit/': {'certs/keys/pkcs11.c'},
    'curl/': {'base/http.c'},
    'microhttpd.h': {'tools/httpd/http.c', 'tools/witness/http.c'},
    'sys/epoll.h': {'tools/load/drive.c', 'tools/httpd/epoll.c'},
    'netdb.h': {'tools/load/link.c'},
    'arpa/inet.h': {'tools/httpd/address.c', 'tools/httpd/listen.c', 'tools/witness/http.c'},
    'netinet/': {'tools/httpd/http.c', 'tools/httpd/listen.c', 'tools/load/link.c', 'tools/witness/http.c'},
    'argon2.h': {'tools/httpd/password.c'},
    'openssl/ssl.h': {'tools/load/tls.c'},
    'openssl/err.h': {'tools/load/tls.c', 'certs/'},
    'openssl/': {'base/agree.c', 'base/cipher.c', 'base/hash.c', 'certs/', 'tools/httpd/totp.c'},
}
STANDARD = re.compile(r'^(assert|ctype|dirent|dlfcn|errno|fcntl|fenv|float|ftw|getopt|glob|inttypes|limits|locale|math|poll|pthread|sched|signal|'
                      r'stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|strings|termios|time|unistd|'
                      r'sys/(mman|prctl|random|resource|socket|stat|statvfs|syscall|time|types|un|wait|ioctl|file))\.h$')


def includes(path):
    with open(path, encoding='utf-8') as f:
        for number, line in enumerate(f, 1):
            m = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if m:
                yield number, m[1] == '<', m[2]


def faults(folder, rel):
    here = rel.split('/')[0]
    for number, system, name in includes(os.path.join(ROOT, rel)):
        where = f'{rel}:{number}'
        if system:
            if STANDARD.match(name):
                continue
            owners = next((o for prefix, o in OWNERS.items() if name.startswith(prefix)), None)
            if owners is None:
                yield f'{where}: <{name}> has no owner: name it in tests/style/layers.py'
            elif not any(rel == o or (not o.endswith('.c') and rel.startswith(o)) for o in owners):
                yield f'{where}: <{name}> belongs to {", ".join(sorted(owners))}'
            continue
        target = name.split('/')[0]
        if target == here:
            if here == 'tools' and name.split('/')[1] != rel.split('/')[1] and name not in DATA:
                yield f'{where}: a program does not include another program'
            continue
        if '/' not in name or target not in ALLOWED:
            yield f'{where}: "{name}" is not written from the root of the tree'
        elif target not in ALLOWED[here] or (rel.startswith('tools/verify/') and target not in VERIFY_MAY):
            yield f'{where}: {rel.rsplit("/", 1)[0]} may not include {name}'
        elif name not in PUBLIC.get(target, {name}):
            yield f'{where}: {name} is private to {target}'


def main():
    files = []
    for folder in ALLOWED:
        for top, _, names in os.walk(os.path.join(ROOT, folder)):
            files += [os.path.relpath(os.path.join(top, n), ROOT) for n in names if n.endswith(('.c', '.h'))]
    bad = [f for rel in sorted(files) for f in faults(rel.split('/')[0], rel)]
    for b in bad:
        print('#', b)
    print('ok' if not bad else 'not ok', f'1 - arrows point down in {len(files)} files')
    print('ok' if len(files) > 10 else 'not ok', '2 - there are files to look at')
    print('1..2')
    return bool(bad)


sys.exit(main())
