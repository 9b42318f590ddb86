export { moment } from "./cells.js";
export { type Fault, type Read, readTable, type Table } from "./table.js";
