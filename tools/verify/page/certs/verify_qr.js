// A certificate on paper: the text of its symbol, or the COSE_Sign1 that is in it (certs/verify/verify_qr.c).

import {hex} from './bytes.js';
import {CborError} from './cbor.js';
import {checkClaimedResults, checkClaims, listClaims} from './claims.js';
import {checkCose, isCritical, isEs256, parseCose} from './cose.js';
import {P256} from './crypto.js';
import {parseDelegation} from './delegation.js';
import {find, stringOf} from './json.js';
import {parsePaper} from './paper.js';
import {parseQr} from './qr.js';
import {clip, cut} from './text.js';
import {NEVER, writeTime} from './time.js';
import {didHost} from './trust.js';
import {noteRemoved, verifyIssuer, verifyKey} from './verify_issuer.js';
import {tellSignature} from './verify_jws.js';
import {verifyLog} from './verify_log.js';
import {verifyStatus} from './verify_status.js';
import {verifyCreated, verifyTimes} from './verify_time.js';

const KID_LEN = 8, DID_MAX = 512, LEAF_START = 16;

const latin1 = bytes => Array.from(bytes, byte => String.fromCharCode(byte)).join('');

// What it returns, or undefined, having said why not.
function reading(r, check, vi, en, read) {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof CborError))
			throw error;
		r.fail(check, vi, en, error.message);
		return undefined;
	}
}

function readDocument(r, bytes) {
	const raw = (bytes[0] & 0xe0) === 0xc0; // a CBOR tag; no text begins so
	const packed = raw ? bytes : reading(r, 'document', 'không đọc được mã QR: %s', 'no readable QR text: %s', () => parseQr(latin1(bytes)));
	const cose = packed && reading(r, 'document', 'không đọc được COSE: %s', 'no readable COSE: %s', () => parseCose(packed));
	if (cose)
		r.pass('document', 'COSE_Sign1 đọc được, %s byte', 'readable COSE_Sign1 of %s bytes', packed.length);
	return cose;
}

// {goOn: this page can go on, delegation}
function checkHeader(r, cose) {
	if (!isEs256(cose) || isCritical(cose)) {
		r.unchecked('proof', "thuật toán %s: chương trình này chỉ kiểm được ES256, không kèm điều kiện ('crit')",
			"algorithm %s: this program can check ES256 only, without conditions ('crit')", cose.alg);
		return {goOn: false};
	}
	if (cose.kid.length === KID_LEN) {
		r.pass('proof', 'COSE_Sign1, ES256', 'COSE_Sign1, ES256');
		return {goOn: true};
	}
	const delegation = reading(r, 'proof', 'mã khóa (kid): %s', 'its kid: %s', () => parseDelegation(cose.kid));
	if (delegation)
		r.pass('proof', 'COSE_Sign1, ES256, khóa đợt được ủy quyền', 'COSE_Sign1, ES256, by a batch key with its delegation');
	return {goOn: Boolean(delegation), delegation};
}

function checkShape(r, cose) {
	const before = r.findings.length;
	r.document = reading(r, 'shape', 'nội dung: %s', 'its claims: %s', () => parsePaper(cose.payload));
	if (!r.document)
		return false;
	checkClaims(r);
	if (!r.document.has('nbf') || !r.document.has('iat'))
		r.fail('shape', "thiếu 'nbf' (5) hoặc 'iat' (6)", "'nbf' (5) or 'iat' (6) is missing");
	if (r.findings.length === before)
		r.pass('shape', 'CWT trên giấy', 'CWT on paper');
	return true;
}

// The issuer is named by the claim, the key by its thumbprint. {key, issuer}
async function checkListedKey(r, cose, created, trust, options) {
	const issuer = stringOf(find(r.document, 'iss')), entry = await trust?.findThumbprint(issuer, cose.kid);
	const named = {issuer, method: entry?.id ?? `${cut(issuer, DID_MAX)}#${hex(cose.kid)}`, created, kind: P256};
	return {issuer, key: verifyIssuer(r, named) ? verifyKey(r, named, trust, options) : null};
}

// A key that is out of use: is it left to the log to say that the paper was there before?
function isRemoved(r, entry, {at, policy, proof}) {
	const removed = entry.revoked !== NEVER && (entry.revoked <= at || (!entry.asserts && !entry.delegates)) && policy && proof;
	if (removed)
		noteRemoved(r, entry);
	return removed;
}

// What the trust files themselves say of the batch key, and of the authority, counts more than a delegation does.
function checkAuthority(r, delegation, authority, created, trust, options) {
	const batch = trust.findPublic(delegation.key), {at} = options;
	if (created === undefined || created < delegation.from || created >= delegation.until)
		r.fail('key', 'khóa đợt chỉ được ký từ %s đến %s', 'the batch key may sign from %s to %s only', writeTime(delegation.from), writeTime(delegation.until));
	else if (isRemoved(r, authority, options) || (batch && isRemoved(r, batch, options)))
		return;
	else if (authority.revoked <= at || authority.expires <= delegation.from)
		r.fail('key', '%s: khóa ủy quyền đã hết hiệu lực', "%s: the authority's key was revoked, or had expired", clip(authority.source));
	else if (batch && !batch.asserts)
		r.fail('key', '%s: đơn vị cấp không (hoặc không còn) cho khóa này ký chứng chỉ', '%s: the issuer does not let this key sign certificates (any more)', clip(batch.source));
	else if (batch && batch.revoked <= at)
		r.fail('key', '%s: khóa đã bị thu hồi từ %s', '%s: the key is revoked since %s', clip(batch.source), writeTime(batch.revoked));
	else
		r.pass('key', 'được ủy quyền bởi khóa trong %s', 'delegated by a key in %s', clip(authority.source));
}

async function checkDelegatedKey(r, delegation, created, trust, options) {
	const {authority, named, unknown} = trust ? await trust.findAuthority(delegation) : {}, said = stringOf(find(r.document, 'iss'));
	if (!authority) {
		const result = unknown ? 'could-not-check' : 'unknown';
		r.find('issuer', result, 'giấy chỉ nêu khóa ủy quyền', "the paper names the authority's key only");
		if (!trust)
			r.unchecked('key', 'không đọc được thư mục tin cậy', 'the trust folder could not be read');
		else if (unknown)
			r.unchecked('key', 'trình duyệt này không kiểm được chữ ký %s: dùng trình duyệt mới hơn', 'this browser cannot check signatures of %s: use a newer one', unknown);
		else if (named)
			r.fail('key', 'ủy quyền không do khóa nó nêu ký: giả mạo', 'the delegation is not signed by the authority that it names: a forgery');
		else
			r.find('key', 'unknown', 'thư mục tin cậy không có khóa ủy quyền %s', "the trust folder does not have the authority's key %s", hex(delegation.authority));
		return {key: delegation.key, issuer: ''};
	}
	r.issuer = authority.did;
	if (said && said !== authority.did)
		r.fail('issuer', "nêu '%s', nhưng khóa ủy quyền của '%s'", "it names '%s', but the authority is one of '%s'", clip(said), clip(authority.did));
	else
		r.pass('issuer', '%s', '%s', clip(authority.did));
	checkAuthority(r, delegation, authority, created, trust, options);
	return {key: delegation.key, issuer: authority.did};
}

async function checkStatus(r, issuer, options) {
	const status = find(r.document, 'status'), shard = find(status, 'shard'), host = didHost(issuer);
	const base = shard === undefined ? stringOf(find(status, 'uri')) : `${host ? `https://${host}/status/` : ''}${shard}`;
	await verifyStatus(r, status === undefined ? [] : [{list: `${base}/token`, purpose: '', idx: find(status, 'idx')}], options);
}

// The paper has the number of its entry and half of its hash, so the proof must bring the other half.
async function checkLog(r, options) {
	const log = find(r.document, 'log'), {policy, proof} = options, idx = find(log, 'index');
	if (!policy || !proof || !log || (proof.idx === idx && !proof.leaf))
		await verifyLog(r, null, options);
	else if (proof.idx !== idx)
		r.fail('log', 'bằng chứng của mục %s, giấy nêu mục %s', 'the proof is of entry %s, the paper names entry %s', proof.idx, idx);
	else if (find(log, 'leafStart') !== hex(proof.leaf.subarray(0, LEAF_START)))
		r.fail('log', 'bằng chứng của mục khác trong sổ, không phải của giấy này', 'the proof is of another entry than the paper names');
	else
		await verifyLog(r, proof.leaf, options);
}

export async function verifyQr(r, bytes, trust, options) {
	const cose = readDocument(r, bytes);
	if (!cose)
		return;
	r.pass('context', 'không cần ngữ cảnh', 'it needs none');
	const {goOn, delegation} = checkHeader(r, cose);
	if (!checkShape(r, cose))
		return;
	const [iat, from, until] = ['iat', 'nbf', 'exp'].map(name => find(r.document, name)), created = iat === undefined ? undefined : Number(iat);
	const {key = null, issuer = ''} = !goOn ? {} : delegation ? await checkDelegatedKey(r, delegation, created, trust, options) : await checkListedKey(r, cose, created, trust, options);
	if (key)
		tellSignature(r, await checkCose(cose, key), key);
	if (created !== undefined)
		verifyCreated(r, created, options.at);
	verifyTimes(r, {from: from === undefined ? undefined : Number(from), until: until === undefined ? undefined : Number(until)}, options.at);
	checkClaimedResults(r);
	await checkStatus(r, issuer, options);
	await checkLog(r, options);
	listClaims(r);
}
