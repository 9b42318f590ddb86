import type { Path } from "../../platform/document/index.js";
import { didYouMean } from "../../platform/expression/index.js";
import type { Text } from "../../platform/schema.js";
import { fitFor, fitOf, originOf } from "../lower.js";
import { foretells } from "../plan.js";
import { FitModel, type ForetoldTake, type Measure } from "../schema.js";

type Say = (path: Path, code: string, message: Text, hint?: Text) => void;
type Sound = Partial<Measure>;

/** What a way to foretell asks for and takes beside its fact. */
interface Asks {
  facts: readonly string[];
  horizon: boolean;
  value: boolean;
}

const asks = {
  lifetime_value: { facts: ["transaction", "holding"], horizon: true, value: true },
  expected_purchases: { facts: ["transaction"], horizon: true, value: false },
  probability_alive: { facts: ["transaction"], horizon: false, value: false },
  expected_spend: { facts: ["transaction"], horizon: false, value: false },
  survival: { facts: ["holding"], horizon: true, value: false },
} as const satisfies Record<ForetoldTake, Asks>;

const example: Text = {
  zh: "例如 of: transaction, take: lifetime_value, fit: mbg_nbd + gamma_gamma, horizon: 12 months, margin: 0.3, discount: 0.1",
  en: "for example of: transaction, take: lifetime_value, fit: mbg_nbd + gamma_gamma, horizon: 12 months, margin: 0.3, discount: 0.1",
};

const purchaseModels: readonly FitModel[] = ["bg_nbd", "mbg_nbd", "pareto_nbd"];

/** The models a figure has to be fitted by, one of each list. */
function neededBy(take: ForetoldTake, fact: string): readonly (readonly FitModel[])[] {
  if (fact === "holding") return [["kaplan_meier"]];
  if (take === "expected_spend") return [["gamma_gamma"]];
  return take === "lifetime_value" ? [purchaseModels, ["gamma_gamma"]] : [purchaseModels];
}

/** Everything wrong with how a measure foretells; of one that does not, with what only foretelling takes. */
export function checkForetold(sound: Sound & { of: string }, path: Path, say: Say, broken: (field: keyof Measure) => boolean): void {
  const { take } = sound;
  if (take === undefined) return;
  if (!foretells(take)) {
    for (const key of ["fit", "horizon", "margin", "discount", "every"] as const)
      if (sound[key] !== undefined) say([...path, key], "tiering.foretelling_only", { zh: `${take} 不用 ${key}`, en: `${take} takes no ${key}` }, example);
    return;
  }
  const { fact, column } = originOf(sound.of);
  const { facts, horizon, value }: Asks = asks[take];
  if (!facts.includes(fact) || (column !== null && column !== "amount")) {
    say([...path, "of"], "tiering.foretold_of", { zh: `${take} 只用于 ${facts.join("、")}`, en: `${take} is for ${facts.join(" and ")}` }, example);
    return;
  }
  if (sound.over !== undefined)
    say([...path, "over"], "tiering.foretold_over", { zh: `${take} 看全部历史，没有 over`, en: `${take} looks at all history and has no \`over\`` }, example);
  if (horizon && sound.horizon === undefined && !broken("horizon"))
    say(path, "tiering.needs_horizon", { zh: `${take} 需要 horizon`, en: `${take} needs \`horizon\`` }, example);
  if (!horizon && sound.horizon !== undefined)
    say([...path, "horizon"], "tiering.foretelling_only", { zh: `${take} 不用 horizon`, en: `${take} takes no horizon` }, example);
  const contracts = value && fact === "holding";
  const everyHint = { zh: "例如 every: 1 month", en: "for example every: 1 month" };
  if (contracts && sound.every === undefined && !broken("every"))
    say(
      path,
      "tiering.needs_every",
      { zh: "合约的 lifetime_value 需要 every（多久支付一次）", en: "lifetime_value of contracts needs `every`: how often they are paid" },
      everyHint,
    );
  if (!contracts && sound.every !== undefined)
    say(
      [...path, "every"],
      "tiering.foretelling_only",
      { zh: "every 只用于合约的 lifetime_value", en: "`every` is for lifetime_value of contracts" },
      everyHint,
    );
  for (const key of ["margin", "discount"] as const) checkShare(sound, key, value, path, say);
  checkFit(sound, take, fact, path, say);
}

function checkShare(sound: Sound, key: "margin" | "discount", taken: boolean, path: Path, say: Say): void {
  const share = sound[key];
  if (share === undefined) return;
  if (!taken) say([...path, key], "tiering.foretelling_only", { zh: `${key} 只用于 lifetime_value`, en: `${key} is for lifetime_value` }, example);
  else if (!(share >= 0 && share <= 1 && (share > 0 || key === "discount")))
    say(
      [...path, key],
      "tiering.bad_share",
      { zh: `${key} 为 ${share}，应为 0 到 1 之间的比例`, en: `${key} is ${share}: it has to be a share between 0 and 1` },
      { zh: "30% 写成 0.3", en: "30 per cent is 0.3" },
    );
}

function checkFit({ fit }: Sound, take: ForetoldTake, fact: string, path: Path, say: Say): void {
  if (fit === undefined) return;
  const { others } = fitOf(fit);
  for (const other of others)
    say(
      [...path, "fit"],
      "tiering.unknown_fit",
      { zh: `没有名为“${other}”的模型`, en: `there is no model named ${other}` },
      didYouMean(other, FitModel.options),
    );
  if (others.length > 0) return;
  const models = fitFor(take, fact, fit);
  const needed = neededBy(take, fact);
  const served = needed.every((those) => models.filter((one) => those.includes(one)).length === 1) && models.length === needed.length;
  if (served) return;
  const words = needed.map((those) => those.join(" / ")).join(" + ");
  say([...path, "fit"], "tiering.wrong_fit", { zh: `${take} 需要 ${words}`, en: `${take} is fitted by ${words}` }, example);
}
