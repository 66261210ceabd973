// Keeps the page for use without a network: everything is asked of the network first, so that keys and status lists are as new as can be, and what was
// kept answers when there is none, or none within three seconds. Only files of the page's own folder are kept; a certificate never passes through here.

const KEPT = 'bangvang-verify-page', PATIENCE_MS = 3000;
const FILES = [
	'index.html', 'page.js', 'load.js', 'scan.js', 'qr.js', 'style.css', 'icon.svg', 'manifest.webmanifest', 'trust.json',
	...[
		'bytes', 'cbor', 'checkpoint', 'claims', 'cms', 'contents', 'cose', 'crypto', 'delegation', 'json', 'jws', 'leaf', 'merkle', 'multikey',
		'note', 'paper', 'pdf', 'pdf_seal', 'policy', 'proof', 'qr', 'rdfc', 'rdfc_shape', 'report', 'results', 'sd_jwt', 'status', 'text', 'time',
		'trust', 'verify', 'verify_body', 'verify_issuer', 'verify_json', 'verify_jws', 'verify_jwt', 'verify_log', 'verify_pdf', 'verify_qr',
		'verify_sd_jwt', 'verify_status', 'verify_time'
	].map(name => `certs/${name}.js`),
];

async function keepAll() {
	const cache = await caches.open(KEPT);
	await cache.addAll(FILES.map(file => new Request(file, {cache: 'reload'})));
	const listed = await (await cache.match('trust.json')).json();
	await cache.addAll([...listed.trust, ...listed.log === undefined ? [] : [listed.log]].map(file => new Request(file, {cache: 'reload'})));
	for (const file of Object.values(listed.status ?? {}).flat())
		await cache.add(new Request(file, {cache: 'reload'})).catch(() => {}); // without it: "not known"
}

async function answer(request) {
	const cache = await caches.open(KEPT), patience = new AbortController(), timer = setTimeout(() => patience.abort(), PATIENCE_MS);
	try {
		const response = await fetch(request.url, {signal: patience.signal, cache: 'no-cache', credentials: 'same-origin'});
		if (response.ok)
			await cache.put(request, response.clone());
		return response;
	} catch (error) {
		// An address of paper, /v, is the page too.
		const kept = await cache.match(request, {ignoreSearch: true}) ?? (request.mode === 'navigate' ? await cache.match('index.html') : undefined);
		if (kept)
			return kept;
		throw error;
	} finally {
		clearTimeout(timer);
	}
}

self.addEventListener('install', event => event.waitUntil(keepAll().then(() => self.skipWaiting())));
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', event => {
	const {request} = event, folder = new URL('.', self.location).href;
	if (request.method === 'GET' && request.url.startsWith(folder))
		event.respondWith(answer(request));
});
