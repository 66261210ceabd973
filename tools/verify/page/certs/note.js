// Signed notes (C2SP signed-note), keys of those who sign them, and cosignatures of witnesses (C2SP tlog-cosignature, Ed25519) (certs/log/note.c).

import {base64, concat, equal, hex, utf8} from './bytes.js';
import {ED25519, sha256, verifies} from './crypto.js';

export const LOG_KEY = 1, COSIGNATURE = 4; // types of keys
const DASH = '— ', ID_LEN = 4, SIGNATURE_LEN = 64, TIME_LEN = 8;
// eslint-disable-next-line no-control-regex
const NAME = /^[^\u0000-\u0020+\u007f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;

export class NoteError extends Error {}

const keyId = async ({name, type, key}) => (await sha256(utf8(name), [0x0a, type], key.bytes)).subarray(0, ID_LEN);

export const vkey = (name, type, bytes) => ({name, type, key: {kind: ED25519, bytes}});

// "NAME+IDENTIFIER+KEY".
export async function parseVkey(text) {
	const [name, id, ...rest] = text.split('+'), material = base64(rest.join('+'));
	if (!NAME.test(name) || utf8(name).length > 255 || !/^[0-9a-f]{8}$/.test(id ?? '') || !material?.length)
		throw new NoteError('not a verifier key: NAME+IDENTIFIER+KEY (C2SP signed-note)');
	if (material[0] !== LOG_KEY && material[0] !== COSIGNATURE)
		throw new NoteError(`a verifier key of type ${material[0]} cannot be used here: 1 (Ed25519) for logs, 4 (Ed25519 cosignatures) for witnesses`);
	if (material.length !== 33)
		throw new NoteError(`the verifier key of '${name}' has not the 32 bytes of Ed25519`);
	const found = vkey(name, material[0], material.subarray(1));
	if (hex(await keyId(found)) !== id)
		throw new NoteError(`the verifier key of '${name}' has not the identifier that follows from it: it was copied wrongly`);
	return found;
}

// The bytes of that key's signature, of that length; null: there is none.
async function findSignature(lines, signer, length) {
	const id = await keyId(signer);
	for (const line of lines) {
		if (!line.startsWith(DASH))
			throw new NoteError('a line of a signature begins with a dash and a space (C2SP signed-note)');
		const space = line.indexOf(' ', DASH.length), name = line.slice(DASH.length, space < 0 ? undefined : space), bytes = space < 0 ? null : base64(line.slice(space + 1));
		if (!bytes || bytes.length <= ID_LEN)
			throw new NoteError('a line of a signature is a dash, a name, and bytes in base64 (C2SP signed-note)');
		if (name !== signer.name || !equal(bytes.subarray(0, ID_LEN), id))
			continue; // of somebody else
		if (bytes.length !== ID_LEN + length)
			throw new NoteError(`the signature of '${name}' has not the length of one`);
		return bytes.subarray(ID_LEN);
	}
	return null;
}

// A browser that cannot tell is told apart from a signature that is wrong: the caller must not call anything invalid for it.
export class CannotTell extends Error {}

async function must(good, what) {
	if (good === null)
		throw new CannotTell(ED25519);
	if (!good)
		throw new NoteError(what);
}

// The log's own signature on a checkpoint.
export async function checkLogSignature(checkpoint, signer) {
	const signature = await findSignature(checkpoint.signatures, signer, SIGNATURE_LEN);
	if (!signature)
		throw new NoteError(`the checkpoint has no signature by this key of '${checkpoint.origin}'`);
	await must(await verifies(signer.key, utf8(checkpoint.text), signature), `the signature of '${signer.name}' does not belong to the checkpoint`);
}

// When that witness signed it, in seconds; null: he did not.
export async function checkCosignature(checkpoint, witness) {
	const timed = await findSignature(checkpoint.signatures, witness, TIME_LEN + SIGNATURE_LEN);
	if (!timed)
		return null;
	const time = timed.subarray(0, TIME_LEN).reduce((n, byte) => n << 8n | BigInt(byte), 0n);
	if (time === 0n || time >= 2n ** 63n)
		throw new NoteError(`the cosignature of '${witness.name}' has no time`);
	const message = concat(utf8(`cosignature/v1\ntime ${time}\n`), utf8(checkpoint.text));
	await must(await verifies(witness.key, message, timed.subarray(TIME_LEN)), `the cosignature of '${witness.name}' does not belong to the checkpoint`);
	return Number(time);
}
