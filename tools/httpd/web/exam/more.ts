// What is needed between the sign-in and the first question, and beside it: a script of its own, which comes a moment after the page.
import type {Views} from './app';
export {FocusWatch} from './focus';
export {askHelp} from './help';
export {map} from './map';
import {viewLobby, viewStart} from './view_lobby';
import {viewOpening} from './view_wait';

export const views: Views = {lobby: viewLobby, start: viewStart, opening: viewOpening};
