import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ModelVersion } from "../../../src/tiering/schema.js";
import { useMay, useSeesAll } from "../access/session.js";
import { useWho } from "../access/who.js";
import { type Page as PageOf, request } from "../api.js";
import type { TextKey } from "../texts.js";
import { useFigures } from "../ui/figures.js";
import { useOrigin } from "../ui/origin.js";
import { Page, Section } from "../ui/page.js";
import { SourceText } from "../ui/source-text.js";
import { Bone, ProblemView } from "../ui/states.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { DiffView } from "./version-diff.js";

const route = getRouteApi("/inside/tiers/$model");

const units = {
  money: "models.unit_money",
  days: "models.unit_days",
  count: "models.unit_count",
  number: "models.unit_number",
  text: "models.unit_text",
  score: "models.unit_score",
} as const satisfies Record<ModelVersion["columns"][number]["unit"], TextKey>;

/** One model: its rungs, its figures, its text, its versions. */
export function ModelView(): ReactNode {
  const { t, say } = useWords();
  const { model: name } = route.useParams();
  const search = route.useSearch();
  const seesAll = useSeesAll();
  const [mayPublish, mayRun] = [useMay("models:publish"), useMay("tiers:run")];
  const mayChange = mayPublish && mayRun;
  const versions = useQuery({
    queryKey: ["models", name, "versions"],
    queryFn: async () => (await request<PageOf<ModelVersion>>(`/models/${encodeURIComponent(name)}/versions`)).items,
  });
  const newest = versions.data?.reduce((best, one) => (one.version > best.version ? one : best));
  const shown = versions.data?.find((one) => String(one.version) === search.version) ?? newest;
  return (
    <Page
      name={shown ? say(shown.title) : t("ui.tiers")}
      question={t("models.model_question", { title: shown ? say(shown.title) : name })}
      answer={shown ? shown.about && say(shown.about) : !versions.error && <Bone width={300} />}
      actions={
        <>
          {mayChange && shown && (
            <Link to="/tiers/$model/studio" params={{ model: name }} search={shown.version === newest?.version ? {} : { version: String(shown.version) }}>
              {t("studio.open")}
            </Link>
          )}
          {seesAll && shown?.foretells && (
            <Link to="/tiers/$model/fits" params={{ model: name }}>
              {t("fits.open")}
            </Link>
          )}
          {shown && (
            <Link to="/tiers/$model/near" params={{ model: name }}>
              {t("near.open")}
            </Link>
          )}
          <Link to="/tiers">{t("models.back")}</Link>
        </>
      }
    >
      {versions.error && <ProblemView error={versions.error} retry={() => void versions.refetch()} />}
      {shown && (
        <>
          {search.compare !== undefined && newest !== undefined && (
            <DiffView
              path={`/models/${encodeURIComponent(name)}/diff?from=${shown.version}&to=${newest.version}`}
              aside={
                <Link to="/tiers/$model" params={{ model: name }} search={{ version: search.version }}>
                  {t("diff.close")}
                </Link>
              }
            />
          )}
          <div className="columns wide-left">
            <div>
              <Rungs model={shown} />
              <Figures model={shown} />
            </div>
            <Versions versions={versions.data ?? []} shown={shown.version} current={newest?.version} />
          </div>
          <SourceText
            title={`${t("models.text")} · ${t("models.version", { version: shown.version })}`}
            file={`${shown.model}.yaml`}
            text={shown.text}
            folded
          />
        </>
      )}
    </Page>
  );
}

function Rungs({ model }: { model: ModelVersion }): ReactNode {
  const { t, say } = useWords();
  return (
    <Section
      title={t("models.rungs")}
      aside={
        <Link to="/customers" search={{ model: model.model }} className="small">
          {t("models.see_customers")}
        </Link>
      }
    >
      <ol className="rungs">
        {model.tiers.map((tier) => (
          <li key={tier.id}>
            <span className="nowrap">
              <TierTag id={tier.id} rungs={model.tiers} /> <code className="muted">{tier.id}</code>
            </span>
            <span className={tier.condition === null ? "muted" : ""}>
              {tier.condition === null ? t("models.otherwise") : say(tier.condition)}
              {tier.by_hand && <span className="small muted"> · {t("models.by_hand")}</span>}
            </span>
          </li>
        ))}
      </ol>
      {model.follows !== null && (
        <p className="note" style={{ marginTop: 8 }}>
          <b>{t("models.follows")}</b> {say(model.follows)}
        </p>
      )}
    </Section>
  );
}

function Figures({ model }: { model: ModelVersion }): ReactNode {
  const { t, say } = useWords();
  return (
    <Section title={t("models.columns")}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("models.title")}</th>
            <th scope="col">{t("models.name")}</th>
            <th scope="col">{t("models.kind")}</th>
            <th scope="col">{t("models.unit")}</th>
          </tr>
        </thead>
        <tbody>
          {model.columns.map((column) => (
            <tr key={column.name}>
              <th scope="row">{say(column.title)}</th>
              <td>
                <code>{column.name}</code>
              </td>
              <td>{t(column.kind === "measure" ? "models.measure" : "models.score")}</td>
              <td>{t(units[column.unit])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Versions({ versions, shown, current }: { versions: readonly ModelVersion[]; shown: number; current: number | undefined }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const [who, from] = [useWho(), useOrigin()];
  return (
    <Section title={t("models.versions")}>
      <ul className="cards">
        {versions
          .toSorted((a, b) => b.version - a.version)
          .map((one) => (
            <li key={one.version} aria-current={one.version === shown}>
              <div className="card-head">
                <Link to="/tiers/$model" params={{ model: one.model }} search={one.version === current ? {} : { version: String(one.version) }}>
                  {t("models.version", { version: one.version })}
                </Link>
                {one.version === current && <span className="muted">{t("models.current")}</span>}
              </div>
              {one.version !== current && (
                <Link className="small" to="/tiers/$model" params={{ model: one.model }} search={{ version: String(one.version), compare: "current" }}>
                  {t("diff.compare")}
                </Link>
              )}
              <div className="small muted">
                {t("models.published")} {figures.moment(one.published_at)} · {who(one.published_by)} · {from(one.origin)}
              </div>
            </li>
          ))}
      </ul>
    </Section>
  );
}
