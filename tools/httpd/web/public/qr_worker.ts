// The QR reader: a picture in, the text of the code in it out, or null.
import jsQR from 'jsqr';

interface Asked {
	id: number;
	data: ArrayBuffer;
	width: number;
	height: number;
}

addEventListener('message', (event: MessageEvent<Asked>) => {
	const {id, data, width, height} = event.data;
	const found = jsQR(new Uint8ClampedArray(data), width, height, {inversionAttempts: 'attemptBoth'});
	postMessage({id, text: found?.data || null});
});
