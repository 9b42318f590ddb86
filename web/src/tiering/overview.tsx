import "../ui/no-eval.js";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import { type Overview as OverviewOf, phaseLabels } from "../../../src/tiering/schema.js";
import { ProblemError, request } from "../api.js";
import { BankDay } from "../service/bank-day.js";
import { useFigures } from "../ui/figures.js";
import { Nothing } from "../ui/nothing.js";
import { Page } from "../ui/page.js";
import { Bone, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { Funnel } from "./funnel.js";
import { ModelSwitch } from "./model-switch.js";
import { useModel } from "./models-query.js";
import { Movement } from "./movement.js";
import { Shares } from "./shares.js";
import { TierCardBones, TierCards } from "./tier-cards.js";

const route = getRouteApi("/inside/");

/** Where all customers stand under one model, and what moved since the run before. */
export function Overview(): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { models, model, error: modelsError, refetch } = useModel(search.model);
  const overview = useQuery({
    queryKey: ["overview", model?.model],
    enabled: model !== undefined,
    queryFn: () => request<OverviewOf>(`/models/${model?.model}/overview`),
    placeholderData: keepPreviousData,
  });
  const found = overview.error ? undefined : overview.data;
  const values = found && { customers: figures.number(found.run.customers), tiers: found.tiers.length, moved: figures.number(found.run.moved) };
  const first = found?.tiers.every((tier) => tier.before === null) === true;
  const waiting = !overview.error && !modelsError && models?.length !== 0;
  const neverRun = overview.error instanceof ProblemError && overview.error.status === 404;
  const problem = modelsError ?? (neverRun ? null : overview.error);
  return (
    <Page
      name={t("ui.overview")}
      question={t("overview.question")}
      answer={values ? t(first ? "overview.answer_first" : "overview.answer", values) : waiting && <Bone width={280} />}
      actions={<ModelSwitch models={models} model={model?.model} onChoose={(chosen) => void navigate({ search: { model: chosen } })} />}
    >
      {problem && <ProblemView error={problem} retry={() => void (modelsError ? refetch() : overview.refetch())} />}
      {models?.length === 0 && (
        <Nothing title={t("overview.no_model")} hint={t("overview.no_model_hint")} action={<Link to="/tiers">{t("overview.to_tiers")}</Link>} />
      )}
      {neverRun && <Nothing title={t("overview.no_run")} hint={t("overview.no_run_hint")} action={<Link to="/runs">{t("overview.to_runs")}</Link>} />}
      {!problem && models?.length !== 0 && <BankDay />}
      {found ? <Found overview={found} /> : waiting && <TierCardBones count={model?.tiers.length ?? 6} />}
    </Page>
  );
}

/** How many are between two tiers, each number leading to who they are. */
function OnTheWay({ overview: { model, phases } }: { overview: OverviewOf }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const some = (["rising", "below", "watch"] as const).filter((phase) => phases[phase] > 0);
  if (some.length === 0) return null;
  return (
    <span>
      {t("overview.on_the_way")}{" "}
      {some.map((phase, i) => (
        <Fragment key={phase}>
          {i > 0 && " · "}
          <Link to="/customers" search={{ model: model.model, phase }}>
            {say(phaseLabels[phase])} {figures.number(phases[phase])}
          </Link>
        </Fragment>
      ))}
    </span>
  );
}

function Found({ overview }: { overview: OverviewOf }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { run } = overview;
  return (
    <>
      <div className="stamps" style={{ marginBottom: 10 }}>
        <span>
          {t("overview.as_of")} <b>{figures.day(run.as_of)}</b>
        </span>
        <span>
          {t("overview.data_recorded")} <b>{figures.moment(run.data_as_of)}</b>
        </span>
        <span>
          {t("overview.computed")} <b>{figures.moment(run.computed_at)}</b>
        </span>
        <OnTheWay overview={overview} />
      </div>
      <TierCards overview={overview} />
      {overview.funnel && <Funnel funnel={overview.funnel} model={overview.model} />}
      <div className="columns">
        <Shares overview={overview} />
        <Movement overview={overview} />
      </div>
    </>
  );
}
