// What the candidate's page weighs: test_weight.mjs holds it to its bars, tests/bench/web.mjs prints it.
import {brotliCompressSync, gzipSync} from 'node:zlib';
import {steps} from './steps.mjs';

const KIB = 1024;
export const BARS = {scripts: 19 * KIB, styles: 8 * KIB, first: 60 * KIB};

/** Of what stands in the page: {what, bytes, gzip, br}. */
export async function pieces(url) {
	const html = await fetch(`${url}/exam`, {headers: {'Accept-Encoding': 'identity'}}).then(r => r.text());
	const all = pattern => [...html.matchAll(pattern)].map(m => m[1]).join('\n');
	const texts = {
		scripts: all(/<script>([^]*?)<\/script>/g), styles: all(/<style>([^]*?)<\/style>/g),
		words: all(/<script type="application\/json" id="words">([^]*?)<\/script>/g), page: html,
	};
	return Object.fromEntries(Object.entries(texts).map(([what, text]) => [what, {bytes: Buffer.byteLength(text), gzip: gzipSync(text, {level: 9}).length, br: brotliCompressSync(text).length}]));
}

/** Everything that went over the wire of what page asked for until its first question stood there, with header fields: {what, bytes}. The page must have no
 * service worker, which fetches the same behind it. */
export async function untilFirstQuestion(t, page, ticket) {
	const cdp = await page.context().newCDPSession(page), asked = new Map(), got = new Map();
	await cdp.send('Network.enable');
	cdp.on('Network.requestWillBeSent', e => asked.set(e.requestId, {what: `${e.request.method} ${new URL(e.request.url).pathname.replace(/\d+/g, 'N')}`, at: e.wallTime * 1000}));
	cdp.on('Network.loadingFinished', e => got.set(e.requestId, e.encodedDataLength));
	await page.addInitScript(() => {
		new MutationObserver((_, watch) => {
			if (document.querySelector('#question .item')) {
				watch.disconnect();
				globalThis.shownAt = Date.now();
			}
		}).observe(document, {childList: true, subtree: true});
	});
	await page.goto('/exam');
	await steps(t, page).begin(ticket);
	const shown = await page.evaluate(() => globalThis.shownAt), before = [...asked].filter(([, {at}]) => at <= shown);
	// What was under way then counts, too.
	for (const end = Date.now() + 60000; before.some(([id]) => !got.has(id)) && Date.now() < end;)
		await new Promise(wake => setTimeout(wake, 20));
	return before.map(([id, {what}]) => ({what, bytes: got.get(id) ?? NaN}));
}
