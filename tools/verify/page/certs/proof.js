// Data Integrity proofs: what is signed (certs/vc/proof.c).

import {base58, concat, utf8} from './bytes.js';
import {sha256} from './crypto.js';
import {canonical, without} from './json.js';
import {Graph} from './rdfc.js';
import {addObject, CREDENTIAL, PROOF} from './rdfc_shape.js';

const SIGNATURE_LEN = 64;

// {bytes} or {error}: what is wrong, in the words of certs/vc/proof.c.
export function readSignature(text) {
	if (text[0] !== 'z')
		return {error: "does not begin with 'z' (base58btc)"};
	const {bytes, error} = base58(text.slice(1), SIGNATURE_LEN);
	return error ? {error} : bytes?.length === SIGNATURE_LEN ? {bytes} : {error: 'is not a signature of 64 bytes'};
}

// EDDSA §3.2.5 and §3.3.5: hash of the proof's options, then hash of the rest.
export async function signedBytes(document, proof) {
	const hash = value => sha256(utf8(canonical(value)));
	return concat(await hash(without(proof, 'proofValue')), await hash(document));
}

// The same of eddsa-rdfc-2022; throws ShapeError where they are not of our shape.
export async function signedBytesRdfc(document, proof) {
	const hash = async (object, shape, name) => {
		const graph = new Graph();
		addObject(graph, object, shape, name);
		return sha256(utf8(await graph.write()));
	};
	return concat(await hash(without(proof, 'proofValue'), PROOF, 'proof'), await hash(document, CREDENTIAL, 'the certificate'));
}
