// Competences by their names, as the server's skills standards have them; a code that no standard has stays a code. Asked for once.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {call} from '../lib/api';
import {language} from '../lib/words';

interface Named {
	code: string;
	vi: string;
	en: string;
}
type Names = ReadonlyMap<string, string>;

let asked: Promise<Names> | null = null, known: Names = new Map();

async function read(): Promise<Names> {
	const {competences} = await call<{competences: Named[]}>('GET', '/api/competences');
	return known = new Map(competences.map(c => [c.code, language === 'en' && c.en || c.vi]));
}

// Empty until they are here. What fails is asked again when the next part of a page wants names.
export function useCompetences(): Names {
	const [names, setNames] = useState(known);
	useEffect(() => {
		let here = true;
		asked ??= read();
		asked.then(n => here && setNames(n), () => {
			asked = null;
		});
		return () => {
			here = false;
		};
	}, []);
	return names;
}

// The name, and the code in small type beside it: "Internet cơ bản  IU06".
export function Competence({code}: {code: string}): JSX.Element {
	const name = useCompetences().get(code);
	return name ? <span class="competence">{name} <span class="quiet small">{code}</span></span> : <span class="competence">{code}</span>;
}

// Codes to choose from while one is typed, for <Field list="…">.
export function CompetenceList({id}: {id: string}): JSX.Element {
	return <datalist id={id}>{[...useCompetences()].map(([code, name]) => <option key={code} value={code}>{name}</option>)}</datalist>;
}
