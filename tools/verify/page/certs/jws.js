// JSON Web Signatures in the compact form (RFC 7515 §7.1), of the one algorithm that our envelopes have: ES256 (RFC 7518 §3.4) (certs/jose/jws.c).

import {base64url, utf8} from './bytes.js';
import {P256, verifies} from './crypto.js';
import {find, kindOf, parseJson, stringOf} from './json.js';
import {cut} from './text.js';

const JWS_MAX = 2 << 20, SIGNATURE_LEN = 64;

export class JwsError extends Error {}

function parseObject(bytes, part) {
	const {value, error} = parseJson(bytes);
	if (error)
		throw new JwsError(`the ${part} is no readable JSON: ${error}`);
	if (kindOf(value) !== 'object')
		throw new JwsError(`the ${part} is not a JSON object`);
	return value;
}

// {header, payload, alg, typ, kid, signed, signature}. Nothing is verified.
export function parseJws(text) {
	if (utf8(text).length > JWS_MAX)
		throw new JwsError(`larger than ${JWS_MAX} bytes`);
	const first = text.indexOf('.'), second = text.indexOf('.', first + 1);
	if (first < 0 || second < 0)
		throw new JwsError('RFC 7515 §7.1: not three parts with full stops between them');
	const [head, body, signature] = [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)].map(base64url);
	if (!head)
		throw new JwsError('RFC 7515 §2: the header is not base64url');
	const header = parseObject(head, 'header');
	if (!signature)
		throw new JwsError('RFC 7515 §2: the signature is not base64url');
	if (!body)
		throw new JwsError('RFC 7515 §2: the payload is not base64url');
	const [alg, typ, kid] = ['alg', 'typ', 'kid'].map(name => stringOf(find(header, name)));
	return {header, payload: parseObject(body, 'payload'), alg, typ, kid, signed: utf8(text.slice(0, second)), signature};
}

// Is it ES256 by that key, with nothing in the header that must be understood? What is wrong, '' for nothing, or null: this browser cannot tell.
export async function checkJws(jws, key) {
	if (jws.alg !== 'ES256')
		return `the algorithm is '${cut(jws.alg, 40)}', not ES256`;
	if (find(jws.header, 'crit') !== undefined || find(jws.header, 'b64') !== undefined)
		return 'RFC 7515 §4.1.11: the header has what must be understood, and is not';
	if (key.kind !== P256)
		return 'ES256 takes a key of P-256';
	if (jws.signature.length !== SIGNATURE_LEN)
		return `RFC 7518 §3.4: the signature has ${jws.signature.length} bytes, not 64`;
	const good = await verifies(key, jws.signed, jws.signature);
	return good === null ? null : good ? '' : 'the signature does not match';
}
