// The quads that a certificate of ours stands for: what JSON-LD 1.1 makes of its shape with the three contexts that it names, oddities of theirs included
// (certs/vc/rdfc_shape.c). What is not in this table is not our shape, and is refused rather than left out, because what is left out would not be signed.

import {findBy, RESULTS_MAX} from './contents.js';
import {find, kindOf} from './json.js';
import {ShapeError} from './rdfc.js';
import {cut} from './text.js';

export const CONTEXTS = ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json', 'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json'];

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#', XSD = 'http://www.w3.org/2001/XMLSchema#', XSD_HTTPS = 'https://www.w3.org/2001/XMLSchema#';
const VC = 'https://www.w3.org/2018/credentials#', STATUS = 'https://www.w3.org/ns/credentials/status#', SECURITY = 'https://w3id.org/security#';
const SCHEMA = 'https://schema.org/', OB = 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#';
const AWARDED_TYPE = 'xsd:dateTime'; // the Open Badges context defines no prefix xsd

// Members: [predicate, kind, datatype or class]. once: no two of them in a list have the same id: they would be one node, whose members could be told of either.
const PROFILE = {id: 'needed', types: {Profile: OB + 'Profile'}, members: {name: [SCHEMA + 'name', 'text'], url: [SCHEMA + 'url', 'text', XSD_HTTPS + 'anyURI']}};
const CRITERIA = {id: 'optional', types: {}, members: {narrative: [OB + 'narrative', 'text']}};
const DESCRIPTION = {
	id: 'needed', once: true, types: {ResultDescription: OB + 'ResultDescription'},
	members: {
		name: [SCHEMA + 'name', 'text'], resultType: [OB + 'resultType', 'text'], valueMin: [OB + 'valueMin', 'text'], valueMax: [OB + 'valueMax', 'text'],
		requiredValue: [OB + 'requiredValue', 'text'], allowedValue: [OB + 'allowedValue', 'list'],
	},
};
const ACHIEVEMENT = {
	id: 'needed', types: {Achievement: OB + 'Achievement'},
	members: {
		achievementType: [OB + 'achievementType', 'text'], name: [SCHEMA + 'name', 'text'], description: [SCHEMA + 'description', 'text'], inLanguage: [SCHEMA + 'inLanguage', 'text'],
		version: [OB + 'version', 'text'], criteria: [OB + 'Criteria', 'node', CRITERIA], resultDescription: [OB + 'resultDescription', 'nodes', DESCRIPTION],
	},
};
const IDENTITY = {
	id: 'never', types: {IdentityObject: OB + 'IdentityObject'},
	members: {
		hashed: [OB + 'hashed', 'flag', XSD_HTTPS + 'boolean'], identityHash: [OB + 'identityHash', 'text'], identityType: [OB + 'identityType', 'text'], salt: [OB + 'salt', 'text'],
	},
};
const RESULT = {
	id: 'never', types: {Result: OB + 'Result'}, // here resultDescription is a literal, in an achievement it is a node
	members: {resultDescription: [OB + 'resultDescription', 'text', XSD_HTTPS + 'anyURI'], value: [SCHEMA + 'value', 'text'], status: [OB + 'status', 'text']},
};
const SUBJECT = {
	id: 'needed', types: {AchievementSubject: OB + 'AchievementSubject'},
	members: {
		identifier: [OB + 'identifier', 'nodes', IDENTITY], licenseNumber: [OB + 'licenseNumber', 'text'], achievement: [OB + 'achievement', 'node', ACHIEVEMENT],
		result: [OB + 'result', 'nodes', RESULT],
	},
};
const EVIDENCE = {id: 'needed', types: {Evidence: OB + 'Evidence'}, members: {name: [SCHEMA + 'name', 'text']}};
const STATUS_ENTRY = {
	id: 'needed', once: true, types: {BitstringStatusListEntry: STATUS + 'BitstringStatusListEntry'},
	members: {statusPurpose: [STATUS + 'statusPurpose', 'text'], statusListIndex: [STATUS + 'statusListIndex', 'text'], statusListCredential: [STATUS + 'statusListCredential', 'link']},
};
export const CREDENTIAL = {
	id: 'needed', context: 'needed', types: {VerifiableCredential: VC + 'VerifiableCredential', OpenBadgeCredential: OB + 'OpenBadgeCredential'},
	members: {
		name: [SCHEMA + 'name', 'text'], issuer: [VC + 'issuer', 'node', PROFILE], awardedDate: [OB + 'awardedDate', 'text', AWARDED_TYPE],
		validFrom: [VC + 'validFrom', 'text', XSD + 'dateTime'], validUntil: [VC + 'validUntil', 'text', XSD + 'dateTime'],
		credentialStatus: [VC + 'credentialStatus', 'nodes', STATUS_ENTRY], credentialSubject: [VC + 'credentialSubject', 'node', SUBJECT], evidence: [VC + 'evidence', 'nodes', EVIDENCE],
	},
};
export const PROOF = {
	id: 'never', context: 'optional', types: {DataIntegrityProof: SECURITY + 'DataIntegrityProof'},
	members: {
		created: ['http://purl.org/dc/terms/created', 'text', XSD + 'dateTime'], cryptosuite: [SECURITY + 'cryptosuite', 'text', SECURITY + 'cryptosuiteString'],
		expires: [SECURITY + 'expiration', 'text', XSD + 'dateTime'], verificationMethod: [SECURITY + 'verificationMethod', 'link'], proofPurpose: [SECURITY + 'proofPurpose', 'purpose'],
	},
};

const TEXT_MAX = 8192, URI = /^[A-Za-z][A-Za-z0-9+.-]*:[!#$%&'()*+,\-./0-9:;=?@A-Z[\]_a-z~]+$/; // printable ASCII without "<>\^`{|}

export const isUri = text => typeof text === 'string' && text.length <= TEXT_MAX && URI.test(text);
export const isOurContext = contexts => Array.isArray(contexts) && contexts.length === CONTEXTS.length && contexts.every((context, i) => context === CONTEXTS[i]);

const other = (bad, name, what) => {
	if (bad)
		throw new ShapeError(`'${name}' ${what}`);
};
const isLong = array => !Array.isArray(array) || array.length > RESULTS_MAX;

// An RDF collection: one cell for each element, from the first to the last.
function addList(graph, parent, predicate, array, name) {
	other(isLong(array), name, 'is not a list, or a very long one');
	for (const text of array) {
		other(typeof text !== 'string', name, 'is not a list of texts');
		const cell = graph.blank();
		graph.addNode(parent, predicate, cell);
		graph.addText(cell, RDF + 'first', text);
		predicate = RDF + 'rest';
		parent = cell;
	}
	graph.addNode(parent, predicate, RDF + 'nil');
}

function addMember(graph, node, name, [predicate, kind, type], value) {
	if (kind === 'node') {
		graph.addNode(node, predicate, addObject(graph, value, type, name));
	} else if (kind === 'nodes') {
		other(isLong(value), name, 'is not a list, or a very long one');
		for (const element of value) {
			other(type.once && (typeof find(element, 'id') !== 'string' || findBy(value, 'id', find(element, 'id')) !== element), name, "has an 'id' twice, or none");
			graph.addNode(node, predicate, addObject(graph, element, type, name));
		}
	} else if (kind === 'list') {
		addList(graph, node, predicate, value, name);
	} else {
		other(typeof value !== (kind === 'flag' ? 'boolean' : 'string'), name, 'is of another kind');
		other(kind === 'purpose' && value !== 'assertionMethod', name, 'is not assertionMethod');
		other(kind === 'link' && !isUri(value), name, 'is not an absolute URI');
		if (kind === 'purpose' || kind === 'link')
			graph.addNode(node, predicate, kind === 'link' ? value : SECURITY + value);
		else
			graph.addText(node, predicate, String(value), type);
	}
}

// Every member is one of the class's: a member that was passed over would not be signed. Returns the node.
export function addObject(graph, object, shape, name) {
	other(kindOf(object) !== 'object', name, 'is not an object');
	const context = object.get('@context'), id = object.get('id'), type = object.get('type'), types = Object.keys(shape.types);
	other(context !== undefined ? !shape.context || !isOurContext(context) : shape.context === 'needed', name, 'has other contexts');
	other(object.has('id') ? shape.id === 'never' || !isUri(id) : shape.id === 'needed', name, "has no 'id', or one that it must not have, or none that is an absolute URI");
	const node = object.has('id') ? id : graph.blank(), given = Array.isArray(type) ? type : object.has('type') ? [type] : [];
	other(given.length !== types.length || types.some((word, i) => word !== given[i]), name, 'has other types');
	for (const word of types)
		graph.addNode(node, RDF + 'type', shape.types[word]);
	for (const [member, value] of object) {
		if (member === 'id' || member === 'type' || member === '@context')
			continue;
		if (!Object.hasOwn(shape.members, member))
			throw new ShapeError(`'${name}' has a member '${cut(member, 60)}'`);
		addMember(graph, node, member, shape.members[member], value);
	}
	return node;
}
