/* gap-match: each gap is a list to pick from; texts and images can be dragged into it besides. */
import {h} from '../../lib/dom';
import {copy_of, draggable} from '../drag';
import {attributes, elements, fill, text} from '../jsonml';
import {facts, frame, others, type Make, type Page} from '../page';
import {pairs, value} from '../pci';
import {t} from '../../lib/words';
import {end_of, may_join, type End} from './match';

export interface Gap {
	readonly end: End;
	readonly select: HTMLSelectElement;
	readonly required: boolean;
}

/** What is put into gaps, on whatever they are: lists, limits, dragging. */
export class Gaps {
	readonly all: Gap[] = [];
	readonly pool = h('ul', {class: 'q-pool'});
	readonly images = new Map<string, string>();
	private readonly things: End[];

	constructor(
		readonly page: Page,
		things: Parameters<typeof end_of>[0][],
		private readonly most: number,
		private readonly warn: (text: string) => void,
		private readonly then: () => void,
	) {
		this.things = things.map(end_of);
		for (const thing of this.things) {
			const chip = h('li', {class: 'q-chip', 'data-thing': thing.id, title: t('player.dragHint')});
			fill(chip, thing.node, page);
			const image = chip.querySelector('img');
			if (image) {
				this.images.set(thing.id, image.src);
				chip.append(h('span', {class: 'q-small'}, this.name(thing.id)));
				image.alt = '';
			}
			draggable(chip, {
				ghost: () => (this.used(thing.id) && thing.most && this.used(thing.id) >= thing.most ? null : copy_of(chip)),
				over: target => this.light(this.gap_at(target)),
				drop: target => {
					const gap = this.gap_at(target);
					if (gap && may_join(thing, gap.end)) {
						gap.select.value = thing.id;
						this.changed(gap);
					}
				},
				end: () => this.light(null),
			});
			this.pool.append(chip);
		}
	}

	name(id: string): string {
		const thing = this.things.find(e => e.id === id);
		return thing ? (String(attributes(thing.node)['aria-label'] ?? '') || text(thing.node)).trim() : '';
	}

	add(end: End, required: boolean, label: string, saved: string): Gap {
		const select = h('select', {class: 'q-field q-gap', 'aria-label': label || null}, h('option', {value: ''}, t('player.pick')));
		for (const thing of this.things.filter(e => may_join(e, end))) select.append(h('option', {value: thing.id}, this.name(thing.id)));
		select.value = saved;
		const gap: Gap = {end, select, required};
		select.addEventListener('change', () => this.changed(gap));
		this.all.push(gap);
		return gap;
	}

	/** data-gap on an element makes it a place to drop on. */
	private gap_at(target: Element | null): Gap | null {
		const select = target?.closest('select'),
			place = target?.closest<HTMLElement>('[data-gap]');
		return this.all.find(g => g.select === select || g.end.id === place?.dataset['gap']) ?? null;
	}

	private light(gap: Gap | null): void {
		for (const g of this.all) g.select.classList.toggle('q-over', g === gap);
	}

	private used(id: string): number {
		return this.all.filter(g => g.select.value === id).length;
	}

	private changed(gap: Gap): void {
		this.warn('');
		if (gap.select.value && this.most && this.pairs().length > this.most) {
			gap.select.value = '';
			this.warn(t('player.tooMany', {n: this.most}));
		}
		this.update();
		this.page.changed();
	}

	update(): void {
		for (const thing of this.things) {
			const spent = thing.most > 0 && this.used(thing.id) >= thing.most;
			this.pool.querySelector(`[data-thing="${thing.id}"]`)?.classList.toggle('q-spent', spent);
			for (const g of this.all) for (const o of g.select.options) if (o.value === thing.id) o.disabled = spent && g.select.value !== thing.id;
		}
		this.then();
	}

	pairs(): [string, string][] {
		return this.all.filter(g => g.select.value).map(g => [g.select.value, g.end.id]);
	}

	complete(least: number): boolean {
		return this.pairs().length >= least && this.all.every(g => !g.required || g.select.value) && this.things.every(e => this.used(e.id) >= e.least);
	}
}

export const gap_match: Make = (node, page, saved) => {
	const f = facts(node),
		own = frame('gaps', node, page, t('player.gapMatch')),
		given = pairs(saved),
		shown = new Map<string, HTMLElement>();
	const show_images = (): void =>
		shown.forEach((span, id) => {
			const src = gaps.images.get(gaps.all.find(g => g.end.id === id)!.select.value);
			span.replaceChildren(...(src ? [h('img', {src, alt: ''})] : []));
		});
	const gaps: Gaps = new Gaps(page, elements(node, 'qti-gap-text', 'qti-gap-img'), f.number('max-associations', 1), own.warn, () => show_images());
	const within: Page = Object.create(page, {
		special: {
			value: (name: string, n: typeof node) => {
				if (name !== 'qti-gap') return page.special(name, n);
				const end = end_of(n),
					number = gaps.all.length + 1;
				const gap = gaps.add(
					{...end, most: 1},
					attributes(n)['required'] === 'true',
					String(attributes(n)['aria-label'] ?? t('player.gap', {n: number})),
					given.find(p => p[1] === end.id)?.[0] ?? '',
				);
				const image = h('span', {class: 'q-gap-image'});
				shown.set(end.id, image);
				return h('span', {class: 'q-inline', 'data-gap': end.id}, image, gap.select);
			},
		},
	});
	const text_of_it = h('div', {class: 'q-gap-text'}, ...others(node, within, 'qti-gap-text', 'qti-gap-img'));
	own.body.append(gaps.pool, text_of_it);
	gaps.update();
	return {
		node: own.node,
		value: () => value(f.cardinality, 'directedPair', gaps.pairs()),
		complete: () => gaps.complete(f.number('min-associations')),
		focus: () => gaps.all[0]?.select.focus(),
	};
};
