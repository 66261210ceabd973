// Interactions with places on an image: a script of its own, fetched by ready() of mount.ts.
import {drawing} from './interactions/drawing';
import {graphic_order, hotspot} from './interactions/hotspot';
import {select_point} from './interactions/point';
import type {Makers} from './page';

export {position_stage} from './interactions/point';

export const makers: Makers = {
	drawing,
	'graphic-order': graphic_order,
	hotspot,
	'select-point': select_point,
};
