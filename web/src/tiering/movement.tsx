import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Overview } from "../../../src/tiering/schema.js";
import { useFigures } from "../ui/figures.js";
import { Section } from "../ui/page.js";
import { EmptyState } from "../ui/states.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { directionOf, summarise } from "./moves.js";

const shades = { up: "rose", down: "fell", regrouped: "", joined: "" } as const;

/** Who went from where to where: rows the tier before, columns the tier now. */
export function Movement({ overview }: { overview: Overview }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { tiers, movement, model } = overview;
  const rank = new Map(tiers.map((tier, index) => [tier.id, index]));
  const count = new Map(movement.map((move) => [`${move.from ?? ""} ${move.to}`, move.customers]));
  const sums = summarise(movement, rank);
  const gone = new Set(movement.flatMap(({ from }) => (from === null || rank.has(from) ? [] : [from])));
  const froms = [...tiers.map((tier) => tier.id), ...gone, ...(sums.joined > 0 ? [""] : [])];
  if (tiers.every((tier) => tier.before === null))
    return (
      <Section title={t("overview.movement")}>
        <EmptyState title={t("overview.first_run")} hint={t("overview.first_run_hint")} />
      </Section>
    );
  if (movement.every((move) => move.customers === 0))
    return (
      <Section title={t("overview.movement")}>
        <EmptyState title={t("overview.no_movement")} hint={t("overview.no_movement_hint")} />
      </Section>
    );
  return (
    <Section
      title={t("overview.movement")}
      aside={
        <span className="small">
          <span className="good">▲ {t("overview.up", { count: figures.number(sums.up) })}</span>
          {" · "}
          <span className="bad">▼ {t("overview.down", { count: figures.number(sums.down) })}</span>
          {sums.regrouped > 0 && <span className="muted"> · {t("overview.regrouped", { count: figures.number(sums.regrouped) })}</span>}
          {sums.joined > 0 && <span className="muted"> · {t("overview.joined", { count: figures.number(sums.joined) })}</span>}
        </span>
      }
    >
      <section className="scroll-x" tabIndex={0} aria-label={t("overview.movement")}>
        <table className="plain matrix">
          <thead>
            <tr>
              <th scope="col" style={{ textAlign: "left" }} className="nowrap">
                <span className="corner">{t("overview.from_to")}</span>
              </th>
              {tiers.map((tier, index) => (
                <th key={tier.id} scope="col" title={say(tier.title)}>
                  {index + 1}
                  <span className="skip">{say(tier.title)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {froms.map((from) => (
              <tr key={from}>
                <th scope="row">{from === "" ? t("overview.new") : <TierTag id={from} rungs={tiers} />}</th>
                {tiers.map((tier) => {
                  const moved = count.get(`${from} ${tier.id}`) ?? 0;
                  const kind = moved === 0 ? "" : shades[directionOf(from === "" ? null : from, tier.id, rank)];
                  return (
                    <td key={tier.id} className={kind}>
                      {moved === 0 ? (
                        <span className="muted" aria-hidden="true">
                          {from === tier.id ? "＼" : "·"}
                        </span>
                      ) : (
                        <Link to="/customers" search={{ model: model.model, tier: tier.id, from: from === "" ? "none" : from }}>
                          {figures.number(moved)}
                        </Link>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="note" style={{ marginTop: 6 }}>
        {t("overview.movement_about")}
      </p>
    </Section>
  );
}
