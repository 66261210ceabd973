// Files that an item refers to: those of its version, and new ones, which are kept here until it is saved.
import type {FileOf} from './bank';

export interface NewFile {
	href: string; // as the item names it, below its own folder
	type: string;
	bytes: string; // base64
	hash: string;  // SHA-256, hexadecimal
	width?: number;
	height?: number;
}

export const FILE_MAX = 4 << 20;

const hex = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), b => b.toString(16).padStart(2, '0')).join('');

function base64(bytes: Uint8Array): string {
	let text = '';
	for (let i = 0; i < bytes.length; i += 0x8000)
		text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
	return btoa(text);
}

function bytesOf(file: NewFile): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(atob(file.bytes), c => c.charCodeAt(0));
}

// A name without what some system could not take.
function plain(name: string): string {
	return name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/[^a-z0-9.]+/g, '-').replace(/^[-.]+|[-.]+$/g, '').slice(-60) || 'tep';
}

async function sizeOf(file: File): Promise<{width?: number; height?: number}> {
	if (!file.type.startsWith('image/') || file.type === 'image/svg+xml')
		return {};
	try {
		const image = await createImageBitmap(file);
		return {width: image.width, height: image.height};
	} catch {
		return {}; // the server will say that it is no image
	}
}

export async function takeFile(file: File, taken: readonly string[]): Promise<NewFile> {
	const bytes = new Uint8Array(await file.arrayBuffer());
	let href = `media/${plain(file.name)}`;
	for (let n = 2; taken.includes(href); n++)
		href = `media/${n}-${plain(file.name)}`;
	return {href, type: file.type, bytes: base64(bytes), hash: hex(await crypto.subtle.digest('SHA-256', bytes)), ...await sizeOf(file)};
}

// Addresses of new files for the preview, each made once.
const addresses = new Map<string, string>();
export function addressOf(file: NewFile): string {
	let address = addresses.get(file.hash);
	if (!address)
		addresses.set(file.hash, address = URL.createObjectURL(new Blob([bytesOf(file)], {type: file.type})));
	return address;
}

// "img/a.png" from the item at "items/q.xml" is items/img/a.png; what leads out is nothing.
function resolve(from: string, href: string): string {
	const parts = from.split('/').slice(0, -1);
	for (const part of href.split('/'))
		if (part === '..')
			parts.pop();
		else if (part !== '.')
			parts.push(part);
	return parts.join('/');
}

// Where a picture that the item names may be fetched from.
export function addressOfHref(href: string, news: readonly NewFile[], files: readonly FileOf[]): string | undefined {
	const fresh = news.find(f => f.href === href);
	if (fresh)
		return addressOf(fresh);
	const self = files.find(f => f.role === 'document')?.path ?? '';
	let path = href;
	try {
		path = decodeURIComponent(href);
	} catch {
		// as it is written
	}
	const file = files.find(f => f.path === resolve(self, path));
	return file?.hash && `/api/bank/media/${file.hash}`;
}
