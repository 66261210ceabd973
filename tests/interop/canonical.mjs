// What npm's jsonld and rdf-canonize make of each certificate of quads_make, on standard input, compared with what we made of it, in safe mode.
import readline from 'node:readline';
import jsonld from 'jsonld';
import {documentLoader} from './contexts.mjs';

const canonize = document => jsonld.canonize(document, {algorithm: 'RDFC-1.0', format: 'application/n-quads', safe: true, documentLoader});
let count = 0;
for await (const line of readline.createInterface({input: process.stdin})) {
  const {document, quads, optionsQuads} = JSON.parse(line);
  const {proof: [first], ...unsecured} = document;
  const {proofValue, ...options} = first;
  for (const [what, theirs, ours] of [
    ['certificate', await canonize(unsecured), quads],
    ['options', await canonize({'@context': document['@context'], ...options}), optionsQuads],
  ]) {
    if (theirs !== ours) {
      const [a, b] = [theirs.split('\n'), ours.split('\n')];
      const at = a.findIndex((x, i) => x !== b[i]);
      console.log(`# ${what} ${count}, line ${at + 1}\n# theirs ${a[at]}\n# ours   ${b[at]}`);
      process.exit(1);
    }
  }
  count++;
}
console.log(`# ${count} certificates, the same quads`);
process.exit(count ? 0 : 1);
