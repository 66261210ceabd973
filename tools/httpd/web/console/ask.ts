// Requests of a console: when the session has ended, whoever sits here signs in where he is, and what he did goes on.
import {backOff_ms, call, type Call, Problem, request, sleep} from '../lib/api';

// What waits until somebody has signed in again; the frame shows the form.
let signedIn: (() => void) | null = null, again: Promise<void> | null = null;
let ended: () => void = () => {};

export function onSessionEnd(show: () => void): void {
	ended = show;
}

export function goOn(): void {
	signedIn?.();
	signedIn = again = null;
}

export function signInAgain(): Promise<void> {
	if (!again) {
		again = new Promise(resolve => {
			signedIn = resolve;
		});
		ended();
	}
	return again;
}

async function signedInAgain<T>(send: () => Promise<T>): Promise<T> {
	for (;;)
		try {
			return await send();
		} catch (e) {
			if (!(e instanceof Problem && e.status === 401))
				throw e;
			await signInAgain();
		}
}

export const ask = <T>(method: string, path: string, body?: unknown, options?: Call): Promise<T> => signedInAgain(() => call<T>(method, path, body, options));
// The same of what is no JSON.
export const askFile = (path: string): Promise<Blob> => signedInAgain(async () => (await request('GET', path)).blob());

// A key by which the server knows the same act when it comes twice.
export function newKey(): string {
	return Array.from(crypto.getRandomValues(new Uint8Array(8)), b => b.toString(16).padStart(2, '0')).join('');
}

// What must arrive: tried again while another try may do, with the same body, and so with the same key.
export async function insist<T>(path: string, body: Record<string, unknown>, waiting?: (problem: Problem, wait_s: number) => void, tries = 8): Promise<T> {
	for (let n = 0; ; n++)
		try {
			return await ask<T>('POST', path, body);
		} catch (e) {
			if (!(e instanceof Problem && e.passing) || n + 1 >= tries)
				throw e;
			const wait_ms = Math.min(backOff_ms(n, e), 15000);
			waiting?.(e, Math.ceil(wait_ms / 1000));
			await sleep(wait_ms);
		}
}
