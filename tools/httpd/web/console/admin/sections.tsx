// The sections of /admin: a row each. A section has the address '#/NAME/…' and gets the pieces after NAME; accounts are the first page, '#/'.
import type {JSX} from 'preact';
import {t} from '../../lib/words';
import type {Session} from '../session';
import {Accounts} from './accounts_view';
import {Audit} from './audit_view';
import {Blueprints} from './blueprint_view';
import {Certificates} from './certificate_view';
import {Health} from './health_view';
import {RulePacks, Standards} from './rules_view';
import {Sittings} from './sitting_view';
import {Templates} from './template_view';
import {Units} from './unit_view';

export interface SectionProps {
	session: Session;
	route: string[];
}

export interface Section {
	name: string; // '': the first page
	also?: string[]; // first pieces of addresses that are the first page's
	label(): string;
	roles: readonly string[]; // who sees it
	view(props: SectionProps): JSX.Element;
}

// Who reads what the office decides; scheme owners write it.
const office = ['scheme-owner', 'auditor'];

export const sections: readonly Section[] = [
	{name: '', also: ['add', 'account'], label: () => t('admin.accounts'), roles: ['scheme-owner', 'centre-head', 'auditor'], view: props => <Accounts {...props}/>},
	{name: 'sittings', label: () => t('office.sittings'), roles: office, view: props => <Sittings {...props}/>},
	{name: 'blueprints', label: () => t('office.blueprints'), roles: office, view: props => <Blueprints {...props}/>},
	{name: 'rules', label: () => t('office.rules'), roles: office, view: props => <RulePacks {...props}/>},
	{name: 'standards', label: () => t('office.standards'), roles: office, view: props => <Standards {...props}/>},
	{name: 'templates', label: () => t('template.title'), roles: office, view: props => <Templates {...props}/>},
	{name: 'units', label: () => t('office.units'), roles: ['scheme-owner', 'centre-head', 'auditor'], view: props => <Units {...props}/>},
	{name: 'certificates', label: () => t('certificate.nav'), roles: office, view: props => <Certificates {...props}/>},
	{name: 'audit', label: () => t('audit.title'), roles: office, view: props => <Audit {...props}/>},
	{name: 'health', label: () => t('health.title'), roles: office, view: () => <Health/>},
];
