// Is it in the public log (certs/verify/verify_log.c)? Not in the log: not valid, but for what was signed a moment ago.

import {checkLogProof} from './checkpoint.js';
import {CannotTell, NoteError} from './note.js';
import {checkPolicy} from './policy.js';
import {clip} from './text.js';
import {writeTime} from './time.js';
import {verifyRemoved} from './verify_issuer.js';

const MERGE_DELAY_S = 600; // within which a log shows what was given to it

function findAbsent(r, at) {
	if (r.signed && at - r.signed >= 0 && at - r.signed < MERGE_DELAY_S)
		r.unchecked('log', 'vừa ký, có thể chưa vào sổ công khai: hãy kiểm tra lại sau %s phút', 'signed a moment ago, the log may not show it yet: verify again in %s minutes',
			Math.ceil(MERGE_DELAY_S / 60));
	else
		r.fail('log', 'không có bằng chứng nằm trong sổ công khai: chứng chỉ không vào sổ thì không có giá trị',
			'there is no proof that it is in the public log: what is not there is not valid');
}

// A browser that cannot check a signature knows neither the place in the log nor, of a key that was taken out of use, what the log had before.
function cannotTell(r, kind) {
	for (const check of r.removed ? ['log', 'key'] : ['log'])
		r.unchecked(check, 'trình duyệt này không kiểm được chữ ký %s: dùng trình duyệt mới hơn', 'this browser cannot check signatures of %s: use a newer one', kind);
	r.removed = null;
}

async function findPresent(r, leaf, {proof, policy}) {
	const wrong = await checkLogProof(proof, leaf);
	if (wrong) {
		r.fail('log', 'bằng chứng không phải của chứng chỉ này: %s', 'the proof is not of this certificate: %s', wrong);
		return;
	}
	let found;
	try {
		found = await checkPolicy(policy, proof.checkpoint);
	} catch (error) {
		if (error instanceof CannotTell)
			cannotTell(r, error.message);
		else if (error instanceof NoteError)
			r.fail('log', 'không đủ tin cậy: %s', 'not by those whose word counts: %s', error.message);
		else
			throw error;
		return;
	}
	verifyRemoved(r, found.since);
	const {idx, checkpoint: {origin, size}} = proof;
	if (found.since)
		r.pass('log', "mục %s / %s của sổ '%s', %s bên chứng kiến, từ %s", "entry %s of %s of the log '%s', %s witnesses, since %s", idx, size, clip(origin), found.witnesses, writeTime(found.since));
	else
		r.pass('log', "mục %s / %s của sổ '%s'", "entry %s of %s of the log '%s'", idx, size, clip(origin));
}

// leaf: hash of the certificate's entry, or null: the envelope does not tell it. This is the one check that may be left out of a valid certificate: where
// nobody named a log to look in.
export async function verifyLog(r, leaf, options) {
	if (!options.policy)
		r.find('log', 'not-done', 'không nêu sổ công khai nào để tra', 'no public log was named to look in');
	else if (!options.proof)
		findAbsent(r, options.at);
	else if (!leaf)
		r.unchecked('log', 'chứng chỉ ở dạng này không cho biết mục của mình trong sổ công khai', 'in this form the certificate does not tell its entry in the public log');
	else
		await findPresent(r, leaf, options);
}
