// CBOR (RFC 8949), read with the limits of base/cbor.c. Integers are BigInts, byte strings Uint8Arrays, texts strings, arrays Arrays, maps Maps, tags
// {tag, value}, other numbers Numbers.

import {utf8Text} from './bytes.js';

const MAX = 64 << 10, DEPTH = 16, ITEMS_MAX = 4096, BREAK = Symbol('break');

export class CborError extends Error {}

const refuse = (bad, what) => {
	if (bad)
		throw new CborError(what);
};

function half(bits) {
	const exponent = bits >> 10 & 31, fraction = bits & 1023, sign = bits & 0x8000 ? -1 : 1;
	if (exponent === 31)
		return fraction ? NaN : sign * Infinity;
	return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

class Reader {
	constructor(bytes) {
		this.bytes = bytes;
		this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		this.at = 0;
		this.items = 0;
		this.depth = 0;
	}

	need(length) {
		refuse(length > this.bytes.length - this.at, 'CBOR: it ends too early');
		this.at += length;
		return this.at - length;
	}

	// The number in a head; undefined: indefinite.
	number(info, first) {
		if (info < 24)
			return BigInt(info);
		if (info === 24)
			return BigInt(this.view.getUint8(this.need(1)));
		if (info === 25)
			return BigInt(this.view.getUint16(this.need(2)));
		if (info === 26)
			return BigInt(this.view.getUint32(this.need(4)));
		if (info === 27)
			return this.view.getBigUint64(this.need(8));
		refuse(info !== 31, `CBOR: no item begins with the byte ${first.toString(16).padStart(2, '0')}`);
		return undefined;
	}

	simple(info, first) {
		const unknown = `CBOR: no item begins with the byte ${first.toString(16).padStart(2, '0')}`;
		switch (info) {
		case 20:
		case 21:
			return info === 21;
		case 22:
		case 23:
			return null;
		case 25:
			return half(this.view.getUint16(this.need(2)));
		case 26:
			return this.view.getFloat32(this.need(4));
		case 27:
			return this.view.getFloat64(this.need(8));
		case 31:
			return BREAK;
		default:
			throw new CborError(unknown);
		}
	}

	open(count, read) {
		refuse(++this.depth > DEPTH, `CBOR: deeper than ${DEPTH}`);
		refuse(count !== undefined && count > BigInt(this.bytes.length - this.at), 'CBOR: it ends too early');
		const out = read();
		this.depth--;
		return out;
	}

	// Elements of an array, or keys and values.
	list(count) {
		const out = [];
		if (count !== undefined) {
			for (let i = 0n; i < count; i++)
				out.push(this.item());
			return out;
		}
		for (let item = this.any(); item !== BREAK; item = this.any())
			out.push(item);
		return out;
	}

	map(count) {
		const list = this.list(count === undefined ? undefined : 2n * count), out = new Map();
		refuse(list.length % 2, 'CBOR: a key without a value');
		for (let i = 0; i < list.length; i += 2) {
			refuse(typeof list[i] !== 'bigint' && typeof list[i] !== 'string', 'CBOR: a key that is neither integer nor text');
			refuse(out.has(list[i]), 'CBOR: a map has a key twice');
			out.set(list[i], list[i + 1]);
		}
		return out;
	}

	any() {
		refuse(++this.items > ITEMS_MAX, `CBOR: more than ${ITEMS_MAX} items`);
		const first = this.bytes[this.need(1)], major = first >> 5, info = first & 31;
		if (major === 7)
			return this.simple(info, first);
		const n = this.number(info, first);
		refuse(n === undefined && (major < 2 || major === 6), `CBOR: no item begins with the byte ${first.toString(16).padStart(2, '0')}`);
		refuse(n === undefined && major < 4, 'CBOR: a string in pieces');
		refuse((major < 2 || major === 6) && n >= 2n ** 63n, 'CBOR: a number beyond 64 bits with sign');
		switch (major) {
		case 0:
			return n;
		case 1:
			return -1n - n;
		case 2:
		case 3: {
			refuse(n > BigInt(this.bytes.length), 'CBOR: it ends too early');
			const at = this.need(Number(n)), bytes = this.bytes.subarray(at, at + Number(n)), text = major === 3 ? utf8Text(bytes) : null;
			refuse(major === 3 && text === null, 'CBOR: a text that is not UTF-8');
			return major === 3 ? text : bytes;
		}
		case 4:
			return this.open(n, () => this.list(n));
		case 5:
			return this.open(n, () => this.map(n));
		default:
			return this.open(1n, () => ({tag: n, value: this.item()}));
		}
	}

	item() {
		const item = this.any();
		refuse(item === BREAK, 'CBOR: a break where nothing is open');
		return item;
	}
}

// One item with nothing after it.
export function parseCbor(bytes) {
	refuse(bytes.length > MAX, `CBOR: more than ${MAX} bytes`);
	const reader = new Reader(bytes), item = reader.item();
	refuse(reader.at < bytes.length, `CBOR: ${bytes.length - reader.at} bytes after its end`);
	return item;
}

const head = (major, n) => n < 24 ? [major << 5 | n] : n < 256 ? [major << 5 | 24, n] : [major << 5 | 25, n >> 8, n & 255];
export const byteStringHead = length => head(2, length);
