import { b2b } from "./b2b.js";
import type { Institution } from "./enrol.js";
import { shop } from "./shop.js";
import { telecom } from "./telecom.js";

/** The sample institutions beside the bank, by the name of the command line. */
export const institutions = { telecom, shop, b2b } as const satisfies Record<string, Institution>;
