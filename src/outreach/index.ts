export { checkTemplate, wordProblems } from "./check.js";
export { fillWords, ourBank } from "./filling.js";
export { messageCounts, messagesOfCustomer } from "./messages.js";
export { isPlace, type PlaceName, placeNames, places } from "./places.js";
export { type Prepared, type PrepareOptions, prepareMessages } from "./prepare.js";
export { addressees } from "./queries/addressees.js";
export { placesOf, templateInForce, templatesInForce } from "./templates.js";
export { wallClock } from "./wall.js";
export type { Addressee, Wanted } from "./wanted.js";
