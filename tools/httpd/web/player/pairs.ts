// Interactions that join places on an image: a script of its own, fetched by ready() of mount.ts.
import {graphic_associate, graphic_gap_match} from './interactions/graphic_pairs';
import type {Makers} from './page';

export const makers: Makers = {'graphic-associate': graphic_associate, 'graphic-gap-match': graphic_gap_match};
