// Verifies a Bảng Vàng certificate with @digitalcredentials/verifier-core, the verifier of VerifierPlus and of the Learner Credential Wallet, which knows
// eddsa-rdfc-2022 only: node core.mjs CERTIFICATE.json DID.json. By its own clock.
// What it asks the network for is answered from here: the issuer's DID document and the contexts; a schema that takes everything, in place of 1EdTech's.
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {documentLoader} from './contexts.mjs';

let didDocument;
const answers = url => url.endsWith('/did.json') ? didDocument : url.includes('/schema/') ? {} : undefined;
globalThis.fetch = async request => {
  const {href} = new URL(request.url ?? request);
  try {
    return Response.json(answers(href) ?? (await documentLoader(href)).document);
  } catch {
    return new Response('{}', {status: 404});
  }
};
const {verifyCredential} = await import('@digitalcredentials/verifier-core');

export async function verify(certificatePath, didPath) {
  const credential = JSON.parse(await readFile(certificatePath, 'utf8'));
  didDocument = JSON.parse(await readFile(didPath, 'utf8'));
  const {errors, log = []} = await verifyCredential({credential, knownDIDRegistries: []});
  const steps = Object.fromEntries(log.map(({id, valid, error}) => [id, error ? error.name : valid]));
  const verified = !errors && steps.valid_signature === true && steps.expiration === true;
  return {verified, refusedByAll: !verified, text: `${verified ? 'verified' : 'NOT verified'}: ${errors?.map(({message}) => message).join('; ') ?? JSON.stringify(steps)}`};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.length !== 4) {
    console.error('Usage: node core.mjs CERTIFICATE.json DID.json');
    process.exit(64);
  }
  const {verified, text} = await verify(...process.argv.slice(2));
  console.log(text);
  process.exit(verified ? 0 : 1);
}
