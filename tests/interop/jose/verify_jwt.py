#!/usr/bin/python3
"""Verifies a certificate as VC-JWT with Debian's python3-jwcrypto, which shares no code with ours: verify_jwt.py CERTIFICATE.jwt DID.json"""
import json, sys
from jwcrypto import jwk, jws
import multikey

token = open(sys.argv[1], encoding='utf-8').read().strip()
did = json.load(open(sys.argv[2], encoding='utf-8'))
try:
    found = jws.JWS()
    found.deserialize(token)
    kid = found.jose_header['kid']
    method = next(m for m in did['verificationMethod'] if m['id'] == kid and kid in did['assertionMethod'])
    key = jwk.JWK.from_pyca(multikey.p256(method['publicKeyMultibase']))
    found.allowed_algs = ['ES256']
    found.verify(key)
    claims = json.loads(found.payload)
except Exception as error:
    print(f'NOT verified: {type(error).__name__} {error}')
    sys.exit(1)
print('verified', claims['jti'])
