// Units: provinces, communes, agencies and exam centres as a tree, found by typing, and brought in as a list.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatDate, t, type Key} from '../../lib/words';
import {Fault, Field, Submit, Title, useAction} from '../form';
import {hrefOf} from '../route';
import {mayWrite} from './document_view';
import type {SectionProps} from './sections';
import {type Imported, importUnits, listUnits, readUnit, type Unit} from './units';

const AFTER_MS = 250;
const dayOf = (text: string): string => formatDate(Date.parse(`${text}T12:00:00+07:00`));
const kindText = (kind: Unit['kind']): string => t(`office.unit_${kind}` as Key);
const holds = (u: Unit): string => u.to ? t('office.unitFromTo', {from: dayOf(u.from), to: dayOf(u.to)}) : t('office.unitFrom', {from: dayOf(u.from)});

function Rows({units}: {units: Unit[]}): JSX.Element {
	return <div class="scrolls" tabIndex={0} role="region" aria-label={t('office.units')}>
		<table class="stacks" role="table">
			<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">{t('office.unitName')}</th><th scope="col" role="columnheader">{t('office.unitCode')}</th>
				<th scope="col" role="columnheader">{t('office.unitKind')}</th><th scope="col" role="columnheader">{t('office.unitBelow')}</th></tr></thead>
			<tbody role="rowgroup">{units.map(u => <tr key={u.code} role="row">
				<th scope="row" role="rowheader"><a href={hrefOf('units', u.code)}>{u.name}</a></th>
				<td role="cell"><span class="stacks-label">{t('office.unitCode')}: </span>{u.code}</td>
				<td role="cell">{kindText(u.kind)}</td>
				<td role="cell"><span class="stacks-label">{t('office.unitBelow')}: </span>{u.below}</td>
			</tr>)}</tbody>
		</table>
	</div>;
}

// ---- Bringing a list

function Result({said}: {said: Imported}): JSX.Element {
	return <div role="status" class={`notice ${said.faultCount ? 'bad' : 'good'}`}>
		<p>{said.faultCount ? t('office.importFaults', {n: said.faultCount}) : t(said.done ? 'office.importDone' : 'office.importWould', {rows: said.rows, added: said.added, changed: said.changed, same: said.same})}</p>
		{said.faults.length > 0 && <ul>{said.faults.map((f, i) => <li key={i}>{t('office.faultAt', {n: String(f.line), message: f.message})}</li>)}</ul>}
		{said.changes.length > 0 && <details><summary>{t('office.importChanges')}</summary><ul>{said.changes.map(c => <li key={c.line}>{c.code}: {c.message}</li>)}</ul></details>}
	</div>;
}

function Import(): JSX.Element {
	const [csv, setCsv] = useState(''), [name, setName] = useState(''), [from, setFrom] = useState('2025-07-01'), [said, setSaid] = useState<Imported | null>(null);
	const action = useAction();
	const send = (dry: boolean) => action.run(async () => setSaid(await importUnits(csv, from, dry)));
	useEffect(() => {
		setSaid(null);
		if (csv && /^\d{4}-\d\d-\d\d$/.test(from))
			void send(true);
	}, [csv, from]);
	return <>
		<p><a href={hrefOf('units')}>{t('office.units')}</a></p>
		<Title>{t('office.importUnits')}</Title>
		<p>{t('office.importLead')}</p>
		<form onSubmit={e => {
			e.preventDefault();
			void send(false);
		}}>
			<div class="field"><label for="since">{t('office.importFrom')}</label><span class="hint" id="since-hint">{t('office.importFromHint')}</span>
				<input id="since" type="date" value={from} aria-describedby="since-hint" onInput={e => setFrom(e.currentTarget.value)}/></div>
			<div class="field"><label for="list">{t('office.importFile')}</label><span class="hint" id="list-hint">{t('office.importFileHint')}</span>
				<input id="list" type="file" accept=".csv,text/csv" aria-describedby="list-hint" onChange={async e => {
					const [file] = e.currentTarget.files ?? [];
					if (file) {
						setCsv(await file.text());
						setName(file.name);
					}
				}}/></div>
			<Fault problem={action.problem}/>
			{said && <Result said={said}/>}
			{said && !said.done && !said.faultCount && <div class="buttons"><Submit busy={action.busy}>{t('office.importNow', {file: name})}</Submit></div>}
		</form>
	</>;
}

// ---- One, with what is below it

function One({code}: {code: string}): JSX.Element {
	const [unit, setUnit] = useState<{rows: Unit[]; above: Unit[]} | null>(null), [below, setBelow] = useState<Unit[]>([]);
	const asking = useAction(), [now] = unit?.rows ?? [];
	useEffect(() => {
		void asking.run(async () => {
			const [u, b] = await Promise.all([readUnit(code), listUnits({parent: code})]);
			setUnit(u);
			setBelow(b.units);
		});
	}, []);
	return <>
		<nav aria-label={t('office.unitAbove')}><p><a href={hrefOf('units')}>{t('office.units')}</a>{unit?.above.map(u => <span key={u.code}> › <a href={hrefOf('units', u.code)}>{u.name}</a></span>)}</p></nav>
		<Title>{now?.name ?? code}</Title>
		<Fault problem={asking.problem}/>
		{now && <dl class="facts">
			<div><dt>{t('office.unitCode')}</dt><dd>{now.code}</dd></div>
			<div><dt>{t('office.unitKind')}</dt><dd>{kindText(now.kind)}</dd></div>
			<div><dt>{t('office.unitHolds')}</dt><dd>{holds(now)}</dd></div>
			<div><dt>{t('office.unitScope')}</dt><dd>{t('office.unitScopeText', {code: now.code})}</dd></div>
		</dl>}
		{unit && unit.rows.length > 1 && <><h2>{t('office.unitBefore')}</h2><ul>{unit.rows.slice(1).map(r => <li key={r.from}>{r.name} ({holds(r)})</li>)}</ul></>}
		{below.length > 0 && <><h2>{t('office.unitBelowTitle', {n: below.length})}</h2><Rows units={below}/></>}
	</>;
}

function Top({session}: Pick<SectionProps, 'session'>): JSX.Element {
	const [text, setText] = useState(''), [on, setOn] = useState(''), [found, setFound] = useState<{units: Unit[]; more: boolean; on: string} | null>(null);
	const asking = useAction();
	useEffect(() => {
		const timer = setTimeout(() => void asking.run(async () => setFound(await listUnits({q: text.trim(), on}))), AFTER_MS);
		return () => clearTimeout(timer);
	}, [text, on]);
	return <>
		<Title>{t('office.units')}</Title>
		<p class="lead">{t('office.unitsLead')}</p>
		{mayWrite(session) && <p><a class="button" href={hrefOf('units', 'import')}>{t('office.importUnits')}</a></p>}
		<Field id="search" label={t('office.unitSearch')} hint={t('office.unitSearchHint')} value={text} set={setText} type="search" maxLength={100}/>
		<div class="field"><label for="on">{t('office.unitOn')}</label><span class="hint" id="on-hint">{t('office.unitOnHint')}</span>
			<input id="on" type="date" value={on} aria-describedby="on-hint" onInput={e => setOn(e.currentTarget.value)}/></div>
		<Fault problem={asking.problem}/>
		<p role="status" class="quiet">{found && t('office.unitCount', {n: found.units.length, day: dayOf(found.on)})}{found?.more && ` ${t('office.unitMore')}`}</p>
		{found && found.units.length > 0 && <Rows units={found.units}/>}
	</>;
}

export function Units({session, route: [code]}: SectionProps): JSX.Element {
	return !code ? <Top session={session}/> : code === 'import' && mayWrite(session) ? <Import/> : <One key={code} code={code}/>;
}
