/* order: a list that is moved about by buttons, or dragged by the handle of a row. */
import {announce, h} from '../../lib/dom';
import {button} from '../dom';
import {copy_of, draggable} from '../drag';
import {attributes, elements, fill} from '../jsonml';
import {facts, frame, others, type Make} from '../page';
import {list, texts} from '../pci';
import {t} from '../../lib/words';

export const order: Make = (node, page, saved) => {
	const f = facts(node),
		choices = elements(node, 'qti-simple-choice'),
		ids = choices.map(c => String(attributes(c)['identifier']));
	const least = f.number('min-choices', ids.length),
		most = f.number('max-choices', ids.length) || ids.length;
	/* All of them in order, or some that are picked out first? */
	const all = least >= ids.length,
		own = frame(
			'order',
			node,
			page,
			all ? t('player.order') : least === most ? t('player.orderExactly', {n: most}) : t('player.orderSome', {least: Math.max(1, least), most}),
		);
	const given = texts(saved).filter(id => ids.includes(id));
	let touched = given.length > 0;
	let chosen = touched || !all ? given : ids.slice();
	if (all) chosen = chosen.concat(ids.filter(id => !chosen.includes(id)));
	const rows = new Map(
		ids.map((id, i) => {
			const content = h('span', {class: 'q-content'});
			fill(content, choices[i]!, page);
			return [id, content];
		}),
	);
	const name = (id: string): string => (rows.get(id)!.textContent ?? '').trim() || rows.get(id)!.querySelector('img')?.alt || '';
	const chosen_list = h('ol', {class: 'q-order-list'}),
		rest = h('ul', {class: 'q-order-rest'});
	const rest_title = h('p', {class: 'q-small'}, t('player.orderRest')),
		chosen_title = h('p', {class: 'q-small'}, t('player.orderChosen'));
	const keep = button(
		t('player.orderKeep'),
		() => {
			touched = true;
			draw();
			page.changed();
			announce(t('player.orderKept'));
		},
		{class: 'q-back'},
	);
	const kept = h('p', {class: 'q-small'}, t('player.orderKept'));

	const place = (id: string, to: number): void => {
		const from = chosen.indexOf(id);
		if (from < 0 && chosen.length >= most) {
			own.warn(t('player.tooMany', {n: most}));
			return;
		}
		own.warn('');
		if (from >= 0) chosen.splice(from, 1);
		to = Math.min(Math.max(to, 0), chosen.length);
		chosen.splice(to, 0, id);
		touched = true;
		draw();
		page.changed();
		announce(t('player.moved', {what: name(id), n: to + 1}));
	};
	const take_out = (id: string): void => {
		chosen = chosen.filter(c => c !== id);
		own.warn('');
		draw();
		page.changed();
		rest.querySelector<HTMLElement>(`[data-row="${id}"] button`)?.focus();
	};
	const press = (id: string, by: number, which: string): void => {
		place(id, chosen.indexOf(id) + by);
		/* The row was made anew: the finger is still on the same button, or on the other one when there is nowhere to go. */
		const row = chosen_list.querySelector(`[data-row="${id}"]`),
			same = row?.querySelector<HTMLButtonElement>(`.${which}`);
		(same && !same.disabled ? same : row?.querySelector<HTMLButtonElement>('button:not(:disabled)'))?.focus();
	};
	const drag_row = (row: HTMLElement, handle: HTMLElement, id: string): void =>
		draggable(handle, {
			ghost: () => {
				row.classList.add('q-dragged');
				return copy_of(row);
			},
			over: target => {
				chosen_list.querySelectorAll('.q-over').forEach(n => n.classList.remove('q-over'));
				target?.closest('.q-order-list > li')?.classList.add('q-over');
			},
			drop: target => {
				const over = target?.closest<HTMLElement>('li');
				if (over && chosen_list.contains(over)) place(id, chosen.indexOf(over.dataset['row']!));
				else if (!all && target && chosen_list.contains(target)) place(id, chosen.length);
			},
			end: () => {
				row.classList.remove('q-dragged');
				chosen_list.querySelectorAll('.q-over').forEach(n => n.classList.remove('q-over'));
			},
		});
	const draw = (): void => {
		chosen_list.replaceChildren();
		rest.replaceChildren();
		chosen.forEach((id, i) => {
			const handle = h('span', {class: 'q-handle', 'aria-hidden': 'true', title: t('player.dragHint')}, '⠿');
			const row = h(
				'li',
				{class: 'q-row', 'data-row': id},
				h('span', {class: 'q-letter'}, String(i + 1)),
				rows.get(id)!,
				h(
					'span',
					{class: 'q-moves'},
					button('▲', () => press(id, -1, 'q-up'), {class: 'q-up', disabled: i === 0, 'aria-label': t('player.moveUp', {what: name(id)})}),
					button('▼', () => press(id, 1, 'q-down'), {
						class: 'q-down',
						disabled: i === chosen.length - 1,
						'aria-label': t('player.moveDown', {what: name(id)}),
					}),
					!all && button('✕', () => take_out(id), {class: 'q-out', 'aria-label': t('player.takeOut', {what: name(id)})}),
				),
				handle,
			);
			drag_row(row, handle, id);
			chosen_list.append(row);
		});
		for (const id of ids.filter(i => !chosen.includes(i))) {
			const row = h(
				'li',
				{class: 'q-row', 'data-row': id},
				rows.get(id)!,
				button(
					t('player.add'),
					() => {
						place(id, chosen.length);
						(rest.querySelector('button') ?? chosen_list.querySelector<HTMLElement>('li:last-child button:not(:disabled)'))?.focus();
					},
					{class: 'q-in', 'aria-label': t('player.addWhat', {what: name(id)})},
				),
			);
			rest.append(row);
		}
		rest.hidden = rest_title.hidden = !rest.firstChild;
		chosen_list.hidden = !chosen.length;
		chosen_title.hidden = all || !chosen.length;
		keep.hidden = !all || touched;
		kept.hidden = !all || !touched;
	};
	own.body.append(...others(node, page, 'qti-simple-choice'), rest_title, rest, chosen_title, chosen_list, keep, kept);
	draw();
	return {
		node: own.node,
		value: () => list('identifier', all && !touched ? [] : chosen),
		complete: () => (all ? touched : chosen.length >= least),
		focus: () => own.body.querySelector<HTMLElement>('button:not(:disabled):not([hidden])')?.focus(),
	};
};
