// Requests to the server: JSON, the token against foreign pages, problem documents, waiting and trying again.
import {language} from './words';

// A problem document (RFC 9457) of the server: message is what is wrong in a few words, advice what to do, reason what exactly, if it says that; errors are of
// members of the body, by JSON pointer. status 0: the server was not reached.
export class Problem extends Error {
	constructor(readonly status: number, readonly type: string, title = '', readonly advice = '', readonly reason = '',
		readonly errors: readonly {pointer: string; detail: string}[] = [], readonly retryAfter_s = 0) {
		super(title);
	}

	// Another try may do: the network, or a server that has much to do.
	get passing(): boolean {
		return this.status === 0 || this.status === 429 || this.status >= 500;
	}
}

export function unreachable(): never {
	throw new Problem(0, 'unreachable');
}

let csrf = '';
export function setToken(token: string): void {
	csrf = token;
}

// Fields that go with every request from now on.
let fields: Record<string, string> = {};
export function setFields(all: Record<string, string>): void {
	fields = all;
}

export interface Call {
	headers?: Record<string, string>;
	signal?: AbortSignal;
	timeout_ms?: number;
}

async function problemOf(answer: Response): Promise<Problem> {
	const said = await answer.json().catch(() => ({}));
	const type = String(said.type ?? '').split('/').pop() || 'unknown';
	return new Problem(answer.status, type, said.title ?? `HTTP ${answer.status}`, said.detail, said.reason, said.errors, Number(answer.headers.get('Retry-After') ?? 0));
}

// The answer, whatever its type; the body is sent as JSON, or as the form that it is; throws Problem when it is none, or none came in timeout_ms.
export async function request(method: string, path: string, body?: unknown, {headers, signal, timeout_ms = 20000}: Call = {}): Promise<Response> {
	const ending = new AbortController();
	const timer = setTimeout(() => ending.abort(), timeout_ms);
	const stop = () => ending.abort();
	if (signal?.aborted)
		stop();
	signal?.addEventListener('abort', stop);
	try {
		const answer = await fetch(path, {
			method, signal: ending.signal, credentials: 'same-origin', cache: 'no-store',
			headers: {'Accept-Language': language, ...method !== 'GET' && csrf && {'X-CSRF-Token': csrf}, ...body !== undefined && !(body instanceof FormData) && {'Content-Type': 'application/json'}, ...fields, ...headers},
			...body !== undefined && {body: body instanceof FormData ? body : JSON.stringify(body)},
		}).catch(unreachable);
		if (!answer.ok)
			throw await problemOf(answer);
		return answer;
	} finally {
		clearTimeout(timer);
		signal?.removeEventListener('abort', stop);
	}
}

// The JSON of the answer; undefined for 204.
export async function call<T>(method: string, path: string, body?: unknown, options?: Call): Promise<T> {
	const answer = await request(method, path, body, options);
	return (answer.status === 204 ? undefined : await answer.json()) as T;
}

// ms, a fifth more or less, lest a room of browsers ask at one moment.
export const jitter = (ms: number): number => ms * (0.8 + 0.4 * Math.random());
export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

// How long to wait before try n (from 0) after a problem: from one second doubling to a minute, or what the server wants.
export function backOff_ms(n: number, problem?: Problem): number {
	return jitter(Math.max(Math.min(1000 * 2 ** n, 60000), (problem?.retryAfter_s ?? 0) * 1000));
}
