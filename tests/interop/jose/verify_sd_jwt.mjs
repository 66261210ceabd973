// Verifies a certificate as SD-JWT VC with npm's @sd-jwt/sd-jwt-vc, which shares no code with ours:
//   node verify_sd_jwt.mjs CERTIFICATE.sd-jwt DID.json [TIME]
// and prints what is disclosed. With --present CLAIM[,CLAIM…] in place of TIME it makes a presentation of these claims, and prints that.
import {readFile} from 'node:fs/promises';
import {createVerify} from 'node:crypto';
import {createPublicKey} from 'node:crypto';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import {digest, generateSalt} from '@sd-jwt/crypto-nodejs';
import {base58btcDecode, jwkOfMultikey} from './multikey.mjs';

const [path, didPath, time, claims] = process.argv.slice(2);
if (!didPath) {
  console.error('Usage: node verify_sd_jwt.mjs CERTIFICATE.sd-jwt DID.json [TIME | --present CLAIM,…]');
  process.exit(64);
}
try {
  const text = (await readFile(path, 'utf8')).trim();
  const did = JSON.parse(await readFile(didPath, 'utf8'));
  const {kid, typ} = JSON.parse(Buffer.from(text.split('.')[0], 'base64url'));
  const method = did.verificationMethod.find(({id}) => id === kid);
  if (typ !== 'dc+sd-jwt' || !method || !did.assertionMethod.includes(kid)) {
    throw new Error(`typ ${typ}, no key ${kid}`);
  }
  const key = createPublicKey({key: jwkOfMultikey(base58btcDecode(method.publicKeyMultibase)), format: 'jwk'});
  const verifier = (data, signature) =>
    createVerify('SHA256').update(data).verify({key, dsaEncoding: 'ieee-p1363'}, Buffer.from(signature, 'base64url'));
  const sdJwt = new SDJwtVcInstance({hasher: digest, hashAlg: 'sha-256', saltGenerator: generateSalt, verifier,
    statusListFetcher: () => { throw new Error('no network'); }, statusVerifier: verifier});
  if (time === '--present') {
    const frame = {};
    for (const claim of claims.split(',')) {
      const parts = claim.split('.');
      parts.reduce((at, part, i) => at[part] ??= i + 1 < parts.length ? {} : true, frame);
    }
    console.log(await sdJwt.present(text, frame));
  } else {
    const {payload} = await sdJwt.verify(text, time ? {currentDate: Date.parse(time) / 1000} : undefined);
    console.log('verified ' + JSON.stringify(payload));
  }
} catch (error) {
  console.log('NOT verified: ' + error.message);
  process.exit(1);
}
