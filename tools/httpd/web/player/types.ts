/* The contract between a question and the page around it. What arrives is described in doc/delivery.md. */

export interface Attributes {
	readonly [name: string]: string | number;
}

/** ["name", {attributes}?, child, …]; children are elements and texts. */
export type JsonML = readonly [string, ...(Attributes | JsonML | string)[]];

export interface FileValue {
	data: string;
	mime: string;
	name?: string;
}
export type Atom = string | number | boolean | readonly [string, string] | readonly [number, number] | FileValue;
export interface Field {
	name: string;
	base: {[type: string]: Atom} | null;
}

/** 1EdTech PCI JSON. Nothing chosen, typed or moved yet is {"base":null}. */
export type Pci = {base: {[type: string]: Atom} | null} | {list: {[type: string]: Atom[]}} | {record: Field[]};

/** By the names of the page: r1, r2 … */
export interface Responses {
	[response: string]: Pci;
}

export type Language = 'vi' | 'en';

/** AfA PNP names to their parameters, as the centre granted them: {"magnification":{"allContent":1.5},"line-reader":{}}. */
export interface Accommodations {
	readonly [support: string]: {readonly [parameter: string]: unknown};
}

/** What is no answer but must survive a reload: struck-out options, highlights, a number half typed. JSON; small. */
export interface Extras {
	[name: string]: unknown;
}

export interface Options {
	/** After each change, with all responses of the page. The objects are new each time. */
	onChange(responses: Responses): void;
	/** media:sha256-… → an address that the content security policy lets through. */
	media(url: string): string;
	language: Language;
	accommodations?: Accommodations;
	/** For review, and for the author's preview: shows the responses, takes none. */
	readOnly?: boolean;
	extras?: Extras | null;
	onExtras?(extras: Extras): void;
	/** An end-attempt button was pressed; its response is in responses() already. */
	onEndAttempt?(response: string): void;
	/** Before the play of a media interaction begins it may be refused by the shell. */
	onPlay?(response: string, plays: number): void;
}

export interface PageView {
	responses(): Responses;
	extras(): Extras;
	/** Has every interaction the least that it asks for? */
	complete(): boolean;
	/** Has anything been answered? */
	touched(): boolean;
	/** To the first control, or with what === 'incomplete' to the first that lacks something. */
	focusFirst(what?: 'incomplete'): void;
	/** A note of a tool, kept with the extras of this question. */
	keep(name: string, value: unknown): void;
	kept(name: string): unknown;
	/** The question's own element: what tools read, mask and mark. */
	readonly root: HTMLElement;
	destroy(): void;
}

/** One interaction on the page. */
export interface Part {
	readonly node: Node;
	value(): Pci;
	/** The least that its limits ask for is there. */
	complete(): boolean;
	/** Where focusFirst() goes. */
	focus?(): void;
	destroy?(): void;
}
