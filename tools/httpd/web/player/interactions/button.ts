/* A button that is an answer, and the notice in place of what needs a script of its own. */
import {h} from '../../lib/dom';
import {t} from '../../lib/words';
import {attributes} from '../jsonml';
import {facts, type Make} from '../page';
import {nothing, single} from '../pci';

export const end_attempt: Make = (node, page, saved) => {
	const f = facts(node),
		title = String(attributes(node)['title'] ?? '') || t('player.endAttempt');
	let pressed = !!saved && 'base' in saved && saved.base !== null && saved.base['boolean'] === true;
	const press = h(
		'button',
		{
			type: 'button',
			class: 'q-end',
			onclick: () => {
				pressed = true;
				page.changed();
				page.options.onEndAttempt?.(f.id);
			},
		},
		title,
	);
	return {node: press, value: () => single('boolean', pressed || null), complete: () => true, focus: () => press.focus()};
};

export const custom: Make = () => ({
	node: h('div', {class: 'q q-notice', role: 'note'}, h('p', null, t('player.custom'))),
	value: () => nothing,
	complete: () => true,
});
