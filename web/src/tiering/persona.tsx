import "./groups.css";

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, Popconfirm, Select } from "antd";
import { type ReactNode, useState } from "react";
import type { Group, Persona } from "../../../src/tiering/schema.js";
import { useWho } from "../access/who.js";
import { query, request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { Page } from "../ui/page.js";
import { shareOf } from "../ui/share-bar.js";
import { Bone, ProblemView } from "../ui/states.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { GroupForm } from "./group-form.js";
import { useMaySaveGroups } from "./groups-query.js";
import { ModelSwitch } from "./model-switch.js";
import { useModel } from "./models-query.js";
import { Portrait } from "./portrait.js";

const groupRoute = getRouteApi("/inside/groups/$group");
const personaRoute = getRouteApi("/inside/persona");

const personaQuery = (model: string | undefined, group: string | undefined, tier: string | undefined) => ({
  queryKey: ["persona", model, group, tier],
  enabled: model !== undefined,
  queryFn: () => request<Persona>(`/models/${model}/persona${query({ group, tier })}`),
  placeholderData: keepPreviousData,
});

/** The portrait of one group, in all or in a tier. */
export function GroupPersona(): ReactNode {
  const { t, say } = useWords();
  const { group: id } = groupRoute.useParams();
  const { tier } = groupRoute.useSearch();
  const navigate = groupRoute.useNavigate();
  const figures = useFigures();
  const maySave = useMaySaveGroups();
  const [changing, setChanging] = useState(false);
  const found = useQuery({ queryKey: ["groups", id], queryFn: () => request<Group>(`/groups/${encodeURIComponent(id)}`) });
  const group = found.data;
  const who = useWho();
  const persona = useQuery(personaQuery(group?.untold === null ? group.model : undefined, id, tier));
  const error = found.error ?? persona.error;
  const title = group === undefined ? id : say(group.title);
  return (
    <Page
      name={title}
      question={t("persona.question", { who: title })}
      answer={group?.untold ? say(group.untold) : <Answer persona={persona.data} failed={error !== null} />}
      actions={<Link to="/groups">{t("groups.to_groups")}</Link>}
    >
      {error && <ProblemView error={error} retry={() => void Promise.all([found, persona].map((one) => one.refetch()))} />}
      {group && (
        <div className="section">
          {group.about && <p style={{ margin: "0 0 6px" }}>{say(group.about)}</p>}
          <code className="code" style={{ overflowWrap: "anywhere" }}>
            {group.where}
          </code>
          <div className="stamps" style={{ marginTop: 6 }}>
            <span>{group.tag ? t("groups.is_tag") : group.group}</span>
            <span>
              {t("groups.saved_by")} <b>{who(group.saved_by)}</b> · {figures.moment(group.saved_at)}
            </span>
            {persona.data && (
              <span>
                {t("persona.as_of")} <b>{figures.day(persona.data.as_of)}</b>
              </span>
            )}
          </div>
          {maySave && (
            <div style={{ display: "flex", gap: 8, marginTop: 10 }}>
              <Button onClick={() => setChanging(true)}>{t("groups.change")}</Button>
              <Remove group={group.group} />
            </div>
          )}
        </div>
      )}
      {group?.untold === null && !error && (
        <Body persona={persona.data} tier={tier} onTier={(chosen) => void navigate({ search: chosen === undefined ? {} : { tier: chosen } })} />
      )}
      {group && changing && <GroupForm start={group} onClose={() => setChanging(false)} onSaved={() => setChanging(false)} />}
    </Page>
  );
}

/** The portrait of a tier, or of everybody. */
export function TierPersona(): ReactNode {
  const { t, say } = useWords();
  const { model: named, tier } = personaRoute.useSearch();
  const navigate = personaRoute.useNavigate();
  const { models, model, error: modelsError } = useModel(named);
  const persona = useQuery(personaQuery(model?.model, undefined, tier));
  const error = modelsError ?? persona.error;
  const rung = model?.tiers.find((one) => one.id === tier);
  return (
    <Page
      name={t("persona.persona")}
      question={rung === undefined ? t("persona.everybody_question") : t("persona.question", { who: say(rung.title) })}
      answer={<Answer persona={persona.data} failed={error !== null} />}
      actions={
        <>
          <Link to="/groups">{t("groups.to_groups")}</Link>
          <ModelSwitch models={models} model={model?.model} onChoose={(chosen) => void navigate({ search: { model: chosen } })} />
        </>
      }
    >
      {error && <ProblemView error={error} retry={() => void persona.refetch()} />}
      {!error && (
        <Body
          persona={persona.data}
          tier={tier}
          onTier={(chosen) => void navigate({ search: { model: model?.model, ...(chosen === undefined ? {} : { tier: chosen }) } })}
        />
      )}
    </Page>
  );
}

function Answer({ persona, failed }: { persona: Persona | undefined; failed: boolean }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  if (persona === undefined) return failed ? null : <Bone width={220} />;
  const { customers, of, model, group, tier } = persona;
  return (
    <>
      {t("persona.answer", { customers: figures.number(customers), count: customers, share: figures.percent(shareOf(customers, of)) })}{" "}
      <Link
        to="/customers"
        search={{ model, ...(group === null ? {} : { group }), ...(tier === null ? {} : { tier }) }}
        style={{ textDecoration: "underline" }}
      >
        {t("persona.to_list")}
      </Link>
    </>
  );
}

function Remove({ group }: { group: string }): ReactNode {
  const { t } = useWords();
  const navigate = groupRoute.useNavigate();
  const queries = useQueryClient();
  const remove = async (): Promise<void> => {
    await request(`/groups/${encodeURIComponent(group)}`, { method: "DELETE" });
    await navigate({ to: "/groups" });
    for (const key of ["groups", "tags"]) void queries.invalidateQueries({ queryKey: [key] });
  };
  return (
    <Popconfirm title={t("groups.remove_sure")} okText={t("groups.remove")} cancelText={t("ui.cancel")} onConfirm={remove}>
      <Button danger>{t("groups.remove")}</Button>
    </Popconfirm>
  );
}

function Body({ persona, tier, onTier }: { persona: Persona | undefined; tier: string | undefined; onTier: (tier: string | undefined) => void }): ReactNode {
  const { t, say } = useWords();
  if (persona === undefined) return <div className="section" style={{ height: 420 }} aria-busy="true" />;
  return (
    <>
      <Select
        aria-label={t("overview.tier")}
        style={{ width: 200, marginBottom: 12 }}
        allowClear
        placeholder={t("customers.every_tier")}
        value={tier ?? null}
        onChange={(chosen: string | null | undefined) => onTier(chosen ?? undefined)}
        options={persona.tiers.map(({ id, title }) => ({ value: id, label: <TierTag id={id} rungs={persona.tiers} />, title: say(title) }))}
      />
      <Portrait persona={persona} />
    </>
  );
}
