// The service worker of /exam: the page as it was last fetched, what it loads, and the files of the paper. Nothing of /api but files that never change.
interface WorkerScope {
	addEventListener(type: 'install' | 'activate', listener: (e: {waitUntil(p: Promise<unknown>): void}) => void): void;
	addEventListener(type: 'fetch', listener: (e: {request: Request; respondWith(p: Promise<Response>): void; waitUntil(p: Promise<unknown>): void}) => void): void;
	addEventListener(type: 'message', listener: (e: {data: unknown; waitUntil(p: Promise<unknown>): void}) => void): void;
	skipWaiting(): Promise<void>;
	clients: {claim(): Promise<void>};
	location: Location;
}
const scope = self as unknown as WorkerScope;
const SHELF = 'bangvang-exam-1', MARK = '/exam#language';
const languages = ['vi', 'en'];
const shellOf = (language: string): string => `/exam?lang=${language}`;

/** Without cookies: asking for the one language must not choose it. */
async function fetchShell(language: string): Promise<Response> {
	const answer = await fetch(shellOf(language), {credentials: 'omit', cache: 'no-cache'});
	if (!answer.ok)
		throw new Error(`/exam: ${answer.status}`);
	const shelf = await caches.open(SHELF), text = await answer.clone().text();
	const needs = [...new Set(text.match(/\/a\/[\w.-]+/g) ?? [])];
	await Promise.all(needs.map(async file => (await shelf.match(file)) ?? shelf.add(file)));
	await shelf.put(shellOf(language), answer.clone()); // last: a page on the shelf has all that it needs
	return answer;
}

async function chosen(): Promise<string> {
	return (await (await caches.open(SHELF)).match(MARK))?.text() ?? 'vi';
}

async function choose(language: string): Promise<void> {
	await (await caches.open(SHELF)).put(MARK, new Response(language));
}

/** From the shelf at once, and a newer one for the next time; a choice of language is the server's to keep, when it is there. */
async function page(request: Request, later: (p: Promise<unknown>) => void): Promise<Response> {
	const asked = new URL(request.url).searchParams.get('lang'), language = languages.includes(asked ?? '') ? (asked as string) : await chosen();
	const shelf = await caches.open(SHELF), kept = await shelf.match(shellOf(language));
	if (asked) {
		await choose(language);
		return fetch(request).catch(() => kept ?? Response.error());
	}
	if (!kept)
		return fetch(request);
	later(fetchShell(language).catch(() => undefined));
	return kept;
}

async function file(request: Request): Promise<Response> {
	const shelf = await caches.open(SHELF), kept = await shelf.match(request);
	if (kept)
		return kept;
	const answer = await fetch(request);
	if (answer.ok && answer.status === 200)
		await shelf.put(request, answer.clone()).catch(() => undefined); // a full disk
	return answer;
}

scope.addEventListener('install', e => e.waitUntil(Promise.all(languages.map(fetchShell)).then(() => scope.skipWaiting())));
scope.addEventListener('activate', e => e.waitUntil((async () => {
	for (const name of await caches.keys())
		if (name.startsWith('bangvang-exam-') && name !== SHELF)
			await caches.delete(name);
	await scope.clients.claim();
})()));
scope.addEventListener('message', e => {
	const language = (e.data as {language?: string} | null)?.language ?? '';
	if (languages.includes(language))
		e.waitUntil(choose(language));
});
scope.addEventListener('fetch', e => {
	const url = new URL(e.request.url);
	if (e.request.method !== 'GET' || url.origin !== scope.location.origin || e.request.headers.has('Range'))
		return;
	if (e.request.mode === 'navigate' && url.pathname === '/exam')
		e.respondWith(page(e.request, p => e.waitUntil(p)));
	else if (/^\/(a|api\/media)\//.test(url.pathname))
		e.respondWith(file(e.request));
});
