import { lazy, type ReactNode, Suspense, useMemo } from "react";
import type { ModelFits } from "../../../src/tiering/schema.js";
import { useFigures } from "../ui/figures.js";
import { Section } from "../ui/page.js";
import type { PlotProps } from "../ui/plot.js";
import { Bone } from "../ui/states.js";
import { paler, palette } from "../ui/theme.js";
import { useWords } from "../ui/words.js";

const Plot = lazy(() => import("../ui/plot.js"));

type Fit = ModelFits["fits"][number];
type Purchases = NonNullable<Fit["purchases"]>;
type Spend = NonNullable<Fit["spend"]>;
type Staying = NonNullable<Fit["staying"]>;

const colours = { actual: paler(palette.accent), model: palette.accent, other: palette.warn } as const;

/** A plot with what is to be said of it, and its figures for who wants to read them. */
function Plotted({ note, ...plot }: Omit<PlotProps, "write"> & { note?: string; digits?: number; share?: boolean }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { digits = 0, share = false, ...drawn } = plot;
  const write = useMemo(() => (value: number) => (share ? figures.percent(value) : figures.number(value, digits)), [figures, digits, share]);
  return (
    <Section title={drawn.label}>
      <Suspense fallback={<Bone width="100%" />}>
        <Plot {...drawn} write={write} />
      </Suspense>
      {note !== undefined && <p className="note">{note}</p>}
      <details style={{ marginTop: 6 }}>
        <summary>{t("fits.figures")}</summary>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{drawn.alongTitle}</th>
              {drawn.series.map(({ title }) => (
                <th key={title} scope="col" className="right">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {drawn.along.map((place, at) => (
              <tr key={place}>
                <th scope="row">{place}</th>
                {drawn.series.map(({ title, values }) => (
                  <td key={title} className="right">
                    {write(values[at] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Section>
  );
}

/** As they were, as the fit has them, and how it did on what it had not seen. */
export function PurchasePlots({ purchases: { repeats, tracking, holdout } }: { purchases: Purchases }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const plots = useMemo(() => {
    const last = repeats.at(-1)?.purchases;
    const named = (purchases: number): string => (purchases === last ? `${purchases}+` : String(purchases));
    const cutoff = holdout === null ? -1 : tracking.findLastIndex(({ on }) => on <= holdout.from);
    return {
      repeats: {
        along: repeats.map((one) => named(one.purchases)),
        series: [
          { title: t("fits.actual"), colour: colours.actual, form: "bars", values: repeats.map((one) => one.actual) },
          { title: t("fits.expected"), colour: colours.model, form: "bars", values: repeats.map((one) => one.expected) },
        ],
      },
      tracking: {
        along: tracking.map((one) => figures.day(one.on)),
        series: [
          { title: t("fits.actual"), colour: colours.actual, form: "line", values: tracking.map((one) => one.actual) },
          { title: t("fits.foretold"), colour: colours.model, form: "dashes", values: tracking.map((one) => one.expected) },
        ],
        mark: cutoff < 0 ? undefined : { at: cutoff, title: t("fits.cutoff") },
      },
      holdout: holdout && {
        along: holdout.by_purchases.map((one) => named(one.purchases)),
        series: [
          { title: t("fits.actual"), colour: colours.actual, form: "bars", values: holdout.by_purchases.map((one) => one.actual) },
          { title: t("fits.foretold"), colour: colours.model, form: "line", values: holdout.by_purchases.map((one) => one.expected) },
          { title: t("fits.naive"), colour: colours.other, form: "dashes", values: holdout.by_purchases.map((one) => one.naive) },
        ],
      },
    } as const satisfies Record<string, Pick<PlotProps, "along" | "series" | "mark"> | null>;
  }, [t, figures, repeats, tracking, holdout]);
  return (
    <>
      <div className="columns">
        <Plotted label={t("fits.repeats")} alongTitle={t("fits.repeats_along")} {...plots.repeats} />
        {plots.holdout && holdout && (
          <Plotted
            label={t("fits.holdout")}
            alongTitle={t("fits.holdout_along")}
            digits={2}
            note={t("fits.holdout_note", { error: figures.number(holdout.expected_error, 2), naive: figures.number(holdout.naive_error, 2) })}
            {...plots.holdout}
          />
        )}
      </div>
      <Plotted
        label={t("fits.tracking")}
        alongTitle={t("fits.tracking_along")}
        {...(holdout === null ? {} : { note: t("fits.tracking_note") })}
        {...plots.tracking}
      />
    </>
  );
}

export function SpendPlot({ spend: { mean, expected_mean, spread }, money }: { spend: Spend; money: boolean }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const amount = (value: number): string => (money ? figures.money(value) : figures.number(value, 2));
  const plot = useMemo(
    () =>
      ({
        along: spread.map(({ from }) => figures.number(from, 2)),
        series: [
          { title: t("fits.actual"), colour: colours.actual, form: "bars", values: spread.map((one) => one.actual) },
          { title: t("fits.expected"), colour: colours.model, form: "line", values: spread.map((one) => one.expected) },
        ],
      }) as const,
    [t, figures, spread],
  );
  return (
    <Plotted
      label={t("fits.spread")}
      alongTitle={t("fits.spread_along")}
      note={
        expected_mean === null ? t("fits.spread_mean", { mean: amount(mean) }) : t("fits.spread_note", { mean: amount(mean), expected: amount(expected_mean) })
      }
      {...plot}
    />
  );
}

export function StayingPlot({ staying: { curve } }: { staying: Staying }): ReactNode {
  const { t } = useWords();
  // before the first week everybody is there
  const whole = useMemo(() => (curve[0]?.time === 0 ? curve : [{ time: 0, survival: 1, lower: 1, upper: 1 }, ...curve]), [curve]);
  const plot = useMemo(
    () =>
      ({
        along: whole.map(({ time }) => time),
        series: [
          { title: t("fits.share"), colour: palette.accent, form: "steps", values: whole.map((one) => one.survival) },
          { title: t("fits.lower"), colour: colours.actual, form: "faint_steps", values: whole.map((one) => one.lower) },
          { title: t("fits.upper"), colour: colours.actual, form: "faint_steps", values: whole.map((one) => one.upper) },
        ],
      }) as const,
    [t, whole],
  );
  return <Plotted label={t("fits.staying")} alongTitle={t("fits.staying_along")} note={t("fits.staying_note")} share {...plot} />;
}
