// The page of a candidate on a bad line: what he must wait for before he sees his first question is small, and the rest comes behind it.
import {check, soon, test} from '../harness.mjs';
import {BARS, pieces, untilFirstQuestion} from './weight.mjs';

await test({count: 3, expected: [/Service Worker registration blocked/]}, async t => {
	const {scripts, styles} = await pieces(t.url);
	check(scripts.bytes > 10000 && scripts.gzip <= BARS.scripts, `scripts of player and shell: ${scripts.gzip} bytes by gzip, at most ${BARS.scripts}`);
	check(styles.bytes > 5000 && styles.gzip <= BARS.styles, `their styles: ${styles.gzip} bytes by gzip, at most ${BARS.styles}`);

	// Without a service worker everything is the page's own.
	const bare = await t.page({serviceWorkers: 'block'});
	const rows = await untilFirstQuestion(t, bare, 'T-00000'), asked = what => rows.some(r => r.what.includes(what));
	check(asked('GET /exam') && asked('/exam-more-') && asked('/sealed') && asked('/start') && !asked('/exam-end-') && !asked('/player-tools-'), 'what a question needs is fetched before it, and no more', rows);
	// Which of the scripts of interactions the first one needs depends on the paper that was drawn: it may be the largest.
	const names = (await fetch(`${t.url}/exam`).then(r => r.text())).match(/\/a\/player-(?!tools)[\w.-]+/g), head = 600;
	const sizes = await Promise.all(names.map(n => fetch(t.url + n, {headers: {'Accept-Encoding': 'br'}}).then(r => r.headers.get('Content-Encoding') === 'br' ? Number(r.headers.get('Content-Length')) + head : NaN)));
	const least = rows.filter(r => !r.what.includes('/a/player-')).reduce((n, r) => n + r.bytes, 0), most = least + Math.max(...sizes);
	check(least > 30000 && names.length === 5 && most <= BARS.first, `${least} to ${most} bytes until the first question, at most ${BARS.first}`, {rows, sizes});
	const files = () => bare.evaluate(() => performance.getEntriesByType('resource').map(e => new URL(e.name).pathname));
	await soon(async () => (await files()).some(f => f.includes('exam-end')), 'what later questions need is fetched behind it, unasked', await files());

	// With one, all of both languages lies on this machine soon, whether anybody has asked for it or not.
	const page = await t.page({path: '/exam'});
	const shells = await Promise.all(['vi', 'en'].map(l => fetch(`${t.url}/exam?lang=${l}`).then(r => r.text())));
	const needed = [...new Set(shells.flatMap(s => s.match(/\/a\/[\w.-]+/g)))];
	check(['vi', 'en'].every(l => ['exam-more', 'exam-end', 'player-fields', 'player-lists', 'player-pairs', 'player-graphic', 'player-support', 'player-tools'].every(n => needed.some(f => f.includes(`${n}-${l}`)))), 'what is fetched later is named for both languages', needed);
	await soon(() => page.evaluate(async list => (await Promise.all([...list, '/exam?lang=vi', '/exam?lang=en'].map(f => caches.match(f)))).every(Boolean), needed), `the service worker has kept all ${needed.length} files`);
});
