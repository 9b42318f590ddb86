import "./groups.css";

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import type { Group } from "../../../src/tiering/schema.js";
import { type Column, DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { Page } from "../ui/page.js";
import { shareOf } from "../ui/share-bar.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { tierStyle } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { GroupForm } from "./group-form.js";
import { groupsQuery, useMaySaveGroups } from "./groups-query.js";
import { modelsQuery } from "./models-query.js";

const route = getRouteApi("/inside/groups");

/** Every group with how many there are of it; a new one is written here. */
export function Groups(): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { form, model, where } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(groupsQuery);
  const maySave = useMaySaveGroups();
  const columns = useColumns();
  const open = (): void => void navigate({ search: { form: "new" } });
  const count = data?.items.length ?? 0;
  const add = maySave && (
    <Button type="primary" onClick={open}>
      {t("groups.new")}
    </Button>
  );
  return (
    <Page
      name={t("groups.groups")}
      question={t("groups.question")}
      answer={data ? t("groups.answer", { groups: figures.number(count), count }) : !error && <Bone width={200} />}
      actions={
        <>
          <Link to="/customers">{t("groups.back")}</Link>
          {add}
        </>
      }
    >
      <div className="section">
        {error && <ProblemView error={error} retry={() => void refetch()} />}
        {!error && (
          <DataTable
            label={t("groups.label")}
            columns={columns}
            rows={data?.items}
            rowKey={(group) => group.group}
            bones={6}
            empty={<EmptyState title={t("groups.none")} hint={t("groups.none_hint")} action={add} />}
          />
        )}
      </div>
      {form === "new" && maySave && (
        <GroupForm
          start={{ model, where }}
          onClose={() => void navigate({ search: {} })}
          onSaved={(group) => void navigate({ to: "/groups/$group", params: { group } })}
        />
      )}
    </Page>
  );
}

function useColumns(): Column<Group>[] {
  const { t, say } = useWords();
  const figures = useFigures();
  const { data: models } = useQuery(modelsQuery);
  const titleOf = (model: string): string => {
    const found = models?.items.find((one) => one.model === model);
    return found === undefined ? model : say(found.title);
  };
  return [
    {
      key: "group",
      title: t("groups.group"),
      card: "head",
      render: (group) => (
        <div style={{ minWidth: 200 }}>
          <Link to="/groups/$group" params={{ group: group.group }} className="strong">
            {say(group.title)}
          </Link>
        </div>
      ),
    },
    {
      key: "customers",
      title: t("groups.customers"),
      figure: true,
      render: ({ customers, model, group }) =>
        customers === null ? (
          <span className="muted">{t("persona.untold")}</span>
        ) : (
          <Link to="/customers" search={{ model, group }}>
            {figures.number(customers)}
          </Link>
        ),
    },
    {
      key: "share",
      title: t("groups.share"),
      figure: true,
      render: ({ customers, of }) => (customers === null || of === null ? "—" : figures.percent(shareOf(customers, of))),
    },
    { key: "tiers", title: t("groups.tiers"), card: "whole", render: (group) => <Spread group={group} /> },
    { key: "tag", title: t("groups.tag"), render: ({ tag }) => (tag ? t("groups.yes") : "—") },
    { key: "model", title: t("groups.model"), render: ({ model }) => titleOf(model) },
    {
      key: "where",
      title: t("groups.condition"),
      card: "whole",
      render: ({ where }) => (
        <code className="code small" style={{ display: "block", minWidth: 180, maxWidth: 460, whiteSpace: "normal", overflowWrap: "anywhere" }}>
          {where}
        </code>
      ),
    },
  ];
}

/** How a group spreads over the tiers, best first; why it is not told, where it is not. */
function Spread({ group: { customers, tiers, untold } }: { group: Group }): ReactNode {
  const { say } = useWords();
  const figures = useFigures();
  if (untold !== null) return <span className="small muted">{say(untold)}</span>;
  if (customers === null || customers === 0) return "—";
  const told = tiers.filter((tier) => tier.customers > 0);
  const words = told.map((tier) => `${say(tier.title)} ${figures.number(tier.customers)}`).join(" · ");
  return (
    <div style={{ minWidth: 180, maxWidth: 300 }}>
      <div className="spread" role="img" aria-label={words}>
        {told.map((tier) => (
          <i key={tier.id} style={{ ...tierStyle(tier.id, tiers), width: `${(tier.customers / customers) * 100}%` }} />
        ))}
      </div>
      <div className="small muted" style={{ whiteSpace: "normal" }} aria-hidden="true">
        {words}
      </div>
    </div>
  );
}
