// Accounts of staff: who there is, a new one, roles, a new first password, locking.
import type {JSX} from 'preact';
import {useEffect, useMemo, useState} from 'preact/hooks';
import {formatDate, t} from '../../lib/words';
import {Dialog} from '../dialog';
import {Fault, Field, Submit, Title, useAction} from '../form';
import {roleText} from '../roles';
import {hrefOf} from '../route';
import type {Session} from '../session';
import {toast} from '../toasts';
import {UnitField} from './unit_field';
import {type Account, addAccount, type Grant, listAccounts, mayGrant, placeOf, placeText, readAccount, resetAccount, scopeOf, setDisabled, setRoles} from './accounts';

interface Of {
	session: Session;
}

function State({account}: {account: Account}): JSX.Element {
	return <>
		{account.disabled && <span class="tag bad">{t('admin.disabled')}</span>}{' '}
		{account.mustChangePassword ? <span class="tag warn">{t('admin.neverUsed')}</span> : !account.disabled && <span class="tag good">{t('admin.inUse')}</span>}
	</>;
}

function Roles({roles}: {roles: Grant[]}): JSX.Element {
	return <ul class="roles">{roles.map(({role, scope}) => <li key={role + scope}>{roleText(role)} <span class="quiet">– {placeText(scope)}</span></li>)}</ul>;
}

// ---- All of them

function List({session}: Of): JSX.Element {
	const [accounts, setAccounts] = useState<Account[]>([]), [next, setNext] = useState<string | undefined>(''), [search, setSearch] = useState('');
	const asking = useAction();
	const more = () => asking.run(async () => {
		const page = await listAccounts(next ?? '');
		setAccounts(before => [...before, ...page.accounts]);
		setNext(page.next);
	});
	useEffect(() => {
		void more();
	}, []);
	const wanted = search.trim().toLowerCase();
	const shown = useMemo(() => accounts.filter(a => a.name.includes(wanted)).sort((a, b) => a.name.localeCompare(b.name, 'vi')), [accounts, wanted]);
	return <>
		<Title>{t('admin.accounts')}</Title>
		<Fault problem={asking.problem}/>
		{mayGrant(session).length > 0 && <p><a class="button" href={hrefOf('add')}>{t('admin.add')}</a></p>}
		<Field id="search" label={t('admin.search')} value={search} set={setSearch} type="search"/>
		<p role="status" class="quiet">{t('admin.count', {n: shown.length})}</p>
		<div class="scrolls" tabIndex={0} role="region" aria-label={t('admin.accounts')}>
			<table class="stacks" role="table">
				<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">{t('staff.name')}</th><th scope="col" role="columnheader">{t('staff.roles')}</th><th scope="col" role="columnheader">{t('admin.state')}</th><th scope="col" role="columnheader">{t('admin.factor')}</th></tr></thead>
				<tbody role="rowgroup">{shown.map(a => <tr key={a.id} role="row">
					<th scope="row" role="rowheader"><a href={hrefOf('account', a.id)}>{a.name}</a></th>
					<td role="cell"><Roles roles={a.roles}/></td>
					<td role="cell"><State account={a}/></td>
					<td role="cell"><span class="stacks-label">{t('admin.factor')}: </span>{a.secondFactor ? t('admin.yes') : t('admin.no')}</td>
				</tr>)}</tbody>
			</table>
		</div>
		{next && <div class="buttons"><button type="button" class="second" aria-disabled={asking.busy} onClick={more}>{t('admin.more')}</button></div>}
	</>;
}

// ---- Roles, and where they hold

function GrantFields({n, grant, may, set, remove}: {n: number; grant: Grant; may: readonly string[]; set(g: Grant): void; remove?(): void}): JSX.Element {
	const place = placeOf(grant.scope);
	const [everywhere, setEverywhere] = useState(!grant.scope);
	const put = (more: Partial<typeof place>) => set({...grant, scope: scopeOf({...place, ...more})});
	return <fieldset class="grant">
		<legend>{t('admin.roleNumber', {n: n + 1})}</legend>
		<div class="field"><label for={`role-${n}`}>{t('admin.role')}</label>
			<select id={`role-${n}`} value={grant.role} onChange={e => set({...grant, role: e.currentTarget.value})}>{may.map(r => <option key={r} value={r}>{roleText(r)}</option>)}</select></div>
		<label class="choice"><input type="radio" name={`where-${n}`} checked={everywhere} onChange={() => {
			setEverywhere(true);
			set({...grant, scope: ''});
		}}/>{t('admin.whereAll')}</label>
		<label class="choice"><input type="radio" name={`where-${n}`} checked={!everywhere} onChange={() => setEverywhere(false)}/>{t('admin.whereSome')}</label>
		{!everywhere && <div class="places">
			{!place.centre && <UnitField id={`unit-${n}`} label={t('admin.unit')} hint={t('admin.unitHint')} value={place.unit} set={unit => put({unit})}/>}
			<Field id={`centre-${n}`} label={t('admin.centre')} hint={t('admin.centreHint')} value={place.centre} set={centre => put({centre})} maxLength={40}/>
			<Field id={`sitting-${n}`} label={t('admin.sitting')} hint={t('admin.sittingHint')} value={place.sitting} set={sitting => put({sitting})} maxLength={60}/>
			{place.sitting && <Field id={`room-${n}`} label={t('admin.room')} hint={t('admin.roomHint')} value={place.room} set={room => put({room})} maxLength={40}/>}
		</div>}
		{remove && <button type="button" class="plain" onClick={remove}>{t('admin.removeRole', {n: n + 1})}</button>}
	</fieldset>;
}

function Grants({grants, set, may}: {grants: Grant[]; set(g: Grant[]): void; may: readonly string[]}): JSX.Element {
	// Rows are told apart by a number of their own: what is typed in one stays in it when another goes.
	const [keys, setKeys] = useState(() => grants.map((_, i) => i));
	return <>
		{grants.map((grant, i) => <GrantFields key={keys[i]} n={i} grant={grant} may={may} set={g => set(grants.map((old, k) => k === i ? g : old))} remove={grants.length > 1 ? () => {
			set(grants.filter((_, k) => k !== i));
			setKeys(keys.filter((_, k) => k !== i));
		} : undefined}/>)}
		<p><button type="button" class="second" onClick={() => {
			set([...grants, {role: may.includes('proctor') ? 'proctor' : may[0] ?? '', scope: ''}]);
			setKeys([...keys, Math.max(-1, ...keys) + 1]);
		}}>{t('admin.addRole')}</button></p>
	</>;
}

// ---- A new one

function FirstPassword({account}: {account: Account}): JSX.Element {
	return <div class="notice good" role="status">
		<p>{t('admin.passwordOnce', {name: account.name})}</p>
		<p class="first-password"><code>{account.firstPassword}</code></p>
		<p><button type="button" class="second no-print" onClick={() => print()}>{t('admin.print')}</button></p>
	</div>;
}

function Add({session}: Of): JSX.Element {
	const may = mayGrant(session);
	const [name, setName] = useState(''), [grants, setGrants] = useState<Grant[]>([{role: may.includes('proctor') ? 'proctor' : may[0] ?? '', scope: ''}]);
	const [made, setMade] = useState<Account | null>(null);
	const action = useAction();
	if (made)
		return <><Title>{t('admin.added')}</Title><FirstPassword account={made}/><p><a href={hrefOf('account', made.id)}>{t('admin.toAccount', {name: made.name})}</a></p><p><a href={hrefOf()}>{t('admin.toList')}</a></p></>;
	return <form onSubmit={e => {
		e.preventDefault();
		void action.run(async () => setMade(await addAccount(name, grants)));
	}}>
		<p><a href={hrefOf()}>{t('admin.toList')}</a></p>
		<Title>{t('admin.addTitle')}</Title>
		<Fault problem={action.problem}/>
		<Field id="name" label={t('staff.name')} hint={t('admin.nameHint')} value={name} set={setName} required maxLength={64}/>
		<Grants grants={grants} set={setGrants} may={may}/>
		<div class="buttons"><Submit busy={action.busy}>{t('admin.create')}</Submit></div>
	</form>;
}

// ---- One

function ChangeRoles({account, may, done, close}: {account: Account; may: readonly string[]; done(a: Account): void; close(): void}): JSX.Element {
	const [grants, setGrants] = useState<Grant[]>(account.roles.length ? account.roles : [{role: may[0] ?? '', scope: ''}]);
	const action = useAction();
	return <Dialog title={t('admin.rolesOf', {name: account.name})} close={close}>
		<form onSubmit={e => {
			e.preventDefault();
			void action.run(async () => done(await setRoles(account.id, grants)));
		}}>
			<Fault problem={action.problem}/>
			<p>{t('admin.rolesText')}</p>
			<Grants grants={grants} set={setGrants} may={may}/>
			<div class="buttons"><Submit busy={action.busy}>{t('admin.save')}</Submit></div>
		</form>
	</Dialog>;
}

function Confirm({title, text, button, danger, work, close}: {title: string; text: string; button: string; danger?: boolean; work(): Promise<void>; close(): void}): JSX.Element {
	const action = useAction();
	return <Dialog title={title} close={close}>
		<Fault problem={action.problem}/>
		<p>{text}</p>
		<div class="buttons">
			<button type="button" class={danger ? 'danger' : undefined} aria-disabled={action.busy} onClick={() => action.run(work)}>{button}</button>
			<button type="button" class="second" onClick={close}>{t('common.back')}</button>
		</div>
	</Dialog>;
}

function One({session, id}: Of & {id: string}): JSX.Element {
	const [account, setAccount] = useState<Account | null>(null), [open, setOpen] = useState<'' | 'roles' | 'reset' | 'disable'>('');
	const asking = useAction(), may = mayGrant(session);
	useEffect(() => {
		void asking.run(async () => setAccount(await readAccount(id)));
	}, [id]);
	const close = () => setOpen('');
	const back = <p><a href={hrefOf()}>{t('admin.toList')}</a></p>;
	if (!account)
		return <>{back}<Title>{t('admin.account')}</Title><Fault problem={asking.problem}/></>;
	const changed = (now: Account, said: string) => {
		setAccount(now);
		close();
		toast('good', said);
	};
	return <>
		{back}
		<Title>{account.name}</Title>
		{account.firstPassword && <FirstPassword account={account}/>}
		<dl class="facts">
			<div><dt>{t('staff.roles')}</dt><dd><Roles roles={account.roles}/></dd></div>
			<div><dt>{t('admin.state')}</dt><dd><State account={account}/></dd></div>
			<div><dt>{t('admin.factor')}</dt><dd>{account.secondFactor ? t('admin.yes') : t('admin.no')}</dd></div>
			<div><dt>{t('admin.created')}</dt><dd>{formatDate(Date.parse(account.created))}</dd></div>
		</dl>
		{may.length > 0 && account.id !== session.account && <div class="buttons">
			<button type="button" class="second" onClick={() => setOpen('roles')}>{t('admin.changeRoles')}</button>
			<button type="button" class="second" onClick={() => setOpen('reset')}>{t('admin.reset')}</button>
			<button type="button" class={account.disabled ? 'second' : 'danger'} onClick={() => setOpen('disable')}>{account.disabled ? t('admin.enable') : t('admin.disable')}</button>
		</div>}
		{open === 'roles' && <ChangeRoles account={account} may={may} close={close} done={a => changed(a, t('admin.rolesChanged'))}/>}
		{open === 'reset' && <Confirm title={t('admin.reset')} text={t('admin.resetText', {name: account.name})} button={t('admin.resetNow')} close={close}
			work={async () => changed(await resetAccount(id), t('admin.resetDone'))}/>}
		{open === 'disable' && <Confirm title={account.disabled ? t('admin.enable') : t('admin.disable')} danger={!account.disabled}
			text={account.disabled ? t('admin.enableText', {name: account.name}) : t('admin.disableText', {name: account.name})} button={account.disabled ? t('admin.enable') : t('admin.disable')} close={close}
			work={async () => changed(await setDisabled(id, !account.disabled), account.disabled ? t('admin.enabledNow') : t('admin.disabledNow'))}/>}
	</>;
}

export function Accounts({session, route: [where, id]}: Of & {route: string[]}): JSX.Element {
	return where === 'add' ? <Add session={session}/> : where === 'account' && id ? <One key={id} session={session} id={id}/> : <List session={session}/>;
}
