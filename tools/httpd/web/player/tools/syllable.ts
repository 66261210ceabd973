// A syllable as Vietnamese spells it: what it begins with, its vowels, what it ends with, its tone; which letter bears the tone; what is none.

/** hòa, thúy (old, as most people write) or hoà, thuý (new, as schoolbooks do). */
export type Style = 'old' | 'new';

export const TONES = ['', '\u0301', '\u0300', '\u0309', '\u0303', '\u0323']; // none, sắc, huyền, hỏi, ngã, nặng
export const initial = /^(ngh|ng|nh|gh|gi(?=[aăâeêoôơuưy])|kh|ph|qu(?=[aăâeêioôơy])|th|tr|ch|[bcdđghklmnpqrstvx])?/;
const shape = /^([aăâeêioôơuưy]{1,3})(ch|nh|ng|[ckmnpt])?$/;

export interface Word {
	/** Letters without tones, in their own case. */
	letters: string[];
	tone: number;
	/** Where the vowels begin and end. */
	from: number;
	to: number;
}

/** One syllable as Vietnamese spells it; null for anything else, which is left alone. */
export function parse(text: string): Word | null {
	let tone = 0;
	const letters = [...text.normalize('NFC')].map(letter => {
		const apart = letter.normalize('NFD'), mark = TONES.findIndex(m => m !== '' && apart.includes(m));
		if (mark < 0)
			return letter;
		tone = mark;
		return apart.replace(TONES[mark]!, '').normalize('NFC');
	});
	const low = letters.join('').toLowerCase(), from = initial.exec(low)![0].length, found = shape.exec(low.slice(from));
	return found ? {letters, tone, from, to: from + found[1]!.length} : null;
}

/** The letter that bears the tone. */
function bearer(word: Word, style: Style): number {
	const vowels = word.letters.slice(word.from, word.to).join('').toLowerCase(), closed = word.to < word.letters.length;
	for (let i = vowels.length - 1; i >= 0; i--)
		if ('ăâêôơư'.includes(vowels[i]!))
			return word.from + i;
	if (vowels.length === 3 || (vowels.length === 2 && (closed || (style === 'new' && /^(oa|oe|uy)$/.test(vowels)))))
		return word.from + 1;
	return word.from;
}

export function write(word: Word, style: Style): string {
	const at = bearer(word, style);
	return word.letters.map((l, i) => i === at ? (l + TONES[word.tone]!).normalize('NFC') : l).join('');
}

/** Vowels → what may follow them; '-': nothing. Foreign place names as they are written here among them: Đắk, Búk. */
const rhymes: Record<string, string> = {
	a: '- c ch m n ng nh p t', ă: 'c k m n ng p t', â: 'c m n ng p t', e: '- c m n ng p t', ê: '- c ch m n ng nh p t', i: '- ch m n nh p t', o: '- c m n ng p t', ô: '- c m n ng p t', ơ: '- m n p t',
	u: '- c k m n ng p t', ư: '- c m n ng t', y: '- ch n nh p t',
	ia: '-', iê: 'c m n ng p t', yê: 'm n ng t', ua: '-', uô: 'c m n ng t', ưa: '-', ươ: 'c m n ng p t', oa: '- c ch m n ng nh p t', oă: 'c m n ng p t', oe: '- m n ng t', oo: 'c n ng', uâ: 'n ng t', uê: '- ch nh',
	uy: '- ch n nh p t', uyê: 'n t', uơ: '-', uya: '-',
	ai: '-', ao: '-', au: '-', ay: '-', âu: '-', ây: '-', eo: '-', êu: '-', iu: '-', oi: '-', ôi: '-', ơi: '-', ui: '-', ưi: '-', ưu: '-',
	iêu: '-', yêu: '-', oai: '-', oao: '-', oay: '-', oeo: '-', uây: '-', uôi: '-', ươi: '-', ươu: '-', uyu: '-',
};
const ends = Object.entries(rhymes).flatMap(([vowels, codas]) => codas.split(' ').map(coda => vowels + coda.replace('-', '')));
const bare: Record<string, string> = {â: 'a', ê: 'e', ô: 'o', ă: 'a', ơ: 'o', ư: 'u'};
const vowel = /[aăâeêioôơuưy]/;

/** Without its tone, in small letters: what it begins with, and the rest; and the tone. */
function apart(text: string): {first: string; rest: string; tone: number} {
	let tone = 0;
	const low = [...text.normalize('NFC').toLowerCase()].map(letter => {
		const letters = letter.normalize('NFD'), mark = TONES.findIndex(m => m !== '' && letters.includes(m));
		tone = mark < 0 ? tone : mark;
		return mark < 0 ? letter : letters.replace(TONES[mark]!, '').normalize('NFC');
	}).join('');
	const {length} = initial.exec(low)![0];
	return {first: low.slice(0, length), rest: low.slice(length), tone};
}

/** Before c, ch, k, p and t the voice can only rise or fall short. */
const stops = (rest: string, tone: number): boolean => /(c|ch|k|p|t)$/.test(rest) && tone > 1 && tone < 5;

/** More letters and marks can make a syllable of it, or it is an abbreviation without vowels: đ, HĐND. */
export function mayBecome(text: string): boolean {
	const {rest, tone} = apart(text);
	return !vowel.test(rest) || (!stops(rest, tone) && ends.some(end => rest.length <= end.length && [...rest].every((letter, i) => letter === end[i] || letter === bare[end[i]!])));
}

/** It is a syllable, or such an abbreviation, or ă or â that is spoken of. */
export function isSpelled(text: string): boolean {
	const {first, rest, tone} = apart(text);
	return !vowel.test(first + rest) || (!stops(rest, tone) && ends.includes(rest)) || (first === '' && /^[ăâ]$/.test(rest));
}
