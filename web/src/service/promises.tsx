import "../ui/no-eval.js";

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { channelLabels } from "../../../src/outreach/schema.js";
import { PlanPart, type PlanVersion, planPartLabels } from "../../../src/service/schema.js";
import { useFigures } from "../ui/figures.js";
import { useNarrow } from "../ui/narrow.js";
import { colourOf, TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";

type Promised = PlanVersion["entitlements"][number];

interface Group {
  part: string;
  promises: Promised[];
}

/** Promises by part of the 1 + 4 model, those of no part last. */
function groupsOf(plan: PlanVersion): Group[] {
  const parts = [...PlanPart.options, undefined];
  return parts
    .map((part) => ({ part: part ?? "", promises: plan.entitlements.filter((one) => one.part === part) }))
    .filter(({ promises }) => promises.length > 0);
}

/** Who is promised what: promises down, tiers across, with rhythm, minutes and cost. */
export function Promises({ plan }: { plan: PlanVersion }): ReactNode {
  const { t, say } = useWords();
  const narrow = useNarrow();
  const titleOf = (part: string): string => (part in planPartLabels ? say(planPartLabels[part as PlanPart]) : t("service.no_part"));
  const groups = groupsOf(plan);
  if (narrow)
    return (
      <>
        {groups.map(({ part, promises }) => (
          <div key={part}>
            <h3 style={{ marginTop: 8 }}>{titleOf(part)}</h3>
            <ul className="cards">
              {promises.map((one) => (
                <li key={one.id}>
                  <div>{say(one.title)}</div>
                  <div className="small muted">
                    {say(one.rhythm)} · <Effort promised={one} />
                  </div>
                  <div style={{ display: "flex", flexWrap: "wrap", gap: "2px 12px" }}>
                    {one.tiers.length === plan.tiers.length ? (
                      <span className="small">{t("service.every_tier")}</span>
                    ) : (
                      one.tiers.map((tier) => <TierTag key={tier} id={tier} rungs={plan.tiers} />)
                    )}
                  </div>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </>
    );
  return (
    <section className="scroll-x" tabIndex={0} aria-label={say(plan.title)}>
      <table className="plain promises">
        <thead>
          <tr>
            <th scope="col">{t("service.promise")}</th>
            <th scope="col">{t("service.rhythm")}</th>
            <th scope="col">{t("service.effort")}</th>
            {plan.tiers.map((tier) => (
              <th key={tier.id} scope="col">
                <TierTag id={tier.id} rungs={plan.tiers} />
              </th>
            ))}
          </tr>
        </thead>
        {groups.map(({ part, promises }) => (
          <tbody key={part}>
            <tr>
              <th scope="rowgroup" colSpan={3 + plan.tiers.length}>
                {titleOf(part)}
              </th>
            </tr>
            {promises.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  {say(one.title)}
                  {one.about && <div className="small muted">{say(one.about)}</div>}
                </th>
                <td className="left">{say(one.rhythm)}</td>
                <td className="left small muted">
                  <Effort promised={one} />
                </td>
                {plan.tiers.map((tier) => (
                  <td key={tier.id}>
                    {one.tiers.includes(tier.id) ? (
                      <>
                        <span aria-hidden="true" style={{ color: colourOf(tier.id, plan.tiers) }}>
                          ●
                        </span>
                        <span className="skip">{t("service.is_promised")}</span>
                      </>
                    ) : (
                      <span className="skip">{t("service.not_promised")}</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

/** What it takes: somebody's minutes by these channels, or a text that is sent; and what it costs. */
function Effort({ promised }: { promised: Promised }): ReactNode {
  const { t, say, language } = useWords();
  const figures = useFigures();
  const form = {
    task: figures.minutes(promised.minutes ?? 0),
    send: <Link to="/outreach/templates">{t("service.as_text")}</Link>,
    right: t("service.as_right"),
  } as const satisfies Record<Promised["form"], ReactNode>;
  const more = [
    ...(promised.by === undefined || promised.by.length === 0
      ? []
      : [promised.by.map((channel) => say(channelLabels[channel])).join(language === "zh" ? "、" : ", ")]),
    ...(promised.cost === undefined || promised.cost === 0 ? [] : [figures.money(promised.cost)]),
  ];
  return (
    <>
      {form[promised.form]}
      {more.map((one) => ` · ${one}`)}
    </>
  );
}
