#!/usr/bin/env python3
"""The draws of doc/random.md, written from that page alone, are those that test_session.c expects of the C code."""
import hashlib, hmac, os, struct, sys


class Stream:
    def __init__(self, key):
        self.key, self.block, self.words = key, 0, []

    def word(self):
        if not self.words:
            digest = hmac.new(self.key, b'BV-DRAW-1\0' + struct.pack('>Q', self.block), hashlib.sha256).digest()
            self.words, self.block = list(struct.unpack('>4Q', digest)), self.block + 1
        return self.words.pop(0)

    def below(self, n):
        while (w := self.word()) >= 2**64 // n * n:
            pass
        return w % n

    def integer(self, low, high, step=1):
        return low + step * self.below((high - low) // step + 1)

    def real(self, low, high):
        return low + (self.word() >> 11) * 2.0**-53 * (high - low)


def attempt(seed, n):
    return Stream(hmac.new(seed, b'BV-RESPONSE-1\0' + struct.pack('>Q', n), hashlib.sha256).digest())


def expected():
    seed = bytes(range(32))
    clone = Stream(seed)
    yield 'RANDOM_A', '%d' % clone.integer(-10, 1000000, 7)
    yield 'RANDOM_B', '%r' % clone.real(-1, 2)
    yield 'RANDOM_C', 'xyz'[clone.below(3)]
    yield 'RANDOM_R1', '%d' % attempt(seed, 1).integer(0, 999999999)
    yield 'RANDOM_R2', '%d' % attempt(seed, 2).integer(0, 999999999)


def main():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'test_session.c'), encoding='utf-8') as f:
        source = f.read()
    bad = 0
    for i, (name, value) in enumerate(expected(), 1):
        line = f'#define {name} "{value}"'
        bad += line not in source
        print('ok' if line in source else 'not ok', i, '-', line)
    print(f'1..{i}')
    sys.exit(bad > 0)


if __name__ == '__main__':
    main()
