#!/usr/bin/env python3
"""TAP: what test_exponential.c must get, summed in Python; the constant in it is SHA-256 of the bits of all results."""
import hashlib
import hmac
import pathlib
import re
import struct
from fractions import Fraction
from math import factorial

KEY = b'test/exponential'.ljust(32, b'\0')
LN2_HIGH, LN2_LOW, LN2_INVERSE = (float.fromhex(x) for x in ('0x1.62e42feep-1', '0x1.a39ef35793c76p-33', '0x1.71547652b82fep+0'))
E = [float(Fraction(1, factorial(n))) for n in range(14)]
L = [float(Fraction(2, 2 * n + 1)) for n in range(12)]


def words():
    counter = 0
    while True:
        block = hmac.new(KEY, b'BV-DRAW-1\0' + struct.pack('>Q', counter), hashlib.sha256).digest()
        counter += 1
        yield from struct.unpack('>4Q', block)


def exponential(x):
    if x < -700:
        return 0.0
    n = int(x * LN2_INVERSE + (-0.5 if x < 0 else 0.5))
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    r2 = r * r
    r4 = r2 * r2
    low = (E[2] + r * E[3]) + r2 * (E[4] + r * E[5])
    middle = (E[6] + r * E[7]) + r2 * (E[8] + r * E[9])
    high = (E[10] + r * E[11]) + r2 * (E[12] + r * E[13])
    return (1 + (r + r2 * (low + r4 * (middle + r4 * high)))) * 2.0 ** n


def logarithm(x):
    bits, = struct.unpack('<Q', struct.pack('<d', x))
    e = (bits >> 52) - 1023
    m, = struct.unpack('<d', struct.pack('<Q', bits & 0xfffffffffffff | 0x3ff0000000000000))
    if m >= 1.5:
        m *= 0.5
        e += 1
    s = (m - 1) / (m + 1)
    q = s * s
    q2 = q * q
    q4 = q2 * q2
    low = (L[1] + q * L[2]) + q2 * (L[3] + q * L[4])
    middle = (L[5] + q * L[6]) + q2 * (L[7] + q * L[8])
    high = (L[9] + q * L[10]) + q2 * L[11]
    return (2 * s + s * q * (low + q4 * (middle + q4 * high)) + e * LN2_LOW) + e * LN2_HIGH


stream, total = words(), hashlib.sha256()
for i in range(200000):
    unit = (next(stream) >> 11) * 2.0 ** -53
    e = exponential((16 if i % 3 else 1400) * unit - (8 if i % 3 else 700))
    total.update(struct.pack('<ddd', e, logarithm(e), logarithm(0.5 + unit)))
source = (pathlib.Path(__file__).parent / 'test_exponential.c').read_text()
same = re.search(r'same\[\] = "(\w+)"', source)[1] == total.hexdigest()
print(f"{'ok' if same else 'not ok'} 1 - the sums in Python are the constant of the test: {total.hexdigest()}\n1..1")
