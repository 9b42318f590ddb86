import { betaGeometricModel } from "./beta-geometric.js";

/** MBG/NBD (Batislam, Denizel & Filiztekin 2007): one may drop out after the first purchase as well, so one who never came back can be lost. */
export const mbgNbd = betaGeometricModel("mbg_nbd", 1);
