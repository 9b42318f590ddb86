import "../ui/no-eval.js";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import type { ReactNode } from "react";
import { type AuditEntry, type AuditVerification, type Permission, roleLabels } from "../../../src/access/schema.js";
import type { Language } from "../../../src/platform/schema.js";
import { type Page as PageOf, request } from "../api.js";
import type { TextKey } from "../texts.js";
import { DataTable } from "../ui/data-table.js";
import { aboutQuery, useFigures } from "../ui/figures.js";
import { chooseLanguage } from "../ui/language.js";
import { Page, Section } from "../ui/page.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { sessionQuery, useMay } from "./session.js";

const permissions = {
  "customers:read": "access.may_customers_read",
  "personal:read": "access.may_personal_read",
  "facts:import": "access.may_facts_import",
  "models:publish": "access.may_models_publish",
  "tiers:run": "access.may_tiers_run",
  "portfolio:assign": "access.may_portfolio_assign",
  "plans:publish": "access.may_plans_publish",
  "work:do": "access.may_work_do",
  "messages:read": "access.may_messages_read",
  "cycle:run": "access.may_cycle_run",
  "jobs:read": "access.may_jobs_read",
  "audit:read": "access.may_audit_read",
  "users:manage": "access.may_users_manage",
} as const satisfies Record<Permission, TextKey>;

/** Who I am here, which workspace this is, and whether its audit is whole. */
export function Settings(): ReactNode {
  const { t } = useWords();
  const mayAudit = useMay("audit:read");
  return (
    <Page name={t("ui.settings")} question={t("access.settings_question")}>
      <div className="columns">
        <You />
        <AboutWorkspace />
      </div>
      <LanguageChoice />
      {mayAudit && <Audit />}
    </Page>
  );
}

function You(): ReactNode {
  const { t, say, language } = useWords();
  const figures = useFigures();
  const router = useRouter();
  const queries = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  const signOut = useMutation({
    mutationFn: () => request<void>("/session", { method: "DELETE" }),
    onSuccess: async () => {
      queries.clear();
      await router.navigate({ to: "/sign-in" });
    },
  });
  if (!session) return null;
  const { actor } = session;
  const { scope } = actor;
  const sees =
    "all" in scope
      ? t("access.scope_all")
      : "manager" in scope
        ? t("access.scope_manager", { manager: scope.manager })
        : scope.branches.join(language === "zh" ? "、" : ", ") || t("access.scope_none");
  return (
    <Section
      title={t("access.you")}
      aside={
        <Button size="small" loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {t("access.sign_out")}
        </Button>
      }
    >
      <dl className="facts-list">
        <dt>{t("access.name")}</dt>
        <dd>
          {actor.name} <span className="muted">({actor.login})</span>
        </dd>
        <dt>{t("access.role")}</dt>
        <dd>{say(roleLabels[actor.role])}</dd>
        <dt>{t("access.scope")}</dt>
        <dd>{sees}</dd>
        <dt>{t("access.may")}</dt>
        <dd>{session.permissions.map((one) => t(permissions[one])).join(language === "zh" ? "、" : ", ")}</dd>
        <dt>{t("access.session_until")}</dt>
        <dd>{figures.moment(session.expires_at)}</dd>
      </dl>
    </Section>
  );
}

function AboutWorkspace(): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { data: about, error, refetch } = useQuery(aboutQuery);
  const rows = [
    ["access.customers", about && figures.number(about.customers)],
    ["access.currency", about?.currency],
    ["access.zone", about?.zone],
    ["access.workspace_id", about?.workspace],
    ["access.version", about?.version],
  ] as const;
  return (
    <Section title={t("access.workspace")}>
      {error ? (
        <ProblemView error={error} retry={() => void refetch()} />
      ) : (
        <dl className="facts-list">
          {rows.map(([name, value]) => (
            <div key={name} style={{ display: "contents" }}>
              <dt>{t(name)}</dt>
              <dd>{value ?? <Bone width={120} />}</dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}

const languages: { value: Language; label: string }[] = [
  { value: "zh", label: "中文" },
  { value: "en", label: "English" },
];

function LanguageChoice(): ReactNode {
  const { t, language } = useWords();
  return (
    <Section title={t("ui.language")}>
      <Segmented value={language} onChange={(chosen) => void chooseLanguage(chosen)} options={languages} />
      <p className="note" style={{ marginTop: 6 }}>
        {t("access.language_about")}
      </p>
    </Section>
  );
}

function Audit(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const entries = useQuery({ queryKey: ["audit"], queryFn: () => request<PageOf<AuditEntry>>("/audit") });
  const verify = useMutation({ mutationFn: () => request<AuditVerification>("/audit/verification") });
  const found = verify.data;
  return (
    <Section
      title={t("access.audit")}
      aside={
        <Button loading={verify.isPending} onClick={() => verify.mutate()}>
          {t("access.audit_verify")}
        </Button>
      }
    >
      <p className="note">{t("access.audit_about")}</p>
      <div role="status" style={{ minHeight: "1.65em" }}>
        {found?.whole === true && (
          <span className="good strong">✓ {t("access.audit_whole", { entries: figures.number(found.entries), unsealed: figures.number(found.unsealed) })}</span>
        )}
        {found?.whole === false && (
          <>
            <span className="bad strong">✗ {t("access.audit_broken", { seal: figures.number(found.broken?.seal ?? null) })}</span>{" "}
            {found.broken && say(found.broken.reason)} {t("access.audit_broken_hint")}
          </>
        )}
        {verify.error && <ProblemView error={verify.error} />}
      </div>
      <h3>{t("access.audit_recent")}</h3>
      {entries.error ? (
        <ProblemView error={entries.error} retry={() => void entries.refetch()} />
      ) : (
        <DataTable
          label={t("access.audit_recent")}
          rows={entries.data?.items.slice(0, 20)}
          rowKey={(entry) => String(entry.id)}
          empty={<EmptyState title={t("access.audit_empty")} hint={t("access.audit_empty_hint")} />}
          columns={[
            { key: "at", title: t("access.audit_at"), render: (entry) => figures.moment(entry.at), card: "head" },
            { key: "actor", title: t("access.audit_actor"), render: (entry) => entry.actor },
            { key: "action", title: t("access.audit_action"), render: (entry) => entry.action },
            { key: "subject", title: t("access.audit_subject"), render: (entry) => entry.subject, card: "whole" },
          ]}
        />
      )}
    </Section>
  );
}
