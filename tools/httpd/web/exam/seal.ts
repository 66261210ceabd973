// Papers that were fetched sealed are opened here (doc/papers.md).

const text = new TextEncoder();

export function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
	const out = new Uint8Array(hex.length / 2);
	for (let i = 0; i < out.length; i++) out[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
	return out;
}

/** nonce ‖ compressed text ‖ tag by AES-256-GCM, bound to the sitting and the ticket. Rejects when key, ticket or a byte is another, and where a browser cannot gunzip. */
export async function openPaper(sealed: ArrayBuffer, key: string, sitting: string, ticket: string): Promise<string> {
	const aes = await crypto.subtle.importKey('raw', bytesOfHex(key), 'AES-GCM', false, ['decrypt']);
	const algorithm = { name: 'AES-GCM', iv: sealed.slice(0, 12), additionalData: text.encode(`${sitting}\n${ticket}`) };
	const packed = await crypto.subtle.decrypt(algorithm, aes, sealed.slice(12));
	return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}
