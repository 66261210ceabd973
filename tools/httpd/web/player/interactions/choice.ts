/* choice and hottext: radio buttons and checkboxes. */
import {h} from '../../lib/dom';
import {button} from '../dom';
import {attributes, elements, fill} from '../jsonml';
import {facts, frame, limits, others, type Facts, type Make, type Page} from '../page';
import {texts, value} from '../pci';
import type {Part, Pci} from '../types';
import {t} from '../../lib/words';

/** The controls of one group, of which so many may be on. What the group says is in the order of the page. */
export class Picks {
	readonly one: boolean;
	readonly least: number;
	readonly most: number;
	private readonly inputs: HTMLInputElement[] = [];
	private readonly name: string;

	constructor(
		private readonly facts: Facts,
		private readonly page: Page,
		private readonly saved: string[],
		private readonly warn: (text: string) => void,
		private readonly then: () => void = () => undefined,
	) {
		this.least = facts.number('min-choices');
		this.most = facts.number('max-choices', 1);
		this.one = this.most === 1 || facts.cardinality === 'single';
		this.name = page.id();
	}

	input(identifier: string): HTMLInputElement {
		const input = h('input', {type: this.one ? 'radio' : 'checkbox', name: this.name, value: identifier});
		input.checked = this.saved.includes(identifier);
		input.addEventListener('change', () => this.changed(input));
		this.inputs.push(input);
		return input;
	}

	private changed(input: HTMLInputElement): void {
		const over = !this.one && this.most > 0 && this.chosen().length > this.most;
		if (over) input.checked = false;
		this.warn(over ? t('player.tooMany', {n: this.most}) : '');
		this.then();
		if (!over) this.page.changed();
	}

	chosen(): string[] {
		return this.inputs.filter(i => i.checked).map(i => i.value);
	}

	clear(): void {
		for (const input of this.inputs) input.checked = false;
		this.then();
		this.page.changed();
		this.focus();
	}

	value = (): Pci => value(this.facts.cardinality, 'identifier', this.chosen());
	complete = (): boolean => this.chosen().length >= this.least;
	focus = (): void => (this.inputs.find(i => i.checked) ?? this.inputs[0])?.focus();
}

/** A radio button cannot be taken back: this can, where an answer is not compulsory. */
export function taking_back(picks: Picks): {node: HTMLElement; show(): void} {
	const back = button(t('player.takeBack'), () => picks.clear(), {class: 'q-back'});
	const show = (): void => {
		back.hidden = !picks.one || !picks.chosen().length;
	};
	return {node: back, show};
}

export const choice: Make = (node, page, saved) => {
	const f = facts(node),
		own = frame('choice', node, page, limits('player.whatOption', f.number('min-choices'), f.number('max-choices', 1)));
	const picks: Picks = new Picks(f, page, texts(saved), own.warn, () => back.show());
	const back = taking_back(picks);
	const options = h('div', {class: 'q-options'});
	elements(node, 'qti-simple-choice').forEach((c, i) => {
		const id = String(attributes(c)['identifier']),
			content = h('span', {class: 'q-content'});
		fill(content, c, page);
		options.append(
			h(
				'div',
				{class: 'q-line', 'data-option': id, 'data-letter': letter(i)},
				h('label', {class: 'q-option'}, picks.input(id), h('span', {class: 'q-letter'}, letter(i)), content),
			),
		);
	});
	own.body.append(...others(node, page, 'qti-simple-choice'), options, back.node);
	back.show();
	return {node: own.node, value: picks.value, complete: picks.complete, focus: picks.focus};
};

export const letter = (i: number): string => (i < 26 ? String.fromCharCode(65 + i) : String(i + 1));

export const hottext: Make = (node, page, saved) => {
	const f = facts(node),
		own = frame('hottext', node, page, limits('player.whatWords', f.number('min-choices'), f.number('max-choices', 1)));
	const picks: Picks = new Picks(f, page, texts(saved), own.warn, () => back.show());
	const back = taking_back(picks);
	const within: Page = Object.create(page, {
		special: {
			value: (name: string, n: typeof node) => {
				if (name !== 'qti-hottext') return page.special(name, n);
				const id = String(attributes(n)['identifier']),
					content = h('span', {class: 'q-content'});
				fill(content, n, page);
				return h('label', {class: 'q-hot', 'data-option': id}, picks.input(id), content);
			},
		},
	});
	own.body.append(...others(node, within), back.node);
	back.show();
	return {node: own.node, value: picks.value, complete: picks.complete, focus: picks.focus} satisfies Part;
};
