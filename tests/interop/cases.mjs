// Cases from standard input, a line each, separated by tabs: what is tested, what is wanted (it "accepts", or "refuses" by each suite alone and by all
// together, or "refuses-once"), certificate, DID document, time, PURPOSE#INDEX that is revoked, folder of status lists. The argument is verify.mjs or core.mjs. TAP on standard
// output; all in one process, which costs less than one for each.
import readline from 'node:readline';

const {verify} = await import(`./${process.argv[2]}`);
let count = 0;
let bad = 0;
for await (const line of readline.createInterface({input: process.stdin})) {
  const [name, wanted, certificate, did, time, revoked, lists] = line.split('\t');
  const {verified, refusedByAll, text} = await verify(certificate, did, time || undefined, revoked ? [revoked] : [], lists);
  const as = {accepts: verified, refuses: refusedByAll, 'refuses-once': !verified}[wanted];
  console.log(`${as ? 'ok' : 'not ok'} - ${process.argv[2]} ${wanted} ${name}\n# ${text}`);
  count++;
  bad += !as;
}
process.exit(bad || !count ? 1 : 0);
