import type { ThemeConfig } from "antd";

/** One accent, ink for text, and greys that keep 4.5 : 1 on white and on the page's ground. */
export const palette = {
  accent: "#1d4f91",
  ink: "#18212f",
  muted: "#4d5866",
  faint: "#5f6a78",
  line: "#dde1e7",
  ground: "#f4f5f7",
  good: "#1b6b3a",
  bad: "#b3261e",
  warn: "#7a4f00",
} as const;

export const fonts =
  '"PingFang SC", "Hiragino Sans GB", "Microsoft YaHei UI", "Microsoft YaHei", "Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC Variable", sans-serif';

/** Three text sizes for everything: 12 for labels, 14 for text and figures, 22 for the question and the headline figures. */
const sizes = {
  fontSize: 14,
  fontSizeSM: 12,
  fontSizeLG: 14,
  fontSizeXL: 22,
  fontSizeHeading1: 22,
  fontSizeHeading2: 14,
  fontSizeHeading3: 14,
  fontSizeHeading4: 14,
  fontSizeHeading5: 14,
};

/** The component library's tokens. Controls grow to thumb size on a phone; `still`: nothing moves, so that what is touched is what was there. */
export function themeFor(narrow: boolean, still: boolean): ThemeConfig {
  return {
    token: {
      ...sizes,
      fontFamily: fonts,
      lineHeight: 1.6,
      colorPrimary: palette.accent,
      colorLink: palette.accent,
      colorInfo: palette.accent,
      colorText: palette.ink,
      colorTextSecondary: palette.muted,
      colorTextTertiary: palette.faint,
      colorTextQuaternary: palette.faint,
      colorTextPlaceholder: palette.faint,
      colorTextDescription: palette.muted,
      colorTextDisabled: "#646e7b",
      colorBgLayout: palette.ground,
      colorBorder: "#b9c1cc",
      colorBorderSecondary: palette.line,
      colorSuccess: palette.good,
      colorError: palette.bad,
      colorWarning: palette.warn,
      borderRadius: 4,
      controlHeight: narrow ? 44 : 32,
      motion: !still,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.16s",
      wireframe: false,
    },
    components: {
      Table: {
        cellPaddingBlockSM: 5,
        cellPaddingInlineSM: 10,
        headerBg: "#f8f9fb",
        headerColor: palette.muted,
        rowHoverBg: "#f3f6fb",
        headerSplitColor: "transparent",
      },
      Segmented: { itemColor: palette.muted },
      Form: { itemMarginBottom: 16, labelColor: palette.muted },
    },
  };
}

/** One colour per rung, best first: deep to quiet, each at least 4.5 : 1 under white. The last rung is grey. */
const ramp = ["#43297f", "#2a4ba0", "#0b6690", "#0a7068", "#2f7435", "#6d6410", "#97501a", "#626c7a"] as const;

/** The same colour, paler: for the second of two bars. */
export function paler(colour: string): string {
  const parts = [1, 3, 5].map((at) => Math.round(255 - (255 - Number.parseInt(colour.slice(at, at + 2), 16)) * 0.45));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** The colour of the tier at `rank` (0 is best) of a ladder with `count` rungs: ends fixed, the others spread between. */
export function tierColour(rank: number, count: number): string {
  const last = ramp.length - 1;
  if (rank < 0) return ramp[last] as string;
  const at = count <= 1 ? 0 : Math.round((Math.min(rank, count - 1) * last) / (count - 1));
  return ramp[at] as string;
}
