// Roles and where they hold, in words.
import {t} from '../lib/words';

const words: Record<string, () => string> = {
	'scheme-owner': () => t('staff.roleSchemeOwner'),
	'bank-author': () => t('staff.roleBankAuthor'),
	'bank-reviewer': () => t('staff.roleBankReviewer'),
	trustee: () => t('staff.roleTrustee'),
	'centre-head': () => t('staff.roleCentreHead'),
	proctor: () => t('staff.roleProctor'),
	marker: () => t('staff.roleMarker'),
	adjudicator: () => t('staff.roleAdjudicator'),
	signer: () => t('staff.roleSigner'),
	auditor: () => t('staff.roleAuditor'),
};

export const roleNames = Object.keys(words);
export const roleText = (role: string): string => words[role]?.() ?? role;
