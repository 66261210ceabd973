// Vietnamese by Telex or VNI, for machines whose own input method does not reach the page (Safe Exam Browser). A key changes the word around the caret, as it is
// seen, so that a caret that was moved, a paste and an undo are nothing special. Only of the word that is being typed at its end the keys are known: when it turns
// out to be no Vietnamese the keys themselves stand there, as with Unikey and ibus-bamboo: excel, not ẽcel.
import {initial, isSpelled, mayBecome, parse, type Style, type Word, write} from './syllable';

export type Method = 'telex' | 'vni';

const toneKeys: Record<Method, string> = {telex: 'zsfrxj', vni: '012345'};
const like = (letter: string, as: string): string => letter === letter.toLowerCase() ? as : as.toUpperCase();
const marks: Record<string, Record<string, string>> = {'^': {a: 'â', e: 'ê', o: 'ô', ă: 'â', ơ: 'ô'}, '(': {a: 'ă', â: 'ă'}, '+': {o: 'ơ', u: 'ư', ô: 'ơ'}};
const plain: Record<string, string> = {â: 'a', ê: 'e', ô: 'o', ă: 'a', ơ: 'o', ư: 'u'};

/** Puts a mark onto the vowels that take it; takes it off again when it is there: then the key itself is written. */
function mark(word: Word, kind: '^' | '(' | '+', only?: string): 'done' | 'undone' | null {
	const vowels = word.letters.slice(word.from, word.to).map(l => l.toLowerCase()), text = vowels.map(v => plain[v] ?? v).join('');
	const put = (i: number, as: string): void => {
		word.letters[word.from + i] = like(word.letters[word.from + i]!, as);
	};
	const pair = kind === '+' ? text.search(/uo/) : -1;
	const places = pair >= 0 ? [pair, pair + 1] : vowels.map((_, i) => i).filter(i => only ? (plain[vowels[i]!] ?? vowels[i]) === only : marks[kind]![vowels[i]!] || Object.values(marks[kind]!).includes(vowels[i]!));
	const wanted = places.filter(i => vowels[i] && marks[kind]![vowels[i]!]);
	/* uu is ưu, oo takes its mark last. */
	const first = kind === '+' && pair < 0 ? wanted.slice(0, 1) : kind === '^' ? wanted.slice(-1) : wanted;
	const there = places.filter(i => Object.values(marks[kind]!).includes(vowels[i]!));
	if (pair >= 0 && there.length === 1 && vowels[pair + 1] === 'ơ' && pair + 2 === vowels.length && word.to === word.letters.length)
		return undo(there);
	if (first.length && !(kind !== '+' && there.length) && !(kind === '+' && pair < 0 && there.length)) {
		/* thuở, huơ: nothing follows; otherwise both: đường, người. */
		const alone = pair >= 0 && pair + 2 === vowels.length && word.to === word.letters.length && vowels[pair] === 'u';
		for (const i of alone ? [pair + 1] : first)
			put(i, marks[kind]![vowels[i]!]!);
		return 'done';
	}
	return there.length ? undo(there) : null;
	function undo(which: number[]): 'undone' {
		for (const i of which)
			put(i, plain[vowels[i]!]!);
		return 'undone';
	}
}

/** uơ and ưo before another letter are ươ: hương, người. */
function settle(word: Word): void {
	for (let i = word.from; i + 1 < word.to; i++) {
		const two = (word.letters[i]! + word.letters[i + 1]!).toLowerCase();
		if ((two === 'uơ' || two === 'ưo') && i + 2 < word.letters.length) {
			word.letters[i] = like(word.letters[i]!, 'ư');
			word.letters[i + 1] = like(word.letters[i + 1]!, 'ơ');
		}
	}
}

/** Telex's w: horn or breve, whichever the vowels take. */
function w(word: Word): 'done' | 'undone' | null {
	const vowels = word.letters.slice(word.from, word.to).map(l => plain[l.toLowerCase()] ?? l.toLowerCase()).join('');
	if (/^(a|oa)$/.test(vowels))
		return mark(word, '(');
	return /^(o|oi|u|ua|ui|uu|uo|uoi|uou)$/.test(vowels) ? mark(word, '+') : null;
}

export interface Pressed {
	text: string;
	caret: number;
	undone?: boolean;
}

/** What a key makes of a word (without selection), of which the caret stands after `caret` letters; null when the key is just written. */
export function press(text: string, caret: number, key: string, method: Method, style: Style): Pressed | null {
	const low = key.toLowerCase(), literal = text.slice(0, caret) + key + text.slice(caret);
	const same = (word: Word): Pressed => ({text: write(word, style), caret});
	/* With the key after all: where it was pressed. */
	const undone = (word: Word): Pressed => {
		const now = write(word, style);
		return {text: now.slice(0, caret) + key + now.slice(caret), caret: caret + 1, undone: true};
	};
	const before = text.slice(0, caret), word = parse(text);
	const tone = toneKeys[method].indexOf(low);
	if (tone >= 0 && word && caret > word.from) {
		if (tone === 0 && word.tone === 0)
			return null;
		const again = tone > 0 && word.tone === tone;
		word.tone = again ? 0 : tone;
		return again ? undone(word) : same(word);
	}
	if (method === 'telex' ? low === 'd' : low === '9') {
		/* The first letter, or in an abbreviation the one before: QĐ, HĐND. */
		const at = /^[^\W_aeiouy]+$/i.test(before.replace(/đ/gi, 'd')) && caret === text.length ? caret - 1 : 0, it = text[at]?.toLowerCase();
		if ((it === 'd' || it === 'đ') && (at > 0 || text.length === 1 || (word && caret > 0))) {
			const other = text.slice(0, at) + like(text[at]!, it === 'd' ? 'đ' : 'd') + text.slice(at + 1);
			return it === 'd' ? {text: other, caret} : {text: other.slice(0, caret) + key + other.slice(caret), caret: caret + 1, undone: true};
		}
	}
	if (word && caret > word.from) {
		let done: 'done' | 'undone' | null = null;
		if (method === 'telex') {
			const last = parse(before)?.letters[caret - 1]?.toLowerCase();
			/* aa ee oo: right after the vowel. */
			if ('aeo'.includes(low) && last !== undefined && (plain[last] ?? last) === low && caret <= word.to)
				done = mark(word, '^', low);
			else if (low === 'w')
				done = w(word);
		} else if (low === '6' || low === '7' || low === '8')
			done = mark(word, low === '6' ? '^' : low === '7' ? '+' : '(');
		if (done) {
			settle(word);
			return done === 'done' ? same(word) : undone(word);
		}
	}
	/* tw, nhwng: a w after consonants is ư. At the beginning it is a w: www, Windows. */
	if (method === 'telex' && low === 'w' && caret > 0 && caret === text.length && initial.exec(before.toLowerCase())![0] === before.toLowerCase())
		return {text: before + like(key, 'ư'), caret: caret + 1};
	/* Another letter may move the tone, hòa → hoàn, or complete ươ. */
	if (/^\p{L}$/u.test(key)) {
		const longer = parse(literal);
		if (longer) {
			settle(longer);
			const now = write(longer, style);
			if (now !== literal)
				return {text: now, caret: caret + 1};
		}
	}
	return null;
}

/** A word that is being typed at its end, and the keys that made it; null: it was there before, or somebody took a mark back by hand and knows what he wants. */
export interface Typed {
	word: string;
	keys: string | null;
}

/** One key more. */
export function typed({word, keys}: Typed, key: string, method: Method, style: Style): Typed {
	const made = press(word, word.length, key, method, style), now = made?.text ?? word + key, all = keys === null || made?.undone ? null : keys + key;
	return all !== null && now !== all && !mayBecome(now) ? {word: all, keys: all} : {word: now, keys: all};
}

/** The word is at its end: a space, a full stop, the end of the line, another field. */
export const ended = ({word, keys}: Typed): string => keys !== null && !isSpelled(word) ? keys : word;

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Listens to one field until the function that it gives is called. */
export function assist(field: Field, method: Method, style: Style): () => void {
	let own = false, last: Typed = {word: '', keys: ''};
	const replace = (from: number, to: number, text: string, caret: number): void => {
		own = true;
		field.setSelectionRange(from, to);
		/* So that the browser's undo knows of it; else the text is set, and said to have been. */
		if (!document.execCommand('insertText', false, text)) {
			field.setRangeText(text, from, to, 'end');
			field.dispatchEvent(new InputEvent('input', {bubbles: true, inputType: 'insertText'}));
		}
		field.setSelectionRange(caret, caret);
		own = false;
	};
	/* Its keys are known when it is what the last of them made. */
	const known = (word: string): Typed => word === '' ? {word, keys: ''} : word === last.word ? last : {word, keys: null};
	const wordBefore = (to: number): string => /\p{L}*$/u.exec(field.value.slice(0, to).normalize('NFC'))![0];
	const before = (event: InputEvent): void => {
		const key = event.data, from = field.selectionStart, to = field.selectionEnd;
		if (own || event.isComposing || from === null || to === null)
			return;
		if (event.inputType === 'insertLineBreak' || event.inputType === 'insertParagraph')
			end();
		if (event.inputType !== 'insertText' || key === null || key.length !== 1)
			return;
		const head = wordBefore(from), tail = /^\p{L}*/u.exec(field.value.slice(to).normalize('NFC'))![0];
		/* What stands there may be written with marks apart: then it is longer than its letters. */
		if (!field.value.slice(0, from).endsWith(head) || !field.value.slice(to).startsWith(tail))
			return;
		let now = head + key + tail, caret = head.length + 1;
		if (tail === '' && (/\p{L}/u.test(key) || (method === 'vni' && /\d/.test(key)))) {
			last = typed(known(head), key, method, style);
			now = last.word;
			caret = now.length;
		} else if (tail === '') {
			now = ended(known(head)) + key;
			caret = now.length;
		} else
			({text: now, caret} = press(head + tail, head.length, key, method, style) ?? {text: now, caret});
		if (now === head + key + tail)
			return;
		event.preventDefault();
		const start = from - head.length;
		replace(start, to + tail.length, now, start + caret);
	};
	/* The caret goes elsewhere: by the Tab key, the mouse, a new line. */
	const end = (): void => {
		const to = field.selectionEnd ?? 0, word = wordBefore(to), now = ended(known(word)), active = document.activeElement === field;
		last = {word: '', keys: ''};
		if (now === word || !field.value.slice(0, to).endsWith(word))
			return;
		if (active)
			replace(to - word.length, to, now, to - word.length + now.length);
		else {
			field.setRangeText(now, to - word.length, to, 'end');
			field.dispatchEvent(new InputEvent('input', {bubbles: true, inputType: 'insertText'}));
		}
	};
	field.addEventListener('beforeinput', before as EventListener);
	field.addEventListener('blur', end);
	return () => {
		field.removeEventListener('beforeinput', before as EventListener);
		field.removeEventListener('blur', end);
	};
}
