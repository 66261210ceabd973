/* text-entry, and what is typed anywhere. Everything is read at the input event, so that an input method, a paste or a drop is never
 * missed; the field itself is never written to while somebody types. */
import {h} from '../../lib/dom';
import {put} from '../dom';
import {attributes} from '../jsonml';
import {facts, type Facts, type Make, type Page} from '../page';
import {atoms, nothing} from '../pci';
import type {JsonML, Pci} from '../types';
import {t, type Key} from '../../lib/words';

export const typed = (node: HTMLInputElement | HTMLTextAreaElement): string => node.value.normalize('NFC');

/* What the server reads (itembank/typed.c); in which base whole numbers are written only it knows. */
const whole = /^[+-]?[0-9a-z]+$/i,
	real = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;

const refused = (type: string, text: string): boolean =>
	text.trim() !== '' && ((type === 'integer' && !whole.test(text.trim())) || (type === 'float' && !real.test(text.trim())));

export const lexical = (saved: Pci | null, i: number): string => {
	const atom = atoms(saved)[i];
	return atom === undefined || typeof atom === 'object' ? '' : String(atom);
};

/* A list of numbers has numbers, a single one is sent as it was typed. */
export function pci(f: Facts, all: string[]): Pci {
	const given = all.filter(s => s.trim() !== '' && !refused(f.type, s));
	if (!given.length) return nothing;
	if (f.cardinality === 'multiple' || f.cardinality === 'ordered')
		return {list: {[f.type]: f.type === 'string' ? given : given.map(s => Number(s.trim().replace(',', '.')))}};
	return {base: {string: given[0]!}};
}

type Field = HTMLInputElement | HTMLTextAreaElement;

/** What was typed but is no answer yet (letters where a number is wanted) is kept with the question. */
export function keeping(f: Facts, page: Page, field: Field, index: number, shown: string, warn: (text: string) => void): void {
	const name = `typed.${f.id}.${index}`,
		kept = page.kept(name);
	const check = (): void => {
		const bad = refused(f.type, field.value);
		put(field, {'aria-invalid': bad ? 'true' : null});
		warn(bad ? t(f.type === 'integer' ? 'player.wholeNumber' : 'player.realNumber') : '');
	};
	field.value = typeof kept === 'string' ? kept : shown;
	field.addEventListener('input', () => {
		page.keep(name, refused(f.type, field.value) ? field.value : undefined);
		page.changed();
		if (field.hasAttribute('aria-invalid')) check();
	});
	field.addEventListener('change', check);
}

export const quiet = {autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', autocorrect: 'off'};

export const text_entry: Make = (node, page, saved) => {
	const f = facts(node),
		length = f.number('expected-length', 16);
	const warning = h('span', {class: 'q-warning', id: page.id(), hidden: true});
	const input = h('input', {
		type: 'text',
		class: 'q-field',
		size: Math.min(Math.max(length, 4), 40),
		...quiet,
		inputmode: f.type === 'float' ? 'decimal' : f.type === 'integer' ? 'numeric' : null,
		placeholder: f.text('placeholder-text') || null,
		'aria-describedby': warning.id,
		'data-typing': f.type === 'string' ? 'text' : null,
		maxlength: 16384,
	});
	keeping(f, page, input, 0, lexical(saved, 0), text => {
		warning.textContent = text;
		warning.hidden = !text;
	});
	label_inline(input, node, page, 'player.textEntry');
	return {
		node: h('span', {class: 'q-inline'}, input, warning),
		value: () => pci(f, [typed(input)]),
		complete: () => !refused(f.type, input.value),
		focus: () => input.focus(),
	};
};

/** The name of a control in a sentence: the sentence, with a mark for each gap. The first of its kind gets the line of instruction. */
export function label_inline(control: HTMLElement, node: JsonML, page: Page, hint: Key): void {
	const n = ++page.count,
		given = attributes(node)['aria-label'];
	if (given) control.setAttribute('aria-label', String(given));
	page.after(() => {
		const block = control.closest('p, li, td, th, dd, dt, figcaption, h1, h2, h3, h4, h5, h6, .q-prompt, div, blockquote') ?? page.root;
		const around = sentence(block, control).slice(0, 200);
		if (!given) control.setAttribute('aria-label', t('player.gapLabel', {n, text: around}));
		if (page.root.querySelector(`[data-hint="${hint}"]`)) return;
		const outer = block.closest('.q-item-body > *, .q-question > *') ?? block;
		outer.after(h('p', {class: 'q-hint', 'data-hint': hint}, t(hint)));
	});
}

/* The text around a control, "…" for it and for the others. */
function sentence(block: Element, control: Element): string {
	let text = '';
	const walk = (n: Node): void => {
		if (n === control) text += ' … ';
		else if (n instanceof Element && n.matches('input, select, .q-warning, [hidden]')) text += n.matches('input, select') ? ' … ' : '';
		else if (n.nodeType === 3) text += n.nodeValue;
		else n.childNodes.forEach(walk);
	};
	walk(block);
	return text.replace(/\s+/g, ' ').trim();
}
