/* graphic-associate: two places are pressed one after the other and a line joins them; graphic-gap-match: something is put onto each place. */
import {announce, h} from '../../lib/dom';
import {button, svg} from '../dom';
import {attributes, elements} from '../jsonml';
import {facts, frame, type Make} from '../page';
import {pairs, value} from '../pci';
import {t} from '../../lib/words';
import {Gaps} from './gap_match';
import {end_of, may_join} from './match';
import {spots, Stage, type Spot} from './stage';

interface Shown {
	readonly spot: Spot;
	readonly group: SVGElement;
	readonly control: HTMLElement;
}

export const graphic_associate: Make = (node, page, saved) => {
	const f = facts(node),
		all = spots(elements(node, 'qti-associable-hotspot')),
		stage = new Stage(node, page);
	const least = f.number('min-associations'),
		most = f.number('max-associations', 1);
	const own = frame('graphic-associate', node, page, t('player.graphicAssociate'));
	const ends = new Map(all.map(s => [s.id, end_of(s.node)])),
		shown: Shown[] = [],
		lines = svg('g', {class: 'q-lines'});
	const said = h('ul', {class: 'q-said'});
	let chosen = pairs(saved).filter(p => ends.has(p[0]) && ends.has(p[1])),
		from: string | null = null;
	const of = (id: string): Shown => shown.find(s => s.spot.id === id)!;
	const free = (id: string): boolean => {
		const m = ends.get(id)!.most;
		return !m || chosen.flat().filter(c => c === id).length < m;
	};
	const press = (id: string): void => {
		own.warn('');
		if (from === id) from = null;
		else if (from === null) {
			if (free(id)) {
				from = id;
				announce(t('player.joinFrom', {what: of(id).spot.label}));
			} else own.warn(t('player.placeFull', {what: of(id).spot.label}));
		} else {
			const a = from;
			if (chosen.some(p => p.includes(a) && p.includes(id))) own.warn(t('player.joinedAlready'));
			else if (!free(id)) own.warn(t('player.placeFull', {what: of(id).spot.label}));
			else if (!may_join(ends.get(a)!, ends.get(id)!)) own.warn(t('player.cannotJoin'));
			else if (most && chosen.length >= most) own.warn(t('player.tooMany', {n: most}));
			else {
				chosen.push([a, id]);
				announce(t('player.joined', {a: of(a).spot.label, b: of(id).spot.label}));
			}
			from = null;
		}
		draw();
		page.changed();
	};
	const draw = (): void => {
		for (const s of shown) {
			const joined = chosen.flat().includes(s.spot.id);
			s.group.classList.toggle('q-on', joined || from === s.spot.id);
			s.group.classList.toggle('q-from', from === s.spot.id);
			s.control.setAttribute('aria-pressed', String(from === s.spot.id));
		}
		stage.sized(() => {
			lines.replaceChildren();
			for (const [a, b] of chosen) {
				const [p, q] = [of(a).group.dataset, of(b).group.dataset];
				lines.append(
					svg('line', {x1: p['x']!, y1: p['y']!, x2: q['x']!, y2: q['y']!}),
					svg('circle', {cx: p['x']!, cy: p['y']!, r: 6}),
					svg('circle', {cx: q['x']!, cy: q['y']!, r: 6}),
				);
			}
		});
		said.replaceChildren(
			...chosen.map((p, i) => {
				const what = `${of(p[0]).spot.label} — ${of(p[1]).spot.label}`;
				return h(
					'li',
					{class: 'q-row'},
					h('span', {class: 'q-content'}, what),
					button(
						'✕',
						() => {
							chosen.splice(i, 1);
							draw();
							page.changed();
							(said.querySelectorAll('button')[i] ?? said.querySelector('button') ?? shown[0]?.control)?.focus();
						},
						{class: 'q-out', 'aria-label': t('player.takeOut', {what})},
					),
				);
			}),
		);
		said.hidden = !chosen.length;
	};
	for (const spot of all) {
		const control = button('', () => press(spot.id), {'aria-label': spot.label});
		shown.push({spot, control, group: stage.place(spot, control)});
	}
	stage.drawing.append(lines);
	own.body.append(stage.node, said);
	draw();
	return {
		node: own.node,
		value: () =>
			value(
				f.cardinality,
				'pair',
				chosen.map(p => [p[0], p[1]] as const),
			),
		complete: () => chosen.length >= least && [...ends.values()].every(e => chosen.flat().filter(id => id === e.id).length >= e.least),
		focus: () => shown[0]?.control.focus(),
	};
};

export const graphic_gap_match: Make = (node, page, saved) => {
	const f = facts(node),
		least = f.number('min-associations'),
		most = f.number('max-associations', 1),
		given = pairs(saved);
	const own = frame('graphic-gaps', node, page, t('player.graphicGapMatch'), 'group'),
		stage = new Stage(node, page);
	const things = elements(node, 'qti-gap-text', 'qti-gap-img'),
		places = h('ol', {class: 'q-places'});
	const draw = (): void => {
		for (const s of shown) {
			const here = gaps.all.filter(g => g.end.id === s.spot.id && g.select.value).map(g => g.select.value);
			const src = gaps.images.get(here[0] ?? '');
			s.group.classList.toggle('q-on', here.length > 0);
			s.control.replaceChildren(
				src ? h('img', {src, alt: ''}) : h('span', {class: 'q-put'}, here.map(id => gaps.name(id)).join(', ') || s.spot.badge),
			);
		}
	};
	const gaps: Gaps = new Gaps(page, things, most, own.warn, () => draw()),
		shown: Shown[] = [];
	for (const spot of spots(elements(node, 'qti-associable-hotspot'))) {
		const end = end_of(spot.node),
			label = String(attributes(spot.node)['aria-label'] ?? t('player.place', {n: spot.number}));
		/* One list for each thing that may be here; those that may have any number get as many as there are things, up to four. */
		const mine = given.filter(p => p[1] === spot.id),
			lists = end.most === 1 ? 1 : Math.max(mine.length, Math.min(end.most || 4, things.length));
		const row = h('li', {class: 'q-place'}, h('span', {class: 'q-content'}, label));
		for (let i = 0; i < lists; i++)
			row.append(gaps.add(end, false, lists > 1 ? t('player.placeOf', {what: label, n: i + 1}) : label, mine[i]?.[0] ?? '').select);
		places.append(row);
		/* For the mouse; the lists below are for everybody else. */
		const control = h('span', {'data-gap': spot.id, 'aria-hidden': 'true'});
		control.addEventListener('click', () => row.querySelector('select')?.focus());
		shown.push({spot, control, group: stage.place(spot, control)});
	}
	own.body.append(gaps.pool, stage.node, places);
	gaps.update();
	return {
		node: own.node,
		value: () => value(f.cardinality, 'directedPair', gaps.pairs()),
		complete: () => gaps.complete(least),
		focus: () => gaps.all[0]?.select.focus(),
	};
};
