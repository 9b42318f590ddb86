import { type Command, InvalidArgumentError } from "commander";
import { limit, pathTo } from "../platform/cli/arguments.js";
import type { Cli } from "../platform/cli/index.js";
import { sayNear } from "./say-near.js";
import { MOST_WITHIN, type Near } from "./schema.js";

/** '10%' or '0.1'. */
const share = (value: string): number => {
  const found = /^(\d{1,2}(?:\.\d+)?)%$/.exec(value);
  const told = found === null ? (/^0?\.\d+$/.test(value) ? Number(value) : 0) : Number((Number(found[1]) / 100).toFixed(6));
  if (told <= 0 || told > MOST_WITHIN) throw new InvalidArgumentError("5%, 10% … 50%");
  return told;
};

export function nearCommands(program: Command, cli: Cli): void {
  program
    .command("near")
    .description("who is a small step of one measure below a better tier, the nearest first, and what it would bring and cost if they rose")
    .argument("<model>", "name of the model")
    .option("--within <share>", "how small a step, as a share of the measure: 10%; of whole numbers at least one", share, 0.1)
    .option("--tier <tier>", "only who would rise to this tier")
    .option("--measure <measure>", "only whom this measure would raise")
    .option("--limit <n>", "how many", limit, 20)
    .option("--cursor <cursor>", "`next` of the page before")
    .action(async (model: string, options: Record<string, string | number>) => {
      const api = await cli.api();
      const near = await api.get<Near>(pathTo(["models", model, "near"], options));
      cli.print(near, () => sayNear(near, cli));
    });
}
