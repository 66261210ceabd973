// The page's modules, its trust as `bangvang-verify` has it, and TAP.
import {execFileSync} from 'node:child_process';
import {webcrypto} from 'node:crypto';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

globalThis.crypto ??= webcrypto; // Node.js 18

export const SOURCE = process.env.BV_SOURCE ?? fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const PAGE = `${SOURCE}/tools/verify/page`;
export const certs = name => import(`${PAGE}/certs/${name}.js`);

const {verify} = await certs('verify');
const {Trust} = await certs('trust');
export {verify, Trust};

export const bytesOf = path => new Uint8Array(readFileSync(path));

// All files below a folder, in byte order of their paths.
export function filesOf(folder) {
	return readdirSync(folder).sort().flatMap(name => {
		const path = `${folder}/${name}`;
		return statSync(path).isDirectory() ? filesOf(path) : [path];
	});
}

export function trustOf(folder) {
	const trust = new Trust();
	for (const path of filesOf(folder))
		trust.addFile(path, bytesOf(path));
	return trust;
}

// Reports of `bangvang-verify --json`, in the order of the files.
export function theirs(program, lang, options, files) {
	const run = args => {
		try {
			return execFileSync(program, args, {maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'], timeout: 100000, killSignal: 'SIGKILL'});
		} catch (error) {
			if (error.stdout?.length)
				return error.stdout; // it exits with the verdict
			throw new Error(`${program}: ${error.stderr}`);
		}
	};
	return JSON.parse(run(['--json', '--lang', lang, ...options, ...files])).certificates;
}

// The lines in which two reports differ, for a message.
export function differences(page, program) {
	const [a, b] = [page, program].map(text => text.split('\n'));
	return page === program ? '' : a.flatMap((line, i) => line === b[i] ? [] : [`page: ${line}`, `verify: ${b[i]}`]).join('\n');
}

let count = 0, failed = 0;
export function ok(good, name, ...detail) {
	count++;
	failed += !good;
	console.log(`${good ? 'ok' : 'not ok'} ${count} - ${name}`);
	if (!good)
		for (const line of detail.join('\n').split('\n').slice(0, 40))
			console.log(`# ${line}`);
	return good;
}
export const note = text => console.log(`# ${text}`);
export function end() {
	console.log(`1..${count}`);
	process.exitCode = failed ? 1 : 0;
}

// Numbers that look random and are the same on every machine (mulberry32).
export function random(seed) {
	let a = seed >>> 0;
	const next = () => {
		a = (a + 0x6d2b79f5) >>> 0;
		let t = Math.imul(a ^ a >>> 15, a | 1);
		t ^= t + Math.imul(t ^ t >>> 7, t | 61);
		return (t ^ t >>> 14) >>> 0;
	};
	return {below: n => next() % n, pick: list => list[next() % list.length], byte: () => next() & 255};
}

const TOKENS = ['{', '}', '[', ']', '"', ':', ',', '\\u0000', '\\ud800', '1e999', '-0', '99999999999999999999', 'null', '~', '.', '#', '\u0000', '\ufeff', '%PDF-1.4\n', 'c2sp.org/tlog-proof@v1\n', '\n\n', '='];

// One to three changes of bytes. r: random(); others: files to take pieces of.
export function mutant(r, bytes, others) {
	let out = bytes;
	for (let n = 1 + r.below(3); n > 0; n--) {
		const i = r.below(out.length + 1), j = Math.min(out.length, i + r.below(40));
		const part = [
			() => [out.subarray(0, i), [r.byte()], out.subarray(i + 1)],
			() => [out.subarray(0, i), [(out[i] ?? 0) ^ 1 << r.below(8)], out.subarray(i + 1)],
			() => [out.subarray(0, i), out.subarray(j)],
			() => [out.subarray(0, j), out.subarray(i)],
			() => [out.subarray(0, i)],
			() => [out.subarray(0, i), new TextEncoder().encode(r.pick(TOKENS)), out.subarray(i)],
			() => [out.subarray(0, i), r.pick(others).subarray(0, 2000)],
		][r.below(7)]();
		out = Uint8Array.from(part.flatMap(piece => [...piece]));
	}
	return out;
}
