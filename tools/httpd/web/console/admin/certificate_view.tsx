// Certificates of the office: found, looked at with all that was done to them, and what is to be done proposed.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {formatDate, t} from '../../lib/words';
import {newKey} from '../ask';
import {Fault, Field, Submit, Title, useAction} from '../form';
import {hrefOf} from '../route';
import type {Session} from '../session';
import {Technical} from '../technical';
import {toast} from '../toasts';
import {type Act, type Certificate, type Deed, deedMeans, deedText, type Fate, fateText, findCertificates, listProposals, type Proposal, propose, proposalsAbout, readCertificate, reasonText, type Row,
	standingClass, standingText, type State, states, stateText} from './certificates';
import {mayWrite, when} from './document_view';
import {ProposalPage} from './proposal_view';

const SECTION = 'certificates';
export const proposalHref = (number: number): string => hrefOf(SECTION, 'proposal', String(number));
const day = (date: string): string => formatDate(Date.parse(date));
const born = (date: string): string => date.split('-').reverse().join('/');

function FateTag({fate}: {fate: Fate}): JSX.Element {
	return <span class={`tag ${fate === 'valid' ? 'good' : fate === 'suspended' ? 'warn' : 'bad'}`}>{fateText(fate)}</span>;
}

export function StandingTag({proposal}: {proposal: Proposal}): JSX.Element {
	return <span class={`tag ${standingClass(proposal)}`}>{standingText(proposal)}</span>;
}

// ---- What is known of one

function Done({act}: {act: Act}): JSX.Element {
	return <li>
		<strong>{deedText(act.deed)}</strong> – {reasonText(act.reason, act.reasonText)}
		{act.step !== 'in-force' && <> <span class="tag note">{t(act.step === 'turned-down' ? 'certificate.actTurnedDown' : act.step === 'asked' ? 'certificate.actAsked' : 'certificate.actDecided')}</span></>}
		<p class="small quiet">{t('certificate.actWho', {n: String(act.act), asker: act.askedBy, asked: act.asked ? when(act.asked) : ''})}
			{act.decidedBy && ` ${t('certificate.actDecidedBy', {name: act.decidedBy, time: act.decided ? when(act.decided) : ''})}`}</p>
		{act.note && <p class="said">{t('certificate.noteIs', {note: act.note})}</p>}
	</li>;
}

export function Facts({of}: {of: Certificate}): JSX.Element {
	return <>
		<dl class="facts">
			<div><dt>{t('certificate.fate')}</dt><dd><FateTag fate={of.fate}/></dd></div>
			<div><dt>{t('certificate.holder')}</dt><dd>{of.holder}{of.birth && ` (${born(of.birth)})`}</dd></div>
			<div><dt>{t('certificate.serial')}</dt><dd>{of.serial}</dd></div>
			<div><dt>{t('certificate.code')}</dt><dd><a href={`/v/${of.code}`} target="_blank" rel="noreferrer">{of.code}</a></dd></div>
			<div><dt>{t('certificate.level')}</dt><dd>{of.level}</dd></div>
			{of.awarded && <div><dt>{t('certificate.awarded')}</dt><dd>{day(of.awarded)}</dd></div>}
			<div><dt>{t('certificate.validUntil')}</dt><dd>{of.validUntil ? day(of.validUntil) : t('certificate.noEnd')}</dd></div>
			<div><dt>{t('certificate.centre')}</dt><dd>{of.scheme}, {of.centre}</dd></div>
			<div><dt>{t('certificate.ticket')}</dt><dd class="said">{of.ticket}</dd></div>
			{of.successor && <div><dt>{t('certificate.successor')}</dt><dd><a href={hrefOf(SECTION, 'of', of.successor.certificate)}>{of.successor.serial}</a> <FateTag fate={of.successor.fate}/></dd></div>}
		</dl>
		{of.facts
			? <details class="more"><summary>{t('certificate.allFacts')}</summary><dl class="facts">{of.facts.map(f => <div key={f.path}><dt>{f.name || f.path}</dt><dd class="said">{f.value}</dd></div>)}</dl></details>
			: <div class="notice bad"><p>{t('certificate.notTrusted')}</p></div>}
		<h2>{t('certificate.history')}</h2>
		{of.history.length ? <ol class="versions">{of.history.map(a => <Done key={a.act} act={a}/>)}</ol> : <p>{t('certificate.historyNone')}</p>}
	</>;
}

// ---- Proposing

function Propose({of, done}: {of: Certificate; done(number: number): void}): JSX.Element {
	const possible = of.deeds.filter(d => d.may);
	const [deed, setDeed] = useState<Deed | ''>(''), [reason, setReason] = useState(''), [successor, setSuccessor] = useState(''), [note, setNote] = useState(''), [key, setKey] = useState(newKey);
	const sending = useAction();
	const reasons = possible.find(d => d.deed === deed)?.reasons ?? [];
	const choose = (d: Deed) => {
		const only = possible.find(p => p.deed === d)?.reasons;
		setDeed(d);
		setReason(only?.length === 1 ? only[0]?.code ?? '' : '');
	};
	// Whatever changes makes it another proposal.
	useEffect(() => setKey(newKey()), [deed, reason, successor, note]);
	if (!possible.length)
		return <div class="notice"><p>{t('certificate.nothingMay')}</p></div>;
	return <form onSubmit={e => {
		e.preventDefault();
		if (deed)
			void sending.run(async () => {
				const {proposal} = await propose({key, certificate: of.certificate, deed, reason, note, ...deed === 'supersede' && {successor}});
				toast('good', t('certificate.proposedNow', {n: String(proposal.number)}));
				done(proposal.number);
			});
	}}>
		<h2>{t('certificate.proposeTitle')}</h2>
		<p>{t('certificate.proposeLead')}</p>
		<Fault problem={sending.problem}/>
		<Technical text={sending.problem?.reason}/>
		<fieldset class="field">
			<legend>{t('certificate.deed')}</legend>
			{possible.map(d => <div class="choice" key={d.deed}>
				<input type="radio" name="deed" id={`deed-${d.deed}`} required checked={deed === d.deed} onChange={() => choose(d.deed)}/>
				<label for={`deed-${d.deed}`}>{deedText(d.deed)} <span class="hint">{deedMeans(d.deed)}</span></label>
			</div>)}
		</fieldset>
		{deed && <>
			<div class="field">
				<label for="reason">{t('certificate.reason')}</label>
				<span class="hint" id="reason-hint">{t('certificate.reasonHint')}</span>
				<select id="reason" required value={reason} aria-describedby="reason-hint" onChange={e => setReason(e.currentTarget.value)}>
					<option value="">{t('certificate.choose')}</option>
					{reasons.map(r => <option key={r.code} value={r.code}>{reasonText(r.code, r.text)}</option>)}
				</select>
			</div>
			{deed === 'supersede' && <Field id="successor" label={t('certificate.successorField')} hint={t('certificate.successorHint')} value={successor} set={setSuccessor} required maxLength={100}/>}
			<Field id="note" label={t('certificate.note')} hint={t('certificate.noteHint')} value={note} set={setNote} maxLength={300}/>
			<div class="buttons"><Submit busy={sending.busy}>{t('certificate.proposeNow')}</Submit></div>
		</>}
	</form>;
}

function One({id, session}: {id: string; session: Session}): JSX.Element {
	const [of, setOf] = useState<Certificate | null>(null), [about, setAbout] = useState<Proposal[]>([]);
	const asking = useAction();
	useEffect(() => {
		void asking.run(async () => {
			setAbout(await proposalsAbout(id));
			setOf(await readCertificate(id));
		});
	}, [id]);
	return <>
		<p><a href={hrefOf(SECTION)}>{t('certificate.toAll')}</a></p>
		<Title>{of ? t('certificate.one', {serial: of.serial}) : t('certificate.title')}</Title>
		<Fault problem={asking.problem}/>
		{of && <>
			{about.length > 0 && <ul class="versions">{about.map(p => <li key={p.number}><a href={proposalHref(p.number)}>{t('certificate.proposal', {n: String(p.number)})}</a>: {deedText(p.deed)} <StandingTag proposal={p}/></li>)}</ul>}
			<Facts of={of}/>
			{mayWrite(session) && <Propose of={of} done={number => {
				location.hash = proposalHref(number);
			}}/>}
		</>}
	</>;
}

// ---- All of them

function Find(): JSX.Element {
	const [q, setQ] = useState(''), [found, setFound] = useState<Row[] | null>(null);
	const asking = useAction();
	return <section>
		<h2>{t('certificate.findTitle')}</h2>
		<form onSubmit={e => {
			e.preventDefault();
			void asking.run(async () => setFound(await findCertificates(q)));
		}}>
			<Field id="q" label={t('certificate.find')} hint={t('certificate.findHint')} value={q} set={setQ} required maxLength={100} type="search"/>
			<div class="buttons"><Submit busy={asking.busy}>{t('certificate.findNow')}</Submit></div>
		</form>
		<Fault problem={asking.problem}/>
		<div role="status">{found && !found.length && <p>{t('certificate.findNone')}</p>}</div>
		{found && found.length > 0 && <ul class="versions">{found.map(r => <li key={r.certificate}>
			<a href={hrefOf(SECTION, 'of', r.certificate)}>{r.serial}</a> – {r.holder}{r.birth && ` (${born(r.birth)})`} <FateTag fate={r.fate}/>
		</li>)}</ul>}
	</section>;
}

function Proposals(): JSX.Element {
	const [state, setState] = useState<State | ''>(''), [all, setAll] = useState<Proposal[] | null>(null), [next, setNext] = useState<number | undefined>();
	const asking = useAction();
	const read = (of: State | '', before?: number, had: Proposal[] = []) => asking.run(async () => {
		const page = await listProposals(of, before);
		setAll([...had, ...page.proposals]);
		setNext(page.next);
	});
	useEffect(() => {
		void read(state);
	}, [state]);
	return <section>
		<h2>{t('certificate.proposals')}</h2>
		<div class="field"><label for="state">{t('certificate.filter')}</label>
			<select id="state" value={state} onChange={e => setState(e.currentTarget.value as State | '')}>
				<option value="">{t('certificate.stateAny')}</option>{states.map(s => <option key={s} value={s}>{stateText(s)}</option>)}
			</select></div>
		<Fault problem={asking.problem}/>
		<div role="status">{all && !all.length && <p>{t('certificate.proposalsNone')}</p>}</div>
		{all && all.length > 0 && <div class="scrolls" tabIndex={0} role="region" aria-label={t('certificate.proposals')}>
			<table class="stacks" role="table">
				<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">{t('certificate.number')}</th><th scope="col" role="columnheader">{t('certificate.deed')}</th>
					<th scope="col" role="columnheader">{t('certificate.serial')}</th><th scope="col" role="columnheader">{t('certificate.author')}</th><th scope="col" role="columnheader">{t('certificate.standing')}</th></tr></thead>
				<tbody role="rowgroup">{all.map(p => <tr key={p.number} role="row">
					<th scope="row" role="rowheader"><a href={proposalHref(p.number)}>{t('certificate.proposal', {n: String(p.number)})}</a></th>
					<td role="cell">{deedText(p.deed)}</td>
					<td role="cell">{p.serial}</td>
					<td role="cell">{p.author} <span class="quiet">({when(p.made)})</span></td>
					<td role="cell"><StandingTag proposal={p}/></td>
				</tr>)}</tbody>
			</table>
		</div>}
		{next && <div class="buttons"><button type="button" class="second" aria-disabled={asking.busy} onClick={() => read(state, next, all ?? [])}>{t('certificate.older')}</button></div>}
	</section>;
}

export function Certificates({session, route: [what = '', which = '']}: {session: Session; route: string[]}): JSX.Element {
	if (what === 'of' && which)
		return <One key={which} id={which} session={session}/>;
	if (what === 'proposal' && which)
		return <ProposalPage key={which} number={which} session={session} back={hrefOf(SECTION)}/>;
	return <>
		<Title>{t('certificate.title')}</Title>
		<p class="lead">{t('certificate.lead')}</p>
		<Proposals/>
		<Find/>
	</>;
}
