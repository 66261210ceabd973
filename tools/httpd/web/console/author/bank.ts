// The item bank as the server tells it, and its words.
import {type Key, t} from '../../lib/words';
import type {JsonML, Responses} from '../../player/types';
import {ask} from '../ask';

export interface Metadata {
	competence: string;
	component: string;
	level: string;
	difficultyStep: number;
	expectedSeconds: number;
	author: string;
	tags: string[];
	enemies: string[];
}

export interface Found extends Metadata {
	identifier: string;
	language: string;
	version: number;
	title: string;
	kind: string;
	machineScorable: boolean;
	used: number;
	stale: boolean;
	hash: string;
	state?: string;
	a?: number;
	b?: number;
	snippet?: {in: string; text: {text: string; match?: boolean}[]};
}

export interface Version {
	version: number;
	hash: string;
	imported: string;
	bytes: number;
	state?: string;
	since?: string;
	by?: string;
}

export interface FileOf {
	path: string;
	role: string;
	type?: string;
	bytes?: number;
	hash?: string;
}

export interface Item extends Found {
	versions: Version[];
	stimuli: string[];
	translations?: {language: string; stale: boolean}[];
	translationOf?: string;
	operationalVersion?: number | null;
	xml: string;
	xmlVersion: number;
	files: FileOf[];
	edit: boolean;
	review: boolean;
}

export interface Count {
	name: string;
	count: number;
}

export interface Tree {
	lifecycle: boolean;
	reviewers: number;
	pretest: boolean;
	total: number;
	edit: boolean;
	review: boolean;
	everywhere: boolean;
	competences: Count[];
	components: Count[];
	types: Count[];
	levels: Count[];
	states: Count[];
	languages: Count[];
}

export interface Finding {
	of: 'item' | 'craft' | 'access';
	severity: 'error' | 'warning';
	rule: string;
	line?: number;
	message: string;
	vi?: string;
	en?: string;
}

export interface Outcome {
	cardinality: string;
	baseType?: string;
	value: unknown;
}

export interface Look {
	findings: Finding[];
	good: boolean;
	item?: {
		identifier: string;
		title: string;
		language: string;
		qti: string;
		adaptive: boolean;
		clones: boolean;
		machineScorable: boolean;
		maxScore?: number;
		interactions: string[];
		access: {way: string; images: number; described: number; recordings: number; alternatives: number; supports: string[]};
	};
	page?: JsonML;
	pageFault?: {line?: number; message: string};
	solution?: Responses;
	outcomes?: Record<string, Outcome>;
	attempts?: number;
	completed?: boolean;
	invalid?: {message: string};
}

export interface LookAt {
	identifier?: string;
	language?: string;
	version?: number;
	xml?: string;
	files?: {href: string; hash: string}[];
	seed?: string;
	attempts?: Responses[];
}

export interface Saved {
	identifier: string;
	language: string;
	version: number;
	hash: string;
	changed: boolean;
	notes: {line: number; message: string}[];
}

// By the parameters of GET /api/bank/items.
export type Filter = Record<string, string>;

export function queryOf(filter: Filter): string {
	return new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== '')).toString();
}

export const readTree = (filter: Filter): Promise<Tree> => ask('GET', `/api/bank/tree?${queryOf(filter)}`);
export const readItems = (filter: Filter): Promise<{items: Found[]; total: number; more: boolean; note?: string}> => ask('GET', `/api/bank/items?${queryOf(filter)}`);
export const readItem = (identifier: string, language: string, version = 0): Promise<Item> =>
	ask('GET', `/api/bank/item?${queryOf({identifier, language, version: version ? String(version) : ''})}`);
export const lookAt = (what: LookAt, signal?: AbortSignal): Promise<Look> => ask('POST', '/api/bank/look', what, {signal, timeout_ms: 60000});
export const saveItem = (body: {identifier: string; language: string; base: number; xml: string; metadata?: Metadata; files?: {href: string; bytes: string}[]}): Promise<Saved> =>
	ask('POST', '/api/bank/items', body, {timeout_ms: 120000});

// ---- Words

const camel = (name: string): string => name.replace(/(^|[-.])(\w)/g, (_, _at, c: string) => c.toUpperCase());
export const kindText = (kind: string): string => t(`author.kind${camel(kind)}` as Key);
export const stateText = (state: string): string => t(`author.state${camel(state)}` as Key);
export const levelText = (level: string): string => level ? t(`author.level${camel(level)}` as Key) : t('author.levelNone');
export const languageText = (tag: string): string => tag === 'vi' ? t('author.langVi') : tag === 'en' ? t('author.langEn') : tag;

export const levels = ['nhan-biet', 'thong-hieu', 'van-dung'];
export const states = ['draft', 'review', 'approved', 'pretest', 'operational', 'retired', 'withdrawn'];
export const kinds = ['choice', 'inlineChoice', 'textEntry', 'extendedText', 'order', 'match', 'associate', 'gapMatch', 'hottext', 'slider', 'hotspot', 'selectPoint', 'graphicOrder',
	'graphicAssociate', 'graphicGapMatch', 'positionObject', 'media', 'drawing', 'upload', 'endAttempt', 'portableCustom', 'custom', 'none'];

export function StateTag(state: string): 'good' | 'warn' | 'bad' | 'note' | '' {
	return state === 'operational' || state === 'approved' ? 'good' : state === 'review' || state === 'pretest' ? 'note' : state === 'retired' || state === 'withdrawn' ? 'bad' : 'warn';
}
