// The candidate's tools: one row of buttons, and what they open. What belongs to a question is kept with its extras; what belongs to the exam is state.
import {announce, h} from '../../lib/dom';
import {setTheme, theme, type Theme, themes} from '../../lib/theme';
import {t} from '../../lib/words';
import {button} from '../dom';
import type {Accommodations, Language, PageView} from '../types';
import {calculator} from './calculator';
import {canHighlight, Marks} from './highlighter';
import {Lines} from './options';
import {panel} from './panel';
import {lineReader} from './reader';
import {canSpeak, hush, speak} from './speech';
import type {Style} from './syllable';
import {assist, type Method} from './telex';

export interface ToolsState {
	/** The notepad. */
	notes?: string;
	/** Percent. */
	size?: number;
	typing?: Method | '';
	tones?: Style;
}

export interface ToolsOptions {
	language: Language;
	/** May a calculator be used? Else only who was granted one has it. */
	calculator?: boolean;
	accommodations?: Accommodations;
	/** From the last onState(), after a reload. */
	state?: ToolsState | null;
	onState?(state: ToolsState): void;
	/** Colours are chosen elsewhere on the page. */
	noTheme?: boolean;
	/** Where windows (notepad, calculator) go on narrow screens: in the flow of the page, before the question. host, if absent. */
	panels?: HTMLElement;
	/** Spoken questions without an accommodation. */
	speech?: boolean;
}

export interface ToolsView {
	/** After each mountPage(); null while no question is shown. */
	shown(view: PageView | null): void;
	destroy(): void;
}

const sizes = [100, 125, 150, 175, 200];

/** Makes the buttons in host, which may stand in a menu. */
export function mountTools(host: HTMLElement, options: ToolsOptions): ToolsView {
	const pnp = options.accommodations ?? {}, state: ToolsState = {...options.state}, row = h('div', {class: 'tools', role: 'group', 'aria-label': t('tools.title')});
	let view: PageView | null = null, marks: Marks | null = null, lines: Lines | null = null, reader: ReturnType<typeof lineReader> | null = null, typed: (() => void)[] = [];
	const on = new Set<string>(), opened = new Map<string, HTMLElement>();
	const keep = (): void => options.onState?.({...state});
	const floating = h('div', {class: 'tool-panels'});

	const toggle = (name: string, label: string, change: (now: boolean) => void): HTMLButtonElement => {
		const made = button(label, () => {
			const now = !on.has(name);
			now ? on.add(name) : on.delete(name);
			made.setAttribute('aria-pressed', String(now));
			change(now);
		}, {'aria-pressed': 'false', 'data-tool': name});
		return made;
	};
	const window_of = (name: string, label: string, content: () => Node[]): HTMLButtonElement => {
		const close = (): void => {
			opened.get(name)?.remove();
			opened.delete(name);
			on.delete(name);
			made.setAttribute('aria-pressed', 'false');
			made.focus();
		};
		const made = toggle(name, label, now => {
			if (!now)
				return close();
			const node = panel(label, content(), close);
			opened.set(name, node);
			floating.append(node);
			node.querySelector<HTMLElement>('textarea, input')?.focus();
		});
		return made;
	};

	// ---- Size and colours

	/* What was granted is where it begins. */
	const begin = parseFloat(document.documentElement.style.fontSize) || 100;
	const resize = (to: number): void => {
		state.size = to;
		document.documentElement.style.fontSize = `${to}%`;
		said.textContent = `${to} %`;
		smaller.disabled = to <= sizes[0]!;
		larger.disabled = to >= sizes[sizes.length - 1]!;
	};
	const step = (by: number): void => {
		const now = state.size ?? begin, to = by > 0 ? sizes.find(s => s > now) : [...sizes].reverse().find(s => s < now);
		if (to) {
			resize(to);
			announce(t('tools.sizeNow', {n: to}));
			keep();
		}
	};
	const said = h('span', {class: 'tool-size'}), smaller = button('A−', () => step(-1), {'aria-label': t('tools.smaller')}), larger = button('A+', () => step(1), {'aria-label': t('tools.larger')});
	row.append(h('div', {class: 'tool-pair', role: 'group', 'aria-label': t('tools.size')}, h('span', {class: 'tool-name'}, t('tools.size')), smaller, said, larger));
	resize(state.size ?? begin);
	if (!options.noTheme) {
		const names: Record<Theme, string> = {'': t('tools.themeUsual'), contrast: t('tools.themeContrast'), dark: t('tools.themeDark')};
		const select = h('select', {}, themes.map(name => h('option', {value: name, selected: name === theme()}, names[name])));
		select.addEventListener('change', () => setTheme(select.value as Theme));
		row.append(h('label', {class: 'tool-pair'}, h('span', {class: 'tool-name'}, t('tools.theme')), select));
	}

	// ---- On the question

	const strike = toggle('strike', t('tools.strikeOut'), now => { if (lines) { lines.striking = now; lines.show(); } });
	const mask = toggle('mask', t('tools.mask'), now => { if (lines) { lines.masking = now; lines.show(); } });
	const unmark = button(t('tools.clearMarks'), () => { marks?.clear(); announce(t('tools.cleared')); }, {hidden: true});
	const highlight = toggle('highlight', t('tools.highlight'), now => {
		marks?.marking(now);
		unmark.hidden = !now;
		how.hidden = !now;
	});
	const how = h('p', {class: 'tool-how', hidden: true}, t('tools.highlightHow'));
	row.append(strike);
	if (canHighlight())
		row.append(highlight, unmark);
	const line = toggle('reader', t('tools.reader'), now => {
		reader?.destroy();
		reader = now ? lineReader() : null;
		if (reader)
			host.append(reader.node);
	});
	row.append(mask, line);

	// ---- Windows

	row.append(window_of('notes', t('tools.notes'), () => {
		const area = h('textarea', {rows: 5, 'aria-label': t('tools.notes'), maxlength: 20000});
		area.value = state.notes ?? '';
		area.addEventListener('input', () => {
			state.notes = area.value;
			keep();
		});
		return [h('p', {class: 'small'}, t('tools.notesText')), area];
	}));
	if (options.calculator || pnp['calculator-on-screen'])
		row.append(window_of('calculator', t('tools.calculator'), calculator));

	// ---- Speech: the voices come late in some browsers

	const voice = options.language;
	const speech = toggle('speak', t('tools.speak'), now => {
		if (!now || !view)
			return hush();
		if (!canSpeak(voice)) {
			announce(t('tools.noVoice'));
			how_speech.hidden = false;
			speech.click();
			return;
		}
		speak(view.root, voice, Number(pnp['spoken']?.['speechRate']) || 1, () => { if (on.has('speak')) speech.click(); });
	});
	const how_speech = h('p', {class: 'tool-how', hidden: true}, t('tools.noVoice'));
	if (options.speech || pnp['spoken'])
		row.append(speech);

	// ---- Typing Vietnamese

	const assist_all = (): void => {
		typed.forEach(stop => stop());
		typed = [];
		const method = state.typing || null;
		view?.root.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('[data-typing="text"]').forEach(field => {
			field.parentElement?.querySelector(`[data-typing-of="${field.id}"]`)?.remove();
			if (!method)
				return;
			let stop: (() => void) | null = assist(field, method, state.tones ?? 'old');
			field.id ||= `typing-${typed.length}-${Math.floor(performance.now())}`;
			/* Each field may leave it: an address, a command. */
			const name = method === 'telex' ? 'Telex' : 'VNI';
			const off = button(name, () => {
				stop = stop ? (stop(), null) : assist(field, method, state.tones ?? 'old');
				off.setAttribute('aria-pressed', String(stop !== null));
				off.textContent = stop ? name : t('tools.typingOff');
				field.focus();
			}, {class: 'tool-typing', 'aria-pressed': 'true', 'data-typing-of': field.id, 'aria-label': t('tools.typingHere', {name})});
			field.after(off);
			typed.push(() => {
				stop?.();
				off.remove();
			});
		});
	};
	const typing = h('select', {}, ([['', t('tools.typingOff')], ['telex', 'Telex'], ['vni', 'VNI']] as const).map(([value, name]) => h('option', {value, selected: (state.typing ?? '') === value}, name)));
	const tones = h('select', {'aria-label': t('tools.tones')}, ([['old', 'hòa'], ['new', 'hoà']] as const).map(([value, name]) => h('option', {value, selected: (state.tones ?? 'old') === value}, name)));
	const retype = (): void => {
		state.typing = typing.value as Method | '';
		state.tones = tones.value as Style;
		tones.hidden = !state.typing;
		assist_all();
	};
	for (const select of [typing, tones])
		select.addEventListener('change', () => { retype(); keep(); });
	const typing_row = h('div', {class: 'tool-pair'}, h('label', {class: 'tool-pair'}, h('span', {class: 'tool-name'}, t('tools.typing')), typing), tones);
	row.append(typing_row);
	tones.hidden = !state.typing;
	host.append(row, how, how_speech);
	(options.panels ?? host).append(floating);

	/* What was granted is on from the beginning. */
	if (pnp['answer-masking'])
		mask.click();
	if (pnp['line-reader'])
		line.click();

	return {
		shown(now) {
			marks?.destroy();
			hush();
			if (on.has('speak'))
				speech.click();
			view = now;
			marks = view && canHighlight() ? new Marks(view) : null;
			lines = view && new Lines(view);
			if (lines) {
				lines.striking = on.has('strike');
				lines.masking = on.has('mask');
				lines.show();
			}
			strike.hidden = mask.hidden = !lines?.any;
			marks?.marking(on.has('highlight'));
			typing_row.hidden = !view?.root.querySelector('[data-typing="text"]');
			assist_all();
		},
		destroy() {
			marks?.destroy();
			hush();
			reader?.destroy();
			typed.forEach(stop => stop());
			floating.remove();
			row.remove();
			how.remove();
			how_speech.remove();
		},
	};
}
