#!/usr/bin/python3
"""Writes a tampered twin: what a forger changes, under the old signature. tamper.py KIND FILE OLD NEW
jwt: OLD by NEW in the JSON of the payload; disclosure: in the JSON of a disclosure; qr: in the bytes, which have as many of each."""
import base64, sys

kind, path, old, new = sys.argv[1:]
text = open(path, encoding='utf-8').read().strip()


def decode(part):
    return base64.urlsafe_b64decode(part + '=' * (-len(part) % 4)).decode()


def encode(json):
    return base64.urlsafe_b64encode(json.encode()).rstrip(b'=').decode()


if kind == 'jwt':
    parts = text.split('.', 2)
    changed = decode(parts[1]).replace(old, new, 1)
    text = '.'.join([parts[0], encode(changed), parts[2]])
elif kind == 'disclosure':
    parts = text.split('~')
    i = next(i for i, part in enumerate(parts) if i and part and old in decode(part))
    parts[i] = encode(decode(parts[i]).replace(old, new, 1))
    text = '~'.join(parts)
else:
    page, digits = text.split('#')
    lengths = {3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7}
    digits_of = {v: k for k, v in lengths.items()}
    data = b''.join(int(g).to_bytes(lengths[len(g)], 'big') for g in (digits[i:i + 17] for i in range(0, len(digits), 17)))
    assert old.encode() in data and len(old.encode()) == len(new.encode())
    data = data.replace(old.encode(), new.encode(), 1)
    groups = [data[i:i + 7] for i in range(0, len(data), 7)]
    text = page + '#' + ''.join(f"{int.from_bytes(g, 'big'):0{digits_of[len(g)]}d}" for g in groups)
print(text)
