import type { ReactNode } from "react";
import type { Explanation, ModelVersion } from "../../../src/tiering/schema.js";
import { PhaseTag } from "../tiering/phase.js";
import { useFigures } from "../ui/figures.js";
import type { Unit } from "../ui/format.js";
import { useNarrow } from "../ui/narrow.js";
import { Section } from "../ui/page.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { Ladder } from "./ladder.js";

interface WhyProps {
  model: ModelVersion;
  explanation: Explanation;
}

/** Why this tier: the figures, the ladder with what held and what failed, the next step up, and how it came to be. */
export function Why({ model, explanation }: WhyProps): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { version, run, as_of } = explanation;
  return (
    <>
      <Section title={t("customer.why")} aside={<span className="small muted">{t("customer.run_line", { version, run, day: figures.day(as_of) })}</span>}>
        {explanation.held !== null && (
          <p className="held">
            <PhaseTag phase={explanation.phase} /> {say(explanation.held)}
          </p>
        )}
        <p className="note" style={{ marginBottom: 6 }}>
          {t("customer.ladder_about")}
        </p>
        <Ladder model={model} explanation={explanation} />
        {explanation.saving && <StepLine title={t("customer.saving")} step={explanation.saving} told="customer.saving_more" model={model} />}
        {!sameStep(explanation) && <StepLine title={t("customer.next")} step={explanation.next} told="customer.next_more" model={model} />}
      </Section>
      <Section
        title={t("customer.figures")}
        aside={
          explanation.changes && (
            <span className="small muted">
              {t(explanation.changes.figures.length === 0 ? "customer.unchanged_since" : "customer.changed_since", {
                day: figures.day(explanation.changes.since),
              })}
            </span>
          )
        }
      >
        <Figures explanation={explanation} />
        <Contributions model={model} explanation={explanation} />
      </Section>
    </>
  );
}

function Figures({ explanation }: { explanation: Explanation }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const narrow = useNarrow();
  return (
    <div className="scroll-x">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("customer.figure")}</th>
            <th scope="col" className="right">
              {t("customer.value")}
            </th>
            {!narrow && <th scope="col">{t("customer.how")}</th>}
          </tr>
        </thead>
        <tbody>
          {explanation.figures.map((one) => (
            <tr key={one.name}>
              <th scope="row">
                {say(one.title)}
                {narrow && <div className="small muted">{say(one.how)}</div>}
              </th>
              <td className="right nowrap strong">
                {figures.figure(one.value, one.unit as Unit)}
                {one.unit === "days" && one.value !== null ? ` ${t("ui.days")}` : ""}
                <Before explanation={explanation} figure={one} />
              </td>
              {!narrow && <td className="small muted">{say(one.how)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a figure was at the run before, where it was another. */
function Before({ explanation, figure }: { explanation: Explanation; figure: Explanation["figures"][number] }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const change = explanation.changes?.figures.find((one) => one.name === figure.name);
  if (change === undefined) return null;
  return <div className="small muted">{t("customer.was", { value: figures.figure(change.from, figure.unit as Unit) })}</div>;
}

function Contributions({ model, explanation }: WhyProps): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { contributions, score } = explanation;
  if (contributions.length === 0 || score === null) return null;
  const titleOf = (name: string): string => {
    const column = model.columns.find((one) => one.name === name);
    return column ? say(column.title) : name;
  };
  return (
    <>
      <h3 style={{ marginTop: 12 }}>{t("customer.contributions")}</h3>
      <table className="plain">
        <tbody>
          {contributions.map((one) => (
            <tr key={one.name}>
              <th scope="row">{titleOf(one.name)}</th>
              <td className="right">{figures.number(one.value, 4)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("customer.total")}</th>
            <td className="right">{figures.number(score, 4)}</td>
          </tr>
        </tfoot>
      </table>
    </>
  );
}

/** What saves the tier is what raises the grade: said once. */
const sameStep = ({ saving, next }: Explanation): boolean => saving !== null && saving.measure === next?.measure && saving.to === next.to;

interface StepLineProps {
  title: string;
  step: Explanation["next"];
  told: "customer.next_more" | "customer.saving_more";
  model: ModelVersion;
}

/** One figure from what to what, and the tier that gives. */
function StepLine({ title, step, told, model }: StepLineProps): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const column = model.columns.find((one) => one.name === step?.measure);
  const shown = (value: number | null): string => `${figures.figure(value, column?.unit ?? "number")}${column?.unit === "days" ? ` ${t("ui.days")}` : ""}`;
  return (
    <div style={{ marginTop: 10 }}>
      <h3>{title}</h3>
      {step === null ? (
        <p className="muted">{t("customer.next_none")}</p>
      ) : (
        <p>
          {t(told, { measure: column ? say(column.title) : step.measure, from: shown(step.from), to: shown(step.to) })}{" "}
          <TierTag id={step.tier} rungs={model.tiers} />
        </p>
      )}
    </div>
  );
}

/** The steps by which the tier came about, newest first. */
export function History({ model, explanation }: WhyProps): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  return (
    <table className="plain">
      <tbody>
        {explanation.history.map((step) => (
          <tr key={`${step.run} ${step.to}`}>
            <td className="nowrap">{figures.day(step.as_of)}</td>
            <td>
              <span style={{ display: "inline-flex", flexWrap: "wrap", gap: "2px 8px" }}>
                {step.from !== step.to && (
                  <>
                    {step.from === null ? <span className="muted">{t("customer.history_first")}</span> : <TierTag id={step.from} rungs={model.tiers} />}
                    <span aria-hidden="true">→</span>
                  </>
                )}
                <TierTag id={step.to} rungs={model.tiers} />
                {step.from === step.to && step.phase === "stable" ? (
                  <span className="small muted">{t("customer.recovered")}</span>
                ) : (
                  <PhaseTag phase={step.phase} />
                )}
              </span>
              {step.by_override && <div className="small muted">{t("override.title")}</div>}
              {step.clause !== null && !step.by_override && (
                <div>
                  <code className="muted">{step.clause}</code>
                </div>
              )}
            </td>
            <td className="small muted right nowrap">
              {t("models.version", { version: step.version })} · #{step.run}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
