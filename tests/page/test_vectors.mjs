// The page's modules say of every certificate in tests/vectors/certs what bangvang-verify says of it, word for word in both languages; and of certificates
// in which one visible fact after the other was changed. Argument: bangvang-verify.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {bytesOf, certs, differences, end, filesOf, note, ok, random, SOURCE, theirs, trustOf, verify} from './modules.mjs';

const [program] = process.argv.slice(2), vectors = `${SOURCE}/tests/vectors/certs`, AT = '2027-01-01T00:00:00Z', at = Date.parse(AT) / 1000;
const {canonical, parseJson} = await certs('json');
const trust = trustOf(`${vectors}/trust`), work = mkdtempSync(join(tmpdir(), 'bv-page-'));
process.on('exit', () => rmSync(work, {recursive: true, force: true}));

// The text of an error of JSON is the parser's own.
const comparable = ({checks, ...rest}) => JSON.stringify({...rest, file: '', checks: checks.map(({check, result, messages}) => ({check, result, messages: check === 'document' && result === 'failed' ? [] : messages}))}, null, 1);

async function compare(name, files) {
	for (const [lang, code] of [[0, 'vi'], [1, 'en']]) {
		const wanted = theirs(program, code, ['--trust', `${vectors}/trust`, '--at', AT], files);
		let different = '';
		for (const [i, file] of files.entries()) {
			const mine = comparable((await verify(bytesOf(file), trust, {at})).json('', lang)), other = comparable(wanted[i]);
			if (mine !== other && !different)
				different = `${file}\n${differences(mine, other)}`;
		}
		ok(!different, `${name}: the page says what bangvang-verify says (${files.length} files, ${code})`, different);
	}
}

// ---- Vectors ----

const all = filesOf(vectors).filter(path => /^(good|bad)-/.test(basename(path)));
for (const path of all) {
	const report = await verify(bytesOf(path), trust, {at}), good = basename(path).startsWith('good-');
	ok(good ? report.verdict() === 'valid' : report.verdict() === 'invalid', `${basename(path)}: ${report.verdict()}`, JSON.stringify(report.json('', 1).checks, null, 1));
}
ok(all.length >= 9, `${all.length} vectors`);
await compare('vectors', all);

// ---- Every visible fact changed ----

// Every place of a value in a tree: [container, key].
function places(value, out = []) {
	for (const [key, member] of value instanceof Map || Array.isArray(value) ? value.entries() : []) {
		out.push([value, key]);
		places(member, out);
	}
	return out;
}

const get = (container, key) => container instanceof Map ? container.get(key) : container[key];
const put = (container, key, value) => container instanceof Map ? container.set(key, value) : container.splice(key, 1, value);

const CHANGES = {
	string: (r, text) => r.pick([text + 'x', text.slice(1), '', text.slice(0, -1), text.toUpperCase(), '8.51', '-3', 'Completed', '2026-11-18T11:06:40+07:00', '\0' + text, text + '\u202e', 'ễ']),
	other: r => r.pick([null, true, 7n, 1.5, 'x', [], new Map()]),
};

// eddsa-rdfc-2022 signs a set of statements: the same statement twice, or in another order, is no change. What it says of such is compared below.
const suites = tree => [tree.get('proof')].flat().map(proof => proof?.get?.('cryptosuite'));

const base = all.filter(path => path.endsWith('.json') && basename(path).startsWith('good-')), r = random(20261122), files = [];
let accepted = '';
for (let n = 0; n < 120; n++) {
	const source = r.pick(base), {value: tree} = parseJson(bytesOf(source)), list = places(tree), [container, key] = r.pick(list), old = get(container, key);
	const kind = r.below(10);
	if (kind === 0 && container instanceof Map)
		container.delete(key);
	else if (kind === 1 && container instanceof Map)
		container.set(r.pick(['validUntil', 'status', 'value', 'requiredValue', 'extra', 'expires']), old);
	else if (kind === 2 && Array.isArray(container))
		container.push(old);
	else
		put(container, key, typeof old === 'string' && kind < 9 ? CHANGES.string(r, old) : CHANGES.other(r));
	const text = canonical(tree), path = join(work, `${n}.json`);
	if (text === new TextDecoder().decode(bytesOf(source)))
		continue;
	writeFileSync(path, text);
	files.push(path);
	const report = await verify(bytesOf(path), trust, {at});
	if (report.verdict() === 'valid' && !accepted && suites(tree).includes('eddsa-jcs-2022'))
		accepted = `${source}: ${text}`;
}
ok(!accepted, `none of ${files.length} changed certificates is valid`, accepted);
await compare('changed certificates', files);

// ---- Speed: printed, and no reason to fail ----

const bytes = bytesOf(`${vectors}/good-1-full.json`), times = [];
for (let n = 0; n < 30; n++) {
	const start = performance.now();
	await verify(bytes, trust, {at});
	times.push(performance.now() - start);
}
times.sort((a, b) => a - b);
note(`verification of one certificate: median ${times[15].toFixed(2)} ms, slowest ${times[29].toFixed(2)} ms`);
end();
