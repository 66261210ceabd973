// A line reader: all but a band of a few lines is darkened. The band follows the pointer; its own buttons move it by keys.
import {h} from '../../lib/dom';
import {t} from '../../lib/words';
import {button} from '../dom';

export function lineReader(): {node: HTMLElement; destroy(): void} {
	const above = h('div', {class: 'reader-shade'}), below = h('div', {class: 'reader-shade'});
	let middle = innerHeight / 3, lines = 3;
	const line = parseFloat(getComputedStyle(document.body).lineHeight) || 28;
	const place = (): void => {
		const half = lines * line / 2;
		middle = Math.min(Math.max(middle, half), Math.max(half, innerHeight - half));
		above.style.height = `${middle - half}px`;
		above.style.top = '0';
		below.style.top = `${middle + half}px`;
		below.style.height = `${Math.max(0, innerHeight - middle - half)}px`;
		controls.style.top = `${Math.min(middle + half + 4, innerHeight - 60)}px`;
	};
	const by = (n: number): void => {
		middle += n * line;
		place();
	};
	const controls = h('div', {class: 'reader-keys', role: 'group', 'aria-label': t('tools.reader')},
		button('▲', () => by(-1), {'aria-label': t('tools.readerUp')}), button('▼', () => by(1), {'aria-label': t('tools.readerDown')}),
		button('−', () => { lines = Math.max(1, lines - 1); place(); }, {'aria-label': t('tools.readerLess')}), button('+', () => { lines = Math.min(12, lines + 1); place(); }, {'aria-label': t('tools.readerMore')}));
	const follow = (event: PointerEvent): void => {
		if (!controls.contains(event.target as Node)) {
			middle = event.clientY;
			place();
		}
	};
	addEventListener('pointermove', follow);
	addEventListener('pointerdown', follow);
	addEventListener('resize', place);
	const node = h('div', {class: 'reader'}, above, below, controls);
	place();
	return {
		node,
		destroy() {
			removeEventListener('pointermove', follow);
			removeEventListener('pointerdown', follow);
			removeEventListener('resize', place);
			node.remove();
		},
	};
}
