// /admin: what the scheme's office does, by section (sections.tsx).
import type {JSX} from 'preact';
import {t} from '../../lib/words';
import {Title} from '../form';
import {startConsole} from '../frame';
import {hrefOf, useRoute} from '../route';
import type {Session} from '../session';
import {sections} from './sections';

function Admin({session}: {session: Session}): JSX.Element {
	const route = useRoute(), [where = ''] = route;
	const mine = sections.filter(s => s.roles.some(r => session.roles.includes(r)));
	const open = mine.find(s => s.name === where) ?? mine.find(s => s.also?.includes(where)) ?? mine[0];
	if (!open)
		return <><Title>{t('admin.title')}</Title><div class="notice"><p>{t('admin.notYours')}</p></div></>;
	return <>
		{mine.length > 1 && <nav class="sections no-print" aria-label={t('admin.sections')}><ul>
			{mine.map(s => <li key={s.name}><a href={s.name ? hrefOf(s.name) : hrefOf()} aria-current={s === open ? 'page' : undefined}>{s.label()}</a></li>)}
		</ul></nav>}
		<open.view key={open.name} session={session} route={open.name ? route.slice(1) : route}/>
	</>;
}

startConsole({title: t('admin.title'), children: session => <Admin session={session}/>});
