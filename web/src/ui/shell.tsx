import { EllipsisOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { Drawer } from "antd";
import { type ReactNode, useState } from "react";
import { sessionQuery } from "../access/session.js";
import { nothing, useApprovals } from "../tiering/approvals.js";
import { type Destination, destinationsOf, isBeside, underTheThumb } from "./destinations.js";
import { useFigures } from "./figures.js";
import { LanguageSwitch } from "./language-switch.js";
import { useWords } from "./words.js";

/** How much waits for the reader at a page. */
function Waiting({ count }: { count: number }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  if (count === 0) return null;
  return (
    <span className="waiting">
      <span aria-hidden="true">{figures.number(count)}</span>
      <span className="skip">{t("approvals.count", { count })}</span>
    </span>
  );
}

function PageLink({ page, waiting, onGo }: { page: Destination; waiting: number; onGo?: () => void }): ReactNode {
  const { t } = useWords();
  const beside = useLocation({ select: ({ pathname }) => isBeside(page, pathname) });
  return (
    <Link to={page.to} activeOptions={{ exact: page.to === "/", includeSearch: false }} {...(beside && { "aria-current": "page" })} onClick={() => onGo?.()}>
      {page.icon}
      <span>{t(page.name)}</span>
      <Waiting count={waiting} />
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
  const { proposals, overrides, reviews } = useApprovals() ?? nothing;
  const waitingAt = (page: Destination): number => (page.to === "/tiers" ? proposals + overrides + reviews : 0);
  const behind = pages.filter((page) => !thumb.includes(page));
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
            <PageLink key={page.to} page={page} waiting={waitingAt(page)} />
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
          <PageLink key={page.to} page={page} waiting={waitingAt(page)} />
        ))}
        <button type="button" aria-haspopup="dialog" onClick={() => setMore(true)}>
          <EllipsisOutlined />
          <span>{t("ui.more")}</span>
          <Waiting count={behind.reduce((sum, page) => sum + waitingAt(page), 0)} />
        </button>
      </nav>
      <Drawer open={more} onClose={() => setMore(false)} placement="bottom" size="auto" title={session?.actor.name ?? t("ui.more")}>
        <div className="more">
          {behind.map((page) => (
            <PageLink key={page.to} page={page} waiting={waitingAt(page)} onGo={() => setMore(false)} />
          ))}
          <LanguageSwitch />
        </div>
      </Drawer>
    </div>
  );
}
