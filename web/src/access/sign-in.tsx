import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { Button, Form, Input } from "antd";
import type { ReactNode } from "react";
import type { SignIn as Credentials, SignedIn } from "../../../src/access/schema.js";
import { request } from "../api.js";
import { LanguageSwitch } from "../ui/language-switch.js";
import { ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { sessionQuery } from "./session.js";

const route = getRouteApi("/sign-in");

/** Sign in, then back to the page that asked for it. */
export function SignIn(): ReactNode {
  const { t } = useWords();
  const { return: back } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const signIn = useMutation({
    mutationFn: (credentials: Credentials) => request<SignedIn>("/session", { method: "POST", body: credentials }),
    onSuccess: (session) => {
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, session);
      router.history.push(back?.startsWith("/") && !back.startsWith("//") ? back : "/");
    },
  });
  return (
    <main className="sign-in">
      <title>{`${t("access.sign_in")} · Tierkeep`}</title>
      <div className="brand" style={{ padding: "0 0 10px" }}>
        <img src="/icon.svg" alt="" />
        Tierkeep
        <span className="muted" style={{ fontWeight: 400 }}>
          {t("access.about")}
        </span>
      </div>
      <section className="section stack">
        <h1>{t("access.sign_in_question")}</h1>
        {back !== undefined && back !== "/" && !signIn.error && <p className="muted">{t("access.session_over")}</p>}
        {signIn.error && <ProblemView error={signIn.error} />}
        <Form layout="vertical" requiredMark={false} onFinish={(values: Credentials) => signIn.mutate(values)}>
          <Form.Item name="login" label={t("access.login")} rules={[{ required: true, message: t("access.login_missing") }]}>
            <Input autoComplete="username" autoCapitalize="none" />
          </Form.Item>
          <Form.Item name="password" label={t("access.password")} rules={[{ required: true, message: t("access.password_missing") }]}>
            <Input.Password autoComplete="current-password" visibilityToggle={false} />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
            {t("access.sign_in")}
          </Button>
        </Form>
      </section>
      <LanguageSwitch />
    </main>
  );
}
