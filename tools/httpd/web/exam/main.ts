// The page /exam.
import {h} from '../lib/dom';
import {asset, language, t} from '../lib/words';
import {App} from './app';
import type {Adaptive, End, More} from './stage';
import {lent, viewQuestion} from './view_question';
import {signInForm, viewSignIn} from './view_signin';

const root = document.querySelector('main') ?? document.body.appendChild(h('main', {id: 'main'}));
const app = new App(root, {'sign-in': viewSignIn, question: viewQuestion}, () => import(asset('exam-more')) as Promise<More>, () => import(asset('exam-end')) as Promise<End>,
	() => import(asset('exam-adaptive')) as Promise<Adaptive>, lent);

/** The session ended: the code again, over the page, which stays as it is. */
let again: HTMLDialogElement | null = null;
app.dialogs = () => {
	if (app.signInAgain && !again && app.session) {
		const session = app.session;
		again = h('dialog', {class: 'ask', 'aria-labelledby': 'again-title'}, h('h2', {id: 'again-title'}, t('exam.againTitle')), h('p', null, t('exam.againText')),
			h('p', null, `${t('exam.ticket')}: ${session.ticket}`), signInForm(app, {sitting: session.sitting.name, ticket: session.ticket}, () => app.changed()));
		again.addEventListener('cancel', e => e.preventDefault());
		document.body.append(again);
		again.showModal();
	} else if (!app.signInAgain && again) {
		again.close();
		again.remove();
		again = null;
	}
};

interface Policies {
	createPolicy(name: string, rules: {createScriptURL(url: string): string}): {createScriptURL(url: string): string};
}

/** Page, paper's files and style stay on this machine: a reload without network shows them. */
async function keepPage(): Promise<void> {
	if (!('serviceWorker' in navigator))
		return;
	const address = '/exam/sw.js', policies = (window as {trustedTypes?: Policies}).trustedTypes;
	const trusted = policies ? policies.createPolicy('sw', {createScriptURL: url => (url === address ? url : '')}).createScriptURL(address) : address;
	await navigator.serviceWorker.register(trusted, {scope: '/exam'});
	const ready = await navigator.serviceWorker.ready;
	ready.active?.postMessage({language});
}

void app.begin();
void keepPage().catch(() => undefined);
