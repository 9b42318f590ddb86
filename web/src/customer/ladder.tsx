import { ArrowLeftOutlined, CheckOutlined, CloseOutlined, QuestionOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import type { Clause, Explanation, ModelVersion } from "../../../src/tiering/schema.js";
import { useFigures } from "../ui/figures.js";
import { TierTag, tierStyle } from "../ui/tier.js";
import { useWords } from "../ui/words.js";

/** Every tier, best first, with its condition taken apart: which comparison held, which failed, and by what figure. */
export function Ladder({ model, explanation }: { model: ModelVersion; explanation: Explanation }): ReactNode {
  const { t } = useWords();
  return (
    <ol className="ladder">
      {explanation.tiers.map((tier) => {
        const only = tier.clauses.length === 1 ? tier.clauses[0] : undefined;
        const decided = tier.id === explanation.grade;
        return (
          <li key={tier.id} className={decided ? "decided" : ""} style={tierStyle(tier.id, model.tiers)}>
            <div className="row">
              <TierTag id={tier.id} rungs={model.tiers} />
              {(tier.when !== null || decided) && <Mark holds={tier.holds} />}
              {decided && (
                <span className="strong">
                  <ArrowLeftOutlined /> {t("customer.decided")}
                </span>
              )}
              {tier.when === null ? <span className="muted small">{t("customer.otherwise")}</span> : <code className="muted">{tier.when}</code>}
              {only && <Actual clause={only} model={model} />}
            </div>
            {only === undefined && tier.clauses.length > 0 && (
              <ul className="clauses">
                {tier.clauses.map((clause) => (
                  <ClauseLine key={clause.text} clause={clause} model={model} />
                ))}
              </ul>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** A sign and a word: neither colour nor shape alone carries it. */
function Mark({ holds }: { holds: boolean | null }): ReactNode {
  const { t } = useWords();
  const [sign, word, tone] =
    holds === null
      ? ([<QuestionOutlined key="unknown" />, "customer.unknown", "muted"] as const)
      : holds
        ? ([<CheckOutlined key="holds" />, "customer.holds", "good"] as const)
        : ([<CloseOutlined key="fails" />, "customer.fails", "muted"] as const);
  return (
    <span className={`small ${tone} nowrap`}>
      <span className="mark" aria-hidden="true">
        {sign}
      </span>
      {t(word)}
    </span>
  );
}

function ClauseLine({ clause, model }: { clause: Clause; model: ModelVersion }): ReactNode {
  return (
    <li>
      <Mark holds={clause.holds} />
      <code>{clause.text}</code>
      <Actual clause={clause} model={model} />
    </li>
  );
}

function Actual({ clause, model }: { clause: Clause; model: ModelVersion }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const unit = model.columns.find((column) => column.name === clause.figure)?.unit ?? "number";
  const actual = figures.figure(clause.actual, unit);
  // A threshold that is computed, as a mean is, does not stand in the condition itself.
  const computed = typeof clause.required === "number" && clause.text.includes("(");
  return (
    <span className="small">
      {computed ? t("customer.actual_against", { actual, required: figures.number(clause.required, 2) }) : t("customer.actual", { actual })}
    </span>
  );
}
