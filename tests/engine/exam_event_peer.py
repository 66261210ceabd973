#!/usr/bin/env python3
"""Events of exams by a second implementation, written from doc/ledger.md: every body is the RFC 8785 form of what it says (no number in it is a
fraction, no name needs more than byte order), and every hash is that of the description."""
import hashlib, json, struct, subprocess, sys

rows = subprocess.run([sys.argv[1]], check=True, capture_output=True).stdout.decode().splitlines()
bad = 0
acts = set()
for row in rows:
    name, attempt, seq, at, act, prev, digest, body = row.split('\t')
    value = json.loads(body)
    canonical = json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
    data = body.encode()
    head = (b'BV-EVENT-1'.ljust(32, b'\0') + hashlib.sha256(name.encode()).digest() + struct.pack('>qqqH', int(attempt), int(seq), int(at), int(act))
            + bytes.fromhex(prev) + struct.pack('>I', len(data)) + hashlib.sha256(data).digest())
    acts.add(act)
    if canonical != body or hashlib.sha256(head).hexdigest() != digest or 'author' not in value:
        bad += 1
        print('#', row)
print('ok' if not bad else 'not ok', f'1 - {len(rows)} events: canonical, and hashed as described')
print('ok' if len(acts) > 20 and len(rows) == 2000 else 'not ok', f'2 - of {len(acts)} acts')
print('1..2')
sys.exit(bool(bad))
