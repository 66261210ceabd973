// Whose key is it (certs/verify/verify_issuer.c)?

import {parseMultikey} from './multikey.js';
import {clip} from './text.js';
import {NEVER, writeTime} from './time.js';

// named: {method: DID URL of the key, issuer: DID of the certificate's issuer}. False: nothing more can be said of it.
export function verifyIssuer(r, {method, issuer}) {
	if (!issuer) {
		r.fail('issuer', 'chứng chỉ không nêu đơn vị cấp', 'the certificate names no issuer');
		return false;
	}
	if (!method.includes('#') || method.split('#', 1)[0] !== issuer) {
		r.fail('issuer', "khóa '%s' không thuộc đơn vị cấp '%s'", "the key '%s' does not belong to the issuer '%s'", clip(method), clip(issuer));
		return false;
	}
	r.issuer = issuer;
	r.pass('issuer', '%s', '%s', clip(issuer));
	return true;
}

// Leaves the check of a key that is out of use undecided. Of several keys the one that was taken out of use first.
export function noteRemoved(r, {revoked, source}) {
	if (!r.removed || r.removed.since > revoked)
		r.removed = {since: revoked, source};
}

// A key that its issuer took out of use counts for what the log had before that (logged: seconds; 0: there is no proof of it). What has passed verifyKey undecided is
// decided here, once: by verifyLog, or at the end.
export function verifyRemoved(r, logged) {
	const {removed} = r;
	r.removed = null;
	if (!removed)
		return;
	if (logged && logged < removed.since)
		r.pass('key', '%s: khóa không còn dùng từ %s, nhưng sổ công khai đã có chứng chỉ này từ trước (%s)', '%s: the key counts no more since %s, but the public log had this before (%s)',
			clip(removed.source), writeTime(removed.since), writeTime(logged));
	else
		r.fail('key', '%s: khóa không còn dùng từ %s, và không có bằng chứng sổ công khai đã có chứng chỉ này từ trước',
			'%s: the key counts no more since %s, and nothing proves that the public log had this before', clip(removed.source), writeTime(removed.since));
}

function checkTrusted(r, entry, kind, created, {at, policy, proof}) {
	const source = clip(entry.source);
	if (!entry.key || entry.key.kind !== kind) {
		r.unchecked('key', '%s: không phải khóa %s', '%s: not a key of %s', source, kind);
		return null;
	}
	if (entry.revoked !== NEVER && (!entry.asserts || entry.revoked <= at) && policy && proof)
		noteRemoved(r, entry);
	else if (!entry.asserts)
		r.fail('key', '%s: đơn vị cấp không (hoặc không còn) cho khóa này ký chứng chỉ', '%s: the issuer does not let this key sign certificates (any more)', source);
	else if (entry.revoked !== NEVER && entry.revoked <= at)
		r.fail('key', '%s: khóa đã bị thu hồi từ %s', '%s: the key is revoked since %s', source, writeTime(entry.revoked));
	else if (entry.expires !== NEVER && (created === undefined || created >= entry.expires))
		r.fail('key', '%s: khóa đã hết hạn %s, trước khi ký', '%s: the key expired at %s, before it signed this', source, writeTime(entry.expires));
	else
		r.pass('key', '%s', '%s', source);
	return entry.key;
}

// Is it in the trust files, for assertions, at that time? Returns the key to try the signature with, from there or else from the key's own name; or null.
// created: when it was signed by its own word, or undefined.
export function verifyKey(r, {method, issuer, created, kind}, trust, options) {
	const entry = trust?.find(method), fragment = method.slice(method.indexOf('#') + 1), own = issuer.startsWith('did:key:'); // did:key:X#X
	if (entry)
		return checkTrusted(r, entry, kind, created, options);
	const named = parseMultikey(fragment).key, key = named?.kind === kind ? named : null;
	if (own && (!key || issuer.slice(8) !== fragment))
		r.fail('key', 'did:key không khớp khóa của nó', 'this did:key is not named after its key');
	else if (own && options.allowDidKey)
		r.pass('key', 'lấy từ chính chứng chỉ (--allow-did-key): không cho biết ai là đơn vị cấp',
			'taken from the certificate itself (--allow-did-key): this does not tell who the issuer is');
	else if (!trust)
		r.unchecked('key', 'không đọc được thư mục tin cậy', 'the trust folder could not be read');
	else if (trust.knows(issuer))
		r.fail('key', 'đơn vị cấp có trong thư mục tin cậy nhưng không công bố khóa này: giả mạo, hoặc thư mục đã cũ',
			'the trust folder knows the issuer, but not this key of it: a forgery, or the folder is out of date');
	else
		r.find('key', 'unknown', "thư mục tin cậy không có '%s'", "the trust folder does not have '%s'", clip(issuer));
	return key;
}
