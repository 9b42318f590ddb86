import { SankeyChart } from "echarts/charts";
import { AriaComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { type ReactNode, useEffect, useRef } from "react";
import { fonts, palette } from "./theme.js";

use([SankeyChart, AriaComponent, SVGRenderer]);

export interface FlowNode {
  id: string;
  label: string;
  colour: string;
  /** Left or right side. */
  side: "from" | "to";
}

interface FlowChartProps {
  nodes: readonly FlowNode[];
  flows: readonly { from: string; to: string; amount: number }[];
  label: string;
  height: number;
}

/** How much goes from each thing on the left to each on the right (a Sankey diagram), in the order given. */
export default function FlowChart({ nodes, flows, label, height }: FlowChartProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    const chart = init(place.current, null, { renderer: "svg" });
    const room = Math.min(150, place.current.clientWidth * 0.3);
    chart.setOption({
      animation: false,
      aria: { enabled: true, label: { description: label } },
      series: [
        {
          type: "sankey",
          left: room,
          right: room,
          top: 6,
          bottom: 6,
          nodeWidth: 10,
          nodeGap: 10,
          draggable: false,
          layoutIterations: 0,
          emphasis: { disabled: true },
          label: { fontFamily: fonts, fontSize: 12, color: palette.ink, width: room - 8, overflow: "break" },
          lineStyle: { color: "source", opacity: 0.35, curveness: 0.5 },
          data: nodes.map((node) => ({
            name: node.id,
            depth: node.side === "from" ? 0 : 1,
            itemStyle: { color: node.colour, borderWidth: 0 },
            label: { position: node.side === "from" ? "left" : "right", formatter: () => node.label },
          })),
          links: flows.map(({ from, to, amount }) => ({ source: from, target: to, value: amount })),
        },
      ],
    });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [nodes, flows, label]);
  return <div ref={place} style={{ height }} role="img" aria-label={label} />;
}
