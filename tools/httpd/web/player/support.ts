// What candidates with preferences need: a script of its own, fetched by ready() of mount.ts.
export {appear} from './appearance';
export {card_of, with_cards} from './cards';
