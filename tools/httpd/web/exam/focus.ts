// When the candidate was not on this page, how often and for how long: totals, without what he did, and nothing follows from them by themselves.
// A window that covers the page makes no event, and so the page asks itself now and then.

const LOOK_MS = 500;
const LEAST_MS = 1000; // a dialog of the browser, the switch of an input method
const TELL_MS = 30000;

export interface Away {
	losses: number;
	awayMs: number;
	fullscreen: number;
}

export class FocusWatch {
	readonly away: Away = {losses: 0, awayMs: 0, fullscreen: 0};
	private since = 0;
	private told = '';
	private toldAt = -Infinity;
	private readonly timer: number;

	/** tell: with totals, when he is back, at most once in half a minute. */
	constructor(private readonly tell: (away: Away) => Promise<unknown>, private readonly wanted: () => boolean) {
		this.told = JSON.stringify(this.away);
		this.timer = window.setInterval(() => this.look(), LOOK_MS);
		document.addEventListener('fullscreenchange', this.full);
	}

	private readonly full = (): void => {
		if (!document.fullscreenElement && this.wanted())
			this.away.fullscreen++;
	};

	private look(): void {
		const here = document.hasFocus() && document.visibilityState === 'visible', now = performance.now();
		if (!here && !this.since && this.wanted())
			this.since = now;
		else if (here && this.since) {
			if (now - this.since >= LEAST_MS) {
				this.away.losses++;
				this.away.awayMs += Math.round(now - this.since);
			}
			this.since = 0;
		}
		const news = JSON.stringify(this.away);
		if (here && news !== this.told && now - this.toldAt > TELL_MS) {
			this.toldAt = now;
			this.tell({...this.away}).then(() => (this.told = news)).catch(() => undefined);
		}
	}

	end(): void {
		window.clearInterval(this.timer);
		document.removeEventListener('fullscreenchange', this.full);
	}
}
