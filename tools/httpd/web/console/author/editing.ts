// What all parts of a form share: the item that they show and how they change it.
import {createContext} from 'preact';
import {useContext} from 'preact/hooks';
import type {FileOf} from './bank';
import {addressOfHref, type NewFile} from './files';
import type {Doc, Elem} from './xml';

export interface Editing {
	doc: Doc;
	may: boolean;
	edit(change: () => void): void; // what it does to doc becomes the new text
	ids: Map<Elem, string>;         // of an element on the page
	files: FileOf[];
	news: NewFile[];
	addFile(file: NewFile): void;
	toSource(): void;
}

const Context = createContext<Editing | null>(null);
export const EditingProvider = Context.Provider;

export function useEditing(): Editing {
	const editing = useContext(Context);
	if (!editing)
		throw new Error('a form without an item');
	return editing;
}

export const idOf = ({ids}: Editing, element: Elem): string => ids.get(element) ?? 'x';
export const addressIn = ({news, files}: Editing, href: string): string | undefined => href ? addressOfHref(href, news, files) : undefined;

// Where the focus goes once the form is drawn again: what was moved keeps it.
let wanted = '';
export function focusNext(id: string): void {
	wanted = id;
}

export function focusNow(): void {
	const element = wanted && document.getElementById(wanted);
	wanted = '';
	if (element)
		element.focus();
}
