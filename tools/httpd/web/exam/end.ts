// Screens that come after questions, or between them: a script of its own, which is fetched behind the first question, or when one of them is to be shown.
import type {Views} from './app';
export {saveRescue} from './handing';
import {viewDone, viewEnded, viewHeld, viewOtherMachine, viewOtherTab, viewPaused, viewResult, viewSeb, viewTimeOver} from './view_end';
import {viewReview} from './view_review';

export const views: Views = {
	review: viewReview, paused: viewPaused, 'other-tab': viewOtherTab, 'other-machine': viewOtherMachine, held: viewHeld, 'time-over': viewTimeOver, ended: viewEnded, done: viewDone, result: viewResult,
	seb: viewSeb,
};
