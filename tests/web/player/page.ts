// One question in the real player, as an exam's page would show it: what is answered is kept in this tab, so that a reload finds it.
import {asset, language} from '../../../tools/httpd/web/lib/words';
import {mountPage, ready} from '../../../tools/httpd/web/player/mount';
import type {mountTools, ToolsState} from '../../../tools/httpd/web/player/tools/index';
import type {Extras, JsonML, PageView, Responses} from '../../../tools/httpd/web/player/types';

const name = location.pathname.split('/').pop() ?? '';
const kept = JSON.parse(sessionStorage.getItem(name) ?? '{}') as {responses?: Responses; extras?: Extras; tools?: ToolsState};
const keep = (): void => sessionStorage.setItem(name, JSON.stringify(kept));

async function show(): Promise<void> {
	const given = (await (await fetch(`/page/${name}`)).json()) as JsonML;
	const query = new URLSearchParams(location.search), accommodations = JSON.parse(query.get('pnp') ?? '{}');
	await ready([given], accommodations);
	const view: PageView = mountPage(document.querySelector<HTMLElement>('main')!, given, kept.responses ?? null, {
		language,
		accommodations,
		readOnly: query.has('review'),
		media: url => url.replace('media:sha256-', '/media/'),
		onChange(responses) {
			kept.responses = responses;
			keep();
		},
		onExtras(extras) {
			kept.extras = extras;
			keep();
		},
		extras: kept.extras ?? null,
	});
	if (query.has('tools')) {
		const made = ((await import(asset('player-tools'))) as {mountTools: typeof mountTools}).mountTools(document.getElementById('tools')!, {
			language,
			accommodations,
			calculator: true,
			state: kept.tools ?? null,
			onState(state) {
				kept.tools = state;
				keep();
			},
		});
		made.shown(view);
	}
	Object.assign(globalThis, {view});
	document.documentElement.dataset['ready'] = 'true';
}

void show();
