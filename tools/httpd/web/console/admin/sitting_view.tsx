// Sittings: those that are planned and those that are open, by day; a plan is written here, and opened where the keys are, by a command that is told.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatDate, formatMoment, formatTime, t, type Key} from '../../lib/words';
import {ask} from '../ask';
import {Fault, Field, useAction} from '../form';
import {DocumentEditor, DocumentFile, DocumentList, Source, type Writing} from './document_view';
import {listDocuments, type Version} from './documents';
import type {SectionProps} from './sections';

interface Reference {
	name: string;
	version: number;
}

interface Room {
	name: string;
	centre: string;
	seats: number;
}

interface Plan {
	name: string;
	blueprint: Reference;
	standard: Reference;
	rules: Reference;
	mode: 'linear' | 'practice';
	opens: string;
	startUntil?: string;
	closes: string;
	release?: string;
	graceSeconds: number;
	seb: boolean;
	vietnameseTyping?: boolean;
	roomCodes?: boolean;
	rooms: Room[];
}

interface SaidPlan {
	faults: {code: string; about?: string}[];
	blueprintHash?: string;
	standardHash?: string;
	rulesHash?: string;
	minutes?: number;
	items?: number;
	seats: number;
}

interface Open {
	name: string;
	opensMs: number;
	closesMs: number;
	attempts: number;
	rooms: unknown[];
}

// The time of Viet Nam, as fields of date and time have it.
const ofMoment = (moment: string | undefined): string => {
	const m = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)/.exec(moment ?? '');
	return m?.[1] ?? '';
};
const momentOf = (field: string): string => `${field}:00+07:00`;

const empty: Plan = {name: '', blueprint: {name: '', version: 1}, standard: {name: '', version: 1}, rules: {name: '', version: 1}, mode: 'linear', opens: '', closes: '', graceSeconds: 30, seb: false, rooms: []};
const write = (plan: Plan): string => JSON.stringify(plan, null, 2) + '\n';
const parse = (text: string): Plan | null => {
	try {
		return {...empty, ...JSON.parse(text)};
	} catch {
		return null;
	}
};

// ---- The form

function Pick({id, label, all, chosen, set}: {id: string; label: string; all: Version[]; chosen: Reference; set(r: Reference): void}): JSX.Element {
	const of = all.find(d => d.name === chosen.name);
	return <div class="field"><label for={id}>{label}</label>
		{of && !of.approver && <span class="fault">{t('office.notApproved')}</span>}
		{of && of.version > chosen.version && <span class="hint">{t('office.newerVersion', {n: of.version})} <button type="button" class="plain" onClick={() => set({name: of.name, version: of.version})}>{t('office.takeNewer')}</button></span>}
		<select id={id} value={chosen.name} onChange={e => {
			const taken = all.find(d => d.name === e.currentTarget.value);
			if (taken)
				set({name: taken.name, version: taken.version});
		}}>
			<option value="" disabled>{t('office.choose')}</option>
			{chosen.name && !of && <option value={chosen.name}>{chosen.name}</option>}
			{all.map(d => <option key={d.name} value={d.name}>{t('office.documentOption', {name: d.name, title: d.title, n: d.name === chosen.name ? chosen.version : d.version})}</option>)}
		</select></div>;
}

function Time({id, label, hint, value, set}: {id: string; label: string; hint?: string; value: string; set(v: string): void}): JSX.Element {
	return <div class="field"><label for={id}>{label}</label>{hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
		<input id={id} type="datetime-local" value={value} aria-describedby={hint ? `${id}-hint` : undefined} onInput={e => set(e.currentTarget.value)}/></div>;
}

function Rooms({rooms, set}: {rooms: Room[]; set(r: Room[]): void}): JSX.Element {
	const put = (i: number, more: Partial<Room>) => set(rooms.map((r, k) => k === i ? {...r, ...more} : r));
	return <fieldset>
		<legend>{t('office.rooms')}</legend>
		<span class="hint">{t('office.roomsHint')}</span>
		{rooms.map((r, i) => <div key={i} class="cells room" role="group" aria-label={t('office.roomNumber', {n: i + 1})}>
			<Field id={`room-${i}`} label={t('office.room')} value={r.name} set={name => put(i, {name: name.trim()})} maxLength={40}/>
			<Field id={`centre-${i}`} label={t('office.centre')} value={r.centre} set={centre => put(i, {centre: centre.trim()})} maxLength={40}/>
			<Field id={`seats-${i}`} label={t('office.seats')} inputMode="numeric" value={r.seats ? String(r.seats) : ''} set={seats => put(i, {seats: Number(seats.replace(/\D/g, '')) || 0})} maxLength={5}/>
			<p><button type="button" class="plain" onClick={() => set(rooms.filter((_, k) => k !== i))}>{t('office.removeRoom', {n: i + 1})}</button></p>
		</div>)}
		<p><button type="button" class="second" onClick={() => set([...rooms, {name: `P${rooms.length + 1}`, centre: rooms[rooms.length - 1]?.centre ?? '', seats: rooms[rooms.length - 1]?.seats ?? 25}])}>{t('office.addRoom')}</button></p>
	</fieldset>;
}

function PlanForm({writing, isNew}: {writing: Writing<SaidPlan>; isNew: boolean}): JSX.Element {
	const [all, setAll] = useState<Record<'blueprint' | 'standard' | 'rules', Version[]>>({blueprint: [], standard: [], rules: []});
	const asking = useAction(), plan = parse(writing.text);
	useEffect(() => {
		void asking.run(async () => {
			const [blueprint, standard, rules] = await Promise.all([listDocuments('blueprint'), listDocuments('standard'), listDocuments('rules')]);
			setAll({blueprint, standard, rules});
		});
	}, []);
	if (!plan)
		return <p>{t('office.sourceFirst')}</p>;
	const put = (more: Partial<Plan>) => writing.set(write({...plan, ...more}));
	const moment = (name: 'startUntil' | 'release', field: string) => {
		const {[name]: _, ...rest} = plan;
		writing.set(write(field ? {...rest, [name]: momentOf(field)} : rest));
	};
	return <>
		<Fault problem={asking.problem}/>
		{isNew && <Field id="name" label={t('office.sittingName')} hint={t('office.sittingNameHint')} value={plan.name} set={name => put({name: name.trim()})} maxLength={64}/>}
		<Pick id="blueprint" label={t('office.blueprint')} all={all.blueprint} chosen={plan.blueprint} set={blueprint => put({blueprint})}/>
		<Pick id="rules" label={t('office.rulePack')} all={all.rules} chosen={plan.rules} set={rules => put({rules})}/>
		<Pick id="standard" label={t('office.standard')} all={all.standard} chosen={plan.standard} set={standard => put({standard})}/>
		<div class="cells">
			<Time id="opens" label={t('office.opens')} hint={t('office.opensHint')} value={ofMoment(plan.opens)} set={v => put({opens: momentOf(v)})}/>
			<Time id="closes" label={t('office.closes')} hint={t('office.closesHint')} value={ofMoment(plan.closes)} set={v => put({closes: momentOf(v)})}/>
			<Time id="startUntil" label={t('office.startUntil')} hint={t('office.startUntilHint')} value={ofMoment(plan.startUntil)} set={v => moment('startUntil', v)}/>
			<Time id="release" label={t('office.release')} hint={t('office.releaseHint')} value={ofMoment(plan.release)} set={v => moment('release', v)}/>
			<Field id="grace" label={t('office.grace')} hint={t('office.graceHint')} inputMode="numeric" value={String(plan.graceSeconds)} set={v => put({graceSeconds: Number(v.replace(/\D/g, '')) || 0})} maxLength={3}/>
		</div>
		<p class="quiet">{t('office.oneAttempt')}</p>
		<label class="choice"><input type="checkbox" checked={plan.mode === 'practice'} onChange={e => put({mode: e.currentTarget.checked ? 'practice' : 'linear'})}/>{t('office.practice')}</label>
		<label class="choice"><input type="checkbox" checked={plan.seb} onChange={e => put({seb: e.currentTarget.checked})}/>{t('office.seb')}</label>
		{plan.seb && <label class="choice"><input type="checkbox" checked={plan.vietnameseTyping ?? false} onChange={e => put({vietnameseTyping: e.currentTarget.checked})}/>{t('office.sebTyping')}</label>}
		<label class="choice"><input type="checkbox" checked={plan.roomCodes ?? false} onChange={e => put({roomCodes: e.currentTarget.checked})}/>{t('office.roomCodes')}</label>
		<Rooms rooms={plan.rooms} set={rooms => put({rooms})}/>
	</>;
}

// ---- What is wrong, and what is to be done

function Faults({said}: {said: SaidPlan}): JSX.Element {
	if (!said.faults.length)
		return <div class="notice good" role="status"><p>{t('office.planReady', {items: said.items ?? 0, minutes: said.minutes ?? 0, seats: said.seats})}</p></div>;
	return <div class="notice bad" role="status"><p>{t('office.planFaults', {n: said.faults.length})}</p>
		<ul>{said.faults.map((f, i) => <li key={i}>{t(`office.plan_${f.code}` as Key, {about: f.about ?? '', minutes: said.minutes ?? 0})}</li>)}</ul></div>;
}

function Commands({plan, said, open}: {plan: Plan; said: SaidPlan; open: boolean}): JSX.Element {
	const lines = [
		`printf '%s  %s\\n' \\\n  ${(['blueprint', 'standard', 'rules'] as const).map(k => `${said[`${k}Hash`] ?? ''} ${plan[k].name}.xml`).join(' \\\n  ')} \\\n  | sha256sum -c`,
		...plan.seb ? [`bangvang seb new --sitting ${plan.name} --url ${location.origin} --out "$SEB"${plan.vietnameseTyping ? ' --vietnamese-typing' : ''}`] : [], // its keys go into the sitting
		`bangvang sitting new --db "$LEDGER" --name ${plan.name} --key "$KEY" --bank "$BANK" \\\n  --blueprint ${plan.blueprint.name}.xml --standard ${plan.standard.name}.xml --rules ${plan.rules.name}.xml \\\n  ` +
			`--opens ${plan.opens} --closes ${plan.closes}${plan.startUntil ? ` --start-until ${plan.startUntil}` : ''}${plan.release ? ` --release ${plan.release}` : ''} --grace ${plan.graceSeconds}` +
			(plan.mode === 'practice' ? ' --mode practice' : '') + (plan.seb ? ` --seb "$SEB"/${plan.name}.keys` : '') + (plan.roomCodes ? ' --room-codes' : ''),
		`bangvang sitting prepare --db "$LEDGER" --name ${plan.name} --bank "$BANK"`,
	];
	const after = [`bangvang sitting score --db "$LEDGER" --name ${plan.name} --key "$KEY" --bank "$BANK"`, `bangvang sitting release --db "$LEDGER" --name ${plan.name} --key "$KEY"`];
	return <section>
		<h2>{t('office.openTitle')}</h2>
		{open && <div class="notice good"><p>{t('office.isOpen')} <a href={`/centre#/${encodeURIComponent(plan.name)}`}>{t('office.toCentre')}</a></p></div>}
		<p>{t('office.openText')}</p>
		<ol>
			<li>{t('office.openFiles')}<ul>{(['blueprint', 'standard', 'rules'] as const).map(k => <DocumentFile key={k} kind={k} of={plan[k]} file={`${plan[k].name}.xml`} hash={said[`${k}Hash`]}/>)}</ul></li>
			<li>{t('office.openCommands')}<pre class="commands" tabIndex={0}>{lines.join('\n')}</pre></li>
			<li>{t('office.openRoster')}</li>
			<li>{t('office.openAfter', {time: formatMoment(Date.parse(plan.release ?? plan.closes))})}<pre class="commands" tabIndex={0}>{after.join('\n')}</pre></li>
		</ol>
	</section>;
}

// ---- All of them

function OpenSittings(): JSX.Element | null {
	const [all, setAll] = useState<Open[] | null>(null), [none, setNone] = useState(false);
	useEffect(() => {
		ask<{sittings: Open[]}>('GET', '/api/sittings').then(a => setAll(a.sittings.sort((a, b) => a.opensMs - b.opensMs)), () => setNone(true));
	}, []);
	if (none)
		return <p class="quiet">{t('office.noExams')}</p>;
	const days = [...new Set(all?.map(s => formatDate(s.opensMs)))];
	return all && <section>
		<h2>{t('office.openNow')}</h2>
		{!all.length && <p>{t('office.noneOpen')}</p>}
		{days.map(day => <section key={day}><h3>{day}</h3><ul>{all.filter(s => formatDate(s.opensMs) === day).map(s => <li key={s.name}>
			<a href={`/centre#/${encodeURIComponent(s.name)}`}>{s.name}</a>: {t('office.openLine', {from: formatTime(s.opensMs), to: formatTime(s.closesMs), rooms: s.rooms.length, n: s.attempts})}
		</li>)}</ul></section>)}
	</section>;
}

export function Sittings({session, route: [name]}: SectionProps): JSX.Element {
	const [open, setOpen] = useState<string[]>([]);
	useEffect(() => {
		ask<{sittings: Open[]}>('GET', '/api/sittings').then(a => setOpen(a.sittings.map(s => s.name)), () => {});
	}, [name]);
	if (!name)
		return <DocumentList kind="sitting" section="sittings" session={session} title={t('office.sittings')} lead={t('office.sittingsLead')} none={t('office.sittingsNone')} add={t('office.addSitting')}><OpenSittings/></DocumentList>;
	const isNew = name === 'new';
	return <DocumentEditor<SaidPlan> key={name} kind="sitting" section="sittings" name={name} session={session} first={write(empty)} newTitle={t('office.addSitting')} back={t('office.sittings')}
		view={(said, opened) => {
			const plan = parse(opened.text);
			return <>
				<Faults said={said}/>
				{plan && <Commands plan={plan} said={said} open={open.includes(plan.name)}/>}
			</>;
		}}
		edit={writing => <>
			<h2>{isNew ? t('office.writeNew') : t('office.write')}</h2>
			<PlanForm writing={writing} isNew={isNew}/>
			{writing.look?.said && <Faults said={writing.look.said}/>}
			<details class="more"><summary>{t('office.showSource')}</summary><Source {...writing}/></details>
		</>}/>;
}

