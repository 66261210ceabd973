// One question at a time, under a slim bar that says the time, the place, and whether the answer is safe.
import {h} from '../lib/dom';
import {asset, language, t} from '../lib/words';
import {lacking, mountPage, ready} from '../player/mount';
import type * as Tools from '../player/tools/index';
import type {ToolsView} from '../player/tools/index';
import type {PageView} from '../player/types';
import type {App, View} from './app';
import type {PaperItem} from './paper';
import {mediaAddress} from './paper';
import {button, duration, helpButton, rescueButton, setText, spoken, stateWords} from './parts';
import {type Responses, spelling} from './responses';
import type {More} from './stage';

const SENDING_MS = 4000;

/** Those of the section that is open; all when there are none. */
function openItems(app: App): PaperItem[] {
	const paper = app.desk.paper;
	if (!paper)
		return [];
	if (!app.session?.sitting.sections)
		return paper.items;
	const part = paper.parts[app.look?.section ?? 0]?.id;
	return paper.items.filter(i => i.part === part);
}

function lastSection(app: App): boolean {
	return !app.session?.sitting.sections || (app.look?.section ?? 0) + 1 >= app.session.sitting.sections;
}

function partTitle(app: App, id: string): string {
	const part = app.desk.paper?.parts.find(p => p.id === id);
	return (language === 'vi' ? part?.titleVi : part?.titleEn) ?? '';
}

/** The bar over questions and over the review; where: the place, in words. */
function bar(app: App, where: () => string): {node: HTMLElement; update(): void} {
	const time = h('span', {class: 'time', 'aria-hidden': 'true'}), timeSaid = h('span', {class: 'hidden-text'}), place = h('span', {class: 'place'}), saved = h('span', {class: 'saved'}), help = helpButton(app);
	let unsentSince = 0;
	return {
		node: h('header', {class: 'bar'}, h('div', {class: 'clock'}, h('span', {class: 'what'}, t('exam.timeLeft')), ' ', time, timeSaid), place, saved, help.node),
		update() {
			const sections = !!app.session?.sitting.sections, left = Math.min(app.leftMs(), sections ? app.leftMs(true) : Infinity);
			setText(time, duration(left));
			setText(timeSaid, spoken(left));
			time.dataset.short = String(left < 5 * 60e3);
			setText(place, where());
			const unsent = app.queue?.unsent ?? 0, now = performance.now();
			unsentSince = unsent ? unsentSince || now : 0;
			const sending = unsent > 0 && !app.link.away && now - unsentSince < SENDING_MS; // no alarm for what is on its way
			const words = app.store.durable && !app.queue?.full ? t('exam.unsentMachine', {n: unsent}) : t('exam.unsentNot', {n: unsent});
			setText(saved, sending ? t('exam.sending') : unsent ? words : t('exam.allOnServer'));
			saved.dataset.state = sending ? 'sending' : unsent ? (app.store.durable ? 'machine' : 'unsaved') : 'server';
			help.update();
		},
	};
}

/** The network is gone: large, and in words. */
function banner(app: App): {node: HTMLElement; update(): void} {
	const said = h('p', {role: 'status'}), failed = h('p', {class: 'fault', role: 'alert'}), save = rescueButton(app, failed);
	const node = h('div', {class: 'banner', hidden: true}, said, save, failed);
	return {
		node,
		update() {
			const full = !!app.queue?.full, away = app.link.away || !navigator.onLine, plain = !app.store.durable;
			node.hidden = !full && !away && !plain;
			save.hidden = app.adaptive || !(app.queue?.unsent && (away || full));
			setText(said, full ? t('exam.bannerFull') : away ? (plain ? t('exam.bannerAwayPrivate') : app.adaptive ? t('exam.away') : t('exam.bannerAway')) : plain ? t('exam.bannerPrivate') : '');
			node.dataset.kind = full || plain ? 'bad' : 'warn';
		},
	};
}

function goTo(app: App, item: number): void {
	app.at = item;
	app.review = false;
	void app.keep('at', item);
	app.queue?.flush();
	app.changed();
}

const needsTools = (app: App): boolean => ['answer-masking', 'line-reader', 'spoken', 'calculator-on-screen'].some(name => app.session?.pnp?.[name]);

/** One question with its tools under its heading; what stands below it is the view's. */
function questionSheet(app: App) {
	const heading = h('h1', {tabindex: '-1'}), part = h('p', {class: 'part'}), place = h('div', {class: 'page', id: 'question'}), state = h('p', {class: 'state'});
	let page: PageView | null = null, shown = -1, waiting = false, shows = '';
	const toolPlace = h('div', {class: 'tool-place'}), panels = h('div');
	const toolBox: HTMLDetailsElement = h('details', {class: 'tool-box', ontoggle: () => toolBox.open && openTools()}, h('summary', null, t('tools.title')), toolPlace);
	let tools: ToolsView | null = null, toolsComing: Promise<void> | null = null, left = false;

	/** Its script is still on its way, behind the first question; every second asks again. */
	function wait(item: PaperItem): void {
		void ready([item.page]).then(() => app.changed(), () => undefined);
		if (waiting)
			return;
		waiting = true;
		tools?.shown(null);
		page?.destroy();
		page = null;
		shown = -1;
		place.replaceChildren(h('p', {class: 'notice', role: 'status'}, t('exam.questionComing')));
	}

	function show(item: PaperItem): void {
		if (lacking([item.page]).length) {
			wait(item);
			return;
		}
		tools?.shown(null);
		page?.destroy();
		waiting = false;
		const host = h('div', {class: 'item'});
		place.replaceChildren(host);
		shown = item.item;
		shows = spelling(app.queue?.response(item.item));
		page = mountPage(host, item.page, app.queue?.response(item.item) as never, {
			onChange: responses => {
				if (app.leaving?.item === item.item)
					return; // it is on its way to the next one
				shows = spelling(responses);
				app.queue?.give(item.item, responses as unknown as Responses);
			},
			media: mediaAddress,
			language,
			accommodations: app.session?.pnp ?? {},
			extras: app.extras[item.item] ?? null,
			onExtras: extras => {
				app.extras[item.item] = extras;
				void app.keep('extras', app.extras);
			},
		});
		tools?.shown(page);
	}

	/** Fetched when they are opened first, or at once for whom they were granted, or who used them before. */
	function openTools(): void {
		toolsComing ??= (import(asset('player-tools')) as Promise<typeof Tools>).then(({mountTools}) => {
			if (left)
				return;
			tools = mountTools(toolPlace, {language, accommodations: app.session?.pnp ?? {}, state: app.tools, panels, onState: state => {
				app.tools = state;
				void app.keep('tools', state);
			}});
			tools.shown(page);
		}).catch(() => {
			toolsComing = null; // without network: when it is opened again
			toolBox.open = false;
		});
	}

	if (app.tools.typing || app.tools.size || needsTools(app)) {
		toolBox.open = true;
		openTools();
	}
	return {
		nodes: [h('div', {class: 'head'}, h('div', null, part, heading), toolBox), panels, place], place, state,
		/** The question, as it was answered last, here or elsewhere; title: its place, in words. */
		update(item: PaperItem | undefined, title: string) {
			if (item && (item.item !== shown || shows !== spelling(app.queue?.response(item.item))))
				show(item);
			setText(heading, title);
			setText(part, item ? partTitle(app, item.part) : '');
			const s = app.queue?.state(app.at) ?? 'none', refused = app.queue?.refusedItems().includes(app.at);
			setText(state, refused ? t('exam.notTakenLong') : stateWords(s));
			state.dataset.state = refused ? 'unsaved' : s;
		},
		/** To where it begins, for eyes and for ears. */
		focus() {
			heading.focus();
			scrollTo(0, 0);
		},
		leave: () => {
			left = true;
			tools?.shown(null);
			tools?.destroy();
			page?.destroy();
		},
	};
}

/** For what is fetched a moment later, the review among it. */
export const lent = {banner, bar, goTo, lastSection, openItems, questionSheet};
export type Lent = typeof lent;

export function viewQuestion(app: App): View {
	let items: PaperItem[] = [], at = 0, section = -1, mapped: ReturnType<More['map']> | null = null;
	const top = bar(app, () => t('exam.placeOf', {n: at + 1, count: items.length})), wire = banner(app), sheet = questionSheet(app);
	const mark = h('input', {type: 'checkbox', id: 'mark', onchange: () => {
		app.marks[mark.checked ? 'add' : 'delete'](app.at);
		void app.keep('marks', [...app.marks]);
		app.changed();
	}});
	const mapBox = h('div'), mapPlace = h('details', {class: 'map-box'}, h('summary', null, t('exam.map')), mapBox);
	const back = button(t('exam.previous'), () => step(-1)), next = button('', () => step(1), '');
	const review = button(t('exam.toReview'), () => toReview(), 'plain');

	function go(item: number): void {
		goTo(app, item);
		mapPlace.open = false;
		sheet.focus();
	}

	function toReview(): void {
		app.review = true;
		app.queue?.flush();
		app.changed();
	}

	function step(by: number): void {
		const items = openItems(app), to = items[items.findIndex(i => i.item === app.at) + by];
		if (to)
			go(to.item);
		else if (by > 0)
			toReview();
	}

	/** Of the section that is open. Null: it has not come yet; the next second asks again. */
	function makeMap(more: More | null): void {
		if (!more || section === (app.look?.section ?? 0))
			return;
		section = app.look?.section ?? 0;
		mapped = more.map(app, go);
		mapBox.replaceChildren(mapped.node);
		mapped.update();
	}

	return {
		node: h('div', {class: 'exam'}, top.node, wire.node,
			h('div', {class: 'question'}, ...sheet.nodes, h('div', {class: 'below'}, h('label', {class: 'mark', for: 'mark'}, mark, ' ', t('exam.mark')), sheet.state),
				h('nav', {class: 'steps', 'aria-label': t('exam.steps')}, back, next, review), mapPlace)),
		update() {
			if ((app.look?.section ?? 0) !== section)
				void app.stage.more.get().then(makeMap);
			items = openItems(app);
			at = items.findIndex(i => i.item === app.at);
			if (at < 0) {
				at = 0;
				app.at = items[0]?.item ?? 0;
			}
			sheet.update(items[at], t('exam.questionOf', {n: at + 1, count: items.length}));
			mark.checked = app.marks.has(app.at);
			back.disabled = at === 0;
			setText(next, at + 1 < items.length ? t('exam.next') : t('exam.toReview'));
			review.hidden = at + 1 >= items.length;
			top.update();
			wire.update();
			mapped?.update();
		},
		leave: sheet.leave,
	};
}
