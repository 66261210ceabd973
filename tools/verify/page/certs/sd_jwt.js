// SD-JWT (RFC 9901): "JWT~disclosure~disclosure~", and disclosures put back where their digests stand (certs/jose/sd_jwt_open.c).

import {base64url, hex, utf8} from './bytes.js';
import {sha256} from './crypto.js';
import {countOf, find, itemsOf, kindOf, parseJson, stringOf} from './json.js';
import {JwsError, parseJws} from './jws.js';
import {cut} from './text.js';

const JWS_MAX = 2 << 20, DISCLOSURES_MAX = 256, DIGESTS_MAX = 1024, DEPTH_MAX = 8;

const refuse = (bad, what) => {
	if (bad)
		throw new JwsError(what);
};

// RFC 9901 §4.2.
async function parseDisclosure(text) {
	const bytes = base64url(text);
	refuse(!bytes, 'RFC 9901 §4.2: a disclosure is not base64url');
	const {value, error} = parseJson(bytes);
	refuse(error, `RFC 9901 §4.2: a disclosure is no readable JSON: ${error}`);
	refuse(!Array.isArray(value) || (value.length !== 2 && value.length !== 3) || typeof value[0] !== 'string' || (value.length === 3 && typeof value[1] !== 'string'),
		'RFC 9901 §4.2: a disclosure is neither [salt, name, value] nor [salt, value]');
	return {value, digest: hex(await sha256(utf8(text))), path: undefined};
}

// {jws, disclosures: [{value, digest, path: where it stands, set by openSdJwt}], keyBinding}. Nothing is verified.
export async function parseSdJwt(text) {
	refuse(utf8(text).length > JWS_MAX, `larger than ${JWS_MAX} bytes`);
	const [issued, ...rest] = text.split('~'), keyBinding = rest.pop();
	refuse(keyBinding === undefined, "RFC 9901 §4: there is no '~' after the JWT");
	const jws = parseJws(issued);
	refuse(rest.length > DISCLOSURES_MAX, `more than ${DISCLOSURES_MAX} disclosures`);
	const disclosures = [];
	for (const disclosure of rest)
		disclosures.push(await parseDisclosure(disclosure));
	return {jws, disclosures, keyBinding};
}

class Opening {
	constructor(disclosures) {
		this.disclosures = disclosures;
		this.seen = new Set();
		this.depth = 0;
	}

	// null: the digest is a decoy, or its disclosure was left out.
	find(digest) {
		refuse(typeof digest !== 'string', 'RFC 9901 §4.2.4: a digest is no string');
		refuse(this.seen.size === DIGESTS_MAX, `more than ${DIGESTS_MAX} digests`);
		refuse(this.seen.has(digest), 'RFC 9901 §7.1: a digest is there twice');
		this.seen.add(digest);
		const bytes = digest.length <= 64 ? base64url(digest) : null;
		return bytes?.length === 32 ? this.disclosures.find(disclosure => disclosure.digest === hex(bytes)) ?? null : null;
	}

	// What a disclosure holds, opened in its turn.
	disclosed(disclosure, value, path) {
		refuse(++this.depth > DEPTH_MAX, `disclosures deeper than ${DEPTH_MAX}`);
		disclosure.path = path;
		const opened = this.value(value, path);
		this.depth--;
		return opened;
	}

	claim(into, digest, path) {
		const disclosure = this.find(digest);
		if (!disclosure)
			return;
		refuse(disclosure.value.length !== 3, 'RFC 9901 §7.1: the disclosure of a claim has no name');
		const [, name, value] = disclosure.value;
		refuse(!name || name.includes('\0') || name === '_sd' || name === '...', `RFC 9901 §7.1: a disclosure has the name '${cut(name, 40)}'`);
		refuse(into.has(name), `RFC 9901 §7.1: the claim '${cut(name, 40)}' is there already`);
		into.set(name, this.disclosed(disclosure, value, (path && path + '.') + name));
	}

	object(object, path) {
		const into = new Map(), digests = find(object, '_sd');
		for (const [name, value] of object)
			if (name !== '_sd')
				into.set(name, this.value(value, (path && path + '.') + name));
		refuse(digests !== undefined && !Array.isArray(digests), "RFC 9901 §4.2.4.1: '_sd' is no array");
		for (const digest of itemsOf(digests))
			this.claim(into, digest, path);
		return into;
	}

	// {"...": digest} in an array.
	element(into, element, path) {
		const digest = kindOf(element) === 'object' && countOf(element) === 1 ? find(element, '...') : undefined;
		if (digest === undefined) {
			into.push(this.value(element, path));
			return;
		}
		const disclosure = this.find(digest);
		if (!disclosure)
			return;
		refuse(disclosure.value.length !== 2, 'RFC 9901 §7.1: the disclosure of an element has a name');
		into.push(this.disclosed(disclosure, disclosure.value[1], path));
	}

	value(value, path) {
		if (value instanceof Map)
			return this.object(value, path);
		if (!Array.isArray(value))
			return value;
		const into = [];
		value.forEach((element, i) => this.element(into, element, `${path && path + '.'}${i}`));
		return into;
	}
}

// RFC 9901 §7.1: the payload with what is disclosed in its place, and without digests.
export function openSdJwt({jws, disclosures}) {
	const hash = find(jws.payload, '_sd_alg');
	refuse(hash !== undefined && hash !== 'sha-256', `RFC 9901 §4.1.1: digests by '${cut(stringOf(hash), 40)}': this program knows sha-256`);
	const opened = new Opening(disclosures).value(jws.payload, ''), lost = disclosures.findIndex(({path}) => path === undefined);
	refuse(lost >= 0, `RFC 9901 §7.1: disclosure ${lost + 1} belongs to no digest that was signed`);
	opened.delete('_sd_alg');
	return opened;
}
