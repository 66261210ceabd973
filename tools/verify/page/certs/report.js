// What a verification found, in both languages, and what the certificate says (certs/verify/report.c). Every text is that of the C program: a test compares them.

// In the order in which they are shown. The one of the log may be left out of a valid certificate: where nobody named a log to look in.
export const CHECKS = [
	['document', ['Tệp', 'File']],
	['shape', ['Cấu trúc', 'Structure']],
	['proof', ['Bằng chứng ký', 'Proof']],
	['context', ['Ngữ cảnh', 'Context']],
	['issuer', ['Đơn vị cấp', 'Issuer']],
	['key', ['Khóa', 'Key']],
	['signature', ['Chữ ký', 'Signature']],
	['time', ['Thời hạn', 'Time']],
	['results', ['Kết quả', 'Results']],
	['status', ['Thu hồi, tạm dừng', 'Revocation']],
	['log', ['Sổ công khai', 'Public log']],
];

export const OUTCOMES = {
	'not-done': ['chưa kiểm', 'not done'],
	'passed': ['đạt', 'passed'],
	'failed': ['SAI', 'FAILED'],
	'unknown': ['chưa rõ', 'unknown'],
	'could-not-check': ['không kiểm được', 'could not check'],
};

export const VERDICTS = {
	'valid': ['HỢP LỆ: chứng chỉ đúng như đơn vị cấp đã ký', 'VALID: the certificate is as its issuer signed it'],
	'invalid': ['KHÔNG HỢP LỆ: xem các mục SAI dưới đây', 'INVALID: see what FAILED below'],
	'unknown-issuer': ['KHÔNG RÕ ĐƠN VỊ CẤP: không thấy điều gì sai, nhưng khóa của đơn vị cấp không có trong thư mục tin cậy',
		'UNKNOWN ISSUER: nothing is wrong, but the issuer\'s key is not in the trust folder'],
	'unchecked': ['KHÔNG KIỂM TRA ĐƯỢC: không thấy điều gì sai, nhưng có mục chưa kiểm được',
		'COULD NOT CHECK: nothing is wrong, but something could not be looked at'],
};

const BADNESS = ['not-done', 'passed', 'could-not-check', 'unknown', 'failed'];

// Each %s is one of args, in both languages in the same order.
function format(text, args) {
	let i = 0;
	return text.replace(/%s/g, () => String(args[i++]));
}

export class Report {
	constructor() {
		this.document = undefined; // what was read
		this.findings = []; // {check, result, text: [vi, en]}
		this.facts = []; // {path, label: [vi, en], value, rank}
		this.issuer = ''; // whose key signed, by its name: set by verifyIssuer
		this.signed = 0; // when, by its own word: the first of several times
		this.removed = null; // {since, source}: a key that was taken out of use, still to be decided by verifyRemoved
		this.standing = null; // "valid", "revoked", "suspended", "unknown"; null: it names no status list
	}

	find(check, result, vi, en, ...args) {
		this.findings.push({check, result, text: [format(vi, args), format(en, args)]});
	}

	pass(check, vi, en, ...args) {
		this.find(check, 'passed', vi, en, ...args);
	}

	fail(check, vi, en, ...args) {
		this.find(check, 'failed', vi, en, ...args);
	}

	unchecked(check, vi, en, ...args) {
		this.find(check, 'could-not-check', vi, en, ...args);
	}

	// label: one for both languages, or the two.
	fact(path, label, value, rank) {
		this.facts.push({path, label: Array.isArray(label) ? label : [label, label], value, rank});
	}

	// The worst of what was found; a check without findings was not done.
	check(id) {
		return BADNESS[Math.max(0, ...this.findings.filter(({check}) => check === id).map(({result}) => BADNESS.indexOf(result)))];
	}

	verdict() {
		const results = CHECKS.map(([id]) => this.check(id));
		if (results.includes('failed'))
			return 'invalid';
		if (results.includes('unknown'))
			return 'unknown-issuer';
		const all = CHECKS.every(([id], i) => results[i] === 'passed' || (id === 'log' && results[i] === 'not-done'));
		return all ? 'valid' : 'unchecked';
	}

	// As `bangvang-verify --json`; lang: 0 Vietnamese, 1 English.
	json(file, lang) {
		const verdict = this.verdict();
		return {
			file,
			verdict,
			text: VERDICTS[verdict][lang],
			checks: CHECKS.map(([check]) => ({
				check,
				result: this.check(check),
				messages: this.findings.filter(finding => finding.check === check).map(({text}) => text[lang]),
			})),
			facts: this.facts.map(({path, label, value}) => ({path, name: label[lang], value})),
		};
	}
}
