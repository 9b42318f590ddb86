export { importFiles } from "./import.js";
export { listMappings, mappingOf } from "./mappings.js";
export { settleImports } from "./settle.js";
export { tables } from "./tables.js";
