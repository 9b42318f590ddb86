import type { Progress } from "../schema.js";

interface Change {
  happened: Promise<void>;
  cancel(): void;
}

/** Progress of the jobs of this process, and who waits for news of them. */
export class Bell {
  readonly #progress = new Map<string, Progress>();
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #due = new Map<string, NodeJS.Timeout>();
  readonly #every: number;

  constructor(every: number) {
    this.#every = every;
  }

  latest(id: string): Progress | null {
    return this.#progress.get(id) ?? null;
  }

  progress(id: string, progress: Progress): void {
    this.#progress.set(id, progress);
    if (this.#waiting.has(id) && !this.#due.has(id)) this.#due.set(id, setTimeout(() => this.ring(id), this.#every).unref());
  }

  /** Tell everybody who waits. */
  ring(id: string): void {
    clearTimeout(this.#due.get(id));
    this.#due.delete(id);
    const waiting = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    for (const wake of waiting) wake();
  }

  /** The job has ended: its last word is in the table. */
  forget(id: string): void {
    this.#progress.delete(id);
    this.ring(id);
  }

  /** The next change, or the end of patience. */
  listen(id: string, waitMs: number): Change {
    let wake = (): void => undefined;
    const happened = new Promise<void>((resolve) => {
      const patience = setTimeout(() => wake(), waitMs);
      wake = () => {
        clearTimeout(patience);
        const others = this.#waiting.get(id);
        others?.delete(wake);
        if (others?.size === 0) this.#waiting.delete(id);
        resolve();
      };
    });
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(wake));
    return { happened, cancel: wake };
  }

  close(): void {
    for (const id of this.#waiting.keys()) this.ring(id);
  }
}
