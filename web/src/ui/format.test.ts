import { describe, expect, it } from "vitest";
import { bytes, change, day, figure, minutes, moment, money, number, percent, seconds, shortMoney, wallTime } from "./format.js";

describe("figures in both languages", () => {
  it("writes money with its sign in Chinese and its code in English", () => {
    expect(money("1234.56", "zh", "CNY")).toBe("¥1,234.56");
    expect(money("1234.56", "en", "CNY")).toBe("CNY 1,234.56");
    expect(money(-0.5, "zh", "CNY")).toBe("-¥0.50");
    expect(money(null, "en", "CNY")).toBe("—");
  });

  it("keeps exact decimals exact, beyond what a float holds", () => {
    expect(money("12345678901234567.8900", "zh", "CNY")).toBe("¥12,345,678,901,234,567.89");
  });

  it("shortens large sums as each language counts", () => {
    expect(shortMoney("123456789.12", "zh", "CNY")).toBe("¥1.23亿");
    expect(shortMoney("56780", "zh", "CNY")).toBe("¥5.68万");
    expect(shortMoney("123456789.12", "en", "CNY")).toBe("CNY 123.46M");
    expect(shortMoney("722203.33", "en", "CNY")).toBe("CNY 722.20K");
    expect(shortMoney("56780", "en", "CNY")).toBe("CNY 56,780.00");
  });

  it("writes shares so that a little is never nothing", () => {
    expect(percent(0.1234, "zh")).toBe("12.3%");
    expect(percent(0.0001, "zh")).toBe("不足 0.1%");
    expect(percent(0.0001, "en")).toBe("under 0.1%");
    expect(percent(0, "en")).toBe("0.0%");
  });

  it("signs a change", () => {
    expect([change(1200, "zh"), change(-3, "en"), change(0, "en")]).toEqual(["+1,200", "−3", "0"]);
  });

  it("writes days and moments", () => {
    expect(day("2011-12-10", "zh")).toBe("2011-12-10");
    expect(day("2011-12-10", "en")).toBe("10 Dec 2011");
    expect(wallTime("2011-12-09 12:50:00", "en")).toBe("9 Dec 2011 12:50");
    expect(wallTime("2011-12-09 00:00:00", "zh")).toBe("2011-12-09");
    expect(moment("2026-11-22T02:47:00.000Z", "zh", "Asia/Shanghai")).toBe("2026-11-22 10:47");
    expect(moment("2026-11-21T17:05:00.000Z", "en", "Asia/Shanghai")).toBe("22 Nov 2026 01:05");
    expect(moment(null, "en", "Asia/Shanghai")).toBe("—");
  });

  it("writes how long and how big", () => {
    expect([seconds(8.24, "zh"), seconds(200, "en"), seconds(119.7, "zh")]).toEqual(["8.2 秒", "3 min 20 s", "2 分 0 秒"]);
    expect([bytes(0, "en"), bytes(12_400_000, "zh")]).toEqual(["0 B", "12.4 MB"]);
  });

  it("writes how much work", () => {
    expect([minutes(45, "zh"), minutes(130, "zh"), minutes(120, "en"), minutes(0, "en"), minutes(6967, "zh")]).toEqual([
      "45 分钟",
      "2 小时 10 分钟",
      "2 h",
      "0 min",
      "116 小时",
    ]);
  });

  it("writes a measure by its unit", () => {
    expect(figure("374", "days", "zh", "CNY")).toBe("374");
    expect(figure("7.5", "score", "en", "CNY")).toBe("7.5");
    expect(["0.9976", "2.345", "3", "0.00004"].map((value) => figure(value, "number", "zh", "CNY"))).toEqual(["0.9976", "2.35", "3", "0"]);
    expect(figure("1e3", "money", "en", "GBP")).toBe("GBP 1,000.00");
    expect(figure("student", "number", "en", "CNY")).toBe("student");
    expect(figure("007", "text", "en", "CNY")).toBe("007");
    expect(number("1234567", "en")).toBe("1,234,567");
  });
});
