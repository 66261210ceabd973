// WebCrypto. The one place where anything cryptographic is done, by the browser's own code.

import {concat} from './bytes.js';

export const ED25519 = 'Ed25519', P256 = 'P-256', P384 = 'P-384';

// Asked for when it is used: on a page that did not come over https the browser has none.
function subtle() {
	return globalThis.crypto?.subtle;
}

export const hasCrypto = () => Boolean(subtle());

export async function sha256(...parts) {
	return new Uint8Array(await subtle().digest('SHA-256', parts.length === 1 ? parts[0] : concat(...parts)));
}

const imported = new Map(); // of every key that was used: Promise of CryptoKey, or of null where the browser cannot

async function importKey(key) {
	const algorithm = key.kind === ED25519 ? {name: 'Ed25519'} : {name: 'ECDSA', namedCurve: key.kind};
	try {
		return await subtle().importKey('raw', key.bytes, algorithm, false, ['verify']);
	} catch (error) {
		// A point that is not on the curve is a DataError: no signature by it is good. Anything else: the browser does not have the algorithm.
		return error?.name === 'DataError' ? undefined : null;
	}
}

// true, false, or null: this browser does not have the algorithm, so that nothing is known. key: {kind, bytes}, EC points uncompressed; signature: raw.
export async function verifies(key, message, signature) {
	const name = key.kind + ' ' + key.bytes.join();
	if (!subtle())
		return null;
	if (!imported.has(name))
		imported.set(name, importKey(key));
	const ready = await imported.get(name);
	if (!ready)
		return ready === null ? null : false;
	const algorithm = key.kind === ED25519 ? {name: 'Ed25519'} : {name: 'ECDSA', hash: key.kind === P384 ? 'SHA-384' : 'SHA-256'};
	try {
		return await subtle().verify(algorithm, ready, signature, message);
	} catch {
		return null;
	}
}

// At most max bytes; null if it is longer or broken. format: 'gzip' or 'deflate' (zlib).
export async function inflate(bytes, format, max) {
	const parts = [];
	let length = 0;
	try {
		const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format)).getReader();
		for (;;) {
			const {done, value} = await reader.read();
			if (done)
				return concat(...parts);
			length += value.length;
			if (length > max) {
				await reader.cancel();
				return null;
			}
			parts.push(value);
		}
	} catch {
		return null;
	}
}
export const hasInflate = () => typeof DecompressionStream === 'function';
