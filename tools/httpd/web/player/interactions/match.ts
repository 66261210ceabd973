/* match: a table in which a cell joins a row with a column; on narrow screens each row is a list of its columns (the style sheet's affair). */
import {h} from '../../lib/dom';
import {attributes, elements, fill} from '../jsonml';
import {facts, frame, limits, others, type Make} from '../page';
import {pairs, value} from '../pci';
import type {JsonML} from '../types';
import {t} from '../../lib/words';

export interface End {
	readonly id: string;
	readonly most: number;
	readonly least: number;
	readonly groups: string[];
	readonly node: JsonML;
}

export const end_of = (node: JsonML): End => {
	const a = attributes(node),
		groups = String(a['match-group'] ?? '');
	return {
		id: String(a['identifier']),
		most: Number(a['match-max'] ?? 1),
		least: Number(a['match-min'] ?? 0),
		groups: groups ? groups.split(' ') : [],
		node,
	};
};

/** Pools of QTI 3, or lists of partners of QTI 2: both ways round. */
export const may_join = (a: End, b: End): boolean => {
	const allows = (x: End, y: End): boolean => !x.groups.length || x.groups.includes(y.id) || x.groups.some(g => y.groups.includes(g));
	return allows(a, b) && allows(b, a);
};

export const match: Make = (node, page, saved) => {
	const f = facts(node),
		sets = elements(node, 'qti-simple-match-set').map(s => elements(s, 'qti-simple-associable-choice').map(end_of));
	const rows = sets[0] ?? [],
		columns = sets[1] ?? [],
		least = f.number('min-associations'),
		most = f.number('max-associations', 1);
	const one_each = rows.every(r => r.most === 1);
	const own = frame('match', node, page, one_each ? t('player.matchRow') : limits('player.whatCell', least, most));
	const on = new Map<string, {input: HTMLInputElement; row: End; column: End}>();
	const given = new Set(pairs(saved).map(p => p.join(' ')));
	const chosen = (): {row: End; column: End; input: HTMLInputElement}[] => [...on.values()].filter(c => c.input.checked);
	const name = (end: End): string => names.get(end.id) ?? '';
	const names = new Map<string, string>();

	const changed = (cell: {input: HTMLInputElement; row: End; column: End}): void => {
		const undo = (why: string): void => {
			cell.input.checked = false;
			own.warn(why);
		};
		own.warn('');
		if (cell.input.checked) {
			const same_row = chosen().filter(c => c.row === cell.row),
				same_column = chosen().filter(c => c.column === cell.column);
			if (cell.row.most && same_row.length > cell.row.most) undo(t('player.tooManyRow', {n: cell.row.most}));
			else if (cell.column.most && same_column.length > cell.column.most) {
				if (cell.column.most > 1) undo(t('player.tooManyColumn', {n: cell.column.most, what: name(cell.column)}));
				else
					for (const c of same_column.filter(c => c !== cell)) {
						c.input.checked = false;
						own.warn(t('player.movedFrom', {what: name(cell.column), from: name(c.row)}));
					}
			} else if (most && chosen().length > most) undo(t('player.tooMany', {n: most}));
		}
		mark();
		page.changed();
	};
	const mark = (): void =>
		on.forEach(c => {
			const back = c.row.most === 1;
			c.input.toggleAttribute('data-back', back && c.input.checked);
		});
	const head = h('tr', null, h('td'));
	const column_ids = columns.map(c => {
		const th = h('th', {scope: 'col', id: page.id()});
		fill(th, c.node, page);
		names.set(c.id, (th.textContent ?? '').trim() || th.querySelector('img')?.alt || '');
		head.append(th);
		return th.id;
	});
	const body = h('tbody');
	for (const row of rows) {
		const th = h('th', {scope: 'row', id: page.id()}),
			tr = h('tr', null, th),
			group = page.id();
		fill(th, row.node, page);
		names.set(row.id, (th.textContent ?? '').trim() || th.querySelector('img')?.alt || '');
		columns.forEach((column, i) => {
			const td = h('td'),
				pair = `${row.id} ${column.id}`;
			tr.append(td);
			if (!may_join(row, column)) return;
			/* A radio button would not go out again: a checkbox that lets go of the others in its row does. */
			const input = h('input', {
				type: 'checkbox',
				class: row.most === 1 ? 'q-round' : null,
				name: group,
				value: pair,
				'aria-labelledby': `${th.id} ${column_ids[i]}`,
			});
			const cell = {input, row, column};
			input.checked = given.has(pair);
			input.addEventListener('change', () => {
				if (input.checked && row.most === 1) for (const c of chosen()) if (c.row === row && c !== cell) c.input.checked = false;
				changed(cell);
			});
			on.set(pair, cell);
			const again = h('span', {class: 'q-narrow', 'aria-hidden': 'true'});
			fill(again, column.node, page);
			again.querySelectorAll('[id]').forEach(n => n.removeAttribute('id'));
			td.append(h('label', {class: 'q-cell'}, input, again));
		});
		body.append(tr);
	}
	own.body.append(
		...others(node, page, 'qti-simple-match-set'),
		h('div', {class: 'q-table q-match-table'}, h('table', null, h('thead', null, head), body)),
	);
	return {
		node: own.node,
		value: () =>
			value(
				f.cardinality,
				'directedPair',
				chosen().map(c => [c.row.id, c.column.id] as const),
			),
		complete: () =>
			chosen().length >= least && [...rows, ...columns].every(e => chosen().filter(c => c.row === e || c.column === e).length >= e.least),
		focus: () => own.body.querySelector('input')?.focus(),
	};
};
