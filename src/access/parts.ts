/** What the whole needs of access beside routes and commands: the cycle asks who may start it, and acts for the operator by itself. */
export { audit } from "./audit.js";
export { demand } from "./permissions.js";
export { operator } from "./session.js";
