// One proposal: what is to be done to which certificate and why, the second person's decision, and how far who holds the keys has come with it.
import type {ComponentChildren, JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {Dialog} from '../dialog';
import {Fault, Field, Submit, Title, useAction} from '../form';
import type {Session} from '../session';
import {Technical} from '../technical';
import {toast} from '../toasts';
import {Facts, StandingTag} from './certificate_view';
import {type Certificate, decide, type Decision, deedMeans, deedText, type Opened, readCertificate, readProposal, reasonText, stateText, type Step} from './certificates';
import {mayWrite, when} from './document_view';

const AGAIN_MS = 3000;

// ---- How far it has come

const order: readonly Step[] = ['possible', 'asked', 'decided', 'in-force', 'published'];

function Stage({done, now, title, children}: {done: boolean; now: boolean; title: string; children?: ComponentChildren}): JSX.Element {
	return <li aria-current={now ? 'step' : undefined}>
		<strong>{title}</strong> <span class={`tag ${done ? 'good' : now ? 'warn' : 'note'}`}>{t(done ? 'certificate.stageDone' : now ? 'certificate.stageNow' : 'certificate.stageLater')}</span>
		{children}
	</li>;
}

function Progress({opened: {proposal: p, events, act}}: {opened: Opened}): JSX.Element {
	const approval = events.find(e => e.to === 'approved'), agreed = p.state === 'approved' || p.state === 'done';
	const at = agreed && p.step ? order.indexOf(p.step) : -1;
	const stopped = p.step === 'impossible' || p.step === 'turned-down' || p.state === 'refused' || p.state === 'withdrawn';
	const past = (n: number) => at >= n, next = (n: number) => !stopped && (n === 0 ? !agreed : agreed && at === n - 1);
	return <section>
		<h2>{t('certificate.progress')}</h2>
		<ol class="stages">
			<Stage done now={false} title={t('certificate.stageProposed')}><p class="quiet">{p.author}, {when(p.made)}</p></Stage>
			<Stage done={agreed} now={next(0)} title={t('certificate.stageApproved')}>{approval && <p class="quiet">{approval.author}, {when(approval.at)}</p>}</Stage>
			<Stage done={past(1)} now={next(1)} title={t('certificate.stageAsked')}>{past(1) && act && <p class="quiet">{t('certificate.actOf', {n: String(act.number), name: act.askedBy, time: act.asked ? when(act.asked) : ''})}</p>}</Stage>
			<Stage done={past(3)} now={next(2) || next(3)} title={t('certificate.stageInForce')}>{past(3) && act && <p class="quiet">{act.decidedBy}{act.decided && `, ${when(act.decided)}`}
				{act.logEntry !== undefined && `; ${t('certificate.logEntry', {n: String(act.logEntry)})}`}</p>}</Stage>
			<Stage done={past(4)} now={next(4)} title={t('certificate.stagePublished')}>{act?.published && <p class="quiet">{t('certificate.listsOf', {time: when(act.published)})}</p>}</Stage>
		</ol>
		{p.step === 'impossible' && (p.state === 'open' || p.state === 'approved') && <div class="notice bad"><p>{t('certificate.impossible')}</p><Technical text={p.why}/></div>}
		{p.step === 'turned-down' && <div class="notice bad"><p>{t('certificate.turnedDown')}</p></div>}
	</section>;
}

// ---- Carrying it out

function Commands({opened: {proposal, commands, act}}: {opened: Opened}): JSX.Element | null {
	const line = (step: string) => <pre class="commands" tabIndex={0}>{commands?.find(c => c.step === step)?.line}</pre>;
	if (!commands?.length)
		return null;
	return <section>
		<h2>{t('certificate.carryOut')}</h2>
		<p>{t('certificate.carryOutText', {serial: proposal.serial})}</p>
		<ol class="steps">
			<li>{t('certificate.commandAsk')}{line('ask')}</li>
			<li>{t(act && proposal.step !== 'turned-down' ? 'certificate.commandApprove' : 'certificate.commandApproveAct')}{line('approve')}</li>
			<li>{t('certificate.commandPublish')}{line('publish')}</li>
		</ol>
		<details class="more"><summary>{t('certificate.variables')}</summary>
			<dl class="facts">
				<div><dt><code>REGISTER</code></dt><dd>{t('certificate.variableRegister')}</dd></div>
				<div><dt><code>OFFICER</code></dt><dd>{t('certificate.variableOfficer')}</dd></div>
				<div><dt><code>ACT</code></dt><dd>{t('certificate.variableAct')}</dd></div>
				<div><dt><code>LOG</code>, <code>LOG_KEY</code></dt><dd>{t('certificate.variableLog')}</dd></div>
				<div><dt><code>KEY</code></dt><dd>{t('certificate.variableKey')}</dd></div>
				<div><dt><code>STATUS</code></dt><dd>{t('certificate.variableStatus')}</dd></div>
			</dl>
		</details>
	</section>;
}

// ---- Deciding

// The question, with its own window: nothing is decided by one press of a key.
function Decide({opened, decision, label, kind, text, done, again}: {
	opened: Opened; decision: Decision; label: string; kind: string; text: string; done(o: Opened): void; again(): void;
}): JSX.Element {
	const [open, setOpen] = useState(false), [why, setWhy] = useState('');
	const sending = useAction(), needs = decision !== 'approve';
	return <>
		<button type="button" class={kind} onClick={() => setOpen(true)}>{label}</button>
		{open && <Dialog title={label} close={() => setOpen(false)}>
			<form onSubmit={e => {
				e.preventDefault();
				void sending.run(async () => {
					const now = await decide(opened.proposal.number, decision, why, opened.seen);
					setOpen(false);
					toast('good', stateText(now.proposal.state));
					done(now);
				});
			}}>
				<p>{text}</p>
				<Fault problem={sending.problem}/>
				<Technical text={sending.problem?.reason}/>
				<Field id="why" label={t(needs ? 'certificate.why' : 'certificate.whyIfAny')} value={why} set={setWhy} required={needs} maxLength={300}/>
				<div class="buttons">
					<Submit busy={sending.busy}>{label}</Submit>
					{sending.problem?.type === 'conflict' && <button type="button" class="second" onClick={() => {
						setOpen(false);
						again();
					}}>{t('certificate.lookAgain')}</button>}
					<button type="button" class="second" onClick={() => setOpen(false)}>{t('common.back')}</button>
				</div>
			</form>
		</Dialog>}
	</>;
}

function Decisions({opened, done, again}: {opened: Opened; done(o: Opened): void; again(): void}): JSX.Element | null {
	const {proposal: p} = opened, share = {opened, done, again};
	const withdraw = <Decide {...share} decision="withdraw" kind="second" label={t('certificate.withdraw')} text={t('certificate.withdrawText')}/>;
	if (p.state === 'open' && p.mine)
		return <div class="notice"><p>{t('certificate.otherDecides')}</p><div class="buttons">{withdraw}</div></div>;
	if (p.state === 'open')
		return <div class="notice warn"><p>{t('certificate.decideAsk', {name: p.author})}</p><div class="buttons">
			{p.step !== 'impossible' && <Decide {...share} decision="approve" kind="" label={t('certificate.approve')} text={t('certificate.approveText', {deed: deedText(p.deed), serial: p.serial})}/>}
			<Decide {...share} decision="refuse" kind="second" label={t('certificate.refuse')} text={t('certificate.refuseText')}/>
		</div></div>;
	if (p.state === 'approved' && (p.step === 'possible' || p.step === 'impossible' || p.step === 'turned-down'))
		return <div class="buttons">{withdraw}</div>;
	return null;
}

// ---- The page

export function ProposalPage({number, session, back}: {number: string; session: Session; back: string}): JSX.Element {
	const [opened, setOpened] = useState<Opened | null>(null), [of, setOf] = useState<Certificate | null>(null);
	const asking = useAction();
	// The proposal first: what is decided by is never newer than what is shown.
	const read = () => asking.run(async () => {
		const now = await readProposal(number);
		setOf(await readCertificate(now.proposal.certificate));
		setOpened(now);
	});
	useEffect(() => {
		void read();
	}, []);
	// While it is being carried out elsewhere it is looked for; what was missed now comes with the next look.
	useEffect(() => {
		if (opened?.proposal.state !== 'approved')
			return;
		const timer = setInterval(() => {
			if (!document.hidden)
				readProposal(number).then(now => {
					if (now.seen !== opened.seen) {
						setOpened(now);
						void readCertificate(now.proposal.certificate).then(setOf, () => {});
					}
				}, () => {});
		}, AGAIN_MS);
		return () => clearInterval(timer);
	}, [opened]);
	const p = opened?.proposal;
	return <>
		<p><a href={back}>{t('certificate.toAll')}</a></p>
		<Title>{t('certificate.proposal', {n: number})}</Title>
		<Fault problem={asking.problem}/>
		{opened && p && <>
			<p role="status">{deedText(p.deed)}: {p.serial} <StandingTag proposal={p}/></p>
			<dl class="facts">
				<div><dt>{t('certificate.deed')}</dt><dd>{deedText(p.deed)}<br/><span class="quiet">{deedMeans(p.deed)}</span></dd></div>
				<div><dt>{t('certificate.reason')}</dt><dd>{reasonText(p.reason, p.reasonText)} <span class="quiet">({p.reason})</span></dd></div>
				{p.successorSerial && <div><dt>{t('certificate.successor')}</dt><dd>{p.successorSerial}</dd></div>}
				{p.note && <div><dt>{t('certificate.note')}</dt><dd class="said">{p.note}</dd></div>}
			</dl>
			{mayWrite(session) && <Decisions opened={opened} done={setOpened} again={read}/>}
			<Progress opened={opened}/>
			<Commands opened={opened}/>
			<section>
				<h2>{t('certificate.events')}</h2>
				<ol class="versions">{opened.events.map((e, i) => <li key={i}><strong>{e.to === 'open' ? t('certificate.stageProposed') : e.to === 'approved' ? t('certificate.approve') : stateText(e.to)}</strong> – {e.author}, {when(e.at)}{e.why && <p class="said">{e.why}</p>}</li>)}</ol>
			</section>
		</>}
		{of && <section><h2>{t('certificate.about')}</h2><Facts of={of}/></section>}
	</>;
}
