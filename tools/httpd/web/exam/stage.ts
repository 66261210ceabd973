// What the candidate has before his eyes: one screen at a time, in the place of the one before.
import type * as adaptive from './adaptive';
import type {App} from './app';
import type * as end from './end';
import type * as more from './more';
import type {Screen} from './screen';

/** One screen: made when it is shown, told when something changed. */
export interface View {
	readonly node: HTMLElement;
	update?(): void;
	leave?(): void;
}

export type Views = Partial<Record<Screen, (app: App) => View>>;

/** What is fetched a moment later: up to the first question, after it, and where questions come one by one. */
export type More = typeof more;
export type End = typeof end;
export type Adaptive = typeof adaptive;

const early: Screen[] = ['lobby', 'start', 'opening'], adaptives: Screen[] = ['adaptive', 'over'];

/** A script with screens: asked for as often as anybody likes, fetched once. */
class Later<T extends {views: Views}> {
	private coming: Promise<T | null> | null = null;
	constructor(private readonly fetch: () => Promise<T>, private readonly come: (views: Views) => void) {}

	/** Null: without network; who asks again, in a second, may be luckier. */
	get(): Promise<T | null> {
		this.coming ??= this.fetch().then(script => {
			this.come(script.views);
			return script;
		}).catch(() => (this.coming = null));
		return this.coming;
	}
}

export class Stage {
	private shown: Screen | null = null;
	private view: View | null = null;
	private state = '';
	readonly more: Later<More>;
	readonly end: Later<End>;
	readonly adaptive: Later<Adaptive>;

	/** views: of the screens that are here from the start. What is shown stays until another has come; then changed is called. */
	constructor(private readonly root: HTMLElement, private readonly views: Views, more: () => Promise<More>, end: () => Promise<End>, adaptive: () => Promise<Adaptive>, changed: () => void) {
		const come = (views: Views): void => {
			Object.assign(this.views, views);
			changed();
		};
		this.more = new Later(more, come);
		this.end = new Later(end, come);
		this.adaptive = new Later(adaptive, come);
	}

	show(screen: Screen, app: App): void {
		if (screen === this.shown)
			this.view?.update?.();
		else if (this.views[screen])
			this.change(screen, this.views[screen]!, app);
		else
			void (early.includes(screen) ? this.more : adaptives.includes(screen) ? this.adaptive : this.end).get();
	}

	private change(screen: Screen, make: (app: App) => View, app: App): void {
		const first = this.shown === null;
		this.view?.leave?.();
		this.shown = screen; // before it is made, which may change something
		const view = make(app), heading = view.node.querySelector('h1'), state = app.look?.state;
		this.view = view;
		this.root.replaceChildren(view.node);
		this.root.dataset.screen = screen;
		view.update?.();
		document.title = `${heading?.textContent ?? ''} – Bảng Vàng`;
		if (!first && heading && screen !== 'question') {
			heading.tabIndex = -1;
			heading.focus();
		}
		if (state && state !== this.state) { // another part of the exam begins at the page's top
			this.state = state;
			scrollTo(0, 0);
		}
	}
}
