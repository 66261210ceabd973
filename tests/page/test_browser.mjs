// The page in a real browser: Debian's chromium without a window. Skips, and says so, where there is none. Argument: bangvang.
import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Browser, serve} from './chromium.mjs';
import {end, note, ok, SOURCE} from './modules.mjs';

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync), vectors = `${SOURCE}/tests/vectors/certs`;
if (!program) {
	console.log('1..0 # SKIP chromium is not here (apt-get install chromium)');
	process.exit(0);
}
const work = mkdtempSync(join(tmpdir(), 'bv-page-')), folder = `${work}/page`, [bangvang] = process.argv.slice(2), text = name => readFileSync(`${vectors}/${name}`, 'utf8');
mkdirSync(`${work}/trust`);
cpSync(`${vectors}/trust`, `${work}/trust`, {recursive: true, filter: path => !path.endsWith('key-1.json')});
execFileSync(bangvang, ['verify-page', '--trust', `${work}/trust`, '--out', folder], {stdio: 'ignore'});
const server = await serve(folder), browser = await Browser.open(program), home = `http://127.0.0.1:${server.port}/`;

const AT = 'document.getElementById';
const shown = () => browser.value(`({verdict: ${AT}('card').className, text: ${AT}('verdict').textContent, failed: [...document.querySelectorAll('#checks .failed p:first-child')].map(p => p.textContent).join()})`);

async function paste(what) {
	await browser.value(`${AT}('result').hidden = true`);
	await browser.value(`(() => { const p = ${AT}('paste'); p.value = ${JSON.stringify(what)}; p.form.requestSubmit(); })()`);
	await browser.until(`!${AT}('result').hidden`);
	return shown();
}

try {
	for (const [width, height] of [[320, 640], [1366, 768]]) {
		await browser.send('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor: 1, mobile: width < 500});
		await browser.go(home);
		await browser.until(`${AT}('issuers').childElementCount`);
		const good = await paste(text('good-1-full.json'));
		ok(good.verdict === 'valid' && good.text.includes('HỢP LỆ'), `${width} px: a good certificate is valid`, JSON.stringify(good));
		ok(await browser.value('document.documentElement.scrollWidth <= innerWidth'), `${width} px: nothing sticks out`);
		ok(await browser.value(`document.activeElement === ${AT}('verdict')`), `${width} px: the verdict has the focus`);
		const facts = await browser.value(`${AT}('facts').textContent`);
		ok(['Nguyễn Thị Ánh Tuyết', 'BV-2026-000123', '8.50', '74.58', 'L2', 'Completed'].every(fact => facts.includes(fact)), `${width} px: the facts are there`, facts);
		ok(!/\d{4}-\d\d-\d\d/.test(facts.replace('BV-2026-000123', '')) && /\d\d\/\d\d\/\d{4}, \d\d:\d\d/.test(facts) && /\d\d? [A-Z][a-z]+ \d{4}, \d\d:\d\d/.test(facts), `${width} px: times are written as people do, in both languages`, facts);
		const small = await browser.value('[...document.querySelectorAll("button, input, textarea, summary")].filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.id || e.tagName)');
		ok(!small.length, `${width} px: everything to be pressed is 24 px high or more`, small.join());
	}
	for (const [name, verdict] of [['bad-1-changed-score.json', 'invalid'], ['bad-1-other-issuer.json', 'invalid'], ['good-1-did-key.json', 'unknown-issuer']]) {
		const said = await paste(text(name));
		ok(said.verdict === verdict, `${name}: ${said.verdict}`, JSON.stringify(said));
	}
	const strange = await paste('{"name":"\u202e<img src=x onerror=alert(1)>"}');
	ok(strange.verdict === 'invalid' && !await browser.value('document.querySelector("dl img")'), 'what a certificate says is text and nothing else');

	// By keyboard only: the first stop skips to the contents, then language, file, paste, button.
	await browser.go(home);
	await browser.until(`${AT}('issuers').childElementCount`);
	const stops = [];
	for (let n = 0; n < 6; n++) {
		await browser.key('Tab');
		stops.push(await browser.value('document.activeElement.id || document.activeElement.className || document.activeElement.tagName'));
	}
	ok(stops.slice(0, 4).join() === 'skip,language,file,paste', `the order of focus: ${stops.join()}`);
	await browser.value(`${AT}('paste').focus()`);
	await browser.send('Input.insertText', {text: text('good-1-failed.json')});
	await browser.key('Tab');
	await browser.key('Enter');
	await browser.until(`!${AT}('result').hidden`);
	ok((await shown()).verdict === 'valid', 'verified by keyboard only');

	// Headings go down by one, everything has a name, the language is said.
	const levels = await browser.value('[...document.querySelectorAll("h1,h2,h3")].map(h => Number(h.tagName[1]))');
	ok(levels[0] === 1 && levels.every((level, i) => i === 0 || level <= levels[i - 1] + 1), `headings: ${levels}`);
	const tree = (await browser.send('Accessibility.getFullAXTree')).nodes.filter(({ignored}) => !ignored);
	const nameless = tree.filter(({role, name}) => ['button', 'textbox', 'link', 'heading', 'Date'].includes(role?.value) && !name?.value);
	ok(!nameless.length && tree.some(({role}) => role?.value === 'status'), 'everything has a name, and there is a live region', JSON.stringify(nameless));
	await browser.value(`${AT}('language').click()`);
	ok(await browser.value('document.documentElement.lang === "en" && document.title === "Verify a certificate" && getComputedStyle(document.querySelector("h1 [lang=vi]")).display === "none"'), 'in English');
	await browser.value(`${AT}('language').click()`);

	// A day on which it was not valid yet.
	await browser.value(`(() => { ${AT}('at').value = '2020-06-01'; ${AT}('at').dispatchEvent(new Event('change')); })()`);
	await browser.until(`${AT}('card').className === 'invalid'`);
	ok((await shown()).failed.includes('Thời hạn'), 'for another day');

	// The fragment stays in the browser.
	await browser.go(`${home}v#AAAA`);
	await browser.until(`!${AT}('result').hidden`);
	ok(!server.seen.some(url => url.includes('AAAA')), 'the fragment of a paper QR is not sent');
	const asked = browser.events.filter(({method}) => method === 'Network.requestWillBeSent').map(({params}) => params.request.url).filter(url => !url.startsWith('data:')); // the browser's own icons
	ok(asked.length > 20 && asked.every(url => url.startsWith(home)), 'nothing is asked of anybody else', asked.filter(url => !url.startsWith(home)).join('\n'));

	// Without Ed25519 and without crypto nothing is called invalid.
	const {identifier} = await browser.send('Page.addScriptToEvaluateOnNewDocument', {source: 'if (globalThis.SubtleCrypto) SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException("", "NotSupportedError"));'});
	await browser.go(home);
	await browser.until(`${AT}('issuers').childElementCount`);
	const without = await paste(text('good-1-full.json'));
	ok(without.verdict === 'unchecked', 'a browser without Ed25519 could not check', JSON.stringify(without));
	const paper = await paste(text('good-3-delegated.qr'));
	ok(paper.verdict === 'unchecked', 'a browser without ECDSA could not check', JSON.stringify(paper));
	await browser.send('Page.removeScriptToEvaluateOnNewDocument', {identifier});

	// With no network: what was kept answers.
	await browser.until('navigator.serviceWorker.ready.then(() => true)');
	await browser.value('navigator.serviceWorker.ready.then(() => caches.open("bangvang-verify-page")).then(async c => { for (let i = 0; i < 100 && (await c.keys()).length < 20; i++) await new Promise(r => setTimeout(r, 50)); })');
	await server.close();
	await browser.go(home);
	await browser.until(`${AT}('issuers').childElementCount`);
	ok(true, 'it opens without a network');
	await browser.go(`${home}V#${text('good-3-delegated.qr').trim().split('#')[1]}`);
	await browser.until(`!${AT}('result').hidden`);
	ok((await shown()).verdict === 'valid', `paper without a network: ${(await shown()).verdict}`, JSON.stringify(await shown()));

	const faults = browser.events.filter(({method, params}) => method === 'Runtime.exceptionThrown' || (method === 'Log.entryAdded' && params.entry.level === 'error' && !/ERR_CONNECTION_REFUSED|favicon/.test(params.entry.text)));
	ok(!faults.length, 'no exception, and nothing that the policy of contents refuses', faults.map(({params}) => params.entry?.text ?? params.exceptionDetails.exception.description).join('\n'));

	await browser.go(home).catch(() => {});
	const times = await browser.value(`(async () => {
		const {verify} = await import('./certs/verify.js'), {loadTrust} = await import('./load.js'), {trust} = await loadTrust();
		const bytes = new TextEncoder().encode(${JSON.stringify(text('good-1-full.json'))}), times = [];
		for (let n = 0; n < 20; n++) {
			const start = performance.now();
			await verify(bytes, trust, {at: 1798761600});
			times.push(performance.now() - start);
		}
		return times;
	})()`);
	note(`verification in the browser: first ${times[0].toFixed(1)} ms, median ${times.sort((a, b) => a - b)[10].toFixed(1)} ms`);
} finally {
	await browser.close();
	await server.close().catch(() => {});
	rmSync(work, {recursive: true, force: true});
}
end();
