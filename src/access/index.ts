export { audit, listAudit, sealAudit, verifyAudit } from "./audit.js";
export { demand, may } from "./permissions.js";
export { actorOfToken, operator, signIn, signOut } from "./session.js";
export { addUser, disableUser, listUsers } from "./users.js";
