// The facts of the envelopes that are no Open Badges JSON, SD-JWT VC and paper: an object of claims by the names below (certs/verify/claims.c).

import {countOf, find, itemsOf, membersOf, plain, stringOf} from './json.js';
import {decimal} from './results.js';
import {clip, cut} from './text.js';
import {parseTime, writeTime} from './time.js';

const FACTS_MAX = 4096, PART_SHOWN = 100;
const DECISIONS = ['Completed', 'Failed', 'Provisional'];

const FORMS = {
	text: value => typeof value === 'string',
	time: value => typeof value === 'bigint',
	any: () => true,
	each: value => value instanceof Map || Array.isArray(value), // member or element by itself
};

export const CLAIMS = [
	['name', 'text', ['Người được cấp', 'Holder']],
	['birthdate', 'text', ['Ngày sinh', 'Date of birth']],
	['licence', 'text', ['Số hiệu', 'Licence number']],
	['vct', 'text', ['Mã thành tựu', 'Achievement\'s identifier']],
	['programme', 'text', ['Mã thành tựu (rút gọn)', 'Achievement\'s identifier, shortened']],
	['level', 'text', ['Mức đạt', 'Level']],
	['areas', 'each', ['Kết quả', 'Result']],
	['results', 'each', ['Kết quả', 'Result']],
	['decision', 'text', ['Kết luận', 'Decision']],
	['awarded', 'text', ['Ngày công nhận', 'Awarded']],
	['nbf', 'time', ['Có giá trị từ', 'Valid from']],
	['exp', 'time', ['Có giá trị đến', 'Valid until']],
	['iat', 'time', ['Thời điểm ký', 'Signed at']],
	['iss', 'text', ['Mã đơn vị cấp', 'Issuer\'s identifier']],
	['status', 'any', ['Danh sách trạng thái', 'Status list']],
	['log', 'any', ['Sổ công khai', 'Public log']],
];

const isDay = text => {
	const m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
	return m && parseTime(`${text}T00:00:00Z`).time !== undefined;
};

// Finds fault where a claim of r.document is not of its kind; says nothing else.
export function checkClaims(r) {
	const birth = find(r.document, 'birthdate'), awarded = find(r.document, 'awarded');
	for (const [name, form] of CLAIMS) {
		const value = find(r.document, name);
		if (value !== undefined && !FORMS[form](value))
			r.fail('shape', "'%s' sai kiểu", "'%s' is of the wrong kind", name);
	}
	if (birth !== undefined && !isDay(stringOf(birth)))
		r.fail('shape', "'birthdate' không phải ngày", "'birthdate' is no date");
	if (awarded !== undefined && parseTime(stringOf(awarded)).time === undefined)
		r.fail('shape', "'awarded' không phải ngày giờ", "'awarded' is no date and time");
}

// Values are decimals, the decision is one. The scales are with the achievement, which these envelopes only name.
export function checkClaimedResults(r) {
	const areas = find(r.document, 'areas'), results = find(r.document, 'results'), decision = find(r.document, 'decision'), before = r.findings.length;
	for (const value of [...membersOf(areas).map(([, member]) => member), ...itemsOf(results).filter(element => element !== null)])
		if (typeof value !== 'string' || decimal(value) === null)
			r.fail('results', "'%s' không phải số thập phân", "'%s' is not a decimal", clip(stringOf(value)));
	if (decision !== undefined && !DECISIONS.includes(decision))
		r.fail('results', "'%s' không phải kết luận", "'%s' is no decision", clip(stringOf(decision)));
	if (r.findings.length === before)
		r.pass('results', '%s kết quả được nêu; thang điểm ở thành tựu', '%s results are stated; their scales are with the achievement', countOf(areas) + countOf(results));
}

function add(r, path, label, value, form) {
	if (r.facts.length >= FACTS_MAX)
		return;
	const text = form === 'time' && typeof value === 'bigint' ? writeTime(Number(value)) : typeof value === 'string' ? value : plain(value);
	r.fact(path, label, text, 0);
}

// "Result IU01".
function addPart(r, name, part, label, value) {
	const shown = cut(part, PART_SHOWN).split('\0', 1)[0];
	add(r, `${name}.${shown}`, label.map(word => `${word} ${shown}`), value, 'any');
}

// Lists them for people, in the order above, then whatever else there is.
export function listClaims(r) {
	for (const [name, form, label] of CLAIMS) {
		const value = find(r.document, name);
		if (value !== undefined && form === 'each') {
			for (const [part, member] of membersOf(value))
				addPart(r, name, part, label, member);
			itemsOf(value).forEach((element, i) => element === null || addPart(r, name, String(i + 1), label, element));
		} else if (value !== undefined) {
			add(r, name, label, value, form);
		}
	}
	for (const [name, value] of membersOf(r.document))
		if (!CLAIMS.some(([known]) => known === name))
			add(r, cut(name, PART_SHOWN), cut(name, PART_SHOWN), value, 'any');
}
