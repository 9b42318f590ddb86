import "../ui/no-eval.js";

import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { channelLabels } from "../../../src/outreach/schema.js";
import { type Outcome, type Task, taskStateLabels } from "../../../src/service/schema.js";
import { useRungsOf } from "../tiering/rungs.js";
import { useFigures } from "../ui/figures.js";
import { Phone } from "../ui/phone.js";
import { ProblemView } from "../ui/states.js";
import { TierTag, tierStyle } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { type Doing, OutcomeSheet } from "./outcome-sheet.js";

interface TaskRowProps {
  task: Task;
  /** The customer's other matters of the day: a contact that counts for them does them, too. */
  others: readonly Task[];
  mayDo: boolean;
  saving: boolean;
  failure: { outcome: Outcome; error: Error } | undefined;
  onSay: (outcome: Outcome) => void;
  /** On the customer's own page they need no introduction. */
  introduce: boolean;
}

const deeds = [
  ["done", "service.done"],
  ["not_reached", "service.not_reached"],
  ["postponed", "service.postpone"],
] as const satisfies readonly (readonly [Doing, string])[];

/** One line of somebody's day: whom, what, why, until when, what to say; and what came of it. */
export function TaskRow(props: TaskRowProps): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { task, mayDo, failure, onSay, introduce } = props;
  const [doing, setDoing] = useState<Doing>();
  const rungs = useRungsOf()(task.tier, task.tier_title);
  const open = task.state === "open";
  const who = task.name ?? task.customer_id;
  return (
    <li style={tierStyle(task.tier, rungs)} data-task={task.task} data-state={task.state}>
      {failure && <ProblemView error={failure.error} retry={() => onSay(failure.outcome)} />}
      <div className="task">
        <div>
          {introduce && (
            <div className="task-who">
              <Link to="/customers/$id" params={{ id: task.customer_id }}>
                {who}
              </Link>
              <TierTag id={task.tier} rungs={rungs} />
              {open && task.phone !== null && <Phone phone={task.phone} who={who} />}
            </div>
          )}
          <div>
            <span className={introduce ? "" : "strong"}>{say(task.title)}</span>
            <span className="muted"> · {say(task.reason)}</span>
          </div>
          <When {...props} />
          {props.others.length > 0 && (
            <ul className="small muted" aria-label={t("service.others")}>
              {props.others.map((other) => (
                <li key={other.task}>{t("service.other", { title: say(other.title), reason: say(other.reason), day: figures.day(other.due_on) })}</li>
              ))}
            </ul>
          )}
          {open && task.script !== null && (
            <details open={!introduce}>
              <summary>{t("service.script")}</summary>
              <p className="script">{say(task.script)}</p>
            </details>
          )}
        </div>
        {open && mayDo && (
          <div className="task-do">
            {deeds.map(([deed, title]) => (
              <Button
                key={deed}
                type={deed === "done" ? "primary" : "default"}
                aria-haspopup="dialog"
                aria-label={`${t(title)} ${who}`}
                onClick={() => setDoing(deed)}
              >
                {t(title)}
              </Button>
            ))}
          </div>
        )}
      </div>
      <OutcomeSheet
        task={task}
        doing={doing}
        before={failure?.outcome}
        onClose={() => setDoing(undefined)}
        onSay={(outcome) => {
          setDoing(undefined);
          onSay(outcome);
        }}
      />
    </li>
  );
}

function When({ task, saving }: TaskRowProps): ReactNode {
  const { t, say, language } = useWords();
  const figures = useFigures();
  if (task.state !== "open")
    return (
      <div className="task-when">
        <span className={task.state === "done" ? "good strong" : "strong"}>{say(taskStateLabels[task.state])}</span>
        {task.postponed_to !== null && task.state === "postponed" && <span>{t("service.until", { day: figures.day(task.postponed_to) })}</span>}
        {task.attempts > 0 && <span>{t("service.attempts", { times: figures.number(task.attempts), count: task.attempts })}</span>}
        {saving && <span role="status">{t("service.saving")}</span>}
      </div>
    );
  return (
    <div className="task-when">
      {task.overdue ? (
        <span className="bad strong">{t("service.overdue_since", { day: figures.day(task.due_on) })}</span>
      ) : (
        <span>{t("service.due", { day: figures.day(task.due_on) })}</span>
      )}
      <span>{t("service.takes", { time: figures.minutes(task.minutes) })}</span>
      {task.by.length > 0 && <span>{task.by.map((channel) => say(channelLabels[channel])).join(language === "zh" ? "、" : ", ")}</span>}
      {task.attempts > 0 && <span>{t("service.attempts", { times: figures.number(task.attempts), count: task.attempts })}</span>}
      {task.evidence && <span>{t("service.needs_evidence")}</span>}
    </div>
  );
}
