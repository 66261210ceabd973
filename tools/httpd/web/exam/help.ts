// What a candidate calls the proctor for.
import {h} from '../lib/dom';
import {t} from '../lib/words';
import type {App} from './app';
import {button} from './parts';

const abouts = ['machine', 'question', 'network', 'health', 'other'] as const;

export function askHelp(app: App): Promise<void> {
	return new Promise(done => {
		const failed = h('p', {class: 'fault', role: 'alert'});
		const dialog: HTMLDialogElement = h('dialog', {class: 'ask', 'aria-labelledby': 'help-title'}, h('h2', {id: 'help-title'}, t('exam.helpTitle')), h('p', null, t('exam.helpText')),
			h('div', {class: 'stack'}, abouts.map(about => button(aboutWords(about), async () => {
				await app.askHelp(about).then(() => dialog.close(), () => (failed.textContent = t('exam.helpFailed')));
			}))), failed, button(t('exam.back'), () => dialog.close(), 'plain'));
		dialog.addEventListener('close', () => {
			dialog.remove();
			done();
		});
		document.body.append(dialog);
		dialog.showModal();
	});
}

function aboutWords(about: (typeof abouts)[number]): string {
	switch (about) {
		case 'machine':
			return t('exam.helpMachine');
		case 'question':
			return t('exam.helpQuestion');
		case 'network':
			return t('exam.helpNetwork');
		case 'health':
			return t('exam.helpHealth');
		default:
			return t('exam.helpOther');
	}
}
