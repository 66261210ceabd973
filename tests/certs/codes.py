"""The vectors of test_code.c: codes of certificates, by multiplication in GF(2^5)."""
import hashlib

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def times(a, b):
    r = 0
    while b:
        if b & 1:
            r ^= a
        a <<= 1
        if a & 32:
            a ^= 0b100101
        b >>= 1
    return r


def power(n):
    return times(2, power(n - 1)) if n else 1


def code(id):
    bits = int.from_bytes(hashlib.sha256(b"BV-CODE-1\0" + id.encode()).digest(), "big") >> (256 - 55)
    values = [(bits >> (5 * (10 - i))) & 31 for i in range(11)]
    check = 0
    for i, v in enumerate(values):
        check ^= times(v, power(11 - i))
    text = "".join(LETTERS[v] for v in values + [check])
    return "-".join(text[i:i + 4] for i in (0, 4, 8))


if __name__ == "__main__":
    for id in ("urn:uuid:00000000-0000-4000-8000-000000000000", "urn:uuid:6f3bd2a1-9c47-4e58-b1d0-2a7c5e9f8b34", "urn:uuid:ffffffff-ffff-4fff-bfff-ffffffffffff"):
        print(id, code(id))
