import "./studio.css";

import { useQuery } from "@tanstack/react-query";
import { InputNumber, Slider } from "antd";
import type { ReactNode } from "react";
import type { Distribution, ModelVersion } from "../../../src/tiering/schema.js";
import { request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { useNarrow } from "../ui/narrow.js";
import { Bone, ProblemView } from "../ui/states.js";
import { colourOf, type Rungs, TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { nextValue, placeOf, type Threshold, valueAt } from "./thresholds.js";

type Column = ModelVersion["columns"][number];

interface FigureThresholdsProps {
  model: string;
  column: Column;
  thresholds: readonly Threshold[];
  rungs: Rungs;
  counts: Readonly<Record<string, number>> | undefined;
  /** Tiers whose condition has more than one threshold: their count is not this one's alone. */
  shared: ReadonlySet<string>;
  onSet: (threshold: Threshold, value: number) => void;
}

const STEPS = 1000;
const HEIGHT = 64;

/** How one figure lies among all customers, with the thresholds on it to drag. */
export function FigureThresholds({ model, column, thresholds, rungs, counts, shared, onSet }: FigureThresholdsProps): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const narrow = useNarrow();
  const title = say(column.title);
  const lies = useQuery({
    queryKey: ["distribution", model, column.name, thresholds.length],
    queryFn: () => request<Distribution>(`/models/${encodeURIComponent(model)}/distributions/${column.name}?classes=${Math.max(2, thresholds.length + 1)}`),
    staleTime: 60_000,
  });
  const whole = column.unit === "days" || column.unit === "count";
  const unit = column.unit === "score" || column.unit === "text" ? "number" : column.unit;
  if (lies.error) return <ProblemView error={lies.error} retry={() => void lies.refetch()} />;
  const { scale, bins, suggested, without } = lies.data ?? { scale: undefined, bins: undefined, suggested: [], without: 0 };
  return (
    <fieldset className="figure-thresholds">
      <legend>
        {title} <code className="muted">{column.name}</code>
        {without > 0 && <span className="small muted"> · {t("studio.without", { number: figures.number(without) })}</span>}
      </legend>
      <div className="bins" style={{ height: HEIGHT }}>
        {bins === undefined || scale === undefined ? (
          <Bone width="100%" />
        ) : (
          <Bins bins={bins} label={t("studio.distribution", { figure: title })}>
            {thresholds.map((one) => (
              <line
                key={`${one.from}`}
                x1={placeOf(one.value, scale) * bins.length}
                x2={placeOf(one.value, scale) * bins.length}
                y1={0}
                y2={HEIGHT}
                stroke={colourOf(one.tier, rungs)}
                strokeWidth={2}
                vectorEffect="non-scaling-stroke"
              />
            ))}
          </Bins>
        )}
      </div>
      <div className="threshold heads" aria-hidden="true">
        <span className="count">{t("studio.count_then")}</span>
      </div>
      {thresholds.map((one) => (
        <div key={`${one.from}`} className="threshold">
          <TierTag id={one.tier} rungs={rungs} />
          <span className="muted nowrap">{one.op}</span>
          <InputNumber
            aria-label={t("studio.threshold_of", {
              tier: say(rungs.find((rung) => rung.id === one.tier)?.title ?? { zh: one.tier, en: one.tier }),
              figure: title,
            })}
            value={one.value}
            controls={false}
            onChange={(value) => value !== null && onSet(one, value)}
          />
          <span className="short small muted nowrap">{column.unit === "money" ? figures.shortMoney(one.value) : ""}</span>
          <span className="count nowrap">{counts === undefined ? "" : figures.number(counts[one.tier] ?? 0)}</span>
          {shared.has(one.tier) && <span className="shared small muted">{t("studio.count_shared")}</span>}
          {scale !== undefined && (
            <Slider
              className="drag"
              min={0}
              max={STEPS}
              value={Math.round(placeOf(one.value, scale) * STEPS)}
              tooltip={{ formatter: narrow ? null : () => figures.figure(one.value, unit), placement: "bottom" }}
              ariaLabelForHandle={t("studio.threshold_of", {
                tier: say(rungs.find((rung) => rung.id === one.tier)?.title ?? { zh: one.tier, en: one.tier }),
                figure: title,
              })}
              onChange={(place: number) => {
                const value = valueAt(place / STEPS, scale, whole);
                const up = place / STEPS > placeOf(one.value, scale);
                onSet(one, value === one.value ? nextValue(value, up, whole) : value);
              }}
            />
          )}
        </div>
      ))}
      {suggested.length > 0 && <Suggested suggested={suggested} thresholds={thresholds} rungs={rungs} onSet={onSet} />}
    </fieldset>
  );
}

/** Where the values themselves part: a press sets the threshold of the same place, lowest to lowest. */
function Suggested({
  suggested,
  thresholds,
  rungs,
  onSet,
}: Pick<FigureThresholdsProps, "thresholds" | "rungs" | "onSet"> & { suggested: readonly number[] }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const rising = thresholds.toSorted((a, b) => a.value - b.value);
  const words = (value: number): string => figures.number(value);
  return (
    <div className="names">
      <span>{t("studio.suggested")}</span>
      {suggested.slice(0, rising.length).map((value, i) => {
        const one = rising[i];
        const tier = one === undefined ? "" : say(rungs.find((rung) => rung.id === one.tier)?.title ?? { zh: one.tier, en: one.tier });
        return (
          <button key={value} type="button" aria-label={t("studio.use", { tier, value: words(value) })} onClick={() => one !== undefined && onSet(one, value)}>
            {words(value)}
          </button>
        );
      })}
      <span className="about">{t("studio.suggested_about")}</span>
    </div>
  );
}

/** Bars as high as there are customers; where there is anybody, one can see it. */
function Bins({ bins, label, children }: { bins: readonly number[]; label: string; children: ReactNode }): ReactNode {
  const most = Math.max(1, ...bins);
  const heightOf = (count: number): number => (count === 0 ? 0 : Math.max(1.5, (count / most) * (HEIGHT - 2)));
  const bars = bins.map((count, i) => `M${i + 0.08} ${HEIGHT}v${-heightOf(count)}h0.84v${heightOf(count)}z`).join("");
  return (
    <svg viewBox={`0 0 ${bins.length} ${HEIGHT}`} preserveAspectRatio="none" width="100%" height={HEIGHT} role="img" aria-label={label}>
      <path d={bars} fill="var(--bar)" />
      {children}
    </svg>
  );
}
