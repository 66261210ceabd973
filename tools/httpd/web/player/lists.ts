// Interactions that put texts in order or together: a script of its own, fetched by ready() of mount.ts.
import {associate} from './interactions/associate';
import {gap_match} from './interactions/gap_match';
import {match} from './interactions/match';
import {order} from './interactions/order';
import type {Makers} from './page';

export const makers: Makers = {associate, 'gap-match': gap_match, match, order};
