// The candidate's exam in this tab: what is known, who is asked, and which screen follows from it.
import {call, jitter, Problem, setFields, unreachable} from '../lib/api';
import {announce} from '../lib/dom';
import {asset, t} from '../lib/words';
import {ready} from '../player/mount';
import type {ToolsState} from '../player/tools/index';
import type {Extras} from '../player/types';
import {ExamClock, type KeptClock} from './clock';
import {FocusWatch} from './focus';
import {mediaOf, type Paper, readPaper} from './paper';
import {Queue, type Sent} from './queue';
import {screenOf, type Situation} from './screen';
import {SealedPaper} from './sealed_paper';
import {type Ack, type Entry, type Look, type Remark, type Result, Server, type Times} from './server';
import {type More, Stage, type Views} from './stage';
import {openStore, type Pending, type Store} from './store';
import {Writer} from './writer';

export type {More, View, Views} from './stage';

export interface Session extends Omit<Entry, 'csrfToken' | 'leftMs' | 'state'> {
	ticket: string;
}

const WAITING_MS = 3600; // with a fifth more 4.3 s: what a proctor does is on the page within six, also over a slow line and on an old machine
const AFTER_MS = 60000;

export class App {
	readonly clock = new ExamClock(() => performance.now(), () => Date.now());
	readonly server = new Server(this.clock);
	store!: Store;
	session: Session | null = null;
	queue: Queue | null = null;
	look: Look | null = null;
	paper: Paper | null = null;
	result: Result | null = null;
	sealed = new SealedPaper();
	/** The server did not answer the last time. */
	away = false;
	awaySince = 0;
	lastHeard = 0; // wall clock, for people
	roundTripMs = NaN;
	signInAgain = false;
	ready = false;
	review = false;
	at = 0;
	marks = new Set<number>();
	extras: Record<number, Extras> = {}; // of questions: what is no answer, and stays on this machine
	tools: ToolsState = {};
	helpAsked = false;
	submitting = false;
	receipt = '';
	trouble = ''; // the paper could not be opened: said in words
	private stopped: Situation['stopped'] = '';
	private paperKey = '';
	private pollTimer = 0;
	private taking: Promise<void> | null = null;
	private told = 0;
	private warned = Infinity;
	focus: FocusWatch | null = null;
	private readonly stage: Stage;
	private readonly writer = new Writer(() => {
		this.queue?.halt();
		this.server.lease = 0;
		this.changed();
	});

	/** views: of the screens that are here from the start; more fetches the others. */
	constructor(root: HTMLElement, views: Views, more: () => Promise<More>) {
		this.stage = new Stage(root, views, more, () => this.changed());
	}

	// ---- From a load of the page on

	async begin(): Promise<void> {
		this.store = await openStore();
		void navigator.storage?.persist?.().catch(() => false);
		addEventListener('online', () => this.hurry());
		addEventListener('offline', () => this.changed());
		document.addEventListener('visibilitychange', () => (document.visibilityState === 'visible' ? this.hurry() : this.queue?.flush()));
		addEventListener('pagehide', () => this.queue?.flush());
		addEventListener('beforeunload', e => {
			if (this.leaveWarning)
				e.preventDefault();
		});
		setInterval(() => this.second(), 1000);
		const kept = await this.store.get<Session>('session');
		if (kept)
			await this.resume(kept); // what this machine has is shown before anybody is asked
		this.changed();
		void this.stage.fetchMore();
		if (kept)
			await this.whose(kept.attempt);
		if (await this.admitted())
			this.poll(0);
	}

	/** Where the sitting demands Safe Exam Browser nothing goes on without it. */
	private async admitted(): Promise<boolean> {
		if (this.session?.seb && !this.signInAgain) {
			const {attempt} = this.session, refused = (e: unknown): boolean => e instanceof Problem && (e.type === 'seb' || e.type === 'invalid');
			const script = (import(asset('exam-seb')) as Promise<typeof import('./seb')>).catch(unreachable);
			const said = await script.then(seb => seb.proveSeb(attempt, {call, setFields, refused})).catch((e: unknown) => this.missed(e));
			if (said === 'leaving')
				return false;
			this.stopped = said === 'refused' ? 'seb' : this.stopped;
		}
		this.changed();
		return this.stopped !== 'seb';
	}

	/** Is the browser's session still that attempt's? */
	private async whose(attempt: string): Promise<void> {
		try {
			const found = await this.server.session();
			this.heard();
			this.signInAgain = !found;
			if (!found || found === attempt)
				return;
			this.queue?.halt();
			this.session = this.queue = null;
		} catch (e) {
			this.missed(e);
		}
	}

	/** Closing the window now would leave something behind. */
	get leaveWarning(): boolean {
		return this.look?.state === 'started' || !!this.queue?.unsent;
	}

	async signIn(sitting: string, ticket: string, code: string, machine: string, room: string): Promise<void> {
		const {csrfToken: _, leftMs, state, ...entry} = await this.server.enter(sitting, ticket, code, machine, room);
		const session: Session = {...entry, ticket};
		if (this.session && this.session.attempt !== session.attempt)
			await this.store.forget(this.session.attempt);
		this.heard();
		this.signInAgain = false;
		this.stopped = '';
		if (this.session?.attempt !== session.attempt) {
			await this.resume(session);
			this.look = {nowMs: entry.sitting.nowMs, leftMs, sectionLeftMs: leftMs, deadlineMs: 0, state, section: 0, seq: 0, lease: 0, writable: false, items: []};
		}
		this.session = session;
		await this.keep('session', session, '');
		if (await this.admitted())
			this.poll(0);
	}

	/** What this machine has of the session. */
	private async resume(session: Session): Promise<void> {
		this.quiet = true; // until it is known whether this tab may write
		this.session = session;
		this.server.attempt = session.attempt;
		this.look = null;
		this.paper = null;
		await this.recall();
		this.queue = new Queue(this.store, session.attempt, this.clock, {
			send: entry => this.send(entry),
			changed: () => this.changed(),
			stopped: why => this.stop(why),
			wait: (ms, wake) => {
				const timer = setTimeout(wake, ms);
				return () => clearTimeout(timer);
			},
			random: Math.random,
		});
		await this.queue.load();
		this.focus?.end();
		this.focus = new FocusWatch(away => this.remark({remark: 'focus', losses: away.losses, ms: away.awayMs, fullscreen: away.fullscreen}), () => this.look?.state === 'started' && this.writer.is);
		await this.own(false);
		await this.openKept();
		this.quiet = false;
	}

	/** What was kept, by this tab or by another one that was the writer before. */
	private async recall(): Promise<void> {
		const clock = await this.kept<KeptClock>('clock'), look = await this.kept<Look>('look');
		if (clock)
			this.clock.restore(clock);
		if (look && look.seq >= (this.look?.seq ?? 0))
			this.look = look;
		this.ready = !!(await this.kept('ready'));
		this.marks = new Set((await this.kept<number[]>('marks')) ?? []);
		this.extras = (await this.kept<Record<number, Extras>>('extras')) ?? {};
		this.tools = (await this.kept<ToolsState>('tools')) ?? {};
		this.at = (await this.kept<number>('at')) ?? 0;
		this.receipt = (await this.kept<string>('receipt')) ?? '';
		this.sealed = new SealedPaper((await this.kept<ArrayBuffer>('sealed')) ?? null);
		this.paperKey = (await this.kept<string>('key')) ?? '';
	}

	/** Without the server: the page that was open is open again. */
	private async openKept(): Promise<void> {
		if (this.writer.is && !this.paper && this.paperKey && this.sealed.here && this.look?.state === 'started')
			await this.open().catch(() => undefined);
	}

	keep(name: string, value: unknown, id = this.session?.attempt ?? ''): Promise<void> {
		return this.store.set(id ? `${name}:${id}` : name, value).catch(() => undefined);
	}

	kept<T>(name: string): Promise<T | undefined> {
		return this.store.get<T>(`${name}:${this.session?.attempt ?? ''}`);
	}

	// ---- One tab of this browser writes

	private own(steal: boolean): Promise<void> {
		return this.writer.become(`bangvang-exam-${this.session?.attempt ?? ''}`, steal);
	}

	/** "Go on here", on the screens that say that it is open elsewhere. */
	async takeOver(): Promise<void> {
		this.stopped = '';
		await this.own(true);
		await this.recall();
		await this.queue?.load();
		await this.openKept();
		this.changed();
		await this.take();
	}

	/** The lease, then what belongs to it. Once at a time. */
	private take(): Promise<void> {
		this.taking ??= this.takeOnce().finally(() => {
			this.taking = null;
			this.changed();
		});
		return this.taking;
	}

	private async lease(): Promise<void> {
		if (this.server.lease)
			return;
		this.learn(await this.server.takeLease());
		await this.queue?.leased(this.server.lease);
	}

	private async takeOnce(): Promise<void> {
		try {
			await this.lease();
			this.stopped = '';
			if (this.look?.state === 'started') {
				if (!this.paperKey) {
					this.paperKey = await this.server.key();
					await this.keep('key', this.paperKey);
				}
				await this.queue?.begin(await this.server.answers());
				if (!this.paper)
					await this.open();
			}
			this.heard();
		} catch (e) {
			this.missed(e);
		}
	}

	/** The candidate presses Start. */
	async start(): Promise<void> {
		try {
			await this.lease();
			const ack = await this.server.start();
			this.paperKey = ack.paperKey ?? '';
			await this.keep('key', this.paperKey);
			this.learn(ack);
			this.heard();
			await this.queue?.begin([]);
			await this.open();
		} catch (e) {
			this.missed(e);
			throw e;
		} finally {
			this.changed();
		}
	}

	private async open(): Promise<void> {
		const session = this.session;
		if (!session)
			return;
		try {
			if (!this.sealed.here)
				this.sealed = new SealedPaper((await this.kept<ArrayBuffer>('sealed')) ?? null);
			const text = (await this.sealed.open(this.paperKey, session.sitting.name, session.ticket)) || (await this.server.paper());
			const paper = readPaper(text);
			await ready(paper.items.map(i => i.page), session.pnp ?? {}).catch(unreachable);
			this.paper = paper;
			this.trouble = '';
			void this.fetchMedia(text);
		} catch (e) {
			this.trouble = e instanceof Problem && e.passing ? '' : String(e instanceof Problem ? e.message : t('exam.paperBroken'));
			throw e;
		}
	}

	/** Through the service worker, which keeps them. */
	private async fetchMedia(text: string): Promise<void> {
		for (const address of mediaOf(text))
			await fetch(address).then(a => a.arrayBuffer()).catch(() => undefined);
	}

	private async fetchSealed(): Promise<void> {
		const sealed = this.sealed, bytes = this.session ? await sealed.fetch(progress => this.server.sealed(progress), () => this.changed()) : null;
		if (bytes && sealed === this.sealed)
			await this.keep('sealed', bytes);
	}

	// ---- The server

	private heard(): void {
		this.away = false;
		this.awaySince = 0;
		this.lastHeard = Date.now();
	}

	private learn(times: Times & {seq?: number; lease?: number}): void {
		const before = this.look;
		this.look = {seq: 0, lease: 0, writable: false, items: [], ...before, ...times};
		if ('receipt' in this.look)
			delete (this.look as {receipt?: unknown}).receipt;
		if ('paperKey' in this.look)
			delete (this.look as {paperKey?: unknown}).paperKey;
		void this.keep('look', this.look);
		void this.keep('clock', this.clock.keep());
	}

	/** A request went wrong: what follows for the screen. */
	private missed(e: unknown): void {
		if (!(e instanceof Problem))
			throw e;
		if (e.type === 'clock-held')
			this.stopped = 'clock-held';
		else if (e.passing) {
			this.away = true;
			this.awaySince ||= Date.now();
		} else if (e.type === 'cross-site')
			void this.refreshToken();
		else if (e.type === 'sign-in' || e.type === 'denied')
			this.signInAgain = true;
		else if (e.type === 'other-tab' || e.type === 'other-machine')
			this.stop(e.type);
		else if (e.type === 'time-over' || e.type === 'seb')
			this.stopped = e.type;
	}

	/** Another sign-in in this browser has changed it. */
	private async refreshToken(): Promise<void> {
		try {
			this.signInAgain = (await this.server.session()) !== this.session?.attempt;
			this.changed();
		} catch (e) {
			this.missed(e);
		}
	}

	private stop(why: string): void {
		this.queue?.halt();
		if (why === 'other-tab' || why === 'other-machine') {
			this.stopped = why;
			this.server.lease = 0;
		} else if (why === 'time-over' || why === 'seb')
			this.stopped = why;
		else if (why === 'sign-in' || why === 'denied')
			this.signInAgain = true;
		this.changed();
		this.poll(0);
	}

	private async send(entry: Pending): Promise<Sent> {
		try {
			const ack = await this.server.save(entry.item, entry.number, this.clock.age(entry.givenMs), entry.response);
			this.heard();
			this.learn(ack);
			if (ack.receipt)
				void this.keep(`receipts:${entry.item}`, ack.receipt);
			return ack.superseded ? {kind: 'older'} : {kind: 'stored', seq: ack.seq};
		} catch (e) {
			return this.unsent(e);
		}
	}

	private unsent(e: unknown): Sent {
		if (!(e instanceof Problem))
			throw e;
		switch (e.type) {
			case 'conflict':
				return {kind: 'again'};
			case 'invalid':
			case 'not-found':
			case 'too-large':
			case 'section-closed':
				return {kind: 'refused', why: e.type};
			case 'clock-held':
				this.stopped = 'clock-held';
				return {kind: 'later', afterMs: WAITING_MS};
			case 'cross-site':
				void this.refreshToken();
				return {kind: 'later'};
		}
		if (!e.passing)
			return {kind: 'stop', why: e.type};
		this.away = true;
		this.awaySince ||= Date.now();
		return {kind: 'later', afterMs: e.retryAfter_s * 1000};
	}

	remark(remark: Remark): Promise<unknown> {
		return this.server.remark(remark);
	}

	/** Now, rather than when it was due. */
	hurry(): void {
		this.queue?.flush();
		this.poll(0);
	}

	private poll(afterMs: number): void {
		clearTimeout(this.pollTimer);
		this.pollTimer = window.setTimeout(() => void this.pollOnce(), afterMs);
	}

	private async pollOnce(): Promise<void> {
		clearTimeout(this.pollTimer);
		if (!this.session || this.signInAgain)
			return;
		try {
			const sent = performance.now();
			const look = await this.server.look();
			this.roundTripMs = performance.now() - sent;
			this.heard();
			await this.looked(look);
		} catch (e) {
			if (e instanceof Problem && e.type === 'not-found')
				await this.askResult();
			else if (e instanceof Problem)
				this.missed(e);
			else
				throw e;
		} finally {
			this.changed();
			this.poll(jitter(this.restMs()));
		}
	}

	private restMs(): number {
		const over = ['submitted', 'expired', 'ended', 'scored', 'released', 'appealed', 'final'];
		return this.look && over.includes(this.look.state) && !this.queue?.unsent ? AFTER_MS : WAITING_MS;
	}

	private async looked(look: Look): Promise<void> {
		this.learn(look);
		if (this.stopped === 'clock-held' || (this.stopped === 'time-over' && look.state === 'started' && look.leftMs > 0))
			this.stopped = '';
		if (look.state === 'registered' || look.state === 'admitted')
			void this.fetchSealed();
		if (this.server.lease && look.lease !== this.server.lease) {
			this.stop('other-tab');
			return;
		}
		// Waiting for the proctor's word: it goes on by itself.
		if (look.state === 'started' && this.writer.is && (!this.stopped || this.stopped === 'other-machine') && (!this.server.lease || !this.paper))
			await this.take();
		if (look.state === 'started' && this.writer.is && !this.stopped && this.server.lease && !this.taking)
			await this.queue?.begin(null);
		if (['released', 'appealed', 'final'].includes(look.state) && !this.result)
			await this.askResult();
		const order = look.order;
		if (order && order.seq > this.told) {
			this.changed(); // shown, and then said so
			this.helpAsked = false;
			this.told = order.seq;
			this.remark({remark: 'told', seq: look.seq}).catch(() => (this.told = 0));
		}
	}

	async askResult(): Promise<void> {
		try {
			this.result = await this.server.result();
			this.look = {...(this.look as Look), state: this.result.state};
		} catch (e) {
			if (e instanceof Problem && !['not-released', 'not-found'].includes(e.type))
				this.missed(e);
		}
		this.changed();
	}

	async appeal(about: string): Promise<void> {
		await this.server.appeal(about);
		await this.askResult();
	}

	async askHelp(about: string): Promise<void> {
		await this.remark(about ? {remark: 'help', about} : {remark: 'help-over'});
		this.helpAsked = !!about;
		this.changed();
	}

	// ---- Time

	/** Of the attempt, or of the section that is open; NaN when nobody knows. */
	leftMs(section = false): number {
		const look = this.look;
		if (!look)
			return NaN;
		if (look.state !== 'started')
			return section ? look.sectionLeftMs : look.leftMs;
		const gone = this.clock.known ? this.clock.now() - look.nowMs : 0;
		const left = Math.max(0, (section ? look.sectionLeftMs : look.leftMs) - gone);
		return left || this.clock.certain ? left : NaN;
	}

	private second(): void {
		if (this.clock.jumped())
			this.poll(0);
		const left = this.leftMs();
		if (this.look?.state === 'started')
			for (const minutes of [10, 5, 1])
				if (left <= minutes * 60e3 && left > (minutes - 1) * 60e3 && this.warned > minutes) {
					this.warned = minutes;
					announce(t('exam.minutesLeft', {n: minutes}));
				}
		this.changed();
	}

	// ---- Handing in

	async leaveSection(section: number): Promise<void> {
		await this.queue?.written();
		this.queue?.flush();
		await this.drained();
		this.learn(await this.server.leaveSection(section));
		this.changed();
	}

	/** All that was given has reached the server; false: not, and why is on the screen. */
	async drained(mostMs = 15000): Promise<boolean> {
		await this.queue?.written();
		this.queue?.flush();
		const until = performance.now() + mostMs;
		const stuck = (): boolean => (this.queue?.unsent ?? 0) > (this.queue?.refusedItems().length ?? 0);
		while (stuck() && !this.away && !this.stopped && !this.signInAgain && performance.now() < until)
			await new Promise(wake => setTimeout(wake, 100));
		return !stuck();
	}

	/** False: not everything, or not the submission itself, has reached the server. */
	async submit(): Promise<boolean> {
		this.submitting = true;
		this.changed();
		try {
			if (!(await this.drained()))
				return false;
			const ack: Ack = await this.server.submit();
			this.heard();
			this.receipt = ack.receipt?.hash ?? '';
			await this.keep('receipt', this.receipt);
			if (ack.receipt)
				await this.keep('receipts:submit', ack.receipt);
			this.learn(ack);
			this.review = false;
			return true;
		} catch (e) {
			this.missed(e);
			return false;
		} finally {
			this.submitting = false;
			this.changed();
		}
	}

	async receipts(): Promise<unknown[]> {
		const found = [];
		for (let item = 0; item < (this.session?.sitting.items ?? 0); item++) {
			const receipt = await this.kept(`receipts:${item}`);
			if (receipt)
				found.push(receipt);
		}
		const last = await this.kept('receipts:submit');
		return last ? [...found, last] : found;
	}

	/** The file for the proctor's hands, of all that the server has not acknowledged, and of what it has: more does no harm. */
	async rescue(): Promise<string | null> {
		const session = this.session;
		if (!session?.rescueKey || !this.paperKey || !this.queue || !crypto.subtle || !this.stage.sealRescue)
			return null;
		await this.queue.written();
		const answers = [...this.queue.entries(), ...(await this.queue.aside())];
		return this.stage.sealRescue({attempt: session.attempt, lease: this.queue.lease, sealedMs: this.clock.now(), answers}, session.rescueKey, this.paperKey, session.sitting.name);
	}

	/** The candidate leaves; what is not on the server stays here. */
	async leave(): Promise<void> {
		const id = this.session?.attempt;
		await this.server.signOut().catch(() => undefined);
		this.writer.end();
		if (id && (await this.store.forget(id)))
			await this.store.set('session', undefined).catch(() => undefined);
		location.assign('/exam');
	}

	// ---- Screens

	situation(): Situation {
		return {
			signedIn: !!this.session,
			state: this.look?.state ?? null,
			owner: this.writer.is,
			stopped: this.stopped,
			ready: this.ready,
			paper: !!this.paper,
			review: this.review,
			timeLeft: !(this.leftMs() <= 0),
		};
	}

	changed(): void {
		if (this.quiet)
			return;
		this.stage.show(screenOf(this.situation()), this);
		this.dialogs();
	}

	private quiet = false;

	/** Set by main: what lies over the screens. */
	dialogs: () => void = () => undefined;
}
