import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The YAML files of one kind that come with the product, by name. */
export interface PresetFiles {
  names(): string[];
  /** Undefined: there is none of that name. */
  text(name: string): string | undefined;
}

const ENDING = ".yaml";

/** Those of `presets/<folder>`. */
export function presetsIn(folder: string): PresetFiles {
  const path = fileURLToPath(new URL(`../../presets/${folder}/`, import.meta.url));
  const names = (): string[] =>
    readdirSync(path)
      .flatMap((file) => (file.endsWith(ENDING) ? [file.slice(0, -ENDING.length)] : []))
      .sort();
  return { names, text: (name) => (names().includes(name) ? readFileSync(`${path}${name}${ENDING}`, "utf8") : undefined) };
}
