// The lobby: is this machine good for the exam, and what does the candidate wait for?
import {h} from '../lib/dom';
import {formatNumber, formatTime, t} from '../lib/words';
import type {App, View} from './app';
import {leave} from './handing';
import {button, duration, facts, helpButton, notice, setText, sheet} from './parts';

type Verdict = 'good' | 'warn' | 'bad' | 'wait' | 'ask';

interface Test {
	name: string;
	told(): [Verdict, string];
	act?: HTMLElement;
}

const verdicts = (): Record<Verdict, string> => ({good: t('exam.testGood'), warn: t('exam.testWarn'), bad: t('exam.testBad'), wait: t('exam.testWait'), ask: t('exam.testAsk')});

function browserTest(): [Verdict, string] {
	const needs = [typeof structuredClone, typeof HTMLDialogElement, typeof ReadableStream, typeof crypto?.subtle];
	return needs.includes('undefined') ? ['warn', t('exam.browserOld')] : ['good', t('exam.browserGood')];
}

function storageTest(app: App, room: {free: number}): [Verdict, string] {
	if (!app.store.durable)
		return ['bad', t('exam.storageNone')];
	if (room.free < 20e6)
		return ['warn', t('exam.storageSmall', {mb: Math.floor(room.free / 1e6)})];
	return ['good', t('exam.storageGood')];
}

function clockTest(app: App): [Verdict, string] {
	if (!app.clock.known || !app.link.lastHeard)
		return ['wait', t('exam.clockWait')];
	const minutes = Math.round(Math.abs(Date.now() - app.clock.now()) / 60e3);
	return minutes ? ['good', t('exam.clockOff', {n: minutes, time: formatTime(app.clock.now())})] : ['good', t('exam.clockGood', {time: formatTime(app.clock.now())})];
}

function networkTest(app: App): [Verdict, string] {
	if (app.link.away)
		return ['bad', t('exam.networkAway')];
	if (Number.isNaN(app.link.roundTripMs))
		return ['wait', t('exam.networkWait')];
	return app.link.roundTripMs > 2000 ? ['warn', t('exam.networkSlow', {ms: Math.round(app.link.roundTripMs)})] : ['good', t('exam.networkGood', {ms: Math.round(app.link.roundTripMs)})];
}

function paperTest(app: App): [Verdict, string] {
	if (app.adaptive)
		return ['good', `${t('exam.paperByQuestion')} ${t('exam.noWayBack')}`];
	if (app.desk.sealed.part === 1)
		return ['good', t('exam.paperFetched')];
	return Number.isNaN(app.desk.sealed.part) ? ['warn', t('exam.paperLater')] : ['wait', t('exam.paperPart', {percent: formatNumber(Math.floor(app.desk.sealed.part * 100))})];
}

function soundTest(heard: {answer: '' | 'yes' | 'no'}): Test {
	const asked = h('span', {class: 'buttons', hidden: true}, t('exam.soundHeard'), button(t('exam.yes'), () => void (heard.answer = 'yes')), button(t('exam.no'), () => void (heard.answer = 'no')));
	const play = button(t('exam.soundPlay'), () => {
		beep();
		asked.hidden = false;
	});
	return {
		name: t('exam.sound'), act: h('div', {class: 'buttons'}, play, asked),
		told: () => (heard.answer === 'yes' ? ['good', t('exam.soundGood')] : heard.answer === 'no' ? ['warn', t('exam.soundBad')] : ['ask', t('exam.soundAsk')]),
	};
}

function beep(): void {
	const audio = new AudioContext(), tone = audio.createOscillator(), volume = audio.createGain();
	volume.gain.value = 0.2;
	tone.frequency.value = 660;
	tone.connect(volume).connect(audio.destination);
	tone.start();
	tone.stop(audio.currentTime + 0.7);
	tone.onended = () => void audio.close();
}

/** Typing the sentence shows whether the machine writes Vietnamese: by Telex, VNI, or whatever it has. */
function keyboardTest(): Test {
	const wanted = 'Tiếng Việt đủ dấu';
	const input = h('input', {type: 'text', 'aria-label': t('exam.keyboardLabel', {text: wanted}), lang: 'vi', autocomplete: 'off', spellcheck: 'false'});
	return {
		name: t('exam.keyboard'), act: h('div', null, h('p', {class: 'hint'}, t('exam.keyboardHint', {text: wanted})), input),
		told: () => {
			const typed = input.value.normalize('NFC').trim().toLocaleLowerCase('vi');
			if (!typed)
				return ['ask', t('exam.keyboardAsk')];
			return typed === wanted.toLocaleLowerCase('vi') ? ['good', t('exam.keyboardGood')] : /[^\x00-\x7f]/.test(typed) ? ['wait', t('exam.keyboardPart')] : ['warn', t('exam.keyboardPlain')];
		},
	};
}

export function viewLobby(app: App): View {
	const heard = {answer: '' as const}, room = {free: Infinity};
	void navigator.storage?.estimate?.().then(e => (room.free = (e.quota ?? 0) - (e.usage ?? 0)));
	const tests: Test[] = [
		{name: t('exam.browser'), told: browserTest},
		{name: t('exam.storage'), told: () => storageTest(app, room)},
		{name: t('exam.network'), told: () => networkTest(app)},
		{name: t('exam.clock'), told: () => clockTest(app)},
		{name: t('exam.paper'), told: () => paperTest(app)},
		soundTest(heard),
		keyboardTest(),
	];
	const words = verdicts();
	const rows = tests.map(test => ({test, verdict: h('strong', {class: 'verdict'}), text: h('span')}));
	const list = h('ul', {class: 'tests'}, rows.map(r => h('li', null, h('h3', null, r.test.name), h('p', null, r.verdict, ' ', r.text), r.test.act)));
	const waiting = h('div', {role: 'status', class: 'notice'}), help = helpButton(app);
	const go = button(t('exam.goOn'), () => {
		app.ready = true;
		void app.keep('ready', true);
		app.remark({remark: 'device', text: rows.map(r => `${r.test.told()[0]}`).join(' ')}).catch(() => undefined);
		app.changed();
	}, '');
	const session = app.session;
	return {
		node: sheet(t('exam.lobbyTitle'),
			facts([t('exam.ticket'), session?.ticket], [t('exam.sitting'), session?.sitting.name], [t('exam.room'), session?.room], [t('exam.seat'), session?.seat]),
			app.store.durable ? null : notice('bad', h('strong', null, t('exam.privateTitle')), h('p', null, t('exam.privateText'))),
			waiting, h('div', {class: 'buttons'}, go, help.node), h('h2', null, t('exam.testsTitle')), list,
			h('div', {class: 'buttons'}, button(t('exam.notMe'), () => leave(app), 'plain'))),
		update() {
			const admitted = app.look?.state === 'admitted';
			setText(waiting, admitted ? t('exam.admitted') : t('exam.waitProctor'));
			go.hidden = !admitted;
			help.update();
			for (const r of rows) {
				const [verdict, text] = r.test.told();
				setText(r.verdict, words[verdict]);
				setText(r.text, text);
				r.verdict.dataset.verdict = verdict;
			}
		},
	};
}

/** Rules, and the one button that begins. */
export function viewStart(app: App): View {
	const sitting = app.session?.sitting;
	const when = h('p', {role: 'status'}), failed = h('p', {class: 'fault', role: 'alert'}), help = helpButton(app);
	const opens = (): number => (sitting?.opensMs ?? 0) - (app.clock.known ? app.clock.now() : 0);
	const go = button(t('exam.start'), () => app.start().catch(() => (failed.textContent = t('exam.startFailed'))), 'big');
	const minutes = Math.round((app.look?.leftMs ?? 0) / 60e3);
	const rules = [t('exam.rule1', {n: minutes}), ...(sitting?.adaptive ? [t('exam.ruleAdaptive', {n: sitting.items}), t('exam.noWayBack'), t('exam.ruleNetwork')] : [t('exam.rule2', {n: sitting?.items ?? 0})]), sitting?.sections ? t('exam.ruleSections', {n: sitting.sections}) : '', t('exam.rule3'), t('exam.rule4'), t('exam.rule5'), t('exam.rule6')];
	return {
		node: sheet(t('exam.rulesTitle'), h('ol', {class: 'rules'}, rules.filter(Boolean).map(rule => h('li', null, rule))), when, failed, h('div', {class: 'buttons'}, go, help.node)),
		update() {
			const wait = opens();
			go.disabled = wait > 0;
			setText(when, wait > 0 ? t('exam.opensIn', {time: formatTime(sitting?.opensMs ?? 0), left: duration(wait + 999)}) : t('exam.mayStart'));
			help.update();
		},
	};
}
