// Is it in force (certs/verify/verify_time.c)?

import {writeTime} from './time.js';

const CLOCK_LEAST = 1577836800, CLOCK_MOST = 7258118400; // 2020, 2200: a clock outside these was never set, and nothing follows from it

export const clockIsSet = at => at >= CLOCK_LEAST && at <= CLOCK_MOST;

// times: {awarded, from, until}, undefined where there is none. Passes only if there is a from, and nothing was found before in this check.
export function verifyTimes(r, {awarded, from, until}, at) {
	const bad = r.check('time') !== 'not-done', before = r.findings.length;
	if (!clockIsSet(at)) {
		r.unchecked('time', 'đồng hồ của máy chỉ %s: đặt lại, hoặc cho --at', 'the clock says %s: set it, or give --at', at < 0 || at > CLOCK_MOST ? '?' : writeTime(at));
		return;
	}
	if (from !== undefined && at < from)
		r.fail('time', 'chưa có giá trị: từ %s (đang xét %s)', 'not valid yet: from %s (looked at for %s)', writeTime(from), writeTime(at));
	if (until !== undefined && at >= until)
		r.fail('time', 'đã hết giá trị: %s (đang xét %s)', 'no longer valid: since %s (looked at for %s)', writeTime(until), writeTime(at));
	if (from !== undefined && until !== undefined && until <= from)
		r.fail('time', 'hết giá trị trước khi có giá trị', 'it ends before it begins');
	if (awarded !== undefined && from !== undefined && awarded > from)
		r.fail('time', 'công nhận sau ngày có giá trị', 'awarded after it became valid');
	if (from !== undefined && !bad && r.findings.length === before)
		r.pass('time', 'có giá trị vào lúc %s', 'valid at %s', writeTime(at));
}

// Was it signed in the future? Notes the time, for verifyLog.
export function verifyCreated(r, created, at) {
	if (!r.signed || created < r.signed)
		r.signed = created;
	if (clockIsSet(at) && created > at)
		r.fail('time', 'được ký trong tương lai: xem lại đồng hồ, hoặc chứng chỉ bị giả', 'signed in the future: look at the clock, or it is a forgery');
}
