// Documents of the office, as the server has them: blueprints, rule packs, standards, plans of sittings, templates of pages.
import {useEffect, useRef, useState} from 'preact/hooks';
import {Problem} from '../../lib/api';
import {ask} from '../ask';

export type Kind = 'blueprint' | 'rules' | 'standard' | 'sitting' | 'template';

export interface Version {
	name: string;
	title: string;
	version: number;
	hash: string;
	note: string;
	author: string;
	made: string;
	approver?: string;
	approved?: string;
	mine: boolean;
}

export interface Look<Said> {
	good: boolean;
	ready: boolean;
	fault?: {line: number; message: string; meaning: string};
	name: string;
	hash: string;
	said?: Said;
}

export interface Opened<Said> {
	versions: Version[];
	version: number;
	text: string;
	look: Look<Said>;
}

const pathOf = (kind: Kind, name: string) => `/api/documents/${kind}/${encodeURIComponent(name)}`;

export const listDocuments = (kind: Kind): Promise<Version[]> => ask<{documents: Version[]}>('GET', `/api/documents/${kind}`).then(a => a.documents);
export const readDocument = <Said>(kind: Kind, name: string, version?: number): Promise<Opened<Said>> => ask('GET', pathOf(kind, name) + (version ? `?version=${version}` : ''));
export const saveDocument = <Said>(kind: Kind, name: string, base: number, text: string, note: string): Promise<Opened<Said>> => ask('POST', pathOf(kind, name), {base, text, note});
export const approveDocument = <Said>(kind: Kind, name: string, version: number): Promise<Opened<Said>> => ask('POST', pathOf(kind, name) + '/approval', {version});
export const lookAt = <Said>(kind: Kind, text: string): Promise<Look<Said>> => ask('POST', `/api/drafts/${kind}`, {text});

const AFTER_MS = 250;

// What the server says of what is being written: of the newest, afterMs after the last change, and one at a time; what it said before stays meanwhile. key tells one
// wish from another; nothing is begun while there is nothing to ask. said is of an older wish while `waiting`; problem: it could not be asked, which is tried again with the
// next change.
export function useNewest<Said>(key: string, afterMs: number, say: () => Promise<Said>, something = true): {said: Said | null; waiting: boolean; problem: Problem | null} {
	const [made, setMade] = useState<{of: string; said: Said} | null>(null), [problem, setProblem] = useState<Problem | null>(null);
	const wanted = useRef({key, say, something}), busy = useRef(false), alive = useRef(true);
	wanted.current = {key, say, something};
	useEffect(() => () => {
		alive.current = false;
	}, []);
	useEffect(() => {
		const timer = setTimeout(async () => {
			if (busy.current || !wanted.current.something)
				return;
			busy.current = true;
			try {
				for (let of: string | null = null; alive.current && of !== wanted.current.key;) {
					const now = wanted.current;
					of = now.key;
					const said = await now.say();
					setMade({of: now.key, said});
					setProblem(null);
				}
			} catch (e) {
				if (!(e instanceof Problem))
					throw e;
				setProblem(e);
			} finally {
				busy.current = false;
			}
		}, afterMs);
		return () => clearTimeout(timer);
	}, [key]);
	return {said: made?.said ?? null, waiting: made?.of !== key, problem};
}

export function useLook<Said>(kind: Kind, text: string): {look: Look<Said> | null; waiting: boolean; problem: Problem | null} {
	const {said, ...rest} = useNewest(text, AFTER_MS, () => lookAt<Said>(kind, text));
	return {look: said, ...rest};
}

// ---- What is being written stays on this machine until it is saved

export interface Kept {
	base: number;
	text: string;
	at: number;
	form?: unknown; // that the text was made of: fields that are not good have no other home
}

const keyOf = (kind: Kind, name: string) => `office:${kind}/${name}`;

export function recall(kind: Kind, name: string): Kept | null {
	try {
		return JSON.parse(localStorage.getItem(keyOf(kind, name)) ?? 'null');
	} catch {
		return null;
	}
}

// False: this browser keeps nothing.
export function keep(kind: Kind, name: string, kept: Kept | null): boolean {
	try {
		if (kept)
			localStorage.setItem(keyOf(kind, name), JSON.stringify(kept));
		else
			localStorage.removeItem(keyOf(kind, name));
		return true;
	} catch {
		return false;
	}
}
