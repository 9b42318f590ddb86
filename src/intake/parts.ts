export { writeSampleBank } from "./sample/index.js";
export { settleImports as onOpen } from "./settle.js";
export { tables } from "./tables.js";
