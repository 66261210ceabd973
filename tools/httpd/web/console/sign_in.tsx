// Staff signs in: name and password, the authenticator's code; the first time a password of one's own, and the authenticator. Any console may show it where it stands.
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {Problem} from '../lib/api';
import {t} from '../lib/words';
import {Fault, Field, Submit, Title, useAction} from './form';
import {changePassword, confirmAuthenticator, type Offer, offerAuthenticator, type Session, signIn} from './session';

const PASSWORD_MIN = 12;

interface Done {
	done(session: Session): void;
}

function submitted(send: () => void): (e: Event) => void {
	return e => {
		e.preventDefault();
		send();
	};
}

function Password({id, label, hint, fault, value, set, autocomplete}: {id: string; label: string; hint?: string; fault?: string; value: string; set(v: string): void; autocomplete: 'current-password' | 'new-password'}): JSX.Element {
	const [shown, show] = useState(false);
	return <>
		<Field id={id} label={label} hint={hint} fault={fault} value={value} set={set} autocomplete={autocomplete} type={shown ? 'text' : 'password'} required maxLength={128}/>
		<label class="choice"><input type="checkbox" checked={shown} onChange={e => show(e.currentTarget.checked)}/>{t('staff.showPassword')}</label>
	</>;
}

function Code({value, set, hint}: {value: string; set(v: string): void; hint: string}): JSX.Element {
	return <Field id="code" label={t('staff.code')} hint={hint} value={value} set={v => set(v.replace(/\D/g, '').slice(0, 6))} class="digits" inputMode="numeric" autocomplete="one-time-code" required/>;
}

// ---- Steps

interface Typed {
	name: string;
	password: string;
}

function NameAndPassword({typed, type, done, codeNeeded}: Done & {typed: Typed; type(t: Typed): void; codeNeeded(): void}): JSX.Element {
	const {name, password} = typed;
	const action = useAction();
	const send = () => action.run(async () => {
		try {
			done(await signIn(name, password));
		} catch (e) {
			if (!(e instanceof Problem && e.type === 'code-needed'))
				throw e;
			codeNeeded();
		}
	});
	return <form onSubmit={submitted(send)}>
		<Title>{t('staff.title')}</Title>
		<Fault problem={action.problem}/>
		<Field id="name" label={t('staff.name')} value={name} set={v => type({name: v, password})} autocomplete="username" required maxLength={64}/>
		<Password id="password" label={t('staff.password')} value={password} set={v => type({name, password: v})} autocomplete="current-password"/>
		<div class="buttons"><Submit busy={action.busy}>{t('staff.signIn')}</Submit></div>
		<p class="quiet">{t('staff.forgotten')}</p>
	</form>;
}

function SecondFactor({name, password, done, back}: Done & Typed & {back(): void}): JSX.Element {
	const [code, setCode] = useState('');
	const action = useAction();
	const send = () => action.run(async () => done(await signIn(name, password, code)));
	return <form onSubmit={submitted(send)}>
		<Title>{t('staff.codeTitle')}</Title>
		<Fault problem={action.problem}/>
		<Code value={code} set={setCode} hint={t('staff.codeHint')}/>
		<div class="buttons"><Submit busy={action.busy}>{t('staff.signIn')}</Submit><button type="button" class="second" onClick={back}>{t('common.back')}</button></div>
		<p class="quiet">{t('staff.codeLost')}</p>
	</form>;
}

// known: the password that was just typed, which the server wants once more.
export function NewPassword({known, done, back}: Done & {known?: string; back?(): void}): JSX.Element {
	const [old, setOld] = useState(known ?? ''), [fresh, setFresh] = useState('');
	const [short, setShort] = useState(false);
	const action = useAction();
	const wrong = action.problem?.errors.find(e => e.pointer === '/newPassword');
	const send = () => {
		setShort([...fresh].length < PASSWORD_MIN);
		if ([...fresh].length >= PASSWORD_MIN)
			void action.run(async () => done(await changePassword(old, fresh)));
	};
	return <form onSubmit={submitted(send)} noValidate>
		<Title>{t('staff.newPasswordTitle')}</Title>
		{known && <p>{t('staff.firstPassword')}</p>}
		<Fault problem={wrong ? null : action.problem}/>
		{!known && <Field id="password" label={t('staff.currentPassword')} value={old} set={setOld} type="password" autocomplete="current-password" required/>}
		<Password id="new-password" label={t('staff.newPassword')} hint={t('staff.newPasswordHint', {n: PASSWORD_MIN})} value={fresh} set={setFresh} autocomplete="new-password"
			fault={short ? t('staff.tooShort', {n: PASSWORD_MIN}) : wrong ? t('staff.newPasswordWrong', {why: wrong.detail}) : undefined}/>
		<div class="buttons"><Submit busy={action.busy}>{t('staff.savePassword')}</Submit>{back && <button type="button" class="second" onClick={back}>{t('common.back')}</button>}</div>
	</form>;
}

function Enrol({done}: Done): JSX.Element {
	const [offer, setOffer] = useState<Offer | null>(null), [code, setCode] = useState('');
	const asking = useAction(), action = useAction();
	const ask = () => asking.run(async () => setOffer(await offerAuthenticator()));
	useEffect(() => {
		void ask();
	}, []);
	const send = () => action.run(async () => done(await confirmAuthenticator(code)));
	return <form onSubmit={submitted(send)}>
		<Title>{t('staff.enrolTitle')}</Title>
		<p>{t('staff.enrolWhy')}</p>
		<Fault problem={asking.problem ?? action.problem}/>
		{asking.problem && <div class="buttons"><button type="button" onClick={ask}>{t('common.again')}</button></div>}
		{offer && <>
			<ol class="steps">
				<li><p>{t('staff.enrolApp')}</p></li>
				<li>
					<p>{t('staff.enrolScan')}</p>
					<img class="qr" src={`data:image/svg+xml,${encodeURIComponent(offer.qr)}`} alt={t('staff.qr')} width="224" height="224"/>
					<p>{t('staff.enrolType')} <code class="secret">{offer.secret.match(/.{1,4}/g)?.join(' ')}</code></p>
				</li>
				<li><Code value={code} set={setCode} hint={t('staff.enrolCode')}/></li>
			</ol>
			<div class="buttons"><Submit busy={action.busy}>{t('staff.enrol')}</Submit></div>
		</>}
	</form>;
}

// from: who has signed in already, and has something to do first.
export function SignIn({from, done}: Done & {from?: Session}): JSX.Element {
	const [session, setSession] = useState<Session | null>(from ?? null);
	const [typed, type] = useState<Typed>({name: '', password: ''});
	const [coded, setCoded] = useState(false);
	const go = (s: Session) => s.todo.length ? setSession(s) : done(s);
	if (session?.todo.includes('password'))
		return <NewPassword known={typed.password || undefined} done={go}/>;
	if (session?.todo.includes('secondFactor'))
		return <Enrol done={go}/>;
	if (coded)
		return <SecondFactor {...typed} done={go} back={() => setCoded(false)}/>;
	return <NameAndPassword typed={typed} type={type} done={go} codeNeeded={() => setCoded(true)}/>;
}
