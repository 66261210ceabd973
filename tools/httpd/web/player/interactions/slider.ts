/* slider: nothing is answered until it was moved, or its place was confirmed. */
import {h} from '../../lib/dom';
import {button} from '../dom';
import {facts, frame, others, type Make} from '../page';
import {atoms, single} from '../pci';
import {t} from '../../lib/words';

export const slider: Make = (node, page, saved) => {
	const f = facts(node),
		low = f.number('lower-bound'),
		high = f.number('upper-bound', 100),
		whole = f.type === 'integer';
	const step = f.number('step') || (whole ? 1 : (high - low) / 100),
		reverse = f.text('reverse') === 'true';
	const own = frame('slider', node, page, t('player.slider')),
		kept = atoms(saved)[0];
	let at: number | null = kept === undefined ? null : Number(kept);
	const places = Math.max(0, (String(step).split('.')[1] ?? '').length, (String(low).split('.')[1] ?? '').length);
	const shown = (n: number): string => n.toFixed(places).replace('.', page.options.language === 'vi' ? ',' : '.');
	const said = h('output', {class: 'q-slider-value'});
	const range = h('input', {type: 'range', min: low, max: high, step, 'aria-label': t('player.sliderLabel'), class: reverse ? 'q-reverse' : null});
	const flip = (n: number): number => (reverse ? low + high - n : n);
	const set = (n: number): void => {
		if (range.matches(':disabled')) return;
		const fitting = low + Math.round((Math.min(Math.max(n, low), high) - low) / step) * step;
		at = Number((fitting > high + step * 1e-6 ? fitting - step : fitting).toFixed(Math.max(places, whole ? 0 : 6)));
		draw();
		page.changed();
	};
	const draw = (): void => {
		range.value = String(flip(at ?? low));
		range.classList.toggle('q-untouched', at === null);
		said.textContent = at === null ? t('player.noAnswer') : shown(at);
		range.setAttribute('aria-valuetext', said.textContent);
	};
	range.addEventListener('input', () => set(flip(Number(range.value))));
	/* Where it stands already may be meant: a press on it, or one of its keys, says so. */
	range.addEventListener('pointerup', () => set(flip(Number(range.value))));
	range.addEventListener('keydown', event => {
		if (at === null && ['Home', 'End', 'Enter', ' '].includes(event.key))
			set(event.key === 'End' ? flip(high) : event.key === 'Home' ? flip(low) : flip(Number(range.value)));
	});
	const by = (n: number): void => set(at === null ? (n > 0 ? low : high) : at + n);
	const ticks = h('div', {class: 'q-ticks', 'aria-hidden': 'true'}),
		ends = [low, high];
	if (f.text('step-label') === 'true' && (high - low) / step <= 10)
		ends.splice(1, 0, ...Array.from({length: Math.round((high - low) / step) - 1}, (_, i) => low + (i + 1) * step));
	ticks.append(...(reverse ? ends.reverse() : ends).map(n => h('span', null, shown(n))));
	own.body.append(
		...others(node, page),
		h('p', {class: 'q-slider-said'}, t('player.sliderNow') + ' ', said),
		h(
			'div',
			{class: 'q-slider-row'},
			button('−', () => by(-step), {'aria-label': t('player.less'), class: 'q-step'}),
			h('div', {class: 'q-range'}, range, ticks),
			button('+', () => by(step), {'aria-label': t('player.more'), class: 'q-step'}),
		),
	);
	draw();
	return {node: own.node, value: () => single(f.type, at), complete: () => true, focus: () => range.focus()};
};
