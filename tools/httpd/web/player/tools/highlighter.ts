// Passages that the candidate marked, as places in the text of the question. They are painted by CSS highlights: the page itself is not changed.
import type {PageView} from '../types';

/* What the candidate moves or types is not text of the question. */
const apart = 'select, textarea, input, button, output, [hidden], .hidden-text, .q-hint, .q-warning, .q-order-list, .q-order-rest, .q-said, .q-pool, .q-places, .q-ticks, .q-narrow';
const blocks = 'p, li, td, th, dd, dt, caption, h1, h2, h3, h4, h5, h6, blockquote, pre, .q-prompt, .q-line';

type Span = [number, number];

export const canHighlight = (): boolean => 'highlights' in CSS && typeof Highlight === 'function';

export class Marks {
	private spans: Span[];
	private readonly nodes: {node: Text; from: number}[] = [];
	private on = false;
	private readonly stops: (() => void)[] = [];

	constructor(private readonly view: PageView) {
		const kept = view.kept('marks');
		this.spans = Array.isArray(kept) ? kept as Span[] : [];
		const walk = document.createTreeWalker(view.root, NodeFilter.SHOW_TEXT, node => node.parentElement?.closest(apart) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
		let from = 0;
		for (let node; (node = walk.nextNode() as Text | null);) {
			this.nodes.push({node, from});
			from += node.length;
		}
		this.paint();
	}

	private range([from, to]: Span): Range | null {
		const first = [...this.nodes].reverse().find(n => n.from <= from), last = [...this.nodes].reverse().find(n => n.from < to);
		if (!first || !last)
			return null;
		const range = new Range();
		range.setStart(first.node, Math.min(from - first.from, first.node.length));
		range.setEnd(last.node, Math.min(to - last.from, last.node.length));
		return range;
	}

	private paint(): void {
		CSS.highlights.set('bv-mark', new Highlight(...this.spans.map(s => this.range(s)).filter((r): r is Range => r !== null)));
	}

	private set(spans: Span[]): void {
		this.spans = spans;
		this.view.keep('marks', spans.length ? spans : undefined);
		this.paint();
	}

	private place(node: Node, offset: number): number | null {
		const found = this.nodes.find(n => n.node === node);
		return found ? found.from + offset : null;
	}

	/** What a range of the page covers of the text. */
	private span(range: Range): Span | null {
		const within = this.nodes.filter(n => range.intersectsNode(n.node)), first = within[0], last = within[within.length - 1];
		if (!first || !last)
			return null;
		const from = this.place(range.startContainer, range.startOffset) ?? first.from, to = this.place(range.endContainer, range.endOffset) ?? last.from + last.node.length;
		return from < to ? [from, to] : null;
	}

	private add([from, to]: Span): void {
		const apart_ones = this.spans.filter(s => s[1] < from || s[0] > to), joined = this.spans.filter(s => !apart_ones.includes(s));
		this.set([...apart_ones, [Math.min(from, ...joined.map(s => s[0])), Math.max(to, ...joined.map(s => s[1]))]]);
	}

	/** A paragraph by its key: marked, or no longer. */
	private toggle(block: Element): void {
		const range = document.createRange();
		range.selectNodeContents(block);
		const span = this.span(range);
		if (!span)
			return;
		const over = this.spans.some(s => s[0] <= span[0] && s[1] >= span[1]);
		if (over)
			this.set(this.spans.flatMap(s => s[1] <= span[0] || s[0] >= span[1] ? [s] : ([[s[0], span[0]], [span[1], s[1]]] as Span[]).filter(p => p[0] < p[1])));
		else
			this.add(span);
	}

	clear(): void {
		this.set([]);
	}

	get any(): boolean {
		return this.spans.length > 0;
	}

	/** While it is on, a selection becomes a mark, a press on a mark takes it away, and paragraphs are stops of the Tab key. */
	marking(on: boolean): void {
		if (on === this.on)
			return;
		this.on = on;
		this.stops.splice(0).forEach(stop => stop());
		if (!on)
			return;
		const root = this.view.root;
		const up = (event: Event): void => {
			const selection = getSelection();
			if (selection && !selection.isCollapsed && selection.rangeCount && root.contains(selection.anchorNode)) {
				const span = this.span(selection.getRangeAt(0));
				if (span)
					this.add(span);
				selection.removeAllRanges();
				event.preventDefault();
			} else if (event instanceof MouseEvent) {
				const at = document.caretPositionFromPoint?.(event.clientX, event.clientY) ?? null;
				const old = at ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY);
				const place = at ? this.place(at.offsetNode, at.offset) : old ? this.place(old.startContainer, old.startOffset) : null;
				if (place !== null && this.spans.some(s => s[0] <= place && place < s[1])) {
					this.set(this.spans.filter(s => !(s[0] <= place && place < s[1])));
					event.preventDefault();
				}
			}
		};
		root.addEventListener('click', up, true);
		this.stops.push(() => root.removeEventListener('click', up, true));
		for (const block of root.querySelectorAll<HTMLElement>(blocks)) {
			if (block.closest(apart) || block.querySelector(blocks) || !block.textContent?.trim() || block.matches('.q-line'))
				continue;
			const key = (event: KeyboardEvent): void => {
				if (event.key === 'Enter' && event.target === block) {
					event.preventDefault();
					this.toggle(block);
				}
			};
			const had = block.getAttribute('tabindex');
			block.tabIndex = 0;
			block.addEventListener('keydown', key);
			this.stops.push(() => {
				block.removeEventListener('keydown', key);
				if (had === null)
					block.removeAttribute('tabindex');
			});
		}
	}

	destroy(): void {
		this.marking(false);
		CSS.highlights.delete('bv-mark');
	}
}
