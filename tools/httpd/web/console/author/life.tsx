// The review of one item: what may be done with each version and why the rest may not, what is said about it, what has happened.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatMoment, t} from '../../lib/words';
import {Dialog} from '../dialog';
import {Fault, useAction} from '../form';
import {toast} from '../toasts';
import {stateText, StateTag} from './bank';
import {type Act, actHint, actText, addRemark, barText, didText, doAct, type Life, type May, needsReason, readLife} from './review';
import type {TabProps} from './tabs';

export const moment = (at: string): string => formatMoment(Date.parse(at));
const LATER = 20; // events that are shown at once

function ActDialog({item, version, act, close, done}: {item: TabProps['item']; version: number; act: Act; close(): void; done(): Promise<void>}): JSX.Element {
	const [reason, setReason] = useState(''), acting = useAction(), must = needsReason(act), empty = must && !reason.trim(), [tried, setTried] = useState(false);
	return <Dialog title={`${actText(act)} – ${t('author.versionN', {n: version})}`} close={close}>
		<form onSubmit={e => {
			e.preventDefault();
			setTried(true);
			if (!empty)
				void acting.run(async () => {
					const made = await doAct(item, version, act, reason);
					toast('good', act === 'approve' && made.to === 'review' ? t('review.approvedNotYet', {n: made.approvals}) : t('review.isNow', {n: made.version, state: stateText(made.to)}));
					await done();
					close();
				});
		}}>
			<p>{actHint(act)}</p>
			<div class={tried && empty ? 'field wrong' : 'field'}>
				<label for="reason">{must ? t('review.reason') : t('review.reasonMay')}</label>
				<span class="hint" id="reason-hint">{t('review.reasonHint')}</span>
				{tried && empty && <span class="fault" id="reason-fault">{t('review.reasonMissing')}</span>}
				<textarea id="reason" rows={4} maxLength={600} value={reason} aria-describedby={tried && empty ? 'reason-hint reason-fault' : 'reason-hint'} aria-invalid={tried && empty ? true : undefined}
					onInput={e => setReason(e.currentTarget.value)}/>
			</div>
			<Fault problem={acting.problem}/>
			<div class="buttons">
				<button class={act === 'retire' || act === 'withdraw' ? 'danger' : undefined} aria-disabled={acting.busy}>{actText(act)}</button>
				<button type="button" class="second" onClick={close}>{t('review.cancel')}</button>
			</div>
		</form>
	</Dialog>;
}

function Acts({acts, choose}: {acts: May[]; choose(act: Act): void}): JSX.Element {
	const may = acts.filter(a => !a.bar), barred = acts.filter(a => a.bar);
	return <>
		{may.length > 0 && <div class="buttons">{may.map(({act}, i) =>
			<button key={act} type="button" class={act === 'retire' || act === 'withdraw' ? 'danger' : i ? 'second' : undefined} onClick={() => choose(act)}>{actText(act)}</button>)}</div>}
		{barred.length > 0 && <ul class="review-bars">{barred.map(({act, bar}) => <li key={act}><strong>{actText(act)}</strong>: {barText(bar)}</li>)}</ul>}
		{!acts.length && <p class="quiet">{t('review.nothingToDo')}</p>}
	</>;
}

function Remarks({item, life, reload}: {item: TabProps['item']; life: Life; reload(): Promise<void>}): JSX.Element {
	const [text, setText] = useState(''), [version, setVersion] = useState(item.version), saying = useAction();
	return <section aria-labelledby="remarks-title">
		<h2 id="remarks-title">{t('review.remarks')}</h2>
		{life.remarks.length ? <ol class="review-talk">{life.remarks.map((r, i) => <li key={i}>
			<p class="quiet small"><strong>{r.who}</strong> · {t('author.versionN', {n: r.version})} · {moment(r.at)}</p>
			<p class="review-said">{r.text}</p>
		</li>)}</ol> : <p class="quiet">{t('review.noRemarks')}</p>}
		<form onSubmit={e => {
			e.preventDefault();
			if (text.trim())
				void saying.run(async () => {
					await addRemark(item, version, text.trim());
					setText('');
					await reload();
				});
		}}>
			<div class="field"><label for="remark">{t('review.newRemark')}</label>
				<span class="hint" id="remark-hint">{t('review.remarkHint')}</span>
				<textarea id="remark" rows={4} maxLength={2000} aria-describedby="remark-hint" value={text} onInput={e => setText(e.currentTarget.value)}/></div>
			{item.versions.length > 1 && <div class="field"><label for="remark-version">{t('review.remarkAbout')}</label>
				<select id="remark-version" value={String(version)} onChange={e => setVersion(Number(e.currentTarget.value))}>
					{item.versions.map(v => <option key={v.version} value={String(v.version)}>{t('author.versionN', {n: v.version})}</option>)}
				</select></div>}
			<Fault problem={saying.problem}/>
			<div class="buttons"><button class="second" aria-disabled={saying.busy || !text.trim()}>{t('review.say')}</button></div>
		</form>
	</section>;
}

function Events({life}: {life: Life}): JSX.Element {
	const [all, setAll] = useState(false), shown = [...life.events].reverse().slice(0, all ? undefined : LATER);
	return <section aria-labelledby="events-title">
		<h2 id="events-title">{t('review.history')}</h2>
		<ol class="review-events" reversed>{shown.map(e => <li key={e.seq}>
			<strong>{didText(e.act)}</strong> – {t('author.versionN', {n: e.version})}{e.state && <> → {stateText(e.state)}</>}
			<span class="quiet small review-when">{e.who || t('review.nobody')} · {moment(e.at)}</span>
			{e.reason && <span class="review-said">{e.reason}</span>}
		</li>)}</ol>
		{!all && life.events.length > LATER && <div class="buttons"><button type="button" class="second" onClick={() => setAll(true)}>{t('review.allEvents', {n: life.events.length})}</button></div>}
	</section>;
}

export function ReviewTab({item, session, reload}: TabProps): JSX.Element {
	const [life, setLife] = useState<Life | null>(null), [chosen, setChosen] = useState<{version: number; act: Act} | null>(null), asking = useAction();
	const load = async () => setLife(await readLife(item));
	const again = async () => {
		await Promise.all([load(), reload()]);
	};
	useEffect(() => {
		void asking.run(load);
	}, []);
	if (!life)
		return <><Fault problem={asking.problem}/>{!asking.problem && <p>{t('common.wait')}</p>}</>;
	const versions = [...life.versions].reverse().filter(v => v.state !== 'superseded' || v.acts.some(a => !a.bar)), old = life.versions.length - versions.length;
	const talks = session.roles.some(r => r !== 'auditor');
	return <>
		{!life.lifecycle ? <div class="notice"><p>{t('review.noLife')}</p></div> : <section aria-labelledby="acts-title">
			<h2 id="acts-title">{t('review.whatNow')}</h2>
			<p class="quiet">{t('review.rule', {n: life.reviewers})} {life.pretest ? t('review.rulePretest') : t('review.ruleNoPretest')}</p>
			{versions.map(v => <div key={v.version} class="review-version">
				<h3>{t('author.versionN', {n: v.version})} <span class={`tag ${StateTag(v.state)}`}>{stateText(v.state)}</span></h3>
				{v.state === 'review' && <p>{t('review.approvals', {n: v.approvals, most: life.reviewers})}</p>}
				<Acts acts={v.acts} choose={act => setChosen({version: v.version, act})}/>
			</div>)}
			{old > 0 && <p class="quiet">{t('review.olderVersions', {n: old})}</p>}
		</section>}
		{talks ? <Remarks item={item} life={life} reload={load}/> : null}
		{life.lifecycle && <Events life={life}/>}
		{chosen && <ActDialog item={item} {...chosen} close={() => setChosen(null)} done={again}/>}
	</>;
}
