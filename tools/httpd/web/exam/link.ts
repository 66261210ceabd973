// Whether the server answers, and when it is asked again.
export class Link {
	/** It did not answer the last time. */
	away = false;
	awaySince = 0;
	lastHeard = 0; // wall clock, for people
	roundTripMs = NaN;
	private timer = 0;

	/** poll: asks, and says when to ask again. */
	constructor(private readonly poll: () => Promise<void>) {}

	heard(): void {
		this.away = false;
		this.awaySince = 0;
		this.lastHeard = Date.now();
	}

	lost(): void {
		this.away = true;
		this.awaySince ||= Date.now();
	}

	ask(afterMs: number): void {
		clearTimeout(this.timer);
		this.timer = window.setTimeout(() => void this.poll(), afterMs);
	}

	async timed<T>(request: () => Promise<T>): Promise<T> {
		const sent = performance.now(), said = await request();
		this.roundTripMs = performance.now() - sent;
		this.heard();
		return said;
	}
}
