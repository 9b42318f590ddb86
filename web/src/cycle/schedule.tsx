import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Switch } from "antd";
import { type ReactNode, useId, useState } from "react";
import type { CycleSchedule } from "../../../src/platform/cycle/schema.js";
import { request } from "../api.js";
import { aboutQuery } from "../ui/figures.js";
import { Section } from "../ui/page.js";
import { Bone, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

const scheduleQuery = { queryKey: ["cycles", "schedule"], queryFn: () => request<CycleSchedule>("/cycles/schedule") } as const;

/** When the cycle starts by itself; changed by who may run it. */
export function Schedule({ mayChange }: { mayChange: boolean }): ReactNode {
  const { t } = useWords();
  const { data: schedule, error, refetch } = useQuery(scheduleQuery);
  return (
    <Section title={t("cycle.hours")}>
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!error && schedule === undefined && <Bone width={260} />}
      {schedule && !mayChange && <p>{schedule.enabled ? t("cycle.starts_at", { time: schedule.starts_at }) : t("cycle.by_hand")}</p>}
      {schedule && mayChange && <Change key={`${schedule.enabled} ${schedule.starts_at}`} schedule={schedule} />}
    </Section>
  );
}

function Change({ schedule }: { schedule: CycleSchedule }): ReactNode {
  const { t } = useWords();
  const queries = useQueryClient();
  const { data: about } = useQuery(aboutQuery);
  const field = useId();
  const [enabled, setEnabled] = useState(schedule.enabled);
  const [startsAt, setStartsAt] = useState(schedule.starts_at);
  const save = useMutation({
    mutationFn: (changed: CycleSchedule) => request<CycleSchedule>("/cycles/schedule", { method: "POST", body: changed }),
    onSuccess: (saved) => queries.setQueryData(scheduleQuery.queryKey, saved),
  });
  const changed = enabled !== schedule.enabled || startsAt !== schedule.starts_at;
  return (
    <>
      {save.error && <ProblemView error={save.error} />}
      <div className="filters" style={{ alignItems: "center", marginBottom: 0 }}>
        <span style={{ display: "inline-flex", alignItems: "center", gap: 8, minHeight: 32 }}>
          <Switch aria-label={t("cycle.by_itself")} checked={enabled} onChange={setEnabled} />
          <span>{enabled ? t("cycle.by_itself") : t("cycle.by_hand")}</span>
        </span>
        {enabled && (
          <label htmlFor={field} style={{ display: "inline-flex", alignItems: "center", gap: 8 }}>
            <span className="muted">{t("cycle.at")}</span>
            <Input id={field} type="time" style={{ width: 120 }} value={startsAt} onChange={({ target }) => setStartsAt(target.value)} />
          </label>
        )}
        <Button disabled={!changed || startsAt === ""} loading={save.isPending} onClick={() => save.mutate({ enabled, starts_at: startsAt })}>
          {t("cycle.save")}
        </Button>
        <span className="note">{t("cycle.clock", { zone: about?.zone ?? "" })}</span>
      </div>
    </>
  );
}
