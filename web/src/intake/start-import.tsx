import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Form, Modal, Progress, Select } from "antd";
import { type ReactNode, useState } from "react";
import type { Text } from "../../../src/platform/schema.js";
import { type Page as PageOf, request, upload } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

interface MappingSummary {
  name: string;
  title: Text;
  source: string;
  about: Text | null;
}

interface Asked {
  file: File;
  mapping: string;
}

interface StartImportProps {
  open: boolean;
  onClose: () => void;
  onStarted: (job: string) => void;
}

/** Choose a file and what its columns mean; send it; the import goes on as a job. */
export function StartImport({ open, onClose, onStarted }: StartImportProps): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const [sent, setSent] = useState(0);
  const mappings = useQuery({
    queryKey: ["mappings"],
    enabled: open,
    queryFn: async () => {
      const answer = await request<MappingSummary[] | PageOf<MappingSummary>>("/mappings");
      return Array.isArray(answer) ? answer : answer.items;
    },
  });
  const start = useMutation({
    mutationFn: async ({ file, mapping }: Asked) => {
      setSent(0);
      const held = await upload<{ upload: string }>("/uploads", file, setSent);
      return request<{ job: string }>("/imports", { method: "POST", body: { upload: held.upload, mapping } });
    },
    onSuccess: ({ job }) => onStarted(job),
  });
  const [form] = Form.useForm<Asked>();
  const named = Form.useWatch("mapping", form);
  const chosen = mappings.data?.find((one) => one.name === named);
  const close = (): void => {
    if (start.isPending) return;
    start.reset();
    onClose();
  };
  return (
    <Modal open={open} onCancel={close} title={t("intake.import")} footer={null} destroyOnHidden width={480}>
      {start.error && <ProblemView error={start.error} />}
      {mappings.error && <ProblemView error={mappings.error} retry={() => void mappings.refetch()} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(asked: Asked) => start.mutate(asked)}>
        <Form.Item
          name="file"
          label={t("intake.file")}
          extra={t("intake.file_hint")}
          valuePropName="held"
          getValueFromEvent={(changed: { target: HTMLInputElement }) => changed.target.files?.[0]}
          rules={[{ required: true, message: t("intake.file_missing") }]}
        >
          <FileField />
        </Form.Item>
        <Form.Item
          name="mapping"
          label={t("intake.mapping")}
          extra={chosen?.about ? say(chosen.about) : t("intake.mapping_hint")}
          rules={[{ required: true, message: t("intake.mapping_missing") }]}
        >
          <Select
            loading={mappings.isPending}
            placeholder={t("intake.choose_mapping")}
            options={(mappings.data ?? []).map((one) => ({ value: one.name, label: `${say(one.title)} (${one.name})` }))}
          />
        </Form.Item>
        {start.isPending && start.variables && (
          <div aria-live="polite" style={{ marginBottom: 12 }}>
            <div className="small muted">{t("intake.uploading", { name: start.variables.file.name, size: figures.bytes(start.variables.file.size) })}</div>
            <Progress percent={Math.floor(sent * 100)} size="small" aria-label={t("intake.file")} />
          </div>
        )}
        <Button type="primary" htmlType="submit" block loading={start.isPending}>
          {t("intake.start")}
        </Button>
      </Form>
    </Modal>
  );
}

/** The browser's own file field: works by keyboard, on phones, and with any size. */
function FileField({ id, held: _held, ...rest }: { id?: string; held?: File; onChange?: (changed: { target: HTMLInputElement }) => void }): ReactNode {
  return <input id={id} type="file" accept=".csv,.tsv,.txt,.asc,.parquet" style={{ width: "100%", minHeight: 32, font: "inherit" }} {...rest} />;
}
