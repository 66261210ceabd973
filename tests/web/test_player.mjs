// Every interaction: answered by keys alone, reloaded, the same state, and the score that the server's own commands give.
import {check, soon, test} from './harness.mjs';
import {open} from './player/bench.mjs';

const world = await open();

// What can be seen of the state: controls, what is written beside them, and the places of marks.
const state = page => page.evaluate(() => [
	...[...document.querySelectorAll('.q-page :is(input:not([type=file]), select, textarea)')].map(c => /radio|checkbox/.test(c.type) ? c.checked : c.value),
	...[...document.querySelectorAll('.q-page :is(.q-order-list, .q-said, .q-pool, .q-file, .q-slider-value, .q-put, .q-page .q-small)')].map(n => `${n.className} ${n.textContent}`),
	...[...document.querySelectorAll('.q-mark')].map(m => m.getAttribute('style')),
	...[...document.querySelectorAll('.q-spot')].map(g => `${g.getAttribute('class').replace(' q-focus', '')} ${g.textContent}`),
	document.querySelectorAll('.q-lines line').length,
]);

// Keys only: Tab until what has the focus fits.
class Keys {
	constructor(page, item) {
		this.page = page;
		this.item = item;
	}

	// An option of r1 by the author's name.
	id = (own, r = 0) => this.item.opaque(this.item.responses[r], own);

	async to(selector, back = false) {
		for (let i = 0; i < 60; i++) {
			if (await this.page.evaluate(s => document.activeElement?.matches(s) ?? false, selector))
				return;
			await this.page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
		}
		throw new Error(`no way to ${selector} by the Tab key`);
	}

	async press(...keys) {
		for (const key of keys)
			await this.page.keyboard.press(key);
	}

	type = text => this.page.keyboard.insertText(text);

	async check(own) {
		await this.to(`input[value="${this.id(own)}"]`);
		await this.press('Space');
	}

	// In a radio group Tab goes to one button, arrows to the others.
	async radio(own) {
		await this.to('input[type=radio]');
		for (let i = 0; i < 10 && !await this.page.evaluate(v => document.activeElement.value === v && document.activeElement.checked, this.id(own)); i++)
			await this.press(i ? 'ArrowDown' : 'Space');
	}

	async pick(selector, text) {
		await this.to(selector);
		for (let i = 0; i < 20 && !await this.page.evaluate(s => document.activeElement.selectedOptions[0].text.startsWith(s), text); i++)
			await this.press('ArrowDown');
	}
}

// name: [keys, score expected (null: it is marked by people), what r1 says]
const cases = {
	'choice': [k => k.radio('CANARY_B'), 1],
	'choice-several': [async k => { await k.check('CANARY_A'); await k.check('CANARY_C'); }, 2],
	'hottext': [async k => { await k.check('CANARY_1'); await k.check('CANARY_3'); }, 1],
	'inline-choice': [async k => { await k.pick('select', 'Ctrl+C'); await k.press('Tab'); await k.pick('select', 'Ctrl+V'); }, 1],
	'text-entry': [async k => {
		for (const text of ['Đà Nẵng', '3,5', '7', '2,50']) {
			await k.press('Tab');
			await k.to('input');
			await k.type(text);
		}
	}, 1],
	'extended-text': [async k => { await k.to('textarea'); await k.type('Kính mời ông dự họp.\nTrân trọng.'); await k.press('Tab'); await k.to('textarea'); await k.type('Kiểm tra micrô'); }, 1],
	'formatted-text': [async k => { await k.to('textarea'); await k.type('Đoạn <một> & “hai”\nĐoạn hai'); }, null, {base: {string: '<p>Đoạn &lt;một&gt; &amp; “hai”</p><p>Đoạn hai</p>'}}],
	'order': [async k => {
		const wanted = ['CANARY_1', 'B2', 'C3', 'D4'].map(i => k.id(i));
		for (let i = 0; i < 4; i++)
			for (let n = 0; n < 4; n++) {
				const at = await k.page.evaluate(id => [...document.querySelectorAll('.q-order-list li')].findIndex(l => l.dataset.row === id), wanted[i]);
				if (at <= i)
					break;
				await k.to(`[data-row="${wanted[i]}"] .q-up`, n > 0).catch(() => k.to(`[data-row="${wanted[i]}"] .q-up`));
				await k.press('Enter');
			}
		if (await k.page.locator('.q-back:visible').count()) {
			await k.to('.q-back');
			await k.press('Enter');
		}
	}, 1],
	'order-some': [async k => { for (const own of ['CANARY_1', 'B2']) { await k.to(`[data-row="${k.id(own)}"] .q-in`); await k.press('Enter'); } }, 1],
	'match': [async k => { for (const pair of [['CANARY_R1', 'P'], ['R2', 'S'], ['R3', 'S']]) { await k.to(`input[value="${pair.map(i => k.id(i)).join(' ')}"]`); await k.press('Space'); } }, 3],
	'match-once': [async k => { for (const pair of [['CANARY_A', 'Y'], ['CANARY_A', 'X'], ['B', 'Y']]) { await k.to(`input[value="${pair.map(i => k.id(i)).join(' ')}"]`, pair[1] === 'X'); await k.press('Space'); } }, 1],
	'associate': [async k => { for (const word of ['mở', 'đóng', 'bật', 'tắt']) { await k.press('Tab'); await k.pick('select', word); } }, 1],
	'gap-match': [async k => { for (const word of ['mật', 'xác']) { await k.press('Tab'); await k.pick('select', word); } }, 1],
	'gap-images': [async k => { for (const word of ['Máy', 'Bộ']) { await k.press('Tab'); await k.pick('select', word); } }, 1],
	'hotspot': [k => k.radio('CANARY_C'), 1],
	'hotspot-several': [async k => { await k.check('CANARY_A'); await k.check('B'); }, 1],
	'graphic-order': [async k => { for (const label of ['Tạo mã lô', 'Ghi nhật ký', 'In tem', 'Người mua']) { await k.to(`button[aria-label^="${label}"]`); await k.press('Enter'); } }, 1],
	'graphic-associate': [async k => { for (const label of ['In tem', 'Người mua', 'Tạo mã lô', 'Ghi nhật ký']) { await k.to(`button[aria-label^="${label}"]`); await k.press('Enter'); } }, 1],
	'graphic-gap-match': [async k => { for (const word of ['Ảnh', 'Giá']) { await k.press('Tab'); await k.pick('select', word); } }, 1],
	'select-point': [async k => { await k.to('.q-cross'); await k.press('ArrowLeft', 'ArrowUp', 'Enter'); }, 1, {base: {point: [310, 190]}}],
	'select-points': [async k => { await k.to('.q-cross'); await k.press('Enter', 'Shift+ArrowDown', 'Enter', 'ArrowRight', 'Enter', 'Delete'); }, 1, {list: {point: [[320, 200], [320, 201]]}}],
	'position-object': [async k => { await k.to('.q-chip'); await k.press('Enter', 'ArrowDown', 'Enter'); }, 1, {base: {point: [320, 210]}}],
	'slider': [async k => { await k.to('input[type=range]'); await k.press('ArrowRight', 'ArrowRight'); }, 1],
	'slider-fine': [async k => { await k.to('.q-step'); await k.press('Tab', 'Tab', 'Enter', 'Enter', 'Enter'); }, 1, {base: {float: 0.5}}],
	'media': [async k => { await k.to('.q-play'); await k.press('Enter'); await k.page.waitForFunction(() => globalThis.view.complete()); }, 1],
	'drawing': [async k => { await k.to('canvas'); await k.press('Space', 'ArrowRight', 'ArrowDown', 'Space', 'ArrowDown'); }, null],
	'end-attempt': [async k => { await k.radio('CANARY_A'); await k.to('.q-end'); await k.press('Enter'); }, 1],
};

const ready = page => page.waitForFunction(() => document.documentElement.dataset.ready);

async function one(t, page, name) {
	const [keys, score, said] = cases[name], item = world.item(name);
	check(!item.page.includes('CANARY'), `${name}: nothing of the key is on the page`);
	await page.goto(`/item/${name}`);
	await ready(page);
	const untouched = await page.evaluate(() => !globalThis.view.touched() && Object.values(globalThis.view.responses()).every(v => v.base === null));
	check(untouched, `${name}: null until it is touched`);
	await keys(new Keys(page, item));
	const responses = await page.evaluate(() => globalThis.view.responses()), shown = await state(page);
	const scored = score === null || item.score(responses);
	check(score === null ? responses.r1.base !== null : scored === score, `${name}: answered by keys alone, ${score === null ? 'to be marked' : `marks ${score}`}`, [scored, item.own(responses)]);
	if (said)
		check(JSON.stringify(responses.r1) === JSON.stringify(said), `${name}: says it as it should`, responses.r1);
	await soon(async () => await page.evaluate(() => globalThis.view.complete()), `${name}: is complete`);
	await t.look(page, `done-${name}`);
	await page.reload();
	await ready(page);
	await page.waitForFunction(() => [...document.images].every(i => i.complete));
	const again = [await page.evaluate(() => globalThis.view.responses()), await state(page)];
	check(JSON.stringify(again) === JSON.stringify([responses, shown]), `${name}: the same after a reload`, [shown, again]);
}

await test({world}, async t => {
	const names = Object.keys(cases);
	await Promise.all([0, 1, 2].map(async () => {
		const page = await t.page();
		for (let name; (name = names.shift());)
			await one(t, page, name).catch(e => check(false, `${name}: came to its end`, e.stack));
	}));
});
