import { Select } from "antd";
import type { ReactNode } from "react";
import { useNarrow } from "../ui/narrow.js";
import { useWords } from "../ui/words.js";

interface BranchFieldProps {
  branches: readonly (string | null)[];
  branch: string | undefined;
  onChoose: (branch: string | undefined) => void;
}

/** One branch of those in view, or all; one that is named and not among them can be seen and taken off. */
export function BranchField({ branches, branch, onChoose }: BranchFieldProps): ReactNode {
  const { t } = useWords();
  const narrow = useNarrow();
  const named = branches.flatMap((one) => (one === null ? [] : [one]));
  return (
    <Select
      aria-label={t("portfolio.branch")}
      style={{ width: narrow ? "100%" : 200 }}
      allowClear
      placeholder={t("portfolio.every_branch")}
      value={branch ?? null}
      onChange={(chosen: string | null | undefined) => onChoose(chosen ?? undefined)}
      options={(branch === undefined || named.includes(branch) ? named : [branch, ...named]).map((one) => ({ value: one, label: one }))}
    />
  );
}
