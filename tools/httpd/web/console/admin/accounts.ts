// Accounts of staff, as the server tells of them.
import {t} from '../../lib/words';
import {ask} from '../ask';
import type {Session} from '../session';
import {roleNames} from '../roles';

export interface Grant {
	role: string;
	scope: string; // '': everywhere
}

export interface Account {
	id: string;
	name: string;
	roles: Grant[];
	disabled: boolean;
	mustChangePassword: boolean;
	secondFactor: boolean;
	created: string;
	firstPassword?: string; // told once
}

const PAGE = 200;

export const listAccounts = (after: string): Promise<{accounts: Account[]; next?: string}> =>
	ask('GET', `/api/accounts?limit=${PAGE}${after && `&after=${after}`}`);
export const readAccount = (id: string): Promise<Account> => ask('GET', `/api/accounts/${id}`);
export const addAccount = (name: string, roles: Grant[]): Promise<Account> => ask('POST', '/api/accounts', {name: name.trim(), roles});
export const setRoles = (id: string, roles: Grant[]): Promise<Account> => ask('PUT', `/api/accounts/${id}/roles`, {roles});
export const setDisabled = (id: string, disabled: boolean): Promise<Account> => ask('PATCH', `/api/accounts/${id}`, {disabled});
export const resetAccount = (id: string): Promise<Account> => ask('POST', `/api/accounts/${id}/reset`);

// What who is signed in may give to others; the server has the last word.
export function mayGrant(session: Session): readonly string[] {
	return session.roles.includes('scheme-owner') ? roleNames : session.roles.includes('centre-head') ? ['proctor'] : [];
}

// Where a role holds: the pieces of a scope, in words.
export function placeText(scope: string): string {
	if (!scope)
		return t('admin.everywhere');
	return scope.split('/').map(piece => {
		const [kind = '', ...rest] = piece.split(':');
		const name = rest.join(':');
		return kind === 'unit' ? t('admin.inUnit', {name}) : kind === 'centre' ? t('admin.atCentre', {name}) : kind === 'sitting' ? t('admin.atSitting', {name}) : kind === 'room' ? t('admin.atRoom', {name}) : piece;
	}).join(', ');
}

export interface Place {
	unit: string;
	centre: string;
	sitting: string;
	room: string;
}

export function placeOf(scope: string): Place {
	const found: Record<string, string> = {};
	for (const piece of scope.split('/').filter(Boolean)) {
		const at = piece.indexOf(':');
		found[piece.slice(0, at)] = piece.slice(at + 1);
	}
	return {unit: found.unit ?? '', centre: found.centre ?? '', sitting: found.sitting ?? '', room: found.room ?? ''};
}

// A centre says where it is: with one a unit is not needed.
export function scopeOf({unit, centre, sitting, room}: Place): string {
	return [centre ? '' : unit && `unit:${unit.trim()}`, centre && `centre:${centre.trim()}`, sitting && `sitting:${sitting.trim()}`, sitting && room && `room:${room.trim()}`].filter(Boolean).join('/');
}
