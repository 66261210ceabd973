// Blueprints: what a form of questions is made of, as rows; what the bank has for each row is told while it is typed.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatNumber, t, type Key} from '../../lib/words';
import {Competence, CompetenceList, useCompetences} from '../competence';
import {Field} from '../form';
import {Technical} from '../technical';
import {type Blueprint, enemies, formOf, levels, lineOf, newBlueprint, newPart, newStratum, overlaps, type Part, type SaidBlueprint, type SaidStratum, type Stratum, textOf, types} from './blueprint';
import {DocumentEditor, DocumentList, faultText, Source, type Writing} from './document_view';
import {listDocuments} from './documents';
import type {SectionProps} from './sections';

const percent = (hundredths: number): string => formatNumber(Math.round(hundredths / 10) / 10);

// ---- What the bank has for a row, in words

function reasonsOf(s: SaidStratum): string[] {
	const fits = s.fits ?? 0, out = [t('office.considered', {n: s.considered ?? 0, competence: s.competence})];
	const lost = (n: number | undefined, key: Key) => {
		if (n)
			out.push(t(key, {n}) + (fits + n >= s.count ? ' ' + t('office.without') : ''));
	};
	lost(s.lostLevels, 'office.lostLevels');
	lost(s.lostDifficulty, 'office.lostDifficulty');
	lost(s.lostTypes, 'office.lostTypes');
	lost(s.lostEnemies, 'office.lostEnemies');
	return out;
}

function RowState({said}: {said: SaidStratum | undefined}): JSX.Element | null {
	if (said?.fits === undefined)
		return null;
	if (said.fits >= said.count)
		return <p class="row-state">{t('office.enough', {fits: said.fits, n: said.count, forms: said.forms ?? 0})} {t('office.exposure', {percent: percent(said.exposureHundredths ?? 0), half: said.halfSeenBy ?? 0})}</p>;
	return <div class="row-state">
		<p class="fault">{t('office.short', {n: said.count - said.fits, count: said.count, fits: said.fits})}</p>
		<ul>{reasonsOf(said).map(r => <li key={r}>{r}</li>)}</ul>
	</div>;
}

function Tag({said, fault}: {said: SaidStratum | undefined; fault: string}): JSX.Element | null {
	if (fault)
		return <span class="tag bad">{t('office.tagFault')}</span>;
	if (said?.fits === undefined)
		return null;
	return said.fits >= said.count ? <span class="tag good">{t('office.tagEnough', {fits: said.fits})}</span> : <span class="tag bad">{t('office.tagShort', {n: said.count - said.fits})}</span>;
}

// ---- One row

function Choices({id, legend, hint, all, words, chosen, set}: {id: string; legend: string; hint: string; all: readonly string[]; words(name: string): string; chosen: string[]; set(now: string[]): void}): JSX.Element {
	return <fieldset class="choices">
		<legend>{legend}</legend>
		<span class="hint">{hint}</span>
		{all.map(name => <label key={name} class="choice"><input type="checkbox" name={`${id}-${name}`} checked={chosen.includes(name)}
			onChange={e => set(e.currentTarget.checked ? all.filter(x => x === name || chosen.includes(x)) : chosen.filter(x => x !== name))}/>{words(name)}</label>)}
	</fieldset>;
}

const levelText = (name: string): string => t(`office.level_${name.replace('-', '_')}` as Key);
const typeText = (name: string): string => t(`office.type_${name}` as Key);

function Row({id, stratum, said, fault, set, remove}: {id: string; stratum: Stratum; said: SaidStratum | undefined; fault: string; set(s: Stratum): void; remove?(): void}): JSX.Element {
	// Open at first where something is to be filled in; then as it was left.
	const [first] = useState(() => ({row: !stratum.competence, more: stratum.types.length > 0 || !!stratum.from || !!stratum.below || stratum.enemies !== 'true'}));
	const put = (more: Partial<Stratum>) => set({...stratum, ...more}), names = useCompetences();
	return <details class="row" open={first.row}>
		<summary><strong>{stratum.id || t('office.rowUnnamed')}</strong> <span>{t('office.rowLine', {count: stratum.count || '?', competence: names.get(stratum.competence) ?? (stratum.competence || '?'), marks: stratum.marks || '?'})}</span> <Tag said={said} fault={fault}/></summary>
		{fault && <p class="fault">{fault}</p>}
		{!fault && <RowState said={said}/>}
		<div class="cells">
			<Field id={`${id}-competence`} label={t('office.competence')} hint={t('office.competenceHint')} value={stratum.competence} set={competence => put({competence: competence.trim()})} maxLength={64} list={`${id}-competences`}/>
			<CompetenceList id={`${id}-competences`}/>
			<Field id={`${id}-count`} label={t('office.count')} inputMode="numeric" value={stratum.count} set={count => put({count})} maxLength={4}/>
			<Field id={`${id}-marks`} label={t('office.marks')} hint={t('office.marksHint')} value={stratum.marks} set={marks => put({marks})} maxLength={8}/>
			<Field id={`${id}-id`} label={t('office.rowName')} hint={t('office.rowNameHint')} value={stratum.id} set={name => put({id: name})} maxLength={64}/>
		</div>
		<Choices id={id} legend={t('office.levels')} hint={t('office.anyHint')} all={levels} words={levelText} chosen={stratum.levels} set={now => put({levels: now})}/>
		<details class="more" open={first.more}>
			<summary>{t('office.moreConditions')}</summary>
			<div class="cells">
				<Field id={`${id}-from`} label={t('office.from')} hint={t('office.difficultyHint')} value={stratum.from} set={from => put({from})} maxLength={8}/>
				<Field id={`${id}-below`} label={t('office.below')} hint={t('office.difficultyHint')} value={stratum.below} set={below => put({below})} maxLength={8}/>
				<div class="field"><label for={`${id}-enemies`}>{t('office.enemies')}</label>
					<select id={`${id}-enemies`} value={stratum.enemies} onChange={e => put({enemies: e.currentTarget.value})}>{enemies.map(e => <option key={e} value={e}>{t(`office.enemies_${e}` as Key)}</option>)}</select></div>
			</div>
			<Choices id={id} legend={t('office.types')} hint={t('office.anyHint')} all={types} words={typeText} chosen={stratum.types} set={now => put({types: now})}/>
		</details>
		{remove && <p><button type="button" class="plain" onClick={remove}>{t('office.removeRow', {name: stratum.id})}</button></p>}
	</details>;
}

// ---- The whole

function Whole({said}: {said: SaidBlueprint}): JSX.Element {
	const short = said.strata.filter(s => s.fits !== undefined && s.fits < s.count);
	const least = said.strata.find(s => s.forms === said.forms);
	return <div class={`notice ${said.forms === undefined ? '' : short.length ? 'bad' : 'good'}`}>
		<p>{t('office.whole', {items: said.items, marks: formatNumber(said.marksHundredths / 100), minutes: said.minutes})}</p>
		{said.forms === undefined ? <p>{t('office.noBank')}</p>
			: said.bankItems === 0 ? <p>{t('office.noLanguage', {language: said.language})}</p>
			: short.length ? <p>{t('office.impossible', {n: short.length, names: short.map(s => s.id).join(', ')})}</p>
			: <p>{t('office.possible', {forms: said.forms, name: least?.id ?? ''})}</p>}
	</div>;
}

const split = <T,>(all: T[], i: number, now: T | null): T[] => now === null ? all.filter((_, k) => k !== i) : all.map((old, k) => k === i ? now : old);

function PartForm({n, part, set, remove, rows}: {n: number; part: Part; set(p: Part): void; remove?(): void; rows: JSX.Element[]}): JSX.Element {
	return <fieldset class="part">
		<legend>{t('office.partNumber', {n: n + 1})}</legend>
		<div class="cells">
			<Field id={`part-${n}-vi`} label={t('office.partTitle')} value={part.vi} set={vi => set({...part, vi})} maxLength={200}/>
			<Field id={`part-${n}-en`} label={t('office.titleEn')} value={part.en} set={en => set({...part, en})} maxLength={200}/>
			<Field id={`part-${n}-id`} label={t('office.partName')} hint={t('office.partNameHint')} value={part.id} set={id => set({...part, id})} maxLength={64}/>
			<Field id={`part-${n}-minutes`} label={t('office.partMinutes')} hint={t('office.partMinutesHint')} inputMode="numeric" value={part.minutes} set={minutes => set({...part, minutes})} maxLength={4}/>
		</div>
		{rows}
		<p class="buttons"><button type="button" class="second" onClick={() => set({...part, strata: [...part.strata, newStratum(part.strata.length + 1)]})}>{t('office.addRow')}</button>
			{remove && <button type="button" class="plain" onClick={remove}>{t('office.removePart', {n: n + 1})}</button>}</p>
	</fieldset>;
}

function Form({writing, isNew}: {writing: Writing<SaidBlueprint>; isNew: boolean}): JSX.Element {
	// A form is of one text. Another text (the source was typed in, a version was opened) fills it anew as soon as that is good.
	const [held, setHeld] = useState<{form: Blueprint; of: string} | null>(null), [packs, setPacks] = useState<string[]>([]);
	const {text, set, look, waiting} = writing, given = writing.form as Blueprint | undefined;
	useEffect(() => {
		if (held?.of === text)
			return;
		if (given && textOf(given) === text)
			setHeld({form: given, of: text});
		else if (!waiting && look?.said)
			setHeld({form: formOf(look.said), of: text});
	}, [text, look, waiting, given]);
	useEffect(() => {
		listDocuments('rules').then(all => setPacks(all.map(d => d.name)), () => {});
	}, []);
	if (held?.of !== text)
		return <p>{look && !look.good && !waiting ? t('office.sourceFirst') : t('common.wait')}</p>;
	const {form} = held;
	const put = (more: Partial<Blueprint>) => {
		const now = {...form, ...more};
		setHeld({form: now, of: textOf(now)});
		set(textOf(now), now);
	};
	const putPart = (i: number, now: Part | null) => put({parts: split(form.parts, i, now)});
	const rows = form.parts.flatMap((p, i) => p.strata.map((s, k) => ({s, line: lineOf(form, i, k)})));
	const faultOf = (i: number, k: number): string => {
		const s = form.parts[i]?.strata[k] as Stratum, line = lineOf(form, i, k);
		const other = s.competence && rows.find(r => r.s !== s && r.s.competence && overlaps(r.s, s));
		if (other)
			return t('office.overlap', {name: other.s.id});
		return look?.fault && look.fault.line === line && !waiting ? t('office.fault', {message: look.fault.meaning}) : '';
	};
	const elsewhere = look?.fault && !rows.some(r => r.line === look.fault?.line);
	return <div class="blueprint">
		<div role="status" aria-live="polite">{look?.said ? <Whole said={look.said}/> : look?.fault ? <div class="notice warn"><p>{elsewhere ? faultText(look) : t('office.rowFault')}</p><Technical text={look.fault.message}/></div> : null}</div>
		{text.includes('<!--') && <p class="quiet">{t('office.comments')}</p>}
		<div class="cells">
			{isNew && <Field id="id" label={t('office.id')} hint={t('office.idHint')} value={form.id} set={id => put({id})} maxLength={64}/>}
			<Field id="vi" label={t('office.titleVi')} value={form.vi} set={vi => put({vi})} maxLength={200}/>
			<Field id="en" label={t('office.titleEn')} value={form.en} set={en => put({en})} maxLength={200}/>
			<Field id="minutes" label={t('office.minutes')} inputMode="numeric" value={form.minutes} set={minutes => put({minutes})} maxLength={4}/>
			<Field id="language" label={t('office.language')} hint={t('office.languageHint')} value={form.language} set={language => put({language: language.trim()})} maxLength={35}/>
			<div class="field"><label for="rulePack">{t('office.rulePack')}</label><span class="hint" id="rulePack-hint">{t('office.rulePackHint')}</span>
				<input id="rulePack" list="packs" autocomplete="off" spellcheck={false} value={form.rulePack} aria-describedby="rulePack-hint" onInput={e => put({rulePack: e.currentTarget.value.trim()})}/>
				<datalist id="packs">{packs.map(p => <option key={p} value={p}/>)}</datalist></div>
		</div>
		<label class="choice"><input type="checkbox" checked={form.shuffleItems} onChange={e => put({shuffleItems: e.currentTarget.checked})}/>{t('office.shuffleItems')}</label>
		<label class="choice"><input type="checkbox" checked={form.shuffleOptions} onChange={e => put({shuffleOptions: e.currentTarget.checked})}/>{t('office.shuffleOptions')}</label>
		{form.parts.map((part, i) => <PartForm key={i} n={i} part={part} set={p => putPart(i, p)} remove={form.parts.length > 1 ? () => putPart(i, null) : undefined}
			rows={part.strata.map((s, k) => <Row key={k} id={`row-${i}-${k}`} stratum={s} said={look?.said?.strata.find(x => x.id === s.id && x.part === part.id)} fault={faultOf(i, k)}
				set={now => putPart(i, {...part, strata: split(part.strata, k, now)})}
				remove={part.strata.length > 1 ? () => putPart(i, {...part, strata: split(part.strata, k, null)}) : undefined}/>)}/>)}
		<p><button type="button" class="second" onClick={() => put({parts: [...form.parts, newPart(form.parts.length + 1)]})}>{t('office.addPart')}</button></p>
	</div>;
}

// A table of what the bank has for each row, under the words.
function Feasibility({said}: {said: SaidBlueprint}): JSX.Element {
	return <section>
		<h2>{t('office.feasibility')}</h2>
		<Whole said={said}/>
		<div class="scrolls" tabIndex={0} role="region" aria-label={t('office.feasibility')}>
			<table>
				<thead><tr><th scope="col">{t('office.rowName')}</th><th scope="col">{t('office.competence')}</th><th scope="col">{t('office.needs')}</th><th scope="col">{t('office.fits')}</th>
					<th scope="col">{t('office.forms')}</th><th scope="col">{t('office.exposureColumn')}</th><th scope="col">{t('office.halfColumn')}</th></tr></thead>
				<tbody>{said.strata.map(s => <tr key={s.id}><th scope="row">{s.id}</th><td><Competence code={s.competence}/></td><td>{s.count}</td><td>{s.fits ?? ''} <Tag said={s} fault=""/></td><td>{s.forms ?? ''}</td>
					<td>{s.exposureHundredths === undefined ? '' : `${percent(s.exposureHundredths)} %`}</td><td>{s.halfSeenBy ?? ''}</td></tr>)}</tbody>
			</table>
		</div>
		<p class="quiet">{t('office.feasibilityNote')}</p>
	</section>;
}

export function Blueprints({session, route: [name]}: SectionProps): JSX.Element {
	if (!name)
		return <DocumentList kind="blueprint" section="blueprints" session={session} title={t('office.blueprints')} lead={t('office.blueprintsLead')} none={t('office.blueprintsNone')} add={t('office.addBlueprint')}/>;
	const isNew = name === 'new', first = newBlueprint('ma-tran-moi');
	return <DocumentEditor<SaidBlueprint> key={name} kind="blueprint" section="blueprints" name={name} session={session} first={textOf(first)} firstForm={first} newTitle={t('office.addBlueprint')}
		back={t('office.blueprints')} view={said => <Feasibility said={said}/>}
		edit={writing => <>
			<h2>{isNew ? t('office.writeNew') : t('office.write')}</h2>
			<Form writing={writing} isNew={isNew}/>
			<details class="more"><summary>{t('office.showSource')}</summary><Source {...writing}/></details>
		</>}/>;
}
