/* An image with places on it. Places are controls of HTML laid over it (so that they are in the order of the tab key and have names); what is
 * seen of them is drawn in SVG between the two, in the image's own coordinates. */
import {h} from '../../lib/dom';
import {put, svg} from '../dom';
import {attributes, build, children} from '../jsonml';
import type {Page} from '../page';
import type {JsonML} from '../types';
import {t} from '../../lib/words';

const SMALLEST = 24; /* CSS px of the narrow side of a place, WCAG 2.5.8 */

export interface Spot {
	readonly id: string;
	readonly label: string;
	readonly node: JsonML;
	readonly number: number;
	/** What is shown of one that has no name. */
	readonly badge: string;
}

export class Stage {
	readonly node: HTMLElement;
	readonly image: HTMLElement;
	readonly drawing = svg('svg', {'aria-hidden': 'true', focusable: 'false', class: 'q-shapes'});
	width = 0;
	height = 0;
	private readonly inner: HTMLElement;
	private readonly placed: (() => void)[] = [];

	/** The first image, picture or object among the children of node. */
	constructor(node: JsonML, page: Page) {
		const image = children(node).find(c => typeof c !== 'string' && ['img', 'picture', 'figure', 'video'].includes(c[0]));
		const made = image ? (build(image, page) as HTMLElement) : h('div');
		const img = made instanceof HTMLImageElement ? made : made.querySelector('img');
		this.image = made;
		this.inner = h('div', {class: 'q-stage'}, made, this.drawing);
		this.node = h('div', {class: 'q-stage-scroll'}, this.inner);
		this.size(Number(img?.getAttribute('width')), Number(img?.getAttribute('height')));
		if (!this.width) img?.addEventListener('load', () => this.size(img.naturalWidth, img.naturalHeight));
	}

	private size(width: number, height: number): void {
		if (!(width > 0 && height > 0)) return;
		this.width = width;
		this.height = height;
		this.drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
		this.inner.style.aspectRatio = `${width} / ${height}`;
		this.inner.style.width = `${width}px`;
		for (const place of this.placed.splice(0)) place();
	}

	/** When the size of the image is known. */
	sized(then: () => void): void {
		if (this.width) then();
		else this.placed.push(then);
	}

	/** Lays a control over the place of spot, and draws the place's outline. */
	place(spot: Spot, control: HTMLElement): SVGElement {
		const group = svg('g', {class: 'q-spot'});
		this.drawing.append(group);
		this.inner.append(control);
		control.classList.add('q-over-spot');
		control.addEventListener('focus', () => group.classList.toggle('q-focus', control.matches(':focus-visible')));
		control.addEventListener('blur', () => group.classList.remove('q-focus'));
		this.sized(() => this.lay(spot, control, group));
		return group;
	}

	private lay(spot: Spot, control: HTMLElement, group: SVGElement): void {
		const a = attributes(spot.node),
			shape = String(a['shape'] ?? 'default');
		const numbers = String(a['coords'] ?? '')
			.split(/[\s,]+/)
			.filter(Boolean);
		const n = numbers.map((s, i) => (s.endsWith('%') ? (parseFloat(s) / 100) * (i % 2 ? this.height : this.width) : Number(s)));
		const [x = 0, y = 0, third = 0, fourth = 0] = n;
		let box = [0, 0, this.width, this.height],
			made: SVGElement;
		if (shape === 'rect') {
			box = [Math.min(x, third), Math.min(y, fourth), Math.max(x, third), Math.max(y, fourth)];
			made = svg('rect', {x: box[0]!, y: box[1]!, width: box[2]! - box[0]!, height: box[3]! - box[1]!});
		} else if (shape === 'circle') {
			box = [x - third, y - third, x + third, y + third];
			made = svg('circle', {cx: x, cy: y, r: third});
		} else if (shape === 'ellipse') {
			box = [x - third, y - fourth, x + third, y + fourth];
			made = svg('ellipse', {cx: x, cy: y, rx: third, ry: fourth});
		} else if (shape === 'poly') {
			const xs = n.filter((_, i) => i % 2 === 0),
				ys = n.filter((_, i) => i % 2 === 1);
			box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
			made = svg('polygon', {points: n.join(' ')});
		} else made = svg('rect', {x: 0, y: 0, width: this.width, height: this.height});
		const [left, top, right, bottom] = box as [number, number, number, number],
			w = right - left || 1,
			h = bottom - top || 1;
		const style = control.style,
			part = (of: number, all: number): string => `${(of / all) * 100}%`;
		style.left = part(left, this.width);
		style.top = part(top, this.height);
		style.width = part(w, this.width);
		style.height = part(h, this.height);
		if (shape === 'circle' || shape === 'ellipse') style.borderRadius = '50%';
		else if (shape === 'poly')
			style.clipPath = `polygon(${n.map((v, i) => (i % 2 ? part(v - top, h) : part(v - left, w))).reduce((s, v, i) => s + (i ? (i % 2 ? ' ' : ', ') : '') + v, '')})`;
		/* Below the outline, one that is seen while the control has the focus. */
		const halo = made.cloneNode() as SVGElement;
		halo.setAttribute('class', 'q-halo');
		group.append(halo, made);
		const x_mid = (left + right) / 2,
			y_mid = (top + bottom) / 2,
			corner = shape === 'rect' || shape === 'default';
		put(group, {'data-x': x_mid, 'data-y': y_mid, 'data-badge-x': corner ? left : x_mid, 'data-badge-y': corner ? top : y_mid});
		/* A small place keeps its 24 px on a narrow screen: the image is scrolled there instead. */
		const least = Math.min(this.width, (this.width * SMALLEST) / Math.min(w, h));
		if (least > (parseFloat(this.inner.style.minWidth) || 0)) this.inner.style.minWidth = `${least}px`;
	}

	/** A number or a sign at the corner of a place, where it covers nothing. */
	badge(group: SVGElement, text: string): void {
		group.querySelector('.q-badge')?.remove();
		if (!text) return;
		this.sized(() => {
			const r = Math.max(12, this.width / 36),
				x = Math.max(r, Number(group.dataset['badgeX'])),
				y = Math.max(r, Number(group.dataset['badgeY']));
			const label = svg('text', {x, y, 'text-anchor': 'middle', 'dominant-baseline': 'central', 'font-size': r * 1.2}, text);
			group.append(svg('g', {class: 'q-badge'}, svg('circle', {cx: x, cy: y, r}), label));
		});
	}

	/** Where on the image an event was, in whole numbers of its coordinates; null beside it. */
	point(event: {clientX: number; clientY: number}): [number, number] | null {
		const box = this.drawing.getBoundingClientRect();
		const x = Math.round(((event.clientX - box.left) / box.width) * this.width),
			y = Math.round(((event.clientY - box.top) / box.height) * this.height);
		return x >= 0 && y >= 0 && x <= this.width && y <= this.height ? [x, y] : null;
	}

	over(node: HTMLElement): void {
		this.inner.append(node);
	}
}

export const spots = (nodes: JsonML[]): Spot[] =>
	nodes.map((node, i) => {
		const a = attributes(node);
		return {id: String(a['identifier']), label: String(a['aria-label'] ?? t('player.place', {n: i + 1})), node, number: i + 1, badge: a['aria-label'] ? '' : String(i + 1)};
	});
