// Interactions in which something is typed, set, played or pressed: a script of its own, fetched by ready() of mount.ts.
import {custom, end_attempt} from './interactions/button';
import {extended_text} from './interactions/extended_text';
import {upload} from './interactions/file';
import {inline_choice} from './interactions/inline_choice';
import {media} from './interactions/media';
import {slider} from './interactions/slider';
import {text_entry} from './interactions/text';
import type {Makers} from './page';

export const makers: Makers = {
	'end-attempt': end_attempt,
	'extended-text': extended_text,
	'inline-choice': inline_choice,
	media,
	'portable-custom': custom,
	slider,
	'text-entry': text_entry,
	upload,
};
