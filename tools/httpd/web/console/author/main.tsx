// /author: the item bank, one item, a new one.
import type {JSX} from 'preact';
import {t} from '../../lib/words';
import {Title} from '../form';
import {startConsole} from '../frame';
import {useRoute} from '../route';
import type {Session} from '../session';
import {Browse, filterOf} from './browse';
import {ImportPage} from './import';
import {OneItem} from './item';
import {NewItem} from './new';
import {QueuePage} from './queue';

const roles = ['scheme-owner', 'bank-author', 'bank-reviewer', 'auditor'];

function Author({session}: {session: Session}): JSX.Element {
	const [where = '', one = '', language = '', tab = ''] = useRoute();
	if (!session.roles.some(r => roles.includes(r)))
		return <><Title>{t('author.bank')}</Title><div class="notice"><p>{t('author.notYours')}</p></div></>;
	if (where === 'item' && one && language)
		return <OneItem key={`${one}/${language}`} identifier={one} language={language} tab={tab} session={session}/>;
	if (where === 'new' && session.roles.includes('bank-author'))
		return <NewItem session={session}/>;
	if (where === 'queue')
		return <QueuePage/>;
	if (where === 'import' && session.roles.includes('bank-author'))
		return <ImportPage session={session}/>;
	return <Browse filter={where === 'list' ? filterOf(one) : {}}/>;
}

startConsole({title: t('author.title'), children: session => <Author session={session}/>});
