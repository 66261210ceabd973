// All questions at a glance, and the way to the end.
import {h} from '../lib/dom';
import {t} from '../lib/words';
import type {App, View} from './app';
import {leaveSection, submit} from './handing';
import {map, standing} from './map';
import {button, confirm, setText} from './parts';

export function viewReview(app: App): View {
	const {banner, bar, goTo, lastSection, openItems} = app.lent;
	const top = bar(app, () => t('exam.reviewTitle')), wire = banner(app), grid = map(app, item => {
		goTo(app, item);
		document.querySelector<HTMLElement>('.question h1')?.focus();
	});
	const counts = h('p', {class: 'lead', role: 'status'}), failed = h('div', {class: 'notice bad', role: 'alert', hidden: true});
	const last = lastSection(app);
	const end = button(last ? t('exam.submit') : t('exam.nextSection'), async () => {
		failed.hidden = true;
		const items = openItems(app).map(i => standing(app, i));
		const open = items.filter(s => !s.answered).length, marked = items.filter(s => s.marked).length;
		const text = [open ? h('p', {class: 'strong'}, t('exam.confirmOpen', {n: open})) : h('p', null, t('exam.confirmAll')), marked ? h('p', null, t('exam.confirmMarked', {n: marked})) : null,
			h('p', null, last ? t('exam.confirmText') : t('exam.confirmSection'))];
		if (!(await confirm(last ? t('exam.confirmTitle') : t('exam.confirmSectionTitle'), text, last ? t('exam.confirmYes') : t('exam.confirmSectionYes'), t('exam.confirmNo'))))
			return;
		const good = last ? await submit(app) : await leaveSection(app).then(() => true, () => false);
		if (good && !last) {
			app.review = false;
			app.changed();
		}
		failed.hidden = good;
		failed.textContent = good ? '' : t('exam.submitFailed');
	}, 'big');
	return {
		node: h('div', {class: 'exam'}, top.node, wire.node, h('div', {class: 'question'}, h('h1', null, t('exam.reviewTitle')), counts, grid.node, legend(), failed,
			h('nav', {class: 'steps', 'aria-label': t('exam.steps')}, button(t('exam.backToQuestion'), () => {
				app.review = false;
				app.changed();
			}), end))),
		update() {
			const items = openItems(app).map(i => standing(app, i));
			setText(counts, t('exam.counts', {done: items.filter(s => s.answered).length, all: items.length, marked: items.filter(s => s.marked).length, unsent: items.filter(s => s.state === 'machine' || s.state === 'unsaved').length}));
			end.disabled = app.submitting;
			setText(end, app.submitting ? t('exam.submitting') : last ? t('exam.submit') : t('exam.nextSection'));
			top.update();
			wire.update();
			grid.update();
		},
	};
}

function legend(): HTMLElement {
	return h('ul', {class: 'legend'}, h('li', null, h('span', {'aria-hidden': 'true'}, '✓'), ' ', t('exam.answered')), h('li', null, h('span', {'aria-hidden': 'true'}, '⚑'), ' ', t('exam.marked')), h('li', null, h('span', {'aria-hidden': 'true'}, '!'), ' ', t('exam.notYetOnServer')));
}
