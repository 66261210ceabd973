// A certificate as SD-JWT VC, whole or with some of its facts left out (certs/verify/verify_sd_jwt.c).

import {base64url, utf8Text} from './bytes.js';
import {checkClaimedResults, checkClaims, listClaims} from './claims.js';
import {P256} from './crypto.js';
import {find, stringOf} from './json.js';
import {JwsError} from './jws.js';
import {openSdJwt, parseSdJwt} from './sd_jwt.js';
import {clip, trim} from './text.js';
import {parseTime} from './time.js';
import {verifyIssuer} from './verify_issuer.js';
import {verifyAlgorithm, verifyIssuedAt, verifyJws} from './verify_jws.js';
import {verifyLog} from './verify_log.js';
import {verifyStatus} from './verify_status.js';
import {verifyTimes} from './verify_time.js';

const OPEN = ['iss', 'nbf', 'exp', 'iat', 'cnf', 'vct', 'status', 'log']; // draft-ietf-oauth-sd-jwt-vc §2.2.2.2: what is never left to the holder

function checkHeader(r, sd) {
	if (sd.jws.typ !== 'dc+sd-jwt') {
		r.fail('proof', "typ là '%s', phải là dc+sd-jwt", "its typ is '%s', it must be dc+sd-jwt", clip(sd.jws.typ));
		return false;
	}
	if (!verifyAlgorithm(r, sd.jws))
		return false;
	if (sd.keyBinding)
		r.unchecked('proof', 'có chữ ký của người trình (KB-JWT): chương trình này chưa kiểm được',
			'it has a signature of who presents it (KB-JWT): this program cannot check that');
	else
		r.pass('proof', 'SD-JWT VC, ES256, %s mục được tiết lộ', 'SD-JWT VC, ES256, %s claims disclosed', sd.disclosures.length);
	return true;
}

function checkShape(r, sd) {
	const before = r.findings.length;
	for (const {path} of sd.disclosures)
		if (OPEN.includes(path))
			r.fail('shape', "'%s' không được để người giữ giấu", "'%s' may not be left to the holder to disclose", path);
	for (const name of ['iss', 'vct'])
		if (!stringOf(find(r.document, name)))
			r.fail('shape', "thiếu '%s'", "'%s' is missing", name);
	checkClaims(r);
	if (r.findings.length === before)
		r.pass('shape', 'SD-JWT VC (dc+sd-jwt)', 'SD-JWT VC (dc+sd-jwt)');
}

function readTime(r, name) {
	const value = find(r.document, name);
	if (value !== undefined && typeof value !== 'bigint')
		r.fail('time', "'%s' không phải số nguyên", "'%s' is no integer", name);
	return typeof value === 'bigint' ? Number(value) : undefined;
}

function checkTimes(r, at) {
	const from = readTime(r, 'nbf'), until = readTime(r, 'exp'), {time: awarded} = parseTime(stringOf(find(r.document, 'awarded')));
	if (from === undefined)
		r.fail('time', 'không nêu có giá trị từ khi nào (nbf)', 'it does not say from when on it is valid (nbf)');
	verifyTimes(r, {awarded, from, until}, at);
}

// draft-ietf-oauth-status-list §6.2.
async function checkStatus(r, options) {
	const status = find(r.document, 'status'), list = find(status, 'status_list'), idx = find(list, 'idx'), uri = stringOf(find(list, 'uri'));
	if (status !== undefined && (!uri || typeof idx !== 'bigint' || idx < 0n))
		r.unchecked('status', "không hiểu 'status': không phải status_list với uri và idx", "its 'status' is not understood: no status_list with uri and idx");
	else
		await verifyStatus(r, status === undefined ? [] : [{list: uri, purpose: '', idx}], options);
}

export async function verifySdJwt(r, bytes, trust, options) {
	let sd;
	try {
		sd = await parseSdJwt(trim(utf8Text(bytes)));
		r.document = openSdJwt(sd);
	} catch (error) {
		if (!(error instanceof JwsError))
			throw error;
		r.fail('document', 'không đọc được SD-JWT: %s', 'no readable SD-JWT: %s', error.message);
		return;
	}
	r.pass('document', 'SD-JWT đọc được, %s byte', 'readable SD-JWT of %s bytes', bytes.length);
	r.pass('context', 'không cần ngữ cảnh', 'it needs none');
	checkShape(r, sd);
	const named = {issuer: stringOf(find(r.document, 'iss')), method: sd.jws.kid, created: verifyIssuedAt(r, r.document, options), kind: P256};
	if (checkHeader(r, sd) && verifyIssuer(r, named))
		await verifyJws(r, sd.jws, named, trust, options);
	checkTimes(r, options.at);
	checkClaimedResults(r);
	await checkStatus(r, options);
	const leaf = base64url(stringOf(find(find(r.document, 'log'), 'leaf')));
	await verifyLog(r, leaf?.length === 32 ? leaf : null, options);
	listClaims(r);
}
