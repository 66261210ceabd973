// Bytes and their texts: UTF-8, hexadecimal, base64 (RFC 4648), base58btc. Readers are strict: what has two spellings is refused in all but one.
// They return null for what they refuse.

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

export const utf8 = text => encoder.encode(text);

export function utf8Text(bytes) {
	try {
		return decoder.decode(bytes);
	} catch {
		return null;
	}
}

export function concat(...parts) {
	const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		out.set(part, at);
		at += part.length;
	}
	return out;
}

export const equal = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

export const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function valuesOf(alphabet) {
	const values = new Int8Array(128).fill(-1);
	for (let i = 0; i < alphabet.length; i++)
		values[alphabet.charCodeAt(i)] = i;
	return values;
}

const BASE64_VALUES = valuesOf(BASE64), BASE64URL_VALUES = valuesOf(BASE64URL);

// Without padding; no bit of the last character may be left over.
function read64(text, values) {
	const out = new Uint8Array(Math.floor(text.length * 6 / 8));
	let bits = 0, count = 0, at = 0;
	if (text.length % 4 === 1)
		return null;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i), value = code < 128 ? values[code] : -1;
		if (value < 0)
			return null;
		bits = (bits << 6 | value) & 0xffff;
		count += 6;
		if (count >= 8) {
			count -= 8;
			out[at++] = bits >> count;
		}
	}
	return bits & ((1 << count) - 1) ? null : out;
}

function write64(bytes, alphabet) {
	let out = '';
	for (let i = 0; i < bytes.length; i += 3) {
		const bits = bytes[i] << 16 | (bytes[i + 1] ?? 0) << 8 | (bytes[i + 2] ?? 0), count = Math.min(3, bytes.length - i);
		for (let k = 0; k <= count; k++)
			out += alphabet[bits >> (18 - 6 * k) & 63];
	}
	return out;
}

export const base64url = text => read64(text, BASE64URL_VALUES);
export const base64urlText = bytes => write64(bytes, BASE64URL);

// With padding, as in notes (C2SP signed-note) and certificates.
export function base64(text) {
	const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
	return text.length % 4 ? null : read64(text.slice(0, text.length - padding), BASE64_VALUES);
}

export const base64Text = bytes => write64(bytes, BASE64).padEnd(Math.ceil(bytes.length / 3) * 4, '=');

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BASE58_VALUES = valuesOf(BASE58);

// At most cap bytes. {bytes} or {error}, in the words of certs/keys/base58.c.
export function base58(text, cap) {
	const value = []; // least first
	let zeros = 0;
	while (text[zeros] === '1')
		zeros++;
	for (let i = zeros; i < text.length; i++) {
		const code = text.charCodeAt(i);
		let carry = code < 128 ? BASE58_VALUES[code] : -1;
		if (carry < 0)
			return {error: `base58btc: character ${utf8(text.slice(0, i)).length + 1} is not of its alphabet`};
		for (let j = 0; j < value.length; j++) {
			carry += value[j] * 58;
			value[j] = carry & 255;
			carry >>= 8;
		}
		if (carry && value.length + zeros >= cap)
			return {tooLong: true};
		if (carry)
			value.push(carry);
	}
	return value.length + zeros > cap ? {tooLong: true} : {bytes: Uint8Array.from([...new Array(zeros).fill(0), ...value.reverse()])};
}

export function base58Text(bytes) {
	const digits = [];
	let zeros = 0;
	while (bytes[zeros] === 0)
		zeros++;
	for (const byte of bytes.subarray(zeros)) {
		let carry = byte;
		for (let j = 0; j < digits.length; j++) {
			carry += digits[j] << 8;
			digits[j] = carry % 58;
			carry = Math.floor(carry / 58);
		}
		for (; carry; carry = Math.floor(carry / 58))
			digits.push(carry % 58);
	}
	return '1'.repeat(zeros) + digits.reverse().map(digit => BASE58[digit]).join('');
}
