// An item being written: a form or its source, the preview and what is wrong with it beside that, all anew while it is typed; saved as the next version.
import type {JSX} from 'preact';
import {useEffect, useLayoutEffect, useMemo, useRef, useState} from 'preact/hooks';
import {Problem} from '../../lib/api';
import {formatMoment, t} from '../../lib/words';
import type {Responses} from '../../player/types';
import {Fault, problemText, useAction} from '../form';
import {hrefOf} from '../route';
import type {Session} from '../session';
import {Technical} from '../technical';
import {toast} from '../toasts';
import {type FileOf, type Item, type Look, lookAt, type Metadata, readItem, type Saved, saveItem} from './bank';
import {type Draft, keepDraft, keyOf, readDraft, removeDraft} from './drafts';
import {addressOf, type NewFile} from './files';
import {Findings} from './findings';
import {Form} from './form';
import {MetadataForm} from './metadata';
import {Preview} from './preview';
import {Source} from './source';
import type {TabProps} from './tabs';

const PAUSE_MS = 350, STEP_MS = 700, STEPS_MAX = 200;

export interface Work {
	base: number;
	xml: string;
	metadata: Metadata | null; // null: as it is
	files: NewFile[];
}

// What the server says of the newest text, some moments after it was typed. An answer about an older one is never shown.
function useLook(work: Work, of: {identifier: string; language: string} | null): {look: Look | null; stale: boolean; problem: Problem | null; attempt(r: Responses): Promise<void>; again(): void} {
	const [look, setLook] = useState<Look | null>(null), [problem, setProblem] = useState<Problem | null>(null), [shown, setShown] = useState(-1);
	const number = useRef(0), going = useRef<AbortController | null>(null);
	const about = {...of && {...of, version: work.base}, xml: work.xml, files: work.files.map(({href, hash}) => ({href, hash}))};
	const run = async (attempts: Responses[]): Promise<void> => {
		const mine = ++number.current, ending = new AbortController();
		going.current?.abort();
		going.current = ending;
		try {
			const answer = await lookAt({...about, ...attempts.length && {attempts}}, ending.signal);
			if (mine !== number.current)
				return;
			setLook(answer);
			setProblem(null);
			setShown(mine);
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			if (mine === number.current && !ending.signal.aborted)
				setProblem(e);
		}
	};
	useEffect(() => {
		number.current++; // what is on its way is of an older text
		const timer = setTimeout(() => void run([]), shown < 0 ? 0 : PAUSE_MS);
		return () => clearTimeout(timer);
	}, [work.xml, work.files, work.base]);
	return {look, stale: shown !== number.current, problem, attempt: r => run([r]), again: () => void run([])};
}

// ---- Somebody else has saved

function Conflict({item, mine, theirs, over, drop}: {item: Item; mine: Work; theirs: Item; over(): void; drop(): void}): JSX.Element {
	const version = theirs.versions.find(v => v.version === theirs.version), box = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => box.current?.focus(), []); // it stands far above the button that was pressed
	return <div class="notice warn" role="alert" tabIndex={-1} ref={box}>
		<p><strong>{t('author.conflict', {base: mine.base, n: theirs.version, who: version?.by || '?'})}</strong></p>
		<p>{t('author.conflictText')}</p>
		<details><summary>{t('author.theirs', {n: theirs.version})}</summary><pre class="theirs" tabIndex={0}>{theirs.xml}</pre></details>
		<div class="buttons">
			<button type="button" onClick={over}>{t('author.over', {n: theirs.version})}</button>
			<button type="button" class="second" onClick={drop}>{t('author.dropMine')}</button>
			<a class="button second" href={hrefOf('item', item.identifier, item.language)} target="_blank">{t('author.openTheirs')}</a>
		</div>
	</div>;
}

// ---- The desk of one item

interface DeskProps {
	session: Session;
	item: Item | null; // null: a new one
	identifier: string;
	language: string;
	start: Work;
	restored: Draft | null;
	saved(saved: Saved): Promise<void>;
	dropped(): void;
}

export function Desk({session, item, identifier, language, start, restored, saved, dropped}: DeskProps): JSX.Element {
	const [work, setWork] = useState<Work>(restored ?? start), [mode, setMode] = useState<'form' | 'source'>('form');
	const [theirs, setTheirs] = useState<Item | null>(null), [at, setAt] = useState<{line: number} | null>(null), [kept, setKept] = useState(true);
	const action = useAction(), may = item ? item.edit : true, key = keyOf(session.account, identifier, language);
	const dirty = work.xml !== start.xml || work.metadata !== null || work.files.length > 0 || !item;
	const {look, stale, problem, attempt, again} = useLook(work, item && {identifier, language});
	const files: FileOf[] = item?.files ?? [];
	const fresh = useMemo(() => new Map(work.files.map(f => [f.hash, f])), [work.files]);
	const past = useRef<{xml: string; at: number}[]>([]);
	/* What is typed in one go is taken back in one. */
	const change = (now: Partial<Work>) => setWork(before => {
		const last = past.current[past.current.length - 1], at = Date.now();
		if (now.xml !== undefined && now.xml !== before.xml) {
			if (!last || at - last.at > STEP_MS)
				past.current = [...past.current.slice(1 - STEPS_MAX), {xml: before.xml, at}];
			else
				last.at = at;
		}
		return {...before, ...now};
	});
	const undo = () => {
		const last = past.current.pop();
		if (last)
			setWork(before => ({...before, xml: last.xml}));
	};
	useEffect(() => {
		if (!may || (!dirty && !restored))
			return;
		if (dirty)
			void keepDraft({key, at: Date.now(), ...work}).then(setKept);
		else
			void removeDraft(key);
	}, [work]);
	useEffect(() => {
		if (!dirty || !may)
			return undefined;
		const ask = (e: BeforeUnloadEvent) => e.preventDefault();
		addEventListener('beforeunload', ask);
		return () => removeEventListener('beforeunload', ask);
	}, [dirty]);
	const save = () => action.run(async () => {
		try {
			const used = work.files.filter(f => work.xml.includes(f.href));
			const done = await saveItem({identifier, language, base: work.base, xml: work.xml, ...work.metadata && {metadata: work.metadata},
				...used.length && {files: used.map(({href, bytes}) => ({href, bytes}))}});
			await removeDraft(key).catch(() => undefined);
			toast('good', done.changed ? t('author.saved', {n: done.version}) : t('author.savedSame'));
			for (const note of done.notes)
				toast('note', note.message);
			await saved(done);
		} catch (e) {
			if (!(e instanceof Problem && e.type === 'conflict' && item))
				throw e;
			setTheirs(await readItem(identifier, language));
		}
	});
	const go = (line: number) => {
		setMode('source');
		setAt({line});
	};
	const drop = () => {
		void removeDraft(key).then(dropped, dropped);
	};
	return <>
		{restored && <div class="notice"><p>{t('author.restored', {when: formatMoment(restored.at)})}</p>
			<div class="buttons"><button type="button" class="second" onClick={drop}>{t('author.dropDraft')}</button></div></div>}
		{!kept && <div class="notice bad"><p>{t('author.notKept')}</p></div>}
		{item && theirs && <Conflict item={item} mine={work} theirs={theirs} drop={drop} over={() => {
			change({base: theirs.version});
			setTheirs(null);
		}}/>}
		<div class="desk">
			<div class="desk-write">
				<div class="desk-head">
					<fieldset class="modes"><legend class="hidden-text">{t('author.mode')}</legend>
						{(['form', 'source'] as const).map(m => <label key={m} class="choice"><input type="radio" name="mode" checked={mode === m} onChange={() => setMode(m)}/>
							{m === 'form' ? t('author.modeForm') : t('author.modeSource')}</label>)}
					</fieldset>
					{may && <button type="button" class="second" aria-disabled={!past.current.length} onClick={undo}>{t('author.undo')}</button>}
				</div>
				{!may && <div class="notice"><p>{t('author.readOnly')}</p></div>}
				{mode === 'form'
					? <Form xml={work.xml} set={may ? xml => change({xml}) : undefined} files={files} news={work.files} addFile={f => change({files: [...work.files, f]})} toSource={() => setMode('source')}/>
					: <Source xml={work.xml} set={may ? xml => change({xml}) : undefined} findings={look?.findings ?? []} at={at}/>}
				<MetadataForm metadata={work.metadata ?? (item && metadataOf(item)) ?? noMetadata} set={may ? metadata => change({metadata}) : undefined}/>
				{may && <div class="desk-save">
					{action.problem && (action.problem.reason
						? <div class="notice bad" role="alert"><p>{problemText(action.problem)}</p><Technical text={action.problem.reason}/></div>
						: <Fault problem={action.problem}/>)}
					<div class="buttons">
						<button type="button" aria-disabled={action.busy || !dirty} onClick={() => dirty && void save()}>{action.busy ? t('common.wait') : t('author.save')}</button>
						<span role="status" class="quiet">{dirty ? t('author.unsaved') : t('author.allSaved')}</span>
					</div>
				</div>}
			</div>
			<div class="desk-see" aria-busy={stale}>
				{problem && <div class="notice bad"><p>{problemText(problem)}</p><div class="buttons"><button type="button" class="second" onClick={again}>{t('common.again')}</button></div></div>}
				{look && <>
					<Preview look={look} media={hash => {
						const file = fresh.get(hash);
						return file && addressOf(file);
					}} attempt={attempt} again={again}/>
					<Findings look={look} go={go}/>
				</>}
			</div>
		</div>
	</>;
}

export const noMetadata: Metadata = {competence: '', component: '', level: '', difficultyStep: 0, expectedSeconds: 0, author: '', tags: [], enemies: []};

function metadataOf({competence, component, level, difficultyStep, expectedSeconds, author, tags, enemies}: Item): Metadata {
	return {competence, component, level, difficultyStep, expectedSeconds, author, tags, enemies};
}

// The tab of an item that is there.
export function Edit({item, session, reload}: TabProps): JSX.Element {
	const [draft, setDraft] = useState<Draft | null | undefined>(undefined), [round, setRound] = useState(0);
	useEffect(() => {
		let here = true;
		void readDraft(keyOf(session.account, item.identifier, item.language)).catch(() => null).then(found => {
			if (here)
				setDraft(found && item.edit && (found.xml !== item.xml || found.metadata || found.files.length) ? found : null);
		});
		return () => {
			here = false;
		};
	}, [item, round]);
	if (draft === undefined)
		return <p>{t('common.wait')}</p>;
	const next = async () => {
		setDraft(undefined);
		await reload();
		setRound(n => n + 1);
	};
	return <Desk key={`${item.version}/${round}/${draft?.at ?? ''}`} session={session} item={item} identifier={item.identifier} language={item.language}
		start={{base: item.version, xml: item.xml, metadata: null, files: []}} restored={draft} saved={next} dropped={() => void next()}/>;
}
