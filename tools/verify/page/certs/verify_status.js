// Was it revoked or suspended (certs/verify/verify_status.c)? Not to know is never the same as "revoked".

import {find, kindOf, stringOf} from './json.js';
import {KINDS} from './status.js';
import {clip} from './text.js';
import {writeTime} from './time.js';

// The address of the shard, of which the list says one thing; null: it is none of ours.
function baseOf(list) {
	const word = KINDS.find(kind => list.endsWith('/' + kind) && list.length > kind.length + 1);
	return word ? list.slice(0, -word.length - 1) : null;
}

// By verifyIssuer, or as the certificate says.
function issuerOf(r) {
	const issuer = find(r.document, 'issuer');
	return r.issuer || stringOf(kindOf(issuer) === 'object' ? find(issuer, 'id') : issuer);
}

function tellUnknown(r, fault, list) {
	switch (fault) {
	case 'unsigned':
		r.unchecked('status', "danh sách '%s' không do đơn vị cấp ký, hoặc đã bị thay đổi: có bị thu hồi hay không thì không rõ",
			"the list '%s' is not signed by the issuer, or was changed: whether it was revoked is not known", clip(list));
		break;
	case 'old':
		r.unchecked('status', "danh sách '%s' đã quá hạn, hãy tải bản mới: có bị thu hồi hay không thì không rõ",
			"the list '%s' is out of date, fetch a newer one: whether it was revoked is not known", clip(list));
		break;
	case 'short':
		r.unchecked('status', "danh sách '%s' không có mục của chứng chỉ này", "the list '%s' has no entry of this certificate", clip(list));
		break;
	default:
		r.unchecked('status', "chưa có danh sách '%s' để tra: có thể đã bị thu hồi hay tạm dừng, không rõ",
			"the list '%s' was not given to look in: whether it was revoked or suspended is not known", clip(list));
	}
}

async function look(r, {list, idx}, base, options) {
	await options.status.need(base);
	const {standing, from, fault} = options.status.find(issuerOf(r), base, idx, options.at);
	r.standing = standing;
	if (standing === 'revoked')
		r.fail('status', 'đã bị THU HỒI (danh sách ngày %s)', 'REVOKED (list of %s)', writeTime(from));
	else if (standing === 'suspended')
		r.fail('status', 'đang bị TẠM ĐÌNH CHỈ (danh sách ngày %s)', 'SUSPENDED (list of %s)', writeTime(from));
	else if (standing === 'valid')
		r.pass('status', 'không bị thu hồi, không bị đình chỉ (danh sách ngày %s)', 'neither revoked nor suspended (list of %s)', writeTime(from));
	else
		tellUnknown(r, fault, list);
}

// entries: {list: address, purpose: "revocation", "suspension", or "" for an IETF token list, idx}. None: the certificate names no list.
export async function verifyStatus(r, entries, options) {
	const seen = new Set(); // one answer for both purposes
	if (!entries.length)
		r.pass('status', 'chứng chỉ không nêu danh sách trạng thái nào', 'the certificate names no status list');
	for (const entry of entries) {
		const base = options.status ? baseOf(entry.list) : null, place = `${entry.idx} ${base}`;
		if (base === null) {
			r.standing = 'unknown';
			tellUnknown(r, 'absent', entry.list);
		} else if (!seen.has(place)) {
			seen.add(place);
			await look(r, entry, base, options);
		}
	}
}
