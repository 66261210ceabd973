/* hotspot and graphic-order: places of an image are chosen, or given numbers in the order in which they are pressed. */
import {h} from '../../lib/dom';
import {button} from '../dom';
import {elements} from '../jsonml';
import {facts, frame, limits, type Make} from '../page';
import {list, texts} from '../pci';
import {t} from '../../lib/words';
import {Picks, taking_back} from './choice';
import {spots, Stage} from './stage';

export const hotspot: Make = (node, page, saved) => {
	const f = facts(node),
		own = frame('hotspot', node, page, limits('player.whatPlace', f.number('min-choices'), f.number('max-choices', 1)));
	const stage = new Stage(node, page),
		shown: [SVGElement, HTMLInputElement][] = [];
	const draw = (): void => {
		shown.forEach(([group, input]) => {
			group.classList.toggle('q-on', input.checked);
			stage.badge(group, input.checked ? '✓' : '');
		});
		back.show();
	};
	const picks: Picks = new Picks(f, page, texts(saved), own.warn, () => draw());
	const back = taking_back(picks);
	for (const spot of spots(elements(node, 'qti-hotspot-choice'))) {
		const input = picks.input(spot.id);
		input.setAttribute('aria-label', spot.label);
		shown.push([stage.place(spot, input), input]);
	}
	own.body.append(stage.node, back.node);
	draw();
	return {node: own.node, value: picks.value, complete: picks.complete, focus: picks.focus};
};

export const graphic_order: Make = (node, page, saved) => {
	const f = facts(node),
		all = spots(elements(node, 'qti-hotspot-choice')),
		stage = new Stage(node, page);
	const least = f.number('min-choices', all.length),
		most = f.number('max-choices', all.length) || all.length;
	const own = frame('graphic-order', node, page, t('player.graphicOrder'));
	let chosen = texts(saved).filter(id => all.some(s => s.id === id));
	const said = h('ol', {class: 'q-said'}),
		shown: [string, string, SVGElement, HTMLElement][] = [];
	const again = button(
		t('player.startAgain'),
		() => {
			chosen = [];
			own.warn('');
			draw();
			page.changed();
			shown[0]?.[3].focus();
		},
		{class: 'q-back'},
	);
	const press = (id: string): void => {
		own.warn('');
		if (chosen.includes(id)) chosen = chosen.filter(c => c !== id);
		else if (chosen.length < most) chosen.push(id);
		else {
			own.warn(t('player.tooMany', {n: most}));
			return;
		}
		draw();
		page.changed();
	};
	const draw = (): void => {
		for (const [id, label, group, control] of shown) {
			const n = chosen.indexOf(id) + 1;
			group.classList.toggle('q-on', n > 0);
			stage.badge(group, n ? String(n) : '');
			control.setAttribute('aria-pressed', String(n > 0));
			control.setAttribute('aria-label', n ? t('player.numbered', {what: label, n}) : label);
		}
		said.replaceChildren(...chosen.map(id => h('li', null, all.find(s => s.id === id)!.label)));
		again.hidden = !chosen.length;
	};
	for (const spot of all) {
		const control = button('', () => press(spot.id));
		shown.push([spot.id, spot.label, stage.place(spot, control), control]);
	}
	own.body.append(stage.node, said, again);
	draw();
	return {node: own.node, value: () => list('identifier', chosen), complete: () => chosen.length >= least, focus: () => shown[0]?.[3].focus()};
};
