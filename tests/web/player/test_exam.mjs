// Every kind of interaction in a real exam: answered, on the server, and the same after a reload.
import {check, test} from '../harness.mjs';
import {steps} from '../exam/steps.mjs';

const all = async (locator, act) => {
	for (let i = 0, n = await locator.count(); i < n; i++)
		await act(locator.nth(i));
};
const options = select => select.evaluate(s => [...s.options].filter(o => o.value && !o.disabled).map(o => o.value));
const pickFirst = async select => select.selectOption((await options(select))[0]);

// What stands in a question → how it is answered.
const ways = {
	'.q-associate': q => all(q.locator('select'), pickFirst),
	'.q-drawing': async q => { await q.locator('canvas').focus(); for (const key of ['Space', 'ArrowRight', 'ArrowDown', 'Space']) await q.page().keyboard.press(key); },
	'.q-text': q => q.locator('textarea').first().fill('Kính gửi phụ huynh: mời vào lớp lúc 8 giờ.'),
	'.q-gaps': q => all(q.locator('select'), pickFirst),
	'.q-graphic-gaps': q => all(q.locator('select'), pickFirst),
	'.q-graphic-associate': async q => { await q.locator('.q-over-spot').nth(0).press('Enter'); await q.locator('.q-over-spot').nth(1).press('Enter'); },
	// As somebody does who thinks in between: each step is on the server before the next.
	'.q-graphic-order': (q, saved) => all(q.locator('.q-over-spot'), async b => { await b.press('Enter'); await saved(); }),
	'.q-hotspot': q => q.locator('input').first().press('Space'),
	'.q-hottext': q => q.locator('input').first().press('Space'),
	'.q-match': q => all(q.locator('tbody tr'), async row => row.locator('input').first().press('Space')),
	'.q-order': async (q, saved) => {
		for (const what of ['button.q-back', '.q-down', '.q-down']) {
			await q.locator(`${what}:not(:disabled)`).first().press('Enter');
			await saved();
		}
	},
	'.q-position': q => q.locator('.q-cross').press('Enter'),
	'.q-point': q => q.locator('.q-cross').press('Enter'),
	'.q-slider': q => q.locator('.q-step').last().press('Enter'),
	'.q-upload': async q => {
		await q.locator('input[type=file]').setInputFiles({name: 'bán hàng.csv', mimeType: 'text/csv', buffer: Buffer.from('ngay,mat_hang,so_luong\n')});
		await q.getByText('Đã chọn: bán hàng.csv').waitFor();
	},
	'.q-choice': q => q.locator('input').first().press('Space'),
	'input.q-field': q => all(q.locator('input.q-field'), i => i.fill('12')),
	'select.q-field': q => all(q.locator('select.q-field'), pickFirst),
};

// What can be seen of the answer.
const state = page => page.evaluate(() => {
	const q = document.querySelector('#question .q-page');
	return JSON.stringify([
		[...q.querySelectorAll(':is(input:not([type=file]), select, textarea)')].map(c => /radio|checkbox/.test(c.type) ? c.checked : c.value),
		[...q.querySelectorAll('.q-order-list, .q-said, .q-pool, .q-file, .q-slider-value, .q-put')].map(n => n.textContent), [...q.querySelectorAll('.q-mark')].map(m => m.getAttribute('style')),
	]);
});

await test({count: 1, kinds: true}, async t => {
	const page = await t.page({path: '/exam'}), s = steps(t, page), attempt = await s.begin('T-00000'), seen = new Map();
	for (let n = 1; n <= 40; n++) {
		const q = page.locator('#question'), found = [];
		await s.shown();
		for (const way of Object.keys(ways))
			if (!found.length && await q.locator(way).count())
				found.push(way);
		if (found.length && ![...seen.values()].some(v => v.way === found[0])) {
			await ways[found[0]](q, s.saved);
			seen.set(n, {way: found[0], state: await state(page)});
			await t.look(page, `exam-${found[0].replace(/\W+/g, '')}`);
		}
		if (n < 40)
			await s.next();
	}
	await s.allSaved();
	check(seen.size === Object.keys(ways).length, `${seen.size} kinds were answered, and are on the server`, Object.keys(ways).filter(w => ![...seen.values()].some(v => v.way === w)));
	const stored = [...new Map((await s.stored(attempt)).map(a => [a.item, a])).values()]; // the newest of each
	const empty = stored.filter(a => Object.values(a.response).every(v => v.base === null));
	check(new Set(stored.map(a => a.item)).size === seen.size && !empty.length, 'the ledger has each of them', [stored.length, empty]);
	await page.reload();
	await s.heading(s.w.question).waitFor();
	await s.shown();
	while (!await page.getByRole('heading', {name: /^Câu 1 trên/}).count())
		await page.getByRole('button', {name: 'Câu trước'}).click();
	for (let n = 1; n <= 40; n++) {
		await s.shown();
		if (seen.has(n))
			check(await state(page) === seen.get(n).state, `${seen.get(n).way} is the same after a reload`, [seen.get(n).state, await state(page)]);
		if (n < 40)
			await s.next();
	}
});
