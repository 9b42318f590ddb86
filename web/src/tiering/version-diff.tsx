import "./studio.css";

import { useQuery } from "@tanstack/react-query";
import { diffWordsWithSpace } from "diff";
import { Fragment, type ReactNode } from "react";
import type { VersionDiff } from "../../../src/tiering/schema.js";
import { request } from "../api.js";
import { Section } from "../ui/page.js";
import { Bone, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

type Part = VersionDiff["parts"][number];

/** Equal lines around a change that are shown. */
const AROUND = 2;

const marks = { same: " ", added: "+", removed: "−" } as const;

/** Two texts beside each other, line by line, the equal ones left out but for a few. */
export function DiffView({ path, aside }: { path: string; aside?: ReactNode }): ReactNode {
  const { t } = useWords();
  const diff = useQuery({ queryKey: ["diff", path], queryFn: () => request<VersionDiff>(path) });
  if (diff.error) return <ProblemView error={diff.error} retry={() => void diff.refetch()} />;
  const told = diff.data;
  const title =
    told === undefined ? <Bone width={140} /> : told.to === null ? t("diff.proposed", { from: told.from }) : t("diff.title", { from: told.from, to: told.to });
  return (
    <Section title={title} aside={aside}>
      {told?.parts.every(({ kind }) => kind === "same") ? (
        <p>{t("diff.none")}</p>
      ) : (
        <pre className="diff" tabIndex={0}>
          {/* parts and lines have no identity of their own and never reorder: their place is their key */}
          {Object.entries(told?.parts ?? []).map(([key, part]) => (
            <Lines
              key={key}
              part={part}
              against={counterpart(told?.parts ?? [], Number(key))}
              first={key === "0"}
              last={Number(key) === (told?.parts.length ?? 0) - 1}
            />
          ))}
        </pre>
      )}
    </Section>
  );
}

/** What stands in the place of changed lines, line for line: what was added for as many that were removed. */
function counterpart(parts: readonly Part[], at: number): Part | undefined {
  const part = parts[at];
  const other = part?.kind === "removed" ? parts[at + 1] : part?.kind === "added" ? parts[at - 1] : undefined;
  return other !== undefined && other.kind !== "same" && other.lines.length === part?.lines.length ? other : undefined;
}

interface LinesProps {
  part: Part;
  against: Part | undefined;
  first: boolean;
  last: boolean;
}

function Lines({ part: { kind, lines }, against, first, last }: LinesProps): ReactNode {
  const { t } = useWords();
  const [head, tail] = [first ? 0 : AROUND, last ? 0 : AROUND];
  const out = kind === "same" ? lines.length - head - tail : 0;
  const shown: readonly (string | null)[] = out > 1 ? [...lines.slice(0, head), null, ...lines.slice(lines.length - tail)] : lines;
  return (
    <>
      {Object.entries(shown).map(([key, line]) =>
        line === null ? (
          <div key={key} className="left-out">
            {t("diff.same", { count: out })}
          </div>
        ) : (
          <div key={key} className={kind} data-mark={marks[kind]}>
            <Words line={line} against={against?.lines[Number(key)]} />
          </div>
        ),
      )}
    </>
  );
}

/** A line with what the line in its place does not have. */
function Words({ line, against }: { line: string; against: string | undefined }): ReactNode {
  if (against === undefined) return line;
  const parts = diffWordsWithSpace(against, line).filter(({ removed }) => !removed);
  return Object.entries(parts).map(([key, { added, value }]) => (added ? <mark key={key}>{value}</mark> : <Fragment key={key}>{value}</Fragment>));
}
