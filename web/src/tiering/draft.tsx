import { Link, useBlocker } from "@tanstack/react-router";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { z } from "zod";
import type { ModelVersion } from "../../../src/tiering/schema.js";
import { useFigures } from "../ui/figures.js";
import { useWords } from "../ui/words.js";

/** What somebody wrote of a model and has not published. */
const Draft = z.object({
  text: z.string(),
  /** When it was last written at. */
  at: z.iso.datetime(),
  /** The version in force when it was begun. */
  base: z.int(),
});
type Draft = z.infer<typeof Draft>;

/** One draft of each person, model and version it began from; those begun from the version in force are one, whichever that is. */
const draftKey = (login: string, model: string, version: number | "in force"): string => `tierkeep.draft ${model} ${version} ${login}`;

function heldDraft(key: string): Draft | undefined {
  try {
    return Draft.safeParse(JSON.parse(localStorage.getItem(key) ?? "null")).data;
  } catch {
    // a browser that keeps nothing has no drafts, and what is not even JSON is none
    return undefined;
  }
}

/** Was it kept? */
function keepDraft(key: string, draft: Draft): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

function dropDraft(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // there is none
  }
}

/**
 * What is being written, kept in this browser from letter to letter until it is published or taken back: a page that is
 * reloaded or left loses nothing, so that nobody is asked, unless the browser keeps nothing.
 */
export function useDraft(login: string, from: ModelVersion, inForce: ModelVersion) {
  const { t } = useWords();
  const [key] = useState(() => draftKey(login, from.model, from.version === inForce.version ? "in force" : from.version));
  const [restored, setRestored] = useState(() => {
    const held = heldDraft(key);
    return held === undefined || held.text === from.text || held.text === inForce.text ? undefined : held;
  });
  const [text, setText] = useState(restored?.text ?? from.text);
  const [draft, setDraft] = useState(restored);
  const [kept, setKept] = useState(true);
  useBlocker({ shouldBlockFn: () => !window.confirm(t("draft.leave")), enableBeforeUnload: !kept, disabled: kept });
  const drop = (): void => {
    dropDraft(key);
    setRestored(undefined);
    setDraft(undefined);
    setKept(true);
  };
  const write = (written: string): void => {
    setText(written);
    if (written === from.text || written === inForce.text) {
      drop();
      return;
    }
    const next = { text: written, at: new Date().toISOString(), base: draft?.base ?? inForce.version };
    setDraft(next);
    setKept(keepDraft(key, next));
  };
  return { text, write, draft, drop, restored, kept };
}

interface DraftNoticeProps {
  restored: Draft | undefined;
  draft: Draft | undefined;
  kept: boolean;
  from: ModelVersion;
  inForce: ModelVersion;
  onDiscard: () => void;
}

/** What was found of an earlier visit, what was published since it was begun, and that nothing is kept. */
export function DraftNotice({ restored, draft, kept, from, inForce, onDiscard }: DraftNoticeProps): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const found = restored !== undefined && draft !== undefined;
  const passed = draft !== undefined && draft.base < inForce.version;
  if (!found && !passed && kept) return null;
  return (
    <div className="notice" role="status">
      {found && (
        <p className="line">
          <span className="strong">{t("draft.restored", { at: figures.moment(restored.at) })}</span>
          <Button size="small" onClick={onDiscard}>
            {from.version === inForce.version ? t("draft.discard") : t("draft.discard_version", { version: from.version })}
          </Button>
        </p>
      )}
      {passed && (
        <p>
          {t("draft.passed", { base: draft.base, version: inForce.version, by: inForce.published_by })}{" "}
          <Link to="/tiers/$model" params={{ model: inForce.model }} search={{ version: String(draft.base), compare: "current" }}>
            {t("draft.see_changes")}
          </Link>
        </p>
      )}
      {!kept && <p className="bad">{t("draft.unkept")}</p>}
    </div>
  );
}
