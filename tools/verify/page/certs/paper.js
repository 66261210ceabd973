// What a certificate says on paper: CWT claims (RFC 8392), so few bytes that they fit into a symbol, as the claims of claims.js (certs/jose/paper.c).

import {hex} from './bytes.js';
import {CborError, parseCbor} from './cbor.js';
import {writeTime} from './time.js';

const ISS = 1n, EXP = 4n, NBF = 5n, IAT = 6n, FACTS = -65537n; // RFC 8392 §3.1; §9.1: below -65536 is private
const NAME = 1n, BIRTH = 2n, LICENCE = 3n, PROGRAMME = 4n, LEVEL = 5n, DECISION = 6n, RESULTS = 7n, STATUS = 8n, LOG_IDX = 9n, LEAF = 10n, AWARDED = 11n;
const PROGRAMME_LEN = 4, LEAF_LEN = 16, NO_VALUE = 7n, AREAS_MAX = 64, FIRST_DAY = -719162n, LAST_DAY = 2932896n;
const DECISIONS = [null, 'Completed', 'Failed', 'Provisional'];

const wrong = key => new CborError(`the claim ${key} is of the wrong kind`);
const need = (good, key) => {
	if (!good)
		throw wrong(key);
};
const isBytes = value => value instanceof Uint8Array;

function writeValue(word) {
	const places = Number(word & 7n), zigzag = word >> 3n, digits = String((zigzag + 1n) / 2n).padStart(places + 1, '0'), point = digits.length - places;
	return (zigzag % 2n ? '-' : '') + digits.slice(0, point) + (places ? '.' + digits.slice(point) : '');
}

// One varint (LEB128) an area, zigzag(mantissa) << 3 | places; null: bytes that are never written.
function readResults(bytes) {
	const list = [];
	let word = 0n, shift = 0n;
	for (const byte of bytes) {
		word |= BigInt(byte & 127) << shift;
		shift += 7n;
		if (byte & 128 ? shift > 56n : byte === 0 && shift > 7n)
			return null;
		if (byte & 128)
			continue;
		word &= (1n << 64n) - 1n;
		if (((word & 7n) === NO_VALUE && word !== NO_VALUE) || list.length === AREAS_MAX)
			return null;
		list.push(word === NO_VALUE ? null : writeValue(word));
		word = shift = 0n;
	}
	return shift === 0n ? list : null;
}

function read(json, name, map, key, kind) {
	if (!map.has(key))
		return;
	need(typeof map.get(key) === kind, key);
	json.set(name, map.get(key));
}

function readBirth(json, facts) {
	const days = facts.get(BIRTH);
	if (days === undefined)
		return;
	need(typeof days === 'bigint' && days >= FIRST_DAY && days <= LAST_DAY, BIRTH);
	json.set('birthdate', writeTime(Number(days) * 86400).slice(0, 10));
}

function readProgramme(json, facts) {
	const hash = facts.get(PROGRAMME);
	if (hash === undefined)
		return;
	need(isBytes(hash) && hash.length === PROGRAMME_LEN, PROGRAMME);
	json.set('programme', hex(hash));
}

function readRating(json, facts) {
	const decision = facts.get(DECISION), results = facts.get(RESULTS);
	need(typeof decision === 'bigint' && decision >= 1n && decision < BigInt(DECISIONS.length), DECISION);
	json.set('decision', DECISIONS[Number(decision)]);
	if (results === undefined)
		return;
	need(isBytes(results), RESULTS);
	const list = readResults(results);
	need(list, RESULTS);
	json.set('results', list);
}

function readStatus(json, facts) {
	const item = facts.get(STATUS);
	if (item === undefined)
		return;
	need(Array.isArray(item) && item.length === 2 && typeof item[1] === 'bigint' && item[1] >= 0n, STATUS);
	const [shard, idx] = item;
	need((typeof shard === 'bigint' && shard >= 0n) || typeof shard === 'string', STATUS);
	json.set('status', new Map([['idx', idx], [typeof shard === 'bigint' ? 'shard' : 'uri', shard]]));
}

function readLog(json, facts) {
	const idx = facts.get(LOG_IDX), leaf = facts.get(LEAF);
	if (idx === undefined && leaf === undefined)
		return;
	need(typeof idx === 'bigint' && idx >= 0n, LOG_IDX);
	need(isBytes(leaf) && leaf.length === LEAF_LEN, LEAF);
	json.set('log', new Map([['index', idx], ['leafStart', hex(leaf)]]));
}

function readAwarded(json, facts) {
	const before = facts.get(AWARDED), from = json.get('nbf') ?? 0n;
	need(before === undefined || (typeof before === 'bigint' && before >= 0n && before <= from), AWARDED);
	json.set('awarded', writeTime(Number(from - (before ?? 0n))));
}

// What is not known would be a fact that nobody sees.
function onlyKnown(map, known) {
	if ([...map.keys()].some(key => key !== FACTS && !known(key)))
		throw new CborError('it has a claim that this program does not know');
}

// The claims as a Map. "status" is {idx, uri} or, where only the number of the shard is told, {idx, shard}.
export function parsePaper(bytes) {
	const claims = parseCbor(bytes), json = new Map(), facts = claims instanceof Map ? claims.get(FACTS) : undefined;
	if (!(facts instanceof Map))
		throw new CborError(`the claims have no map of facts (${FACTS}): not a certificate of Bang Vang`);
	onlyKnown(claims, key => [ISS, EXP, NBF, IAT].includes(key));
	onlyKnown(facts, key => typeof key === 'bigint' && key >= NAME && key <= AWARDED);
	read(json, 'iss', claims, ISS, 'string');
	read(json, 'exp', claims, EXP, 'bigint');
	read(json, 'nbf', claims, NBF, 'bigint');
	read(json, 'iat', claims, IAT, 'bigint');
	read(json, 'name', facts, NAME, 'string');
	readBirth(json, facts);
	read(json, 'licence', facts, LICENCE, 'string');
	readProgramme(json, facts);
	read(json, 'level', facts, LEVEL, 'string');
	readRating(json, facts);
	readStatus(json, facts);
	readLog(json, facts);
	readAwarded(json, facts);
	return json;
}
