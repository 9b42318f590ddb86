import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import type { Today as TodayOf } from "../../../src/service/schema.js";
import { sessionQuery, useMay } from "../access/session.js";
import { query, request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { Nothing } from "../ui/nothing.js";
import { Page } from "../ui/page.js";
import { Bone, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { useOutcomes } from "./outcomes.js";
import { TaskBones, TaskList } from "./task-list.js";
import { Team } from "./team.js";

const route = getRouteApi("/inside/today");

/** An account manager's own day; for everybody else the team's, and one manager's when named. */
export function Today(): ReactNode {
  const { manager } = route.useSearch();
  const { data: session } = useQuery(sessionQuery);
  const own = session && "manager" in session.actor.scope ? session.actor.scope.manager : undefined;
  if (session === undefined) return null;
  const shown = manager ?? own;
  return shown === undefined ? <Team /> : <OneDay key={shown} manager={shown} own={shown === own} />;
}

function OneDay({ manager, own }: { manager: string; own: boolean }): ReactNode {
  const { t } = useWords();
  const { day } = route.useSearch();
  const outcomes = useOutcomes();
  const { data, error, refetch } = useQuery({
    queryKey: ["today", manager, day],
    queryFn: () => request<TodayOf>(`/today${query({ manager: own ? undefined : manager, day })}`),
    refetchInterval: 5 * 60_000,
  });
  const name = data?.manager?.name ?? manager;
  return (
    <Page
      name={t("ui.today")}
      question={own ? t("service.today_question") : t("service.their_question", { name })}
      answer={data ? <Answer today={data} standing={outcomes.standing} /> : !error && <Bone width={240} />}
      actions={!own && <Link to="/today">{t("service.to_team")}</Link>}
    >
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!error && data === undefined && <TaskBones />}
      {data && (
        <>
          <Late today={data} />
          <TaskList tasks={data.tasks} outcomes={outcomes} />
          <Ending today={data} standing={outcomes.standing} />
        </>
      )}
    </Page>
  );
}

interface StandingProps {
  today: TodayOf;
  standing: ReturnType<typeof useOutcomes>["standing"];
}

function Answer({ today, standing }: StandingProps): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const tasks = today.tasks.map(standing);
  const open = tasks.filter((task) => task.state === "open");
  if (tasks.length === 0) return null;
  if (open.length === 0) return t("service.all_done", { number: figures.number(tasks.length), count: tasks.length });
  const overdue = open.filter((task) => task.overdue).length;
  const values = {
    number: figures.number(open.length),
    count: open.length,
    time: figures.minutes(open.reduce((sum, task) => sum + task.minutes, 0)),
  };
  return (
    <>
      {t("service.to_do", values)}
      {overdue > 0 && <span className="bad strong"> {t("service.of_them_overdue", { number: figures.number(overdue), count: overdue })}</span>}
    </>
  );
}

/** The list is of an earlier day: on a day off that is how it should be, else the day's planning has not run. */
function Late({ today: { day, today, workday, next_workday } }: { today: TodayOf }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  if (day === null || day >= today) return null;
  const values = { day: figures.day(day), next: figures.day(next_workday) };
  return (
    <p className="quiet" role="status">
      {workday ? t("service.earlier_list", values) : t("service.day_off", values)}
    </p>
  );
}

/** What stands where the list ends: nothing planned, everything done, and what waits. */
function Ending({ today, standing }: StandingProps): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const mayCycle = useMay("cycle:run");
  const toCycle = mayCycle && (
    <Link to="/cycle">
      <Button>{t("service.to_cycle")}</Button>
    </Link>
  );
  const next = figures.day(today.next_workday);
  if (today.day === null)
    return (
      <Nothing title={t("service.nothing_planned")} hint={t(mayCycle ? "service.nothing_planned_hint" : "service.nothing_planned_ask")} action={toCycle} />
    );
  const nobody = today.tasks.length === 0;
  const open = today.tasks.map(standing).some((task) => task.state === "open");
  return (
    <>
      {nobody && <Nothing title={t("service.nobody_today")} hint={t("service.nobody_today_hint", { next })} />}
      {!nobody && !open && <Nothing title={t("service.finished")} hint={t("service.finished_hint", { next })} />}
      {today.waiting > 0 && <p className="note">{t("service.waiting_more", { number: figures.number(today.waiting), count: today.waiting })}</p>}
    </>
  );
}
