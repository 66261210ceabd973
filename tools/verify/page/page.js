// The page itself: takes a certificate, shows the report. Everything that is decided is decided in certs/.

import {utf8} from './certs/bytes.js';
import {hasCrypto} from './certs/crypto.js';
import {CHECKS, OUTCOMES, VERDICTS} from './certs/report.js';
import {safe} from './certs/text.js';
import {writeTime} from './certs/time.js';
import {Trust} from './certs/trust.js';
import {verify} from './certs/verify.js';
import {loadTrust} from './load.js';

const FILE_MAX = 16 << 20, MAIN_FACTS = 12; // ranks below it are for everybody, the others for who wants to know
const MARKS = {'passed': '✓', 'failed': '✕', 'unknown': '?', 'could-not-check': '!', 'not-done': '–'};
const VERDICT_MARKS = {'valid': '✓', 'invalid': '✕', 'unknown-issuer': '?', 'unchecked': '!'};
const at = id => document.getElementById(id);

let loaded = {trust: null}, given = null, report = null; // given: {name, bytes}
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
		item.lastChild.append(element('p', 'messages', ...both(...text.map(safe))));
	return item;
}

function factRow({label, value}) {
	const names = label[0] === label[1] ? [safe(label[0])] : both(...label.map(safe));
	return element('div', '', element('dt', '', ...names), element('dd', '', value === '' ? '–' : safe(value)));
}

function show(took) {
	const verdict = report.verdict(), proven = verdict === 'valid', main = report.facts.filter(({rank}) => rank < MAIN_FACTS);
	const mark = element('span', 'mark', VERDICT_MARKS[verdict]);
	mark.setAttribute('aria-hidden', 'true');
	at('card').className = verdict;
	at('verdict').replaceChildren(mark, element('span', '', ...both(...VERDICTS[verdict])));
	at('about').replaceChildren(...both(`${safe(given.name)} · kiểm lúc ${writeTime(Date.now() / 1000)} · xét cho ${writeTime(moment())} · ${took} ms`,
		`${safe(given.name)} · checked at ${writeTime(Date.now() / 1000)} · for ${writeTime(moment())} · ${took} ms`));
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
	report = await verify(given.bytes, loaded.trust, {at: moment(), policy: loaded.policy ?? null, status: loaded.status ?? null});
	say();
	show(Math.round(performance.now() - start));
}

async function take(name, bytes) {
	given = {name, bytes};
	await ready;
	await run();
}

// ---- What is given ----

async function takeFiles(files) {
	for (const file of files) {
		if (file.size > FILE_MAX)
			say(`${file.name}: lớn hơn ${FILE_MAX} byte`, `${file.name}: larger than ${FILE_MAX} bytes`);
		else
			await take(file.name, new Uint8Array(await file.arrayBuffer()));
	}
}

function takeFragment() {
	const fragment = location.hash.slice(1);
	if (fragment && !at(fragment))
		take('QR', utf8(`https://${location.host}/v#${fragment}`));
}

async function scan() {
	const view = at('view'), detector = new BarcodeDetector({formats: ['qr_code']});
	let stream;
	try {
		stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'environment'}});
		view.srcObject = stream;
		view.hidden = false;
		await view.play();
		say('Đưa mã QR vào khung hình.', 'Hold the QR code before the camera.');
		while (!view.hidden) {
			const [code] = await detector.detect(view);
			if (code?.rawValue) {
				await take('QR', utf8(code.rawValue));
				break;
			}
			await new Promise(requestAnimationFrame);
		}
	} catch (error) {
		say(`Không dùng được máy ảnh: ${error.message}`, `The camera cannot be used: ${error.message}`);
	}
	stream?.getTracks().forEach(track => track.stop());
	view.hidden = true;
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
		at('trust-made').replaceChildren(...both(`Danh sách lập lúc ${safe(String(loaded.made))}.`, `Listed at ${safe(String(loaded.made))}.`));
}

async function load() {
	loaded = await loadTrust();
	try {
		for (const {name, bytes} of owns)
			(loaded.trust ??= new Trust()).addFile(name, bytes);
	} catch (error) {
		say(`Không dùng được tệp này: ${error.message}`, `This file cannot be used: ${error.message}`);
		owns.pop();
		loaded = await loadTrust();
	}
	showTrust();
}

async function addOwn(files) {
	for (const file of files) {
		owns.push({name: file.name, bytes: new Uint8Array(await file.arrayBuffer())});
		await load();
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
	at('print').addEventListener('click', () => print());
	at('save').addEventListener('click', save);
	at('again').addEventListener('click', () => {
		at('result').hidden = true;
		at('paste').value = at('file').value = '';
		given = null;
		at('file').focus();
	});
	at('paste-form').addEventListener('submit', event => {
		event.preventDefault();
		if (at('paste').value.trim())
			take(document.documentElement.lang === 'vi' ? 'nội dung đã dán' : 'pasted text', utf8(at('paste').value));
	});
	addEventListener('hashchange', takeFragment);
	addEventListener('beforeprint', () => { at('more').open = true; });
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
		const policy = globalThis.trustedTypes?.createPolicy('worker', {createScriptURL: () => 'sw.js'});
		await navigator.serviceWorker?.register(policy ? policy.createScriptURL('') : 'sw.js');
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
if ('BarcodeDetector' in globalThis && navigator.mediaDevices)
	at('camera').hidden = false;
const ready = load();
takeFragment();
keepForOffline();
