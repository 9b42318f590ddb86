import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../presets/templates/", import.meta.url));

/** The texts that come with the product, by name. They do not change while it runs. */
export const presetTexts: ReadonlyMap<string, string> = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => [file.slice(0, -".yaml".length), readFileSync(`${folder}${file}`, "utf8")]),
);
