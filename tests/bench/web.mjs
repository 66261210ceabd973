// What the candidate's page weighs and how fast it is on a bad line and an old machine; prints, decides nothing:
//   tools/bench web      or BV_SOURCE=… BV_BUILD=… node tests/bench/web.mjs [--no-lighthouse] [--markdown]
// 3G is 1.6 Mb/s with 300 ms a round trip, and the processor a sixth of this one (Chromium's own emulation, which has no round trips for connections).
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, '..', 'web');
for (const dir of [web, ...process.argv.includes('--no-lighthouse') ? [] : [join(here, 'lighthouse')]]) {
	const {status, stdout} = spawnSync(join(here, '..', '..', 'tools', 'npm'), [dir], {encoding: 'utf8'});
	if (status) {
		console.error(stdout);
		process.exit(3);
	}
}
const {World} = await import('../web/harness.mjs');
const {steps} = await import('../web/exam/steps.mjs');
const {BARS, pieces, untilFirstQuestion} = await import('../web/exam/weight.mjs');
const {chromium} = createRequire(join(web, 'package.json'))('playwright-core');
const TIMES = 5, LINE = {offline: false, latency: 300, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.768e6 / 8}, SLOWER = 6;
const rows = [];

function say(what, value, goal, met) {
	rows.push({what, value, goal: goal ?? '', met: met === undefined ? '' : met ? 'met' : '**not met**'});
}
const kb = bytes => `${(bytes / 1024).toFixed(1)} KiB`;
const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const free = () => new Promise(resolve => {
	const s = createServer().listen(0, '127.0.0.1', () => {
		const {port} = s.address();
		s.close(() => resolve(port));
	});
});

const world = await World.open({count: 8, closes: 240});
const profiles = [];

// A machine of its own: the browser's default context, so that Lighthouse finds the same one at the port.
async function machine(port, more = {}) {
	const profile = mkdtempSync(join(tmpdir(), 'bv-bench-web-'));
	profiles.push(profile);
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: process.env.BANGVANG_CHROMIUM ?? '/usr/bin/chromium', baseURL: world.url, locale: 'vi-VN', viewport: {width: 1366, height: 768}, ...more,
		args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', ...port ? [`--remote-debugging-port=${port}`] : []],
	});
	const page = context.pages()[0];
	const cdp = await context.newCDPSession(page);
	return {context, page, cdp, s: steps({world}, page)};
}

async function slow({cdp}, on = true) {
	await cdp.send('Network.enable');
	await cdp.send('Network.emulateNetworkConditions', on ? LINE : {offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1});
	await cdp.send('Emulation.setCPUThrottlingRate', {rate: on ? SLOWER : 1});
}

const firstPaint_ms = page => page.evaluate(() => new Promise(resolve => {
	const found = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
	const look = () => found() === undefined ? setTimeout(look, 20) : resolve(found());
	look();
}));

// ---- What it weighs

const made = await pieces(world.url);
for (const [what, {gzip, br, bytes}, goal] of [['scripts of player and shell', made.scripts, true], ['their styles', made.styles, true], ['words that stand in the page', made.words], ['the whole page', made.page]])
	say(`${what}, gzip (Brotli ${kb(br)}, as they are ${kb(bytes)})`, kb(gzip), goal ? '≤ 20 KiB' : '', goal ? gzip <= 20480 : undefined);

// ---- What is fetched until the first question, and when it paints

const cold = [];
for (let i = 0; i < TIMES; i++) {
	const m = await machine();
	await slow(m);
	await m.page.goto('/exam');
	cold.push(await firstPaint_ms(m.page));
	await m.context.close();
}
say('cold first paint of /exam on 3G, processor ÷ 6', `${Math.round(median(cold))} ms`, '≤ 1,500 ms', median(cold) <= 1500);

// Of what the page itself asks for, without the service worker, which fetches all of it again behind the page.
const bare = await machine(undefined, {serviceWorkers: 'block'});
const fetched = await untilFirstQuestion({world}, bare.page, 'T-00003'), first = fetched.reduce((n, r) => n + r.bytes, 0);
say('everything until the first question is there, cold, header fields too', kb(first), '≤ 60 KiB', first <= BARS.first);
for (const {what, bytes} of fetched.sort((a, b) => b.bytes - a.bytes).slice(0, 4))
	say(`– of that ${what}`, kb(bytes));
await bare.context.close();

// ---- Warm: the service worker has the page, the browser the paper

const m = await machine();
await m.page.goto('/exam');
await m.s.begin('T-00000');
await m.page.waitForFunction(() => navigator.serviceWorker?.controller !== null, null, {timeout: 10000}).catch(() => {});
await slow(m);
const warmPaint = [], warmReady = [];
for (let i = 0; i < TIMES; i++) {
	const start = Date.now();
	await m.page.reload({waitUntil: 'commit'});
	await m.s.shown();
	warmReady.push(Date.now() - start);
	warmPaint.push(await firstPaint_ms(m.page));
}
say('warm start: first paint', `${Math.round(median(warmPaint))} ms`, '< 1,000 ms', median(warmPaint) < 1000);
say('warm start: the question is there', `${Math.round(median(warmReady))} ms`);

// ---- From one question to the next: from the click to the frame after the one that shows it

const next = [];
for (let i = 0; i < 15; i++)
	next.push(await m.page.evaluate(label => new Promise((resolve, reject) => {
		const heading = () => document.querySelector('h1')?.textContent;
		const before = heading(), button = [...document.querySelectorAll('button')].find(b => b.textContent.trim() === label);
		if (!button)
			reject(new Error(`no button ${label}`));
		const start = performance.now();
		const look = () => heading() !== before && document.querySelector('#question .item') ? requestAnimationFrame(() => resolve(performance.now() - start)) : requestAnimationFrame(look);
		button.click();
		requestAnimationFrame(look);
	}), m.s.w.next));
say('the next question of a paper that is here', `${Math.round(median(next))} ms (worst of 15: ${Math.round(Math.max(...next))})`, '< 200 ms', median(next) < 200);
await m.context.close();

// ---- Somebody else's opinion of the question page

if (!process.argv.includes('--no-lighthouse')) {
	const from = createRequire(join(here, 'lighthouse', 'package.json'));
	const {default: lighthouse} = await import(from.resolve('lighthouse'));
	const {default: puppeteer} = await import(from.resolve('puppeteer-core'));
	for (const formFactor of ['mobile', 'desktop']) {
		const port = await free(), l = await machine(port);
		await l.page.goto('/exam');
		await l.s.begin(formFactor === 'mobile' ? 'T-00001' : 'T-00002');
		const browser = await puppeteer.connect({browserURL: `http://127.0.0.1:${port}`, defaultViewport: null});
		const page = (await browser.pages()).find(p => p.url().includes('/exam'));
		const desktop = {formFactor, screenEmulation: {mobile: false, width: 1366, height: 768, deviceScaleFactor: 1, disabled: false}, throttling: {rttMs: 40, throughputKbps: 10240, cpuSlowdownMultiplier: 1, requestLatencyMs: 0, downloadThroughputKbps: 0, uploadThroughputKbps: 0}};
		const {lhr} = await lighthouse(`${world.url}/exam`, {disableStorageReset: true, logLevel: 'error', onlyCategories: ['performance', 'accessibility', 'best-practices'], ...formFactor === 'desktop' && desktop}, undefined, page);
		const score = name => Math.round(lhr.categories[name].score * 100);
		const there = await page.$('#question .item') !== null;
		say(`Lighthouse ${lhr.lighthouseVersion}, ${formFactor}: performance${there ? '' : ' (of another screen than the question)'}`, String(score('performance')), '≥ 95', score('performance') >= 95);
		say(`Lighthouse, ${formFactor}: accessibility`, String(score('accessibility')), '100', score('accessibility') === 100);
		say(`Lighthouse, ${formFactor}: best practices`, String(score('best-practices')));
		for (const {refs} of [lhr.categories.performance, lhr.categories.accessibility, lhr.categories['best-practices']].map(c => ({refs: c.auditRefs})))
			for (const {id, weight} of refs)
				if (weight && lhr.audits[id].score !== null && lhr.audits[id].score < 0.9)
					say(`– ${lhr.audits[id].title}`, lhr.audits[id].displayValue ?? String(lhr.audits[id].score));
		for (const {node, score: shift} of lhr.audits['layout-shifts']?.details?.items ?? [])
			say(`– moves: ${(node?.snippet ?? '').slice(0, 70)}`, shift.toFixed(3));
		await browser.disconnect();
		await l.context.close();
	}
}
await world.close();
for (const profile of profiles)
	rmSync(profile, {recursive: true, force: true});
if (process.argv.includes('--markdown')) {
	console.log('| | | goal |\n|---|---:|---|');
	for (const {what, value, goal, met} of rows)
		console.log(`| ${what} | ${value} | ${[goal, met].filter(Boolean).join(': ')} |`);
} else {
	for (const {what, value, goal, met} of rows)
		console.log(`${what.padEnd(90)} ${value.padStart(12)}  ${[goal, met].filter(Boolean).join(': ')}`);
}
process.exit(0);
