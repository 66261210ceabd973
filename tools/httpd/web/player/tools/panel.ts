// A small window beside the question: not modal, closed by its button or Escape.
import {h} from '../../lib/dom';
import {t} from '../../lib/words';
import {button} from '../dom';

export function panel(title: string, content: Node[], closed: () => void): HTMLElement {
	const node = h('section', {class: 'tool-panel', 'aria-label': title}, h('div', {class: 'tool-head'}, h('h2', null, title), button(t('tools.close'), closed)), content);
	node.addEventListener('keydown', event => {
		if (event.key === 'Escape') {
			event.stopPropagation();
			closed();
		}
	});
	return node;
}
