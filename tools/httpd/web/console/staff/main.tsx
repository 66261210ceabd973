// /staff: sign in, and then: where to.
import {type JSX, render} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {byId} from '../../lib/dom';
import {addThemeChoice} from '../../lib/theme_choice';
import {t} from '../../lib/words';
import {Fault, Title, useAction} from '../form';
import {roleText} from '../roles';
import {load, type Session, signOut} from '../session';
import {NewPassword, SignIn} from '../sign_in';

declare const PAGES: readonly string[]; // build.mjs: the shells that there are

type Section = 'proctor' | 'centre' | 'author' | 'admin';
// Which console is whose; the server decides what he may do there.
const consoles: readonly {page: Section; roles: readonly string[]}[] = [
	{page: 'proctor', roles: ['proctor', 'centre-head', 'scheme-owner', 'adjudicator', 'auditor']},
	{page: 'centre', roles: ['centre-head', 'scheme-owner']},
	{page: 'author', roles: ['bank-author', 'bank-reviewer', 'scheme-owner']},
	{page: 'admin', roles: ['scheme-owner', 'centre-head', 'auditor']},
];

const consoleWords: Record<Section, {title(): string; text(): string}> = {
	proctor: {title: () => t('staff.toProctor'), text: () => t('staff.toProctorText')},
	centre: {title: () => t('staff.toCentre'), text: () => t('staff.toCentreText')},
	author: {title: () => t('staff.toAuthor'), text: () => t('staff.toAuthorText')},
	admin: {title: () => t('staff.toAdmin'), text: () => t('staff.toAdminText')},
};

function Home({session, out, change, changed}: {session: Session; out(): void; change(): void; changed: boolean}): JSX.Element {
	const leaving = useAction();
	const open = consoles.filter(c => PAGES.includes(c.page) && c.roles.some(r => session.roles.includes(r)));
	return <>
		<Title>{t('staff.home')}</Title>
		{changed && <div class="notice good" role="status"><p>{t('staff.passwordChanged')}</p></div>}
		<Fault problem={leaving.problem}/>
		<dl class="facts">
			<div><dt>{t('staff.name')}</dt><dd>{session.name}</dd></div>
			<div><dt>{t('staff.roles')}</dt><dd>{session.roles.map(roleText).join(', ')}</dd></div>
		</dl>
		{open.length
			? <ul class="ways">{open.map(c => <li key={c.page}><a href={`/${c.page}`}>{consoleWords[c.page].title()}</a><p>{consoleWords[c.page].text()}</p></li>)}</ul>
			: <div class="notice"><p>{t('staff.noConsole')}</p></div>}
		<div class="buttons">
			<button type="button" class="second" onClick={change}>{t('staff.changePassword')}</button>
			<button type="button" class="second" aria-disabled={leaving.busy} onClick={() => leaving.run(async () => {
				await signOut();
				out();
			})}>{t('staff.signOut')}</button>
		</div>
	</>;
}

function Staff(): JSX.Element | null {
	const [session, setSession] = useState<Session | null | undefined>(undefined);
	const [changing, setChanging] = useState(false), [changed, setChanged] = useState(false);
	const asking = useAction();
	const ask = () => asking.run(async () => setSession(await load()));
	useEffect(() => {
		void ask();
	}, []);
	if (asking.problem)
		return <><Title>{t('staff.title')}</Title><Fault problem={asking.problem}/><div class="buttons"><button type="button" onClick={ask}>{t('common.again')}</button></div></>;
	if (session === undefined)
		return <p>{t('common.wait')}</p>;
	if (session === null || session.todo.length)
		return <SignIn from={session ?? undefined} done={setSession}/>;
	if (changing)
		return <NewPassword back={() => setChanging(false)} done={s => {
			setSession(s);
			setChanged(true);
			setChanging(false);
		}}/>;
	return <Home session={session} changed={changed} out={() => setSession(null)} change={() => {
		setChanged(false);
		setChanging(true);
	}}/>;
}

addThemeChoice();
const app = byId('app');
app.replaceChildren();
render(<Staff/>, app);
