// What a certificate's JSON says by itself: shape, times, results, status (certs/verify/verify_body.c).

import {at, has} from './contents.js';
import {countOf, find, itemsOf, kindOf, parseJson, stringOf} from './json.js';
import {checkResults} from './results.js';
import {clip} from './text.js';
import {parseTime} from './time.js';
import {verifyStatus} from './verify_status.js';
import {verifyTimes} from './verify_time.js';

const CREDENTIAL_MAX = 1 << 20, STATUS_MAX = 8;
export const CONTEXT_VC = 'https://www.w3.org/ns/credentials/v2';

// Sets r.document, or says why not and returns false.
export function parseDocument(r, bytes) {
	if (bytes.length > CREDENTIAL_MAX) {
		r.fail('document', 'lớn hơn %s byte', 'larger than %s bytes', CREDENTIAL_MAX);
		return false;
	}
	const {value, error, line} = parseJson(bytes);
	if (error) {
		r.fail('document', 'không đọc được JSON, dòng %s: %s', 'no readable JSON, line %s: %s', line, error);
		return false;
	}
	r.document = value;
	if (kindOf(value) !== 'object') {
		r.fail('document', 'không phải đối tượng JSON', 'not a JSON object');
		return false;
	}
	r.pass('document', 'JSON đọc được, %s byte', 'readable JSON of %s bytes', bytes.length);
	return true;
}

function checkContexts(r) {
	const contexts = find(r.document, '@context'), ob = stringOf(itemsOf(contexts)[1]);
	if (itemsOf(contexts)[0] !== CONTEXT_VC)
		r.fail('shape', 'VCDM §4.3: @context phải bắt đầu bằng %s', 'VCDM §4.3: @context must begin with %s', CONTEXT_VC);
	else if (!ob.startsWith('https://purl.imsglobal.org/spec/ob/v3p0/context') || !ob.endsWith('.json'))
		r.fail('shape', 'OB §B.1.2: @context thứ hai phải là ngữ cảnh Open Badges 3.0', 'OB §B.1.2: the second @context must be that of Open Badges 3.0');
}

function need(r, path, kind) {
	const value = at(r.document, path);
	if (value === undefined)
		r.fail('shape', "thiếu '%s'", "'%s' is missing", path);
	else if (kindOf(value) !== kind)
		r.fail('shape', "'%s' sai kiểu", "'%s' is of the wrong kind", path);
	else if (value === '')
		r.fail('shape', "'%s' rỗng", "'%s' is empty", path);
}

function needType(r, path, word, or) {
	const type = at(r.document, path);
	if (!has(type, word) && !(or && has(type, or)))
		r.fail('shape', "'%s' không có '%s'", "'%s' lacks '%s'", path, word);
}

function checkShape(r) {
	const before = r.findings.length;
	checkContexts(r);
	needType(r, 'type', 'VerifiableCredential');
	needType(r, 'type', 'OpenBadgeCredential', 'AchievementCredential');
	need(r, 'id', 'string');
	if (typeof find(r.document, 'issuer') !== 'string') {
		need(r, 'issuer', 'object');
		need(r, 'issuer.id', 'string');
		needType(r, 'issuer.type', 'Profile');
	}
	need(r, 'validFrom', 'string');
	need(r, 'credentialSubject', 'object');
	needType(r, 'credentialSubject.type', 'AchievementSubject');
	if (at(r.document, 'credentialSubject.id') === undefined && !countOf(at(r.document, 'credentialSubject.identifier')))
		r.fail('shape', 'OB §B.1.3: chứng chỉ không nêu người được cấp', 'OB §B.1.3: the certificate names no holder');
	need(r, 'credentialSubject.achievement', 'object');
	needType(r, 'credentialSubject.achievement.type', 'Achievement');
	need(r, 'credentialSubject.achievement.id', 'string');
	need(r, 'credentialSubject.achievement.name', 'string');
	need(r, 'credentialSubject.achievement.description', 'string');
	need(r, 'credentialSubject.achievement.criteria', 'object');
	if (r.findings.length === before)
		r.pass('shape', 'Open Badges 3.0 / VC 2.0', 'Open Badges 3.0 / VC 2.0');
}

function readTime(r, name) {
	const value = find(r.document, name);
	if (value === undefined)
		return undefined;
	const {time} = typeof value === 'string' ? parseTime(value) : {};
	if (time === undefined)
		r.fail('time', "'%s' không phải ngày giờ RFC 3339", "'%s' is no date and time of RFC 3339", name);
	return time;
}

// One entry of credentialStatus; null, having said so, if it is none that can be looked up.
function readStatus(r, json) {
	const type = find(json, 'type'), list = stringOf(find(json, 'statusListCredential')), purpose = stringOf(find(json, 'statusPurpose'));
	const idx = stringOf(find(json, 'statusListIndex')), size = find(json, 'statusSize');
	if (type === undefined) {
		r.fail('status', "VCDM §4.10: 'credentialStatus' không có 'type'", "VCDM §4.10: 'credentialStatus' has no 'type'");
		return null;
	}
	if (!has(type, 'BitstringStatusListEntry') || (size !== undefined && size !== 1n)) {
		r.unchecked('status', "chương trình này không tra được loại trạng thái '%s'", "this program cannot look up a status of the type '%s'", clip(stringOf(type)));
		return null;
	}
	if (!list || !purpose || !/^[0-9]{1,19}$/.test(idx) || BigInt(idx) >= 2n ** 63n) {
		r.fail('status', "'credentialStatus' thiếu statusListCredential, statusPurpose hoặc statusListIndex",
			"'credentialStatus' lacks statusListCredential, statusPurpose or statusListIndex");
		return null;
	}
	return {list, purpose, idx: BigInt(idx)};
}

async function checkStatus(r, options) {
	const status = find(r.document, 'credentialStatus'), list = Array.isArray(status) ? status : status === undefined ? [] : [status], entries = [];
	if (list.length > STATUS_MAX) {
		r.fail('status', 'có %s mục trạng thái: nhiều nhất %s', 'there are %s status entries: %s at most', list.length, STATUS_MAX);
		return;
	}
	for (const json of list) {
		const entry = readStatus(r, json);
		if (!entry)
			return;
		entries.push(entry);
	}
	await verifyStatus(r, entries, options);
}

export async function verifyBody(r, options) {
	checkShape(r);
	const [from, until, awarded] = ['validFrom', 'validUntil', 'awardedDate'].map(name => readTime(r, name));
	verifyTimes(r, {awarded, from, until}, options.at);
	checkResults(r);
	await checkStatus(r, options);
}
