import { Select } from "antd";
import type { ReactNode } from "react";
import type { ModelVersion } from "../../../src/tiering/schema.js";
import { useWords } from "../ui/words.js";

interface ModelSwitchProps {
  models: readonly ModelVersion[] | undefined;
  model: string | undefined;
  onChoose: (model: string) => void;
}

/** Which model's tiers the page speaks of. */
export function ModelSwitch({ models, model, onChoose }: ModelSwitchProps): ReactNode {
  const { t, say } = useWords();
  return (
    <Select
      aria-label={t("ui.model")}
      style={{ width: 220, maxWidth: "100%" }}
      loading={models === undefined}
      value={model ?? null}
      onChange={(chosen) => chosen !== null && onChoose(chosen)}
      options={(models ?? []).map((one) => ({ value: one.model, label: say(one.title) }))}
    />
  );
}
