export { wordProblems } from "./check.js";
export { fillWords, ourBank } from "./filling.js";
export { messageCounts } from "./messages.js";
export { type Prepared, prepareMessages } from "./prepare.js";
export { addressees } from "./queries/addressees.js";
export { onTheirWay, preparedBefore, takeBack } from "./store.js";
export { placesOf, templatesInForce } from "./templates.js";
export { wallClock } from "./wall.js";
export type { Addressee, Wanted } from "./wanted.js";
