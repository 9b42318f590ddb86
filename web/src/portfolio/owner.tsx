import "../ui/no-eval.js";

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { assignmentReasonLabels, managerLevelLabels, type Owner as OwnerOf, serviceModeLabels } from "../../../src/portfolio/schema.js";
import { useFigures } from "../ui/figures.js";
import { Section } from "../ui/page.js";
import { useWords } from "../ui/words.js";

/** Who looks after this customer, in one line. */
export function OwnerLine({ owner }: { owner: OwnerOf }): ReactNode {
  const { t, say } = useWords();
  return (
    <span>
      {owner.manager === null ? (
        <span className="bad strong">{t("portfolio.nobody")}</span>
      ) : (
        <Link to="/portfolio/$manager" params={{ manager: owner.manager.manager }}>
          {owner.manager.name ?? owner.manager.manager}
        </Link>
      )}{" "}
      <span className="muted">{say(serviceModeLabels[owner.mode])}</span>
    </span>
  );
}

/** The owner, how and since when and why, and how it came about. */
export function OwnerCard({ owner }: { owner: OwnerOf | null }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  if (owner === null)
    return (
      <Section title={t("portfolio.owner")}>
        <p className="muted">{t("portfolio.not_assigned")}</p>
      </Section>
    );
  const { manager } = owner;
  return (
    <Section title={t("portfolio.owner")}>
      <dl className="facts-list">
        <dt>{t("portfolio.manager")}</dt>
        <dd>
          <OwnerLine owner={owner} />
        </dd>
        {manager && (
          <>
            <dt>{t("portfolio.branch")}</dt>
            <dd>
              {manager.branch ?? "—"} · {say(managerLevelLabels[manager.level])}
            </dd>
          </>
        )}
        <dt>{t("portfolio.since")}</dt>
        <dd>{figures.day(owner.since)}</dd>
        <dt>{t("portfolio.why")}</dt>
        <dd>{say(assignmentReasonLabels[owner.reason])}</dd>
      </dl>
      {owner.moves.length > 0 && (
        <table className="plain" style={{ marginTop: 8 }}>
          <caption className="skip">{t("portfolio.moves")}</caption>
          <tbody>
            {owner.moves.map((move) => (
              <tr key={`${move.on} ${move.to}`}>
                <td className="nowrap">{figures.day(move.on)}</td>
                <td>
                  <span className="nowrap">
                    {move.from ?? t("portfolio.nobody")} → {move.to ?? t("portfolio.nobody")}
                  </span>
                  <div className="small muted">{say(assignmentReasonLabels[move.reason])}</div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
