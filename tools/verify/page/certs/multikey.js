// Public keys as text: multikey (CID §2.2.2) and JWK (RFC 8037 §2, RFC 7518 §6.2), and points of curves (certs/keys/multikey.c, curve.c). A key is {kind, bytes}.

import {base58, base58Text, base64url, base64urlText, concat, equal, utf8} from './bytes.js';
import {has} from './contents.js';
import {ED25519, P256, P384, sha256} from './crypto.js';
import {find, stringOf} from './json.js';

const CURVES = {
	[P256]: {
		length: 32, code: [0x80, 0x24],
		p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
		b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
	},
	[P384]: {
		length: 48, code: [0x81, 0x24],
		p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
		b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
	},
};
const ED25519_CODE = [0xed, 0x01], LONGEST = 51;

const number = bytes => bytes.reduce((n, byte) => n << 8n | BigInt(byte), 0n);
const numberBytes = (n, length) => Uint8Array.from({length}, (_, i) => Number(n >> BigInt(8 * (length - 1 - i)) & 255n));

function power(base, exponent, p) {
	let out = 1n;
	for (let bit = exponent.toString(2).length - 1; bit >= 0; bit--) {
		out = out * out % p;
		if (exponent >> BigInt(bit) & 1n)
			out = out * base % p;
	}
	return out;
}

// SEC 1 §2.3.4: y from x and one bit; both primes are 3 modulo 4. null: no such point.
export function decompress(kind, point) {
	const {length, p, b} = CURVES[kind], x = number(point.subarray(1)), square = (x * x * x - 3n * x + b) % p;
	if (point.length !== length + 1 || (point[0] !== 2 && point[0] !== 3) || x >= p)
		return null;
	const root = power((square + p) % p, (p + 1n) / 4n, p);
	if ((root * root - square) % p !== 0n)
		return null;
	const y = (root & 1n) === BigInt(point[0] & 1) ? root : p - root;
	return {kind, bytes: concat([4], numberBytes(x, length), numberBytes(y, length))};
}

// {key} or {error}.
export function parseMultikey(text) {
	if (text[0] !== 'z')
		return {error: "CID §2.2.2: a multikey begins with 'z' (base58btc)"};
	const {bytes, error} = base58(text.slice(1), LONGEST);
	if (error)
		return {error};
	for (const [kind, {length, code}] of Object.entries(CURVES))
		if (bytes && bytes.length === length + 3 && equal(bytes.subarray(0, 2), code)) {
			const key = decompress(kind, bytes.subarray(2));
			return key ? {key} : {error: `CID §2.2.2: the multikey's bytes are no point of ${kind}`};
		}
	if (!bytes || bytes.length !== 34 || !equal(bytes.subarray(0, 2), ED25519_CODE))
		return {error: 'CID §2.2.2: not the multikey of an Ed25519 public key, which begins with z6Mk'};
	return {key: {kind: ED25519, bytes: bytes.subarray(2)}};
}

export function multikeyText({kind, bytes}) {
	if (kind === ED25519)
		return 'z' + base58Text(concat(ED25519_CODE, bytes));
	const {length, code} = CURVES[kind];
	return 'z' + base58Text(concat(code, [2 + (bytes[2 * length] & 1)], bytes.subarray(1, 1 + length)));
}

// {key}; {other: true} for kinds and uses that are none of ours; or {error}.
export function parseJwk(jwk) {
	const [kty, kind] = ['kty', 'crv'].map(name => stringOf(find(jwk, name))), use = find(jwk, 'use'), ops = find(jwk, 'key_ops'), length = CURVES[kind]?.length;
	if ((use !== undefined && use !== 'sig') || (ops !== undefined && !has(ops, 'verify') && !has(ops, 'sign')) || !((kty === 'OKP' && kind === ED25519) || (kty === 'EC' && length)))
		return {other: true};
	const parts = (length ? ['x', 'y'] : ['x']).map(name => base64url(stringOf(find(jwk, name)))), wanted = length ?? 32;
	for (const [i, part] of parts.entries())
		if (part?.length !== wanted)
			return {error: `RFC 7518 §6.2.1: '${'xy'[i]}' of the JWK is not ${wanted} bytes in base64url`};
	if (!length)
		return {key: {kind, bytes: parts[0]}};
	const point = decompress(kind, concat([2 + (parts[1][length - 1] & 1)], parts[0]));
	return point && equal(point.bytes.subarray(1 + length), parts[1]) ? {key: point} : {error: `RFC 7518 §6.2.1: the JWK is no point of ${kind}`};
}

const thumbprints = new WeakMap();

// RFC 7638, of all of it: 32 bytes.
export async function thumbprint(key) {
	if (!thumbprints.has(key)) {
		const {kind, bytes} = key, length = CURVES[kind]?.length, part = (from, to) => base64urlText(bytes.subarray(from, to));
		thumbprints.set(key, await sha256(utf8(length ? `{"crv":"${kind}","kty":"EC","x":"${part(1, 1 + length)}","y":"${part(1 + length)}"}` : `{"crv":"Ed25519","kty":"OKP","x":"${part(0)}"}`)));
	}
	return thumbprints.get(key);
}

export const equalKeys = (a, b) => a.kind === b.kind && equal(a.bytes, b.bytes);
