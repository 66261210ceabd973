// A candidate is moved to another machine while the first has no network, and back: of each question the answer that he gave last stands, whatever the clocks of
// the two machines say, and what was put aside for it is kept. One clock is two hours behind and the other two hours ahead.
import {readFileSync} from 'node:fs';
import {check, test} from '../harness.mjs';
import {steps} from './steps.mjs';

const wrongClock = (context, ms) => context.addInitScript(skew => {
	const now = Date.now.bind(Date);
	Date.now = () => now() + skew;
}, ms);

/** What the machine keeps: rows of one table. */
const kept = (page, table) => page.evaluate(name => new Promise((resolve, reject) => {
	const open = indexedDB.open('bangvang-exam', 1);
	open.onerror = () => reject(open.error);
	open.onsuccess = () => {
		const rows = open.result.transaction(name).objectStore(name).getAll();
		rows.onsuccess = () => {
			open.result.close();
			resolve(rows.result);
		};
	};
}), table);

await test({count: 1, expected: [/ERR_INTERNET_DISCONNECTED/, /status of (401|403|409)/]}, async t => {
	const first = await t.page({acceptDownloads: true}), second = await t.page(), a = steps(t, first), b = steps(t, second);
	await wrongClock(first.context(), -7200e3);
	await wrongClock(second.context(), 7200e3);
	await Promise.all([first.goto('/exam'), second.goto('/exam')]);
	const attempt = await a.begin('T-00000'), places = [];
	const newest = async () => Object.fromEntries((await a.stored(attempt)).map(e => [e.item, JSON.stringify(e.response)]));
	const go = (page, heading) => {
		const n = heading.match(/\d+/)[0];
		return page.evaluate(label => [...document.querySelectorAll('.map .cell')].find(c => c.getAttribute('aria-label').startsWith(label)).click(), `Câu ${n}:`);
	};
	const chosen = page => page.locator('#question input[type=radio]').evaluateAll(radios => radios.findIndex(r => r.checked));

	for (const pick of [0, 0, 0]) { // three questions that are answered on both machines
		places.push(await a.answer(pick));
		await a.next();
	}
	await a.allSaved();
	await first.context().setOffline(true);
	await go(first, places[0]);
	await a.answer(1);
	await go(first, places[1]);
	await a.answer(1);
	await a.saved(a.w.machine);
	const before = await newest();

	await t.world.tell('proctor', {attempt, act: 'unbind'});
	for (const [label, text] of [[b.w.sitting, t.world.sitting], [b.w.ticket, 'T-00000'], [b.w.code, t.world.codes['T-00000']]])
		await second.getByLabel(label, {exact: true}).fill(text);
	await second.getByRole('button', {name: b.w.enter, exact: true}).click();
	await b.heading(b.w.question).waitFor();
	for (const [place, pick] of [[places[0], 2], [places[2], 2]]) {
		await go(second, place);
		await b.answer(pick);
	}
	await b.allSaved();
	const there = await newest(), [one, two, three] = Object.keys(there).sort((x, y) => x - y);
	check(there[one] !== before[one] && there[three] !== before[three] && there[two] === before[two], 'the second machine has answered two of the three', {before, there});

	await go(first, places[2]);
	await a.answer(3);
	await a.saved(a.w.machine); // given here, after what the second machine has stored
	await go(first, places[0]);
	check(await chosen(first) === 1, 'without network the first machine shows what was answered on it');
	await t.world.tell('proctor', {attempt, act: 'unbind'});
	await first.context().setOffline(false);
	await first.getByRole('button', {name: 'Tiếp tục ở đây'}).click();
	await a.heading(a.w.question).waitFor();
	await a.allSaved();
	const stands = await newest();
	check(stands[one] === there[one], 'what was answered there after it is not overwritten', {there, stands});
	check(stands[two] !== there[two], 'what was answered here only has arrived', {there, stands});
	check(stands[three] !== there[three], 'and so has what was answered here after it was answered there', {there, stands});
	await first.waitForFunction(() => [...document.querySelectorAll('#question input[type=radio]')].findIndex(r => r.checked) === 2);
	check(true, 'the page that was open shows the answer that stands');
	for (const [place, pick] of [[places[1], 1], [places[2], 3]]) {
		await go(first, place);
		await a.shown();
		check(await chosen(first) === pick, `${place} has its own`);
	}
	const aside = await kept(first, 'aside'), pending = await kept(first, 'pending');
	check(aside.length === 1 && aside[0].item === Number(one) && aside[0].lease === 1 && !pending.length, 'the other one is put aside on its machine', {aside, pending});
	await second.evaluate(() => dispatchEvent(new Event('online')));
	await b.heading('Bài thi đang mở ở cửa sổ khác').waitFor();

	await first.context().setOffline(true);
	await go(first, places[0]);
	await a.answer(0);
	const save = first.getByRole('button', {name: 'Lưu tệp bài thi (.baithi)'});
	const [download] = await Promise.all([first.waitForEvent('download'), save.click()]);
	const {said} = await t.world.tell('rescue', {document: readFileSync(await download.path(), 'utf8')});
	check(said.taken === 1 && said.older === 1 && !said.refused.length, 'the file has what was put aside, and it is found to be older', said);
	check((await newest())[one] === before[one], 'what was answered last stands');
});
