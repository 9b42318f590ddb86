import { b2b } from "./b2b.js";
import { community } from "./community.js";
import type { Institution } from "./enrol.js";
import { membership } from "./membership.js";
import { shop } from "./shop.js";
import { telecom } from "./telecom.js";

/** The sample institutions beside the bank, by the name of the command line. */
export const institutions = { telecom, shop, b2b, membership, community } as const satisfies Record<string, Institution>;
