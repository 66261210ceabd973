// What people type from a sheet of paper, forgiven: spaces, dashes, case, letters that look like others. A code has none of 0 O 1 I L (doc/rosters.md).

const DASHES = /[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/g;

/** Full-width letters, odd dashes and spaces as keyboards and chat programs make them. */
function plain(typed: string): string {
	return typed.normalize('NFKC').replace(DASHES, '-').trim();
}

/** A ticket or a sitting as it was typed: without spaces. Its case is kept: it may matter. */
export function typedName(typed: string): string {
	return plain(typed).replace(/\s+/g, '');
}

/** The twelve characters of a code, by fours; what cannot be in one stays, so that it is seen. */
export function typedCode(typed: string): string {
	const bare = plain(typed).toUpperCase().replace(/[\s.\-_–,]+/g, '');
	return bare.replace(/(.{4})(?=.)/g, '$1-');
}

/** What he may have meant, the likely first: who types no capital at all has not looked for the key; a space stands for a dash, or for nothing. */
export function ticketTries(typed: string): string[] {
	const name = typedName(typed), dashed = plain(typed).replace(/[\s-]*\s[\s-]*/g, '-');
	const cases = (n: string): string[] => n === n.toLowerCase() ? [n.toUpperCase(), n] : [n, n.toUpperCase()];
	return [...new Set([...cases(dashed), ...cases(name)])];
}

/** Which characters of a code are none that a code can have. */
export function strangeInCode(code: string): string[] {
	return [...new Set(code.replace(/-/g, ''))].filter((c) => !'23456789ABCDEFGHJKMNPQRSTUVWXYZ'.includes(c));
}
