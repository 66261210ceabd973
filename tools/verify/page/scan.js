// Reads QR codes from pictures and from a camera. The reader itself (jsQR, the only part of this page that is from elsewhere) is fetched when it is asked for
// and runs in a worker: it is given pictures, and gives text.

const SIZES = [1600, 1000, 2600, 600], PAUSE_MS = 120, FRAME = 900; // pixels of the longer side, in the order in which they are tried

export class Scanner {
	// newWorker: () => Worker
	constructor(newWorker) {
		this.newWorker = newWorker;
		this.waiting = new Map();
		this.next = 0;
	}

	ask(picture) {
		this.worker ??= this.start();
		const id = this.next++;
		return new Promise((resolve, reject) => {
			this.waiting.set(id, {resolve, reject});
			this.worker.postMessage({id, data: picture.data.buffer, width: picture.width, height: picture.height}, [picture.data.buffer]);
		});
	}

	start() {
		const worker = this.newWorker();
		worker.addEventListener('message', ({data: {id, text}}) => {
			this.waiting.get(id)?.resolve(text);
			this.waiting.delete(id);
		});
		worker.addEventListener('error', event => {
			event.preventDefault();
			for (const {reject} of this.waiting.values())
				reject(new Error('the QR reader could not be started'));
			this.waiting.clear();
		});
		return worker;
	}

	// The picture with that longer side at most. source: an ImageBitmap or a video.
	draw(source, width, height, longer) {
		const scale = Math.min(1, longer / Math.max(width, height));
		this.canvas ??= document.createElement('canvas');
		this.canvas.width = Math.max(1, Math.round(width * scale));
		this.canvas.height = Math.max(1, Math.round(height * scale));
		const context = this.canvas.getContext('2d', {willReadFrequently: true});
		context.drawImage(source, 0, 0, this.canvas.width, this.canvas.height);
		return context.getImageData(0, 0, this.canvas.width, this.canvas.height);
	}

	// The text of a QR code in a picture file, or null; throws when it is no picture.
	async photo(file) {
		const bitmap = await createImageBitmap(file);
		const sizes = SIZES.filter((size, i) => i === 0 || size < Math.max(bitmap.width, bitmap.height));
		try {
			for (const size of sizes) {
				const text = await this.ask(this.draw(bitmap, bitmap.width, bitmap.height, size));
				if (text)
					return text;
			}
			return null;
		} finally {
			bitmap.close();
		}
	}

	// Shows the camera in a video element until a code is seen, whose text it gives, or stop() is called: null. Throws when there is no camera, or no leave to use it.
	async camera(video) {
		const stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'environment', width: {ideal: 1280}}});
		const native = 'BarcodeDetector' in globalThis ? new BarcodeDetector({formats: ['qr_code']}) : null;
		this.stopped = false;
		try {
			video.srcObject = stream;
			await video.play();
			while (!this.stopped) {
				const text = (await native?.detect(video).catch(() => []))?.[0]?.rawValue ||
					(video.videoWidth ? await this.ask(this.draw(video, video.videoWidth, video.videoHeight, FRAME)) : null);
				if (text)
					return text;
				await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
			}
			return null;
		} finally {
			stream.getTracks().forEach(track => track.stop());
			video.srcObject = null;
		}
	}

	stop() {
		this.stopped = true;
	}
}
