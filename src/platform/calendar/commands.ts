import type { Command } from "commander";
import type { Cli } from "../cli/index.js";
import { askedDays, type DayAnswer, describeDays } from "./answer.js";
import { calendarIn } from "./workdays.js";

const head = [
  { zh: "日期", en: "Date" },
  { zh: "星期", en: "Weekday" },
  { zh: "农历", en: "Lunar date" },
  { zh: "节日", en: "Festival" },
  { zh: "工作日", en: "Workday" },
  { zh: "假期", en: "Holiday" },
];
const yes = { zh: "是", en: "yes" };
const no = { zh: "否", en: "no" };
const madeUp = { zh: "是（调休上班）", en: "yes (make-up)" };

function row(one: DayAnswer, cli: Cli): string[] {
  const lunar = one.lunar === null ? "" : cli.text(one.lunar.name);
  const festivals = one.festivals.map(({ name }) => cli.text(name)).join(cli.text({ zh: "、", en: ", " }));
  const workday = cli.text(one.make_up_for !== null ? madeUp : one.workday ? yes : no);
  const holiday = one.holiday ?? one.make_up_for;
  return [one.day, cli.text(one.weekday), lunar, festivals, workday, holiday === null ? "" : cli.text(holiday)];
}

function say(days: readonly DayAnswer[], cli: Cli): string {
  const open = [...new Set(days.filter((one) => !one.announced).map((one) => one.day.slice(0, 4)))];
  const table = cli.table(
    head.map((one) => cli.text(one)),
    days.map((one) => row(one, cli)),
  );
  const notes = open.map((year) =>
    cli.text({
      zh: `日历中没有 ${year} 年的放假安排：只计周末和法律规定的节日。`,
      en: `The holidays of ${year} are not in the calendar: only weekends and the days named by law are off.`,
    }),
  );
  return [table, ...notes].join("\n");
}

export function commands(program: Command, cli: Cli): void {
  program
    .command("calendar")
    .description("lunar date, festival, workday and holiday of a day or of a stretch of days")
    .argument("[date]", "YYYY-MM-DD")
    .option("--from <date>", "first day of a stretch")
    .option("--to <date>", "its last day")
    .action(async (date: string | undefined, options: { from?: string; to?: string }) => {
      const { from, to } = askedDays(date, options.from, options.to);
      const days = describeDays(from, to, await calendarIn(cli.directory()));
      cli.print(date === undefined ? days : days[0], () => say(days, cli));
    });
}
