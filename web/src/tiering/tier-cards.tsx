import { Link } from "@tanstack/react-router";
import type { CSSProperties, ReactNode } from "react";
import type { Overview } from "../../../src/tiering/schema.js";
import { useFigures } from "../ui/figures.js";
import { Bone } from "../ui/states.js";
import { TierTag, tierStyle } from "../ui/tier.js";
import { useWords } from "../ui/words.js";

const ONE_LINE = 6;

/** One line of cards, or two of the same length. */
const perLine = (count: number): CSSProperties => ({ "--per-line": count <= ONE_LINE ? count : Math.ceil(count / 2) }) as CSSProperties;

/** Up is not always good and down not always bad, so a change carries a sign, not a colour. */
export function TierCards({ overview }: { overview: Overview }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { model, tiers } = overview;
  const value = model.columns.find((column) => column.name === model.value);
  return (
    <section className="tier-cards" aria-label={t("overview.tiers")} style={perLine(tiers.length)}>
      {tiers.map((tier) => (
        <div key={tier.id} className="tier-card" style={tierStyle(tier.id, tiers)}>
          <TierTag id={tier.id} rungs={tiers} />
          <span className="count">
            <Link to="/customers" search={{ model: model.model, tier: tier.id }} aria-label={`${say(tier.title)} ${figures.number(tier.customers)}`}>
              {figures.number(tier.customers)}
            </Link>
          </span>
          <dl>
            <dt>{t("overview.share")}</dt>
            <dd>{figures.percent(tier.share)}</dd>
            {value && (
              <>
                <dt>{say(value.title)}</dt>
                <dd>{value.unit === "money" ? figures.shortMoney(tier.value) : figures.number(tier.value, 0)}</dd>
              </>
            )}
            <dt>{t("overview.change")}</dt>
            <dd>{tier.before === null ? "—" : figures.change(tier.customers - tier.before)}</dd>
          </dl>
        </div>
      ))}
    </section>
  );
}

/** The same cards, waiting. */
export function TierCardBones({ count }: { count: number }): ReactNode {
  const { t } = useWords();
  return (
    <>
      <div className="stamps" style={{ marginBottom: 10 }}>
        <Bone width={420} />
      </div>
      <section className="tier-cards" aria-busy="true" aria-label={t("ui.loading")} style={perLine(count)}>
        {Array.from({ length: count }, (_, place) => `bone-${place}`).map((key) => (
          <div key={key} className="tier-card">
            <Bone width={70} />
            <span className="count">
              <Bone width={90} />
            </span>
            <dl>
              {["a", "b", "c"].map((line) => (
                <div key={line} style={{ display: "contents" }}>
                  <dt>
                    <Bone width={30} />
                  </dt>
                  <dd>
                    <Bone width={50} />
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </section>
      <div className="columns">
        <div className="section" style={{ height: 360 }} />
        <div className="section" style={{ height: 360 }} />
      </div>
    </>
  );
}
