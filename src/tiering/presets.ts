import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Text } from "../platform/schema.js";
import { checkModel } from "./check.js";

const folder = fileURLToPath(new URL("../../presets/models/", import.meta.url));

/** Names of the models that come with the product. */
export function presetNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}

/** The text of a preset, or undefined when there is none of that name. */
export function presetText(name: string): string | undefined {
  return presetNames().includes(name) ? readFileSync(`${folder}${name}.yaml`, "utf8") : undefined;
}

let listed: { name: string; title: Text; about: Text | null }[] | undefined;

/** Every preset with what it says of itself. To read and check them all takes 60 ms: it is done once. */
export function listPresets(): { name: string; title: Text; about: Text | null }[] {
  listed ??= presetNames().map((name) => {
    const { plan } = checkModel(presetText(name) ?? "", `${name}.yaml`);
    if (plan === undefined) throw new Error(`the preset ${name} does not pass its own check`);
    return { name, title: plan.title, about: plan.about };
  });
  return listed;
}
