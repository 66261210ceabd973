// The typing of Vietnamese by Telex and VNI, and the calculator: what needs no browser.
import {dirname, join} from 'node:path';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import {check, plan} from './harness.mjs';

const web = join(process.env.BV_SOURCE ?? join(dirname(fileURLToPath(import.meta.url)), '../..'), 'tools/httpd/web');
const {build} = createRequire(join(web, 'package.json'))('esbuild');
globalThis.document = {getElementById: () => null};
async function load(file) {
	const made = await build({entryPoints: [join(web, file)], bundle: true, format: 'esm', write: false, logLevel: 'warning'});
	return import('data:text/javascript;charset=utf-8,' + encodeURIComponent(made.outputFiles[0].text));
}
const {press, typed, ended} = await load('player/tools/telex.ts');

// As a field does it: the word is the run of letters before the caret, and ends with what is no letter, or with the text.
function type(keys, method = 'telex', style = 'old') {
	let text = '', last = {word: '', keys: ''};
	for (const key of keys) {
		const word = /\p{L}*$/u.exec(text)[0], head = text.slice(0, text.length - word.length), now = word === '' ? {word, keys: ''} : last;
		const one = /\p{L}/u.test(key) || (method === 'vni' && /\d/.test(key));
		last = one ? typed(now, key, method, style) : {word: '', keys: ''};
		text = head + (one ? last.word : ended(now) + key);
	}
	const word = /\p{L}*$/u.exec(text)[0];
	return word === last.word ? text.slice(0, text.length - word.length) + ended(last) : text;
}

function same(pairs, name, ...how) {
	const wrong = pairs.filter(([keys, wanted]) => type(keys, ...how) !== wanted).map(([keys, wanted]) => `${keys}: ${type(keys, ...how)}, wanted ${wanted}`);
	return check(!wrong.length, `${name} (${pairs.length})`, wrong.join('\n'));
}

// ---- The 134 letters that are not on the keyboard: đ and 12 vowels with 6 tones, without the six that are; small and capital

const vowels = {a: ['a', 'a'], ă: ['aw', 'a8'], â: ['aa', 'a6'], e: ['e', 'e'], ê: ['ee', 'e6'], i: ['i', 'i'], o: ['o', 'o'], ô: ['oo', 'o6'], ơ: ['ow', 'o7'], u: ['u', 'u'], ư: ['uw', 'u7'], y: ['y', 'y']};
const tones = ['', '\u0301', '\u0300', '\u0309', '\u0303', '\u0323'], keys = [['', ...'sfrxj'], ['', ...'12345']];
for (const [m, method] of ['telex', 'vni'].entries()) {
	const letters = Object.entries(vowels).flatMap(([letter, how]) => tones.map((mark, i) => [how[m] + keys[m][i], (letter + mark).normalize('NFC')])).concat([[method === 'telex' ? 'dd' : 'd9', 'đ']]);
	const all = letters.concat(letters.map(([k, l]) => [k.toUpperCase(), l.toUpperCase()])).filter(([, l]) => !/^[a-z]$/i.test(l));
	check(new Set(all.map(([, l]) => l)).size === 134, `there are 134 letters (${method})`);
	same(all, `all letters, ${method}`, method);
	/* The same key again takes it back, and is written. */
	same(all.filter(([k]) => k.length > 1).map(([k, l]) => {
		const key = k[k.length - 1], before = type(k.slice(0, -1), method);
		return [k + key, /[dđ]/i.test(l) ? k[0] + key : 'saeo'.includes(key.toLowerCase()) && before.length && !tones.some(x => x && l.normalize('NFD').includes(x)) ? before + key : type(k.slice(0, -1), method) + key];
	}), `the same key again takes it back, ${method}`, method);
}

// ---- Words, in the orders in which people type them

same([
	['tieengs', 'tiếng'], ['tieensg', 'tiếng'], ['Vieejt', 'Việt'], ['dduwowngf', 'đường'], ['dduongwf', 'đường'], ['duongdwf', 'đường'], ['nguwowif', 'người'], ['nguoiwf', 'người'], ['ruowuj', 'rượu'],
	['hoaf', 'hòa'], ['hoafn', 'hoàn'], ['hoanf', 'hoàn'], ['khoer', 'khỏe'], ['thuyr', 'thủy'], ['quys', 'quý'], ['quoocs', 'quốc'], ['quaans', 'quấn'], ['giaf', 'già'], ['gif', 'gì'], ['ginf', 'gìn'], ['giuwax', 'giữa'],
	['muaw', 'mưa'], ['muwa', 'mưa'], ['cuar', 'của'], ['thuowr', 'thuở'], ['huowng', 'hương'], ['uwong', 'ương'], ['luuw', 'lưu'], ['guiwr', 'gửi'], ['hoawcj', 'hoặc'], ['khuyeens', 'khuyến'], ['khuyur', 'khuỷu'], ['ngoeor', 'ngoẻo'],
	['nghieeng', 'nghiêng'], ['DDAF NAWNGX', 'ĐÀ NẴNG'], ['DDaf Nawngx', 'Đà Nẵng'], ['Truwowngf Sa', 'Trường Sa'], ['tw', 'tư'], ['nhwngx', 'những'], ['asf', 'à'], ['asz', 'a'], ['asza', 'â'], ['aaw', 'ă'], ['awa', 'â'], ['oow', 'ơ'], ['owo', 'ô'],
], 'words by Telex', 'telex');
same([['hoaf', 'hoà'], ['khoer', 'khoẻ'], ['thuyr', 'thuỷ'], ['hoafn', 'hoàn'], ['quys', 'quý'], ['cuar', 'của'], ['mias', 'mía']], 'tones where schoolbooks put them', 'telex', 'new');
same([['tie6ng1', 'tiếng'], ['Vie65t', 'Việt'], ['d9u7o7ng2', 'đường'], ['duong972', 'đường'], ['nguoi72', 'người'], ['hoa85c', 'hoặc'], ['hoa2', 'hòa'], ['thuo73', 'thuở'], ['A1', 'Á'], ['D9a2 Na8ng4', 'Đà Nẵng']], 'words by VNI', 'vni');
same([['www', 'www'], ['Windows', 'Windows'], ['http', 'http'], ['Facebook', 'Facebook'], ['strong', 'strong'], ['2026', '2026'], ['s', 's'], ['w', 'w'], ['d', 'd'], ['ddd', 'dd'], ['str', 'str']], 'what is no Vietnamese is left alone, Telex', 'telex');
// Keys that would be tones and marks in Vietnamese, in words that are none: as soon as that is seen the keys stand there, at the latest at the word's end.
same(('excel Excel EXCEL windows word Word powerpoint PowerPoint user users email website software download desktop taskbar task text next font format chart filter server driver browser cursor google ' +
	'zoom paste insert sort color mouse laptop internet online update tweet two network team teams arial printer code house status course export import folder view website.vn user@example.vn').split(' ').map(w => [w, w]), 'English words by the keys of Telex', 'telex');
same([['mowr file excel xong', 'mở file excel xong'], ['user, maatj khaaur.', 'user, mật khẩu.'], ['ddawng nhaapj website', 'đăng nhập website']], 'English among Vietnamese', 'telex');
same([['user1', 'user1'], ['tie6ng1 Anh excel', 'tiếng Anh excel'], ['a59', 'a59']], 'English words among the keys of VNI', 'vni');
// What is taken back by hand stays as it is; real syllables stay, as with every such program: tét needs tesst.
same([['tesst', 'test'], ['boxx', 'box'], ['ass', 'as'], ['test', 'tét'], ['dowwn', 'down']], 'taken back by hand', 'telex');
// Abbreviations of offices, names of places, letters that are spoken of.
same([['QDD', 'QĐ'], ['HDDND', 'HĐND'], ['NDD-CP', 'NĐ-CP'], ['VNDD', 'VNĐ'], ['sddt', 'sđt'], ['20.000dd', '20.000đ'], ['DDT', 'ĐT'], ['HDDD', 'HDD'], ['add', 'add'], ['DDawks Lawks', 'Đắk Lắk'], ['DDawsk', 'Đắk'], ['DDawk Noong', 'Đăk Nông'],
	['chuwx aw, aa', 'chữ ă, â'], ['KHUYEENS', 'KHUYẾN'], ['uyr ban', 'ủy ban'], ['Uyr', 'Ủy']], 'abbreviations, places, letters', 'telex');
// Every rhyme with every tone it may have is typed as it is written, and not taken for English.
{
	const telex = {ă: 'aw', â: 'aa', ê: 'ee', ô: 'oo', ơ: 'ow', ư: 'uw'};
	const all = (`a ác ách am an ang anh áp át ắc ăm ăn ăng ắp ắt ấc âm ân âng ấp ất e éc em en eng ép ét ê ếch êm ên ênh ếp ết i ích im in inh íp ít o óc om on ong óp ót ô ốc ôm ôn ông ốp ốt ơ ơm ơn ớp ớt u úc um un ung úp út ư ức ừm ưng ứt y ` +
		`ia tiếc tiêm tiên tiếng tiếp tiết yếm yến yêng yết ua uốc buôm uôn uông tuốt ưa ước ươm ươn ương ướp ướt oa hoác hoách hoan hoang hoanh hoát hoắc hoăm hoăn hoăng hoắt hoe hoen hoét boóc xoong tuần khuâng tuất tuê tuếch tuềnh tuy tuých tuýnh tuýt tuýp ` +
		`tuyên tuyết thuở khuya ai ao au ay âu ây eo êu iu oi ôi ơi ui ưi ưu tiêu yêu hoai ngoao hoay ngoeo khuây tuôi tươi bươu khuỷu gì gìn giếng giết giữa quà quăng quân que quê quít quốc quơ quỳ quỳnh quyết quyển nghiêng ngoằn ngoèo`).split(' ');
	const tone = ['', 's', 'f', 'r', 'x', 'j'];
	const keysOf = word => [...word.normalize('NFD').replace(/[\u0300\u0301\u0303\u0309\u0323]/g, '').normalize('NFC')].map(l => telex[l] ?? l).join('').replace(/^(b|x)oo/, '$1ooo') + tone[Math.max(0, tones.findIndex(m => m && word.normalize('NFD').includes(m)))];
	same(all.map(word => [keysOf(word), word]), 'rhymes, the tone last', 'telex');
}
same([['2026', '2026'], ['IU01', 'IU01'], ['Windows 11', 'Windows 11'], ['b2', 'b2'], ['d99', 'd9'], ['a11', 'a1']], 'what is no Vietnamese is left alone, VNI', 'vni');

// ---- The caret in the middle

const middle = (word, caret, key, wanted, at) => {
	const made = press(word, caret, key, 'telex', 'old');
	check(made?.text === wanted && made?.caret === at, `${word} with ${key} after ${caret} letters is ${wanted}`, made);
};
middle('hoan', 3, 'f', 'hoàn', 3);
middle('tieng', 3, 'e', 'tiêng', 3);
middle('duong', 1, 'd', 'đuong', 1);
middle('duong', 3, 'w', 'dương', 3);
middle('hoàn', 4, 'f', 'hoanf', 5);
middle('hoàn', 2, 'f', 'hofan', 3);
check(press('', 0, 's', 'telex', 'old') === null && press('b', 0, 's', 'telex', 'old') === null, 'a tone before any vowel is a letter');

// ---- The calculator

const {calculate} = await load('player/tools/calculator.ts');
const sums = [['1+2×3', 7], ['(1+2)×3', 9], ['0,1+0,2', 0.3], ['7÷2', 3.5], ['200×25%', 50], ['−5+2', -3], ['2−−3', 5], ['1÷3', 0.333333333333], ['3.5*2', 7], ['', null], ['1÷0', null], ['1+', null], ['(1', null], ['1)', null], ['alert(1)', null], ['1 2', 12], ['1..2', null], ['%', null]];
const wrong = sums.filter(([text, wanted]) => calculate(text) !== wanted).map(([text]) => `${text} is ${calculate(text)}`);
check(!wrong.length, `the calculator calculates (${sums.length})`, wrong.join('\n'));
plan();
