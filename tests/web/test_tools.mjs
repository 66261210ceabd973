// The candidate's tools and what was granted to him, in the real player: by keys, kept over a reload, nothing for axe to find.
import {check, soon, test} from './harness.mjs';
import {open} from './player/bench.mjs';

const world = await open();
const ready = page => page.waitForFunction(() => document.documentElement.dataset.ready);
const tool = (page, name) => page.locator(`[data-tool=${name}]`).press('Enter');
const response = page => page.evaluate(() => globalThis.view.responses().r1);

async function choices(t) {
	const page = await t.page({path: '/item/choice?tools=1', height: 900});
	await ready(page);
	for (const name of ['strike', 'highlight', 'notes', 'calculator'])
		await tool(page, name);
	await page.locator('.tool-strike').nth(1).press('Enter');
	await soon(async () => await page.locator('.q-line.struck').count() === 1, 'an answer is struck out');
	await page.getByRole('textbox', {name: 'Giấy nháp'}).fill('nhớ xem lại câu này');
	await page.locator('.calc-in').fill('12,5×4');
	await page.locator('.calc-in').press('Enter');
	await soon(async () => await page.locator('.calc-out').innerText() === '= 50', 'the calculator calculates');
	await page.locator('.q-prompt').focus();
	await page.keyboard.press('Enter');
	const marked = () => page.evaluate(() => [...CSS.highlights.get('bv-mark')].map(r => r.toString()).join('|'));
	const prompt = 'Bạn nhận tin nhắn báo trúng thưởng, kèm đường dẫn lạ. Bạn nên làm gì?';
	check(await marked() === prompt, 'a paragraph is highlighted by the Enter key', await marked());
	check((await response(page)).base === null, 'no tool answers anything');
	await t.axe(page, 'tools, vi');
	await t.look(page, 'tools-1366');
	await page.reload();
	await ready(page);
	await soon(async () => await marked() === prompt && await page.locator('.q-line.struck').count() === 1, 'highlights and strikes are there after a reload');
	await tool(page, 'notes');
	await soon(async () => await page.getByRole('textbox', {name: 'Giấy nháp'}).inputValue() === 'nhớ xem lại câu này', 'and the notepad');
	await page.keyboard.press('Escape');
	await soon(async () => await page.locator('.tool-panel').count() === 0 && await page.evaluate(() => document.activeElement.dataset.tool) === 'notes', 'Escape closes it and gives the focus back');
	await page.locator('.q-line.struck input').check();
	await soon(async () => await page.locator('.q-line.struck').count() === 0, 'who chooses a struck answer has changed his mind');
	await tool(page, 'highlight');
	await page.locator('.q-prompt').focus();
	await page.keyboard.press('Enter');
	check(await marked() === '', 'the Enter key takes the highlight away');
	await page.locator('.q-prompt').dblclick({position: {x: 20, y: 12}});
	check(await marked() !== '' && (await marked()).length < 12, 'a word is highlighted by the mouse', await marked());
	await tool(page, 'mask');
	await soon(async () => await page.locator('.q-option:visible').count() === 0, 'answers are covered');
	await page.locator('.tool-uncover').nth(2).press('Enter');
	await soon(async () => await page.locator('.q-option:visible').count() === 1, 'and shown one by one');
	await page.getByRole('button', {name: 'A+'}).press('Enter');
	await page.locator('.tools select').first().selectOption('contrast');
	await soon(async () => await page.evaluate(() => [document.documentElement.style.fontSize, document.documentElement.dataset.theme].join()) === '125%,contrast', 'larger, and in high contrast');
	await tool(page, 'reader');
	await page.getByRole('button', {name: 'Xuống một dòng'}).press('Enter');
	await t.axe(page, 'tools, high contrast, line reader, masked');
	await page.context().close();
}

async function typing(t) {
	const page = await t.page({path: '/item/text-entry?tools=1'});
	await ready(page);
	const field = page.locator('[data-typing=text]').first();
	await field.pressSequentially('DDaf Nawngx');
	await soon(async () => await field.inputValue() === 'DDaf Nawngx', 'the help for typing is off at first');
	await page.getByLabel('Gõ tiếng Việt').first().selectOption('telex');
	await field.fill('');
	await field.pressSequentially('DDaf Nawngx');
	check(JSON.stringify(await response(page)) === '{"base":{"string":"Đà Nẵng"}}', 'Telex writes into the answer', await response(page));
	/* In the middle, and over a selection. */
	await field.fill('thanh hoan pho');
	await field.evaluate(f => f.setSelectionRange(9, 9));
	await page.keyboard.press('f');
	await soon(async () => await field.inputValue() === 'thanh hoàn pho' && await field.evaluate(f => f.selectionStart) === 9, 'with the caret in the middle of a word', await field.inputValue());
	await field.fill('muXXXX');
	await field.evaluate(f => f.setSelectionRange(2, 6));
	await page.keyboard.type('aw');
	await soon(async () => await field.inputValue() === 'mưa', 'and over a selection', await field.inputValue());
	await page.keyboard.press('Control+z');
	await soon(async () => await field.inputValue() !== 'mưa', 'which the browser can undo', await field.inputValue());
	/* English in the same field: the word's own keys, at the latest at its end, wherever that is. */
	await field.fill('');
	await field.pressSequentially('file excel cuar user, moiws');
	await soon(async () => await field.inputValue() === 'file excel của user, mới', 'English stays English', await field.inputValue());
	await field.fill('');
	await field.pressSequentially('tweet user');
	await page.keyboard.press('Tab');
	await soon(async () => await field.inputValue() === 'tweet user' && JSON.stringify(await response(page)) === '{"base":{"string":"tweet user"}}', 'also when the field is left', [await field.inputValue(), await response(page)]);
	await field.focus();
	/* What comes without keys: an input method, a paste; marks that are apart come together. */
	await field.fill('');
	const session = await page.context().newCDPSession(page);
	await session.send('Input.imeSetComposition', {text: 'tiê', selectionStart: 3, selectionEnd: 3});
	await session.send('Input.insertText', {text: 'tiếng'});
	check(JSON.stringify(await response(page)) === '{"base":{"string":"tiếng"}}', 'what an input method writes is taken', await response(page));
	await field.fill('');
	await field.evaluate(f => { f.focus(); const data = new DataTransfer(); data.setData('text/plain', 'x'); document.execCommand('insertText', false, 'Đà Nẵng'.normalize('NFD')); });
	check(JSON.stringify(await response(page)) === JSON.stringify({base: {string: 'Đà Nẵng'.normalize('NFC')}}), 'and what is pasted, in NFC', await response(page));
	await page.locator('.tool-typing').first().press('Enter');
	await field.fill('');
	await field.pressSequentially('DDaf');
	await soon(async () => await field.inputValue() === 'DDaf', 'one field leaves it');
	await page.reload();
	await ready(page);
	await field.fill('');
	await field.pressSequentially('ddaay');
	await soon(async () => await field.inputValue() === 'đây', 'the method is remembered');
	await t.axe(page, 'typing');
	await page.goto('/item/extended-text?tools=1');
	await ready(page);
	await page.getByLabel('Gõ tiếng Việt').first().selectOption('telex');
	await page.locator('textarea').first().pressSequentially('gửi user\ncuar user\n');
	await soon(async () => await page.locator('textarea').first().inputValue() === 'gửi user\ncủa user\n', 'a new line ends a word', await page.locator('textarea').first().inputValue());
	await page.context().close();
}

// What a centre granted, by AfA PNP names.
async function granted(t) {
	const pnp = {
		'magnification': {allContent: {zoomAmount: 1.5}}, 'high-contrast': {}, 'layout-single-column': {}, 'answer-masking': {}, 'line-reader': {}, 'calculator-on-screen': {}, 'spoken': {speechRate: 0.8},
		'keyboard-directions': {}, 'text-appearance': {fontFace: 'serif', lineHeight: 2, letterSpacing: 0.1, wordSpacing: 0.2, fontColor: 'url(x)', backgroundColor: '#000044'},
	};
	const page = await t.page({path: `/item/choice?tools=1&pnp=${encodeURIComponent(JSON.stringify(pnp))}`, language: 'vi'});
	await ready(page);
	const seen = await page.evaluate(() => {
		const top = document.documentElement, q = document.querySelector('.q-page').style;
		return [top.style.fontSize, top.dataset.theme, top.dataset.column, q.fontFamily, q.lineHeight, q.letterSpacing, q.wordSpacing, q.color, q.backgroundColor].join('|');
	});
	check(seen === '150%|contrast|single|serif|2|0.1em|0.2em||rgb(0, 0, 68)', 'appearance is as it was granted, and only what is one', seen);
	await soon(async () => await page.locator('.tool-uncover').count() === 4 && await page.locator('.reader').count() === 1, 'masking and the line reader are on from the beginning');
	await soon(async () => await page.locator('[data-tool=speak]').count() === 1 && await page.locator('.q-card[open]').count() === 1, 'speech is offered, the keys are explained');
	await t.look(page, 'granted-1366');
	await tool(page, 'reader');
	await t.axe(page, 'what was granted');
	await t.look(page, 'granted-1366-open');
	await page.setViewportSize({width: 320, height: 700});
	await t.narrow(page, 'tools and question at 150 %');
	await page.context().close();
}

await test({world}, async t => {
	await Promise.all([choices(t), typing(t), granted(t)]);
});
