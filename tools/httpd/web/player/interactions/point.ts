/* select-point and position-object: points of an image, set by a press, by dragging, or with a cross that the arrow keys move. */
import {announce, h} from '../../lib/dom';
import {button, svg} from '../dom';
import {copy_of, draggable} from '../drag';
import {attributes, build, elements, fill} from '../jsonml';
import {facts, frame, limits, others, type Facts, type Make, type Page} from '../page';
import {points, value} from '../pci';
import type {JsonML, Part, Pci} from '../types';
import {t} from '../../lib/words';
import {Stage} from './stage';

/** What is set onto a stage: the points of one response. */
class Markers {
	readonly least: number;
	readonly most: number;
	readonly all: [number, number][];
	readonly said = h('ol', {class: 'q-said'});
	private readonly marks: HTMLElement[] = [];

	constructor(
		readonly f: Facts,
		readonly page: Page,
		readonly stage: Stage,
		saved: Pci | null,
		private readonly warn: (text: string) => void,
		private readonly mark: () => HTMLElement,
		private readonly what: string,
	) {
		this.least = f.number('min-choices');
		this.most = f.number('max-choices', 0);
		this.all = points(saved);
		stage.sized(() => this.draw());
	}

	set(point: [number, number]): void {
		this.warn('');
		if (this.most === 1 || this.f.cardinality === 'single') this.all.length = 0;
		else if (this.most && this.all.length >= this.most) {
			this.warn(t('player.tooMany', {n: this.most}));
			return;
		}
		this.all.push(point);
		announce(t('player.pointSet', {n: this.all.length, x: point[0], y: point[1]}));
		this.changed();
	}

	move(i: number, point: [number, number]): void {
		this.all[i] = point;
		this.changed();
	}

	remove(i: number): void {
		if (!this.all[i]) return;
		this.warn('');
		this.all.splice(i, 1);
		announce(t('player.pointGone'));
		this.changed();
	}

	private changed(): void {
		this.draw();
		this.page.changed();
	}

	private draw(): void {
		for (const mark of this.marks.splice(0)) mark.remove();
		this.all.forEach((point, i) => {
			const mark = this.mark();
			mark.classList.add('q-mark');
			mark.style.left = `${(point[0] / this.stage.width) * 100}%`;
			mark.style.top = `${(point[1] / this.stage.height) * 100}%`;
			if (this.all.length > 1) mark.append(h('span', {class: 'q-mark-number'}, String(i + 1)));
			this.stage.over(mark);
			this.marks.push(mark);
			draggable(mark, {
				ghost: () => copy_of(mark),
				drop: (_, event) => {
					const to = this.stage.point(event);
					if (to) this.move(i, to);
				},
			});
			mark.addEventListener('click', event => event.stopPropagation());
		});
		this.said.replaceChildren(
			...this.all.map((p, i) => {
				const words = t('player.pointAt', {what: this.what, x: p[0], y: p[1]});
				return h(
					'li',
					{class: 'q-row'},
					h('span', {class: 'q-content'}, words),
					button(
						'✕',
						() => {
							this.remove(i);
							this.stage.node.querySelector<HTMLElement>('.q-cross')?.focus();
						},
						{class: 'q-out', 'aria-label': t('player.takeOut', {what: words})},
					),
				);
			}),
		);
		this.said.hidden = !this.all.length;
	}

	value = (): Pci =>
		value(
			this.f.cardinality,
			'point',
			this.all.map(p => [p[0], p[1]] as const),
		);
	complete = (): boolean => this.all.length >= this.least;
}

/** The cross: Tab to it, arrows move it (with Shift one point at a time), Enter sets, Delete takes the last away. */
function cross(stage: Stage, page: Page, active: () => Markers | null): HTMLElement {
	const lines = svg('g', {class: 'q-crosshair', hidden: true}),
		help = h('span', {class: 'hidden-text', id: page.id()}, t('player.crossHelp'));
	const node = h(
		'div',
		{class: 'q-cross', tabindex: 0, role: 'application', 'aria-label': t('player.crossLabel'), 'aria-describedby': help.id},
		help,
	);
	let at: [number, number] | null = null;
	const draw = (): void => {
		const [x, y] = at!;
		lines.replaceChildren(svg('line', {x1: x, y1: 0, x2: x, y2: stage.height}), svg('line', {x1: 0, y1: y, x2: stage.width, y2: y}));
	};
	stage.drawing.append(lines);
	stage.over(node);
	node.addEventListener('click', event => {
		const point = stage.point(event);
		if (!point) return;
		at = point;
		draw();
		active()?.set(point);
	});
	node.addEventListener('focus', () => {
		if (!node.matches(':focus-visible')) return;
		at ??= [Math.round(stage.width / 2), Math.round(stage.height / 2)];
		lines.removeAttribute('hidden');
		draw();
	});
	node.addEventListener('blur', () => lines.setAttribute('hidden', ''));
	node.addEventListener('keydown', event => {
		const markers = active(),
			step = event.shiftKey ? 1 : Math.max(1, Math.round(stage.width / 64));
		const by = ({ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]} as {[key: string]: [number, number]})[event.key];
		at ??= [Math.round(stage.width / 2), Math.round(stage.height / 2)];
		if (by) at = [Math.min(Math.max(at[0] + by[0] * step, 0), stage.width), Math.min(Math.max(at[1] + by[1] * step, 0), stage.height)];
		else if (event.key === 'Enter' || event.key === ' ') markers?.set(at);
		else if (event.key === 'Delete' || event.key === 'Backspace') markers?.remove(markers.all.length - 1);
		else return;
		event.preventDefault();
		lines.removeAttribute('hidden');
		draw();
	});
	return node;
}

export const select_point: Make = (node, page, saved) => {
	const f = facts(node),
		own = frame('point', node, page, limits('player.whatPoint', f.number('min-choices'), f.number('max-choices')));
	const stage = new Stage(node, page);
	const markers = new Markers(f, page, stage, saved, own.warn, () => h('span', {class: 'q-pin'}), t('player.point'));
	const area = cross(stage, page, () => markers);
	own.body.append(stage.node, markers.said);
	return {node: own.node, value: markers.value, complete: markers.complete, focus: () => area.focus()};
};

/** A stage with one or more things to put onto it; each is a response of its own. */
export function position_stage(node: JsonML, page: Page, take: (id: string) => Pci | null, give: (id: string, part: Part) => void): Node {
	const stage = new Stage(node, page),
		nodes = elements(node, 'qti-position-object-interaction'),
		own = h('div', {class: 'q q-position'});
	const things: [Markers, HTMLElement][] = [];
	let active: Markers | null = null;
	const pick = (m: Markers): void => {
		active = m;
		things.forEach(([other, chip]) => chip.setAttribute('aria-pressed', String(other === m)));
	};
	const area = cross(stage, page, () => active),
		pool = h('div', {class: 'q-pool'});
	own.append(pool, stage.node);
	for (const n of nodes) {
		const f = facts(n),
			image = elements(n, 'img', 'picture')[0],
			prompt = elements(n, 'qti-prompt')[0];
		const name = String(image ? (attributes(image)['alt'] ?? '') : '') || t('player.object');
		const warning = h('p', {class: 'q-warning', hidden: true});
		const warn = (text: string): void => {
			warning.textContent = text;
			warning.hidden = !text;
			if (text) announce(text);
		};
		const picture = (): HTMLElement => {
			const made = ((image && build(image, page)) as HTMLElement | null) ?? h('span', {class: 'q-pin'});
			made.querySelectorAll('img').forEach(i => {
				i.alt = '';
			});
			if (made instanceof HTMLImageElement) made.alt = '';
			return h('span', {class: 'q-thing'}, made);
		};
		const markers = new Markers(f, page, stage, take(f.id), warn, picture, name);
		/* Marks are as big, beside the stage, as the object was drawn. */
		stage.sized(() => own.style.setProperty('--stage', String(stage.width)));
		const chip = button(
			picture(),
			() => {
				pick(markers);
				area.focus();
			},
			{class: 'q-chip', 'aria-pressed': 'false'},
		);
		chip.append(h('span', {class: 'q-small'}, name));
		draggable(chip, {
			ghost: () => {
				pick(markers);
				return picture();
			},
			drop: (_, event) => {
				const to = stage.point(event);
				if (to) markers.set(to);
			},
		});
		if (prompt) {
			const made = h('div', {class: 'q-prompt'});
			fill(made, prompt, page);
			own.prepend(made);
		}
		pool.append(chip);
		things.push([markers, chip]);
		own.append(markers.said, warning);
		give(f.id, {node: own, value: markers.value, complete: markers.complete, focus: () => chip.focus()});
	}
	own.insertBefore(h('p', {class: 'q-hint'}, t('player.position')), pool);
	own.prepend(...others(node, page, 'qti-position-object-interaction', 'img', 'picture', 'figure'));
	if (things[0]) pick(things[0][0]);
	return own;
}
