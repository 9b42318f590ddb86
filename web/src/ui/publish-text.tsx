import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useId, useState } from "react";
import type { Problem } from "../../../src/platform/schema.js";
import { request } from "../api.js";
import { Sheet } from "./sheet.js";
import { ProblemList, ProblemView } from "./states.js";
import { useWords } from "./words.js";

interface PublishTextProps {
  /** Where the text is published; `/check` below it says what is wrong with it. */
  path: string;
  title: string;
  /** Lists that change. */
  renews: readonly string[];
}

interface Held {
  text: string;
  origin: string;
}

/** A file read and checked here before it is published: every problem with its line, and nothing is published until there is none. */
export function PublishText({ path, title, renews }: PublishTextProps): ReactNode {
  const { t } = useWords();
  const queries = useQueryClient();
  const field = useId();
  const [open, setOpen] = useState(false);
  const check = useMutation({
    mutationFn: async (file: File): Promise<Held & { problems: Problem[] }> => {
      const text = await file.text();
      const { problems } = await request<{ problems: Problem[] }>(`${path}/check`, { method: "POST", body: { text, file: file.name } });
      return { text, origin: file.name, problems };
    },
  });
  const publish = useMutation({
    mutationFn: ({ text, origin }: Held) => request<unknown>(path, { method: "POST", body: { text, origin } }),
    onSuccess: async () => {
      await Promise.all(renews.map((key) => queries.invalidateQueries({ queryKey: [key] })));
      close();
    },
  });
  const close = (): void => {
    check.reset();
    publish.reset();
    setOpen(false);
  };
  const held = check.data;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{title}</Button>
      <Sheet open={open} title={title} onClose={close}>
        <div className="stack">
          <div>
            <label className="small muted" htmlFor={field}>
              {t("ui.file_yaml")}
            </label>
            <div className="file-field">
              <input
                id={field}
                type="file"
                accept=".yaml,.yml,.txt"
                onChange={({ target }) => {
                  const file = target.files?.[0];
                  publish.reset();
                  if (file) check.mutate(file);
                  // the same file can be chosen again once it is mended
                  target.value = "";
                }}
              />
              <span className="file-button" aria-hidden="true">
                {t("ui.choose_file")}
              </span>
              <span className="muted">{held?.origin ?? t("ui.no_file")}</span>
            </div>
          </div>
          {check.error && <ProblemView error={check.error} />}
          {publish.error && <ProblemView error={publish.error} />}
          {held !== undefined && held.problems.length > 0 && (
            <>
              <p className="strong">{t("ui.file_problems", { count: held.problems.length })}</p>
              <ProblemList problems={held.problems} />
            </>
          )}
          {held?.problems.length === 0 && (
            <p className="good strong" role="status">
              ✓ {t("ui.file_sound")}
            </p>
          )}
          <Button
            type="primary"
            block
            disabled={held === undefined || held.problems.length > 0}
            loading={check.isPending || publish.isPending}
            onClick={() => held && publish.mutate(held)}
          >
            {t("ui.publish")}
          </Button>
        </div>
      </Sheet>
    </>
  );
}
