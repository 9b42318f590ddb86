import type { ReactNode } from "react";
import type { Task } from "../../../src/service/schema.js";
import { useMay } from "../access/session.js";
import { useFigures } from "../ui/figures.js";
import { Bone } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import type { useOutcomes } from "./outcomes.js";
import { TaskRow } from "./task-row.js";

interface TaskListProps {
  tasks: readonly Task[];
  outcomes: ReturnType<typeof useOutcomes>;
  introduce?: boolean;
}

/** What is still to do, the most pressing first as the server ordered it; below, folded, what came of the rest. */
export function TaskList({ tasks, outcomes, introduce = true }: TaskListProps): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const mayDo = useMay("work:do");
  const standing = tasks.map(outcomes.standing);
  const open = standing.filter((task) => task.state === "open");
  // One contact serves every matter it can: whoever is on the list more than once is shown once, with the other matters beside.
  const first = introduce ? open.filter((task, i) => open.findIndex((one) => one.customer_id === task.customer_id) === i) : open;
  const others = (task: Task): Task[] => (introduce ? open.filter((one) => one.customer_id === task.customer_id && one !== task) : []);
  const rest = standing.filter((task) => task.state !== "open");
  const row = (task: Task): ReactNode => (
    <TaskRow
      key={task.task}
      task={task}
      others={task.state === "open" ? others(task) : []}
      mayDo={mayDo}
      saving={outcomes.isSaving(task)}
      failure={outcomes.failureOf(task)}
      introduce={introduce}
      onSay={(outcome) => outcomes.send(task, outcome)}
    />
  );
  return (
    <>
      {open.length > 0 && (
        <ul className="tasks" aria-label={t("service.tasks")}>
          {first.map(row)}
        </ul>
      )}
      {rest.length > 0 && (
        <details className="done-tasks">
          <summary>{t("service.came_of", { number: figures.number(rest.length), count: rest.length })}</summary>
          <ul className="tasks">{rest.map(row)}</ul>
        </details>
      )}
    </>
  );
}

/** The same rows, waiting. */
export function TaskBones(): ReactNode {
  const { t } = useWords();
  return (
    <ul className="tasks" aria-busy="true" aria-label={t("ui.loading")}>
      {["a", "b", "c", "d", "e"].map((key) => (
        <li key={key} style={{ minHeight: 96 }}>
          <div>
            <Bone width={140} />
          </div>
          <div>
            <Bone width="70%" />
          </div>
          <div>
            <Bone width="40%" />
          </div>
        </li>
      ))}
    </ul>
  );
}
