// The life of items as the server tells it (tools/httpd/on_review.c, on_import.c), and its words.
import {Problem, unreachable} from '../../lib/api';
import {type Key, language, t} from '../../lib/words';
import {ask, signInAgain} from '../ask';
import type {Session} from '../session';
import {queryOf} from './bank';

export type Act = 'submit' | 'return' | 'approve' | 'pretest' | 'release' | 'retire' | 'withdraw' | 'revise';

export interface May {
	act: Act;
	bar: string;
}

export interface Life {
	lifecycle: boolean;
	reviewers: number;
	pretest: boolean;
	versions: {version: number; state: string; approvals: number; acts: May[]}[];
	events: {seq: number; at: string; who: string; act: string; version: number; state: string; reason: string}[];
	remarks: {version: number; at: string; who: string; text: string}[];
}

export interface Turn {
	identifier: string;
	language: string;
	version: number;
	state: string;
	title: string;
	competence: string;
	kind: string;
	approvals: number;
	bar: string;
}

export interface Queue {
	lifecycle: boolean;
	review: Turn[];
	drafts: Turn[];
	submitted: Turn[];
	next: Turn[];
	more: boolean;
}

interface Which {
	identifier: string;
	language: string;
}

export const readLife = ({identifier, language}: Which): Promise<Life> => ask('GET', `/api/bank/life?${queryOf({identifier, language})}`);
export const readQueue = (): Promise<Queue> => ask('GET', '/api/bank/queue');
export const doAct = ({identifier, language}: Which, version: number, act: Act, reason: string): Promise<{version: number; to: string; approvals: number}> =>
	ask('POST', '/api/bank/acts', {identifier, language, version, act, ...reason.trim() && {reason: reason.trim()}});
export const addRemark = ({identifier, language}: Which, version: number, text: string): Promise<void> => ask('POST', '/api/bank/remarks', {identifier, language, version, text});
export const confirmTranslation = ({identifier, language}: Which): Promise<void> => ask('POST', '/api/bank/translations', {identifier, language});

export const needsReason = (act: Act): boolean => act === 'return' || act === 'retire' || act === 'withdraw';

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
export const actText = (act: string): string => t(`review.act${capital(act)}` as Key);
export const actHint = (act: string): string => t(`review.hint${capital(act)}` as Key);
export const didText = (act: string): string => t(`review.did${capital(act)}` as Key);
export const barText = (bar: string): string => t(`review.bar${capital(bar)}` as Key);

// ---- Use in sittings

export interface Use {
	forms: number;
	more: boolean;
	presented: number;
	answered: number;
	max?: number;
	mean?: number;
	p?: number;
	correlation?: number;
	options: {answer: string; count: number; share: number; rest: number}[];
}

export const readUse = ({identifier, language}: Which, version: number): Promise<Use> =>
	ask('GET', `/api/bank/use?${queryOf({identifier, language, version: String(version)})}`, undefined, {timeout_ms: 120000});

// ---- Imports

export interface Imported {
	done: boolean;
	added: number;
	versions: number;
	metadata: number;
	unchanged: number;
	refused: number;
	items: {identifier: string; language: string; title: string; competence: string; outcome: string}[];
	faults: {severity: 'refused' | 'lost' | 'note'; file: string; line: number; message: string; meaning: string}[];
	faultCount: number;
}

export const IMPORT_MAX = 16 << 20;

function send(form: FormData, token: string, progress: (part: number) => void): Promise<Imported> {
	return new Promise((resolve, reject) => {
		const x = new XMLHttpRequest();
		x.open('POST', '/api/bank/import');
		x.setRequestHeader('Accept-Language', language);
		x.setRequestHeader('X-CSRF-Token', token);
		x.responseType = 'json';
		x.timeout = 300000;
		x.upload.onprogress = e => progress(e.lengthComputable ? e.loaded / e.total : 0);
		x.onload = () => {
			const said = x.response ?? {};
			if (x.status === 200)
				resolve(said as Imported);
			else
				reject(new Problem(x.status, String(said.type ?? '').split('/').pop() || 'unknown', said.title ?? `HTTP ${x.status}`, said.detail, said.reason));
		};
		x.onerror = x.ontimeout = () => {
			try {
				unreachable();
			} catch (e) {
				reject(e);
			}
		};
		x.send(form);
	});
}

// Fetch tells nothing of what has been sent; this does.
export async function importFile(session: Session, fields: Record<string, string>, file: File, progress: (part: number) => void): Promise<Imported> {
	for (;;) {
		const form = new FormData();
		for (const [name, value] of Object.entries(fields))
			form.append(name, value);
		form.append('file', file);
		try {
			return await send(form, session.csrfToken, progress);
		} catch (e) {
			if (!(e instanceof Problem && e.status === 401))
				throw e;
			await signInAgain();
		}
	}
}
