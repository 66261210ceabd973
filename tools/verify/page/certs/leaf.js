// The entry of the public log that a certificate has: one line of canonical JSON that says of it hashes, keys and addresses only (certs/leaf.c). It follows
// from the certificate itself, so that nobody need be asked.

import {base64urlText, utf8} from './bytes.js';
import {sha256} from './crypto.js';
import {canonical, find, kindOf, stringOf, without} from './json.js';

const idOf = value => stringOf(kindOf(value) === 'object' ? find(value, 'id') : value);

// key: multikey of the Ed25519 key that signs it. The entry's bytes; null if there can be none.
export async function leafOf(certificate, key) {
	const status = find(certificate, 'credentialStatus'), entries = (Array.isArray(status) ? status : [status]).filter(entry => find(entry, 'statusPurpose') === 'revocation');
	const lists = entries.map(entry => stringOf(find(entry, 'statusListCredential')));
	if (lists.length > 1 || lists.some(list => !list.endsWith('/revocation')))
		return null;
	const leaf = new Map(Object.entries({
		achievement: idOf(find(find(certificate, 'credentialSubject'), 'achievement')),
		credential: base64urlText(await sha256(utf8(canonical(without(certificate, 'proof'))))),
		issuer: idOf(find(certificate, 'issuer')),
		key,
		type: 'certificate',
		v: 1n,
	}));
	if (lists.length)
		leaf.set('status', `${lists[0].slice(0, -'/revocation'.length)}#${stringOf(find(entries[0], 'statusListIndex'))}`);
	return utf8(canonical(leaf));
}
