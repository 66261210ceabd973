// Multikeys of P-256 (W3C CID §2.2.2) as JSON Web Keys.
import {createPublicKey} from 'node:crypto';

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

export function base58btcDecode(text) {
  if (text[0] !== 'z') {
    throw new Error('not base58btc');
  }
  let n = 0n;
  for (const c of text.slice(1)) {
    n = n * 58n + BigInt(alphabet.indexOf(c));
  }
  return Buffer.from(n.toString(16).padStart(70, '0'), 'hex');
}

// OpenSSL finds y: SubjectPublicKeyInfo with a compressed point.
export function jwkOfMultikey(bytes) {
  if (bytes.length !== 35 || bytes[0] !== 0x80 || bytes[1] !== 0x24) {
    throw new Error('not a multikey of P-256');
  }
  const head = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');
  return createPublicKey({key: Buffer.concat([head, bytes.subarray(2)]), format: 'der', type: 'spki'}).export({format: 'jwk'});
}
