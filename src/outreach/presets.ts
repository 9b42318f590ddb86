import { presetsIn } from "../platform/presets.js";

const { names, text } = presetsIn("templates");

/** The texts that come with the product, by name. They do not change while it runs. */
export const presetTexts: ReadonlyMap<string, string> = new Map(names().map((name) => [name, text(name) ?? ""]));
