// Sign-in: three fields as on the sheet of paper. What is typed is forgiven what can be.
import {Problem} from '../lib/api';
import {h} from '../lib/dom';
import {t} from '../lib/words';
import type {App, View} from './app';
import {strangeInCode, ticketTries, typedCode, typedName} from './entry';
import {sheet} from './parts';

interface Field {
	row: HTMLElement;
	input: HTMLInputElement;
	fault: HTMLElement;
}

function field(name: string, label: string, hint: string, more: Record<string, string | boolean> = {}): Field {
	const fault = h('span', {class: 'fault', id: `${name}-fault`});
	const input = h('input', {id: name, name, type: 'text', autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', 'aria-describedby': `${name}-hint ${name}-fault`, required: true, ...more});
	return {input, fault, row: h('div', {class: 'field'}, h('label', {for: name}, label), h('span', {class: 'hint', id: `${name}-hint`}, hint), fault, input)};
}

function wrong(f: Field, words: string): void {
	f.fault.textContent = words;
	f.row.classList.toggle('wrong', words !== '');
	f.input.setAttribute('aria-invalid', words ? 'true' : 'false');
}

/** The form; known: of a session that ended, where only the code is asked again. */
export function signInForm(app: App, known: {sitting: string; ticket: string} | null, done: () => void): HTMLFormElement {
	const given = new URLSearchParams(`${location.search.slice(1)}&${location.hash.slice(1)}`);
	const sitting = field('sitting', t('exam.sitting'), t('exam.sittingHint'), {autocapitalize: 'none', maxlength: '64'});
	const ticket = field('ticket', t('exam.ticket'), t('exam.ticketHint'), {maxlength: '128'});
	const code = field('code', t('exam.code'), t('exam.codeHint'), {maxlength: '60', class: 'code'});
	// Only where the sitting demands it: then the server says so.
	const room = field('room', t('exam.roomCode'), t('exam.roomCodeHint'), {maxlength: '20', class: 'code', required: false});
	const said = h('div', {class: 'notice bad', role: 'alert', hidden: true});
	const press = h('button', {type: 'submit'}, t('exam.enter'));
	sitting.input.value = known?.sitting ?? given.get('sitting') ?? kept('localStorage', 'sitting');
	ticket.input.value = known?.ticket ?? given.get('ticket') ?? '';
	room.input.value = given.get('room') ?? kept('sessionStorage', 'room');
	room.row.hidden = true;
	// Shown by fours while it is typed or pasted, as on the sheet; only at the end of the text, lest the caret jump.
	code.input.addEventListener('input', e => {
		const typed = code.input.value;
		if ((e as InputEvent).isComposing || code.input.selectionStart !== typed.length || (e as InputEvent).inputType?.startsWith('delete'))
			return;
		const shown = typedCode(typed);
		code.input.value = shown.replace(/-/g, '').length % 4 === 0 && /[- ]$/.test(typed) && shown ? shown + '-' : shown;
	});
	const check = (): boolean => {
		wrong(sitting, typedName(sitting.input.value) ? '' : t('exam.sittingMissing'));
		wrong(ticket, typedName(ticket.input.value) ? '' : t('exam.ticketMissing'));
		const bare = typedCode(code.input.value), strange = strangeInCode(bare), length = bare.replace(/-/g, '').length;
		wrong(code, !length ? t('exam.codeMissing') : strange.length ? t('exam.codeStrange', {letters: strange.join(' ')}) : length !== 12 ? t('exam.codeLength', {count: length}) : '');
		const first = [sitting, ticket, code].find(f => f.fault.textContent);
		first?.input.focus();
		return !first;
	};
	const form = h('form', {class: 'sign-in', novalidate: true, onsubmit: (e: Event) => {
		e.preventDefault();
		said.hidden = true;
		if (!check())
			return;
		press.disabled = true;
		enter(app, typedName(sitting.input.value), ticket.input.value, typedCode(code.input.value), room.input.value.normalize('NFKC').trim())
			.then(done, (why: unknown) => {
				if (why instanceof Problem && why.type === 'room-code') {
					wrong(room, room.input.value ? t('exam.roomCodeWrong') : t('exam.roomCodeMissing'));
					room.row.hidden = false;
					room.input.focus();
					return;
				}
				said.textContent = refusal(why);
				said.hidden = false;
			})
			.finally(() => (press.disabled = false));
	}}, said, known ? null : sitting.row, known ? null : ticket.row, code.row, room.row, press);
	return form;
}

function kept(where: 'localStorage' | 'sessionStorage', name: string): string {
	try {
		return globalThis[where].getItem(name) ?? '';
	} catch {
		return '';
	}
}

async function enter(app: App, sitting: string, typedTicket: string, code: string, room: string): Promise<void> {
	const machine = new URLSearchParams(location.search).get('machine') ?? new URLSearchParams(location.hash.slice(1)).get('machine') ?? '';
	let why: unknown;
	for (const ticket of ticketTries(typedTicket))
		try {
			await app.signIn(sitting, ticket, code, machine, room);
			try {
				localStorage.setItem('sitting', sitting);
				sessionStorage.setItem('room', room);
			} catch {
				// it is typed again the next time
			}
			return;
		} catch (e) {
			why ??= e;
			if (!(e instanceof Problem) || e.type !== 'wrong-credentials')
				throw e;
		}
	throw why;
}

function refusal(why: unknown): string {
	if (!(why instanceof Problem))
		return String(why);
	if (why.type === 'wrong-credentials')
		return t('exam.wrongCredentials');
	if (why.type === 'rate')
		return t('exam.tooFast', {n: why.retryAfter_s || 1});
	if (why.type === 'other-machine')
		return t('exam.wrongSeat');
	return why.status === 0 ? t('exam.unreachable') : why.message;
}

export function viewSignIn(app: App): View {
	return {node: sheet(t('exam.title'), h('p', {class: 'lead'}, t('exam.signInLead')), signInForm(app, null, () => undefined))};
}
