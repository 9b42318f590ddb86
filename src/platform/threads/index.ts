import { availableParallelism } from "node:os";
import type { Piscina } from "piscina";

/** One for the job that runs, one for a request beside it. */
const MOST = Math.min(2, availableParallelism());
/** A thread that nobody asked for so long ends, and gives its memory back. */
const IDLE_MS = 3000;
/** From source (tests, benches) there is no worker.js. */
const filename = new URL(import.meta.url.endsWith(".ts") ? "./from-source.mjs" : "./worker.js", import.meta.url).href;

let threads: Promise<Piscina> | undefined;

/** At first use: most commands never compute so much. */
async function start(): Promise<Piscina> {
  const { Piscina } = await import("piscina");
  const pool = new Piscina({
    minThreads: 0,
    maxThreads: MOST,
    idleTimeout: IDLE_MS,
    atomics: "disabled", // else an idle thread stands still, and what it has to print or throw waits for its next task
    recordTiming: false,
  });
  return pool.setMaxListeners(0); // one for everybody who waits
}

/**
 * What the function `name` of a module answers to `given`, computed in a thread, so that this one goes on answering requests.
 * A module tells its place by its own `import.meta.url`. Both ways is by structured clone: buffers in `transfer` are gone
 * here afterwards, and those of the answer are gone there. An error keeps its message and its stack, not its class: what a
 * user can mend is told apart before or after. Idle threads keep no process from ending.
 */
export async function inThread<T>(module: URL, name: string, given: unknown, transfer: ArrayBuffer[] = []): Promise<T> {
  threads ??= start();
  const pool = await threads;
  return new Promise<T>((resolve, reject) => {
    pool.once("error", reject); // a thread that fails at its start has taken no task, and only the pool hears of it
    void pool
      .run({ module: module.href, name, given }, { filename, transferList: transfer })
      .then(resolve, reject)
      .finally(() => {
        pool.off("error", reject);
        // a crash ends its thread, and the pool starts another only when it is asked: nobody is left waiting for that
        if (pool.queueSize > 0 && pool.threads.length < MOST) void pool.run(null, { filename, name: "nothing" });
      });
  });
}
