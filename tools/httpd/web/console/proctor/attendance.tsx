// Calling the roll: names and days of birth to be compared with identity cards; who is there, and who is not.
import type {JSX} from 'preact';
import {useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {Fault, problemText, useAction} from '../form';
import {toast} from '../toasts';
import {act, type Order} from './acts';
import type {Board, Row} from './board';
import {AskIdentity} from './forms';
import {bySeat} from './need';
import {whoIs} from './drawer';
import {day, type People} from './people';
import {Portrait} from './portrait';
import {stateOf} from './say';
import {Shape} from './shape';

interface Props {
	sitting: string;
	room: string;
	board: Board;
	people: People;
	look(): void;
	read(): void; // names are there
}

export function ReadNames({sitting, room, people, read}: Pick<Props, 'sitting' | 'room' | 'people' | 'read'>): JSX.Element | null {
	const action = useAction();
	if (people.read || people.kept === false)
		return people.kept === false ? <p class="quiet">{t('proctor.noNamesKept')}</p> : null;
	return <div class="notice no-print">
		<p>{t('proctor.namesText')}</p>
		<Fault problem={action.problem}/>
		<button type="button" class="second" aria-disabled={action.busy} onClick={() => action.run(async () => {
			await people.load(sitting, room, t('proctor.namesReason'));
			read();
		})}>{action.busy ? t('common.wait') : t('proctor.readNames')}</button>
	</div>;
}

export function Attendance({board, people, look, ...where}: Props): JSX.Element {
	const [asking, setAsking] = useState<Row | null>(null), [busy, setBusy] = useState(0);
	const rows = [...board.rows.values()].sort(bySeat);
	const here = rows.filter(r => r.state !== 'registered').length, absent = rows.filter(r => r.state === 'registered' && r.flags?.includes('absent')).length;
	const send = (row: Row) => async (order: Order) => {
		await act(row, order, whoIs(row, people));
		look();
	};
	const absentNow = async (row: Row) => {
		if (busy)
			return;
		setBusy(row.attempt);
		await send(row)({act: 'absent'}).catch(e => toast('bad', `${whoIs(row, people)}: ${problemText(e)}`)).finally(() => setBusy(0));
	};
	return <>
		<p class="lead" role="status">{t('proctor.attendanceCounts', {here, absent, open: rows.length - here - absent})}</p>
		<ReadNames people={people} {...where}/>
		<div class="scrolls" tabIndex={0} role="region" aria-label={t('proctor.attendance')}>
			<table class="roll">
				<thead><tr><th scope="col">{t('proctor.seat')}</th><th scope="col">{t('proctor.name')}</th><th scope="col">{t('proctor.birth')}</th><th scope="col">{t('proctor.idEndShort')}</th>
					<th scope="col">{t('proctor.ticket')}</th><th scope="col">{t('proctor.state')}</th><th scope="col">{t('proctor.mark')}</th></tr></thead>
				<tbody>{rows.map(row => {
					const person = people.of(row), who = whoIs(row, people);
					return <tr key={row.attempt}>
						<th scope="row">{row.seat ?? '–'}</th><td><div class="named"><Portrait row={row} people={people}/><span>{person?.name ?? '–'}</span></div></td><td>{day(person?.birth) || '–'}</td><td class="code">{person?.idEnd ? `…${person.idEnd}` : '–'}</td>
						<td class="code">{row.ticket}</td><td><Shape row={row}/> {stateOf(row)}</td>
						<td>{row.state === 'registered' && <div class="pair">
							<button type="button" aria-label={t('proctor.presentWho', {who})} onClick={() => setAsking(row)}>{t('proctor.present')}</button>
							{!row.flags?.includes('absent') && <button type="button" class="second" aria-label={t('proctor.absentWho', {who})} aria-disabled={busy !== 0} onClick={() => void absentNow(row)}>{t('proctor.absent')}</button>}
						</div>}</td>
					</tr>;
				})}</tbody>
			</table>
		</div>
		{asking && <AskIdentity who={whoIs(asking, people)} picture={<Portrait row={asking} people={people} large/>} send={send(asking)} close={() => setAsking(null)}/>}
	</>;
}
