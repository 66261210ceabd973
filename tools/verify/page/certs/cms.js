// CMS signatures of PDF seals (RFC 5652, PAdES baseline) and the certificate in them, as far as a seal by one of the issuer's own keys needs (certs/pdf/cms_check.c).
// Chains of certificates, revocation lists and time stamps are left to bangvang-verify.

import {concat, equal, hex, utf8Text} from './bytes.js';
import {P256, P384, sha256, verifies} from './crypto.js';

const SIGNED_DATA = '2a864886f70d010702', DATA = '2a864886f70d010701', CONTENT_TYPE = '2a864886f70d010903', MESSAGE_DIGEST = '2a864886f70d010904';
const SIGNING_CERTIFICATE = '2a864886f70d010910022f', TIME_STAMP = '2a864886f70d010910020e', SHA256 = '608648016503040201', EC_KEY = '2a8648ce3d0201';
const CURVES = {'2a8648ce3d030107': P256, '2b81040022': P384}, ALGORITHMS = {[P256]: '2a8648ce3d040302', [P384]: '2a8648ce3d040303'}, HALF = {[P256]: 32, [P384]: 48};
const NAMES = {'550403': 'CN', '55040a': 'O', '55040b': 'OU', '550406': 'C', '550407': 'L', '550408': 'ST'};
const SEQUENCE = 0x30, SET = 0x31, INTEGER = 0x02, OCTETS = 0x04, OID = 0x06, BITS = 0x03, CONTEXT_0 = 0xa0, CONTEXT_1 = 0xa1;

// invalid: it does not fit; else it is not of the shape that is read here.
export class CmsError extends Error {
	constructor(message, invalid = false) {
		super(message);
		this.invalid = invalid;
	}
}

const unreadable = 'PAdES: the seal is no detached CMS SignedData (RFC 5652)';
const refuse = (bad, what, invalid = false) => {
	if (bad)
		throw new CmsError(what, invalid);
};

// One element: {tag, all, body}; lengths are definite.
function der(bytes, at = 0) {
	const tag = bytes[at], first = bytes[at + 1], count = first & 0x7f;
	refuse(first === undefined || first === 0x80 || count > 3 && first > 0x80, unreadable);
	let length = first;
	if (first > 0x80) {
		length = 0;
		for (let i = 0; i < count; i++)
			length = length << 8 | bytes[at + 2 + i];
	}
	const from = at + 2 + (first > 0x80 ? count : 0);
	refuse(from + length > bytes.length, unreadable);
	return {tag, all: bytes.subarray(at, from + length), body: bytes.subarray(from, from + length)};
}

function children(element) {
	const out = [];
	for (let at = 0; at < element.body.length; at += out.at(-1).all.length)
		out.push(der(element.body, at));
	return out;
}

const need = (element, tag) => {
	refuse(element?.tag !== tag, unreadable);
	return element;
};
const oidOf = element => hex(need(element, OID).body);
const algorithm = element => oidOf(children(need(element, SEQUENCE))[0]);

// For people: "CN=…, O=…".
function nameText(name) {
	const parts = children(name).flatMap(set => children(set)).map(pair => {
		const [type, value] = children(pair);
		return `${NAMES[oidOf(type)] ?? hex(type.body)}=${utf8Text(value.body) ?? '?'}`;
	});
	return parts.reverse().join(', ');
}

// {all, issuer, serial, subject, key (null: of another kind)}
function readCertificate(element) {
	const [first, ...rest] = children(children(need(element, SEQUENCE))[0]), [serial, , issuer, , subject, info] = first.tag === CONTEXT_0 ? rest : [first, ...rest];
	const [kind, bits] = children(need(info, SEQUENCE)), [type, curve] = children(kind), known = oidOf(type) === EC_KEY && curve?.tag === OID ? CURVES[oidOf(curve)] : undefined;
	need(bits, BITS);
	return {
		all: element.all, issuer: issuer.all, serial: need(serial, INTEGER).all, subject: nameText(subject),
		key: known && bits.body.length === 2 + 2 * HALF[known] && bits.body[1] === 4 ? {kind: known, bytes: bits.body.subarray(1)} : null,
	};
}

// DER of (r, s) to r ‖ s.
function rawSignature(bytes, half) {
	const numbers = children(need(der(bytes), SEQUENCE)).map(number => {
		const digits = need(number, INTEGER).body, from = digits[0] === 0 ? 1 : 0;
		refuse(digits.length - from > half, "the seal's signature does not match its attributes", true);
		return concat(new Uint8Array(half - (digits.length - from)), digits.subarray(from));
	});
	return concat(...numbers);
}

const attributesOf = element => element ? children(element).map(attribute => {
	const [type, values] = children(need(attribute, SEQUENCE));
	return [oidOf(type), children(need(values, SET))];
}) : [];
const only = (attributes, type) => {
	const values = attributes.filter(([found]) => found === type);
	return values.length === 1 && values[0][1].length === 1 ? values[0][1][0] : null;
};

// The signer's certificate is the one that was meant (RFC 5035).
async function namesCertificate(value, certificate) {
	const ids = children(children(need(value, SEQUENCE))[0] ?? {body: []}), parts = ids.length === 1 ? children(need(ids[0], SEQUENCE)) : [];
	const explicit = parts[0]?.tag === SEQUENCE && parts[1]?.tag === OCTETS;
	if (explicit && algorithm(parts[0]) !== SHA256)
		return false;
	const hash = explicit ? parts[1] : parts[0];
	return hash?.tag === OCTETS && equal(hash.body, await sha256(certificate.all));
}

// The certificate of the seal, {key, subject, stamped: there is a time stamp, which is not looked at}, if the CMS signs that digest; good: null where this browser
// cannot tell. Throws CmsError.
export async function checkCms(bytes, digest) {
	const content = der(bytes), [type, wrapped] = children(need(content, SEQUENCE));
	refuse(oidOf(type) !== SIGNED_DATA, unreadable);
	refuse(bytes.subarray(content.all.length).some(byte => byte), "PAdES: something stands behind the seal's signature where only zeros may");
	const [, , encapsulated, ...rest] = children(need(children(need(wrapped, CONTEXT_0))[0], SEQUENCE)), inner = children(need(encapsulated, SEQUENCE));
	refuse(inner.length !== 1, unreadable);
	const signers = children(need(rest.at(-1), SET)), certificates = rest[0].tag === CONTEXT_0 ? children(rest[0]) : [];
	refuse(signers.length !== 1, 'PAdES: the seal has not exactly one signature');
	const parts = children(need(signers[0], SEQUENCE)), [, sid, hashed] = parts, signed = parts[3]?.tag === CONTEXT_0 ? parts[3] : null, [signing, signature, unsigned] = parts.slice(signed ? 4 : 3);
	const [issuer, serial] = sid.tag === SEQUENCE ? children(sid) : [];
	const leaf = certificates.map(readCertificate).findLast(certificate => issuer && equal(certificate.issuer, issuer.all) && equal(certificate.serial, serial.all));
	refuse(!leaf, "PAdES: the certificate of the seal's key is not in it");
	const attributes = attributesOf(signed), contentType = only(attributes, CONTENT_TYPE), hash = only(attributes, MESSAGE_DIGEST), own = only(attributes, SIGNING_CERTIFICATE);
	refuse(attributes.length !== 3 || contentType?.tag !== OID || oidOf(contentType) !== DATA || hash?.tag !== OCTETS || own?.tag !== SEQUENCE,
		'PAdES B-B: the signed attributes are not contentType, messageDigest and signingCertificateV2 alone');
	refuse(!equal(hash.body, digest), 'the sealed bytes are not those of the file: it was changed after it was sealed', true);
	refuse(!await namesCertificate(own, leaf), 'CAdES: the seal was made for another certificate than the one in it (signingCertificateV2)', true);
	refuse(!leaf.key || algorithm(hashed) !== SHA256 || algorithm(signing) !== ALGORITHMS[leaf.key.kind],
		'the seal is not by ECDSA of P-256 with SHA-256 (or of P-384): this program reads no other');
	const good = await verifies(leaf.key, concat([SET], signed.all.subarray(1)), rawSignature(need(signature, OCTETS).body, HALF[leaf.key.kind]));
	refuse(good === false, "the seal's signature does not match its attributes", true);
	return {...leaf, good, stamped: unsigned?.tag === CONTEXT_1 && attributesOf(unsigned).some(([found]) => found === TIME_STAMP)};
}
