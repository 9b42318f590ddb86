import { Button, Form, Input } from "antd";
import { type ReactNode, useState } from "react";
import type { Channel } from "../../../src/outreach/schema.js";
import type { Outcome, Task } from "../../../src/service/schema.js";
import { useFigures } from "../ui/figures.js";
import { Sheet } from "../ui/sheet.js";
import { useWords } from "../ui/words.js";
import { ContactFields, said } from "./contact-fields.js";
import { daysAfter } from "./days.js";

export type Doing = "done" | "not_reached" | "postponed";

interface OutcomeSheetProps {
  task: Task;
  doing: Doing | undefined;
  /** What was typed before and refused. */
  before: Outcome | undefined;
  onClose: () => void;
  onSay: (outcome: Outcome) => void;
}

const titles = { done: "service.done_title", not_reached: "service.not_reached_title", postponed: "service.postpone_title" } as const;

/** The second tap: what came of the task, with everything filled in that can be known. */
export function OutcomeSheet(props: OutcomeSheetProps): ReactNode {
  const { t } = useWords();
  const { task, doing, onClose } = props;
  const who = task.name ?? task.customer_id;
  return (
    <Sheet open={doing !== undefined} title={doing ? t(titles[doing], { who }) : ""} onClose={onClose}>
      {doing === "postponed" ? <Postpone {...props} /> : doing && <Contacted {...props} doing={doing} />}
    </Sheet>
  );
}

interface Said {
  channel: Channel;
  note?: string;
  evidence?: string;
}

function Contacted({ task, doing, before, onSay }: OutcomeSheetProps & { doing: "done" | "not_reached" }): ReactNode {
  const { t } = useWords();
  const held = before?.outcome === doing ? before : undefined;
  const say = ({ channel, note, evidence }: Said): void => {
    const told = said(note);
    const shown = said(evidence);
    const noted = told === undefined ? {} : { note: told };
    onSay(
      doing === "done"
        ? { outcome: "done", channel, ...noted, ...(shown === undefined ? {} : { evidence: shown }) }
        : { outcome: "not_reached", channel, ...noted },
    );
  };
  return (
    <Form layout="vertical" requiredMark={false} initialValues={{ channel: task.by[0] ?? "call", ...held }} onFinish={say}>
      <ContactFields first={task.by} evidence={doing === "done" && task.evidence} />
      <Button type="primary" htmlType="submit" block>
        {t(doing === "done" ? "service.confirm_done" : "service.confirm_not_reached")}
      </Button>
    </Form>
  );
}

/** Days the server takes: workdays near by, or any until the promise would be missed. */
function Postpone({ task, before, onSay }: OutcomeSheetProps): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const [to, setTo] = useState(before?.outcome === "postponed" ? before.to : "");
  const first = daysAfter(task.day, 1);
  if (first > task.latest_on) return <p>{t("service.cannot_wait", { day: figures.day(task.latest_on) })}</p>;
  return (
    <div className="stack">
      <div className="choices">
        {task.postpone.map((day) => (
          <Button key={day} onClick={() => onSay({ outcome: "postponed", to: day })}>
            {figures.weekday(day)} · {figures.day(day)}
          </Button>
        ))}
      </div>
      <div className="choices" style={{ flexWrap: "nowrap" }}>
        <Input type="date" aria-label={t("service.another_day")} min={first} max={task.latest_on} value={to} onChange={({ target }) => setTo(target.value)} />
        <Button disabled={to < first || to > task.latest_on} onClick={() => onSay({ outcome: "postponed", to })}>
          {t("service.postpone_to")}
        </Button>
      </div>
    </div>
  );
}
