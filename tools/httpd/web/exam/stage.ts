// What the candidate has before his eyes: one screen at a time, in the place of the one before.
import type {App} from './app';
import type * as more from './more';
import type {Screen} from './screen';

/** One screen: made when it is shown, told when something changed. */
export interface View {
	readonly node: HTMLElement;
	update?(): void;
	leave?(): void;
}

export type Views = Partial<Record<Screen, (app: App) => View>>;

/** What is fetched a moment later. */
export type More = typeof more;

export class Stage {
	private shown: Screen | null = null;
	private view: View | null = null;
	private state = '';
	private coming: Promise<More | null> | null = null;

	/** views: of the screens that are here from the start; more fetches the others, and then changed is called. */
	constructor(private readonly root: HTMLElement, private readonly views: Views, private readonly more: () => Promise<More>, private readonly changed: () => void) {}

	/** Screens that nobody needs at once come a moment later; what is shown stays until they do. Null: without network; the next second asks again. */
	fetchMore(): Promise<More | null> {
		this.coming ??= this.more().then(more => {
			Object.assign(this.views, more.views);
			this.changed();
			return more;
		}).catch(() => (this.coming = null));
		return this.coming;
	}

	show(screen: Screen, app: App): void {
		if (screen === this.shown)
			this.view?.update?.();
		else if (this.views[screen])
			this.change(screen, this.views[screen]!, app);
		else
			void this.fetchMore();
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
