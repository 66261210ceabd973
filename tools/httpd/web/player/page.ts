/* What an interaction is given: where it stands, and what it tells the page. */
import {announce, h} from '../lib/dom';
import {attributes, build, children, elements, fill, type Making} from './jsonml';
import type {Attributes, JsonML, Options, Part, Pci} from './types';
import {t, type Key} from '../lib/words';

export interface Page extends Making {
	readonly options: Options;
	readonly root: HTMLElement;
	/** Something changed that responses() or extras() would show. */
	changed(): void;
	/** When the whole page stands. */
	after(then: () => void): void;
	kept(name: string): unknown;
	keep(name: string, value: unknown): void;
	id(): string;
	/** How many inline fields there were before this one. */
	count: number;
}

export type Make = (node: JsonML, page: Page, saved: Pci | null) => Part;
export type Makers = {[kind: string]: Make};

/** The numbers and words of an interaction's own element. */
export class Facts {
	readonly id: string;
	readonly cardinality: string;
	readonly type: string;
	constructor(readonly attributes: Attributes) {
		this.id = this.text('response-identifier');
		this.cardinality = this.text('cardinality');
		this.type = this.text('base-type');
	}
	text(name: string): string {
		return String(this.attributes[name] ?? '');
	}
	number(name: string, otherwise = 0): number {
		const n = Number(this.attributes[name] ?? NaN);
		return isFinite(n) ? n : otherwise;
	}
}

export const facts = (node: JsonML): Facts => new Facts(attributes(node));

/** How many of what may, or must, be chosen. most 0 is any number. */
export function limits(what: Key, least: number, most: number): string {
	const n = most || least || 2,
		name = t(what, {n});
	if (most === 1) return t('player.limitOne', {what: name});
	if (most && least === most) return t('player.limitExactly', {n, what: name});
	if (most && least > 1) return t('player.limitRange', {least, most, what: name});
	if (most) return t('player.limitMost', {n, what: name});
	return least > 1 ? t('player.limitLeast', {n, what: name}) : t('player.limitAny', {what: name});
}

export interface Frame {
	readonly node: HTMLElement;
	/** Below the prompt; what it says is read with the group. */
	readonly body: HTMLElement;
	/** A line under the interaction: why a press did nothing. Empty hides it. */
	warn(text: string): void;
}

/** A block interaction: prompt, one line of instruction, then its body. */
export function frame(kind: string, node: JsonML, page: Page, hint: string, role = 'group'): Frame {
	const prompt = elements(node, 'qti-prompt')[0],
		body = h('div', {class: 'q-body'}),
		warning = h('p', {class: 'q-warning', hidden: true});
	const prompt_id = page.id(),
		hint_id = page.id();
	const own = h('div', {class: `q q-${kind} ${classes(node)}`});
	if (prompt) {
		const made = h('div', {class: 'q-prompt', id: prompt_id});
		fill(made, prompt, page);
		own.append(made);
	}
	/* What an author put beside the prompt and the choices is content. */
	own.append(h('p', {class: 'q-hint', id: hint_id}, hint), body, warning);
	const label = attributes(node)['aria-label'];
	own.setAttribute('role', role);
	if (label) own.setAttribute('aria-label', String(label));
	else own.setAttribute('aria-labelledby', prompt ? `${prompt_id} ${hint_id}` : hint_id);
	return {
		node: own,
		body,
		warn(text: string) {
			warning.textContent = text;
			warning.hidden = !text;
			if (text) announce(text);
		},
	};
}

const classes = (node: JsonML): string =>
	String(attributes(node)['class'] ?? '')
		.split(' ')
		.filter(c => c.startsWith('qti-'))
		.join(' ');

/** What stands in an interaction that is neither prompt nor choice. */
export const others = (node: JsonML, page: Page, ...not: string[]): Node[] =>
	children(node)
		.filter(c => (typeof c === 'string' ? c.trim() : c[0] !== 'qti-prompt' && !not.includes(c[0])))
		.map(c => build(c, page))
		.filter((n): n is Node => n !== null);
