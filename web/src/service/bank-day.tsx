import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMay } from "../access/session.js";
import { messagesIn, outboxQuery } from "../outreach/queries.js";
import { portfolioQuery } from "../portfolio/queries.js";
import { type Fact, FactStrip } from "../ui/facts.js";
import { useFigures } from "../ui/figures.js";
import { isNotThere } from "../ui/nothing.js";
import { shareOf } from "../ui/share-bar.js";
import { useWords } from "../ui/words.js";
import { coverageQuery, inTime } from "./coverage-query.js";
import { dayQuery } from "./team.js";

/** The bank's day in one line: work, promises kept, who looks after whom, what is to be said. Each figure opens what it counts. */
export function BankDay(): ReactNode {
  const { t } = useWords();
  const work = useWork();
  const kept = useKept();
  const held = useHeld();
  const sent = useSent();
  const parts = [work, kept, held, sent];
  const facts = parts.flatMap((part) => part.facts);
  if (facts.length === 0) return null;
  return <FactStrip label={t("day.label")} facts={facts} loading={parts.some((part) => part.pending)} />;
}

interface Part {
  facts: Fact[];
  pending: boolean;
}

/** As many places as there will be figures, so that nothing moves when they come. */
const waiting = (titles: Record<string, string>): Part => ({
  pending: true,
  facts: Object.entries(titles).map(([key, title]) => ({ key, title, value: null })),
});

/** Says at the place of a figure why there is none, and leads to where it comes from; a failure is not an absence. */
function useMissing(): (key: string, title: string, error: Error | null, why: ReactNode) => Part {
  const { t } = useWords();
  return (key, title, error, why) => ({
    pending: false,
    facts: [{ key, title, value: <span className="muted">—</span>, note: error === null || isNotThere(error) ? why : t("day.failed") }],
  });
}

function useWork(): Part {
  const { t } = useWords();
  const figures = useFigures();
  const missing = useMissing();
  const mayCycle = useMay("cycle:run");
  const { data, error, isPending } = useQuery(dayQuery());
  if (isPending) return waiting({ tasks: t("day.tasks"), overdue: t("day.overdue"), load: t("day.load") });
  if (data === undefined || data.day === null)
    return missing("tasks", t("day.tasks"), error, mayCycle ? <Link to="/cycle">{t("day.no_plan_run")}</Link> : t("day.no_plan"));
  const load = shareOf(data.minutes, data.capacity);
  return {
    pending: false,
    facts: [
      {
        key: "tasks",
        title: t("day.tasks"),
        value: <Link to="/today">{figures.number(data.tasks)}</Link>,
        note: t("day.done", { done: figures.number(data.done), share: figures.percent(shareOf(data.done, data.tasks)) }),
      },
      {
        key: "overdue",
        title: t("day.overdue"),
        value: <Link to="/today">{figures.number(data.overdue)}</Link>,
        note: t("day.waiting", { waiting: figures.number(data.waiting) }),
        bad: data.overdue > 0,
      },
      {
        key: "load",
        title: t("day.load"),
        value: <Link to="/today">{figures.percent(load)}</Link>,
        note: t("day.load_of", { minutes: figures.number(data.minutes / 60), capacity: figures.number(data.capacity / 60) }),
        bad: load !== null && load > 1,
      },
    ],
  };
}

function useKept(): Part {
  const { t } = useWords();
  const figures = useFigures();
  const missing = useMissing();
  const { data, error, isPending } = useQuery(coverageQuery(undefined));
  const title = t("day.kept");
  if (isPending) return waiting({ kept: title });
  if (data === undefined || data.total.promised === 0) return missing("kept", title, error, <Link to="/service">{t("day.no_promises")}</Link>);
  return {
    pending: false,
    facts: [
      {
        key: "kept",
        title,
        value: <Link to="/service">{figures.percent(inTime(data.total))}</Link>,
        note: t("day.missed", { missed: figures.number(data.total.missed), promised: figures.number(data.total.promised) }),
      },
    ],
  };
}

function useHeld(): Part {
  const { t } = useWords();
  const figures = useFigures();
  const missing = useMissing();
  const { data, error, isPending } = useQuery(portfolioQuery);
  const title = t("day.placed");
  if (isPending) return waiting({ placed: title, portfolio: t("day.portfolio_load") });
  if (data === undefined || data.assigned_on === null) return missing("placed", title, error, <Link to="/portfolio">{t("day.not_assigned")}</Link>);
  const load = shareOf(data.load, data.capacity);
  return {
    pending: false,
    facts: [
      {
        key: "placed",
        title,
        value: <Link to="/portfolio">{figures.number(data.placed)}</Link>,
        note: (
          <>
            {t("day.of_all", { customers: figures.number(data.customers) })}{" "}
            <Link to="/portfolio/unplaced">{t("day.unplaced", { unplaced: figures.number(data.customers - data.placed) })}</Link>
          </>
        ),
      },
      {
        key: "portfolio",
        title: t("day.portfolio_load"),
        value: <Link to="/portfolio">{figures.percent(load)}</Link>,
        note: t("day.managers", { managers: figures.number(data.managers), count: data.managers }),
        bad: load !== null && load > 1,
      },
    ],
  };
}

function useSent(): Part {
  const { t } = useWords();
  const figures = useFigures();
  const missing = useMissing();
  const may = useMay("messages:read");
  const { data, error, isPending } = useQuery({ ...outboxQuery(undefined), enabled: may });
  const title = t("day.messages");
  if (!may) return { pending: false, facts: [] };
  if (isPending) return waiting({ messages: title });
  if (data === undefined || data.day === null) return missing("messages", title, error, <Link to="/outreach">{t("day.no_messages")}</Link>);
  return {
    pending: false,
    facts: [
      {
        key: "messages",
        title,
        value: (
          <Link to="/outreach" search={{ state: "prepared" }}>
            {figures.number(messagesIn(data, "prepared"))}
          </Link>
        ),
        note: (
          <Link to="/outreach" search={{ state: "suppressed" }}>
            {t("day.suppressed", { suppressed: figures.number(messagesIn(data, "suppressed")) })}
          </Link>
        ),
      },
    ],
  };
}
