// Verifies a Bảng Vàng certificate with @digitalcredentials/verifier-core, the verifier of VerifierPlus and of the Learner Credential Wallet, which knows
// eddsa-rdfc-2022 only: node core.mjs CERTIFICATE.json DID.json [DIR]. By its own clock.
// What it asks the network for is answered from here: the issuer's DID document, the contexts, the status lists DIR/revocation and DIR/suspension; a schema
// that takes everything, in place of 1EdTech's.
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {documentLoader} from './contexts.mjs';

let didDocument;
let lists = new Map();
const answers = url => url.endsWith('/did.json') ? didDocument : url.includes('/schema/') ? {} : lists.get(url);
globalThis.fetch = async request => {
  const {href} = new URL(request.url ?? request);
  try {
    return Response.json(answers(href) ?? (await documentLoader(href)).document);
  } catch {
    return new Response('{}', {status: 404});
  }
};
const {verifyCredential} = await import('@digitalcredentials/verifier-core');

async function readLists(credential, folder) {
  const entries = [credential.credentialStatus ?? []].flat();
  const read = async ({statusPurpose, statusListCredential}) => [statusListCredential, JSON.parse(await readFile(`${folder}/${statusPurpose}`, 'utf8'))];
  return new Map(folder ? await Promise.all(entries.map(read)) : []);
}

export async function verify(certificatePath, didPath, time, revoked, folder) {
  const credential = JSON.parse(await readFile(certificatePath, 'utf8'));
  lists = await readLists(credential, folder);
  didDocument = JSON.parse(await readFile(didPath, 'utf8'));
  const {errors, log = []} = await verifyCredential({credential, knownDIDRegistries: []});
  const steps = Object.fromEntries(log.map(({id, valid, error}) => [id, error ? error.name : valid]));
  const verified = !errors && steps.valid_signature === true && steps.expiration === true && (steps.revocation_status ?? true) === true;
  return {verified, refusedByAll: !verified, text: `${verified ? 'verified' : 'NOT verified'}: ${errors?.map(({message}) => message).join('; ') ?? JSON.stringify(steps)}`};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.length < 4) {
    console.error('Usage: node core.mjs CERTIFICATE.json DID.json [DIR]');
    process.exit(64);
  }
  const {verified, text} = await verify(...process.argv.slice(2, 4), '', [], process.argv[4]);
  console.log(text);
  process.exit(verified ? 0 : 1);
}
