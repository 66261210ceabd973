// What an authority says of a batch key, so that a paper can be verified by who knows the authority alone: compressed point 33 ‖ from be32 ‖ days 1 ‖
// authority 4 ‖ signature 64 (certs/keys/delegation.c).

import {concat, utf8} from './bytes.js';
import {CborError} from './cbor.js';
import {P256, P384, verifies} from './crypto.js';
import {decompress} from './multikey.js';

const LENGTH = 106, AT_FROM = 33, AT_DAYS = 37, AT_AUTHORITY = 38, AT_SIGNATURE = 42, DAY_S = 86400;

// {key, from, until, authority: first bytes of its thumbprint, signed, signature}
export function parseDelegation(bytes) {
	if (bytes.length !== LENGTH)
		throw new CborError(`a delegation has ${LENGTH} bytes, not ${bytes.length}`);
	if (!bytes[AT_DAYS])
		throw new CborError('a delegation for no day');
	const key = decompress(P256, bytes.subarray(0, AT_FROM)), from = new DataView(bytes.buffer, bytes.byteOffset).getUint32(AT_FROM);
	if (!key)
		throw new CborError('the key of the delegation is no point of P-256');
	return {key, from, until: from + bytes[AT_DAYS] * DAY_S, authority: bytes.slice(AT_AUTHORITY, AT_SIGNATURE), signed: bytes.slice(0, AT_SIGNATURE), signature: bytes.slice(AT_SIGNATURE)};
}

// true, false, or null: this browser cannot tell.
export async function checkDelegation(delegation, authority) {
	return authority.kind === P384 ? false : verifies(authority, concat(utf8('BV-DELEGATION-1\0'), delegation.signed), delegation.signature);
}
