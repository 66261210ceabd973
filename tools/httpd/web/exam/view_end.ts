// Screens on which nothing can be answered: paused, elsewhere, over, handed in, and the result.
import {h} from '../lib/dom';
import {formatMoment, language, t} from '../lib/words';
import type {App, View} from './app';
import {leave, saveReceipts} from './handing';
import {button, duration, facts, notice, setText, sheet} from './parts';
import {rest, waiting} from './view_wait';

export function viewPaused(app: App): View {
	const frozen = h('p', {class: 'big-time'}), view = waiting(app, t('exam.pausedTitle'), t('exam.pausedText'), frozen);
	return {
		node: view.node,
		update() {
			view.update?.();
			setText(frozen, t('exam.pausedLeft', {left: duration(app.leftMs())}));
		},
	};
}

export const viewOtherTab = (app: App): View => waiting(app, t('exam.otherTabTitle'), t('exam.otherTabText'), h('div', {class: 'buttons'}, button(t('exam.goOnHere'), () => app.takeOver(), '')));

export const viewOtherMachine = (app: App): View => waiting(app, t('exam.otherMachineTitle'), t('exam.otherMachineText'), h('div', {class: 'buttons'}, button(t('exam.tryAgain'), () => app.takeOver())));

/** The sitting demands Safe Exam Browser, and this is none, or one with another configuration. */
export function viewSeb(app: App): View {
	const file = `/seb/${app.session?.sitting.name}.seb`;
	return {
		node: sheet(t('exam.sebTitle'), h('p', {class: 'lead'}, t('exam.sebText')), h('div', {class: 'buttons'},
			h('a', {class: 'button', href: `${location.protocol === 'https:' ? 'sebs' : 'seb'}://${location.host}${file}`}, t('exam.sebOpen')), button(t('exam.tryAgain'), () => location.reload(), 'second')),
			h('p', null, h('a', {href: file}, t('exam.sebFile')))),
	};
}

export const viewHeld = (app: App): View => waiting(app, t('exam.heldTitle'), t('exam.heldText'));

/** Over by the clock or by a proctor: what was answered before is kept. */
function over(app: App, heading: string, text: string): View {
	const ways = ending(app), view = waiting(app, heading, text, ways.node);
	return {
		node: view.node,
		update() {
			view.update?.();
			ways.update();
		},
	};
}

export const viewTimeOver = (app: App): View => over(app, t('exam.timeOverTitle'), t('exam.timeOverText'));
export const viewEnded = (app: App): View => over(app, t('exam.endedTitle'), t('exam.endedText'));

/** Receipts, and the way out. */
function ending(app: App): {node: HTMLElement; update(): void} {
	const out = button(t('exam.leave'), () => leave(app)), quit = h('a', {class: 'button', href: '/seb-quit'}, t('exam.sebQuit'));
	return {
		node: h('div', {class: 'buttons'}, button(t('exam.receipts'), () => saveReceipts(app)), out, quit),
		update() {
			out.hidden = !!app.queue?.unsent;
			quit.hidden = out.hidden || !app.session?.seb;
		},
	};
}

/** The first characters of the hash that the ledger has of the submission, by fours. */
export const receiptCode = (hash: string): string => hash.slice(0, 16).toUpperCase().replace(/(.{4})(?=.)/g, '$1-');

export function viewDone(app: App): View {
	const ways = ending(app), left = rest(app), code = h('p', {class: 'receipt'}), none = h('p');
	const said = h('p', {role: 'status'});
	return {
		node: sheet(t('exam.doneTitle'), h('p', {class: 'lead'}, t('exam.doneText')), h('h2', null, t('exam.receiptCode')), code, none, left.node, h('p', null, t('exam.doneKeep')), ways.node, h('h2', null, t('exam.resultTitle')),
			h('p', null, t('exam.resultLater')), h('div', {class: 'buttons'}, button(t('exam.askResult'), async () => {
				await app.askResult();
				said.textContent = app.result ? '' : t('exam.notReleased');
			})), said),
		update() {
			setText(code, receiptCode(app.receipt));
			code.hidden = !app.receipt;
			setText(none, app.receipt ? t('exam.receiptText') : t('exam.receiptElsewhere'));
			ways.update();
			left.update();
		},
	};
}

export function viewResult(app: App): View {
	const body = h('div'), ways = ending(app);
	let shown: unknown = null;
	return {
		node: sheet(t('exam.resultTitle'), body, ways.node),
		update() {
			ways.update();
			if (app.result === shown && shown)
				return;
			shown = app.result;
			body.replaceChildren(...(app.result ? resultFacts(app) : [h('p', {role: 'status'}, t('exam.resultLoading'))]));
		},
	};
}

/** Asking that the result be looked at again: what it is about, and nothing that one writes, since nobody could take that back. */
function appeal(app: App): HTMLElement {
	const state = app.result?.state;
	if (state !== 'released')
		return h('p', {role: 'status'}, state === 'appealed' ? t('exam.appealed') : state === 'final' ? t('exam.appealDecided') : '');
	const choices: [string, string][] = [['marking', t('exam.appealMarking')], ['question', t('exam.appealQuestion')], ['machine', t('exam.appealMachine')], ['procedure', t('exam.appealProcedure')], ['other', t('exam.appealOther')]];
	const about = h('select', {id: 'appeal'}, ...choices.map(([value, words]) => h('option', {value}, words))), failed = h('p', {class: 'fault', role: 'alert'});
	return h('details', null, h('summary', null, t('exam.appeal')), h('p', null, t('exam.appealText')), h('div', {class: 'field'}, h('label', {for: 'appeal'}, t('exam.appealAbout')), about),
		h('div', {class: 'buttons'}, button(t('exam.appealSend'), async () => {
			failed.textContent = '';
			await app.appeal(about.value).catch((e: unknown) => (failed.textContent = e instanceof Error ? e.message : String(e)));
		})), failed);
}

interface Rating {
	decision?: string;
	marksHundredths?: number;
	maxHundredths?: number;
	level?: {name?: Record<string, string>} | null;
	reasons?: {vi: string; en: string}[];
}

function resultFacts(app: App): HTMLElement[] {
	const rating = (app.result?.rating ?? {}) as Rating, passed = rating.decision === 'passed', code = app.result?.certificate?.code;
	const marks = rating.marksHundredths === undefined ? '' : t('exam.marksOf', {marks: rating.marksHundredths / 100, most: (rating.maxHundredths ?? 0) / 100});
	return [
		notice(passed ? 'good' : '', h('strong', null, passed ? t('exam.passed') : t('exam.failed'))),
		facts([t('exam.ticket'), app.session?.ticket], [t('exam.sitting'), app.session?.sitting.name], [t('exam.marks'), marks], [t('exam.level'), rating.level?.name?.[language] ?? rating.level?.name?.vi]),
		h('ul', null, (rating.reasons ?? []).map(r => h('li', null, r[language]))),
		...(code ? [h('p', null, h('a', {class: 'button', href: `/v/${code}`}, t('exam.certificate')))] : passed ? [h('p', null, t('exam.certificateLater'))] : []),
		appeal(app),
		h('p', {class: 'hint'}, t('exam.resultSaid', {time: formatMoment(Date.now())})),
	];
}
