// What a result gains by a script: it can be printed, and its address copied.
import {announce, h} from '../lib/dom';
import {t} from '../lib/words';

export function addActs(): void {
	const place = document.getElementById('acts');
	if (!place)
		return;
	place.append(h('button', {type: 'button', class: 'second', onclick: () => print()}, t('public.print')));
	const link = document.getElementById('permalink');
	if (!(link instanceof HTMLAnchorElement) || !isSecureContext)
		return;
	const copy = async (): Promise<void> => {
		await navigator.clipboard.writeText(link.href);
		announce(t('public.copied'));
	};
	place.append(h('button', {type: 'button', class: 'second', onclick: () => void copy()}, t('public.copyLink')));
}
