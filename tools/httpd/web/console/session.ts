// Who is signed in here. A page asks only where somebody was: a stranger's first look at it is no failed request.
import {call, Problem, setToken} from '../lib/api';

export interface Session {
	account: string;
	name?: string;
	roles: string[];
	csrfToken: string;
	todo: ('password' | 'secondFactor')[];
	attempt?: string;
}

export interface Offer {
	secret: string;
	uri: string;
	qr: string;
}

const MARK = 'staff';

function remember(session: Session | null): Session | null {
	setToken(session?.csrfToken ?? '');
	try {
		if (session)
			localStorage.setItem(MARK, '1');
		else
			localStorage.removeItem(MARK);
	} catch {
		// then each page asks for a sign-in of its own
	}
	return session;
}

function mayBe(): boolean {
	try {
		return localStorage.getItem(MARK) !== null;
	} catch {
		return true;
	}
}

// null: nobody of the staff.
export async function load(): Promise<Session | null> {
	if (!mayBe())
		return null;
	try {
		const session = await call<Session>('GET', '/api/session');
		return session.attempt ? null : remember(session);
	} catch (e) {
		if (e instanceof Problem && e.status === 401)
			return remember(null);
		throw e;
	}
}

export async function signIn(name: string, password: string, code?: string): Promise<Session> {
	return remember(await call<Session>('POST', '/api/session', {name: name.trim(), password, ...code && {code}})) as Session;
}

export async function changePassword(password: string, newPassword: string): Promise<Session> {
	return remember(await call<Session>('POST', '/api/session/password', {password, newPassword})) as Session;
}

export const offerAuthenticator = (): Promise<Offer> => call<Offer>('POST', '/api/session/totp');

export async function confirmAuthenticator(code: string): Promise<Session> {
	return remember(await call<Session>('PUT', '/api/session/totp', {code})) as Session;
}

export async function signOut(): Promise<void> {
	try {
		await call('DELETE', '/api/session');
	} catch (e) {
		if (!(e instanceof Problem && e.status === 401))
			throw e;
	}
	remember(null);
}
