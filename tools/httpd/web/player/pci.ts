/* Values as 1EdTech PCI JSON. */
import type {Atom, FileValue, Pci} from './types';

export const nothing: Pci = {base: null};

export const single = (type: string, atom: Atom | null | undefined): Pci => (atom == null || atom === '' ? {base: null} : {base: {[type]: atom}});

/** Of its own: what an interaction goes on changing is not what was given. */
export const list = (type: string, atoms: Atom[]): Pci => (atoms.length ? {list: {[type]: [...atoms]}} : {base: null});

/** As its cardinality wants it. */
export const value = (cardinality: string, type: string, atoms: Atom[]): Pci =>
	cardinality === 'single' ? single(type, atoms[0]) : list(type, atoms);

/** The atoms of a value, of whatever form, in an array of their own. */
export function atoms(saved: Pci | null | undefined): Atom[] {
	if (!saved) return [];
	if ('list' in saved) return [...(Object.values(saved.list)[0] ?? [])];
	if ('record' in saved) {
		const text = saved.record.find(f => f.name === 'stringValue')?.base;
		return text ? Object.values(text) : [];
	}
	return saved.base ? Object.values(saved.base) : [];
}

export const texts = (saved: Pci | null | undefined): string[] => atoms(saved).filter((a): a is string => typeof a === 'string');

/** Pairs come as ["a","b"], or in QTI's lexical form "a b". */
export const pairs = (saved: Pci | null | undefined): [string, string][] =>
	atoms(saved).flatMap(a => {
		const both = typeof a === 'string' ? a.split(' ') : Array.isArray(a) ? a : [];
		return both.length === 2 ? [[String(both[0]), String(both[1])] as [string, string]] : [];
	});

export const points = (saved: Pci | null | undefined): [number, number][] => pairs(saved).map(([x, y]) => [Number(x), Number(y)] as [number, number]);

export function file(saved: Pci | null | undefined): FileValue | null {
	const one = atoms(saved)[0];
	return one && typeof one === 'object' && 'data' in one ? one : null;
}
