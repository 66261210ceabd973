// Short messages at the edge of the page: what was done, and what went wrong. What went wrong stays until it is put away.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {t} from '../lib/words';

interface Toast {
	id: number;
	text: string;
	kind: 'good' | 'bad' | 'note';
}

const STAYS_MS = 8000, SHOWN = 2;
let list: Toast[] = [], next = 1;
let changed: (list: Toast[]) => void = () => {};

function set(now: Toast[]): void {
	list = now;
	changed(list);
}

export function takeBack(id: number): void {
	set(list.filter(x => x.id !== id));
}

// Its number, for who takes it back; replaces the one of that number.
export function toast(kind: Toast['kind'], text: string, replaces?: number): number {
	const id = next++;
	set([...list.filter(x => x.id !== replaces), {id, kind, text}].slice(-SHOWN));
	if (kind === 'good')
		setTimeout(() => takeBack(id), STAYS_MS);
	return id;
}

export function Toasts(): JSX.Element {
	const [shown, show] = useState(list);
	useEffect(() => {
		changed = show;
		return () => {
			changed = () => {};
		};
	}, []);
	return <div class="toasts" role="status">
		{shown.map(x => <div key={x.id} class={`notice ${x.kind}`}><p>{x.text}</p><button type="button" class="plain" onClick={() => takeBack(x.id)}>{t('console.putAway')}</button></div>)}
	</div>;
}
