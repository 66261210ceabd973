// What the pages of all documents share: the list of a kind, how a version stands, its versions with what changed, saving and approving.
import type {ComponentChildren, JSX} from 'preact';
import {useEffect, useMemo, useState} from 'preact/hooks';
import {Problem} from '../../lib/api';
import {formatMoment, t} from '../../lib/words';
import {Dialog} from '../dialog';
import {Fault, Field, Submit, Title, useAction} from '../form';
import {hrefOf} from '../route';
import type {Session} from '../session';
import {Technical} from '../technical';
import {toast} from '../toasts';
import {difference} from './difference';
import {approveDocument, keep, type Kind, type Kept, listDocuments, type Look, lookAt, type Opened, readDocument, recall, saveDocument, useLook, type Version} from './documents';

const AROUND = 3; // lines that stay, shown around those that changed

export const mayWrite = (session: Session): boolean => session.roles.includes('scheme-owner');
export const when = (time: string): string => formatMoment(Date.parse(time));

export function Standing({version}: {version: Version}): JSX.Element {
	return version.approver ? <span class="tag good">{t('office.approvedBy', {name: version.approver})}</span> : <span class="tag warn">{t('office.notApproved')}</span>;
}

// ---- All of a kind

export function DocumentList({kind, section, title, lead, none, add, session, children}: {
	kind: Kind; section: string; title: string; lead: string; none: string; add: string; session: Session; children?: ComponentChildren;
}): JSX.Element {
	const [all, setAll] = useState<Version[] | null>(null);
	const asking = useAction();
	useEffect(() => {
		void asking.run(async () => setAll(await listDocuments(kind)));
	}, []);
	return <>
		<Title>{title}</Title>
		<p class="lead">{lead}</p>
		<Fault problem={asking.problem}/>
		{mayWrite(session) && <p><a class="button" href={hrefOf(section, 'new')}>{add}</a></p>}
		{all?.length === 0 && <div class="notice"><p>{none}</p></div>}
		{all && all.length > 0 && <div class="scrolls" tabIndex={0} role="region" aria-label={title}>
			<table class="stacks" role="table">
				<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">{t('office.name')}</th><th scope="col" role="columnheader">{t('office.documentTitle')}</th>
					<th scope="col" role="columnheader">{t('office.version')}</th><th scope="col" role="columnheader">{t('office.standing')}</th></tr></thead>
				<tbody role="rowgroup">{all.map(d => <tr key={d.name} role="row">
					<th scope="row" role="rowheader"><a href={hrefOf(section, d.name)}>{d.name}</a></th>
					<td role="cell">{kind === 'sitting' ? when(d.title) : d.title}</td>
					<td role="cell"><span class="stacks-label">{t('office.version')}: </span>{d.version} <span class="quiet">({d.author}, {when(d.made)})</span></td>
					<td role="cell"><Standing version={d}/></td>
				</tr>)}</tbody>
			</table>
		</div>}
		{children}
	</>;
}

// ---- What changed

export function Difference({before, after}: {before: string; after: string}): JSX.Element {
	const lines = useMemo(() => difference(before, after), [before, after]);
	const near = lines.map((_, i) => lines.slice(Math.max(0, i - AROUND), i + AROUND + 1).some(l => l.kind !== 'same'));
	if (!lines.some(l => l.kind !== 'same'))
		return <p>{t('office.noDifference')}</p>;
	return <div class="scrolls" tabIndex={0} role="region" aria-label={t('office.differenceOf')}>
		<table class="difference">
			<thead><tr><th scope="col">{t('office.line')}</th><th scope="col">{t('office.change')}</th><th scope="col">{t('office.text')}</th></tr></thead>
			<tbody>{lines.map((l, i) => near[i]
				? <tr key={i} class={l.kind}><td>{l.number}</td><td>{l.kind === 'gone' ? t('office.gone') : l.kind === 'new' ? t('office.come') : ''}</td><td><code>{l.text}</code></td></tr>
				: near[i - 1] && <tr key={i}><td colSpan={3} class="quiet">…</td></tr>)}</tbody>
		</table>
	</div>;
}

function Versions({kind, name, versions, text, compare}: {kind: Kind; name: string; versions: Version[]; text: string; compare?: (before: string, after: string) => JSX.Element}): JSX.Element {
	const [other, setOther] = useState<{version: number; text: string} | null>(null);
	const asking = useAction();
	return <section>
		<h2>{t('office.versions')}</h2>
		<Fault problem={asking.problem}/>
		<ul class="versions">{versions.map(v => <li key={v.version}>
			<strong>{t('office.versionNumber', {n: v.version})}</strong> – {t('office.savedBy', {name: v.author, time: when(v.made)})} <Standing version={v}/>
			{v.approved && <span class="quiet"> ({when(v.approved)})</span>}
			{v.note && <p>{v.note}</p>}
			<p class="small quiet">SHA-256 <code class="hash">{v.hash}</code></p>
			{v !== versions[0] && <p><button type="button" class="plain" onClick={() => asking.run(async () => setOther({version: v.version, text: (await readDocument(kind, name, v.version)).text}))}>
				{t('office.compare', {n: v.version})}</button></p>}
		</li>)}</ul>
		{other && <Dialog title={t('office.compareTitle', {n: other.version})} class="large" close={() => setOther(null)}>{compare?.(other.text, text)}<Difference before={other.text} after={text}/></Dialog>}
	</section>;
}

// A version as the file that a command wants.
export function DocumentFile({kind, of, file, hash}: {kind: Kind; of: {name: string; version: number}; file: string; hash: string | undefined}): JSX.Element {
	const [made, setMade] = useState('');
	const action = useAction();
	return <li>
		<Fault problem={action.problem}/>
		{made ? <a href={made} download={file}>{t('office.saveFile', {file})}</a>
			: <button type="button" class="plain" onClick={() => action.run(async () => setMade(URL.createObjectURL(new Blob([(await readDocument(kind, of.name, of.version)).text], {type: 'application/xml'}))))}>{t('office.makeFile', {file})}</button>}
		{hash && <p class="small quiet">SHA-256 <code class="hash">{hash}</code></p>}
	</li>;
}

// ---- Approving

function Approve<Said>({kind, opened, done}: {kind: Kind; opened: Opened<Said>; done(o: Opened<Said>): void}): JSX.Element | null {
	const [open, setOpen] = useState(false);
	const action = useAction();
	const [newest] = opened.versions;
	if (!newest || newest.approver)
		return null;
	if (newest.mine)
		return <div class="notice"><p>{t('office.approveOther')}</p></div>;
	if (!opened.look.ready)
		return <div class="notice warn"><p>{t('office.approveNotReady')}</p></div>;
	return <>
		<div class="notice"><p>{t('office.approveAsk', {n: newest.version, name: newest.author})}</p>
			<p><button type="button" onClick={() => setOpen(true)}>{t('office.approve')}</button></p></div>
		{open && <Dialog title={t('office.approve')} close={() => setOpen(false)}>
			<Fault problem={action.problem}/>
			<p>{t('office.approveText', {n: newest.version, name: newest.author})}</p>
			<div class="buttons"><button type="button" aria-disabled={action.busy} onClick={() => action.run(async () => {
				done(await approveDocument<Said>(kind, newest.name, newest.version));
				toast('good', t('office.approvedNow'));
			})}>{t('office.approveNow', {n: newest.version})}</button>
			<button type="button" class="second" onClick={() => setOpen(false)}>{t('common.back')}</button></div>
		</Dialog>}
	</>;
}

// ---- Writing

// What a form gets: the text as it is, and what the server says of it.
export interface Writing<Said> {
	text: string;
	form: unknown; // that the text was made of, if it was
	set(text: string, form?: unknown): void;
	look: Look<Said> | null;
	waiting: boolean;
	changed: boolean; // it is not what the server has
}

export function Source<Said>({text, set, look, readOnly}: Pick<Writing<Said>, 'text' | 'set' | 'look'> & {readOnly?: boolean}): JSX.Element {
	const bad = !readOnly && look && !look.good;
	return <div class={bad ? 'field wrong' : 'field'}>
		<label for="source">{t('office.source')}</label>
		{bad && <span class="fault" id="source-fault">{faultText(look)}</span>}
		{bad && <Technical text={look.fault?.message}/>}
		<textarea id="source" class="source" rows={24} spellcheck={false} autocapitalize="none" autocomplete="off" readOnly={readOnly} value={text} aria-describedby={bad ? 'source-fault' : undefined}
			aria-invalid={bad ? true : undefined} onInput={e => set(e.currentTarget.value)}/>
	</div>;
}

export function faultText(look: Look<unknown>): string {
	const {line = 0, meaning: message = ''} = look.fault ?? {};
	return line ? t('office.faultAt', {n: String(line), message}) : t('office.fault', {message});
}

interface EditorProps<Said> {
	kind: Kind;
	section: string;
	name: string; // '' or 'new': one that is not there yet
	session: Session;
	first: string; // the text of a new one
	firstForm?: unknown; // that it is made of
	newTitle: string;
	back: string;
	edit(writing: Writing<Said>): JSX.Element; // the form; the source is under it
	view?(said: Said, opened: Opened<Said>): JSX.Element; // what it says, in words
	before?: JSX.Element;
	compare?(before: string, after: string): JSX.Element; // two versions, above the lines that differ
}

// One document: what it says, writing, saving, approving, its versions. What is written is kept on this machine with every key until it is saved.
export function DocumentEditor<Said>({kind, section, name, session, first, firstForm, newTitle, back, edit, view, before, compare}: EditorProps<Said>): JSX.Element {
	const isNew = name === 'new', [opened, setOpened] = useState<Opened<Said> | null>(null);
	const [text, setText] = useState(''), [form, setForm] = useState<unknown>(undefined), [base, setBase] = useState(0), [note, setNote] = useState(''), [started, setStarted] = useState(false);
	const [draft, setDraft] = useState<Kept | null>(null), [kept, setKept] = useState(true), [stale, setStale] = useState<Opened<Said> | null>(null);
	const asking = useAction(), saving = useAction();
	const {look, waiting, problem} = useLook<Said>(kind, text);
	const take = (o: Opened<Said>) => {
		setOpened(o);
		setText(o.text);
		setBase(o.version);
	};
	useEffect(() => {
		void asking.run(async () => {
			const there = recall(kind, name);
			if (isNew) {
				setText(first);
				setForm(firstForm);
			} else {
				const o = await readDocument<Said>(kind, name);
				take(o);
				if (there?.text === o.text)
					return keepNothing();
			}
			setDraft(there);
		});
	}, []);
	const keepNothing = () => {
		keep(kind, name, null);
	};
	const changed = text !== (opened?.text ?? first);
	const set = (now: string, of?: unknown) => {
		setText(now);
		setForm(of);
		setStarted(true);
		setDraft(null);
		setKept(keep(kind, name, {base, text: now, at: Date.now(), form: of}));
	};
	const save = (over: number) => saving.run(async () => {
		const as = isNew ? (await lookAt<Said>(kind, text)).name : name; // what was said last may be of an older text
		if (!as)
			return; // it cannot be read, and why stands above the button
		try {
			const o = await saveDocument<Said>(kind, as, over, text, note);
			keepNothing();
			take(o);
			setNote('');
			setStarted(false);
			setStale(null);
			toast('good', t('office.saved', {n: o.version}));
			if (isNew)
				location.hash = hrefOf(section, as);
		} catch (e) {
			if (e instanceof Problem && e.type === 'conflict')
				setStale(await readDocument<Said>(kind, as));
			throw e;
		}
	});
	const may = mayWrite(session), writing = {text, form, set, look, waiting, changed};
	const heading = isNew ? newTitle : opened?.versions[0]?.title && kind !== 'sitting' ? opened.versions[0].title : name;
	return <>
		<p><a href={hrefOf(section)}>{back}</a></p>
		<Title>{heading}</Title>
		<Fault problem={asking.problem}/>
		{draft && <div class="notice warn" role="status">
			<p>{t('office.draftThere', {time: formatMoment(draft.at)})}</p>
			<div class="buttons"><button type="button" onClick={() => {
				setText(draft.text);
				setForm(draft.form);
				setBase(draft.base);
				setStarted(true);
				setDraft(null);
			}}>{t('office.draftGoOn')}</button>
			<button type="button" class="second" onClick={() => {
				keepNothing();
				setDraft(null);
			}}>{t('office.draftDrop')}</button></div>
		</div>}
		{opened && !changed && <>
			<p>{t('office.versionNumber', {n: opened.version})} {opened.versions[0] && <Standing version={opened.versions[0]}/>}</p>
			{may && <Approve kind={kind} opened={opened} done={take}/>}
		</>}
		{before}
		{opened && view && !changed && look?.said && view(look.said, opened)}
		{(isNew || opened) && may && <>
			{edit(writing)}
			{problem && <div class="notice warn" role="status"><p>{t('office.cannotLook')}</p></div>}
			{!kept && <div class="notice warn" role="status"><p>{t('office.notKept')}</p></div>}
			{changed && <form class="save" onSubmit={e => {
				e.preventDefault();
				void save(base);
			}}>
				<h2>{t('office.saveTitle')}</h2>
				<Fault problem={saving.problem}/>
				{look && !look.good && <p class="fault">{faultText(look)}</p>}
				<p role="status" class="quiet">{started && kept ? t('office.keptHere') : ''}</p>
				<Field id="note" label={t('office.note')} hint={t('office.noteHint')} value={note} set={setNote} maxLength={500}/>
				<div class="buttons"><Submit busy={saving.busy}>{isNew ? t('office.saveFirst') : t('office.saveAs', {n: base + 1})}</Submit></div>
				{opened && <details><summary>{t('office.changes')}</summary><Difference before={opened.text} after={text}/></details>}
			</form>}
			{stale && <Dialog title={t('office.staleTitle')} class="large" close={() => setStale(null)}>
				<p>{t('office.staleText', {n: stale.version, name: stale.versions[0]?.author ?? '', time: stale.versions[0] ? when(stale.versions[0].made) : ''})}</p>
				<Difference before={stale.text} after={text}/>
				<div class="buttons">
					<button type="button" class="danger" aria-disabled={saving.busy} onClick={() => {
						setBase(stale.version);
						void save(stale.version);
					}}>{t('office.staleSave', {n: stale.version + 1})}</button>
					<button type="button" class="second" onClick={() => setStale(null)}>{t('office.staleBack')}</button>
				</div>
			</Dialog>}
		</>}
		{!may && opened && <Source {...writing} readOnly/>}
		{opened && <Versions kind={kind} name={name} versions={opened.versions} text={opened.text} compare={compare}/>}
	</>;
}
