// A browser in front of the real server under its real policy: everything a test of pages needs. See test_shell.mjs for how it is used.
import {spawn} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const axePath = require.resolve('axe-core/axe.min.js');
let count = 0, failed = 0;

export function check(good, name, detail) {
	count++;
	failed += !good;
	console.log(`${good ? 'ok' : 'not ok'} ${count} - ${name}`);
	if (!good && detail !== undefined)
		for (const line of (typeof detail === 'string' ? detail : JSON.stringify(detail, null, 1)).split('\n').slice(0, 60))
			console.log(`# ${line.slice(0, 300)}`);
	return good;
}

// Node.js would end without a word that a reader of the report finds.
process.on('unhandledRejection', e => {
	check(false, 'nothing fails unseen', e?.stack ?? String(e));
	plan();
});

// What becomes so a moment later: asked until it is.
export async function soon(what, name, detail) {
	const end = Date.now() + 60000;
	let good = false, fault;
	for (;;) {
		good = await Promise.resolve(what()).catch(e => (fault = e, false)); // a page may be between two others
		if (good || Date.now() > end)
			return check(good, name, detail ?? fault?.stack);
		await new Promise(wake => setTimeout(wake, 50));
	}
}

// The server: world.url, world.codes (ticket → code), world.tell('kill'), await world.tell('staff', {name, roles}) …: see serve.py. options go to it.
export class World {
	static async open(options) {
		const world = new World();
		world.child = spawn('python3', [join(here, 'serve.py'), JSON.stringify(options)], {stdio: ['pipe', 'pipe', 'inherit']});
		world.lines = createInterface({input: world.child.stdout})[Symbol.asyncIterator]();
		Object.assign(world, await world.hear());
		return world;
	}

	async hear() {
		const {value, done} = await this.lines.next();
		if (done)
			throw new Error('serve.py has ended');
		return JSON.parse(value);
	}

	// One at a time.
	tell(what, more = {}) {
		this.told = (this.told ?? Promise.resolve()).catch(() => {}).then(async () => {
			this.child.stdin.write(JSON.stringify({do: what, ...more}) + '\n');
			const said = await this.hear();
			if (!said.ok)
				throw new Error(`${what}: ${said.error}`);
			return said;
		});
		return this.told;
	}

	close() {
		const ended = new Promise(resolve => this.child.on('exit', resolve));
		this.child.stdin.end();
		return ended;
	}
}

// What no page may do: recorded for every page of every context, and a failure of the test at its end.
function watch(page, faults, expected) {
	const say = text => {
		if (!expected.some(e => e.test(text)))
			faults.push(`${page.url()}: ${text}`);
	};
	page.on('pageerror', e => say(`error: ${e.stack ?? e}`));
	page.on('console', m => {
		if (m.type() === 'error' || m.type() === 'warning')
			say(`console ${m.type()}: ${m.text()} ${m.location().url ?? ''}`);
	});
}

// open({exam: false}) has no exam and is quick; open({count: 40}) a sitting that is open now. Options: serve.py's, and
//   world     instead of that server something with {url, close()}: tests/web/player
//   expected  regular expressions of console lines that the test brings about on purpose, such as /net::ERR_INTERNET_DISCONNECTED/
export async function open(options = {}) {
	const {chromium} = require('playwright-core');
	const faults = [], expected = options.expected ?? [];
	const launch = () => chromium.launch({executablePath: process.env.BANGVANG_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']});
	const [server, started] = await Promise.allSettled([options.world ?? World.open(options), launch()]), ends = [];
	const world = server.value, browser = started.value;
	if (!world || !browser) {
		await Promise.allSettled([world?.close(), browser?.close()]);
		throw server.reason ?? started.reason;
	}
	const t = {
		world, browser, url: world.url, faults, expected,

		// A browser of its own, as of another machine: page(), or page({language: 'en', width: 320, path: '/staff', …what newContext takes}).
		async page({language = 'vi', width = 1366, height = 768, path, ...more} = {}) {
			const context = await browser.newContext({baseURL: world.url, locale: language === 'vi' ? 'vi-VN' : 'en-GB', viewport: {width, height}, ...more});
			context.setDefaultTimeout(60000);
			return t.tab(context, path);
		},

		// Another tab of the same machine.
		async tab(context, path) {
			const page = await context.newPage();
			watch(page, faults, expected);
			await page.addInitScript(() => addEventListener('securitypolicyviolation', e => console.error(`the policy refused ${e.blockedURI || e.sample} by ${e.violatedDirective}`)));
			if (path)
				await page.goto(path);
			return page;
		},

		// The judge of accessibility: no violation of WCAG 2.2 A and AA. axe reads the page from outside its policy.
		async axe(page, name, {exclude = [], rules} = {}) {
			if (!await page.evaluate(() => 'axe' in globalThis))
				await page.context().newCDPSession(page).then(async session => {
					const {readFileSync} = await import('node:fs');
					await session.send('Runtime.evaluate', {expression: readFileSync(axePath, 'utf8')});
					await session.detach();
				});
			const violations = await page.evaluate(async ([hidden, only]) => {
				const {violations: found} = await globalThis.axe.run({exclude: hidden.map(h => [h])}, {runOnly: only});
				return found.map(({id, help, nodes}) => ({id, help, nodes: nodes.slice(0, 5).map(n => `${n.html} ${n.failureSummary}`)}));
			}, [exclude, rules ?? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']]);
			return check(!violations.length, `axe finds nothing: ${name}`, violations);
		},

		// Nothing sticks out sideways.
		async narrow(page, name) {
			const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
			return check(inner <= outer, `fits into ${outer} px: ${name}`, `it is ${inner} px wide`);
		},

		// A screen in every way it may be seen: the judge's whole opinion once, of its colours in each theme and in forced ones; at 320 px, at 768, and at 200 %.
		async screen(page, name, options) {
			await t.axe(page, name, options);
			await t.look(page, name);
			const was = await page.evaluate(() => document.documentElement.dataset.theme);
			for (const theme of ['contrast', 'dark']) {
				await page.evaluate(chosen => (document.documentElement.dataset.theme = chosen), theme);
				await t.axe(page, `${name}, ${theme}`, {...options, rules: ['color-contrast', 'link-in-text-block']});
				await t.look(page, `${name}-${theme}`);
			}
			await page.evaluate(chosen => (document.documentElement.dataset.theme = chosen), was ?? '');
			await page.emulateMedia({forcedColors: 'active'});
			await t.axe(page, `${name}, forced colours`, {...options, rules: ['color-contrast', 'link-in-text-block']});
			await t.look(page, `${name}-forced`);
			await page.emulateMedia({forcedColors: null});
			const size = page.viewportSize();
			for (const [width, height] of [[320, 640], [768, 1024], [Math.round(size.width / 2), Math.round(size.height / 2)]]) {
				await page.setViewportSize({width, height});
				await t.narrow(page, name);
				if (width === 320)
					await t.axe(page, `${name}, 320 px`, {...options, rules: ['target-size', 'scrollable-region-focusable', 'color-contrast']});
				await t.look(page, `${name}-${width}`);
			}
			await page.setViewportSize(size);
		},

		// A picture for who wants to look: BANGVANG_SHOTS=/some/folder.
		async look(page, name) {
			if (!process.env.BANGVANG_SHOTS)
				return;
			mkdirSync(process.env.BANGVANG_SHOTS, {recursive: true});
			await page.screenshot({path: join(process.env.BANGVANG_SHOTS, `${name}.png`), fullPage: true});
		},

		// What a test has begun besides, ended however the test ends.
		atEnd(end) {
			ends.push(end);
		},

		async close() {
			// A request that a test answers itself may be under way still, and its answer has nowhere to go.
			const contexts = browser.contexts();
			await Promise.allSettled([...contexts, ...contexts.flatMap(c => c.pages())].map(c => c.unrouteAll({behavior: 'ignoreErrors'})));
			const faultsOfEnds = (await Promise.allSettled([...ends.map(async end => end()), browser.close(), world.close()])).filter(e => e.status === 'rejected');
			check(!faultsOfEnds.length, 'all was closed', faultsOfEnds.map(e => e.reason?.stack ?? String(e.reason)).join('\n'));
			check(!faults.length, 'no page has an error, a warning or breaks the policy', faults.join('\n'));
		},
	};
	return t;
}

// The test's body, with what it needs; prints the plan. A body that throws fails.
export async function test(options, body) {
	let t;
	try {
		t = await open(options);
		await body(t);
	} catch (e) {
		check(false, 'the test came to its end', e.stack ?? String(e));
		for (const [i, page] of (t?.browser.contexts() ?? []).flatMap(c => c.pages()).entries()) {
			console.log(`# ${page.url()} shows: ${(await page.locator('body').innerText().catch(String)).replace(/\s+/g, ' ').slice(0, 400)}`);
			await t.look(page, `failed-${i}`);
		}
	}
	await t?.close();
	plan();
}

export function plan() {
	console.log(`1..${count}`);
	process.exit(failed ? 1 : 0);
}
