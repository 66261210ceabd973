"""Multikeys of P-256 (W3C CID §2.2.2), and thumbprints (RFC 7638), with Debian's python3-cryptography."""
import base64, hashlib, json
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'


def p256(text):
    n = 0
    for c in text[1:]:
        n = n * 58 + ALPHABET.index(c)
    data = n.to_bytes(35, 'big')
    if text[0] != 'z' or data[:2] != b'\x80\x24':
        raise ValueError('not a multikey of P-256')
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data[2:])


def write(key):
    n = int.from_bytes(b'\x80\x24' + point(key), 'big')
    text = ''
    while n:
        n, rest = divmod(n, 58)
        text = ALPHABET[rest] + text
    return 'z' + text


def point(key):
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def thumbprint(key):
    n = key.public_numbers()
    jwk = {'crv': 'P-256', 'kty': 'EC', 'x': b64u(n.x.to_bytes(32, 'big')), 'y': b64u(n.y.to_bytes(32, 'big'))}
    return hashlib.sha256(json.dumps(jwk, separators=(',', ':'), sort_keys=True).encode()).digest()
