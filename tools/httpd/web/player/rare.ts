// What not every question needs: a script of its own, fetched by ready() of mount.ts.
import {associate} from './interactions/associate';
import {drawing} from './interactions/drawing';
import {upload} from './interactions/file';
import {extended_text} from './interactions/extended_text';
import {gap_match} from './interactions/gap_match';
import {graphic_associate, graphic_gap_match} from './interactions/graphic_pairs';
import {graphic_order, hotspot} from './interactions/hotspot';
import {match} from './interactions/match';
import {media} from './interactions/media';
import {order} from './interactions/order';
import {select_point} from './interactions/point';
import {slider} from './interactions/slider';
import type {Makers} from './page';

export {appear} from './appearance';
export {card_of, with_cards} from './cards';
export {position_stage} from './interactions/point';

export const makers: Makers = {
	associate,
	drawing,
	'extended-text': extended_text,
	'gap-match': gap_match,
	'graphic-associate': graphic_associate,
	'graphic-gap-match': graphic_gap_match,
	'graphic-order': graphic_order,
	hotspot,
	match,
	media,
	order,
	'select-point': select_point,
	slider,
	upload,
};
