// Numbered buttons to the questions: over the question when it is asked for, and in the review.
import {h} from '../lib/dom';
import {t} from '../lib/words';
import type {App} from './app';
import type {PaperItem} from './paper';
import {setText, stateWords} from './parts';
import type {SaveState} from './queue';
import {answered} from './responses';

/** How a question stands, for the map and the review. */
export function standing(app: App, item: PaperItem): {answered: boolean; marked: boolean; state: SaveState; refused: boolean} {
	return {
		answered: answered(app.queue?.response(item.item)), marked: app.marks.has(item.item), state: app.queue?.state(item.item) ?? 'none',
		refused: !!app.queue?.refusedItems().includes(item.item),
	};
}

function standingWords(s: ReturnType<typeof standing>): string {
	const words = [s.answered ? t('exam.answered') : t('exam.notAnswered')];
	if (s.marked)
		words.push(t('exam.marked'));
	if (s.refused)
		words.push(t('exam.notTaken'));
	else if (s.state === 'machine' || s.state === 'unsaved')
		words.push(stateWords(s.state));
	return words.join(', ');
}

/** Numbered buttons to every question that may be opened now. */
export function map(app: App, go: (item: number) => void): {node: HTMLElement; update(): void} {
	const items = app.lent.openItems(app);
	const cells = items.map((item, i) => {
		const sign = h('span', {class: 'sign', 'aria-hidden': 'true'});
		return {item, n: i + 1, sign, node: h('button', {type: 'button', class: 'cell', onclick: () => go(item.item)}, h('span', null, i + 1), sign)};
	});
	return {
		node: h('ol', {class: 'map'}, cells.map(c => h('li', null, c.node))),
		update() {
			for (const c of cells) {
				const s = standing(app, c.item);
				c.node.dataset.answered = String(s.answered);
				c.node.dataset.marked = String(s.marked);
				c.node.dataset.state = s.refused ? 'unsaved' : s.state;
				const label = `${t('exam.questionN', {n: c.n})}: ${standingWords(s)}`;
				if (c.node.getAttribute('aria-label') !== label)
					c.node.setAttribute('aria-label', label);
				if (c.item.item === app.at && !app.review)
					c.node.setAttribute('aria-current', 'true');
				else
					c.node.removeAttribute('aria-current');
				setText(c.sign, (s.marked ? '⚑' : '') + (s.state === 'machine' || s.state === 'unsaved' || s.refused ? '!' : s.answered ? '✓' : ''));
			}
		},
	};
}
