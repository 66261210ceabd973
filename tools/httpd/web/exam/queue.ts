// Answers on their way to the server. What the candidate sees of each is one of three things, and each is true: it is on the server (the ledger has
// acknowledged it), on this machine (the disk has it), or not saved. Nothing is ever taken out but by an acknowledgement of that very number, or put aside for
// an answer that was given later on another machine (verdict.ts).
import type { ExamClock, Mark } from './clock';
import { same, type Responses } from './responses';
import type { Known, Pending, Store } from './store';
import { verdict, type Stored } from './verdict';

export type SaveState = 'none' | 'server' | 'machine' | 'unsaved';

/** How sending one ended. */
export type Sent =
	| { kind: 'stored'; seq: number }
	| { kind: 'older' } // the server has a later one of this lease
	| { kind: 'later'; afterMs?: number } // no network, or the server says so
	| { kind: 'refused'; why: string } // this answer, whenever it is sent
	| { kind: 'again' } // its number was used: under a new one
	| { kind: 'stop'; why: string }; // nothing of this tab is taken now

interface Given {
	givenMs: number;
	sure: boolean;
	mark?: Mark; // of what is not sure: it will be, when the server is heard
}

export interface QueueHooks {
	send(entry: Pending): Promise<Sent>;
	changed(): void; // a state, or how things stand
	stopped(why: string): void;
	wait(ms: number, wake: () => void): () => void; // a timer; returns how to cancel it
	random(): number;
}

const SETTLE_MS = 400; // while somebody types
const SETTLE_MOST_MS = 3000;
const RETRY_MS = 1000;
const RETRY_MOST_MS = 20000;

export class Queue {
	private readonly waiting = new Map<number, Pending>(); // on the disk, or, when the disk is full, here only
	private readonly loose = new Set<number>(); // items of waiting that are not on the disk
	private readonly fresh = new Map<number, { response: Responses; given: Given }>(); // on their way to the disk
	private readonly marks = new Map<number, Mark>(); // number → when it was given, of those that are not sure
	private readonly flying = new Map<number, number>(); // item → the number that was sent last under this lease, and is not acknowledged
	private readonly looseAside: Pending[] = []; // the disk did not take them
	private readonly own = new Set<number>(); // leases of this machine
	private readonly server = new Map<number, Known>();
	private writing: Promise<void> | null = null;
	private sending = false;
	private blocked = true; // until begin()
	private tries = 0;
	private timer: (() => void) | null = null;
	private settleSince = 0;
	private looseNumber = 0;
	/** The last answer did not reach the server. */
	away = false;
	/** The disk of this machine took nothing. */
	full = false;

	constructor(
		private readonly store: Store,
		readonly attempt: string,
		private readonly clock: ExamClock,
		private readonly hooks: QueueHooks,
	) {}

	/** Reads what was kept. Nothing is sent before begin(). */
	async load(): Promise<void> {
		for (const lease of (await this.store.get<number[]>(`leases:${this.attempt}`)) ?? []) this.own.add(lease);
		for (const k of await this.store.known(this.attempt)) this.server.set(k.item, k);
		const here = await this.store.pending(this.attempt);
		for (const item of [...this.waiting.keys()]) if (!this.loose.has(item)) this.waiting.delete(item);
		for (const p of here) {
			this.own.add(p.lease);
			if (!this.loose.has(p.item)) this.waiting.set(p.item, p);
		}
		this.hooks.changed();
	}

	/** The newest lease of this machine. */
	get lease(): number {
		return Math.max(0, ...this.own);
	}

	/** This tab has a new lease: nothing that was sent under the one before arrives any more. */
	async leased(lease: number): Promise<void> {
		this.flying.clear();
		this.own.add(lease);
		await this.store.set(`leases:${this.attempt}`, [...this.own]).catch(() => undefined);
	}

	/** This tab may write: what the server has is held against what is here, and the rest is sent. */
	async begin(stored: Stored[] | null): Promise<void> {
		await this.written();
		if (stored) await this.reconcile(stored);
		this.blocked = false;
		this.tries = 0;
		this.away = false;
		this.flush();
	}

	/** Nothing more is sent by this tab; answers are still kept. */
	halt(): void {
		this.blocked = true;
		this.cancel();
	}

	private async reconcile(stored: Stored[]): Promise<void> {
		const there = new Map(stored.map((s) => [s.item, s]));
		// Shown as on the server and not there (a database that was put back): sent again, never lost.
		for (const known of [...this.server.values()])
			if (!there.has(known.item)) {
				this.server.delete(known.item);
				if (!this.waiting.has(known.item)) await this.keep(known.item, known.response, this.moment());
			}
		this.makeSure();
		for (const s of stored) this.server.set(s.item, { item: s.item, seq: s.seq, response: s.response });
		for (const [item, entry] of [...this.waiting]) {
			const s = there.get(item), found = verdict(entry, s, { own: this.own, flying: this.flying.get(item) });
			if (s && found === 'stored') {
				if (!this.loose.has(item)) await this.store.acknowledge(this.attempt, entry, s.seq).catch(() => undefined);
				this.forgetWaiting(entry);
			} else if (found === 'aside') await this.putAside(entry);
			else if (s && s.lease > entry.lease) await this.keepAgain(entry); // it stands under this lease from now on, whoever asks
			else if (entry.refused) {
				const { refused: _, ...fresh } = entry; // another lease, another try
				this.waiting.set(item, fresh);
			}
		}
		await this.store.learn(this.attempt, [...this.server.values()]).catch(() => undefined);
		this.hooks.changed();
	}

	/** Now that the server was heard: when what was given before then was given. */
	private makeSure(): void {
		for (const [item, entry] of this.waiting) {
			const mark = this.marks.get(entry.number), givenMs = mark ? this.clock.when(mark) : NaN;
			if (!entry.sure && !Number.isNaN(givenMs)) this.waiting.set(item, { ...entry, givenMs, sure: true });
		}
	}

	/** It stays on this machine, where nothing else is done with it but that it goes into the file for the proctor. */
	private async putAside(entry: Pending): Promise<void> {
		await this.store.putAside(this.attempt, entry).catch(() => this.looseAside.push(entry));
		this.forgetWaiting(entry);
	}

	/** What was put aside: evidence, and nothing that is missing anywhere. */
	async aside(): Promise<Pending[]> {
		return [...(await this.store.aside(this.attempt)), ...this.looseAside];
	}

	private forgetWaiting(entry: Pending): void {
		if (this.waiting.get(entry.item)?.number !== entry.number) return;
		this.waiting.delete(entry.item);
		this.loose.delete(entry.item);
	}

	/** The newest answer of the item: the one that the page shows. */
	response(item: number): Responses | null {
		return this.fresh.get(item)?.response ?? this.waiting.get(item)?.response ?? this.server.get(item)?.response ?? null;
	}

	state(item: number): SaveState {
		if (this.fresh.has(item)) return 'unsaved';
		if (this.waiting.has(item)) return this.loose.has(item) || !this.store.durable ? 'unsaved' : 'machine';
		return this.server.has(item) ? 'server' : 'none';
	}

	/** Answers that the server has not acknowledged. */
	get unsent(): number {
		return new Set([...this.fresh.keys(), ...this.waiting.keys()]).size;
	}

	entries(): Pending[] {
		return [...this.waiting.values()].sort((a, b) => a.number - b.number);
	}

	refusedItems(): number[] {
		return [...this.waiting.values()].filter((p) => p.refused).map((p) => p.item);
	}

	/** The candidate has answered. Copied: an interaction that changes later what it gave would make it the same as the one before, and it would not be sent. */
	give(item: number, given: Responses): void {
		if (same(given, this.response(item))) return;
		const response = JSON.parse(JSON.stringify(given)) as Responses;
		this.fresh.set(item, { response, given: this.moment() });
		this.hooks.changed();
		this.writing ??= this.write().finally(() => (this.writing = null));
	}

	private moment(): Given {
		return { givenMs: this.clock.known ? this.clock.now() : 0, sure: this.clock.sure, ...(!this.clock.sure && { mark: this.clock.mark() }) };
	}

	/** Everything that was given is on the disk, or known not to be. */
	async written(): Promise<void> {
		while (this.writing) await this.writing;
	}

	private async write(): Promise<void> {
		for (let next = this.fresh.entries().next(); !next.done; next = this.fresh.entries().next()) {
			const [item, { response, given }] = next.value;
			await this.keep(item, response, given);
			if (this.fresh.get(item)?.response === response) this.fresh.delete(item);
			this.hooks.changed();
			this.settle();
		}
	}

	private async keep(item: number, response: Responses, { givenMs, sure, mark }: Given): Promise<void> {
		const entry = { item, response, givenMs, sure, lease: this.lease, baseSeq: this.server.get(item)?.seq ?? 0 };
		let number;
		try {
			number = await this.store.give(this.attempt, entry, this.looseNumber);
			this.loose.delete(item);
			this.full = false;
		} catch {
			// The disk is full: at least the server is to have it. Numbers go on.
			number = Math.max(this.looseNumber, ...[...this.waiting.values()].map((w) => w.number)) + 1;
			this.loose.add(item);
			this.full = true;
		}
		this.looseNumber = number;
		this.waiting.set(item, { ...entry, number });
		if (mark) this.marks.set(number, mark);
	}

	/** Under the next number, and the lease of now. */
	private keepAgain(entry: Pending): Promise<void> {
		return this.keep(entry.item, entry.response, { ...entry, mark: this.marks.get(entry.number) });
	}

	private settle(): void {
		const now = this.clock.known ? this.clock.now() : 0;
		if (!this.timer) this.settleSince = now;
		if (this.tries) return; // it is being tried anyhow
		if (now - this.settleSince > SETTLE_MOST_MS) return;
		this.cancel();
		this.timer = this.hooks.wait(SETTLE_MS, () => {
			this.timer = null;
			this.flush();
		});
	}

	private cancel(): void {
		this.timer?.();
		this.timer = null;
	}

	/** Sends what there is, now: when the network is back, on another question, before the end. */
	flush(): void {
		this.cancel();
		if (!this.sending && !this.blocked) void this.run();
	}

	private next(): Pending | undefined {
		return this.entries().find((p) => !p.refused);
	}

	private async run(): Promise<void> {
		this.sending = true;
		try {
			for (let entry = this.next(); entry && !this.blocked; entry = this.next()) {
				this.flying.set(entry.item, entry.number);
				const sent = await this.hooks.send(entry);
				if (!(await this.settled(entry, sent))) return;
			}
		} finally {
			this.sending = false;
			this.hooks.changed();
		}
		if (!this.blocked && this.next() && !this.timer) this.flush();
	}

	/** False: not now. */
	private async settled(entry: Pending, sent: Sent): Promise<boolean> {
		if (sent.kind === 'later') {
			this.retry(sent.afterMs);
			return false;
		}
		this.tries = 0;
		this.away = false;
		if (this.flying.get(entry.item) === entry.number) this.flying.delete(entry.item);
		switch (sent.kind) {
			case 'stored':
				if (sent.seq > (this.server.get(entry.item)?.seq ?? 0)) this.server.set(entry.item, { item: entry.item, seq: sent.seq, response: entry.response });
				// Kept in the disk's own order: when that fails the entry stays there, and is found acknowledged by the next load.
				await this.store.acknowledge(this.attempt, entry, sent.seq).catch(() => undefined);
				this.forgetWaiting(entry);
				break;
			case 'older':
				await this.putAside(entry);
				break;
			case 'again':
				await this.keepAgain(this.waiting.get(entry.item) ?? entry);
				break;
			case 'refused':
				await this.store.refuse(this.attempt, entry, sent.why).catch(() => undefined);
				if (this.waiting.get(entry.item)?.number === entry.number) this.waiting.set(entry.item, { ...entry, refused: sent.why });
				break;
			case 'stop':
				this.halt();
				this.hooks.stopped(sent.why);
				return false;
		}
		this.hooks.changed();
		return true;
	}

	private retry(afterMs?: number): void {
		const most = Math.min(RETRY_MOST_MS, RETRY_MS * 2 ** this.tries);
		this.tries++;
		this.away = true;
		this.cancel();
		this.timer = this.hooks.wait(Math.max(afterMs ?? 0, most / 2 + (this.hooks.random() * most) / 2), () => {
			this.timer = null;
			this.flush();
		});
	}
}
