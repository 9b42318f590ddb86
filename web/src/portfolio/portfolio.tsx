import "../ui/no-eval.js";

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { assignmentReasonLabels, type PortfolioSummary, serviceModeLabels } from "../../../src/portfolio/schema.js";
import { sessionQuery, useMay } from "../access/session.js";
import { DataTable } from "../ui/data-table.js";
import { FactStrip } from "../ui/facts.js";
import { useFigures } from "../ui/figures.js";
import { Nothing } from "../ui/nothing.js";
import { Page, Section } from "../ui/page.js";
import { ShareBar, shareOf } from "../ui/share-bar.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { Assigning, AssignNow } from "./assign.js";
import { OneManager } from "./manager.js";
import { Managers } from "./managers.js";
import { portfolioQuery } from "./queries.js";

const route = getRouteApi("/inside/portfolio");

/** Who looks after whom: for an account manager their own portfolio, for everybody else all in view. */
export function Portfolio(): ReactNode {
  const { data: session } = useQuery(sessionQuery);
  if (session && "manager" in session.actor.scope) return <OneManager manager={session.actor.scope.manager} own />;
  return <AllPortfolios />;
}

function AllPortfolios(): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { job } = route.useSearch();
  const navigate = route.useNavigate();
  const mayAssign = useMay("portfolio:assign");
  const { data: found, error, refetch } = useQuery(portfolioQuery);
  const unplaced = found ? found.customers - found.placed : 0;
  const values = found && {
    customers: figures.number(found.customers),
    placed: figures.number(found.placed),
    unplaced: figures.number(unplaced),
    managers: figures.number(found.managers),
    day: figures.day(found.assigned_on),
  };
  const never = found?.assigned_on === null;
  const assign = mayAssign && <AssignNow onStarted={(id) => void navigate({ search: (held) => ({ ...held, job: id }) })} />;
  return (
    <Page
      name={t("ui.portfolio")}
      question={t("portfolio.question")}
      answer={values ? !never && t(unplaced === 0 ? "portfolio.answer_all" : "portfolio.answer", values) : !error && <Bone width={300} />}
      actions={
        <>
          <Link to="/portfolio/policy">{t("portfolio.policy")}</Link>
          {!never && assign}
        </>
      }
    >
      {job && <Assigning job={job} />}
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {never && <Nothing title={t("portfolio.never")} hint={t(mayAssign ? "portfolio.never_hint" : "portfolio.never_ask")} action={assign} />}
      {!error && !never && (
        <>
          <Figures summary={found} />
          <div className={found && found.unplaced.length > 0 ? "columns wide-left" : ""}>
            <Branches summary={found} />
            {found && found.unplaced.length > 0 && <Reasons unplaced={found.unplaced} />}
          </div>
          <Managers branches={found?.branches.map((one) => one.branch) ?? []} />
        </>
      )}
    </Page>
  );
}

function Figures({ summary }: { summary: PortfolioSummary | undefined }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const modes = summary?.modes;
  const facts = [
    ...(["dedicated", "team", "self_service"] as const).map((mode) => ({
      key: mode,
      title: say(serviceModeLabels[mode]),
      value: figures.number(modes?.[mode] ?? 0),
      note: t("portfolio.of_customers", { share: figures.percent(shareOf(modes?.[mode] ?? 0, summary?.customers ?? 0)) }),
    })),
    {
      key: "load",
      title: t("portfolio.load_share"),
      value: figures.percent(shareOf(summary?.load ?? 0, summary?.capacity ?? 0)),
      note: t("portfolio.load_of", { load: figures.minutes(summary?.load ?? 0), capacity: figures.minutes(summary?.capacity ?? 0) }),
      bad: summary !== undefined && summary.load > summary.capacity,
    },
  ];
  return <FactStrip label={t("portfolio.figures")} loading={summary === undefined} facts={facts} />;
}

/** Why some have no owner; each reason opens who they are. */
function Reasons({ unplaced }: Pick<PortfolioSummary, "unplaced">): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  return (
    <Section title={t("portfolio.unplaced")} aside={<Link to="/portfolio/unplaced">{t("portfolio.see_unplaced")}</Link>}>
      <table className="plain">
        <tbody>
          {unplaced.map(({ reason, customers }) => (
            <tr key={reason}>
              <th scope="row">{say(assignmentReasonLabels[reason])}</th>
              <td className="right">
                <Link to="/portfolio/unplaced" search={{ reason }}>
                  {figures.number(customers)}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

type Branch = PortfolioSummary["branches"][number];

function Branches({ summary }: { summary: PortfolioSummary | undefined }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  return (
    <Section title={t("portfolio.by_branch")}>
      <DataTable<Branch>
        label={t("portfolio.by_branch")}
        rows={summary?.branches}
        bones={5}
        rowKey={(one) => one.branch ?? ""}
        empty={<EmptyState title={t("portfolio.no_branches")} hint={t("portfolio.no_branches_hint")} />}
        columns={[
          {
            key: "branch",
            title: t("portfolio.branch"),
            card: "head",
            render: (one) =>
              one.branch === null ? (
                t("portfolio.no_branch")
              ) : (
                <Link to="/portfolio" search={{ branch: one.branch }} hash="managers" resetScroll={false}>
                  {one.branch}
                </Link>
              ),
          },
          { key: "managers", title: t("portfolio.managers"), figure: true, render: (one) => figures.number(one.managers) },
          { key: "customers", title: t("portfolio.customers"), figure: true, render: (one) => figures.number(one.customers) },
          {
            key: "unplaced",
            title: t("portfolio.without"),
            figure: true,
            render: (one) =>
              one.unplaced === 0 || one.branch === null ? (
                figures.number(one.unplaced)
              ) : (
                <Link to="/portfolio/unplaced" search={{ branch: one.branch }}>
                  {figures.number(one.unplaced)}
                </Link>
              ),
          },
          { key: "load", title: t("portfolio.load"), card: "whole", render: (one) => <ShareBar share={shareOf(one.load, one.capacity)} /> },
        ]}
      />
    </Section>
  );
}
