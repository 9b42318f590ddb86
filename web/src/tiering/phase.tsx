import "../ui/no-eval.js";

import { EyeOutlined, FallOutlined, RiseOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { type Phase, phaseLabels } from "../../../src/tiering/schema.js";
import { useWords } from "../ui/words.js";

const signs = { rising: <RiseOutlined />, below: <FallOutlined />, watch: <EyeOutlined /> } as const;

/** Where a customer is between two tiers: a sign and a word; nothing of who is stable. */
export function PhaseTag({ phase }: { phase: Phase }): ReactNode {
  const { say } = useWords();
  if (phase === "stable") return null;
  return (
    <span className={`small nowrap ${phase === "rising" ? "good" : "bad"}`}>
      <span aria-hidden="true">{signs[phase]}</span> {say(phaseLabels[phase])}
    </span>
  );
}
