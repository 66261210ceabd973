// COSE_Sign1 (RFC 9052 §4.2) of the one algorithm that paper has: ES256, also under its fully specified name ESP256 (RFC 9864) (certs/jose/cose.c).

import {concat, utf8} from './bytes.js';
import {byteStringHead, CborError, parseCbor} from './cbor.js';
import {P256, verifies} from './crypto.js';

const TAG_SIGN1 = 18n, TAG_CWT = 61n, ALG = 1n, CRIT = 2n, KID = 4n, ES256 = -7n, ESP256 = -9n, SIGNATURE_LEN = 64;

const refuse = (bad, what) => {
	if (bad)
		throw new CborError(what);
};

export const isEs256 = ({alg}) => alg === ES256 || alg === ESP256;
export const isCritical = ({protectedMap, unprotectedMap}) => protectedMap.has(CRIT) || unprotectedMap.has(CRIT);

// {protectedBytes, protectedMap, unprotectedMap, payload, signature, alg (0n: none), kid}. Nothing is verified.
export function parseCose(bytes) {
	let item = parseCbor(bytes);
	if (item?.tag === TAG_CWT)
		item = item.value;
	if (item?.tag === TAG_SIGN1)
		item = item.value;
	const isBytes = value => value instanceof Uint8Array;
	refuse(!Array.isArray(item) || item.length !== 4 || !isBytes(item[0]) || !(item[1] instanceof Map) || !isBytes(item[2]) || !isBytes(item[3]),
		'RFC 9052 §4.2: not a COSE_Sign1 [protected, unprotected, payload, signature]');
	const [protectedBytes, unprotectedMap, payload, signature] = item, protectedMap = protectedBytes.length ? parseCbor(protectedBytes) : new Map();
	refuse(!(protectedMap instanceof Map), 'RFC 9052 §3: the protected header is no map');
	// A KID in both is common and harmless: the protected one counts.
	const twice = [...unprotectedMap.keys()].find(key => typeof key === 'bigint' && key !== KID && protectedMap.has(key));
	refuse(twice !== undefined, `RFC 9052 §3: the parameter ${twice} is in both headers`);
	const alg = protectedMap.get(ALG), kid = protectedMap.get(KID) ?? unprotectedMap.get(KID) ?? new Uint8Array(0);
	refuse(!isBytes(kid), 'RFC 9052 §3.1: the kid is not bytes');
	return {protectedBytes, protectedMap, unprotectedMap, payload, signature, alg: typeof alg === 'bigint' ? alg : 0n, kid};
}

// Is it signed by that key, and nothing in it that must be understood? What is wrong, '' for nothing, or null: this browser cannot tell.
export async function checkCose(cose, key) {
	if (!isEs256(cose))
		return `the algorithm is ${cose.alg}, not ES256 (-7)`;
	if (isCritical(cose))
		return 'RFC 9052 §3.1: the header has what must be understood, and is not';
	if (key.kind !== P256)
		return 'ES256 takes a key of P-256 here';
	if (cose.signature.length !== SIGNATURE_LEN)
		return `RFC 9053 §2.1: the signature has ${cose.signature.length} bytes, not 64`;
	const string = bytes => concat(byteStringHead(bytes.length), bytes); // RFC 9052 §4.4
	const signed = concat([0x84, 0x6a], utf8('Signature1'), string(cose.protectedBytes), string(new Uint8Array(0)), string(cose.payload));
	const good = await verifies(key, signed, cose.signature);
	return good === null ? null : good ? '' : 'the signature does not match';
}
