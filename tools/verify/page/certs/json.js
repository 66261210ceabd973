// JSON (RFC 8259) with the limits of base/json.c: UTF-8, no name twice, at most 64 deep. JSON.parse is not used, because it takes the last of two members
// of one name, and rounds numbers. Objects are Maps, integers BigInts, other numbers Numbers; writing is the canonical form of RFC 8785.

import {utf8Text} from './bytes.js';

const DEPTH = 64, LEAST = -(2n ** 63n), MOST = 2n ** 63n - 1n;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const ESCAPES = {'"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t'};

class Refused extends Error {}

class Reader {
	constructor(text) {
		this.text = text;
		this.at = 0;
		this.depth = 0;
	}

	refuse(what) {
		throw new Refused(what);
	}

	line() {
		return this.text.slice(0, this.at).split('\n').length;
	}

	space() {
		for (let c = this.text.charCodeAt(this.at); c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09; c = this.text.charCodeAt(++this.at))
			;
	}

	take(c) {
		if (this.text[this.at] !== c)
			return false;
		this.at++;
		return true;
	}

	word(text, value) {
		if (!this.text.startsWith(text, this.at))
			this.refuse('not JSON (RFC 8259)');
		this.at += text.length;
		return value;
	}

	number() {
		NUMBER.lastIndex = this.at;
		const m = NUMBER.exec(this.text);
		if (!m)
			this.refuse(this.at < this.text.length ? 'not JSON (RFC 8259)' : 'JSON ends too early: a value, bracket or quote is missing');
		this.at = NUMBER.lastIndex;
		const value = m[1] || m[2] ? Number(m[0]) : m[0].length < 24 ? BigInt(m[0]) : MOST + 1n;
		if (typeof value === 'bigint' ? value < LEAST || value > MOST : !Number.isFinite(value))
			this.refuse('number is too large: an integer must fit 64 bits, a real a double');
		return value;
	}

	escape() {
		const c = this.text[this.at++];
		if (c in ESCAPES)
			return ESCAPES[c];
		const digits = this.text.slice(this.at, this.at + 4);
		if (c !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits))
			this.refuse('not JSON (RFC 8259): invalid escape');
		this.at += 4;
		return String.fromCharCode(parseInt(digits, 16));
	}

	string() {
		let out = '', from = this.at;
		for (;;) {
			const c = this.text.charCodeAt(this.at);
			if (Number.isNaN(c))
				this.refuse('JSON ends too early: a value, bracket or quote is missing');
			if (c < 0x20)
				this.refuse('not JSON (RFC 8259): control character');
			if (c !== 0x22 && c !== 0x5c) {
				this.at++;
				continue;
			}
			out += this.text.slice(from, this.at++);
			if (c === 0x22)
				break;
			out += this.escape();
			from = this.at;
		}
		if (/\p{Surrogate}/u.test(out)) // half of a pair
			this.refuse('not JSON (RFC 8259): invalid Unicode');
		return out;
	}

	open() {
		if (++this.depth > DEPTH)
			this.refuse(`JSON is nested more than ${DEPTH} deep`);
		this.space();
	}

	object() {
		const out = new Map();
		this.open();
		if (!this.take('}'))
			for (;;) {
				if (!this.take('"'))
					this.refuse('not JSON (RFC 8259)');
				const name = this.string();
				if (name.includes('\0'))
					this.refuse('a name with \\u0000 in it is not accepted');
				if (out.has(name))
					this.refuse('JSON object has this name twice: keep one');
				this.space();
				if (!this.take(':'))
					this.refuse('not JSON (RFC 8259)');
				out.set(name, this.value());
				if (this.take('}'))
					break;
				if (!this.take(','))
					this.refuse('not JSON (RFC 8259)');
				this.space();
			}
		this.depth--;
		return out;
	}

	array() {
		const out = [];
		this.open();
		if (!this.take(']'))
			for (;;) {
				out.push(this.value());
				if (this.take(']'))
					break;
				if (!this.take(','))
					this.refuse('not JSON (RFC 8259)');
			}
		this.depth--;
		return out;
	}

	// With the space around it.
	value() {
		this.space();
		const c = this.text[this.at];
		let value;
		if (c === '{' || c === '[' || c === '"')
			this.at++;
		if (c === '{')
			value = this.object();
		else if (c === '[')
			value = this.array();
		else if (c === '"')
			value = this.string();
		else if (c === 't')
			value = this.word('true', true);
		else if (c === 'f')
			value = this.word('false', false);
		else if (c === 'n')
			value = this.word('null', null);
		else
			value = this.number();
		this.space();
		return value;
	}
}

// {value} or {error, line}.
export function parseJson(bytes) {
	const text = utf8Text(bytes);
	if (text === null)
		return {error: 'not UTF-8: save the file as UTF-8', line: 1};
	const reader = new Reader(text);
	try {
		const value = reader.value();
		if (reader.at < text.length)
			reader.refuse('JSON goes on after the end of its value: remove the rest');
		return {value};
	} catch (error) {
		if (error instanceof Refused)
			return {error: error.message, line: reader.line()};
		throw error;
	}
}

// ---- Reading. A value may be undefined: nothing is found in it. ----

export function kindOf(value) {
	if (value === undefined || value === null)
		return 'null';
	if (value instanceof Map)
		return 'object';
	return Array.isArray(value) ? 'array' : {bigint: 'integer', number: 'real', boolean: 'boolean', string: 'string'}[typeof value];
}

export const find = (object, name) => object instanceof Map ? object.get(name) : undefined;
export const stringOf = value => typeof value === 'string' ? value : '';
export const itemsOf = value => Array.isArray(value) ? value : [];
export const countOf = value => Array.isArray(value) ? value.length : value instanceof Map ? value.size : 0;
export const membersOf = value => value instanceof Map ? [...value] : [];

export function equalJson(a, b) {
	if (kindOf(a) !== kindOf(b))
		return false;
	if (Array.isArray(a))
		return a.length === b.length && a.every((value, i) => equalJson(value, b[i]));
	if (a instanceof Map)
		return a.size === b.size && [...a].every(([name, value]) => b.has(name) && equalJson(value, b.get(name)));
	return a === b || (a ?? null) === (b ?? null);
}

// An object without one of its members.
export const without = (object, ...names) => new Map([...object].filter(([name]) => !names.includes(name)));

// ---- Writing ----

const writeString = text => JSON.stringify(text); // the escapes of RFC 8785 §3.2.2.2: there are no lone surrogates in what was read

// Canonical (RFC 8785): an integer past 2^53 is written as the double that everybody else reads.
export function canonical(value) {
	if (value instanceof Map)
		return '{' + [...value.keys()].sort().map(name => writeString(name) + ':' + canonical(value.get(name))).join() + '}';
	if (Array.isArray(value))
		return '[' + value.map(canonical).join() + ']';
	if (typeof value === 'string')
		return writeString(value);
	return typeof value === 'bigint' || typeof value === 'number' ? String(Number(value) + 0) : String(value ?? null);
}

// As it was read: a value that is no text, for people.
export function plain(value) {
	if (value instanceof Map)
		return '{' + [...value].map(([name, member]) => writeString(name) + ':' + plain(member)).join() + '}';
	if (Array.isArray(value))
		return '[' + value.map(plain).join() + ']';
	if (typeof value === 'string')
		return writeString(value);
	if (typeof value !== 'number')
		return String(value ?? null);
	const text = Object.is(value, -0) ? '-0' : String(value);
	return /[.e]/.test(text) ? text : text + '.0';
}
