// Merkle trees of RFC 6962 §2 over SHA-256 (base/merkle.c).

import {equal} from './bytes.js';
import {sha256} from './crypto.js';

export const leafHash = entry => sha256([0], entry);
const node = (left, right) => sha256([1], left, right);

// RFC 9162 §2.1.3.2: is it leaf number idx of a tree of that size (BigInt) and root? Says what does not fit, or null.
export async function verifyInclusion(leaf, idx, size, path, root) {
	if (idx >= size)
		return `leaf ${idx} cannot be in a tree of ${size}`;
	let at = idx, last = size - 1n, hash = leaf;
	for (const other of path) {
		if (last === 0n)
			return `the proof has not the length of this tree's: ${path.length} hashes`;
		if (at & 1n || at === last) {
			hash = await node(other, hash);
			while (!(at & 1n) && at !== 0n) {
				at >>= 1n;
				last >>= 1n;
			}
		} else {
			hash = await node(hash, other);
		}
		at >>= 1n;
		last >>= 1n;
	}
	if (last !== 0n)
		return `the proof has not the length of this tree's: ${path.length} hashes`;
	return equal(hash, root) ? null : 'the leaf and its proof do not lead to the root';
}
