// The camera and photos of /verify. A symbol of paper opens the page that verifies what stands after '#' in the browser; a code opens its address.
import {Scanner} from '../../../verify/page/scan.js';
import {announce, byId, h} from '../lib/dom';
import {asset, t} from '../lib/words';

interface Policies {
	createPolicy(name: string, rules: {createScriptURL(url: string): string}): {createScriptURL(url: string): string};
}

function newWorker(): Worker {
	const address = asset('qr'), policies = (window as {trustedTypes?: Policies}).trustedTypes;
	return new Worker(policies ? policies.createPolicy('sw', {createScriptURL: url => (url === address ? url : '')}).createScriptURL(address) : address);
}

// Of another host it is shown, and not opened: who scans does not see where he goes.
function follow(text: string): boolean {
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		return false;
	}
	if (/^\/v$/i.test(url.pathname) && url.hash.length > 1)
		location.assign('/offline/index.html' + url.hash);
	else if (/^\/v\/[\w.-]+$/i.test(url.pathname))
		location.assign('/v/' + url.pathname.slice(3));
	else
		return false;
	return true;
}

export function addScan(): void {
	if (!('createImageBitmap' in window) || !('Worker' in window))
		return;
	const scanner = new Scanner(newWorker);
	const said = h('p', {id: 'scan-said'});
	const video = h('video', {playsinline: true, muted: true, hidden: true, 'aria-label': t('public.byScan')});
	const photo = h('input', {id: 'photo', type: 'file', accept: 'image/*'});
	const start = h('button', {type: 'button', onclick: () => void watch()}, t('public.scanCamera'));
	const stop = h('button', {type: 'button', class: 'second', hidden: true, onclick: () => scanner.stop()}, t('public.scanStop'));

	function say(text: string, quoted = ''): void {
		said.replaceChildren(text, ...quoted ? [' ', h('code', null, quoted.slice(0, 300))] : []);
		announce(text);
	}

	function take(text: string | null): void {
		if (text === null)
			say(t('public.scanNothing'));
		else if (follow(text))
			say(t('public.scanFound'));
		else
			say(t('public.scanOther'), text);
	}

	async function watch(): Promise<void> {
		start.hidden = true;
		stop.hidden = video.hidden = false;
		say(t('public.scanLooking'));
		try {
			const text = await scanner.camera(video);
			if (text === null)
				say('');
			else
				take(text);
		} catch {
			say(t('public.scanRefused'));
		}
		start.hidden = false;
		stop.hidden = video.hidden = true;
	}

	async function read(file: File): Promise<void> {
		say(t('public.scanLooking'));
		take(await scanner.photo(file).catch(() => null));
	}

	photo.addEventListener('change', () => {
		if (photo.files?.[0])
			void read(photo.files[0]);
	});
	byId('scan-place').append(...navigator.mediaDevices ? [video, h('p', {class: 'buttons'}, start, stop)] : [],
		h('p', {class: 'field'}, h('label', {for: 'photo'}, t('public.scanPhoto')), photo), said);
	byId('scan').hidden = false;
}
