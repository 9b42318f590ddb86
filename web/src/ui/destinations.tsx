import {
  AuditOutlined,
  BarChartOutlined,
  CarryOutOutlined,
  ContactsOutlined,
  DatabaseOutlined,
  MessageOutlined,
  OrderedListOutlined,
  PlayCircleOutlined,
  SafetyCertificateOutlined,
  SettingOutlined,
  SyncOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import type { Permission, SignedIn } from "../../../src/access/schema.js";

/** Every page of the main menu, with those `beside` it that are reached from it; `needs`: shown to who may do one of these. The server decides, hiding only spares a refusal. */
const pages = [
  { to: "/", name: "ui.overview", icon: <BarChartOutlined /> },
  { to: "/today", name: "ui.today", icon: <CarryOutOutlined /> },
  { to: "/customers", name: "ui.customers", icon: <TeamOutlined />, beside: ["/groups", "/persona"] },
  { to: "/tiers", name: "ui.tiers", icon: <OrderedListOutlined /> },
  { to: "/portfolio", name: "ui.portfolio", icon: <ContactsOutlined /> },
  { to: "/service", name: "ui.service", icon: <SafetyCertificateOutlined /> },
  { to: "/outreach", name: "ui.outreach", icon: <MessageOutlined />, needs: ["messages:read"] },
  { to: "/cycle", name: "ui.cycle", icon: <SyncOutlined />, needs: ["cycle:run", "jobs:read"] },
  { to: "/runs", name: "ui.runs", icon: <PlayCircleOutlined />, needs: ["tiers:run", "jobs:read"] },
  { to: "/data", name: "ui.data", icon: <DatabaseOutlined />, needs: ["facts:import", "jobs:read"] },
  { to: "/audit", name: "access.audit", icon: <AuditOutlined />, needs: ["audit:read"] },
  { to: "/settings", name: "ui.settings", icon: <SettingOutlined /> },
] as const;

export type Destination = (typeof pages)[number];

/** Is a page with this path reached from here, though it lies elsewhere? */
export const isBeside = (page: Destination, path: string): boolean => "beside" in page && page.beside.some((one) => path === one || path.startsWith(`${one}/`));

/** The pages of this reader. An account manager's overview is their day. */
export function destinationsOf(session: SignedIn | null | undefined): Destination[] {
  const may: readonly Permission[] = session?.permissions ?? [];
  return pages.filter((page) => {
    if (page.to === "/" && session?.actor.role === "account_manager") return false;
    return !("needs" in page) || page.needs.some((one) => may.includes(one));
  });
}

const thumbs = {
  work: ["/today", "/customers", "/portfolio", "/outreach"],
  lead: ["/today", "/", "/customers", "/portfolio"],
  look: ["/", "/customers", "/portfolio", "/service"],
} as const satisfies Record<string, readonly Destination["to"][]>;

/** The four under the thumb of a phone, by what the reader is there to do. */
export function underTheThumb(session: SignedIn | null | undefined, all: readonly Destination[]): Destination[] {
  const kind = session?.actor.role === "account_manager" ? "work" : session?.permissions.includes("work:do") ? "lead" : "look";
  return thumbs[kind].flatMap((to) => all.filter((page) => page.to === to));
}
