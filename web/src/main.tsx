import "@fontsource-variable/noto-sans-sc";
import "./ui/base.css";
import "./ui/shell.css";
import "./ui/page.css";
import "./ui/tables.css";
import "./ui/tier.css";
import "./ui/work.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queries, router } from "./router.js";
import { startLanguage } from "./ui/language.js";
import { useNarrow, useStill } from "./ui/narrow.js";
import { themeFor } from "./ui/theme.js";
import { useWords } from "./ui/words.js";

function Workbench(): ReactNode {
  const { language } = useWords();
  const narrow = useNarrow();
  const still = useStill();
  return (
    <ConfigProvider locale={language === "zh" ? zhCN : enUS} theme={themeFor(narrow, still)} button={{ autoInsertSpace: false }}>
      <RouterProvider router={router} />
    </ConfigProvider>
  );
}

await startLanguage();
const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no #root");
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Workbench />
    </QueryClientProvider>
  </StrictMode>,
);
