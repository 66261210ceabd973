"""What Debian's python3-pyld makes of each certificate of quads_make, on standard input, is compared with what we made of it; and one signature is
verified with python3-cryptography. Arguments: folder of contexts. No network: the contexts come from that folder, and are those that we pin."""
import hashlib, json, os, sys
from pyld import jsonld
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FILES = {
    'https://www.w3.org/ns/credentials/v2': 'credentials-v2.jsonld',
    'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json': 'ob-v3p0-3.0.3.json',
    'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json': 'ob-v3p0-extensions.json',
}
CONTEXTS = {url: json.load(open(os.path.join(sys.argv[1], name), encoding='utf-8')) for url, name in FILES.items()}


def load(url, options=None):
    return {'contextUrl': None, 'documentUrl': url, 'contentType': 'application/ld+json', 'document': CONTEXTS[url]}


def canonical(document):
    return jsonld.normalize(document, {'algorithm': 'URDNA2015', 'format': 'application/n-quads', 'documentLoader': load})


def base58(text):
    number = 0
    for c in text:
        number = number * 58 + '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'.index(c)
    return number.to_bytes((number.bit_length() + 7) // 8, 'big')


def verifies(document, proof):
    """EDDSA §3.2.2, with nothing of ours."""
    options = {'@context': document['@context'], **proof}
    signature = base58(options.pop('proofValue')[1:])
    message = b''.join(hashlib.sha256(canonical(x).encode()).digest() for x in (options, document))
    try:
        Ed25519PublicKey.from_public_bytes(base58(proof['verificationMethod'].split('#')[1][1:])[2:]).verify(signature, message)
        return True
    except InvalidSignature:
        return False


def main():
    count = 0
    for line in sys.stdin:
        said = json.loads(line)
        document = said['document']
        proofs = document.pop('proof')
        options = {'@context': document['@context'], **proofs[0]}
        del options['proofValue']
        for what, theirs, ours in (('certificate', canonical(document), said['quads']), ('options', canonical(options), said['optionsQuads'])):
            if theirs != ours:
                print(f'# {what} {count}: {json.dumps(document, ensure_ascii=False)}')
                for a, b in zip(theirs.splitlines(), ours.splitlines()):
                    if a != b:
                        print(f'# theirs {a}\n# ours   {b}')
                sys.exit(1)
        if count % 16 == 0:
            if not verifies(document, proofs[0]):
                sys.exit('signature')
            document['name'] += '!'
            if verifies(document, proofs[0]):
                sys.exit('a changed certificate verifies')
        count += 1
    print(f'# {count} certificates, the same quads')
    sys.exit(count == 0)


main()
