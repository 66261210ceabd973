// Questions from a file: looked at first, then taken.
import type {JSX} from 'preact';
import {useState} from 'preact/hooks';
import {announce} from '../../lib/dom';
import {formatNumber, type Key, t} from '../../lib/words';
import {Competence} from '../competence';
import {Fault, Title, useAction} from '../form';
import {hrefOf} from '../route';
import type {Session} from '../session';
import {Technical} from '../technical';
import {IMPORT_MAX, type Imported, importFile} from './review';

const FORMATS = ['package', 'qti', 'moodle', 'gift', 'aiken', 'csv', 'vn4'];
const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);

// By its name and its first bytes; whoever sits here may say otherwise.
async function guess(file: File): Promise<string> {
	const start = await file.slice(0, 4000).text(), name = file.name.toLowerCase();
	if (start.startsWith('PK') || name.endsWith('.zip'))
		return 'package';
	if (/<quiz[\s>]/.test(start))
		return 'moodle';
	if (/assessment-?item/i.test(start) || name.endsWith('.xml'))
		return 'qti';
	if (name.endsWith('.csv'))
		return 'csv';
	return /^\s*ANSWER:/m.test(start) && !start.includes('{') ? 'aiken' : 'gift';
}

function Counts({found}: {found: Imported}): JSX.Element {
	const rows: [string, number][] = [[t('review.countAdded'), found.added], [t('review.countVersions'), found.versions], [t('review.countMetadata'), found.metadata],
		[t('review.countUnchanged'), found.unchanged], [t('review.countRefused'), found.refused]];
	return <dl class="facts">{rows.map(([name, n]) => <div key={name}><dt>{name}</dt><dd>{formatNumber(n)}</dd></div>)}</dl>;
}

function Faults({found}: {found: Imported}): JSX.Element | null {
	if (!found.faults.length)
		return null;
	return <section aria-labelledby="import-faults">
		<h3 id="import-faults">{t('review.faults', {n: found.faultCount})}</h3>
		<p>{t('review.faultsHint')}</p>
		<ul class="review-faults">{found.faults.map((f, i) => <li key={i}>
			<span class={`tag ${f.severity === 'refused' ? 'bad' : f.severity === 'lost' ? 'warn' : 'note'}`}>{t(`review.fault${capital(f.severity)}` as Key)}</span>{' '}
			<strong>{f.file}{f.line > 0 && `, ${t('review.atLine', {n: f.line})}`}</strong>
			<span class="review-when">{f.meaning}</span>
			<Technical text={f.message}/>
		</li>)}</ul>
		{found.faultCount > found.faults.length && <p class="quiet">{t('review.faultsMore', {n: found.faultCount - found.faults.length})}</p>}
	</section>;
}

function Items({found}: {found: Imported}): JSX.Element | null {
	if (!found.items.length)
		return null;
	const cell = (label: string, content: JSX.Element | string) => <td role="cell"><span class="stacks-label">{label}: </span>{content}</td>;
	return <section aria-labelledby="import-items">
		<h3 id="import-items">{t('review.items')}</h3>
		<table class="stacks" role="table" aria-labelledby="import-items">
			<thead role="rowgroup"><tr role="row">{[t('author.item'), t('author.competence'), t('review.outcome')].map(h => <th key={h} role="columnheader" scope="col">{h}</th>)}</tr></thead>
			<tbody role="rowgroup">{found.items.map(i => <tr key={`${i.identifier}/${i.language}`} role="row">
				<th role="rowheader" scope="row">{found.done ? <a href={hrefOf('item', i.identifier, i.language)}>{i.title || i.identifier}</a> : i.title || i.identifier}<span class="quiet small review-when">{i.identifier} · {i.language}</span></th>
				{cell(t('author.competence'), i.competence ? <Competence code={i.competence}/> : '–')}
				{cell(t('review.outcome'), t(`review.outcome${capital(i.outcome)}` as Key))}
			</tr>)}</tbody>
		</table>
	</section>;
}

export function ImportPage({session}: {session: Session}): JSX.Element {
	const [file, setFile] = useState<File | null>(null), [format, setFormat] = useState('package'), [language, setLanguage] = useState('vi'), [prefix, setPrefix] = useState('');
	const [found, setFound] = useState<Imported | null>(null), [part, setPart] = useState(-1), [missing, setMissing] = useState(false), sending = useAction();
	const foreign = format !== 'package' && format !== 'qti', tooLarge = !!file && file.size > IMPORT_MAX;
	const changed = <T,>(set: (value: T) => void) => (value: T) => {
		set(value);
		setFound(null);
	};
	const send = (dry: boolean) => sending.run(async () => {
		if (!file)
			return;
		setPart(0);
		try {
			const got = await importFile(session, {format, dry: dry ? 'yes' : 'no', name: file.name, language, prefix: prefix || 'Q'}, file, setPart);
			setFound(got);
			announce(got.done ? t('review.importDone') : t('review.importLooked', {n: got.added + got.versions + got.metadata}));
		} finally {
			setPart(-1);
		}
	});
	const worth = found ? found.added + found.versions + found.metadata : 0, outside = found?.items.some(i => i.outcome === 'refused') ?? false;
	const fault = tooLarge ? t('review.fileTooLarge') : missing && !file ? t('review.fileMissing') : '';
	return <>
		<p><a href={hrefOf()}>{t('author.toBank')}</a></p>
		<Title>{t('review.import')}</Title>
		<p>{t('review.importHint')}</p>
		<form onSubmit={e => {
			e.preventDefault();
			setMissing(true);
			if (file && !tooLarge)
				void send(true);
		}}>
			<div class={fault ? 'field wrong' : 'field'}><label for="file">{t('review.file')}</label>
				<span class="hint" id="file-hint">{t('review.fileHint')}</span>
				{fault && <span class="fault" id="file-fault">{fault}</span>}
				<input id="file" type="file" accept=".zip,.xml,.gift,.txt,.csv" aria-describedby={fault ? 'file-hint file-fault' : 'file-hint'} aria-invalid={fault ? true : undefined} onChange={e => {
					const chosen = e.currentTarget.files?.[0] ?? null;
					setFile(chosen);
					setFound(null);
					if (chosen)
						void guess(chosen).then(setFormat);
				}}/></div>
			<div class="field"><label for="format">{t('review.format')}</label>
				<select id="format" value={format} onChange={e => changed(setFormat)(e.currentTarget.value)}>{FORMATS.map(f => <option key={f} value={f}>{t(`review.format${capital(f)}` as Key)}</option>)}</select></div>
			{foreign && <>
				<div class="field"><label for="import-language">{t('author.language')}</label>
					<select id="import-language" value={language} onChange={e => changed(setLanguage)(e.currentTarget.value)}><option value="vi">{t('author.langVi')}</option><option value="en">{t('author.langEn')}</option></select></div>
				<div class="field"><label for="prefix">{t('review.prefix')}</label><span class="hint" id="prefix-hint">{t('review.prefixHint')}</span>
					<input id="prefix" value={prefix} maxLength={40} placeholder="Q" autocomplete="off" aria-describedby="prefix-hint" onInput={e => changed(setPrefix)(e.currentTarget.value.trim())}/></div>
			</>}
			<div class="buttons"><button class={found ? 'second' : undefined} aria-disabled={sending.busy}>{t('review.look')}</button></div>
		</form>
		{part >= 0 && <p><label for="progress">{part < 1 ? t('review.sending') : t('review.reading')}</label> {part < 1 ? <progress id="progress" max={1} value={part}/> : <progress id="progress"/>}</p>}
		<Fault problem={sending.problem}/>
		{found && <section aria-labelledby="import-title">
			<h2 id="import-title">{found.done ? t('review.importDone') : t('review.importTitle')}</h2>
			<Counts found={found}/>
			{!found.done && outside && <div class="notice warn"><p>{t('review.importOutside')}</p></div>}
			{!found.done && !outside && worth > 0 && <div class="buttons"><button type="button" aria-disabled={sending.busy} onClick={() => send(false)}>{t('review.take', {n: worth})}</button></div>}
			{!found.done && !worth && <p>{t('review.nothingNew')}</p>}
			<Faults found={found}/>
			<Items found={found}/>
		</section>}
	</>;
}
