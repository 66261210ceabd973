// The keys of the issuers that the reader trusts (certs/verify/trust.c): DID documents and lists of keys. What is broken is an error, never passed over.

import {equal, utf8, utf8Text} from './bytes.js';
import {P256} from './crypto.js';
import {checkDelegation} from './delegation.js';
import {find, itemsOf, kindOf, parseJson} from './json.js';
import {equalKeys, multikeyText, parseJwk, parseMultikey, thumbprint} from './multikey.js';
import {NEVER, parseTime} from './time.js';

const TRUST_MAX = 10000, DID_MAX = 512;
const OTHER_KEYS = ['z6LS', 'zUC7']; // X25519, BLS12-381: they stand in documents beside ours

export class TrustError extends Error {}

const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?:%3A0*([0-9]+))?$/;
const PATH = /^(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+$/;

// A did:key of one of our keys, or a did:web with a plausible host and path; says what is wrong with it, or null.
export function checkDid(did) {
	if (utf8(did).length > DID_MAX)
		return `a DID has at most ${DID_MAX} bytes`;
	if (did.startsWith('did:key:'))
		return parseMultikey(did.slice(8)).error ?? null;
	if (!did.startsWith('did:web:'))
		return `'${did.slice(0, 100)}' is neither did:web:HOST[:PATH] nor did:key:MULTIKEY`;
	const [host, ...path] = did.slice(8).split(':'), port = HOST.exec(host);
	if (!port || (port[1] !== undefined && !(Number(port[1]) > 0 && Number(port[1]) < 65536)))
		return `did:web: '${host.slice(0, 100)}' is not a host in lower case, with %3A before a port`;
	const bad = path.find(part => !PATH.test(part) || part === '.' || part === '..');
	return bad === undefined ? null : `did:web: '${bad.slice(0, 100)}' cannot be a part of a path`;
}

// "host:8443" of a did:web; '' for others.
export const didHost = did => did.startsWith('did:web:') ? did.slice(8).split(':', 1)[0].replace('%3A', ':') : '';

export class Trust {
	constructor() {
		this.keys = new Map(); // by DID URL: {did, id, source, key (null: of a kind that is not known here), asserts, delegates, expires, revoked}
	}

	find(method) {
		return this.keys.get(method);
	}

	// The key by its bytes, whoever lists it.
	findPublic(key) {
		return [...this.keys.values()].find(entry => entry.key && equalKeys(entry.key, key));
	}

	// The issuer's key of P-256 whose thumbprint (RFC 7638) begins with those bytes.
	async findThumbprint(did, start) {
		for (const entry of this.keys.values())
			if (entry.key?.kind === P256 && entry.did === did && equal((await thumbprint(entry.key)).subarray(0, start.length), start))
				return entry;
		return undefined;
	}

	// {authority: the key that may delegate and signed it; named: there is one of that thumbprint; unknown: a kind of key that this browser cannot check}
	async findAuthority(delegation) {
		const found = {named: false};
		for (const entry of this.keys.values()) {
			if (!entry.key || !entry.delegates || !equal((await thumbprint(entry.key)).subarray(0, delegation.authority.length), delegation.authority))
				continue;
			found.named = true;
			const good = await checkDelegation(delegation, entry.key);
			if (good)
				return {authority: entry, named: true};
			if (good === null)
				found.unknown = entry.key.kind;
		}
		return found;
	}

	// Does any trusted file speak of this issuer?
	knows(did) {
		return [...this.keys.values()].some(key => key.did === did);
	}

	// The same key in two files is one; two different keys under one name are refused: which of them counts must not hang on file names.
	add(key) {
		const known = this.keys.get(key.id);
		if (known) {
			const same = (!known.key && !key.key) || (known.key && key.key && equalKeys(known.key, key.key));
			if (same && known.bare && !key.bare)
				this.keys.set(key.id, key);
			if (same && (key.bare || known.bare))
				return;
			if (!same || ['asserts', 'delegates', 'expires', 'revoked'].some(name => known[name] !== key[name]))
				throw new TrustError(`${known.source} says something else of the same key ${key.id}: keep one of the two files`);
			return;
		}
		if (this.keys.size === TRUST_MAX)
			throw new TrustError(`more than ${TRUST_MAX} trusted keys`);
		this.keys.set(key.id, key);
	}

	// A file by its name: "*.json" is a DID document, "*.multikey" has lines "MULTIKEY [DID]"; others are passed over.
	addFile(name, bytes) {
		try {
			if (name.endsWith('.json'))
				this.addDocument(name, bytes);
			else if (name.endsWith('.multikey'))
				this.addLines(name, bytes);
		} catch (error) {
			throw error instanceof TrustError ? new TrustError(`${name}: ${error.message}`) : error;
		}
	}

	addDocument(source, bytes) {
		const {value: document, error, line} = parseJson(bytes);
		if (error)
			throw new TrustError(`line ${line}: ${error}`);
		if (find(document, 'keys') !== undefined && find(document, 'id') === undefined) {
			this.addKeySet(source, need(document, 'keys', 'array'));
			return;
		}
		const did = need(document, 'id', 'string'), assertion = need(document, 'assertionMethod', 'array'), methods = optional(document, 'verificationMethod');
		const absolute = id => id.startsWith('#') ? did + id : id;
		const wrong = did.startsWith('did:web:') || did.startsWith('did:key:') ? checkDid(did) : null;
		if (!did.startsWith('did:') || utf8(did).length > DID_MAX || wrong)
			throw new TrustError(wrong ?? "'id' is not a DID");
		const names = list => new Set(list.filter(entry => typeof entry === 'string').map(absolute)), asserting = names(assertion), delegating = names(itemsOf(find(document, 'capabilityDelegation')));
		for (const method of methods) {
			const key = readMethod(source, did, method, absolute);
			this.add({...key, asserts: asserting.has(key.id), delegates: delegating.has(key.id)});
		}
		for (const method of assertion.filter(entry => kindOf(entry) === 'object'))
			this.add({...readMethod(source, did, method, absolute), asserts: true, delegates: false});
		for (const name of asserting)
			if (!this.keys.has(name))
				throw new TrustError(`assertionMethod: no verificationMethod has the id '${name}'`);
	}

	// RFC 7517 §5, whose keys are named by DID URLs: else nobody would know whose they are. A DID document says more of the same key.
	addKeySet(source, keys) {
		for (const jwk of keys) {
			const {key, error, other} = parseJwk(jwk);
			if (other)
				continue;
			if (error)
				throw new TrustError(error);
			const id = need(jwk, 'kid', 'string'), did = id.split('#', 1)[0];
			if (did === id || checkDid(did))
				throw new TrustError(`the kid '${id.slice(0, 100)}' of a key is not DID#NAME`);
			this.add({did, id, source, key, asserts: true, delegates: false, bare: true, expires: NEVER, revoked: NEVER});
		}
	}

	addLines(source, bytes) {
		const text = utf8Text(bytes);
		if (text === null)
			throw new TrustError('not UTF-8: save the file as UTF-8');
		text.split('\n').forEach((line, i) => {
			const [word, did, more] = line.split('#', 1)[0].split(/[ \t\r]+/).filter(Boolean);
			if (word === undefined)
				return;
			const multikey = did === undefined && word.startsWith('did:key:') ? word.slice(8) : word, {key, error} = parseMultikey(multikey), own = 'did:key:' + multikey;
			const wrong = more !== undefined ? 'more than MULTIKEY and DID on the line' : error ?? (did === undefined ? null : checkDid(did)) ??
				(did?.startsWith('did:key:') && did !== own ? 'this did:key is the name of another key' : null);
			if (wrong)
				throw new TrustError(`line ${i + 1}: ${wrong}`);
			this.add({did: did ?? own, id: `${did ?? own}#${multikey}`, source, key, asserts: true, delegates: false, expires: NEVER, revoked: NEVER});
		});
	}
}

function need(object, name, kind) {
	const value = find(object, name);
	if (value === undefined || kindOf(value) !== kind)
		throw new TrustError(value === undefined ? `'${name}' is missing` : `'${name}' is not a ${kind}`);
	return value;
}

const optional = (object, name) => find(object, name) === undefined ? [] : itemsOf(need(object, name, 'array'));

function readTime(method, name) {
	if (find(method, name) === undefined)
		return NEVER;
	const {time, error} = parseTime(need(method, name, 'string'));
	if (error)
		throw new TrustError(`'${name}': ${error}`);
	return time;
}

// One verification method, without what assertionMethod says of it.
function readMethod(source, did, method, absolute) {
	const id = absolute(need(method, 'id', 'string')), type = need(method, 'type', 'string'), controller = need(method, 'controller', 'string');
	const entry = {did, id, source, key: null, expires: readTime(method, 'expires'), revoked: readTime(method, 'revoked')}, fragment = id.slice(did.length + 1);
	if (!id.startsWith(did + '#'))
		throw new TrustError(`CID §2.2: the key '${id}' is not named after the document's id '${did}'`);
	if (controller !== did)
		throw new TrustError(`CID §2.2: the key '${id}' has another controller: '${controller}'`);
	if (type === 'JsonWebKey' || type === 'JsonWebKey2020') {
		const {key, error} = parseJwk(need(method, 'publicKeyJwk', 'object'));
		if (error)
			throw new TrustError(error);
		entry.key = key ?? null;
	} else if (type === 'Multikey' || type === 'Ed25519VerificationKey2020') {
		const multikey = need(method, 'publicKeyMultibase', 'string');
		if (OTHER_KEYS.some(prefix => multikey.startsWith(prefix)))
			return entry;
		const {key, error} = parseMultikey(multikey);
		if (error)
			throw new TrustError(error);
		entry.key = key;
	}
	const named = entry.key && multikeyText(entry.key);
	if (named && (fragment.startsWith('z6Mk') || fragment.startsWith('zDna')) && fragment !== named)
		throw new TrustError(`the key's name '${id}' and its public key differ: one of them was changed`);
	if (named && did.startsWith('did:key:') && did.slice(8) !== named)
		throw new TrustError(`the key of '${did}' is not the one that its name holds`);
	return entry;
}

