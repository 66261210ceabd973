// Two answers to one item: one of this machine, which the server has not acknowledged, and the one that stands on the server, perhaps of another machine. Which
// of them was given later is told by what the ledger counts, and by the clock of this machine in no case alone.
//
//  what is known                                                      | this machine's | because
//  the server has none                                                | is sent        | nothing stands against it
//  the same response: an acknowledgement that was lost, a resent one  | is stored      | it is there
//   … and another one of this lease went out after that one           | is sent        | what is on its way may still arrive, and is older than this one
//  the page knew the server's when this one was given                 | is sent        | it follows it
//  the server's is of a lease of this machine, its number lower       | is sent        | one counter for all answers of a machine: the one in flight, or lost on its way back
//  the server's is of an older lease                                  | is sent        | the ledger takes answers of the newest lease only: it was there before this one's was given
//  the server's is of a later lease, and was stored before this one   | is sent        | by the server's clock, and where nothing has come between: see sure
//   was given
//  else: a later lease, a clock that is not sure, a number not lower  | is put aside   | the other one is the later; this one stays on the machine, and goes into the file .baithi
import type {Responses} from './responses';
import {same} from './responses';
import type {Pending} from './store';

/** What the server has of an item. */
export interface Stored {
	item: number;
	seq: number;
	number: number; // of the machine's counter
	lease: number; // under which it was stored
	atMs: number; // exam clock: when it was stored
	response: Responses;
}

/** What this tab knows of leases and of what it has sent. */
export interface Standing {
	own: ReadonlySet<number>; // leases of this machine
	flying?: number; // the number that was sent last of this item under this lease, and not acknowledged
}

export type Verdict = 'send' | 'stored' | 'aside';

export function verdict(here: Pending, there: Stored | undefined, {own, flying}: Standing): Verdict {
	if (!there)
		return 'send';
	if (same(there.response, here.response))
		return flying === undefined || flying === here.number || flying <= there.number && own.has(there.lease) ? 'stored' : 'send';
	const later = there.seq <= here.baseSeq || own.has(there.lease) && there.number < here.number || there.lease < here.lease || here.sure && there.atMs < here.givenMs;
	return later ? 'send' : 'aside';
}
