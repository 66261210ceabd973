// What is kept on this machine. Behind one interface IndexedDB, strictly durable, and memory for browsers that give none (which is told to the candidate).
import type { Responses } from './responses';

/** Not yet acknowledged: one an item, the newest. number grows with each answer of the attempt on this machine. */
export interface Pending {
	item: number;
	number: number;
	response: Responses;
	givenMs: number; // exam clock
	sure: boolean; // givenMs is what the server would have said, not a guess by the wall clock
	lease: number; // the last one of this machine when it was given
	baseSeq: number; // the event of the server's answer that it follows; 0: none that was known
	refused?: string; // the problem: it is kept, and not sent again
}

/** Acknowledged by the server. */
export interface Known {
	item: number;
	seq: number;
	response: Responses;
}

export interface Store {
	readonly durable: boolean;
	pending(attempt: string): Promise<Pending[]>;
	known(attempt: string): Promise<Known[]>;
	/** Keeps the answer, durably, instead of the one before, under the next number, greater than above, which it returns. */
	give(attempt: string, entry: Omit<Pending, 'number'>, above: number): Promise<number>;
	/** The server has it: the entry goes if it is still of that number, and the answer is known. */
	acknowledge(attempt: string, entry: Pending, seq: number): Promise<void>;
	refuse(attempt: string, entry: Pending, why: string): Promise<void>;
	/** A newer answer from elsewhere stands on the server: this one is put aside, not lost. */
	putAside(attempt: string, entry: Pending): Promise<void>;
	aside(attempt: string): Promise<Pending[]>;
	/** What the server has, all of it. */
	learn(attempt: string, known: Known[]): Promise<void>;
	get<T>(name: string): Promise<T | undefined>;
	set(name: string, value: unknown): Promise<void>;
	/** Forgets an attempt that is over and whose answers are all acknowledged; receipts and what was put aside stay: they are evidence. False: they are not. */
	forget(attempt: string): Promise<boolean>;
}

const PENDING = 'pending', KNOWN = 'known', ASIDE = 'aside', KEPT = 'kept';
type Row<T> = T & { attempt: string };

function done<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

class DurableStore implements Store {
	readonly durable = true;
	constructor(private readonly db: IDBDatabase) {}

	/** One transaction: resolved when it is on the disk. */
	private async write<T>(names: string[], work: (tx: IDBTransaction) => Promise<T>): Promise<T> {
		const tx = this.db.transaction(names, 'readwrite', { durability: 'strict' });
		const end = new Promise<void>((resolve, reject) => {
			tx.oncomplete = () => resolve();
			tx.onerror = tx.onabort = () => reject(tx.error ?? new Error('aborted'));
		});
		end.catch(() => undefined);
		const value = await work(tx);
		await end;
		return value;
	}

	private async rows<T>(name: string, attempt: string): Promise<T[]> {
		const range = IDBKeyRange.bound([attempt], [attempt, []]);
		return (await done(this.db.transaction(name).objectStore(name).getAll(range))) as T[];
	}

	pending(attempt: string): Promise<Pending[]> {
		return this.rows<Pending>(PENDING, attempt);
	}

	known(attempt: string): Promise<Known[]> {
		return this.rows<Known>(KNOWN, attempt);
	}

	aside(attempt: string): Promise<Pending[]> {
		return this.rows<Pending>(ASIDE, attempt);
	}

	give(attempt: string, entry: Omit<Pending, 'number'>, above: number): Promise<number> {
		return this.write([PENDING, KEPT], async (tx) => {
			const kept = tx.objectStore(KEPT), counter = 'number:' + attempt;
			const number = Math.max(((await done(kept.get(counter))) as number | undefined) ?? 0, above) + 1;
			kept.put(number, counter);
			tx.objectStore(PENDING).put({ ...entry, number, attempt } satisfies Row<Pending>);
			return number;
		});
	}

	acknowledge(attempt: string, entry: Pending, seq: number): Promise<void> {
		return this.write([PENDING, KNOWN], async (tx) => {
			const pending = tx.objectStore(PENDING), known = tx.objectStore(KNOWN), key = [attempt, entry.item];
			const now = (await done(pending.get(key))) as Pending | undefined;
			if (now && now.number === entry.number) pending.delete(key);
			known.put({ attempt, item: entry.item, seq, response: entry.response } satisfies Row<Known>);
		});
	}

	refuse(attempt: string, entry: Pending, why: string): Promise<void> {
		return this.write([PENDING], async (tx) => {
			const pending = tx.objectStore(PENDING);
			const now = (await done(pending.get([attempt, entry.item]))) as Pending | undefined;
			if (now && now.number === entry.number) pending.put({ ...entry, refused: why, attempt } satisfies Row<Pending>);
		});
	}

	putAside(attempt: string, entry: Pending): Promise<void> {
		return this.write([PENDING, ASIDE], async (tx) => {
			tx.objectStore(ASIDE).put({ ...entry, attempt } satisfies Row<Pending>);
			const pending = tx.objectStore(PENDING), key = [attempt, entry.item];
			const now = (await done(pending.get(key))) as Pending | undefined;
			if (now && now.number === entry.number) pending.delete(key);
		});
	}

	learn(attempt: string, known: Known[]): Promise<void> {
		return this.write([KNOWN], async (tx) => {
			const rows = tx.objectStore(KNOWN);
			rows.delete(IDBKeyRange.bound([attempt], [attempt, []]));
			for (const k of known) rows.put({ ...k, attempt } satisfies Row<Known>);
		});
	}

	async get<T>(name: string): Promise<T | undefined> {
		return (await done(this.db.transaction(KEPT).objectStore(KEPT).get(name))) as T | undefined;
	}

	set(name: string, value: unknown): Promise<void> {
		return this.write([KEPT], async (tx) => {
			tx.objectStore(KEPT).put(value, name);
		});
	}

	forget(attempt: string): Promise<boolean> {
		return this.write([PENDING, KNOWN, KEPT], async (tx) => {
			const range = IDBKeyRange.bound([attempt], [attempt, []]);
			if (await done(tx.objectStore(PENDING).count(range))) return false;
			tx.objectStore(KNOWN).delete(range);
			const kept = tx.objectStore(KEPT);
			for (const name of await done(kept.getAllKeys())) if (String(name).endsWith(':' + attempt) && !String(name).startsWith('receipts:')) kept.delete(name);
			return true;
		});
	}
}

/** The same in memory: for browsers that keep nothing, and for tests. */
export class MemoryStore implements Store {
	readonly durable: boolean = false;
	private readonly tables: Record<string, Map<string, Row<Pending | Known>>> = { [PENDING]: new Map(), [KNOWN]: new Map(), [ASIDE]: new Map() };
	private readonly kept = new Map<string, unknown>();
	private readonly numbers = new Map<string, number>();

	private rows<T>(name: string, attempt: string): Promise<T[]> {
		return Promise.resolve([...this.tables[name]!.values()].filter((r) => r.attempt === attempt) as unknown as T[]);
	}

	private key(attempt: string, item: number): string {
		return `${attempt}/${item}`;
	}

	pending(attempt: string): Promise<Pending[]> {
		return this.rows(PENDING, attempt);
	}

	known(attempt: string): Promise<Known[]> {
		return this.rows(KNOWN, attempt);
	}

	aside(attempt: string): Promise<Pending[]> {
		return this.rows(ASIDE, attempt);
	}

	async give(attempt: string, entry: Omit<Pending, 'number'>, above: number): Promise<number> {
		const number = Math.max(this.numbers.get(attempt) ?? 0, above) + 1;
		this.numbers.set(attempt, number);
		this.tables[PENDING]!.set(this.key(attempt, entry.item), { ...entry, number, attempt });
		return number;
	}

	private drop(attempt: string, entry: Pending): void {
		const key = this.key(attempt, entry.item), now = this.tables[PENDING]!.get(key) as Pending | undefined;
		if (now?.number === entry.number) this.tables[PENDING]!.delete(key);
	}

	async acknowledge(attempt: string, entry: Pending, seq: number): Promise<void> {
		this.drop(attempt, entry);
		this.tables[KNOWN]!.set(this.key(attempt, entry.item), { attempt, item: entry.item, seq, response: entry.response });
	}

	async refuse(attempt: string, entry: Pending, why: string): Promise<void> {
		const key = this.key(attempt, entry.item), now = this.tables[PENDING]!.get(key) as Pending | undefined;
		if (now?.number === entry.number) this.tables[PENDING]!.set(key, { ...entry, refused: why, attempt });
	}

	async putAside(attempt: string, entry: Pending): Promise<void> {
		this.tables[ASIDE]!.set(`${attempt}/${entry.item}/${entry.number}`, { ...entry, attempt });
		this.drop(attempt, entry);
	}

	async learn(attempt: string, known: Known[]): Promise<void> {
		for (const [key, row] of this.tables[KNOWN]!) if (row.attempt === attempt) this.tables[KNOWN]!.delete(key);
		for (const k of known) this.tables[KNOWN]!.set(this.key(attempt, k.item), { ...k, attempt });
	}

	get<T>(name: string): Promise<T | undefined> {
		return Promise.resolve(this.kept.get(name) as T | undefined);
	}

	async set(name: string, value: unknown): Promise<void> {
		this.kept.set(name, value);
	}

	async forget(attempt: string): Promise<boolean> {
		if ((await this.pending(attempt)).length) return false;
		await this.learn(attempt, []);
		for (const name of [...this.kept.keys()]) if (name.endsWith(':' + attempt) && !name.startsWith('receipts:')) this.kept.delete(name);
		return true;
	}
}

/** IndexedDB, tried by writing; memory where that does not work. */
export async function openStore(): Promise<Store> {
	try {
		const request = indexedDB.open('bangvang-exam', 1);
		request.onupgradeneeded = () => {
			for (const name of [PENDING, KNOWN]) request.result.createObjectStore(name, { keyPath: ['attempt', 'item'] });
			request.result.createObjectStore(ASIDE, { keyPath: ['attempt', 'item', 'number'] });
			request.result.createObjectStore(KEPT);
		};
		const store = new DurableStore(await done(request));
		await store.set('tried', Date.now());
		return store;
	} catch {
		return new MemoryStore();
	}
}
