// The page itself: takes a certificate, shows the report. Everything that is decided is decided in certs/.

import {utf8} from './certs/bytes.js';
import {isLogProof, parseLogProof} from './certs/checkpoint.js';
import {hasCrypto} from './certs/crypto.js';
import {CHECKS, OUTCOMES, VERDICTS} from './certs/report.js';
import {safe} from './certs/text.js';
import {Trust} from './certs/trust.js';
import {verify} from './certs/verify.js';
import {loadTrust} from './load.js';
import {Scanner} from './scan.js';

const FILE_MAX = 16 << 20, MAIN_FACTS = 12, REASONS_MAX = 5; // ranks below it are for everybody, the others for who wants to know
const MARKS = {'passed': '✓', 'failed': '✕', 'unknown': '?', 'could-not-check': '!', 'not-done': '–'};
const VERDICT_MARKS = {'valid': '✓', 'invalid': '✕', 'unknown-issuer': '?', 'unchecked': '!'};
const at = id => document.getElementById(id);

let loaded = {trust: null}, given = null, proof = null, report = null; // given: {name, bytes}; proof: LogProof of it, or null
const owns = []; // the reader's own trust files: {name, bytes}

// ---- Text in both languages: the one that is not asked for is hidden by the style sheet. ----

function element(name, className, ...children) {
	const node = document.createElement(name);
	if (className)
		node.className = className;
	node.append(...children);
	return node;
}

function both(vi, en) {
	const nodes = [element('span', '', vi), element('span', '', en)];
	nodes[0].lang = 'vi';
	nodes[1].lang = 'en';
	return nodes;
}

// Times as people write them, those of Viet Nam on every machine.
const TIME = /\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?(?![\w-])/g;
const DATES = {vi: {locale: 'vi-VN', day: '2-digit', month: '2-digit'}, en: {locale: 'en-GB', day: 'numeric', month: 'long'}};

function written(iso, language) {
	const {locale, ...form} = DATES[language], day = iso.length === 10, date = new Date(day ? `${iso}T00:00:00+07:00` : iso), timeZone = 'Asia/Ho_Chi_Minh';
	if (isNaN(date))
		return iso;
	const text = date.toLocaleDateString(locale, {...form, year: 'numeric', timeZone});
	return day ? text : `${text}, ${date.toLocaleTimeString(locale, {hour: '2-digit', minute: '2-digit', hour12: false, timeZone})}`;
}

const timesIn = (text, language) => text.replace(TIME, iso => written(iso, language));

const say = (vi, en) => at('say').replaceChildren(...vi ? both(vi, en) : []);

function setLanguage(language) {
	document.documentElement.lang = language;
	document.title = language === 'vi' ? 'Kiểm tra chứng chỉ' : 'Verify a certificate';
	try {
		localStorage.setItem('language', language);
	} catch {
		// Nothing is kept where the browser keeps nothing.
	}
}

// ---- The report ----

function checkItem([id, label]) {
	const result = report.check(id), messages = report.findings.filter(({check}) => check === id).map(({text}) => text);
	const item = element('li', result, element('span', 'mark', MARKS[result]), element('div', ''));
	item.firstChild.setAttribute('aria-hidden', 'true');
	item.lastChild.append(element('p', '', ...both(label[0], label[1]), ': ', element('span', 'outcome', ...both(...OUTCOMES[result]))));
	for (const text of messages)
		item.lastChild.append(element('p', 'messages', ...both(timesIn(safe(text[0]), 'vi'), timesIn(safe(text[1]), 'en'))));
	return item;
}

function factRow({label, value}) {
	const names = label[0] === label[1] ? [safe(label[0])] : both(...label.map(safe));
	const shown = safe(value), isTime = shown.replace(TIME, '') === '' && shown !== '';
	return element('div', '', element('dt', '', ...names), element('dd', '', ...isTime ? both(written(shown, 'vi'), written(shown, 'en')) : [shown || '–']));
}

const now = language => written(new Date().toISOString(), language);

function show(took) {
	const verdict = report.verdict(), proven = verdict === 'valid', main = report.facts.filter(({rank}) => rank < MAIN_FACTS);
	const mark = element('span', 'mark', VERDICT_MARKS[verdict]);
	mark.setAttribute('aria-hidden', 'true');
	at('card').className = verdict;
	at('verdict').replaceChildren(mark, element('span', '', ...both(...VERDICTS[verdict])));
	const other = at('at').value ? [` · xét cho ${written(at('at').value, 'vi')}`, ` · for ${written(at('at').value, 'en')}`] : ['', ''];
	at('about').replaceChildren(...both(`${safe(given.name)} · kiểm ${now('vi')}${other[0]} · ${took} ms`, `${safe(given.name)} · checked ${now('en')}${other[1]} · ${took} ms`));
	showStanding(verdict);
	at('compare').hidden = !proven;
	at('unproven').hidden = proven || !report.facts.length;
	at('facts').replaceChildren(...main.map(factRow));
	at('other-facts').replaceChildren(...report.facts.filter(fact => !main.includes(fact)).map(factRow));
	at('more').hidden = main.length === report.facts.length;
	at('facts-title').parentNode.hidden = !report.facts.length;
	at('checks').replaceChildren(...CHECKS.map(checkItem));
	at('result').hidden = false;
	at('result').scrollIntoView();
	at('verdict').focus({preventScroll: true});
}

// Revoked is told apart from forged, and "not known" from both.
const STANDINGS = {
	revoked: ['Chứng chỉ này ĐÃ BỊ THU HỒI.', 'This certificate was REVOKED.'],
	suspended: ['Chứng chỉ này ĐANG BỊ TẠM ĐÌNH CHỈ.', 'This certificate is SUSPENDED.'],
	unknown: ['Không rõ chứng chỉ có bị thu hồi hay không.', 'Whether it was revoked is not known.'],
};

// What is not as it should be, in the order of the checks, so that nobody need look for it.
function showStanding(verdict) {
	const words = STANDINGS[report.standing], faults = CHECKS.flatMap(([id]) => report.findings.filter(finding => finding.check === id && !['passed', 'not-done'].includes(finding.result)));
	at('standing').hidden = !words;
	at('standing').replaceChildren(...words ? both(...words) : []);
	at('reasons').hidden = verdict === 'valid';
	at('reasons').replaceChildren(...faults.slice(0, REASONS_MAX).map(({check, text}) => {
		const label = CHECKS.find(([id]) => id === check)[1];
		return element('li', '', ...both(...text.map((words, i) => `${label[i]}: ${timesIn(safe(words), i ? 'en' : 'vi')}`)));
	}));
}

const moment = () => at('at').value ? Date.parse(at('at').value + 'T00:00:00Z') / 1000 : Math.floor(Date.now() / 1000);

async function run() {
	if (!given)
		return;
	if (!hasCrypto()) {
		say('Trình duyệt chỉ cho kiểm tra chữ ký khi trang được mở qua https.', 'The browser lets a page check signatures only when it was opened over https.');
		return;
	}
	say('Đang kiểm tra…', 'Checking…');
	const start = performance.now();
	report = await verify(given.bytes, loaded.trust, {at: moment(), policy: loaded.policy, status: loaded.status, proof});
	say();
	show(Math.round(performance.now() - start));
}

async function take(name, bytes) {
	given = {name, bytes};
	proof = null;
	await ready;
	await run();
}

// ---- What is given ----

function takeProof(name, bytes) {
	try {
		proof = parseLogProof(bytes);
	} catch (error) {
		say(`${safe(name)}: ${error.message}`, `${safe(name)}: ${error.message}`);
	}
}

// A certificate, a proof that it is in the public log, or both.
async function takeFiles(files) {
	const certificates = [];
	proof = null;
	for (const file of files) {
		const bytes = new Uint8Array(await file.slice(0, FILE_MAX + 1).arrayBuffer());
		if (bytes.length > FILE_MAX)
			say(`${safe(file.name)}: lớn hơn ${FILE_MAX} byte`, `${safe(file.name)}: larger than ${FILE_MAX} bytes`);
		else if (isLogProof(bytes))
			takeProof(file.name, bytes);
		else
			certificates.push({name: file.name, bytes});
	}
	if (certificates.length > 1)
		say('Chỉ kiểm tra được một chứng chỉ mỗi lần: đã lấy tệp đầu tiên.', 'One certificate at a time: the first file was taken.');
	given = certificates[0] ?? given;
	await ready;
	await run();
}

function takeFragment() {
	const fragment = location.hash.slice(1);
	if (fragment && !at(fragment))
		take('QR', utf8(`https://${location.host}/v#${fragment}`));
}

// One policy for the two workers of this page, whose addresses are constants.
const workers = globalThis.trustedTypes?.createPolicy('sw', {createScriptURL: address => ['sw.js', 'qr.js'].includes(address) ? address : ''});
const workerAddress = name => workers ? workers.createScriptURL(name) : name;
const scanner = new Scanner(() => new Worker(workerAddress('qr.js')));

async function scan() {
	const view = at('view');
	at('scan').hidden = true;
	at('scan-stop').hidden = view.hidden = false;
	say('Đưa mã QR vào khung hình.', 'Hold the QR code before the camera.');
	try {
		const text = await scanner.camera(view);
		say();
		if (text !== null)
			await take('QR', utf8(text));
	} catch (error) {
		say(`Không dùng được máy ảnh: ${error.message}`, `The camera cannot be used: ${error.message}`);
	}
	at('scan').hidden = false;
	at('scan-stop').hidden = view.hidden = true;
}

async function takePhoto(files) {
	if (!files[0])
		return;
	say('Đang tìm mã QR…', 'Looking for a QR code…');
	const text = await scanner.photo(files[0]).catch(() => null);
	if (text === null)
		say('Không thấy mã QR nào trong ảnh. Hãy chụp gần hơn, đủ sáng.', 'There is no QR code to be seen in it. Take it from nearer and with more light.');
	else
		await take('QR', utf8(text));
}

// ---- Whom the page trusts ----

function showTrust() {
	const dids = new Map();
	for (const {did, source, asserts} of loaded.trust?.keys.values() ?? [])
		if (asserts)
			dids.set(did, [...dids.get(did) ?? [], source]);
	const own = new Set(owns.map(({name}) => name));
	at('issuers').replaceChildren(...[...dids].map(([did, sources]) => {
		const keys = sources.length, mine = sources.some(source => own.has(source));
		return element('li', '', element('strong', '', safe(did)), ...both(` – ${keys} khóa${mine ? ' (do bạn thêm)' : ''}`, ` – ${keys} ${keys === 1 ? 'key' : 'keys'}${mine ? ' (added by you)' : ''}`));
	}));
	if (!loaded.trust)
		at('trust-made').replaceChildren(...both(`Không đọc được danh sách đơn vị cấp: ${safe(loaded.error ?? '')}`, `The list of issuers could not be read: ${safe(loaded.error ?? '')}`));
	else
		at('trust-made').replaceChildren(...both(`Danh sách lập lúc ${written(String(loaded.made), 'vi')}.`, `Listed at ${written(String(loaded.made), 'en')}.`));
}

async function load() {
	loaded = await loadTrust(owns);
	showTrust();
}

async function addOwn(files) {
	for (const file of files) {
		const own = {name: file.name, bytes: new Uint8Array(await file.arrayBuffer())};
		try {
			new Trust().addFile(own.name, own.bytes);
			owns.push(own);
			await load();
			if (!loaded.trust)
				throw new Error(loaded.error);
		} catch (error) {
			say(`Không dùng được tệp này: ${safe(error.message)}`, `This file cannot be used: ${safe(error.message)}`);
			if (owns.at(-1) === own)
				owns.pop();
			await load();
			return;
		}
	}
	await run();
}

function save() {
	const language = document.documentElement.lang === 'vi' ? 0 : 1, link = element('a', '');
	link.href = URL.createObjectURL(new Blob([JSON.stringify(report.json(given.name, language), null, 2) + '\n'], {type: 'application/json'}));
	link.download = 'ket-qua.json';
	link.click();
	URL.revokeObjectURL(link.href);
}

// ---- Start ----

function listen() {
	at('language').addEventListener('click', () => setLanguage(document.documentElement.lang === 'vi' ? 'en' : 'vi'));
	at('file').addEventListener('change', event => takeFiles(event.target.files));
	at('own').addEventListener('change', event => addOwn(event.target.files));
	at('at').addEventListener('change', run);
	at('scan').addEventListener('click', scan);
	at('scan-stop').addEventListener('click', () => scanner.stop());
	at('photo').addEventListener('change', event => takePhoto(event.target.files));
	at('print').addEventListener('click', () => print());
	at('save').addEventListener('click', save);
	at('again').addEventListener('click', () => {
		at('result').hidden = true;
		at('paste').value = at('file').value = at('photo').value = '';
		given = null;
		at('file').focus();
	});
	at('paste-form').addEventListener('submit', event => {
		event.preventDefault();
		if (at('paste').value.trim())
			take(document.documentElement.lang === 'vi' ? 'nội dung đã dán' : 'pasted text', utf8(at('paste').value));
	});
	addEventListener('hashchange', takeFragment);
	for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'])
		addEventListener(type, event => {
			event.preventDefault();
			document.body.classList.toggle('over', type === 'dragenter' || type === 'dragover');
			if (type === 'drop')
				takeFiles(event.dataTransfer.files);
		});
}

async function keepForOffline() {
	try {
		await navigator.serviceWorker?.register(workerAddress('sw.js'));
	} catch {
		// The page works without it, but only with a network.
	}
}

listen();
try {
	setLanguage(localStorage.getItem('language') === 'en' ? 'en' : 'vi');
} catch {
	setLanguage('vi');
}
at('host').replaceChildren(...both(`Địa chỉ trang này: ${location.origin}`, `This page's address: ${location.origin}`));
at('camera').hidden = !navigator.mediaDevices;
const ready = load();
takeFragment();
keepForOffline();
