// A blueprint as a form has it: fields are texts, as they are typed; the server says what is wrong with them.
import {language} from '../../lib/words';
import type {Look} from './documents';

export const levels = ['nhan-biet', 'thong-hieu', 'van-dung'] as const;
export const types = ['choice', 'inlineChoice', 'textEntry', 'order', 'match', 'associate', 'gapMatch', 'hottext', 'extendedText', 'hotspot', 'selectPoint', 'graphicOrder', 'graphicAssociate',
	'graphicGapMatch', 'positionObject', 'slider', 'media', 'drawing', 'upload', 'endAttempt', 'portableCustom'] as const;
export const enemies = ['true', 'named', 'false'] as const;
export type Level = typeof levels[number];
export type ItemType = typeof types[number];

export interface Stratum {
	id: string;
	competence: string;
	levels: string[];
	types: string[];
	count: string;
	marks: string;
	from: string;
	below: string;
	enemies: string;
}

export interface Part {
	id: string;
	vi: string;
	en: string;
	minutes: string;
	strata: Stratum[];
}

export interface Blueprint {
	id: string;
	vi: string;
	en: string;
	language: string;
	minutes: string;
	rulePack: string;
	session: string;
	date: string;
	shuffleItems: boolean;
	shuffleOptions: boolean;
	assembly: string; // <assembly> or <adaptive> without its brackets, kept as it is; empty: forms are drawn
	parts: Part[];
}

// What the server says of one.
export interface SaidStratum {
	id: string;
	part: string;
	line: number;
	competence: string;
	count: number;
	levels: string;
	types: string;
	marksHundredths: number;
	difficultyFromMilli?: number;
	difficultyBelowMilli?: number;
	enemies: string;
	// absent where the server has no bank
	fits?: number;
	considered?: number;
	lostLevels?: number;
	lostDifficulty?: number;
	lostTypes?: number;
	lostEnemies?: number;
	forms?: number;
	exposureHundredths?: number;
	halfSeenBy?: number;
}

export interface SaidBlueprint {
	identifier: string;
	title: {vi: string; en?: string};
	language: string;
	rulePack: string;
	session: string;
	date: string;
	shuffleItems: boolean;
	shuffleOptions: boolean;
	assembly: string;
	minutes: number;
	items: number;
	marksHundredths: number;
	parts: {id: string; title: {vi: string; en?: string}; items: number; minutes?: number}[];
	strata: SaidStratum[];
	bankItems?: number;
	forms?: number;
}

export type BlueprintLook = Look<SaidBlueprint>;

export const newStratum = (n: number): Stratum => ({id: `hang-${n}`, competence: '', levels: [], types: [], count: '1', marks: '1', from: '', below: '', enemies: 'true'});
export const newPart = (n: number): Part => ({id: `phan-${n}`, vi: '', en: '', minutes: '', strata: [newStratum(1)]});
export const newBlueprint = (id: string): Blueprint => ({id, vi: '', en: '', language: 'vi', minutes: '45', rulePack: '', session: '', date: '', shuffleItems: false, shuffleOptions: true, assembly: '', parts: [newPart(1)]});

const decimal = (n: number | undefined, places: number): string => n === undefined ? '' : String(n / 10 ** places).replace('.', language === 'vi' ? ',' : '.');
const words = (list: string): string[] => list.split(' ').filter(Boolean);

export function formOf(said: SaidBlueprint): Blueprint {
	return {
		id: said.identifier, vi: said.title.vi, en: said.title.en ?? '', language: said.language, minutes: String(said.minutes), rulePack: said.rulePack, session: said.session, date: said.date,
		shuffleItems: said.shuffleItems, shuffleOptions: said.shuffleOptions, assembly: said.assembly,
		parts: said.parts.map(p => ({
			id: p.id, vi: p.title.vi, en: p.title.en ?? '', minutes: p.minutes ? String(p.minutes) : '',
			strata: said.strata.filter(s => s.part === p.id).map(s => ({
				id: s.id, competence: s.competence, levels: words(s.levels), types: words(s.types), count: String(s.count), marks: decimal(s.marksHundredths, 2),
				from: decimal(s.difficultyFromMilli, 3), below: decimal(s.difficultyBelowMilli, 3), enemies: s.enemies,
			})),
		})),
	};
}

const escaped: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};
const escape = (s: string): string => s.trim().replace(/[&<>"]/g, c => escaped[c] ?? c);
// A comma between digits is what Vietnamese types.
const point = (s: string): string => s.trim().replace(/^(-?\d*),(\d*)$/, '$1.$2');
const attribute = (name: string, value: string): string => value.trim() ? ` ${name}="${escape(value)}"` : '';
const title = (indent: string, vi: string, en: string): string =>
	`${indent}<title xml:lang="vi">${escape(vi)}</title>\n${en.trim() ? `${indent}<title xml:lang="en">${escape(en)}</title>\n` : ''}`;

// The document, one stratum a line.
export function textOf(b: Blueprint): string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<blueprint xmlns="https://bangvang.vn/ns/blueprint/1" id="${escape(b.id)}" language="${escape(b.language)}" minutes="${escape(b.minutes)}" rulePack="${escape(b.rulePack)}"${
	attribute('session', b.session)}${attribute('date', b.date)} itemOrder="${b.shuffleItems ? 'shuffled' : 'drawn'}" optionShuffle="${b.shuffleOptions}">
${title('  ', b.vi, b.en)}${b.assembly ? `  <${b.assembly}/>\n` : ''}${b.parts.map(p => `  <part id="${escape(p.id)}"${attribute('minutes', p.minutes)}>
${title('    ', p.vi, p.en)}${p.strata.map(s => `    <stratum id="${escape(s.id)}" competence="${escape(s.competence)}"${attribute('levels', s.levels.join(' '))}${attribute('types', s.types.join(' '))}${
	attribute('difficultyFrom', point(s.from))}${attribute('difficultyBelow', point(s.below))} count="${escape(s.count)}" marks="${escape(point(s.marks))}"${
	s.enemies === 'true' ? '' : attribute('enemies', s.enemies)}/>\n`).join('')}  </part>\n`).join('')}</blueprint>
`;
}

// The line of each stratum in textOf(b): "part/stratum" by index.
export function lineOf(b: Blueprint, part: number, stratum: number): number {
	const titles = (x: {en: string}) => x.en.trim() ? 2 : 1;
	let line = 3 + titles(b) + (b.assembly ? 1 : 0);
	for (let i = 0; i < part; i++)
		line += 2 + titles(b.parts[i] as Part) + (b.parts[i] as Part).strata.length;
	return line + 1 + titles(b.parts[part] as Part) + stratum;
}

const within = (a: string, b: string): boolean => a === b || a.startsWith(b + '.');
const meet = (a: string[], b: string[]): boolean => !a.length || !b.length || a.some(x => b.includes(x));

// Could the two take the same item? The server decides; this finds the other row to name.
export function overlaps(a: Stratum, b: Stratum): boolean {
	const least = (s: Stratum) => s.from.trim() ? Number(point(s.from)) : -Infinity, most = (s: Stratum) => s.below.trim() ? Number(point(s.below)) : Infinity;
	return (within(a.competence, b.competence) || within(b.competence, a.competence)) && meet(a.levels, b.levels) && meet(a.types, b.types) && least(a) < most(b) && least(b) < most(a);
}
