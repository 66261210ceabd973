// The questions of test_player.mjs by mouse and by finger: presses, drags, drawing; files and sounds.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {check, soon, test} from './harness.mjs';
import {open} from './player/bench.mjs';

const world = await open(), folder = mkdtempSync(join(tmpdir(), 'bv-hands-'));
const responses = page => page.evaluate(() => globalThis.view.responses());

async function shown(page, name) {
	await page.goto(`/item/${name}`);
	await page.waitForFunction(() => document.documentElement.dataset.ready && [...document.images].every(i => i.complete));
	return world.item(name);
}

const middle = async (page, selector, fx = .5, fy = .5) => {
	const locator = page.locator(selector).first();
	await locator.scrollIntoViewIfNeeded();
	const box = await locator.boundingBox();
	return [box.x + box.width * fx, box.y + box.height * fy];
};

// A mouse, and a finger that does the same.
function mouse(page) {
	return {
		press: async (...at) => page.mouse.click(...await middle(page, ...at)),
		async drag(from, to, fx, fy) {
			const a = await middle(page, from), b = await middle(page, to, fx, fy);
			await page.mouse.move(...a);
			await page.mouse.down();
			await page.mouse.move((a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
			await page.mouse.move(...b);
			await page.mouse.up();
		},
	};
}

async function finger(page) {
	const session = await page.context().newCDPSession(page);
	await page.addInitScript(() => ['click', 'input'].forEach(name => addEventListener(name, () => { globalThis.clicks = (globalThis.clicks ?? 0) + 1; }, true)));
	const send = (type, points) => session.send('Input.dispatchTouchEvent', {type, touchPoints: points.map(([x, y]) => ({x, y}))});
	return {
		/* The click comes a little after the finger has gone; none comes when a slow machine takes the press for a long one. */
		async press(...at) {
			const before = await page.evaluate(() => globalThis.clicks ?? 0);
			for (let i = 0; i < 8; i++) {
				await page.touchscreen.tap(...await middle(page, ...at));
				if (await page.waitForFunction(n => globalThis.clicks > n, before, {timeout: 1500}).catch(() => null))
					return;
			}
			throw new Error(`no press of ${at[0]}`);
		},
		async drag(from, to, fx, fy) {
			const a = await middle(page, from), b = await middle(page, to, fx, fy);
			await send('touchStart', [a]);
			for (let i = 1; i <= 4; i++)
				await send('touchMove', [[a[0] + (b[0] - a[0]) * i / 4, a[1] + (b[1] - a[1]) * i / 4]]);
			await send('touchEnd', []);
		},
	};
}

const scored = async (page, item, wanted, name) => {
	const given = await responses(page);
	check(item.score(given) === wanted, `${name}: marks ${wanted}`, item.own(given));
};

async function all(page, hand, by) {
	let item = await shown(page, 'choice');
	const option = own => `.q-option:has([value="${item.opaque('RESPONSE', own)}"])`;
	await hand.press(option('A'));
	await hand.press(option('CANARY_B'));
	await scored(page, item, 1, `choice, ${by}`);
	await hand.press('.q-back');
	await soon(async () => (await responses(page)).r1.base === null, `choice, ${by}: taken back`);

	item = await shown(page, 'choice-several');
	for (const own of ['CANARY_A', 'B', 'CANARY_C'])
		await hand.press(option(own));
	await soon(async () => (await responses(page)).r1.list.identifier.length === 2 && await page.locator('.q-warning').isVisible(), `choice-several, ${by}: the third is refused, and why is said`);

	item = await shown(page, 'match-once');
	const cell = (a, b) => `.q-cell:has([value="${item.opaque('RESPONSE', a)} ${item.opaque('RESPONSE', b)}"])`;
	for (const pair of [['CANARY_A', 'X'], ['B', 'X'], ['CANARY_A', 'X'], ['B', 'Y']])
		await hand.press(cell(...pair));
	await scored(page, item, 1, `match-once, ${by}`);

	item = await shown(page, 'gap-match');
	await hand.drag(`[data-thing="${item.opaque('RESPONSE', 'CANARY_W')}"]`, `[data-gap="${item.opaque('RESPONSE', 'G1')}"] select`);
	await hand.drag(`[data-thing="${item.opaque('RESPONSE', 'H')}"]`, `[data-gap="${item.opaque('RESPONSE', 'G2')}"] select`);
	await scored(page, item, 1, `gap-match, ${by}`);

	item = await shown(page, 'graphic-gap-match');
	await hand.drag(`[data-thing="${item.opaque('RESPONSE', 'CANARY_N')}"]`, `[data-gap="${item.opaque('RESPONSE', 'H1')}"]`);
	await hand.drag(`[data-thing="${item.opaque('RESPONSE', 'M')}"]`, `[data-gap="${item.opaque('RESPONSE', 'H2')}"]`);
	await scored(page, item, 1, `graphic-gap-match, ${by}`);

	item = await shown(page, 'hotspot');
	const spot = own => `input[value="${item.opaque('RESPONSE', own)}"]`;
	await hand.press(spot('P'), .05, .1);
	await soon(async () => (await responses(page)).r1.base === null, `hotspot, ${by}: beside the triangle, but in its box, is beside it`);
	await hand.press(spot('P'), .5, .8);
	await soon(async () => (await responses(page)).r1.base?.identifier === item.opaque('RESPONSE', 'P'), `hotspot, ${by}: in the triangle`);
	await hand.press(spot('CANARY_C'));
	await scored(page, item, 1, `hotspot, ${by}`);

	item = await shown(page, 'graphic-order');
	for (const label of ['Người mua', 'Tạo mã lô', 'Người mua', 'Ghi nhật ký', 'In tem', 'Người mua'])
		await hand.press(`button[aria-label^="${label}"]`);
	await scored(page, item, 1, `graphic-order, ${by}: with one that was taken back`);

	item = await shown(page, 'graphic-associate');
	for (const label of ['In tem', 'Người mua', 'Tạo mã lô', 'Ghi nhật ký'])
		await hand.press(`button[aria-label^="${label}"]`);
	await scored(page, item, 1, `graphic-associate, ${by}`);

	item = await shown(page, 'select-point');
	await hand.press('.q-cross', .1, .1);
	await hand.drag('.q-mark', '.q-stage', .5, .5);
	await scored(page, item, 1, `select-point, ${by}: set, then moved`);

	item = await shown(page, 'position-object');
	await hand.drag('.q-chip', '.q-stage', .5, .5);
	await scored(page, item, 1, `position-object, ${by}: dragged`);
	await hand.press('.q-out');
	await hand.press('.q-cross', .5, .5);
	await scored(page, item, 1, `position-object, ${by}: pressed`);

	item = await shown(page, 'slider');
	await hand.press('.q-step');
	await soon(async () => (await responses(page)).r1.base.integer === 100, `slider, ${by}: − goes on from the end`);
	await hand.press('input[type=range]', .2, .3);
	await scored(page, item, 1, `slider, ${by}`);

	await shown(page, 'drawing');
	await hand.drag('.q-canvas', '.q-canvas', .8, .8);
	const drawn = (await responses(page)).r1.base?.file;
	check(drawn?.mime === 'image/png' && drawn.data.length > 1000, `drawing, ${by}: is a picture`);
	await hand.press('.q-tools button >> nth=2');
	await soon(async () => (await responses(page)).r1.base === null, `drawing, ${by}: the line is taken back`);

	await shown(page, 'order-some');
	await hand.press('.q-in');
	await hand.press('.q-in');
	await hand.press('.q-in');
	await soon(async () => (await responses(page)).r1.list.identifier.length === 2, `order-some, ${by}: two, not three`);
}

await test({world, expected: []}, async t => {
	t.atEnd(() => rmSync(folder, {recursive: true}));
	const wide = await t.page(), phone = await t.page({width: 390, height: 800, hasTouch: true, isMobile: true});
	const byMouse = mouse(wide);
	await Promise.all([all(wide, byMouse, 'mouse'), finger(phone).then(hand => all(phone, hand, 'finger'))]);

	// Rows by their handle: the mouse only; a finger has the arrows, which are larger.
	const item = await shown(wide, 'order'), row = own => `[data-row="${item.opaque('RESPONSE', own)}"]`;
	for (const [i, own] of ['CANARY_1', 'B2', 'C3', 'D4'].entries())
		if (await wide.locator('.q-order-list li').nth(i).getAttribute('data-row') !== item.opaque('RESPONSE', own))
			await byMouse.drag(`${row(own)} .q-handle`, `.q-order-list li >> nth=${i}`);
	await scored(wide, item, 1, 'order, dragged by the mouse');

	// Files: what is too large or empty is refused in words; what is taken is there after a reload, and can be taken back.
	writeFileSync(join(folder, 'danh sách.csv'), 'họ tên,xã\nNguyễn Văn Mẫu,Mẫu\n');
	writeFileSync(join(folder, 'empty.csv'), '');
	writeFileSync(join(folder, 'large.csv'), Buffer.alloc((3 << 20) + 1, 'a'));
	await shown(wide, 'upload');
	const input = wide.locator('input[type=file]');
	for (const name of ['empty.csv', 'large.csv']) {
		await input.setInputFiles(join(folder, name));
		await wide.locator('.q-warning').waitFor();
		await soon(async () => (await responses(wide)).r1.base === null, `upload: ${name} is refused: ${await wide.locator('.q-warning').innerText()}`);
	}
	await input.setInputFiles(join(folder, 'danh sách.csv'));
	await wide.waitForFunction(() => globalThis.view.responses().r1.base !== null);
	const {file} = (await responses(wide)).r1.base;
	check(Buffer.from(file.data, 'base64').toString() === 'họ tên,xã\nNguyễn Văn Mẫu,Mẫu\n' && file.name === 'danh sách.csv' && /csv/.test(file.mime), 'upload: the file as it is', file);
	await wide.reload();
	await wide.locator('.q-back').waitFor();
	await soon(async () => (await wide.locator('.q-file').innerText()).includes('danh sách.csv'), 'upload: is there after a reload');
	await wide.locator('.q-back').click();
	await soon(async () => (await responses(wide)).r1.base === null, 'upload: and taken back');

	// A sound that may be heard twice is heard twice.
	await shown(wide, 'media');
	await soon(async () => await wide.evaluate(() => document.querySelector('audio').controls) === false, 'media: with a limit there is nothing to wind back');
	for (const n of [1, 2]) {
		await wide.locator('.q-play').click();
		await wide.waitForFunction(n => globalThis.view.responses().r1.base?.integer === n, n);
		await wide.evaluate(() => (document.querySelector('audio').playbackRate = 16)); // as fast as a browser can: it is half a minute long
		await wide.waitForFunction(n => n === 2 ? document.querySelector('.q-play').textContent.startsWith('▶') : !document.querySelector('.q-play').disabled, n);
	}
	await soon(async () => await wide.locator('.q-play').isDisabled(), 'media: not a third time');
	await wide.reload();
	await wide.waitForFunction(() => document.documentElement.dataset.ready);
	await soon(async () => await wide.locator('.q-play').isDisabled(), 'media: nor after a reload');
});
