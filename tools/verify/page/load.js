// What the page trusts, from the files beside it that trust.json lists.

import {utf8Text} from './certs/bytes.js';
import {Trust} from './certs/trust.js';

async function bytesOf(path) {
	const response = await fetch(path, {cache: 'no-cache'});
	if (!response.ok)
		throw new Error(`${path}: HTTP ${response.status}`);
	return new Uint8Array(await response.arrayBuffer());
}

// Below the page's own folder, whatever trust.json says.
function pathsOf(list) {
	const paths = list ?? [];
	if (!Array.isArray(paths) || paths.some(path => typeof path !== 'string' || !/^[A-Za-z0-9_][A-Za-z0-9._%-]*(\/[A-Za-z0-9_][A-Za-z0-9._%-]*)*$/.test(path)))
		throw new Error('trust.json: paths are relative, below the page');
	return paths;
}

// {trust (null: it could not be read), made, error}
export async function loadTrust() {
	try {
		const listed = JSON.parse(utf8Text(await bytesOf('trust.json'))), trust = new Trust();
		if (listed.v !== 1)
			throw new Error('trust.json: a version that this page does not know');
		for (const path of pathsOf(listed.trust))
			trust.addFile(path, await bytesOf(path));
		return {trust, made: listed.made};
	} catch (error) {
		return {trust: null, error: error.message};
	}
}
