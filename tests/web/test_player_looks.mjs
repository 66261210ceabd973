// How questions look: nothing for axe to find in any language, theme and size; nothing sticks out at 320 px. test_player_looks.mjs all: every one of the combinations.
import {readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {check, test} from './harness.mjs';
import {open} from './player/bench.mjs';

const world = await open(), every = process.argv[2] === 'all';
const items = readdirSync(join(dirname(fileURLToPath(import.meta.url)), 'player/items')).filter(n => n.endsWith('.xml')).map(n => n.slice(0, -4)).concat('D146-114', 'D146-313');
/* 200 %: half as many CSS px. */
const looks = ['vi', 'en'].flatMap(lang => [{lang}, {lang, theme: 'contrast'}, {lang, theme: 'dark'}, {lang, width: 683, height: 384}, {lang, width: 320, height: 640}, {lang, forcedColors: 'active'}]);

async function one(t, page, name, {lang, theme = '', width = 1366, forcedColors}) {
	await page.goto(`/item/${name}?lang=${lang}&theme=${theme}`);
	await page.waitForFunction(() => document.documentElement.dataset.ready && [...document.images].every(i => i.complete));
	const what = `${name}, ${[lang, theme, forcedColors && 'forced colours', width].filter(Boolean).join(', ')}`;
	await t.axe(page, what);
	await t.narrow(page, what);
	await t.look(page, `${name}-${lang}-${width}${theme && '-' + theme}${forcedColors ? '-forced' : ''}`);
}

const gz = name => gzipSync(world.assets.get(`/a/${name}`), {level: 9}).length;

await test({world}, async t => {
	console.log(`# gzip: player with lib ${gz('script.js')}, other interactions ${['fields', 'lists', 'pairs', 'graphic', 'support'].map(n => gz(n + '.js')).join(' + ')}, tools ${gz('tools.js')}; styles: base ${gz('style.css')}, player ${gz('player.css')}, tools ${gz('tools-style.css')}`);
	check(gz('script.js') < 9 << 10 && gz('player.css') + gz('tools-style.css') < 6 << 10, 'the player is small');
	const work = looks.map((look, i) => [look, items.filter((_, n) => every || n % looks.length === i)]);
	await Promise.all([0, 1].map(async () => {
		for (let next; (next = work.shift());) {
			const [look, names] = next, page = await t.page({language: look.lang, ...look});
			for (const name of names)
				await one(t, page, name, look).catch(e => check(false, `${name}: came to its end`, e.stack));
			await page.context().close();
		}
	}));
});
