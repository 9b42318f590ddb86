import { betaGeometricModel } from "./beta-geometric.js";

/** BG/NBD (Fader, Hardie & Lee 2005): one may drop out after each repeat purchase, so P(alive) of one who never came back is 1. Not a score of churn: rank that by expected purchases. */
export const bgNbd = betaGeometricModel("bg_nbd", 0);
