// One sitting: its rooms, the list of candidates, what is printed, and its end.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatMoment, formatTime, t} from '../../lib/words';
import {jitter, request, sleep} from '../../lib/api';
import {ask, insist, newKey} from '../ask';
import {Dialog} from '../dialog';
import {Fault, Field, Submit, Title, useAction} from '../form';
import {toast} from '../toasts';
import {Photos} from './photos';
import {Roster} from './roster';

export interface Room {
	name: string;
	centre?: string;
	attempts: number;
	states: Record<string, number>;
}

export interface Sitting {
	name: string;
	opensMs: number;
	closesMs: number;
	minutes: number;
	nowMs: number;
	attempts: number;
	states: Record<string, number>;
	rooms: Room[];
}

const pathOf = (sitting: string) => `/api/sittings/${encodeURIComponent(sitting)}`;
const count = (states: Record<string, number>, ...names: string[]) => names.reduce((n, s) => n + (states[s] ?? 0), 0);

// A file that is there when it is made: its link is pressed by hand, so that nothing opens by itself.
// again: what is sent when it was made before, and what that means.
function Print({label, path, body, file, sure, again}: {label: string; path: string; body: Record<string, unknown>; file: string; sure?: string; again?: {label: string; body: Record<string, unknown>}}): JSX.Element {
	const [made, setMade] = useState(''), [asking, setAsking] = useState(false);
	const action = useAction();
	const make = (what = body) => action.run(async () => {
		const answer = await request('POST', path, what, {timeout_ms: 60000});
		if (made)
			URL.revokeObjectURL(made);
		setMade(URL.createObjectURL(await answer.blob()));
		setAsking(false);
	});
	return <div class="print">
		<button type="button" class="second" aria-disabled={action.busy} onClick={() => sure ? setAsking(true) : void make()}>{action.busy ? t('common.wait') : label}</button>
		{made && <a href={made} download={file}>{t('centre.saveFile', {file})}</a>}
		{!asking && <Fault problem={action.problem}/>}
		{asking && <Dialog title={label} close={() => setAsking(false)}>
			<p>{sure}</p>
			<Fault problem={action.problem}/>
			<div class="buttons"><button type="button" aria-disabled={action.busy} onClick={() => void make()}>{action.busy ? t('common.wait') : label}</button>
				<button type="button" class="second" onClick={() => setAsking(false)}>{t('console.cancel')}</button>
				{again && action.problem?.type === 'conflict' && <button type="button" class="danger" onClick={() => void make(again.body)}>{again.label}</button>}</div>
		</Dialog>}
	</div>;
}

function Close({sitting, done}: {sitting: Sitting; done(): void}): JSX.Element {
	const [asking, setAsking] = useState(false), [reason, setReason] = useState('');
	const action = useAction();
	const running = count(sitting.states, 'started', 'paused');
	return <section aria-labelledby="close-title">
		<h2 id="close-title">{t('centre.finalise')}</h2>
		<p>{running ? t('centre.stillWorking', {n: running}) : t('centre.finaliseText')}</p>
		<button type="button" class="danger" disabled={running > 0} onClick={() => setAsking(true)}>{t('centre.finalise')}</button>
		{asking && <Dialog title={t('centre.finalise')} close={() => setAsking(false)}>
			<form onSubmit={e => {
				e.preventDefault();
				if (reason.trim())
					void action.run(async () => {
						await insist(`${pathOf(sitting.name)}/acts`, {act: 'close', reason: reason.trim(), key: newKey()});
						toast('good', t('centre.finalised', {name: sitting.name}));
						setAsking(false);
						done();
					});
			}}>
				<p>{t('centre.finaliseSure')}</p>
				<Fault problem={action.problem}/>
				<Field id="close-reason" label={t('centre.reason')} value={reason} set={setReason} required maxLength={500}/>
				<div class="buttons"><Submit busy={action.busy}>{t('centre.finalise')}</Submit><button type="button" class="second" onClick={() => setAsking(false)}>{t('console.cancel')}</button></div>
			</form>
		</Dialog>}
	</section>;
}

// Columns of the rooms: how they are set, and their names.
const heads: readonly [string | undefined, () => string][] = [
	[undefined, () => t('centre.room')], [undefined, () => t('centre.fieldCentre')], ['number', () => t('centre.candidates')], ['number', () => t('centre.working')],
	['number', () => t('centre.over')], [undefined, () => t('centre.paper')],
];

export function OneSitting({name}: {name: string}): JSX.Element {
	const [sitting, set] = useState<Sitting | null>(null);
	const asking = useAction();
	const look = () => asking.run(async () => set(await ask<Sitting>('GET', pathOf(name))));
	useEffect(() => {
		void look();
	}, [name]);
	// The rooms are told from the log, which they follow by a moment.
	const lookUntil = (attempts: number) => asking.run(async () => {
		for (let n = 0; n < 20; n++) {
			const now = await ask<Sitting>('GET', pathOf(name));
			set(now);
			if (now.attempts >= attempts)
				return;
			await sleep(jitter(1000));
		}
	});
	return <>
		<p class="no-print"><a href="#/">{t('centre.sittings')}</a></p>
		<Title>{t('centre.sitting', {name})}</Title>
		<Fault problem={asking.problem}/>
		{sitting && <>
			<p>{t('centre.when', {from: formatMoment(sitting.opensMs), to: formatTime(sitting.closesMs), n: sitting.minutes})}</p>
			<table class="stacks" role="table">
				<caption>{t('centre.roomsOf', {n: sitting.attempts})}</caption>
				<thead role="rowgroup"><tr role="row">{heads.map(([name, label]) => <th key={label()} role="columnheader" scope="col" class={name}>{label()}</th>)}</tr></thead>
				<tbody role="rowgroup">{sitting.rooms.map(r => <tr key={r.name} role="row">
					<th role="rowheader" scope="row"><a href={`/proctor#/${encodeURIComponent(name)}/${encodeURIComponent(r.name)}`}>{r.name}</a></th>
					{[r.centre ?? '–', r.attempts, count(r.states, 'started', 'paused'), count(r.states, 'submitted', 'expired', 'ended'),
						<><Print label={t('centre.sheetOf', {room: r.name})} path={`${pathOf(name)}/rooms/${encodeURIComponent(r.name)}/sheet`} body={{names: true}} file={`danh-sach-${name}-${r.name}.pdf`}/>
							<Print label={t('centre.codesOf', {room: r.name})} path={`${pathOf(name)}/codes`} body={{room: r.name}} file={`ma-vao-thi-${name}-${r.name}.pdf`} sure={t('centre.codesSure')}
								again={{label: t('centre.codesAgain'), body: {room: r.name, again: true}}}/></>,
					].map((content, i) => <td key={i} role="cell" class={heads[i + 1]?.[0]}><span class="stacks-label">{heads[i + 1]?.[1]()}: </span>{content}</td>)}
				</tr>)}</tbody>
			</table>
			{!sitting.rooms.length && <div class="notice"><p>{t('centre.noRooms')}</p></div>}
			<Roster sitting={name} done={added => void lookUntil(sitting.attempts + added)}/>
			<Photos sitting={name} candidates={sitting.attempts}/>
			<Close sitting={sitting} done={() => {
				location.hash = '#/';
			}}/>
		</>}
	</>;
}
