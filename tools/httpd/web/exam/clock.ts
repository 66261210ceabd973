// The exam's clock is the server's. Between its answers a steady clock of this machine counts; what the wall clock says is never believed, only watched:
// when the two drift apart the machine slept, or somebody set its clock, and the server is to be asked.

export interface KeptClock {
	examMs: number;
	wallMs: number;
}

/** A moment of this machine, by both its clocks. */
export interface Mark {
	steady: number;
	wall: number;
}

const JUMP_MS = 1500;
const DRIFT = 200e-6; // of a cheap quartz, so that a precise sample of long ago does not win for ever

export class ExamClock {
	private base = NaN; // exam clock − steady clock
	private doubt = Infinity; // half a round trip of the sample that is in force
	private at = 0;
	private apart = NaN; // wall − steady
	private floor = -Infinity; // it never goes back

	constructor(
		private readonly steady: () => number,
		private readonly wall: () => number,
	) {}

	/** nowMs was said by an answer to what was sent and got at those moments of the steady clock. */
	sample(nowMs: number, sent: number, got: number): void {
		const doubt = Math.max(0, (got - sent) / 2);
		if (doubt <= this.doubt + (got - this.at) * DRIFT || this.jumped()) {
			this.base = nowMs + doubt - got;
			this.doubt = doubt;
			this.at = got;
		}
		this.apart = this.wall() - this.steady();
	}

	get known(): boolean {
		return !Number.isNaN(this.base);
	}

	/** Has the server said it since the page was loaded? Else it is the wall clock's guess, by which nobody is shut out. */
	get certain(): boolean {
		return this.doubt < Infinity;
	}

	/** Exam clock now; NaN until the first sample. */
	now(): number {
		if (!this.known) return NaN;
		const now = Math.max(this.floor, Math.round(this.base + this.steady()));
		if (this.certain) this.floor = now; // a guess may have been too late
		return now;
	}

	/** Slept, or was set: the server is to be asked before the time is shown as certain. */
	jumped(): boolean {
		return !Number.isNaN(this.apart) && Math.abs(this.wall() - this.steady() - this.apart) > JUMP_MS;
	}

	/** Does now() say what the server would? */
	get sure(): boolean {
		return this.certain && !this.jumped();
	}

	mark(): Mark {
		return { steady: this.steady(), wall: this.wall() };
	}

	/** When that was by the exam's clock; NaN where that cannot be said for sure: this machine slept since, or its clock was set. */
	when(mark: Mark): number {
		const gone = this.steady() - mark.steady;
		return this.sure && Math.abs(this.wall() - mark.wall - gone) <= JUMP_MS ? this.now() - gone : NaN;
	}

	/** How long ago that moment of the exam's clock was. */
	age(examMs: number): number {
		return this.known ? Math.max(0, this.now() - examMs) : 0;
	}

	keep(): KeptClock {
		return { examMs: this.now(), wallMs: this.wall() };
	}

	/** After a reload without network: a guess, by the wall clock, that the first sample replaces. Never earlier than what was known. */
	restore(kept: KeptClock): void {
		if (this.known) return;
		const gone = this.wall() - kept.wallMs;
		this.base = kept.examMs + (gone > 0 && gone < 6 * 3600e3 ? gone : 0) - this.steady();
		this.floor = kept.examMs;
		this.doubt = Infinity;
	}
}
