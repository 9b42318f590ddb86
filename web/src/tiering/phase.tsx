import { EyeOutlined, FallOutlined, RiseOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import type { Phase } from "../../../src/tiering/schema.js";
import type { TextKey } from "../texts.js";
import { useWords } from "../ui/words.js";

export const phaseTexts = {
  stable: "phase.stable",
  rising: "phase.rising",
  below: "phase.below",
  watch: "phase.watch",
} as const satisfies Record<Phase, TextKey>;

const signs = { rising: <RiseOutlined />, below: <FallOutlined />, watch: <EyeOutlined /> } as const;

/** Where a customer is between two tiers: a sign and a word; nothing of who is stable. */
export function PhaseTag({ phase }: { phase: Phase }): ReactNode {
  const { t } = useWords();
  if (phase === "stable") return null;
  return (
    <span className={`small nowrap ${phase === "rising" ? "good" : "bad"}`}>
      <span aria-hidden="true">{signs[phase]}</span> {t(phaseTexts[phase])}
    </span>
  );
}
