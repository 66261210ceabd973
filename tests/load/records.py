"""Histories of bangvang-load, read and written a second time, by doc/load.md."""
import struct

HEAD = struct.Struct('<BBHIqIIqqII')
GET, SIGN_IN, START, SAVE, READ, SUBMIT = range(6)
OK, REFUSED, UNKNOWN = range(3)


class Op:
    def __init__(self, kind, outcome, status=200, item=0, attempt=1, lease=1, number=0, begun=0, ended=0, value=b'', body=b''):
        self.kind, self.outcome, self.status, self.item, self.attempt, self.lease = kind, outcome, status, item, attempt, lease
        self.number, self.begun, self.ended, self.value, self.body = number, begun, ended, value, body


def read(path):
    data = open(path, 'rb').read()
    assert data[:8] == b'BVLOAD1\n' and data[-16:-8] == b'BVLOADE\n'
    at, ops = 8, []
    while at < len(data) - 16:
        kind, outcome, status, item, attempt, lease, number, begun, ended, v, b = HEAD.unpack_from(data, at)
        at += HEAD.size
        ops.append(Op(kind, outcome, status, item, attempt, lease, number, begun, ended, data[at:at + v], data[at + v:at + v + b]))
        at += v + b
    assert struct.unpack('<Q', data[-8:])[0] == len(ops)
    return ops


def write(path, ops):
    with open(path, 'wb') as f:
        f.write(b'BVLOAD1\n')
        for o in ops:
            f.write(HEAD.pack(o.kind, o.outcome, o.status, o.item, o.attempt, o.lease, o.number, o.begun, o.ended, len(o.value), len(o.body)) + o.value + o.body)
        f.write(b'BVLOADE\n' + struct.pack('<Q', len(ops)))
