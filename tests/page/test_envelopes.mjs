// Every envelope that `bangvang` issues, with its delegation, status lists and place in the public log: the page says of each what bangvang-verify says, word for word,
// good, revoked, suspended and unknown; of every tampered twin neither says "valid". Status lists, delegation and cosignatures are made here from the standards, by
// code that shares nothing with either. Arguments: bangvang, bangvang-verify.
import {createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign} from 'node:crypto';
import {execFileSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join, resolve} from 'node:path';
import {deflateSync, gzipSync} from 'node:zlib';
import {bytesOf, certs, differences, end, filesOf, mutant, note, ok, random, SOURCE, theirs, trustOf, verify} from './modules.mjs';

const [bangvang, program] = process.argv.slice(2).map(path => resolve(path)), work = mkdtempSync(join(tmpdir(), 'bv-page-')), ISSUED = '2026-11-20T10:00:00Z', AT = '2027-01-01T00:00:00Z';
const at = Date.parse(AT) / 1000, DID = 'did:web:chungchi.example.vn', BASE = 'https://chungchi.example.vn/status/7', IDX = 94567, ENTRIES = 131072;
process.on('exit', () => rmSync(work, {recursive: true, force: true}));
const run = (...args) => execFileSync(bangvang, args, {stdio: ['ignore', 'pipe', 'pipe'], cwd: work, timeout: 100000, killSignal: 'SIGKILL'}).toString();
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const json = path => JSON.parse(readFileSync(join(work, path), 'utf8')), write = (path, bytes) => writeFileSync(join(work, path), bytes);

// ---- An issuer, whose authority delegates to its key of P-256 ----

run('key', 'new', '--did', DID, '--out', 'keys');
const pem = name => createPrivateKey(readFileSync(join(work, 'keys', name)));
const ed25519 = pem('key.pem'), p256 = pem('p256.pem'), authority = generateKeyPairSync('ec', {namedCurve: 'P-256'});
const es256 = (key, bytes) => sign('sha256', bytes, {key, dsaEncoding: 'ieee-p1363'});
const did = json('keys/did.json'), [method, methodP256] = did.assertionMethod;
const jwkOf = key => (key.type === 'public' ? key : createPublicKey(key)).export({format: 'jwk'}), thumbprint = ({crv, kty, x, y}) => sha256(JSON.stringify({crv, kty, x, y}));
did.verificationMethod.push({id: `${DID}#authority`, type: 'JsonWebKey', controller: DID, publicKeyJwk: jwkOf(authority.publicKey)});
did.capabilityDelegation = [`${DID}#authority`];
write('keys/did.json', JSON.stringify(did));

const {x, y} = jwkOf(p256), head = Buffer.concat([
	Buffer.from([2 + (Buffer.from(y, 'base64url')[31] & 1)]), Buffer.from(x, 'base64url'), Buffer.from([0, 0, 0, 0, 30]), thumbprint(jwkOf(authority.publicKey)).subarray(0, 4)]);
head.writeUInt32BE(Date.parse('2026-11-10T00:00:00Z') / 1000, 33);
const delegation = Buffer.concat([head, es256(authority.privateKey, Buffer.concat([Buffer.from('BV-DELEGATION-1\0'), head]))]).toString('base64url');

// ---- Envelopes ----

const facts = JSON.parse(readFileSync(`${SOURCE}/tests/vectors/certs/facts-1.json`, 'utf8'));
facts.holder.birth = '1990-02-28';
facts.status = {list: BASE, index: IDX};
write('facts.json', JSON.stringify(facts));
const issue = (folder, formats = 'json,jwt,sd-jwt,qr') => run('cert', 'issue', '--key', 'keys/key.pem', '--facts', 'facts.json', '--at', ISSUED, '--format', formats, '--out', folder);
issue('plain');
write('keys/p256.delegation', delegation + '\n');
issue('delegated', 'qr');
run('cert', 'disclose', '--claim', 'level', '--claim', 'areas.IU01', '--out', 'plain/part.sd-jwt', 'plain/certificate.sd-jwt');
run('cert', 'disclose', '--none', '--out', 'plain/none.sd-jwt', 'plain/certificate.sd-jwt');
mkdirSync(join(work, 'trust'));
cpSync(join(work, 'keys/did.json'), join(work, 'trust/did.json'));
const trust = trustOf(join(work, 'trust'));

// ---- Status lists (W3C Bitstring Status List, IETF Token Status List) ----

const canonical = value => value && typeof value === 'object' && !Array.isArray(value)
	? `{${Object.keys(value).sort().map(name => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}` : Array.isArray(value) ? `[${value.map(canonical).join()}]` : JSON.stringify(value);
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const base58 = bytes => {
	let n = BigInt(`0x${bytes.toString('hex')}`), out = '';
	for (; n > 0n; n /= 58n)
		out = ALPHABET[Number(n % 58n)] + out;
	return '1'.repeat(bytes.findIndex(byte => byte)) + out;
};

function bitstring(purpose, on, validUntil, from = '2026-12-20T00:00:00Z') {
	const bits = Buffer.alloc(ENTRIES / 8), contexts = ['https://www.w3.org/ns/credentials/v2'];
	if (on)
		bits[IDX >> 3] |= 0x80 >> IDX % 8;
	const list = {
		'@context': contexts, id: `${BASE}/${purpose}`, type: ['VerifiableCredential', 'BitstringStatusListCredential'], issuer: DID, validFrom: from, validUntil,
		credentialSubject: {id: `${BASE}/${purpose}#list`, type: 'BitstringStatusList', statusPurpose: purpose, encodedList: 'u' + gzipSync(bits).toString('base64url')},
	};
	const proof = {'@context': contexts, type: 'DataIntegrityProof', cryptosuite: 'eddsa-jcs-2022', created: from, proofPurpose: 'assertionMethod', verificationMethod: method};
	proof.proofValue = 'z' + base58(sign(null, Buffer.concat([sha256(canonical(proof)), sha256(canonical(list))]), ed25519));
	return JSON.stringify({...list, proof});
}

function token(value, exp) {
	const pairs = Buffer.alloc(ENTRIES / 4), part = object => Buffer.from(JSON.stringify(object)).toString('base64url');
	pairs[IDX >> 2] |= value << IDX % 4 * 2;
	const text = `${part({alg: 'ES256', kid: methodP256, typ: 'statuslist+jwt'})}.${part({
		iss: DID, sub: `${BASE}/token`, iat: Date.parse('2026-12-20T00:00:00Z') / 1000, exp: Date.parse(exp) / 1000, status_list: {bits: 2, lst: deflateSync(pairs).toString('base64url')}})}`;
	return `${text}.${es256(p256, Buffer.from(text)).toString('base64url')}`;
}

const LATER = '2027-01-20T00:00:00Z';
const lists = {
	good: [bitstring('revocation', false, LATER), bitstring('suspension', false, LATER), token(0, LATER)],
	revoked: [bitstring('revocation', true, LATER), bitstring('suspension', false, LATER), token(1, LATER)],
	suspended: [bitstring('revocation', false, LATER), bitstring('suspension', true, LATER), token(2, LATER)],
	old: [bitstring('revocation', false, '2026-12-31T00:00:00Z'), bitstring('suspension', false, '2026-12-31T00:00:00Z'), token(0, '2026-12-31T00:00:00Z')],
	forged: [bitstring('revocation', false, LATER).replace(LATER, '2027-02-20T00:00:00Z'), bitstring('suspension', false, LATER).replace(LATER, '2027-02-20T00:00:00Z'), token(0, LATER).slice(0, -4) + 'AAAA'],
	newer: [bitstring('revocation', true, LATER), bitstring('suspension', false, LATER), token(1, LATER), bitstring('revocation', false, LATER, '2026-12-25T00:00:00Z')],
};
for (const [name, texts] of Object.entries(lists)) {
	mkdirSync(join(work, name));
	texts.forEach((text, i) => write(`${name}/list-${i}.${text.startsWith('{') ? 'json' : 'jwt'}`, text));
}

// ---- The public log, with a witness (C2SP) ----

run('key', 'new', '--out', 'log-key');
const origin = 'log.example.vn/chung-chi';
run('log', 'init', '--log', 'log', '--origin', origin, '--key', 'log-key/key.pem');
run('log', 'append', '--log', 'log', 'plain/certificate.json');
issue('other', 'json');
run('log', 'append', '--log', 'log', 'other/certificate.json');
run('log', 'checkpoint', '--log', 'log', '--key', 'log-key/key.pem');
run('log', 'proof', '--log', 'log', '--out', 'proof', 'plain/certificate.json');
run('log', 'proof', '--log', 'log', '--out', 'other-proof', 'other/certificate.json');
const rawOf = key => Buffer.from(jwkOf(key).x, 'base64url'), logKey = createPrivateKey(readFileSync(join(work, 'log-key/key.pem')));
const idOf = (name, type, key) => sha256(`${name}\n`, Buffer.from([type]), rawOf(key)).subarray(0, 4);
const vkey = (name, type, key) => `${name}+${idOf(name, type, key).toString('hex')}+${Buffer.concat([Buffer.from([type]), rawOf(key)]).toString('base64')}`;
const witness = generateKeyPairSync('ed25519').privateKey, proof = readFileSync(join(work, 'proof'), 'utf8'), signed = /\n\n(.*?\n)\n/s.exec(proof)[1];
const time = Buffer.alloc(8);
time.writeBigUInt64BE(BigInt(Date.parse('2026-11-20T10:05:00Z') / 1000));
const cosigned = sign(null, Buffer.from(`cosignature/v1\ntime ${time.readBigUInt64BE()}\n${signed}`), witness);
write('cosigned', `${proof}— witness.example.vn ${Buffer.concat([idOf('witness.example.vn', 4, witness), time, cosigned]).toString('base64')}\n`);
const logLine = `log ${vkey(origin, 1, logKey)}\n`, witnessLine = `witness w ${vkey('witness.example.vn', 4, witness)}\n`;
write('policy-none', `${logLine}quorum none\n`);
write('policy-witness', `# a comment\n${logLine}${witnessLine}group g all w\nquorum g\n`);
write('policy-other', `log ${vkey(origin, 1, witness)}\nquorum none\n`);

// ---- What both say ----

const {StatusLists} = await certs('status'), {parsePolicy} = await certs('policy'), {parseLogProof} = await certs('checkpoint');
// Where JSON or a PDF cannot be read each parser has words of its own, and its own place where it stops.
const same = reports => JSON.stringify(reports.map(report => ({...report, file: ''})), null, 1).replace(/(no readable JSON|không đọc được JSON).*/g, '$1').replace(/\bbyte \d+/g, 'byte');

async function optionsOf({status, policy, proof: path}, keys = trust) {
	const options = {at, status: null, policy: policy ? await parsePolicy(bytesOf(join(work, policy))) : null, proof: path ? parseLogProof(bytesOf(join(work, path))) : null};
	if (status) {
		options.status = new StatusLists(keys);
		for (const file of filesOf(join(work, status)))
			await options.status.add(file, bytesOf(file));
	}
	return options;
}

async function compare(name, files, given, wanted) {
	const folder = join(work, given.trust ?? 'trust'), keys = given.trust ? trustOf(folder) : trust, options = await optionsOf(given, keys), flags = ['--trust', folder, '--at', AT, ...given.status ? ['--status', join(work, given.status)] : [],
		...given.policy ? ['--log', join(work, given.policy)] : [], ...given.proof ? ['--proof', join(work, given.proof)] : []];
	const reports = [];
	for (const file of files)
		reports.push(await verify(bytesOf(file), keys, options));
	for (const [lang, code] of [[0, 'vi'], [1, 'en']]) {
		const mine = same(reports.map(report => report.json('', lang))), other = same(theirs(program, code, flags, files));
		ok(mine === other, `${name}: the page says what bangvang-verify says (${files.length} files, ${code})`, differences(mine, other));
	}
	if (wanted)
		ok(reports.every(report => report.verdict() === wanted), `${name}: ${wanted}`, reports.map((report, i) => `${basename(files[i])}: ${report.verdict()}`).join('\n'));
	return reports;
}

const envelopes = ['plain/certificate.json', 'plain/certificate.jwt', 'plain/certificate.sd-jwt', 'plain/part.sd-jwt', 'plain/none.sd-jwt', 'plain/certificate.qr', 'delegated/certificate.qr']
	.map(path => join(work, path));
const [certificate] = envelopes, shown = await compare('good', envelopes, {status: 'good'}, 'valid');
ok(shown[0].facts.some(({value}) => value === 'Nguyễn Thị Ánh Tuyết') && shown[1].facts.length > 20, 'the facts are there');
ok(shown[3].facts.some(({value}) => value === 'L2') && !shown[3].facts.some(({value}) => value.includes('1990') || value.includes('Tuyết')), 'what was not disclosed is not shown');
ok(['1990-02-28', '8.50', 'L2', 'Nguyễn Thị Ánh Tuyết'].every(fact => shown[6].facts.some(({value}) => value === fact)), 'paper says the facts');
for (const [status, verdict, standing] of [['revoked', 'invalid', 'revoked'], ['suspended', 'invalid', 'suspended'], ['old', 'unchecked', 'unknown'], ['forged', 'unchecked', 'unknown'], [undefined, 'unchecked', 'unknown']]) {
	const reports = await compare(`status ${status ?? 'not given'}`, envelopes, {status}, verdict);
	ok(reports.every(report => report.standing === standing), `status ${status ?? 'not given'}: ${standing}`, reports.map(report => report.standing).join());
}
await compare('the newest list counts', [certificate], {status: 'newer'});
await compare('in the log', [certificate], {status: 'good', policy: 'policy-none', proof: 'proof'}, 'valid');
await compare('in the log, witnessed', [certificate], {status: 'good', policy: 'policy-witness', proof: 'cosigned'}, 'valid');
await compare('in the log, not witnessed', [certificate], {status: 'good', policy: 'policy-witness', proof: 'proof'}, 'invalid');
await compare('in an unknown log', [certificate], {status: 'good', policy: 'policy-other', proof: 'proof'}, 'invalid');
await compare("with another certificate's proof", [certificate], {status: 'good', policy: 'policy-none', proof: 'other-proof'}, 'invalid');
await compare('without a proof', envelopes, {status: 'good', policy: 'policy-none'}, 'invalid');
await compare('other envelopes with a proof', envelopes, {status: 'good', policy: 'policy-none', proof: 'proof'});
// A key that was taken out of use counts for what the log had before.
for (const [folder, revoked] of [['removed', '2026-12-01T00:00:00Z'], ['removed-before', '2026-11-20T10:01:00Z']]) {
	mkdirSync(join(work, folder));
	write(`${folder}/did.json`, JSON.stringify({...did, assertionMethod: [methodP256], verificationMethod: did.verificationMethod.map(key => key.id === method ? {...key, revoked} : key)}));
	await compare(`key ${folder}, in the log`, [certificate], {trust: folder, policy: 'policy-witness', proof: 'cosigned'}, folder === 'removed' ? 'unchecked' : 'invalid');
	await compare(`key ${folder}, without the time of a witness`, [certificate], {trust: folder, policy: 'policy-none', proof: 'proof'}, 'invalid');
	await compare(`key ${folder}, no log`, [certificate], {trust: folder}, 'invalid');
}

// Paper in the forms that cameras and people give it.
const qr = readFileSync(envelopes[6], 'utf8').trim(), [page, digits] = qr.split('#'), {parseQr} = await certs('qr');
const forms = [digits, `${page}#${Buffer.from(parseQr(qr)).toString('base64url')}`, Buffer.from(parseQr(qr)), `  ${qr}\n\n`, `${page.toUpperCase()}#${digits}`].map((form, i) => {
	write(`form-${i}`, form);
	return join(work, `form-${i}`);
});
await compare('paper in other forms', forms, {status: 'good'}, 'valid');

// ---- PDF: sealed by the issuer's key of P-256 (PAdES B-B), with something enclosed (B-LT), and by keys that nobody knows ----

const openssl = (...args) => execFileSync('openssl', args, {cwd: work, stdio: 'pipe'}), template = `${SOURCE}/certs/page/vn-a4-landscape.xml`, pdfs = [];
const certify = (key, out, name = 'Trung tâm') => openssl('req', '-x509', '-new', '-utf8', '-key', key, '-subj', `/C=VN/O=Sở/CN=${name}`, '-days', '3650', '-out', out,
	'-addext', `subjectAltName=URI:${DID}`, '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation');
const render = (name, ...args) => {
	run('cert', 'render', '--template', template, '--at', ISSUED, '--qr', 'plain/certificate.qr', '--out', name, ...args, 'plain/certificate.json');
	return join(work, name);
};
certify('keys/p256.pem', 'keys/p256.crt');
writeFileSync(join(work, 'stranger.pem'), generateKeyPairSync('ec', {namedCurve: 'P-256'}).privateKey.export({type: 'pkcs8', format: 'pem'}), {mode: 0o600});
certify('stranger.pem', 'stranger.crt', 'Người khác');
pdfs.push(render('sealed.pdf', '--key', 'keys/p256.pem'), render('enclosed.pdf', '--key', 'keys/p256.pem', '--enclose', 'keys/p256.crt'));
const shownPdf = await compare('PDF', pdfs, {status: 'good'}, 'valid');
ok(shownPdf[0].facts.some(({value}) => value === 'Nguyễn Thị Ánh Tuyết'), 'PDF: the facts are those of what is attached');
await compare('PDF, revoked', pdfs, {status: 'revoked'}, 'invalid');
const proven = render('proven.pdf', '--key', 'keys/p256.pem', '--proof', 'cosigned');
await compare('PDF with its proof', [proven], {status: 'good', policy: 'policy-witness'}, 'valid');
await compare('PDF without its proof', pdfs, {status: 'good', policy: 'policy-witness'}, 'invalid');
await compare('PDF without a seal', [render('preview.pdf')], {status: 'good'}, 'invalid');
const stranger = await verify(bytesOf(render('stranger.pdf', '--key', 'stranger.pem')), trust, await optionsOf({status: 'good'}));
ok(stranger.verdict() === 'unchecked' && stranger.check('key') === 'could-not-check', `PDF by a certificate of a chain: ${stranger.verdict()}`);

// ---- Tampered twins ----

const r = random(7), twins = [];
const twin = bytes => {
	const path = join(work, `twin-${twins.length}`);
	writeFileSync(path, bytes);
	twins.push(path);
};
const flip = bytes => {
	const out = Buffer.from(bytes);
	out[r.below(out.length)] ^= 1 << r.below(8);
	return out;
};
const jwt = readFileSync(envelopes[1], 'utf8').trim().split('.'), sd = readFileSync(envelopes[2], 'utf8').trim(), packed = Buffer.from(parseQr(qr)), listed = Buffer.from(parseQr(readFileSync(envelopes[5], 'latin1').trim()));
for (const fact of ['8.50', 'L2', 'Nguyễn Thị Ánh Tuyết', 'BV-2026-000123', 'Completed', '2031-11-20', '2026-11-20', DID, '94567', 'revocation'])
	twin([jwt[0], Buffer.from(Buffer.from(jwt[1], 'base64url').toString().replaceAll(fact, fact.slice(0, -1) + '~')).toString('base64url'), jwt[2]].join('.'));
for (let n = 0; n < 30; n++) {
	twin(jwt.map((part, i) => i === n % 3 ? flip(Buffer.from(part, 'base64url')).toString('base64url') : part).join('.'));
	const parts = sd.split('~'), k = r.below(parts.length - 1);
	twin(parts.map((part, i) => i !== k ? part : i === 0 ? part.split('.').map((p, j) => j === n % 3 ? flip(Buffer.from(p, 'base64url')).toString('base64url') : p).join('.') : flip(Buffer.from(part, 'base64url')).toString('base64url')).join('~'));
	twin(`${page}#${flip(n % 2 ? packed : listed).toString('base64url')}`);
}
// In the seal's own place there is more than is signed, the version of a structure, say; and what was enclosed after the seal is not. There it is enough that
// both say the same.
const unsealed = [], lower = bytes => Buffer.from(bytes).toString('latin1').toLowerCase();
function changed(path, bytes) {
	const before = Buffer.from(bytesOf(path)), at = before.findIndex((byte, i) => byte !== bytes[i]), [, ...range] = /\/ByteRange \[0 (\d+) (\d+) (\d+)/.exec(before.toString('latin1')).map(Number);
	if (at < 0)
		return;
	twin(bytes);
	if ((at >= range[0] && at < range[1]) || at >= range[1] + range[2])
		unsealed.push(twins.pop());
}
for (const path of pdfs)
	for (let n = 0; n < 20; n++)
		changed(path, flip(bytesOf(path)));
for (const path of pdfs)
	for (const part of ['Tuyết', 'certificate.json', '/AcroForm', '/DSS', '%%EOF', '/ByteRange [0 ', 'startxref']) {
		const text = Buffer.from(bytesOf(path)).toString('latin1'), found = Buffer.from(part).toString('latin1');
		changed(path, Buffer.from(text.replace(found, found.slice(0, -1) + 'x'), 'latin1'));
	}
twin(Buffer.concat([bytesOf(pdfs[0]), Buffer.from('\n')]));
const disclosures = sd.split('~').slice(1, -1);
twin([sd.split('~')[0], ...disclosures, disclosures[0], ''].join('~')); // twice
twin([sd.split('~')[0], ...disclosures, Buffer.from('["c2FsdA","level","L3"]').toString('base64url'), ''].join('~')); // of nobody
twin(sd + 'e30.e30.AAAA'); // a key binding
twin([Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url'), jwt[1], ''].join('.'));
twin([Buffer.from('{"alg":"HS256","kid":"x","typ":"JWT"}').toString('base64url'), jwt[1], jwt[2]].join('.'));
twin(jwt.join('.').slice(0, -1));
if (unsealed.length)
	await compare('changed where nothing is sealed', unsealed, {status: 'good'});
const reports = await compare('tampered twins', twins, {status: 'good'});
ok(!reports.some(report => report.verdict() === 'valid'), 'no tampered twin is valid', reports.map((report, i) => report.verdict() === 'valid' ? `${basename(twins[i])}: ${Buffer.from(readFileSync(twins[i])).toString('base64').slice(0, 400)}\n` : '').join(''));

// ---- Whatever bytes come ----

const good = new Map([...envelopes, ...pdfs].map(path => [path, bytesOf(path)])), all = [...good.values()], given = await optionsOf({status: 'good'}), {CborError} = await certs('cbor');
const {NoteError} = await certs('note'), {StatusError, parseStatusList} = await certs('status'), {parseCbor} = await certs('cbor');
const sealedPart = text => {
	const [, gap, end, rest] = /\/ByteRange \[0 (\d+) (\d+) (\d+)/.exec(text)?.map(Number) ?? [];
	return text.slice(0, gap) + text.slice(end, end + rest);
};
let broken = '', accepted = '', count = 0;
for (const [path, bytes] of good)
	for (let n = 0; n < (path.endsWith('.pdf') ? 8 : 25); n++, count++) {
		const change = mutant(r, bytes, all);
		try {
			const report = await verify(change, trust, given);
			if (report.verdict() === 'valid' && !all.some(other => lower(other).trim() === lower(change).trim()) && !sameContents(path, bytes, change))
				accepted ||= `${path}: ${Buffer.from(change).toString('base64').slice(0, 2000)}`;
		} catch (error) {
			broken ||= `${path}: ${error.stack}\n${Buffer.from(change).toString('base64').slice(0, 2000)}`;
		}
	}
// Spaces of JSON, what stands before a symbol's '#' and the seal's own place say nothing.
function sameContents(path, bytes, change) {
	const [a, b] = [bytes, change].map(part => Buffer.from(part).toString('latin1')), fragments = all.map(other => Buffer.from(other).toString('latin1').trim().split('#')[1]);
	try {
		return path.endsWith('.json') ? JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b)) : path.endsWith('.qr') ? fragments.includes(b.trim().split('#')[1])
			: path.endsWith('.pdf') && sealedPart(a) === sealedPart(b);
	} catch {
		return false;
	}
}
const readers = [[bytes => parseStatusList(bytes), lists.good.map(text => Buffer.from(text)), StatusError], [bytes => parseLogProof(bytes), [Buffer.from(bytesOf(join(work, 'cosigned')))], NoteError],
	[bytes => parsePolicy(bytes), [Buffer.from(bytesOf(join(work, 'policy-witness')))], NoteError], [bytes => parseCbor(bytes), [packed, listed], CborError]];
for (const [read, seeds, Known] of readers)
	for (let n = 0; n < 40; n++, count++) {
		const change = mutant(r, new Uint8Array(seeds[n % seeds.length]), all);
		try {
			await read(change);
		} catch (error) {
			if (!(error instanceof Known))
				broken ||= `${error.stack}\n${Buffer.from(change).toString('base64')}`;
		}
	}
ok(!broken, `none of ${count} mutants breaks a reader`, broken);
ok(!accepted, 'no mutant is valid', accepted);

for (const path of [...envelopes, ...pdfs]) {
	const bytes = bytesOf(path), options = await optionsOf({status: 'good'}), times = [];
	for (let n = 0; n < 10; n++) {
		const start = performance.now();
		await verify(bytes, trust, options);
		times.push(performance.now() - start);
	}
	note(`${path.slice(work.length + 1)}, ${bytes.length} bytes: ${times.sort((a, b) => a - b)[5].toFixed(2)} ms`);
}
end();
