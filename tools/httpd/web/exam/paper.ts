// A paper that is open: items in their order, and the sections that they are in.
import type {JsonML} from '../player/types';

export interface PaperItem {
	item: number;
	marks: number;
	page: JsonML;
	part: string;
}

export interface Part {
	id: string;
	minutes?: number;
	titleVi: string;
	titleEn: string;
}

export interface Paper {
	format: string;
	items: PaperItem[];
	parts: Part[];
	sitting: string;
}

export function readPaper(text: string): Paper {
	const paper = JSON.parse(text) as Paper;
	if (paper.format !== 'bv-paper-1')
		throw new Error(`a paper of another kind: ${paper.format}`);
	return paper;
}

/** Where its files are. */
export const mediaAddress = (url: string): string => url.replace(/^media:sha256-/, '/api/media/');

export function mediaOf(text: string): string[] {
	return [...new Set(text.match(/media:sha256-[0-9a-f]{64}/g) ?? [])].map(mediaAddress);
}
