// Pieces that several screens share.
import {h} from '../lib/dom';
import {setTheme, theme, themes} from '../lib/theme';
import {language, t} from '../lib/words';
import type {App} from './app';
import type {SaveState} from './queue';

type Child = Node | string | number | null | undefined | false;

export function button(text: string, press: () => void | Promise<unknown>, kind = 'second'): HTMLButtonElement {
	const made = h('button', {type: 'button', class: kind || null}, text);
	made.addEventListener('click', () => {
		const done = press();
		if (done instanceof Promise) {
			made.disabled = true; // twice is once
			void done.catch((e: unknown) => console.error(e)).then(() => (made.disabled = false));
		}
	});
	return made;
}

export function setText(node: HTMLElement, text: string): void {
	if (node.textContent !== text)
		node.textContent = text;
}

/** A page of text: one heading, and what is under it. */
export function sheet(heading: string, ...children: (Child | Child[])[]): HTMLElement {
	return h('div', null, topLine(), h('div', {class: 'wide sheet'}, h('h1', null, heading), ...children));
}

/** Language and colours; on question pages they are among the tools. */
export function topLine(): HTMLElement {
	const other = language === 'vi' ? 'en' : 'vi';
	const colours = h('select', {class: 'colours', 'aria-label': t('exam.colours'), onchange: (e: Event) => setTheme((e.target as HTMLSelectElement).value as (typeof themes)[number])},
		...themes.map(name => h('option', {value: name, selected: name === theme()}, t(name === 'dark' ? 'exam.coloursDark' : name === 'contrast' ? 'exam.coloursContrast' : 'exam.coloursUsual'))));
	return h('div', {class: 'top'}, h('div', {class: 'wide'}, h('span', {class: 'brand'}, 'Bảng Vàng'), colours,
		h('a', {class: 'language', href: `/exam?lang=${other}${location.hash}`, lang: other, hreflang: other}, other === 'vi' ? 'Tiếng Việt' : 'English')));
}

/** 1:02:03, or 02:03. */
export function duration(ms: number): string {
	if (Number.isNaN(ms))
		return '–:–';
	const s = Math.floor(ms / 1000), two = (n: number): string => String(n).padStart(2, '0');
	return (s >= 3600 ? `${Math.floor(s / 3600)}:` : '') + `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** For ears: whole minutes. */
export function spoken(ms: number): string {
	return Number.isNaN(ms) ? '' : ms < 60e3 ? t('exam.lessThanMinute') : t('exam.minutesLeft', {n: Math.floor(ms / 60e3)});
}

export function stateWords(state: SaveState): string {
	return t(state === 'server' ? 'exam.onServer' : state === 'machine' ? 'exam.onMachine' : state === 'unsaved' ? 'exam.notSaved' : 'exam.noAnswer');
}

export function notice(kind: '' | 'warn' | 'bad' | 'good', ...children: (Child | Child[])[]): HTMLElement {
	return h('div', {class: `notice ${kind}`.trim()}, ...children);
}

export function download(name: string, type: string, text: string): void {
	const address = URL.createObjectURL(new Blob([text], {type}));
	h('a', {href: address, download: name}).click();
	setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** Facts: name and value. */
export function facts(...rows: [string, Child][]): HTMLElement {
	return h('dl', {class: 'facts'}, rows.filter(([, value]) => value !== undefined && value !== null && value !== '').map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))));
}

/** A question over the page; resolves with the answer, false for Escape. */
export function confirm(heading: string, text: Child[], yes: string, no: string): Promise<boolean> {
	return new Promise(answer => {
		const dialog: HTMLDialogElement = h('dialog', {class: 'ask', 'aria-labelledby': 'ask-title'}, h('h2', {id: 'ask-title'}, heading), ...text,
			h('div', {class: 'buttons'}, button(yes, () => dialog.close('yes'), ''), button(no, () => dialog.close('no'))));
		dialog.addEventListener('close', () => {
			dialog.remove();
			answer(dialog.returnValue === 'yes');
		});
		document.body.append(dialog);
		dialog.showModal();
	});
}

/** "Call the proctor": always at the same place, in every state. */
export function helpButton(app: App): {node: HTMLElement; update(): void} {
	const open = button('', async () => {
		if (app.helpAsked) {
			await app.askHelp('').catch(() => undefined);
			return;
		}
		await (await app.stage.more.get())?.askHelp(app);
	}, 'second help');
	return {
		node: open,
		update: () => setText(open, app.helpAsked ? t('exam.helpOver') : t('exam.help')),
	};
}

/** The file for the proctor's hands, where there is something that only this machine has. */
export function rescueButton(app: App, failed: HTMLElement): HTMLButtonElement {
	return button(t('exam.rescue'), async () => {
		const end = await app.stage.end.get();
		failed.textContent = (await end?.saveRescue(app)) ? '' : t('exam.rescueFailed');
	});
}
