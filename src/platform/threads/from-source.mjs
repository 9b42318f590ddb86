/** What a thread runs where there is no build. Node 20 does not heed `--import` of a thread: the loader of TypeScript is registered here. */
import { register } from "tsx/esm/api";

register();
const worker = await import("./worker.ts");

export default worker.default;
export const { nothing } = worker;
