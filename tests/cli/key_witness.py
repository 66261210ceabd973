"""Debian's python3-cryptography reads what `bangvang key publish` wrote: signatures, lists and keys agree. Arguments: the folder of the keys, the published one."""
import base64, glob, json, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

keys, web = sys.argv[1:]
root, ca = (x509.load_der_x509_certificate(open(f'{web}/{n}.crt', 'rb').read()) for n in ('root', 'ca'))
lists = {n: x509.load_der_x509_crl(open(f'{web}/{n}.crl', 'rb').read()) for n in ('root', 'ca')}


def signed(by, signature, body, algorithm):
    by.public_key().verify(signature, body, ec.ECDSA(algorithm()))


signed(root, root.signature, root.tbs_certificate_bytes, hashes.SHA384)
signed(root, ca.signature, ca.tbs_certificate_bytes, hashes.SHA384)
assert lists['root'].is_signature_valid(root.public_key()) and lists['ca'].is_signature_valid(ca.public_key()) and len(list(lists['ca'])) == 0
assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 1
assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
assert ca.issuer == root.subject and ca.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == 'CA thử'

wanted = set()
for path in sorted(glob.glob(f'{web}/batch-*.crt')):
    leaf = x509.load_pem_x509_certificate(open(path, 'rb').read())
    signed(ca, leaf.signature, leaf.tbs_certificate_bytes, hashes.SHA256)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.digital_signature and usage.value.content_commitment and not usage.value.key_cert_sign
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ['did:web:chungchi.example.vn']
    key = leaf.public_key()
    if isinstance(key, ed25519.Ed25519PublicKey):
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
        wanted.add(key.public_bytes(Encoding.Raw, PublicFormat.Raw))
    else:
        extended = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert ExtendedKeyUsageOID.EMAIL_PROTECTION in extended and x509.ObjectIdentifier('1.3.6.1.5.5.7.3.36') in extended
        numbers = key.public_numbers()
        wanted.add(numbers.x.to_bytes(32, 'big') + numbers.y.to_bytes(32, 'big'))


def bits(text):
    return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))


published = {bits(k['x']) + bits(k.get('y', '')) for k in json.load(open(f'{web}/jwks.json'))['keys']}
assert len(wanted) == 4 and published == wanted, (wanted, published)
