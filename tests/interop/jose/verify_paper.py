#!/usr/bin/python3
"""Verifies the text of a paper certificate's QR symbol as doc/envelopes.md describes it, with Debian's python3-cbor2 and python3-cryptography, which share no
code with ours:
    verify_paper.py TEXT DID.json TIME        prints the claims as JSON, exit status 0; or why not, 1
    verify_paper.py --delegate FOLDER DAY     makes an authority, lets the key in FOLDER/p256.pem sign for 30 days from DAY, writes FOLDER/p256.delegation
                                              and names the authority in FOLDER/did.json"""
import base64, datetime, json, sys
import cbor2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
import multikey

DIGITS = {3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7}


def seconds(text):
    return int(datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp())


def bytes_of(text):
    text = text.strip().split('#', 1)[1]
    if not text.isdigit():
        return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))
    groups = [text[i:i + 17] for i in range(0, len(text), 17)]
    return b''.join(int(g).to_bytes(DIGITS[len(g)], 'big') for g in groups)


def check(key, signature, message):
    r, s = int.from_bytes(signature[:32], 'big'), int.from_bytes(signature[32:], 'big')
    if len(signature) != 64:
        raise ValueError('a signature of another length')
    key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))


def methods(did, relation):
    for method in did['verificationMethod']:
        if method['id'] in did.get(relation, []) and method.get('publicKeyMultibase', '').startswith('zDn'):
            yield multikey.p256(method['publicKeyMultibase'])


def key_of(kid, did, issued):
    if len(kid) == 8:
        return next(k for k in methods(did, 'assertionMethod') if multikey.thumbprint(k)[:8] == kid)
    signed, signature = kid[:42], kid[42:]
    authority = next(k for k in methods(did, 'capabilityDelegation') if multikey.thumbprint(k)[:4] == signed[38:])
    check(authority, signature, b'BV-DELEGATION-1\0' + signed)
    start = int.from_bytes(signed[33:37], 'big')
    if not start <= issued < start + signed[37] * 86400:
        raise ValueError('signed outside the window of its key')
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), signed[:33])


def values_of(data):
    values, word, shift = [], 0, 0
    for byte in data:
        word |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            zigzag, places = word >> 3, word & 7
            n = -(zigzag + 1 >> 1) if zigzag & 1 else zigzag >> 1
            values.append(None if places == 7 else f'{n / 10 ** places:.{places}f}')
            word = shift = 0
    return values


def verify(text, did, now):
    tag = cbor2.loads(bytes_of(text))
    if tag.tag != 18:
        raise ValueError('not a COSE_Sign1')
    protected, unprotected, payload, signature = tag.value
    if cbor2.loads(protected) != {1: -7}:
        raise ValueError('not ES256')
    claims = cbor2.loads(payload)
    check(key_of(unprotected[4], did, claims[6]), signature, cbor2.dumps(['Signature1', protected, b'', payload]))
    if not claims[5] <= now < claims.get(4, now + 1):
        raise ValueError('not valid at that time')
    facts = claims[-65537]
    names = ['', 'name', 'birth', 'licence', 'programme', 'level', 'decision', 'results', 'status', 'logIndex', 'leaf', 'awarded']
    shown = {names[k]: v.hex() if isinstance(v, bytes) else v for k, v in facts.items()}
    shown['results'] = values_of(facts.get(7, b''))
    if 'birth' in shown:
        shown['birth'] = str(datetime.date(1970, 1, 1) + datetime.timedelta(days=shown['birth']))
    return shown


def delegate(folder, day):
    authority = ec.generate_private_key(ec.SECP256R1())
    with open(f'{folder}/p256.pem', 'rb') as f:
        batch = serialization.load_pem_private_key(f.read(), None).public_key()
    signed = multikey.point(batch) + seconds(day).to_bytes(4, 'big') + bytes([30]) + multikey.thumbprint(authority.public_key())[:4]
    r, s = decode_dss_signature(authority.sign(b'BV-DELEGATION-1\0' + signed, ec.ECDSA(hashes.SHA256())))
    with open(f'{folder}/p256.delegation', 'w', encoding='ascii') as f:
        f.write(multikey.b64u(signed + r.to_bytes(32, 'big') + s.to_bytes(32, 'big')) + '\n')
    with open(f'{folder}/did.json', encoding='utf-8') as f:
        did = json.load(f)
    text = multikey.write(authority.public_key())
    did['verificationMethod'].append({'id': f'{did["id"]}#{text}', 'type': 'Multikey', 'controller': did['id'], 'publicKeyMultibase': text})
    did['capabilityDelegation'] = [f'{did["id"]}#{text}']
    with open(f'{folder}/did.json', 'w', encoding='utf-8') as f:
        json.dump(did, f)


def main():
    if sys.argv[1] == '--delegate':
        delegate(*sys.argv[2:])
        return
    try:
        with open(sys.argv[1], encoding='utf-8') as text, open(sys.argv[2], encoding='utf-8') as did:
            print(json.dumps(verify(text.read(), json.load(did), seconds(sys.argv[3])), ensure_ascii=False, sort_keys=True))
    except Exception as error:
        print(f'NOT verified: {type(error).__name__} {error}')
        sys.exit(1)


main()
