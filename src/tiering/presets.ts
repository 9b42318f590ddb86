import { presetsIn } from "../platform/presets.js";
import type { Text } from "../platform/schema.js";
import { checkModel } from "./check.js";

/** The models that come with the product. */
export const { names: presetNames, text: presetText } = presetsIn("models");

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
