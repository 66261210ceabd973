"""Reads our published token status list with jwcrypto and zlib, which share no code with ours:  verify_token.py TOKEN.jwt DID.json INDEX…
Prints the status of each entry, or "NOT verified" and why."""
import base64, json, sys, zlib
from jwcrypto import jwk, jws

BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'


def key_of(multikey):
    """CID §2.2.2 multikey of P-256, by the curve's own arithmetic."""
    n = 0
    for c in multikey[1:]:
        n = n * 58 + BASE58.index(c)
    raw = n.to_bytes((n.bit_length() + 7) // 8, 'big')
    assert raw[:2] == b'\x80\x24' and len(raw) == 35, 'no multikey of P-256'
    p = 2**256 - 2**224 + 2**192 + 2**96 - 1
    b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
    x = int.from_bytes(raw[3:], 'big')
    y = pow((x**3 - 3 * x + b) % p, (p + 1) // 4, p)
    if y % 2 != raw[2] % 2:
        y = p - y
    text = lambda v: base64.urlsafe_b64encode(v.to_bytes(32, 'big')).rstrip(b'=').decode()
    return jwk.JWK(kty='EC', crv='P-256', x=text(x), y=text(y))


def main(token_path, did_path, *indices):
    with open(token_path, encoding='ascii') as f:
        token = f.read()
    with open(did_path, encoding='utf-8') as f:
        did = json.load(f)
    message = jws.JWS()
    message.deserialize(token)
    header = json.loads(message.objects['protected'])
    method = next(m for m in did['verificationMethod'] if m['id'] == header['kid'])
    assert header['kid'] in did['assertionMethod'] and header['typ'] == 'statuslist+jwt' and header['alg'] == 'ES256', header
    message.verify(key_of(method['publicKeyMultibase']), alg='ES256')
    claims = json.loads(message.payload)
    assert claims['iss'] == did['id'] and claims['exp'] > claims['iat'] and claims['sub'].endswith('/token'), claims
    of = claims['status_list']
    entries = zlib.decompress(base64.urlsafe_b64decode(of['lst'] + '=' * (-len(of['lst']) % 4)))
    assert of['bits'] == 2 and len(entries) * 4 == 131072
    print(' '.join(str(entries[int(i) // 4] >> int(i) % 4 * 2 & 3) for i in indices))


try:
    main(*sys.argv[1:])
except Exception as error:
    print('NOT verified:', error or type(error).__name__)
    sys.exit(1)
