// What the exam page asks of the server, by name.
import {call, Problem, request, setToken} from '../lib/api';
import type {ExamClock} from './clock';
import type {Responses} from './responses';
import type {AttemptState} from './screen';
import type {Stored} from './verdict';

export type Supports = Record<string, Record<string, unknown>>;

export interface Sitting {
	name: string;
	mode?: string;
	closed?: boolean;
	opensMs: number;
	startUntilMs: number;
	closesMs: number;
	nowMs: number;
	minutes: number;
	items: number;
	sections: number;
	adaptive?: boolean; // questions come one by one, chosen by the answers; items is the most that there can be
}

export interface Entry {
	attempt: string;
	csrfToken: string;
	state: AttemptState;
	leftMs: number;
	sitting: Sitting;
	room: string;
	seat: string;
	language: string;
	pnp?: Supports;
	rescueKey?: string;
	seb?: boolean; // the sitting demands Safe Exam Browser
}

/** Times as every answer about the attempt says them. */
export interface Times {
	nowMs: number;
	leftMs: number;
	sectionLeftMs: number;
	deadlineMs: number;
	state: AttemptState;
	section: number;
	over?: boolean; // of an adaptive sitting: no question follows
}

export interface Look extends Times {
	seq: number;
	lease: number;
	writable: boolean;
	items: {item: number; seq: number}[];
	pnp?: Supports;
	order?: {act: string; seq: number; atMs: number}; // the newest act of staff
}

export interface Ack extends Times {
	seq: number;
	atMs: number;
	again?: boolean;
	superseded?: boolean;
	late?: boolean;
	receipt?: {hash: string; atMs: number; [name: string]: unknown};
	paperKey?: string;
	lease?: number;
}

export interface Remark {
	remark: 'told' | 'help' | 'help-over' | 'focus' | 'device';
	[name: string]: string | number;
}

export interface Result {
	state: AttemptState;
	rating: Record<string, unknown>;
	certificate?: {code: string};
}

export class Server {
	lease = 0;
	attempt = '';
	private mayChange = false; // it has the token without which nothing is changed
	constructor(private readonly clock: ExamClock) {}

	/** Answers that say what time it is set the clock. */
	private async timed<T extends {nowMs: number}>(method: string, path: string, body?: unknown, timeout_ms?: number): Promise<T> {
		const sent = performance.now();
		const said = await call<T>(method, this.path(path), body, {headers: this.headers(), ...timeout_ms && {timeout_ms}});
		this.clock.sample(said.nowMs, sent, performance.now());
		return said;
	}

	private path(what: string): string {
		return `/api/attempts/${this.attempt}${what}`;
	}

	private headers(): Record<string, string> {
		return this.lease ? {'X-Lease': String(this.lease)} : {};
	}

	async enter(sitting: string, ticket: string, code: string, machine: string, room: string): Promise<Entry> {
		const sent = performance.now();
		const entry = await call<Entry>('POST', '/api/entry', {sitting, ticket, code, ...machine && {machine}, ...room && {room}});
		this.clock.sample(entry.sitting.nowMs, sent, performance.now());
		this.believe(entry.csrfToken);
		this.attempt = entry.attempt;
		this.lease = 0;
		return entry;
	}

	/** Whose session the browser has: the attempt; '' when it is nobody's, or an account's. */
	async session(): Promise<string> {
		try {
			const said = await call<{attempt?: string; csrfToken: string}>('GET', '/api/session');
			if (said.attempt)
				this.believe(said.csrfToken);
			return said.attempt ?? '';
		} catch (e) {
			if (e instanceof Problem && (e.type === 'sign-in' || e.type === 'denied'))
				return '';
			throw e;
		}
	}

	private believe(token: string): void {
		setToken(token);
		this.mayChange = true;
	}

	signOut(): Promise<void> {
		return call('DELETE', '/api/session');
	}

	async look(): Promise<Look> {
		const sent = performance.now();
		const said = await call<Look>('GET', this.path(''), undefined, {timeout_ms: 10000});
		this.clock.sample(said.nowMs, sent, performance.now());
		return said;
	}

	async takeLease(): Promise<Ack> {
		this.lease = 0;
		if (!this.mayChange)
			await this.session();
		const ack = await this.timed<Ack>('POST', '/lease');
		this.lease = ack.lease ?? 0;
		return ack;
	}

	start(): Promise<Ack> {
		return this.timed('POST', '/start');
	}

	async key(): Promise<string> {
		return (await call<{paperKey: string}>('GET', this.path('/key'), undefined, {headers: this.headers()})).paperKey;
	}

	/** from: only its items of that number and above. */
	async paper(from?: number): Promise<string> {
		return (await request('GET', this.path(from === undefined ? '/paper' : `/paper?from=${from}`), undefined, {headers: this.headers(), timeout_ms: 60000})).text();
	}

	/** Bytes of the sealed paper; progress from 0 to 1. */
	async sealed(progress: (part: number) => void): Promise<ArrayBuffer> {
		const answer = await request('GET', this.path('/sealed'), undefined, {timeout_ms: 120000});
		const whole = Number(answer.headers.get('Content-Length') ?? 0), reader = answer.body?.getReader();
		if (!reader)
			return answer.arrayBuffer();
		const parts: Uint8Array<ArrayBuffer>[] = [];
		for (let got = 0, next = await reader.read(); !next.done; next = await reader.read()) {
			parts.push(next.value);
			got += next.value.length;
			if (whole)
				progress(Math.min(1, got / whole));
		}
		return new Blob(parts).arrayBuffer();
	}

	async answers(): Promise<Stored[]> {
		return (await call<{answers: Stored[]}>('GET', this.path('/answers'), undefined, {headers: this.headers()})).answers;
	}

	save(item: number, number: number, ageMs: number, response: Responses): Promise<Ack> {
		return this.timed('POST', '/answers', {item, number, ageMs: Math.min(Math.round(ageMs), 604800000), response});
	}

	leaveSection(section: number): Promise<Ack> {
		return this.timed('POST', '/section', {section});
	}

	submit(): Promise<Ack> {
		return this.timed('POST', '/submit');
	}

	remark(remark: Remark): Promise<unknown> {
		return call('POST', this.path('/remarks'), remark, {headers: this.headers()});
	}

	appeal(about: string): Promise<unknown> {
		return call('POST', this.path('/appeal'), {about});
	}

	result(): Promise<Result> {
		return call('GET', this.path('/result'));
	}
}
