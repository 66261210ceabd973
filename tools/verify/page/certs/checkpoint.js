// Checkpoints of logs, a text of origin, size and root (C2SP tlog-checkpoint); and proofs, a leaf's way up to one (C2SP tlog-proof) (certs/log/checkpoint.c).

import {base64, equal, utf8, utf8Text} from './bytes.js';
import {verifyInclusion} from './merkle.js';
import {NoteError} from './note.js';

const CHECKPOINT_MAX = 64 << 10, PROOF_MAX = CHECKPOINT_MAX + 8192, HASH_LEN = 32, PATH_MAX = 64;
const PROOF_HEAD = 'c2sp.org/tlog-proof@v1';

export const isLogProof = bytes => equal(bytes.subarray(0, PROOF_HEAD.length), utf8(PROOF_HEAD));

const hash = text => {
	const bytes = base64(text);
	return bytes?.length === HASH_LEN ? bytes : null;
};

// Decimal without leading zeros, below 2^63.
const size = text => /^(?:0|[1-9][0-9]{0,18})$/.test(text ?? '') && BigInt(text) < 2n ** 63n ? BigInt(text) : null;

// {origin, size, root, text: what is signed, signatures: lines}
export function parseCheckpoint(note) {
	if (utf8(note).length > CHECKPOINT_MAX)
		throw new NoteError(`a checkpoint has at most ${CHECKPOINT_MAX} bytes`);
	// eslint-disable-next-line no-control-regex
	if (!note.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(note))
		throw new NoteError('not a checkpoint (C2SP signed-note): lines of UTF-8 without control characters');
	const lines = note.slice(0, -1).split('\n'), end = lines.indexOf('', 3), root = hash(lines[2] ?? '');
	if (!lines[0] || size(lines[1]) === null)
		throw new NoteError('not a checkpoint (C2SP tlog-checkpoint): origin and size in the first two lines');
	if (!root)
		throw new NoteError('not a checkpoint (C2SP tlog-checkpoint): the third line is no hash in base64');
	if (end < 0 || end === lines.length - 1)
		throw new NoteError('the checkpoint has no signatures: an empty line, then lines of them (C2SP signed-note)');
	return {origin: lines[0], size: size(lines[1]), root, text: lines.slice(0, end).join('\n') + '\n', signatures: lines.slice(end + 1)};
}

// {idx, leaf: hash of the entry or null, path, checkpoint}
export function parseLogProof(bytes) {
	const text = utf8Text(bytes);
	if (bytes.length > PROOF_MAX)
		throw new NoteError(`a proof has at most ${PROOF_MAX} bytes`);
	if (!text?.startsWith(PROOF_HEAD + '\n'))
		throw new NoteError(`not a proof (C2SP tlog-proof): the first line is '${PROOF_HEAD}'`);
	const end = text.indexOf('\n\n'), lines = text.slice(0, end < 0 ? undefined : end).split('\n').slice(1);
	const leaf = lines[0]?.startsWith('extra ') ? hash(lines.shift().slice(6)) : null; // of the entry, where the line says that
	const idx = lines[0]?.startsWith('index ') ? size(lines[0].slice(6)) : null, path = lines.slice(1).map(hash);
	if (idx === null)
		throw new NoteError("the proof does not say the number of its entry: 'index', a space, a number (C2SP tlog-proof)");
	if (end < 0)
		throw new NoteError('the proof has no checkpoint after an empty line (C2SP tlog-proof)');
	if (path.length > PATH_MAX || path.includes(null))
		throw new NoteError(`line ${path.length > PATH_MAX ? PATH_MAX + 1 : path.indexOf(null) + 1} of the proof's path is no hash in base64, or there are more than ${PATH_MAX}`);
	return {idx, leaf, path, checkpoint: parseCheckpoint(text.slice(end + 2))};
}

// Is that the leaf? Says what is wrong, or null.
export const checkLogProof = (proof, leaf) => verifyInclusion(leaf, proof.idx, proof.checkpoint.size, proof.path, proof.checkpoint.root);
