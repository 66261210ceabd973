#!/usr/bin/env python3
"""What a PDF's seal covers and the seal itself, as two files for `openssl cms`: pdf_parts.py FILE.pdf CONTENT SIGNATURE. Shares nothing with our reader."""
import re, sys

pdf = open(sys.argv[1], 'rb').read()
ranges = re.findall(rb'/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]', pdf)
assert len(ranges) == 1, f'{len(ranges)} seals'
a, b, c, d = map(int, ranges[0])
assert a == 0 and pdf[b:b + 1] == b'<' and pdf[c - 1:c] == b'>'
der = bytes.fromhex(pdf[b + 1:c - 1].decode())
assert der[0] == 0x30 and der[1] & 0x80
count = der[1] & 0x7f
der = der[:2 + count + int.from_bytes(der[2:2 + count], 'big')]
open(sys.argv[2], 'wb').write(pdf[a:a + b] + pdf[c:c + d])
open(sys.argv[3], 'wb').write(der)
