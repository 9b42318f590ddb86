export { tables } from "./tables.js";
