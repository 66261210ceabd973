// The state of the server: asked for every two seconds, kept for the last ten minutes, in this page alone. What fails is tried again, ever more slowly, and shown.
import {backOff_ms, jitter, Problem} from '../../lib/api';
import {ask} from '../ask';

const POLL_MS = 2000, KEPT = 300;
// By metrics.c: no longer than so many milliseconds.
const BOUNDS_MS = [.1, .25, .5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10000];

export interface State {
	atMs: number;
	monotonicMs: number;
	started: string;
	version: string;
	database: string;
	counters: {answers: number; failed: number; durationUs: number; buckets: number[]; stored: number; commits: number; commitUs: number; refused: number};
	now: {connections: number; busy: number; queue: number; queueMax: number; passwords: number; sessions: number; waiting: number; attempts: number; open: number; streams: number; databaseMs: number};
	ledger?: {stopped: boolean; held: boolean; unsure: boolean; treeFailed: boolean; treeLag: number; driftMs: number; skewMs: number; followed: number; takenBack: number};
	disks: {what: string; free: number; total: number}[];
	register: boolean;
	log: string;
	findings: {name: string; level: 'bad' | 'warn'}[];
}

export interface Sample {
	at_s: number; // of the server
	stored: number | null; // events a second
	latency: number | null; // ms in which 95 of 100 answers came, the bound of the histogram
	connections: number;
}

export type Link = {is: 'starting'} | {is: 'good'} | {is: 'lost'; next: number; problem: Problem} | {is: 'ended'; problem: Problem};

// Between two states of one start of the server; null: they do not say.
export function sampleOf(before: State | null, now: State): Sample {
	const sample: Sample = {at_s: now.atMs / 1000, stored: null, latency: null, connections: now.now.connections};
	const seconds = before && before.started === now.started ? (now.monotonicMs - before.monotonicMs) / 1000 : 0;
	if (!before || seconds <= 0)
		return sample;
	sample.stored = Math.round((now.counters.stored - before.counters.stored) / seconds * 10) / 10;
	const grown = now.counters.buckets.map((n, i) => n - (before.counters.buckets[i] ?? 0)), all = grown.reduce((a, b) => a + b, 0);
	let sum = 0;
	const at = grown.findIndex(n => (sum += n) >= all * .95);
	if (all > 0)
		sample.latency = BOUNDS_MS[at] ?? BOUNDS_MS[BOUNDS_MS.length - 1] ?? null;
	return sample;
}

// Hears states until it is stopped; samples are those of the last ten minutes.
export class Watch {
	samples: Sample[] = [];
	state: State | null = null;
	link: Link = {is: 'starting'};
	private timer: ReturnType<typeof setTimeout> | undefined;
	private failures = 0;
	private asking = false;
	private stopped = false;

	constructor(private readonly changed: () => void) {
		void this.poll();
	}

	stop(): void {
		this.stopped = true;
		clearTimeout(this.timer);
	}

	now(): void {
		clearTimeout(this.timer);
		void this.poll();
	}

	private async poll(): Promise<void> {
		if (this.asking || this.stopped)
			return;
		this.asking = true;
		let wait_ms = jitter(POLL_MS);
		try {
			const state = await ask<State>('GET', '/api/health', undefined, {timeout_ms: 10000});
			// Of a clock that was put back, and of what came twice, a line cannot be made.
			const sample = sampleOf(this.state, state), last = this.samples[this.samples.length - 1];
			this.samples = [...last && last.at_s >= sample.at_s ? [] : this.samples, sample].slice(-KEPT);
			this.state = state;
			this.link = {is: 'good'};
			this.failures = 0;
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			wait_ms = e.passing ? Math.min(backOff_ms(this.failures++, e), 30000) : 0;
			this.link = e.passing ? {is: 'lost', next: Date.now() + wait_ms, problem: e} : {is: 'ended', problem: e};
		} finally {
			this.asking = false;
		}
		if (this.stopped)
			return;
		if (wait_ms)
			this.timer = setTimeout(() => void this.poll(), wait_ms);
		this.changed();
	}
}
