import { inspect } from "node:util";
import { move, transferableSymbol, valueSymbol } from "piscina";

interface Task {
  module: string;
  name: string;
  given: unknown;
}

/** The buffers below a value, each once. */
function buffersOf(value: unknown, seen = new Set<object>()): ArrayBuffer[] {
  if (typeof value !== "object" || value === null) return [];
  const held = ArrayBuffer.isView(value) ? value.buffer : value;
  if (seen.has(held)) return [];
  seen.add(held);
  if (held instanceof ArrayBuffer) return [held];
  return held instanceof SharedArrayBuffer ? [] : Object.values(held).flatMap((part) => buffersOf(part, seen));
}

/** Made anew: errors of some classes do not pass between threads, and the pool takes a thrown null for an answer. */
function passable(thrown: unknown): Error {
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(inspect(thrown));
  return Object.assign(new Error(message), { name, stack });
}

/** What a thread does with a task: one function of one module, whose answer is given away with its buffers. */
export default async function work({ module, name, given }: Task): Promise<unknown> {
  try {
    const found = ((await import(module)) as Record<string, unknown>)[name];
    if (typeof found !== "function") throw new Error(`${module} exports no function ${name}`);
    const value: unknown = await (found as (given: unknown) => unknown)(given);
    const buffers = buffersOf(value);
    return buffers.length === 0 ? value : move({ [transferableSymbol]: buffers, [valueSymbol]: value as object });
  } catch (error) {
    throw passable(error);
  }
}

/** Asked to have a thread started. */
export const nothing = (): undefined => undefined;

// what fails outside of a task, such as an answer that cannot be cloned, ends the thread: with its message
process.on("uncaughtException", (error) => {
  throw passable(error);
});
