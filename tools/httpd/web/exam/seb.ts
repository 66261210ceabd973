// Safe Exam Browser. On Windows it adds fields to every request, and there is nothing to do. On macOS and iOS it cannot: the page is opened under an address that the
// server made for this session, SEB hashes it with its configuration, and the server gives a proof for the hashes, which goes with every request from then on.
interface Security {
	configKey: string;
	browserExamKey: string;
	updateKeys?(done: () => void): void;
}

// This file is fetched when a sitting demands it, and has no requests of its own.
export interface Asks {
	call<T>(method: string, path: string, body?: unknown): Promise<T>;
	refused(e: unknown): boolean;
	setFields(fields: Record<string, string>): void;
}

const KEYS_WAIT_MS = 5000;

function security(): Security | undefined {
	return (window as {SafeExamBrowser?: {security?: Security}}).SafeExamBrowser?.security;
}

// Older ones have ":" until the keys are there.
async function keys(of: Security): Promise<Security> {
	await new Promise<void>(done => {
		setTimeout(done, KEYS_WAIT_MS);
		if (of.updateKeys)
			of.updateKeys(done);
		else
			done();
	});
	return of;
}

// After signing in to a sitting that demands it, and after a reload: 'good'; 'leaving' when the page is about to be opened under another address, and nothing more
// is to be done here; 'refused' when this is no Safe Exam Browser with the sitting's configuration.
export async function proveSeb(attempt: string, asks: Asks): Promise<'good' | 'leaving' | 'refused'> {
	try {
		await asks.call('GET', `/api/attempts/${attempt}`);
		return 'good';
	} catch (e) {
		if (!asks.refused(e))
			return 'good'; // that is for others to say
	}
	const found = security();
	if (!found)
		return 'refused';
	const address = location.href.split('#')[0] as string;
	if (!new URL(address).searchParams.has('n')) {
		const {url} = await asks.call<{url: string}>('GET', `/api/attempts/${attempt}/seb`);
		location.replace(url);
		return 'leaving';
	}
	const {configKey, browserExamKey} = await keys(found);
	try {
		const {proof} = await asks.call<{proof: string}>('POST', `/api/attempts/${attempt}/seb`, {url: address, configKey, browserExamKey});
		asks.setFields({'X-SEB-Proof': proof});
		history.replaceState(null, '', '/exam'); // the page counts once: a reload asks for another
		return 'good';
	} catch (e) {
		if (asks.refused(e))
			return 'refused';
		throw e;
	}
}
