import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Select } from "antd";
import type { ReactNode } from "react";
import { aboutQuery, useFigures } from "../ui/figures.js";
import { Page } from "../ui/page.js";
import { Bone, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { CoverageTables } from "./coverage.js";
import { coverageQuery, fallenDue, inTime } from "./coverage-query.js";
import { quartersBack, todayIn } from "./days.js";
import { Plans } from "./plans.js";

const route = getRouteApi("/inside/service");
const QUARTERS = 8;

/** What each tier is promised, and whether it got it. */
export function Service(): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { quarter } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: about } = useQuery(aboutQuery);
  const coverage = useQuery(coverageQuery(quarter));
  const quarters = quartersBack(todayIn(about?.zone ?? "Asia/Shanghai"), QUARTERS);
  const words = (of: string): string => {
    const [year = "", number = ""] = of.split("-Q");
    return t("service.quarter_of", { year, number });
  };
  const total = coverage.data?.total;
  const values = total && {
    quarter: words(quarter ?? quarters[0] ?? ""),
    promised: figures.number(total.promised),
    kept: figures.number(total.met + total.late),
    missed: figures.number(total.missed),
    open: figures.number(total.open),
    overdue: figures.number(total.overdue),
    share: figures.percent(inTime(total)),
  };
  const answer = total && (total.promised === 0 ? "service.answer_nothing" : fallenDue(total) === 0 ? "service.answer_open" : "service.answer");
  return (
    <Page
      name={t("ui.service")}
      question={t("service.question")}
      answer={answer && values ? t(answer, values) : !coverage.error && <Bone width={320} />}
      actions={
        <Select
          aria-label={t("service.quarter")}
          style={{ width: 170, maxWidth: "100%" }}
          value={quarter ?? quarters[0] ?? null}
          onChange={(chosen: string | null) =>
            chosen !== null && void navigate({ search: { quarter: chosen === quarters[0] ? undefined : chosen }, resetScroll: false })
          }
          options={quarters.map((one) => ({ value: one, label: words(one) }))}
        />
      }
    >
      {coverage.error ? <ProblemView error={coverage.error} retry={() => void coverage.refetch()} /> : <CoverageTables coverage={coverage.data} />}
      <Plans />
    </Page>
  );
}
