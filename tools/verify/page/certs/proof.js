// Data Integrity proofs: what is signed (certs/proof.c).

import {base58, concat, utf8} from './bytes.js';
import {sha256} from './crypto.js';
import {canonical, without} from './json.js';

const SIGNATURE_LEN = 64;

// {bytes} or {error}: what is wrong, in the words of certs/proof.c.
export function readSignature(text) {
	if (text[0] !== 'z')
		return {error: "does not begin with 'z' (base58btc)"};
	const {bytes, error} = base58(text.slice(1), SIGNATURE_LEN);
	return error ? {error} : bytes?.length === SIGNATURE_LEN ? {bytes} : {error: 'is not a signature of 64 bytes'};
}

// EDDSA §3.3.5: hash of the proof's options, then hash of the rest.
export async function signedBytes(document, proof) {
	const hash = value => sha256(utf8(canonical(value)));
	return concat(await hash(without(proof, 'proofValue')), await hash(document));
}
