// The paper before the candidate: sealed until it is time, opened by its key, with its files.
import {Problem, unreachable} from '../lib/api';
import {t} from '../lib/words';
import {ready} from '../player/mount';
import {mediaOf, type Paper, readPaper} from './paper';
import {SealedPaper} from './sealed_paper';
import type {Entry, Server} from './server';

/** Whose paper it is, and what is kept of it on this machine. */
export interface Keeper {
	readonly at: number; // the question that is open, by its number in the paper
	readonly session: (Pick<Entry, 'sitting' | 'pnp'> & {ticket: string}) | null;
	keep(name: string, value: unknown): Promise<void>;
	kept<T>(name: string): Promise<T | undefined>;
}

export class Desk {
	paper: Paper | null = null;
	sealed = new SealedPaper();
	key = '';
	/** It could not be opened: said in words. */
	trouble = '';
	private whole = false;

	constructor(private readonly server: Server) {}

	async recall(keeper: Keeper): Promise<void> {
		this.sealed = new SealedPaper((await keeper.kept<ArrayBuffer>('sealed')) ?? null);
		this.key = (await keeper.kept<string>('key')) ?? '';
	}

	take(key: string, keeper: Keeper): Promise<void> {
		this.key = key;
		return keeper.keep('key', key);
	}

	/** Without the server. */
	get canOpen(): boolean {
		return !this.paper && !!this.key && this.sealed.here;
	}

	/** given: where its text comes from, when that is not the sealed one, or the server. */
	async open(keeper: Keeper, given = () => this.unsealed(keeper)): Promise<void> {
		const {session} = keeper;
		if (!session)
			return;
		try {
			const text = await given(), paper = readPaper(text), first = paper.items.find(i => i.item === keeper.at) ?? paper.items[0];
			await ready(first ? [first.page] : [], session.pnp ?? {}).catch(unreachable);
			this.paper = paper;
			this.trouble = '';
			void this.fetchMedia(text);
		} catch (e) {
			this.trouble = e instanceof Problem && e.passing ? '' : String(e instanceof Problem ? e.message : t('exam.paperBroken'));
			throw e;
		}
	}

	private async unsealed(keeper: Keeper): Promise<string> {
		const {session} = keeper;
		if (!this.sealed.here) // another tab may have fetched it
			this.sealed = new SealedPaper((await keeper.kept<ArrayBuffer>('sealed')) ?? null);
		return (session && (await this.sealed.open(this.key, session.sitting.name, session.ticket))) || this.server.paper();
	}

	/** What the other questions need, behind the one that is shown: to be called until it is here. */
	fetchRest({session}: Keeper): void {
		if (this.paper && !this.whole)
			void ready(this.paper.items.map(i => i.page), session?.pnp).then(() => (this.whole = true), () => undefined);
	}

	/** Through the service worker, which keeps them. */
	private async fetchMedia(text: string): Promise<void> {
		for (const address of mediaOf(text))
			await fetch(address).then(a => a.arrayBuffer()).catch(() => undefined);
	}

	/** The sealed paper, ahead of time: its bytes, once, when they have come. */
	async fetch(changed: () => void): Promise<ArrayBuffer | null> {
		const {sealed} = this, bytes = await sealed.fetch(progress => this.server.sealed(progress), changed);
		return sealed === this.sealed ? bytes : null;
	}
}
