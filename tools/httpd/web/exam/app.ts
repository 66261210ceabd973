// The candidate's exam in this tab: what is known, who is asked, and which screen follows from it.
import {call, jitter, Problem, setFields, unreachable} from '../lib/api';
import {asset} from '../lib/words';
import type {ToolsState} from '../player/tools/index';
import type {Extras} from '../player/types';
import type {Flow, Leaving} from './adaptive';
import {ExamClock, type KeptClock} from './clock';
import {Desk} from './desk';
import type {FocusWatch} from './focus';
import {Link} from './link';
import {Queue, type Sent} from './queue';
import {leftMs, Warnings} from './remaining';
import {screenOf, type Situation} from './screen';
import {type Entry, type Look, type Remark, type Result, Server, type Times} from './server';
import {type Adaptive, type End, type More, Stage, type Views} from './stage';
import {openStore, type Pending, type Store} from './store';
import type {Lent} from './view_question';
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
	result: Result | null = null;
	desk = new Desk(this.server);
	readonly link = new Link(() => this.ask());
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
	leaving: Leaving | null = null;
	/** What leads from question to question where they come one by one; null elsewhere, and until its script is here. */
	flow: Flow | null = null;
	stopped: Situation['stopped'] = '';
	private taking: Promise<void> | null = null;
	private told = 0;
	private readonly warnings = new Warnings();
	focus: FocusWatch | null = null;
	readonly stage: Stage;
	readonly writer = new Writer(() => {
		this.queue?.halt();
		this.server.lease = 0;
		this.changed();
	});

	/** views: of the screens that are here from the start; more, end and adaptive fetch the others, which borrow what is lent. */
	constructor(root: HTMLElement, views: Views, more: () => Promise<More>, end: () => Promise<End>, adaptive: () => Promise<Adaptive>, readonly lent: Lent) {
		this.stage = new Stage(root, views, more, end, adaptive, () => this.changed());
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
		void this.stage.more.get();
		if (kept)
			await this.whose(kept.attempt);
		if (await this.admitted())
			this.link.ask(0);
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
			this.link.heard();
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
		this.link.heard();
		this.signInAgain = false;
		this.stopped = '';
		if (this.session?.attempt !== session.attempt) {
			await this.resume(session);
			this.look = {nowMs: entry.sitting.nowMs, leftMs, sectionLeftMs: leftMs, deadlineMs: 0, state, section: 0, seq: 0, lease: 0, writable: false, items: []};
		}
		this.session = session;
		await this.keep('session', session, '');
		if (await this.admitted())
			this.link.ask(0);
	}

	/** What this machine has of the session. */
	private async resume(session: Session): Promise<void> {
		this.quiet = true; // until it is known whether this tab may write
		this.session = session;
		if (this.adaptive)
			void this.stage.adaptive.get();
		this.server.attempt = session.attempt;
		this.look = this.flow = null;
		this.desk = new Desk(this.server);
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
		void this.stage.more.get().then(more => {
			this.focus?.end();
			this.focus = more && new more.FocusWatch(away => this.remark({remark: 'focus', losses: away.losses, ms: away.awayMs, fullscreen: away.fullscreen}), () => this.look?.state === 'started' && this.writer.is);
		});
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
		this.leaving = (await this.kept<Leaving>('leaving')) ?? null;
		await this.desk.recall(this);
	}

	/** Without the server: the page that was open is open again. */
	private async openKept(): Promise<void> {
		if (!this.writer.is || this.look?.state !== 'started')
			return;
		const given = this.adaptive && (await this.kept<string>('paper'));
		if (given || this.desk.canOpen)
			await this.desk.open(this, given ? async () => given : undefined).catch(() => undefined);
	}

	/** Questions come one by one, chosen by the answers: there is no sealed paper, and no key of it. */
	get adaptive(): boolean {
		return !!this.session?.sitting.adaptive;
	}

	/** Then the question that is open is laid before the candidate, and left when he has said so. */
	private async follow(): Promise<void> {
		const script = await this.stage.adaptive.get();
		this.flow ??= script && new script.Flow(this);
		await this.flow?.goOn();
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
				if (!this.adaptive && !this.desk.key)
					await this.desk.take(await this.server.key(), this);
				await this.queue?.begin(await this.server.answers());
				if (!this.adaptive && !this.desk.paper)
					await this.desk.open(this);
			}
			this.link.heard();
			if (this.adaptive && this.look?.state === 'started')
				await this.follow();
		} catch (e) {
			this.missed(e);
		}
	}

	/** The candidate presses Start. */
	async start(): Promise<void> {
		try {
			await this.lease();
			const ack = await this.server.start();
			if (!this.adaptive)
				await this.desk.take(ack.paperKey ?? '', this);
			this.learn(ack);
			this.link.heard();
			await this.queue?.begin([]);
			await (this.adaptive ? this.follow() : this.desk.open(this));
		} catch (e) {
			this.missed(e);
			throw e;
		} finally {
			this.changed();
		}
	}

	private async fetchSealed(): Promise<void> {
		const {desk} = this, bytes = this.session && !this.adaptive && (await desk.fetch(() => this.changed()));
		if (bytes && desk === this.desk)
			await this.keep('sealed', bytes);
	}

	// ---- The server

	learn(times: Times & {seq?: number; lease?: number}): void {
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
	missed(e: unknown): void {
		if (!(e instanceof Problem))
			throw e;
		if (e.type === 'clock-held')
			this.stopped = 'clock-held';
		else if (e.passing)
			this.link.lost();
		else if (e.type === 'cross-site')
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
		this.link.ask(0);
	}

	private async send(entry: Pending): Promise<Sent> {
		try {
			const ack = await this.server.save(entry.item, entry.number, this.clock.age(entry.givenMs), entry.response);
			this.link.heard();
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
				return {kind: 'refused', why: e.type};
			case 'section-closed': // a question that was left, perhaps on another machine, is not shown again: its answer is put aside
				return this.adaptive ? {kind: 'older'} : {kind: 'refused', why: e.type};
			case 'clock-held':
				this.stopped = 'clock-held';
				return {kind: 'later', afterMs: WAITING_MS};
			case 'cross-site':
				void this.refreshToken();
				return {kind: 'later'};
		}
		if (!e.passing)
			return {kind: 'stop', why: e.type};
		this.link.lost();
		return {kind: 'later', afterMs: e.retryAfter_s * 1000};
	}

	remark(remark: Remark): Promise<unknown> {
		return this.server.remark(remark);
	}

	/** Now, rather than when it was due. */
	hurry(): void {
		this.queue?.flush();
		this.link.ask(0);
	}

	private async ask(): Promise<void> {
		if (!this.session || this.signInAgain)
			return;
		try {
			const before = this.look?.section, said = await this.link.timed(() => this.server.look()), {section, over} = this.look ?? said;
			await this.looked({over: false, ...said, ...section !== before && {section, over}}); // what was said before the section was left
		} catch (e) {
			if (e instanceof Problem && e.type === 'not-found')
				await this.askResult();
			else if (e instanceof Problem)
				this.missed(e);
			else
				throw e;
		} finally {
			this.changed();
			this.link.ask(jitter(this.restMs()));
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
		if (look.state === 'started' && this.writer.is && (!this.stopped || this.stopped === 'other-machine') && (!this.server.lease || !(this.desk.paper || look.over)))
			await this.take();
		if (look.state === 'started' && this.writer.is && !this.stopped && this.server.lease && !this.taking)
			await this.queue?.begin(null).then(() => void (this.adaptive && this.follow()));
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
		return leftMs(this.look, this.clock, section);
	}

	private second(): void {
		if (this.clock.jumped())
			this.link.ask(0);
		if (this.look?.state === 'started') {
			this.warnings.tell(this.leftMs());
			if (this.adaptive)
				void this.follow();
			if (this.desk.paper) { // what nobody needed for the first question
				void this.stage.end.get();
				this.desk.fetchRest(this);
			}
		}
		this.changed();
	}

	// ---- Screens

	situation(): Situation {
		return {
			signedIn: !!this.session,
			state: this.look?.state ?? null,
			owner: this.writer.is,
			stopped: this.stopped,
			ready: this.ready,
			paper: !!this.desk.paper,
			adaptive: this.adaptive,
			over: !!this.look?.over,
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
