/* Cards of catalogs (QTI 3.0 §2.14): the server sends those that the candidate's preferences name; each opens beside what it is about. */
import {h} from '../lib/dom';
import {attributes, build, children, elements, type Making} from './jsonml';
import type {Page} from './page';
import type {JsonML} from './types';
import {t, type Key} from '../lib/words';

const shown: {[support: string]: Key} = {
	'glossary-on-screen': 'player.cardGlossary',
	'keyword-translation': 'player.cardTranslation',
	'linguistic-guidance': 'player.cardGuidance',
	'long-description': 'player.cardDescription',
	'simplified-language-portions': 'player.cardSimplified',
	'simplified-graphics': 'player.cardSimplified',
	'sign-language': 'player.cardSigns',
	transcript: 'player.cardTranscript',
	spoken: 'player.cardSpoken',
	'additional-directions': 'player.cardDirections',
	'keyboard-directions': 'player.cardDirections',
	'audio-description': 'player.cardSpoken',
	captions: 'player.cardTranscript',
	'item-translation': 'player.cardTranslation',
};

function contents(card: JsonML, making: Making): Node[] {
	return children(card)
		.map(c => {
			if (typeof c === 'string' || c[0] !== 'qti-file-href') return build(c, making);
			const type = String(attributes(c)['type'] ?? ''),
				src = making.media(String(attributes(c)['src'] ?? ''));
			return type.startsWith('audio/')
				? h('audio', {src, controls: true, preload: 'none'})
				: type.startsWith('video/')
					? h('video', {src, controls: true, preload: 'none'})
					: type.startsWith('image/')
						? h('img', {src, alt: ''})
						: null;
		})
		.filter((n): n is Node => n !== null);
}

const plain = new WeakSet<JsonML>();

/** The element, and its cards after the paragraph that it stands in; undefined for one without. */
export function card_of(node: JsonML, page: Page, cards: Map<string, JsonML>): Node | null | undefined {
	const catalog = cards.get(String(attributes(node)['data-catalog-idref'] ?? ''));
	if (!catalog || plain.has(node)) return undefined;
	plain.add(node);
	const made = build(node, page);
	plain.delete(node);
	return made && with_cards(made, catalog, page);
}

export function with_cards(made: Node, catalog: JsonML, page: Page): Node {
	const shown_ones = elements(catalog, 'qti-card').flatMap(card => {
		const name = shown[String(attributes(card)['support'])];
		return name ? [h('details', {class: 'q-card', lang: attributes(card)['lang'] ?? null}, h('summary', null, t(name)), ...contents(card, page))] : [];
	});
	page.after(() => {
		const around = made instanceof Element ? made.closest('li, td, th, dd, dt, .q-content') : null;
		const block = made instanceof Element ? (made.closest('p, h1, h2, h3, h4, h5, h6, .q-prompt') ?? made) : made;
		if (around?.contains(block)) around.append(...shown_ones);
		else if (block instanceof Element) block.after(...shown_ones);
	});
	return made;
}
