// The code of a unit, which is found by typing its name: with diacritics or without.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {Field} from '../form';
import {listUnits, type Unit} from './units';

const AFTER_MS = 250, SHOWN = 8;

export function UnitField({id, label, hint, value, set}: {id: string; label: string; hint: string; value: string; set(code: string): void}): JSX.Element {
	const [found, setFound] = useState<Unit[]>([]), [typed, setTyped] = useState(value);
	useEffect(() => {
		if (!typed.trim())
			return setFound([]);
		const timer = setTimeout(() => {
			listUnits({q: typed}).then(a => setFound(a.units), () => setFound([]));
		}, AFTER_MS);
		return () => clearTimeout(timer);
	}, [typed]);
	const chosen = found.find(u => u.code === value);
	return <div>
		<Field id={id} label={label} hint={hint} value={typed} set={text => {
			setTyped(text);
			set(text.trim());
		}} maxLength={100}/>
		<div role="status">
			{chosen ? <p>{chosen.name}</p> : found.length > 0 && <ul class="found">{found.slice(0, SHOWN).map(u => <li key={u.code}><button type="button" class="plain" onClick={() => {
				setTyped(u.code);
				set(u.code);
			}}>{t('admin.unitFound', {name: u.name, code: u.code})}</button></li>)}</ul>}
		</div>
	</div>;
}
