// The sealed paper on this machine: fetched ahead, opened by the key that the server gives from the opening on.
import {openPaper} from './seal';

export class SealedPaper {
	/** 0 to 1 of it is here; NaN: it could not be fetched yet. */
	part = 0;
	private fetching = false;

	constructor(private bytes: ArrayBuffer | null = null) {
		this.part = bytes ? 1 : 0;
	}

	get here(): boolean {
		return this.bytes !== null;
	}

	/** Once; the bytes when they have come. */
	async fetch(get: (progress: (part: number) => void) => Promise<ArrayBuffer>, changed: () => void): Promise<ArrayBuffer | null> {
		if (this.fetching || this.bytes)
			return null;
		this.fetching = true;
		try {
			this.bytes = await get(part => {
				this.part = part;
				changed();
			});
			this.part = 1;
			return this.bytes;
		} catch {
			this.part = NaN;
			return null;
		} finally {
			this.fetching = false;
			changed();
		}
	}

	/** '' where it cannot be opened. */
	async open(key: string, sitting: string, ticket: string): Promise<string> {
		return this.bytes && key && crypto.subtle ? openPaper(this.bytes, key, sitting, ticket).catch(() => '') : '';
	}
}
