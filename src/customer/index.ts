export { customerByPublicId, type Profile, shownName, shownTo, shownWords } from "./page.js";
export { noteSightings, resolveParties } from "./parties.js";
export { refreshProfiles } from "./profile.js";
export { customersInSight, saidYes } from "./sight.js";
