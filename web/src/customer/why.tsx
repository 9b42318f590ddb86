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
        <Next model={model} explanation={explanation} />
      </Section>
      <Section title={t("customer.figures")}>
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
              </td>
              {!narrow && <td className="small muted">{say(one.how)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
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

function Next({ model, explanation }: WhyProps): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { next } = explanation;
  const column = model.columns.find((one) => one.name === next?.measure);
  const shown = (value: number | null): string => `${figures.figure(value, column?.unit ?? "number")}${column?.unit === "days" ? ` ${t("ui.days")}` : ""}`;
  return (
    <div style={{ marginTop: 10 }}>
      <h3>{t("customer.next")}</h3>
      {next === null ? (
        <p className="muted">{t("customer.next_none")}</p>
      ) : (
        <p>
          {t("customer.next_more", { measure: column ? say(column.title) : next.measure, from: shown(next.from), to: shown(next.to) })}{" "}
          <TierTag id={next.tier} rungs={model.tiers} />
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
