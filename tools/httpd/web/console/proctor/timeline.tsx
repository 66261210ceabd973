// What has happened to one candidate, the newest first.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatTime, t} from '../../lib/words';
import {ask} from '../ask';
import {Fault, useAction} from '../form';
import {identityName, kindName} from './forms';
import {helpOf} from './say';

interface Event {
	seq: number;
	atMs: number;
	act: string;
	author: string;
	reason?: string;
	minutes?: number;
	saves?: number;
	sinceMs?: number;
	late?: boolean;
	details?: {remark?: string; category?: string; identity?: string; about?: string; seq?: number; losses?: number; ms?: number; text?: string; seat?: object; code?: string};
}

interface Told {
	events: Event[];
	authors: {id: string; name: string}[];
}

const words: Record<string, (e: Event) => string> = {
	register: () => t('proctor.didRegister'), admit: e => e.details?.identity ? t('proctor.didAdmitBy', {identity: identityName(e.details.identity)}) : t('proctor.didAdmit'),
	dismiss: () => t('proctor.didDismiss'), lease: () => t('proctor.didLease'), unbind: () => t('proctor.didUnbind'), start: () => t('proctor.didStart'),
	save: e => t('proctor.didSave', {n: e.saves ?? 1}), section: () => t('proctor.didSection'), pause: () => t('proctor.didPause'), resume: () => t('proctor.didResume'),
	extend: e => t('proctor.didExtend', {n: e.minutes ?? 0}), submit: () => t('proctor.didSubmit'), expire: () => t('proctor.didExpire'), end: () => t('proctor.didEnd'),
	reopen: () => t('proctor.didReopen'), access: () => t('proctor.didAccess'), score: () => t('proctor.didScore'), release: () => t('proctor.didRelease'), appeal: () => t('proctor.didAppeal'), finalise: () => t('proctor.didFinalise'), rescue: () => t('proctor.didRescue'),
};
const remarkWords: Record<string, (e: Event) => string> = {
	note: () => t('proctor.didNote'), incident: e => t('proctor.didIncident', {kind: kindName(e.details?.category ?? 'other')}), absent: () => t('proctor.didAbsent'), helped: () => t('proctor.didHelped'),
	told: () => t('proctor.didTold'), help: e => t('proctor.didHelp', {about: helpOf(e.details?.about ?? 'other')}), 'help-over': () => t('proctor.didHelpOver'),
	focus: e => t('proctor.didFocus', {n: e.details?.losses ?? 0, seconds: Math.ceil((e.details?.ms ?? 0) / 1000)}), device: e => t('proctor.didDevice', {text: e.details?.text ?? ''}),
};

function what(e: Event): string {
	if (e.act !== 'note')
		return words[e.act]?.(e) ?? e.act;
	const remark = e.details?.remark;
	return (remark && remarkWords[remark]?.(e)) ?? t('proctor.didSeat');
}

// again: any other value reads it anew.
export function Timeline({attempt, again}: {attempt: number; again: number}): JSX.Element {
	const [told, set] = useState<Told | null>(null);
	const asking = useAction();
	useEffect(() => {
		void asking.run(async () => set(await ask<Told>('GET', `/api/attempts/${attempt}/timeline`)));
	}, [attempt, again]);
	const who = (e: Event) => e.author === 'candidate' ? t('proctor.byCandidate') : e.author === 'clock' ? t('proctor.byClock') : told?.authors.find(a => a.id === e.author)?.name ?? t('proctor.byStaff');
	return <>
		<Fault problem={asking.problem}/>
		{told && <ol class="timeline" reversed>{[...told.events].reverse().map(e => <li key={e.seq}>
			<time>{formatTime(e.atMs, true)}</time> <strong>{what(e)}</strong>
			{e.late && <> <span class="tag warn">{t('proctor.flagLate')}</span></>}
			{e.reason && <> – {e.reason}</>} <span class="quiet">({who(e)})</span>
		</li>)}</ol>}
		{!told && !asking.problem && <p>{t('common.wait')}</p>}
	</>;
}
