import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Overview } from "../../../src/tiering/schema.js";
import { useFigures } from "../ui/figures.js";
import { Section } from "../ui/page.js";
import { EmptyState } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { summarise } from "./moves.js";
import { TierMatrix } from "./tier-matrix.js";

/** Who went from where to where: rows the tier before, columns the tier now. */
export function Movement({ overview }: { overview: Overview }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { tiers, movement, model } = overview;
  const rank = new Map(tiers.map((tier, index) => [tier.id, index]));
  const count = new Map(movement.map((move) => [`${move.from ?? ""} ${move.to}`, move.customers]));
  const sums = summarise(movement, rank);
  const gone = new Set(movement.flatMap(({ from }) => (from === null || rank.has(from) ? [] : [from])));
  const froms = [...tiers.map((tier) => tier.id), ...gone, ...(sums.joined > 0 ? [null] : [])];
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
      <TierMatrix
        label={t("overview.movement")}
        corner={t("overview.from_to")}
        froms={froms}
        rungs={tiers}
        amount={(from, to) => count.get(`${from ?? ""} ${to}`) ?? 0}
        cell={(from, tier, moved) => (
          <Link to="/customers" search={{ model: model.model, tier, from: from ?? "none" }}>
            {figures.number(moved)}
          </Link>
        )}
      />
      <p className="note" style={{ marginTop: 6 }}>
        {t("overview.movement_about")}
      </p>
    </Section>
  );
}
