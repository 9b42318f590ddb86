import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { type ReactNode, useEffect, useRef } from "react";
import { fonts, paler, palette } from "./theme.js";

use([BarChart, GridComponent, LegendComponent, AriaComponent, SVGRenderer]);

export interface Bar {
  id: string;
  title: string;
  colour: string;
  /** Share 0–1 and what to write at the bar's end. */
  customers: { share: number; label: string };
  value: { share: number; label: string } | null;
}

interface TierBarsProps {
  bars: readonly Bar[];
  label: string;
  names: { customers: string; value: string };
  height: number;
  onPick: (id: string) => void;
}

/** Customers and value by tier, best first, labelled at the bars; the paler bar is the value. */
export default function TierBars({ bars, label, names, height, onPick }: TierBarsProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    const chart = init(place.current, null, { renderer: "svg" });
    const valued = bars.some((bar) => bar.value !== null);
    const text = { fontFamily: fonts, fontSize: 12, color: palette.ink };
    const series = (name: string, of: (bar: Bar) => { share: number; label: string } | null, pale: boolean) => ({
      name,
      type: "bar" as const,
      itemStyle: { color: pale ? paler(palette.muted) : palette.muted },
      barMaxWidth: valued ? 11 : 18,
      barGap: "10%",
      cursor: "pointer",
      label: { show: true, position: "right" as const, ...text, formatter: ({ dataIndex }: { dataIndex: number }) => of(bars[dataIndex] as Bar)?.label ?? "" },
      data: bars.map((bar) => ({ value: of(bar)?.share ?? 0, itemStyle: { color: pale ? paler(bar.colour) : bar.colour } })),
    });
    chart.setOption({
      animation: false,
      aria: { enabled: true, label: { description: label } },
      grid: { left: 4, right: 118, top: valued ? 26 : 4, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      legend: { show: valued, top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: text, selectedMode: false },
      xAxis: { type: "value", show: false, min: 0 },
      yAxis: {
        type: "category",
        inverse: true,
        data: bars.map((bar) => bar.title),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: palette.line } },
        axisLabel: { ...text, width: 120, overflow: "break" },
      },
      series: [series(names.customers, (bar) => bar.customers, false), ...(valued ? [series(names.value, (bar) => bar.value, true)] : [])],
    });
    chart.on("click", ({ dataIndex }) => {
      const bar = bars[dataIndex as number];
      if (bar) onPick(bar.id);
    });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [bars, label, names, onPick]);
  return <div ref={place} style={{ height }} role="img" aria-label={label} />;
}
