// One tab of a browser writes: the one that has the lock. Another one may take it, and the first is told.
export class Writer {
	/** This tab is it. */
	is = false;
	private release: (() => void) | null = null;

	constructor(private readonly lost: () => void) {}

	/** steal: from another tab. */
	async become(name: string, steal: boolean): Promise<void> {
		if (!navigator.locks || this.is) {
			this.is = true;
			return;
		}
		await new Promise<void>(decided => {
			navigator.locks
				.request(name, steal ? {steal: true} : {ifAvailable: true}, lock => {
					this.is = lock !== null;
					decided();
					return lock === null ? undefined : new Promise<void>(release => (this.release = release));
				})
				.catch(() => {
					this.is = false;
					this.lost();
					decided();
				});
		});
	}

	end(): void {
		this.release?.();
	}
}
