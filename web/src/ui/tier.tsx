import type { CSSProperties, ReactNode } from "react";
import type { Text } from "../../../src/platform/schema.js";
import { tierColour } from "./theme.js";
import { useWords } from "./words.js";

export type Rungs = readonly { id: string; title: Text }[];

/** The tier's colour by its rank on its ladder, as a custom property for borders and fills. */
export function tierStyle(id: string, rungs: Rungs): CSSProperties {
  return { "--tier": colourOf(id, rungs) } as CSSProperties;
}

export function colourOf(id: string, rungs: Rungs): string {
  return tierColour(
    rungs.findIndex((rung) => rung.id === id),
    rungs.length,
  );
}

/** A tier by name, with its rank in its colour: the same everywhere, and clear without colour. */
export function TierTag({ id, rungs }: { id: string; rungs: Rungs }): ReactNode {
  const { say } = useWords();
  const rank = rungs.findIndex((rung) => rung.id === id);
  const rung = rungs[rank];
  return (
    <span className="tier">
      <i aria-hidden="true" style={{ background: colourOf(id, rungs) }}>
        {rank < 0 ? "·" : rank + 1}
      </i>
      <span>{rung === undefined ? id : say(rung.title)}</span>
    </span>
  );
}
