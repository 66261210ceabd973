// Times of RFC 3339, as seconds since 1970 (base/clock.c).

import {cut} from './text.js';

export const FIRST_S = -62135596800, LAST_S = 253402300799; // the years 0001 to 9999
export const NEVER = Infinity;

const TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d*)?(.*)$/s, ZONE = /^(?:[Zz]|([+-])(\d\d):(\d\d))$/;

// {time} or {error}.
export function parseTime(text) {
	const shown = cut(text, 40), m = TIME.exec(text);
	if (!m)
		return {error: `'${shown}' is not a time like 2026-11-21T09:30:00Z`};
	const [year, month, day, hour, minute, second] = m.slice(1, 7).map(Number), zone = ZONE.exec(m[7]);
	if (!zone || (zone[1] && (Number(zone[2]) > 23 || Number(zone[3]) > 59)))
		return {error: `time '${shown}' has no zone: end it with Z`};
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	if (year < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
		return {error: `time '${shown}' does not exist`};
	const shift = zone[1] ? (Number(zone[2]) * 60 + Number(zone[3])) * (zone[1] === '-' ? -60 : 60) : 0;
	const time = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - shift;
	return time < FIRST_S || time > LAST_S ? {error: `time '${shown}' is not in the years 0001 to 9999 of UTC`} : {time};
}

export function writeTime(time) {
	const date = new Date(Math.min(Math.max(time, FIRST_S), LAST_S) * 1000);
	return date.toISOString().slice(0, 19) + 'Z';
}
