import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input } from "antd";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import type { Group, ModelVersion, StandingRow } from "../../../src/tiering/schema.js";
import { type Page, ProblemError, query, request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { useSettled } from "../ui/settled.js";
import { Sheet } from "../ui/sheet.js";
import { ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { ConditionField } from "./condition-field.js";
import { ModelSwitch } from "./model-switch.js";
import { useModel } from "./models-query.js";

const SETTLES_MS = 350;

interface GroupFormProps {
  /** What it begins with: a group that is changed, or what was written elsewhere. */
  start: Partial<Pick<Group, "group" | "title" | "about" | "tag">> & { model?: string | undefined; where?: string | undefined };
  onClose: () => void;
  onSaved: (group: string) => void;
}

/** A title as the plain name of files and addresses. */
const plain = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "")
    .slice(0, 60);

/** Write a group: titles, model, condition with how many meet it. */
export function GroupForm({ start, onClose, onSaved }: GroupFormProps): ReactNode {
  const { t } = useWords();
  const queries = useQueryClient();
  const [title, setTitle] = useState(start.title ?? { zh: "", en: "" });
  const [typed, setTyped] = useState(start.group);
  const [named, setNamed] = useState(start.model);
  const [where, setWhere] = useState(start.where ?? "");
  const [tag, setTag] = useState(start.tag ?? true);
  const { models, model } = useModel(named);
  const group = typed ?? plain(title.en);
  const live = useCount(model?.model, where);
  const save = useMutation({
    mutationFn: () => {
      const document = { group, title, ...(start.about ? { about: start.about } : {}), model: model?.model, where: where.trim(), tag };
      return request<Group[]>("/groups", { method: "POST", body: { text: JSON.stringify(document) } });
    },
    onSuccess: () => {
      for (const key of ["groups", "persona", "customers", "tags"]) void queries.invalidateQueries({ queryKey: [key] });
      onSaved(group);
    },
  });
  const whole = group !== "" && where.trim() !== "" && (title.zh !== "" || title.en !== "");
  const submit = (submitted: FormEvent): void => {
    submitted.preventDefault();
    if (whole) save.mutate();
  };
  return (
    <Sheet open title={start.group === undefined ? t("groups.new") : t("groups.change_title")} onClose={onClose}>
      <form onSubmit={submit} style={{ display: "grid", gap: 12 }}>
        <Words label={t("groups.title_zh")} value={title.zh} onType={(zh) => setTitle({ ...title, zh })} />
        <Words label={t("groups.title_en")} value={title.en} hint={t("groups.one_title")} onType={(en) => setTitle({ ...title, en })} />
        {start.group === undefined && <Words label={t("groups.id")} value={group} hint={t("groups.id_hint")} code onType={setTyped} />}
        <div className="field">
          <span className="label" aria-hidden="true">
            {t("groups.model")}
          </span>
          <ModelSwitch models={models} model={model?.model} onChoose={setNamed} />
        </div>
        {model && <ConditionField model={model} value={where} problem={live.problem} onType={setWhere} />}
        <LiveCount model={model} where={where} live={live} />
        <Checkbox checked={tag} onChange={(changed) => setTag(changed.target.checked)}>
          {t("groups.wear")}
        </Checkbox>
        {save.error && <ProblemView error={withoutPlaces(save.error)} />}
        {!whole && <span className="small muted">{t("groups.missing")}</span>}
        <div style={{ display: "flex", gap: 8 }}>
          <Button type="primary" htmlType="submit" disabled={!whole} loading={save.isPending}>
            {t("groups.save")}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

/** In a form, lines of the text that is sent say nothing. */
function withoutPlaces(error: Error): Error {
  if (!(error instanceof ProblemError)) return error;
  return new ProblemError(
    error.status,
    error.problems.map(({ place: _, ...one }) => one),
  );
}

function Words(props: { label: string; value: string; hint?: string; code?: boolean; onType: (value: string) => void }): ReactNode {
  const field = useId();
  const { label, value, hint, code, onType } = props;
  return (
    <div className="field">
      <label className="label" htmlFor={field}>
        {label}
      </label>
      <Input id={field} value={value} {...(code ? { className: "code", autoCapitalize: "none" } : {})} onChange={(typed) => onType(typed.target.value)} />
      {hint !== undefined && <div className="small muted">{hint}</div>}
    </div>
  );
}

interface Live {
  total: number | null | undefined;
  problem: ProblemError | undefined;
}

/** How many meet a condition, once nobody types. */
function useCount(model: string | undefined, where: string): Live {
  const settled = useSettled(where.trim(), SETTLES_MS);
  const { data, error } = useQuery({
    queryKey: ["customers", "count", model, settled],
    enabled: model !== undefined && settled !== "",
    queryFn: ({ signal }) => request<Page<StandingRow>>(`/models/${model}/customers${query({ where: settled, limit: 1 })}`, { signal }),
  });
  const current = settled === where.trim();
  return { total: current && !error ? data?.total : undefined, problem: current && error instanceof ProblemError ? error : undefined };
}

function LiveCount({ model, where, live: { total, problem } }: { model: ModelVersion | undefined; where: string; live: Live }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const told = total != null ? t("groups.live", { customers: figures.number(total), count: total }) : t("groups.live_counting");
  return (
    <div role="status" className={total == null ? "muted" : "strong"}>
      {where.trim() === "" || model === undefined ? t("groups.live_wait") : problem === undefined && told}
    </div>
  );
}
