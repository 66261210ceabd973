/* A question: the page as it arrived becomes elements, and what is done with them becomes responses. */
import {h} from '../lib/dom';
import {put} from './dom';
import {attributes, build, children, elements, type Making} from './jsonml';
import {facts, type Makers, type Page} from './page';
import type * as field_ones from './fields';
import type * as graphic_ones from './graphic';
import type * as list_ones from './lists';
import type * as pair_ones from './pairs';
import type * as supports from './support';
import type {Accommodations, Extras, JsonML, Options, PageView, Part, Pci, Responses} from './types';
import {asset, t} from '../lib/words';
import {choice, hottext} from './interactions/choice';

const makers: Makers = {choice, hottext};
/* What not every question and few candidates need: scripts of their own. */
interface Later {
	fields?: typeof field_ones;
	lists?: typeof list_ones;
	pairs?: typeof pair_ones;
	graphic?: typeof graphic_ones;
	support?: typeof supports;
}
const here: Later = {};

const is_interaction = /^qti-.*-(interaction|stage)$/;
/* The first that fits. */
const scripts: [RegExp, keyof Later][] = [
	[/^graphic-(a|g)/, 'pairs'],
	[/^(drawing|graphic|hotspot|position|select)/, 'graphic'],
	[/^(associate|gap|match|order)/, 'lists'],
	[/./, 'fields'],
];
const kind_of = (name: string): string => name.slice(4).replace(/-interaction$/, '');

/** What ready() would fetch for these pages. */
export function lacking(pages: readonly JsonML[], accommodations: Accommodations = {}): (keyof Later)[] {
	const found = new Set<keyof Later>(Object.keys(accommodations).length ? ['support'] : []);
	const look = (node: JsonML): void => {
		const name = node[0];
		if (name === 'qti-catalog') found.add('support');
		else if (is_interaction.test(name) && !(kind_of(name) in makers)) found.add(scripts.find(([kinds]) => kinds.test(kind_of(name)))![1]);
		for (const child of node) if (Array.isArray(child)) look(child as JsonML);
	};
	pages.forEach(look);
	return [...found].filter(name => !here[name]);
}

/** To be awaited before these pages are mounted: fetches what one of them, or the candidate's preferences, need besides. Rejects when it cannot be fetched. */
export async function ready(pages: readonly JsonML[], accommodations: Accommodations = {}): Promise<void> {
	await Promise.all(
		lacking(pages, accommodations).map(async name => {
			const script = (await import(asset(`player-${name}`))) as {makers?: Makers};
			Object.assign(here, {[name]: script});
			Object.assign(makers, script.makers);
		}),
	);
}

let mounted = 0;

export function mountPage(root: HTMLElement, page_node: JsonML, saved: Responses | null, options: Options): PageView {
	if (lacking([page_node]).length) throw new Error('a page is mounted before ready() says so');
	const parts = new Map<string, Part>(),
		afterwards: (() => void)[] = [],
		prefix = `p${++mounted}-`;
	const given: Responses = saved ?? {},
		extras: Extras = {...options.extras};
	let standing = false,
		ids = 0;
	const own = h('fieldset', {class: 'q-page', disabled: !!options.readOnly});
	const responses = (): Responses => Object.fromEntries([...parts].map(([id, part]) => [id, part.value()]));
	const page: Page = {
		options,
		prefix,
		root: own,
		count: 0,
		media: options.media,
		id: () => `${prefix}q${++ids}`,
		changed: () => {
			if (standing) options.onChange(responses());
		},
		after: then => {
			afterwards.push(then);
		},
		kept: name => extras[name],
		keep: (name, value) => {
			if (value === undefined) delete extras[name];
			else extras[name] = value;
			options.onExtras?.({...extras});
		},
		special: (name, node) => {
			if (name === 'qti-position-object-stage')
				return here.graphic!.position_stage(
					node,
					page,
					id => given[id] ?? null,
					(id, part) => parts.set(id, part),
				);
			if (name === 'qti-prompt') return build(['div', {class: 'qti-prompt'}, ...children(node)], page);
			if (name === 'qti-catalog') return null;
			const maker = name.startsWith('qti-') ? makers[kind_of(name)] : undefined;
			if (!maker || !name.endsWith('-interaction')) return here.support?.card_of(node, page, cards);
			const id = facts(node).id,
				part = maker(node, page, given[id] ?? null);
			parts.set(id, part);
			const catalog = cards.get(String(attributes(node)['data-catalog-idref'] ?? ''));
			return catalog ? here.support!.with_cards(part.node, catalog, page) : part.node;
		},
	};
	const cards = new Map(elements(page_node, 'qti-catalog').map(c => [String(attributes(c)['id']), c]));
	const body = build(page_node, page) as HTMLElement | null;
	if (body) own.append(body);
	/* A text that everything is about stands beside the question where there is room. */
	const stimulus = body?.firstElementChild;
	if (body && stimulus?.classList.contains('q-stimulus-body') && body.childNodes.length > 1) {
		put(stimulus, {role: 'region', 'aria-label': t('player.stimulus'), tabindex: '0'});
		const question = h('div', {class: 'q-question'});
		question.append(...[...body.childNodes].slice(1));
		body.classList.add('q-beside');
		body.append(question);
	}
	const lang = attributes(page_node)['lang'];
	if (lang) own.lang = String(lang);
	/* A fieldset switches its controls off; what is drawn and dragged are none. */
	if (options.readOnly)
		for (const type of ['pointerdown', 'click', 'keydown', 'drop'])
			own.addEventListener(
				type,
				event => {
					if ((event.target as Element).closest('.q-cross, .q-canvas, .q-mark, .q-chip, .q-handle, .q-drop')) event.stopPropagation();
				},
				true,
			);
	const granted = options.accommodations;
	/* How it looks may come a moment later for who did not say so to ready(). */
	if (granted && Object.keys(granted).length)
		void ready([], granted)
			.then(() => here.support!.appear(own, granted))
			.catch(() => undefined);
	root.append(own);
	for (const then of afterwards) then();
	standing = true;
	return {
		root: own,
		responses,
		extras: () => ({...extras}),
		complete: () => [...parts.values()].every(p => p.complete()),
		touched: () =>
			[...parts.values()].some(p => {
				const v: Pci = p.value();
				return !('base' in v) || v.base !== null;
			}),
		focusFirst: what => [...parts.values()].find(p => what !== 'incomplete' || !p.complete())?.focus?.(),
		keep: page.keep,
		kept: page.kept,
		destroy: () => {
			for (const part of parts.values()) part.destroy?.();
			own.querySelectorAll<HTMLMediaElement>('audio, video').forEach(m => m.pause());
			own.remove();
		},
	};
}

export type {Making};
