// Which logs count, and the cosignatures of how many witnesses (C2SP tlog-policy): log, witness, group and quorum, k of n at every level (certs/log/policy.c).

import {utf8Text} from './bytes.js';
import {checkCosignature, checkLogSignature, COSIGNATURE, LOG_KEY, NoteError, parseVkey} from './note.js';
import {cut} from './text.js';

const POLICY_MAX = 64 << 10, KEYS_MAX = 64;

const fault = (line, what) => new NoteError(`line ${line}: ${what}`);

// {logs: [vkey], nodes: Map of name to {name, witness} or {name, members, needed}, quorum: node or null}
export async function parsePolicy(bytes) {
	const text = utf8Text(bytes), policy = {logs: [], nodes: new Map(), quorum: undefined}, taken = new Set(), keys = {log: [], witness: []};
	let groups = 0;
	if (bytes.length > POLICY_MAX)
		throw new NoteError(`a policy has at most ${POLICY_MAX} bytes`);
	// eslint-disable-next-line no-control-regex
	if (text === null || /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text))
		throw new NoteError('a control character other than a tab (C2SP tlog-policy)');
	const node = (name, line) => {
		if (!policy.nodes.has(name))
			throw fault(line, `'${name}' is no witness and no group of the lines before`);
		return policy.nodes.get(name);
	};
	const fresh = (name, line) => {
		if (!name)
			throw fault(line, 'a name is missing (C2SP tlog-policy)');
		if (name === 'none' || policy.nodes.has(name))
			throw fault(line, `the name '${name}' is taken`);
	};
	const key = async (kind, word, line) => {
		if (!word)
			throw fault(line, 'a verifier key is missing (C2SP tlog-policy)');
		const found = await parseVkey(word), same = other => other.key.bytes.join() === found.key.bytes.join();
		if (found.type !== (kind === 'log' ? LOG_KEY : COSIGNATURE))
			throw fault(line, kind === 'log' ? "a log's key has type 1 (Ed25519)" : "a witness's key has type 4 (Ed25519 cosignatures)");
		if (keys[kind].some(same))
			throw fault(line, `the key of '${found.name}' is there already`);
		if (keys[kind].push(found) > KEYS_MAX)
			throw fault(line, `more than ${KEYS_MAX} of them`);
		return found;
	};
	const read = {
		async log(line, word, url, ...more) {
			policy.logs.push(await key('log', word, line));
			return more;
		},
		async witness(line, name, word, url, ...more) {
			fresh(name, line);
			policy.nodes.set(name, {name, witness: await key('witness', word, line)});
			return more;
		},
		group(line, name, count, ...names) {
			fresh(name, line);
			const members = names.map(member => node(member, line)), needed = count === 'any' ? 1 : count === 'all' ? members.length : Number(/^(?:0|[1-9][0-9]{0,3})$/.test(count) ? count : NaN);
			for (const member of members) {
				if (taken.has(member))
					throw fault(line, `'${member.name}' is in a group already: each counts once`);
				taken.add(member);
			}
			if (!(needed >= 1 && needed <= members.length))
				throw fault(line, `group '${name}' asks for ${count} of ${members.length}`);
			if (++groups > KEYS_MAX)
				throw fault(line, `more than ${KEYS_MAX} groups`);
			policy.nodes.set(name, {name, members, needed});
			return [];
		},
		quorum(line, name, ...more) {
			if (policy.quorum !== undefined)
				throw fault(line, 'there is a quorum already');
			if (!name)
				throw fault(line, "a quorum is a witness, a group or 'none' (C2SP tlog-policy)");
			policy.quorum = name === 'none' ? null : node(name, line);
			return more;
		},
	};
	const lines = text.split('\n');
	for (let i = 0; i < lines.length; i++) {
		const [word, ...words] = lines[i].split(/[ \t]+/).filter(Boolean);
		if (word === undefined || word.startsWith('#'))
			continue;
		if (!Object.hasOwn(read, word))
			throw fault(i + 1, 'a line begins with log, witness, group or quorum (C2SP tlog-policy)');
		const [more] = await read[word](i + 1, ...words);
		if (more !== undefined)
			throw fault(i + 1, `'${more}' is too much`);
	}
	if (policy.quorum === undefined)
		throw new NoteError("there is no line 'quorum' (C2SP tlog-policy); 'quorum none' asks for no witness");
	return policy;
}

// Is the checkpoint signed by one of the logs and cosigned by the quorum? Throws NoteError, which says what is missing, or CannotTell.
// {log: origin, witnesses: how many cosigned, since: seconds since when so many have, 0 where none are asked for}
export async function checkPolicy(policy, checkpoint) {
	const logs = policy.logs.filter(({name}) => name === checkpoint.origin), since = new Map();
	let refused = new NoteError(`the policy does not know the log '${cut(checkpoint.origin, 150)}'`), count = 0, witnesses = 0;
	for (const log of logs) {
		try {
			await checkLogSignature(checkpoint, log);
			refused = null;
			break;
		} catch (error) {
			refused = error;
		}
	}
	if (refused)
		throw refused;
	for (const node of policy.nodes.values()) {
		if (node.witness) {
			const at = await checkCosignature(checkpoint, node.witness);
			count++;
			witnesses += at !== null;
			since.set(node, at ?? Infinity);
		} else { // a group has witnessed it when its k-th member has
			since.set(node, node.members.map(member => since.get(member)).sort((a, b) => a - b)[node.needed - 1]);
		}
	}
	if (policy.quorum && since.get(policy.quorum) === Infinity)
		throw new NoteError(`the checkpoint has the cosignatures of ${witnesses} of ${count} witnesses: too few for the quorum '${policy.quorum.name}'`);
	return {log: checkpoint.origin, witnesses, since: policy.quorum ? since.get(policy.quorum) : 0};
}
