import type { ReactNode } from "react";
import type { Problem } from "../../../src/platform/schema.js";
import { ProblemList } from "../ui/states.js";
import { useWords } from "../ui/words.js";

/** A plan in force that its model or a template no longer fits: what that means, and what is wrong. */
export function Unfit({ problems }: { problems: readonly Problem[] }): ReactNode {
  const { t } = useWords();
  return (
    <>
      <p className="note">{t("service.plan_unfit")}</p>
      <ProblemList problems={problems} />
    </>
  );
}
