// Of tools/verify/page/scan.js, which browsers read as it is.
declare module '*/verify/page/scan.js' {
	export class Scanner {
		constructor(newWorker: () => Worker);
		photo(file: Blob): Promise<string | null>;
		camera(video: HTMLVideoElement): Promise<string | null>;
		stop(): void;
	}
}
