import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { type ReactNode, useEffect, useRef } from "react";
import { fonts, palette } from "./theme.js";

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

export interface PlotSeries {
  title: string;
  colour: string;
  form: "bars" | "line" | "dashes" | "steps" | "faint_steps";
  /** One for each place of `along`. */
  values: readonly number[];
}

export interface PlotProps {
  label: string;
  /** What lies along the bottom: names, or numbers to scale. */
  along: readonly string[] | readonly number[];
  alongTitle: string;
  series: readonly PlotSeries[];
  write: (value: number) => string;
  /** The place of `along` where something changes, in words. */
  mark?: { at: number; title: string } | undefined;
}

const HEIGHT = 260;
/** So few names are all written. */
const FEW = 10;

const isNumbers = (along: PlotProps["along"]): along is readonly number[] => typeof along[0] === "number";

/** Lines and bars over one scale. */
export default function Plot({ label, along, alongTitle, series, write, mark }: PlotProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    const chart = init(place.current, null, { renderer: "svg" });
    const text = { fontFamily: fonts, fontSize: 12, color: palette.muted };
    const axis = {
      axisLabel: { ...text, hideOverlap: true, ...(along.length <= FEW ? { interval: 0 } : {}) },
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      name: alongTitle,
      nameLocation: "middle" as const,
      nameGap: 26,
      nameTextStyle: text,
    };
    chart.setOption({
      animation: false,
      aria: { enabled: true, label: { description: label } },
      textStyle: text,
      grid: { left: 4, right: 12, top: 32, bottom: 24, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 16, itemHeight: 6, textStyle: { ...text, color: palette.ink } },
      tooltip: { trigger: "axis", confine: true, textStyle: { ...text, color: palette.ink }, valueFormatter: (value: unknown) => write(Number(value)) },
      xAxis: isNumbers(along) ? { type: "value", max: "dataMax", ...axis } : { type: "category", data: [...along], ...axis },
      yAxis: { type: "value", axisLabel: { ...text, formatter: (value: number) => write(value) }, splitLine: { lineStyle: { color: palette.line } } },
      series: series.map(({ title, colour, form, values }, i) => {
        const data = isNumbers(along) ? values.map((value, at) => [along[at] ?? 0, value]) : [...values];
        const marked = i === 0 &&
          mark !== undefined && {
            markLine: {
              silent: true,
              symbol: "none",
              lineStyle: { color: palette.faint, type: "dashed" },
              label: { ...text, formatter: mark.title, position: "insideEndTop", rotate: 0, distance: [4, 0], align: "right" },
              data: [{ xAxis: mark.at }],
            },
          };
        if (form === "bars") return { type: "bar", name: title, data, itemStyle: { color: colour }, barGap: "8%", ...marked };
        return {
          type: "line",
          name: title,
          data,
          showSymbol: false,
          itemStyle: { color: colour },
          lineStyle: { color: colour, width: form === "faint_steps" ? 1 : 2, type: form === "dashes" ? "dashed" : "solid" },
          ...(form === "steps" || form === "faint_steps" ? { step: "end" as const } : {}),
          ...marked,
        };
      }),
    });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [label, along, alongTitle, series, write, mark]);
  return <div ref={place} style={{ height: HEIGHT }} role="img" aria-label={label} />;
}
