import type { Command } from "commander";
import { pathTo } from "../platform/cli/arguments.js";
import type { Cli } from "../platform/cli/index.js";
import { sayFits } from "./say-fits.js";
import type { ModelFits } from "./schema.js";

export function fitsCommands(program: Command, cli: Cli): void {
  program
    .command("fits")
    .description("what the last run of a model foretold by: parameters, how they fit, and how they held on the last part of the time")
    .argument("<model>", "name of the model")
    .action(async (model: string) => {
      const api = await cli.api();
      const fits = await api.get<ModelFits>(pathTo(["models", model, "fits"], {}));
      cli.print(fits, () => sayFits(fits, cli));
    });
}
