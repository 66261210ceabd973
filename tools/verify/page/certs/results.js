// Does every result fit its description, and the decision the results (certs/verify/results.c, certs/vc/scale.c)? Decimals are compared exactly, as integers.

import {at, findBy, has, RESULTS_MAX} from './contents.js';
import {countOf, find, itemsOf, stringOf} from './json.js';
import {clip} from './text.js';

const PLACES = 6, MOST = 2n ** 63n - 1n, LEAST = -(2n ** 63n);
const STATUS_WORDS = ['Completed', 'Enrolled', 'Failed', 'InProgress', 'OnHold', 'Provisional', 'Withdrew']; // OB ResultStatusType

const member = (object, name) => stringOf(find(object, name));

// A decimal with at most six places, times a million; null if it is none.
export function decimal(text) {
	const m = /^([+-]?[0-9]+)(?:\.([0-9]{1,6}))?$/.exec(text);
	if (!m || m[1].length + PLACES >= 32)
		return null;
	const n = BigInt((m[1][0] === '+' ? m[1].slice(1) : m[1]) + (m[2] ?? '').padEnd(PLACES, '0'));
	return n < LEAST || n > MOST ? null : n;
}

const bound = (text, otherwise) => text ? decimal(text) : otherwise;

function scaleOf(description) {
	const texts = ['valueMin', 'valueMax', 'requiredValue'].map(name => member(description, name));
	const min = bound(texts[0], LEAST), max = bound(texts[1], MOST), required = bound(texts[2], min);
	return {texts, min, max, required: bound(texts[2], LEAST), good: min !== null && max !== null && required !== null && min <= required && required <= max};
}

// OB ResultType that holds a number.
const isNumeric = description => ['Percent', 'RawScore', 'ScaledScore'].includes(member(description, 'resultType')) ||
	find(description, 'valueMin') !== undefined || find(description, 'valueMax') !== undefined;

function checkNumber(r, description, value, completed) {
	const scale = scaleOf(description), n = decimal(value), name = clip(member(description, 'name')), [min, max, required] = scale.texts.map(clip);
	if (n === null || !scale.good)
		r.fail('results', "'%s': '%s' hoặc thang điểm của nó không phải số thập phân", "'%s': '%s' or its scale is not decimal", name, clip(value));
	else if (n < scale.min || n > scale.max)
		r.fail('results', "'%s': %s nằm ngoài %s … %s", "'%s': %s is outside %s … %s", name, clip(value), min, max);
	else if (n < scale.required && completed)
		r.fail('results', "'%s': %s thấp hơn mức cần %s, nhưng kết luận là đạt", "'%s': %s is less than the %s required, but the decision is Completed", name, clip(value), required);
}

function checkWord(r, description, value, completed) {
	const allowed = find(description, 'allowedValue'), required = member(description, 'requiredValue'), name = clip(member(description, 'name'));
	// Position among the values, which OB orders from low to high; their number if it is not there.
	const position = word => {
		const i = itemsOf(allowed).findIndex(other => stringOf(other) === word);
		return i < 0 ? countOf(allowed) : i;
	};
	if (allowed === undefined)
		return;
	if (position(value) === countOf(allowed))
		r.fail('results', "'%s': '%s' không thuộc các giá trị cho phép", "'%s': '%s' is none of the values allowed", name, clip(value));
	else if (completed && required && position(value) < position(required))
		r.fail('results', "'%s': '%s' thấp hơn mức cần '%s', nhưng kết luận là đạt", "'%s': '%s' is lower than the '%s' required, but the decision is Completed", name, clip(value), clip(required));
}

function checkResult(r, result, descriptions, completed) {
	const id = member(result, 'resultDescription'), description = findBy(descriptions, 'id', id), name = clip(member(description, 'name'));
	if (!has(find(result, 'type'), 'Result')) {
		r.fail('results', "'%s': không phải kiểu Result", "'%s': not of the type Result", clip(id));
		return;
	}
	if (description === undefined) {
		r.fail('results', "kết quả trỏ tới '%s', không có trong thành tựu", "a result refers to '%s', which the achievement does not describe", clip(id));
		return;
	}
	const status = find(result, 'status');
	if (status !== undefined && !STATUS_WORDS.includes(status))
		r.fail('results', "'%s' không phải kết luận của Open Badges 3.0", "'%s' is no status of Open Badges 3.0", clip(stringOf(status)));
	if (member(description, 'resultType') === 'Status') {
		if (status === undefined)
			r.fail('results', "'%s': thiếu kết luận", "'%s': it has no status", name);
	} else if (typeof find(result, 'value') !== 'string') {
		// An achieved rubric level is checked by its identifier.
		if (findBy(find(description, 'rubricCriterionLevel'), 'id', member(result, 'achievedLevel')) === undefined)
			r.fail('results', "'%s': thiếu giá trị", "'%s': it has no value", name);
	} else if (isNumeric(description)) {
		checkNumber(r, description, member(result, 'value'), completed);
	} else {
		checkWord(r, description, member(result, 'value'), completed);
	}
}

function checkDescription(r, description, descriptions, results, completed) {
	const id = member(description, 'id'), name = member(description, 'name'), scale = scaleOf(description);
	if (!id || !member(description, 'resultType') || !name)
		r.fail('results', 'một mô tả kết quả thiếu id, name hoặc resultType', 'a result description lacks id, name or resultType');
	if (findBy(descriptions, 'id', id) !== description)
		r.fail('results', "mô tả '%s' có hai lần", "the description '%s' is there twice", clip(id));
	if (isNumeric(description) && !scale.good)
		r.fail('results', "'%s': thang điểm vô lý (%s … %s, cần %s)", "'%s': its scale makes no sense (%s … %s, required %s)", clip(name), ...scale.texts.map(clip));
	const count = itemsOf(results).filter(result => member(result, 'resultDescription') === id).length;
	if (count > 1)
		r.fail('results', "'%s' có %s kết quả", "'%s' has %s results", clip(name), count);
	if (count === 0 && completed && (find(description, 'requiredValue') !== undefined || find(description, 'requiredLevel') !== undefined))
		r.fail('results', "'%s': bắt buộc nhưng không có kết quả, mà kết luận là đạt", "'%s': required, but it has no result, and the decision is Completed", clip(name));
}

// OB ResultStatusType: "Completed … is the default status if no status result is included."
function isCompleted(results) {
	const statuses = itemsOf(results).map(result => find(result, 'status')).filter(status => status !== undefined);
	return !statuses.length || statuses.includes('Completed');
}

export function checkResults(r) {
	const descriptions = at(r.document, 'credentialSubject.achievement.resultDescription'), results = at(r.document, 'credentialSubject.result');
	const before = r.findings.length, isArray = value => value === undefined || Array.isArray(value);
	if (!isArray(descriptions) || !isArray(results))
		r.fail('results', 'result và resultDescription phải là mảng', 'result and resultDescription must be arrays');
	else if (countOf(descriptions) > RESULTS_MAX || countOf(results) > RESULTS_MAX)
		r.fail('results', 'nhiều hơn %s kết quả', 'more than %s results', RESULTS_MAX);
	if (r.findings.length !== before)
		return;
	const completed = isCompleted(results);
	for (const description of itemsOf(descriptions))
		checkDescription(r, description, descriptions, results, completed);
	for (const result of itemsOf(results))
		checkResult(r, result, descriptions, completed);
	if (r.findings.length === before)
		r.pass('results', '%s kết quả, khớp với thang điểm và kết luận', '%s results, in keeping with their scales and the decision', countOf(results));
}
