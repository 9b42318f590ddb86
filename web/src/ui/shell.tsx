import {
  BarChartOutlined,
  DatabaseOutlined,
  EllipsisOutlined,
  OrderedListOutlined,
  PlayCircleOutlined,
  SettingOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { Drawer } from "antd";
import { type ReactNode, useState } from "react";
import { sessionQuery } from "../access/session.js";
import { LanguageSwitch } from "./language-switch.js";
import { useWords } from "./words.js";

const pages = [
  { to: "/", name: "ui.overview", icon: <BarChartOutlined /> },
  { to: "/customers", name: "ui.customers", icon: <TeamOutlined /> },
  { to: "/tiers", name: "ui.tiers", icon: <OrderedListOutlined /> },
  { to: "/runs", name: "ui.runs", icon: <PlayCircleOutlined /> },
  { to: "/data", name: "ui.data", icon: <DatabaseOutlined /> },
  { to: "/settings", name: "ui.settings", icon: <SettingOutlined /> },
] as const;

const UNDER_THE_THUMB = 4;

function PageLink({ page, onGo }: { page: (typeof pages)[number]; onGo?: () => void }): ReactNode {
  const { t } = useWords();
  return (
    <Link to={page.to} activeOptions={{ exact: page.to === "/", includeSearch: false }} onClick={() => onGo?.()}>
      {page.icon}
      <span>{t(page.name)}</span>
    </Link>
  );
}

/** Navigation around the pages: at the left, or at the bottom of a phone with the rest behind "more". */
export function Shell(): ReactNode {
  const { t } = useWords();
  const { data: session } = useQuery(sessionQuery);
  const [more, setMore] = useState(false);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t("ui.skip")}
      </a>
      <header className="side">
        <Link to="/" className="brand" aria-label={t("ui.brand")}>
          <img src="/icon.svg" alt="" />
          Tierkeep
        </Link>
        <nav aria-label={t("ui.main_menu")}>
          {pages.map((page) => (
            <PageLink key={page.to} page={page} />
          ))}
        </nav>
        <div className="who">
          <div>{session?.actor.name}</div>
          <div style={{ marginLeft: -15 }}>
            <LanguageSwitch />
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <nav className="bottom" aria-label={t("ui.main_menu")}>
        {pages.slice(0, UNDER_THE_THUMB).map((page) => (
          <PageLink key={page.to} page={page} />
        ))}
        <button type="button" aria-haspopup="dialog" onClick={() => setMore(true)}>
          <EllipsisOutlined />
          <span>{t("ui.more")}</span>
        </button>
      </nav>
      <Drawer open={more} onClose={() => setMore(false)} placement="bottom" size={260} title={session?.actor.name ?? t("ui.more")}>
        <div className="more">
          {pages.slice(UNDER_THE_THUMB).map((page) => (
            <PageLink key={page.to} page={page} onGo={() => setMore(false)} />
          ))}
          <LanguageSwitch />
        </div>
      </Drawer>
    </div>
  );
}
