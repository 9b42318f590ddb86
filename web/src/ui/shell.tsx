import { EllipsisOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { Drawer } from "antd";
import { type ReactNode, useState } from "react";
import { sessionQuery } from "../access/session.js";
import { type Destination, destinationsOf, underTheThumb } from "./destinations.js";
import { LanguageSwitch } from "./language-switch.js";
import { useWords } from "./words.js";

function PageLink({ page, onGo }: { page: Destination; onGo?: () => void }): ReactNode {
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
  const pages = destinationsOf(session);
  const thumb = underTheThumb(session, pages);
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
        {thumb.map((page) => (
          <PageLink key={page.to} page={page} />
        ))}
        <button type="button" aria-haspopup="dialog" onClick={() => setMore(true)}>
          <EllipsisOutlined />
          <span>{t("ui.more")}</span>
        </button>
      </nav>
      <Drawer open={more} onClose={() => setMore(false)} placement="bottom" size="auto" title={session?.actor.name ?? t("ui.more")}>
        <div className="more">
          {pages
            .filter((page) => !thumb.includes(page))
            .map((page) => (
              <PageLink key={page.to} page={page} onGo={() => setMore(false)} />
            ))}
          <LanguageSwitch />
        </div>
      </Drawer>
    </div>
  );
}
