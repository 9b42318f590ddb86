import { Input } from "antd";
import { type ReactNode, useId } from "react";
import type { ModelVersion } from "../../../src/tiering/schema.js";
import { useMay } from "../access/session.js";
import type { ProblemError } from "../api.js";
import type { TextKey } from "../texts.js";
import { useWords } from "../ui/words.js";

interface ConditionFieldProps {
  model: ModelVersion;
  value: string;
  problem: ProblemError | undefined;
  onType: (value: string) => void;
}

/** A condition in the models' own language, the names it may use, and its mistakes. */
export function ConditionField({ model, value, problem, onType }: ConditionFieldProps): ReactNode {
  const { t, say } = useWords();
  const field = useId();
  const help = useId();
  const mayAges = useMay("personal:read");
  const names = [
    ...model.columns.map(({ name, title }) => ({ name, title: say(title) })),
    ...Object.entries(profile).flatMap(([name, title]) => (name === "age" && !mayAges ? [] : [{ name, title: t(title) }])),
  ].filter(({ name }, i, all) => all.findIndex((one) => one.name === name) === i); // a figure of the same name comes first
  return (
    <div className="field where">
      <label className="label" htmlFor={field}>
        {t("customers.where")}
      </label>
      <Input
        id={field}
        className="code"
        spellCheck={false}
        autoCapitalize="none"
        value={value}
        allowClear
        {...(problem ? { status: "error" as const } : {})}
        aria-invalid={problem !== undefined}
        aria-describedby={help}
        placeholder={t("customers.where_example", { example: exampleOf(model) })}
        onChange={(typed) => onType(typed.target.value)}
      />
      <div id={help}>
        {problem?.problems.map((one) => (
          <div key={one.message.en} className="problem" role="alert">
            {say(one.message)}
            {one.hint && <div>{say(one.hint)}</div>}
          </div>
        ))}
        <div className="names">
          <span>{t("customers.where_names")}</span>
          {names.map((column) => (
            <button
              key={column.name}
              type="button"
              className="code"
              title={column.title}
              onClick={() => onType(`${value}${value === "" || value.endsWith(" ") ? "" : " "}${column.name}`)}
            >
              {column.name}
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}

/** What a condition may ask of the profile. */
const profile = {
  age: "customers.of_age",
  sex: "customers.of_sex",
  region: "customers.of_region",
  branch: "customers.of_branch",
  kind: "customers.of_kind",
} as const satisfies Record<string, TextKey>;

const comparisons = { money: ">= 10000", days: "<= 30", count: ">= 2", number: ">= 1", text: "is not null", score: ">= 3" } as const satisfies Record<
  ModelVersion["columns"][number]["unit"],
  string
>;

/** A condition that makes sense for this very model's columns. */
function exampleOf(model: ModelVersion): string {
  return model.columns
    .slice(0, 2)
    .map((column) => `${column.name} ${comparisons[column.unit]}`)
    .join(" and ");
}
