// What build.mjs makes. A row of pages is one page: the words of the sections it names go into it, in the language it is shown in.
//   name     of the page, for html.h; the words NAME.title are the title of a shell
//   script   of the page; what it imports is bundled. Optional: pages of html.c work without
//   styles   one file each; what several pages name is fetched once
//   words    sections of words/*.json that the script uses
//   loads    names of rows of loaded, of which lib/words.ts's asset() says the address
//   inline   script and styles stand in the page: one round trip less
//   shell    it has no HTML of its own: its script makes what is in it, and a route with on_shell and the path /NAME shows it
//   bare     without header and footer
export const pages = [
	{name: 'start', styles: ['style/base.css']},
	{name: 'problem', styles: ['style/base.css']},
	{name: 'staff', shell: true, script: 'console/staff/main.tsx', styles: ['style/base.css', 'style/staff.css'], words: ['common', 'staff']},
	{name: 'exam', shell: true, bare: true, script: 'exam/main.ts', styles: ['style/exam.css', 'style/player.css', 'style/tools.css'],
		words: ['common', 'exam', 'player', 'tools'], loads: ['exam-more', 'exam-end', 'exam-adaptive', 'exam-seb', 'player-fields', 'player-lists', 'player-pairs', 'player-graphic', 'player-support', 'player-tools'], inline: true},
	{name: 'verify', script: 'public/verify.ts', styles: ['style/base.css', 'style/public.css'], words: ['public'], loads: ['qr']},
	{name: 'code', script: 'public/code.ts', styles: ['style/base.css', 'style/public.css'], words: ['public']},
	{name: 'about', styles: ['style/base.css', 'style/public.css']},
	{name: 'author', shell: true, script: 'console/author/main.tsx', styles: ['style/base.css', 'style/staff.css', 'style/console.css', 'style/author.css', 'style/review.css', 'style/player.css', '../../../base/chart.css'],
		words: ['common', 'staff', 'console', 'player', 'author', 'review'], loads: ['player-fields', 'player-lists', 'player-pairs', 'player-graphic', 'player-support']},
	{name: 'centre', shell: true, script: 'console/centre/main.tsx', styles: ['style/base.css', 'style/staff.css', 'style/console.css', 'style/proctor.css'],
		words: ['common', 'staff', 'console', 'centre']},
	{name: 'proctor', shell: true, script: 'console/proctor/main.tsx', styles: ['style/base.css', 'style/staff.css', 'style/console.css', 'style/proctor.css'],
		words: ['common', 'staff', 'console', 'proctor']},
	{name: 'admin', shell: true, script: 'console/admin/main.tsx', styles: ['style/base.css', 'style/staff.css', 'style/console.css', 'style/admin.css'], words: ['common', 'staff', 'console', 'admin', 'office', 'template', 'certificate', 'health', 'audit'], loads: ['live-chart']},
];

// Scripts that are fetched when they are asked for: workers and what few need. fixed: served by asset_named, not under /a/ (a service worker).
export const loaded = [
	{name: 'exam-seb', script: 'exam/seb.ts'},
	{name: 'live-chart', script: 'console/admin/live_chart.ts'},
	{name: 'qr', script: 'public/qr_worker.ts'},
	{name: 'exam-sw', script: 'exam/worker.ts', fixed: '/exam/sw.js', options: {format: 'iife'}},
	{name: 'exam-more', script: 'exam/more.ts'},
	{name: 'exam-end', script: 'exam/end.ts'},
	{name: 'exam-adaptive', script: 'exam/adaptive.ts'},
	{name: 'player-fields', script: 'player/fields.ts'},
	{name: 'player-lists', script: 'player/lists.ts'},
	{name: 'player-pairs', script: 'player/pairs.ts'},
	{name: 'player-graphic', script: 'player/graphic.ts'},
	{name: 'player-support', script: 'player/support.ts'},
	{name: 'player-tools', script: 'player/tools/index.ts'},
];

// As they are, under /a/.
export const files = ['style/icon.svg'];
