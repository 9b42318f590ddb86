import type { Text } from "../../platform/schema.js";
import type { FitModel } from "../schema.js";

/** What the models are called. */
export const modelTitles = {
  bg_nbd: { zh: "BG/NBD", en: "BG/NBD" },
  mbg_nbd: { zh: "MBG/NBD", en: "MBG/NBD" },
  pareto_nbd: { zh: "Pareto/NBD", en: "Pareto/NBD" },
  gamma_gamma: { zh: "Gamma-Gamma", en: "Gamma-Gamma" },
  kaplan_meier: { zh: "Kaplan–Meier", en: "Kaplan–Meier" },
} as const satisfies Record<FitModel, Text>;
