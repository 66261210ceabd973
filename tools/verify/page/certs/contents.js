// Every fact that a certificate states, in an order for people: the known members first and by name, then whatever else is in it (certs/verify/contents.c).

import {countOf, find, itemsOf, kindOf, membersOf, plain, stringOf} from './json.js';
import {cut} from './text.js';

export const RESULTS_MAX = 256; // results, and descriptions of results
const FACTS_MAX = 4096, NAME_SHOWN = 100;

// "[]" stands for any index, and for none; a number: it stays beside the one so many rows before it, where there are several of both.
export const HASHED = ['Người được cấp (mã băm)', 'Holder (hash)']; // OB IdentityHash
const KNOWN = [
	['credentialSubject.identifier[].identityHash', ['Người được cấp', 'Holder']],
	['credentialSubject.licenseNumber', ['Số hiệu', 'Licence number']],
	['name', ['Chứng chỉ', 'Certificate']],
	['credentialSubject.achievement.name', ['Tên thành tựu', 'Achievement']],
	['credentialSubject.result', ['Kết quả', 'Result']],
	['awardedDate', ['Ngày công nhận', 'Awarded']],
	['validFrom', ['Có giá trị từ', 'Valid from']],
	['validUntil', ['Có giá trị đến', 'Valid until']],
	['issuer', ['Mã đơn vị cấp', 'Issuer\'s identifier']],
	['issuer.name', ['Đơn vị cấp', 'Issuer']],
	['issuer.id', ['Mã đơn vị cấp', 'Issuer\'s identifier']],
	['issuer.url', ['Trang của đơn vị cấp', 'Issuer\'s page']],
	['credentialSubject.achievement.description', ['Mô tả', 'Description']],
	['credentialSubject.achievement.criteria.narrative', ['Tiêu chí', 'Criteria']],
	['credentialSubject.achievement.criteria.id', ['Trang tiêu chí', 'Criteria\'s page']],
	['credentialSubject.achievement.achievementType', ['Loại', 'Kind']],
	['credentialSubject.achievement.version', ['Phiên bản', 'Version']],
	['credentialSubject.achievement.inLanguage', ['Ngôn ngữ', 'Language']],
	['evidence[].name', ['Minh chứng', 'Evidence']],
	['evidence[].id', ['Mã băm minh chứng', 'Evidence\'s hash'], 1],
	['id', ['Mã chứng chỉ', 'Certificate\'s identifier']],
	['credentialSubject.id', ['Mã người được cấp', 'Holder\'s identifier']],
	['credentialSubject.achievement.id', ['Mã thành tựu', 'Achievement\'s identifier']],
	['credentialSubject.identifier[].identityType', ['Định danh bằng', 'Holder identified by']],
	['credentialSubject.identifier[].hashed', ['Định danh đã băm', 'Holder\'s identification is hashed']],
	['credentialSubject.identifier[].salt', ['Muối của mã băm', 'Salt of the hash']],
	['credentialStatus[].statusPurpose', ['Trạng thái tra được', 'Status to look up']],
	['credentialStatus[].statusListCredential', ['Danh sách trạng thái', 'Status list'], 1],
	['credentialStatus[].statusListIndex', ['Vị trí trong danh sách', 'Place in the list'], 2],
	['proof[].created', ['Thời điểm ký', 'Signed at']],
	['proof[].verificationMethod', ['Khóa ký', 'Signing key'], 1],
	['proof[].cryptosuite', ['Bộ mật mã', 'Cryptosuite'], 2],
	['proof[].proofPurpose', ['Mục đích ký', 'Purpose of the proof'], 3],
	['proof[].proofValue', ['Chữ ký', 'Signature'], 4],
];
const PATTERNS = KNOWN.map(([path]) => new RegExp(`^${path.replace(/\./g, '\\.').replace(/\[\]/g, '(?:\\[[^\\]]*\\])?')}$`));
const RESULT_RANK = KNOWN.findIndex(([path]) => path === 'credentialSubject.result');

export const at = (object, path) => path.split('.').reduce(find, object);

export const has = (type, word) => type === word || itemsOf(type).includes(word);

// The element of an array of objects whose member has that text.
export const findBy = (array, member, text) => itemsOf(array).find(element => find(element, member) === text);

function rankOf(path) {
	const rank = PATTERNS.findIndex(pattern => pattern.test(path));
	return rank < 0 ? KNOWN.length : rank;
}

class Walk {
	constructor(report) {
		this.report = report;
	}

	add(path, value) {
		const rank = rankOf(path), known = KNOWN[rank];
		this.report.fact(path, rank === 0 && value.startsWith('sha256$') ? HASHED : known ? known[1] : path, value, rank - (known?.[2] ?? 0));
	}

	member(name, value, path) {
		this.walk(value, (path && path + '.') + cut(name, NAME_SHOWN)); // a certificate of long names would make a far longer list
	}

	// Members of a result or of its description that the result's own line does not show.
	rest(object, shown, path) {
		for (const [name, value] of membersOf(object))
			if (!shown.includes(name))
				this.member(name, value, path);
	}

	result(result, path) {
		const id = stringOf(find(result, 'resultDescription'));
		const description = findBy(at(this.report.document, 'credentialSubject.achievement.resultDescription'), 'id', id), name = find(description, 'name');
		const label = (typeof name === 'string' ? name : id).split('\0', 1)[0];
		this.report.fact(path, label, resultLine(result, description), RESULT_RANK);
		this.rest(result, ['resultDescription', 'value', 'status', 'type'], path);
	}

	description(description, path) {
		const results = at(this.report.document, 'credentialSubject.result');
		if (kindOf(description) === 'object' && findBy(results, 'resultDescription', stringOf(find(description, 'id'))))
			this.rest(description, ['id', 'type', 'name', 'resultType', 'valueMin', 'valueMax', 'requiredValue', 'allowedValue'], path);
		else
			this.walk(description, path);
	}

	array(array, path) {
		const few = array.length <= RESULTS_MAX;
		array.forEach((element, i) => {
			const place = `${path}[${i}]`;
			if (few && path === 'credentialSubject.result' && kindOf(element) === 'object')
				this.result(element, place);
			else if (few && path === 'credentialSubject.achievement.resultDescription')
				this.description(element, place);
			else
				this.walk(element, place);
		});
	}

	walk(value, path) {
		if (this.report.facts.length >= FACTS_MAX)
			return;
		if (value instanceof Map)
			for (const [name, member] of value)
				this.member(name, member, path);
		else if (Array.isArray(value) && !value.every(element => typeof element === 'string'))
			this.array(value, path);
		else
			this.add(path, Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : plain(value));
	}
}

// "8.50 (0 … 10; ≥ 4)"
function resultLine(result, description) {
	const text = (object, name) => stringOf(find(object, name)), shown = value => value.split('\0', 1)[0], inside = [];
	const [min, max, required] = ['valueMin', 'valueMax', 'requiredValue'].map(name => text(description, name)), allowed = find(description, 'allowedValue');
	if (min || max)
		inside.push(max ? `${shown(min)} … ${shown(max)}` : `≥ ${shown(min)}`);
	if (countOf(allowed))
		inside.push(itemsOf(allowed).map(stringOf).join(', '));
	if (required)
		inside.push(`≥ ${shown(required)}`);
	return shown(text(result, 'value')) + shown(text(result, 'status')) + (inside.length ? ` (${inside.join('; ')})` : '');
}

// As many as the list would have at most.
function countValues(value) {
	if (value instanceof Map || (Array.isArray(value) && !value.every(element => typeof element === 'string')))
		return [...value.values()].reduce((sum, member) => sum + countValues(member), 0);
	return 1;
}

// The facts of report.document, which came in so many bytes.
export function listFacts(report, size) {
	new Walk(report).walk(report.document, '');
	// A value and what parts it from the next take two bytes at least.
	if (size > 2 * FACTS_MAX && countValues(report.document) > FACTS_MAX)
		report.fail('shape', 'nhiều hơn %s thông tin: không liệt kê hết', 'more than %s facts: not all are listed', FACTS_MAX);
	report.facts.sort((a, b) => a.rank - b.rank);
}
