// What a page may hold: a text beside the question, cards, formulas; and what is never made of one, whoever sends it.
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {check, soon, test} from '../harness.mjs';
import {Item, open} from './bench.mjs';

const world = await open();
const ready = page => page.waitForFunction(() => document.documentElement.dataset.ready);

const hash = 'a'.repeat(64);
world.pages.set('hostile', JSON.stringify(['qti-item-body', {lang: 'vi', onclick: 'alert(1)', style: 'color:red', class: 'top qti-align-center', id: 'i1'},
	['script', 'document.title = "owned"'], ['iframe', {src: 'https://example.com', srcdoc: '<b>'}], ['style', 'body{display:none}'], ['object', {data: 'x.swf'}], ['embed', {src: 'x'}], ['form', {action: '/x'}, ['input', {name: 'a'}]],
	['base', {href: 'https://example.com/'}], ['link', {rel: 'stylesheet', href: '/x'}], ['meta', {'http-equiv': 'refresh', content: '0;url=/x'}], ['svg', ['a', {href: 'javascript:alert(1)'}]], ['marquee', 'x'], ['x-element', 'x'],
	['p', {onmouseover: 'alert(1)', tabindex: '1', contenteditable: 'true', 'data-x': '1', slot: 'a'}, 'Đoạn văn'], ['a', {href: 'javascript:alert(1)'}, 'một'], ['a', {href: 'https://example.com'}, 'hai'], ['a', {href: '#i1', target: '_blank', ping: '/x'}, 'ba'],
	['img', {src: 'https://example.com/x.png', srcset: 'x 2x', onerror: 'alert(1)', alt: 'xa'}], ['img', {src: 'javascript:alert(1)', alt: 'mã'}], ['video', {src: '/api/session', autoplay: 'true', poster: 'data:image/png,x', controls: 'true'}],
	['math', {href: 'javascript:alert(1)'}, ['mi', 'x'], ['maction', {actiontype: 'statusline'}, ['mi', 'y']], ['annotation-xml', {encoding: 'text/html'}, ['p', 'z']]],
	['qti-choice-interaction', {'response-identifier': 'r1', cardinality: 'single', 'base-type': 'identifier', 'min-choices': 0, 'max-choices': 1}, ['qti-prompt', '<b>đậm</b><img src=x onerror=alert(1)>'],
		['qti-simple-choice', {identifier: `c${'a'.repeat(16)}`}, ['script', 'alert(1)'], '<script>alert(2)</script>'], ['qti-simple-choice', {identifier: `c${'b'.repeat(16)}`, onclick: 'x'}, 'B']]]));

await test({world}, async t => {
	const page = await t.page({path: '/item/hostile'});
	await ready(page);
	const found = await page.evaluate(() => {
		const own = document.querySelector('.q-page'), all = [...own.querySelectorAll('*')];
		return {
			elements: all.map(e => e.localName).filter(n => /^(script|iframe|style|object|embed|form|base|link|meta|svg|marquee|x-element|maction|annotation-xml)$/.test(n)),
			attributes: all.flatMap(e => [...e.attributes]).filter(a => /^(on|style$|src(set|doc)$|srcset$|tabindex$|contenteditable$|slot$|target$|ping$|autoplay$|action$)/.test(a.name) || /javascript:|example\.com|data:/.test(a.value)).map(a => `${a.name}=${a.value}`),
			links: [...own.querySelectorAll('a')].map(a => a.getAttribute('href')), classes: own.firstElementChild.className, sources: [...own.querySelectorAll('[src], [poster]')].length,
			text: own.querySelector('.q-prompt').textContent, option: own.querySelector('.q-content').textContent,
		};
	});
	check(!found.elements.length && !found.attributes.length, 'nothing that acts is made of a page', found);
	check(found.links[0] === null && found.links[1] === null && /^#p\d+-i1$/.test(found.links[2]), 'links go to places of the page only', found.links);
	check(found.sources === 0 && found.classes === 'q-item-body qti-align-center', 'files come by their hash, classes of the vocabulary only', found);
	check(found.text === '<b>đậm</b><img src=x onerror=alert(1)>' && found.option === '<script>alert(2)</script>', 'text stays text', found);
	check(await page.title() === 'Câu hỏi', 'and nothing ran');

	world.pages.set('picture', JSON.stringify(['qti-item-body', {}, ['p', ['img', {src: `media:sha256-${hash}`, alt: 'hình'}]]]));
	t.expected.push(/404/);
	await page.goto('/item/picture');
	await ready(page);
	await soon(async () => await page.locator('img').getAttribute('src') === `/media/${hash}`, 'media go where the shell says');

	// A text beside the question where there is room, above it where there is not; a card for who is to have it.
	writeFileSync(join(world.folder, 'pnp.json'), '{"glossary-on-screen":{}}');
	world.pages.set('stimulus', new Item(join(world.folder, 'stimulus.xml'), join(world.folder, 'pnp.json')).page);
	await page.goto('/item/stimulus');
	await ready(page);
	const sides = async () => [await page.locator('.q-stimulus-body').boundingBox(), await page.locator('.q-question').boundingBox()];
	let [text, question] = await sides();
	check(text.x + text.width <= question.x && Math.abs(text.y - question.y) < 60, 'a text stands beside its question', [text, question]);
	await soon(async () => await page.locator('p:has-text("Đọc thông báo") + details.q-card').count() === 1, 'a card stands under the paragraph that it is about');
	await page.locator('.q-card summary').press('Enter');
	await soon(async () => await page.getByText('Trích yếu: câu ngắn').isVisible(), 'and opens by a key');
	await t.axe(page, 'stimulus with a card');
	await t.look(page, 'stimulus-1366');
	await page.setViewportSize({width: 320, height: 640});
	[text, question] = await sides();
	check(text.y + text.height <= question.y, 'above it on a phone', [text, question]);
	await t.narrow(page, 'stimulus');
	await t.look(page, 'stimulus-320');

	// A page for review: shown, not taken.
	for (const [name, selector] of [['choice', '.q-option'], ['select-point', '.q-cross'], ['drawing', '.q-canvas'], ['gap-match', '.q-chip'], ['slider', '.q-range']]) {
		await page.goto(`/item/${name}?review=1`);
		await ready(page);
		await page.locator(selector).first().click({force: true});
		await page.locator(selector).first().press('Enter').catch(() => {});
		await soon(async () => await page.evaluate(() => !globalThis.view.touched()), `${name} is not answered in a review`);
	}
	await page.goto('/item/choice');
	await ready(page);
	await soon(async () => await page.evaluate(() => { const view = globalThis.view; view.focusFirst('incomplete'); return document.activeElement.tagName; }) === 'BODY', 'nothing is incomplete that asks for nothing');
	await page.goto('/item/select-point');
	await ready(page);
	await soon(async () => await page.evaluate(() => { const {view} = globalThis; view.focusFirst('incomplete'); return !view.complete() && document.activeElement.className; }) === 'q-cross', 'what lacks an answer is found');
});
