// Was it revoked or suspended (certs/verify_status.c)? Not to know is never the same as "revoked".

import {clip} from './text.js';

// entries: {list: address, purpose: "revocation", "suspension", or "" for an IETF token list, idx}. None: the certificate names no list.
export async function verifyStatus(r, entries, options) {
	if (!entries.length)
		r.pass('status', 'chứng chỉ không nêu danh sách trạng thái nào', 'the certificate names no status list');
	for (const {list} of entries)
		r.unchecked('status', "chưa có danh sách '%s' để tra: có thể đã bị thu hồi hay tạm dừng, không rõ",
			"the list '%s' was not given to look in: whether it was revoked or suspended is not known", clip(list));
}
