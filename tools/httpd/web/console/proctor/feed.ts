// Keeps a board up to date: asks every five seconds, a fifth more or less; over a link that is good by a stream of events. What fails is tried again, ever more
// slowly, and that is shown; it stops only when the session or the right is gone, or the sitting is closed.
import {backOff_ms, call, jitter, Problem} from '../../lib/api';
import type {Board, Delta, Machines} from './board';

export const POLL_MS = 5000;
const GOOD_MS = 1000, GOOD_POLLS = 3, QUIET_MS = 45000, POLL_AGAIN_MS = 5 * 60000;

export type Link =
	| {is: 'starting'}
	| {is: 'good'; by: 'poll' | 'stream'}
	| {is: 'lost'; since: number; next: number; problem: Problem} // Date.now()
	| {is: 'ended'; why: 'signed-out' | 'denied' | 'closed'};

interface Events {
	changed(): void;  // rows, or what time it is
	link(link: Link): void;
}

export class Feed {
	link: Link = {is: 'starting'};
	updated = 0; // Date.now() of the last word of the server
	private timer: ReturnType<typeof setTimeout> | undefined;
	private stream: EventSource | undefined;
	private failures = 0;
	private good = 0;
	private noStreamUntil = 0;
	private running = false;
	private asking = false;
	private readonly base: string;

	constructor(readonly board: Board, sitting: string, private readonly room: string, private readonly events: Events) {
		this.base = `/api/sittings/${encodeURIComponent(sitting)}/board`;
	}

	start(): void {
		if (this.running)
			return;
		this.running = true;
		void this.poll();
	}

	stop(): void {
		this.running = false;
		clearTimeout(this.timer);
		this.closeStream();
	}

	// Now, rather than when it is time: after an act, or because somebody is impatient.
	soon(ms = 0): void {
		if (!this.running || this.stream)
			return;
		clearTimeout(this.timer);
		this.timer = setTimeout(() => void this.poll(), ms);
	}

	private address(path = ''): string {
		const query = new URLSearchParams({...this.room && {room: this.room}, ...this.board.cursor && {after: this.board.cursor}});
		return `${this.base}${path}?${query}`;
	}

	private say(link: Link): void {
		this.link = link;
		this.events.link(link);
	}

	private heard(by: 'poll' | 'stream'): void {
		this.updated = Date.now();
		this.failures = 0;
		if (this.link.is !== 'good' || this.link.by !== by)
			this.say({is: 'good', by});
		this.events.changed();
	}

	private end(why: 'signed-out' | 'denied' | 'closed'): void {
		this.stop();
		this.say({is: 'ended', why});
	}

	private async poll(): Promise<void> {
		if (this.asking || !this.running)
			return;
		this.asking = true;
		const begun = performance.now();
		try {
			let delta: Delta;
			do {
				delta = await call<Delta>('GET', this.address(), undefined, {timeout_ms: 15000});
				this.board.apply(delta);
			} while (delta.more && this.running);
			this.good = performance.now() - begun < GOOD_MS ? this.good + 1 : 0;
			if (this.running)
				this.heard('poll');
			this.next();
		} catch (e) {
			if (this.running)
				this.failed(e);
		} finally {
			this.asking = false;
		}
	}

	private next(): void {
		clearTimeout(this.timer);
		if (!this.running)
			return;
		if (this.good >= GOOD_POLLS && Date.now() >= this.noStreamUntil && 'EventSource' in globalThis)
			this.openStream();
		else
			this.timer = setTimeout(() => void this.poll(), jitter(POLL_MS));
	}

	private failed(e: unknown): void {
		if (!(e instanceof Problem))
			throw e;
		if (e.status === 401)
			return this.end('signed-out');
		if (e.status === 403)
			return this.end('denied');
		if (e.status === 404)
			return this.end('closed');
		this.good = 0;
		const wait_ms = Math.min(backOff_ms(this.failures++, e), 30000);
		const since = this.link.is === 'lost' ? this.link.since : Date.now();
		this.say({is: 'lost', since, next: Date.now() + wait_ms, problem: e});
		clearTimeout(this.timer);
		this.timer = setTimeout(() => void this.poll(), wait_ms);
	}

	// ---- Stream

	private openStream(): void {
		const stream = this.stream = new EventSource(this.address('/stream'));
		const on = (name: string, take: (data: string) => void) => stream.addEventListener(name, e => {
			if (this.stream === stream)
				take((e as MessageEvent<string>).data);
		});
		on('board', data => {
			this.board.apply(JSON.parse(data) as Delta);
			this.watch();
			this.heard('stream');
		});
		on('machines', data => {
			this.board.hear(JSON.parse(data) as Machines);
			this.watch();
			this.heard('stream');
		});
		on('again', () => this.leaveStream(0));
		on('closed', () => this.end('closed'));
		on('poll', () => this.leaveStream(POLL_AGAIN_MS));
		stream.onerror = () => {
			if (this.stream === stream)
				this.leaveStream(POLL_AGAIN_MS / 10); // a poll says what is wrong
		};
		this.watch();
	}

	// A stream that says nothing, not even which machines are silent, has been lost on its way.
	private watch(): void {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.leaveStream(POLL_AGAIN_MS), QUIET_MS);
	}

	private closeStream(): void {
		this.stream?.close();
		this.stream = undefined;
	}

	private leaveStream(pollFor_ms: number): void {
		this.closeStream();
		this.noStreamUntil = Date.now() + pollFor_ms;
		clearTimeout(this.timer);
		if (this.running)
			void this.poll();
	}
}
