// What was typed and is not saved yet, kept in this browser: a reload, a crash or a session that ends loses none of it. One draft an item and account.
import type {Metadata} from './bank';
import type {NewFile} from './files';

export interface Draft {
	key: string;
	at: number; // when it was typed, ms
	base: number;
	xml: string;
	metadata: Metadata | null;
	files: NewFile[];
}

export const keyOf = (account: string, identifier: string, language: string): string => `${account}/${identifier}/${language}`;

let opening: Promise<IDBDatabase> | null = null;

function done<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
	opening ??= (() => {
		const request = indexedDB.open('bangvang-author', 1);
		request.onupgradeneeded = () => request.result.createObjectStore('draft', {keyPath: 'key'});
		return done(request);
	})();
	return (await opening).transaction('draft', mode).objectStore('draft');
}

export async function readDraft(key: string): Promise<Draft | null> {
	return (await done<Draft | undefined>((await store('readonly')).get(key))) ?? null;
}

export async function listDrafts(account: string): Promise<Draft[]> {
	const all = await done<Draft[]>((await store('readonly')).getAll());
	return all.filter(d => d.key.startsWith(`${account}/`)).sort((a, b) => b.at - a.at);
}

// One after the other, and only the newest of what waits. False: this browser keeps nothing, and the author is told to save.
let writing: Promise<boolean> = Promise.resolve(true), next: Draft | null = null;

export function keepDraft(draft: Draft): Promise<boolean> {
	const waits = next !== null;
	next = draft;
	if (!waits)
		writing = writing.then(async () => {
			const now = next;
			next = null;
			try {
				if (now)
					await done((await store('readwrite')).put(now));
				return true;
			} catch {
				return false;
			}
		});
	return writing;
}

// After what is being written, which would bring it back.
export async function removeDraft(key: string): Promise<void> {
	if (next?.key === key)
		next = null;
	await writing;
	await done((await store('readwrite')).delete(key));
}
