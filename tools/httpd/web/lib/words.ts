// Words in the language of the page. The server puts them into it; keys are checked by the compiler against words/vi.json.
import type vi from '../words/vi.json';

type Catalogue = typeof vi;
export type Key = {[S in keyof Catalogue]: `${S & string}.${keyof Catalogue[S] & string}`}[keyof Catalogue];
type Text = string | {one?: string; other: string};
type Values = Record<string, string | number>;

interface Given {
	language: 'vi' | 'en';
	words: Record<string, Record<string, Text>>;
	assets: Record<string, string>;
}

/** Before a script that is fetched stands what it brings besides: see build.mjs. */
declare const WORDS: Given['words'] | undefined;
const brought = typeof WORDS === 'undefined' ? {} : WORDS;
const given: Given = JSON.parse(document.getElementById('words')?.textContent ?? '{"language":"vi","words":{},"assets":{}}');
export const language = given.language;
const locale = language === 'vi' ? 'vi-VN' : 'en-GB';
const plural = new Intl.PluralRules(locale);
const number = new Intl.NumberFormat(locale);

// Numbers among the values are written as the language does; that called n chooses between one and other.
export function t(key: Key, values: Values = {}): string {
	const [section = '', name = ''] = key.split('.');
	const text = given.words[section]?.[name] ?? brought[section]?.[name];
	if (text === undefined)
		throw new Error(`the page has no words for ${key}: does pages.mjs name its section?`);
	const chosen = typeof text === 'string' ? text : (plural.select(Number(values.n)) === 'one' && text.one) || text.other;
	return chosen.replace(/\{(\w+)\}/g, (_, placeholder: string) => {
		const value = values[placeholder];
		if (value === undefined)
			throw new Error(`${key} wants {${placeholder}}`);
		return typeof value === 'number' ? number.format(value) : value;
	});
}

export const formatNumber = (n: number): string => number.format(n);

// The address of a row of `loaded` in pages.mjs.
export function asset(name: string): string {
	const address = given.assets[name];
	if (!address)
		throw new Error(`the page does not load ${name}: does pages.mjs say so?`);
	return address;
}

// Exams are held by the time of Viet Nam, wherever the machine thinks it is.
const parts = new Intl.DateTimeFormat('en-GB', {
	timeZone: 'Asia/Ho_Chi_Minh', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
});

function partsOf(ms: number): Record<string, string> {
	return Object.fromEntries(parts.formatToParts(ms).map(({type, value}) => [type, value]));
}

// dd/MM/yyyy
export function formatDate(ms: number): string {
	const p = partsOf(ms);
	return `${p.day}/${p.month}/${p.year}`;
}

// HH:mm, or HH:mm:ss
export function formatTime(ms: number, seconds = false): string {
	const p = partsOf(ms);
	return `${p.hour}:${p.minute}${seconds ? ':' + p.second : ''}`;
}

// dd/MM/yyyy HH:mm
export function formatMoment(ms: number): string {
	return `${formatDate(ms)} ${formatTime(ms)}`;
}
