// What is asked before something is done: why, how long, what kind of thing it was.
import type {ComponentChildren, JSX} from 'preact';
import {useState} from 'preact/hooks';
import {t} from '../../lib/words';
import {Dialog} from '../dialog';
import {Fault, Submit, useAction} from '../form';
import type {Act, Order} from './acts';

const REASON_MAX = 500;

interface FormProps {
	title: string;
	text?: string;
	go: string;
	danger?: boolean;
	children?: ComponentChildren;
	send(): Promise<void>;
	ready(): boolean;
	close(): void;
}

function AskFirst({title, text, go, danger, children, send, ready, close}: FormProps): JSX.Element {
	const action = useAction();
	return <Dialog title={title} close={close}>
		<form onSubmit={e => {
			e.preventDefault();
			if (ready())
				void action.run(async () => {
					await send();
					close();
				});
		}}>
			{text && <p>{text}</p>}
			<Fault problem={action.problem}/>
			{children}
			<div class="buttons">
				{danger ? <button class="danger" aria-disabled={action.busy}>{action.busy ? t('common.wait') : go}</button> : <Submit busy={action.busy}>{go}</Submit>}
				<button type="button" class="second" onClick={close}>{t('console.cancel')}</button>
			</div>
		</form>
	</Dialog>;
}

// ---- Why

// What is said most often; the rest is typed.
const reasons: Partial<Record<Act, readonly (() => string)[]>> = {
	dismiss: [() => t('proctor.reasonWrongPerson'), () => t('proctor.reasonMistake')],
	unbind: [() => t('proctor.reasonBroken'), () => t('proctor.reasonMoved')],
	pause: [() => t('proctor.reasonPower'), () => t('proctor.reasonBroken'), () => t('proctor.reasonNetwork'), () => t('proctor.reasonHealth'), () => t('proctor.reasonCheck')],
	resume: [() => t('proctor.reasonSolved')],
	extend: [() => t('proctor.reasonPower'), () => t('proctor.reasonBroken'), () => t('proctor.reasonNetwork'), () => t('proctor.reasonHealth')],
	end: [() => t('proctor.reasonRules'), () => t('proctor.reasonGaveUp'), () => t('proctor.reasonHealth')],
	reopen: [() => t('proctor.reasonMistake')],
};

function Reason({act, value, set}: {act: Act; value: string; set(value: string): void}): JSX.Element {
	const common = (reasons[act] ?? []).map(word => word());
	const [other, setOther] = useState(!common.length);
	return <fieldset>
		<legend>{t('proctor.reason')}</legend>
		{common.map(c => <label key={c} class="choice"><input type="radio" name="reason" checked={!other && value === c} onChange={() => {
			setOther(false);
			set(c);
		}}/>{c}</label>)}
		{common.length > 0 && <label class="choice"><input type="radio" name="reason" checked={other} onChange={() => {
			setOther(true);
			set('');
		}}/>{t('proctor.reasonOther')}</label>}
		{other && <p class="field">
			<label for="reason-text">{t('proctor.reasonText')}</label>
			<span class="hint" id="reason-hint">{t('proctor.noNames')}</span>
			<input id="reason-text" type="text" maxLength={REASON_MAX} required aria-describedby="reason-hint" value={value} onInput={e => set(e.currentTarget.value)}/>
		</p>}
	</fieldset>;
}

const titles: Partial<Record<Act, (who: string) => string>> = {
	dismiss: who => t('proctor.dismissWho', {who}), unbind: who => t('proctor.unbindWho', {who}), pause: who => t('proctor.pauseWho', {who}), resume: who => t('proctor.resumeWho', {who}),
	extend: who => t('proctor.extendWho', {who}), end: who => t('proctor.endWho', {who}), reopen: who => t('proctor.reopenWho', {who}),
};
const texts: Partial<Record<Act, () => string>> = {
	dismiss: () => t('proctor.dismissText'), unbind: () => t('proctor.unbindText'), pause: () => t('proctor.pauseText'), end: () => t('proctor.endText'), reopen: () => t('proctor.reopenText'),
};
const buttons: Partial<Record<Act, () => string>> = {
	dismiss: () => t('proctor.dismiss'), unbind: () => t('proctor.unbind'), pause: () => t('proctor.pause'), resume: () => t('proctor.resume'), extend: () => t('proctor.extend'),
	end: () => t('proctor.endNow'), reopen: () => t('proctor.reopen'),
};

// who is a seat or a whole room, as a heading names it.
export function AskWhy({act, who, send, close}: {act: Act; who: string; send(order: Order): Promise<void>; close(): void}): JSX.Element {
	const [reason, setReason] = useState(''), [minutes, setMinutes] = useState('10'), [missing, setMissing] = useState(false);
	const many = Math.trunc(Number(minutes));
	const good = () => reason.trim() !== '' && (act !== 'extend' || (many >= 1 && many <= 240));
	return <AskFirst title={titles[act]?.(who) ?? who} text={texts[act]?.()} go={buttons[act]?.() ?? ''} danger={act === 'end'} close={close}
		ready={() => {
			setMissing(!good());
			return good();
		}}
		send={() => send({act, reason: reason.trim(), ...act === 'extend' && {minutes: many}})}>
		{missing && <div class="notice bad" role="alert"><p>{act === 'extend' && !(many >= 1 && many <= 240) ? t('proctor.minutesWrong') : t('proctor.reasonMissing')}</p></div>}
		{act === 'extend' && <p class="field">
			<label for="minutes">{t('proctor.howManyMinutes')}</label>
			<input id="minutes" class="digits" type="text" inputMode="numeric" value={minutes} onInput={e => setMinutes(e.currentTarget.value.replace(/\D/g, '').slice(0, 3))}/>
		</p>}
		<Reason act={act} value={reason} set={setReason}/>
	</AskFirst>;
}

// ---- What happened

// TAO's irregularities and Pix's live alerts; the server has the same list.
const kinds: readonly {group(): string; of: readonly [string, () => string][]}[] = [
	{group: () => t('proctor.kindEnvironment'), of: [['environment.power', () => t('proctor.kindPower')], ['environment.noise', () => t('proctor.kindNoise')], ['environment.disturbance', () => t('proctor.kindDisturbance')],
		['environment.comfort', () => t('proctor.kindComfort')], ['environment.weather', () => t('proctor.kindWeather')]]},
	{group: () => t('proctor.kindExaminee'), of: [['examinee.behaviour', () => t('proctor.kindBehaviour')], ['examinee.complaint', () => t('proctor.kindComplaint')], ['examinee.identity', () => t('proctor.kindIdentity')],
		['examinee.illness', () => t('proctor.kindIllness')], ['examinee.late', () => t('proctor.kindLate')], ['examinee.navigation', () => t('proctor.kindNavigation')], ['examinee.no-show', () => t('proctor.kindNoShow')]]},
	{group: () => t('proctor.kindTechnical'), of: [['technical.workstation', () => t('proctor.kindWorkstation')], ['technical.freezing', () => t('proctor.kindFreezing')], ['technical.network', () => t('proctor.kindNetwork')],
		['technical.launching', () => t('proctor.kindLaunching')], ['technical.software', () => t('proctor.kindSoftware')], ['technical.printing', () => t('proctor.kindPrinting')]]},
	{group: () => t('proctor.kindQuestion'), of: [['question.image', () => t('proctor.kindImage')], ['question.embed', () => t('proctor.kindEmbed')], ['question.file', () => t('proctor.kindFile')],
		['question.website', () => t('proctor.kindWebsite')], ['question.time', () => t('proctor.kindTime')], ['question.focus', () => t('proctor.kindFocus')], ['question.accessibility', () => t('proctor.kindAccessibility')],
		['question.skipped', () => t('proctor.kindSkipped')]]},
	{group: () => t('proctor.kindStaff'), of: [['personnel.error', () => t('proctor.kindStaffError')], ['personnel.behaviour', () => t('proctor.kindStaffBehaviour')], ['personnel.compliance', () => t('proctor.kindStaffCompliance')],
		['personnel.late', () => t('proctor.kindStaffLate')], ['personnel.no-show', () => t('proctor.kindStaffNoShow')]]},
	{group: () => t('proctor.kindOther'), of: [['other', () => t('proctor.kindOther')]]},
];

export function kindName(category: string): string {
	for (const {of} of kinds)
		for (const [name, words] of of)
			if (name === category)
				return words();
	return category;
}

export function AskWhat({act, who, send, close}: {act: 'note' | 'incident'; who: string; send(order: Order): Promise<void>; close(): void}): JSX.Element {
	const [category, setCategory] = useState(''), [text, setText] = useState(''), [missing, setMissing] = useState(false);
	const good = () => text.trim() !== '' && (act === 'note' || category !== '');
	return <AskFirst title={act === 'note' ? t('proctor.noteWho', {who}) : t('proctor.incidentWho', {who})} go={t('proctor.record')} close={close}
		ready={() => {
			setMissing(!good());
			return good();
		}}
		send={() => send({act, reason: text.trim().replace(/\s+/g, ' '), ...category && {category}})}>
		{missing && <div class="notice bad" role="alert"><p>{act === 'incident' && !category ? t('proctor.kindMissing') : t('proctor.whatMissing')}</p></div>}
		{act === 'incident' && <p class="field">
			<label for="kind">{t('proctor.kind')}</label>
			<select id="kind" value={category} onChange={e => setCategory(e.currentTarget.value)}>
				<option value="">{t('proctor.choose')}</option>
				{kinds.map(({group, of}) => <optgroup key={of[0]?.[0]} label={group()}>{of.map(([name, words]) => <option key={name} value={name}>{words()}</option>)}</optgroup>)}
			</select>
		</p>}
		<p class="field">
			<label for="what">{t('proctor.what')}</label>
			<span class="hint" id="what-hint">{t('proctor.noNames')}</span>
			<textarea id="what" rows={4} maxLength={REASON_MAX} aria-describedby="what-hint" value={text} onInput={e => setText(e.currentTarget.value)}/>
		</p>
	</AskFirst>;
}

// ---- Who it is

const identities: readonly [string, () => string][] = [
	['card', () => t('proctor.identityCard')], ['app', () => t('proctor.identityApp')], ['passport', () => t('proctor.identityPassport')], ['photo', () => t('proctor.identityPhoto')], ['known', () => t('proctor.identityKnown')],
];
export function identityName(identity: string): string {
	return identities.find(([name]) => name === identity)?.[1]() ?? identity;
}

export function AskIdentity({who, picture, send, close}: {who: string; picture: JSX.Element; send(order: Order): Promise<void>; close(): void}): JSX.Element {
	const [identity, set] = useState('card');
	return <AskFirst title={t('proctor.admitWho', {who})} text={t('proctor.admitText')} go={t('proctor.admit')} close={close} ready={() => true} send={() => send({act: 'admit', identity})}>
		<div class="identity">
			{picture}
			<fieldset>
				<legend>{t('proctor.identity')}</legend>
				{identities.map(([name, words]) => <label key={name} class="choice"><input type="radio" name="identity" checked={identity === name} onChange={() => set(name)}/>{words()}</label>)}
			</fieldset>
		</div>
	</AskFirst>;
}

export function AskSure({title, text, go, send, close}: {title: string; text: string; go: string; send(): Promise<void>; close(): void}): JSX.Element {
	return <AskFirst title={title} text={text} go={go} close={close} ready={() => true} send={send}/>;
}
