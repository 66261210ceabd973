/* associate: pairs, each of two lists to pick from. */
import {h} from '../../lib/dom';
import {button} from '../dom';
import {elements, fill, text} from '../jsonml';
import {facts, frame, limits, others, type Make} from '../page';
import {pairs, value} from '../pci';
import {t} from '../../lib/words';
import {end_of, may_join} from './match';

export const associate: Make = (node, page, saved) => {
	const f = facts(node),
		ends = elements(node, 'qti-simple-associable-choice').map(end_of);
	const least = f.number('min-associations'),
		most = f.number('max-associations', 1),
		kept_name = `half.${f.id}`;
	const own = frame('associate', node, page, limits('player.whatPair', least, most));
	const places = h('ol', {class: 'q-pairs'}),
		rows: [HTMLSelectElement, HTMLSelectElement][] = [];
	/* As many rows as there can be pairs, when that is few: nobody has to look for a button. */
	const possible = ends.every(e => e.most) ? Math.floor(ends.reduce((n, e) => n + e.most, 0) / 2) : Infinity;
	const limit = Math.min(most || Infinity, possible);
	const more = button(
		t('player.morePairs'),
		() => {
			row('', '');
			update();
			rows[rows.length - 1]![0].focus();
		},
		{class: 'q-more'},
	);
	const kept = page.kept(kept_name) as [string, string][] | undefined;
	const half = (): [string, string][] => rows.map(r => [r[0].value, r[1].value]);
	const whole = (): [string, string][] => half().filter(p => p[0] && p[1] && p[0] !== p[1]);
	const update = (): void => {
		const used = new Map<string, number>();
		half()
			.flat()
			.forEach(id => used.set(id, (used.get(id) ?? 0) + 1));
		more.hidden = rows.length >= limit;
		for (const e of ends)
			pool.querySelector(`[data-thing="${e.id}"]`)?.classList.toggle('q-spent', e.most > 0 && (used.get(e.id) ?? 0) >= e.most);
		for (const r of rows)
			r.forEach((select, i) => {
				const other = ends.find(e => e.id === r[1 - i]!.value);
				for (const option of select.options) {
					const end = ends.find(e => e.id === option.value);
					/* What is used up, or cannot go with the other end, cannot be picked. */
					option.disabled =
						!!end &&
						option.value !== select.value &&
						((end.most > 0 && (used.get(end.id) ?? 0) >= end.most) || end === other || (!!other && !may_join(end, other)));
				}
			});
	};
	const row = (a: string, b: string): void => {
		const n = rows.length + 1;
		const pair = [a, b].map((chosen, i) => {
			const select = h(
				'select',
				{class: 'q-field', 'aria-label': t(i ? 'player.pairSecond' : 'player.pairFirst', {n})},
				h('option', {value: ''}, t('player.pick')),
			);
			for (const e of ends) select.append(h('option', {value: e.id}, text(e.node)));
			select.value = chosen;
			select.addEventListener('change', () => {
				update();
				page.keep(kept_name, half().some(p => !p[0] !== !p[1]) ? half() : undefined);
				page.changed();
			});
			return select;
		}) as [HTMLSelectElement, HTMLSelectElement];
		rows.push(pair);
		places.append(h('li', {class: 'q-pair'}, pair[0], h('span', {'aria-hidden': 'true'}, '—'), pair[1]));
	};
	const given = kept ?? pairs(saved);
	given.forEach(p => row(p[0], p[1]));
	while (rows.length < Math.min(limit, Math.max(least, most && limit <= 12 ? limit : 1))) row('', '');
	/* What there is, to be read before a list is opened. */
	const pool = h('ul', {class: 'q-pool'});
	for (const e of ends) {
		const chip = h('li', {class: 'q-chip', 'data-thing': e.id});
		fill(chip, e.node, page);
		pool.append(chip);
	}
	own.body.append(...others(node, page, 'qti-simple-associable-choice'), pool, places, more);
	update();
	return {
		node: own.node,
		value: () => value(f.cardinality, 'pair', whole()),
		complete: () =>
			whole().length >= least &&
			ends.every(
				e =>
					whole()
						.flat()
						.filter(id => id === e.id).length >= e.least,
			),
		focus: () => rows[0]?.[0].focus(),
	};
};
