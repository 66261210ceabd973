// Status lists: W3C Bitstring Status List v1.0 (BSL) and IETF Token Status List (TSL), read and believed or not (certs/status/status.c, status_lists.c).

import {base64url, utf8, utf8Text} from './bytes.js';
import {has} from './contents.js';
import {ED25519, inflate, P256, verifies} from './crypto.js';
import {equalJson, find, itemsOf, kindOf, membersOf, parseJson, stringOf, without} from './json.js';
import {cut, trim} from './text.js';
import {NEVER, parseTime} from './time.js';
import {readSignature, signedBytes} from './proof.js';

const LIST_MAX = 8 << 20, ENTRIES_MAX = 16 << 20, SHARD_ENTRIES = 131072;
const CONTEXT_VC = 'https://www.w3.org/ns/credentials/v2', TOKEN_TYPE = 'statuslist+jwt';
export const KINDS = ['revocation', 'suspension', 'token'];
const PROOF_MEMBERS = ['@context', 'type', 'cryptosuite', 'created', 'proofPurpose', 'verificationMethod', 'proofValue'];

export class StatusError extends Error {}

function need(object, name, kind) {
	const value = find(object, name);
	if (value === undefined || kindOf(value) !== kind)
		throw new StatusError(value === undefined ? `'${name}' is missing` : `'${name}' is not a ${kind}`);
	return value;
}

function needTime(object, name) {
	const {time, error} = parseTime(need(object, name, 'string'));
	if (error)
		throw new StatusError(error);
	return time;
}

const refuse = (bad, what) => {
	if (bad)
		throw new StatusError(what);
};

async function readEntries(text, format) {
	const packed = base64url(text);
	refuse(!packed, 'the list is not base64url without padding (RFC 4648 §5)');
	const entries = await inflate(packed, format, ENTRIES_MAX);
	refuse(!entries, `the list is not of the form ${format}, or has more than ${ENTRIES_MAX} bytes`);
	refuse(!entries.length, 'the list is empty');
	return entries;
}

async function readCredential(bytes) {
	const {value: json, error, line} = parseJson(bytes), list = {bits: 1};
	refuse(error, `line ${line}: ${error}`);
	refuse(kindOf(json) !== 'object' || !has(find(json, 'type'), 'BitstringStatusListCredential'), 'BSL §3.1: not a BitstringStatusListCredential');
	refuse(itemsOf(find(json, '@context'))[0] !== CONTEXT_VC, `VCDM §4.3: @context must begin with ${CONTEXT_VC}`);
	const issuer = find(json, 'issuer'), subject = need(json, 'credentialSubject', 'object'), size = find(subject, 'statusSize');
	list.uri = need(json, 'id', 'string');
	list.issuer = stringOf(kindOf(issuer) === 'object' ? find(issuer, 'id') : issuer);
	list.from = needTime(json, 'validFrom');
	list.until = find(json, 'validUntil') === undefined ? NEVER : needTime(json, 'validUntil');
	refuse(!has(find(subject, 'type'), 'BitstringStatusList'), 'BSL §3.1: the type of credentialSubject is not BitstringStatusList');
	list.kind = need(subject, 'statusPurpose', 'string');
	refuse(list.kind !== 'revocation' && list.kind !== 'suspension', `a status list of the purpose '${cut(list.kind, 40)}' says nothing that is asked for here`);
	refuse(size !== undefined && size !== 1n, 'a statusSize other than 1 is for messages only');
	const encoded = need(subject, 'encodedList', 'string');
	refuse(encoded[0] !== 'u', "BSL §3.3: encodedList does not begin with 'u' (multibase base64url)");
	list.entries = await readEntries(encoded.slice(1), 'gzip');
	refuse(list.entries.length < SHARD_ENTRIES / 8, `BSL §3.1: a list has at least ${SHARD_ENTRIES} entries, this one has ${8 * list.entries.length}`);
	const proofs = find(json, 'proof'); // of a set the one over the text, which binds all of it
	const proof = kindOf(proofs) === 'array' ? itemsOf(proofs).find(one => find(one, 'cryptosuite') === 'eddsa-jcs-2022') : need(json, 'proof', 'object');
	refuse(kindOf(proof) !== 'object', 'the proof is not of eddsa-jcs-2022, alone or beside one of eddsa-rdfc-2022');
	const strange = membersOf(proof).find(([name]) => !PROOF_MEMBERS.includes(name));
	refuse(strange, `'${strange?.[0]}' is not known here`);
	refuse(find(proof, 'type') !== 'DataIntegrityProof' || find(proof, 'cryptosuite') !== 'eddsa-jcs-2022' || find(proof, 'proofPurpose') !== 'assertionMethod',
		'the proof is not a DataIntegrityProof of eddsa-jcs-2022 for assertionMethod');
	refuse(find(proof, '@context') !== undefined && !equalJson(find(proof, '@context'), find(json, '@context')), "EDDSA §3.3.2: the list's @context is not that of its proof");
	list.method = need(proof, 'verificationMethod', 'string');
	list.signed = needTime(proof, 'created');
	const {bytes: signature, error: broken} = readSignature(need(proof, 'proofValue', 'string'));
	refuse(broken, `proofValue ${broken}`);
	return {...list, signature, algorithm: ED25519, message: await signedBytes(without(json, 'proof'), proof)};
}

async function readToken(text) {
	const parts = text.split('.'), [header, claims, signature] = parts.map(base64url), list = {kind: 'token'};
	refuse(parts.length !== 3 || !header?.length || !claims?.length, 'neither JSON nor a JWT (RFC 7519 §3: three parts of base64url)');
	refuse(!signature, 'the third part of the JWT is no base64url');
	const [head, said] = [header, claims].map(bytes => {
		const {value, error, line} = parseJson(bytes);
		refuse(error, `line ${line}: ${error}`);
		return value;
	});
	const type = need(head, 'typ', 'string'), alg = need(head, 'alg', 'string');
	refuse(type !== TOKEN_TYPE && type !== 'application/' + TOKEN_TYPE, `TSL §5.1: typ is '${cut(type, 40)}', not ${TOKEN_TYPE}`);
	refuse(find(head, 'crit') !== undefined, 'RFC 7515 §4.1.11: what its header calls critical is not known here');
	list.algorithm = alg === 'ES256' ? P256 : alg === 'EdDSA' || alg === 'Ed25519' ? ED25519 : null;
	refuse(!list.algorithm, `a status list by '${cut(alg, 40)}' cannot be verified here: ES256 or EdDSA`);
	refuse(signature.length !== 64, `RFC 7518 §3.4: the signature has ${signature.length} bytes, not 64`);
	list.method = need(head, 'kid', 'string');
	list.uri = need(said, 'sub', 'string');
	list.issuer = find(said, 'iss') === undefined ? '' : need(said, 'iss', 'string');
	list.from = list.signed = Number(need(said, 'iat', 'integer'));
	list.until = find(said, 'exp') === undefined ? NEVER : Number(need(said, 'exp', 'integer'));
	const of = need(said, 'status_list', 'object');
	list.bits = Number(need(of, 'bits', 'integer'));
	refuse(![1, 2, 4, 8].includes(list.bits), 'TSL §4.2: an entry has 1, 2, 4 or 8 bits');
	list.entries = await readEntries(need(of, 'lst', 'string'), 'deflate');
	return {...list, signature, message: utf8(`${parts[0]}.${parts[1]}`)};
}

export async function parseStatusList(bytes) {
	const text = trim(utf8Text(bytes) ?? '');
	refuse(bytes.length > LIST_MAX, `a status list has at most ${LIST_MAX} bytes`);
	const list = text.startsWith('{') ? await readCredential(utf8(text)) : await readToken(text);
	refuse(!/^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$/.test(list.uri) || list.uri.length > 1024, 'the address of a status list is an absolute URI of at most 1024 bytes');
	return list;
}

export const entryCount = list => BigInt(list.entries.length) * BigInt(8 / list.bits);

// The value of entry idx (BigInt), which is there. BSL §3.3 counts from the most significant bit; TSL §4.1 from the least.
export function entryValue(list, idx) {
	const each = BigInt(8 / list.bits), byte = list.entries[Number(idx / each)], place = Number(idx % each) * list.bits;
	return list.kind === 'token' ? byte >> place & ((1 << list.bits) - 1) : byte >> (7 - place) & 1;
}

// What is wrong with its signature, or null. Throws nothing: a browser without the algorithm is at fault too.
async function checkSigned(list, trust) {
	const entry = trust?.find(list.method);
	if (!list.issuer)
		return 'the status list names no issuer';
	if (!entry)
		return `the key of the status list, '${cut(list.method, 120)}', is not in the trust folder`;
	if (entry.key?.kind !== list.algorithm)
		return `${entry.source}: the key of the status list is not of the kind that it is signed by`;
	if (entry.did !== list.issuer)
		return `the status list is signed by a key of another issuer, '${cut(entry.did, 80)}'`;
	if (!entry.asserts || entry.revoked <= list.signed || entry.expires <= list.signed)
		return `${entry.source}: the key of the status list was withdrawn or had expired when it was signed`;
	return await verifies(entry.key, list.message, list.signature) ? null : 'the signature of the status list does not match its contents: it was changed';
}

// Lists of any time: of one address that counts which was newest at the time asked for. fetchLists, where it is given, is called once for each address that is asked
// for, and returns the bytes of the lists that are there.
export class StatusLists {
	constructor(trust, fetchLists = null) {
		this.trust = trust;
		this.lists = []; // {…list, fault: what is wrong with its signature, or null}
		this.fetchLists = fetchLists;
		this.asked = new Map(); // by address: Promise
	}

	// Has the lists of the shard at base, as far as they are to be had.
	async need(base) {
		const fetchOne = async list => {
			try {
				for (const bytes of await this.fetchLists(list))
					await this.add(list, bytes);
			} catch {
				// Not there: find says so.
			}
		};
		for (const kind of this.fetchLists ? KINDS : []) {
			const list = `${base}/${kind}`;
			if (!this.asked.has(list))
				this.asked.set(list, fetchOne(list));
			await this.asked.get(list);
		}
	}

	async add(name, bytes) {
		try {
			const list = await parseStatusList(bytes);
			this.lists.push({...list, fault: await checkSigned(list, this.trust)});
		} catch (error) {
			throw error instanceof StatusError ? new StatusError(`${name}: ${error.message}`) : error;
		}
	}

	// The newest of that kind that had begun; null: there is none that counts, and why.fault says so.
	newest(issuer, base, idx, at, kind, why) {
		let found = null;
		for (const list of this.lists) {
			if (list.kind !== kind || list.uri !== `${base}/${kind}` || list.from > at || (found && list.from < found.from))
				continue;
			if (list.fault || list.issuer !== issuer) // anybody can put one there: an older good one counts
				why.fault = 'unsigned';
			else
				found = list;
		}
		if (found && at >= found.until)
			why.fault = 'old';
		else if (found && idx >= entryCount(found))
			why.fault = 'short';
		else
			return found;
		return null;
	}

	// {standing: "valid", "revoked", "suspended" or "unknown", from: since when the list says so, fault: "absent", "unsigned", "old" or "short"}. Valid takes lists of both purposes, or a
	// token list; one list that says revoked or suspended is enough for that.
	find(issuer, base, idx, at) {
		const why = {fault: 'absent'}, said = {};
		let worst = null, from = NEVER;
		for (const kind of KINDS) {
			const list = this.newest(issuer, base, idx, at, kind, why);
			if (!list)
				continue;
			said[kind] = meaning(list, entryValue(list, idx));
			if (said[kind] === 'revoked' || (said[kind] === 'suspended' && worst?.standing !== 'revoked'))
				worst = {standing: said[kind], from: list.from};
			from = Math.min(from, list.from);
		}
		if (worst)
			return worst;
		if (said.token !== 'valid' && !(said.revocation === 'valid' && said.suspension === 'valid'))
			return {standing: 'unknown', ...why};
		return {standing: 'valid', from};
	}
}

function meaning({kind}, value) {
	if (value === 0)
		return 'valid';
	if (kind === 'suspension' || (kind === 'token' && value === 2))
		return 'suspended';
	return value === 1 ? 'revoked' : 'unknown'; // TSL §7.1: other values are of the issuer's own, none of ours
}
