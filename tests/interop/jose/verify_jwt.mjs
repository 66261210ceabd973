// Verifies a certificate as VC-JWT with npm's jose, which shares no code with ours:
//   node verify_jwt.mjs CERTIFICATE.jwt DID.json [TIME]
// The key is looked up by kid among the methods of the DID document; then OB 3.0 §8.2.4: typ, the header's names, and the claims that repeat the certificate.
import {webcrypto} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {importJWK, jwtVerify, decodeProtectedHeader} from 'jose';
import {base58btcDecode, jwkOfMultikey} from './multikey.mjs';

globalThis.crypto ??= webcrypto; // Node.js 18 does not have it there

const [path, didPath, time] = process.argv.slice(2);
if (!didPath) {
  console.error('Usage: node verify_jwt.mjs CERTIFICATE.jwt DID.json [TIME]');
  process.exit(64);
}

function need(good, what) {
  if (!good) {
    throw new Error(what);
  }
}

try {
  const jwt = (await readFile(path, 'utf8')).trim();
  const did = JSON.parse(await readFile(didPath, 'utf8'));
  const header = decodeProtectedHeader(jwt);
  const method = did.verificationMethod.find(({id}) => id === header.kid);
  need(method && did.assertionMethod.includes(header.kid), `no key ${header.kid}`);
  need(Object.keys(header).every(name => ['alg', 'kid', 'jwk', 'typ'].includes(name)), 'a header that OB does not allow');
  const key = await importJWK(jwkOfMultikey(base58btcDecode(method.publicKeyMultibase)), 'ES256');
  const {payload} = await jwtVerify(jwt, key, {algorithms: ['ES256'], typ: 'JWT', issuer: did.id, ...(time && {currentDate: new Date(time)})});
  need(payload.jti === payload.id && payload.sub === payload.credentialSubject.id && payload.iss === payload.issuer.id, 'claims that differ');
  need(payload.nbf === Date.parse(payload.validFrom) / 1000, 'nbf differs from validFrom');
  need(payload.validUntil === undefined || payload.exp === Date.parse(payload.validUntil) / 1000, 'exp differs from validUntil');
  console.log(`verified ${payload.credentialSubject.result.map(({value, status}) => value ?? status).join(' ')}`);
} catch (error) {
  console.log('NOT verified: ' + error.message);
  process.exit(1);
}
