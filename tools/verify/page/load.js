// What the page trusts, from the files beside it that trust.json lists.

import {utf8Text} from './certs/bytes.js';
import {parsePolicy} from './certs/policy.js';
import {StatusLists} from './certs/status.js';
import {Trust} from './certs/trust.js';

const PATH = /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/; // below the page's own folder, whatever trust.json says

async function bytesOf(path) {
	if (typeof path !== 'string' || !PATH.test(path))
		throw new Error('trust.json: paths are relative, below the page');
	const response = await fetch(path, {cache: 'no-cache'});
	if (!response.ok)
		throw new Error(`${path}: HTTP ${response.status}`);
	return new Uint8Array(await response.arrayBuffer());
}

// own: the reader's own trust files, {name, bytes}. {trust (null: it could not be read), status, policy (null: no log was named), made, error}
export async function loadTrust(own = []) {
	let made = null;
	try {
		const listed = JSON.parse(utf8Text(await bytesOf('trust.json'))), trust = new Trust();
		made = String(listed.made);
		if (listed.v !== 1)
			throw new Error('trust.json: a version that this page does not know');
		for (const path of listed.trust)
			trust.addFile(path, await bytesOf(path));
		for (const {name, bytes} of own)
			trust.addFile(name, bytes);
		const policy = listed.log === undefined ? null : await parsePolicy(await bytesOf(listed.log));
		// Lists are large, and few of them tell of the reader's certificate: each is fetched when one asks for it, by its address. What cannot be read is not
		// there, and that is "not known", never "revoked".
		const files = listed.status === undefined ? null : new Map(Object.entries(listed.status));
		const status = files && new StatusLists(trust, async list => Promise.all((files.get(list) ?? []).map(bytesOf)));
		return {trust, status, policy, made};
	} catch (error) {
		return {trust: null, status: null, policy: null, made, error: error.message};
	}
}
