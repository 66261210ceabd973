// What was done, as the server tells it: pages by key, one event with its proof, and files of what was found.
import {ask} from '../ask';

export type Source = 'ledger' | 'accounts' | 'certificates' | 'persons' | 'bank' | 'looks';
export const sources: readonly Source[] = ['ledger', 'accounts', 'certificates', 'persons', 'bank', 'looks'];
// Events of exams, by the ledger's names of acts.
export const acts = ['open', 'close', 'window', 'clock', 'register', 'admit', 'dismiss', 'lease', 'unbind', 'start', 'save', 'section', 'pause', 'resume', 'extend', 'submit', 'expire', 'end',
	'reopen', 'score', 'release', 'appeal', 'finalise', 'note', 'access', 'rescue'] as const;

// What is done with personal data, by the store of persons; with items, by the bank.
export const personActs = ['read', 'export', 'find', 'refuse', 'enter', 'change', 'register', 'erase', 'retain', 'quota', 'rewrap', 'create'] as const;
export const bankActs = ['import', 'revise', 'metadata', 'submit', 'return', 'approve', 'pretest', 'release', 'retire', 'withdraw', 'adopt', 'rule'] as const;
export const actsOf = (source: Source): readonly string[] => source === 'ledger' ? acts : source === 'persons' ? personActs : source === 'bank' ? bankActs : [];

export interface Entry {
	key: string;
	atMs: number;
	act: string;
	author: string;
	authorName?: string;
	sitting?: string;
	ticket?: string;
	seq?: number;
	account?: string;
	fields?: string;
	detail?: string;
}

export interface Wanted {
	sitting: string;
	ticket: string;
	act: string;
	object: string;
	author: string;
	since: string; // YYYY-MM-DD of Viet Nam, or ''
	until: string;
}

export interface Event {
	entry: Entry;
	hash: string;
	state: 'proved' | 'waiting' | 'differs';
	place?: number;
	size?: number;
	proof?: string;
	why?: string;
}

const DAY_MS = 86400000;
const instant = (day: string, later_ms: number): string => new Date(Date.parse(`${day}T00:00:00+07:00`) + later_ms).toISOString().replace('.000Z', 'Z');

export function search(source: Source, wanted: Wanted, before: string): Promise<{entries: Entry[]; next?: string}> {
	const query = new URLSearchParams();
	const put = (name: string, value: string) => value && query.set(name, value);
	if (source === 'ledger') {
		put('sitting', wanted.sitting.trim());
		put('ticket', wanted.ticket.trim());
	}
	put('act', wanted.act);
	put('object', wanted.object.trim());
	put('author', wanted.author.trim());
	put('since', wanted.since && instant(wanted.since, 0));
	put('until', wanted.until && instant(wanted.until, DAY_MS - 1000));
	put('before', before);
	return ask('GET', `/api/audit/${source}?${query}`);
}

export const readEvent = (key: string): Promise<Event> => ask('GET', `/api/audit/ledger/${key}`);

const columns = ['key', 'time', 'act', 'author', 'authorName', 'sitting', 'ticket', 'seq', 'account', 'fields', 'detail'] as const;
// A cell that begins so would be a formula.
const cell = (value: string): string => `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replace(/"/g, '""')}"`;

export function csvOf(entries: readonly Entry[]): string {
	const row = (e: Entry) => columns.map(c => cell(c === 'time' ? new Date(e.atMs).toISOString() : String(e[c] ?? ''))).join(',');
	return '\ufeff' + [columns.join(','), ...entries.map(row)].join('\r\n') + '\r\n';
}

export function saveFile(name: string, type: string, text: string): void {
	const link = document.createElement('a'), address = URL.createObjectURL(new Blob([text], {type}));
	link.href = address;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(address), 10000);
}
