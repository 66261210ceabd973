// What a candidate's preferences (AfA PNP 3.0) say about how a page looks, put onto the document and the question.
import {h} from '../lib/dom';
import {t} from '../lib/words';
import type {Accommodations} from './types';

const number = (given: unknown): number => {
	if (given && typeof given === 'object')
		return Object.values(given).map(number).find(n => n > 0) ?? 0;
	return Number(given) || 0;
};
const size = (given: unknown): string => number(given) > 0 ? `${number(given) < 8 ? number(given) + 'em' : number(given) / 16 + 'rem'}` : '';
/* Nothing but a colour, and nothing that fetches. */
const colour = (given: unknown): string => /^(#[0-9a-f]{3,8}|[a-z]{3,20})$/i.test(String(given)) ? String(given) : /^[0-9a-f]{6}$/i.test(String(given)) ? `#${given}` : '';
const faces: Record<string, string> = {serif: 'serif', sansSerif: 'sans-serif', 'sans-serif': 'sans-serif', monospaced: 'monospace', monospace: 'monospace', cursive: 'cursive'};

function write(question: HTMLElement, pnp: Accommodations): void {
	const text = pnp['text-appearance'], style = question.style;
	if (!text)
		return;
	style.fontSize = size(text['fontSize']);
	style.fontFamily = faces[String(text['fontFace'] ?? '')] ?? '';
	style.color = colour(text['fontColor']);
	style.backgroundColor = colour(text['backgroundColor']);
	style.lineHeight = String(number(text['lineHeight']) || '');
	style.letterSpacing = number(text['letterSpacing']) ? `${number(text['letterSpacing'])}em` : '';
	style.wordSpacing = number(text['wordSpacing']) ? `${number(text['wordSpacing'])}em` : '';
}

/** What is about the whole document is done once: what the candidate chooses after that stays. */
export function appear(question: HTMLElement, pnp: Accommodations): void {
	const top = document.documentElement, larger = number(pnp['magnification']);
	write(question, pnp);
	if (pnp['keyboard-directions'])
		question.prepend(h('details', {class: 'q-card', open: true}, h('summary', null, t('player.keys')), h('p', null, t('player.keysText'))));
	if (top.dataset['pnp'])
		return;
	top.dataset['pnp'] = 'true';
	if (pnp['high-contrast'])
		top.dataset['theme'] = 'contrast';
	else if (pnp['invert-display-polarity'])
		top.dataset['theme'] = 'dark';
	if (pnp['layout-single-column'])
		top.dataset['column'] = 'single';
	if (larger > 1)
		top.style.fontSize = `${Math.min(larger, 4) * 100}%`;
}
