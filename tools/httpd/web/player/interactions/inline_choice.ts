import {h} from '../../lib/dom';
import {attributes, elements, text} from '../jsonml';
import {facts, type Make} from '../page';
import {single, texts} from '../pci';
import {t} from '../../lib/words';
import {label_inline} from './text';

export const inline_choice: Make = (node, page, saved) => {
	const f = facts(node);
	const select = h('select', {class: 'q-field', onchange: () => page.changed()}, h('option', {value: ''}, t('player.pick')));
	for (const c of elements(node, 'qti-inline-choice')) select.append(h('option', {value: String(attributes(c)['identifier'])}, text(c)));
	select.value = texts(saved)[0] ?? '';
	label_inline(select, node, page, 'player.inlineChoice');
	return {
		node: select,
		value: () => single('identifier', select.value),
		complete: () => f.text('required') !== 'true' || select.value !== '',
		focus: () => select.focus(),
	};
};
