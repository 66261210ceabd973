// Questions that come one by one, chosen by the answers: a script of its own, for who sits such an exam (doc/sittings.md). The server says which question is open; there is no way back.
import {backOff_ms, type Problem} from '../lib/api';
import {h} from '../lib/dom';
import {t} from '../lib/words';
import type {App, View, Views} from './app';
import {drained, submit} from './handing';
import type {PaperItem} from './paper';
import {button, confirm, setText} from './parts';
import {answered} from './responses';

/** The candidate has said that he is done with the question of that number; sure: also if it has no answer. It is kept, and done when there is a network. */
export interface Leaving {
	item: number;
	sure: boolean;
}

const TRIES_MOST = 4; // of which the waiting grows: 16 s
const SLOW_MS = 1000; // no word of what is there in a moment

/** From the question that is open to the next. */
export class Flow {
	private busy = false;
	private tries = 0;
	private notBefore = 0;

	constructor(private readonly app: App) {}

	/** That is open and here. */
	get question(): PaperItem | undefined {
		return this.app.desk.paper?.items.find(i => i.item === this.app.look?.section);
	}

	/** The one that is open is done with, on this machine. */
	get leaving(): boolean {
		return this.app.leaving?.item === this.app.look?.section;
	}

	/** Of the one that is open: there is an answer, and the server does not refuse it. */
	get answered(): boolean {
		const {queue, look} = this.app, item = look?.section ?? 0;
		return answered(queue?.response(item)) && !queue?.refusedItems().includes(item);
	}

	private wish(leaving: Leaving | null): Promise<void> {
		this.app.leaving = leaving;
		return this.app.keep('leaving', leaving);
	}

	/** "Next", of the question of that number. */
	async leave(item: number, sure: boolean): Promise<void> {
		await this.wish({item, sure});
		this.notBefore = 0;
		this.app.changed();
		await this.goOn();
	}

	/** What there is to do, if it can be done now: to be called again and again. */
	async goOn(): Promise<void> {
		const {app} = this, may = app.look?.state === 'started' && app.writer.is && app.server.lease && !app.stopped && !app.signInAgain && !app.link.away;
		if (this.busy || !may || performance.now() < this.notBefore || !(this.leaving || this.lacking))
			return;
		this.busy = true;
		try {
			if (this.leaving)
				await this.close();
			if (this.lacking && !this.leaving)
				await this.fetch();
			this.tries = 0;
		} catch (e) {
			this.failed(e as Problem);
		} finally {
			this.busy = false;
			app.changed();
		}
	}

	private get lacking(): boolean {
		return !this.app.look?.over && !this.question;
	}

	/** Its answer first, and then it is left. */
	private async close(): Promise<void> {
		const {app} = this;
		if (!(await drained(app)))
			return;
		if (!this.answered && !app.leaving?.sure) { // the server takes the answer no more than before: it is the candidate's to say what now
			await this.wish(null);
			return;
		}
		app.learn(await app.server.leaveSection(app.look?.section ?? 0));
		app.link.heard();
		await this.wish(null);
	}

	private async fetch(): Promise<void> {
		const {app} = this, item = app.look?.section ?? 0;
		const text = await app.server.paper(item);
		app.at = item;
		await app.desk.open(app, async () => text);
		await app.keep('paper', text);
		app.link.heard();
	}

	private failed(e: Problem): void {
		const {app} = this;
		if (e.status !== 0) // without network: as soon as the server is heard again
			this.notBefore = performance.now() + backOff_ms(Math.min(this.tries++, TRIES_MOST), e);
		if (app.desk.trouble)
			return; // a paper that is none: said on the screen
		app.missed(e);
		if (!e.passing)
			app.link.ask(0); // how things stand
	}
}

const most = (app: App): number => app.session?.sitting.items ?? 0;

function viewAdaptive(app: App): View {
	const {banner, bar, questionSheet} = app.lent;
	let shown = -1, since = 0;
	const place = (): string => t('exam.questionMost', {n: app.at + 1, most: most(app)});
	const top = bar(app, place), wire = banner(app), sheet = questionSheet(app), said = h('p', {role: 'status', class: 'strong'});
	const next = button(t('exam.next'), () => void leave(), '');

	async function leave(): Promise<void> {
		const {flow} = app, question = flow?.question;
		if (!flow || !question || flow.leaving)
			return;
		const sure = !flow.answered;
		if (!sure || (await confirm(t('exam.passTitle'), [h('p', null, t('exam.passText'))], t('exam.passYes'), t('exam.confirmNo'))))
			await flow.leave(question.item, sure);
	}

	next.setAttribute('aria-describedby', 'no-way-back');
	return {
		node: h('div', {class: 'exam'}, top.node, wire.node, h('div', {class: 'question'}, ...sheet.nodes, h('div', {class: 'below'}, h('p', {id: 'no-way-back'}, t('exam.noWayBack')), sheet.state), said,
			h('nav', {class: 'steps', 'aria-label': t('exam.steps')}, next))),
		update() {
			const {flow} = app, open = flow?.question, between = !open || !!flow?.leaving, away = app.link.away || !navigator.onLine;
			const item = open ?? app.desk.paper?.items.slice(-1)[0];
			if (item)
				app.at = item.item;
			sheet.update(item, place());
			sheet.place.inert = between;
			next.setAttribute('aria-disabled', String(between));
			since = between ? since || performance.now() : 0;
			const slow = between && performance.now() - since > SLOW_MS;
			setText(said, app.desk.trouble || (away ? (between ? t('exam.nextWaits') : t('exam.nextNeedsNetwork')) : slow ? t('exam.nextComing') : ''));
			top.update();
			wire.update();
			if (item && shown !== item.item) {
				if (shown >= 0)
					sheet.focus();
				shown = item.item;
			}
		},
		leave: sheet.leave,
	};
}

/** No question follows. */
function viewOver(app: App): View {
	const {banner, bar} = app.lent;
	const top = bar(app, () => t('exam.overPlace')), wire = banner(app), failed = h('div', {class: 'notice bad', role: 'alert', hidden: true});
	const end = button(t('exam.submit'), async () => {
		failed.hidden = true;
		failed.hidden = await submit(app);
	}, 'big');
	failed.textContent = t('exam.submitFailed');
	return {
		node: h('div', {class: 'exam'}, top.node, wire.node, h('div', {class: 'question'}, h('h1', null, t('exam.overTitle')), h('p', {class: 'lead'}, t('exam.overText')), failed, h('nav', {class: 'steps', 'aria-label': t('exam.steps')}, end))),
		update() {
			setText(end, app.submitting ? t('exam.submitting') : t('exam.submit'));
			top.update();
			wire.update();
		},
	};
}

export const views: Views = {adaptive: viewAdaptive, over: viewOver};
