// Units of administration, as the server tells of them.
import {ask} from '../ask';

export interface Unit {
	code: string;
	name: string;
	kind: 'province' | 'commune' | 'agency';
	parent?: string;
	from: string;
	to?: string;
	below: number;
}

export interface Imported {
	done: boolean;
	rows: number;
	added: number;
	changed: number;
	same: number;
	faultCount: number;
	faults: {line: number; message: string}[];
	changes: {line: number; code?: string; message: string}[];
}

export const listUnits = (what: {parent?: string; q?: string; on?: string}): Promise<{units: Unit[]; more: boolean; on: string}> =>
	ask('GET', `/api/units?${new URLSearchParams(Object.entries(what).filter(([, v]) => v !== undefined && v !== ''))}`);
export const readUnit = (code: string): Promise<{rows: Unit[]; above: Unit[]}> => ask('GET', `/api/units/${encodeURIComponent(code)}`);
export const importUnits = (csv: string, from: string, dry: boolean): Promise<Imported> => ask('POST', '/api/units', {csv, from, dry}, {timeout_ms: 120000});
