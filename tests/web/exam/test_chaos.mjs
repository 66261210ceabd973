// Everything that can happen to a candidate, at random: the network goes and comes, acknowledgements are lost, the browser and the server are killed, a
// second tab takes over, the machine's clock is hours off. What the page says is on the server is in the ledger, what it says is on this machine arrives, and
// nothing is stored twice. Arguments: number of steps, seed, and "adaptive" for questions that come one by one. tools/campaign/web-chaos runs it for long.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {check, test} from '../harness.mjs';
import {steps} from './steps.mjs';

const count = Number(process.argv[2] ?? 6), seed = Number(process.argv[3] ?? 20261122), adaptive = process.argv[4] === 'adaptive';
const {chromium} = createRequire(import.meta.url)('playwright-core');
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'])
	process.on(signal, () => process.exit(1));
let state = seed >>> 0;
const random = n => {
	state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
	return (state >>> 8) % n;
};

/** A browser that can be killed as by a power cut; its profile stays. */
async function machine(profile) {
	const child = spawn(process.env.BANGVANG_CHROMIUM ?? '/usr/bin/chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--lang=vi-VN', '--remote-debugging-port=0',
		`--user-data-dir=${profile}`, 'about:blank'], {stdio: ['ignore', 'ignore', 'pipe'], detached: true});
	const address = await new Promise((resolve, reject) => {
		let said = '';
		child.stderr.on('data', bytes => {
			said += bytes;
			const found = /DevTools listening on (ws:\S+)/.exec(said);
			if (found)
				resolve(found[1]);
		});
		child.on('exit', () => reject(new Error(said)));
	});
	const gone = new Promise(resolve => child.on('exit', resolve));
	/* Its own group: it and what it started. Also when this program is ended from outside. */
	const kill = () => {
		try {
			process.kill(-child.pid, 'SIGKILL');
		} catch { /* it has ended */ }
	};
	process.on('exit', kill);
	const browser = await chromium.connectOverCDP(address);
	return {
		browser, context: browser.contexts()[0],
		async kill() {
			kill();
			await gone;
			process.off('exit', kill);
			await browser.close().catch(() => {});
		},
	};
}

/** What the page has on this machine. */
const kept = page => page.evaluate(() => new Promise((resolve, reject) => {
	const open = indexedDB.open('bangvang-exam', 1);
	open.onerror = () => reject(open.error);
	open.onsuccess = () => {
		const tx = open.result.transaction(['pending', 'known', 'aside']), pending = tx.objectStore('pending').getAll(), known = tx.objectStore('known').getAll(), aside = tx.objectStore('aside').getAll();
		tx.oncomplete = () => {
			open.result.close();
			resolve({pending: pending.result, known: known.result, aside: aside.result});
		};
	};
}));

const MOST = 20, over = 'main[data-screen="over"]';
const spelled = v => JSON.stringify(v, (_, x) => (x && typeof x === 'object' && !Array.isArray(x) ? Object.fromEntries(Object.entries(x).sort(([a], [b]) => (a < b ? -1 : 1))) : x));

await test({count: 1, ...adaptive && {adaptive: [MOST, MOST]}, config: {rate_entry: '6000/min burst 6000'}, expected: [/ERR_|Failed to load resource|status of (401|403|409|503)/]}, async t => {
	const profile = mkdtempSync(join(tmpdir(), 'bv-chaos-'));
	t.atEnd(async () => {
		await m?.kill();
		rmSync(profile, {recursive: true, force: true, maxRetries: 5});
	});
	let m, page, s, attempt, offline = false, serverUp = true, lose = false, unbound = false;
	const meant = new Map(), told = [];
	m = await machine(profile);

	async function openPage() {
		const skew = [0, 7200e3, -7200e3][random(3)];
		page = await t.tab(m.context);
		await page.addInitScript(ms => {
			const now = Date.now.bind(Date);
			Date.now = () => now() + ms;
		}, skew);
		await page.route(/\/(answers|section)$/, async route => {
			if (lose && route.request().method() === 'POST') {
				await route.fetch().catch(() => {});
				await route.abort('connectionreset').catch(() => {});
			} else
				await route.continue().catch(() => {});
		});
		page.setDefaultTimeout(60000);
		s = steps(t, page);
		await m.context.addCookies([{name: 'lang', value: 'vi', url: t.url}]);
		await page.goto(`${t.url}/exam`);
		told.push(`page, skew ${skew / 3600e3} h`);
	}

	/** Wherever the page is after a start: back at a question, here. A browser that was killed has forgotten its session, and perhaps which machine it is. */
	async function atQuestion(done = page.locator(`#question fieldset, ${over}`).first()) {
		const here = page.getByRole('button', {name: 'Tiếp tục ở đây'}), again = page.getByRole('dialog').getByLabel('Mã vào thi'), elsewhere = s.heading('Bài thi đang ở máy khác');
		for (let i = 0; i < 480; i++) { // what is seen may have gone when it is pressed: then it is looked at again
			if (await again.isVisible()) {
				if (!serverUp) // which alone can let him in
					await ops.server();
				if (offline)
					await ops.network();
				await again.fill(t.world.codes['T-00000'], {timeout: 2000}).catch(() => {});
				await again.press('Enter', {timeout: 2000}).catch(() => {});
				await again.waitFor({state: 'detached', timeout: 20000}).catch(() => {});
			} else if (await here.isVisible())
				await here.click({timeout: 2000}).catch(() => {});
			else if (await elsewhere.isVisible() && !unbound) {
				unbound = true;
				await t.world.tell('proctor', {attempt, act: 'unbind'});
			} else if (await done.isVisible())
				return true;
			await page.waitForTimeout(250);
		}
		throw new Error('the page does not come back to a question');
	}

	/** Answers the question that is open, or passes it; false: there is nothing to answer now. */
	async function oneByOne(pick) {
		if (random(4) === 0) {
			const none = page.getByRole('button', {name: 'Bỏ trống câu này'}), next = page.getByRole('button', {name: s.w.next, exact: true});
			await next.click({timeout: 2000}).then(() => none.click({timeout: 500})).catch(() => {});
		}
		const choices = page.locator('#question:not([inert]) input:is([type=radio], [type=checkbox])'), n = await choices.count();
		if (n)
			await choices.nth(pick % n).check({timeout: 5000});
		return n > 0;
	}

	const ops = {
		async answer() {
			const pick = random(4);
			for (let tries = 0; ; tries++)
				try { // the question about the code may come at any moment
					await atQuestion();
					if (adaptive) {
						if (!await oneByOne(pick))
							return;
					} else
						await s.answer(pick);
					await page.locator('.state[data-state="server"], .state[data-state="machine"]').waitFor();
					break;
				} catch (e) {
					if (tries === 3)
						throw e;
				}
			for (const row of [...(await kept(page)).known, ...(await kept(page)).pending])
				meant.set(row.item, spelled(row.response)); // pending last: it is the newer
			if (random(2))
				await (adaptive ? page.getByRole('button', {name: s.w.next, exact: true}).click({timeout: 2000}) : s.next()).catch(() => {});
		},
		async network() {
			offline = !offline;
			await m.context.setOffline(offline);
		},
		async server() {
			serverUp = !serverUp;
			await t.world.tell(serverUp ? 'start' : 'kill');
		},
		async lost() {
			lose = !lose;
		},
		async reload() {
			await page.reload();
			await atQuestion();
		},
		async tab() {
			const old = page;
			await openPage();
			await atQuestion();
			if (!offline)
				await old.getByRole('heading', {name: 'Bài thi đang mở ở cửa sổ khác'}).waitFor();
			await old.close({runBeforeUnload: false});
		},
		async browser() {
			await m.kill();
			unbound = false;
			m = await machine(profile);
			await m.context.setOffline(offline);
			await openPage();
			await atQuestion();
		},
	};

	/** What the page holds for stored is the newest event of its item in the ledger, or was before it was answered again. */
	async function truth(step) {
		if (!serverUp)
			return true;
		const {known} = await kept(page), events = await s.stored(attempt); // in this order: more may come meanwhile
		const wrong = known.filter(k => !events.some(e => e.seq === k.seq && e.item === k.item));
		return !wrong.length || check(false, `step ${step}: what is shown as on the server is in the ledger`, {wrong, events, told});
	}

	await openPage();
	attempt = await s.begin('T-00000');
	await page.evaluate(() => navigator.serviceWorker.ready);
	const names = ['answer', 'network', 'answer', 'browser', 'answer', 'lost', 'server', 'reload', 'answer', 'tab'];
	let good = true;
	for (let i = 0; i < count && good; i++) {
		const name = i < 4 ? names[i] : i % 2 ? 'answer' : names[random(names.length)];
		told.push(name);
		await ops[name]().catch(async e => {
			console.log(`# seed ${seed}: ${told.join(', ')}`);
			console.log(`# ${(await page.locator('body').innerText().catch(() => '')).slice(0, 500).replace(/\s+/g, ' ')}`);
			throw e;
		});
		good = await truth(i);
	}
	lose = false;
	if (offline)
		await ops.network();
	if (!serverUp)
		await ops.server();
	await atQuestion(page.locator(`main:has(.saved[data-state="server"])${adaptive ? `:is(:has(#question:not([inert])), ${over})` : ''}`)).catch(async () => check(false, 'everything on this machine arrives', [...told, await page.locator('body').innerText()]));
	check(good, `what was shown as on the server was in the ledger, in ${count} steps of seed ${seed}`);
	const events = await s.stored(attempt), {known, pending, aside} = await kept(page);
	if (adaptive)
		check(!aside.length, 'no answer comes too late', {aside, told});
	check(!pending.length && known.length === meant.size && known.every(k => meant.get(k.item) === spelled(k.response)), 'everything on this machine has arrived, the newest of each', {pending, known, meant: [...meant], told});
	const newest = new Map(), twice = [];
	for (const e of events) {
		if (newest.get(e.item) === spelled(e.response))
			twice.push(e);
		newest.set(e.item, spelled(e.response));
	}
	check(!twice.length, 'nothing is stored twice', {twice, told});
	check([...newest.keys()].sort().join() === [...meant.keys()].sort().join(), 'nothing else is stored', {events, meant: [...meant]});
});
