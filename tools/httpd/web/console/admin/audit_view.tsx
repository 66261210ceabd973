// What was done: by whom, when, to what; an event of an exam with the proof that it is in the log; files of what was found.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatDate, formatNumber, formatTime, type Key, t} from '../../lib/words';
import {Dialog} from '../dialog';
import {Fault, Field, Submit, Title, useAction} from '../form';
import {hrefOf} from '../route';
import {Technical} from '../technical';
import {acts, actsOf, csvOf, type Entry, type Event, readEvent, saveFile, search, type Source, sources, type Wanted} from './audit';

const nothing: Wanted = {sitting: '', ticket: '', act: '', object: '', author: '', since: '', until: ''};
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const isAct = (act: string): boolean => (acts as readonly string[]).includes(act);
const camel = (word: string): string => word.split('-').map(capital).join('');
// What is done to accounts, by account.c.
const accountActs = ['added', 'roles', 'password', 'disabled', 'enabled', 'second-factor', 'second-factor-forgotten'];

// What is decided about certificates, by proposal.c.
const decided: Record<string, () => string> = {
	propose: () => t('audit.proposalPropose'), approve: () => t('audit.proposalApprove'), refuse: () => t('audit.proposalRefuse'), withdraw: () => t('audit.proposalWithdraw'),
};

function actText(source: Source, act: string): string {
	if (source === 'looks')
		return t('audit.look');
	if (source === 'certificates')
		return decided[act]?.() ?? act;
	if (source === 'persons' || source === 'bank')
		return actsOf(source).includes(act) ? t(`audit.${source === 'persons' ? 'person' : 'bank'}${camel(act)}` as Key) : act;
	const known = source === 'ledger' ? isAct(act) : accountActs.includes(act);
	return known ? t(`audit.${source === 'ledger' ? 'act' : 'account'}${camel(act)}` as Key) : act;
}

// What of a person: names by the store.
const fieldNames: Record<string, () => string> = {
	personalId: () => t('audit.fieldPersonalId'), name: () => t('audit.fieldName'), birth: () => t('audit.fieldBirth'), unit: () => t('audit.fieldUnit'), contact: () => t('audit.fieldContact'),
	photo: () => t('audit.fieldPhoto'), note: () => t('audit.fieldNote'),
};
const fieldsText = (names: string): string => names.split(' ').map(n => fieldNames[n]?.() ?? n).join(', ');

const moment = (ms: number): string => `${formatDate(ms)} ${formatTime(ms, true)}`;

function author(entry: Entry): string {
	return entry.authorName ?? (entry.author === 'candidate' ? t('audit.candidate') : entry.author === 'clock' ? t('audit.clock') : entry.author === 'command' || entry.author === 'operator' ? t('audit.command') : entry.author);
}

function Day({id, label, value, set}: {id: string; label: string; value: string; set(v: string): void}): JSX.Element {
	return <div class="field"><label for={id}>{label}</label><input id={id} type="date" value={value} onInput={e => set(e.currentTarget.value)}/></div>;
}

function Proof({event}: {event: Event}): JSX.Element {
	if (event.state !== 'proved')
		return <div class={`notice ${event.state === 'waiting' ? 'warn' : 'bad'}`}><p>{t(event.state === 'waiting' ? 'audit.waiting' : 'audit.differs')}</p><Technical text={event.why}/></div>;
	return <>
		<div class="notice good"><p>{t('audit.proved', {place: formatNumber((event.place ?? 0) + 1), size: formatNumber(event.size ?? 0)})}</p></div>
		<div class="buttons"><button type="button" class="second" onClick={() => saveFile(`${event.entry.sitting}-${event.entry.key}.tlog-proof`, 'text/plain', event.proof ?? '')}>{t('audit.saveProof')}</button></div>
	</>;
}

function Opened({entry, close}: {entry: Entry; close(): void}): JSX.Element {
	const [event, setEvent] = useState<Event | null>(null), asking = useAction();
	useEffect(() => {
		void asking.run(async () => setEvent(await readEvent(entry.key)));
	}, []);
	return <Dialog title={t('audit.event', {n: entry.key})} close={close}>
		<dl class="facts">
			<div><dt>{t('audit.act')}</dt><dd>{actText('ledger', entry.act)}</dd></div>
			<div><dt>{t('audit.when')}</dt><dd>{moment(entry.atMs)}</dd></div>
			<div><dt>{t('audit.who')}</dt><dd>{author(entry)}</dd></div>
			<div><dt>{t('audit.sitting')}</dt><dd>{entry.sitting}</dd></div>
			{entry.ticket && <div><dt>{t('audit.ticket')}</dt><dd>{entry.ticket}</dd></div>}
			{entry.detail && <div><dt>{t('audit.detail')}</dt><dd>{entry.detail}</dd></div>}
			{event && <div><dt>{t('audit.hash')}</dt><dd><code class="hash">{event.hash}</code></dd></div>}
		</dl>
		<Fault problem={asking.problem}/>
		{event ? <Proof event={event}/> : asking.busy && <p role="status">{t('audit.proving')}</p>}
	</Dialog>;
}

function Table({source, entries, open}: {source: Source; entries: readonly Entry[]; open(e: Entry): void}): JSX.Element {
	const what = (e: Entry) => source === 'ledger' ? [e.sitting, e.ticket].filter(Boolean).join(', ') : e.account ?? '';
	return <div class="scrolls" tabIndex={0} role="region" aria-label={t('audit.found')}>
		<table class="stacks" role="table">
			<thead role="rowgroup"><tr role="row">{(['when', 'act', 'who', 'what', 'detail'] as const).map(c => <th key={c} scope="col" role="columnheader">{t(`audit.${c}`)}</th>)}</tr></thead>
			<tbody role="rowgroup">{entries.map(e => <tr key={e.key} role="row">
				<th scope="row" role="rowheader">{source === 'ledger' ? <button type="button" class="plain" onClick={() => open(e)}>{moment(e.atMs)}</button> : moment(e.atMs)}</th>
				<td role="cell">{actText(source, e.act)}</td>
				<td role="cell">{author(e)}</td>
				<td role="cell">{what(e)}</td>
				<td role="cell" class="said">{[e.fields && fieldsText(e.fields), e.detail].filter(Boolean).join('; ')}</td>
			</tr>)}</tbody>
		</table>
	</div>;
}

function Search({source}: {source: Source}): JSX.Element {
	const [wanted, setWanted] = useState(nothing), [asked, setAsked] = useState(nothing), [entries, setEntries] = useState<Entry[]>([]), [next, setNext] = useState<string | undefined>(), [open, setOpen] = useState<Entry | null>(null);
	const asking = useAction(), ledger = source === 'ledger';
	const put = (more: Partial<Wanted>) => setWanted({...wanted, ...more});
	const look = (what: Wanted, before: string, had: Entry[]) => asking.run(async () => {
		const page = await search(source, what, before);
		setAsked(what);
		setEntries([...had, ...page.entries]);
		setNext(page.next);
	});
	useEffect(() => {
		void look(nothing, '', []);
	}, []);
	return <>
		<p>{t(`audit.${source}Text`)}</p>
		<form onSubmit={e => {
			e.preventDefault();
			void look(wanted, '', []);
		}}>
			{ledger && <div class="columns">
				<Field id="sitting" label={t('audit.sitting')} value={wanted.sitting} set={sitting => put({sitting})} maxLength={60}/>
				<Field id="ticket" label={t('audit.ticket')} value={wanted.ticket} set={ticket => put({ticket})} maxLength={64}/>
			</div>}
			{actsOf(source).length > 0 && <div class="columns">
				{!ledger && <Field id="object" label={t(source === 'persons' ? 'audit.person' : 'audit.item')} value={wanted.object} set={object => put({object})} maxLength={200}/>}
				<div class="field"><label for="act">{t('audit.act')}</label><select id="act" value={wanted.act} onChange={e => put({act: e.currentTarget.value})}>
					<option value="">{t('audit.any')}</option>{actsOf(source).map(a => <option key={a} value={a}>{actText(source, a)}</option>)}</select></div>
			</div>}
			<div class="columns">
				<Field id="author" label={t('audit.author')} value={wanted.author} set={a => put({author: a})} maxLength={64}/>
				<Day id="since" label={t('audit.since')} value={wanted.since} set={since => put({since})}/>
				<Day id="until" label={t('audit.until')} value={wanted.until} set={until => put({until})}/>
			</div>
			<div class="buttons"><Submit busy={asking.busy}>{t('audit.search')}</Submit></div>
		</form>
		<Fault problem={asking.problem}/>
		<p role="status">{asking.busy ? t('common.wait') : t(next ? 'audit.soMany' : 'audit.all', {n: entries.length})}</p>
		{entries.length > 0 && <Table source={source} entries={entries} open={setOpen}/>}
		<div class="buttons">
			{next && <button type="button" class="second" aria-disabled={asking.busy} onClick={() => look(asked, next, entries)}>{t('audit.older')}</button>}
			{entries.length > 0 && <>
				<button type="button" class="second" onClick={() => saveFile(`${source}.csv`, 'text/csv', csvOf(entries))}>{t('audit.csv')}</button>
				<button type="button" class="second" onClick={() => saveFile(`${source}.json`, 'application/json', JSON.stringify({entries}, null, '\t'))}>{t('audit.json')}</button>
			</>}
		</div>
		{open && <Opened entry={open} close={() => setOpen(null)}/>}
	</>;
}

export function Audit({route: [where]}: {route: string[]}): JSX.Element {
	const source = sources.find(s => s === where) ?? 'ledger';
	return <>
		<Title>{t('audit.title')}</Title>
		<p>{t('audit.noted')}</p>
		<nav class="sections" aria-label={t('audit.sources')}><ul>{sources.map(s => <li key={s}><a href={hrefOf('audit', s)} aria-current={s === source ? 'page' : undefined}>{t(`audit.${s}`)}</a></li>)}</ul></nav>
		<Search key={source} source={source}/>
	</>;
}
