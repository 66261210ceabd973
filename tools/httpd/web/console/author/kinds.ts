// The interactions, one row each: what its form has, and what a new one begins with.
import type {Key} from '../../lib/words';
import type {Start} from './qti';

export interface FieldRow {
	attr: string;
	label: Key;
	type: 'count' | 'number' | 'yes' | 'text' | 'choice';
	usual?: string; // what its absence means
	choices?: [string, Key][];
}

export interface ChoiceRow {
	element: string; // the choices
	within?: string; // the element that they are in, when that is not the interaction; nth of it
	nth?: number;
	title: Key;
	content: 'rich' | 'text' | 'shape' | 'image' | 'running'; // running: it stands in the text, which has it
	attrs?: FieldRow[];
	adds?: Record<string, string>; // attributes of a new one
}

export interface Kind {
	name: string;  // as the bank calls it
	inline?: boolean;
	prompt: boolean;
	image?: boolean;   // it is worked on an image of its own
	stage?: boolean;   // a second one, that it is placed on
	blocks?: boolean;  // running text with what may be chosen
	fields: FieldRow[];
	choices: ChoiceRow[];
	key: 'choice' | 'order' | 'pairs' | 'text' | 'number' | 'areas' | 'none';
	directed?: boolean; // pairs go from the first set to the second
	start: Start;
}

const count = (attr: string, label: Key, usual?: string): FieldRow => ({attr, label, type: 'count', usual});
const shuffle: FieldRow = {attr: 'shuffle', label: 'author.fShuffle', type: 'yes'};
const maxChoices = count('max-choices', 'author.fMaxChoices', '1'), minChoices = count('min-choices', 'author.fMinChoices', '0');
const maxPairs = count('max-associations', 'author.fMaxPairs', '1'), minPairs = count('min-associations', 'author.fMinPairs', '0');
const matchMax = count('match-max', 'author.fMatchMax'), fixed: FieldRow = {attr: 'fixed', label: 'author.fFixed', type: 'yes'};
const label: FieldRow = {attr: 'hotspot-label', label: 'author.fHotspotLabel', type: 'text'};
const shapes = (element: string, more: FieldRow[] = [], adds: Record<string, string> = {}): ChoiceRow =>
	({element, title: 'author.spots', content: 'shape', attrs: [label, ...more], adds: {shape: 'rect', coords: '10,10,110,70', ...adds}});
const IMAGE = '<img src="" alt="" width="600" height="400"/>';

export const kindRows: Record<string, Kind> = {
	'qti-choice-interaction': {
		name: 'choice', prompt: true, fields: [shuffle, maxChoices, minChoices], key: 'choice',
		choices: [{element: 'qti-simple-choice', title: 'author.choices', content: 'rich', attrs: [fixed]}],
		start: {cardinality: 'single', base: 'identifier', keys: ['A'], scoring: 'match_correct', xml: `<qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="1" min-choices="1">
      <qti-prompt></qti-prompt>
      <qti-simple-choice identifier="A"></qti-simple-choice>
      <qti-simple-choice identifier="B"></qti-simple-choice>
      <qti-simple-choice identifier="C"></qti-simple-choice>
      <qti-simple-choice identifier="D"></qti-simple-choice>
    </qti-choice-interaction>`},
	},
	'qti-order-interaction': {
		name: 'order', prompt: true, fields: [shuffle], key: 'order',
		choices: [{element: 'qti-simple-choice', title: 'author.steps', content: 'rich', attrs: [fixed]}],
		start: {cardinality: 'ordered', base: 'identifier', keys: ['A', 'B', 'C'], scoring: 'match_correct', xml: `<qti-order-interaction response-identifier="RESPONSE" shuffle="true">
      <qti-prompt></qti-prompt>
      <qti-simple-choice identifier="A"></qti-simple-choice>
      <qti-simple-choice identifier="B"></qti-simple-choice>
      <qti-simple-choice identifier="C"></qti-simple-choice>
    </qti-order-interaction>`},
	},
	'qti-match-interaction': {
		name: 'match', prompt: true, fields: [shuffle, maxPairs, minPairs], key: 'pairs', directed: true,
		choices: [{element: 'qti-simple-associable-choice', within: 'qti-simple-match-set', nth: 0, title: 'author.left', content: 'rich', attrs: [matchMax, fixed], adds: {'match-max': '1'}},
			{element: 'qti-simple-associable-choice', within: 'qti-simple-match-set', nth: 1, title: 'author.right', content: 'rich', attrs: [matchMax, fixed], adds: {'match-max': '0'}}],
		start: {cardinality: 'multiple', base: 'directedPair', keys: ['A X', 'B Y'], scoring: 'match_correct', xml: `<qti-match-interaction response-identifier="RESPONSE" shuffle="true" max-associations="0">
      <qti-prompt></qti-prompt>
      <qti-simple-match-set>
        <qti-simple-associable-choice identifier="A" match-max="1"></qti-simple-associable-choice>
        <qti-simple-associable-choice identifier="B" match-max="1"></qti-simple-associable-choice>
      </qti-simple-match-set>
      <qti-simple-match-set>
        <qti-simple-associable-choice identifier="X" match-max="1"></qti-simple-associable-choice>
        <qti-simple-associable-choice identifier="Y" match-max="1"></qti-simple-associable-choice>
      </qti-simple-match-set>
    </qti-match-interaction>`},
	},
	'qti-associate-interaction': {
		name: 'associate', prompt: true, fields: [shuffle, maxPairs, minPairs], key: 'pairs',
		choices: [{element: 'qti-simple-associable-choice', title: 'author.choices', content: 'rich', attrs: [matchMax, fixed], adds: {'match-max': '1'}}],
		start: {cardinality: 'multiple', base: 'pair', keys: ['A B', 'C D'], scoring: 'match_correct', xml: `<qti-associate-interaction response-identifier="RESPONSE" shuffle="true" max-associations="2">
      <qti-prompt></qti-prompt>
      <qti-simple-associable-choice identifier="A" match-max="1"></qti-simple-associable-choice>
      <qti-simple-associable-choice identifier="B" match-max="1"></qti-simple-associable-choice>
      <qti-simple-associable-choice identifier="C" match-max="1"></qti-simple-associable-choice>
      <qti-simple-associable-choice identifier="D" match-max="1"></qti-simple-associable-choice>
    </qti-associate-interaction>`},
	},
	'qti-gap-match-interaction': {
		name: 'gapMatch', prompt: true, blocks: true, fields: [shuffle, maxPairs, minPairs], key: 'pairs', directed: true,
		choices: [{element: 'qti-gap-text', title: 'author.gapTexts', content: 'text', attrs: [matchMax, fixed], adds: {'match-max': '1'}},
			{element: 'qti-gap', title: 'author.gaps', content: 'running', attrs: [{attr: 'required', label: 'author.fRequired', type: 'yes'}]}],
		start: {cardinality: 'multiple', base: 'directedPair', keys: ['A G1'], scoring: 'match_correct', xml: `<qti-gap-match-interaction response-identifier="RESPONSE" shuffle="true">
      <qti-prompt></qti-prompt>
      <qti-gap-text identifier="A" match-max="1"></qti-gap-text>
      <qti-gap-text identifier="B" match-max="1"></qti-gap-text>
      <p><qti-gap identifier="G1"/></p>
    </qti-gap-match-interaction>`},
	},
	'qti-hottext-interaction': {
		name: 'hottext', prompt: true, blocks: true, fields: [maxChoices, minChoices], key: 'choice',
		choices: [{element: 'qti-hottext', title: 'author.hottexts', content: 'running'}],
		start: {cardinality: 'single', base: 'identifier', keys: ['H1'], scoring: 'match_correct', xml: `<qti-hottext-interaction response-identifier="RESPONSE" max-choices="1">
      <qti-prompt></qti-prompt>
      <p><qti-hottext identifier="H1"></qti-hottext> <qti-hottext identifier="H2"></qti-hottext></p>
    </qti-hottext-interaction>`},
	},
	'qti-inline-choice-interaction': {
		name: 'inlineChoice', inline: true, prompt: false, fields: [shuffle, {attr: 'required', label: 'author.fRequired', type: 'yes'}], key: 'choice',
		choices: [{element: 'qti-inline-choice', title: 'author.choices', content: 'text', attrs: [fixed]}],
		start: {cardinality: 'single', base: 'identifier', keys: ['A'], scoring: 'match_correct', xml: `<qti-inline-choice-interaction response-identifier="RESPONSE" shuffle="true">
        <qti-inline-choice identifier="A"></qti-inline-choice>
        <qti-inline-choice identifier="B"></qti-inline-choice>
        <qti-inline-choice identifier="C"></qti-inline-choice>
      </qti-inline-choice-interaction>`},
	},
	'qti-text-entry-interaction': {
		name: 'textEntry', inline: true, prompt: false, key: 'text', choices: [],
		fields: [count('expected-length', 'author.fLength'), {attr: 'placeholder-text', label: 'author.fPlaceholder', type: 'text'}, {attr: 'pattern-mask', label: 'author.fPattern', type: 'text'}],
		start: {cardinality: 'single', base: 'string', keys: [''], points: [], scoring: 'map_response', xml: '<qti-text-entry-interaction response-identifier="RESPONSE" expected-length="20"/>'},
	},
	'qti-extended-text-interaction': {
		name: 'extendedText', prompt: true, key: 'none', choices: [],
		fields: [count('expected-lines', 'author.fLines'), count('expected-length', 'author.fLength'), count('min-strings', 'author.fMinStrings', '0'),
			{attr: 'format', label: 'author.fFormat', type: 'choice', choices: [['plain', 'author.formatPlain'], ['pre-formatted', 'author.formatPre'], ['xhtml', 'author.formatXhtml']]},
			{attr: 'placeholder-text', label: 'author.fPlaceholder', type: 'text'}, {attr: 'pattern-mask', label: 'author.fPattern', type: 'text'}],
		start: {cardinality: 'single', base: 'string', keys: [], scoring: 'none', xml: `<qti-extended-text-interaction response-identifier="RESPONSE" expected-lines="6">
      <qti-prompt></qti-prompt>
    </qti-extended-text-interaction>`},
	},
	'qti-slider-interaction': {
		name: 'slider', prompt: true, key: 'number', choices: [],
		fields: [{attr: 'lower-bound', label: 'author.fLower', type: 'number'}, {attr: 'upper-bound', label: 'author.fUpper', type: 'number'}, {attr: 'step', label: 'author.fStep', type: 'number'},
			{attr: 'step-label', label: 'author.fStepLabel', type: 'yes'}, {attr: 'reverse', label: 'author.fReverse', type: 'yes'}],
		start: {cardinality: 'single', base: 'integer', keys: ['50'], scoring: 'match_correct', xml: `<qti-slider-interaction response-identifier="RESPONSE" lower-bound="0" upper-bound="100" step="10">
      <qti-prompt></qti-prompt>
    </qti-slider-interaction>`},
	},
	'qti-hotspot-interaction': {
		name: 'hotspot', prompt: true, image: true, fields: [maxChoices, minChoices], key: 'choice', choices: [shapes('qti-hotspot-choice')],
		start: {cardinality: 'single', base: 'identifier', keys: ['A'], scoring: 'match_correct', xml: `<qti-hotspot-interaction response-identifier="RESPONSE" max-choices="1" min-choices="1">
      <qti-prompt></qti-prompt>
      ${IMAGE}
      <qti-hotspot-choice identifier="A" shape="rect" coords="10,10,110,70" hotspot-label=""/>
      <qti-hotspot-choice identifier="B" shape="rect" coords="130,10,230,70" hotspot-label=""/>
    </qti-hotspot-interaction>`},
	},
	'qti-select-point-interaction': {
		name: 'selectPoint', prompt: true, image: true, fields: [maxChoices, minChoices], key: 'areas', choices: [],
		start: {cardinality: 'single', base: 'point', keys: ['60 40'], areas: [{shape: 'circle', coords: '60,40,20', value: '1'}], scoring: 'map_response_point', xml: `<qti-select-point-interaction response-identifier="RESPONSE" max-choices="1" min-choices="1">
      <qti-prompt></qti-prompt>
      ${IMAGE}
    </qti-select-point-interaction>`},
	},
	'qti-graphic-order-interaction': {
		name: 'graphicOrder', prompt: true, image: true, fields: [maxChoices, minChoices], key: 'order', choices: [shapes('qti-hotspot-choice')],
		start: {cardinality: 'ordered', base: 'identifier', keys: ['A', 'B'], scoring: 'match_correct', xml: `<qti-graphic-order-interaction response-identifier="RESPONSE">
      <qti-prompt></qti-prompt>
      ${IMAGE}
      <qti-hotspot-choice identifier="A" shape="rect" coords="10,10,110,70" hotspot-label=""/>
      <qti-hotspot-choice identifier="B" shape="rect" coords="130,10,230,70" hotspot-label=""/>
    </qti-graphic-order-interaction>`},
	},
	'qti-graphic-associate-interaction': {
		name: 'graphicAssociate', prompt: true, image: true, fields: [maxPairs, minPairs], key: 'pairs', choices: [shapes('qti-associable-hotspot', [matchMax], {'match-max': '1'})],
		start: {cardinality: 'multiple', base: 'pair', keys: ['A B'], scoring: 'match_correct', xml: `<qti-graphic-associate-interaction response-identifier="RESPONSE" max-associations="0">
      <qti-prompt></qti-prompt>
      ${IMAGE}
      <qti-associable-hotspot identifier="A" shape="rect" coords="10,10,110,70" match-max="1" hotspot-label=""/>
      <qti-associable-hotspot identifier="B" shape="rect" coords="130,10,230,70" match-max="1" hotspot-label=""/>
    </qti-graphic-associate-interaction>`},
	},
	'qti-graphic-gap-match-interaction': {
		name: 'graphicGapMatch', prompt: true, image: true, fields: [maxPairs, minPairs], key: 'pairs', directed: true,
		choices: [{element: 'qti-gap-text', title: 'author.gapTexts', content: 'text', attrs: [matchMax], adds: {'match-max': '1'}},
			{element: 'qti-gap-img', title: 'author.gapImages', content: 'image', attrs: [matchMax], adds: {'match-max': '1'}}, shapes('qti-associable-hotspot', [matchMax], {'match-max': '1'})],
		start: {cardinality: 'multiple', base: 'directedPair', keys: ['A S1'], scoring: 'match_correct', xml: `<qti-graphic-gap-match-interaction response-identifier="RESPONSE">
      <qti-prompt></qti-prompt>
      ${IMAGE}
      <qti-gap-text identifier="A" match-max="1"></qti-gap-text>
      <qti-gap-text identifier="B" match-max="1"></qti-gap-text>
      <qti-associable-hotspot identifier="S1" shape="rect" coords="10,10,110,70" match-max="1" hotspot-label=""/>
    </qti-graphic-gap-match-interaction>`},
	},
	'qti-position-object-interaction': {
		name: 'positionObject', prompt: false, image: true, stage: true, fields: [maxChoices, minChoices], key: 'areas', choices: [],
		start: {cardinality: 'single', base: 'point', keys: ['60 40'], areas: [{shape: 'circle', coords: '60,40,20', value: '1'}], scoring: 'map_response_point', xml: `<qti-position-object-stage>
      ${IMAGE}
      <qti-position-object-interaction response-identifier="RESPONSE" max-choices="1">
        <img src="" alt="" width="40" height="40"/>
      </qti-position-object-interaction>
    </qti-position-object-stage>`},
	},
	'qti-media-interaction': {
		name: 'media', prompt: true, key: 'none', choices: [],
		fields: [{attr: 'autostart', label: 'author.fAutostart', type: 'yes'}, count('min-plays', 'author.fMinPlays', '0'), count('max-plays', 'author.fMaxPlays', '0'), {attr: 'loop', label: 'author.fLoop', type: 'yes'}],
		start: {cardinality: 'single', base: 'integer', keys: [], scoring: 'none', xml: `<qti-media-interaction response-identifier="RESPONSE" autostart="false" min-plays="1">
      <qti-prompt></qti-prompt>
      <audio src="" controls="controls"></audio>
    </qti-media-interaction>`},
	},
	'qti-drawing-interaction': {
		name: 'drawing', prompt: true, image: true, fields: [], key: 'none', choices: [],
		start: {cardinality: 'single', base: 'file', keys: [], scoring: 'none', xml: `<qti-drawing-interaction response-identifier="RESPONSE">
      <qti-prompt></qti-prompt>
      ${IMAGE}
    </qti-drawing-interaction>`},
	},
	'qti-upload-interaction': {
		name: 'upload', prompt: true, fields: [{attr: 'type', label: 'author.fTypes', type: 'text'}], key: 'none', choices: [],
		start: {cardinality: 'single', base: 'file', keys: [], scoring: 'none', xml: `<qti-upload-interaction response-identifier="RESPONSE">
      <qti-prompt></qti-prompt>
    </qti-upload-interaction>`},
	},
	'qti-end-attempt-interaction': {
		name: 'endAttempt', inline: true, prompt: false, key: 'none', choices: [],
		fields: [{attr: 'title', label: 'author.fButton', type: 'text'}, {attr: 'count-attempt', label: 'author.fCountAttempt', type: 'yes', usual: 'true'}],
		start: {cardinality: 'single', base: 'boolean', keys: [], scoring: 'none', xml: '<qti-end-attempt-interaction response-identifier="RESPONSE" title="Gợi ý"/>'},
	},
};

export const newKinds = Object.keys(kindRows).filter(n => n !== 'qti-end-attempt-interaction');
