// Screens that nobody needs in the first second: a script of its own.
import type {Views} from './app';
export {leaveSection, saveRescue, submit} from './handing';
export {askHelp} from './help';
import {viewDone, viewEnded, viewHeld, viewOpening, viewOtherMachine, viewOtherTab, viewPaused, viewResult, viewSeb, viewTimeOver} from './view_end';
import {viewLobby, viewStart} from './view_lobby';

export const views: Views = {
	lobby: viewLobby, start: viewStart, opening: viewOpening, paused: viewPaused, 'other-tab': viewOtherTab, 'other-machine': viewOtherMachine, held: viewHeld, 'time-over': viewTimeOver, ended: viewEnded,
	done: viewDone, result: viewResult, seb: viewSeb,
};
