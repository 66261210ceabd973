// Certificates and what is proposed to be done to them, as the server tells it.
import {t} from '../../lib/words';
import {ask} from '../ask';

export type Deed = 'revoke' | 'suspend' | 'reinstate' | 'supersede';
export type Fate = 'draft' | 'valid' | 'suspended' | 'revoked' | 'superseded' | 'corrected';
export type State = 'open' | 'approved' | 'refused' | 'withdrawn' | 'done';
export type Step = 'possible' | 'impossible' | 'asked' | 'decided' | 'in-force' | 'published' | 'turned-down';
export type Decision = 'approve' | 'refuse' | 'withdraw';

export interface Row {
	certificate: string;
	serial: string;
	code: string;
	holder: string;
	birth?: string;
	level: string;
	awarded?: string;
	fate: Fate;
}

export interface Act {
	act: number;
	deed: string;
	step: 'asked' | 'decided' | 'in-force' | 'turned-down';
	reason: string;
	reasonText: string;
	note?: string;
	askedBy: string;
	asked?: string;
	decidedBy?: string;
	decided?: string;
}

export interface Certificate extends Row {
	scheme: string;
	centre: string;
	ticket: string;
	achievement: string;
	validUntil?: string;
	signed?: string;
	successor?: Row;
	state: string;
	facts?: {path: string; name: string; value: string}[];
	history: Act[];
	deeds: {deed: Deed; may: boolean; reasons: {code: string; text: string}[]}[];
}

export interface Proposal {
	number: number;
	deed: Deed;
	certificate: string;
	serial: string;
	successor?: string;
	successorSerial?: string;
	reason: string;
	reasonText: string;
	note: string;
	author: string;
	made: string;
	mine: boolean;
	state: State;
	step?: Step;
	why?: string;
}

export interface Opened {
	proposal: Proposal;
	seen: string;
	events: {at: string; author: string; to: State; why: string}[];
	act?: {number: number; askedBy: string; asked?: string; decidedBy?: string; decided?: string; logEntry?: number; published?: string};
	commands?: {step: 'ask' | 'approve' | 'publish'; line: string}[];
}

export interface Wish {
	key: string;
	certificate: string;
	deed: Deed;
	reason: string;
	successor?: string;
	note: string;
}

export const findCertificates = (q: string): Promise<Row[]> => ask<{certificates: Row[]}>('GET', `/api/certificates?${new URLSearchParams({q})}`).then(a => a.certificates);
export const readCertificate = (id: string): Promise<Certificate> => ask('GET', `/api/certificates/${encodeURIComponent(id)}`);
export const listProposals = (state: State | '', before?: number): Promise<{proposals: Proposal[]; next?: number}> =>
	ask('GET', `/api/proposals?${new URLSearchParams({...state && {state}, ...before && {before: String(before)}})}`);
export const proposalsAbout = (certificate: string): Promise<Proposal[]> => ask<{proposals: Proposal[]}>('GET', `/api/proposals?${new URLSearchParams({certificate, limit: '100'})}`).then(a => a.proposals);
export const readProposal = (number: string): Promise<Opened> => ask('GET', `/api/proposals/${encodeURIComponent(number)}`);
export const propose = (wish: Wish): Promise<Opened> => ask('POST', '/api/proposals', wish);
export const decide = (number: number, decision: Decision, why: string, seen: string): Promise<Opened> => ask('POST', `/api/proposals/${number}/decision`, {decision, why, seen});

// ---- In words

export const states: readonly State[] = ['open', 'approved', 'done', 'refused', 'withdrawn'];

export function deedText(deed: string): string {
	switch (deed) {
		case 'revoke': return t('certificate.revoke');
		case 'suspend': return t('certificate.suspend');
		case 'reinstate': return t('certificate.reinstate');
		case 'supersede': return t('certificate.supersede');
		case 'correct': return t('certificate.correct');
		default: return deed;
	}
}

// What each does, for who has never done it.
export function deedMeans(deed: Deed): string {
	switch (deed) {
		case 'revoke': return t('certificate.revokeMeans');
		case 'suspend': return t('certificate.suspendMeans');
		case 'reinstate': return t('certificate.reinstateMeans');
		case 'supersede': return t('certificate.supersedeMeans');
	}
}

export function fateText(fate: Fate): string {
	switch (fate) {
		case 'draft': return t('certificate.fateDraft');
		case 'valid': return t('certificate.fateValid');
		case 'suspended': return t('certificate.fateSuspended');
		case 'revoked': return t('certificate.fateRevoked');
		case 'superseded': return t('certificate.fateSuperseded');
		case 'corrected': return t('certificate.fateCorrected');
	}
}

// Those of the sample rules in lay words; others by the rules' own, which are in Vietnamese.
export function reasonText(code: string, text: string): string {
	switch (code) {
		case 'fraud': return t('certificate.reasonFraud');
		case 'issued-in-error': return t('certificate.reasonIssuedInError');
		case 'inquiry': return t('certificate.reasonInquiry');
		case 'cleared': return t('certificate.reasonCleared');
		case 'higher-level': return t('certificate.reasonHigherLevel');
		case 'typing-error': return t('certificate.reasonTypingError');
		case 'name-changed': return t('certificate.reasonNameChanged');
		default: return text || code;
	}
}

export function stateText(state: State): string {
	switch (state) {
		case 'open': return t('certificate.stateOpen');
		case 'approved': return t('certificate.stateApproved');
		case 'refused': return t('certificate.stateRefused');
		case 'withdrawn': return t('certificate.stateWithdrawn');
		case 'done': return t('certificate.stateDone');
	}
}

// One line: where it stands.
export function standingText({state, step}: Proposal): string {
	if (state === 'open')
		return t(step === 'impossible' ? 'certificate.stateImpossible' : 'certificate.stateOpen');
	if (state !== 'approved')
		return stateText(state);
	switch (step) {
		case 'impossible': return t('certificate.stateImpossible');
		case 'asked': return t('certificate.stateAsked');
		case 'decided': return t('certificate.stateDecided');
		case 'in-force': return t('certificate.stateInForce');
		case 'turned-down': return t('certificate.stateTurnedDown');
		default: return t('certificate.stateApproved');
	}
}

export function standingClass({state, step}: Proposal): string {
	if (state === 'done')
		return 'good';
	if (state === 'refused' || state === 'withdrawn')
		return 'note';
	return step === 'impossible' || step === 'turned-down' ? 'bad' : 'warn';
}
