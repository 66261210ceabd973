// Reads our published status lists with the reader of Digital Bazaar, which shares no code with ours:
//   node status.mjs STATUS-FOLDER DID.json CERTIFICATE.json…
// The signature of each list is verified, too. Prints a line for each certificate: its name, and what is set for it ("-" for nothing), or "NOT verified" and why.
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {documentLoader as loadContext} from './contexts.mjs';

const [folder, didPath, ...certificates] = process.argv.slice(2);
const did = JSON.parse(await readFile(didPath, 'utf8'));
const methods = new Map(did.verificationMethod.map(method => [method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method}]));
const suite = new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()});

async function documentLoader(url) {
  let document = url === did.id ? did : methods.get(url);
  const [, shard, purpose] = url.match(/\/status\/(\d+)\/(revocation|suspension)$/) ?? [];
  if (shard) {
    document = JSON.parse(await readFile(path.join(folder, shard, `${purpose}.json`), 'utf8'));
  }
  if (document) {
    return {contextUrl: null, documentUrl: url, document};
  }
  return url.startsWith('https://w3id.org/security/') ? vc.defaultDocumentLoader(url) : loadContext(url);
}

for (const certificate of certificates) {
  const credential = JSON.parse(await readFile(certificate, 'utf8'));
  const result = await checkStatus({credential, documentLoader, suite, verifyBitstringStatusListCredential: true});
  const set = (result.results ?? []).filter(({status}) => status).map(({credentialStatus: {statusPurpose}}) => statusPurpose);
  const why = result.error ?? (result.results ?? []).map(({error}) => error).find(error => error);
  const bad = why || (result.results ?? []).length !== 2 || result.results.some(({status}) => typeof status !== 'boolean');
  console.log(`${path.basename(certificate)} ${bad ? `NOT verified: ${why?.cause?.message ?? why?.message ?? 'no answer'}` : set.join('+') || '-'}`);
}
