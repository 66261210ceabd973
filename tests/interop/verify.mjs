// Verifies a Bảng Vàng certificate with the verifier of Digital Bazaar, which shares no code with ours:
//   node verify.mjs CERTIFICATE.json DID.json [TIME] [--lists DIR] [--revoked PURPOSE#INDEX]…
// Each proof is looked at alone and then all together. The status lists that the certificate names are DIR/revocation and DIR/suspension, whose proofs are
// verified as well, or without DIR made up here: nothing is set in them but what --revoked says. Prints "verified" and exits 0, or says why not and exits 1. No network: what it may load is named below.
// Beyond the signature, every term must be defined by the contexts (JSON-LD safe mode), as 1EdTech asks of Open Badges.
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createVerifyCryptosuite as createJcs} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as rdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus, createCredential, createList} from '@digitalbazaar/vc-bitstring-status-list';
import jsonld from 'jsonld';
import {documentLoader as loadContext} from './contexts.mjs';

const suites = {'eddsa-rdfc-2022': () => rdfc, 'eddsa-jcs-2022': createJcs};

async function statusLists(credential, issuer, revoked, folder) {
  const lists = new Map();
  for (const {statusListCredential, statusPurpose} of [credential.credentialStatus ?? []].flat()) {
    if (folder) {
      lists.set(statusListCredential, JSON.parse(await readFile(`${folder}/${statusPurpose}`, 'utf8')));
      continue;
    }
    const list = await createList({length: 131072});
    revoked.filter(r => r.startsWith(`${statusPurpose}#`)).forEach(r => list.setStatus(Number(r.split('#')[1]), true));
    lists.set(statusListCredential, {...await createCredential({id: statusListCredential, list, statusPurpose}), issuer});
  }
  return lists;
}

function loader(didDocument, lists) {
  const methods = new Map(didDocument.verificationMethod.map(method => [method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method}]));
  return async url => {
    const document = url === didDocument.id ? didDocument : methods.get(url) ?? lists.get(url);
    if (document) {
      return {contextUrl: null, documentUrl: url, document};
    }
    return url.startsWith('https://w3id.org/security/') ? vc.defaultDocumentLoader(url) : loadContext(url);
  };
}

function fault(what, errors) {
  const messages = errors.flatMap(e => e?.errors ?? e ?? []).map(({message}) => message);
  return {verified: false, text: `NOT verified${what}: ${[...new Set(messages)].join('; ') || 'no proof'}`};
}

async function faultBy(names, credential, documentLoader, time, folder) {
  const result = await vc.verifyCredential({
    credential, documentLoader, ...(time && {now: time}),
    suite: names.map(name => new DataIntegrityProof({cryptosuite: suites[name]()})),
    checkStatus: options => checkStatus({...options, verifyBitstringStatusListCredential: Boolean(folder)}),
  });
  if (!result.verified) {
    result.results ??= [];
    result.results.push(...result.statusResult?.error ? [{error: result.statusResult.error.cause ?? result.statusResult.error}] : []);
    return fault(` by ${names.join(' and ') || 'any suite'}`, [result.error, ...(result.results ?? []).map(({error}) => error)]);
  }
  // It says "verified" of a revoked certificate, too.
  const set = (result.statusResult?.results ?? []).filter(({status}) => status).map(({credentialStatus: s}) => `${s.statusPurpose}#${s.statusListIndex}`);
  return set.length ? fault('', [new Error(`its status is ${set.join(' and ')}`)]) : null;
}

export async function verify(certificatePath, didPath, time, revoked = [], folder = '') {
  const credential = JSON.parse(await readFile(certificatePath, 'utf8'));
  const didDocument = JSON.parse(await readFile(didPath, 'utf8'));
  const documentLoader = loader(didDocument, await statusLists(credential, didDocument.id, revoked, folder));
  const named = [credential.proof ?? []].flat().map(({cryptosuite}) => cryptosuite).filter(name => suites[name]);

  const tries = [...named.map(name => [name]), ...(named.length === 1 ? [] : [named])];
  const found = await Promise.all(tries.map(names => faultBy(names, credential, documentLoader, time, folder)));
  const faults = found.filter(fault => fault);
  if (faults.length) {
    return {verified: false, refusedByAll: faults.length === tries.length, text: faults.map(({text}) => text).join('; ')};
  }
  try {
    const {proof, ...document} = credential;
    const quads = await jsonld.canonize(document, {algorithm: 'RDFC-1.0', format: 'application/n-quads', safe: true, documentLoader});
    return {verified: true, text: `verified by ${named.join(' and ')} (${quads.split('\n').length - 1} statements)`};
  } catch (error) {
    return {...fault(': JSON-LD', [error]), refusedByAll: true};
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const operands = process.argv.slice(2);
  const take = (name, found = []) => {
    for (let at; (at = operands.indexOf(name)) >= 0;) {
      found.push(operands.splice(at, 2)[1]);
    }
    return found;
  };
  const revoked = take('--revoked');
  const [folder] = take('--lists');
  if (operands.length < 2) {
    console.error('Usage: node verify.mjs CERTIFICATE.json DID.json [TIME] [--lists DIR] [--revoked PURPOSE#INDEX]…');
    process.exit(64);
  }
  const {verified, text} = await verify(...operands.slice(0, 2), operands[2], revoked, folder);
  console.log(text);
  process.exit(verified ? 0 : 1);
}
