import { Link, useNavigate } from "@tanstack/react-router";
import { Segmented } from "antd";
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from "react";
import type { Overview } from "../../../src/tiering/schema.js";
import { useFigures } from "../ui/figures.js";
import { Section } from "../ui/page.js";
import { colourOf, TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";

const TierBars = lazy(() => import("../ui/tier-bars.js"));

/** Share of customers beside share of value, as bars, with the table behind them. */
export function Shares({ overview }: { overview: Overview }): ReactNode {
  const { t, say } = useWords();
  const [shown, setShown] = useState<"chart" | "table">("chart");
  const { model } = overview;
  const value = model.columns.find((column) => column.name === model.value);
  return (
    <Section
      title={value ? t("overview.shares") : t("overview.shares_people")}
      aside={
        <Segmented
          size="small"
          value={shown}
          onChange={setShown}
          options={[
            { value: "chart", label: t("ui.chart") },
            { value: "table", label: t("ui.table") },
          ]}
        />
      }
    >
      {shown === "chart" ? (
        <Bars overview={overview} valueTitle={value && say(value.title)} />
      ) : (
        <Table overview={overview} valueTitle={value && say(value.title)} />
      )}
    </Section>
  );
}

const PER_TIER = 36;

function Bars({ overview, valueTitle }: { overview: Overview; valueTitle: string | undefined }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const navigate = useNavigate();
  const { tiers, model } = overview;
  const height = tiers.length * PER_TIER + 30;
  const total = tiers.reduce((sum, tier) => sum + Number(tier.value ?? 0), 0);
  const pick = useCallback((tier: string) => void navigate({ to: "/customers", search: { model: model.model, tier } }), [navigate, model.model]);
  const names = useMemo(
    () => ({ customers: t("overview.customer_share"), value: valueTitle === undefined ? "" : t("overview.value_share", { value: valueTitle }) }),
    [t, valueTitle],
  );
  const bars = useMemo(
    () =>
      tiers.map((tier) => ({
        id: tier.id,
        title: say(tier.title),
        colour: colourOf(tier.id, tiers),
        customers: { share: tier.share, label: `${figures.percent(tier.share)} · ${figures.number(tier.customers)}` },
        value:
          valueTitle === undefined
            ? null
            : { share: total > 0 ? Number(tier.value ?? 0) / total : 0, label: figures.percent(total > 0 ? Number(tier.value ?? 0) / total : 0) },
      })),
    [tiers, say, figures, valueTitle, total],
  );
  return (
    <Suspense fallback={<div style={{ height }} />}>
      <TierBars bars={bars} label={t("overview.tiers")} names={names} height={height} onPick={pick} />
    </Suspense>
  );
}

function Table({ overview, valueTitle }: { overview: Overview; valueTitle: string | undefined }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { tiers, model, run } = overview;
  const unit = model.columns.find((column) => column.name === model.value)?.unit ?? "number";
  const total = tiers.reduce((sum, tier) => sum + Number(tier.value ?? 0), 0);
  return (
    <div className="scroll-x">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("overview.tier")}</th>
            <th scope="col" className="right">
              {t("overview.customers")}
            </th>
            <th scope="col" className="right">
              {t("overview.share")}
            </th>
            {valueTitle !== undefined && (
              <>
                <th scope="col" className="right">
                  {t("overview.value", { value: valueTitle })}
                </th>
                <th scope="col" className="right">
                  {t("overview.share")}
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {tiers.map((tier) => (
            <tr key={tier.id}>
              <th scope="row">
                <TierTag id={tier.id} rungs={tiers} />
              </th>
              <td className="right">
                <Link to="/customers" search={{ model: model.model, tier: tier.id }}>
                  {figures.number(tier.customers)}
                </Link>
              </td>
              <td className="right">{figures.percent(tier.share)}</td>
              {valueTitle !== undefined && (
                <>
                  <td className="right nowrap">{figures.figure(tier.value, unit)}</td>
                  <td className="right">{figures.percent(total > 0 ? Number(tier.value ?? 0) / total : 0)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("overview.total")}</th>
            <td className="right">
              <Link to="/customers" search={{ model: model.model }}>
                {figures.number(run.customers)}
              </Link>
            </td>
            <td />
            {valueTitle !== undefined && (
              <>
                <td className="right nowrap">{figures.figure(total, unit)}</td>
                <td />
              </>
            )}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
