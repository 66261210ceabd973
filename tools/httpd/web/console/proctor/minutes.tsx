// The minutes of a room (biên bản), as a PDF that the server makes from the ledger and from what is typed here, which it does not keep.
import type {JSX} from 'preact';
import {useState} from 'preact/hooks';
import {request} from '../../lib/api';
import {t} from '../../lib/words';
import {Fault, Field, Submit, useAction} from '../form';

export function Minutes({sitting, room}: {sitting: string; room: string}): JSX.Element {
	const [organisation, setOrganisation] = useState(''), [place, setPlace] = useState(''), [proctors, setProctors] = useState(''), [remarks, setRemarks] = useState(''), [names, setNames] = useState(true);
	const [made, setMade] = useState('');
	const action = useAction();
	const make = () => action.run(async () => {
		const lines = proctors.split('\n').map(s => s.trim()).filter(Boolean).slice(0, 4);
		const answer = await request('POST', `/api/sittings/${encodeURIComponent(sitting)}/rooms/${encodeURIComponent(room)}/minutes`,
			{names, ...organisation.trim() && {organisation: organisation.trim()}, ...place.trim() && {place: place.trim()}, ...lines.length && {proctors: lines}, ...remarks.trim() && {remarks: remarks.trim().replace(/\s+/g, ' ')}},
			{timeout_ms: 60000});
		if (made)
			URL.revokeObjectURL(made);
		setMade(URL.createObjectURL(await answer.blob()));
	});
	return <form onSubmit={e => {
		e.preventDefault();
		void make();
	}}>
		<p>{t('proctor.minutesText')}</p>
		<Fault problem={action.problem}/>
		<Field id="organisation" label={t('proctor.organisation')} hint={t('proctor.organisationHint')} value={organisation} set={setOrganisation} maxLength={150}/>
		<Field id="place" label={t('proctor.place')} hint={t('proctor.placeHint')} value={place} set={setPlace} maxLength={150}/>
		<p class="field">
			<label for="proctors">{t('proctor.proctors')}</label>
			<span class="hint" id="proctors-hint">{t('proctor.proctorsHint')}</span>
			<textarea id="proctors" rows={2} maxLength={400} aria-describedby="proctors-hint" value={proctors} onInput={e => setProctors(e.currentTarget.value)}/>
		</p>
		<p class="field">
			<label for="remarks">{t('proctor.remarks')}</label>
			<textarea id="remarks" rows={3} maxLength={1000} value={remarks} onInput={e => setRemarks(e.currentTarget.value)}/>
		</p>
		<label class="choice"><input type="checkbox" checked={names} onChange={e => setNames(e.currentTarget.checked)}/>{t('proctor.withNames')}</label>
		<div class="buttons"><Submit busy={action.busy}>{t('proctor.makeMinutes')}</Submit></div>
		{made && <div class="notice good" role="status"><p>{t('proctor.minutesMade')} <a href={made} download={`bien-ban-${sitting}-${room}.pdf`}>{t('proctor.saveMinutes')}</a></p></div>}
	</form>;
}
