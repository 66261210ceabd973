// Answers are sealed here for the proctor's hands (doc/rescue.md).
import { bytesOfHex } from './seal';
import type { Pending } from './store';

const text = new TextEncoder();

function hexOf(bytes: ArrayBuffer | Uint8Array): string {
	return Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, '0')).join('');
}

function base64(bytes: Uint8Array): string {
	let s = '';
	for (let i = 0; i < bytes.length; i += 8192) s += String.fromCharCode(...bytes.subarray(i, i + 8192));
	return btoa(s);
}

export interface Rescue {
	attempt: string;
	lease: number; // the newest of this machine
	sealedMs: number; // exam clock, as this machine knows it
	answers: Pending[];
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
	const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;
	for (const p of parts) {
		out.set(p, at);
		at += p.length;
	}
	return out;
}

/** The document .baithi: nobody but who holds the sitting's key reads it, and its proof says that the candidate's own paper was open where it was made. */
export async function sealRescue(rescue: Rescue, publicKey: string, paperKey: string, sitting: string): Promise<string> {
	const body = JSON.stringify({
		attempt: rescue.attempt,
		lease: rescue.lease,
		sealedMs: rescue.sealedMs,
		answers: rescue.answers.map(({ item, number, lease, givenMs, response }) => ({ item, number, lease, givenMs, response })),
	});
	const mac = await crypto.subtle.importKey('raw', bytesOfHex(paperKey), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
	const proof = hexOf(await crypto.subtle.sign('HMAC', mac, text.encode(`BV-BAITHI-1\0${body}`)));
	const theirs = bytesOfHex(publicKey);
	const curve = { name: 'ECDH', namedCurve: 'P-256' };
	const pair = await crypto.subtle.generateKey(curve, false, ['deriveBits']);
	const ours = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
	const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: await crypto.subtle.importKey('raw', theirs, curve, false, []) }, pair.privateKey, 256);
	const info = joined(text.encode(`BV-BAITHI-1\0${sitting}\0`), ours, theirs);
	const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
	const key = await crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info }, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt']);
	const iv = crypto.getRandomValues(new Uint8Array(12));
	const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: info }, key, text.encode(JSON.stringify({ body, proof })));
	return JSON.stringify({ format: 'bv-baithi-1', sitting, ephemeral: hexOf(ours), sealed: base64(joined(iv, new Uint8Array(sealed))) });
}
