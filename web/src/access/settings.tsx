import "../ui/no-eval.js";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import type { ReactNode } from "react";
import { type Permission, roleLabels } from "../../../src/access/schema.js";
import type { Language } from "../../../src/platform/schema.js";
import { request } from "../api.js";
import type { TextKey } from "../texts.js";
import { aboutQuery, useFigures } from "../ui/figures.js";
import { chooseLanguage } from "../ui/language.js";
import { Page, Section } from "../ui/page.js";
import { Bone, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { sessionQuery } from "./session.js";

const permissions = {
  "customers:read": "access.may_customers_read",
  "personal:read": "access.may_personal_read",
  "facts:import": "access.may_facts_import",
  "models:publish": "access.may_models_publish",
  "models:approve": "access.may_models_approve",
  "tiers:run": "access.may_tiers_run",
  "overrides:request": "access.may_overrides_request",
  "overrides:approve": "access.may_overrides_approve",
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
  return (
    <Page name={t("ui.settings")} question={t("access.settings_question")}>
      <div className="columns">
        <You />
        <AboutWorkspace />
      </div>
      <LanguageChoice />
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
