// Names of those in a room: read once when somebody asks for them, kept in this page's memory and nowhere else.
import {ask, askFile} from '../ask';
import type {Row} from './board';

export interface Person {
	attempt: number;
	name: string;
	birth?: string;
	unit?: string;
	idEnd?: string;
	photo?: boolean;
}

interface Read {
	kept: boolean;
	persons: Person[];
	atMs?: number;
}

export class People {
	kept: boolean | null = null; // null: nobody has asked yet
	private readonly known = new Map<number, Person>();
	private readonly photos = new Map<number, Promise<string>>(); // their addresses here

	get read(): boolean {
		return this.known.size > 0;
	}

	of(row: Pick<Row, 'attempt'>): Person | undefined {
		return this.known.get(row.attempt);
	}

	// His photograph: asked for once, as each look is recorded.
	photo({attempt}: Pick<Row, 'attempt'>): Promise<string> {
		let url = this.photos.get(attempt);
		if (!url) {
			url = askFile(`/api/attempts/${attempt}/photo`).then(blob => URL.createObjectURL(blob));
			url.catch(() => this.photos.delete(attempt));
			this.photos.set(attempt, url);
		}
		return url;
	}

	forget(): void {
		for (const url of this.photos.values())
			void url.then(URL.revokeObjectURL, () => {});
		this.photos.clear();
		this.known.clear();
	}

	async load(sitting: string, room: string, reason: string): Promise<void> {
		const said = await ask<Read>('POST', `/api/sittings/${encodeURIComponent(sitting)}/rooms/${encodeURIComponent(room)}/persons`, {reason});
		this.kept = said.kept;
		for (const person of said.persons)
			this.known.set(person.attempt, person);
	}
}

// yyyy-MM-dd as people write it.
export const day = (birth: string | undefined): string => birth?.split('-').reverse().join('/') ?? '';
