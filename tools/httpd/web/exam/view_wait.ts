// Screens on which the candidate waits for something that is not his to do, and may call the proctor.
import {h} from '../lib/dom';
import {t} from '../lib/words';
import type {App, View} from './app';
import {helpButton, notice, rescueButton, setText, sheet} from './parts';

/** What is not on the server: how many, and the file. */
export function rest(app: App): {node: HTMLElement; update(): void} {
	const text = h('p'), note = h('p', {class: 'hint'}, app.adaptive ? t('exam.rescueNone') : t('exam.rescueText')), failed = h('p', {class: 'fault', role: 'alert'});
	const save = rescueButton(app, failed), node = notice('warn', text, note, app.adaptive ? null : h('div', {class: 'buttons'}, save), failed);
	return {
		node,
		update() {
			const unsent = app.queue?.unsent ?? 0;
			node.hidden = !unsent;
			setText(text, t('exam.unsentMachine', {n: unsent}));
		},
	};
}

export function waiting(app: App, heading: string, text: string, ...more: (HTMLElement | null)[]): View {
	const help = helpButton(app), left = rest(app), status = h('p', {role: 'status', class: 'hint'});
	return {
		node: sheet(heading, h('p', {class: 'lead'}, text), left.node, ...more, h('div', {class: 'buttons'}, help.node), status),
		update() {
			help.update();
			left.update();
			setText(status, app.link.away ? t('exam.away') : '');
		},
	};
}

export function viewOpening(app: App): View {
	const trouble = notice('bad'), view = waiting(app, t('exam.openingTitle'), t('exam.openingText'), trouble);
	return {
		node: view.node,
		update() {
			view.update?.();
			trouble.hidden = !app.desk.trouble;
			setText(trouble, app.desk.trouble);
		},
	};
}
