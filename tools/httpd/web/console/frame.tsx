// What all consoles share: who is signed in; when the session ends he signs in again over the page, which stays as it is.
import {type ComponentChildren, type JSX, render} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {byId} from '../lib/dom';
import {addThemeChoice} from '../lib/theme_choice';
import {t} from '../lib/words';
import {goOn, onSessionEnd} from './ask';
import {Dialog} from './dialog';
import {Fault, Title, useAction} from './form';
import {load, type Session, signOut} from './session';
import {SignIn} from './sign_in';
import {Toasts} from './toasts';

interface Props {
	title: string;
	children(session: Session): ComponentChildren;
}

function Who({session, out}: {session: Session; out(): void}): JSX.Element {
	const leaving = useAction();
	return <p class="who no-print">
		<a href="/staff">{session.name}</a>
		<button type="button" class="plain" aria-disabled={leaving.busy} onClick={() => leaving.run(async () => {
			await signOut();
			out();
		})}>{t('staff.signOut')}</button>
	</p>;
}

function Frame({title, children}: Props): JSX.Element {
	const [session, setSession] = useState<Session | null | undefined>(undefined), [ended, setEnded] = useState(false);
	const asking = useAction();
	const start = () => asking.run(async () => setSession(await load()));
	useEffect(() => {
		onSessionEnd(() => setEnded(true));
		void start();
	}, []);
	if (asking.problem)
		return <><Title>{title}</Title><Fault problem={asking.problem}/><div class="buttons"><button type="button" onClick={start}>{t('common.again')}</button></div></>;
	if (session === undefined)
		return <p>{t('common.wait')}</p>;
	if (session === null || session.todo.length)
		return <SignIn from={session ?? undefined} done={setSession}/>;
	return <>
		<Who session={session} out={() => setSession(null)}/>
		{children(session)}
		<Toasts/>
		{ended && <Dialog title={t('console.sessionEnded')} must close={() => {}}>
			<p>{t('console.sessionEndedText')}</p>
			<SignIn done={s => {
				setSession(s);
				setEnded(false);
				goOn();
			}}/>
		</Dialog>}
	</>;
}

export function startConsole(props: Props): void {
	addThemeChoice();
	const app = byId('app');
	app.replaceChildren();
	render(<Frame {...props}/>, app);
}
