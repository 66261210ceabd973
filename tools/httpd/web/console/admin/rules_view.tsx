// Rule packs and skills standards: who passes, which levels there are, where that is written, how sure it is, from when to when. Uploaded as the files that they are.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatDate, formatNumber, language, t, type Key} from '../../lib/words';
import {ask} from '../ask';
import {Fault, useAction} from '../form';
import {Technical} from '../technical';
import {DocumentEditor, DocumentList, faultText, Source, type Writing} from './document_view';
import type {Kind} from './documents';
import type {SectionProps} from './sections';

interface Names {
	vi: string;
	en?: string;
}

interface Instrument {
	identifier: string;
	version: string;
	title: Names;
	source?: string;
	note?: string;
	licence?: string;
	certainty: string;
	from?: string;
	to?: string;
	dates: string;
}

interface PartRule {
	identifier?: string;
	name?: Names;
	split: 'none' | 'sum' | 'mean';
	minimumHundredths: number;
	subMinimumHundredths: number;
}

interface Rules extends Instrument {
	standard: string;
	award?: string;
	parts?: {usual: PartRule; others: boolean; keepMonths: number; coverage: boolean; named: PartRule[]};
	bands?: {posterior: boolean; probabilityHundredths: number; edgeLower: boolean; pass: string; leastItems: number; mostStandardErrorE4: number; cuts: {level: string; cutMilli: number}[]};
}

interface Competence {
	code: string;
	name: Names;
	certainty: string;
	competences?: Competence[];
}

interface Standard extends Instrument {
	levels: {code: string; rank: number; name: Names; certainty: string; needs?: string; rules: {least: number; codes: string[]}[]}[];
	competences: Competence[];
}

const nameOf = (names: Names | undefined): string => (language === 'en' && names?.en) || names?.vi || '';
const percent = (hundredths: number): string => `${formatNumber(hundredths / 100)} %`;
const day = (text: string): string => formatDate(Date.parse(`${text}T12:00:00+07:00`));
const certainty = (name: string): string => t(`office.certainty_${name}` as Key);

function Facts({said, children}: {said: Instrument; children?: JSX.Element}): JSX.Element {
	return <dl class="facts">
		<div><dt>{t('office.sourceOfLaw')}</dt><dd>{said.source || t('office.none')}</dd></div>
		<div><dt>{t('office.inForce')}</dt><dd>{said.from ? t('office.since', {day: day(said.from)}) : t('office.sinceUnknown')}{said.to ? ` ${t('office.until', {day: day(said.to)})}` : ''} ({certainty(said.dates)})</dd></div>
		<div><dt>{t('office.certainty')}</dt><dd>{certainty(said.certainty)}</dd></div>
		{said.note && <div><dt>{t('office.remark')}</dt><dd>{said.note}</dd></div>}
		{children}
	</dl>;
}

function partText(p: PartRule): string {
	const sub = p.subMinimumHundredths ? ' ' + t('office.subMinimum', {percent: percent(p.subMinimumHundredths)}) : '';
	return t('office.minimum', {percent: percent(p.minimumHundredths)}) + (p.split === 'none' ? '' : ` ${t(`office.split_${p.split}`)}${sub}`);
}

function RulesView({said}: {said: Rules}): JSX.Element {
	const {parts, bands} = said;
	return <section>
		<h2>{t('office.inWords')}</h2>
		<Facts said={said}><div><dt>{t('office.ofStandard')}</dt><dd>{said.standard}</dd></div></Facts>
		<h3>{t('office.whoPasses')}</h3>
		{parts && <ul>
			{parts.named.map(p => <li key={p.identifier}><strong>{nameOf(p.name)}</strong>: {partText(p)}</li>)}
			<li>{parts.others ? t('office.otherParts', {text: partText(parts.usual)}) : t('office.noOtherParts')}</li>
			<li>{parts.keepMonths ? t('office.keeps', {n: parts.keepMonths}) : t('office.keepsNothing')}</li>
			{parts.coverage && <li>{t('office.coverage')}</li>}
			{said.award && <li>{t('office.award', {level: said.award})}</li>}
		</ul>}
		{bands && <>
			<table><thead><tr><th scope="col">{t('office.level')}</th><th scope="col">{t('office.cut')}</th></tr></thead>
				<tbody>{bands.cuts.map(c => <tr key={c.level}><th scope="row">{c.level}</th><td>{formatNumber(c.cutMilli / 1000)}</td></tr>)}</tbody></table>
			<ul>
				<li>{bands.posterior ? t('office.byProbability', {percent: percent(bands.probabilityHundredths)}) : t('office.byEstimate')}</li>
				<li>{bands.edgeLower ? t('office.edgeLower') : t('office.edgeUpper')}</li>
				<li>{t('office.passFrom', {level: bands.pass})}</li>
				{bands.leastItems > 0 && <li>{t('office.leastItems', {n: bands.leastItems})}</li>}
				{bands.mostStandardErrorE4 > 0 && <li>{t('office.mostError', {error: formatNumber(bands.mostStandardErrorE4 / 10000)})}</li>}
			</ul>
		</>}
	</section>;
}

function Tree({all}: {all: Competence[]}): JSX.Element {
	return <ul>{all.map(c => <li key={c.code}>{c.competences?.length
		? <details><summary><strong>{c.code}</strong> {nameOf(c.name)}</summary><Tree all={c.competences}/></details>
		: <><strong>{c.code}</strong> {nameOf(c.name)}</>}</li>)}</ul>;
}

function StandardView({said}: {said: Standard}): JSX.Element {
	return <section>
		<h2>{t('office.inWords')}</h2>
		<Facts said={said}/>
		<h3>{t('office.levelsOf')}</h3>
		<ol>{said.levels.map(l => <li key={l.code}><strong>{nameOf(l.name)}</strong> ({l.code}; {certainty(l.certainty)}){l.needs && `, ${t('office.needsLevel', {level: l.needs})}`}
			{l.rules.length > 0 && <ul>{l.rules.map((r, i) => <li key={i}>{r.least === r.codes.length ? t('office.allOf', {codes: r.codes.join(', ')}) : t('office.someOf', {n: r.least, codes: r.codes.join(', ')})}</li>)}</ul>}</li>)}</ol>
		<h3>{t('office.competences')}</h3>
		<Tree all={said.competences}/>
	</section>;
}

// A file from this machine into the text; nothing is sent before it is saved.
function Upload<Said>({writing}: {writing: Writing<Said>}): JSX.Element {
	const [name, setName] = useState('');
	return <>
		<div class="field"><label for="file">{t('office.file')}</label><span class="hint" id="file-hint">{t('office.fileHint')}</span>
			<input id="file" type="file" accept=".xml,text/xml,application/xml" aria-describedby="file-hint" onChange={async e => {
				const [file] = e.currentTarget.files ?? [];
				if (file) {
					writing.set(await file.text());
					setName(file.name);
				}
			}}/></div>
		{name && <div role="status" class={`notice ${writing.look?.good ? 'good' : writing.look ? 'bad' : ''}`}>
			<p>{!writing.look || writing.waiting ? t('common.wait') : writing.look.good ? t('office.fileGood', {file: name, name: writing.look.name}) : faultText(writing.look)}</p></div>}
	</>;
}

interface Impact {
	candidates: number;
	before: Record<'passed' | 'failed' | 'incomplete', number>;
	after: Record<'passed' | 'failed' | 'incomplete', number>;
	gain: number;
	lose: number;
}

function ImpactView({said}: {said: Impact}): JSX.Element {
	if (!said.candidates)
		return <p>{t('office.impactNone')}</p>;
	return <>
		<p>{said.gain || said.lose ? t('office.impactText', {n: said.candidates, gain: said.gain, lose: said.lose}) : t('office.impactSame', {n: said.candidates})}</p>
		<table>
			<thead><tr><th scope="col">{t('office.impactResult')}</th><th scope="col">{t('office.impactBefore')}</th><th scope="col">{t('office.impactAfter')}</th></tr></thead>
			<tbody>{(['passed', 'failed', 'incomplete'] as const).map(d => <tr key={d}><th scope="row">{t(`office.decision_${d}`)}</th><td>{said.before[d]}</td><td>{said.after[d]}</td></tr>)}</tbody>
		</table>
	</>;
}

// What the pack would have made of a sitting; only where the server holds exams.
function Preview({text}: {text: string}): JSX.Element | null {
	const [all, setAll] = useState<{name: string; closed: boolean}[]>([]), [sitting, setSitting] = useState(''), [said, setSaid] = useState<Impact | null>(null);
	const action = useAction();
	useEffect(() => {
		ask<{sittings: {name: string; closed: boolean}[]}>('GET', '/api/impacts').then(a => {
			setAll(a.sittings);
			setSitting(a.sittings[0]?.name ?? '');
		}, () => {});
	}, []);
	useEffect(() => setSaid(null), [text, sitting]);
	if (!all.length)
		return null;
	return <section>
		<h2>{t('office.impact')}</h2>
		<p>{t('office.impactLead')}</p>
		<div class="field"><label for="impact">{t('office.impactSitting')}</label>
			<select id="impact" value={sitting} onChange={e => setSitting(e.currentTarget.value)}>{all.map(s => <option key={s.name} value={s.name}>{s.name}</option>)}</select></div>
		<p><button type="button" class="second" aria-disabled={action.busy} onClick={() => action.run(async () => setSaid(await ask<Impact>('POST', '/api/impacts', {sitting, text})))}>{t('office.impactLook')}</button></p>
		<Fault problem={action.problem}/>
		<Technical text={action.problem?.reason}/>
		<div role="status">{said && <ImpactView said={said}/>}</div>
	</section>;
}

interface Of extends SectionProps {
	kind: Kind;
	section: string;
	title: string;
	lead: string;
	none: string;
	add: string;
	show(said: never): JSX.Element;
}

function Instruments({session, route: [name], kind, section, title, lead, none, add, show}: Of): JSX.Element {
	if (!name)
		return <DocumentList kind={kind} section={section} session={session} title={title} lead={lead} none={none} add={add}/>;
	return <DocumentEditor<never> key={name} kind={kind} section={section} name={name} session={session} first="" newTitle={add} back={title} view={said => show(said)}
		edit={writing => <>
			<h2>{name === 'new' ? t('office.uploadFirst') : t('office.upload')}</h2>
			<Upload writing={writing}/>
			{writing.changed && writing.look?.said && <details class="more" open={name === 'new'}><summary>{t('office.inWords')}</summary>{show(writing.look.said)}</details>}
			{kind === 'rules' && writing.look?.good && <Preview text={writing.text}/>}
			<details class="more"><summary>{t('office.showSource')}</summary><Source {...writing}/></details>
		</>}/>;
}

export const RulePacks = (props: SectionProps): JSX.Element => <Instruments {...props} kind="rules" section="rules" title={t('office.rules')} lead={t('office.rulesLead')} none={t('office.rulesNone')}
	add={t('office.addRules')} show={said => <RulesView said={said}/>}/>;
export const Standards = (props: SectionProps): JSX.Element => <Instruments {...props} kind="standard" section="standards" title={t('office.standards')} lead={t('office.standardsLead')} none={t('office.standardsNone')}
	add={t('office.addStandard')} show={said => <StandardView said={said}/>}/>;
