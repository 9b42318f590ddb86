import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessageChannel, MessageClass, type MessageReason, type MessageState } from "./schema.js";
import { wallClock } from "./wall.js";
import { afterQuiet, decide, type Reach } from "./welcome.js";

const open: Reach = { phone: "13800000000", email: "li@example.com", do_not_contact: false, marketing_consent: true };
const noon = "2025-06-30T12:00:00";
const night = "2025-06-30T22:30:00";

type Case = [what: string, messageClass: MessageClass, reach: Partial<Reach>, at: string, state: MessageState, reason: MessageReason | null];

describe("the gate", () => {
  test.each<Case>([
    ["all is well", "service", {}, noon, "prepared", null],
    ["the law's goes whatever they wish", "legal", { do_not_contact: true, marketing_consent: false }, noon, "prepared", null],
    ["the law's does not wait for the morning", "legal", {}, night, "prepared", null],
    ["the law's needs an address", "legal", { phone: null, email: null }, noon, "suppressed", "no_address"],
    ["a notice goes to who asked not to be contacted", "notice", { do_not_contact: true }, noon, "prepared", null],
    ["a notice waits for the morning", "notice", {}, night, "waiting", "quiet_hours"],
    ["service does not go to who asked not to be contacted", "service", { do_not_contact: true }, noon, "suppressed", "do_not_contact"],
    ["service needs no consent", "service", { marketing_consent: false }, noon, "prepared", null],
    ["service waits for the morning", "service", {}, night, "waiting", "quiet_hours"],
    ["marketing needs consent", "marketing", { marketing_consent: false }, noon, "suppressed", "no_consent"],
    ["marketing with consent goes", "marketing", {}, noon, "prepared", null],
    ["their wish is told before their consent", "marketing", { do_not_contact: true, marketing_consent: false }, noon, "suppressed", "do_not_contact"],
    ["their consent is told before their address", "marketing", { marketing_consent: false, phone: null, email: null }, noon, "suppressed", "no_consent"],
    ["their wish is told before the hour", "service", { do_not_contact: true }, night, "suppressed", "do_not_contact"],
    ["no address is told before the hour", "service", { phone: " ", email: null }, night, "suppressed", "no_address"],
    ["a wrong number", "service", { phone: "12345", email: null }, noon, "suppressed", "bad_address"],
    ["a wrong address is told before one that is missing", "service", { phone: null, email: "li@" }, noon, "suppressed", "bad_address"],
  ])("%s", (_, messageClass, reach, at, state, reason) => {
    expect(decide(messageClass, ["sms", "email"], { ...open, ...reach }, at)).toMatchObject({ state, reason });
  });

  test("takes the first channel that leads to the customer", () => {
    const by = (reach: Partial<Reach>, channels: MessageChannel[] = ["wechat", "sms", "email"]) =>
      decide("service", channels, { ...open, ...reach }, noon).channel;
    expect(by({})).toBe("sms");
    expect(by({ phone: null })).toBe("email");
    expect(by({ phone: "12345" })).toBe("email");
    expect(by({ phone: "12345", email: null })).toBe("sms");
    expect(by({ phone: null, email: null })).toBe("wechat");
    expect(by({}, ["email", "sms"])).toBe("email");
  });

  test.each(["13800000000", "16012345678", "+8613800000000", "86 138 0000 0000", "0086-138-0000-0000", "199-0000-0000"])("%s takes texts", (phone) => {
    expect(decide("service", ["sms"], { ...open, phone }, noon).state).toBe("prepared");
  });
  test.each(["010-12345678", "12800000000", "1380000000", "138000000001", "无", "+1 202 555 0123"])("%s takes none", (phone) => {
    expect(decide("service", ["sms"], { ...open, phone }, noon).reason).toBe("bad_address");
  });
  test.each(["li@example.com", " a.b+c@mail.example.cn "])("%s is an e-mail address", (email) => {
    expect(decide("service", ["email"], { ...open, email }, noon).state).toBe("prepared");
  });
  test.each(["li", "li@", "@example.com", "li@example", "a b@example.com", "a@b@example.com", "li@example..com"])("%s is none", (email) => {
    expect(decide("service", ["email"], { ...open, email }, noon).reason).toBe("bad_address");
  });

  test("never lets anything pass that somebody does not want", () => {
    const reach = fc.record({
      phone: fc.option(fc.oneof(fc.constant("13800000000"), fc.string())),
      email: fc.option(fc.oneof(fc.constant("li@example.com"), fc.string())),
      do_not_contact: fc.boolean(),
      marketing_consent: fc.boolean(),
    });
    const wall = fc.date({ min: new Date("2000-01-01Z"), max: new Date("2100-01-01Z"), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 19));
    const channels = fc.uniqueArray(fc.constantFrom(...MessageChannel.options), { minLength: 1 });
    const runs = process.env["TIERKEEP_EVIDENCE"] === "1" ? 20_000 : 1000;
    fc.assert(
      fc.property(fc.constantFrom(...MessageClass.options), channels, reach, wall, (messageClass, by, whom, at) => {
        const { channel, state, reason, send_at } = decide(messageClass, by, whom, at);
        const personal = messageClass === "service" || messageClass === "marketing";
        if (personal && whom.do_not_contact) expect(state).toBe("suppressed");
        if (messageClass === "marketing" && !whom.marketing_consent) expect(state).toBe("suppressed");
        if (state === "prepared" && messageClass !== "legal") expect(send_at.slice(11, 16) >= "08:00" && send_at.slice(11, 16) < "21:00").toBe(true);
        if (state === "waiting") expect([send_at > at, send_at.slice(11)]).toEqual([true, "08:00:00"]);
        expect(by).toContain(channel);
        expect(reason === null).toBe(state === "prepared");
      }),
      { numRuns: runs },
    );
  });
});

describe("quiet hours", () => {
  const over = { from: "21:00", to: "08:00" };
  const within = { from: "12:00", to: "14:00" };
  test.each([
    ["2025-06-30T20:59:59", over, "2025-06-30T20:59:59"],
    ["2025-06-30T21:00:00", over, "2025-07-01T08:00:00"],
    ["2025-12-31T23:59:59", over, "2026-01-01T08:00:00"],
    ["2025-07-01T00:00:00", over, "2025-07-01T08:00:00"],
    ["2025-07-01T07:59:59", over, "2025-07-01T08:00:00"],
    ["2025-07-01T08:00:00", over, "2025-07-01T08:00:00"],
    ["2025-07-01T13:00:00", within, "2025-07-01T14:00:00"],
    ["2025-07-01T22:00:00", within, "2025-07-01T22:00:00"],
  ])("%s with %o", (wall, quiet, then) => {
    expect(afterQuiet(wall, quiet)).toBe(then);
  });
});

describe("wall times", () => {
  test.each([
    ["Asia/Shanghai", "2025-06-30T14:30:00.000Z", "2025-06-30T22:30:00"],
    ["Asia/Shanghai", "2025-06-30T09:00:00+08:00", "2025-06-30T09:00:00"],
    ["America/New_York", "2025-03-09T06:59:00Z", "2025-03-09T01:59:00"],
    ["America/New_York", "2025-03-09T07:00:00Z", "2025-03-09T03:00:00"],
    ["Asia/Kathmandu", "2025-01-01T00:00:00Z", "2025-01-01T05:45:00"],
  ])("of %s: %s is %s, and back", (zone, moment, wall) => {
    const clock = wallClock(zone);
    expect(clock.wallOf(moment)).toBe(wall);
    expect(Date.parse(clock.momentOf(wall))).toBe(Date.parse(moment));
  });
});
