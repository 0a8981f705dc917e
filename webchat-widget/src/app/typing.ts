/** Tells the hub that the visitor is writing, now and then, and once when they have stopped. */

const AGAIN = 3_000;
const ENDS = 5_000;

export class Typing {
  private timer = 0;
  private since = 0;
  private readonly tell: (on: boolean) => void;

  constructor(tell: (on: boolean) => void) {
    this.tell = tell;
  }

  /** A key was pressed in the message field. */
  typed(empty: boolean): void {
    clearTimeout(this.timer);
    if (empty) return this.stopped();
    if (Date.now() - this.since > AGAIN) {
      this.since = Date.now();
      this.tell(true);
    }
    this.timer = setTimeout(() => this.stopped(), ENDS);
  }

  stopped(): void {
    clearTimeout(this.timer);
    if (this.since === 0) return;
    this.since = 0;
    this.tell(false);
  }
}
