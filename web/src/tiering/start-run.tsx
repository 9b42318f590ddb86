import { useMutation } from "@tanstack/react-query";
import { Button, Form, Input, Modal, Select } from "antd";
import type { ReactNode } from "react";
import type { ModelVersion, RunRequest } from "../../../src/tiering/schema.js";
import { request } from "../api.js";
import { ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

interface StartRunProps {
  open: boolean;
  models: readonly ModelVersion[];
  onClose: () => void;
  onStarted: (job: string) => void;
}

type Asked = Pick<RunRequest, "model" | "as_of" | "known_at">;

/** Which model, as of which day, and as it was known when. */
export function StartRun({ open, models, onClose, onStarted }: StartRunProps): ReactNode {
  const { t, say } = useWords();
  const start = useMutation({
    mutationFn: ({ known_at, ...asked }: Asked) =>
      request<{ job: string }>("/runs", { method: "POST", body: known_at === undefined || known_at === "" ? asked : { ...asked, known_at } }),
    onSuccess: ({ job }) => onStarted(job),
  });
  const close = (): void => {
    start.reset();
    onClose();
  };
  return (
    <Modal open={open} onCancel={close} title={t("runs.start")} footer={null} destroyOnHidden width={440}>
      {start.error && <ProblemView error={start.error} />}
      <Form layout="vertical" requiredMark={false} initialValues={{ model: models[0]?.model, as_of: today() }} onFinish={(asked: Asked) => start.mutate(asked)}>
        <Form.Item name="model" label={t("ui.model")} rules={[{ required: true, message: t("runs.model_missing") }]}>
          <Select options={models.map((model) => ({ value: model.model, label: say(model.title) }))} />
        </Form.Item>
        <Form.Item name="as_of" label={t("runs.as_of_label")} extra={t("runs.as_of_hint")} rules={[{ required: true, message: t("runs.day_missing") }]}>
          <Input type="date" />
        </Form.Item>
        <Form.Item name="known_at" label={t("runs.known_at_label")} extra={t("runs.known_at_hint")}>
          <Input type="date" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={start.isPending}>
          {t("runs.go")}
        </Button>
      </Form>
    </Modal>
  );
}

/** The reader's own day. */
function today(): string {
  return new Intl.DateTimeFormat("sv-SE", { dateStyle: "short" }).format(new Date());
}
